from __future__ import annotations

import pytest

from texbook.doctor.conditions import commands, without_comments


def loads(text: str, *options: str) -> list[bool]:
    found = commands(without_comments(text), {"load"}, options)
    return [occurrence.certain for occurrence in found]


@pytest.mark.parametrize(
    "text",
    [
        r"\load",
        r"\iftrue\load\fi",
        r"\ifxetex\load\else\fi",
        r"\ifpdftex\else\load\fi",
        r"\ifdefined\XeTeXversion\load\fi",
        r"\ifdefined\directlua\else\load\fi",
        r"\ifx\XeTeXversion\undefined\else\load\fi",
        r"\newif\ifdraft \load",
        r"\let\ifdraft\iffalse \load",
        r"\ifunknown x\else y\fi \load",
        r"\ifthenelse{\a}{\b}{\c}\load",
        r"{\ifunknown} \load",
        r"\{ \load",
        "% \\fi \\iffalse\n\\load",
        r"\%\load",
    ],
)
def test_what_is_carried_out_is_certain(text: str) -> None:
    assert loads(text) == [True]


@pytest.mark.parametrize(
    "text",
    [
        r"{\load}",
        r"\AtBeginDocument{\load}",
        r"\ifunknown\load\fi",
        r"\ifunknown\else\load\fi",
        r"\ifx\a\b\load\fi",
        r"\ifdefined\a\load\fi",
        r"\iftrue\ifunknown\load\fi\fi",
        r"\IfFileExists{a.sty}{\load}{}",
        r"\ifthenelse{\a}{\load}{}",
    ],
)
def test_what_depends_is_possible_only(text: str) -> None:
    assert loads(text) == [False]


@pytest.mark.parametrize(
    "text",
    [
        "% \\load",
        r"\iffalse\load\fi",
        r"\iffalse\ifunknown\load\fi\fi",
        r"\ifluatex\load\fi",
        r"\ifxetex\else\load\fi",
        r"\endinput \load",
        r"\loaded",
    ],
)
def test_what_is_left_out_is_not_given(text: str) -> None:
    assert loads(text) == []


OPTIONS = r"""
\newif\if@code
\newif\if@fast
\DeclareOption{code}{\@codetrue}
\DeclareOption{nocode}{\@codefalse}
\DeclareOption{fast}{\@fasttrue}
\ExecuteOptions{%s}
\ProcessOptions\relax
\if@code\if@fast\else\load\fi\fi
"""


def test_options_of_a_class_decide_its_flags() -> None:
    assert loads(OPTIONS % "") == []
    assert loads(OPTIONS % "", "code") == [True]
    assert loads(OPTIONS % "", "code", "fast") == []
    assert loads(OPTIONS % "code") == [True]
    assert loads(OPTIONS % "code", "nocode") == []


def test_a_flag_that_is_set_elsewhere_too_is_not_known() -> None:
    text = r"\newif\ifa \atrue \ifa\load\fi"
    assert loads(text) == [False]


def test_an_option_named_as_a_pattern_is_taken_literally() -> None:
    text = r"\newif\ifa \DeclareOption{a+b}{\atrue}\ifa\load\fi"
    assert loads(text, "a+b") == [True]
    assert loads(text, "aab") == []
