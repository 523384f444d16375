"""The outcome of a whole run, kept as long as everything that it looked at is as it was.

An unchanged book is linted by looking at its files: no rule is imported, no text is read. What a
run depends on besides its options is what `Files` has seen, which includes what was looked for in
vain, and the names of the sources in the book's folder.
"""

from __future__ import annotations

import contextlib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texbook.base.digest import digest_text
from texbook.base.stamps import FileStamp
from texbook.lint.files import listed, stamp
from texbook.lint.kept import kept_folder, read_kept, write_kept
from texbook.lint.outcome import LintOutcome
from texbook.messages.findings import findings_from_json, findings_to_json

if TYPE_CHECKING:
    from texbook.lint.files import Files
    from texbook.project import Project

_MOST = 8
"""Outcomes that are kept in a folder: of other options, other parts, other main files."""
_ENDINGS = (".tex", ".cls", ".sty", ".py", ".json")
"""Of files whose coming and going may change what is linted: sources, experiments, results."""


class KeptRun:
    """The outcome of runs with certain options.

    To be made before anything of the book is looked at.

    Args:
        project: the book.
        key: tells runs apart that may give different outcomes for the same files.
        now_ns: nanoseconds of the epoch.
    """

    def __init__(self, project: Project, key: str, now_ns: int) -> None:
        self._path = kept_folder(project) / f"run-{digest_text(key)}.json"
        self._now_ns = now_ns
        self._sources = _sources(project)

    def load(self) -> LintOutcome | None:
        """Give the outcome, unless something that the run looked at has changed."""
        try:
            table = read_kept(self._path)
            if table["sources"] == self._sources and _is_unchanged(table):
                return _outcome_from_json(table["outcome"])
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            pass
        return None

    def save(self, outcome: LintOutcome, files: Files) -> None:
        """Keep an outcome, and what it depends on."""
        table = {
            "sources": self._sources,
            "seen_ns": self._now_ns,
            "files": {str(path): _look(files, path) for path in files.seen},
            "folders": {str(path): names for path, names in files.folders.items()},
            "outcome": _outcome_to_json(outcome),
        }
        write_kept(self._path, table)
        _forget_oldest(self._path.parent)


def _sources(project: Project) -> str:
    """Give a value that changes when a source comes or goes in the book's folder."""
    names = [
        f"{folder}/{name}"
        for folder, files in project.walk()
        for name in files
        if name.endswith(_ENDINGS)
    ]
    return digest_text("\n".join(sorted(names)))


def _look(files: Files, path: Path) -> list[Any] | None:
    seen = files.seen[path]
    return None if seen is None else [*seen, files.digests.get(path)]


def _is_unchanged(table: dict[str, Any]) -> bool:
    """Say whether every look would see today what it saw then."""
    seen_ns = table["seen_ns"]
    return all(
        _is_as_seen(Path(path), look, seen_ns) for path, look in table["files"].items()
    ) and all(listed(Path(path)) == tuple(names) for path, names in table["folders"].items())


def _is_as_seen(path: Path, look: list[Any] | None, seen_ns: int) -> bool:
    if look is None:
        return stamp(path) is None
    if look[-1] is None:
        # Nobody has read it: that it is there is all that was seen.
        return (now := stamp(path)) is not None and list(now[:2]) == look[:2]
    return FileStamp(*look).matches(path, seen_ns=seen_ns)


def _outcome_to_json(outcome: LintOutcome) -> dict[str, Any]:
    values = {
        item.name: getattr(outcome, item.name) for item in fields(outcome) if item.name != "written"
    }
    return {**values, "diagnostics": findings_to_json(outcome.diagnostics)}


def _outcome_from_json(value: dict[str, Any]) -> LintOutcome:
    rest: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v
        for name, v in value.items()
        if name != "diagnostics"
    }
    return LintOutcome(diagnostics=findings_from_json(value["diagnostics"]), **rest)


def _forget_oldest(folder: Path) -> None:
    with contextlib.suppress(OSError):
        kept = sorted(folder.glob("run-*.json"), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[:-_MOST]:
            path.unlink()
