"""Fix a book: rounds of judging and changing texts in memory, until nothing is left to fix.

No file is touched before all is settled. No lock is taken: a build or a watch at the same time
reads whole files, and each file is either the old one or the new one, as with any editor.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from typing import TYPE_CHECKING

from texbook.app.baseline import without_known
from texbook.app.fixable import may_fix
from texbook.app.judge import judge_book
from texbook.app.lint import open_findings
from texbook.base.atomic import storage_errors, write_atomically
from texbook.base.errors import BookError, StorageError
from texbook.base.source import SourceFile, decode_source, encode_source
from texbook.lint.files import Files
from texbook.lint.fixes import apply_edits, breaks, choose_fixes
from texbook.lint.literals import expressions
from texbook.project import TEMPLATE_SUFFIX
from texbook.render.render import book_listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from texbook.app.lint import LintOptions
    from texbook.base.diagnostic import Diagnostic
    from texbook.base.fix import Edit, Fix
    from texbook.lint.outcome import LintOutcome
    from texbook.project import Project

MOST_ROUNDS = 20
"""Rounds after which the fixes of a file are taken for ones that never come to rest."""

_STATEMENT = ("%", "\\BLOCK{")
_WOULD_BREAK = "the fixes of {} would break it"


@dataclass(frozen=True, slots=True)
class Change:
    """What fixes make of a file."""

    before: SourceFile
    after: SourceFile
    fixed: Mapping[str, int]
    """Code of a rule -> number of its findings that were fixed."""


@dataclass(frozen=True, slots=True)
class FixOutcome:
    """What fixing a book gave; nothing of it is written yet.

    Attributes:
        remaining: what lint says of the fixed book.
        changes: by file, sorted by path.
        notes: which fixes were not applied, and why.
    """

    remaining: LintOutcome
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()

    @property
    def fixed(self) -> Counter[str]:
        """How many findings of each rule were fixed, by code."""
        return sum((Counter(change.fixed) for change in self.changes), Counter())


def fix_book(
    project: Project,
    options: LintOptions,
    *,
    unsafe: bool = False,
    texts: Mapping[Path, SourceFile] | None = None,
) -> FixOutcome:
    """Fix what can be fixed, in memory.

    Args:
        project: the book.
        options: what to check; findings that are not told of are not fixed.
        unsafe: apply unsafe fixes too.
        texts: what takes the place of files, by their paths.

    Raises:
        ConfigError: when a rule is named that does not exist.
    """
    options = replace(options, update_baseline=False)
    return _Fixing(project, options, unsafe, dict(texts or {})).run()


@dataclass(slots=True)
class _File:
    """A file on its way from round to round.

    Attributes:
        rounds: its texts, the first one as it was read.
        fixed: codes of the rules whose fixes led from each text to the next.
        barred: rules whose fixes are not applied here, because they do harm.
    """

    rounds: list[SourceFile]
    fixed: list[Counter[str]] = field(default_factory=list)
    barred: set[str] = field(default_factory=set)

    def bar(self, codes: Iterable[str]) -> None:
        """Begin again without the fixes of some rules."""
        self.barred.update(codes)
        del self.rounds[1:], self.fixed[:]


@dataclass(slots=True)
class _Fixing:
    project: Project
    options: LintOptions
    unsafe: bool
    texts: dict[Path, SourceFile]
    files: dict[Path, _File] = field(default_factory=dict)
    broken: Counter[Path] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def run(self) -> FixOutcome:
        kept = open_findings(self.project)
        while True:
            files = Files(self.project.root, self.texts)
            outcome = judge_book(self.project, self.options, files, kept)
            outcome = without_known(self.project, self.options, outcome)
            # A round without end is impossible: each bars a rule or comes closer to the last one.
            changed = self._undo_breaking(outcome) | self._apply(outcome)
            if not changed:
                break
        kept.save()
        changes = (
            Change(file.rounds[0], file.rounds[-1], sum(file.fixed, Counter()))
            for _, file in sorted(self.files.items())
            if file.rounds[0].text != file.rounds[-1].text
        )
        return FixOutcome(outcome, tuple(changes), tuple(self.notes))

    def _apply(self, outcome: LintOutcome) -> bool:
        """Apply one round of fixes; say whether a text has changed."""
        fixable: dict[Path, list[Diagnostic]] = {}
        for item in outcome.diagnostics:
            if item.fix is not None and item.span and (item.fix.safe or self.unsafe):
                fixable.setdefault(item.span.path, []).append(item)
        changed = False
        for source in outcome.written:
            items = fixable.get(source.path)
            if items and may_fix(self.project, self.options, source.path):
                file = self.files.setdefault(source.path, _File([source]))
                changed |= source == file.rounds[-1] and self._fix_file(file, items)
        return changed

    def _fix_file(self, file: _File, items: Sequence[Diagnostic]) -> bool:
        source = file.rounds[-1]
        codes: dict[Fix, str] = {}
        for item in items:
            if item.fix is not None and item.code not in file.barred:
                codes.setdefault(item.fix, item.code)
        chosen = choose_fixes(source.text, list(codes))
        if not chosen:
            return False
        text = _applied(source.text, chosen)
        file.fixed.append(Counter(codes[fix] for fix in chosen))
        if self._does_harm(source, chosen):
            alone = (
                code
                for code in file.fixed[-1]
                if self._does_harm(source, [fix for fix in chosen if codes[fix] == code])
            )
            self._bar(file, set(alone) or file.fixed[-1], _WOULD_BREAK)
            self.texts[source.path] = file.rounds[0]
            return True
        seen = [earlier.text for earlier in file.rounds]
        if text in seen:
            at_odds = {code for fixed in file.fixed[seen.index(text) :] for code in fixed}
            self._bar(file, at_odds, "the fixes of {} undo each other")
        elif len(seen) > MOST_ROUNDS:
            self._bar(file, file.fixed[-1], "the fixes of {} never come to rest")
        else:
            file.rounds.append(SourceFile(source.path, text))
        self.texts[source.path] = file.rounds[-1]
        return True

    def _does_harm(self, source: SourceFile, fixes: Sequence[Fix]) -> bool:
        """Say whether fixes break a text, or a template changes where they have not touched it."""
        if breaks(source.text, _applied(source.text, fixes)):
            return True
        if not source.path.name.endswith(TEMPLATE_SUFFIX):
            return False
        fixes = [fix for fix in fixes if _touches_expressions(source, fix)]
        if not fixes:
            return False
        edits = [edit for fix in fixes for edit in fix.edits]
        old, new = _touched_lines(source, edits)
        before = self._rendered_without(source, old)
        after = self._rendered_without(SourceFile(source.path, _applied(source.text, fixes)), new)
        return before is not None and before != after

    def _rendered_without(self, source: SourceFile, touched: set[int]) -> list[str] | None:
        """Render a template; give the lines that none of the touched ones gave, if it renders.

        What belongs to a statement or to the front matter is left out: there stand the headings of
        packaged templates, and the minutes of reading, which every word may change.
        """
        from texbook.render.renderer import Renderer  # noqa: PLC0415  (jinja2)

        texts = {**self.texts, source.path: source}
        renderer = Renderer(self.project, book_listing(self.project, texts), texts)
        for item in renderer.render(source.path)[0].rendered:
            lines = zip(item.text.split("\n"), item.source_map.origins, strict=False)
            return [
                line
                for line, origin in lines
                if origin.path != source.path
                or not (
                    origin.line in touched
                    or source.line(origin.line).lstrip().startswith(_STATEMENT)
                )
            ]
        return None

    def _undo_breaking(self, outcome: LintOutcome) -> bool:
        """Take back what kept a template from rendering in the last round; say whether any did."""
        faults = Counter(
            item.span.path
            for item in outcome.diagnostics
            if item.span and item.source == "template"
        )
        worse = [
            file
            for path, file in self.files.items()
            if file.fixed and faults[path] > self.broken[path]
        ]
        for file in worse:
            self._bar(file, file.fixed[-1], _WOULD_BREAK)
            self.texts[file.rounds[0].path] = file.rounds[0]
        if not worse:
            self.broken = faults
        return bool(worse)

    def _bar(self, file: _File, codes: Iterable[str], reason: str) -> None:
        path = self.project.display(file.rounds[0].path)
        listed = " and ".join(sorted(codes))
        words = reason.format(listed)
        self.notes.append(f'"{path}" is left as it was by {listed}: {words}; please report it')
        file.bar(codes)


def _applied(text: str, fixes: Iterable[Fix]) -> str:
    return apply_edits(text, [edit for fix in fixes for edit in fix.edits])


def _touches_expressions(source: SourceFile, fix: Fix) -> bool:
    lines = _touched_lines(source, fix.edits)[0]
    return any(expressions(source.line(number)) for number in lines)


def _touched_lines(source: SourceFile, edits: Iterable[Edit]) -> tuple[set[int], set[int]]:
    """Give the lines (from 1) that edits change, and those that stand in their place."""
    old: set[int] = set()
    new: set[int] = set()
    shift = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        first, last = (source.position(offset).line for offset in (edit.start, edit.end))
        old.update(range(first, last + 1))
        grown = edit.replacement.count("\n") - (last - first)
        new.update(range(first + shift, last + shift + grown + 1))
        shift += grown
    return old, new


def write_changes(
    project: Project, changes: Iterable[Change]
) -> tuple[tuple[Change, ...], tuple[StorageError, ...]]:
    """Write the files that are still what was read.

    Returns:
        What was written, and why the other files are left alone.
    """
    written: list[Change] = []
    errors: list[StorageError] = []
    for change in changes:
        try:
            _write(project, change)
        except StorageError as error:
            errors.append(error)
        else:
            written.append(change)
    return tuple(written), tuple(errors)


def _write(project: Project, change: Change) -> None:
    """Write one file, where it really is if it is a symbolic link.

    Raises:
        StorageError: when it has been changed since it was read, or cannot be written.
    """
    path = change.before.path
    name = project.display(path)
    with storage_errors("read", path):
        target = path.resolve(strict=True)
        content = target.read_bytes()
        mode = target.stat().st_mode
    try:
        text = decode_source(path, content)
    except BookError:
        text = None
    if text == change.after.text:
        return  # it was written under another name
    if text != change.before.text or encode_source(change.before.text, content) != content:
        raise StorageError(
            f'"{name}" was changed while its fixes were found, and is left alone',
            hints=("run the command again",),
        )
    # Renaming over a file that may not be written works wherever the folder may be changed.
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise StorageError(
            f'"{name}" cannot be fixed: it may not be written',
            hints=(f'"chmod u+w {name}" permits it',),
        )
    write_atomically(target, encode_source(change.after.text, content))


def diff_changes(project: Project, changes: Iterable[Change]) -> str:
    """Give changes as one unified diff; lines end as they do in the files."""
    parts: list[str] = []
    for change in changes:
        name = project.display(change.before.path).as_posix()
        before, after = (_lines(source.text) for source in (change.before, change.after))
        parts += (
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in unified_diff(before, after, name, name)
        )
    return "".join(parts)


def _lines(text: str) -> list[str]:
    r"""Split at ``\n`` only, as `patch` does: `str.splitlines` knows ten line ends."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
