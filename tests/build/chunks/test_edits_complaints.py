"""What is complained of stays complained of, though its chapter is not typeset again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from texbook.build.chunks.book import ChunkedBook
from texbook.build.chunks.collect import split_log
from texbook.build.chunks.findable import FindableFiles
from texbook.build.chunks.keys import Environment, segment_key
from texbook.build.chunks.model import SegmentRecord
from texbook.latex.spine import read_spine
from texbook.texfiles.engine_log import LogMessage, MessageKind

LOG = b"""This is XeTeX
(./main.tex
LaTeX Info: one of the preamble
texbook-log begin document
texbook-log begin 0
Underfull \\hbox (badness 10000) in paragraph at lines 1--2
 []

texbook-log end 0
texbook-log begin 3
LaTeX Info: one of a chapter
LaTeX Info: another
texbook-log end 3
"""


def test_a_job_is_counted_by_its_segments() -> None:
    said = split_log(LOG, "main.tex")
    counts = {number: (item.boxes, item.remarks) for number, item in said.items()}
    assert counts == {None: (0, 1), 0: (1, 0), 3: (0, 2)}


def test_a_job_that_stopped_early_has_all_before_its_first_segment() -> None:
    said = split_log(b"LaTeX Info: alone\n", "main.tex")
    assert [(number, item.remarks) for number, item in said.items()] == [(None, 1)]


def test_what_is_said_of_a_chapter_without_pages_stays_with_it() -> None:
    log = b"texbook-log begin 0\nNo file gone.tex.\ntexbook-log end 0\ntexbook-log begin 1\n"
    said = split_log(log, "main.tex")
    assert [message.text for message in said[0].messages] == ["No file gone.tex"]
    assert said[1].messages == ()


@pytest.mark.parametrize(("file", "counts"), [("./main.tex", True), ("./a.tex", False)])
def test_a_complaint_about_the_main_file_moves_with_its_lines(file: str, *, counts: bool) -> None:
    message = LogMessage(MessageKind.OVERFULL, "hbox (3pt too wide)", file=file, line=4)
    keys = []
    for start in ("", "\n\n"):
        text = rf"\documentclass{{report}}\begin{{document}}{start}\include{{a}}\end{{document}}"
        book = ChunkedBook(read_spine(text))
        book.records["a"] = replace(SegmentRecord({}, "", 1, 1, 1, None), messages=(message,))
        starts = book.starts()
        files = FindableFiles((), "main")
        environment = Environment(starts, {}, {}, {}, {}, {}, "", files)
        keys.append(segment_key(book, "a", book.records["a"], starts["a"], environment))
    assert (keys[0] != keys[1]) == counts
