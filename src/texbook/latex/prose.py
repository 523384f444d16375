r"""Views of a text: what of it is printed as text, and what is maths.

A view has the length of the text, so that offsets mean the same in both, and rules can be plain
regular expressions over it. What is not shown is filled with one of three characters that no
author types:

- `THING`: something is printed here that is not text: a formula, a reference, a picture, code, an
  address (typed bare, too), ``\LaTeX``;
- `NOTHING`: nothing is printed here: comments, ``\emph{`` and its ``}``, ``\label{..}``, options,
  definitions; words are joined over it (``caf\'e`` is "caf", two of these, "e");
- `BREAK`: the sentence ends here: ``\begin{..}``, ``\item``, ``\\``, ``&``, headings.

Line ends are always kept. In the prose view ``\%`` is `NOTHING` and ``%``, and so are the other
escaped signs; ``~`` stays; ``\,`` and ``\ `` are `NOTHING` and a space.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from texbook.latex.arguments import Argument, ArgumentReader
from texbook.latex.mask import filled
from texbook.latex.prose_tables import (
    BREAKING,
    BREAKING_ARGUMENTS,
    CODE_ARGUMENTS,
    NO_PROSE,
    PROSE_ARGUMENTS,
    SHOWS_CODE,
    SILENT,
    TABLES,
    TYPEWRITER,
)
from texbook.latex.tokens import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from texbook.latex.tokens import Token, TokenizedText

THING = "\ufffc"
NOTHING = "\ue000"
BREAK = "\u2029"

_SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:.]?\s+\(?[A-Za-z]+[,;:.]?\s+\(?[A-Za-z]")
_NO_SENTENCE = re.compile(r"=|@|\\(?:draw|node|path|fill|def|tikz|ensuremath)(?![A-Za-z])")
_DIMENSION = re.compile(
    r"[ \t]*(?:=|by(?![a-z]))?[ \t]*[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)[ \t]*"
    r"(?:(?:true[ \t]*)?(?:pt|em|ex|in|cm|mm|bp|pc|sp|dd|cc|mu|fil+)(?![A-Za-z])"
    r"|(?=\\(?:baselineskip|hsize|vsize|textwidth|linewidth|parindent|textheight)))"
    r"(?:[ \t]*(?:plus|minus)[ \t]*-?[\d.,]+[ \t]*(?:pt|em|ex|in|cm|mm|fil+)){0,2}"
    r"|[ \t]*=[ \t]*-?\d+"
)
_NUMBER = re.compile(r"[ \t]*=?[ \t]*(?:[-+]?\d+|\"[0-9A-F]+|'[0-7]+|`\\?.)", re.DOTALL)
_TAKES_NUMBER = frozenset(
    {"char", "penalty", "catcode", "count", "dimen", "skip", "toks", "tolerance", "pretolerance"}
    | {"hangafter", "looseness", "clubpenalty", "widowpenalty", "hyphenpenalty", "fam", "symbol"}
    | {"exhyphenpenalty", "interlinepenalty", "lccode", "uccode", "sfcode", "mathcode", "hbadness"}
)
_PRINTS_NUMBER = frozenset({"char", "symbol"})
_BARE_ADDRESS = re.compile(
    r"(?:https?|ftp|mailto|file):[^\s{}\\\ue000\ufffc\u2029]+"
    r"|(?<![\w.])www\.[^\s{}\\\ue000\ufffc\u2029]+"
    r"|(?<![\w.])10\.\d{4,9}/[^\s{}\ue000\ufffc\u2029]+"
    r"|(?i:arxiv:)[ \t]?[\w./-]+"
    r"|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}"
)
_CELL_END = re.compile(r"(?<!\\)&|\\\\|\\end(?![A-Za-z])|\\cr(?![A-Za-z])|\\tabularnewline")
_LET = re.compile(r"[ \t]*(?:\\(?:[A-Za-z@]+|.)|.)[ \t]*=?[ \t]*(?:\\(?:[A-Za-z@]+|.)|.)")
_FILLERS = {Kind.END: BREAK, Kind.ADDRESS: THING, Kind.CODE: THING, Kind.MATHS: THING}
_FOREACH = re.compile(r"[^{};\n]{0,200}?[ \t}]in[ \t]*(?:\{[^{}]{0,500}\}|\\[A-Za-z]+)?[ \t]*")
"""After pgffor's command: variables, options and the list, up to what is repeated."""
_SPACES = frozenset(" ,;:>\t")
_SIGNS = frozenset("%&_#${}")
_NO_MATHS = re.compile(
    r"\\(?:text|mbox|hbox|textrm|textbf|textit|textsf|textsc|texttt|intertext|shortintertext"
    r"|label|tag|ref|eqref|cref|Cref|cite|color|textcolor|hspace|vspace|index|href|url"
    r"|operatorname|mathrm|mathbf|mathit|mathsf|mathtt)\*?(?![A-Za-z@])"
    r"|\\(?:begin|end)[ \t]*\{[^{}\n]*\}"
)
"""Commands in a formula whose argument is a word or a key."""


def prose_view(
    tokenized: TokenizedText, maths: Sequence[tuple[int, int]], *, preamble: bool = False
) -> str:
    r"""Show what is printed as text.

    Args:
        tokenized: the text.
        maths: its stretches of maths, as `Nesting.maths`.
        preamble: nothing of it is printed where it stands.

    >>> from texbook.latex.tokens import tokenize
    >>> view = prose_view(tokenize(r"a \emph{b} \ref{c} 5\% % d"), ())
    >>> view.replace(NOTHING, "").replace(THING * 7, "[..]")
    'a b [..] 5% '
    """
    if preamble:
        return filled(tokenized.text, NOTHING)
    painted = _Painter(tokenized, maths).paint()
    view = _BARE_ADDRESS.sub(lambda found: THING * len(found[0]), painted)
    return _without_cells(view, tokenized) if "&" in view else view


def _without_cells(view: str, tokenized: TokenizedText) -> str:
    """Let the sentence end where a cell of a table does."""
    escaped = {t.end - 1 for t in tokenized.tokens if t.kind is Kind.SYMBOL and t.name == "&"}
    return re.sub("&", lambda found: "&" if found.start() in escaped else BREAK, view)


def maths_view(tokenized: TokenizedText, maths: Sequence[tuple[int, int]]) -> str:
    r"""Show what is maths, delimiters included.

    ``\text{..}`` and its like and the arguments of ``\label`` and its like are `THING`, comments
    `NOTHING`, and so is all that is no maths.
    """
    reader = ArgumentReader(tokenized)
    fills: list[tuple[int, int, str]] = []
    position = 0
    for start, end in _outermost(maths):
        fills.append((position, start, NOTHING))
        position = start
        for found in _NO_MATHS.finditer(reader.text, start, end):
            if found.start() < position:
                continue
            argument = reader.braced(reader.after_options(found.end()))
            position = min(end, found.end() if argument is None else argument.end + 1)
            fills.append((found.start(), position, THING))
        position = end
    fills.append((position, len(tokenized.text), NOTHING))
    comments = [t for t in tokenized.tokens if t.kind is Kind.COMMENT]
    shown = _fill(tokenized.text, fills)
    return _fill(shown, [(comment.start, comment.end, NOTHING) for comment in comments])


def _outermost(maths: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    r"""Drop formulas within formulas (``\text{$x$}``), and sort."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(maths):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _fill(text: str, fills: Iterable[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    position = 0
    for start, end, filler in fills:
        parts.append(text[position:start])
        parts.append(filled(text[start:end], filler))
        position = end
    parts.append(text[position:])
    return "".join(parts)


class _Painter:
    """Goes through the tokens once and fills what is not printed as text."""

    def __init__(self, tokenized: TokenizedText, maths: Sequence[tuple[int, int]]):
        self.tokenized = tokenized
        self.text = tokenized.text
        self.reader = ArgumentReader(tokenized)
        self.fills: list[tuple[int, int, str]] = []
        self.position = 0
        """Everything before it is decided."""
        self.braces: dict[int, str] = {}
        """Fillers of braces, by offset, where it is not `NOTHING`."""
        self.skipped: dict[int, tuple[int, str]] = {}
        """Arguments that are no text: offset of the brace -> end and filler."""
        self.scopes: list[tuple[int, str]] = []
        """Groups and environments around the present place: where a group ends, and the name of
        an environment, whose end is not looked for before it is needed."""
        self.stretches = sorted(
            [(start, end, THING) for start, end in _outermost(maths)]
            + [(start, end, NOTHING) for start, end in tokenized.definitions]
        )

    def paint(self) -> str:
        upcoming = iter([*self.stretches, (len(self.text) + 1, 0, "")])
        stretch = next(upcoming)
        for index, token in enumerate(self.tokenized.tokens):
            while stretch[0] <= token.start:
                if stretch[0] >= self.position:
                    self._fill(*stretch)
                stretch = next(upcoming)
            if token.start >= self.position:
                self._token(token, index)
        return _fill(self.text, self.fills)

    def _fill(self, start: int, end: int, filler: str) -> None:
        start = max(start, self.position)
        if end > start:
            self.fills.append((start, end, filler))
            self.position = end

    def _token(self, token: Token, index: int) -> None:
        kind, start, end, name = token
        if kind is Kind.COMMAND:
            self._command(name, start, end, index)
        elif kind is Kind.OPEN:
            self._open(start, end)
        elif kind is Kind.CLOSE:
            self._leave(is_group=True)
            self._fill(start, end, self.braces.get(start, NOTHING))
        elif kind is Kind.SYMBOL:
            self._symbol(name, start, end)
        elif kind is Kind.BEGIN:
            self._begin(name, start, end, index)
        elif kind is not Kind.PARAGRAPH:
            if kind is Kind.END:
                self._leave(is_group=False)
            filler = _FILLERS.get(kind, NOTHING)
            self._fill(start, end, NOTHING if name == "href" else filler)

    def _open(self, start: int, end: int) -> None:
        stop, filler = self.skipped.get(start, (0, ""))
        if stop:
            self._fill(start, stop, filler)
            return
        self.scopes.append((self.tokenized.matching.get(start, len(self.text)), ""))
        self._fill(start, end, self.braces.get(start, NOTHING))

    def _symbol(self, name: str, start: int, end: int) -> None:
        if name == "\\":
            self._fill(start, self.reader.after_options(end), BREAK)
        elif name in _SIGNS:
            self._fill(start, end - 1, NOTHING)
            self.position = end
        elif name in _SPACES:
            self._fill(start, end - 1, NOTHING)
            self.fills.append((end - 1, end, " "))
            self.position = end
        else:
            self._fill(start, end, NOTHING)

    def _begin(self, name: str, start: int, end: int, index: int) -> None:
        following = self.tokenized.tokens[index + 1 : index + 2]
        is_read = bool(following) and following[0].kind in (Kind.ARGUMENT, Kind.CODE)
        if name in NO_PROSE or (not is_read and SHOWS_CODE.search(name)):
            self._fill(start, self._environment_end(name, index), BREAK)
            return
        self.scopes.append((0, name))
        position = end
        while option := self._adjacent_option(position):
            position = option.end + 1
        self._fill(start, position, BREAK)
        self._arguments(position, BREAK)

    def _leave(self, *, is_group: bool) -> None:
        if self.scopes and (self.scopes[-1][0] > 0) == is_group:
            self.scopes.pop()

    def _adjacent_option(self, position: int) -> Argument | None:
        return self.reader.bracketed(position) if self.text.startswith("[", position) else None

    def _environment_end(self, name: str, index: int) -> int:
        depth = 0
        tokens = self.tokenized.tokens
        for place in range(index, len(tokens)):
            token = tokens[place]
            if token.name == name and token.kind is Kind.BEGIN:
                depth += 1
            elif token.name == name and token.kind is Kind.END:
                depth -= 1
                if depth == 0:
                    return token.end
        return len(self.text)

    def _arguments(self, position: int, filler: str) -> None:
        """Decide about the braced arguments that follow at once: text if they read like it."""
        while self.text.startswith("{", position) and position in self.tokenized.matching:
            close = self.tokenized.matching[position]
            if self._reads_like_text(position + 1, close):
                self._keep(position, close, filler)
            else:
                self.skipped[position] = (close + 1, filler)
            position = close + 1

    def _reads_like_text(self, start: int, end: int) -> bool:
        sample = self.text[start : min(end, start + 300)]
        return _SENTENCE.search(sample) is not None and not _NO_SENTENCE.search(sample)

    def _keep(self, opened: int, closed: int, filler: str) -> None:
        self.braces[opened] = self.braces[closed] = filler

    def _command(self, name: str, start: int, end: int, index: int) -> None:
        if name == "href":
            self._fill(start, end, NOTHING)
        elif name in TYPEWRITER:
            self._fill(start, self._scope_end(end, index), THING)
        elif name in CODE_ARGUMENTS:
            argument = self.reader.braced(end)
            self._fill(start, end if argument is None else argument.end + 1, THING)
        elif name == "foreach":
            found = _FOREACH.match(self.text, end)
            self._fill(start, self._after_arguments(found.end() if found else end), THING)
        elif name in PROSE_ARGUMENTS:
            self._known(start, end, PROSE_ARGUMENTS[name], NOTHING)
        elif name in BREAKING_ARGUMENTS:
            self._known(start, end, BREAKING_ARGUMENTS[name], BREAK)
        elif name in BREAKING:
            self._fill(start, self._after_arguments(end), BREAK)
        elif name in SILENT:
            self._fill(start, self._after_arguments(end, name), NOTHING)
        else:
            self._unknown(name, start, end)

    def _scope_end(self, end: int, index: int) -> int:
        """Give the offset up to which a change of the font holds."""
        if not self.scopes:
            return end
        closed, name = self.scopes[-1]
        if not name:
            return closed
        if name.rstrip("*") in TABLES:
            found = _CELL_END.search(self.text, end) if end <= self.last_cell_end else None
            return found.start() if found else end
        if name == "document":
            return end
        return self.environment_ends[index] or end

    @cached_property
    def last_cell_end(self) -> int:
        """The offset of the last end of a cell; beyond it nobody need search."""
        return max((found.start() for found in _CELL_END.finditer(self.text)), default=-1)

    @cached_property
    def environment_ends(self) -> list[int]:
        """The offset at which the environment around each token ends; 0 if it does not."""
        ends: list[int] = []
        upcoming: list[int] = []
        for token in reversed(self.tokenized.tokens):
            ends.append(upcoming[-1] if upcoming else 0)
            if token.kind is Kind.END:
                upcoming.append(token.start)
            elif token.kind is Kind.BEGIN and upcoming:
                upcoming.pop()
        ends.reverse()
        return ends

    def _known(self, start: int, end: int, kept: tuple[int, ...], filler: str) -> None:
        """Keep those of a command's arguments that are text, and fill those before them."""
        position = self.reader.after_options(end)
        last = max(kept)
        arguments: list[Argument] = []
        while len(arguments) <= last and (argument := self.reader.braced(position)):
            arguments.append(argument)
            position = argument.end + 1
        if not arguments:
            self._fill(start, end, filler)
            return
        self._fill(start, arguments[0].start - 1, filler)
        for number, argument in enumerate(arguments):
            if number in kept:
                self._keep(argument.start - 1, argument.end, filler)
            else:
                self.skipped[argument.start - 1] = (argument.end + 1, filler)

    def _after_arguments(self, end: int, name: str = "") -> int:
        """Give the offset after what a command takes: options, braced arguments, a dimension."""
        if quantity := self._quantity(name, end):
            return quantity.end()
        if name == "let":
            return self._after_let(end)
        position = self.reader.star(end)
        if not self.text.startswith(("[", "{", "("), position):
            return end
        while True:
            if option := self._adjacent_option(position):
                position = option.end + 1
            elif self.text.startswith("{", position) and position in self.tokenized.matching:
                position = self.tokenized.matching[position] + 1
            else:
                return max(position, end)

    def _quantity(self, name: str, end: int) -> re.Match[str] | None:
        """Read a number, where the command takes one, or a dimension, which is never text."""
        number = _NUMBER.match(self.text, end) if name in _TAKES_NUMBER else None
        return number or _DIMENSION.match(self.text, end)

    def _after_let(self, end: int) -> int:
        found = _LET.match(self.text, end)
        return found.end() if found else end

    def _unknown(self, name: str, start: int, end: int) -> None:
        if quantity := self._quantity(name, end):
            self._fill(start, quantity.end(), THING if name in _PRINTS_NUMBER else NOTHING)
            return
        position = end + 1 if self.text.startswith("*", end) else end
        while option := self._adjacent_option(position):
            position = option.end + 1
        self._fill(start, position, THING)
        self._arguments(position, THING)
