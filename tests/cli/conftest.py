"""A book in a temporary folder, worked on through the command line."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from tests.processes import working_in
from texbook.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAIN = "\\documentclass{article}\n\\begin{document}\nHello\n\\end{document}\n"
FRONT_MATTER = """\
%---
% title  = 'Winning'
% trap   = 'Trap.'
% tell   = 'Tell.'
% fix    = 'Fix.'
% ask    = 'Ask?'
% level  = 'senior'
% topics = ['auctions']
%---
"""
BLOCKS = (
    *("scenario", "trap", "deep_dive", "why_it_fails", "solution"),
    *("why_it_works", "papers", "answer", "takeaways"),
)
PATIENCE = 60.0
"""Seconds after which a test gives up; nothing waits so long unless it is broken."""


@dataclass(frozen=True)
class Answer:
    """What a command gave."""

    status: int
    out: str
    err: str

    def __post_init__(self) -> None:
        assert "Traceback" not in self.out + self.err
        assert "texbook has a bug" not in self.err


@dataclass(frozen=True)
class Book:
    """A folder with a book; commands run in it."""

    root: Path
    capture: pytest.CaptureFixture[str]

    OLD_PDF = b"%PDF-1.5 the last good build\n%%EOF\n"

    def put(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def document(self, body: str, preamble: str = "") -> Path:
        return self.put(
            "main.tex",
            f"\\documentclass{{article}}\n{preamble}\\begin{{document}}\n{body}\n\\end{{document}}\n",
        )

    def question(self, **bodies: str) -> str:
        """Write a template; each block says its own name unless it is given."""
        texts = {name: bodies.get(name, name.replace("_", " ")) for name in BLOCKS}
        blocks = [f"%% block {name}\n{text}\n%% endblock\n" for name, text in texts.items()]
        return FRONT_MATTER + '%% extends "question.j2.tex"\n' + "".join(blocks)

    def keep_old_pdf(self, name: str = "main.pdf") -> Path:
        return self.put(name, self.OLD_PDF)

    def texbook(self, *arguments: str) -> Answer:
        """Run a command in this process."""
        self.capture.readouterr()
        status = run(arguments)
        out, err = self.capture.readouterr()
        return Answer(status, out, err)

    def process(self, *arguments: str, **options: object) -> subprocess.Popen[str]:
        """Start a command in a process and a process group of its own."""
        settings: dict[str, object] = {
            "cwd": self.root,
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "start_new_session": True,
            **options,
        }
        command = [sys.executable, "-m", "texbook", *arguments]
        return subprocess.Popen(command, **settings)  # type: ignore[call-overload, no-any-return]

    def finished(self, *arguments: str, **options: object) -> Answer:
        """Run a command in a process of its own, to its end."""
        process = self.process(*arguments, **options)
        out, err = process.communicate(timeout=PATIENCE)
        return Answer(process.returncode, out or "", err or "")

    def text(self, name: str = "main.pdf") -> str:
        return "\n".join(page.extract_text() for page in PdfReader(self.root / name).pages)

    def sources(self) -> set[str]:
        """Name everything outside ``build/``."""
        return {
            path.relative_to(self.root).as_posix()
            for path in self.root.rglob("*")
            if path.is_file() and "build" not in path.relative_to(self.root).parts
        }

    def processes(self) -> list[str]:
        """List other processes that work in the folder or name it."""
        return working_in(self.root)


@pytest.fixture
def book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Book]:
    """A folder with a ``main.tex`` of one line; at the end nothing may still run there."""
    made = Book(tmp_path / "book", capsys)
    made.put("main.tex", MAIN)
    monkeypatch.chdir(made.root)
    for name in (
        *("NO_COLOR", "FORCE_COLOR", "TEXBOOK_UNTRUSTED", "TEXBOOK_SHELL_ESCAPE"),
        *("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY"),
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    yield made
    until(lambda: not made.processes(), f"processes are left: {made.processes()}")


def until(condition: Callable[[], object], message: str) -> None:
    """Wait for something that another process does; fail when it does not come."""
    deadline = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, message
        pause.wait(0.02)


@pytest.fixture
def wait_until() -> Callable[[Callable[[], object], str], None]:
    return until
