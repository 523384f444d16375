"""Judge a book by the rules: what will be typeset, in reading order, with templates rendered."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from texbook.base.digest import digest_file
from texbook.base.errors import BookError, StorageError
from texbook.base.source import SourceFile
from texbook.experiments.stale import find_stale, watched_files
from texbook.latex.includes import include_order
from texbook.lint.rule import all_rules, select_rules
from texbook.lint.runner import Document, LintOutcome, lint, unreadable
from texbook.lint.settings import apply_settings, check_words, idle_notes
from texbook.project import TEMPLATE_SUFFIX
from texbook.render.render import Rendered, render_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from texbook.app.lint import LintOptions
    from texbook.base.diagnostic import Diagnostic
    from texbook.lint.files import Files
    from texbook.lint.kept_findings import KeptFindings
    from texbook.lint.rule import Rule
    from texbook.project import Project

_TEXTS = frozenset({"", ".tex", ".ltx", ".latex", ".tikz", ".txt"})
"""Endings of files that are judged though the book does not read them; others are no LaTeX text."""
_MOST_NAMED = 4
"""Files in a note."""


_NO_QUESTION = (
    'no question was found, so no structure was judged: nothing that begins with "\\{}" has any of '
    "the required sections"
)


def judge_book(
    project: Project, options: LintOptions, files: Files, kept: KeptFindings | None = None
) -> LintOutcome:
    """Check the book, or some files of it.

    Args:
        project: the book.
        options: what the person asked for.
        files: is told of every file that the outcome depends on.
        kept: what earlier runs found in passages.

    Raises:
        ConfigError: when a rule is named that does not exist.
    """
    lint_config = project.config.lint
    check_words(all_rules(), project.config)
    rules = select_rules(
        all_rules(),
        lint_config,
        select=options.select,
        ignore=options.ignore,
        extend_select=options.extend_select,
    )
    asked = (*options.select, *options.extend_select, *lint_config.extend_select)
    idle = idle_notes(rules, project.config, (*asked, *lint_config.select))
    rendering = render_templates(project, texts=files.texts)
    for path, digest in rendering.looked_at.items():
        files.note(path, digest)
    overfull, unbuilt = (
        _overfull(project, files) if any(rule.code == "TB808" for rule in rules) else ({}, ())
    )
    reader = _Reader(project, rendering.rendered, _stale_results(project, files), overfull, files)
    documents = [reader.document(source) for source in reader.reading_order()]
    check = partial(
        lint,
        config=project.config,
        definitions=reader.definitions(),
        files=files,
        kept=kept,
    )
    if options.paths:
        outcome = _judge_parts(project, options.paths, reader, check, documents, rules=rules)
    else:
        outcome = check(documents, rules=rules)
        if _judges_structure(project, rules) and not outcome.questions:
            note = _NO_QUESTION.format(project.config.structure.unit)
            outcome = replace(outcome, notes=(*outcome.notes, note))
    for path, error in files.faults.items():
        if not path.is_relative_to(project.build_folder):
            reader.faults.append(unreadable(error))
    faults = _faults((*rendering.diagnostics, *reader.faults), options.paths)
    found = (*faults, *outcome.diagnostics)
    told = apply_settings(found, lint_config, all_rules(), project.root)
    return replace(outcome, diagnostics=tuple(told), notes=(*outcome.notes, *unbuilt, *idle))


def _judges_structure(project: Project, rules: Sequence[Rule]) -> bool:
    return bool(project.config.structure.sections) and any(rule.structure for rule in rules)


def _judge_parts(
    project: Project,
    paths: Sequence[Path],
    reader: _Reader,
    check: Callable[..., LintOutcome],
    documents: Sequence[Document],
    *,
    rules: Sequence[Rule],
) -> LintOutcome:
    """Judge the files that were named, as parts of the book, and say what was looked at."""
    chosen = [item for item in documents if _is_below(reader.written(item), paths)]
    outcome = check(documents, rules=rules, only={item.source.path for item in chosen})
    # What the book does not read is judged by itself: it belongs to no question of the book.
    unread = reader.unread(paths, {reader.written(item) for item in chosen})
    # Nor can it be said that a comment in it silences nothing.
    alone = [rule for rule in rules if rule.check_suppressed is None]
    outcome = _joined([outcome, *(check([item], rules=alone) for item in unread)])
    judged = [reader.written(item) for item in (*chosen, *unread)]
    refused = [fault.span.path for fault in reader.faults if fault.span is not None]
    notes = _notes(project, paths, (*judged, *refused))
    if unread:
        notes.insert(0, _alone(project, [reader.written(item) for item in unread]))
    if len(chosen) < len(documents):
        notes.insert(0, "only the files named were judged, each as a part of the book")
    if judged and not outcome.questions and _judges_structure(project, rules):
        notes.append("none of them holds a question or a part of one: no structure was judged")
    return replace(outcome, notes=(*outcome.notes, *notes))


def _stale_results(project: Project, files: Files) -> dict[Path, tuple[Diagnostic, ...]]:
    """Find by question, as the author wrote it, whose stored results are out of date."""
    for path in watched_files(project):
        files.note(path, digest_file(path) if path.is_file() else None)
    return {item.experiment.question: (item.diagnostic(),) for item in find_stale(project)}


def _overfull(
    project: Project, files: Files
) -> tuple[dict[Path, tuple[Diagnostic, ...]], tuple[str, ...]]:
    """Give by file, as the author wrote it, what the last build said of boxes that stick out.

    A file that has changed since has none: nobody knows whether they are still there.

    Returns:
        The findings, and a note where there is no build to ask.
    """
    from texbook.build.model import RerunReason  # noqa: PLC0415  (start-up time)
    from texbook.build.state import load_state, state_path  # noqa: PLC0415  (start-up time)

    path = state_path(project)
    files.note(path, digest_file(path) if path.is_file() else None)
    state = load_state(path)
    if isinstance(state, RerunReason):
        return {}, ('no good build is at hand to tell of overfull boxes: "texbook build"',)
    found: dict[Path, tuple[Diagnostic, ...]] = {}
    for item in state.findings:
        if item.code == "overfull" and item.span is not None:
            place = item.span.path
            stamp = state.inputs.get(place)
            if stamp is not None and stamp.matches(place, seen_ns=state.seen_ns):
                found[place] = (*found.get(place, ()), item)
    return found, ()


def _joined(outcomes: Sequence[LintOutcome]) -> LintOutcome:
    return LintOutcome(
        diagnostics=tuple(item for outcome in outcomes for item in outcome.diagnostics),
        questions=sum(outcome.questions for outcome in outcomes),
        sections=sum(outcome.sections for outcome in outcomes),
        files=sum(outcome.files for outcome in outcomes),
        notes=tuple(dict.fromkeys(note for outcome in outcomes for note in outcome.notes)),
        codes=outcomes[0].codes,
        written=tuple(dict.fromkeys(file for outcome in outcomes for file in outcome.written)),
    )


def _notes(project: Project, paths: Sequence[Path], judged: Sequence[Path]) -> list[str]:
    """Say what was looked at, so that silence is not taken for praise."""
    found = (*judged, *project.templates())  # a template that does not render is a finding
    return [
        f'"{project.display(path)}" holds nothing that is typeset'
        for path in paths
        if not any(file.is_relative_to(path) for file in found)
    ]


def _alone(project: Project, unread: Sequence[Path]) -> str:
    """Name files of which nothing was said that needs the rest of the book."""
    names = [f'"{project.display(path)}"' for path in unread]
    if len(names) > _MOST_NAMED:
        names[_MOST_NAMED - 1 :] = [f"{len(names) - _MOST_NAMED + 1:,} more"]
    them = "itself" if len(unread) == 1 else "themselves"
    return f"not read by the book, and so judged by {them}: {', '.join(names)}"


def _faults(found: Sequence[Diagnostic], paths: Sequence[Path]) -> tuple[Diagnostic, ...]:
    """Choose from what kept files from being read: nobody else would tell a linter's user."""
    return tuple(
        item for item in found if not paths or item.span is None or _is_below(item.span.path, paths)
    )


def _is_below(path: Path, paths: Sequence[Path]) -> bool:
    return any(path.is_relative_to(chosen) for chosen in paths)


@dataclass(slots=True)
class _Reader:
    """Reads the book's files, rendered templates in the place of what they render to."""

    project: Project
    rendered: InitVar[Sequence[Rendered]]
    stale_results: Mapping[Path, tuple[Diagnostic, ...]]
    overfull: Mapping[Path, tuple[Diagnostic, ...]]
    files: Files
    faults: list[Diagnostic] = field(default_factory=list)
    _read: dict[Path, SourceFile | None] = field(default_factory=dict)
    _typeset: dict[Path, Rendered] = field(init=False)
    """By the path that the book includes."""
    _from_template: dict[Path, Rendered] = field(init=False)
    """By the path of the rendered text."""

    def __post_init__(self, rendered: Sequence[Rendered]) -> None:
        self._typeset = {self.project.root / item.name: item for item in rendered}
        self._from_template = {item.source_map.rendered: item for item in rendered}

    def reading_order(self) -> tuple[SourceFile, ...]:
        return include_order(self.project.main, self.read).sources

    def read(self, path: Path) -> SourceFile | None:
        if path not in self._read:
            self._read[path] = self._source(path)
        return self._read[path]

    def _source(self, path: Path) -> SourceFile | None:
        item = self._typeset.get(path)
        if item is not None:
            return SourceFile(item.source_map.rendered, item.text)
        if not self.files.is_file(path):
            return None
        try:
            return self.files.source(path)
        except BookError as error:
            self.faults.append(unreadable(error))
        except StorageError as error:
            self.faults.append(error.diagnostic())
        return None

    def document(self, source: SourceFile) -> Document:
        item = self._from_template.get(source.path)
        written = self.written_path(source.path)
        stale = self.stale_results.get(written, ())
        overfull = self.overfull.get(written, ())
        if item is None:
            return Document(source, stale_results=stale, overfull=overfull)
        template = self.read(item.template)
        is_stub = item.front_matter is not None and item.front_matter.stub
        related = () if item.front_matter is None else item.front_matter.related
        return Document(
            source, item.source_map, item.diagnostics, template, stale, is_stub, overfull, related
        )

    def unread(self, paths: Sequence[Path], known: Collection[Path]) -> list[Document]:
        """Give the documents of named files, and of templates, that the book does not read."""
        templates = [
            self.project.root / item.name
            for item in self._typeset.values()
            if _is_below(item.template, paths) and item.template not in known
        ]
        files = [
            path
            for path in paths
            if path.suffix.lower() in _TEXTS
            and self.files.is_file(path)
            and path not in known
            and not path.name.endswith(TEMPLATE_SUFFIX)
        ]
        sources = [self.read(path) for path in (*templates, *files)]
        return [self.document(source) for source in sources if source is not None]

    def written(self, document: Document) -> Path:
        """Give the file that the author wrote."""
        return self.written_path(document.source.path)

    def written_path(self, path: Path) -> Path:
        """Give the template of a rendered text's path; any other path is the author's."""
        item = self._from_template.get(path)
        return path if item is None else item.template

    def definitions(self) -> list[SourceFile]:
        """Read the class and package files of the book's own folder: they define environments."""
        paths = sorted(
            path for ending in ("*.cls", "*.sty") for path in self.project.root.glob(ending)
        )
        return [source for path in paths if (source := self.read(path)) is not None]
