from __future__ import annotations

from array import array

import pytest

from texbook.preview.text import Line, PageText


def page(*rows: str, start: float = 0.0) -> PageText:
    """Set rows 20 points apart in letters of 5 by 10 points; a tab is a gap of 50 points."""
    boxes = array("f")
    for number, row in enumerate(rows):
        x = start
        for letter in row:
            boxes.extend((x, 20.0 * number, 5.0, 10.0))
            x += 50.0 if letter == "\t" else 5.0
        boxes.extend((0.0, 0.0, 0.0, 0.0) * 2)
    return PageText("\r\n".join(rows) + "\r\n", boxes)


def test_each_line_has_its_text_and_the_box_around_its_letters() -> None:
    assert page("one two", "three", start=30).lines() == [
        Line("one two", 30, 0, 35, 10),
        Line("three", 30, 20, 25, 10),
    ]


def test_what_stands_far_apart_is_two_lines() -> None:
    assert [line.text for line in page("left\tright").lines()] == ["left", "right"]


def test_an_exponent_stays_in_its_line() -> None:
    text = PageText("ab", array("f", (0, 10, 5, 10, 5, 4, 3, 7)))
    assert text.lines() == [Line("ab", 0, 4, 8, 16)]


def test_empty_lines_are_none() -> None:
    assert page("", "  ", "a").lines() == [Line("a", 0, 40, 5, 10)]
    assert PageText("", array("f")).lines() == []


@pytest.mark.parametrize("query", ["winning BID", "  winning\n bid ", "WINNING bid"])
def test_case_and_spaces_do_not_matter(query: str) -> None:
    (hit,) = page("The winning", "bid is high").find(query)
    assert hit.excerpt[hit.start : hit.end] == "winning bid"
    assert hit.boxes == ((20, 0, 35, 10), (0, 20, 15, 10))


def test_a_word_that_is_parted_at_the_end_of_a_line_is_found() -> None:
    text = PageText("con\x02ditions", array("f", (0, 0, 5, 10) * 4 + (0, 20, 5, 10) * 7))
    (hit,) = text.find("conditions")
    assert hit.excerpt == "conditions"
    assert len(hit.boxes) == 2
    assert [line.text for line in text.lines()] == ["con-", "ditions"]


def test_a_compound_is_found_with_and_without_its_hyphen() -> None:
    text = page("hold-out rows")
    assert len(list(text.find("hold-out"))) == len(list(text.find("holdout"))) == 1


def test_ligatures_and_letters_of_formulas_are_found_as_plain_ones() -> None:
    assert len(list(page("\ufb01nd \U0001d465").find("find x"))) == 1


def test_the_excerpt_ends_where_the_page_ends() -> None:
    (hit,) = page("only this").find("this")
    assert (hit.excerpt, hit.start, hit.end) == ("only this", 5, 9)


@pytest.mark.parametrize("query", ["", "  ", "-", "absent"])
def test_what_is_not_there_or_is_nothing_is_not_found(query: str) -> None:
    assert list(page("some text - here").find(query)) == []


def test_every_match_is_found_once() -> None:
    assert len(list(page("aaaa aa").find("aa"))) == 3
