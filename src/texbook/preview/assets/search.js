/** Search over the whole book: hits with what stands around them, and marks on the pages. */

import { read } from "./ask.js";
import { byId, make, place } from "./dom.js";

const TYPING = 150;
const NOWHERE = "\uffff"; // no character

/** Keep the search. `show` is called with the hit that the reader wants to see. */
export function keepSearch(book, show) {
  const field = byId("query");
  const list = byId("hits");
  let hits = [];
  let more = false;
  let current = -1;
  let nearest = 0; // the first hit at or after the page that is read
  let answered = "";
  let asked = null;
  let timer = 0;

  async function ask({ keep = false } = {}) {
    asked?.abort();
    const query = field.value.trim();
    if (query === "") return take(query, { hits: [], more: false }, -1);
    const mine = new AbortController();
    asked = mine;
    if (query !== answered) byId("found").textContent = "searching";
    const found = await read(`search.json?q=${encodeURIComponent(query)}`, mine.signal).catch(() => null);
    if (found === null || asked !== mine) return undefined;
    return take(query, found, keep ? Math.min(current, found.hits.length - 1) : -1);
  }

  function take(query, found, index) {
    [answered, hits, more, current] = [query, found.hits, found.more, index];
    const here = book.current();
    nearest = Math.max(hits.findIndex((hit) => hit.page >= here), 0);
    list.replaceChildren(...hits.map(item));
    markEntry();
    mark();
    tell();
  }

  function item(hit, index) {
    return make(
      "li",
      {},
      make(
        "button",
        { type: "button", class: "hit", onclick: () => choose(index) },
        make(
          "span",
          { class: "excerpt" },
          // An excerpt begins and ends anywhere, also within a word.
          hit.text.slice(0, hit.start).replace(/^\S*\s/, "…\u00a0"),
          make("mark", {}, hit.text.slice(hit.start, hit.end)),
          hit.text.slice(hit.end).replace(/\s\S*$/, "\u00a0…"),
        ),
        make("span", { class: "number" }, String(hit.page)),
      ),
    );
  }

  /** Marks of all hits on the pages; those of the chosen one look stronger. */
  function mark() {
    for (const page of book.pages) page.marks.querySelectorAll(".found").forEach((old) => old.remove());
    hits.forEach((hit, index) => {
      const kind = index === current ? "found chosen" : "found";
      const marks = hit.rects.map((rectangle) => place(make("div", { class: kind }), ...rectangle));
      book.pages[hit.page - 1]?.marks.append(...marks);
    });
  }

  function tell() {
    const number = `${hits.length}${more ? " and more" : ""}`;
    const told = hits.length === 0 ? "nothing found" : `${number} found`;
    const at = current < 0 ? told : `${current + 1} of ${number}`;
    byId("found").textContent = field.value.trim() === "" ? "" : at;
  }

  function choose(index) {
    current = index;
    mark();
    markEntry();
    tell();
    list.children[index].scrollIntoView({ block: "nearest" });
    show(hits[index]);
  }

  function markEntry() {
    list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    list.children[current]?.firstChild.setAttribute("aria-current", "true");
  }

  /** The next hit (1) or the one before (-1), from the page that is read if none is chosen. */
  function step(direction) {
    if (hits.length === 0) return;
    const from = current < 0 ? nearest - (direction > 0 ? 1 : 0) : current;
    choose((from + direction + hits.length) % hits.length);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, TYPING);
  });
  field.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(timer);
    if (answered !== field.value.trim()) await ask();
    step(event.shiftKey ? -1 : 1);
  });

  return {
    step,
    /** The reader is about to search: the watch reads all pages once, which takes about a second. */
    prepare: () => read(`search.json?q=${encodeURIComponent(NOWHERE)}`).catch(() => null),
    /** The pages are others: search again, and stay at the hit. */
    renew: () => field.value.trim() !== "" && ask({ keep: true }),
    clear() {
      field.value = "";
      ask();
    },
  };
}
