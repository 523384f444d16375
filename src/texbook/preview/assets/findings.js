/** What the build and the rules found: the list at the side. */

import { open, read } from "./ask.js";
import { byId, count, make } from "./dom.js";
import { say, sayOpened } from "./messages.js";
import { remember, remembered } from "./settings.js";

const SEVERITIES = ["error", "warning", "information"];
const MOST = 300;

export const placeOf = ({ file, line, column }) =>
  file === null ? "" : [file, line, column].filter((part) => part !== null).join(":");

/** Open the source of a finding in the editor. */
export async function openFinding(finding, version) {
  sayOpened(await open({ finding, version }));
}

/** Keep the list. `show` is called with the place of the finding that was chosen. */
export function keepFindings(show) {
  const list = byId("finding-list");
  const hidden = new Set(remembered("hidden", []));
  let findings = [];
  let version = 0;
  let more = 0; // that the watch has and does not send
  let written = "";
  let current = -1;

  async function choose(index) {
    current = index;
    mark();
    const finding = findings[index];
    const there = await read(`locate.json?finding=${index}&version=${version}`).catch(() => null);
    if (there !== null) show(there);
    else say(`${finding.message}`, { hints: [placeOf(finding), "not to be seen on a page"].filter(Boolean) });
  }

  function mark() {
    for (const element of list.children) {
      const button = element.querySelector(".finding");
      if (Number(element.dataset.index) === current) {
        button?.setAttribute("aria-current", "true");
        element.scrollIntoView({ block: "nearest" });
      } else button?.removeAttribute("aria-current");
    }
  }

  function item({ finding, index }) {
    const where = placeOf(finding);
    return make(
      "li",
      { "data-severity": finding.severity, "data-index": index },
      make(
        "button",
        { type: "button", class: "finding", onclick: () => choose(index) },
        make("span", { class: "what" }, finding.message),
        make("span", { class: "where" }, where, make("span", { class: "code" }, finding.code)),
      ),
      finding.file === null
        ? null
        : make(
            "button",
            {
              type: "button",
              class: "source",
              "aria-label": `open ${where} in the editor`,
              title: "open in the editor",
              onclick: () => openFinding(index, version),
            },
            "↗",
          ),
    );
  }

  const chosen = () =>
    findings.map((finding, index) => ({ finding, index })).filter(({ finding }) => !hidden.has(finding.severity));

  const verdict = () => (version === 0 ? "not checked yet" : "nothing found: all is well");

  function draw() {
    const shown = chosen();
    list.replaceChildren(...shown.slice(0, MOST).map(item));
    const rest = Math.max(shown.length - MOST, 0) + more;
    const none = findings.length === 0 ? verdict() : "";
    byId("more-findings").textContent = rest > 0 ? `and ${rest} more` : none;
    mark();
  }

  function drawCounts() {
    const numbers = SEVERITIES.map((name) => findings.filter(({ severity }) => severity === name).length);
    byId("severities").replaceChildren(
      ...SEVERITIES.map((name, index) =>
        make(
          "button",
          {
            type: "button",
            class: "severity",
            "data-severity": name,
            "aria-pressed": String(!hidden.has(name)),
            onclick: () => filter(name),
          },
          name === "information" ? `${numbers[index]} information` : count(numbers[index], name),
        ),
      ),
    );
    const badge = byId("count");
    const worst = SEVERITIES.find((name, index) => numbers[index] > 0) ?? "";
    badge.textContent = findings.length > 0 ? String(findings.length) : "";
    badge.dataset.severity = worst;
    byId("findings-button").setAttribute("aria-label", `Findings: ${numbers[0]} errors, ${numbers[1]} warnings`);
  }

  function filter(name) {
    if (!hidden.delete(name)) hidden.add(name);
    remember("hidden", [...hidden]);
    drawCounts();
    draw();
    byId("severities").querySelector(`[data-severity="${name}"]`).focus();
  }

  return {
    update(state) {
      version = state.version;
      const text = JSON.stringify([version === 0, state.findings]);
      if (text === written) return;
      [findings, more, written, current] = [state.findings, state.more, text, -1];
      drawCounts();
      draw();
    },
    /** The next finding (1) or the one before (-1). */
    step(direction) {
      const shown = chosen();
      if (shown.length === 0) return say(verdict());
      const at = shown.findIndex(({ index }) => index === current);
      const from = at < 0 && direction < 0 ? 0 : at;
      const next = shown[(from + direction + shown.length) % shown.length];
      if (byId("findings").hidden) say(next.finding.message, { hints: [placeOf(next.finding)] });
      return choose(next.index);
    },
  };
}
