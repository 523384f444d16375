"""What the rules look at: documents, their tokens, the outline, the required sections."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice
from sys import maxsize
from typing import TYPE_CHECKING

from texbook.latex.definitions import read_definitions, wrappers_among
from texbook.latex.language import (
    MOST_READ,
    guess_language,
    read_active_characters,
    read_language,
)
from texbook.latex.listing_options import read_settings
from texbook.latex.nesting import Nesting, half_environments, read_nesting
from texbook.latex.outline import LEVELS, level_of_macro, read_outline
from texbook.latex.specs import BUILT_IN, VerbatimSpecs, read_specs
from texbook.latex.tokens import TokenizedText, tokenize
from texbook.latex.words import BodyReader
from texbook.lint.bibliography import Bibliography, read_bibliography
from texbook.lint.comments import Suppressions, read_suppressions
from texbook.lint.facts import Facts
from texbook.lint.inputs import Inputs, read_inputs
from texbook.lint.labels import Keys, read_keys_of_book
from texbook.lint.passage import Passage, cut_passages
from texbook.lint.questions import JudgedQuestion, is_question
from texbook.lint.titles import place_sections

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.source import SourceFile
    from texbook.base.sourcemap import SourceMap
    from texbook.base.span import Span
    from texbook.config.model import Config
    from texbook.latex.definitions import Definition
    from texbook.latex.outline import Heading, Outline, Section
    from texbook.lint.files import Files
    from texbook.lint.kept_views import KeptViews
    from texbook.lint.papers import Papers

_TOLD_BY = {"TB006": frozenset({"TB001", "TB006"})}
"""Findings of a template's check that tell what a rule would find in its rendering: the heading of
a missing block is printed with nothing below it. Of other rules it is the finding of the same code.
"""

_MOST_SETTINGS = 500
"""Each listing is compared with all of them."""

_PREAMBLE = re.compile(r"\\(?:documentclass|begin\s*\{document\})")
_BODY = re.compile(r"\\begin\s*\{document\}")
_READ_THERE = re.compile(r"\\(?:input|include|InputIfFileExists)\s*\{?\s*([^\s{}\\%]+)")
_COMMENT_LINE = re.compile(r"^[ \t]*%.*\n?", re.MULTILINE)
_MOST_ASKED = 20
"""Documents whose words tell the language of the book."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text to lint.

    Attributes:
        source: what is typeset.
        source_map: to the template that it was rendered from, if it was.
        template_findings: what the check of that template found.
        template: its text, to tell lines that came through unchanged.
        stale_results: why the stored results of its experiment are out of date.
        is_stub: whether it says of itself that it is not written yet: rules on content rest.
        overfull: what the last build said of boxes that stick out, if it has not changed since.
        related: slugs of questions that its front matter names.
    """

    source: SourceFile
    source_map: SourceMap | None = None
    template_findings: tuple[Diagnostic, ...] = ()
    template: SourceFile | None = None
    stale_results: tuple[Diagnostic, ...] = ()
    is_stub: bool = False
    overfull: tuple[Diagnostic, ...] = ()
    related: tuple[str, ...] = ()

    @property
    def written(self) -> SourceFile:
        """What the author wrote: the template, if it was rendered from one that is known."""
        return self.template or self.source


class Book:
    """The documents of one lint run, and what is read from them once for all rules."""

    def __init__(
        self,
        documents: Sequence[Document],
        config: Config,
        definitions: Sequence[SourceFile] = (),
        files: Files | None = None,
        views: KeptViews | None = None,
    ):
        """Take the documents, the class and package files, and a way to look at other files.

        Without ``files`` nothing is known of the book's folder, and rules that look there are
        silent. With ``views`` the passages that have not changed need not be read again.
        """
        self.documents = tuple(documents)
        self.config = config
        self.definitions = tuple(definitions)
        self.files = files
        self.notes: list[str] = []
        """What rules could not judge, and why."""
        self.views = views

    def leave_open(self, code: str, names: Collection[str]) -> None:
        """Take note that a rule cannot judge some names, because the book is not all at hand.

        Silence must not be taken for praise.
        """
        first = min(names)
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        self.notes.append(f'{code} does not judge "{first}"{more}: {self.inputs.gap}')

    @cached_property
    def sources(self) -> tuple[SourceFile, ...]:
        """Class and package files, then the documents."""
        return (*self.definitions, *(document.source for document in self.documents))

    @cached_property
    def rendered(self) -> dict[Path, Document]:
        """The documents that were rendered from templates."""
        return {d.source.path: d for d in self.documents if d.source_map is not None}

    @property
    def required(self) -> tuple[str, ...]:
        """The titles that each question must have, in order."""
        return self.config.structure.sections

    @cached_property
    def specs(self) -> VerbatimSpecs:
        """What is verbatim in this book."""
        named = frozenset(self.config.lint.verbatim_environments)
        specs = replace(BUILT_IN, environments=BUILT_IN.environments | named)
        for source in self._defining():
            specs |= read_specs(source.text)
        return specs

    @cached_property
    def tokenized(self) -> dict[Path, TokenizedText]:
        """The tokens of each document."""
        return {
            document.source.path: tokenize(document.source.text, self.specs)
            for document in self.documents
        }

    @cached_property
    def _defining_tokens(self) -> tuple[TokenizedText, ...]:
        """The tokens of class, packages and documents with a preamble."""
        return tuple(
            self.tokenized.get(source.path) or tokenize(source.text, self.specs)
            for source in self._defining()
        )

    @cached_property
    def defined(self) -> tuple[tuple[SourceFile, Definition], ...]:
        """What class, packages and documents define, with the files in which they do."""
        found: list[tuple[SourceFile, Definition]] = []
        wrappers: tuple[Definition, ...] = ()
        for source in self.sources:
            tokens = self.tokenized.get(source.path) or tokenize(source.text, self.specs)
            read = read_definitions(tokens, wrappers)
            wrappers = wrappers_among((*wrappers, *read))
            found += [(source, item) for item in read]
        return tuple(found)

    @cached_property
    def facts(self) -> Facts:
        """What rules on passages may know of the book."""
        halves: frozenset[str] = frozenset()
        for tokens in self._defining_tokens:
            halves |= half_environments(tokens)
        return Facts(
            config=self.config,
            specs=self.specs,
            halves=halves,
            definitions=tuple(definition for _, definition in self.defined),
            settings=tuple(
                dict.fromkeys(
                    setting
                    for tokens in (*self._defining_tokens, *self.tokenized.values())
                    for setting in read_settings(tokens)
                )
            )[-_MOST_SETTINGS:],
            active=read_active_characters(self._defining_tokens),
            language=self._language(),
        )

    def _language(self) -> str:
        """Give what the configuration says, or the preamble, or the words of the book."""
        said = self.config.lint.language or read_language(self._defining_tokens)
        if said is not None:
            return said
        share = MOST_READ // max(1, min(_MOST_ASKED, len(self.documents)))
        pieces = (_beginning(document.source.text, share) for document in self.documents)
        return guess_language("\n".join(islice(pieces, _MOST_ASKED)))

    @cached_property
    def keys(self) -> Keys:
        """Labels, references and citations."""
        return read_keys_of_book(self)

    @cached_property
    def inputs(self) -> Inputs:
        """The files that the documents read, as far as they are known."""
        return read_inputs(self)

    @cached_property
    def bibliography(self) -> Bibliography:
        """The works that can be cited, and the files that list them."""
        return read_bibliography(self)

    @cached_property
    def nestings(self) -> tuple[tuple[Document, Nesting], ...]:
        """What opens and closes in each document."""
        return tuple(
            (document, read_nesting(self.tokenized[document.source.path], self.facts.halves))
            for document in self.documents
        )

    @cached_property
    def passages(self) -> tuple[tuple[Document, int, Passage], ...]:
        """The passages of each document, with the offsets at which they begin."""
        return tuple(
            (
                document,
                start,
                Passage(document.source.text[start:end], self.facts, preamble, self.views),
            )
            for document in self.documents
            for start, end, preamble in cut_passages(self.tokenized[document.source.path])
        )

    @cached_property
    def suppressions(self) -> Suppressions:
        """What comments of the authors silence; those of a template stand in the template."""
        sources = {document.written.path: document.written for document in self.documents}
        for path in sorted(self._parents() - sources.keys()):
            if self.files is not None and (parent := self.files.read(path)) is not None:
                sources[path] = parent
        read = [
            read_suppressions(source, self.specs, self.tokenized.get(path))
            for path, source in sources.items()
        ]
        return Suppressions(
            tuple(item for one in read for item in one.suppressions),
            tuple(fault for one in read for fault in one.faults),
        )

    def _parents(self) -> set[Path]:
        """Give the files, besides the templates themselves, that gave text to the documents."""
        return {
            origin.path
            for document in self.documents
            if document.source_map is not None
            for origin in document.source_map.origins
        }

    @cached_property
    def outline(self) -> Outline:
        """Chapters, questions and sections."""
        return read_outline(
            [document.source for document in self.documents],
            self.config.structure.unit,
            unit_level=self._unit_level,
            tokenized=self.tokenized,
            specs=self.specs,
        )

    @cached_property
    def questions(self) -> tuple[JudgedQuestion, ...]:
        """The units that are questions, with their sections judged."""
        if not self.required:
            return ()
        judged = (
            JudgedQuestion(
                question,
                place_sections(question.sections, self.required, self.config.structure.titles),
            )
            for question in self.outline.questions()
        )
        return tuple(
            item
            for item in judged
            if item.heading.source.path in self.rendered or is_question(item, len(self.required))
        )

    def questions_for(self, code: str) -> tuple[JudgedQuestion, ...]:
        """Give the questions that a structure rule judges: all of whose faults nobody told yet."""
        codes = _TOLD_BY.get(code, {code})
        told = {
            document.source.path
            for document in self.documents
            if any(finding.code in codes for finding in document.template_findings)
        }
        return tuple(item for item in self.questions if item.heading.source.path not in told)

    @cached_property
    def _unit_level(self) -> int:
        """The level of the command that begins a question, which may be the book's own."""
        unit = self.config.structure.unit
        if unit in LEVELS:
            return LEVELS[unit]
        levels = (
            level_of_macro(definition.body)
            for _, definition in self.defined
            if definition.name == unit and not definition.is_environment
        )
        return next((level for level in levels if level is not None), LEVELS["section"])

    @property
    def section_command(self) -> str:
        """The command of a question's sections: one level below the unit."""
        below = self._unit_level + 1
        return next((name for name, level in LEVELS.items() if level == below), "subsection")

    @cached_property
    def stubs(self) -> frozenset[Path]:
        """The documents that are not written yet."""
        return frozenset(d.source.path for d in self.documents if d.is_stub)

    @cached_property
    def papers(self) -> Papers:
        """The papers that questions list, and those of the bibliography."""
        from texbook.lint.papers import Papers  # noqa: PLC0415  (only rules on papers need it)

        return Papers(self)

    def words(self, section: Section, enough: int | None = None) -> int:
        """Count the words of prose in a section; beyond ``enough`` the count may stop."""
        return sum(
            self._body_reader(stretch.source.path).words(stretch.start, stretch.end, enough)
            for stretch in section.body
        )

    def is_empty(self, section: Section) -> bool:
        """Say whether nothing of a section but its heading is typeset."""
        return all(
            self._body_reader(stretch.source.path).is_empty(stretch.start, stretch.end)
            for stretch in section.body
        )

    @cached_property
    def _body_readers(self) -> dict[Path, BodyReader]:
        return {}

    def _nesting(self, path: Path) -> Nesting:
        return next(nesting for document, nesting in self.nestings if document.source.path == path)

    def _body_reader(self, path: Path) -> BodyReader:
        if path not in self._body_readers:
            nesting = partial(self._nesting, path)
            self._body_readers[path] = BodyReader(self.tokenized[path], nesting)
        return self._body_readers[path]

    def _defining(self) -> list[SourceFile]:
        """Give the class, packages, documents with a preamble and those that it reads."""
        sources = [document.source for document in self.documents]
        defining = [source for source in sources if _PREAMBLE.search(source.text)]
        by_name = {source.path.stem: source for source in sources if source not in defining}
        for source in defining:
            body = _BODY.search(source.text)
            for found in _READ_THERE.finditer(source.text, 0, body.start() if body else maxsize):
                name = found[1].rpartition("/")[2].removesuffix(".tex")
                if (read := by_name.pop(name, None)) is not None:
                    defining.append(read)
        return [*self.definitions, *defining]


def _beginning(text: str, length: int) -> str:
    """Give the first text of a document, without its comments: licences are in English."""
    body = _BODY.search(text)
    start = body.end() if body else 0
    return _COMMENT_LINE.sub("", text[start : start + 4 * length])[:length]


def heading_span(heading: Heading) -> Span:
    """Give the place of a heading."""
    return heading.source.span(heading.start, heading.end)
