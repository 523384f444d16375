"""The structure rules on a template's own blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.render.conftest import Book


def findings(book: Book, text: str) -> list[tuple[str, int, str]]:
    outcome = book.outcome(text)
    found = [
        *outcome.diagnostics,
        *(item for rendered in outcome.rendered for item in rendered.diagnostics),
    ]
    assert all(item.source == "lint" and item.hints for item in found)
    return [
        (item.code, item.span.start.line, item.message)
        for item in found
        if item.span is not None and item.span.start is not None
    ]


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if part in line)


def test_a_whole_question_has_no_findings(book: Book) -> None:
    assert findings(book, book.question()) == []


def test_an_unknown_block(book: Book) -> None:
    text = book.question() + "%% block trpa\nlost\n%% endblock\n"
    assert findings(book, text) == [
        ("TB005", line_of(text, "trpa"), 'unknown block "trpa": its text is dropped')
    ]


def test_a_misspelt_block_gets_the_name_that_is_free(book: Book) -> None:
    text = book.question().replace("block trap", "block trpa")
    unknown, missing = book.outcome(text).diagnostics
    assert unknown.code == "TB005"
    assert unknown.hints == ('did you mean "trap"?',)
    assert missing.code == "TB001"
    line = line_of(text, "trpa")
    assert missing.hints[0].startswith(f'rename the block "trpa" on line {line}, or add ')


@pytest.mark.parametrize("lost", ["%% block bonus\nwords\n%% endblock\n", "words\n"])
def test_text_that_jinja_would_drop_stops_the_rendering(book: Book, lost: str) -> None:
    """The PDF would lack what the author wrote, and a build would say nothing."""
    assert book.outcome(book.question() + lost).rendered == ()


def test_a_missing_block_is_told_where_it_belongs(book: Book) -> None:
    text = book.question().replace("%% block papers\npapers\n%% endblock\n", "")
    (finding,) = book.outcome(text).rendered[0].diagnostics
    assert finding.code == "TB001"
    assert finding.name == "missing-section"
    assert 'after the block "why_it_works"' in finding.hints[0]
    assert finding.span is not None
    assert finding.span.start is not None
    assert finding.span.start.line == line_of(text, "block why_it_works")


def test_a_misordered_block(book: Book) -> None:
    block = "%% block trap\ntrap\n%% endblock\n"
    text = book.question().replace(block, "") + block
    assert findings(book, text) == [
        ("TB002", line_of(text, "block trap"), 'the block "trap" belongs before "deep_dive"')
    ]


def test_one_block_that_came_too_early_is_one_finding(book: Book) -> None:
    block = "%% block takeaways\ntakeaways\n%% endblock\n"
    text = (
        book.question().replace(block, "").replace("%% block scenario", f"{block}%% block scenario")
    )
    assert findings(book, text) == [
        ("TB002", line_of(text, "block takeaways"), 'the block "takeaways" belongs at the end')
    ]


def test_a_doubled_block_stops_the_rendering(book: Book) -> None:
    text = book.question() + "%% block trap\nagain\n%% endblock\n"
    assert book.outcome(text).rendered == ()
    codes = [code for code, _, _ in findings(book, text)]
    assert codes == ["TB003"]


@pytest.mark.parametrize("body", ["", "\n  \n", "% nothing yet", "%% my note"])
def test_an_empty_block(book: Book, body: str) -> None:
    text = book.question(papers=body)
    assert findings(book, text) == [
        ("TB006", line_of(text, "block papers"), 'the block "papers" is empty')
    ]


def test_a_block_of_one_expression_is_not_empty(book: Book) -> None:
    assert findings(book, book.question(papers=r"\VAR{1}")) == []


@pytest.mark.parametrize("lost", ["lost words", r"\VAR{1 + 1}"])
def test_text_outside_the_blocks(book: Book, lost: str) -> None:
    text = book.question() + f"\n% a comment\n{lost}\n"
    assert findings(book, text) == [
        ("TB005", line_of(text, lost), "this text stands outside the blocks and is dropped")
    ]


def test_text_before_the_parent_is_named(book: Book) -> None:
    text = book.question().replace("%% extends", "early words\n%% extends")
    assert findings(book, text) == [
        (
            "TB005",
            line_of(text, "early words"),
            'this text stands before the "extends", outside the blocks',
        )
    ]


def test_macros_comments_and_settings_may_stand_outside(book: Book) -> None:
    text = book.question() + "% note\n%% set x = 1\n%% macro m()\ntext\n%% endmacro\n"
    assert findings(book, text) == []


def test_a_template_that_extends_nothing_is_left_alone(book: Book) -> None:
    assert findings(book, "text\n%% block anything\n%% endblock\n") == []


def test_a_block_with_a_default_may_be_left_out(book: Book) -> None:
    book.write(
        "templates/base.tex",
        "%% block a\n%% endblock\n%% block b\ndefault\n%% endblock\n"
        "%% block c required\n%% endblock\n",
    )
    codes = [
        code for code, _, _ in findings(book, '%% extends "base.tex"\n%% block c\nx\n%% endblock\n')
    ]
    assert codes == ["TB001"]


def test_blocks_of_a_grandparent_count(book: Book) -> None:
    book.write(
        "templates/mine.tex", '%% extends "question.j2.tex"\n%% block papers\nnone\n%% endblock\n'
    )
    text = book.question().replace("question.j2.tex", "mine.tex")
    assert findings(book, text) == []
    without = text.replace("%% block papers\npapers\n%% endblock\n", "")
    assert findings(book, without) == []
