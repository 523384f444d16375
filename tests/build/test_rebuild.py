"""What is made of passes that do not settle and of xdvipdfmx's output."""

from __future__ import annotations

from texbook.build.passes import Change, Ending, Settlement
from texbook.build.rebuild import converter_findings, unsettled

MOVING = (
    Change("main.aux", b"\\newlabel{a}{{1}{9}}\n", b"\\newlabel{a}{{1}{10}}\n"),
    Change("notes.tmp", None, b"new\n"),
)


def test_a_document_that_does_not_settle_is_told_with_files_lines_and_causes() -> None:
    finding = unsettled(Settlement(Ending.MOVING, 8, {}, MOVING))
    assert finding.message == (
        'the document has not settled after 8 passes: "main.aux", "notes.tmp" still change'
    )
    assert finding.hints[:2] == (
        'main.aux: "\\newlabel{a}{{1}{9}}" becomes "\\newlabel{a}{{1}{10}}"',
        'notes.tmp: nothing becomes "new"',
    )
    assert finding.hints[-1].startswith("usual causes: ")


def test_a_document_that_moves_to_and_fro_is_told_so() -> None:
    finding = unsettled(Settlement(Ending.MOVING, 4, {}, MOVING[:1], cycle=2))
    assert finding.message == (
        'the document comes back to the same state every 2 passes: "main.aux" still changes'
    )


def test_a_converter_that_loses_an_image_is_an_error() -> None:
    output = (
        'xdvipdfmx:warning: Could not find image resource... "images/a.pdf"\n'
        "xdvipdfmx:warning: Object @page.1 already defined.\n"
    )
    [finding] = converter_findings(0, output)
    assert finding.message == 'Could not find image resource... "images/a.pdf"'
    assert finding.source == "xdvipdfmx"


def test_a_converter_that_fails_says_why_or_at_least_that_it_did() -> None:
    [fatal] = converter_findings(1, 'xdvipdfmx:fatal: Unable to open "main.xdv".\n\nNo output\n')
    assert fatal.message == 'Unable to open "main.xdv"'
    [silent] = converter_findings(1, "")
    assert silent.message == "xdvipdfmx ended with status 1 without a word"
    assert converter_findings(0, "xdvipdfmx:warning: something harmless\n") == ()
