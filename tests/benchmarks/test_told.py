"""What the benchmarks read in texbook's own words."""

from __future__ import annotations

import pytest

from benchmarks.told import Told, read_told, same_as_one_run

BY_SEGMENTS = """\
main.tex (front)   reused
one/ada.tex        typeset: its text changed
one/bob.tex        reused
main.pdf: 1 page in 0.6 s
"""


def test_segments_are_counted() -> None:
    told = read_told(BY_SEGMENTS)
    assert told == Told(pages=1, typeset=1, reused=2, one_run=None)
    assert told.way == "1 of 3 segments typeset"


@pytest.mark.parametrize("between", [": ", "  "])
def test_a_run_of_the_whole_has_its_reason(between: str) -> None:
    told = read_told(f"built in one run{between}it has no part\nmain.pdf: 12 pages in 3.1 s\n")
    assert (told.pages, told.way) == (12, "one run: it has no part")


def test_a_book_that_was_up_to_date_has_pages_too() -> None:
    assert read_told("main.pdf is up to date (305 pages)\n").pages == 305


def test_a_build_that_tells_of_passes_has_no_segments() -> None:
    told = read_told("pass 1  main.tex changed\npass 1\nmain.pdf: 305 pages in 6.2 s; 1 warning\n")
    assert told == Told(pages=305, typeset=0, reused=0, one_run=None)
    assert told.way == ""


def test_a_comparison_counts_only_when_it_was_made_and_found_nothing() -> None:
    assert same_as_one_run("main.pdf is up to date (9 pages)\nthe same as one run: 9 pages\n") == 9
    assert same_as_one_run("main.pdf is up to date (9 pages)\n") is None
    assert same_as_one_run("page 4 is not the same as one run: other text\n") is None
