"""A new question and its line in the main file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import BookError, UsageError
from texbook.render.frontmatter import FrontMatter, read_front_matter
from texbook.render.new import new_question
from texbook.render.render import render_templates

if TYPE_CHECKING:
    from tests.render.conftest import Book

MAIN = """\
\\documentclass{report}
\\begin{document}
\\include{front/title}
% \\include{chapters/09-gone/x}
  \\include{chapters/01-loss/chapter}
  \\include{chapters/01-loss/first} % the first
\\include{chapters/02-data/chapter}
\\end{document}
"""


@pytest.fixture
def shelf(book: Book) -> Book:
    book.write("main.tex", MAIN)
    return book


def front_matter(book: Book, name: str) -> FrontMatter:
    from texbook.base.source import read_source

    reading = read_front_matter(read_source(book.folder / name))
    assert reading.front_matter is not None
    return reading.front_matter


def test_a_new_question_renders_and_is_a_stub(shelf: Book) -> None:
    made = new_question(shelf.project, "Winning Is Bad News", 1)
    assert made.template == shelf.folder / "chapters/01-loss/winning-is-bad-news.j2.tex"
    outcome = render_templates(shelf.project, cache=False)
    assert outcome.diagnostics == ()
    (rendered,) = outcome.rendered
    assert rendered.diagnostics == ()
    assert rendered.front_matter is not None
    assert rendered.front_matter.stub
    assert rendered.front_matter.title == "Winning Is Bad News"


def test_its_line_follows_the_last_one_of_its_chapter(shelf: Book) -> None:
    made = new_question(shelf.project, "Second", 1)
    lines = (shelf.folder / "main.tex").read_text().split("\n")
    assert made.include == "\\include{chapters/01-loss/second}"
    assert lines[made.line - 1] == "  " + made.include
    assert lines[made.line - 2] == "  \\include{chapters/01-loss/first} % the first"
    assert "\n".join([*lines[: made.line - 1], *lines[made.line :]]) == MAIN


@pytest.mark.parametrize("chapter", [2, "2", "02-data", "data", "chapters/02-data"])
def test_a_chapter_has_several_names(shelf: Book, chapter: int | str) -> None:
    made = new_question(shelf.project, "X", chapter)
    assert made.include == "\\include{chapters/02-data/x}"


def test_folders_without_numbers_are_counted(book: Book) -> None:
    book.write("main.tex", "\\include{loss/a}\n\\include{data/a}\n")
    assert new_question(book.project, "X", 2).include == "\\include{data/x}"


def test_bytes_elsewhere_do_not_change(shelf: Book) -> None:
    before = b"\xef\xbb\xbf" + MAIN.replace("\n", "\r\n").replace("first}", "f\u00fcr}").encode()
    (shelf.folder / "main.tex").write_bytes(before)
    new_question(shelf.project, "X", 1)
    after = (shelf.folder / "main.tex").read_bytes()
    assert after.replace(b"  \\include{chapters/01-loss/x}\r\n", b"") == before


def test_a_main_file_without_final_line_end(book: Book) -> None:
    book.write("main.tex", "\\include{01-a/b}")
    new_question(book.project, "X", 1)
    assert (book.folder / "main.tex").read_text() == "\\include{01-a/b}\n\\include{01-a/x}\n"


def test_fields_are_written_as_toml(shelf: Book) -> None:
    new_question(
        shelf.project,
        'The "Winner\'s" Curse: 5 %',
        1,
        trap=r"It's \alpha",
        level="mid/senior",
        topics=["a", "b's"],
    )
    found = front_matter(shelf, "chapters/01-loss/the-winners-curse-5.j2.tex")
    assert found.title == 'The "Winner\'s" Curse: 5 %'
    assert found.trap == r"It's \alpha"
    assert found.level == "mid/senior"
    assert found.topics == ("a", "b's")


def test_the_book_may_have_its_own_skeleton(shelf: Book) -> None:
    shelf.write("templates/new-question.j2.tex", "title \\VAR{title} \\VAR{other}\n")
    made = new_question(shelf.project, "X", 1)
    assert made.template.read_text() == "title 'X' \\VAR{other}\n"


def test_nothing_is_overwritten(shelf: Book) -> None:
    shelf.write("chapters/01-loss/x.tex", "mine")
    with pytest.raises(UsageError, match="exists already"):
        new_question(shelf.project, "X", 1)
    assert (shelf.folder / "main.tex").read_text() == MAIN


@pytest.mark.parametrize("chapter", [9, "loss-functions", 0])
def test_an_unknown_chapter_names_those_that_exist(shelf: Book, chapter: int | str) -> None:
    with pytest.raises(UsageError, match="no chapter") as caught:
        new_question(shelf.project, "X", chapter)
    assert caught.value.hints == ("its chapters are front, chapters/01-loss, chapters/02-data",)


def test_a_book_without_chapter_folders_is_told_what_is_needed(book: Book) -> None:
    book.write("main.tex", "\\include{one}\n")
    with pytest.raises(BookError, match="no chapter folders") as caught:
        new_question(book.project, "X", 1)
    assert "\\include{chapters/" in caught.value.hints[0]


def test_a_title_needs_letters(shelf: Book) -> None:
    with pytest.raises(UsageError, match="no letters"):
        new_question(shelf.project, "???", 1)


def test_a_line_that_is_there_already_is_not_doubled(shelf: Book) -> None:
    made = new_question(shelf.project, "The First of All", 1, slug="first")
    assert made.template.name == "first.j2.tex"
    assert made.line == 6
    assert (shelf.folder / "main.tex").read_text() == MAIN
    assert front_matter(shelf, "chapters/01-loss/first.j2.tex").title == "The First of All"


def test_an_include_line_in_a_listing_does_not_count(shelf: Book) -> None:
    listing = "\\begin{verbatim}\n\\include{chapters/01-loss/z}\n\\end{verbatim}\n\\end{document}"
    shelf.write("main.tex", MAIN.replace("\\end{document}", listing))
    assert new_question(shelf.project, "X", 1).line == 7


def test_a_field_that_is_not_as_it_should_be_writes_nothing(shelf: Book) -> None:
    with pytest.raises(UsageError, match='unknown level "boss"'):
        new_question(shelf.project, "X", 1, level="boss")
    assert not (shelf.folder / "chapters").exists()
    assert (shelf.folder / "main.tex").read_text() == MAIN
