"""Every rule against its fixtures: each expected finding is there, and no other.

A fixture is a text, or a folder with a small book. ``fixed/`` holds what the fixes make of it.
"""

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from texbook.app.lint import LintOptions, lint_book
from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.source import SourceFile, read_source
from texbook.base.span import Span
from texbook.config.load import load_config
from texbook.config.model import Config, StructureConfig, TitleMode
from texbook.lint.fixes import apply_fixes
from texbook.lint.rule import Fixes, Rule, all_rules
from texbook.lint.runner import Document, lint
from texbook.project import open_project

HERE = Path(__file__).parent / "fixtures"
FIXTURES = sorted(HERE.glob("*.tex"))
FIXED = sorted((HERE / "fixed").glob("*.tex"))
BOOKS = sorted(path.parent for path in HERE.glob("TB*/main.tex"))


def _option(text: str, name: str) -> str:
    found = re.search(rf"(?m)^% {name}: (.*)$", text)
    return found[1].strip() if found else ""


def _config(text: str, folder: Path) -> Config:
    """Read the configuration that a fixture asks for in its comments."""
    lines = "\n".join(re.findall(r"(?m)^% config: (.*)$", text))
    file = folder / "texbook.toml"
    file.write_text(f"[lint]\n{lines}\n", "utf-8")
    config = load_config(file)
    sections = tuple(part.strip() for part in _option(text, "sections").split("|") if part.strip())
    if not sections:
        return config
    mode = TitleMode(_option(text, "titles") or "exact")
    return replace(config, structure=StructureConfig(sections=sections, titles=mode))


def _rules(path: Path, text: str) -> list[Rule]:
    """Give the fixture's own rule, those that its expectations name, and its whole family."""
    own = path.stem.partition("-")[0]
    codes = {own, *re.findall(r"% expect: (TB\d+) ", text)}
    return [r for r in all_rules() if r.code in codes or (own[:3] == r.code[:3] == "TB0")]


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


def _overfull(source: SourceFile) -> tuple[Diagnostic, ...]:
    """Stand in for the last build: each thing that it said is about the third line."""
    span = Span.at(source.path, 3)
    return tuple(
        Diagnostic("overfull", Severity.INFORMATION, message, span)
        for message in re.findall(r"(?m)^% overfull: (.*)$", source.text)
    )


def _check(found: Sequence[Diagnostic], expected: list[tuple[int, str, str]]) -> None:
    places = [(d.span.start.line, d.code) for d in found if d.span and d.span.start]
    assert sorted(places) == sorted((line, code) for line, code, _ in expected), _listed(found)
    for line, code, part in expected:
        assert any(
            d.span is not None
            and d.span.start is not None
            and (d.span.start.line, d.code) == (line, code)
            and part in d.message
            for d in found
        ), f"{line}: {code} {part}\n{_listed(found)}"


def _listed(found: Sequence[Diagnostic]) -> str:
    return "\n".join(f"{item.span}: {item.code} {item.message}" for item in found)


def _lint(path: Path, text: str, folder: Path) -> list[Diagnostic]:
    source = SourceFile(path, text)
    document = Document(source, stale_results=_stale(source), overfull=_overfull(source))
    return list(lint([document], _config(text, folder), rules=_rules(path, text)).diagnostics)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_fixture_has_the_expected_findings_and_no_others(
    path: Path, line_end: str, tmp_path: Path
) -> None:
    source = read_source(path)
    _check(_lint(path, source.text.replace("\n", line_end), tmp_path), _expected(source))


@pytest.mark.parametrize("folder", BOOKS, ids=lambda folder: folder.name)
def test_book_has_the_expected_findings_and_no_others(folder: Path, tmp_path: Path) -> None:
    book = tmp_path / folder.name
    shutil.copytree(folder, book)
    main = book / "main.tex"
    files = sorted(path for path in book.rglob("*") if path.suffix in (".tex", ".bib"))
    texts = "".join(path.read_text("utf-8") for path in files)
    codes = tuple(sorted({rule.code for rule in _rules(folder, texts)}))
    found = lint_book(open_project(main), LintOptions(select=codes)).diagnostics
    for path in files:
        own = [item for item in found if item.span is not None and item.span.path == path]
        _check(own, _expected(read_source(path)))
    assert all(item.span is not None and item.span.path in files for item in found), _listed(found)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("path", FIXED, ids=lambda path: path.stem)
def test_fixes_give_the_expected_text(path: Path, line_end: str, tmp_path: Path) -> None:
    text = (path.parent.parent / path.name).read_text("utf-8").replace("\n", line_end)
    for _ in range(10):
        found = _lint(path, text, tmp_path)
        fixes = [item.fix for item in found if item.fix is not None]
        text, applied = apply_fixes(text, fixes)
        if not applied:
            break
    assert text == path.read_text("utf-8").replace("\n", line_end)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_rule_that_fixes_has_a_fixed_fixture(rule: Rule) -> None:
    names = {path.stem.partition("-")[0] for path in FIXED}
    assert (rule.fixes is not Fixes.NONE) == (rule.code in names)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_rule_offers_the_fixes_that_it_announces(path: Path, tmp_path: Path) -> None:
    kinds = {True: Fixes.SAFE, False: Fixes.UNSAFE}
    rules = {rule.code: rule for rule in all_rules()}
    for item in _lint(path, path.read_text("utf-8"), tmp_path):
        if item.fix is not None:
            assert rules[item.code].fixes in (kinds[item.fix.safe], Fixes.EITHER)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_rule_has_a_fixture_that_reports_it(rule: Rule) -> None:
    own = [path for path in FIXTURES if path.stem.partition("-")[0] == rule.code]
    own += [
        path
        for folder in BOOKS
        if folder.name.partition("-")[0] == rule.code
        for path in folder.rglob("*")
        if path.suffix in (".tex", ".bib")
    ]
    assert any(f"% expect: {rule.code} " in path.read_text("utf-8") for path in own)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_rule_has_a_whole_manual(rule: Rule) -> None:
    headings = re.findall(r"(?m)^## (.*)$", rule.manual)
    assert headings == ["What it does", "Why", "Instead", "Example"]
