"""Errors about pictures that TikZ and pgf draw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.messages.known import close_names
from texbook.messages.scene import Explained

if TYPE_CHECKING:
    from texbook.messages.scene import EnginePlace, Scene

_PATH = re.compile(
    r"\\(?:draw|node|path|fill|filldraw|coordinate|shade|clip|matrix|pattern|graph)(?![A-Za-z])"
)
_NODE = re.compile(r"(?:\\?node|\\coordinate)\s*(?:\[[^\]]*\]\s*)?\(\s*([^()]+?)\s*\)")


def missing_semicolon(_: re.Match[str], scene: Scene) -> Explained:
    """``Giving up on this path. Did you forget a semicolon?``: TikZ met what no path can hold."""
    text, stop = scene.text, scene.stop
    place = None
    related: tuple[tuple[EnginePlace, str], ...] = ()
    if text is not None and stop is not None:
        begun = text.shown.rfind(";", 0, stop) + 1
        begun = max(begun, text.shown.rfind("\\begin{tikzpicture}", 0, stop))
        paths = list(_PATH.finditer(text.shown, begun, stop))
        if len(paths) > 1:
            written = text.shown[paths[-2].end() : paths[-1].start()].rstrip()
            end = paths[-2].end() + len(written)
            place = text.place(end - 1, end)
            related = ((text.place(*paths[-2].span()), "the path begins here"),)
    return Explained(
        "package-error",
        "a semicolon is missing behind a path of a TikZ picture",
        ('write ";" where the path ends',),
        place,
        related,
    )


def unknown_node(found: re.Match[str], scene: Scene) -> Explained:
    """``No shape named `a' is known``."""
    name = found[1]
    names: set[str] = set()
    if scene.text is not None:
        names = {node[1] for node in _NODE.finditer(scene.text.shown[: scene.stop])}
    close = close_names(name, names)
    hint = f'did you mean "{close[0]}"?' if close else "a node must be drawn before it is used"
    return Explained(
        "package-error", f'TikZ knows no node "{name}"', (hint,), scene.find_word(name)
    )


def unknown_arrow(found: re.Match[str], scene: Scene) -> Explained:
    """``Unknown arrow tip kind 'Stealth'``: most tips with a capital are in a library."""
    name = found[1]
    return Explained(
        "package-error",
        f'TikZ knows no arrow tip "{name}"',
        ('"\\usetikzlibrary{arrows.meta}" brings most of them',),
        scene.find_word(name),
    )
