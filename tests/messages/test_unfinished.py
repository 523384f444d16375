r"""What is open at ``\end{document}``, as e-TeX tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.span import Position, Span
from texbook.messages.locate import Locator
from texbook.messages.unfinished import is_unfinished, unfinished
from texbook.texfiles.engine_log import LogMessage, MessageKind
from texbook.texfiles.log import read_log

if TYPE_CHECKING:
    from pathlib import Path


def message_of(*lines: str) -> LogMessage:
    log = read_log("\n".join(("This is XeTeX", "(./main.tex", *lines, "")))
    [message] = [item for item in log.messages if item.kind is MessageKind.WARNING]
    assert is_unfinished(message)
    return message


def locator(folder: Path) -> Locator:
    return Locator(folder, lambda path: path, {}, ("a.tex", "main.tex"))


def test_a_brace_is_found_in_the_file_that_does_not_close_it(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text("x\n{a}\n")
    (tmp_path / "a.tex").write_text("y\nsome {\\bfseries text\n")
    message = message_of(
        "(\\end occurred inside a group at level 1)",
        "",
        "### simple group (level 1) entered at line 2 ({)",
        "### bottom level",
    )
    finding = unfinished(message, locator(tmp_path))
    assert (finding.code, finding.message) == ("unclosed-group", '"{" is not closed')
    assert finding.span == Span(tmp_path / "a.tex", Position(2, 6), Position(2, 7))


def test_a_begingroup_is_closed_by_its_own_word(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text("\\begingroup x\n")
    message = message_of(
        "(\\end occurred inside a group at level 1)",
        "### semi simple group (level 1) entered at line 1 (\\begingroup)",
    )
    finding = unfinished(message, locator(tmp_path))
    assert finding.message == '"\\begingroup" is not closed'
    assert finding.hints[0].startswith('write "\\endgroup"')


def test_a_condition_is_named(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text("x\na \\iftrue b\n")
    message = message_of("(\\end occurred when \\iftrue on line 2 was incomplete) ")
    finding = unfinished(message, locator(tmp_path))
    assert finding.message == '"\\iftrue" has no "\\fi"'
    assert finding.span == Span(tmp_path / "main.tex", Position(2, 3), Position(2, 10))


def test_without_the_sources_the_main_file_is_named(tmp_path: Path) -> None:
    finding = unfinished(
        message_of("(\\end occurred inside a group at level 1)"), locator(tmp_path)
    )
    assert finding.span == Span(tmp_path / "main.tex")
