from __future__ import annotations

import pytest

from texbook.texfiles.label_uses import label_value, referenced_names
from texbook.texfiles.moved_pages import move_aux


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("{2.3}{45}", ("45", "{2.3}{}")),
        (
            r"{{\rm 2}}{iv}{A {b} \}}{section.2}{}",
            ("iv", r"{{\rm 2}}{}{A {b} \}}{section.2}{}"),
        ),
        ("{}{305}{}{page.305}{}", ("305", "{}{}{}{page.305}{}")),
        ("{[section][3][2]2.3}{[1][5][]5}", ("[1][5][]5", "{[section][3][2]2.3}{}")),
        ("17pt", ("", "17pt")),
        ("", ("", "")),
    ],
)
def test_a_label_has_a_page_and_the_rest(content: str, value: tuple[str, str]) -> None:
    assert label_value(content) == value


def test_the_rest_does_not_change_when_the_page_moves() -> None:
    content = "{5}{5}{Title 5}{section.5}{}"
    moved = move_aux(f"\\newlabel{{a}}{{{content}}}", 1).removeprefix("\\newlabel{a}{")[:-1]
    assert label_value(moved).rest == label_value(content).rest
    assert label_value(moved).page == "6"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (r"\ref{a}\pageref{b}\nameref*{c}\autoref{d}\eqref {e}", "abcde"),
        (r"\vref[here][there]{a}\zcref[S]{b,c}\vrefs{d}\getpagerefnumber{e}", "abcde"),
        ("\\Cref{a, b,%\n  c}\\labelcpageref{ d\n}", "abcd"),
        (r"\crefrange{a}{b}\vrefrange[x]{c}{d}\cref{e}{f}", "abcde"),
        (r"\hyperref[a]{b}\hyperref{c}{d}{e}{f}\href{g}{h}", "a"),
        ("\\ref{a}% \\ref{b}\n\\ref{c}\\% \\ref{d}\\\\% \\ref{e}", "acd"),
        (r"\ref{\prefix a}\ref{#1}\ref{}\ref{a,}\reference{b}\refstepcounter{c}", "a"),
        (r"\ref", ""),
    ],
)
def test_labels_that_stand_in_references_are_found(text: str, names: str) -> None:
    assert referenced_names(text) == set(names)


def test_a_name_is_read_whole() -> None:
    assert referenced_names("\\ref{q:a-b_c:  title\n d}") == {"q:a-b_c: title d"}
