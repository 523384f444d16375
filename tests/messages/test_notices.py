r"""Warnings of LaTeX and of packages in plain words, in the texts of TeX Live 2022."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.diagnostic import Severity
from texbook.base.span import Span
from texbook.messages.notices import as_said

if TYPE_CHECKING:
    from tests.conftest import RunFolder


@pytest.mark.parametrize(
    ("said", "code", "severity", "message"),
    [
        (
            (
                "LaTeX Font Warning: Font shape `TU/texgyrepagella-regular.otf(0)/m/it' undefined\n"
                "(Font)              using `TU/texgyrepagella-regular.otf(0)/m/n' instead on input "
                "line 12."
            ),
            "font-substitution",
            Severity.WARNING,
            'the font "texgyrepagella-regular.otf" has no italic: upright is used instead',
        ),
        (
            (
                "LaTeX Font Warning: Font shape `TU/lmtt/bx/sc' undefined\n"
                "(Font)              using `TU/lmtt/bx/n' instead on input line 12."
            ),
            "font-substitution",
            Severity.WARNING,
            'the font "lmtt" has no bold small capitals: bold is used instead',
        ),
        (
            (
                "LaTeX Font Warning: Font shape `TU/foo/m/n' undefined\n"
                "(Font)              using `TU/lmr/m/n' instead on input line 12."
            ),
            "font-substitution",
            Severity.WARNING,
            'there is no upright font "foo": "lmr" is used instead',
        ),
        (
            (
                "LaTeX Font Warning: Font shape `OML/cmm/m/it' in size <3.65> not available\n"
                "(Font)              size <5> substituted on input line 12."
            ),
            "font-substitution",
            Severity.INFORMATION,
            'the font "cmm" has no size of 3.65pt: 5pt is used instead',
        ),
        (
            "LaTeX Warning: Float too large for page by 303.58267pt on input line 12.",
            "float-too-large",
            Severity.WARNING,
            "a figure or table is 303.6pt (106.7 mm) too high for a page",
        ),
        (
            (
                "LaTeX Warning: You have requested, on input line 12, version\n"
                "               `2031/01/01' of package graphicx,\n"
                "               but only version\n"
                "               `2021/09/16 v1.2d Enhanced LaTeX Graphics (DPC,SPQR)'\n"
                "               is available."
            ),
            "outdated-package",
            Severity.WARNING,
            'the document asks for "graphicx" of 2031/01/01 or later; here is that of 2021/09/16',
        ),
        (
            (
                "Package hyperref Warning: Token not allowed in a PDF string (Unicode):\n"
                "(hyperref)                removing `\\textbf' on input line 12."
            ),
            "pdf-string",
            Severity.INFORMATION,
            'the PDF\'s bookmark of a heading leaves out "\\textbf"',
        ),
        (
            (
                "Package babel Warning: No hyphenation patterns were preloaded for\n"
                "(babel)                the language `Ngerman' into the format.\n"
                "(babel)                Please, configure your TeX system to add them and\n"
                "(babel)                rebuild the format. Now I will use the patterns\n"
                "(babel)                preloaded for \\language=0 instead on input line 12."
            ),
            "hyphenation",
            Severity.WARNING,
            (
                'there are no hyphenation patterns for "Ngerman": words are broken wrongly or not '
                "at all"
            ),
        ),
        (
            "LaTeX Warning: cref reference format for label type `alg' undefined on input line 12.",
            "undefined-reference",
            Severity.WARNING,
            'cleveref has no name for what the label type "alg" counts',
        ),
    ],
)
def test_what_a_reader_of_the_pdf_would_notice_is_explained_at_its_line(
    run: RunFolder, said: str, code: str, severity: Severity, message: str
) -> None:
    run.put("main.tex", "x\n" * 12)
    [found] = run.warnings(f"\n{said}\n").findings
    assert (found.code, found.severity, found.message) == (code, severity, message)
    assert found.span == Span.at(run.book / "main.tex", 12)
    assert found.hints


@pytest.mark.parametrize(
    ("language", "debian", "tlmgr"),
    [
        ("german", "texlive-lang-german", "hyphen-german"),
        ("brazilian", "texlive-lang-portuguese", "hyphen-portuguese"),
    ],
)
def test_missing_patterns_are_named_with_what_brings_them(
    run: RunFolder, language: str, debian: str, tlmgr: str
) -> None:
    """As polyglossia 1.60 says it."""
    run.put("main.tex", "x\n")
    [found] = run.warnings(
        f"Package polyglossia Warning: No hyphenation patterns were loaded for `{language}'\n"
        "(polyglossia)                I will use \\language=\\l@nohyphenation instead.\n\n"
    ).findings
    assert (found.code, found.severity) == ("hyphenation", Severity.WARNING)
    assert any(f"install {debian}" in hint for hint in found.hints)
    assert any(f"install {tlmgr}" in hint for hint in found.hints)


def test_options_that_nobody_takes_stand_in_a_line_of_their_own(run: RunFolder) -> None:
    run.put("main.tex", "x\n")
    [found] = run.warnings(
        "LaTeX Warning: Unused global option(s):\n    [nosuch,other].\n\n"
    ).findings
    assert found.message == (
        'neither the class nor a package knows the option "nosuch", "other" of \\documentclass'
    )


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("\\documentclass[11pt,nosuch,a5paper]{article}\n", 1, 21),
        ("\\documentclass[nosuch]{nosuch}\n", 1, 16),
        ("% nosuch\n\\documentclass[\n  11pt, nosuch,\n]{article}\n", 3, 9),
        ("\\documentclass[nosuches, nosuch]{article}\n", 1, 26),
    ],
)
def test_an_option_that_nobody_takes_is_a_warning_at_the_option(
    run: RunFolder, source: str, line: int, column: int
) -> None:
    run.put("main.tex", source)
    [found] = run.warnings("LaTeX Warning: Unused global option(s):\n    [nosuch].\n\n").findings
    assert found.severity is Severity.WARNING
    assert found.span == run.at("main.tex", line, column, len("nosuch"))


def test_an_unused_option_from_elsewhere_leads_to_the_document_class(run: RunFolder) -> None:
    run.put("main.tex", "\n\\documentclass\\options{article}\n")
    [found] = run.warnings("LaTeX Warning: Unused global option(s):\n    [nosuch].\n\n").findings
    assert found.span == run.at("main.tex", 2, 1, len("\\documentclass"))


@pytest.mark.parametrize(
    "said",
    [
        "Package glossaries Warning: Overriding \\printglossary on input line 9.\n",
        "Package glossaries Warning: Overriding `theglossary' environment on input line 9.\n",
        (
            "Package ifplatform Warning: \n    shell escape is disabled, so I can only detect "
            "\\ifwindows.\n"
        ),
        (
            "Package ifplatform Warning:\n(ifplatform)\n(ifplatform)    shell escape is disabled, "
            "so I can only detect \\ifwindows.\n"
        ),
    ],
)
def test_what_packages_say_of_their_own_ways_is_noise(run: RunFolder, said: str) -> None:
    run.put("main.tex", "x\n" * 9)
    warned = run.warnings(f"\n{said}\n")
    assert (warned.findings, dict(warned.noise)) == ((), {"remarks": 1})


def test_a_note_that_was_moved_in_the_margin(run: RunFolder) -> None:
    run.put("main.tex", "x\n")
    [found] = run.warnings("LaTeX Warning: Marginpar on page 7 moved.\n").findings
    assert found.message == "a note in the margin of page 7 does not stand beside its line"


def test_long_words_of_a_package_are_cut_between_two_words() -> None:
    text = as_said("Class memoir", "Something " * 40)
    assert text.startswith('class "memoir": something Something')
    assert text.endswith("Something ...")
    assert len(text) < 230
