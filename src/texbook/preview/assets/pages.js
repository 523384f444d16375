/** Which pages of a new list are the old ones, and where the reader is in it. */

import { make } from "./dom.js";

/** The element of a page and what is known of it. `address` is that of the image it shows. */
export function makePage() {
  const text = make("div", { class: "text layer" });
  const links = make("div", { class: "links layer" });
  const marks = make("div", { class: "marks layer", "aria-hidden": "true" });
  const element = make(
    "div",
    { class: "page", role: "group", "aria-roledescription": "page" },
    marks,
    text,
    links,
  );
  const nothing = { image: null, address: null, layer: null, asked: null, shownLinks: null };
  return { element, text, links, marks, key: null, number: 0, width: 0, height: 0, ...nothing };
}

/**
 * The pages for a new list of `[key, width, height]`.
 *
 * A page whose key is known keeps its element, wherever it moves to. One whose key is new takes that of a page which is
 * gone, the one that followed its neighbour, so that the old image stays in sight until the new one is loaded.
 */
export function matchPages(before, entries) {
  const known = new Map();
  for (const page of before) known.set(page.key, [...(known.get(page.key) ?? []), page]);
  const pages = entries.map(([key]) => known.get(key)?.shift() ?? null);
  const gone = new Set([...known.values()].flat());
  const index = new Map(before.map((page, position) => [page, position]));
  for (let position = 0; position < pages.length; position += 1) {
    if (pages[position] !== null) continue;
    const neighbour = position > 0 ? (index.get(pages[position - 1]) ?? position - 1) : -1;
    const heir = before[neighbour + 1];
    pages[position] = gone.delete(heir) ? heir : makePage();
  }
  return { pages, gone };
}

/**
 * The page of the new list that stands where page `position` of the old one did.
 *
 * The nearest page whose key is in both lists, and only once, tells how far all has moved.
 */
export function movedTo(position, keysBefore, keysNow) {
  const places = new Map();
  keysNow.forEach((key, at) => places.set(key, places.has(key) ? null : at));
  const seen = new Set();
  const doubled = new Set(keysBefore.filter((key) => seen.size === seen.add(key).size));
  for (let distance = 0; distance < keysBefore.length; distance += 1) {
    for (const old of [position + distance, position - distance]) {
      const key = keysBefore[old];
      const now = places.get(key);
      if (now === undefined || now === null || doubled.has(key)) continue;
      return Math.min(Math.max(now + position - old, 0), keysNow.length - 1);
    }
  }
  return Math.min(position, keysNow.length - 1);
}
