"""The tree of LaTeX nodes, for rules that need more than tokens: pylatexenc's only door.

Facts (pylatexenc 2.11): only ``verbatim`` is known as verbatim, so comments and code are masked
first; nodes carry ``pos`` and ``len`` in code points; it recurses about three Python frames for a
group and six for a macro's argument, so that the default limit ends at 165 nested macros.
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from texbook.base.digest import digest_text
from texbook.latex.mask import mask
from texbook.latex.tokens import Kind

if TYPE_CHECKING:
    from texbook.latex.tokens import TokenizedText

DEEPEST = 1000
"""Groups, environments and formulas nested deeper are not parsed."""

_FRAMES = 30_000
_STACK_BYTES = 256 * 1024 * 1024  # address space; only what is used becomes memory
_KEPT = 64

_lock = threading.Lock()
_cache: OrderedDict[str, Parsed] = OrderedDict()


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """Why there is no tree: a message, and a code-point offset."""

    message: str
    offset: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """pylatexenc's nodes, or the reason why there are none."""

    nodes: tuple[Any, ...]
    failure: ParseFailure | None = None


def parse(tokenized: TokenizedText) -> Parsed:
    """Parse a text, best one question at a time; equal texts are parsed once.

    Faults of nesting are repaired as pylatexenc sees fit: `read_nesting` is the judge of them.
    """
    key = digest_text(tokenized.text)
    with _lock:
        if key not in _cache:
            _cache[key] = _parse(tokenized)
            while len(_cache) > _KEPT:
                _cache.popitem(last=False)
        _cache.move_to_end(key)
        return _cache[key]


def _parse(tokenized: TokenizedText) -> Parsed:
    too_deep = _first_too_deep(tokenized)
    if too_deep is not None:
        return Parsed((), ParseFailure(f"nested deeper than {DEEPEST} levels", too_deep))
    return _in_deep_stack(mask(tokenized))


def _first_too_deep(tokenized: TokenizedText) -> int | None:
    depth = 0
    for token in tokenized.tokens:
        if token.kind in (Kind.OPEN, Kind.BEGIN, Kind.MATHS):
            depth += 1
        elif token.kind in (Kind.CLOSE, Kind.END):
            depth -= 1
        elif token.kind is Kind.PARAGRAPH:
            continue
        if token.kind is Kind.MATHS and token.name in ("$", "$$", "\\)", "\\]"):
            depth -= 1  # a dollar opens or closes: it nests no deeper than what is around it
        if depth > DEEPEST:
            return token.start
    return None


def _in_deep_stack(text: str) -> Parsed:
    """Run pylatexenc in a thread with a stack that its recursion fits in."""
    result: list[Parsed] = []

    def work() -> None:
        result.append(_walk(text))

    old_limit = sys.getrecursionlimit()
    old_size = threading.stack_size(_STACK_BYTES)
    try:
        sys.setrecursionlimit(max(old_limit, _FRAMES))
        thread = threading.Thread(target=work, name="pylatexenc")
        thread.start()
        thread.join()
    finally:
        threading.stack_size(old_size)
        sys.setrecursionlimit(old_limit)
    return result[0]


def _walk(text: str) -> Parsed:
    from pylatexenc.latexwalker import (  # noqa: PLC0415  (0.05 s, and seldom needed)
        LatexWalker,
        LatexWalkerParseError,
    )

    try:
        nodes, _, _ = LatexWalker(text, tolerant_parsing=True).get_latex_nodes()
    except LatexWalkerParseError as error:
        return Parsed((), ParseFailure(str(error.msg), int(error.pos or 0)))
    except RecursionError:
        return Parsed((), ParseFailure("nested too deep", 0))
    return Parsed(tuple(nodes))
