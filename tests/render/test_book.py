"""The value ``book`` of every template: all questions, in the order of the main file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from texbook.base.source import SourceFile
from texbook.render import order
from texbook.render.order import list_book
from texbook.render.render import RenderOutcome, render_templates

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.render.conftest import Book

MAIN = r"""
\documentclass{report}
\begin{document}
\include{a/opening}
\include{a/one}
% \include{a/never}
\include{a/two}
\chapter[Short]{Costs \& \emph{Time}}\label{ch:costs}
\include{b/three}
\chapter{Nothing asked}
\include{sheet}
\end{document}
"""


def question(book: Book, title: str, more: str = "") -> str:
    text = book.question().replace("Winning Is Bad News", title)
    return text.replace("%---\n%% extends", f"{more}%---\n%% extends")


@pytest.fixture
def whole(book: Book) -> Book:
    """Give a book of three questions in two chapters, and a sheet that lists them."""
    book.write("main.tex", MAIN)
    book.write("a/opening.tex", "\\chapter{Loss}%\n  \\label{ch:loss}\n")
    book.write("a/one.j2.tex", question(book, "One & Only"))
    book.write("a/two.j2.tex", question(book, "Two", "% status = 'stub'\n"))
    book.write("b/three.j2.tex", question(book, "Three", "% related = ['one']\n"))
    sheet(book, "\\VAR{q.slug};")
    return book


def sheet(book: Book, line: str) -> None:
    book.write("sheet.j2.tex", f"%% for q in book.questions\n{line}\n%% endfor\n")


def outcome(book: Book) -> RenderOutcome:
    return render_templates(book.project)


def text(book: Book, name: str = "sheet.tex") -> str:
    result = outcome(book)
    assert result.diagnostics == ()
    return next(item.text for item in result.rendered if item.name.name == name)


def test_questions_come_in_the_order_of_the_main_file(whole: Book) -> None:
    assert text(whole) == "one;\ntwo;\nthree;\n"


def test_a_question_has_its_fields_ready_for_tex(whole: Book) -> None:
    sheet(whole, "\\VAR{q.title}|\\VAR{q.topics | join('+')}|\\VAR{q.related}|\\VAR{q.stub}")
    lines = text(whole).splitlines()
    assert lines[0] == r"One \& Only|auctions+bias \& variance|()|False"
    assert lines[1].endswith("|True")
    assert "('one',)" in lines[2]


def test_chapters_hold_their_questions(whole: Book) -> None:
    whole.write(
        "sheet.j2.tex",
        "%% for c in book.chapters\n"
        "\\VAR{c.title}|\\VAR{c.label}|\\VAR{c.questions | length}\n%% endfor\n"
        "\\VAR{book.minutes}",
    )
    assert text(whole) == "Loss|ch:loss|2\nCosts \\& \\emph{Time}|ch:costs|1\n3"


def test_what_stands_before_the_first_chapter_has_an_empty_title(whole: Book) -> None:
    whole.write("a/opening.tex", "")
    whole.write("sheet.j2.tex", "\\VAR{book.chapters | map(attribute='title') | list}")
    assert text(whole).startswith("['', 'Costs")


def test_seed_and_versions_are_those_of_the_stored_results(whole: Book) -> None:
    stored = {"values": {}, "seed": 7, "versions": {"python": "3.12"}}
    whole.write("a/one.results.json", json.dumps(stored))
    sheet(whole, "\\VAR{q.seed}|\\VAR{q.versions}")
    assert text(whole).splitlines()[:2] == ["7|{'python': '3.12'}", "None|{}"]


def test_a_damaged_results_file_is_told_only_where_it_is_asked_for(whole: Book) -> None:
    whole.write("a/one.results.json", "{")
    assert {item.name.name for item in outcome(whole).rendered} >= {"sheet.tex"}
    sheet(whole, "\\VAR{q.seed}")
    result = outcome(whole)
    assert {item.name.name for item in result.rendered} == {"two.tex", "three.tex"}
    assert {i.span.path.name for i in result.diagnostics if i.span} == {"one.results.json"}


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("\\VAR{book.question}", 'the book has no "question"', 'did you mean "questions"?'),
        ("\\VAR{book.chapters[0].titel}", 'a chapter has no "titel"', 'did you mean "title"?'),
        ("\\VAR{book.questions[0].tittle}", 'a question has no "tittle"', 'did you mean "title"'),
        ("\\VAR{boook.minutes}", '"boook" is not defined', 'did you mean "book"?'),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(
    whole: Book, written: str, message: str, hint: str
) -> None:
    whole.write("sheet.j2.tex", f"one\n{written}\n")
    (fault,) = outcome(whole).diagnostics
    assert fault.message == message
    assert fault.hints[0].startswith(hint)
    assert fault.span is not None
    assert fault.span.start is not None
    assert (fault.span.path.name, fault.span.start.line) == ("sheet.j2.tex", 2)


def _new_include(book: Book) -> None:
    book.write("b/four.j2.tex", question(book, "Four"))
    book.write("main.tex", MAIN.replace("\\include{sheet}", "\\include{b/four}\\include{sheet}"))


def _changed_trap(book: Book) -> None:
    path = book.folder / "b/three.j2.tex"
    path.write_text(path.read_text().replace("a biased buyer", "a poor buyer"))


def _reordered(book: Book) -> None:
    swapped = MAIN.replace("{a/one}", "{a/tmp}").replace("{a/two}", "{a/one}")
    book.write("main.tex", swapped.replace("{a/tmp}", "{a/two}"))


def _renamed_chapter(book: Book) -> None:
    book.write("a/opening.tex", "\\chapter{Loss and more}\\label{ch:loss}\n")


def _results(book: Book) -> None:
    book.write("a/two.results.json", '{"values": {}, "seed": 3}')


def _faulty(book: Book) -> None:
    book.write("a/two.j2.tex", book.question().replace("% level  = 'senior'", "% level = 'none'"))


@pytest.mark.parametrize(
    "change", [_new_include, _changed_trap, _reordered, _renamed_chapter, _results, _faulty]
)
def test_a_change_anywhere_renders_the_sheet_anew(
    whole: Book, change: Callable[[Book], None]
) -> None:
    whole.write(
        "sheet.j2.tex",
        "%% for c in book.chapters\n\\VAR{c.title}\n%% for q in c.questions\n"
        "\\VAR{q.slug} \\VAR{q.trap} \\VAR{q.seed}\n%% endfor\n%% endfor\n",
    )
    before = text(whole)
    change(whole)
    after = next(i.text for i in outcome(whole).rendered if i.name.name == "sheet.tex")
    assert after != before
    fresh = render_templates(whole.project, cache=False).rendered
    assert after == next(item.text for item in fresh if item.name.name == "sheet.tex")


def test_an_included_file_that_comes_later_is_noticed(whole: Book) -> None:
    whole.write("main.tex", MAIN.replace("% \\include{a/never}", "\\include{a/never}"))
    assert text(whole) == "one;\ntwo;\nthree;\n"
    whole.write("a/never.j2.tex", question(whole, "Never"))
    assert text(whole) == "one;\nnever;\ntwo;\nthree;\n"


def test_nothing_is_read_for_templates_that_do_not_ask(
    whole: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the book was read")

    monkeypatch.setattr(order, "list_book", refuse)
    whole.write("sheet.j2.tex", "plain")
    result = outcome(whole)
    assert result.diagnostics == ()
    assert all(
        whole.folder / "main.tex" not in item.inputs and item.name for item in result.rendered
    )


def test_a_faulty_question_is_left_out_and_told_once(whole: Book) -> None:
    _faulty(whole)
    result = outcome(whole)
    assert [item.text for item in result.rendered if item.name.name == "sheet.tex"] == [
        "one;\nthree;\n"
    ]
    assert [item.code for item in result.diagnostics] == ["front-matter"]


def test_a_question_may_itself_speak_of_the_book(whole: Book) -> None:
    body = "\\VAR{book.questions | length} questions, \\VAR{book.questions[2].title}"
    path = whole.folder / "a/one.j2.tex"
    path.write_text(path.read_text().replace("\nscenario\n", f"\n{body}\n"))
    assert "3 questions, Three" in text(whole, "one.tex")


def test_a_cycle_of_includes_ends(whole: Book) -> None:
    whole.write("a/opening.tex", "\\chapter{Loss}\\input{main}\\input{a/opening}")
    assert text(whole) == "one;\ntwo;\nthree;\n"


def test_an_error_in_a_listed_text_leads_to_the_questions_own_line(whole: Book) -> None:
    item = next(i for i in outcome(whole).rendered if i.name.name == "sheet.tex")
    assert item.source_map.origin(1) is not None
    sheet(whole, "\\VAR{q.trap}")
    item = next(i for i in outcome(whole).rendered if i.name.name == "sheet.tex")
    origin = item.source_map.origin(1)
    assert origin is not None
    assert (origin.path.name, origin.line) == ("one.j2.tex", 3)


def test_unsaved_texts_count_and_are_not_remembered(whole: Book) -> None:
    path = whole.folder / "a/one.j2.tex"
    unsaved = {path: SourceFile(path, path.read_text().replace("One & Only", "Unsaved"))}
    sheet(whole, "\\VAR{q.title}")
    for texts, title in ((unsaved, "Unsaved"), ({}, "One \\& Only")):
        rendered = render_templates(whole.project, texts=texts).rendered
        assert next(i.text for i in rendered if i.name.name == "sheet.tex").startswith(title)


def test_what_cannot_be_read_is_passed_over(whole: Book) -> None:
    (whole.folder / "a/two.j2.tex").write_bytes(b"\xff\xfe")
    listing = list_book(whole.project)
    assert [item.slug for item in listing.questions] == ["one", "three"]
    assert whole.folder / "a/two.j2.tex" in listing.looked_at


def test_a_book_without_questions_is_empty(book: Book, tmp_path: Path) -> None:
    del tmp_path
    assert list_book(book.project).chapters == ()
    assert book.text("\\VAR{book.minutes} \\VAR{book.questions}") == "0 ()"
