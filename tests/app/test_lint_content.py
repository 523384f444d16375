"""What the use-case hands to rules on a question's content: stubs, and what the last build said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.app.lint import LintOptions, lint_book
from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Span
from texbook.base.stamps import stamp_file
from texbook.build.model import ShellEscape
from texbook.build.state import state_path, take_state

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import Book

MAIN = "\\documentclass{article}\n\\begin{document}\n\\include{q}\nHello\n\\end{document}\n"


def _codes(book: Book, *select: str) -> list[tuple[str, str]]:
    outcome = lint_book(book.project, LintOptions(select=select))
    return [
        (item.code, item.span.path.name) for item in outcome.diagnostics if item.span is not None
    ]


def test_the_content_of_a_stub_is_not_judged(book: Book) -> None:
    book.put("texbook.toml", '[structure]\npreset = "nine-sections"\n')
    book.put("main.tex", MAIN)
    book.put("q.j2.tex", book.question())
    thin = _codes(book, "TB701", "TB707")
    assert sorted(thin) == [*[("TB701", "q.j2.tex")] * 9, ("TB707", "q.j2.tex")]
    book.put("q.j2.tex", book.question().replace("%---\n", "%---\n% status = 'stub'\n", 1))
    assert _codes(book, "TB701", "TB707") == []


def _built(book: Book, *files: Path) -> None:
    """Write the state of a build in which the first line of each file stuck out."""
    stamps = {path: stamp for path in files if (stamp := stamp_file(path))}
    book.put("main.pdf", b"%PDF")
    state = take_state(
        book.project,
        shell_escape=ShellEscape.RESTRICTED,
        engine="xelatex",
        generation="main",
        pages=1,
        inputs=stamps,
        system=(),
        candidates=frozenset(),
        seen_ns=10**19,
        findings=tuple(
            Diagnostic(
                "overfull",
                Severity.INFORMATION,
                "a line is 33.4pt (11.7 mm) too wide",
                Span.at(path, 1),
            )
            for path in files
        ),
    )
    path = state_path(book.project)
    path.parent.mkdir(parents=True, exist_ok=True)
    state.save(path)


def test_overfull_boxes_of_the_last_build_are_told_while_they_hold(book: Book) -> None:
    main = book.put("main.tex", MAIN)
    question = book.put("q.j2.tex", book.question())
    assert _codes(book, "TB808") == []
    (note,) = lint_book(book.project, LintOptions(select=("TB808",))).notes
    assert "no good build is at hand" in note
    _built(book, main, question)
    assert _codes(book, "TB808") == [("TB808", "main.tex"), ("TB808", "q.j2.tex")]
    book.put("main.tex", MAIN.replace("Hello", "Hello there"))
    assert _codes(book, "TB808") == [("TB808", "q.j2.tex")]


def test_a_damaged_state_says_nothing(book: Book) -> None:
    path = state_path(book.project)
    path.parent.mkdir(parents=True)
    path.write_text("{")
    assert _codes(book, "TB808") == []
