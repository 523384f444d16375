/** Small ways to make and find elements. Texts become text nodes: nothing of a book is ever read as HTML. */

export const byId = (id) => document.getElementById(id);

/** Make an element. Attributes that are null or false are left out; `onclick` and the like are listeners. */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Place an element by a rectangle of the page, in points. */
export function place(element, x, y, width, height) {
  element.style.left = `${x}px`;
  element.style.top = `${y}px`;
  element.style.width = `${width}px`;
  element.style.height = `${height}px`;
  return element;
}

/** Take an element away when its animation is over, or after `milliseconds` where nothing moves. */
export function fadeAway(element, milliseconds) {
  element.addEventListener("animationend", () => element.remove(), { once: true });
  setTimeout(() => element.remove(), milliseconds);
  return element;
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const twoDigits = (number) => String(number).padStart(2, "0");

/** The local time of day of an ISO time, with seconds unless they are unwanted. */
export function clock(iso, { seconds = true } = {}) {
  const time = new Date(iso);
  const parts = [time.getHours(), time.getMinutes(), ...(seconds ? [time.getSeconds()] : [])];
  return parts.map(twoDigits).join(":");
}

export const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
