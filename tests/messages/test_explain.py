"""Errors of real runs, read again from their logs; ``errors.toml`` says how they came about."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from texbook.messages.diagnose import engine_errors
from texbook.messages.locate import Locator
from texbook.texfiles.log import read_log

if TYPE_CHECKING:
    from texbook.base.diagnostic import Diagnostic

ERRORS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("errors.toml").read_text("utf-8")
)["error"]
BANNER = "This is XeTeX, Version 3.141592653-2.6-0.999994 (TeX Live 2022/Debian)\n"
WIDTH = 79
_CONTEXT = re.compile(r"l\.\d|<|\s|\\\S+ .*->|\{")
# TeX shortens its context to the width itself; these contexts were recorded with a greater one.
NARROW = [
    case
    for case in ERRORS
    if not any(len(line) > WIDTH and _CONTEXT.match(line) for line in case["log"].split("\n"))
]
VOCABULARY = {
    "undefined-macro",
    "undefined-environment",
    "missing-file",
    "missing-include",
    "missing-package",
    "missing-class",
    "missing-font",
    "unclosed-argument",
    "math-mode",
    "math-delimiter",
    "double-script",
    "unclosed-environment",
    "unclosed-group",
    "extra-brace",
    "alignment",
    "parameter-character",
    "wrong-mode",
    "missing-item",
    "lonely-item",
    "missing-number",
    "illegal-unit",
    "dimension",
    "arithmetic",
    "capacity",
    "unfinished-document",
    "option-clash",
    "unknown-option",
    "already-defined",
    "preamble-only",
    "missing-begin-document",
    "unclosed-verb",
    "too-deeply-nested",
    "unknown-counter",
    "no-line-to-end",
    "unknown-color",
    "image",
    "listing",
    "package-error",
    "tex",
}


def first_error(folder: Path, case: dict[str, Any], log: bytes | None = None) -> Diagnostic:
    """Give the first finding for a case whose files are written into a folder."""
    for name, text in case["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def source_of(path: Path) -> Path | None:
        return path if path.is_relative_to(folder) and path.suffix == ".tex" else None

    names = tuple(case["files"])
    content = (BANNER + case["log"]).encode() if log is None else log
    read = read_log(content, [f"./{name}" for name in names])
    return engine_errors(read, Locator(folder, source_of, {}, names))[0]


def shown_place(finding: Diagnostic, folder: Path) -> tuple[str, str]:
    """Give ``file:line`` and the stretch that is marked in it."""
    span = finding.span
    assert span is not None
    name = str(span.path.relative_to(folder))
    if span.start is None:
        return name, ""
    line = span.path.read_text("utf-8").split("\n")[span.start.line - 1]
    marked = ""
    if span.start.column is not None and span.end is not None:
        marked = line[span.start.column - 1 : (span.end.column or 1) - 1]
    return f"{name}:{span.start.line}", marked


@pytest.mark.parametrize("case", ERRORS, ids=[case["name"] for case in ERRORS])
def test_an_error_is_told_at_its_cause(tmp_path: Path, case: dict[str, Any]) -> None:
    finding = first_error(tmp_path, case)
    assert (finding.code, finding.message) == (case["code"], case["message"])
    assert shown_place(finding, tmp_path) == (case["place"], case["marked"])


@pytest.mark.parametrize("case", NARROW, ids=[case["name"] for case in NARROW])
def test_a_log_with_wrapped_lines_says_the_same(tmp_path: Path, case: dict[str, Any]) -> None:
    filler = "x" * WIDTH + "\nfull line that TeX broke\n"
    lines = (BANNER + filler + case["log"]).split("\n")
    wrapped = "\n".join(piece for line in lines for piece in wrap_message(line))
    finding = first_error(tmp_path, case, wrapped.encode())
    assert (finding.code, finding.message) == (case["code"], case["message"])
    assert shown_place(finding, tmp_path) == (case["place"], case["marked"])


def wrap_message(line: str) -> list[str]:
    """Wrap as TeX does, but for the lines of its context, which it keeps short by itself."""
    if _CONTEXT.match(line):
        return [line]
    return [line[at : at + WIDTH] for at in range(0, len(line), WIDTH)] or [""]


def test_a_log_that_is_cut_anywhere_is_no_obstacle(tmp_path: Path) -> None:
    for case in ERRORS[::5]:
        content = (BANNER + case["log"]).encode()
        for at in range(0, len(content), 7):
            assert first_error(tmp_path, case, content[:at]).message


def test_the_codes_are_those_that_were_decided() -> None:
    assert {case["code"] for case in ERRORS} <= VOCABULARY


def test_messages_are_in_the_style_of_the_house() -> None:
    for case in ERRORS:
        message = case["message"]
        assert not message.endswith("."), message
        assert not message[:1].isupper() or message.startswith(("TikZ", "TeX")), message


def test_what_is_not_known_is_given_as_tex_says_it(tmp_path: Path) -> None:
    case = {
        "files": {"main.tex": "a\nb \\x c\n"},
        "log": "(./main.tex\n./main.tex:2: Improper \\prevdepth.\nl.2 b \\x\n         c\n",
    }
    finding = first_error(tmp_path, case)
    assert (finding.code, finding.message) == ("tex", "improper \\prevdepth")
    assert shown_place(finding, tmp_path) == ("main.tex:2", "\\x")


def test_a_package_is_named_and_its_quoted_word_is_marked(tmp_path: Path) -> None:
    case = {
        "files": {"main.tex": "\\toggletrue{draft}\n"},
        "log": (
            "(./main.tex\n./main.tex:1: Package etoolbox Error: Toggle 'draft' undefined.\n\n"
            "l.1 \\toggletrue{draft}\n                       \n"
        ),
    }
    finding = first_error(tmp_path, case)
    assert finding.message == "package \"etoolbox\": toggle 'draft' undefined"
    assert shown_place(finding, tmp_path) == ("main.tex:1", "draft")


def test_what_verb_in_an_argument_breaks_on_later_lines_is_blamed_on_it(tmp_path: Path) -> None:
    case = {
        "files": {"main.tex": "\\textbf{\\verb|y_z|}\n\nMore.\n"},
        "log": (
            "(./main.tex\n./main.tex:3: Extra }, or forgotten $.\n"
            "\\verb@egroup ...erb@balance@group \\@empty \\egroup \n" + " " * 50 + "\n"
            "l.3 More.\n         \n"
        ),
    }
    finding = first_error(tmp_path, case)
    assert finding.code == "unclosed-verb"
    assert shown_place(finding, tmp_path) == ("main.tex:1", "\\verb")


@pytest.mark.parametrize("line", ["\\verb|x| and b}", "\\emph{a} {\\small\\verb|x|} b}"])
def test_verb_outside_an_argument_is_not_blamed(tmp_path: Path, line: str) -> None:
    case = {
        "files": {"main.tex": f"{line}\n"},
        "log": f"(./main.tex\n./main.tex:1: Too many }}'s.\nl.1 {line}\n    \n",
    }
    finding = first_error(tmp_path, case)
    assert finding.code == "extra-brace"
    assert shown_place(finding, tmp_path) == ("main.tex:1", "}")


def test_an_image_that_cannot_be_read_is_told_from_one_that_is_missing(tmp_path: Path) -> None:
    case = {
        "files": {"main.tex": "\\includegraphics{bad.pdf}\n"},
        "log": (
            "(./main.tex\n./main.tex:1: Unable to load picture or PDF file 'bad.pdf'.\n"
            "<to be read again> \n                   }\nl.1 \\includegraphics{bad.pdf}\n    \n"
        ),
    }
    assert first_error(tmp_path, case).code == "missing-file"
    (tmp_path / "bad.pdf").write_bytes(b"no PDF")
    finding = first_error(tmp_path, case)
    assert (finding.code, finding.message) == ("image", 'the image "bad.pdf" cannot be read')
    assert shown_place(finding, tmp_path) == ("main.tex:1", "bad.pdf")


def undefined_macro(name: str) -> dict[str, Any]:
    return {
        "files": {"main.tex": f"a \\{name} b\n"},
        "log": (
            f"(./main.tex\n./main.tex:1: Undefined control sequence.\nl.1 a \\{name}\n        b\n"
        ),
    }


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("toprule", '"\\usepackage{booktabs}" defines it'),
        ("midrul", 'did you mean "\\midrule"? "\\usepackage{booktabs}" defines it'),
        ("chapter", 'the class has no chapters: "report" and "book" have'),
        ("qwertz", "check its spelling, or load the package that defines it"),
    ],
)
def test_an_undefined_macro_has_a_hint(tmp_path: Path, name: str, hint: str) -> None:
    assert first_error(tmp_path, undefined_macro(name)).hints == (hint,)


def test_what_the_author_defines_is_suggested_first(tmp_path: Path) -> None:
    case = undefined_macro("midrul")
    case["files"]["main.tex"] = "a \\midrul b\n\\newcommand{\\midrulx}{x}\n"
    first_error(tmp_path, case)
    (tmp_path / "main.fls").write_text(f"PWD {tmp_path}\nINPUT main.tex\n")
    locator = Locator(tmp_path, lambda path: path, {}, ("main.tex",), tmp_path / "main.fls")
    [finding] = engine_errors(read_log(BANNER + case["log"]), locator)
    assert finding.hints == ('did you mean "\\midrulx"?',)


def test_a_missing_package_names_what_brings_it(tmp_path: Path) -> None:
    case = {
        "files": {"main.tex": "\\usepackage{siunitx}\n"},
        "log": (
            "(./main.tex\n! LaTeX Error: File `siunitx.sty' not found.\n\nEnter file name: \n"
            "./main.tex:1: Emergency stop.\n<read *> \n         \nl.1 \\usepackage{siunitx}\n"
        ),
    }
    finding = first_error(tmp_path, case)
    assert finding.code == "missing-package"
    assert any("siunitx" in hint for hint in finding.hints)
    assert shown_place(finding, tmp_path) == ("main.tex:1", "siunitx")


def test_a_file_of_another_case_or_folder_is_suggested(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "Intro.tex").write_text("x")
    case = {
        "files": {"main.tex": "\\input{intro}\n"},
        "log": (
            "(./main.tex\n! LaTeX Error: File `intro.tex' not found.\n\nEnter file name: \n"
            "./main.tex:1: Emergency stop.\n<read *> \n         \nl.1 \\input{intro}\n"
        ),
    }
    assert first_error(tmp_path, case).hints == ('did you mean "parts/Intro.tex"?',)


def test_what_was_opened_is_shown(tmp_path: Path) -> None:
    case = next(case for case in ERRORS if case["name"] == "thanks")
    [related] = first_error(tmp_path, case).related
    assert related.message == "opened here"
    assert related.span.start is not None
    assert related.span.start.line == 4
