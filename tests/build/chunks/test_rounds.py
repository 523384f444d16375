"""Rounds go on until every segment has the inputs under which it was typeset, and no further."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import pytest

from texbook.base.cancel import CancelToken
from texbook.base.progress import Silence
from texbook.build.chunks import rounds as rounds_module
from texbook.build.chunks.book import ChunkedBook
from texbook.build.chunks.collect import Collected, FolioTouchesTextError
from texbook.build.chunks.model import (
    EngineLostError,
    NotChunkableError,
    SegmentRecord,
    SegmentState,
    ToolFailedError,
)
from texbook.build.chunks.report import JobReport
from texbook.build.chunks.rounds import ChunkRounds
from texbook.build.mirror import plan_mirror
from texbook.build.model import BuildRequest
from texbook.build.origins import PageOrigins
from texbook.build.surroundings import Surroundings
from texbook.latex.spine import read_spine
from texbook.project import open_project
from texbook.system.process import ProcessRegistry, ProcessResult
from texbook.texfiles.engine_log import EngineLog
from texbook.texfiles.xdv.model import Page, Xdv
from texbook.texfiles.xdv.open_pages import open_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from texbook.build.auxiliary import Snapshot
    from texbook.build.chunks.engine import JobText

NAMES = ("one", "two", "three")
INCLUDES = "".join(f"\\include{{{name}}}\n" for name in NAMES)
MAIN = f"\\documentclass{{report}}\n\\begin{{document}}\n{INCLUDES}\\end{{document}}\n"


@dataclass
class Sheet:
    """What a pretended segment is: its pages, and what it asks of labels.

    Each segment defines the label of its own name; ``labels`` says what the label holds besides.
    """

    pages: int = 1
    uses: frozenset[tuple[str, str]] = frozenset()
    label: str = "1"
    leaks: tuple[str, ...] = ()


@dataclass
class Press:
    """Pretends to be pool, engine and collector: what it is told to typeset stands in ``jobs``."""

    folder: Path
    sheets: dict[str, Sheet]
    jobs: list[list[str]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    renewed: frozenset[str] = frozenset()
    told: list[JobText] = field(default_factory=list)
    waiting: int = 1

    @property
    def work(self) -> Path:
        return self.folder

    @property
    def mirror(self) -> Press:
        return self

    @property
    def job(self) -> str:
        return "main"

    def take(self, *_: object) -> Self:
        return self

    start = take

    def tidy_up(self) -> None:
        pass

    def close(self) -> None:
        """Do nothing."""

    def run(self, job: JobText, cancel: CancelToken) -> ProcessResult:
        self.told.append(job)
        (self.folder / "main.log").write_text("log")
        return ProcessResult(0, b"", 0.0, 0.0, 0, None)

    def collect(
        self,
        engine: object,
        result: object,
        book: ChunkedBook,
        numbers: Sequence[int],
        *,
        leads: bool,
    ) -> Collected:
        names = [book.spine.segments[number].name for number in numbers]
        self.jobs.append(names)
        if self.faults:
            raise self.faults.pop(0)
        starts = book.starts()
        records, runs = {}, {}
        page = starts[names[0]].state.page
        for name in names:
            sheet = self.sheets.get(name, Sheet(0))
            records[name] = SegmentRecord(
                {},
                "",
                sheet.pages,
                page,
                page,
                None if name == "end" else SegmentState({"page": page + sheet.pages}),
                aux=f"\\newlabel{{{name}}}{{{{{sheet.label}}}{{{page}}}}}\n",
                uses=sheet.uses,
                reads=frozenset({f"{name}.tex"} - {"end.tex"}),
                leaks=sheet.leaks,
            )
            pages = [Page((page + at, *[0] * 9), (b"a",), 1) for at in range(sheet.pages)]
            job = Xdv(7, (1, 2, 3), b"", tuple(pages), 1, 1, 1)
            [runs[name]] = open_runs(job, [(0, len(pages))], leads=leads)
            page += sheet.pages
        return Collected(
            records,
            runs,
            JobReport(),
            frozenset(),
            frozenset(),
            None,
            EngineLog(pages=1),
            {name: PageOrigins() for name in names},
        )


@dataclass
class Shop:
    """A book that is typeset again and again."""

    folder: Path
    press: Press
    book: ChunkedBook | None = None
    rounds: ChunkRounds | None = None
    cores: int = 1
    process: Callable[[Snapshot, frozenset[str]], Snapshot | None] = lambda files, _: files

    def build(self, **edits: Sheet) -> list[list[str]]:
        """Change segments, typeset, and give the jobs that it took."""
        for name, sheet in edits.items():
            self.press.sheets[name] = sheet
            (self.folder / f"{name}.tex").write_text(repr(sheet).replace("{", "").replace("}", ""))
        self.press.jobs.clear()
        request = BuildRequest(open_project(folder=self.folder))
        shared = Surroundings(
            request=request,
            mirror=plan_mirror(request.project, (), ()),
            environment={},
            registry=ProcessRegistry(self.folder / "processes"),
            progress=Silence(),
            cancel=CancelToken(),
            maps={},
        )
        before = self.rounds
        self.book = before.book if before else ChunkedBook(read_spine(MAIN))
        self.rounds = ChunkRounds(
            shared=shared,
            book=self.book,
            pages=dict(before.pages) if before else {},
            preamble_files=frozenset(),
            pool=self.press,  # type: ignore[arg-type]
            reasons=[],
            process=self.process,
            cores=self.cores,
            origins=dict(before.origins) if before else {},
        )
        self.rounds.settle()
        return self.press.jobs

    @property
    def reasons(self) -> list[str]:
        assert self.rounds is not None
        return list(map(str, self.rounds.reasons))

    def pages(self) -> Mapping[str, int]:
        assert self.book is not None
        return {name: start.page for name, start in self.book.starts().items()}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Three chapters of a page each that ask for nothing."""
    press = Press(tmp_path, {name: Sheet() for name in NAMES})
    monkeypatch.setattr(rounds_module, "collect", press.collect)
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "main.tex").write_text(MAIN)
    for name in NAMES:
        (folder / f"{name}.tex").write_text("words")
    return Shop(folder, press)


def test_a_new_book_is_typeset_whole_and_then_not_again(shop: Shop) -> None:
    assert shop.build() == [["one", "two", "three", "end"]]
    assert shop.build() == []
    assert shop.reasons == []


def test_an_edit_typesets_its_segment_alone(shop: Shop) -> None:
    shop.build()
    assert shop.build(two=Sheet()) == [["two"]]
    assert shop.reasons == ["two: two.tex changed"]


def test_a_segment_of_which_no_lines_are_known_is_typeset_again(shop: Shop) -> None:
    shop.build()
    assert shop.rounds is not None
    del shop.rounds.origins["two"]
    assert shop.build() == [["two"]]
    assert shop.reasons == ["two: it is not known which lines its pages come from"]
    assert set(shop.rounds.origins) == {*NAMES, "end"}


def test_pages_that_move_are_not_typeset_again(shop: Shop) -> None:
    shop.build()
    assert shop.build(one=Sheet(3)) == [["one"]]
    assert shop.pages() == {"one": 1, "two": 4, "three": 5, "end": 6}


def test_whoever_asks_for_a_label_follows_when_it_changes(shop: Shop) -> None:
    shop.build(three=Sheet(uses=frozenset({("n", "one")})))
    assert shop.build(one=Sheet(label="2")) == [["one"], ["three"]]
    assert shop.reasons[-1] == "three: label one changed"
    assert shop.build(two=Sheet(label="2")) == [["two"]]


def test_whoever_asks_for_a_page_follows_when_it_moves(shop: Shop) -> None:
    shop.build(
        one=Sheet(uses=frozenset({("p", "three")})), two=Sheet(uses=frozenset({("n", "three")}))
    )
    assert shop.build(two=replace(shop.press.sheets["two"], pages=2)) == [["two"], ["one"]]
    assert shop.reasons[-1] == "one: page of label three changed"


def test_segments_that_never_agree_are_given_up(shop: Shop) -> None:
    shop.build(one=Sheet(uses=frozenset({("n", "one")})))
    collect = shop.press.collect

    def restless(*arguments: object, leads: bool) -> Collected:
        shop.press.sheets["one"].label += "1"
        return collect(*arguments, leads=leads)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds_module, "collect", restless)
        with pytest.raises(NotChunkableError, match="do not settle after 8 rounds"):
            shop.build(one=Sheet(2, uses=frozenset({("n", "one")})))


def test_what_a_segment_leaves_changed_ends_the_chunks(shop: Shop) -> None:
    with pytest.raises(NotChunkableError) as caught:
        shop.build(two=Sheet(leaks=("lengths", "thesection")))
    assert caught.value.reason == '"two" changes lengths, thesection for all that follows'
    assert caught.value.segment == "two"


def test_a_lost_engine_is_replaced_once(shop: Shop) -> None:
    shop.press.faults = [EngineLostError("killed")]
    assert shop.build() == [["one", "two", "three", "end"]] * 2
    shop.press.faults = [EngineLostError("killed"), EngineLostError("killed")]
    with pytest.raises(EngineLostError):
        shop.build(one=Sheet())


def test_numbers_beside_text_are_left_unmarked_from_then_on(shop: Shop) -> None:
    shop.press.faults = [FolioTouchesTextError()]
    assert shop.build() == [["one", "two", "three", "end"]] * 2
    assert "all chapters: page numbers stand right beside text" in shop.reasons
    assert [("texbook@wrap" in job.setup) for job in shop.press.told] == [False, True]
    assert shop.build(one=Sheet(2)) == [["one"], ["two", "three", "end"]]


def test_a_tool_that_fails_ends_the_build(shop: Shop) -> None:
    shop.process = lambda files, written: None
    with pytest.raises(ToolFailedError):
        shop.build()


def test_a_chapter_that_sets_something_for_others_is_refused_before_it_is_typeset(
    shop: Shop,
) -> None:
    (shop.folder / "one.tex").write_text(r"\gdef\x{1}")
    (shop.folder / "two.tex").write_text(r"\x")
    with pytest.raises(NotChunkableError, match="sets the meaning of x"):
        shop.build()
    assert shop.press.jobs == []


def test_what_no_chapter_sets_is_handed_on_by_one_engine(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as the depth of the contents, which a chapter takes over from the one before it."""
    names = tuple("abcdefghijkl")
    includes = "".join(f"\\include{{{name}}}\n" for name in names)
    main = f"\\documentclass{{report}}\n\\begin{{document}}\n{includes}\\end{{document}}\n"
    monkeypatch.setitem(globals(), "MAIN", main)
    (shop.folder / "main.tex").write_text(main)
    for name in names:
        (shop.folder / f"{name}.tex").write_text("\\chapter{One}")
        shop.press.sheets[name] = Sheet()
    depths = [1]
    collect = shop.press.collect

    def handing_on(
        engine: object, result: object, book: ChunkedBook, numbers: Sequence[int], *, leads: bool
    ) -> Collected:
        done = collect(engine, result, book, numbers, leads=leads)
        first = next(iter(done.records))
        handed = book.starts()[first].state.counters.get("depth", 0)
        records = dict(done.records)
        for name, record in records.items():
            handed = depths[-1] if name == "a" else handed
            if record.end is not None:
                counters = {**record.end.counters, "depth": handed}
                records[name] = replace(record, end=SegmentState(counters))
        return replace(done, records=records)

    monkeypatch.setattr(rounds_module, "collect", handing_on)
    shop.build()
    depths.append(2)
    assert shop.build(a=Sheet()) == [["a"], ["b"], [*names[2:]], ["end"]]
