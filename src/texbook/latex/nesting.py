r"""What is opened and closed where: environments, braces, maths; and the faults in it.

Precision before recall: an environment that a braced argument opens and does not close is left
alone, for it may be one half of a hook or of an option; so are macro definitions, the preamble,
and environments that some macro opens or closes by itself (``\newcommand{\be}{\begin{equation}}``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from texbook.latex.tokens import Kind, Token, TokenizedText

MATHS_ENVIRONMENTS = frozenset(
    name + star
    for name in (
        *("equation", "align", "gather", "multline", "eqnarray", "displaymath", "math"),
        *("alignat", "flalign", "xalignat", "dmath", "dgroup", "IEEEeqnarray"),
    )
    for star in ("", "*")
)

_CHANGES_CODES = re.compile(
    r"\\catcode[ \t]*`\\?[\\{}%]|\\[egx]?def[ \t]*\\[A-Za-z@]{1,40}[^{}\n\\$]{0,40}[$]"
)
"""From there on other characters begin macros, groups or comments, or a dollar sign ends the
argument of a macro: nothing is known for sure."""

_TRANSPARENT = re.compile(r"\\includecomment[ \t]*\{([^{}\\\n]+)\}")
"""Environments whose marks comment.sty takes out: what is in them stands as if alone."""

_PAIRED = frozenset({Kind.OPEN, Kind.CLOSE, Kind.BEGIN, Kind.END, Kind.MATHS, Kind.PARAGRAPH})
"""Tokens that open or close something; the others change nothing."""

_CLOSING = {"\\(": "\\)", "\\[": "\\]", "$": "$", "$$": "$$"}


@dataclass(frozen=True, slots=True)
class NestingFault:
    """Something opened and not closed, or closed and not opened.

    Attributes:
        start: code-point offset; ``end`` is exclusive.
        opens: whether it is the opening half that stands alone.
        what: the environment's name, ``{``, ``}`` or the maths shift.
        met: offset of the place where the other half had to be at the latest, or None.
    """

    start: int
    end: int
    opens: bool
    what: str
    met: int | None = None


@dataclass(frozen=True, slots=True)
class Nesting:
    """Maths stretches (start, end) and faults of a text, both in order."""

    maths: tuple[tuple[int, int], ...]
    faults: tuple[NestingFault, ...]


def half_environments(tokenized: TokenizedText) -> frozenset[str]:
    """Give the environments that some definition in the text opens or closes, but not both."""
    counts: dict[int, Counter[str]] = {}
    if not tokenized.definitions:
        return frozenset()
    beyond = len(tokenized.text) + 1
    for token in tokenized.tokens:
        if token.kind in (Kind.BEGIN, Kind.END) and tokenized.in_definition(token.start):
            definition = bisect_right(tokenized.definitions, (token.start, beyond))
            change = 1 if token.kind is Kind.BEGIN else -1
            counts.setdefault(definition, Counter())[token.name] += change
    return frozenset(
        name for counter in counts.values() for name, balance in counter.items() if balance
    )


def read_nesting(tokenized: TokenizedText, halves: frozenset[str] = frozenset()) -> Nesting:
    """Pair what opens with what closes.

    Args:
        tokenized: the text.
        halves: environments that macros of the book open or close by themselves.
    """
    nesting = _Reader(tokenized, halves | half_environments(tokenized)).run()
    changed = _CHANGES_CODES.search(tokenized.text)
    if changed is None:
        return nesting
    return Nesting(
        nesting.maths, tuple(fault for fault in nesting.faults if fault.end <= changed.start())
    )


class _Reader:
    """The stack of what is open."""

    def __init__(self, tokenized: TokenizedText, halves: frozenset[str]):
        self.tokenized = tokenized
        self.halves = halves
        self.transparent = frozenset(_TRANSPARENT.findall(tokenized.text))
        self.stack: list[Token] = []
        self.begun: dict[str, list[int]] = {}
        """Places in the stack at which an environment was put; the last one may be gone."""
        self.barriers: list[int] = []
        """Places in the stack at which a brace or a formula was put; the last ones may be gone."""
        self.braces = 0
        self.begun_in_braces: set[str] = set()
        self.faults: list[NestingFault] = []
        self.maths: list[tuple[int, int]] = []

    def run(self) -> Nesting:
        tokens = self.tokenized.tokens
        begin = next((i for i, t in enumerate(tokens) if _is_document(t)), 0)
        definitions = iter([*self.tokenized.definitions, (len(self.tokenized.text) + 1,) * 2])
        start, end = next(definitions)
        for token in tokens[begin:]:
            if token.kind not in _PAIRED:
                continue
            while token.start >= end:
                start, end = next(definitions)
            if token.start < start:
                self._step(token)
        for token in self.stack:
            if token.kind is not Kind.OPEN:
                self._unclosed(token, None)
        for offset in self.tokenized.open_braces:
            self.faults.append(NestingFault(offset, offset + 1, opens=True, what="{"))
        for offset in self.tokenized.stray_braces:
            self.faults.append(NestingFault(offset, offset + 1, opens=False, what="}"))
        self.faults.sort(key=lambda fault: fault.start)
        return Nesting(tuple(sorted(self.maths)), tuple(self.faults))

    def _step(self, token: Token) -> None:
        kind = token.kind
        if kind is Kind.OPEN:
            self.braces += 1
            self._push(token)
        elif kind is Kind.CLOSE:
            self._close_brace()
        elif token.name in self.transparent:
            return
        elif kind is Kind.BEGIN:
            self._push(token)
        elif kind is Kind.END:
            self._end(token)
        elif kind is Kind.MATHS:
            self._shift(token)
        elif kind is Kind.PARAGRAPH:
            self._paragraph(token)

    def _push(self, token: Token) -> None:
        places = (
            self.begun.setdefault(token.name, []) if token.kind is Kind.BEGIN else self.barriers
        )
        places.append(len(self.stack))
        self.stack.append(token)

    def _begun(self, name: str) -> int | None:
        """Give the place of an environment in the stack, if only environments stand upon it.

        It is not searched for: of thousands that are open, thousands may be closed in vain.
        """
        stack, places, barriers = self.stack, self.begun.get(name, []), self.barriers
        while places and not (places[-1] < len(stack) and stack[places[-1]].name == name):
            places.pop()
        while barriers and not (
            barriers[-1] < len(stack) and stack[barriers[-1]].kind is not Kind.BEGIN
        ):
            barriers.pop()
        if not places or (barriers and barriers[-1] > places[-1]):
            return None
        return places[-1]

    def _close_brace(self) -> None:
        if not self.braces:
            return
        while (token := self.stack.pop()).kind is not Kind.OPEN:
            if token.kind is Kind.BEGIN:
                self.begun_in_braces.add(token.name)
        self.braces -= 1

    def _end(self, token: Token) -> None:
        while self.stack and self.stack[-1].kind is Kind.MATHS:
            self._unclosed(self.stack.pop(), token.start)
        if self.stack and self.stack[-1].kind is Kind.BEGIN and self.stack[-1].name == token.name:
            self._closed(self.stack.pop(), token)
            return
        depth = self._begun(token.name)
        if depth is not None:
            for opened in self.stack[depth + 1 :]:
                self._unclosed(opened, token.start)
            self._closed(self.stack[depth], token)
            del self.stack[depth:]
            return
        is_half = token.name in self.halves or token.name in self.begun_in_braces
        if not self.braces and not is_half:
            self.faults.append(NestingFault(token.start, token.end, opens=False, what=token.name))

    def _closed(self, opened: Token, closed: Token) -> None:
        if opened.name in MATHS_ENVIRONMENTS:
            self.maths.append((opened.start, closed.end))

    def _shift(self, token: Token) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and top.kind is Kind.MATHS:
            if _CLOSING.get(top.name) == token.name:
                self.maths.append((self.stack.pop().start, token.end))
                return
            if (top.name, token.name) == ("$", "$$"):  # $a$$b$ is two formulas
                self.maths.append((self.stack.pop().start, token.start + 1))
                self._push(Token(Kind.MATHS, token.start + 1, token.end, "$"))
                return
        if token.name in _CLOSING:
            self._push(token)
        elif not self.braces:
            self.faults.append(NestingFault(token.start, token.end, opens=False, what=token.name))

    def _paragraph(self, token: Token) -> None:
        """TeX ends a formula at a blank line with "Missing $ inserted"."""
        while self.stack and self.stack[-1].kind is Kind.MATHS:
            self._unclosed(self.stack.pop(), token.start)

    def _unclosed(self, token: Token, met: int | None) -> None:
        if self.braces or (token.kind is Kind.BEGIN and token.name in self.halves):
            return
        self.faults.append(
            NestingFault(token.start, token.end, opens=True, what=token.name, met=met)
        )


def _is_document(token: Token) -> bool:
    return token.kind is Kind.BEGIN and token.name == "document"
