r"""Findings from logs as XeTeX 0.999994, LaTeX 2022-11-01 and fontspec 2.8 wrote them."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.errors import RefusedError
from texbook.base.sourcemap import Origin, SourceMap
from texbook.base.span import Position, Span
from texbook.code.requests import ObstacleKind
from texbook.messages.diagnose import (
    MOST_ERRORS,
    ended_by_signal,
    engine_errors,
    refuse_by_policy,
)
from texbook.messages.listings import Refusal
from texbook.messages.locate import Locator
from texbook.texfiles.log import read_log

if TYPE_CHECKING:
    from texbook.texfiles.engine_log import EngineLog

BOOK = Path("/book")


def locator(folder: Path = Path("/run")) -> Locator:
    """Every file of the run but auxiliary ones is the author's; ``q.tex`` is rendered."""

    def source_of(path: Path) -> Path | None:
        if not path.is_relative_to(folder) or path.suffix in {".aux", ".toc"}:
            return None
        name = path.relative_to(folder)
        return BOOK / "build" / "tex" / name if name.name == "q.tex" else BOOK / name

    texts = tuple(sorted(path.name for path in folder.glob("*.tex"))) if folder.is_dir() else ()
    rendered = SourceMap(
        BOOK / "build/tex/q.tex", (Origin(BOOK / "q.j2.tex", 5), Origin(BOOK / "q.j2.tex", 9))
    )
    return Locator(folder, source_of, {rendered.rendered: rendered}, texts)


def log_of(text: str) -> EngineLog:
    return read_log("This is XeTeX\n(./main.tex\n" + text + "\n\nNo pages of output.\n")


def error_of(text: str) -> Diagnostic:
    [found] = engine_errors(log_of(text), locator())
    assert found.severity is Severity.ERROR
    assert found.source == "engine"
    return found


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            "./main.tex:4: Undefined control sequence.\nl.4 A \\foo\n           world \n",
            "undefined-macro",
            'undefined control sequence "\\foo"',
        ),
        (
            (
                "./main.tex:4: Undefined control sequence.\n\\bar #1->x\\foo \n              #1\n"
                "l.4 A \\bar{a}\n             \n"
            ),
            "undefined-macro",
            'undefined control sequence "\\foo"',
        ),
        (
            (
                "./main.tex:4: Undefined control sequence.\n<argument> \\foo \n                \n"
                "l.4 \\textbf{\\foo}\n                 \n"
            ),
            "undefined-macro",
            'undefined control sequence "\\foo"',
        ),
        (
            (
                "! LaTeX Error: File `nosuchpkg.sty' not found.\n\nType X to quit or <RETURN> to "
                "proceed,\nor enter new name. (Default extension: sty)\n\nEnter file name: \n"
                "./main.tex:4: Emergency stop.\n<read *> \n         \n"
                "l.4 \\usepackage{nosuchpkg}\\begin\n                                {document}^^M "
            ),
            "missing-package",
            'the package "nosuchpkg" is not installed',
        ),
        (
            (
                "! LaTeX Error: File `nosuch.cls' not found.\n\nEnter file name: \n"
                "./main.tex:4: Emergency stop.\n<read *> \n         \nl.4 \\begin\n"
            ),
            "missing-class",
            'the document class "nosuch" is not installed',
        ),
        (
            (
                "! LaTeX Error: File `chapters/missing.tex' not found.\n\nEnter file name: \n"
                "./main.tex:4: Emergency stop.\n<read *> \n         \n"
                "l.4 \\input{chapters/missing}\n"
            ),
            "missing-file",
            'there is no file "chapters/missing.tex"',
        ),
        (
            (
                "./main.tex:4: LaTeX Error: File `images/no' not found.\n\n"
                "See the LaTeX manual or LaTeX Companion for explanation.\nType  H <return>  for "
                "immediate help.\nl.4 \\includegraphics{images/no}\n                         "
            ),
            "missing-file",
            'there is no file "images/no"',
        ),
        (
            (
                './main.tex:4: Package fontspec Error: The font "No Such Font" cannot be found.\n\n'
                "For immediate help type H <return>.\nl.4 \\setmainfont{No Such Font}\n"
            ),
            "missing-font",
            'the font "No Such Font" is not on this machine',
        ),
        (
            (
                "./main.tex:4: Font \\x=nosuch at 10.0pt not loadable: Metric (TFM) file or "
                "installed font not found.\n<to be read again> \n                   \\relax \n"
                "l.4 \\x\n"
            ),
            "missing-font",
            'the font "nosuch" is not on this machine',
        ),
        (
            (
                "./main.tex:4: Missing $ inserted.\n<inserted text> \n                $\n"
                "l.4 Hello a_\n            b \n"
            ),
            "math-mode",
            '"_" is allowed in formulas only',
        ),
        (
            "./main.tex:4: Double superscript.\nl.4 b $x^2^\n           3$ \n",
            "double-script",
            "a formula has two exponents on one base",
        ),
        (
            (
                "./main.tex:4: Extra alignment tab has been changed to \\cr.\n<recently read> "
                "\\endtemplate \n                             \nl.4 a & b &\n           c\n"
            ),
            "alignment",
            "a row has more cells than the table has columns",
        ),
        (
            "./main.tex:4: LaTeX Error: Environment foo undefined.\n\nl.4 \\begin{foo}\n",
            "undefined-environment",
            'undefined environment "foo"',
        ),
        (
            (
                "Runaway argument?\n{ \n./main.tex:4: Paragraph ended before \\a was complete.\n"
                "<to be read again> \n                   \\par \nl.4 \n     \n"
            ),
            "unclosed-argument",
            'the argument of "\\a" is not closed',
        ),
        (
            "./main.tex:4: Package babel Error: You haven't specified a language option.\n\nl.4 x",
            "package-error",
            'package "babel": you haven\'t specified a language option',
        ),
    ],
)
def test_errors_are_explained_at_the_authors_line(text: str, code: str, message: str) -> None:
    found = error_of(text)
    assert (found.code, found.message) == (code, message)
    assert found.span == Span.at(BOOK / "main.tex", 4)


def test_an_environment_that_is_not_closed_shows_where_it_was_opened() -> None:
    found = error_of(
        "./main.tex:5: LaTeX Error: \\begin{itemize} on input line 4 ended by \\end{document}.\n\n"
        "l.5 \\end{document}\n"
    )
    assert found.message == '"\\begin{itemize}" is not closed'
    assert found.span == Span.at(BOOK / "main.tex", 4)


def test_an_error_at_the_end_of_the_file_names_the_file() -> None:
    found = error_of(
        ") Runaway argument?\n{abc \\par foo \\end {document} \n"
        "! File ended while scanning use of \\textbf .\n<inserted text> \n"
        "                \\par \n<*> \\input{main}\n"
    )
    assert found.message == 'the argument of "\\textbf" is not closed'
    assert found.span == Span(BOOK / "main.tex")


def test_a_document_without_an_end_is_explained() -> None:
    found = error_of("! Emergency stop.\n<*> \\input{main}\n                \n")
    assert found.code == "unfinished-document"


def test_a_question_that_nobody_answers_is_named_where_it_is_asked() -> None:
    found = error_of(
        "(./main.tex\nwho?\n./main.tex:3: Emergency stop.\n<read 0> \n         \n"
        "l.3 \\typein{who?}\n                 ^^M\n"
    )
    assert (found.code, found.span) == ("terminal-input", Span.at(BOOK / "main.tex", 3))
    assert "nobody is there to answer" in found.message


def test_an_error_in_a_rendered_file_leads_to_the_template() -> None:
    found = error_of("(./q.tex\n./q.tex:2: Undefined control sequence.\nl.2 \\x\n      \n")
    assert found.span == Span.at(BOOK / "q.j2.tex", 9)


def test_an_error_inside_a_package_leads_to_the_authors_file_and_names_the_package() -> None:
    found = error_of(
        "(/usr/share/texmf/tex/hyperref.sty\n/usr/share/texmf/tex/hyperref.sty:4872: Font "
        "\\XeTeXLink@font=pzdr at 0.00002pt not loadable: Metric (TFM) file or installed font "
        "not found.\nl.4872 \\relax\n"
    )
    assert found.span == Span(BOOK / "main.tex")
    assert "texlive-fonts-recommended" in found.hints[0]
    assert found.hints[-1] == 'the engine was in "hyperref.sty", line 4872'


def test_a_failure_without_an_error_is_still_an_error() -> None:
    [found] = engine_errors(log_of(""), locator())
    assert found.message == "the engine stopped without saying why"


def refusal(kind: ObstacleKind) -> Refusal:
    return Refusal(kind, "no such language", "pyton", ("say python",), "cmd", "./main.tex", 7)


def test_a_listing_that_is_at_fault_is_an_error_at_its_line() -> None:
    text = "./main.tex:7: Package texbook Error: no such language.\n\nl.7 \\end{minted}\n"
    kind = next(item for item in ObstacleKind if not refusal(item).is_policy)
    log = log_of(text)
    refuse_by_policy(log, locator(), [refusal(kind)])
    [found] = engine_errors(log, locator(), [refusal(kind)])
    assert (found.code, found.message) == ("listing", "no such language")
    assert found.span == Span.at(BOOK / "main.tex", 7)


def test_a_listing_that_needs_the_shell_ends_the_build() -> None:
    kind = next(item for item in ObstacleKind if refusal(item).is_policy)
    with pytest.raises(RefusedError) as caught:
        refuse_by_policy(log_of(""), locator(), [refusal(kind)])
    assert caught.value.span == Span.at(BOOK / "main.tex", 7)


def test_a_package_that_asks_for_the_shell_ends_the_build() -> None:
    log = log_of(
        "./main.tex:3: Package minted Error: You must invoke LaTeX with the -shell-escape flag.\n\n"
        "l.3 \\begin\n          {document} \n"
    )
    with pytest.raises(RefusedError, match='package "minted" asks for the shell') as caught:
        refuse_by_policy(log, locator(), [])
    assert caught.value.span == Span.at(BOOK / "main.tex", 3)
    assert "--shell-escape" in caught.value.hints[0]


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (signal.SIGKILL, "the engine was ended from outside (SIGKILL)"),
        (signal.SIGSEGV, "the engine crashed (SIGSEGV)"),
        (99, "the engine was ended from outside (signal 99)"),
    ],
)
def test_a_program_that_a_signal_ended(number: int, message: str) -> None:
    finding = ended_by_signal("the engine", number)
    assert (finding.severity, finding.message) == (Severity.ERROR, message)
    assert ("memory" in finding.hints[0]) == (number == signal.SIGKILL)


def undefined(name: str, line: int) -> str:
    return f"./main.tex:{line}: Undefined control sequence.\nl.{line} \\{name}\n      \n"


def test_an_error_that_comes_again_is_told_once_and_counted() -> None:
    log = log_of("".join(undefined("foo", line) for line in (4, 40, 80)))
    [found] = engine_errors(log, locator())
    assert found.span == Span.at(BOOK / "main.tex", 4)
    what = "and 2 more errors of this kind, the first one here"
    assert found.related == (Related(Span.at(BOOK / "main.tex", 40), what),)
    assert not any("more error" in hint for hint in found.hints)


def test_an_error_of_the_same_kind_close_by_is_taken_for_a_consequence() -> None:
    log = log_of(
        "./main.tex:4: Missing $ inserted.\nl.4 a_\n       b\n"
        "./main.tex:5: Missing $ inserted.\nl.5 \n     \n" + undefined("foo", 5)
    )
    first, second = engine_errors(log, locator())
    assert (first.code, second.code) == ("math-mode", "undefined-macro")
    assert first.related[-1].message == "and one more error of this kind, here"


def test_no_more_than_twenty_errors_are_told() -> None:
    names = ["".join(chr(97 + digit) for digit in divmod(n, 26)) for n in range(30)]
    found = engine_errors(log_of("".join(undefined(f"x{n}", 9) for n in names)), locator())
    assert len(found) == MOST_ERRORS
    assert found[-1].hints[-1] == "and 10 more errors of this kind"


def test_the_end_of_an_undefined_environment_is_no_error_of_its_own() -> None:
    log = log_of(
        "./main.tex:4: LaTeX Error: Environment xyz undefined.\n\nl.4 \\begin{xyz}\n  \n"
        "./main.tex:9: LaTeX Error: \\begin{document} ended by \\end{xyz}.\n\nl.9 \\end{xyz}\n  \n"
    )
    [found] = engine_errors(log, locator())
    assert found.code == "undefined-environment"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_command_is_found_in_its_line_in_any_encoding(
    tmp_path: Path, encoding: str, end: str
) -> None:
    (tmp_path / "main.tex").write_bytes(f"\\gone{end}größer{end}a \\gone b{end}".encode(encoding))
    log = log_of("./main.tex:1: Undefined control sequence.\nl.1 \\gone\n")
    [found] = engine_errors(log, locator(tmp_path))
    place = BOOK / "main.tex"
    assert found.span == Span(place, Position(1, 1), Position(1, 6))


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            (
                "./main.tex:2: Package babel Error: Unknown option 'ngerman'. Either you\n"
                "(babel)                misspelled it or the language definition file ngerman.ldf\n"
                "(babel)                was not found.\n"
            ),
            "missing-package",
            'babel\'s definitions of the language "ngerman" are not installed',
        ),
        (
            (
                './main.tex:2: Font \\x="[LinLibertine_R.otf]:+smcp" at 10.0pt not loadable: Metric'
                " (TFM) file or installed font not found.\n"
            ),
            "missing-font",
            'the font "LinLibertine_R.otf" is not on this machine',
        ),
    ],
)
def test_what_is_missing_is_named_with_what_brings_it(text: str, code: str, message: str) -> None:
    found = error_of(text)
    assert (found.code, found.message) == (code, message)
    assert sum("install" in hint for hint in found.hints) == 2
