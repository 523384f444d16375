"""What is made of passes that do not settle."""

from __future__ import annotations

from texbook.build.complaints import unsettled
from texbook.build.passes import Change, Ending, Settlement

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
