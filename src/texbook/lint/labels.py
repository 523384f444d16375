r"""Labels, references and citations of a book, gathered once for all rules.

What cannot be read with certainty makes the rules silent, not wrong: a label that a macro makes
("fig:\number") becomes a pattern of names that may exist.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.arguments import ArgumentReader
from texbook.latex.references import Key, KeyForm, read_keys
from texbook.latex.tokens import Kind
from texbook.lint.key_templates import Macro, Role, instantiate, read_values
from texbook.lint.keymacros import KEY_COMMANDS, KeyMacros, read_key_macros
from texbook.lint.made_names import MadeNames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.source import SourceFile
    from texbook.base.span import Span
    from texbook.latex.tokens import Token, TokenizedText
    from texbook.lint.book import Book


class Place(NamedTuple):
    """A key and where it stands: code-point offsets, end exclusive."""

    name: str
    source: SourceFile
    start: int
    end: int

    @property
    def span(self) -> Span:
        """The place as a span."""
        return self.source.span(self.start, self.end)


@dataclass(slots=True)
class Keys:
    r"""All keys of a book.

    Attributes:
        labels: those that are certainly set, in reading order.
        possible_labels: names that may be labels: of options, and in definitions.
        references: to labels, where TeX would look them up.
        citations: of works.
        bibitems: of the environment ``thebibliography``, and of a ``.bbl`` that is read.
        used: labels that are referred to in definitions, too.
    """

    labels: list[Place] = field(default_factory=list)
    possible_labels: set[str] = field(default_factory=set)
    references: list[Place] = field(default_factory=list)
    citations: list[Place] = field(default_factory=list)
    bibitems: list[Place] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    made_labels: MadeNames = field(default_factory=MadeNames)
    made_references: MadeNames = field(default_factory=MadeNames)
    referring: set[tuple[str, int]] = field(default_factory=set)
    """Path and offset of each argument that was read as a reference."""

    def take_external(self, text: str) -> None:
        """Take note that labels of another document may be known (xr, zref-xr, LaTeX2HTML)."""
        for found in _EXTERNAL.finditer(text):
            self.made_labels.add(f"{found[1] or ''}#")
        if _LATEX2HTML.search(text) is not None:
            self.made_labels.add("#")

    def may_be_label(self, name: str) -> bool:
        """Say whether something in the book may set a label of this name."""
        return name in self.possible_labels or name in self.made_labels

    def may_be_used(self, name: str) -> bool:
        """Say whether something refers to a label, or may do so."""
        return name in self.used or name in self.made_references


_LET = re.compile(
    r"\\(?:let|NewCommandCopy|DeclareCommandCopy)\s*\{?\\([A-Za-z@]+)\}?\s*=?\s*\{?\\([A-Za-z]+)"
)
_OPTION = re.compile(r"(?:^|[\[,])\s*label\s*=\s*(?:\{([^{}]*)\}|([^,\[\]{}\s]*))")
_EXTERNAL = re.compile(r"\\z?externaldocument\*?\s*(?:\[([^\]]*)\])?")
_LATEX2HTML = re.compile(r"\\(?:externallabels\s*\{|internal\s*(?:\[[a-z]+\]\s*)?\{[^{}]*/\})")
"""Labels of other parts of a document (html.sty of LaTeX2HTML)."""
_QUOTES = re.compile(
    r"\\(?:detokenize|scantokens|@?sanitize|meaning|string[ ]*#|string\\#)(?![A-Za-z])"
)
_BIBLATEX_ENTRY = re.compile(r"\\(?:entry|set)\s*\{([^{}]+)\}")
_BIBITEM = KeyForm()
_CERTAIN_OPTIONS = frozenset({"lstlisting", "lstinputlisting", "tcolorbox", "tcblisting"})


def read_keys_of_book(book: Book) -> Keys:
    """Gather the keys of a book's documents, class and packages."""
    return _Gatherer(book).run()


class _Gatherer:
    """The work of one gathering."""

    def __init__(self, book: Book):
        self.book = book
        self.keys = Keys()
        self.macros = self._macros()
        config = book.config.lint
        own = self.macros.redefined | self.macros.commands.keys()
        self.forms = {
            name: (role, form)
            for name, (role, form) in KEY_COMMANDS.items()
            if role is Role.LABEL or name not in own
        } | {
            **{name: (Role.REFERENCE, KeyForm(is_list=True)) for name in config.reference_commands},
            **{name: (Role.CITATION, KeyForm(is_list=True)) for name in config.citation_commands},
        }
        self.declared = frozenset((*config.reference_commands, *config.citation_commands))
        self.called: set[str] = set()
        self.quoting = frozenset(
            item.name for _, item in book.defined if _QUOTES.search(item.body) is not None
        )
        """Macros that print what they are given: in ``\\code{\\ref{x}}`` nothing is referred to."""
        self.names = frozenset(
            (*self.forms, *self.macros.commands, *self.quoting, "bibitem", "lstinputlisting")
        )

    def _macros(self) -> KeyMacros:
        book = self.book
        texts = [source.text for source in book.sources]
        aliases = [pair for text in texts for pair in _LET.findall(text)]
        return read_key_macros([item for _, item in book.defined], texts, aliases)

    def run(self) -> Keys:
        for document in self.book.documents:
            source = document.source
            _Text(self, source, self.book.tokenized[source.path]).read()
        for source in self.book.definitions:
            self.keys.take_external(source.text)
        self._never_called()
        return self.keys

    def _never_called(self) -> None:
        """Macros of a class may be called by the kernel: what they set may exist."""
        called = self.called | self.macros.inner
        for name, macro in self.macros.commands.items():
            if "@" in name or name in _SECTIONING:
                for template in macro.templates:
                    if template.role is Role.LABEL and name not in called:
                        self.keys.made_labels.add(template.text)
                    elif template.role is Role.REFERENCE:
                        self.keys.made_references.add(template.text)


_SECTIONING = frozenset(
    {"part", "chapter", "section", "subsection", "caption", "item", "maketitle"}
)


class _Text:
    """One document that is read for keys."""

    def __init__(self, gatherer: _Gatherer, source: SourceFile, tokenized: TokenizedText):
        self.gatherer = gatherer
        self.keys = gatherer.keys
        self.source = source
        self.tokenized = tokenized
        self.after = 0
        """What stands before it is quoted, and not meant."""

    @cached_property
    def reader(self) -> ArgumentReader:
        return ArgumentReader(self.tokenized)

    def read(self) -> None:
        gatherer = self.gatherer
        environments = gatherer.macros.environments
        command, begin, argument = Kind.COMMAND, Kind.BEGIN, Kind.ARGUMENT
        for token in self.tokenized.tokens:
            kind, start, end, name = token
            if kind is command:
                if name in gatherer.names and start >= self.after:
                    self._command(token)
            elif kind is begin:
                if name in environments:
                    self._macro(token, environments[name])
                self._options(token)
            elif kind is argument:
                self._read_options(self.source.text, start, end, name)
        self.keys.take_external(self.source.text)
        if self.source.path.suffix == ".bbl":
            for found in _BIBLATEX_ENTRY.finditer(self.source.text):
                self.keys.bibitems.append(Place(found[1], self.source, *found.span(1)))

    def _command(self, token: Token) -> None:
        gatherer = self.gatherer
        name = token.name
        if name in gatherer.quoting:
            self.after = self._after_arguments(token)
        elif name in gatherer.macros.commands and name not in gatherer.declared:
            self._macro(token, gatherer.macros.commands[name])
        elif name in gatherer.forms:
            self._known(token, *gatherer.forms[name])
        elif name == "bibitem":
            self._bibitem(token)
        else:
            self._options(token)

    def _after_arguments(self, token: Token) -> int:
        position = self.reader.after_options(token.end)
        while argument := self.reader.braced(position):
            position = argument.end + 1
        return position

    def _known(self, token: Token, role: Role, form: KeyForm) -> None:
        defined = self.tokenized.in_definition(token.start)
        keys = read_keys(self.reader, token, form)
        if keys is None and role is Role.LABEL and not defined:
            self.keys.made_labels.add("#")  # \expandafter\label\x
        for key in keys or ():
            if role is Role.REFERENCE:
                self.keys.referring.add((str(self.source.path), key.start))
            self._add(role, key, defined=defined)

    def _add(self, role: Role, key: Key, *, defined: bool) -> None:
        """Put a key where it belongs; in a definition nothing is certain."""
        keys = self.keys
        if not key.is_plain:
            # In a definition its macro tells more, where that can be read.
            if role is Role.LABEL and not (defined and "#" in key.name):
                keys.made_labels.add(key.name)
            elif role is Role.REFERENCE and not (defined and "#" in key.name):
                keys.made_references.add(key.name)
            return
        place = Place(key.name, self.source, key.start, key.end)
        if role is Role.REFERENCE:
            keys.used.add(key.name)
            if not defined:
                keys.references.append(place)
        elif role is Role.CITATION:
            if not defined and key.name != "*":  # \nocite{*}
                keys.citations.append(place)
        elif role is Role.LABEL and not defined:
            keys.labels.append(place)
        else:
            keys.possible_labels.add(key.name)

    def _macro(self, token: Token, macro: Macro) -> None:
        self.gatherer.called.add(token.name)
        values = read_values(self.reader, token, macro)
        defined = self.tokenized.in_definition(token.start)
        if values is None:
            for template in () if defined else macro.templates:
                if template.role in (Role.LABEL, Role.POSSIBLE_LABEL):
                    self.keys.made_labels.add(template.text)
                elif template.role is Role.REFERENCE:
                    self.keys.made_references.add(template.text)
            return
        for made in instantiate(macro, [value.text for value in values]):
            place = values[made.parameter - 1] if made.parameter else None
            start, end = (place.start, place.end) if place else (token.start, token.end)
            if made.role is Role.REFERENCE:
                self.keys.referring.add((str(self.source.path), start))
            self._add(made.role, Key(made.text, start, end), defined=defined)

    def _bibitem(self, token: Token) -> None:
        for key in read_keys(self.reader, token, _BIBITEM) or ():
            if key.is_plain and not self.tokenized.in_definition(token.start):
                self.keys.bibitems.append(Place(key.name, self.source, key.start, key.end))

    def _options(self, token: Token) -> None:
        text = self.tokenized.text
        if text.startswith("[", token.end) and (option := self.reader.bracketed(token.end)):
            self._read_options(self.reader.text, option.start - 1, option.end, token.name)

    def _read_options(self, text: str, start: int, end: int, name: str) -> None:
        if "label" not in text[start:end]:
            return
        environments = self.gatherer.macros.environments
        certain = name in _CERTAIN_OPTIONS or name.startswith("lst") or name in environments
        for found in _OPTION.finditer(text, start, end):
            group = 1 if found[1] is not None else 2
            key = Key(found[group].strip(), found.start(group), found.end(group))
            if key.is_plain:
                role = Role.LABEL if certain else Role.POSSIBLE_LABEL
                self._add(role, key, defined=self.tokenized.in_definition(start))
            elif certain:
                self.keys.made_labels.add(key.name)


def names_in_arguments(book: Book, keys: Keys) -> Iterator[str]:
    """Give every word that stands in braces, brackets or behind a sign of equality.

    An environment of a package out of sight may make a label of it. What was read as a reference
    does not count.
    """
    for document in book.documents:
        source = document.source
        path = str(source.path)
        for found in _WORD.finditer(source.text):
            if (path, found.start(1)) not in keys.referring:
                yield found[1]


_WORD = re.compile(r"[\[{=,]\s{0,40}([^\s\[\]{},=\\#%][^\[\]{},=\\#%\n]{0,80})(?=[\]},])")
