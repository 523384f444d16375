"""The pass logic with an engine that plays a script; no TeX."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from texbook.build.auxiliary import Accesses, Snapshot
from texbook.build.passes import (
    Change,
    Ending,
    EnginePass,
    Settlement,
    changes_after,
    pass_name,
    settle,
)

if TYPE_CHECKING:
    from texbook.build.model import RerunReason


@dataclass
class FakeTypesetter:
    """Leaves the next snapshot of a script, or what a function makes of the start.

    Everything it leaves counts as read first, as LaTeX reads its auxiliary files.
    """

    script: list[dict[str, bytes] | None]
    shadows: bool = False
    tools: dict[str, tuple[str, str]] = field(default_factory=dict)
    fail_tool: bool = False
    modes: list[str] = field(default_factory=list)
    tool_runs: int = 0
    last_tool_input: bytes | None = None

    def typeset(self, number: int, start: Snapshot, *, light: bool) -> EnginePass | None:
        self.modes.append("light" if light else "full")
        end = self.script[min(number, len(self.script)) - 1]
        if end is None:
            return None
        names = frozenset(start) | frozenset(end)
        accesses = Accesses(read=names, written=frozenset(end), read_first=frozenset(start))
        return EnginePass(light and self.shadows, start, {**start, **end}, accesses)

    def process(self, done: EnginePass) -> Snapshot | None:
        files = dict(done.end)
        for source, (output, prefix) in self.tools.items():
            if files.get(source) in {None, self.last_tool_input}:
                continue
            if self.fail_tool:
                return None
            self.last_tool_input = files[source]
            self.tool_runs += 1
            files[output] = prefix.encode() + files[source]
        return files


def run(
    fake: FakeTypesetter, start: dict[str, bytes] | None = None, limit: int = 8
) -> tuple[Settlement, list[str]]:
    reasons: list[RerunReason] = []
    settlement = settle(fake, start or {}, limit, reasons.append)
    return settlement, [str(reason) for reason in reasons]


LABELS = rb"\newlabel{a}{{1}{%d}}" + b"\n"


def test_a_new_document_without_labels_needs_two_passes_because_its_files_are_new() -> None:
    fake = FakeTypesetter([{"main.aux": b"\\relax\n"}])
    settlement, reasons = run(fake)
    assert settlement.ending is Ending.SETTLED
    assert fake.modes == ["light", "full"]
    assert reasons == [
        "pass 1, light: there are no auxiliary files yet",
        "pass 2: main.aux is new",
    ]


def test_a_contents_that_moves_pages_takes_two_light_passes_and_a_full_one() -> None:
    fake = FakeTypesetter(
        [
            {"main.aux": LABELS % 1, "main.toc": b"{one}{1}\n"},
            {"main.aux": LABELS % 3, "main.toc": b"{one}{3}\n"},
        ],
        shadows=True,
    )
    settlement, reasons = run(fake)
    assert settlement.ending is Ending.SETTLED
    assert fake.modes == ["light", "light", "full"]
    assert reasons[2] == "pass 3: main.aux changed, main.toc changed"
    assert settlement.auxiliary["main.toc"] == b"{one}{3}\n"


def test_a_light_pass_that_settles_is_followed_by_a_full_one_only_if_something_was_left_out() -> (
    None
):
    script: list[dict[str, bytes] | None] = [{"main.aux": LABELS % 1, "main.toc": b"{one}{1}\n"}]
    with_shadows = FakeTypesetter(script, shadows=True)
    without = FakeTypesetter(script)
    assert run(with_shadows)[0].passes == 3
    assert with_shadows.modes == ["light", "light", "full"]
    assert run(without)[0].passes == 2
    assert without.modes == ["light", "full"]


def test_an_edit_that_moves_nothing_takes_one_full_pass() -> None:
    start = {"main.aux": LABELS % 1, "main.toc": b"{one}{1}\n"}
    fake = FakeTypesetter([dict(start)], shadows=True)
    settlement, _ = run(fake, start)
    assert settlement.ending is Ending.SETTLED
    assert fake.modes == ["full"]


def test_an_edit_that_only_moves_numbers_goes_on_with_full_passes() -> None:
    fake = FakeTypesetter([{"main.aux": LABELS % 12}], shadows=True)
    settlement, _ = run(fake, {"main.aux": LABELS % 9})
    assert settlement.ending is Ending.SETTLED
    assert fake.modes == ["full", "full"]


def test_an_edit_that_adds_a_heading_goes_on_with_a_light_pass() -> None:
    longer = b"{one}{1}\n{two}{2}\n"
    fake = FakeTypesetter([{"main.toc": longer}], shadows=True)
    settlement, _ = run(fake, {"main.toc": b"{one}{1}\n"})
    assert settlement.ending is Ending.SETTLED
    assert fake.modes == ["full", "light", "full"]


def test_a_full_pass_that_moves_something_after_settled_light_ones_is_not_the_last() -> None:
    first = {"main.toc": b"{one}{1}\n"}
    second = {"main.toc": b"{one}{2}\n"}
    fake = FakeTypesetter([first, first, second], shadows=True)
    settlement, _ = run(fake)
    assert settlement.ending is Ending.SETTLED
    assert fake.modes == ["light", "light", "full", "full"]
    assert settlement.auxiliary == second


def test_a_document_that_never_settles_stops_at_the_limit_and_names_what_moves() -> None:
    fake = FakeTypesetter([{"main.cnt": b"%d\n" % n, "main.aux": b"same"} for n in range(20)])
    settlement, _ = run(fake, limit=5)
    assert settlement.ending is Ending.MOVING
    assert settlement.passes == 5
    assert [change.name for change in settlement.moving] == ["main.cnt"]
    assert [(line.before, line.after) for line in settlement.moving[0].lines] == [("3", "4")]


def test_passes_that_repeat_themselves_end_early() -> None:
    even, odd = {"main.aux": LABELS % 9}, {"main.aux": LABELS % 10}
    fake = FakeTypesetter([even, odd, even, odd, even, odd, even, odd])
    settlement, _ = run(fake, limit=8)
    assert settlement.ending is Ending.MOVING
    assert settlement.cycle == 2
    assert settlement.passes < 8


def test_the_limit_of_one_pass_is_enough_for_a_settled_book() -> None:
    start = {"main.aux": LABELS % 1}
    assert run(FakeTypesetter([dict(start)]), start, limit=1)[0].ending is Ending.SETTLED


def test_a_bibliography_that_is_made_after_the_first_pass_asks_for_more() -> None:
    fake = FakeTypesetter(
        [{"main.aux": b"\\relax\n", "main.bcf": b"keys"}],
        tools={"main.bcf": ("main.bbl", "sorted ")},
        shadows=True,
    )
    settlement, reasons = run(fake)
    assert settlement.ending is Ending.SETTLED
    assert fake.tool_runs == 1
    assert "main.bbl is new" in reasons[1]
    assert settlement.auxiliary["main.bbl"] == b"sorted keys"


def test_a_bibliography_that_changes_after_an_edit_asks_for_another_pass() -> None:
    start = {"main.bcf": b"old", "main.bbl": b"sorted old"}
    fake = FakeTypesetter([{"main.bcf": b"new"}], tools={"main.bcf": ("main.bbl", "sorted ")})
    settlement, _ = run(fake, start)
    assert settlement.ending is Ending.SETTLED
    assert settlement.auxiliary["main.bbl"] == b"sorted new"
    assert len(fake.modes) > 1


def test_an_engine_that_fails_in_the_second_pass_ends_the_build() -> None:
    fake = FakeTypesetter([{"main.aux": LABELS % 1, "main.toc": b"x\n"}, None])
    settlement, _ = run(fake)
    assert settlement.ending is Ending.FAILED
    assert settlement.passes == 2


def test_a_tool_that_fails_ends_the_build() -> None:
    fake = FakeTypesetter(
        [{"main.bcf": b"keys"}], tools={"main.bcf": ("main.bbl", "")}, fail_tool=True
    )
    assert run(fake)[0].ending is Ending.FAILED


def finished(
    start: dict[str, bytes],
    end: dict[str, bytes],
    *,
    read: set[str] | None = None,
    read_first: set[str] | None = None,
    aside: set[str] | None = None,
) -> list[str]:
    names = frozenset(read if read is not None else {*start, *end})
    first = frozenset(read_first if read_first is not None else names)
    accesses = Accesses(names, frozenset(end), first)
    done = EnginePass(False, start, end, accesses, frozenset(aside or ()))
    return [str(change) for change in changes_after(done, end)]


def test_a_file_that_was_not_read_does_not_count() -> None:
    assert finished({"main.idx": b"1"}, {"main.idx": b"2"}, read=set()) == []


def test_a_file_that_is_written_before_it_is_read_does_not_count() -> None:
    assert finished({"a.listing": b"1"}, {"a.listing": b"2"}, read_first=set()) == []


def test_a_new_file_counts_though_the_recorder_does_not_show_a_look_in_vain() -> None:
    assert finished({}, {"main.bbl": b"x"}, read=set()) == ["main.bbl is new"]


def test_a_new_result_of_write18_counts_only_if_it_was_not_read_yet() -> None:
    assert finished({}, {"plot.txt": b"x"}, aside={"plot.txt"}) == []
    assert finished({}, {"plot.txt": b"x"}, aside={"plot.txt"}, read=set()) == ["plot.txt is new"]


def test_a_file_that_was_read_and_is_gone_counts() -> None:
    assert finished({"main.tmp": b"1"}, {}) == ["main.tmp is gone"]


def test_bookkeeping_of_minted_and_biblatex_does_not_count() -> None:
    before = b"\\gdef \\minted@oldcachelist{A.pygtex,}\n\\abx@aux@read@bbl@mdfivesum{nohash}\n"
    after = b"\\gdef \\minted@oldcachelist{B.pygtex,}\n\\abx@aux@read@bbl@mdfivesum{1234}\n"
    assert finished({"main.aux": before}, {"main.aux": after}) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (b"\\newlabel{a}{{1}{9}}", b"\\newlabel{a}{{1}{10}}", True),
        (b"\\newlabel{a}{{1}{ix}}", b"\\newlabel{a}{{1}{x}}", True),
        (b"\\newlabel{a}{{1}{9}}", b"\\newlabel{b}{{1}{9}}", False),
        (b"one\n", b"one\ntwo\n", False),
        (None, b"text", False),
        (None, b"", True),
    ],
)
def test_a_change_of_numbers_alone_is_told_from_others(
    before: bytes | None, after: bytes, expected: bool
) -> None:
    assert Change("main.aux", before, after).only_numbers is expected


def test_passes_have_one_name_on_every_surface() -> None:
    assert pass_name(1, light=True) == "pass 1, light"
    assert pass_name(3, light=False) == "pass 3"
