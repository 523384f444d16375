r"""Findings from logs as XeTeX 0.999994, LaTeX 2022-11-01 and fontspec 2.8 wrote them."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.errors import RefusedError
from texbook.base.sourcemap import Origin, SourceMap
from texbook.base.span import Span
from texbook.build.diagnose import (
    ended_by_signal,
    engine_errors,
    engine_warnings,
    missing_includes,
    refuse_by_policy,
    shell_warnings,
)
from texbook.build.highlight import Refusal
from texbook.build.locate import Locator
from texbook.code.requests import ObstacleKind
from texbook.texfiles.log import EngineLog, read_log

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
            "something here is allowed in formulas only, or a formula is not closed",
        ),
        (
            "./main.tex:4: Double superscript.\nl.4 b $x^2^\n           3$ \n",
            "double-script",
            "a formula has two exponents or two indices on one base",
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
            "tex",
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
    assert found.message == '"\\begin{itemize}" of line 4 is ended by "\\end{document}"'
    assert found.span == Span.at(BOOK / "main.tex", 5)
    assert [related.span for related in found.related] == [Span.at(BOOK / "main.tex", 4)]


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


def test_a_refused_command_is_a_warning_once() -> None:
    line = "runsystem(echo hi > t.txt)...disabled (restricted).\n"
    [found] = shell_warnings(log_of(line + line), locator())
    assert found.severity is Severity.WARNING
    assert found.message == 'the restricted shell did not run "echo hi > t.txt"'
    assert found.span == Span(BOOK / "main.tex")


def test_undefined_references_and_citations_have_their_line() -> None:
    log = log_of(
        "(./x.tex\n\nLaTeX Warning: Reference `b' on page 1 undefined on input line 9.\n\n"
        "LaTeX Warning: Citation 'no' on page 1 undefined on input line 10.\n\n)\n"
        "LaTeX Warning: There were undefined references.\n\n"
        "LaTeX Warning: Label(s) may have changed. Rerun to get cross-references right.\n"
    )
    found = engine_warnings(log, locator())
    assert [(item.code, item.message, item.span) for item in found] == [
        (
            "undefined-reference",
            'the reference "b" is not defined',
            Span.at(BOOK / "x.tex", 9),
        ),
        (
            "undefined-citation",
            'the citation "no" is not defined',
            Span.at(BOOK / "x.tex", 10),
        ),
    ]


def test_a_doubled_label_shows_all_its_places(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text("\\label{a}\n% \\label{a}\nx \\label{a}\n")
    log = log_of("(./main.aux\n\nLaTeX Warning: Label `a' multiply defined.\n\n)")
    [found] = engine_warnings(log, locator(tmp_path))
    assert found.code == "doubled-label"
    assert found.span == Span.at(BOOK / "main.tex", 3, 3)
    assert [related.span for related in found.related] == [Span.at(BOOK / "main.tex", 1, 1)]


def test_an_included_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text("first\n\\include{chapters/gone}\n")
    log = log_of("No file chapters/gone.tex.\nNo file main.toc.")
    [found] = missing_includes(log, locator(tmp_path))
    assert found.severity is Severity.ERROR
    assert found.message == 'there is no file "chapters/gone.tex" to include'
    assert found.span == Span.at(BOOK / "main.tex", 2, 1)


def test_an_included_file_that_the_document_has_written_is_not_missed(tmp_path: Path) -> None:
    (tmp_path / "later.tex").write_text("x")
    assert missing_includes(log_of("No file later.tex."), locator(tmp_path)) == ()


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


def test_a_missing_character_is_found_in_the_source(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text("first\nsecond 漢 here\n", "utf-8")
    line = "Missing character: There is no 漢 (U+6F22) in font [lmroman10-regular]:mapping=x;!\n"
    [found] = engine_warnings(log_of(line + line), locator(tmp_path))
    assert found.span == Span.at(BOOK / "main.tex", 2, 8)
    assert found.message == (
        'the font "lmroman10-regular" has no character 漢 (U+6F22): it is not printed'
    )


def test_only_boxes_that_stick_out_far_are_told() -> None:
    log = log_of(
        "Overfull \\hbox (4.9pt too wide) in paragraph at lines 3--4\n\\TU/lmr/m/n/10 x\n []\n\n"
        "Overfull \\hbox (25.12pt too wide) in paragraph at lines 14--17\n\\TU/lmr x\n []\n\n"
        "Overfull \\vbox (30.0pt too high) has occurred while \\output is active []\n\n"
    )
    found = engine_warnings(log, locator())
    assert [(item.severity, item.message) for item in found] == [
        (Severity.INFORMATION, "a line is 25.1pt too wide"),
        (Severity.INFORMATION, "a page or box is 30.0pt too high"),
    ]
    assert found[0].span == Span.at(BOOK / "main.tex", 14)
