"""Names for "did you mean", from files as a recorder lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.messages.known import KnownNames, close_names

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = r"""
\def\plain#1{x}
\newcommand*{\starred}{x}
\NewDocumentCommand{\documented}{m}{x}
\DeclareRobustCommand\robust{x}
\DeclareMathSymbol{\mathsign}{\mathord}{letters}{"0B}
\newif\ifdraft
\def\internal@name{x}
\newenvironment{remark}{}{}
\newtcolorbox{hintbox}[1]{}
\let\endlisting=\relax
\newcounter{exercise}
\definecolor{deepblue}{HTML}{000066}
\define@key{fam}{linewidth}{}
\tcbset{colback/.code={}}
\DeclareOption{nosidebar}{}
"""


@pytest.fixture
def names(tmp_path: Path) -> KnownNames:
    (tmp_path / "own.sty").write_text(PACKAGE, "utf-8")
    (tmp_path / "image.png").write_bytes(b"\\def\\image{}")
    recorder = tmp_path / "main.fls"
    recorder.write_text(f"PWD {tmp_path}\nINPUT ./own.sty\nINPUT image.png\nINPUT gone.sty\n")
    return KnownNames(recorder)


def test_definitions_of_all_kinds_are_read(names: KnownNames) -> None:
    assert {"plain", "starred", "documented", "robust", "mathsign", "ifdraft"} <= names.macros
    assert "drafttrue" in names.macros
    assert not {"internal", "image"} & names.macros


def test_environments_counters_colours_and_keys_are_read(names: KnownNames) -> None:
    assert {"remark", "hintbox", "listing"} <= names.environments
    assert names.counters == {"exercise"}
    assert names.colours == {"deepblue"}
    assert {"linewidth", "colback", "nosidebar"} <= names.keys("")
    assert names.keys("other") == frozenset()


def test_a_loaded_package_is_known(names: KnownNames) -> None:
    assert names.has_package("own", "other")
    assert not names.has_package("gone.sty")


def test_the_format_is_read_beside_the_classes(tmp_path: Path) -> None:
    base = tmp_path / "tex" / "latex" / "base"
    base.mkdir(parents=True)
    (base / "latex.ltx").write_text("\\def\\kernelmacro{x}")
    (base / "article.cls").write_text("")
    recorder = tmp_path / "main.fls"
    recorder.write_text(f"PWD {tmp_path}\nINPUT {base}/article.cls\n")
    assert "kernelmacro" in KnownNames(recorder).macros


def test_without_a_recorder_nothing_is_known(tmp_path: Path) -> None:
    assert KnownNames().macros == {"begin", "end"}
    assert KnownNames(tmp_path / "none.fls").environments == frozenset()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("secton", "section"),
        ("sectoin", "section"),
        ("Section", "section"),
        ("alhpa", "alpha"),
        ("ned", "end"),
        ("includegrafics", "includegraphics"),
        ("footnotte", "footnote"),
    ],
)
def test_a_slip_finds_what_was_meant(wrong: str, right: str) -> None:
    known = {"section", "alpha", "end", "includegraphics", "footnote", "footnotesep", "beta", "mu"}
    assert close_names(wrong, known) == (right,)


@pytest.mark.parametrize("wrong", ["foo", "x", "mymacro", "loss"])
def test_what_is_like_nothing_finds_nothing(wrong: str) -> None:
    assert close_names(wrong, {"fbox", "footnote", "section", "y", "less", "macron"}) == ()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("enph", ("emph",)), ("itex", ("item",)), ("xbox", ()), ("iten", ("item",))],
)
def test_one_wrong_letter_of_four_finds_the_only_common_name(
    wrong: str, right: tuple[str, ...]
) -> None:
    known = {"emph", "item", "mbox", "fbox", "ensh", "text"}
    assert close_names(wrong, known - ({"text"} if wrong == "itex" else set())) == right


def test_of_two_common_names_with_one_wrong_letter_the_commonest_is_meant() -> None:
    assert close_names("hrac", {"frac", "hfac"}) == ("frac",)
    assert close_names("parh", {"path", "part"}) == ("part",)
    assert close_names("xeta", {"beta", "zeta"}) == ()


def test_a_common_name_goes_before_a_rare_one() -> None:
    assert close_names("rangel", {"rAngle", "rangle"}) == ("rangle",)
