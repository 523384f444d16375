"""Whatever goes wrong in a template is a finding on the author's line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from texbook.render.render import render_templates

if TYPE_CHECKING:
    from tests.render.conftest import Book
    from texbook.base.diagnostic import Diagnostic


def place(error: Diagnostic) -> tuple[str, int, int | None]:
    assert error.span is not None
    assert error.span.start is not None
    return error.span.path.name, error.span.start.line, error.span.start.column


@pytest.mark.parametrize(
    ("text", "line", "code", "words"),
    [
        ("a\n\\VAR{1 / 0}", 2, "template-error", "divides by zero"),
        ("a\n\\VAR{'a' / 2}", 2, "template-error", "this expression fails"),
        ("a\n\\VAR{nothing}", 2, "template-undefined", '"nothing" is not defined'),
        ("a\n\\VAR{1 1}", 2, "template-syntax", "expected"),
        ("a\n\\VAR{}", 2, "template-syntax", "expected an expression"),
        ("a\n\n%% endif", 3, "template-syntax", '"endif" closes nothing'),
        ("a\n%% for i in x\nb\n", 2, "template-syntax", '"for" is never closed by "endfor"'),
        ("a\n%% for i in 3\nb\n%% endfor", 2, "template-error", "not iterable"),
        ("%% include 'x.tex'", 1, "template-error", 'there is no template "x.tex"'),
        ("\\VAR{''.__class__}", 1, "template-error", "sandbox"),
        ("\\VAR{range(10**9) | list}", 1, "template-error", "range"),
        ("\\VAR{question.title}", 1, "template-undefined", "no front matter"),
        ("%% macro m()\n\\VAR{m()}\n%% endmacro\n\\VAR{m()}", 2, "template-error", "without end"),
        ("%% include '../secret.tex'", 1, "template-error", "there is no template"),
        ("\\VAR{[].append(1)}", 1, "template-error", "sandbox"),
    ],
)
def test_each_fault_has_line_and_code(
    book: Book, text: str, line: int, code: str, words: str
) -> None:
    error = book.error(text)
    assert (error.code, place(error)[:2]) == (code, ("q.j2.tex", line))
    assert words in error.message


def test_an_unknown_result_names_the_close_ones_and_the_file(book: Book) -> None:
    book.results(loss_three_rivals=0.1, loss_one_rival=0.2)
    error = book.error("a\nb \\VAR{results.loss_three | percent(1)}\n")
    assert error.message == 'there is no result "loss_three" in "q.results.json"'
    assert "loss_three_rivals" in error.hints[0]
    assert place(error) == ("q.j2.tex", 2, 16)


def test_missing_results_say_how_to_get_them(book: Book) -> None:
    error = book.error("\\VAR{results.loss}")
    assert '"q.results.json" does not exist' in error.message
    assert error.hints == ('"texbook run q" writes what results() of "q.py" gives',)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"values": {', "not valid JSON"),
        ("[]", 'no "values"'),
        ('{"values": 3}', 'no "values"'),
        ('{"values": {"a": "\U00100001"}}', "reserved"),
        ('{"values": {"a": NaN}}', "NaN is no number"),
        ('{"values": {"a": null}}', '"a" in the stored results is not a number'),
        ('{"values": {},\n<<<<<<< mine\n"seed": 1}', "marks of a merge conflict"),
    ],
)
def test_damaged_results_are_told_at_their_own_file(book: Book, content: str, words: str) -> None:
    book.write("q.results.json", content)
    error = book.error("text")
    assert words in error.message
    assert error.span is not None
    assert error.span.path.name == "q.results.json"
    assert error.hints


def test_a_value_named_like_a_method_is_found(book: Book) -> None:
    book.results(items=3, values=4)
    assert book.text(r"\VAR{results.items} \VAR{results.values}") == "3 4"


def test_results_can_be_looped_over_and_asked_for(book: Book) -> None:
    book.results(a=1, b=2)
    text = "\\VAR{results | join(',')} \\VAR{results.c is defined} \\VAR{results.c | default(7)}"
    assert book.text(text) == "a,b False 7"


def test_a_fault_in_an_included_file_names_the_file_and_the_caller(book: Book) -> None:
    book.write("templates/m.tex", "%% macro m(x)\n\n\\VAR{x.y}\n%% endmacro\n")
    error = book.error('%% from "m.tex" import m\n\n\\VAR{m(1)}\n')
    assert place(error)[:2] == ("m.tex", 3)
    assert [r.span.start.line for r in error.related if r.span.start] == [3]


def test_a_syntax_error_in_the_parent_is_told_there(book: Book) -> None:
    book.write("templates/base.tex", "a\n\\VAR{1 +}\n")
    error = book.error('%% extends "base.tex"\n')
    assert place(error)[:2] == ("base.tex", 2)


def test_a_misspelt_end_is_pointed_out(book: Book) -> None:
    error = book.error("%% if true\na\n%% endfi\n")
    assert 'line 3, "%% endfi", is a comment: did you mean "endif"?' in error.hints


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (r"\VAR{1 | persent}", 'did you mean "percent"?'),
        (r"\BLOCK{fro i in x}", 'did you mean "from"?'),
        ('%% extends "questoin.j2.tex"', 'did you mean "question.j2.tex"?'),
    ],
)
def test_misspelt_names_get_a_suggestion(book: Book, text: str, hint: str) -> None:
    assert hint in book.error(text).hints


def test_a_file_that_is_not_utf8_is_told_with_its_line(book: Book) -> None:
    (book.folder / "q.j2.tex").write_bytes(b"a\nb\xe4\n")
    (error,) = render_templates(book.project, cache=False).diagnostics
    assert place(error) == ("q.j2.tex", 2, 2)
    assert "UTF-8" in error.message


def test_a_link_out_of_the_templates_folder_is_not_followed(book: Book) -> None:
    secret = book.write("../secret.tex", "canary")
    (book.folder / "templates").mkdir()
    (book.folder / "templates" / "leak.tex").symlink_to(secret)
    assert book.error('%% include "leak.tex"').message == 'there is no template "leak.tex"'


def test_a_pipe_or_a_dangling_link_is_no_template(book: Book) -> None:
    os.mkfifo(book.folder / "pipe.j2.tex")
    (book.folder / "link.j2.tex").symlink_to("nowhere")
    diagnostics = render_templates(book.project).diagnostics
    assert [d.message for d in diagnostics] == ["this is not a regular file"] * 2


def test_a_mark_made_by_an_expression_is_refused(book: Book) -> None:
    assert book.error("\\VAR{'%c' | format(1048577)}").code == "template-error"


def test_one_faulty_template_keeps_no_other_back(book: Book) -> None:
    book.write("other.j2.tex", "good")
    outcome = book.outcome(r"\VAR{1 / 0}")
    assert [item.text for item in outcome.rendered] == ["good"]
    assert len(outcome.diagnostics) == 1


def test_an_imported_macro_that_misses_the_context_says_so(book: Book) -> None:
    book.results(n=1)
    book.write("templates/m.tex", "%% macro m()\n\\VAR{results.n}\n%% endmacro\n")
    error = book.error('%% from "m.tex" import m\n\\VAR{m()}\n')
    assert '"results" is not known inside an imported file' in error.message
    assert book.text('%% from "m.tex" import m with context\n\\VAR{m()}\n') == "1\n"


_pieces = st.sampled_from(
    [
        *(
            "text\n",
            "\n",
            "  ",
            "\\VAR{1}",
            "\\VAR{nope}",
            "\\VAR{",
            "}",
            "% \\VAR{x}\n",
            "\\VAR{x}",
        ),
        *("%% if true\n", "%% endif\n", "%% for x in [1, 'a']\n", "%% endfor\n", "%% block a\n"),
        *(
            "%% endblock\n",
            "%% macro m()\n",
            "%% endmacro\n",
            "\\VAR{m()}",
            "%% set x\n",
            "%% endset\n",
        ),
        *(
            "%% filter upper\n",
            "%% endfilter\n",
            "%% raw\n",
            "%% endraw\n",
            "\\BLOCK{if 1}",
            "%% note\n",
        ),
        *("\\BLOCK{endif}", "%% extends 'question.j2.tex'\n", "%---\n", "\\VAR{self.a()}"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.lists(_pieces, max_size=12).map("".join))
def test_any_template_gives_findings_or_a_text_with_a_place_for_each_line(
    book: Book, text: str
) -> None:
    outcome = book.outcome(text)
    assert len(outcome.rendered) + len(outcome.diagnostics) > 0
    for rendered in outcome.rendered:
        origins = rendered.source_map.origins
        assert (
            len(origins) == len(rendered.text.removesuffix("\n").split("\n")) or not rendered.text
        )
        assert all(1 <= origin.line <= text.count("\n") + 1 for origin in origins)
        assert all(origin.path.name == "q.j2.tex" for origin in origins)


def test_the_line_of_extends_is_no_news(book: Book) -> None:
    error = book.error(book.question(trap=r"a \VAR{1 / 0} b"))
    assert error.related == ()
    assert place(error)[2] == 3


def test_the_expression_of_a_line_is_pointed_at_if_there_is_one(book: Book) -> None:
    error = book.error("a \\VAR{1 / 0}\n")
    assert error.span is not None
    assert error.span.start is not None
    assert error.span.end is not None
    assert (error.span.start.column, error.span.end.column) == (3, 14)
    assert place(book.error("\\VAR{1} \\VAR{1 / 0}\n")) == ("q.j2.tex", 1, None)


def test_an_unknown_filter_is_pointed_at(book: Book) -> None:
    assert place(book.error(r"a \VAR{1 | persent}")) == ("q.j2.tex", 1, 12)


@pytest.mark.parametrize("line", ["%% block trap", "%% endblock", "%% endif"])
def test_no_comment_is_suspected_behind_words_that_only_jinja_has(book: Book, line: str) -> None:
    assert not any("comment" in hint for hint in book.error(f"a\n{line}\n").hints)
