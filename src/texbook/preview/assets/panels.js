/** The panels at the sides, and the help. On a narrow window they are sheets over the page. */

import { byId } from "./dom.js";

const NAMES = ["outline", "search", "findings"];
const SIDE = { outline: "left", search: "left", findings: "right" };
const SHEETS = "(max-width: 760px)"; // as in app.css
const ONE_SIDE = "(max-width: 1100px)";

const matches = (query) => matchMedia(query).matches;
export const isOpen = (name) => !byId(name).hidden;

/** Panels that tell `changed` after each change, since the pages have another width then. */
export function keepPanels(changed) {
  const set = (name, shown) => {
    byId(name).hidden = !shown;
    const button = document.querySelector(`[data-panel="${name}"]`);
    button?.setAttribute("aria-expanded", String(shown));
  };

  function show(name) {
    for (const other of NAMES) {
      if (other !== name && (matches(ONE_SIDE) || SIDE[other] === SIDE[name])) set(other, false);
    }
    set(name, true);
    settle();
  }

  function hide(name) {
    const inside = byId(name).contains(document.activeElement);
    set(name, false);
    if (inside) document.querySelector(`[data-panel="${name}"]`)?.focus();
    settle();
  }

  function settle() {
    document.body.dataset.panels = NAMES.filter(isOpen).map((name) => SIDE[name]).join(" ");
    changed();
  }

  for (const name of NAMES) {
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
