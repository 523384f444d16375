r"""When makeindex has to run, for indexes and for glossaries; `makeindex` reads what it says.

Endings: ``makeidx`` and ``imakeidx`` write ``.idx``; ``glossaries`` writes ``.glo``, ``.acn``,
``.slo`` and the style ``.ist``; ``nomencl`` writes ``.nlo`` and brings its style (their manuals).
``xindy`` and ``bib2gls`` are not run: `unsupported_sorters` says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.digest import digest_bytes
from texbook.build.tools import ToolJob
from texbook.messages.makeindex import MakeindexLog

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from texbook.build.auxiliary import Snapshot
    from texbook.texfiles.engine_log import ShellCommand


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

_RESOURCE = b"\\glsxtr@resource"
_NEW_GLOSSARY = re.compile(r"\\@newglossary\s*\{[^{}]*\}\{(\w+)\}\{(\w+)\}\{(\w+)\}")


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


def unsupported_sorters(files: Snapshot, written: Collection[str]) -> tuple[Diagnostic, ...]:
    r"""Say that nobody sorts what the document wants xindy or bib2gls to sort.

    The option ``xindy`` of glossaries makes it write a style ``.xdy``; ``\GlsXtrLoadResources`` of
    glossaries-extra writes ``\glsxtr@resource`` into the ``.aux`` (their manuals).
    """
    found = []
    if any(name.endswith(".xdy") for name in written):
        found.append(("xindy", 'load glossaries without the option "xindy": makeindex is run'))
    if any(_RESOURCE in files[name] for name in files if name.endswith(".aux")):
        found.append(("bib2gls", "define the entries in the document: makeindex is run for those"))
    return tuple(
        Diagnostic(
            "index",
            Severity.WARNING,
            f"the glossaries are to be sorted by {program}, which texbook does not run",
            hints=(hint,),
            source=program,
        )
        for program, hint in found
    )


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
        read_problems=MakeindexLog(stem + kind.log),
    )
