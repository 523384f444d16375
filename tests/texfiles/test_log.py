r"""Logs as XeTeX 0.999994 (TeX Live 2022) wrote them, shortened where nothing is read."""

from __future__ import annotations

from texbook.texfiles.engine_log import EngineLog, LogMessage, MessageKind, ShellCommand
from texbook.texfiles.log import read_log

HEAD = r"""This is XeTeX, Version 3.141592653-2.6-0.999994 (TeX Live 2022/Debian)
entering extended mode
 restricted \write18 enabled.
 file:line:error style messages enabled.
**\AddToHook{begindocument}{(}\input{main}
(./main.tex
LaTeX2e <2022-11-01> patch level 1
(/usr/share/texlive/texmf-dist/tex/latex/base/article.cls
Document Class: article 2022/07/02 v1.4n Standard LaTeX document class
(/usr/share/texlive/texmf-dist/tex/latex/base/size10.clo
File: size10.clo 2022/07/02 v1.4n Standard LaTeX file (size option)
)
\c@part=\count181
)
LaTeX Font Info:    Overwriting math alphabet `\mathit' in version `bold'
(Font)                  OT1/cmr/bx/it --> TU/lmr/b/it on input line 6.
"""

END = r"""
Output written on main.xdv (3 pages, 18828 bytes).
"""


def read(*lines: str) -> EngineLog:
    return read_log(HEAD + "\n".join(lines) + END)


def only(log: EngineLog) -> LogMessage:
    [message] = log.messages
    return message


def test_pages_and_banner_are_read() -> None:
    log = read("[1", "", "] [2]) [3]")
    assert log.pages == 3
    assert log.shipped == 3
    assert log.banner.startswith("This is XeTeX, Version 3.14")


def test_a_log_that_is_cut_has_no_pages() -> None:
    assert read_log(HEAD).pages is None
    assert read_log(HEAD).last_file == "./main.tex"
    assert read_log(HEAD + "No pages of output.\n").pages == 0


def test_an_error_has_its_file_line_and_context() -> None:
    message = only(
        read(
            "(./chapters/x.tex [1]",
            "./chapters/x.tex:12: Undefined control sequence.",
            r"l.12 A \foo",
            "            world",
            "The control sequence at the end of the top line",
            "",
            ")",
        )
    )
    assert message.kind is MessageKind.ERROR
    assert (message.file, message.line, message.page) == ("./chapters/x.tex", 12, 1)
    assert message.text == "Undefined control sequence."
    assert message.context == (r"l.12 A \foo", "            world")
    assert message.opened == ("./main.tex", "./chapters/x.tex")


def test_the_error_of_a_package_has_its_name() -> None:
    message = only(
        read(
            './main.tex:3: Package fontspec Error: The font "No Such Font" cannot be found.',
            "",
            "For immediate help type H <return>.",
            "l.3 \\setmainfont{No Such Font}",
            "",
        )
    )
    assert message.origin == "Package fontspec"
    assert message.text == 'The font "No Such Font" cannot be found.'


def test_an_error_over_several_lines_is_one_text() -> None:
    message = only(
        read(
            r"./main.tex:2: LaTeX Error: Command \bar already defined.",
            r"               Or name \end... illegal, see p.192 of the manual.",
            "",
            r"l.2 \newcommand\bar",
        )
    )
    assert message.origin == "LaTeX"
    assert message.text == (
        r"Command \bar already defined. Or name \end... illegal, see p.192 of the manual."
    )


def test_a_missing_file_and_the_stop_that_follows_are_two_messages() -> None:
    log = read(
        "! LaTeX Error: File `nosuch.sty' not found.",
        "",
        "Type X to quit or <RETURN> to proceed,",
        "",
        "Enter file name: ",
        "./main.tex:2: Emergency stop.",
        "<read *> ",
        "         ",
        r"l.2 \usepackage{nosuch}",
    )
    assert [(m.text, m.file, m.line) for m in log.errors] == [
        ("File `nosuch.sty' not found.", "./main.tex", None),
        ("Emergency stop.", "./main.tex", 2),
    ]


def test_a_warning_is_given_to_the_innermost_open_file() -> None:
    message = only(
        read(
            "(./a b/c d.tex",
            "",
            "LaTeX Warning: Reference `b' on page 1 undefined on input line 9.",
            "",
            ")",
        )
    )
    assert message.kind is MessageKind.WARNING
    assert message.text == "Reference `b' on page 1 undefined"
    assert (message.file, message.line) == ("./a b/c d.tex", 9)


def test_brackets_in_overfull_text_do_not_confuse_files_and_pages() -> None:
    log = read(
        r"Overfull \hbox (187.11172pt too wide) in paragraph at lines 14--17",
        r"\TU/lmr/m/n/10 a very long text (with brackets ) ) ) [7]",
        " []",
        "",
        "LaTeX Warning: Citation `no' on page 1 undefined on input line 20.",
    )
    box, warning = log.messages
    assert (box.kind, box.text, box.line) == (MessageKind.OVERFULL, "hbox 187.11172", 14)
    assert warning.file == "./main.tex"
    assert log.shipped == 0


def test_underfull_boxes_are_left_out() -> None:
    assert (
        read(r"Underfull \hbox (badness 10000) in paragraph at lines 3--4", " []", "").messages
        == ()
    )


def test_a_missing_character_has_its_font() -> None:
    message = only(
        read("Missing character: There is no 漢 (U+6F22) in font [lmroman10-regular]:mapping=tex!")
    )
    assert message.kind is MessageKind.MISSING_CHARACTER
    assert message.text == "漢 (U+6F22)\0[lmroman10-regular]:mapping=tex"


def test_shell_commands_are_told_apart() -> None:
    log = read(
        "runsystem(echo hi > t.txt)...disabled (restricted).",
        "runsystem(makeindex main.idx)...executed safely (allowed).",
    )
    assert log.commands == (
        ShellCommand("echo hi > t.txt", False, "./main.tex", restricted=True),
        ShellCommand("makeindex main.idx", True, "./main.tex"),
    )


def test_our_own_notes_are_kept() -> None:
    assert read("texbook: a shadow was left out").notes == {"a shadow was left out"}


def test_the_command_line_in_the_log_opens_no_file() -> None:
    assert read(")").last_file == "./main.tex"


def test_bytes_that_are_not_utf_8_are_no_obstacle() -> None:
    assert read_log(HEAD.encode() + b"\xff\xfe\n" + END.encode()).pages == 3


def test_an_error_without_file_and_line_takes_them_from_its_context() -> None:
    message = only(
        read("(./chapters/x.tex", "! Undefined control sequence.", r"l.12 A \foo", "            b")
    )
    assert (message.file, message.line) == ("./chapters/x.tex", 12)


def test_a_message_that_comes_again_is_counted() -> None:
    line = "Missing character: There is no 漢 (U+6F22) in font lmroman!"
    message = only(read(line, line, line))
    assert message.count == 3


def test_different_messages_are_not_hoarded_without_end() -> None:
    lines = [f"LaTeX Warning: Citation `{n}' undefined on input line 1." for n in range(21_000)]
    assert len(read(*lines).messages) == 20_000


def test_the_second_line_of_an_error_belongs_to_it() -> None:
    message = only(
        read(
            "./main.tex:4: FancyVerb Error:",
            r"  Extraneous input `x' between \begin{Verbatim}[<key=value>] and line end",
            ".",
            r"\FV@Error #1#2->\edef \@tempc {#2}\expandafter ",
            "                                               \\errhelp ",
            r"l.4 \begin{Verbatim} x",
            "                      ",
        )
    )
    assert message.text.startswith("FancyVerb Error: Extraneous input `x' between")
    assert message.context[-2] == r"l.4 \begin{Verbatim} x"


def test_a_runaway_argument_is_kept_with_its_error() -> None:
    message = only(
        read(
            "(./a.tex) Runaway argument?",
            r"{abc \par ",
            r"! File ended while scanning use of \textbf .",
            "<inserted text> ",
            r"                \par ",
            r"<*> \input{main}",
        )
    )
    assert (message.runaway, message.closed) == (r"{abc \par ", "./a.tex")


def test_a_runaway_argument_without_text_swallows_no_error() -> None:
    message = only(
        read(
            "Runaway argument?",
            r"./main.tex:4: File ended while scanning use of \FancyVerbGetLine.",
            r"l.4 \include{x}",
            "               ",
        )
    )
    assert (message.runaway, message.line) == ("", 4)


def test_a_known_file_name_may_hold_blanks_and_parentheses() -> None:
    text = "\n".join(("(./a b (c).tex text) [1]", "./a b (c).tex:2: Bad."))
    log = read_log(HEAD + text.replace(" text)", ""), ["./a b (c).tex"])
    assert log.errors[0].opened == ("./main.tex", "./a b (c).tex")


def test_what_is_open_at_the_end_is_told_with_its_line() -> None:
    message = only(
        read(
            r"(\end occurred inside a group at level 1)",
            "",
            "### simple group (level 1) entered at line 9 ({)",
            "### bottom level",
        )
    )
    assert (message.text, message.line) == (r"\end occurred inside a group at level 1", 9)


def test_parentheses_without_end_cost_nothing() -> None:
    assert read("(" * 100_000).pages == 3


def test_a_log_is_read_whatever_is_cut_away() -> None:
    whole = HEAD + "(./a.tex\n./a.tex:1: Undefined control sequence.\nl.1 \\x\n      y\n)" + END
    content = whole.encode()
    for at in range(len(content)):
        assert read_log(content[:at]).pages in (None, 3)


def test_an_error_in_a_frame_has_its_text_and_line() -> None:
    """As expl3 wrote errors until 2019."""
    message = only(
        read(
            "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
            "!",
            './main.tex:3: fontspec error: "font-not-found"',
            "! ",
            '! The font "Gone" cannot be found.',
            "! ",
            "! See the fontspec documentation for further information.",
            "! ",
            "! For immediate help type H <return>.",
            "!...............................................  ",
            " " * 50,
            "l.3 \\setmainfont{Gone}",
            " " * 22,
        )
    )
    assert message.kind is MessageKind.ERROR
    assert (message.origin, message.file, message.line) == ("Package fontspec", "./main.tex", 3)
    assert message.text == 'The font "Gone" cannot be found.'
    assert any("setmainfont" in line for line in message.context)
