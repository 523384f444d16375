/** The card over the page that says why there is no new PDF. */

import { byId, count, make } from "./dom.js";
import { openFinding, placeOf } from "./findings.js";
import { shownSince } from "./state.js";

/** The line below an excerpt's line that points at its column; a tab stays a tab, so that it is as wide. */
function pointer(text, column) {
  const before = [...text].slice(0, column - 1).map((letter) => (letter === "\t" ? "\t" : " "));
  return `${before.join("")}^`;
}

function excerpt({ excerpt: given, line, column }) {
  if (given === null) return null;
  const rows = given.lines.flatMap((text, index) => {
    const number = given.first + index;
    const marked = number === line;
    const row = make(
      "div",
      { class: marked ? "row marked" : "row" },
      make("span", { class: "line" }, String(number)),
      make("span", { class: "code" }, text),
    );
    if (!marked || column === null) return [row];
    const below = make("span", { class: "code" }, pointer(text, column));
    return [row, make("div", { class: "row caret", "aria-hidden": "true" }, make("span", { class: "line" }), below)];
  });
  return make("div", { class: "source-lines", tabindex: "0", role: "group", "aria-label": "source" }, ...rows);
}

/** Scroll a long line to its column. */
function showColumn() {
  const lines = document.querySelector("#card .source-lines");
  const caret = lines?.querySelector(".caret .code");
  if (!caret) return;
  const end = caret.getBoundingClientRect().right - lines.getBoundingClientRect().left;
  if (end > 0.8 * lines.clientWidth) lines.scrollLeft = end - lines.clientWidth / 2;
}

/** Keep the card. `list` opens the list of all findings. */
export function keepCard(list) {
  const card = byId("card");
  let written = "";
  let folded = false;

  function fold(now) {
    folded = now;
    card.dataset.folded = String(folded);
    const button = byId("fold");
    button.setAttribute("aria-expanded", String(!folded));
    button.title = folded ? "show the error (x)" : "fold away (x)";
  }

  function body(state, errors) {
    const [first] = errors;
    if (first === undefined) return [make("p", { class: "message" }, state.news || "the build gave no PDF")];
    const { finding, index } = first;
    const where = placeOf(finding);
    const source = finding.file !== null && {
      type: "button",
      class: "open",
      title: "open in the editor",
      onclick: () => openFinding(index, state.version),
    };
    const others = { type: "button", class: "others", onclick: list };
    return [
      make("p", { class: "message" }, finding.message),
      source ? make("button", source, where) : null,
      excerpt(finding),
      ...finding.hints.map((hint) => make("p", { class: "hint" }, hint)),
      errors.length > 1
        ? make("button", others, `and ${count(errors.length - 1, "more error")}`)
        : null,
    ].filter(Boolean);
  }

  function draw(state) {
    const errors = state.findings
      .map((finding, index) => ({ finding, index }))
      .filter(({ finding }) => finding.severity === "error");
    const text = JSON.stringify([errors, state.news]);
    byId("card-title").textContent = errors.length > 0 ? count(errors.length, "error") : "no new PDF";
    byId("card-brief").textContent = errors[0]?.finding.message ?? "";
    byId("card-showing").textContent = shownSince(state);
    byId("card-body").replaceChildren(...body(state, errors));
    card.hidden = false;
    if (text !== written) fold(false);
    showColumn();
    written = text;
  }

  byId("fold").addEventListener("click", () => fold(!folded));
  return {
    /** Show the faults of a build that failed until one is good. */
    update(state) {
      if (state.phase === "good" || state.phase === "starting") {
        card.hidden = true;
        written = "";
      } else if (state.phase === "failed") {
        draw(state);
      }
    },
    toggle: () => card.hidden || fold(!folded),
    /** Fold an open card; false if there is none. */
    close() {
      if (card.hidden || folded) return false;
      fold(true);
      return true;
    },
  };
}
