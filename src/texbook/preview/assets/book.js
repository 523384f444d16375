/** The pages below each other: where they stand, which are in sight, and what is loaded of them. */

import { calm, fadeAway, make, place } from "./dom.js";
import { dropImage, Images } from "./images.js";
import { dropLayer, fillLayer } from "./layer.js";
import { matchPages, movedTo } from "./pages.js";

export const FULL = 96 / 72; // CSS pixels a point, at 100 %
const [LEAST, MOST] = [0.25 * FULL, 4 * FULL];
const WIDEST_FIT = 1.5 * FULL;
const STEPS = [0.25, 0.33, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4];
const GAP = 16;
const READING_LINE = 0.3; // of the window's height: where eyes are
const KEPT = 14; // pages on each side whose images are kept
const QUIET = 120;
const MARK = 4000;

const within = (value, least, most) => Math.min(Math.max(value, least), most);

/** The book as it is shown. The window scrolls; all places are pages from 1 and points from a page's top left. */
export class Book {
  pages = [];
  document = 0;
  scale = FULL;
  fit = "width";
  #tops = [];
  #urgent = [];
  #frame = 0;
  #timer = 0;
  #scrolled = 0;
  #going = null; // where a smooth scroll leads: {page, y, line}
  #images = new Images(() => this.#load(), (page) => this.#cover(page));

  /** `moved` is called when another page may be the one that is read, `follow` for a link inside the book. */
  constructor(container, bar, { moved, follow }) {
    this.container = container;
    this.bar = bar;
    this.moved = moved;
    this.follow = follow;
    addEventListener("scroll", () => this.#scroll(), { passive: true });
    addEventListener("scrollend", () => this.#arrive());
    for (const hand of ["wheel", "touchstart", "pointerdown", "keydown"]) {
      addEventListener(hand, () => (this.#going = null), { passive: true });
    }
    addEventListener("resize", () => this.resize());
  }

  // ------------------------------------------------------------------ what is shown

  /**
   * Take a list of pages, and keep the reader's place; `look` then loads them. Returns the pages that look new.
   *
   * With `renew` the document's number may mean another one than before, since the watch was started anew.
   */
  show(document, entries, { renew = false } = {}) {
    const before = this.pages.map((page) => page.key);
    const here = this.place();
    const { pages, gone } = matchPages(this.pages, entries);
    for (const page of gone) page.element.remove();
    const fresh = pages.filter((page, index) => page.key !== entries[index][0]);
    pages.forEach((page, index) => {
      [page.key, page.width, page.height] = entries[index];
      page.number = index + 1;
      page.element.setAttribute("aria-label", `Page ${index + 1}`);
      page.element.dataset.page = index + 1;
      if (renew && page.layer !== null) page.layer = `${page.layer.split("/")[0]}/`;
    });
    this.pages = pages;
    this.document = document;
    this.#order();
    this.#layOut();
    if (here !== null && pages.length > 0) {
      const keys = pages.map((page) => page.key);
      const going = this.#going; // an edit is shown ahead, and a moment later in the whole book
      this.#scrollTo({ ...here, page: movedTo(here.page - 1, before, keys) + 1 });
      if (going && !gone.has(going.page)) this.#glide(going);
    }
    return fresh;
  }

  #order() {
    let next = this.container.firstChild;
    for (const page of this.pages) {
      if (page.element === next) next = next.nextSibling;
      else this.container.insertBefore(page.element, next);
    }
  }

  /** Load what is in sight, and before it the image of `urgent`, a page that may not be in sight yet. */
  look(urgent = []) {
    this.#urgent = urgent;
    this.#load();
    this.moved();
  }

  // ------------------------------------------------------------------ sizes

  /** Zoom to a number of CSS pixels a point, or fit the "width" or the whole "page". */
  zoom(to) {
    this.fit = typeof to === "string" ? to : null;
    if (this.fit === null) this.scale = within(to, LEAST, MOST);
    this.resize();
  }

  /** The next step of zoom, up (1) or down (-1). */
  step(direction) {
    const now = this.scale / FULL;
    const steps = STEPS.filter((step) => direction * (step - now) > 0.01);
    const next = direction > 0 ? steps[0] : steps[steps.length - 1];
    if (next !== undefined) this.zoom(next * FULL);
  }

  resize() {
    if (this.pages.length === 0) return;
    const here = this.place();
    const { scale } = this;
    const width = this.container.offsetWidth;
    const middle = (scrollX + innerWidth / 2) / width;
    this.#layOut();
    if (scale === this.scale && width === this.container.offsetWidth) return this.#loadSoon();
    this.#scrollTo(here);
    scrollTo({ left: middle * this.container.offsetWidth - innerWidth / 2, behavior: "instant" });
    this.#loadSoon();
    return this.moved();
  }

  #fitted() {
    const style = getComputedStyle(this.container);
    const inner = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
    const width = this.container.parentElement.clientWidth - inner;
    const widest = Math.max(...this.pages.map((page) => page.width));
    const wide = Math.min(width / widest, WIDEST_FIT);
    if (this.fit === "width") return within(wide, LEAST / 2, MOST);
    const highest = Math.max(...this.pages.map((page) => page.height));
    const height = innerHeight - this.bar.offsetHeight - 2 * GAP;
    return within(Math.min(width / widest, height / highest), LEAST / 2, MOST);
  }

  #layOut() {
    if (this.fit !== null && this.pages.length > 0) this.scale = this.#fitted();
    this.container.style.setProperty("--scale", this.scale);
    let top = 0;
    this.#tops = this.pages.map((page) => {
      const [width, height] = [this.#pixels(page.width), this.#pixels(page.height)];
      const { style } = page.element;
      if (style.width !== `${width}px`) style.width = `${width}px`;
      if (style.height !== `${height}px`) style.height = `${height}px`;
      top += height + GAP;
      return top - height - GAP;
    });
  }

  #pixels(points) {
    return Math.round(points * this.scale);
  }

  // ------------------------------------------------------------------ places

  /** Where the first page begins, from the window's top. */
  #start() {
    return this.container.getBoundingClientRect().top + parseFloat(getComputedStyle(this.container).paddingTop);
  }

  /** Pixels from the first page's top to the window's. */
  #above() {
    return -this.#start();
  }

  #line() {
    return this.bar.offsetHeight + READING_LINE * (innerHeight - this.bar.offsetHeight);
  }

  /** The index of the page at a height, in pixels from the first page's top. */
  #at(height) {
    let [low, high] = [0, this.pages.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#tops[middle] - GAP / 2 <= height) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Where the reader is: page, and points from its top to the line that is read. Null without pages. */
  place() {
    if (this.pages.length === 0) return null;
    const height = this.#above() + this.#line();
    const index = this.#at(height);
    return {
      page: index + 1,
      y: (height - this.#tops[index]) / this.scale,
      key: this.pages[index].key,
    };
  }

  /** The number of the page that is read, 0 without pages. */
  current() {
    return this.place()?.page ?? 0;
  }

  /** How far it is to a place, in pixels, if it is to stand at `line` in the window. */
  #way({ page, y }, line = this.#line()) {
    return this.#tops[page - 1] + y * this.scale - line - this.#above();
  }

  #scrollTo(there, line) {
    const way = this.#way(there, line);
    if (Math.abs(way) >= 1) scrollBy({ top: way, behavior: "instant" });
  }

  /** Scroll smoothly. A long way would rush past, so it begins near its end. */
  #glide({ page, y, line }) {
    const way = this.#way({ page: page.number, y }, line);
    if (Math.abs(way) < 1) return;
    const last = Math.sign(way) * Math.min(Math.abs(way), 0.6 * innerHeight);
    if (Math.abs(way) > 2 * innerHeight) scrollBy({ top: way - last, behavior: "instant" });
    this.#going = { page, y, line };
    scrollBy({ top: this.#way({ page: page.number, y }, line), behavior: "smooth" });
  }

  /** The end of a scroll is that of the way only at its aim: each jump has an end, too. */
  #arrive() {
    const { page, y, line } = this.#going ?? {};
    if (page && Math.abs(this.#way({ page: page.number, y }, line)) < 2) this.#going = null;
  }

  /** Restore a place that `place` gave, where its page is now. */
  restore(there) {
    if (this.pages.length === 0) return;
    this.#going = null;
    const same = this.pages.filter((page) => page.key === there.key);
    const page = same.length === 1 ? same[0].number : within(there.page, 1, this.pages.length);
    this.#scrollTo({ ...there, page });
  }

  /** Bring a place into view: `y` points below the page's top, or its top. */
  goTo({ page, y = 0 }, { smooth = false } = {}) {
    if (this.pages.length === 0) return;
    this.#going = null;
    const line = y > 0 ? this.#line() : this.bar.offsetHeight + GAP / 2;
    const number = within(page, 1, this.pages.length);
    if (smooth && !calm()) this.#glide({ page: this.pages[number - 1], y, line });
    else this.#scrollTo({ page: number, y }, line);
  }

  /** Whether a good part of a page is in sight. */
  inView(number) {
    const page = this.pages[number - 1];
    const top = this.#tops[number - 1] - this.#above();
    const seen =
      Math.min(top + this.#pixels(page.height), innerHeight) - Math.max(top, this.bar.offsetHeight);
    return seen > Math.min(0.25 * innerHeight, 0.5 * this.#pixels(page.height));
  }

  /** Whether a stretch of a page is in sight, in points. */
  shows(number, y, height) {
    const top = this.#tops[number - 1] - this.#above() + y * this.scale;
    return top > this.bar.offsetHeight + GAP && top + height * this.scale < innerHeight - GAP;
  }

  /** The page and the points under a point of the window, or null. */
  pointAt(x, y) {
    const element = document.elementFromPoint(x, y)?.closest(".page");
    if (!element) return null;
    const page = this.pages[element.dataset.page - 1];
    const box = element.getBoundingClientRect();
    return {
      page: page.number,
      x: ((x - box.left) / box.width) * page.width,
      y: ((y - box.top) / box.height) * page.height,
    };
  }

  // ------------------------------------------------------------------ marks

  /** Mark a place for a while. */
  point({ page, x, y, width, height }) {
    const shown = this.pages[page - 1];
    if (shown === undefined) return;
    // Without a size it is a line of text.
    const [wide, high] = width > 0 ? [width, height] : [shown.width - 2 * x, Math.max(height, 12)];
    const mark = place(make("div", { class: "place" }), x - 3, y - 2, Math.max(wide, 20) + 6, high + 4);
    shown.marks.append(fadeAway(mark, MARK));
  }

  /** A quiet mark in the margin of pages that were edited. */
  markEdited(pages) {
    for (const page of pages) {
      page.marks.querySelector(".edited")?.remove();
      const mark = place(make("div", { class: "edited" }), -6, 0, 2.5, page.height);
      page.marks.append(fadeAway(mark, MARK));
    }
  }

  // ------------------------------------------------------------------ loading

  #scroll() {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const far = Math.abs(scrollY - this.#scrolled) > innerHeight;
      this.#scrolled = scrollY;
      if (far) this.#loadSoon();
      else this.#load();
      this.moved();
    });
  }

  /** Load when it has been quiet for a moment: while a whole book rushes past, or zoom changes. */
  #loadSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), QUIET);
  }

  #load() {
    clearTimeout(this.#timer);
    if (this.pages.length === 0) return this.#images.want([]);
    const top = this.#above();
    const range = (from, to) => {
      const [first, last] = [this.#at(top + from * innerHeight), this.#at(top + to * innerHeight)];
      return this.pages.slice(first, last + 1);
    };
    this.#urgent = this.#urgent.filter((page) => page.key !== page.element.dataset.key);
    const seen = range(0, 1);
    const near = [...range(1, 2.5), ...range(-1, 0)];
    const wanted = [...new Set([...this.#urgent, ...seen, ...near])];
    this.#images.want(wanted.map((page) => ({ page, key: page.key, address: this.#address(page) })));
    for (const page of new Set([...seen, ...near])) this.#cover(page);
    const [first, last] = [seen[0].number - KEPT, seen[seen.length - 1].number + KEPT];
    for (const page of this.pages) {
      if ((page.number >= first && page.number <= last) || this.#urgent.includes(page)) continue;
      if (page.image !== null) dropImage(page);
      if (page.layer !== null) dropLayer(page);
    }
    return undefined;
  }

  /** Lay text and links over a page, once its image is there: the server draws one thing at a time. */
  #cover(page) {
    if (page.element.dataset.key === page.key) fillLayer(page, this.document, this.follow);
  }

  #address(page) {
    const width = within(Math.round(this.#pixels(page.width) * devicePixelRatio), 100, 4000);
    return `page/${page.key}/${width}.png`;
  }
}
