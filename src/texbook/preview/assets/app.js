/** The live preview: joins the events of the watch, the pages, the panels and the keys. */

import { open } from "./ask.js";
import { Book, FULL } from "./book.js";
import { keepCard } from "./card.js";
import { byId } from "./dom.js";
import { keepFindings } from "./findings.js";
import { keepJourney } from "./journey.js";
import { keepKeys } from "./keys.js";
import { wordAt } from "./layer.js";
import { say, sayOpened } from "./messages.js";
import { keepOutline } from "./outline.js";
import { isOpen, keepPanels } from "./panels.js";
import { keepSearch } from "./search.js";
import { remember, remembered } from "./settings.js";
import { tellState } from "./state.js";
import { listen } from "./stream.js";

const NO_STATE = {
  version: 0, title: "texbook", phase: "starting", since: null, seconds: null, pages: null, changed: [],
  reasons: [], news: "", step: "", page: null, expected: null, showing: null, findings: [], more: 0,
};

let state = NO_STATE;
let sight = { shown: null, ahead: false }; // when the pages were made; are edited ones of this build among them
let renewed = true; // the next list of pages is the first of a connection
let link = "there";
let follow = remembered("follow", true);

const book = new Book(byId("sheets"), byId("bar"), { moved, follow: (target) => journey.jump(target) });
const journey = keepJourney(book);
const panels = keepPanels(() => book.resize());
const outline = keepOutline((target) => {
  panels.stepAside();
  journey.jump(target);
});
const search = keepSearch(book, ({ page, rects }) => {
  const [, y, , height] = rects[0] ?? [0, 0, 0, 0];
  panels.stepAside();
  if (!book.shows(page, y, height)) book.goTo({ page, y: Math.max(y, 1) });
});
const findings = keepFindings((there) => {
  panels.stepAside();
  reveal(there);
});
const card = keepCard(() => panels.show("findings"));

// ---------------------------------------------------------------------- what the watch tells

const tell = () => tellState({ ...state, ...sight }, link);

function onPages({ document: number, shown, exact, pages, edited }) {
  sight = { shown, ahead: !exact };
  const first = book.pages.length === 0;
  const fresh = book.show(number, pages, { renew: renewed });
  renewed = false;
  document.body.dataset.document = number;
  byId("empty").hidden = pages.length > 0;
  byId("pages").textContent = `/ ${pages.length}`;
  if (first) journey.arrive();
  const order = new Map(edited.map((page, index) => [page, index])); // the first is what the save is about
  const changed = fresh.filter((page) => order.has(page.number));
  changed.sort((one, other) => order.get(one.number) - order.get(other.number));
  book.look(first ? [] : showEdited(changed));
  outline.load();
  search.renew();
}

/** Bring an edited page into view. Gives the one whose image is wanted first. */
function showEdited(pages) {
  if (pages.length === 0) return [];
  const inView = pages.find((page) => book.inView(page.number));
  if (follow && !inView) book.goTo({ page: pages[0].number }, { smooth: true });
  book.markEdited(pages);
  return follow || inView ? [inView ?? pages[0]] : [];
}

function onState(told) {
  if (told.news && told.news !== state.news) say(told.news);
  const begins = told.phase === "building" && (state.phase !== "building" || told.since !== state.since);
  if (begins) sight.ahead = false;
  state = told;
  link = "there";
  tell();
  findings.update(state);
  card.update({ ...state, ...sight });
}

function onLink(now) {
  if (link === "ended" && now === "lost") return; // it said good-bye
  link = now;
  tell();
}

// ---------------------------------------------------------------------- what the reader does

/** Mark a place, and go there if it is not in sight; Back returns. */
function reveal(there) {
  const { page, y, height } = there;
  if (page > book.pages.length) return;
  if (!book.shows(page, y, height)) journey.jump({ page, y: Math.max(y, 1) }, { smooth: true });
  book.point(there);
}

function moved() {
  const here = book.place();
  if (document.activeElement !== byId("number")) byId("number").value = here?.page ?? "";
  byId("percent").textContent = `${Math.round((100 * book.scale) / FULL)}%`;
  if (here !== null) outline.read(here);
}

async function openSource(event) {
  const point = book.pointAt(event.clientX, event.clientY);
  if (point === null) return;
  event.preventDefault();
  const rounded = { x: Math.round(10 * point.x) / 10, y: Math.round(10 * point.y) / 10 };
  sayOpened(await open({ page: point.page, ...rounded, word: wordAt(event.clientX, event.clientY) }));
}

function goToNumber() {
  const page = Number.parseInt(byId("number").value, 10);
  byId("number").blur();
  if (page > 0) journey.jump({ page });
  moved();
}

function setDark(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.querySelector('[data-do="dark"]').setAttribute("aria-pressed", String(dark));
}

function setFollow(now) {
  follow = now;
  document.querySelector('[data-do="follow"]').setAttribute("aria-pressed", String(now));
}

function setZoom(to) {
  book.zoom(to);
  remember("zoom", book.fit ?? book.scale);
}

function stepZoom(direction) {
  book.step(direction);
  remember("zoom", book.fit ?? book.scale);
}

function startSearch() {
  panels.show("search");
  search.prepare();
  byId("query").focus();
  byId("query").select();
}

function close() {
  if (panels.close() || card.close()) return;
  search.clear();
}

const DO = {
  outline: () => panels.toggle("outline"),
  findings: () => panels.toggle("findings"),
  search: () => (isOpen("search") ? panels.hide("search") : startSearch()),
  find: startSearch,
  "next-hit": () => search.step(1),
  "previous-hit": () => search.step(-1),
  "next-finding": () => findings.step(1),
  "previous-finding": () => findings.step(-1),
  card: () => card.toggle(),
  number: () => byId("number").select(),
  larger: () => stepZoom(1),
  smaller: () => stepZoom(-1),
  "fit-width": () => setZoom("width"),
  "fit-page": () => setZoom("page"),
  full: () => setZoom(FULL),
  fit: () => setZoom(book.fit === "width" ? "page" : "width"),
  follow() {
    setFollow(!follow);
    remember("follow", follow);
    say(follow ? "edited pages come into view" : "edited pages stay where they are");
  },
  dark() {
    const dark = document.documentElement.dataset.theme !== "dark";
    setDark(dark);
    remember("dark", dark);
  },
  print: () => window.open("book.pdf", "_blank", "noopener"),
  help: () => byId("help").showModal(),
  close,
};

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
setDark(remembered("dark", null) ?? prefersDark.matches);
prefersDark.addEventListener("change", () => setDark(remembered("dark", null) ?? prefersDark.matches));
setFollow(follow);
book.zoom(remembered("zoom", "width"));
keepKeys(DO);
document.addEventListener("click", (event) => {
  const action = event.target.closest("[data-do]")?.dataset.do;
  if (action) DO[action]();
});
byId("number").addEventListener("keydown", (event) => event.key === "Enter" && goToNumber());
byId("number").addEventListener("focus", () => byId("number").select());
byId("number").addEventListener("blur", moved);
byId("sheets").addEventListener("dblclick", (event) => event.target.closest("a") || openSource(event));
byId("sheets").addEventListener("click", (event) => (event.ctrlKey || event.metaKey) && openSource(event));
listen("events", {
  pages: onPages,
  state: onState,
  show: reveal,
  bye: () => onLink("ended"),
  connected() {
    renewed = true;
    if (link !== "there") onLink("there");
  },
  lost: () => onLink("lost"),
});
