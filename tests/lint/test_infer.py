from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from texbook.base.source import SourceFile
from texbook.config.model import StructureConfig, TitleMode
from texbook.latex.tokens import tokenize
from texbook.lint.infer import InferredStructure, infer_structure, unknown_verbatim
from texbook.lint.titles import is_accepted

TITLES = ("A", "a", "A: x", "A: y", "A (z)", "1. A", "B", "B---x", "C", ": x", "--", "")


def inferred(units: list[list[str]]) -> InferredStructure | None:
    text = "".join(
        "\\section{Q}\n" + "".join(f"\\subsection{{{title}}}\n" for title in titles)
        for titles in units
    )
    source = SourceFile(Path("/b/main.tex"), text)
    return infer_structure([source], {source.path: tokenize(text)})


@given(st.lists(st.lists(st.sampled_from(TITLES), max_size=7), max_size=9))
def test_whatever_the_headings_are_the_structure_fits_them(units: list[list[str]]) -> None:
    found = inferred(units)
    if found is None:
        return
    assert len(set(found.sections)) == len(found.sections) > 1
    assert all(found.sections)
    assert found.units / 2 < found.sharing <= found.units <= len(units)
    assert found.accepted <= found.headings
    for section in found.sections:
        assert any(
            is_accepted(title, section, mode)
            for titles in units
            for title in titles
            for mode in TitleMode
        ) or any(title.endswith(section) for titles in units for title in titles)


def test_equal_units_are_taken_as_they_are() -> None:
    found = inferred([["One", "Two", "Three"]] * 4)
    assert found == InferredStructure(
        unit=StructureConfig().unit,
        sections=("One", "Two", "Three"),
        titles=TitleMode.EXACT,
        units=4,
        sharing=4,
        headings=12,
        accepted=12,
        others=0,
    )


@given(st.text(alphabet="#\\{}ab \n$%", max_size=80))
def test_any_text_can_be_searched_for_code(text: str) -> None:
    unknown_verbatim([tokenize(f"\\begin{{a}}\n{text}\\end{{a}}")], frozenset())


def test_a_comment_sign_counts_at_the_beginning_of_a_line_in_the_innermost_environment() -> None:
    text = "\\begin{a}\n# x\n\\begin{b} # \n\\end{b}\\begin{c}\n##\n#1\n\\end{c}\\end{a}\n# x\n"
    assert unknown_verbatim([tokenize(text)], frozenset()) == ("a",)
    assert unknown_verbatim([tokenize(text)], frozenset({"a"})) == ()
