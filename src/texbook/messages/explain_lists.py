r"""Errors about lists and their items."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.latex.tokens import Kind
from texbook.messages.opened import open_at
from texbook.messages.scene import Explained

if TYPE_CHECKING:
    from texbook.latex.tokens import Token
    from texbook.messages.scene import EnginePlace, Scene


_LISTS = frozenset({"itemize", "enumerate", "description", "list", "trivlist", "thebibliography"})


_ARGUMENTS = re.compile(r"\s*(?:\[[^\]]*\]|\{[^{}]*\})")


_VISIBLE = re.compile(r"\S+")


def missing_item(_: re.Match[str], scene: Scene) -> Explained:
    r"""``Something's wrong--perhaps a missing \item``."""
    opened = _open_list(scene)
    if opened is None or scene.text is None:
        return Explained(
            "missing-item",
            "text stands where a list needs an item",
            ('write "\\item" before it',),
        )
    text = scene.text
    begin = text.place(opened.start, opened.end)
    option = re.compile(r"\s*(\[[^\]]*\])").match(text.shown, opened.end)
    if option is not None and not scene.known.has_package("enumitem", "enumerate", "paralist"):
        return Explained(
            "missing-item",
            f'"{opened.name}" takes no option here',
            ('"\\usepackage{enumitem}" lets lists have options',),
            text.place(*option.span(1)),
        )
    body = _first_of_body(opened, scene)
    if body is None:
        return Explained(
            "missing-item",
            f'the list "{opened.name}" has no item',
            ('write "\\item" and its text, or take the list away',),
            begin,
        )
    return Explained(
        "missing-item",
        f'text stands in "{opened.name}" before its first "\\item"',
        ('write "\\item" before it',),
        body,
        ((begin, "opened here"),),
    )


def _open_list(scene: Scene) -> Token | None:
    text, stop = scene.text, scene.stop
    if text is None or stop is None:
        return None
    ended = re.search(r"\\end\s*\{[^{}]*\}\s*$", scene.before)
    stack = open_at(text, stop - len(ended[0]) if ended else stop)
    for token in reversed(stack):
        if token.kind is Kind.BEGIN and token.name.rstrip("*") in _LISTS:
            return token
    return next((t for t in reversed(stack) if t.kind is Kind.BEGIN and t.name != "document"), None)


def _first_of_body(opened: Token, scene: Scene) -> EnginePlace | None:
    """Give the first thing in a list that is no item; None if the list is empty."""
    text = scene.text
    assert text is not None
    start = opened.end
    arguments = _ARGUMENTS.match(text.shown, start)
    if arguments is not None:
        start = arguments.end()
    stop = text.shown.find("\\end", start)
    item = text.shown.find("\\item", start)
    limit = min(at for at in (stop, item, len(text.shown)) if at >= 0)
    found = _VISIBLE.search(text.shown, start, limit)
    if found is None:
        return None
    line_end = text.shown.find("\n", found.start())
    return text.place(found.start(), min(limit, line_end if line_end >= 0 else limit))


def lonely_item(_: re.Match[str], scene: Scene) -> Explained:
    r"""``Lonely \item--perhaps a missing list environment``."""
    name = "\\bibitem" if "\\bibitem" in scene.before else "\\item"
    where = "thebibliography" if name == "\\bibitem" else "itemize"
    return Explained(
        "lonely-item",
        f'"{name}" stands outside a list',
        (f'put it between "\\begin{{{where}}}" and "\\end{{{where}}}"',),
        scene.find_command(name),
    )


def too_deep(_: re.Match[str], scene: Scene) -> Explained:
    """``Too deeply nested``."""
    related: tuple[tuple[EnginePlace, str], ...] = ()
    if scene.text is not None and scene.stop is not None:
        stack = [
            token
            for token in open_at(scene.text, scene.stop)
            if token.kind is Kind.BEGIN and token.name.rstrip("*") in _LISTS
        ]
        if stack:
            related = (
                (scene.text.place(stack[0].start, stack[0].end), "the outermost begins here"),
            )
    return Explained(
        "too-deeply-nested",
        "lists stand more deeply within each other than LaTeX allows",
        ("it allows four of a kind and six in all: is one of them not closed?",),
        None,
        related,
    )
