from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.source import SourceFile
from texbook.base.sourcemap import Origin, SourceMap
from texbook.base.span import Span
from texbook.config.model import Config
from texbook.latex.specs import BUILT_IN
from texbook.lint.comments import read_suppressions
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Rule, all_rules
from texbook.lint.runner import Document, lint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book
    from texbook.lint.passage import Passage

PATH = Path("/b/q.tex")


def _find_bad(passage: Passage) -> Iterator[Finding]:
    for word in ("BAD", "WORSE"):
        start = passage.text.find(word)
        while start >= 0:
            yield Finding(start, start + len(word), f"{word} text")
            start = passage.text.find(word, start + 1)


BAD = Rule("TB981", "bad-word", Severity.WARNING, check_passage=_find_bad)
OTHER = Rule("TB982", "other-word", Severity.WARNING, check_passage=_find_bad)
UNUSED = next(rule for rule in all_rules() if rule.code == "TB900")
BAD_COMMENT = next(rule for rule in all_rules() if rule.code == "TB901")


def found(text: str, *rules: Rule) -> list[tuple[int, str]]:
    """Give line and code of each finding."""
    outcome = lint([Document(SourceFile(PATH, text))], Config(), rules=rules or (BAD, OTHER))
    return [
        (item.span.start.line, item.code)
        for item in outcome.diagnostics
        if item.span is not None and item.span.start is not None
    ]


@pytest.mark.parametrize(
    "words", ["", "[TB981]", "[TB98]", "[tb981]", "[bad-word]", "[TB1, TB981]"]
)
def test_a_comment_behind_text_is_about_its_line(words: str) -> None:
    text = f"BAD % texbook: ignore{words}\nBAD\n"
    assert found(text, BAD) == [(2, "TB981")]


def test_a_comment_that_names_another_rule_silences_nothing() -> None:
    assert found("BAD % texbook: ignore[TB982]\n", BAD) == [(1, "TB981")]
    assert found("BAD % texbook: ignore[TB981]\n") == [(1, "TB982")]


def test_a_comment_alone_on_a_line_is_about_the_next_one() -> None:
    assert found("% texbook: ignore[TB981]\nBAD\nBAD\n", BAD) == [(3, "TB981")]
    assert found("  % texbook: ignore[TB981]\nBAD\n", BAD) == []
    assert found("% texbook: ignore[TB981]\n\nBAD\n", BAD) == [(3, "TB981")]


def test_comments_between_it_and_the_text_do_not_count() -> None:
    text = "% texbook: ignore[TB981]\n% texbook: ignore[TB982]\n% why\nBAD\n"
    assert found(text) == []


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_before_a_listing_it_is_about_all_of_it(line_end: str) -> None:
    listing = "\\begin{verbatim}\nBAD\n% texbook: ignore\nBAD\n\\end{verbatim}\nBAD\n"
    text = f"% texbook: ignore[TB981]\n{listing}".replace("\n", line_end)
    assert found(text, BAD) == [(7, "TB981")]
    assert found(listing.replace("\n", line_end), BAD) == [(2, "TB981"), (4, "TB981"), (6, "TB981")]


def test_before_another_environment_it_is_about_one_line() -> None:
    text = "% texbook: ignore[TB981]\n\\begin{quote}\nBAD\n\\end{quote}\n"
    assert found(text, BAD) == [(3, "TB981")]


def test_a_region_begins_and_ends() -> None:
    text = "BAD\n% texbook: ignore-begin[TB981]\nBAD\n\nBAD\n% texbook: ignore-end[TB981]\nBAD\n"
    assert found(text, BAD) == [(1, "TB981"), (7, "TB981")]


def test_regions_of_different_rules_may_cross() -> None:
    text = (
        "% texbook: ignore-begin[TB981]\nBAD\n% texbook: ignore-begin[TB982]\nBAD\n"
        "% texbook: ignore-end[TB981]\nBAD\n% texbook: ignore-end[TB982]\nBAD\n"
    )
    assert found(text) == [
        *((2, "TB982"), (6, "TB981")),
        *((8, "TB981"), (8, "TB982")),
    ]


def test_an_end_without_rules_ends_the_innermost_region() -> None:
    text = (
        "% texbook: ignore-begin[TB981]\n% texbook: ignore-begin[TB982]\n"
        "% texbook: ignore-end\nBAD\n% texbook: ignore-end\nBAD\n"
    )
    assert found(text) == [(4, "TB982"), (6, "TB981"), (6, "TB982")]


def test_a_region_without_an_end_lasts_to_the_end_and_is_told() -> None:
    text = "% texbook: ignore-begin\nBAD\n"
    assert found(text, BAD, BAD_COMMENT) == [(1, "TB901")]


def test_a_file_is_silenced_from_anywhere_in_it() -> None:
    def whole_file(book: Book) -> Iterator[Diagnostic]:
        yield BAD.diagnostic("of the file", Span(PATH))

    rule = Rule("TB983", "of-the-file", Severity.ERROR, whole_file)
    assert found("BAD\nBAD % texbook: ignore-file[TB981]\nBAD\n", BAD) == []
    text = "BAD\n% texbook: ignore-file[TB98]\n"
    outcome = lint([Document(SourceFile(PATH, text))], Config(), rules=[rule])
    assert outcome.diagnostics == ()


def test_a_finding_of_several_lines_is_compared_by_its_first() -> None:
    def long(passage: Passage) -> Iterator[Finding]:
        yield Finding(0, len(passage.text), "long")

    rule = Rule("TB984", "long", Severity.WARNING, check_passage=long)
    assert found("a % texbook: ignore\nb\n", rule) == []
    assert found("a\nb % texbook: ignore\n", rule) == [(1, "TB984")]


def test_comments_in_code_and_behind_the_end_of_the_document_are_none() -> None:
    assert found("\\verb|% texbook: ignore| BAD\n", BAD) == [(1, "TB981")]
    assert found("\\url{a%texbook: ignore} BAD\n", BAD) == [(1, "TB981")]
    assert found("\\% texbook: ignore BAD\n", BAD) == [(1, "TB981")]
    text = "\\begin{document}BAD\\end{document}\n% texbook: ignore-file\n"
    assert found(text, BAD) == [(1, "TB981")]


def test_a_suppression_in_a_template_is_about_the_template_s_lines() -> None:
    template = SourceFile(
        Path("/b/q.j2.tex"),
        "% texbook: ignore[TB981]\n%% for i in x\n\\VAR{i} BAD\nBAD\n%% endfor\n"
        "Good % texbook: ignore[TB981]\n",
    )
    rendered = SourceFile(Path("/b/build/tex/q.tex"), "1 BAD\nBAD\n2 BAD\nBAD\nGood\n")
    lines = (3, 4, 3, 4, 6)
    origins = tuple(Origin(template.path, line) for line in lines)
    document = Document(rendered, SourceMap(rendered.path, origins), (), template)
    outcome = lint([document], Config(), rules=[BAD, UNUSED])
    places = [(str(item.span), item.code) for item in outcome.diagnostics]
    assert places == [("/b/q.j2.tex:4:1", "TB981"), ("/b/q.j2.tex:6:6", "TB900")]


def test_a_failed_rule_cannot_be_silenced_and_silences_the_unused() -> None:
    def broken(passage: Passage) -> Iterator[Finding]:
        yield Finding(0, len(passage.text), "m", fix=replace_with(0, -1, "", "cut"))

    rule = Rule("TB985", "broken", Severity.WARNING, check_passage=broken)
    text = "% texbook: ignore-file\n% texbook: ignore-file[TB981]\n"
    outcome = lint([Document(SourceFile(PATH, text))], Config(), rules=[rule, BAD, UNUSED])
    assert [item.code for item in outcome.diagnostics] == ["TB903"]


def test_all_rules_silenced_is_unused_only_when_all_ran() -> None:
    text = "% texbook: ignore\nGood.\n"
    assert found(text, BAD, UNUSED) == []
    usual = [rule for rule in all_rules() if rule.default]
    assert (1, "TB900") in found(text, *usual)


def test_an_unused_one_is_silenced_only_by_its_own_name() -> None:
    assert found("Good. % texbook: ignore[TB981]\n", BAD, UNUSED) == [(1, "TB900")]
    assert found("Good. % texbook: ignore[TB981, TB900]\n", BAD, UNUSED) == []
    text = "% texbook: ignore-file[unused-suppression]\nGood. % texbook: ignore[TB981]\n"
    assert found(text, BAD, UNUSED) == []
    # "ignore" alone would otherwise hide that it is not needed.
    assert found("a % texbook: ingore[X] % texbook: ignore\n", BAD_COMMENT) == [(1, "TB901")]


def test_only_files_that_are_told_of_are_judged() -> None:
    one = Document(SourceFile(Path("/b/one.tex"), "% texbook: ignore-file[TB981]\n"))
    two = Document(SourceFile(Path("/b/two.tex"), "% texbook: ignore-file[TB981]\n"))
    outcome = lint([one, two], Config(), rules=[BAD, UNUSED], only={two.source.path})
    assert [str(item.span) for item in outcome.diagnostics] == ["/b/two.tex:1:1"]


def test_a_text_without_the_word_is_not_tokenized(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("texbook.lint.comments.tokenize", None)
    assert read_suppressions(SourceFile(PATH, "% ignore\n"), BUILT_IN).suppressions == ()
