r"""Each row of the table of template traps, and the delimiters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.base.source import SourceFile
from texbook.render.faults import TemplateFault
from texbook.render.preprocess import is_statement, preprocess

if TYPE_CHECKING:
    from tests.render.conftest import Book


def test_a_minus_after_the_brace_keeps_its_sign(book: Book) -> None:
    book.results(a=3)
    assert book.text(r"x = \VAR{-results.a}.") == "x = -3."


def test_a_minus_before_the_brace_is_an_error_and_strips_nothing(book: Book) -> None:
    assert book.error(r"\VAR{3 -}  x").code == "template-syntax"


def test_a_backslash_in_a_string_on_a_statement_line_is_literal(book: Book) -> None:
    assert book.text('%% set x = "\\rho \\new \\U \\x"\n\\VAR{x}\n') == "\\rho \\new \\U \\x\n"


def test_a_backslash_in_a_string_of_an_expression_is_literal(book: Book) -> None:
    assert book.text(r"""\VAR{"\textbf{x}" ~ '\\' ~ "\"}""") == "\\textbf{x}\\\\\\"


def test_a_control_character_in_the_output_is_an_error_at_its_line(book: Book) -> None:
    book.results(bell="a\x07")
    error = book.error("fine\n\\VAR{results.bell}\n")
    assert "U+0007" in error.message
    assert error.span is not None
    assert error.span.start is not None
    assert error.span.start.line == 2


@pytest.mark.parametrize(
    "line", ["%% my note", "%%%%%%%%%%", "%%time", "%%", "%% format of this", "%%% block x"]
)
def test_a_comment_with_two_percent_signs_stays_a_comment(book: Book, line: str) -> None:
    assert book.text(f"a\n{line}\nb\n") == f"a\n{line}\nb\n"


@pytest.mark.parametrize("line", ["%% if x", "%%if x", "  %%  endif", "%% for i in y:"])
def test_two_percent_signs_and_a_keyword_are_a_statement(line: str) -> None:
    assert is_statement(line)


def test_a_statement_may_end_with_a_colon(book: Book) -> None:
    assert book.text("%% for i in [1, 2]:\n\\VAR{i}\n%% endfor\n") == "1\n2\n"


def test_a_comment_that_begins_with_a_keyword_is_told_how_to_be_one(book: Book) -> None:
    error = book.error("%% if you wonder about this\n")
    assert error.code == "template-syntax"
    assert "comment" in error.hints[0]


@pytest.mark.parametrize("line", [r"% \VAR{results.gone}", r"   % \BLOCK{nonsense}", r"%\VAR{"])
def test_a_line_that_is_commented_out_is_not_evaluated(book: Book, line: str) -> None:
    assert book.text(f"a\n{line}\n") == f"a\n{line}\n"


def test_an_expression_before_a_comment_is_evaluated(book: Book) -> None:
    assert book.text("\\VAR{1 + 1} % two\n") == "2 % two\n"


def test_a_line_break_before_the_letters_var_is_no_expression(book: Book) -> None:
    assert book.text(r"a \\VAR{b} \\\VAR{1}") == r"a \\VAR{b} \\1"


def test_braces_in_strings_and_dictionaries_do_not_end_an_expression(book: Book) -> None:
    assert book.text("""\\VAR{{'a': {'b': "}"}}['a']['b']}!""") == "}!"


def test_an_expression_may_span_lines(book: Book) -> None:
    assert book.text("\\VAR{[1,\n  2]\n | length} x\n") == "2 x\n"


def test_a_statement_may_span_lines_inside_brackets(book: Book) -> None:
    assert book.text("%% set x = [1,\n   2]\n\\VAR{x[1]}\n") == "2\n"


def test_a_block_within_a_line_keeps_the_line_end(book: Book) -> None:
    assert book.text("a\\BLOCK{if true}b\\BLOCK{endif}\nc\n") == "ab\nc\n"


def test_a_block_alone_on_its_line_leaves_no_line(book: Book) -> None:
    assert book.text("a\n  \\BLOCK{if true}  \n  b\n\\BLOCK{endif}\nc\n") == "a\n  b\nc\n"


@pytest.mark.parametrize("text", ["a \\VAR{b)} c\n", "a\n%% set x = )\nc\n"])
def test_a_bracket_too_many_is_an_error_of_its_own_line(book: Book, text: str) -> None:
    error = book.error(text)
    assert error.code == "template-syntax"
    assert error.span is not None
    assert error.span.start is not None
    assert error.span.start.line == 1 + text.startswith("a\n")


def test_raw_lines_are_copied(book: Book) -> None:
    text = "%% raw\n\\VAR{x} \\BLOCK{y}\n%% if\n%% endraw\nb\n"
    assert book.text(text) == "\\VAR{x} \\BLOCK{y}\n%% if\nb\n"


def test_raw_works_within_a_line(book: Book) -> None:
    assert book.text("a \\BLOCK{raw}\\VAR{x}\\BLOCK{endraw} b\n") == "a \\VAR{x} b\n"


def test_jinjas_own_delimiters_mean_nothing(book: Book) -> None:
    text = "{{ x }} {% y %} {# z #} \\newcommand{\\x}[1]{{#1}}\n"
    assert book.text(text) == text


def test_a_macro_leaves_no_blank_line_behind(book: Book) -> None:
    text = "%% macro m(x)\na \\VAR{x}\n%% endmacro\n\\VAR{m(1)}\nb\n"
    assert book.text(text) == "a 1\nb\n"
    inline = text.replace("%% macro m(x)", "\\BLOCK{macro m(x)}")
    assert book.text(inline.replace("%% endmacro", "\\BLOCK{endmacro}")) == "a 1\nb\n"


def test_windows_line_ends_become_plain_ones(book: Book) -> None:
    assert book.text("a\r\n%% if true\r\nb\r\n%% endif\r\n") == "a\nb\n"


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a\n x \\VAR{unclosed\n\nb}", 2, 4, "never closed"),
        ("\\VAR{f(}", 1, 1, "never closed"),
        ("\\BLOCK{if x", 1, 1, "never closed"),
        ("a\n\\VAR{'abc}\n", 2, 6, "string is never closed"),
        ("%% set x = (1,\n", 1, 1, "bracket"),
        ("%% raw\nx\n", 1, 1, "endraw"),
        ("a\n%% endraw\n", 2, 1, "without"),
        ("a\nb \U00100021 c", 2, 3, "100021"),
        ("a\rb", 1, 2, "carriage return"),
        ("\\VAR{a}\n\\BLOCK{", 2, 1, "never closed"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(
    text: str, line: int, column: int, words: str
) -> None:
    with pytest.raises(TemplateFault, match=words) as caught:
        preprocess(SourceFile(Path("q.j2.tex"), text))
    fault = caught.value
    assert fault.span is not None
    assert fault.span.start is not None
    assert (fault.span.start.line, fault.span.start.column) == (line, column)


_pieces = st.sampled_from(
    [
        *("\n", "%", "%% ", "%% if x", "%% raw", "%% endraw", "\\VAR{", "\\BLOCK{", "}", "'", '"'),
        *("\\", "a ", "(", ")", "{", "%---", "%% endmacro", "\\BLOCK{raw}", "\\BLOCK{endraw}"),
    ]
)


@given(st.lists(_pieces, max_size=30).map("".join))
def test_preprocessing_keeps_the_number_of_lines(text: str) -> None:
    try:
        processed = preprocess(SourceFile(Path("q.j2.tex"), text))
    except TemplateFault:
        return
    assert processed.count("\n") == text.count("\n")


@given(st.text(st.characters(exclude_characters="\\%\r", max_codepoint=0xFFFF)))
def test_plain_text_comes_through_unchanged(text: str) -> None:
    assert preprocess(SourceFile(Path("q.j2.tex"), text)) == text
