r"""A linear tokenizer: what is command, brace, maths, comment, code; the gaps between are text.

It reads TeX's surface only (category codes as LaTeX sets them, ``@`` taken as a letter), and it
never fails: whatever the input, every code point belongs to one token or one gap.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from texbook.base.collector import paused_collector
from texbook.latex.conditionals import begins_conditional
from texbook.latex.defining import DEFINING
from texbook.latex.specs import BUILT_IN, VerbatimSpecs

if TYPE_CHECKING:
    from collections.abc import Hashable


class Kind(StrEnum):
    """What a token is; a string, because the hash of a plain member is a slow call."""

    COMMENT = "comment"
    r"""From ``%`` to the line's end; ``\iffalse`` or ``\if0`` .. ``\fi``; after the document."""
    BEGIN = "begin"
    r"""``\begin{name}``; `Token.name` is the environment."""
    END = "end"
    COMMAND = "command"
    r"""``\word``; `Token.name` is ``word``."""
    SYMBOL = "symbol"
    r"""``\%``, ``\\`` and the like; `Token.name` is the character."""
    OPEN = "open"
    CLOSE = "close"
    MATHS = "maths"
    r"""A maths shift: ``$``, ``$$``, ``\(``, ``\)``, ``\[``, ``\]``; `Token.name` is it."""
    PARAGRAPH = "paragraph"
    """A line end and the blank lines after it."""
    ARGUMENT = "argument"
    r"""Options and arguments of a verbatim environment, the argument of ``\index``; `Token.name`
    is the environment or command."""
    CODE = "code"
    """Verbatim text; `Token.name` is the environment or command."""
    ADDRESS = "address"
    r"""The argument of ``\url`` and the like."""


class Token(NamedTuple):
    """A stretch of the text: code-point offsets from 0, end exclusive.

    ``name`` is what `Kind` says, else the token's text.
    """

    kind: Kind
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class TokenizedText:
    r"""A text and its tokens, in order, without overlap.

    Attributes:
        matching: offset of each opening brace -> offset of its closing brace.
        definitions: stretches that define a macro or an environment; what stands in them is
            not typeset there.
        open_braces: offsets of braces that are never closed.
        stray_braces: offsets of closing braces that close nothing.
        views: what others have made of the whole text, kept for the next who asks.
    """

    text: str
    tokens: list[Token]
    matching: dict[int, int] = field(default_factory=dict)
    definitions: list[tuple[int, int]] = field(default_factory=list)
    open_braces: list[int] = field(default_factory=list)
    stray_braces: list[int] = field(default_factory=list)
    views: dict[Hashable, str] = field(default_factory=dict, repr=False, compare=False)

    def in_definition(self, offset: int) -> bool:
        """Say whether an offset lies in the definition of a macro or an environment."""
        index = bisect_right(self.definitions, (offset, len(self.text) + 1)) - 1
        return index >= 0 and offset < self.definitions[index][1]


_BARE_NAME = re.compile(r"[ \t]*\*?[ \t]*\\(?:[A-Za-z@]+|.)")

# Each alternative begins with a literal: only then does `re` skip what no token begins with, which
# is five times as quick. So most groups are empty, and only tell which alternative was found.
_PATTERN = re.compile(
    r"%[^\n]*()"  # 1
    r"|\\begin[ \t]*\{([^{}\\%\n$]*)\}"  # 2
    r"|\\end[ \t]*\{([^{}\\%\n$]*)\}"  # 3
    r"|\\([A-Za-z@]+)"  # 4
    r"|\\[()\[\]]()"  # 5
    r"|\$\$?()"  # 6
    r"|\\(.?)"  # 7
    r"|\{()"  # 8
    r"|\}()"  # 9
    r"|\n[ \t\r]*\n()",  # 10
    re.DOTALL,
)
_KINDS = (
    Kind.COMMENT,  # group 0 does not occur: one of the ten always takes part
    Kind.COMMENT,
    Kind.BEGIN,
    Kind.END,
    Kind.COMMAND,
    Kind.MATHS,
    Kind.MATHS,
    Kind.SYMBOL,
    Kind.OPEN,
    Kind.CLOSE,
    Kind.PARAGRAPH,
    Kind.CODE,
)

_ENVIRONMENT_ARGUMENTS = re.compile(r"(?:\[(?:[^\[\]\n]|\n(?!\s*\n)){0,2000}\])?(?:\{[^{}\n]*\})*")
_OPTIONS = re.compile(r"[ \t]*(?:\[[^\]\n]*\])?")
_LINE_BREAK = re.compile(r"[ \t]*\r?\n[ \t]*(?=\{)")
_ONE_ARGUMENT = re.compile(r"\{[^{}\n]*\}")
_LINE_END = re.compile(r"[ \t\r]*(?:%|\n|$)")
_CODE_BRACE = re.compile(r"[{}]|\n[ \t\r]*\n")
_DEEPEST_CODE = 20
"""Braces nested deeper in inline code are taken for a fault, which keeps the work linear."""
_DELIMITER_CHANGE = re.compile(r"\\(?:(Make|Define)|(?:Delete|Undefine))ShortVerb(?![A-Za-z@])")
_NEVER = re.compile(r"[ \t]*0[ \t\r\n1-9]")
r"""After ``\if``, which compares two characters: ``\if 0`` at a line's end means "never"."""
_CONDITIONAL = re.compile(r"%[^\n]*|\\(if[A-Za-z@]*|fi)(?![A-Za-z@])|\\.", re.DOTALL)


# Group numbers, because the hash of an Enum member is slow.
_WORD, _OPEN, _CLOSE, _DELIMITED = 4, 8, 9, 11
_JUMPING = frozenset({2, 3, 10})
_NAME = (0, 0, 2, 3, 4, 0, 0, 7, 0, 0, 0, 0)
"""Which group holds a token's name; 0 where it is the whole."""


def tokenize(text: str, specs: VerbatimSpecs = BUILT_IN) -> TokenizedText:
    r"""Split a text into tokens in time proportional to its length.

    >>> [(token.kind.value, token.name) for token in tokenize(r"\emph{a} % b").tokens]
    [('command', 'emph'), ('open', '{'), ('close', '}'), ('comment', '% b')]
    """
    with paused_collector():
        return _Tokenizer(text, specs).run()


@lru_cache(maxsize=64)
def _pattern(delimiters: frozenset[str]) -> re.Pattern[str]:
    r"""Give the pattern of tokens; with code between two delimiters as its eleventh group."""
    if not delimiters:
        return _PATTERN
    signs = re.escape("".join(sorted(delimiters)))
    code = rf"|((?P<sign>[{signs}])(?:(?!(?P=sign))[^\r\n])+(?P=sign))"
    return re.compile(_PATTERN.pattern + code, re.DOTALL)


@lru_cache(maxsize=64)
def _special_words(specs: VerbatimSpecs) -> frozenset[str]:
    words = specs.inline | specs.inline_with_language | specs.addresses | specs.sanitized
    return words | frozenset(DEFINING) | {"iffalse", "if", "endinput"}


class _Tokenizer:
    """The state of one tokenizer run."""

    def __init__(self, text: str, specs: VerbatimSpecs):
        self.text = text
        self.specs = specs
        self.result = TokenizedText(text, [])
        self.braces: list[int] = []
        self.definition: tuple[int, int, int] | None = None
        """Start, brace depth and arguments still to come of the definition under way."""
        self.conditionals_are_broken = False
        self.documents = 0
        """How many are open."""
        self.delimiter_changes = (
            list(_DELIMITER_CHANGE.finditer(text)) if "DeleteShortVerb" in text else []
        )

    def run(self) -> TokenizedText:
        position: int | None = 0
        while position is not None:
            position = self._run_from(position)
        if self.definition is not None:
            self._end_definition(len(self.text))
        self.result.open_braces.extend(self.braces)
        return self.result

    def _run_from(self, position: int) -> int | None:
        """Read on until something verbatim must be jumped over; give where to go on."""
        special = _special_words(self.specs)
        add = self.result.tokens.append
        new = tuple.__new__  # half the time of Token(...), in the loop where all the time goes
        for found in _pattern(self.specs.delimiters).finditer(self.text, position):
            which = found.lastindex or 0
            start, end = found.span()
            name = found[_NAME[which]]
            kind = _KINDS[which]
            add(new(Token, (kind, start, end, name)))
            if which == _OPEN:
                self.braces.append(start)
            elif which == _CLOSE:
                self._close(start)
            elif which in _JUMPING or (which == _WORD and name in special):
                resume = self._special(kind, name, start, end)
                if resume is not None:
                    return resume
            elif which == _DELIMITED and self._is_no_delimiter(start):
                self.result.tokens.pop()
                return start + 1
        return None

    def _is_no_delimiter(self, offset: int) -> bool:
        r"""Say whether a delimiter of code has lost its meaning (``\DeleteShortVerb``)."""
        places = self.delimiter_changes
        index = bisect_right(places, offset, key=lambda found: found.start()) - 1
        return index >= 0 and not places[index][1]

    def _special(self, kind: Kind, name: str, start: int, end: int) -> int | None:
        if kind is Kind.COMMAND:
            return self._special_word(name, start, end)
        if kind is Kind.PARAGRAPH:
            self._paragraph(start)
            return None
        return self._environment(kind, name, end)

    def _close(self, offset: int) -> None:
        if not self.braces:
            self.result.stray_braces.append(offset)
            return
        opened = self.braces.pop()
        self.result.matching[opened] = offset
        if self.definition is None:
            return
        start, depth, remaining = self.definition
        if len(self.braces) < depth:
            self._end_definition(offset)
        elif len(self.braces) == depth and self.text[opened - 1 : opened] not in ("[", ",", "="):
            self.definition = (start, depth, remaining - 1)
            if remaining == 1:
                self._end_definition(offset + 1)

    def _end_definition(self, end: int) -> None:
        if self.definition is not None:
            self.result.definitions.append((self.definition[0], end))
        self.definition = None

    def _paragraph(self, start: int) -> None:
        # A blank line between a definition's arguments: it is broken, or was no definition.
        if self.definition is not None and len(self.braces) == self.definition[1]:
            self._end_definition(start)

    def _special_word(self, name: str, start: int, end: int) -> int | None:
        if name in DEFINING:
            if self.definition is None:
                bare = _BARE_NAME.match(self.text, end)
                remaining = DEFINING[name].braced - (bare is not None)
                self.definition = (start, len(self.braces), remaining)
            return None
        if name == "iffalse" or (name == "if" and _NEVER.match(self.text, end)):
            return self._skipped(start, end)
        if name == "if":
            return None
        if name == "endinput":
            # Within a line of text it is rather being written about, in some markup of its own;
            # in braces it may be the branch of a conditional that is not taken.
            alone = _LINE_END.match(self.text, end) and not self.braces
            return self._rest_is_comment(end) if alone else None
        if name in self.specs.sanitized and self.braces:
            return None  # in an argument of another command it comes too late to change anything
        return self._inline(name, end)

    def _skipped(self, start: int, end: int) -> int | None:
        r"""Take ``\iffalse`` .. ``\fi`` and ``\if0`` .. ``\fi`` as a comment."""
        if self.definition is not None or self.conditionals_are_broken:
            return None
        depth = 1
        for found in _CONDITIONAL.finditer(self.text, end):
            name = found[1]
            if name == "fi":
                depth -= 1
            elif name and begins_conditional(name):
                depth += 1
            if depth == 0:
                self.result.tokens[-1] = Token(Kind.COMMENT, start, found.end(), "iffalse")
                return found.end()
        self.conditionals_are_broken = True
        return None

    def _rest_is_comment(self, end: int) -> int | None:
        r"""Take what follows ``\end{document}`` or ``\endinput`` as a comment, as TeX does."""
        if self.definition is not None:
            return None
        if end < len(self.text):
            self.result.tokens.append(Token(Kind.COMMENT, end, len(self.text), "end"))
        return len(self.text)

    def _environment(self, kind: Kind, name: str, end: int) -> int | None:
        if name == "document":
            self.documents += 1 if kind is Kind.BEGIN else -1
        if kind is Kind.END:
            # Inside braces it may be the half of a conditional that is not taken; and a document
            # in a document is an example, in an environment whose class is out of sight.
            ends = name == "document" and not self.braces and self.documents < 1
            return self._rest_is_comment(end) if ends else None
        if not self.specs.is_verbatim(name) or self.definition is not None:
            return None
        arguments = _ENVIRONMENT_ARGUMENTS.match(self.text, end)
        body = arguments.end() if arguments else end
        if body > end:
            self.result.tokens.append(Token(Kind.ARGUMENT, end, body, name))
        stop = self._end_of(f"\\end{{{name}}}", body)
        if stop > body:
            self.result.tokens.append(Token(Kind.CODE, body, stop, name))
        return stop

    def _end_of(self, closing: str, body: int) -> int:
        """Find where verbatim text ends; not within braces of its own: a definition in it."""
        stop = self.text.find(closing, body)
        if self.text.startswith("{" + closing + "}", stop - 1):
            later = self.text.find(closing, stop + len(closing))
            stop = later if later >= 0 else stop
        return len(self.text) if stop < 0 else stop

    def _inline(self, name: str, end: int) -> int | None:
        r"""Read the code of ``\verb|..|``, ``\lstinline[..]{..}`` and the like."""
        text = self.text
        position = end
        if name in ("verb", "Verb") and text.startswith("*", position):
            position += 1
        if name != "verb":
            options = _OPTIONS.match(text, position)
            position = options.end() if options else position
        if name in self.specs.inline_with_language:
            language = _ONE_ARGUMENT.match(text, position)
            position = language.end() if language else position
        if name in self.specs.addresses and (broken := _LINE_BREAK.match(text, position)):
            position = broken.end()
        line_end = text.find("\n", position, position + 10_000)
        line_end = min(len(text), position + 10_000) if line_end < 0 else line_end
        delimiter = text[position : position + 1]
        if not delimiter or delimiter.isspace() or delimiter.isalpha() or delimiter in "\\%*}":
            return None
        if delimiter == "#" and self.definition is not None:
            return None  # a parameter
        if delimiter == "{" and name != "verb":
            return self._braced_code(name, position)
        if name in self.specs.addresses and name != "path":
            return None
        stop = text.find(delimiter, position + 1, line_end)
        if stop < 0:
            return None
        self.result.tokens.append(Token(Kind.CODE, position, stop + 1, name))
        return stop + 1

    def _braced_code(self, name: str, position: int) -> int | None:
        """Read a braced argument in which ``%`` is no comment; braces must balance."""
        depth = 0
        for found in _CODE_BRACE.finditer(self.text, position, position + 5000):
            if found[0] not in ("{", "}") or depth > _DEEPEST_CODE:
                return None
            depth += 1 if found[0] == "{" else -1
            if depth == 0:
                kind = self._kind_of_argument(name)
                self.result.tokens.append(Token(kind, position, found.end(), name))
                return found.end()
        return None

    def _kind_of_argument(self, name: str) -> Kind:
        if name in self.specs.sanitized:
            return Kind.ARGUMENT
        return Kind.ADDRESS if name in self.specs.addresses else Kind.CODE
