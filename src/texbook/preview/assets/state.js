/** The state of the watch, in words and colours: in the bar, the tab's title and its icon. */

import { byId, clock, count } from "./dom.js";

const COLOURS = { good: "#2f8f5b", failed: "#c9372c", building: "#d08a13", lost: "#8a8f98" };

/** Which build is in sight: as the state says, or as the pages themselves do. */
export const shownSince = ({ showing, shown }) =>
  (showing ?? shown) ? `showing the build of ${clock(showing ?? shown, { seconds: false })}` : "no PDF yet";

function building(state) {
  const page = state.page && pageOf(state.page, state.expected);
  const parts = [state.step, page, state.ahead && "your edit is shown already"].filter(Boolean);
  return { word: "building", detail: parts.join(" · "), tab: pageCount(state) || "building" };
}

const pageOf = (page, expected) => `page ${page}${expected ? ` of ${expected}` : ""}`;
const pageCount = ({ page, expected }) => (page ? `${page}${expected ? `/${expected}` : ""}` : "");

const TELL = {
  starting: () => ({ word: "starting", detail: "", tab: "starting" }),
  building,
  good: (state) => ({
    word: `good since ${clock(state.since)}`,
    detail: [
      state.pages !== null && count(state.pages, "page"),
      state.seconds !== null && `${state.seconds.toFixed(1)} s`,
    ].filter(Boolean).join(" · "),
    tab: "✓",
  }),
  failed: (state) => ({
    word: `failed since ${clock(state.since)}`,
    detail: shownSince(state),
    tab: `✗ ${count(state.findings.filter(({ severity }) => severity === "error").length, "error")}`,
  }),
  lost: (state) => ({
    word: "connection lost",
    detail: `trying again · ${shownSince(state)}`,
    tab: "connection lost",
  }),
  ended: (state) => ({
    word: "the watch has ended",
    detail: shownSince(state),
    tab: "ended",
  }),
};

/**
 * Say the state.
 *
 * `state` also has of the pages when they were made (`shown`) and whether they are ahead of this build (`ahead`). `link` is
 * "there", "lost" or "ended", and may know better than the last state.
 */
export function tellState(state, link) {
  const phase = link === "there" ? state.phase : link;
  const { word, detail, tab } = TELL[phase](state);
  document.body.dataset.phase = phase;
  document.body.dataset.version = state.version;
  document.title = `${tab} · ${state.title}`;
  byId("title").textContent = state.title;
  setText("word", word);
  setText("detail", detail);
  byId("state").title = [word, detail, ...state.changed, ...state.reasons, state.news].filter(Boolean).join("\n");
  setText("spoken", spoken(phase, state, word, detail));
  const share = phase === "building" && state.expected ? Math.min(state.page / state.expected, 1) : 0;
  byId("progress").style.transform = `scaleX(${share})`;
  colourIcon(COLOURS[phase] ?? (phase === "ended" ? COLOURS.lost : COLOURS.building));
}

/** What a screen reader says: not each page of a build, but the first error. */
function spoken(phase, { findings }, word, detail) {
  if (phase === "building") return word;
  const error = phase === "failed" && findings.find(({ severity }) => severity === "error");
  return [word, detail, error && error.message].filter(Boolean).join(", ");
}

/** Written only when it differs: a live region speaks on every write. */
function setText(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

function colourIcon(colour) {
  const drawing =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">` +
    `<path d="M6 3h20v26H6z" fill="#fff" stroke="#555" stroke-width="2"/>` +
    `<circle cx="16" cy="16" r="7" fill="${colour}"/></svg>`;
  const address = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
  const icon = byId("icon");
  if (icon.getAttribute("href") !== address) icon.setAttribute("href", address);
}
