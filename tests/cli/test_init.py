"""``texbook init`` as its user sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.config.load import load_config

if TYPE_CHECKING:
    from tests.cli.conftest import Book

QUESTION = (
    "\\section{Q}\n\\subsection{Problem}\nx\n\\subsection{Trap}\nx\n\\subsection{Answer}\nx\n"
)


def test_it_writes_the_configuration_and_says_what_it_saw(book: Book) -> None:
    book.document(QUESTION * 3)
    answer = book.texbook("init")
    assert (answer.status, answer.out) == (0, "")
    assert answer.err.splitlines() == [
        "main file  main.tex; 1 file read",
        "questions  3 units (\\section), 3 sections that all of them share",
        "sections   Problem, Trap, Answer",
        "titles     exact: 9 of 9 are written so",
        'wrote texbook.toml; next: "texbook lint"',
    ]
    assert load_config(book.root / "texbook.toml").structure.sections[1] == "Trap"
    answer = book.texbook("lint")
    assert answer.status == 0
    assert "3 questions, 9 sections" in answer.err


def test_the_configuration_can_be_seen_before_it_is_written(book: Book) -> None:
    book.document(QUESTION * 3)
    answer = book.texbook("init", "--print", "-q")
    assert (answer.status, answer.err) == (0, "")
    assert not (book.root / "texbook.toml").exists()
    book.texbook("init")
    assert (book.root / "texbook.toml").read_text() == answer.out
    assert book.texbook("init", "--print", "-q").out == answer.out


def test_a_second_one_is_refused_with_a_way_on(book: Book) -> None:
    book.put("texbook.toml", 'main = "main.tex"\n')
    answer = book.texbook("init")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith('error[config]: there is a configuration already: "texbook.toml"')
    assert '"texbook init --print"' in answer.err


def test_where_nothing_can_be_inferred_it_says_so(book: Book) -> None:
    answer = book.texbook("init")
    assert answer.status == 0
    assert "nothing but the main file could be inferred" in answer.err
    assert book.texbook("lint").status == 0


def test_the_configuration_can_go_into_pyproject(book: Book) -> None:
    book.put("pyproject.toml", "[project]\nname = 'x'\n")
    answer = book.texbook("init", "--pyproject")
    assert answer.err.splitlines()[-1] == 'added to pyproject.toml; next: "texbook lint"'
    assert load_config(book.root / "pyproject.toml").main == "main.tex"


def test_a_book_in_another_folder_gets_it_there(book: Book) -> None:
    book.put("sub/thesis.tex", "\\documentclass{book}\n\\begin{document}\n\\end{document}\n")
    answer = book.texbook("init", "sub/thesis.tex")
    assert answer.status == 0
    assert "wrote sub/texbook.toml" in answer.err
    assert load_config(book.root / "sub" / "texbook.toml").main == "thesis.tex"


def test_without_a_book_it_says_what_is_missing(book: Book) -> None:
    (book.root / "main.tex").unlink()
    answer = book.texbook("init")
    assert answer.status == 1
    assert answer.err.startswith("error[book]: no main file")


def test_templates_that_cannot_be_rendered_are_counted(book: Book) -> None:
    book.document("\\input{good}\\input{bad}")
    book.put("good.j2.tex", book.question())
    book.put("bad.j2.tex", book.question(trap="\\VAR{nothing}"))
    answer = book.texbook("init", "--print")
    words = '1 not looked at, since rendering fails; "texbook render" tells why'
    assert f"templates  {words}" in answer.err
    assert "main.tex; 2 files read" in answer.err
