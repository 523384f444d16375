/** The panels at the sides, and the help. On a narrow window they are sheets over the page. */

import { byId } from "./dom.js";

const NAMES = ["outline", "search", "findings"];
const SIDE = { outline: "left", search: "left", findings: "right" };
const SHEETS = "(max-width: 760px)"; // as in app.css
const ONE_SIDE = "(max-width: 1100px)";

const ENTRIES = ".entry, .hit, .finding";

const matches = (query) => matchMedia(query).matches;
export const isOpen = (name) => !byId(name).hidden;

/** Panels that tell `changed` after each change, since the pages have another width then. */
export function keepPanels(changed) {
  let before = null; // what had the focus
  const set = (name, shown) => {
    byId(name).hidden = !shown;
    const button = document.querySelector(`[data-panel="${name}"]`);
    button?.setAttribute("aria-expanded", String(shown));
  };

  function show(name) {
    for (const other of NAMES) {
      if (other !== name && (matches(ONE_SIDE) || SIDE[other] === SIDE[name])) set(other, false);
    }
    const panel = byId(name);
    if (!panel.contains(document.activeElement)) before = document.activeElement;
    set(name, true);
    settle();
    const first = panel.querySelector("[aria-current]") ?? panel.querySelector(ENTRIES);
    (first ?? panel.querySelector("button")).focus();
  }

  /** Up and down go through the entries of a list. */
  function walk(event) {
    const direction = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    const entries = [...event.currentTarget.querySelectorAll(ENTRIES)].filter((entry) => entry.checkVisibility());
    const at = entries.indexOf(document.activeElement);
    entries[Math.max(at + direction, 0)]?.focus();
  }

  function hide(name) {
    const inside = byId(name).contains(document.activeElement);
    if (inside) document.activeElement.blur();
    set(name, false);
    if (inside) before?.focus();
    settle();
  }

  function settle() {
    document.body.dataset.panels = NAMES.filter(isOpen).map((name) => SIDE[name]).join(" ");
    changed();
  }

  for (const name of NAMES) {
    byId(name).addEventListener("keydown", walk);
    byId(name).querySelector(".close").addEventListener("click", () => hide(name));
  }
  return {
    show,
    hide,
    toggle: (name) => (isOpen(name) ? hide(name) : show(name)),
    /** A sheet hides the page that was chosen in it. */
    stepAside: () => matches(SHEETS) && NAMES.filter(isOpen).forEach(hide),
    /** Close one that is open; false if none is. */
    close() {
      const open = NAMES.filter(isOpen);
      const focused = open.find((name) => byId(name).contains(document.activeElement));
      if (open.length > 0) hide(focused ?? open[open.length - 1]);
      return open.length > 0;
    },
  };
}
