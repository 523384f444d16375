"""Contexts as TeX shows them below an error."""

from __future__ import annotations

from texbook.texfiles.context import read_context


def test_levels_are_read_from_the_inside_out() -> None:
    macro, line = read_context(
        [r"\mymac #1->x \foo ", "                  #1", r"l.4 text \mymac{a}", "          text"]
    )
    assert (macro.label, macro.is_macro, macro.last_command) == (r"\mymac", True, r"\foo")
    assert (line.label, line.line, line.before, line.after) == (
        "l.4",
        4,
        r"text \mymac{a}",
        "text",
    )


def test_help_between_the_levels_is_left_out() -> None:
    levels = read_context(
        [
            "",
            "See the LaTeX manual or LaTeX Companion for explanation.",
            "Type  H <return>  for immediate help.",
            " ...                                              ",
            "                                                  ",
            r"l.5 \end{itemize}",
            "                 ",
        ]
    )
    assert [level.before for level in levels] == [r"\end{itemize}"]


def test_what_is_cut_is_said() -> None:
    [level] = read_context(["l.9 ...and so on", "                to the en..."])
    assert (level.is_cut, level.before, level.is_cut_after, level.after) == (
        True,
        "and so on",
        True,
        "to the en",
    )


def test_an_empty_line_has_a_level() -> None:
    [level] = read_context(["l.6 ", "     "])
    assert (level.line, level.before, level.last_command) == (6, "", None)


def test_a_stripped_log_is_no_obstacle() -> None:
    [level] = read_context(["l.6", ""])
    assert (level.line, level.before) == (6, "")


def test_commands_of_any_script_and_signs_are_found() -> None:
    for name in (r"\größe", r"\&", r"\make@title"):
        [level] = read_context([f"l.1 a {name}", "     b"])
        assert level.last_command == name
