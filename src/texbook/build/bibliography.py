"""When biber or BibTeX has to run, and what their complaints mean.

Messages as written by biber 2.18 (``ERROR - ``, ``WARN - ``) and BibTeX 0.99d (``btxdoc``; the
texts are in ``bibtex.web``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.digest import digest_bytes, digest_text
from texbook.base.span import Span
from texbook.build.tools import ToolJob, ToolOutput, file_digests
from texbook.texfiles.aux import BibtexRequest, biber_sources, bibtex_request

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from texbook.build.auxiliary import Snapshot

_BIBER_CONF = "biber.conf"
_BIBER_LINE = re.compile(r"^(ERROR|WARN) - (.*)$")
_BIBER_SOURCE = re.compile(r"^INFO - Found BibTeX data source '(.*)'")
_BIBER_SYNTAX = re.compile(r"^BibTeX subsystem: .*?, line (\d+), (.*)$")
_BIBER_ABSENT = re.compile(r"^Cannot find '(.*)'!?$")
_NO_ENTRY = re.compile(r"I didn't find a database entry for ['\"](.*?)['\"]")
_BIBTEX_PLACE = re.compile(r"^(.*?)---line (\d+) of file (.*)$")
_BIBTEX_UNOPENED = re.compile(r"^I couldn't open (database|style|auxiliary) file (.*)$")
_BIBTEX_ENTRY = re.compile(r"^Warning--(.*)$")


def bibliography_jobs(
    folder: Path,
    files: Snapshot,
    written: Collection[str],
    brought: Collection[str] = (),
    find: Callable[[str], Path | None] = lambda _: None,
) -> tuple[ToolJob, ...]:
    """List the bibliography runs that the files of a pass ask for.

    Args:
        folder: the working folder of the pass; the ``.bib`` files are found from there.
        files: the auxiliary files after the pass.
        written: names of those that the pass wrote; others are left over and ask for nothing.
        brought: names of the author's own files.
        find: looks for a ``.bib`` file that is not in the folder where TeX keeps such.
    """

    def place(name: str) -> Path:
        path = folder / name
        return path if path.is_file() else find(name) or path

    jobs = [
        _biber_job(folder, name, files[name], place)
        for name in sorted(files)
        if name.endswith(".bcf") and name in written
    ]
    auxiliary = {name: files[name] for name in files if name.endswith(".aux") and name in written}
    for name in sorted(auxiliary):
        request = bibtex_request(name, auxiliary)
        if request is not None:
            jobs.append(_bibtex_job(folder, name, request, place))
    return tuple(job for job in jobs if not _is_supplied(job, brought))


def _is_supplied(job: ToolJob, brought: Collection[str]) -> bool:
    """Whether the author gives the finished ``.bbl`` and not the ``.bib`` files behind it."""
    absent = not any(path.is_file() for path in job.inputs if path.suffix == ".bib")
    return absent and job.output in brought


def _biber_job(folder: Path, name: str, control: bytes, place: Callable[[str], Path]) -> ToolJob:
    stem = name.removesuffix(".bcf")
    inputs = tuple(place(source) for source in biber_sources(control))
    own = (folder / _BIBER_CONF).is_file()
    if own:
        inputs += (folder / _BIBER_CONF,)
    return ToolJob(
        name="biber",
        # Else biber would also take a configuration from the person's home.
        arguments=("biber", f"--configfile={_BIBER_CONF}" if own else "--noconf", stem),
        key={name: digest_bytes(control), **file_digests(folder, inputs)},
        output=f"{stem}.bbl",
        inputs=inputs,
        read_problems=biber_problems,
    )


def _bibtex_job(
    folder: Path, name: str, request: BibtexRequest, place: Callable[[str], Path]
) -> ToolJob:
    stem = name.removesuffix(".aux")
    databases = tuple(place(_with_ending(item, ".bib")) for item in request.databases)
    inputs = (*databases, folder / _with_ending(request.style, ".bst"))
    return ToolJob(
        name="bibtex" if "/" not in stem else f"bibtex {stem}",
        arguments=("bibtex", stem),
        key={
            "the list of citations": digest_text("\0".join(request.citations)),
            "the list of databases": digest_text("\0".join((*request.databases, request.style))),
            **file_digests(folder, inputs),
        },
        output=f"{stem}.bbl",
        inputs=inputs,
        read_problems=bibtex_problems,
    )


def _with_ending(name: str, ending: str) -> str:
    return name if name.endswith(ending) else name + ending


def biber_problems(output: ToolOutput) -> tuple[Diagnostic, ...]:
    """Read biber's output; its own temporary copy of a ``.bib`` keeps that file's line numbers."""
    problems = []
    source = ""
    for line in output.text.splitlines():
        if found := _BIBER_SOURCE.match(line):
            source = found[1]
        elif found := _BIBER_LINE.match(line):
            severity = Severity.ERROR if found[1] == "ERROR" else Severity.WARNING
            problems.append(_biber_problem(severity, found[2], source, output.folder))
    if output.status != 0 and not any(item.severity is Severity.ERROR for item in problems):
        problems.append(_unexplained("biber", output))
    return tuple(problems)


def _biber_problem(severity: Severity, text: str, source: str, folder: Path) -> Diagnostic:
    if found := _BIBER_SYNTAX.match(text):
        return Diagnostic(
            "bibliography-syntax",
            severity,
            found[2],
            Span.at(folder / source, int(found[1])) if source else None,
            hints=("look for a missing brace or comma in the entry that ends before this line",),
            source="biber",
        )
    if found := _BIBER_ABSENT.match(text):
        return Diagnostic(
            "missing-file",
            severity,
            f'there is no bibliography file "{found[1]}"',
            hints=("correct the name in \\addbibresource, or create the file",),
            source="biber",
        )
    return _plain(severity, text, None, "biber")


def _plain(severity: Severity, text: str, span: Span | None, source: str) -> Diagnostic:
    if found := _NO_ENTRY.search(text):
        return Diagnostic(
            "undefined-citation",
            Severity.WARNING,
            f'no bibliography file has an entry "{found[1]}"',
            span,
            source=source,
        )
    message = text[:1].lower() + text[1:] if text[1:2].islower() else text
    return Diagnostic("bibliography", severity, message.rstrip("."), span, source=source)


def bibtex_problems(output: ToolOutput) -> tuple[Diagnostic, ...]:
    """Read BibTeX's output."""
    problems: list[Diagnostic] = []
    unopened = ""
    for line in output.text.splitlines():
        if found := _BIBTEX_UNOPENED.match(line):
            unopened = f'there is no {found[1]} file "{found[2]}"'
            problems.append(Diagnostic("missing-file", Severity.ERROR, unopened, source="bibtex"))
        elif found := _BIBTEX_PLACE.match(line):
            if unopened and not found[1]:
                unopened = ""
                continue
            span = Span.at(output.folder / found[3], int(found[2]))
            message = found[1][:1].lower() + found[1][1:]
            problems.append(
                Diagnostic("bibliography-syntax", Severity.ERROR, message, span, source="bibtex")
            )
        elif found := _BIBTEX_ENTRY.match(line):
            problems.append(_plain(Severity.WARNING, found[1], None, "bibtex"))
    if output.status > 1 and not any(item.severity is Severity.ERROR for item in problems):
        problems.append(_unexplained("bibtex", output))
    return tuple(problems)


def _unexplained(program: str, output: ToolOutput) -> Diagnostic:
    lines = [line.strip() for line in output.text.splitlines() if line.strip()]
    said = f': "{lines[-1]}"' if lines else " without a word"
    return Diagnostic(
        "bibliography",
        Severity.ERROR,
        f"{program} ended with status {output.status}{said}",
        source=program,
    )
