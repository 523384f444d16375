from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from texbook.app.summary import summary
from texbook.build.model import BuildResult, Outcome, RerunReason

EDITED = BuildResult(
    Outcome.BUILT,
    Path("main.pdf"),
    reasons=(
        RerunReason("build", "one.tex changed"),
        RerunReason("build", "two.tex changed"),
        RerunReason("one", "one.tex changed"),
        RerunReason("makeindex main.idx", "main.idx changed"),
    ),
    typeset=(1, 46),
)


def test_after_a_save_it_says_what_was_typeset() -> None:
    assert summary(EDITED, has_cause=True) == ["1 of 46 segments typeset"]


def test_at_the_start_it_says_why_it_was_built_too() -> None:
    said = summary(EDITED, has_cause=False)
    assert said == ["one.tex changed (and 1 more)", "1 of 46 segments typeset"]


def test_one_run_says_why_it_is_one() -> None:
    whole = (*EDITED.reasons, RerunReason("built in one run", "the main file includes nothing"))
    result = replace(EDITED, reasons=whole, typeset=None)
    assert summary(result, has_cause=True) == ["typeset in one run: the main file includes nothing"]


def test_nothing_to_do_is_said() -> None:
    result = replace(EDITED, outcome=Outcome.UP_TO_DATE, reasons=(), typeset=None)
    assert summary(result, has_cause=True) == ["the PDF was up to date"]


def test_a_build_that_did_not_come_so_far_says_nothing_of_it() -> None:
    failed = BuildResult(Outcome.FAILED, Path("main.pdf"))
    assert summary(failed, has_cause=False) == []
