"""Every rule against its fixtures: each expected finding is there, and no other."""

import re
from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.source import SourceFile, read_source
from texbook.base.span import Span
from texbook.config.model import Config, StructureConfig, TitleMode
from texbook.lint.rule import Rule, all_rules
from texbook.lint.runner import Document, lint

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.tex"))


def _option(text: str, name: str) -> str:
    found = re.search(rf"(?m)^% {name}: (.*)$", text)
    return found[1] if found else ""


def _config(text: str) -> Config:
    sections = tuple(part.strip() for part in _option(text, "sections").split("|") if part.strip())
    mode = TitleMode(_option(text, "titles") or "exact")
    return Config(structure=StructureConfig(sections=sections, titles=mode))


def _expected(source: SourceFile) -> list[tuple[int, str, str]]:
    """Expectations stand behind the line they are about, or on lines of their own below it."""
    expected = []
    about = 0
    for number in range(1, source.line_count + 1):
        line = source.line(number)
        if not line.startswith("% expect:"):
            about = number
        if found := re.search(r"% expect: (TB\d+) (.*)$", line):
            expected.append((about, found[1], found[2]))
    return expected


def _stale(source: SourceFile) -> tuple[Diagnostic, ...]:
    """Stand in for app, which knows the experiments: what it says is about the second line."""
    message = _option(source.text, "stale")
    if not message:
        return ()
    span = Span.at(source.path, 2)
    return (Diagnostic("stale-results", Severity.WARNING, message, span),)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_fixture_has_the_expected_findings_and_no_others(path: Path, line_end: str) -> None:
    source = read_source(path)
    written = SourceFile(path, source.text.replace("\n", line_end))
    document = Document(written, stale_results=_stale(source))
    found = lint([document], _config(source.text)).diagnostics
    expected = _expected(source)
    places = [(d.span.start.line, d.code) for d in found if d.span and d.span.start]
    assert sorted(places) == sorted((line, code) for line, code, _ in expected)
    for line, code, part in expected:
        assert any(
            d.span is not None
            and d.span.start is not None
            and (d.span.start.line, d.code) == (line, code)
            and part in d.message
            for d in found
        ), f"{line}: {code} {part}"


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_rule_has_a_fixture_that_reports_it(rule: Rule) -> None:
    own = [path for path in FIXTURES if path.stem.partition("-")[0] == rule.code]
    assert any(f"% expect: {rule.code} " in path.read_text() for path in own)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_rule_has_a_whole_manual(rule: Rule) -> None:
    headings = re.findall(r"(?m)^## (.*)$", rule.manual)
    assert headings == ["What it does", "Why", "Instead", "Example"]
