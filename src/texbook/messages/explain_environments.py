r"""Errors about environments that are not closed, or closed and not opened."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from texbook.latex.tokens import Kind
from texbook.messages.opened import (
    environment_end,
    open_at,
    open_environment,
)
from texbook.messages.scene import EnginePlace, Explained

if TYPE_CHECKING:
    from collections.abc import Iterable

    from texbook.latex.tokens import Token
    from texbook.messages.scene import RunText, Scene


_ALIKE = 0.7


ENDED = re.compile(r"\\end\s*(?:\{([^{}]*)\})?\s*$")
r"""What stands before the stop when TeX has read an ``\end``, with its name or not yet."""


def wrong_end(found: re.Match[str], scene: Scene) -> Explained:
    r"""``\begin{a} on input line 3 ended by \end{b}`` (latex.ltx, ``\@badend``)."""
    opened, line, closed = found[1], int(found[2]), found[3]
    text = scene.text
    end = _end_place(closed, scene)
    own = _own_environment(closed, scene) if "@" in opened else None
    opened, begin = own or (opened, _begin_place(opened, line, [text] if text else []))
    begin = begin or _begin_place(opened, line, scene.texts.all())
    if begin is None:
        outer = _unclosed_on(line, scene)
        if outer is not None:
            return unclosed_environment(outer[0], outer[1], end)
    if begin is None and scene.text is None and scene.message.file:
        begin = EnginePlace(scene.message.file, line)
    if closed == "equation*" and scene.head.rstrip().endswith("\\]"):
        return unclosed_environment(opened, begin, scene.last_read())
    if closed == "document" or _is_open_outside(opened, closed, scene):
        return unclosed_environment(opened, begin, end)
    hint = f'write "\\end{{{opened}}}" before it, or correct the name'
    if difflib.SequenceMatcher(None, opened, closed).ratio() >= _ALIKE:
        hint = f'did you mean "\\end{{{opened}}}"?'
    return Explained(
        "unclosed-environment",
        f'"\\begin{{{opened}}}" is ended by "\\end{{{closed}}}"',
        (hint,),
        end,
        ((begin, "opened here"),) if begin else (),
    )


def unclosed_environment(
    name: str, begin: EnginePlace | None, missed: EnginePlace | None = None
) -> Explained:
    r"""Explain an environment without its ``\end``.

    Args:
        name: the environment.
        begin: where it was opened.
        missed: where its end had to be at the latest.
    """
    return Explained(
        "unclosed-environment",
        f'"\\begin{{{name}}}" is not closed',
        (f'write "\\end{{{name}}}" where it ends',),
        begin or missed,
        ((missed, "it must end before this"),) if missed and begin else (),
    )


def _unclosed_on(line: int, scene: Scene) -> tuple[str, EnginePlace] | None:
    """Find what the author opened on a line and never closed: a package's own name hides it."""
    for text in scene.texts.all():
        for token in text.tokenized.tokens:
            if token.kind is not Kind.BEGIN or text.source.position(token.start).line != line:
                continue
            if token.name != "document" and environment_end(text, token) is None:
                return token.name, text.place(token.start, token.end)
    return None


def unclosed_inside(scene: Scene) -> Explained | None:
    r"""Explain an ``\end`` that meets another environment first, which TeX took for a group."""
    text, stop = scene.text, scene.stop
    ended = ENDED.search(scene.head)
    if text is None or stop is None or ended is None:
        return None
    stack = open_at(text, stop - len(ended[0]))
    names = [token.name for token in stack if token.kind is Kind.BEGIN]
    if not names or names[-1] == ended[1] or ended[1] not in names:
        return None
    inner = next(token for token in reversed(stack) if token.kind is Kind.BEGIN)
    return unclosed_environment(inner.name, text.place(inner.start, inner.end), scene.last_read())


def never_closed(scene: Scene) -> Explained | None:
    """Explain an error by the environment that is open there and that its file never closes."""
    text, stop = scene.text, scene.stop
    if text is None or stop is None or scene.package:
        return None
    opened = open_environment(text, stop)
    if opened is None or opened.name == "document" or environment_end(text, opened) is not None:
        return None
    begin = text.place(opened.start, opened.end)
    missed = scene.last_read()
    if missed is not None and missed.line == begin.line:
        return None
    return unclosed_environment(opened.name, begin, missed)


def lonely_end(found: re.Match[str], scene: Scene) -> Explained:
    r"""``\begin{document} ended by \end{b}``: nothing was open."""
    closed = found[1]
    return Explained(
        "unclosed-environment",
        f'"\\end{{{closed}}}" has no "\\begin{{{closed}}}"',
        ("take it away, or write its beginning; one environment may have been closed too early",),
        _end_place(closed, scene),
    )


def _own_environment(closed: str, scene: Scene) -> tuple[str, EnginePlace] | None:
    """Find the author's environment around an end that met a package's internal one.

    Its line is not that of TeX's message where options were looked for on the next line.
    """
    text, stop = scene.text, scene.stop
    if text is None or stop is None:
        return None
    ended = ENDED.search(scene.head)
    opened = open_environment(text, stop - len(ended[0]) if ended else stop)
    if opened is None or opened.name in ("document", closed):
        return None
    return opened.name, text.place(opened.start, opened.end)


def _end_place(name: str, scene: Scene) -> EnginePlace | None:
    text = scene.text
    if text is None:
        return None
    line_end = len(text.shown) if scene.stop is None else text.shown.find("\n", scene.stop)
    stop = line_end if line_end >= 0 else None
    found = text.find_back(r"\\end\s*\{" + re.escape(name) + r"\s*\}", stop)
    return text.place(found.start(), found.end()) if found else None


def _begin_place(name: str, line: int, texts: Iterable[RunText]) -> EnginePlace | None:
    r"""Find a ``\begin`` on a line; of several files, in one that does not close it."""
    places: list[tuple[bool, EnginePlace]] = []
    for text in texts:
        for token in text.tokenized.tokens:
            if token.kind is Kind.BEGIN and token.name == name:
                place = text.place(token.start, token.end)
                if place.line == line:
                    places.append((environment_end(text, token) is not None, place))
    return min(places, key=lambda item: item[0], default=(False, None))[1]


def _is_open_outside(opened: str, closed: str, scene: Scene) -> bool:
    """Say whether the end belongs to an environment further out: the inner one lacks its own."""
    if scene.text is None or scene.stop is None or opened == closed:
        return False
    line_start = scene.text.shown.rfind("\n", 0, scene.stop) + 1
    at = scene.text.shown.find("\\end", line_start)
    stack = open_at(scene.text, at if line_start <= at < scene.stop else scene.stop)
    names = [token.name for token in stack if token.kind is Kind.BEGIN]
    return closed in names


def document_ended(_: re.Match[str], scene: Scene) -> Explained:
    r"""``Emergency stop`` at the end of the main file: there was no ``\end{document}``.

    It is also what ``\read`` from the terminal and ``\typein`` end with where nobody can answer
    (tex.web section 484); the innermost level is then ``<read ..>`` (section 313).
    """
    if scene.levels and scene.levels[0].label.startswith("<read "):
        message = "the document asks a question, and nobody is there to answer it"
        hint = 'write the answer into the document, in place of "\\typein" or "\\read"'
        return Explained("terminal-input", message, (hint,))
    text = scene.texts.text(scene.message.closed) or scene.text
    place = None
    hints = ['write "\\end{document}" at the end of the main file']
    if text is not None:
        last = len(text.source.text.rstrip())
        start = text.source.text.rfind("\n", 0, last) + 1
        place = text.place(start, last)
        verbatim = last_unclosed(text, last)
        if verbatim is not None and "\\end{document}" in text.source.text:
            return unclosed_environment(verbatim.name, text.place(verbatim.start, verbatim.end))
    return Explained("unfinished-document", "the document ends too early", tuple(hints), place)


def last_unclosed(text: RunText, limit: int) -> Token | None:
    """Give the last environment before an offset that its file never closes."""
    found = None
    for token in text.tokenized.tokens:
        is_begin = token.kind is Kind.BEGIN and token.start < limit and token.name != "document"
        if is_begin and environment_end(text, token) is None:
            found = token
    return found
