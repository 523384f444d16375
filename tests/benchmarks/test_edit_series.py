"""The runner of the series tells right PDFs from wrong ones; a stand-in builds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from benchmarks.books import Workshop, copy_own_book
from benchmarks.edit_series import Judges, chosen, measure_series
from benchmarks.edits.series import SERIES
from benchmarks.measure import BenchmarkError, Row, Timed

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.books import Book, Builder

BUILT = "one/ada.tex  typeset: its text changed\none/bob.tex  reused\nmain.pdf: 9 pages in 0.6 s\n"
SAME = Timed(1.0, 1.0, "the same as one run: 9 pages\n")


@dataclass
class StandIn:
    """Answers in the place of a workshop, and lets ``main.pdf`` appear."""

    folder: Path
    check: Timed = SAME
    breaks: bool = True
    spoils: bool = False
    commands: list[str] = field(default_factory=list)

    def fresh(self, book: Book, builder: Builder) -> Path:
        copy_own_book(self.folder)
        return self.folder

    def run(self, arguments: tuple[str, ...], folder: Path, *good: frozenset[int]) -> Timed:
        self.commands.append(" ".join(map(str, arguments[1:])))
        if "--check" in arguments:
            return self.check
        texts = (path.read_text("utf-8") for path in folder.glob("chapters/*/*.j2.tex"))
        is_broken = any("{predictbx}" in text for text in texts)
        if not is_broken or self.spoils:
            (folder / "main.pdf").write_bytes(str(len(self.commands)).encode())
        if is_broken and self.breaks:
            return Timed(0.5, 0.5, "the build failed\n", 1)
        return Timed(0.6, 0.6, BUILT)


@pytest.fixture
def stand_in(tmp_path: Path) -> StandIn:
    """A workshop whose builds are all right."""
    return StandIn(tmp_path / "book")


def measured(stand_in: StandIn, **options: object) -> list[Row]:
    """Run the series, or a part of it."""
    shop = cast("Workshop", stand_in)
    return list(measure_series(shop, 1, judges=Judges(one_run=True), **options))  # type: ignore[arg-type]


def test_a_series_whose_pdfs_are_all_right_is_right(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = measured(stand_in)
    assert all(row.right for row in rows)
    assert (rows[-1].ours, rows[-1].held) == (f"0 of {len(SERIES)} wrong", True)
    checks = [command for command in stand_in.commands if "--check" in command]
    assert len(checks) == sum(not edit.fails for edit in SERIES)
    assert "1 of 2 segments typeset" in capsys.readouterr().out


def test_another_pdf_than_that_of_one_run_is_wrong(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in.check = Timed(1.0, 1.0, "page 4, one/ada.tex: other text\n", 1)
    rows = measured(stand_in, limit=2)
    assert (rows[-1].right, rows[-1].ours) == (False, "2 of 2 wrong")
    assert "page 4, one/ada.tex: other text" in capsys.readouterr().out


def test_a_check_that_says_nothing_is_no_check(stand_in: StandIn) -> None:
    stand_in.check = Timed(1.0, 1.0, "main.pdf is up to date (9 pages)\n")
    assert not measured(stand_in, limit=1)[-1].right


@pytest.mark.parametrize(
    ("breaks", "spoils", "right"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_a_mistake_must_fail_and_leave_the_pdf(
    stand_in: StandIn, *, breaks: bool, spoils: bool, right: bool
) -> None:
    stand_in.breaks, stand_in.spoils = breaks, spoils
    assert measured(stand_in, only="broken")[-1].right is right


def test_one_edit_stands_on_those_before_it() -> None:
    before, edits = chosen("new-footnote", None)
    assert [edit.name for edit in edits] == ["new-footnote"]
    assert [*before, *edits] == list(SERIES[: len(before) + 1])
    assert len(chosen(None, 3)[1]) == 3
    with pytest.raises(BenchmarkError, match="one-word"):
        chosen("no-such-edit", None)
