"""Whatever the input: findings, never a traceback; all rules, those off by default too."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from texbook.base.diagnostic import Severity
from texbook.base.errors import BookError
from texbook.base.source import LARGEST, LARGEST_BIBLIOGRAPHY, SourceFile
from texbook.config.model import NINE_SECTIONS, Config
from texbook.latex.nesting import read_nesting
from texbook.latex.prose import BREAK, NOTHING, THING
from texbook.latex.tokens import tokenize
from texbook.lint.files import MOST_MARKS, Files
from texbook.lint.finding import Finding
from texbook.lint.fixes import apply_fixes
from texbook.lint.kept_findings import MOST_FINDINGS
from texbook.lint.outcome import LintOutcome
from texbook.lint.passage import Passage
from texbook.lint.rule import Rule, all_rules
from texbook.lint.runner import Document, lint

MAIN = Path("/nowhere/main.tex")
FIXTURES = Path(__file__).parent / "fixtures"
MANY = 20_000
DOCUMENT = "\\documentclass{book}\n\\begin{document}\n"
PIECES = [
    *("", "{", "}", "$", "$$", "\\", "%", "\n\n", "\0", "[", "]", '"', "'", "~", "&", "#1", "\t"),
    *("\\begin{", "\\end{verbatim}", "\\begin{lstlisting}", "\\verb|", "\\section{", "\\item"),
    *("\\iffalse", "\\fi", "\\def\\x", "\\newcommand{\\x}[9]{", "\ud800", "\\tt ", "\\input{\0}"),
    *(THING, NOTHING, BREAK, "\u2028", "\ufeff", "\r", "\x85", "e\u0301", "\\label{", "\\cite{"),
    *("% texbook: ignore[", "https://", "10.1000/", "arXiv:", "\\begin{document}", "\\endinput"),
]


def _lint(text: str, *rules: Rule) -> LintOutcome:
    return lint(
        [Document(SourceFile(MAIN, text))],
        Config(structure=NINE_SECTIONS),
        rules=rules or all_rules(),
        files=Files(MAIN.parent),
    )


def _crashes(text: str) -> list[str]:
    return [d.message for d in _lint(text).diagnostics if d.code == "TB903"]


def _mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 1, 1, 5, 40]))
        text = text[:start] + chance.choice(PIECES) + text[end:]
    return text


def test_mutated_fixtures_end_without_a_crash() -> None:
    chance = random.Random(20)
    texts = [path.read_text("utf-8") for path in sorted(FIXTURES.glob("TB*.tex"))]
    for _ in range(400):
        text = _mutated(chance.choice(texts), chance)
        assert _crashes(text) == [], repr(text)


def _numbered(piece: str) -> str:
    return "".join(piece.replace("<N>", str(n)) for n in range(MANY // 4))


@pytest.mark.parametrize(
    "text",
    [
        "{" * MANY,
        "{" * MANY + "}" * MANY,
        "[" * MANY,
        "\\begin{a}" * MANY,
        "\\begin{a}" * MANY + "\\end{a}" * MANY,
        "\\begin{itemize}\\item a " * MANY + "\\end{itemize}" * MANY,
        _numbered("\\begin{a<N>}") + _numbered("\\end{b<N>}"),
        "\\emph{" * MANY + "x" + "}" * MANY,
        "\\section{" * MANY,
        "\\section[" * MANY,
        "\\url{" * MANY,
        "\\newcommand{" * MANY,
        "\\iffalse " * MANY,
        "\\begin{verbatim}[" * MANY,
        "\\end{x}" * MANY,
        "\\begin{quote}\\ttfamily a " * MANY,
        "\\begin{tabular}{l}" + "\\tt a " * MANY,
        "$" * (MANY + 1),
        "$\\text{" * MANY,
        "\\(" * MANY + "\\)" * MANY,
        "\\" * (MANY + 1),
        "% texbook: ignore[TB504]\n" * (MANY // 4),
        _numbered("% texbook: ignore[TB9<N>]\n"),
        _numbered("\\newenvironment{e<N>}{\\begin{quote}}{\\end{quote}}\n"),
        _numbered("\\begin{minted}{l<N>}\nx\n\\end{minted}\n"),
        _numbered(
            "\\lstdefinestyle{s<N>}{x=y}\\begin{lstlisting}[style=s<N>]\nx\n\\end{lstlisting}"
        ),
        _numbered("\\label{sec:attention-<N>} \\ref{sec:atention-<N>}\n"),
        "\\cite{" + _numbered("key<N>,") + "}",
        "\\begin{minted}{python}\nx = " + "(" * MANY + "\n\\end{minted}\n",
        "\\begin{minted}{python}\nx = " + "-" * MANY + "1\n\\end{minted}\n",
        "\\begin{minted}{json}\n" + "[" * MANY + "\n\\end{minted}\n",
        "\0\1\x7f\ufffe" * 5_000,
        bytes(range(256)).decode("latin-1") * 100,
        "one line of text " * MANY,
        "abc - def\r" * MANY,
        "",
    ],
    ids=lambda text: f"{text[:24]!r}-{len(text)}",
)
def test_extreme_text_ends_without_a_crash(text: str) -> None:
    assert _crashes(DOCUMENT + text) == []


@pytest.mark.parametrize("sign", [THING, NOTHING, BREAK, "\u2028", "\ufeff"])
def test_signs_of_the_views_typed_by_an_author_are_text_like_any_other(sign: str) -> None:
    text = f"The{sign}model reads{sign} the data {sign} and {sign}learns{sign}.\n"
    for rule in all_rules():
        if rule.code.startswith("TB5"):
            assert _lint(DOCUMENT + text, rule).diagnostics == (), rule.code


@pytest.mark.parametrize("sign", [THING, NOTHING, BREAK])
def test_no_fix_removes_a_sign_of_the_views(sign: str) -> None:
    text = (
        f'A "word{sign}" - {sign} - here... {sign}...{sign} 10-20{sign}, see\n{sign} \\ref{{a}}. \n'
    )
    fixes = [item.fix for item in _lint(DOCUMENT + text).diagnostics if item.fix is not None]
    fixed, _ = apply_fixes(DOCUMENT + text, fixes)
    assert fixed.count(sign) == text.count(sign)


def test_an_end_closes_the_innermost_environment_of_its_name_up_to_a_brace() -> None:
    text = "\\begin{a}\\begin{b}\\begin{a}\\end{b}\\end{b}{\\begin{b}}\\end{a}"
    faults = read_nesting(tokenize(text)).faults
    assert [(fault.what, fault.start) for fault in faults] == [("a", 18), ("b", 34)]


def _everywhere(passage: Passage) -> Iterator[Finding]:
    for offset in range(len(passage.text)):
        yield Finding(offset, offset + 1, "here")


def test_findings_without_end_are_cut_and_that_is_said() -> None:
    rule = Rule("TB777", "everywhere", Severity.WARNING, check_passage=_everywhere)
    outcome = _lint("x" * (MOST_FINDINGS + 10), rule)
    assert len(outcome.diagnostics) == MOST_FINDINGS
    assert outcome.notes == (
        'only the first 50,000 findings of "everywhere" (TB777) are told, for there are more',
    )
    assert _lint("x" * MOST_FINDINGS, rule).notes == ()


def test_a_comment_for_a_rule_whose_findings_were_cut_is_not_called_useless() -> None:
    rule = Rule("TB514", "trailing-space", Severity.WARNING, check_passage=_everywhere)
    unused = next(rule for rule in all_rules() if rule.code == "TB900")
    text = "x" * (MOST_FINDINGS + 10) + "\nb % texbook: ignore[TB514]\n"
    assert {item.code for item in _lint(text, rule, unused).diagnostics} == {"TB514"}


@pytest.mark.parametrize(
    "finding",
    [
        Finding(-1, 2, "before"),
        Finding(2, 1, "turned around"),
        Finding(0, 10_000, "behind"),
        Finding(0, 1, "elsewhere", related=((5, 10_000, "here"),)),
    ],
    ids=lambda finding: finding.message,
)
def test_a_place_outside_the_text_is_a_fault_of_the_rule(finding: Finding) -> None:
    def check(passage: Passage) -> Iterator[Finding]:
        del passage
        yield finding

    outcome = _lint("short", Rule("TB777", "lost", Severity.WARNING, check_passage=check))
    assert [item.code for item in outcome.diagnostics] == ["TB903"]
    assert '"lost" (TB777) failed: ValueError: its finding lies outside' in str(
        outcome.diagnostics[0].message
    )


def test_a_file_too_large_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "big.tex"
    with path.open("wb") as stream:
        stream.truncate(LARGEST + 1)
    files = Files(tmp_path)
    with pytest.raises(BookError, match=r"too large to be read: 5.0 MB, and the limit is 5 MB"):
        files.source(path)
    assert path not in files.digests


def test_a_text_too_dense_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "main.tex"
    path.write_text("{" * MOST_MARKS + "x" * MOST_MARKS)
    assert Files(tmp_path).source(path)
    path.write_text("{" * (MOST_MARKS + 1) + "x" * MOST_MARKS)
    with pytest.raises(BookError, match="750,001 commands, braces and lines"):
        Files(tmp_path).source(path)


def test_a_bibliography_too_large_is_remembered_as_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    with path.open("wb") as stream:
        stream.truncate(LARGEST_BIBLIOGRAPHY + 1)
    files = Files(tmp_path)
    with pytest.raises(BookError, match="the limit is 10 MB"):
        files.read(path)
    assert list(files.faults) == [path]


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 5000])
@pytest.mark.parametrize("look", [Files.is_file, Files.names, Files.read], ids=lambda f: f.__name__)
def test_names_that_no_file_can_have_are_not_there(
    tmp_path: Path, name: str, look: Callable[[Files, Path], object]
) -> None:
    assert not look(Files(tmp_path), tmp_path / name)
