from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.page_place import PagePlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from tests.preview.browser.conftest import Preview, Reader


@pytest.fixture
def panel(preview: Preview, reader: Reader) -> Locator:
    """The list of three findings; the source of each is printed on page 13."""
    preview.place = PagePlace(13, 50, 92, 200, 14)
    preview.good(
        preview.finding("a fault", Severity.ERROR),
        preview.finding("a doubt", Severity.WARNING),
        Diagnostic("TB9", Severity.INFORMATION, "a remark", source="lint"),
    )
    expect(reader.page.locator("#count")).to_have_text("3")
    reader.press("l")
    return reader.page.get_by_role("complementary", name="Findings")


def test_findings_are_counted_and_listed(reader: Reader, panel: Locator) -> None:
    expect(panel.get_by_role("button", name="1 error")).to_be_visible()
    expect(panel.locator("#finding-list .what")).to_have_text(["a fault", "a doubt", "a remark"])
    expect(reader.page.locator("#count")).to_have_text("3")


def test_findings_are_filtered_by_severity_and_this_is_remembered(
    reader: Reader, panel: Locator
) -> None:
    panel.get_by_role("button", name="1 warning").click()
    expect(panel.locator("#finding-list .what")).to_have_text(["a fault", "a remark"])
    reader.page.reload()
    reader.press("l")
    expect(panel.locator("#finding-list .what")).to_have_text(["a fault", "a remark"])


def test_a_finding_leads_to_its_place(reader: Reader, panel: Locator, pages: list[str]) -> None:
    panel.get_by_role("button", name="a doubt").click()
    reader.see(13, pages[12])
    expect(reader.page.locator('[data-page="13"] .place')).to_be_in_viewport()
    reader.page.go_back()
    expect(reader.page.locator("#number")).to_have_value("1")


def test_a_finding_without_a_place_says_so(
    preview: Preview, reader: Reader, panel: Locator
) -> None:
    preview.place = None
    panel.get_by_role("button", name="a fault").click()
    expect(reader.page.locator("#messages")).to_contain_text("not to be seen on a page")
    reader.faults.clear()  # the browser reports the answer that there is none


def test_a_finding_opens_its_source(preview: Preview, reader: Reader, panel: Locator) -> None:
    panel.get_by_role("button", name="open one.tex:3:6 in the editor").last.click()
    expect(reader.page.get_by_text("opened one.tex:3")).to_be_visible()
    assert preview.opened == [("one.tex", 3, 6)]


def test_keys_go_from_finding_to_finding(reader: Reader, panel: Locator) -> None:
    chosen = panel.locator('.finding[aria-current="true"] .what')
    reader.press("e", "e")
    expect(chosen).to_have_text("a doubt")
    reader.press("E")
    expect(chosen).to_have_text("a fault")


def test_a_source_that_cannot_be_opened_says_why(
    preview: Preview, reader: Reader, panel: Locator
) -> None:
    (preview.folder / "one.tex").unlink()
    reader.page.route(
        "**/open",
        lambda route: route.fulfill(
            status=409, json={"message": "no editor is known", "hints": ["set $EDITOR"]}
        ),
    )
    panel.get_by_role("button", name="open one.tex:3:6 in the editor").first.click()
    expect(reader.page.locator("#messages")).to_contain_text("no editor is known")
    expect(reader.page.locator("#messages")).to_contain_text("set $EDITOR")
    reader.faults.clear()  # the browser reports the answer


def test_nothing_is_called_well_before_it_was_checked(
    serve: Callable[..., Preview], read: Callable[..., Reader]
) -> None:
    preview, reader = serve(), read()
    reader.page.goto(preview.server.url)
    reader.press("l")
    said = reader.page.locator("#more-findings")
    expect(said).to_have_text("not checked yet")
    preview.good()
    expect(said).to_have_text("nothing found: all is well")
