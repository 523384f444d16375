"""Row 11: sources that no author writes: huge, deeply nested, binary, in one line.

Every command ends with what it has to say; how long the slowest took is printed, and decides
nothing.
"""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.faults.shelf import open_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Book

    Times = Callable[[int, int], int]
    Record = Callable[[str, object], None]

DEEP = 20_000
MEGABYTE = 1_000_000
DOCUMENT = b"\\documentclass{book}\n\\begin{document}\n\\input{odd}\n\\end{document}\n"
SHORT: dict[str, Callable[[], bytes]] = {
    "environments": lambda: b"\\begin{quote}" * DEEP + b"\\end{quote}" * DEEP,
    "null bytes": lambda: bytes(MEGABYTE),
    "binary": lambda: bytes(range(256)) * 1000,
    "Latin-1": lambda: "größe für naïve Wörter\n".encode("latin-1") * 1000,
    "6 MB in one line": lambda: b"word " * (MEGABYTE * 6 // 5),
}
FULL: dict[str, Callable[[], bytes]] = {
    "braces": lambda: b"{" * DEEP + b"x" + b"}" * DEEP,
    "conditionals": lambda: b"\\iffalse " * DEEP + b"\\fi " * DEEP,
    "environments left open": lambda: b"\\begin{quote}" * DEEP,
    "lists": lambda: b"\\begin{itemize}\\item a " * (DEEP // 4) + b"\\end{itemize}" * (DEEP // 4),
    "formulas": lambda: b"$\\text{" * DEEP,
    "a PDF": lambda: b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n" + b"\x78\x9c\x00" * 1000,
    "20 MB in one line": lambda: b"word " * (4 * MEGABYTE),
    "nothing": bytes,
    "100 MB": lambda: b"A line of ordinary text that goes on for a while.\n" * (2 * MEGABYTE),
    "200,000 labels": lambda: b"".join(b"\\label{a%d}\n" % n for n in range(200_000)),
    "200,000 references": lambda: b"".join(b"\\ref{a%d}\n" % n for n in range(200_000)),
    "5 MB in one line": lambda: (b"word " * MEGABYTE)[: 5 * MEGABYTE - 1],
    "5 MB of text": lambda: (b"A line of ordinary text.\n" * MEGABYTE)[: 5 * MEGABYTE - 1],
    "as many marks as are judged": lambda: b"{" * 370_000 + b"}" * 370_000,
    "noise": lambda: Random(11).randbytes(MEGABYTE),
}
HANG_SECONDS = 300.0
"""No command may take as long by far: this finds one that hangs."""
VERBS = (("lint",), ("lint", "--fix"), ("stats",), ("render",))


@pytest.fixture
def book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Book:
    return open_book(tmp_path / "book", monkeypatch, capsys)


@pytest.mark.parametrize("suffix", [".tex", ".j2.tex"])
def test_commands_end_well_on_extreme_sources(
    book: Book, times: Times, record_property: Record, suffix: str
) -> None:
    slowest, name = 0.0, ""
    cases = {**SHORT, **FULL} if times(0, 1) else SHORT
    if suffix == ".j2.tex" and cases is SHORT:
        cases = {name: make for name, make in SHORT.items() if name == "binary"}
    for what, make in cases.items():
        content = make()
        book.put("main.tex", DOCUMENT)
        path = book.put(f"odd{suffix}", content)
        for arguments in VERBS:
            started = time.monotonic()
            answer = book.texbook(*arguments, *(["--no-cache"] if arguments == ("lint",) else []))
            seconds = time.monotonic() - started
            assert answer.status in (0, 1), (what, arguments, answer)
            assert "TB903" not in answer.out + answer.err, (what, arguments)
            assert seconds < HANG_SECONDS, (what, arguments)
            if seconds > slowest:
                slowest, name = seconds, f'"{" ".join(arguments)}" of {what}'
        assert len(path.read_bytes()) >= len(content) // 2, what
        path.unlink()
    record_property(
        "figure",
        f"row 11: extreme sources ({suffix}) without a traceback {len(cases)} of {len(cases)};"
        f" the slowest, {name}, took {slowest:.1f} s",
    )
