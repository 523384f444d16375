"""When biber or BibTeX has to run; what they say is read in `biber` and `bibtex`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from texbook.base.digest import digest_bytes, digest_text
from texbook.build.tools import ToolJob, file_digests, program_stamp
from texbook.messages.biber import biber_problems
from texbook.messages.bibtex import bibtex_problems
from texbook.texfiles.aux import BibtexRequest, biber_sources, bibtex_request

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic
    from texbook.base.span import Span
    from texbook.build.auxiliary import Snapshot
    from texbook.messages.search import SourceSearch

_BIBER_CONF = "biber.conf"
_MISSING_FILE = re.compile(r'^there is no bibliography (?:style )?file "(.*)"$')


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


def placed_files(findings: Iterable[Diagnostic], search: SourceSearch) -> tuple[Diagnostic, ...]:
    r"""Move what is said of a missing ``.bib`` or ``.bst`` file to the command that names it."""
    return tuple(
        replace(item, span=_place(found[1], search))
        if item.span is None
        and item.code == "missing-file"
        and (found := _MISSING_FILE.search(item.message))
        else item
        for item in findings
    )


def _place(name: str, search: SourceSearch) -> Span | None:
    stem = re.escape(re.sub(r"\.(?:bib|bst)$", "", name))
    command = r"\\(?:add(?:bibresource|globalbib|sectionbib)|(?:no)?bibliography(?:style)?)"
    option = r"\s*(?:\[[^\]]*\])?\s*\{(?:[^{}]*,)?\s*"
    wanted = re.compile(rf"{command}{option}({stem}(?:\.bib|\.bst)?)(?=\s*[,}}])")
    return next(iter(search.everywhere(wanted)), None)


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
        key={
            name: digest_bytes(control),
            **file_digests(folder, inputs),
            **program_stamp("biber"),
        },
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
            **program_stamp("bibtex"),
        },
        output=f"{stem}.bbl",
        inputs=inputs,
        read_problems=bibtex_problems,
    )


def _with_ending(name: str, ending: str) -> str:
    return name if name.endswith(ending) else name + ending
