from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.app.lint import LintOptions, lint_book
from texbook.base.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from tests.app.conftest import Book
    from texbook.lint.runner import LintOutcome

MAIN = "\\documentclass{article}\n\\begin{document}\nHello\n\\end{document}\n"
NINE = '[structure]\npreset = "nine-sections"\n'


def places(outcome: LintOutcome, book: Book) -> list[tuple[str, str, int | None]]:
    found = []
    for item in outcome.diagnostics:
        assert item.span is not None
        line = item.span.start.line if item.span.start else None
        found.append((item.code, item.span.path.relative_to(book.root).as_posix(), line))
    return found


def two_questions(book: Book) -> None:
    book.put("texbook.toml", NINE.replace("\n", "\nminimum-words = 0\nfewest-takeaways = 0\n", 1))
    book.put(
        "main.tex",
        "\\documentclass{article}\n\\begin{document}\n"
        "\\include{one/a}\n\\include{two/b}\n\\end{document}\n",
    )
    for name in ("one/a", "two/b"):
        book.put(f"{name}.j2.tex", book.question().replace("%% block papers\npapers\n%% end", "%"))


def test_a_plain_book_has_one_note_and_no_findings(book: Book) -> None:
    outcome = lint_book(book.project, LintOptions())
    assert outcome.diagnostics == ()
    assert len(outcome.notes) == 1
    assert "no required sections are configured" in outcome.notes[0]
    assert outcome.files == 1


def test_findings_stand_in_the_template(book: Book) -> None:
    two_questions(book)
    outcome = lint_book(book.project, LintOptions())
    assert {path for _, path, _ in places(outcome, book)} == {"one/a.j2.tex", "two/b.j2.tex"}
    assert "TB001" in {code for code, _, _ in places(outcome, book)}
    assert outcome.questions == 2


def test_paths_choose_and_a_note_says_so(book: Book) -> None:
    two_questions(book)
    for path in ("one", "one/a.j2.tex"):
        outcome = lint_book(book.project, LintOptions(paths=(book.root / path,)))
        assert {path for _, path, _ in places(outcome, book)} == {"one/a.j2.tex"}
        assert outcome.files == 1
        assert any("only the files named were judged" in note for note in outcome.notes)


def test_a_file_that_the_book_does_not_read_can_be_named(book: Book) -> None:
    path = book.put("draft.tex", "\\section{x}\n\\begin{itemize}\n")
    assert lint_book(book.project, LintOptions()).diagnostics == ()
    outcome = lint_book(book.project, LintOptions(paths=(path,)))
    assert [(c, p) for c, p, _ in places(outcome, book)] == [("TB102", "draft.tex")]
    assert any("not read by the book" in n and "draft.tex" in n for n in outcome.notes)


def test_a_file_of_another_kind_is_not_judged_as_latex(book: Book) -> None:
    path = book.put("notes.md", '# A "title" with 10-20 faults\n')
    outcome = lint_book(book.project, LintOptions(paths=(path,)))
    assert outcome.diagnostics == ()
    assert any("notes.md" in n and "holds nothing that is typeset" in n for n in outcome.notes)


def test_a_note_speaks_of_a_part_only_where_something_was_left_out(book: Book) -> None:
    two_questions(book)
    outcome = lint_book(book.project, LintOptions(paths=(book.root,)))
    assert not any("only the files" in note for note in outcome.notes)


def test_rules_are_chosen_by_the_words_of_the_person(book: Book) -> None:
    two_questions(book)
    assert lint_book(book.project, LintOptions(ignore=("TB0",))).diagnostics == ()
    only = lint_book(book.project, LintOptions(select=("TB006",))).diagnostics
    assert {item.code for item in only} <= {"TB006"}
    with pytest.raises(ConfigError, match="TB777"):
        lint_book(book.project, LintOptions(select=("TB777",)))


def test_a_path_that_is_not_there(book: Book) -> None:
    with pytest.raises(UsageError, match=r'there is no file or folder ".*gone"'):
        lint_book(book.project, LintOptions(paths=(book.root / "gone",)))


def test_a_latin_1_file_is_a_finding_at_its_line(book: Book) -> None:
    book.put("main.tex", MAIN.replace("Hello", "\\input{a}"))
    book.put("a.tex", b"one\ntw\xf6\n")
    assert places(lint_book(book.project, LintOptions()), book) == [("TB902", "a.tex", 2)]


def test_a_latin_1_main_file_is_a_finding_not_an_error(book: Book) -> None:
    book.put("main.tex", b"\\documentclass{article}\n\\begin{document}\xf6\\end{document}\n")
    assert places(lint_book(book.project, LintOptions()), book) == [("TB902", "main.tex", 2)]


def test_what_keeps_a_template_from_rendering_is_a_finding(book: Book) -> None:
    two_questions(book)
    book.put("one/a.j2.tex", book.question(trap="\\VAR{results.gone}"))
    outcome = lint_book(book.project, LintOptions(paths=(book.root / "one",)))
    text = (book.root / "one" / "a.j2.tex").read_text().splitlines()
    line = text.index("\\VAR{results.gone}") + 1
    assert [(p, n) for _, p, n in places(outcome, book)] == [("one/a.j2.tex", line)]
    other = lint_book(book.project, LintOptions(paths=(book.root / "two",)))
    assert {path for _, path, _ in places(other, book)} == {"two/b.j2.tex"}


def test_a_question_in_several_files_is_judged_as_a_whole(book: Book) -> None:
    book.put("texbook.toml", '[structure]\nsections = ["One", "Two"]\n')
    body = "\\section{Q}\n\\subsection{One}\na\n\\input{rest}\n"
    book.put("main.tex", MAIN.replace("Hello", body))
    rest = book.put("rest.tex", "\\subsection{Two}\n")
    outcome = lint_book(book.project, LintOptions(paths=(rest,)))
    assert places(outcome, book) == [("TB006", "rest.tex", 1)]
    assert outcome.questions == 1
    assert lint_book(book.project, LintOptions(paths=(book.root / "main.tex",))).diagnostics == ()


def test_sections_of_no_question_are_no_silent_all_clear(book: Book) -> None:
    two_questions(book)
    path = book.put("draft.tex", "\\subsection{Why It Fails}\nx\n")
    outcome = lint_book(book.project, LintOptions(paths=(path,)))
    assert outcome.diagnostics == ()
    assert any("no structure was judged" in note for note in outcome.notes)
    other = lint_book(book.project, LintOptions(paths=(path,), select=("TB102",)))
    assert not any("no structure was judged" in note for note in other.notes)


def test_a_template_that_the_book_does_not_read_is_judged_when_named(book: Book) -> None:
    two_questions(book)
    draft = book.put("drafts/c.j2.tex", book.question(trap="\\begin{itemize}"))
    for path in (draft, draft.parent):
        outcome = lint_book(book.project, LintOptions(paths=(path,)))
        assert [(c, p) for c, p, _ in places(outcome, book)] == [("TB102", "drafts/c.j2.tex")]


def test_a_book_in_which_no_question_is_found_is_told_so(book: Book) -> None:
    book.put("texbook.toml", NINE.replace("\n", '\nunit = "sektion"\n', 1))
    book.put("main.tex", MAIN)
    outcome = lint_book(book.project, LintOptions())
    assert outcome.diagnostics == ()
    assert any("no question was found" in note and "sektion" in note for note in outcome.notes)
