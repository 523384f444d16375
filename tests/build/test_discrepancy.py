"""What differs on a page, and which chapter may be the cause."""

from __future__ import annotations

from texbook.build.discrepancy import shared_definition, words_that_differ


def test_words_are_shown_around_the_first_that_differs() -> None:
    ours = "one two three four five six seven eight"
    assert words_that_differ(ours, ours.replace("five", "FIVE")) == (
        'it reads "two three four five six seven" and should read "two three four FIVE six seven"'
    )


def test_a_text_that_ends_early_is_shown_at_its_end() -> None:
    assert words_that_differ("one two", "one two three") == (
        'it reads "one two" and should read "one two three"'
    )


def test_the_same_words_in_other_places_are_told_as_such() -> None:
    told = words_that_differ("one two", "one\ntwo")
    assert told == "the words are the same, their places or looks are not"


def test_a_page_that_only_one_of_them_has_is_missing() -> None:
    assert words_that_differ(None, "one") == "it is missing"
    assert words_that_differ("one", None) == "one run has no such page"


def test_an_environment_of_another_chapter_is_found() -> None:
    others = {"one": r"\newenvironment{note}{}{}", "two": r"\def\unused{}"}
    found = shared_definition(r"\begin{note}x\end{note}", others)
    assert found is not None
    assert (found[0], found[1].name) == ("one", "note")


def test_a_name_that_only_begins_like_that_of_a_macro_is_no_use_of_it() -> None:
    assert shared_definition(r"\rated", {"one": r"\gdef\rate{3}"}) is None


def test_what_a_chapter_defines_itself_is_no_cause() -> None:
    text = r"\def\rate{1}\rate"
    assert shared_definition(text, {"one": r"\gdef\rate{3}"}) is None
