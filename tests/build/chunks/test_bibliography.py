"""biblatex's control file of a book, from that of a part."""

from __future__ import annotations

from texbook.build.chunks.bibliography import control_file

TEMPLATE = b"""<bcf:controlfile>
  <bcf:section number="0">
    <bcf:citekey order="1" intorder="1">own</bcf:citekey>
  </bcf:section>
  <bcf:section number="1">
    <bcf:citekey order="1" intorder="1">own</bcf:citekey>
  </bcf:section>
</bcf:controlfile>
"""


def keys(content: bytes) -> list[str]:
    section = content.decode().partition("</bcf:section>")[0]
    return [line.strip() for line in section.splitlines() if "citekey" in line]


def test_the_citations_of_the_book_take_the_place_of_those_of_the_part() -> None:
    assert keys(control_file(TEMPLATE, [("b", False), ("a", False)])) == [
        '<bcf:citekey order="1" intorder="1">b</bcf:citekey>',
        '<bcf:citekey order="2" intorder="1">a</bcf:citekey>',
    ]


def test_an_entry_that_is_only_named_is_marked_until_it_is_cited() -> None:
    named = control_file(TEMPLATE, [("*", True), ("a", True), ("a", False)])
    assert keys(named) == [
        '<bcf:citekey order="1" intorder="1" nocite="1">*</bcf:citekey>',
        '<bcf:citekey order="2" intorder="1">a</bcf:citekey>',
        '<bcf:citekey order="3" intorder="1">a</bcf:citekey>',
    ]


def test_a_key_is_written_as_xml() -> None:
    assert keys(control_file(TEMPLATE, [("q&a<1>", False)])) == [
        '<bcf:citekey order="1" intorder="1">q&amp;a&lt;1&gt;</bcf:citekey>'
    ]


def test_all_else_stays_as_it_is() -> None:
    without = control_file(TEMPLATE, [])
    assert without == TEMPLATE.replace(
        b'    <bcf:citekey order="1" intorder="1">own</bcf:citekey>\n', b"", 1
    )
    assert control_file(b"<bcf:controlfile/>", [("a", False)]) == b"<bcf:controlfile/>"
