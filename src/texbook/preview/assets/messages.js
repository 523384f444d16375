/** Small messages at the lower edge, for what was done or why not. */

import { byId, make } from "./dom.js";

const READING = 4500;

/** Show a message for a while; a new one takes the place of the old. */
export function say(text, { hints = [], bad = false } = {}) {
  const lines = hints.map((hint) => make("p", { class: "hint" }, hint));
  const message = make("div", { class: bad ? "message bad" : "message" }, make("p", {}, text), ...lines);
  byId("messages").replaceChildren(message);
  setTimeout(() => message.remove(), READING + 40 * message.textContent.length);
}

/** Say what became of opening the editor. */
export function sayOpened(answer) {
  if (answer.file) say(`opened ${answer.file}:${answer.line}`);
  else say(answer.message, { hints: answer.hints ?? [], bad: true });
}
