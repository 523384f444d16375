from __future__ import annotations

import io

import pytest

from texbook.report.doctor import CheckGroup, CheckLine, Mark, render_checks

GROUPS = [
    CheckGroup(
        "TeX",
        (
            CheckLine(Mark.GOOD, "xelatex", "XeTeX 0.999994"),
            CheckLine(Mark.FAULT, "biber", "not installed", ("apt-get install biber",)),
        ),
    ),
    CheckGroup("Empty", ()),
    CheckGroup("Machine", (CheckLine(Mark.NOTE, "a-very-long-name-of-a-font-file.otf", "gone"),)),
]
PLAIN = """\
TeX
  ✓ xelatex                     XeTeX 0.999994
  ✗ biber                       not installed
                                apt-get install biber

Machine
  • a-very-long-name-of-a-font-file.otf
                                gone

What brings what is missing
  sudo apt-get install biber

main.tex cannot be built: 1 fault
"""


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


class Ascii(io.StringIO):
    encoding = "ascii"


def rendered(stream: io.StringIO) -> str:
    commands = ["sudo apt-get install biber"]
    render_checks(GROUPS, commands, "main.tex cannot be built: 1 fault", stream=stream)
    return stream.getvalue()


@pytest.fixture(autouse=True)
def no_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


class Plain(io.StringIO):
    encoding = "utf-8"


def test_plain() -> None:
    assert rendered(Plain()) == PLAIN


def test_signs_of_a_plain_terminal() -> None:
    out = rendered(Ascii())
    assert "  + xelatex" in out
    assert "  x biber" in out
    assert "  - a-very" in out
    assert out.isascii()


def test_colour_on_a_terminal_unless_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[1;31m" in rendered(Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert rendered(Terminal()) == PLAIN


def test_lines_are_wrapped_to_the_terminal_and_commands_stay_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "61")
    words = "what texmf.cnf allows; --shell-escape would give it any program"
    group = CheckGroup("Shell", (CheckLine(Mark.GOOD, "book", words),))
    stream = Terminal()
    render_checks([group], ["sudo apt-get install " + "x" * 60], "end", stream=stream)
    lines = stream.getvalue().splitlines()
    assert lines[1:4] == [
        "  ✓ book  what texmf.cnf allows; --shell-escape would give it",
        "          any program",
        "",
    ]
    assert f"  sudo apt-get install {'x' * 60}" in lines


def test_of_two_managers_it_says_that_one_is_enough() -> None:
    stream = io.StringIO()
    commands = ["sudo apt-get install texlive-science", "tlmgr install siunitx"]
    render_checks(GROUPS, commands, "verdict", stream=stream)
    title = "What brings what is missing: the system's packages, or TeX Live's own"
    assert title in stream.getvalue().splitlines()
