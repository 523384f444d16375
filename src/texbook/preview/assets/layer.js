/** The text and the links that lie over a page's image. Units are points; CSS scales the whole layer. */

import { read } from "./ask.js";
import { make, place } from "./dom.js";

const FONT = "serif"; // as in app.css; widths are fitted, so any that is always there will do
const ruler = document.createElement("canvas").getContext("2d");

/** Load what the page lacks: all of the layer, or its links if only the document is another. */
export async function fillLayer(page, document, follow) {
  const name = `${page.key}/${document}`;
  if (page.layer === name || page.asked === name) return;
  page.asked = name;
  const given = await read(`layer/${name}.json`).catch(() => null);
  if (page.asked !== name) return;
  page.asked = null;
  if (given === null) return;
  if (!page.layer?.startsWith(`${page.key}/`)) showLines(page, given.lines);
  showLinks(page, given.links, follow);
  page.layer = name;
}

export function dropLayer(page) {
  page.text.replaceChildren();
  page.links.replaceChildren();
  page.shownLinks = null;
  page.layer = null;
  page.asked = null;
}

function showLines(page, lines) {
  place(page.text, 0, 0, page.width, page.height);
  page.text.replaceChildren(...lines.map((line) => lineElement(line, reach(line, lines, page))));
}

/**
 * How far a line may be grasped, beyond its own text.
 *
 * Between two lines there would be nothing to select, and a selection that is dragged over nothing jumps. So each line
 * reaches down to the next one, and right to its neighbour or the edge.
 */
function reach(line, lines, page) {
  let right = page.width;
  let bottom = page.height;
  for (const other of lines) {
    const beside = other.y < line.y + line.h && line.y < other.y + other.h;
    if (beside && other.x >= line.x + line.w) right = Math.min(right, other.x);
  }
  for (const other of lines) {
    const below = other.y >= line.y + line.h / 2 && other.x < right && other.x + other.w > line.x;
    if (below) bottom = Math.min(bottom, other.y);
  }
  return { width: right - line.x, height: Math.max(bottom - line.y, line.h) };
}

function lineElement(line, { width, height }) {
  const text = make("span", {}, line.text);
  ruler.font = `${line.h}px ${FONT}`;
  const natural = ruler.measureText(line.text).width;
  if (natural > 0) text.style.transform = `scaleX(${line.w / natural})`;
  const element = place(make("div", {}, text, make("br")), line.x, line.y, width, height);
  element.style.fontSize = element.style.lineHeight = `${line.h}px`;
  return element;
}

function showLinks(page, links, follow) {
  const written = JSON.stringify(links);
  if (page.shownLinks === written) return;
  page.shownLinks = written;
  page.links.replaceChildren(...links.map((link) => linkElement(link, follow)));
}

function linkElement(link, follow) {
  const inside = link.url === undefined;
  const anchor = inside
    ? make("a", {
        href: `#page=${link.page}`,
        "aria-label": `to page ${link.page}`,
        onclick: (event) => {
          event.preventDefault();
          if (!event.ctrlKey && !event.metaKey) follow({ page: link.page, y: link.to_y ?? 0 });
        },
      })
    : make("a", {
        href: link.url,
        target: "_blank",
        rel: "noopener noreferrer",
        title: link.url,
        "aria-label": link.url,
      });
  return place(anchor, link.x, link.y, link.w, link.h);
}

/** The text node and the offset at a point, also below a link. */
function caretAt(x, y) {
  document.body.classList.add("reading");
  try {
    return caretInSight(x, y);
  } finally {
    document.body.classList.remove("reading");
  }
}

function caretInSight(x, y) {
  if (document.caretPositionFromPoint) {
    const found = document.caretPositionFromPoint(x, y);
    return found && [found.offsetNode, found.offset];
  }
  const found = document.caretRangeFromPoint?.(x, y);
  return found && [found.startContainer, found.startOffset];
}

/** The word under a point of the window, empty if there is none. */
export function wordAt(x, y) {
  const [node, offset] = caretAt(x, y) ?? [null, 0];
  if (node?.nodeType !== Node.TEXT_NODE || !node.parentElement.closest(".text")) return "";
  const box = document.createRange();
  box.selectNodeContents(node);
  const area = box.getBoundingClientRect();
  if (x > area.right || y > area.bottom) return "";
  const before = /[\p{L}\p{N}\p{M}'’-]*$/u.exec(node.data.slice(0, offset))[0];
  const after = /^[\p{L}\p{N}\p{M}'’-]*/u.exec(node.data.slice(offset))[0];
  return before + after;
}
