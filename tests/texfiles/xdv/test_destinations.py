from __future__ import annotations

import pytest

from texbook.texfiles.xdv.destinations import Destinations, names_in


def pairing(*names: tuple[str, str]) -> Destinations:
    destinations = Destinations()
    for one, other in names:
        destinations.pair_names([one.encode()], [other.encode()])
    return destinations


def link(name: str) -> bytes:
    return f"pdf:bann<</Type/Annot/Subtype/Link/A<</S/GoTo/D({name})>>>>".encode()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"pdf:dest (foo bar) [@thispage /XYZ @xpos @ypos null]", [b"foo bar"]),
        (rb"pdf:dest (a\(b\)\\) [@thispage /Fit]", [rb"a\(b\)\\"]),
        (link("section*.1"), [b"section*.1"]),
        (b"pdf:outline [-] 1<</Title(A)/A<</S/GoTo/D(chapter.1)>>>>", [b"chapter.1"]),
        (b"pdf:bann<</A<</S/GoToR/F(other.pdf)/D(Item.1)>>>>", []),
        (b"pdf:docinfo<</Title(Item.1)>>", []),
    ],
)
def test_which_destinations_a_special_names(text: bytes, names: list[bytes]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Item.1", "Item.123450007"),
        ("section*.4", "section*.9"),
        ("figure.caption.3", "figure.caption.8"),
        ("lstnumber.-1.2", "lstnumber.-7.2"),
    ],
)
def test_names_of_one_kind_are_paired(one: str, other: str) -> None:
    assert pairing((one, other)).spell(link(other)) == link(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Item.1", "Hfootnote.1"),
        ("section.1", "section.1.1"),
        ("page.1", "page.2"),
        ("cite.a1", "cite.a2"),
        ("one", "two"),
    ],
)
def test_names_of_two_kinds_are_not_paired(one: str, other: str) -> None:
    assert pairing((one, other)).spell(link(other)) == link(other)


def test_a_name_keeps_its_first_partner() -> None:
    paired = pairing(("Item.1", "Item.5"), ("Item.1", "Item.6"), ("Item.2", "Item.5"))
    assert paired.spell(link("Item.5")) == link("Item.1")
    assert paired.spell(link("Item.6")) == link("Item.6")


def test_a_name_that_means_something_else_in_the_first_file_is_told_apart() -> None:
    paired = pairing(("Item.1", "Item.2"))
    assert paired.spell(link("Item.1")) == link("Item.1 of the second file")
