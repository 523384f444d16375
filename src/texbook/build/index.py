r"""When makeindex has to run, for indexes and for glossaries, and what its complaints mean.

Endings: ``makeidx`` and ``imakeidx`` write ``.idx``; ``glossaries`` writes ``.glo``, ``.acn``,
``.slo`` and the style ``.ist``; ``nomencl`` writes ``.nlo`` and brings its style (their manuals).
Messages as in ``mkind.h`` of makeindex 2.16.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.digest import digest_bytes
from texbook.build.tools import ToolJob, ToolOutput

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from texbook.build.auxiliary import Snapshot
    from texbook.texfiles.log import ShellCommand


@dataclass(frozen=True, slots=True)
class IndexKind:
    """A kind of file that makeindex sorts.

    Attributes:
        style: the style file; ``*`` stands for the name of the job; empty for none.
        own: whether the style is the document's own, so that without it nothing can be done.
    """

    input: str
    output: str
    log: str
    style: str = ""
    own: bool = False


KINDS = (
    IndexKind(".idx", ".ind", ".ilg"),
    IndexKind(".glo", ".gls", ".glg", "*.ist", own=True),
    IndexKind(".acn", ".acr", ".alg", "*.ist", own=True),
    IndexKind(".slo", ".sls", ".slg", "*.ist", own=True),
    IndexKind(".nlo", ".nls", ".nlg", "nomencl.ist"),
)

_PROBLEM = re.compile(
    r"^(?:!! (?:Input index error|Scanning error)|## Warning) "
    r"\((?:file|input) = (?P<file>.*?), line = (?P<line>\d+).*\):\n\s*-- (?P<text>.*)$",
    re.MULTILINE,
)
_NEW_GLOSSARY = re.compile(r"\\@newglossary\s*\{[^{}]*\}\{(\w+)\}\{(\w+)\}\{(\w+)\}")
_ENTRY = re.compile(r"^\\\w+\s*\{(.*)\}\s*\{[^{}]*\}\s*$")


def index_jobs(
    files: Snapshot,
    written: Collection[str],
    commands: Iterable[ShellCommand] = (),
) -> tuple[ToolJob, ...]:
    r"""List the makeindex runs that the files of a pass ask for.

    Args:
        files: the auxiliary files after the pass.
        written: names of those that the pass wrote.
        commands: what the document ran itself: ``imakeidx`` and ``glossaries`` with ``automake``
            sort their files through the restricted shell, with options that only they know.
    """
    sorted_already = {
        word.strip("\"'")
        for command in commands
        if command.allowed
        for word in command.command.split()
    }
    jobs = []
    kinds = (*KINDS, *_own_glossaries(files))
    for name in sorted(set(files) & set(written)):
        kind = next((kind for kind in kinds if name.endswith(kind.input)), None)
        stem = name[: name.rfind(".")]
        if kind is None or not files[name].strip() or {name, stem} & sorted_already:
            continue
        style = kind.style.replace("*", stem)
        if kind.own and style not in files:
            continue
        jobs.append(_job(name, kind, style, files))
    return tuple(jobs)


def _own_glossaries(files: Snapshot) -> tuple[IndexKind, ...]:
    r"""List the kinds of ``\newglossary``, which stand in the ``.aux`` (glossaries.sty)."""
    found = (
        found.groups()
        for name in files
        if name.endswith(".aux")
        for found in _NEW_GLOSSARY.finditer(files[name].decode("utf-8", "replace"))
    )
    return tuple(
        IndexKind(f".{written}", f".{read}", f".{log}", "*.ist", own=True)
        for log, read, written in found
    )


def _job(name: str, kind: IndexKind, style: str, files: Snapshot) -> ToolJob:
    stem = name.removesuffix(kind.input)
    arguments = ["makeindex", "-q", "-t", stem + kind.log, "-o", stem + kind.output]
    if style:
        arguments += ["-s", style]
    key = {item: digest_bytes(files[item]) for item in (name, style) if item in files}
    return ToolJob(
        name=f"makeindex {name}",
        arguments=(*arguments, name),
        key=key,
        output=stem + kind.output,
        inputs=(),
        read_problems=_Reader(stem + kind.log),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads makeindex's problems from its log."""

    log: str

    def __call__(self, output: ToolOutput) -> tuple[Diagnostic, ...]:
        path = output.folder / self.log
        text = path.read_text("utf-8", "replace") if path.is_file() else ""
        problems = index_problems(text, output.folder)
        if output.status == 0 or problems:
            return problems
        lines = [line.strip() for line in output.text.splitlines() if line.strip()]
        said = f': "{lines[-1]}"' if lines else " without a word"
        message = f"makeindex ended with status {output.status}{said}"
        return (Diagnostic("index", Severity.ERROR, message, source="makeindex"),)


def index_problems(log: str, folder: Path) -> tuple[Diagnostic, ...]:
    r"""Read makeindex's log.

    It knows no line of the author's, so each finding quotes the ``\index`` entry it is about.
    """
    problems = []
    for found in _PROBLEM.finditer(log):
        entry = _entry(folder / found["file"], int(found["line"]))
        text = found["text"].strip().rstrip(".")
        message = text[:1].lower() + text[1:]
        if entry:
            message = f'index entry "{entry}": {message}'
        problems.append(Diagnostic("index", Severity.WARNING, message, source="makeindex"))
    return tuple(problems)


def _entry(path: Path, line: int) -> str:
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    found = _ENTRY.match(lines[line - 1]) if 0 < line <= len(lines) else None
    return found[1] if found else ""
