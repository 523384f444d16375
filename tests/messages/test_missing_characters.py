"""Characters that no font has, from logs of XeTeX 0.999994."""

from __future__ import annotations

import struct
import unicodedata
from typing import TYPE_CHECKING

import pytest

from texbook.base.span import Position, Span
from texbook.messages.replacements import replacement
from texbook.messages.warnings import Traces, engine_warnings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunFolder

PAGELLA = "[texgyrepagella-regular.otf]/OT:script=latn;language=dflt;mapping=tex-text;"


def missing(character: str, font: str = PAGELLA) -> str:
    return f"Missing character: There is no {character} (U+{ord(character):04X}) in font {font}!\n"


def font_file(path: Path, name: str, first: str, last: str) -> Path:
    """Write a font of two tables: a name, and one range of characters (format 12)."""
    words = name.encode("utf-16-be")
    names = struct.pack(">HHH6H", 0, 1, 18, 3, 1, 0x409, 1, len(words), 0) + words
    groups = struct.pack(">HHIIIIII", 12, 0, 28, 0, 1, ord(first), ord(last), 1)
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + groups
    records = struct.pack(">4sIII4sIII", b"cmap", 0, 44, len(cmap), b"name", 0, 44 + len(cmap), 0)
    path.write_bytes(struct.pack(">4sHHHH", b"OTTO", 2, 0, 0, 0) + records + cmap + names)
    return path


def test_a_character_is_found_in_the_source_with_its_name_and_font(run: RunFolder) -> None:
    run.put("main.tex", "first\n% 漢\nsecond 漢 here\n")
    [found] = run.warnings(missing("漢")).findings
    assert found.message == (
        'the font "texgyrepagella-regular.otf" has no "漢" (U+6F22, cjk unified ideograph-6f22): '
        "it is left out"
    )
    assert found.span == run.at("main.tex", 3, 8, 1)


def test_each_place_is_shown_when_all_were_left_out(run: RunFolder) -> None:
    run.put("main.tex", "a 😀\nb 😀\n")
    [found] = run.warnings(missing("😀") * 2).findings
    assert found.message.endswith("it is left out, 2 times")
    assert found.span == run.at("main.tex", 1, 3, 1)
    assert [place.span for place in found.related] == [run.at("main.tex", 2, 3, 1)]


def test_of_more_places_than_were_left_out_nobody_knows_which(run: RunFolder) -> None:
    run.put("main.tex", "→ and \\texttt{→}\n")
    [found] = run.warnings(missing("→", "[lmmono10-regular.otf]")).findings
    assert found.related == ()
    assert "it stands in 2 places" in found.hints[-1]


def test_a_font_is_called_as_people_call_it_and_another_may_have_the_character(
    run: RunFolder, tmp_path: Path
) -> None:
    run.put("main.tex", "→\n")
    lacking = font_file(tmp_path / "a.otf", "Gyre A", "a", "z")
    having = font_file(tmp_path / "b.otf", "Gyre B", "←", "⇔")
    log = run.log(missing("→", "[a.otf]/OT:script=latn;"))
    [found] = engine_warnings(log, run.locator, Traces((lacking, having))).findings
    assert found.message.startswith('the font "Gyre A" (a.otf) has no "→" (U+2192, rightwards')
    assert found.hints == ('"Gyre B" of this document has it', 'write "$\\rightarrow$"')


def test_a_character_that_came_from_a_result_leads_to_the_template(run: RunFolder) -> None:
    run.put("main.tex", "x\n")
    run.render("%% block a\n  \\VAR{results.word}\n", "漢\n")
    [found] = run.warnings(f"(./q.tex\n{missing('漢')})").findings
    assert found.span == Span.at(run.folder.parent / "q.j2.tex", 2)


def test_a_character_of_a_bibliography_is_found_there(run: RunFolder) -> None:
    run.put("main.tex", "\\cite{a}\n")
    bib = run.put("refs.bib", "@book{a,\n title={漢}}\n")
    log = run.log(f"(./main.bbl\n{missing('漢')})")
    [found] = engine_warnings(log, run.locator, Traces(bibliographies=(bib,))).findings
    assert found.span == Span(run.book / "refs.bib", Position(2, 9), Position(2, 10))


def test_a_letter_that_the_engine_has_composed_is_found_as_it_was_typed(run: RunFolder) -> None:
    run.put("main.tex", f"x {unicodedata.normalize('NFD', 'ẋ')}\n")
    [found] = run.warnings(missing("ẋ")).findings
    assert found.span == run.at("main.tex", 1, 3, 2)


def test_a_character_that_cannot_be_seen_is_shown_by_its_name(run: RunFolder) -> None:
    run.put("main.tex", "a\u200bb\n")
    [found] = run.warnings(missing("\u200b")).findings
    assert "has no U+200B (zero width space)" in found.message
    assert found.hints == ('delete it, or write "\\allowbreak" where a line may break',)


def test_many_characters_of_a_script_are_one_finding(run: RunFolder) -> None:
    run.put("main.tex", "一丁七万丈三上下\n")
    [found] = run.warnings("".join(map(missing, "一丁七万丈三上下")) + missing("三")).findings
    assert found.message == (
        'the font "texgyrepagella-regular.otf" has none of "一" "丁" "七" "万" "丈" "三" '
        "and 2 more: they are left out, 9 times"
    )
    assert found.span == run.at("main.tex", 1, 1, 1)


def test_fonts_of_tex_itself_are_known_by_name(run: RunFolder) -> None:
    run.put("main.tex", "$ß$\n")
    said = 'Missing character: There is no ß ("DF) in font cmmi10!\n'
    [found] = run.warnings(said).findings
    assert found.message.startswith('the font "cmmi10" has no "ß" (U+00DF, latin small letter')
    assert found.span == run.at("main.tex", 1, 2, 1)


@pytest.mark.parametrize(
    ("character", "advice"),
    [
        ("✓", "\\checkmark"),
        ("⇒", "$\\Rightarrow$"),
        ("≤", "$\\leq$"),
        ("Ω", "$\\Omega$"),
        ("β", "$\\beta$"),
        ("😀", "a picture"),
        ("\u2011", "\\mbox"),
        ("\u00ad", "\\-"),
        ("\u0301", "accent"),
        ("\ue000", "icons"),
        ("漢", "xeCJK"),
        ("Ж", "Cyrillic letters"),
        ("\u2e3a", "use a font that has it"),
    ],
)
def test_there_is_advice_for_common_characters(character: str, advice: str) -> None:
    assert advice in replacement(character)
