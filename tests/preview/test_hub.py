from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.page_place import PagePlace
from texbook.base.span import Span
from texbook.preview.findings import MOST_FINDINGS
from texbook.preview.hub import Hub
from texbook.preview.pdfium import Pdf

if TYPE_CHECKING:
    from tests.preview.conftest import MakePdf
    from texbook.app.watch import Screen
    from texbook.preview.hub import Event, Subscription

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FINDING = Diagnostic("TB101", Severity.ERROR, "it is wrong", Span.at(Path("/x.tex"), 3))


def told(subscription: Subscription) -> list[Event]:
    """Take all that there is to tell now."""
    events: list[Event] = []
    while (event := subscription.next(0)) is not None:
        events.append(event)
        if event.kind == "bye":
            break
    return events


def newest(hub: Hub, kind: str) -> dict[str, Any]:
    fields = json.loads(hub.event(kind).data)
    assert isinstance(fields, dict)
    return fields


@pytest.fixture
def pdf(tmp_path: Path, make_pdf: MakePdf) -> Path:
    path = tmp_path / "main.pdf"
    path.write_bytes(make_pdf("one", "two"))
    return path


def test_it_is_a_screen_of_the_watch(hub: Hub) -> None:
    screen: Screen = hub
    screen.building()
    assert newest(hub, "state")["phase"] == "building"


def test_who_subscribes_is_told_the_pages_then_the_state(hub: Hub) -> None:
    pages, state = told(hub.subscribe())
    assert (pages.kind, json.loads(pages.data)) == (
        "pages",
        {"document": 0, "exact": True, "shown": None, "pages": [], "edited": []},
    )
    assert state.kind == "state"
    assert json.loads(state.data) == {
        "version": 0,
        "title": "Book",
        "phase": "starting",
        "since": NOON.astimezone().isoformat(timespec="seconds"),
        **dict.fromkeys(("seconds", "pages", "page", "expected", "showing")),
        "changed": [],
        "reasons": [],
        "findings": [],
        "news": "",
        "step": "",
        "more": 0,
    }


def test_times_of_day_have_an_offset(tmp_path: Path) -> None:
    hub = Hub(title="Book", folder=tmp_path, clock=lambda: datetime(2026, 3, 1, 12))
    hub.failed(diagnostics=[], showing=datetime(2026, 3, 1, 11, 59, 30, 123456))
    state = newest(hub, "state")
    for name, moment in (("since", "12:00:00"), ("showing", "11:59:30")):
        assert datetime.fromisoformat(state[name]).utcoffset() is not None
        assert moment in state[name]


def test_a_build_is_told_from_its_beginning_to_its_end(hub: Hub) -> None:
    hub.building([hub.folder / "chapters/one.j2.tex", Path("/etc/x.sty")])
    hub.step("round 1")
    hub.page(12, 300)
    state = newest(hub, "state")
    assert state["changed"] == ["chapters/one.j2.tex", "/etc/x.sty"]
    assert (state["phase"], state["step"], state["page"], state["expected"]) == (
        *("building", "round 1"),
        *(12, 300),
    )
    hub.good(pages=305, seconds=1.25, diagnostics=[FINDING], reasons=["its text changed"])
    state = newest(hub, "state")
    assert (state["phase"], state["pages"], state["seconds"]) == ("good", 305, 1.25)
    assert (state["step"], state["page"], state["reasons"]) == ("", None, ["its text changed"])
    assert state["changed"] == ["chapters/one.j2.tex", "/etc/x.sty"]
    assert [finding["message"] for finding in state["findings"]] == ["it is wrong"]


def test_while_it_builds_the_findings_of_the_last_build_stay(hub: Hub) -> None:
    hub.failed(diagnostics=[FINDING], showing=NOON)
    before = newest(hub, "state")
    hub.building()
    during = newest(hub, "state")
    for name in ("version", "findings", "showing"):
        assert during[name] == before[name]
    assert hub.finding(before["version"], 0) == FINDING
    hub.good(pages=1, seconds=1)
    assert newest(hub, "state")["showing"] is None
    assert hub.finding(before["version"], 0) is None


@pytest.mark.parametrize("index", [-1, 1])
def test_a_finding_that_is_not_there_is_none(hub: Hub, index: int) -> None:
    hub.failed(diagnostics=[FINDING])
    assert hub.finding(newest(hub, "state")["version"], index) is None


def test_of_very_many_findings_some_are_counted_only(hub: Hub) -> None:
    hub.failed(diagnostics=[FINDING] * (MOST_FINDINGS + 7))
    state = newest(hub, "state")
    assert (len(state["findings"]), state["more"]) == (MOST_FINDINGS, 7)


def test_a_note_is_news_with_its_time(hub: Hub) -> None:
    hub.note("looking instead of waiting")
    assert newest(hub, "state")["news"] == "12:00 looking instead of waiting"


def test_pages_have_keys_and_sizes(hub: Hub, pdf: Path) -> None:
    hub.show_document(pdf, ["a" * 16, "b" * 16])
    pages = newest(hub, "pages")
    assert pages["pages"] == [["a" * 16, 400, 600], ["b" * 16, 400, 600]]
    assert datetime.fromisoformat(pages["shown"]).timestamp() == int(pdf.stat().st_mtime)


def test_each_change_is_told_once(hub: Hub, pdf: Path) -> None:
    subscription = hub.subscribe()
    told(subscription)
    assert told(subscription) == []
    hub.show_document(pdf, None)
    assert [event.kind for event in told(subscription)] == ["pages"]
    hub.show_document(pdf, None)
    assert told(subscription) == []
    hub.good(pages=2, seconds=1)
    assert [event.kind for event in told(subscription)] == ["state"]


def test_pages_ahead_are_told(hub: Hub, pdf: Path, make_pdf: MakePdf) -> None:
    hub.show_document(pdf, ["a" * 16, "b" * 16])
    hub.show_ahead(make_pdf("new"), ["c" * 16], [0], 2, 1)
    pages = newest(hub, "pages")
    assert [key for key, _, _ in pages["pages"]] == ["a" * 16, "c" * 16]
    assert (pages["exact"], pages["edited"]) == (False, [2])


def test_pages_ahead_of_a_build_that_fails_are_withdrawn(
    hub: Hub, pdf: Path, make_pdf: MakePdf
) -> None:
    hub.show_document(pdf, ["a" * 16, "b" * 16])
    hub.failed(diagnostics=[])
    number = newest(hub, "pages")["document"]
    hub.show_ahead(make_pdf("new", "more"), ["c" * 16, "d" * 16], [0, 1], 2, 1)
    hub.failed(diagnostics=[])
    pages = newest(hub, "pages")
    assert [key for key, _, _ in pages["pages"]] == ["a" * 16, "b" * 16]
    assert (pages["exact"], pages["edited"]) == (True, [])
    assert pages["document"] > number
    assert hub.library.image("b" * 16, 200) is not None


def test_who_reads_slowly_is_told_the_newest_only(hub: Hub) -> None:
    subscription = hub.subscribe()
    for pages in range(1000):
        hub.good(pages=pages, seconds=1)
    state = told(subscription)[1]
    assert json.loads(state.data)["pages"] == 999


def test_numbers_of_events_grow(hub: Hub) -> None:
    subscription = hub.subscribe()
    first = told(subscription)
    hub.show_place(PagePlace(1, 0, 0))
    hub.note("news")
    numbers = [event.number for event in (*first, *told(subscription))]
    assert len(set(numbers)) == 4
    assert max(numbers[:2]) < min(numbers[2:])


def test_progress_is_told_ten_times_a_second_at_most(hub: Hub) -> None:
    now = [0.0]
    subscription = hub.subscribe(lambda: now[0])
    told(subscription)
    hub.page(1, None)
    assert told(subscription) == []
    now[0] = 0.2
    hub.page(2, None)
    (state,) = told(subscription)
    assert json.loads(state.data)["page"] == 2
    hub.page(3, None)
    assert told(subscription) == []
    hub.good(pages=3, seconds=1)
    (state,) = told(subscription)
    assert json.loads(state.data)["phase"] == "good"


def test_a_place_is_told_to_those_who_are_there(hub: Hub) -> None:
    before = hub.subscribe()
    told(before)
    hub.show_place(PagePlace(3, 1.5, 2, 10, 20))
    (event,) = told(before)
    assert (event.kind, json.loads(event.data)) == (
        "show",
        {"page": 3, "x": 1.5, "y": 2, "width": 10, "height": 20},
    )
    assert [event.kind for event in told(hub.subscribe())] == ["pages", "state"]


def test_at_the_end_all_are_told(hub: Hub, pdf: Path) -> None:
    hub.show_document(pdf, None)
    subscription = hub.subscribe()
    told(subscription)
    hub.close()
    assert [event.kind for event in told(subscription)] == ["bye"]
    assert [event.kind for event in told(hub.subscribe())] == ["pages", "state", "bye"]
    hub.close()


@pytest.mark.parametrize("content", [None, b"", b"no PDF"])
def test_a_pdf_that_cannot_be_read_is_news(hub: Hub, pdf: Path, content: bytes | None) -> None:
    hub.show_document(pdf, None)
    before = newest(hub, "pages")
    if content is None:
        pdf.unlink()
    else:
        pdf.write_bytes(content)
    hub.show_document(pdf, None)
    hub.show_ahead(content or b"", ["a" * 16], [0], 1, 1)
    assert newest(hub, "pages") == before
    assert "the preview cannot show" in newest(hub, "state")["news"]


def test_who_waits_is_woken(hub: Hub) -> None:
    subscription = hub.subscribe()
    told(subscription)
    found: list[Event | None] = []
    waiting = threading.Thread(target=lambda: found.append(subscription.next(60)))
    waiting.start()
    hub.note("news")
    waiting.join()
    assert [event.kind for event in found if event] == ["state"]


def test_the_edited_page_is_drawn_before_anybody_asks(
    hub: Hub, pdf: Path, make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.show_document(pdf, ["a" * 16, "b" * 16])
    hub.show_ahead(make_pdf("first"), ["c" * 16], [0], 2, 1)  # nobody has told how wide
    assert hub.library.image("a" * 16, 200) is not None
    hub.show_ahead(make_pdf("new"), ["d" * 16], [0], 2, 1)
    monkeypatch.setattr(Pdf, "image", lambda *_: pytest.fail("drawn again"))
    assert hub.library.image("d" * 16, 200) is not None
