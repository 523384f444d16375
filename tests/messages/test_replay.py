"""What the tool says about broken documents, from recordings: builds that run no program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.messages.conftest import Case, Verdict

    Corpus = tuple[list[Case], dict[str, tuple[bool, bool]]]


def test_the_first_message_names_place_and_cause(
    recorded_case: Case, corpus: Corpus, tmp_path: Path, replay: Callable[[Case, Path], Verdict]
) -> None:
    _, misses = corpus
    verdict = replay(recorded_case, tmp_path / "book")
    expected = misses.get(recorded_case.id, (True, True))
    assert (verdict.place, verdict.cause) == expected, f"{verdict.said}\nnot {verdict.wanted}"


def test_the_first_message_is_right_for_nearly_all_documents(corpus: Corpus) -> None:
    cases, misses = corpus
    assert misses.keys() <= {case.id for case in cases}
    places = len(cases) - sum(not place for place, _ in misses.values())
    causes = len(cases) - sum(not cause for _, cause in misses.values())
    assert places / len(cases) >= 57 / 60
    assert causes / len(cases) >= 54 / 60
