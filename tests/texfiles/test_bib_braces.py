"""Where the brace of an entry is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from texbook.base.source import SourceFile
from texbook.texfiles.bib_braces import entry_keys, unclosed_entries, unclosed_entry

NEXT = "\n@book{b,\n  title = {Two},\n}\n"


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        (
            "@misc{a,\n  title = {One,\n  note = {{X} and Y},\n  year = 1961,\n}\n",
            'the field "title" of the entry "a" is not closed',
            "r.bib:2:11",
        ),
        (
            "@misc{a,\n  title = {One},\n  note = {A {B},\n}\n",
            'the entry "a" is not closed',
            "r.bib:1:7",
        ),
        ("@misc{a,\n  title = {One},\n", 'the entry "a" is not closed', "r.bib:1:7"),
        (
            "@misc{a,\n  title = {One},\n  note = {Two\n",
            'the field "note" of the entry "a" is not closed',
            "r.bib:3:10",
        ),
    ],
)
@pytest.mark.parametrize("following", ["", NEXT])
def test_the_value_that_runs_into_the_next_field_is_named(
    text: str, message: str, place: str, following: str
) -> None:
    source = SourceFile(Path("r.bib"), text + following)
    [entry] = unclosed_entries(source.text)
    found = unclosed_entry(source, entry, "biber")
    assert (found.code, found.source, found.message) == ("bibliography-syntax", "biber", message)
    assert str(found.span).startswith(place)
    assert [str(item.span) for item in found.related] == (
        [f"r.bib:{text.count(chr(10)) + 2}"] if following else []
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Only words, { and an @ mark.",
        NEXT,
        "@misc{a, title = {One}, note = {a\n b = {c}\n d}}" + NEXT,
        "@string{pub, {x}}\n@comment{left open,\n" + NEXT,
    ],
)
def test_whole_files_have_no_unclosed_entry(text: str) -> None:
    assert list(unclosed_entries(text)) == []


def test_keys_are_found_in_a_broken_file() -> None:
    text = "@misc{a,\n title = {One,\n}\n@comment{no,}\n @book{ b ,\n title={Two}}\n"
    assert list(entry_keys(text)) == [("a", 6), ("b", text.index("b ,"))]
