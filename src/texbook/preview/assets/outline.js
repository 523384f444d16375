/** Bookmarks: the book's outline as a tree, with the section that is read. */

import { read } from "./ask.js";
import { byId, make } from "./dom.js";

/** Keep the list of bookmarks. `go` is called with the place of the one that was chosen. */
export function keepOutline(go) {
  const list = byId("bookmarks");
  let entries = [];
  let written = "";
  let folded = new Set();
  let here = { page: 0, y: 0 };
  let current = -1;

  const hasChildren = (index) => (entries[index + 1]?.level ?? 0) > entries[index].level;
  // Bookmarks have no name of their own; the path of titles stays the same when pages move.
  const path = (index) => {
    const titles = [entries[index].title];
    let level = entries[index].level;
    for (let above = index - 1; above >= 0 && level > 0; above -= 1) {
      if (entries[above].level < level) {
        titles.unshift(entries[above].title);
        level = entries[above].level;
      }
    }
    return titles.join("\n");
  };

  function item(entry, index) {
    const closed = folded.has(path(index));
    const fold = hasChildren(index)
      ? make("button", {
          type: "button",
          class: "fold",
          "aria-expanded": String(!closed),
          "aria-label": `fold ${entry.title}`,
          onclick: () => toggle(index),
        })
      : make("span", { class: "fold" });
    const title = make(
      "button",
      { type: "button", class: "entry", onclick: () => go({ page: entry.page, y: entry.y ?? 0 }) },
      make("span", { class: "name" }, entry.title),
      make("span", { class: "number" }, String(entry.page)),
    );
    const made = make("li", { "data-level": Math.min(entry.level, 5) }, fold, title);
    made.style.setProperty("--level", entry.level);
    return made;
  }

  /** The index of the bookmark that was passed last. */
  function section() {
    const { page, y } = here;
    return entries.findLastIndex(
      (entry) => entry.page < page || (entry.page === page && (entry.y ?? 0) <= y + 1),
    );
  }

  function toggle(index) {
    const name = path(index);
    if (!folded.delete(name)) folded.add(name);
    draw();
    list.children[index].querySelector(".fold").focus();
  }

  function draw() {
    list.replaceChildren(...entries.map(item));
    let hidden = Infinity;
    entries.forEach((entry, index) => {
      if (entry.level <= hidden) hidden = folded.has(path(index)) && hasChildren(index) ? entry.level : Infinity;
      else list.children[index].hidden = true;
    });
    byId("no-bookmarks").hidden = entries.length > 0;
    mark();
  }

  function mark() {
    [...list.children].forEach((element, index) => {
      const button = element.querySelector(".entry");
      if (index === current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
  }

  return {
    /** Read the outline of the document that is shown now. */
    async load() {
      const given = await read("outline.json").catch(() => null);
      const text = JSON.stringify(given);
      if (given === null || text === written) return;
      const first = written === "";
      [entries, written] = [given, text];
      if (first) folded = new Set(entries.flatMap((entry, index) => (entry.open ? [] : [path(index)])));
      current = section();
      draw();
    },
    /** Mark the section in which a place is. */
    read(place) {
      here = place;
      const now = section();
      if (now === current) return;
      current = now;
      mark();
      if (!byId("outline").hidden) list.children[now]?.scrollIntoView({ block: "nearest" });
    },
  };
}
