from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import BookError, ConfigError
from texbook.base.span import Position, Span
from texbook.config.load import find_config, load_config
from texbook.config.model import (
    NINE_SECTIONS,
    BuildConfig,
    Config,
    LintConfig,
    StructureConfig,
    TitleMode,
    WatchConfig,
)
from texbook.config.places import key_place

if TYPE_CHECKING:
    from pathlib import Path


def load(folder: Path, text: str, name: str = "texbook.toml") -> Config:
    path = folder / name
    path.write_text(text, "utf-8")
    return load_config(path)


def error(folder: Path, text: str, name: str = "texbook.toml") -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, name)
    return caught.value


def test_no_key_is_required(tmp_path: Path) -> None:
    assert load(tmp_path, "") == Config(path=tmp_path / "texbook.toml")


def test_every_key_is_read(tmp_path: Path) -> None:
    text = """
main = "book.tex"
bibliography = "papers.bib"
templates = "layouts"
exclude = ["tests", "old/drafts/"]
[structure]
sections = ["One", "Two"]
unit = '\\subsection'
titles = "suffix"
minimum-words = 12
[lint]
select = ["TB0"]
extend-select = ["TB9"]
ignore = ["TB001"]
[build]
passes = 3
pass-seconds = 60
cpu-seconds = 90
memory-megabytes = 512
output-megabytes = 5
terminal-megabytes = 2
synctex = false
forbid-shell-escape = true
[watch]
quiet-milliseconds = 0
at-most-milliseconds = 500
"""
    assert load(tmp_path, text) == Config(
        path=tmp_path / "texbook.toml",
        main="book.tex",
        bibliography="papers.bib",
        templates="layouts",
        exclude=("tests", "old/drafts"),
        structure=StructureConfig(("One", "Two"), "subsection", TitleMode.SUFFIX, 12),
        lint=LintConfig(("TB0",), ("TB9",), ("TB001",)),
        build=BuildConfig(3, 60, 90, 512, 5, 2, synctex=False, forbid_shell_escape=True),
        watch=WatchConfig(0, 500),
    )


def test_the_preset_sets_sections_and_words_and_may_be_varied(tmp_path: Path) -> None:
    config = load(tmp_path, '[structure]\npreset = "nine-sections"\n')
    assert config.structure == NINE_SECTIONS
    config = load(tmp_path, '[structure]\npreset = "nine-sections"\nminimum-words = 0\n')
    assert config.structure == replace(NINE_SECTIONS, minimum_words=0)


def test_pyproject_holds_the_same_table(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\nodd = 1\n[tool.texbook]\nmain = "b.tex"\n'
    assert load(tmp_path, text, "pyproject.toml").main == "b.tex"
    fault = error(tmp_path, "[tool.texbook.build]\npasse = 3\n", "pyproject.toml")
    assert fault.message == 'unknown key "tool.texbook.build.passe"'
    assert fault.span == Span(tmp_path / "pyproject.toml", Position(2, 1), Position(2, 6))


@pytest.mark.parametrize(
    ("text", "message", "line", "hint"),
    [
        ('\nmian = "x"', 'unknown key "mian"', 2, 'did you mean "main"?'),
        ("[struct]\n", 'unknown key "struct"', 1, 'did you mean "structure"?'),
        ("[build]\n\npasse = 3", 'unknown key "build.passe"', 3, 'did you mean "passes"?'),
        ("[lint]\nzzz = 1", 'unknown key "lint.zzz"', 2, "known keys: select, "),
        ("[watch]\nquiet = 1", 'unknown key "watch.quiet"', 2, "quiet-milliseconds"),
        ("structure.unit = 3", '"structure.unit" must be a string', 1, "it is 3 now"),
        ("exclude = 'a'", '"exclude" must be a list of strings', 1, 'as in exclude = ["..."]'),
        ("\nexclude = ['../a']", '"exclude" names "../a", which is no such folder', 2, "inside"),
        ("exclude = ['.']", '"exclude" names ".", which is no such folder', 1, "old/notes"),
        ("main = 3", '"main" must be a string', 1, "it is 3 now"),
        ("main = ['a']", '"main" must be a string', 1, "it is ['a'] now"),
        ("build = 3", '"build" must be a table', 1, "it is 3 now"),
        ("[build]\npasses = '3'", '"build.passes" must be a whole number', 2, "it is '3' now"),
        ("[build]\npasses = true", '"build.passes" must be a whole number', 2, "it is True now"),
        ("[build]\npasses = 0", '"build.passes" must be between 1 and 100', 2, "it is 0 now"),
        ("[build]\npasses = 101", '"build.passes" must be between 1 and 100', 2, "101"),
        *(
            (f"[build]\n{key} = {value}", f'"build.{key}" must be between {bounds}', 2, str(value))
            for key, bounds, values in (
                ("pass-seconds", "1 and 86400", (0, 86_401)),
                ("cpu-seconds", "1 and 86400", (0, 86_401)),
                ("memory-megabytes", "64 and 65536", (0, 63, 65_537)),
                ("output-megabytes", "1 and 65536", (0, 65_537)),
                ("terminal-megabytes", "1 and 1024", (0, 1025)),
            )
            for value in values
        ),
        (
            "[experiments]\nseconds = 86401",
            '"experiments.seconds" must be between 1 and 86400',
            2,
            "86401",
        ),
        (
            "[build]\nforbid-shell-escape = 1",
            '"build.forbid-shell-escape" must be true or false',
            2,
            "it is 1 now",
        ),
        ("[lint]\nselect = 'TB'", '"lint.select" must be a list of strings', 2, "as in select ="),
        ("[lint]\nignore = [1]", '"lint.ignore" must be a list of strings', 2, "as in ignore ="),
        ('[structure]\npreset = "ten"', 'unknown preset "ten"', 2, 'use "nine-sections"'),
        (
            '[structure]\ntitles = "x"',
            'unknown value "x" of "structure.titles"',
            2,
            '"exact", "suffix"',
        ),
    ],
)
def test_faults_name_the_key_its_line_and_the_cure(
    tmp_path: Path, text: str, message: str, line: int, hint: str
) -> None:
    fault = error(tmp_path, text)
    assert fault.message == message
    assert fault.span is not None
    assert fault.span.start is not None
    assert (fault.span.path.name, fault.span.start.line) == ("texbook.toml", line)
    assert hint in fault.hints[0]


def test_a_key_of_the_same_name_in_another_table_is_not_blamed(tmp_path: Path) -> None:
    fault = error(
        tmp_path,
        "[project]\npasses = 1\nselect = 3\n[tool.texbook.lint]\nselect = 3\n",
        "pyproject.toml",
    )
    assert fault.span is not None
    assert fault.span.start is not None
    assert fault.span.start.line == 5


def test_a_comment_that_looks_like_the_key_is_not_blamed(tmp_path: Path) -> None:
    fault = error(tmp_path, '# main = 3\ntemplates = "main = 3"\nmain = 3\n')
    assert fault.span is not None
    assert fault.span.start is not None
    assert fault.span.start.line == 3


def test_a_book_cannot_grant_itself_a_shell(tmp_path: Path) -> None:
    fault = error(tmp_path, "[build]\nshell-escape = true\n")
    assert fault.message == "a book cannot grant itself shell escape"
    assert "--shell-escape on the command line" in fault.hints[0]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [('main = "x"\nfoo = \n', 2, 7), ("main = book.tex\n", 1, 8), ('main = "x', 1, None)],
)
def test_a_syntax_error_stands_at_its_line(
    tmp_path: Path, text: str, line: int, column: int | None
) -> None:
    fault = error(tmp_path, text)
    assert fault.message.startswith("not valid TOML: ")
    assert "(at " not in fault.message
    assert fault.span is not None
    assert fault.span.start is not None
    assert fault.span.start.line == line
    assert column is None or fault.span.start.column == column


def test_a_table_of_tables_in_the_place_of_ours(tmp_path: Path) -> None:
    assert "must be a table" in error(tmp_path, "[tool]\ntexbook = 3\n", "pyproject.toml").message
    assert (
        "must be a table"
        in error(tmp_path, "[[tool.texbook]]\nmain = 'x'\n", "pyproject.toml").message
    )
    assert "must be a table" in error(tmp_path, "tool = 3\n", "pyproject.toml").message


def test_configuration_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "texbook.toml"
    path.write_bytes(b'main = "b\xfc.tex"\n')
    with pytest.raises(BookError, match="0xfc"):
        load_config(path)


def test_texbook_toml_comes_before_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.texbook]\n")
    assert find_config(tmp_path) == tmp_path / "pyproject.toml"
    (tmp_path / "texbook.toml").write_text("")
    assert find_config(tmp_path) == tmp_path / "texbook.toml"


def test_a_pyproject_without_our_table_is_passed_over(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "texbook.toml").write_text("")
    (inner / "pyproject.toml").write_text("[tool.other]\n# [tool.texbook]\n")
    assert find_config(inner) == tmp_path / "texbook.toml"


def test_there_may_be_none(tmp_path: Path) -> None:
    assert find_config(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("lint.select = 3\n", 1),
        ("[lint]\n'select' = 3\n", 2),
        ("other = 0\nlint = { select = 3 }\n", 2),
        ("[build]\nselect = 1\n[lint]\nignore = []\nselect = 3\n", 5),
        ("[ lint ]\nselect=3\n", 2),
    ],
)
def test_every_way_to_write_a_key_is_found(tmp_path: Path, text: str, line: int) -> None:
    place = key_place(text, ("lint", "select"))
    assert place is not None
    assert text.count("\n", 0, place[0]) + 1 == line


def test_a_key_that_is_not_there_has_no_place() -> None:
    assert key_place("x = 1\n", ("lint", "select")) is None


@pytest.mark.parametrize(("text", "line"), [('\neditor = "code"', 2), ('[watch]\neditor = "x"', 2)])
def test_a_book_cannot_choose_a_program_to_run_as_the_editor(
    tmp_path: Path, text: str, line: int
) -> None:
    fault = error(tmp_path, text)
    assert fault.message == "a book cannot choose the editor, a program that runs on your machine"
    assert "TEXBOOK_EDITOR" in fault.hints[0]
    assert fault.span is not None
    assert fault.span.start is not None
    assert fault.span.start.line == line


@pytest.mark.parametrize(
    "text",
    [
        f"build.passes{'.a' * 1_500} = 1\n",
        f"structure.preset = {'[' * 300}{']' * 300}\n",
        f"build.passes = [{'0x' + 'f' * 5_000}]\n",
        f"build.passes = {'0x' + 'f' * 5_000}\n",
        f"main = ['{'x' * 5_000}']\n",
    ],
    ids=["tables", "lists", "number in a list", "number", "text"],
)
def test_a_value_that_is_too_long_is_told_in_part(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert len(caught.value.message + "".join(caught.value.hints)) < 300


def test_a_configuration_that_nobody_wrote_by_hand_is_refused(tmp_path: Path) -> None:
    text = "".join(f"a{number}{'.a' * 100} = 1\n" for number in range(2_000))
    with pytest.raises(BookError, match="too large to be read") as caught:
        load(tmp_path, text)
    assert "a configuration is short" in caught.value.hints[0]
