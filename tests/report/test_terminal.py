from __future__ import annotations

import io
import os
import pty
import re
from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.fix import Edit, Fix
from texbook.base.span import Position, Span
from texbook.report.terminal import (
    render_diagnostics,
    summary,
    terminal_width,
    uses_colour,
)

TEXT = r"""%---
% title = 'Leaks'
%---
\section{Why It Fails}
\begin{itemize}
  \item a
  \item b
\end{enumerate} tail
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "chapters" / "leak.j2.tex"
    path.parent.mkdir()
    path.write_text(TEXT)
    return path


def span(path: Path, *places: int) -> Span:
    """Make a span from line, column, end line, end column."""
    end = Position(places[2], places[3]) if places[2:] else None
    return Span(path, Position(places[0], places[1]), end)


def error(message: str, where: Span | None = None, **more: object) -> Diagnostic:
    return Diagnostic("TB001", Severity.ERROR, message, where, **more)  # type: ignore[arg-type]


def rendered(diagnostic: Diagnostic, folder: Path, width: int = 80) -> str:
    stream = io.StringIO()
    render_diagnostics([diagnostic], stream=stream, folder=folder, colour=False, width=width)
    return stream.getvalue()


def test_a_finding_tells_what_where_and_how_to_go_on(path: Path, tmp_path: Path) -> None:
    diagnostic = error(
        'the section "Why It Fails" stands in the wrong place',
        span(path, 4, 10, 4, 22),
        hints=('move it behind "Technical Deep Dive"',),
        related=(Related(Span.at(path, 2), "expanded from here"),),
    )
    assert rendered(diagnostic, tmp_path) == (
        'error[TB001]: the section "Why It Fails" stands in the wrong place\n'
        " --> chapters/leak.j2.tex:4:10\n"
        "  │\n"
        "4 │ \\section{Why It Fails}\n"
        "  │          ^^^^^^^^^^^^\n"
        "  │\n"
        "  = note: expanded from here\n"
        " --> chapters/leak.j2.tex:2\n"
        "  │\n"
        "2 │ % title = 'Leaks'\n"
        "  │\n"
        '  = hint: move it behind "Technical Deep Dive"\n'
        "\n"
    )


@pytest.mark.parametrize(("safe", "option"), [(True, "(--fix)"), (False, "(--fix --unsafe-fixes)")])
def test_a_fix_is_told_with_the_option_that_applies_it(
    path: Path, tmp_path: Path, safe: bool, option: str
) -> None:
    fix = Fix("write an en dash", (Edit(0, 1, "--"),), safe=safe)
    item = error("a hyphen", span(path, 4, 1, 4, 2), hints=("see 3.2",), fix=fix)
    assert rendered(item, tmp_path).splitlines()[-3:-1] == [
        "  = hint: see 3.2",
        f"  = fix: write an en dash {option}",
    ]


def test_a_hint_that_the_fix_repeats_is_told_once(path: Path, tmp_path: Path) -> None:
    fix = Fix("write it", (Edit(0, 1, "x"),), safe=True)
    note = Related(span(path, 1, 1), "here")
    item = error("m", span(path, 4, 1, 4, 2), hints=("write it",), related=(note,), fix=fix)
    text = rendered(item, tmp_path)
    assert text.count("write it") == 1
    assert text.endswith("  │\n  = fix: write it (--fix)\n\n")


def test_of_several_lines_the_first_and_the_last_are_shown(path: Path, tmp_path: Path) -> None:
    assert rendered(error("not closed", span(path, 5, 1, 8, 16)), tmp_path) == (
        "error[TB001]: not closed\n"
        " --> chapters/leak.j2.tex:5:1\n"
        "  │\n"
        "5 │ \\begin{itemize}\n"
        "  │ ^^^^^^^^^^^^^^^\n"
        "…\n"
        "8 │ \\end{enumerate} tail\n"
        "  │ ^^^^^^^^^^^^^^^\n"
        "\n"
    )


def test_a_span_to_the_beginning_of_the_next_line_is_one_line(path: Path, tmp_path: Path) -> None:
    text = rendered(error("x", span(path, 6, 3, 7, 1)), tmp_path)
    assert text.endswith("6 │   \\item a\n  │   ^^^^^^^\n\n")


def test_a_finding_on_a_whole_line_has_no_caret(path: Path, tmp_path: Path) -> None:
    text = rendered(error("x", Span.at(path, 4)), tmp_path)
    assert text.endswith(":4\n  │\n4 │ \\section{Why It Fails}\n\n")


def test_a_finding_without_a_line_or_a_file_has_no_excerpt(path: Path, tmp_path: Path) -> None:
    assert rendered(error("x", Span(path)), tmp_path) == (
        "error[TB001]: x\n --> chapters/leak.j2.tex\n\n"
    )
    assert rendered(error("x"), tmp_path) == "error[TB001]: x\n\n"


@pytest.mark.parametrize("line", [0, 9, 10**12])
def test_a_line_that_is_not_there_gives_no_excerpt(path: Path, tmp_path: Path, line: int) -> None:
    assert "│" not in rendered(error("x", Span.at(path, line, 3)), tmp_path)


def test_a_path_outside_the_folder_is_written_whole(path: Path) -> None:
    assert f"--> {path}:4:1\n" in rendered(error("x", span(path, 4, 1)), Path("/elsewhere"))


def test_a_message_is_never_taken_for_markup_or_terminal_codes(tmp_path: Path) -> None:
    text = rendered(error("[bold]a[/bold] :smile:\x1b[2J\nnext"), tmp_path)
    assert text == "error[TB001]: [bold]a[/bold] :smile:␛[2J next\n\n"


def test_long_messages_and_hints_are_wrapped_with_an_indent(tmp_path: Path) -> None:
    words = " ".join(["word"] * 12)
    assert rendered(error(words, hints=(words,)), tmp_path, width=40) == (
        "error[TB001]: word word word word word\n"
        "  word word word word word word word\n"
        "  = hint: word word word word word word\n"
        "          word word word word word word\n"
        "\n"
    )


def test_without_a_terminal_messages_stay_on_one_line(tmp_path: Path) -> None:
    stream = io.StringIO()
    words = " ".join(["word"] * 60)
    render_diagnostics([error(words)], stream=stream, folder=tmp_path)
    assert stream.getvalue() == f"error[TB001]: {words}\n\n"


def test_ascii_streams_get_ascii(path: Path, tmp_path: Path) -> None:
    path.write_text("Zürich \\wrong " + "y" * 200, encoding="utf-8")
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="ascii")
    diagnostic = error('"Zürich" is wrong', span(path, 1, 8, 1, 14))
    render_diagnostics([diagnostic], stream=stream, folder=tmp_path, width=40)
    stream.flush()
    assert buffer.getvalue().decode("ascii") == (
        'error[TB001]: "Z?rich" is wrong\n'
        " --> chapters/leak.j2.tex:1:8\n"
        "  |\n"
        "1 | Z?rich \\wrong yyyyyyyyyyyyyyyy...\n"
        "  |        ^^^^^^\n"
        "\n"
    )


def test_colour_adds_nothing_but_colour(path: Path, tmp_path: Path, terminal: io.StringIO) -> None:
    diagnostic = error("wrong", span(path, 4, 10, 4, 22), hints=("mend it",))
    render_diagnostics([diagnostic], stream=terminal, folder=tmp_path)
    text = terminal.getvalue()
    assert "\x1b[1;31merror[TB001]" in text
    assert re.sub(r"\x1b\[[\d;]*m", "", text) == rendered(diagnostic, tmp_path)
    assert "\\section{Why It Fails}\n" in text


def test_a_reader_that_is_gone_is_an_error_for_the_caller(tmp_path: Path) -> None:
    class Pipe(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        render_diagnostics([error("x")], stream=Pipe(), folder=tmp_path)


def test_colour_is_asked_of_environment_and_stream(
    terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.StringIO()
    assert uses_colour(terminal)
    assert not uses_colour(file)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert uses_colour(file)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not uses_colour(file)
    assert not uses_colour(terminal)


def test_a_dumb_terminal_gets_no_colour(
    terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert not uses_colour(terminal)


def test_the_terminal_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    leader, follower = pty.openpty()
    os.close(leader)
    with os.fdopen(follower, "w") as stream:
        assert terminal_width(stream) == 80
    assert terminal_width(io.StringIO()) == 80
    monkeypatch.setenv("COLUMNS", "132")
    assert terminal_width(io.StringIO()) == 132


@pytest.mark.parametrize(
    ("severities", "words"),
    [
        ("", "no findings"),
        ("e", "1 error in 1 file"),
        ("eew", "2 errors, 1 warning in 3 files"),
        ("i", "1 for information in 1 file"),
    ],
)
def test_the_summary_counts(severities: str, words: str) -> None:
    kinds = {"e": Severity.ERROR, "w": Severity.WARNING, "i": Severity.INFORMATION}
    found = [
        Diagnostic("x", kinds[letter], "m", Span(Path(f"{number}.tex")))
        for number, letter in enumerate(severities)
    ]
    assert summary(found) == words


def test_the_summary_of_findings_without_files_names_none() -> None:
    assert summary([error("x")]) == "1 error"
