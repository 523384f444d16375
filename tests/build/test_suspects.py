"""What is told of an error before one run of the whole has made sure, with the real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.build.model import Outcome

if TYPE_CHECKING:
    from tests.build.conftest import BuiltBook
    from texbook.base.diagnostic import Diagnostic
    from texbook.build.model import BuildResult

pytestmark = pytest.mark.tex

MAIN = (
    "\\documentclass{report}\n\\begin{document}\n\\include{one}\n\\include{two}\n\\end{document}\n"
)


def built(book: BuiltBook) -> tuple[BuildResult, list[tuple[Diagnostic, ...]]]:
    told: list[tuple[Diagnostic, ...]] = []
    return book.build(on_suspects=told.append), told


def place(item: Diagnostic) -> tuple[str, int, str]:
    assert item.span is not None
    assert item.span.start is not None
    return item.span.path.name, item.span.start.line, item.message


def test_an_error_of_a_chapter_is_told_before_the_build_has_failed(book: BuiltBook) -> None:
    book.put("main.tex", MAIN)
    book.put("one.tex", "\\chapter{One}\nText.\n")
    book.put("two.tex", "\\chapter{Two}\nText.\n")
    assert built(book)[1] == []
    book.put("two.tex", "\\chapter{Two}\n\nText \\nosuchthing.\n")
    result, (suspects,) = built(book)
    assert result.outcome is Outcome.FAILED
    assert place(suspects[0]) == place(result.diagnostics[0])
    assert place(suspects[0])[:2] == ("two.tex", 3)


def test_an_error_of_the_main_file_is_told_at_its_line(book: BuiltBook) -> None:
    book.put("main.tex", MAIN)
    for name in ("one", "two"):
        book.put(f"{name}.tex", f"\\chapter{{{name}}}\nText.\n")
    built(book)
    book.put("main.tex", MAIN.replace("\\end{document}", "\\nosuchthing\n\\end{document}"))
    result, (suspects,) = built(book)
    assert place(suspects[0]) == place(result.diagnostics[0])
    assert place(suspects[0])[:2] == ("main.tex", 5)


def test_nobody_is_suspected_where_one_run_builds_the_book(book: BuiltBook) -> None:
    text = "\\documentclass{article}\n\\begin{document}\n\\nosuchthing\n\\end{document}\n"
    book.put("main.tex", text)
    result, told = built(book)
    assert result.outcome is Outcome.FAILED
    assert told == []
