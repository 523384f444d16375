"""What the last good build was made from, and whether that still holds."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texbook import __version__
from texbook.base.atomic import write_atomically
from texbook.base.digest import digest_text
from texbook.base.errors import StorageError
from texbook.base.regular import LARGEST_KEPT, read_regular
from texbook.base.stamps import FileStamp, stamp_file
from texbook.build.model import RerunReason, ShellEscape
from texbook.build.tree import find_candidates
from texbook.messages.findings import findings_from_json, findings_to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from texbook.base.diagnostic import Diagnostic
    from texbook.build.model import GeneratedFile
    from texbook.project import Project

__all__ = [
    "BuildState",
    "find_candidates",
    "holds_around",
    "load_state",
    "mark_wrong",
    "processes_folder",
    "rebuild_reasons",
    "state_path",
    "take_state",
    "text_digests",
    "text_reasons",
]

_SCHEMA = 3
_WHAT = "build"
_WRONG = "wrong"
# Where kpathsea, fontconfig's users, biber and bibtex look, and what sets the date (kpathsea
# manual, "Path sources"; https://reproducible-builds.org/specs/source-date-epoch/).
_VARIABLES = (
    *("TEXINPUTS", "BIBINPUTS", "BSTINPUTS", "INDEXSTYLE", "OSFONTDIR", "OPENTYPEFONTS"),
    *("TEXMFCNF", "TEXMFHOME", "TEXMFLOCAL", "TEXMFCONFIG", "TEXMFVAR", "TEXMF", "TTFONTS"),
    *("SOURCE_DATE_EPOCH", "FORCE_SOURCE_DATE"),
)


@dataclass(frozen=True, slots=True)
class BuildState:
    """A build that was published.

    Attributes:
        main: the main file.
        shell_escape: what TeX was allowed to run.
        engine: the engine's version line.
        generation: the name of the auxiliary files that belong to it.
        pages: pages of the PDF.
        pdf: the published PDF.
        config: the configuration file, if there was one; its stamp is among ``inputs``.
        inputs: the author's files that were read.
        system: files of the TeX distribution, and others outside the book, that were read.
        candidates: the files that TeX could have found in the book's folder, relative to it.
        findings: the warnings, to be said again while they hold.
        surroundings: what else decides which files TeX finds.
        synctex: the file beside the PDF that says which lines its pages come from, if there is one.
        extra: what the build keeps for its next run.
        seen_ns: a time before the stamps of the inputs were taken.
    """

    main: Path
    shell_escape: ShellEscape
    engine: str
    generation: str
    pages: int
    pdf: FileStamp
    config: Path | None
    inputs: Mapping[Path, FileStamp]
    system: Mapping[Path, FileStamp]
    candidates: frozenset[str]
    findings: tuple[Diagnostic, ...] = ()
    surroundings: Mapping[str, str] = field(default_factory=dict)
    synctex: FileStamp | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    seen_ns: int = 0

    @property
    def known_inputs(self) -> tuple[Path, ...]:
        """The author's files that the build read, for `plan_mirror`."""
        return tuple(self.inputs)

    def save(self, path: Path) -> None:
        """Write the state; to be done last, after everything it speaks of.

        Raises:
            StorageError: when the disk is full or access is denied.
        """
        value = {
            "schema": _SCHEMA,
            "texbook": __version__,
            "main": str(self.main),
            "shell_escape": self.shell_escape.value,
            "engine": self.engine,
            "generation": self.generation,
            "pages": self.pages,
            "pdf": _stamp_to_json(self.pdf),
            "synctex": None if self.synctex is None else _stamp_to_json(self.synctex),
            "config": None if self.config is None else str(self.config),
            "inputs": _stamps_to_json(self.inputs),
            "system": _stamps_to_json(self.system),
            "candidates": sorted(self.candidates),
            "findings": findings_to_json(self.findings),
            "surroundings": dict(self.surroundings),
            "extra": self.extra,
            "seen_ns": self.seen_ns,
        }
        # ASCII, so that a file name that is not UTF-8 (a lone surrogate in Python) survives.
        content = json.dumps(value, ensure_ascii=True).encode("ascii")
        write_atomically(path, content, is_alone=True)


def state_path(project: Project) -> Path:
    """Give the place of a book's state; a folder may hold several main files."""
    return project.work_folder / "state" / f"{project.main.name}.json"


def processes_folder(project: Project) -> Path:
    """Give the folder in which running programs are on record."""
    return project.work_folder / "processes"


def read_surroundings() -> dict[str, str]:
    """Give what decides, besides the book's own files, which files TeX finds and what it prints."""
    found = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
    engine = shutil.which("xelatex")
    return found if engine is None else {**found, "xelatex": engine}


def take_state(
    project: Project,
    *,
    shell_escape: ShellEscape,
    engine: str,
    generation: str,
    pages: int,
    inputs: Mapping[Path, FileStamp],
    system: Iterable[Path],
    candidates: frozenset[str],
    seen_ns: int,
    findings: tuple[Diagnostic, ...] = (),
    synctex: FileStamp | None = None,
    extra: dict[str, Any] | None = None,
) -> BuildState:
    """Put together the state of a build that has just been published.

    Args:
        project: the book.
        shell_escape: what TeX was allowed to run.
        engine: the engine's version line.
        generation: the name of the auxiliary files that belong to the build.
        pages: pages of the PDF.
        inputs: the author's files as the engine saw them (`Mirror.stamps`).
        system: files outside the book that were read; they are trusted by size and time.
        candidates: what `find_candidates` gave before the build began.
        seen_ns: a time before the inputs were stamped.
        findings: the warnings.
        synctex: the file that was published with the PDF, if one was.
        extra: what the build keeps for its next run; must be JSON.

    Raises:
        StorageError: when the published PDF is gone.
    """
    pdf = stamp_file(project.pdf)
    if pdf is None:
        raise StorageError(f'cannot read "{project.pdf}", which was just written')
    config = project.config.path
    stamps = dict(inputs)
    if config is not None and config not in stamps and (stamp := stamp_file(config)):
        stamps[config] = stamp
    looked = ((path, stamp_file(path, digest=False)) for path in system)
    return BuildState(
        main=project.main,
        shell_escape=shell_escape,
        engine=engine,
        generation=generation,
        pages=pages,
        pdf=pdf,
        config=config,
        inputs=stamps,
        system={path: stamp for path, stamp in looked if stamp is not None},
        candidates=candidates,
        findings=findings,
        surroundings=read_surroundings(),
        synctex=synctex,
        extra=extra or {},
        seen_ns=seen_ns,
    )


def load_state(path: Path) -> BuildState | RerunReason:
    """Read the state of the last build, or give the reason why there is none to be trusted."""
    try:
        content = read_regular(path, LARGEST_KEPT)
    except FileNotFoundError:
        return RerunReason(_WHAT, "no earlier build")
    except OSError as error:
        return RerunReason(_WHAT, f"the state cannot be read: {error.strerror}")
    try:
        value = json.loads(content)
        if (value["schema"], value["texbook"]) != (_SCHEMA, __version__):
            return RerunReason(_WHAT, "state of another version of texbook")
        return _from_json(value)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return RerunReason(_WHAT, "damaged state")


def rebuild_reasons(
    project: Project, state: BuildState | RerunReason, shell_escape: ShellEscape
) -> tuple[RerunReason, ...]:
    """Say why the book must be built again; nothing if the PDF is up to date.

    Files are looked at (size and time of change); they are read only where that leaves a doubt.
    """
    if isinstance(state, RerunReason):
        return (state,)
    reasons = [
        *_check_reasons(state),
        *_option_reasons(project, state, shell_escape),
        *_pdf_reasons(project, state),
        *_input_reasons(project, state),
        *_candidate_reasons(project, state),
    ]
    return tuple(RerunReason(_WHAT, reason) for reason in reasons)


def text_digests(generated: Iterable[GeneratedFile]) -> dict[str, str]:
    """Give the digest of each generated text by its name, to be kept among ``extra``."""
    return {item.name.as_posix(): digest_text(item.text) for item in generated}


def text_reasons(
    state: BuildState | RerunReason, generated: Iterable[GeneratedFile]
) -> tuple[RerunReason, ...]:
    """Say which generated texts are not those of the last build.

    That is told by what they were made from as a rule. What is seen here alone is a file that they
    were made without, and that is there now: results of an experiment that had none.
    """
    if isinstance(state, RerunReason):
        return ()
    now, before = text_digests(generated), state.extra.get("generated")
    if not isinstance(before, dict):
        return ()
    changed = sorted(name for name in now.keys() | before if now.get(name) != before.get(name))
    return tuple(RerunReason(_WHAT, f"{name} is rendered otherwise now") for name in changed)


def holds_around(state: BuildState) -> bool:
    """Say whether all that a build read outside the book is what it was."""
    return read_surroundings() == dict(state.surroundings) and all(
        stamp.matches(path, seen_ns=state.seen_ns) for path, stamp in state.system.items()
    )


def mark_wrong(state: BuildState, why: str, more: dict[str, Any]) -> BuildState:
    """Give the state of a book whose PDF was found wrong and could not be replaced.

    Args:
        state: of the build that made it.
        why: a reason to build again, until a build is good.
        more: what else is kept for that; the pages are not.
    """
    extra = {name: value for name, value in state.extra.items() if name != "chunks"}
    return replace(state, extra={**extra, **more, _WRONG: why})


def _check_reasons(state: BuildState) -> Iterable[str]:
    if _WRONG in state.extra:
        yield state.extra[_WRONG]


def _option_reasons(
    project: Project, state: BuildState, shell_escape: ShellEscape
) -> Iterable[str]:
    if state.main != project.main:
        yield f'the last build was of "{state.main.name}"'
    if state.shell_escape != shell_escape:
        yield f"shell escape is now {shell_escape}, was {state.shell_escape}"
    if state.config != project.config.path:
        now = project.config.path
        yield "the configuration is gone" if now is None else f"the configuration is now {now.name}"
    around = read_surroundings()
    for name in sorted(around.keys() | state.surroundings.keys()):
        if around.get(name) != state.surroundings.get(name):
            yield "another xelatex is found" if name == "xelatex" else f"{name} changed"


def _pdf_reasons(project: Project, state: BuildState) -> Iterable[str]:
    for path, stamp in ((project.pdf, state.pdf), (project.synctex, state.synctex)):
        if stamp is None:
            continue
        if not path.is_file():
            yield f"{path.name} is missing"
        elif not stamp.matches(path, seen_ns=state.seen_ns):
            yield f"{path.name} was changed by something else"


def _input_reasons(project: Project, state: BuildState) -> Iterable[str]:
    for path, stamp in state.inputs.items():
        if not stamp.matches(path, seen_ns=state.seen_ns):
            yield f"{_shown(project, path)} {'changed' if path.exists() else 'is gone'}"
    for path, stamp in state.system.items():
        if not stamp.matches(path, seen_ns=state.seen_ns):
            yield f"{path} {'changed' if path.exists() else 'is gone'}"


def _candidate_reasons(project: Project, state: BuildState) -> Iterable[str]:
    for name in sorted(find_candidates(project) - state.candidates):
        yield f"new file {name}"


def _shown(project: Project, path: Path) -> Path:
    return path.relative_to(project.root) if path.is_relative_to(project.root) else path


def _stamp_to_json(stamp: FileStamp) -> list[int | str | None]:
    return [stamp.size, stamp.mtime_ns, stamp.ctime_ns, stamp.digest]


def _stamps_to_json(stamps: Mapping[Path, FileStamp]) -> dict[str, list[int | str | None]]:
    return {str(path): _stamp_to_json(stamp) for path, stamp in stamps.items()}


def _from_json(value: dict[str, Any]) -> BuildState:
    config = value["config"]
    return BuildState(
        main=Path(value["main"]),
        shell_escape=ShellEscape(value["shell_escape"]),
        engine=_text(value["engine"]),
        generation=_text(value["generation"]),
        pages=int(value["pages"]),
        pdf=_stamp_from_json(value["pdf"]),
        config=None if config is None else Path(config),
        inputs=_stamps_from_json(value["inputs"]),
        system=_stamps_from_json(value["system"]),
        candidates=frozenset(map(_text, value["candidates"])),
        findings=findings_from_json(value["findings"]),
        surroundings=dict(value["surroundings"]),
        synctex=None if value["synctex"] is None else _stamp_from_json(value["synctex"]),
        extra=dict(value["extra"]),
        seen_ns=int(value["seen_ns"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _stamp_from_json(value: list[Any]) -> FileStamp:
    *numbers, digest = value
    size, mtime_ns, ctime_ns = map(int, numbers)
    return FileStamp(size, mtime_ns, ctime_ns, None if digest is None else _text(digest))


def _stamps_from_json(value: dict[str, list[Any]]) -> dict[Path, FileStamp]:
    return {Path(path): _stamp_from_json(stamp) for path, stamp in value.items()}
