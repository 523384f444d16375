r"""What an included file sets for all that follows it."""

from __future__ import annotations

import pytest

from texbook.latex.lasting import Lasting, lasting


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"\renewcommand*{\x}[1]{#1}", {Lasting("renewcommand", "x")}),
        (r"\protected\def\x#1{#1}", {Lasting("def", "x")}),
        (r"\global\let\x\y", {Lasting("let", "x")}),
        (r"\begin{a}\global\let\x\y\gdef\z{}\end{a}", {Lasting("let", "x"), Lasting("gdef", "z")}),
        (r"\begin{a}\let\x\y\lstset{}\renewcommand\z{}\end{a}", set()),
        (r"\renewenvironment{x}{}{}", {Lasting("renewenvironment", "x")}),
        (r"\RenewDocumentCommand\x{m}{#1}", {Lasting("RenewDocumentCommand", "x")}),
        (
            r"\captionsetup[figure]{a=b} \setlist{c}",
            {Lasting("captionsetup", ""), Lasting("setlist", "")},
        ),
        (r"\newcommand\x{\gdef\y{}}", {Lasting("newcommand", "x")}),
        (r"\newcounter{x}[section]", {Lasting("newcounter", "x")}),
        (r"\newif\ifx", {Lasting("newif", "ifx")}),
        (r"\ifodd1 \def\x{}\fi {\ifodd1 \def\y{}\fi}", {Lasting("def", "x")}),
        (r"\hastrue \global\hasfalse", {Lasting("hastrue", "ifhas"), Lasting("hasfalse", "ifhas")}),
        (r"{\settoggle{x}{true}} \setbool{y}{true}", {Lasting("setbool", "y")}),
        ("\\begin{verbatim}\n\\gdef\\x{}\n\\end{verbatim}% \\gdef\\y{}", set()),
        ("", set()),
    ],
)
def test_what_lasts(text: str, found: set[Lasting]) -> None:
    assert lasting(text) == found


def test_what_is_renewed_was_known_before() -> None:
    assert Lasting("renewcommand", "x").changes_known
    assert Lasting("RenewDocumentCommand", "x").changes_known
    assert not Lasting("gdef", "x").changes_known


def test_a_subject_is_what_is_set() -> None:
    assert Lasting("gdef", "x").subject == Lasting("renewcommand", "x").subject == "x"
    assert Lasting("lstset", "").subject == "lstset"
