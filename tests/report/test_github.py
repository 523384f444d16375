from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Position, Span
from texbook.report.github import (
    MOST_ANNOTATIONS,
    SUMMARY_BYTES,
    render_annotations,
    render_step_summary,
)

ROOT = Path("/repo")
BOOK = ROOT / "book"


def finding(
    span: Span | None = None,
    message: str = "m",
    severity: Severity = Severity.WARNING,
    hints: tuple[str, ...] = (),
) -> Diagnostic:
    return Diagnostic("TB504", severity, message, span, hints, name="spaced-hyphen")


def lines(*diagnostics: Diagnostic) -> list[str]:
    return render_annotations(diagnostics, workspace=ROOT, folder=BOOK).splitlines()


def command(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as a runner does."""
    head, _, message = line.removeprefix("::").partition("::")
    name, _, words = head.partition(" ")
    pairs = (word.partition("=") for word in words.split(","))
    return name, {key: unquote(value) for key, _, value in pairs}, unquote(message)


def test_an_annotation_has_file_place_title_and_message() -> None:
    span = Span(BOOK / "a.tex", Position(3, 7), Position(3, 10))
    assert lines(finding(span, "a dash", hints=("write --",)))[0] == (
        "::warning file=book/a.tex,line=3,endLine=3,col=7,endColumn=9,"
        "title=TB504 spaced-hyphen::a dash%0Ahint: write --"
    )


def test_after_the_annotations_all_findings_stand_with_their_places() -> None:
    span = Span.at(BOOK / "a.tex", 3, 7)
    assert lines(finding(span), finding())[2:] == [
        "::group::findings: 2",
        "a.tex:3:7: warning: m [TB504]",
        "texbook: warning: m [TB504]",
        "::endgroup::",
    ]


@pytest.mark.parametrize(
    ("span", "fields"),
    [
        (None, {}),
        (Span(BOOK / "a.tex"), {"file": "book/a.tex"}),
        (Span.at(BOOK / "a.tex", 3), {"file": "book/a.tex", "line": "3", "endLine": "3"}),
        (
            Span.at(BOOK / "a.tex", 3, 7),
            {"file": "book/a.tex", "line": "3", "endLine": "3", "col": "7", "endColumn": "7"},
        ),
        (
            Span(BOOK / "a.tex", Position(3, 7), Position(5, 2)),
            {"file": "book/a.tex", "line": "3", "endLine": "5"},
        ),
        (Span(Path("/else/a.tex")), {"file": "/else/a.tex"}),
    ],
)
def test_only_what_is_known_is_told(span: Span | None, fields: dict[str, str]) -> None:
    _, told, _ = command(lines(finding(span))[0])
    assert told == {**fields, "title": "TB504 spaced-hyphen"}


def test_what_would_end_a_field_or_the_command_is_escaped() -> None:
    span = Span.at(BOOK / "100%, a:b\n.tex", 1)
    message = "5 % of a::b,\r\n::error::x"
    line = lines(finding(span, message))[0]
    assert command(line)[1]["file"] == "book/100%, a:b\n.tex"
    assert command(line)[2] == message
    assert "file=book/100%25%2C a%3Ab%0A.tex,line" in line


@pytest.mark.parametrize("message", ["##[error]x", "a ##[add-path]/x", "a\n::set-env name=x::y"])
def test_no_text_of_the_book_is_a_command(message: str) -> None:
    span = Span.at(BOOK / " ::error::x", 1)
    plain = lines(finding(span, message))[2]
    assert not plain.lstrip().startswith("::")
    assert "##[" not in plain


def test_of_each_severity_no_more_are_annotated_than_github_shows_errors_first() -> None:
    items = [
        finding(Span.at(BOOK / "a.tex", number), severity=severity)
        for number in range(1, 31)
        for severity in (Severity.INFORMATION, Severity.WARNING, Severity.ERROR)
    ]
    text = lines(*items)
    names = [command(line)[0] for line in text if line.startswith("::") and "group" not in line]
    kinds = ("error", "warning", "notice")
    assert names == [kind for kind in kinds for _ in range(MOST_ANNOTATIONS)]
    assert len(text) == 3 * MOST_ANNOTATIONS + len(items) + 2


def test_without_findings_nothing_is_written() -> None:
    assert render_annotations([], workspace=ROOT, folder=BOOK) == ""


def test_the_summary_counts_by_rule_the_gravest_first_and_has_every_finding() -> None:
    span = Span.at(BOOK / "a_b.tex", 3, 7)
    items = [
        finding(span, "a | b\n<b>"),
        finding(span),
        Diagnostic("TB901", Severity.ERROR, "e", name="z"),
    ]
    text = render_step_summary(items, heading="texbook lint: 3", workspace=ROOT)
    assert text == (
        "### texbook lint: 3\n\n"
        "| rule | name | severity | findings |\n|---|---|---|---:|\n"
        "| TB901 | z | error | 1 |\n"
        "| TB504 | spaced-hyphen | warning | 2 |\n\n"
        "<details><summary>all findings</summary>\n\n"
        "- texbook: error: e \\[TB901\\]\n"
        "- book/a\\_b.tex:3:7: warning: a \\| b &lt;b&gt; \\[TB504\\]\n"
        "- book/a\\_b.tex:3:7: warning: m \\[TB504\\]\n\n"
        "</details>\n\n"
    )


def test_a_summary_without_findings_is_its_heading() -> None:
    assert render_step_summary([], heading="none", workspace=ROOT) == "### none\n\n"


def test_the_summary_stays_below_what_github_takes() -> None:
    items = [finding(message="ä" * 1000) for _ in range(1000)]
    text = render_step_summary(items, heading="many", workspace=ROOT)
    assert SUMMARY_BYTES - 3000 < len(text.encode()) < 2**20
    listed = text.count("- texbook")
    assert f"- and {1000 - listed} more\n" in text
