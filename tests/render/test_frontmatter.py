"""Front matter is read without rendering."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.base.source import SourceFile
from texbook.render.frontmatter import FrontMatterReading, read_front_matter

if TYPE_CHECKING:
    from tests.render.conftest import Book


def read(text: str) -> FrontMatterReading:
    return read_front_matter(SourceFile(Path("q.j2.tex"), text))


def faults(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(str(d.span), d.message, d.hints) for d in read(text).diagnostics]


def with_line(book: Book, line: str) -> str:
    key = line.split()[1]
    lines = book.FRONT_MATTER.splitlines(keepends=True)
    return "".join(f"{line}\n" if old.split()[1:2] == [key] else old for old in lines)


def test_a_whole_front_matter(book: Book) -> None:
    found = read(book.FRONT_MATTER + "text").front_matter
    assert found is not None
    assert found.title == "Winning Is Bad News"
    assert found.level == "senior"
    assert found.topics == ("auctions", "bias & variance")
    assert found.lines["ask"] == 6
    assert not found.stub


def test_literal_strings_keep_backslashes(book: Book) -> None:
    found = read(with_line(book, r"% trap = '5 % \alpha'")).front_matter
    assert found is not None
    assert found.trap == r"5 % \alpha"


def test_a_stub_says_so(book: Book) -> None:
    text = book.FRONT_MATTER.replace("% level", "% status = 'stub'\n% related = ['x']\n% level")
    found = read(text).front_matter
    assert found is not None
    assert found.stub
    assert found.related == ("x",)


def test_a_template_without_front_matter_has_none() -> None:
    assert read("text\n%---\n% title = 'x'\n%---\n") == FrontMatterReading(None)


def test_comments_may_stand_before_it(book: Book) -> None:
    found = read("% !TEX root = ../main.tex\n\n" + book.FRONT_MATTER).front_matter
    assert found is not None
    assert found.lines["title"] == 4


def test_line_ends_of_windows_are_good(book: Book) -> None:
    assert read(book.FRONT_MATTER.replace("\n", "\r\n")).front_matter is not None


@pytest.mark.parametrize("level", ["mid", "senior", "staff", "mid/senior"])
def test_levels(book: Book, level: str) -> None:
    assert read(with_line(book, f"% level = '{level}'")).diagnostics == ()


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        ("% level = 'junior'", 7, 'unknown level "junior"'),
        ("% level = 'mid/'", 7, "unknown level"),
        ("% topics = 'x'", 8, '"topics" must be a list of texts'),
        ("% topics = [1]", 8, '"topics" must be a list of texts'),
        ("% title = 3", 2, '"title" must be a text on one line'),
        ("% trap = ' '", 3, '"trap" must be a text on one line'),
    ],
)
def test_a_faulty_value_is_told_at_its_line(book: Book, line: str, place: int, words: str) -> None:
    ((span, message, hints),) = faults(with_line(book, line))
    assert span == f"q.j2.tex:{place}"
    assert words in message
    assert hints


def test_an_unknown_key_gets_a_suggestion_and_hides_no_other_fault(book: Book) -> None:
    text = book.FRONT_MATTER.replace("% title", "% titel").replace("senior", "boss")
    messages = faults(text)
    assert messages[0][1:] == (
        'unknown key "titel" in the front matter',
        ('did you mean "title"?',),
    )
    assert [span for span, _, _ in messages] == ["q.j2.tex:2", "q.j2.tex:7"]


def test_missing_keys_are_told_together() -> None:
    ((span, message, _),) = faults("%---\n% title = 'x'\n% level = 'mid'\n%---\n")
    assert span == "q.j2.tex:1"
    assert message == 'the front matter has no "trap", "tell", "fix", "ask"'


def test_a_syntax_error_is_at_the_templates_own_line(book: Book) -> None:
    ((span, message, _),) = faults(with_line(book, "% trap = An unquoted text"))
    assert span == "q.j2.tex:3:10"
    assert "not valid TOML" in message


def test_front_matter_without_an_end() -> None:
    ((span, message, _),) = faults("%---\n% title = 'x'\n")
    assert span == "q.j2.tex:1"
    assert "no end" in message


def test_values_are_printed_as_they_stand(book: Book) -> None:
    text = with_line(book, r"% ask = 'Is 5 % of \alpha_1 $x$ & {y}?'")
    text += '%% extends "question.j2.tex"\n'
    text += "".join(f"%% block {name}\nx\n%% endblock\n" for name in book.BLOCKS)
    assert r"ask={Is 5 \% of \textbackslash{}alpha\_1 \$x\$ \& \{y\}?}" in book.text(text)
