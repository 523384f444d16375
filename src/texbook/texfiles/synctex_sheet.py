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

_BOX = re.compile(rb"\n(?:(?P<open>[\[(])(\d+,\d+):(-?\d+),(-?\d+):(-?\d+),(-?\d+),(-?\d+)|[\])])")


@dataclass(frozen=True, slots=True)
class Box:
    """A box on a page, in scaled points; ``bottom`` counts downwards.

    Attributes:
        is_vertical: whether it holds boxes one below the other.
        link: as it stands in the file.
        outer: the index of the box around it; -1 for the page.
    """

    is_vertical: bool
    link: bytes
    width: int
    height: int
    bottom: int
    outer: int

    @property
    def top(self) -> int:
        """Where it begins."""
        return self.bottom - self.height


def read_boxes(sheet: bytes) -> list[Box]:
    """List the boxes of a sheet, each behind that around it."""
    boxes: list[Box] = []
    opened = [-1]
    for found in _BOX.finditer(sheet):
        if not found["open"]:
            del opened[max(1, len(opened) - 1) :]
            continue
        link, _, baseline, width, height, depth = found.groups()[1:]
        bottom = int(baseline) + int(depth)
        total = int(height) + int(depth)
        is_vertical = found["open"] == b"["
        boxes.append(Box(is_vertical, link, int(width), total, bottom, opened[-1]))
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


def body_span(synctex: SyncTex, page: int) -> tuple[float, float]:
    """Give top and bottom of a page's body, in PDF points from the top of the page.

    ``X Offset`` and ``Y Offset`` are TeX's inch, and ``Unit`` counts scaled points
    (``synctex_parser.c``); a PDF point is 1/72 inch, and an inch has 72.27 of TeX's.
    """
    sheet = synctex.sheets[page - 1] if page <= len(synctex.sheets) else b""
    body = find_body(read_boxes(sheet))
    if body is None:
        return -math.inf, math.inf
    values = {name: int(value) for name, value in _SETTING.findall(synctex.settings)}
    scale = values.get(b"Unit", 1) * values.get(b"Magnification", 1000) / 1000 / _SP_IN_A_POINT
    inch = values.get(b"Y Offset", 0) / _SP_IN_A_POINT
    return body.top * scale + inch, body.bottom * scale + inch


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
    boxes = read_boxes(sheet)
    body = find_body(boxes)
    link = b"%d,%d" % (frame.tag, frame.line)
    return body is not None and any(
        box.link == link
        and not box.is_vertical
        and box.width
        and box.height
        and body.top <= box.top
        and box.bottom <= body.bottom
        for box in boxes
    )
