r"""What one sheet of a SyncTeX file tells of its page: which lines it shows, and where its body is.

TeX gives a box that it makes the line that it has reached. So the boxes of the page itself, head
and foot among them, bear the line at which the page was shipped, which the first record of the
sheet has (tex.web section 638, ``ship_out``; ``synctex.c``). What the line itself has printed, if
it has printed anything, stands in the body, with LaTeX the highest of the boxes within the page
(latex.ltx, ``\@outputpage``).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.texfiles.synctex import Link, parse_link, split_links

if TYPE_CHECKING:
    from texbook.texfiles.synctex import SyncTex

_SP_IN_A_POINT = 65536 * 72.27 / 72
_SETTING = re.compile(rb"(?m)^(Unit|Magnification|Y Offset):(\d+)$")

_BOX = re.compile(
    rb"\n(?:(?P<open>[\[(])(?P<link>\d+,\d+):(-?\d+),(-?\d+):(-?\d+),(-?\d+),(-?\d+)"
    rb"|(?P<close>[\])])|[^\[(\d](?P<leaf>\d+,\d+))"
)


@dataclass(frozen=True, slots=True)
class Box:
    """A box on a page, in scaled points; ``bottom`` counts downwards.

    Attributes:
        is_vertical: whether it holds boxes one below the other.
        link: as it stands in the file.
        links: of what it holds itself, boxes left out.
        outer: the index of the box around it; -1 for the page.
    """

    is_vertical: bool
    link: bytes
    left: int
    width: int
    height: int
    bottom: int
    outer: int
    links: set[bytes]

    @property
    def top(self) -> int:
        """Where it begins."""
        return self.bottom - self.height


def read_boxes(sheet: bytes) -> list[Box]:
    """List the boxes of a sheet, each behind that around it."""
    boxes: list[Box] = []
    opened = [-1]
    for found in _BOX.finditer(sheet):
        if found["close"]:
            del opened[max(1, len(opened) - 1) :]
        elif found["leaf"]:
            boxes[opened[-1]].links.add(found["leaf"])
        else:
            left, baseline, width, height, depth = map(int, found.groups()[2:7])
            is_vertical = found["open"] == b"["
            size = (left, width, height + depth, baseline + depth)
            boxes.append(Box(is_vertical, found["link"], *size, opened[-1], set()))
            opened.append(len(boxes) - 1)
    return boxes


def find_body(boxes: list[Box]) -> Box | None:
    """Give the box of a page that holds its text, without head and foot."""
    if not boxes:
        return None
    body, at = boxes[0], 0
    while True:
        inner = [
            (box.height, index)
            for index, box in enumerate(boxes)
            if box.outer == at and box.is_vertical and box.link == boxes[0].link
        ]
        height, index = max(inner, default=(0, -1))
        if 2 * height <= body.height:
            return body
        body, at = boxes[index], index


@dataclass(frozen=True, slots=True)
class Scale:
    """From the numbers of a file to PDF points from the top left corner of a page.

    ``X Offset`` and ``Y Offset`` are TeX's inch, and ``Unit`` counts scaled points
    (``synctex_parser.c``); a PDF point is 1/72 inch, and an inch has 72.27 of TeX's.
    """

    factor: float
    left: float
    top: float

    @classmethod
    def of(cls, synctex: SyncTex) -> Scale:
        """Read the settings of a file."""
        values = {name: int(value) for name, value in _SETTING.findall(synctex.settings)}
        unit = values.get(b"Unit", 1) * values.get(b"Magnification", 1000) / 1000
        offsets = (values.get(name, 0) / _SP_IN_A_POINT for name in (b"X Offset", b"Y Offset"))
        return cls(unit / _SP_IN_A_POINT, *offsets)


def body_span(synctex: SyncTex, page: int) -> tuple[float, float]:
    """Give top and bottom of a page's body, in PDF points from the top of the page."""
    sheet = synctex.sheets[page - 1] if page <= len(synctex.sheets) else b""
    body = find_body(read_boxes(sheet))
    if body is None:
        return -math.inf, math.inf
    scale = Scale.of(synctex)
    return body.top * scale.factor + scale.top, body.bottom * scale.factor + scale.top


def boxes_of_line(
    synctex: SyncTex, tags: frozenset[int], line: int
) -> list[tuple[int, float, float, float, float]]:
    """Find what a line shows in the bodies of the pages.

    Returns:
        Page, left, top, width and height of each box, in PDF points.
    """
    scale = Scale.of(synctex)
    wanted = {b"%d,%d" % (tag, line) for tag in tags}
    found = []
    for page, sheet in enumerate(synctex.sheets, start=1):
        if any(b"%b:" % link in sheet for link in wanted):
            factor = scale.factor
            found += [
                (
                    page,
                    box.left * factor + scale.left,
                    box.top * factor + scale.top,
                    box.width * factor,
                    box.height * factor,
                )
                for box in _shown(sheet, wanted)
            ]
    return found


def printed_lines(sheets: tuple[bytes, ...], tags: frozenset[int]) -> frozenset[int]:
    """Give the lines of a file, known by its tags, that have printed anything."""
    lines: set[int] = set()
    for sheet in sheets:
        found = split_links(sheet)[1::2]
        links = {parse_link(raw) for raw in set(found)}
        shown = {link.line for link in links if link.tag in tags}
        if shown:
            frame = parse_link(found[0])
            if frame.tag in tags and not _prints(sheet, frame):
                shown.discard(frame.line)
            lines |= shown
    return frozenset(lines)


def _prints(sheet: bytes, frame: Link) -> bool:
    """Say whether the line at which a page was shipped shows anything in its body."""
    return bool(_shown(sheet, {b"%d,%d" % (frame.tag, frame.line)}))


def _shown(sheet: bytes, links: set[bytes]) -> list[Box]:
    """Give the boxes of the body that can be seen and that a line, or what is in them, made."""
    boxes = read_boxes(sheet)
    body = find_body(boxes)
    return [
        box
        for box in boxes
        if not box.is_vertical
        and (box.link in links or not links.isdisjoint(box.links))
        and box.width > 0 < box.height
        and body is not None
        and body.top <= box.top
        and box.bottom <= body.bottom
    ]
