r"""Boxes that stick out, in the words of the page: how far, which text, and what to do.

TeX shows the box's characters with the font before each run of them, as ``\TU/lmr/m/n/10``, and
``[]`` for what is not a character (tex.web, ``short_display``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Position, Span

if TYPE_CHECKING:
    from texbook.messages.search import SourceSearch
    from texbook.texfiles.engine_log import LogMessage

OVERFULL_POINTS = 5.0
"""Overfull boxes that stick out by less, in points, are not worth a word."""

FAR_MILLIMETRES = 10.0
"""Boxes that stick out by more leave the margin of many a page, and are warned of."""

MILLIMETRES_A_POINT = 25.4 / 72.27
"""TeX's point is 1/72.27 inch (TeXbook, chapter 10)."""

# NFSS names a font by encoding, family, series, shape and size (fntguide, section 2.1).
_FONT = re.compile(r"\\[A-Z][A-Z0-9]*/[^/\s]+/[^/\s]+/[^/\s]+/[\d.]+ ?")
_OTHER_FONT = re.compile(r"\\[A-Za-z@_]+ ")
_BOXES = re.compile(r"(?:\[\]|\$)+")
# A wide guess of how many points a character takes: what sticks out is at the end of the line.
_POINTS_A_CHARACTER = 4.5
_SHOWN = range(12, 41)
_LONGEST_WORD = 60
_LINES_BEFORE = 30

_ADDRESS = "a line with an address"
_CASES: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"\\includegraphics|\\begin\{tikzpicture\}"),
        "an image",
        'make it narrower: "width=\\linewidth"',
    ),
    (
        re.compile(r"\\begin\{(?:tabular|tabularx|tabulary|array|longtable|tabbing|booktabs)\*?\}"),
        "a table",
        'let columns wrap ("p{4cm}", or tabularx), say less in them, or set it in "\\small"',
    ),
    (
        re.compile(
            r"\\begin\{(?:lstlisting|minted|verbatim|Verbatim|amzcode)\*?\}|\\verb\b|\\mint"
        ),
        "a line of code",
        "break the line; code is not broken by TeX",
    ),
    (
        re.compile(
            r"\\\[|\\begin\{(?:equation|align|gather|multline|displaymath|eqnarray|flalign)\*?\}|\$\$"
        ),
        "a formula",
        'break it: "multline" or "split" of amsmath, or a line of "align" more',
    ),
    (
        re.compile(r"\\url\b|\\path\b|\\href\b|https?://"),
        _ADDRESS,
        'let addresses break anywhere: "\\usepackage{xurl}"',
    ),
)
_WORD_HINT = (
    'say where its last word may be broken ("long\\-word"), or word the sentence in another way'
)


def is_slight(message: LogMessage) -> bool:
    """Say whether a box sticks out so little that nobody sees it."""
    return float(message.text.rpartition(" ")[2]) <= OVERFULL_POINTS


def overfull(message: LogMessage, search: SourceSearch) -> Diagnostic:
    """Explain a box that is too wide or too high."""
    box, _, amount = message.text.partition(" ")
    severity = _severity(float(amount))
    size = f"{float(amount):.1f}pt ({float(amount) * MILLIMETRES_A_POINT:.1f} mm)"
    if box == "vbox":
        return _too_high(message, size, severity, search)
    words = _words(message)
    what, hint, place = _case(message, search)
    end = _sticking_out(words, float(amount))
    is_text = sum(character.isalnum() for character in end) > len(end) / 2
    if what == _ADDRESS or (what == "a line" and not is_text):
        end = ""
    span = _place(message, end, what, search) or place
    text = (
        f'{what} is {size} too wide for the text: "{end}"' if end else f"{what} is {size} too wide"
    )
    return Diagnostic("overfull", severity, text, span, (hint,), source="engine")


def _severity(points: float) -> Severity:
    is_far = points * MILLIMETRES_A_POINT > FAR_MILLIMETRES
    return Severity.WARNING if is_far else Severity.INFORMATION


def _too_high(
    message: LogMessage, size: str, severity: Severity, search: SourceSearch
) -> Diagnostic:
    if message.line is None:
        what = f"page {message.page + 1} (as counted in the PDF)"
        hint = "something on it cannot be broken across pages: a figure, a table or a box"
    else:
        what, hint = "a box", "give it more height, or say less in it"
    return Diagnostic(
        "overfull",
        severity,
        f"{what} is {size} too high",
        search.locator.place(message),
        (hint,),
        source="engine",
    )


def _words(message: LogMessage) -> str:
    text = " ".join(message.context)
    text = _OTHER_FONT.sub("", _FONT.sub("", text))
    return " ".join(_BOXES.sub(" ", text).split())


def _sticking_out(words: str, points: float) -> str:
    """Give the words at the end of the line that are, roughly, beyond its edge."""
    wanted = min(max(int(points / _POINTS_A_CHARACTER), _SHOWN.start), _SHOWN.stop - 1)
    if len(words) <= wanted:
        return words
    begin = words.rfind(" ", 0, len(words) - wanted + 1) + 1
    if len(words) - begin <= max(2 * wanted, _LONGEST_WORD):
        return words[begin:]
    return f"...{words[-wanted:]}"


def _case(message: LogMessage, search: SourceSearch) -> tuple[str, str, Span | None]:
    """Tell by the source what kind of thing it is; its place is the lines that TeX names."""
    first = search.locator.span(message.file, message.line)
    last = search.locator.span(message.file, message.end_line)
    place = first
    if first and last and first.start and last.start and first.path == last.path:
        later = max(first.start.line, last.start.line)
        place = Span(first.path, first.start, Position(later))
    source = _source(message, search)
    for pattern, what, hint in _CASES:
        if pattern.search(source) and (what != _ADDRESS or _ends_in_address(message)):
            return what, hint, place
    return "a line", _WORD_HINT, place or search.locator.place(message)


def _source(message: LogMessage, search: SourceSearch) -> str:
    r"""Give the lines that TeX names, from the ``\\begin`` of their environment on."""
    if message.line is None or message.file is None:
        return ""
    lines = search.lines(message.file)
    last = message.end_line or message.line
    named = "\n".join(lines[message.line - 1 : last])
    # A display is measured at its end, a listing at its lines.
    found = re.search(r"\\end\{(\w+\*?)\}|\\\]", named)
    if found is None:
        return named
    opening = rf"\begin{{{found[1]}}}" if found[1] else r"\["
    for number in range(message.line - 1, max(0, message.line - _LINES_BEFORE) - 1, -1):
        if number < len(lines) and opening in lines[number]:
            return "\n".join(lines[number:last])
    return named


def _ends_in_address(message: LogMessage) -> bool:
    """An address is set as many small boxes, of which TeX shows brackets only, or as plain text."""
    text = _FONT.sub("", " ".join(message.context))
    return re.search(r"(?:\[\]\s*){5,}\$?\s*$|https?:\S*\s*$", text) is not None


def _place(message: LogMessage, end: str, what: str, search: SourceSearch) -> Span | None:
    """Find the last word that sticks out, or the address, in the lines that TeX names."""
    if message.line is None or message.file is None:
        return None
    words = [word for word in end.removeprefix("...").split() if len(word) > 2]  # noqa: PLR2004
    wanted = [re.compile(re.escape(word)) for word in reversed(words)]
    if what == _ADDRESS:
        wanted = [re.compile(r"(?:https?://|www\.)[^\s{}]+")]
    found = (search.between(w, message.file, message.line, message.end_line) for w in wanted)
    return next((span for span in found if span is not None), None)
