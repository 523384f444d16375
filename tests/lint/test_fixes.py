from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from texbook.base.fix import Edit, Fix
from texbook.lint.fixes import apply_edits, apply_fixes, choose_fixes, is_sound

if TYPE_CHECKING:
    from random import Random


def fix(*edits: tuple[int, int, str], description: str = "mend") -> Fix:
    return Fix(description, tuple(Edit(*edit) for edit in edits), safe=True)


@st.composite
def texts_with_fixes(draw: st.DrawFn) -> tuple[str, list[Fix]]:
    text = draw(st.text("ab \n\r\t€", max_size=40))
    offsets = st.integers(0, len(text))
    pairs = st.tuples(offsets, offsets, st.text("xy\n", max_size=3))
    edits = pairs.map(lambda pair: Edit(min(pair[:2]), max(pair[:2]), pair[2]))
    fixes = st.lists(edits, min_size=1, max_size=3).map(lambda e: Fix("mend", tuple(e), safe=True))
    return text, draw(st.lists(fixes, max_size=8))


@given(texts_with_fixes())
def test_nothing_outside_the_chosen_edits_changes(case: tuple[str, list[Fix]]) -> None:
    text, fixes = case
    edits = [edit for chosen in choose_fixes(text, fixes) for edit in chosen.edits]
    new = apply_edits(text, edits)
    position = 0
    for start, end in sorted((edit.start, edit.end) for edit in edits):
        kept = text[position:start]
        assert kept in new
        new = new[new.index(kept) + len(kept) :]
        position = end
    assert new.endswith(text[position:])


@given(texts_with_fixes())
def test_length_changes_by_what_the_chosen_edits_say(case: tuple[str, list[Fix]]) -> None:
    text, fixes = case
    edits = [edit for chosen in choose_fixes(text, fixes) for edit in chosen.edits]
    removed = sum(edit.end - edit.start for edit in edits)
    plain = text.replace("\r", "-")  # with CRLF a written line end may have two code points
    assert len(apply_edits(plain, edits)) == len(text) - removed + sum(
        len(edit.replacement) for edit in edits
    )


@given(texts_with_fixes(), st.randoms(use_true_random=False))
def test_the_order_of_fixes_does_not_matter_for_edits(
    case: tuple[str, list[Fix]], random: Random
) -> None:
    text, fixes = case
    edits = [edit for chosen in choose_fixes(text, fixes) for edit in chosen.edits]
    shuffled = random.sample(edits, len(edits))
    assert apply_edits(text, edits) == apply_edits(text, shuffled)


@given(texts_with_fixes())
def test_edits_can_be_applied_one_by_one_from_the_end(case: tuple[str, list[Fix]]) -> None:
    text, fixes = case
    plain = text.replace("\r", "-")
    edits = [edit for chosen in choose_fixes(plain, fixes) for edit in chosen.edits]
    new = plain
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        new = apply_edits(new, [edit])
    assert new == apply_edits(plain, edits)


def test_the_first_of_two_that_overlap_wins_and_the_other_waits() -> None:
    first, second, apart = fix((0, 3, "x")), fix((2, 5, "y")), fix((6, 7, "z"))
    assert choose_fixes("abcdefgh", [second, apart, first]) == [first, apart]


def test_fixes_that_touch_wait_for_each_other() -> None:
    assert len(choose_fixes("abcd", [fix((0, 2, "x")), fix((2, 4, "y"))])) == 1
    assert len(choose_fixes("abcd", [fix((2, 2, "x")), fix((2, 2, "y"))])) == 1


def test_a_fix_is_applied_with_all_its_edits_or_not_at_all() -> None:
    pair = fix((1, 2, "("), (6, 7, ")"))
    assert apply_fixes("abcdefgh", [fix((0, 1, "x")), pair]) == ("xbcdefgh", 1)
    assert apply_fixes("abcdefgh", [pair, fix((3, 4, "x"))]) == ("a(cxef)h", 2)


def test_the_same_fix_found_twice_is_one() -> None:
    assert apply_fixes("a...b", [fix((1, 4, "x")), fix((1, 4, "x"))]) == ("axb", 1)


def test_a_fix_that_changes_nothing_is_none() -> None:
    assert apply_fixes("abc", [fix((0, 3, "abc"))]) == ("abc", 0)


def test_edits_outside_the_text_or_over_each_other_are_not_sound() -> None:
    assert is_sound("abc", fix((0, 1, ""), (1, 3, "")))
    assert not is_sound("abc", fix((0, 4, "")))
    assert not is_sound("abc", fix((2, 1, "")))
    assert not is_sound("abc", fix((-1, 1, "")))
    assert not is_sound("abc", fix((0, 2, ""), (1, 3, "")))
    assert not is_sound("abc", fix((1, 1, "x"), (1, 1, "y")))
    assert not is_sound("abc", fix())
    assert apply_fixes("abc", [fix((0, 4, ""))]) == ("abc", 0)


def test_written_line_ends_are_those_of_the_place() -> None:
    assert apply_fixes("a\r\nb\r\n", [fix((3, 4, "x\ny"))]) == ("a\r\nx\r\ny\r\n", 1)
    assert apply_fixes("a\r\nb", [fix((3, 4, "x\ny"))]) == ("a\r\nx\r\ny", 1)
    assert apply_fixes("a\r\nb\n", [fix((3, 4, "x\ny"))]) == ("a\r\nx\ny\n", 1)
    assert apply_fixes("ab", [fix((1, 2, "x\ny"))]) == ("ax\ny", 1)
    assert apply_fixes("a\r\n", [fix((0, 1, "x\r\ny"))]) == ("x\r\ny\r\n", 1)


def test_many_fixes_are_chosen_in_no_time_worth_speaking_of() -> None:
    text = "a..." * 20_000
    fixes = [fix((n + 1, n + 4, "x")) for n in range(0, len(text), 4)]
    new, count = apply_fixes(text, fixes)
    assert count == 20_000
    assert new == "ax" * 20_000
