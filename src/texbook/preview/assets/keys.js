/** The keys, and the help that lists them. */

import { byId, make } from "./dom.js";

const KEYS = [
  [["b"], "outline", "bookmarks"],
  [["/"], "find", "search the book"],
  [["n"], "next-hit", "next hit"],
  [["N"], "previous-hit", "previous hit"],
  [["l"], "findings", "list of findings"],
  [["e"], "next-finding", "next finding"],
  [["E"], "previous-finding", "previous finding"],
  [["x"], "card", "fold or unfold the error"],
  [["g"], "number", "go to page"],
  [["+", "="], "larger", "larger"],
  [["-"], "smaller", "smaller"],
  [["0"], "fit-width", "fit the width"],
  [["9"], "fit-page", "fit the page"],
  [["1"], "full", "100 %"],
  [["f"], "follow", "follow edits"],
  [["d"], "dark", "dark or light"],
  [["p"], "print", "open the PDF, to print it"],
  [["?"], "help", "this help"],
  [["Escape"], "close", "close, fold away, end the search"],
];
const WRITTEN = { Escape: "Esc" };

/** Carry out what the keys say; `actions` by name. */
export function keepKeys(actions) {
  const named = new Map(KEYS.flatMap(([keys, name]) => keys.map((key) => [key, name])));
  byId("keys").replaceChildren(
    ...KEYS.flatMap(([keys, , meaning]) => [
      make("dt", {}, make("kbd", {}, WRITTEN[keys[0]] ?? keys[0])),
      make("dd", {}, meaning),
    ]),
  );
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (byId("help").open) return; // a dialog has its own Escape
    const typing = event.target.closest?.("input, textarea");
    if (typing && event.key !== "Escape") return;
    const name = named.get(event.key);
    if (name === undefined) return;
    event.preventDefault();
    if (typing) typing.blur();
    actions[name]();
  });
}
