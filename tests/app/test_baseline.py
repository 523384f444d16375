from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from texbook.app.lint import LintOptions, lint_book
from texbook.base.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import Book
    from texbook.lint.outcome import LintOutcome

MAIN = "\\documentclass{article}\n\\begin{document}\n%s\n\\end{document}\n"
CONFIG = '[lint]\nselect = ["TB506"]\nbaseline = "known.json"\n'


def lint(book: Book, *paths: Path, update: bool = False, known: bool = True) -> LintOutcome:
    options = LintOptions(paths=paths, update_baseline=update, no_baseline=not known)
    return lint_book(book.project, options)


def paths(book: Book) -> dict[str, int]:
    """Give the paths of the baseline's entries, with the number of findings in each."""
    counts: dict[str, int] = {}
    for entry in json.loads((book.root / "known.json").read_text("utf-8"))["findings"]:
        counts[entry["path"]] = counts.get(entry["path"], 0) + entry["count"]
    return counts


@pytest.fixture
def two(book: Book) -> Book:
    """Make a book of two files with a finding each, and its baseline."""
    book.put("texbook.toml", CONFIG)
    book.put("main.tex", MAIN % "\\input{one/a}\n\\input{two/b}")
    book.put("one/a.tex", "Wait... what?\n")
    book.put("two/b.tex", "And so... on.\n")
    lint(book, update=True)
    return book


def test_a_book_adopts_lint_and_is_told_of_new_findings_only(two: Book) -> None:
    outcome = lint(two)
    assert (outcome.diagnostics, outcome.known, outcome.notes) == ((), 2, ())
    two.put("one/a.tex", "\n\nSome lines more.\n\nWait... what?\nAnd... new.\n")
    (new,) = lint(two).diagnostics
    assert new.span is not None
    assert str(new.span).endswith("a.tex:6:4")


def test_the_update_says_what_it_did_and_leaves_nothing_to_tell(two: Book) -> None:
    two.put("one/a.tex", "Wait... what?\nAnd... new.\n")
    two.put("two/b.tex", "And so on.\n")
    outcome = lint(two, update=True)
    assert outcome.diagnostics == ()
    name = two.project.display(two.root / "known.json")
    assert outcome.notes == (f'wrote "{name}": 1 finding added, 1 removed, 1 kept',)
    assert paths(two) == {"one/a.tex": 2}


def test_what_is_gone_is_told_and_pruned(two: Book) -> None:
    two.put("two/b.tex", "And so on.\n")
    assert lint(two).notes == (
        "1 entry of the baseline is no longer found; --update-baseline removes it",
    )
    two.put("one/a.tex", "Nothing.\n")
    assert lint(two).notes == (
        "2 entries of the baseline are no longer found; --update-baseline removes them",
    )
    lint(two, update=True)
    assert paths(two) == {}


def test_naming_files_forgets_nothing_of_the_others(two: Book) -> None:
    two.put("one/a.tex", "Nothing.\n")
    two.put("two/b.tex", "Nothing.\n")
    folder = two.root / "one"
    assert "1 entry of the baseline is no longer found" in " ".join(lint(two, folder).notes)
    lint(two, folder, update=True)
    assert paths(two) == {"two/b.tex": 1}


def test_rules_that_did_not_run_keep_their_entries(two: Book) -> None:
    outcome = lint_book(two.project, LintOptions(select=("TB501",), update_baseline=True))
    assert outcome.diagnostics == ()
    assert paths(two) == {"one/a.tex": 1, "two/b.tex": 1}


def test_files_that_cannot_be_read_keep_their_entries(two: Book) -> None:
    two.put("one/a.tex", b"caf\xe9\n")
    assert lint(two).notes == ()
    lint(two, update=True)
    assert paths(two) == {"one/a.tex": 1, "two/b.tex": 1}


def test_known_findings_can_be_told(two: Book) -> None:
    outcome = lint(two, known=False)
    assert (len(outcome.diagnostics), outcome.known) == (2, 0)


def test_findings_in_templates_are_known_by_the_lines_of_the_template(book: Book) -> None:
    book.put("texbook.toml", CONFIG)
    book.put("main.tex", MAIN % "\\input{q}")
    book.put("q.j2.tex", book.question(trap="Wait... what?"))
    lint(book, update=True)
    assert paths(book) == {"q.j2.tex": 1}
    book.put("q.j2.tex", book.question(scenario="More.\n\nText.", trap="Wait... what?"))
    assert lint(book).known == 1


def test_a_baseline_of_the_command_line_comes_first(two: Book) -> None:
    other = two.root / "other.json"
    with pytest.raises(UsageError, match="there is no baseline"):
        lint_book(two.project, LintOptions(baseline=other))
    lint_book(two.project, LintOptions(baseline=other, update_baseline=True))
    assert other.is_file()


def test_a_fault_of_the_configured_baseline_has_the_place_of_the_key(two: Book) -> None:
    (two.root / "known.json").write_text("{", "utf-8")
    for update in (False, True):
        with pytest.raises(ConfigError, match="damaged") as caught:
            lint(two, update=update)
        assert str(caught.value.span) == f"{two.root / 'texbook.toml'}:3:1"
    assert (two.root / "known.json").read_text("utf-8") == "{"


def test_an_update_never_replaces_a_file_that_is_no_baseline(book: Book) -> None:
    options = LintOptions(baseline=book.root / "main.tex", update_baseline=True)
    before = (book.root / "main.tex").read_bytes()
    with pytest.raises(UsageError, match="is no baseline"):
        lint_book(book.project, options)
    assert (book.root / "main.tex").read_bytes() == before


def test_an_update_needs_a_name(book: Book) -> None:
    with pytest.raises(UsageError, match="there is no baseline to update") as caught:
        lint(book, update=True)
    assert "--baseline FILE" in caught.value.hints[0]
    with pytest.raises(UsageError, match="there is no baseline to update"):
        lint_book(book.project, LintOptions(no_baseline=True, update_baseline=True))


def test_settings_are_applied(book: Book) -> None:
    book.put(
        "texbook.toml",
        '[lint]\nselect = ["TB506"]\n[lint.severity]\nTB5 = "error"\n'
        '[lint.per-file-ignores]\n"old" = ["ellipsis-dots"]\n',
    )
    book.put("main.tex", MAIN % "Wait... what?\n\\input{old/a}\n\\input{q}")
    book.put("old/a.tex", "Wait... what?\n")
    book.put("q.j2.tex", book.question(trap="Wait... what?"))
    outcome = lint(book)
    assert [(d.span.path.name, d.severity.value) for d in outcome.diagnostics if d.span] == [
        ("main.tex", "error"),
        ("q.j2.tex", "error"),
    ]
    book.put("old/q.j2.tex", book.question(trap="Wait... what?"))
    book.put("main.tex", MAIN % "\\input{old/q}")
    assert lint(book).diagnostics == ()


def test_an_unknown_rule_of_the_configuration_has_its_place(book: Book) -> None:
    path = book.put("texbook.toml", '[lint]\nselect = ["TB5O6"]\n')
    with pytest.raises(ConfigError, match="TB5O6") as caught:
        lint(book)
    assert str(caught.value.span) == f"{path}:2:1"
    path.write_text("", "utf-8")
    with pytest.raises(ConfigError, match="TB5O6") as caught:
        lint_book(book.project, LintOptions(select=("TB5O6",)))
    assert caught.value.span is None
