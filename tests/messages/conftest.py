"""The corpus of broken documents: how a case is laid out, built, replayed, judged (README.md)."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from pypdf import PdfWriter

from texbook.app.build import BuildOptions, build_book
from texbook.base.cancel import CancelToken
from texbook.base.errors import TexbookError
from texbook.base.progress import Silence
from texbook.build.chunks.model import NotChunkableError
from texbook.project import open_project
from texbook.system.process import ProcessResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from texbook.base.diagnostic import Diagnostic

HERE = Path(__file__).parent
LOGS = HERE / "logs"
REPOSITORY = HERE.parent.parent
CALLERS = ("texbook.build.typeset.run_process", "texbook.build.converter.run_process")
FOLDER = b"@FOLDER@"
"""What stands in a recording for the folder of the run."""
_SAME = re.compile(rb"@SAME (\d+)@\n")
WHOLE_XDV = bytes(32) + b"\x07" + b"\xdf" * 8
"""What `texbook.build.engine.is_whole_xdv` takes for an XDV written to its end."""


@dataclass(frozen=True)
class Place:
    """A line of a file, given by a text that begins on it."""

    file: str
    snippet: str

    def line(self, folder: Path) -> int:
        text = (folder / self.file).read_bytes().decode("utf-8", "replace")
        assert text.count(self.snippet) == 1, f"{self.file}: not once there: {self.snippet!r}"
        return text.count("\n", 0, text.index(self.snippet)) + 1


@dataclass(frozen=True)
class Edit:
    """Replaces a text that a file has once; without a text, the file is new."""

    file: str
    new: str
    old: str | None = None
    encoding: str = "utf-8"

    def apply(self, folder: Path) -> None:
        path = folder / self.file
        text = self.new
        if self.old is not None:
            before = path.read_text("utf-8")
            assert before.count(self.old) == 1, f"{self.file}: not once there: {self.old!r}"
            text = before.replace(self.old, self.new)
        path.write_bytes(text.encode(self.encoding))


@dataclass(frozen=True)
class Case:
    """A broken document, and what its first message must say."""

    id: str
    base: str
    edits: tuple[Edit, ...]
    places: tuple[Place, ...]
    codes: tuple[str, ...]
    says: str
    severity: str
    line_may_be_unknown: bool
    live_only: bool

    def lay_out(self, folder: Path) -> None:
        """Copy the base into the folder and break it."""
        lay_out_base(self.base, folder)
        for edit in self.edits:
            edit.apply(folder)

    def judge(self, folder: Path, messages: Sequence[Message]) -> Verdict:
        """Compare the first error or warning with what was expected.

        What is for information stands behind them; it is judged where there is nothing else.
        """
        lines = {(place.file, place.line(folder)) for place in self.places}
        wanted = f"{sorted(lines)} {self.codes} {self.says!r}"
        if not messages:
            return Verdict(place=False, cause=False, said="nothing", wanted=wanted)
        first = min(messages, key=lambda item: item.severity == "information")
        files = {None, *(file for file, _ in lines)}
        unknown = self.line_may_be_unknown and first.line is None and first.path in files
        cause = (
            first.code in self.codes
            and self.severity in {"any", first.severity}
            and self.says in first.text
        )
        return Verdict(unknown or (first.path, first.line) in lines, cause, str(first), wanted)


@dataclass(frozen=True)
class Message:
    """What a build said, as the author sees it."""

    path: str | None
    line: int | None
    severity: str
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}[{self.code}] {self.text}"

    @classmethod
    def of(cls, finding: Diagnostic, folder: Path) -> Message:
        span = finding.span
        path = None if span is None else Path(os.path.relpath(span.path, folder)).as_posix()
        line = span.start.line if span and span.start else None
        return cls(path, line, finding.severity.value, finding.code, finding.message)

    @classmethod
    def of_json(cls, fields: dict[str, Any]) -> Message:
        place = fields["path"], fields["line"]
        return cls(*place, fields["severity"], fields["code"], fields["message"])


@dataclass(frozen=True)
class Verdict:
    """Whether the first finding names the right place and the right cause, and what it was."""

    place: bool
    cause: bool
    said: str
    wanted: str


def lay_out_base(base: str, folder: Path) -> None:
    """Copy a base document; ``.in`` is left off, which keeps the book's own render away from it."""
    shutil.copytree(HERE.parent / base, folder)
    for path in sorted(folder.rglob("*.in")):
        path.rename(path.with_suffix(""))
    if "amznotes" in (folder / "main.tex").read_text("utf-8"):
        shutil.copy(REPOSITORY / "amznotes.cls", folder)


def load_cases() -> list[Case]:
    """Read all cases, in the order of their files."""
    return [case for path in sorted((HERE / "cases").glob("*.toml")) for case in _load(path)]


def _load(path: Path) -> Iterator[Case]:
    table = tomllib.loads(path.read_text("utf-8"))
    for name, fields in table["case"].items():
        file = fields.get("file", table["file"])
        first = Edit(file, fields["new"], fields["old"], fields.get("encoding", "utf-8"))
        at = fields.get("at", fields["new"])
        code = fields["code"]
        yield Case(
            id=f"{path.stem}-{name}",
            base=table["base"],
            edits=(first, *(Edit(**edit) for edit in fields.get("more", ()))),
            places=tuple(_place(item, file) for item in ([at] if isinstance(at, str) else at)),
            codes=(code,) if isinstance(code, str) else tuple(code),
            says=fields.get("says", ""),
            severity=fields.get("severity", "error"),
            line_may_be_unknown=fields.get("line-may-be-unknown", False),
            live_only=fields.get("live-only", False),
        )


def _place(written: str, file: str) -> Place:
    other, _, snippet = written.rpartition(" :: ")
    return Place(other or file, snippet)


def load_misses() -> dict[str, tuple[bool, bool]]:
    """Read which cases the tool does not meet yet: whether place and cause are right."""
    table = tomllib.loads((HERE / "misses.toml").read_text("utf-8"))
    return {name: (fields["place"], fields["cause"]) for name, fields in table.items()}


def build_case(folder: Path) -> list[Message]:
    """Build as ``texbook build`` does, and give what it says, in its order."""
    project = open_project(folder=folder)
    try:
        result = build_book(project, BuildOptions(), progress=Silence(), cancel=CancelToken())
    except TexbookError as error:
        return [Message.of(error.diagnostic(), folder)]
    return [Message.of(finding, folder) for finding in result.diagnostics]


@dataclass(frozen=True)
class Replay:
    """A `run_process` in which every program does what it did when it was recorded."""

    runs: dict[str, dict[str, Any]]
    log: bytes

    def __call__(self, arguments: Sequence[str], **rest: Any) -> ProcessResult:
        folder: Path = rest["folder"]
        if arguments[0] == "kpsewhich":
            return _ended(1)
        if arguments[0] == "xdvipdfmx":
            _write_pdf(folder / "main.pdf", self.log)
            return _ended(0)
        run = self.runs[run_name(arguments)]
        for name, text in run["files"].items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_local(text.encode("utf-8", "surrogateescape"), folder))
        if arguments[0] == "xelatex":
            (folder / "main.log").write_bytes(_local(self.log, folder))
            lines = [f"PWD {folder}", *run["opened"]]
            (folder / "main.fls").write_text("\n".join(lines) + "\n", "utf-8")
            if run["status"] == 0:
                (folder / "main.xdv").write_bytes(WHOLE_XDV)
        output = _local(run["output"].encode("utf-8", "surrogateescape"), folder)
        return _ended(run["status"], output, run["limit"])


def _ended(status: int, output: bytes = b"", limit: str | None = None) -> ProcessResult:
    return ProcessResult(status, output, 0.0, 0.0, 0, limit)


def load_runs(name: str) -> dict[str, Any]:
    """Read a recording; empty if there is none."""
    path = LOGS / f"{name}.json"
    runs: dict[str, Any] = json.loads(path.read_text("ascii")) if path.is_file() else {}
    return runs


def load_replay(case: Case) -> Replay:
    """Read the recording of a case, on top of that of its whole document."""
    clean = load_runs(Path(case.base).name)
    runs = load_runs(case.id)
    for key, run in runs.items():
        whole = clean.get(key, {}).get("files", {})
        run["files"] = {
            name: whole[name] if text is None else text for name, text in run["files"].items()
        }
    return Replay(runs, load_log(case))


def load_log(case: Case) -> bytes:
    """Read the engine's log of a case as the engine wrote it."""
    log = read(LOGS / f"{case.id}.log")
    found = _SAME.match(log)
    if found is None:
        return log
    whole = read(LOGS / f"{Path(case.base).name}.log")
    return whole[: int(found[1])] + log[found.end() :]


def run_name(arguments: Sequence[str]) -> str:
    """Give the name under which a run is recorded."""
    return "xelatex" if arguments[0] == "xelatex" else f"{arguments[0]} {arguments[-1]}"


def read(path: Path) -> bytes:
    """Read a file; nothing if it is not there."""
    return path.read_bytes() if path.is_file() else b""


def _local(content: bytes, folder: Path) -> bytes:
    return content.replace(FOLDER, bytes(folder))


def _write_pdf(path: Path, log: bytes) -> None:
    written = re.search(rb"Output written on\s+main\.xdv\s+\((\d+)\s+page", log)
    writer = PdfWriter()
    for _ in range(int(written[1]) if written else 1):
        writer.add_blank_page(width=100, height=100)
    writer.write(path)


def patch_programs(monkeypatch: pytest.MonkeyPatch, replacement: Callable[..., Any]) -> None:
    """Let builds run the replacement instead of programs, each document in one run."""

    def refuse(*_: object) -> NoReturn:
        raise NotChunkableError("a recording is of one run")

    monkeypatch.setattr("texbook.build.settling.typeset_in_chunks", refuse)
    for name in CALLERS:
        monkeypatch.setattr(name, replacement)


CASES = load_cases()
MISSES = load_misses()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests of ``recorded_case`` for what can be replayed, of ``live_case`` for a third."""
    recorded = [case for case in CASES if not case.live_only]
    live = [case for number, case in enumerate(CASES) if case.live_only or number % 3 == 0]
    for name, cases in (("recorded_case", recorded), ("live_case", live)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, cases, ids=[case.id for case in cases])


@pytest.fixture(scope="session")
def corpus() -> tuple[list[Case], dict[str, tuple[bool, bool]]]:
    """Give all cases, and what is known of those that are not met."""
    return CASES, MISSES


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch) -> Callable[[Case, Path], Verdict]:
    """Build a case with its recording in the place of programs."""

    def run(case: Case, folder: Path) -> Verdict:
        case.lay_out(folder)
        patch_programs(monkeypatch, load_replay(case))
        return case.judge(folder, build_case(folder))

    return run


@pytest.fixture
def judge_json() -> Callable[[Case, Path, list[dict[str, Any]]], Verdict]:
    """Judge what ``texbook build --format json`` printed."""

    def judge(case: Case, folder: Path, findings: list[dict[str, Any]]) -> Verdict:
        return case.judge(folder, [Message.of_json(item) for item in findings])

    return judge
