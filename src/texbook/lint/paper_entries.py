r"""Where an entry of a papers section begins and ends, and what of it is the title."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.arguments import ArgumentReader
from texbook.latex.mask import mask
from texbook.latex.outline import LEVELS
from texbook.latex.tokens import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.tokens import Token, TokenizedText


class Title(NamedTuple):
    """A title that is set off: code-point offsets with its marks, the words, and how.

    ``style`` is ``quoted``, ``italic``, ``bold``, ``linked`` or ``heading``.
    """

    start: int
    end: int
    text: str
    style: str


_OPENING = re.compile(
    r"(?P<quoted>``|\u201c|(?<!\\)\")"
    r"|\\(?P<italic>emph|textit|textsl)[ \t]*\{"
    r"|\\(?P<bold>textbf)[ \t]*\{"
    r"|\{\\(?:(?P<italics>em|it|itshape|sl)|(?P<bolds>bf|bfseries))(?![A-Za-z])"
    r"|\\href[ \t]*\{[^{}\n]{0,500}\}[ \t]*(?P<linked>)\{"
    r"|(?P<heading>\\(?:sub)*(?:section|paragraph)\*?[ \t]*|\btitle[ \t]*=[ \t]*)\{"
    r"|\A\s*(?P<option>\[)"
)
_CLOSING_MARK = {"``": "''", "\u201c": "\u201d", '"': '"', "[": "]"}
_REACH = 700
"""Code points from the entry's beginning within which its title begins; and its longest title."""
_LABEL = re.compile(
    r"(?:the\s+|its\s+)?(?:key|main|core|central|contribution|relevance|relevant|why|what|how|link|url"
    r"|summary|takeaway|finding|insight|idea|result|authors?|year|venue|notes?|connection|application"
    r"|applies|abstract|doi|arxiv|published|reference|source|lesson|impact|importance|significance"
    r"|method|problem|claim|use|when|where|see|et\s+al)\b",
    re.IGNORECASE,
)
_LONGEST_LABEL = 5
"""Words; "Why do tree-based models still outperform deep learning" is a title."""
_VENUE = re.compile(
    r"\b(?:journal|proceedings|proc\.|conference|transactions|trans\.|workshop|symposium|annals"
    r"|letters|review of|communications of|advances in|lecture notes|arxiv|neurips|nips|icml|iclr"
    r"|kdd|acl|emnlp|naacl|cvpr|iccv|eccv|aaai|ijcai|sigir|recsys|sigmod|vldb|osdi|sosp|nsdi)\b",
    re.IGNORECASE,
)
_AUTHORS = re.compile(r"(?:19|20)\d\d[a-z]?[)\]]?$|\bet al\b|, [A-Z]\.")
"""In words that are set off: "Smith, A. (2020)", "[Smith 2020]"."""
_PLAIN_WORD = re.compile(r"(?<![\w\\{])[a-z]{3,}(?!\w)")
_OF_NAMES = frozenset({"and", "von", "van", "den", "der", "del", "della", "dos"})
_OF_TITLES = re.compile(
    r"(?<!\w)(?:on|the|of|for|with|is|to|by|from|via|using|as|are|not|their|why|how|towards?)(?!\w)",
    re.IGNORECASE,
)
"""Words that no list of authors holds."""
_MARKUP = re.compile(r"\\(?:[A-Za-z]+\*?[ \t]*|.)|[{}]|``|''", re.DOTALL)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_EVIDENCE = re.compile(
    r"(?:1[89]\d\d|20[0-3]\d)(?!\d)|https?://|\\url|arxiv|doi|\bet[ ~\\]+al\b"
    r"|[cC]ite[a-z]*\*?[\[{]",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"https?://|\\url|arxiv|doi[:.]|\bet[ ~\\]+al\b|[cC]ite[a-z]*\*?[\[{]"
    r"|(?-i:, [A-Z]\.(?:,|\s+(?:[A-Z]\.|\(|\\&|and\b)))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:\\noindent|\\par|\s|\\(?:med|small|big)skip)*(?:\[?\d{1,3}[.)\]]\s*)?")
_NO_ENTRY = frozenset({"center", "figure", "table", "tabular", "flushleft", "quote", "quotation"})
_TITLE_WORDS = range(2, 41)


class EntryFinder:
    """Finds the entries of one file's papers sections."""

    def __init__(self, tokenized: TokenizedText):
        self.text = mask(tokenized)
        self._tokenized = tokenized
        self._reader = ArgumentReader(tokenized)

    def entries(self, start: int, end: int) -> list[tuple[int, int]]:
        """Give the entries between two offsets, by the first form that most of them fit."""
        lists, blocks, environments = self._divided(start, end)
        if found := [item for items in lists for item in self._papers(items)]:
            return found
        for stretches in (blocks, environments if len(environments) > 1 else []):
            if found := self._papers(stretches):
                return found
        return self._paragraphs(start, end)

    def addresses(
        self, start: int, end: int
    ) -> tuple[list[tuple[int, int, str]], list[tuple[int, int]]]:
        r"""Give what can be clicked, and the stretches of the texts that ``\href`` shows."""
        found: list[tuple[int, int, str]] = []
        shown: list[tuple[int, int]] = []
        for token in self._tokens(start, end):
            if token.kind is Kind.ADDRESS and token.name != "path":
                found.append((token.start, token.end, self.text[token.start + 1 : token.end - 1]))
                text = self._reader.braced(token.end) if token.name == "href" else None
                if text is not None and text.end <= end:
                    shown.append((text.start, text.end))
        return found, shown

    def _tokens(self, start: int, end: int) -> Iterator[Token]:
        tokens = self._tokenized.tokens
        for index in range(bisect_left(tokens, start, key=lambda token: token.start), len(tokens)):
            if tokens[index].start >= end:
                return
            yield tokens[index]

    def _divided(
        self, start: int, end: int
    ) -> tuple[list[list[tuple[int, int]]], list[tuple[int, int]], list[tuple[int, int]]]:
        """Give the items of each outer list, what stands below subheadings, outer environments."""
        stack: list[_Open] = []
        lists: list[list[tuple[int, int]]] = []
        headings: list[int] = []
        environments: list[tuple[int, int]] = []
        with_items = 0
        for token in self._tokens(start, end):
            if token.kind is Kind.BEGIN:
                stack.append(_Open(token.name, token.start, with_items))
            elif token.kind is Kind.END and stack:
                closed = stack.pop()
                with_items -= closed.close_item(token.start)
                if closed.items and not closed.outer_items:
                    lists.append(closed.items)
                if not stack and token.name not in _NO_ENTRY and not closed.items:
                    environments.append((closed.start, token.end))
            elif token.kind is Kind.COMMAND and token.name == "item" and stack:
                with_items -= stack[-1].close_item(token.start)
                stack[-1].item = token.end
                with_items += 1
            elif token.kind is Kind.COMMAND and token.name in LEVELS and not stack:
                headings.append(token.start)
        blocks = list(pairwise([*headings, end]))
        return lists, blocks, environments

    def _papers(self, stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Give those stretches that are papers; none unless most of them are."""
        papers = [(start, end) for start, end in stretches if self._is_paper(start, end)]
        return papers if 2 * len(papers) >= len(stretches) else []

    def _is_paper(self, start: int, end: int) -> bool:
        """Say whether a stretch has what papers have, and is no field of one."""
        text = self.text[start:end]
        if find_title(text) is not None:
            return True
        plain = _MARKUP.sub(" ", text[:200]).strip(" \t\n[")
        begins_with = re.split(r"[:.]", plain, maxsplit=1)[0]
        return _STRONG.search(text) is not None and not is_label(begins_with)

    def _paragraphs(self, start: int, end: int) -> list[tuple[int, int]]:
        """Give each paragraph that begins with a title and has evidence, with those behind it."""
        breaks = [token for token in self._tokens(start, end) if token.kind is Kind.PARAGRAPH]
        starts = [start, *(token.end for token in breaks)]
        ends = [*(token.start for token in breaks), end]
        entries: list[tuple[int, int]] = []
        for paragraph, stop in zip(starts, ends, strict=True):
            text = self.text[paragraph:stop]
            title = find_title(text)
            head = _NUMBER.match(text)
            begins = (
                title is not None
                and head is not None
                and title.start <= head.end()
                and not _is_run_in(text, title)
            )
            if begins and _EVIDENCE.search(text):
                entries.append((paragraph, stop))
            elif entries and not begins:
                entries[-1] = (entries[-1][0], stop)
        return entries


class _Open:
    """An environment that is open."""

    def __init__(self, name: str, start: int, outer_items: int):
        self.name = name
        self.start = start
        self.outer_items = outer_items
        self.item: int | None = None
        self.items: list[tuple[int, int]] = []

    def close_item(self, end: int) -> int:
        """End the item that is open; give how many that were."""
        if self.item is None:
            return 0
        self.items.append((self.item, end))
        self.item = None
        return 1


def find_title(text: str) -> Title | None:
    r"""Find the title of an entry: the first words in quotes, bold or italic that can be one.

    >>> find_title(r"A. Smith. \emph{On Traps}. Nature, 2020.")
    Title(start=10, end=25, text='On Traps', style='italic')
    """
    position = 0
    while found := _OPENING.search(text, position, _REACH):
        end = _closing(text, found)
        if end is None:
            position = found.end()
            continue
        title = _title(text, found, end)
        if title is not None:
            return title
        position = end
    return None


def _is_run_in(text: str, title: Title) -> bool:
    """Say whether a paragraph begins with a heading of its own: "Rollout and monitoring."."""
    ends = text[title.start : title.end].rstrip("}").endswith((".", ":"))
    return title.style == "bold" and ends and len(title.text.split()) <= _LONGEST_LABEL


def is_label(words: str) -> bool:
    """Say whether words name a part of an entry: "Key contribution", "Why it matters here"."""
    return len(words.split()) <= _LONGEST_LABEL and _LABEL.match(words) is not None


def _title(text: str, found: re.Match[str], end: int) -> Title | None:
    inner = text[found.end() : end - (2 if found["quoted"] == "``" else 1)]
    words = " ".join(_MARKUP.sub("", inner.replace("~", " ")).split())
    plain = words.rstrip(".,:;")
    if len(words.split()) not in _TITLE_WORDS or is_label(plain) or _AUTHORS.search(plain):
        return None
    style = _style(found)
    if style == "italic":
        before = text[: found.start()]
        words_before = set(_PLAIN_WORD.findall(before)) - _OF_NAMES
        if words_before or _OF_TITLES.search(before) or _VENUE.search(words):
            return None  # the title before it is plain, and this is where it appeared
    if inner.lstrip().startswith(("``", "\u201c", '"')):
        style = "quoted"
    return Title(found.start(), end, plain, style)


def _style(found: re.Match[str]) -> str:
    if found["quoted"]:
        return "quoted"
    if found["linked"] is not None:
        return "linked"
    if found["heading"] or found["option"]:
        return "heading"
    return "italic" if found["italic"] or found["italics"] else "bold"


def _closing(text: str, found: re.Match[str]) -> int | None:
    """Give the offset behind the closing mark; None if it is too far away."""
    limit = found.end() + _REACH
    opening = found["quoted"] or found["option"]
    if opening:
        mark = _CLOSING_MARK[opening]
        end = text.find(mark, found.end(), limit)
        return None if end < 0 else end + len(mark)
    depth = 1
    for brace in _BRACE.finditer(text, found.end(), limit):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end()
    return None
