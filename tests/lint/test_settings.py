from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.errors import ConfigError
from texbook.base.span import Span
from texbook.config.load import load_config
from texbook.config.model import Config, HeadingCase, LintConfig
from texbook.lint.rule import Rule, all_rules
from texbook.lint.settings import apply_settings, check_words, idle_notes, path_pattern

ROOT = Path("/book")
RULES = tuple(
    Rule(code, name, Severity.WARNING)
    for code, name in (("TB501", "quotes"), ("TB506", "dots"), ("TB102", "unbalanced"))
)


def _found(code: str, path: str | None) -> Diagnostic:
    span = None if path is None else Span.at(ROOT / path, 3)
    return Diagnostic(code, Severity.WARNING, "what", span)


def _applied(lint: LintConfig, *found: Diagnostic) -> list[Diagnostic]:
    return list(apply_settings(found, lint, RULES, ROOT))


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("chapters/old/*", "chapters/old/a.tex"),
        ("chapters/old/*", "chapters/old/part/a.tex"),
        ("chapters/old", "chapters/old/part/a.tex"),
        ("chapters/old/", "chapters/old/a.tex"),
        ("./chapters/a.tex", "chapters/a.tex"),
        ("*.tex", "chapters/a.tex"),
        ("a?.tex", "chapters/ab.tex"),
        ("[ab].tex", "b.tex"),
        ("[!a].tex", "b.tex"),
        ("[]a].tex", "].tex"),
        ("[+--].tex", ",.tex"),
        ("[&&].tex", "&.tex"),
        ("**/old-*.tex", "old-1.tex"),
        ("**/old-*.tex", "one/two/old-1.tex"),
        ("chapters/**/a.tex", "chapters/a.tex"),
        ("chapters/**/a.tex", "chapters/one/two/a.tex"),
        ("chapters/**", "chapters/one/a.tex"),
        ("../shared/*", "../shared/a.tex"),
        ("a.tex", "a.tex"),
        ("[", "["),
        ("[z-a]", "[z-a]"),
    ],
)
def test_patterns_of_paths_fit(pattern: str, path: str) -> None:
    assert path_pattern(pattern).match(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("chapters/*.tex", "chapters/old/a.tex"),
        ("chapters/old", "chapters/older/a.tex"),
        ("chapter", "chapters/a.tex"),
        ("a.tex", "ba.tex"),
        ("a.tex", "axtex"),
        ("a.tex", "a.tex.bak"),
        ("?", "a/"),
        ("[!a].tex", "a.tex"),
        ("old/*", "chapters/old/a.tex"),
        ("", "a.tex"),
    ],
)
def test_patterns_of_paths_do_not_fit(pattern: str, path: str) -> None:
    found = path_pattern(pattern).match(path)
    assert not found or path == "a/"


def test_rules_are_silent_in_files_that_match() -> None:
    lint = LintConfig(per_file_ignores=(("old/*", ("TB5",)), ("a.tex", ("unbalanced",))))
    found = [_found(code, path) for code in ("TB501", "TB102") for path in ("old/b.tex", "a.tex")]
    told = [(item.code, str(item.span)) for item in _applied(lint, *found)]
    assert told == [("TB501", "/book/a.tex:3"), ("TB102", "/book/old/b.tex:3")]


def test_findings_without_a_file_and_of_no_rule_are_told() -> None:
    lint = LintConfig(per_file_ignores=(("*", ("TB",)),), severity=(("TB", Severity.ERROR),))
    found = (_found("TB501", None), _found("template-error", "a.tex"))
    assert [item.severity for item in _applied(lint, *found)] == [Severity.ERROR, Severity.WARNING]


def test_the_more_exact_word_gives_the_severity() -> None:
    lint = LintConfig(
        severity=(
            ("TB501", Severity.ERROR),
            ("TB5", Severity.INFORMATION),
            ("TB", Severity.WARNING),
        )
    )
    found = _applied(lint, *(_found(rule.code, "a.tex") for rule in RULES))
    assert [item.severity for item in found] == [
        Severity.ERROR,
        Severity.INFORMATION,
        Severity.WARNING,
    ]


def test_a_name_is_as_exact_as_a_code() -> None:
    lint = LintConfig(severity=(("dots", Severity.ERROR), ("TB50", Severity.INFORMATION)))
    (found,) = _applied(lint, _found("TB506", "a.tex"))
    assert found.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('[lint]\nselect = ["TB6O1"]\n', 2, "TB6O1"),
        ('[lint]\n\nextend-select = ["TB1", "TB777"]\n', 3, "TB777"),
        ('[lint]\nselect = []\nignore = ["elipsis-dots"]\n', 3, "elipsis-dots"),
        ('[lint.per-file-ignores]\n"a.b/*.tex" = ["TB5"]\n"c.tex" = ["TB888"]\n', 3, "TB888"),
        ('[lint]\nper-file-ignores = {"a.tex" = ["TB888"]}\n', 2, "TB888"),
        ('[lint.severity]\nTB5 = "error"\nTB999 = "error"\n', 3, "TB999"),
    ],
)
def test_an_unknown_word_is_an_error_at_its_key(
    tmp_path: Path, text: str, line: int, word: str
) -> None:
    path = tmp_path / "texbook.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=f'there is no rule "{word}"') as caught:
        check_words(all_rules(), load_config(path))
    span = caught.value.span
    assert span is not None
    assert span.start is not None
    assert (span.path, span.start.line) == (path, line)
    assert caught.value.hints


def test_the_place_in_a_pyproject_is_found_too(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.texbook]\n[tool.texbook.lint.severity]\nTB9999 = "error"\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        check_words(all_rules(), load_config(path))
    assert str(caught.value.span) == f"{path}:3:1"


def test_an_unknown_word_of_no_file_has_no_place() -> None:
    with pytest.raises(ConfigError, match="TB888") as caught:
        check_words(all_rules(), Config(lint=LintConfig(ignore=("TB888",))))
    assert caught.value.span is None


def test_a_rule_that_was_asked_for_and_has_nothing_to_go_by_is_named() -> None:
    rules = all_rules()
    (note,) = idle_notes(rules, Config(), ["title-case", "TB5"])
    assert note == '"title-case" (TB708) finds nothing without "heading-case" of [lint]'
    assert idle_notes(rules, Config(), ["TB7", "TB"]) == ()
    title = Config(lint=LintConfig(heading_case=HeadingCase.TITLE))
    assert idle_notes(rules, title, ["TB708"]) == ()
