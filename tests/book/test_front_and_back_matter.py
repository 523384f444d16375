"""The pages around the questions: what they name exists, and their lists are whole."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

BOOK = Path(__file__).parents[2]
MATTER = sorted(
    path
    for pattern in ("frontmatter/*.tex", "backmatter/*.tex", "chapters/*/chapter.tex")
    for path in BOOK.glob(pattern)
)
QUESTIONS = re.findall(
    r"^\\include\{(chapters/.*/(?!chapter\})([^/}\n]+))\}",
    (BOOK / "main.tex").read_text("utf-8"),
    re.MULTILINE,
)
SLUGS = [slug for _, slug in QUESTIONS]
CHAPTERS = sorted({path.split("/")[1] for path, _ in QUESTIONS})

_REFERENCE = re.compile(r"\\(?:[cC]ref|ref|pageref|hyperref)\*?(?:\[([^\]]+)\]|\{([^{}]+)\})")
_LABEL = re.compile(r"\\label\{([^{}]+)\}")
_BOX = re.compile(r"\\begin\{(dfn|tec|ex|thm|lem|code)box\}\{[^{}]*\}\{([^{}]+)\}")


def text(path: str) -> str:
    """Give the text of one of the book's files."""
    return (BOOK / path).read_text("utf-8")


def template(slug: str) -> str:
    """Give the text of a question's template."""
    (path,) = BOOK.glob(f"chapters/*/{slug}.j2.tex")
    return path.read_text("utf-8")


def typed(path: str, name: str) -> Any:
    """Give a list that a template sets."""
    found = re.search(rf"\\BLOCK\{{set {name} = (\[.*?\])\}}\n", text(path), re.DOTALL)
    assert found, name
    return ast.literal_eval(found[1])


@pytest.fixture(scope="module")
def arrows() -> list[tuple[str, str]]:
    """What to read first, and what it serves, as the map draws it."""
    return [(first, then) for first, then, *_ in typed("frontmatter/reading-map.j2.tex", "arrows")]


def paths() -> dict[str, list[str]]:
    """The questions of each reading path in its order."""
    return {
        name: [
            slug for _, _, slugs in typed("frontmatter/how-to-use.j2.tex", name) for slug in slugs
        ]
        for name in ("two_days", "one_week", "four_weeks")
    }


def known_labels() -> set[str]:
    """Every label of the book, those of questions and boxes included."""
    labels = {f"q:{slug}" for slug in SLUGS}
    for path in (*MATTER, *BOOK.glob("chapters/*/*.j2.tex")):
        source = path.read_text("utf-8")
        labels |= set(_LABEL.findall(source))
        labels |= {f"{kind}:{name}" for kind, name in _BOX.findall(source)}
    return labels


@pytest.mark.parametrize("path", MATTER, ids=lambda path: path.relative_to(BOOK).as_posix())
def test_refers_only_to_labels_that_exist(path: Path) -> None:
    named = {
        label.strip()
        for groups in _REFERENCE.findall(path.read_text("utf-8"))
        for label in "".join(groups).split(",")
        if "VAR" not in label and "#" not in label
    }
    assert named <= known_labels()


def test_the_map_places_every_question_in_the_row_of_its_chapter() -> None:
    places = typed("frontmatter/reading-map.j2.tex", "places")
    assert [slug for slug, *_ in places] == SLUGS
    assert [row for _, row, *_ in places] == [
        CHAPTERS.index(path.split("/")[1]) + 1 for path, _ in QUESTIONS
    ]
    assert len({place[1:3] for place in places}) == len(SLUGS)


def test_the_arrows_of_the_map_point_forward_so_that_they_form_no_cycle(
    arrows: list[tuple[str, str]],
) -> None:
    assert all(SLUGS.index(first) < SLUGS.index(then) for first, then in arrows)
    assert len(set(arrows)) == len(arrows)
    assert {slug for arrow in arrows for slug in arrow} == set(SLUGS)


def test_an_arrow_joins_questions_that_refer_to_each_other(arrows: list[tuple[str, str]]) -> None:
    apart = [
        (first, then)
        for first, then in arrows
        if f"'{first}'" not in template(then) and f"'{then}'" not in template(first)
    ]
    assert apart == []


@pytest.mark.parametrize("name", paths())
def test_a_reading_path_goes_against_no_arrow(name: str, arrows: list[tuple[str, str]]) -> None:
    path = paths()[name]
    assert set(path) <= set(SLUGS)
    assert len(set(path)) == len(path)
    assert all(
        path.index(first) < path.index(then)
        for first, then in arrows
        if first in path and then in path
    )


def test_four_weeks_cover_every_question_once() -> None:
    assert sorted(paths()["four_weeks"]) == sorted(SLUGS)


def test_the_phases_of_the_interview_follow_one_another_and_add_up_to_45_minutes() -> None:
    phases = typed("backmatter/framework.j2.tex", "phases")
    assert [end for _, end, *_ in phases[:-1]] == [start for start, *_ in phases[1:]]
    assert sum(end - start for start, end, *_ in phases) == 45
    assert all(start < end for start, end, *_ in phases)


def test_the_glossary_is_sorted_and_defines_each_term_once() -> None:
    terms = re.findall(
        r"^\\glossaryterm\{([^{}]+)\}\{[^{}]+\}\{.", text("backmatter/glossary.tex"), re.MULTILINE
    )
    keys = [re.sub(r"[^a-z0-9 ]", "", term.casefold()) for term in terms]
    assert len(keys) > 50
    assert all(first < then for first, then in pairwise(keys))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_opener_names_all_its_questions_and_lists_them_in_order(chapter: str) -> None:
    source = text(f"chapters/{chapter}/chapter.tex")
    prose, questions = source.split(r"\begin{questionmap}")
    own = [slug for path, slug in QUESTIONS if path.split("/")[1] == chapter]
    assert re.findall(r"\\amzquestionitem\{q:([^{}]+)\}", questions) == own
    assert all(rf"\cref{{q:{slug}}}" in prose for slug in own)


def test_every_question_is_used_by_a_card_or_the_framework() -> None:
    pages = text("backmatter/framework.j2.tex") + text("backmatter/cards.tex")
    assert [slug for slug in SLUGS if f"q:{slug}" not in pages] == []


@pytest.mark.parametrize("name", ["cheat-sheet", "answers", "colophon"])
def test_what_lists_all_questions_is_made_of_their_front_matter(name: str) -> None:
    source = text(f"backmatter/{name}.j2.tex")
    assert re.search(r"^%% for question in (book|chapter)\.questions", source, re.MULTILINE)
    assert not any(slug in source for slug in SLUGS)


def test_the_author_of_the_plan_and_the_links_stand_in_one_place() -> None:
    assert text("main.tex").count(r"\newcommand*{\planauthor}") == 1
    assert r"\planauthor" in text("frontmatter/imprint.tex")
    assert r"\planlinks" in text("frontmatter/imprint.tex")
    assert not [path.name for path in MATTER if "Hoang" in path.read_text("utf-8")]


def test_every_work_in_the_bibliography_has_a_link_and_a_key_of_its_own() -> None:
    entries = re.findall(r"^@.*?(?=^@|\Z)", text("references.bib"), re.MULTILINE | re.DOTALL)
    assert len(entries) > 50
    assert [
        entry.split(",")[0] for entry in entries if not re.search(r"\b(doi|eprint|url) *=", entry)
    ] == []
    keys = [entry.split(",")[0].split("{")[1] for entry in entries]
    assert sorted(set(keys)) == sorted(keys)
