from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.preview.browser.conftest import Preview, Reader

FRESH = "Section 99\nNobody has seen this page."


def test_the_first_page_is_shown(reader: Reader, pages: list[str]) -> None:
    reader.see(1, pages[0])
    assert reader.page.locator(".page").count() == 20
    assert (
        reader.page.evaluate("document.querySelector('[data-page=\"1\"] img').naturalWidth") > 300
    )
    expect(reader.page.locator("#pages")).to_have_text("/ 20")
    assert reader.page.title() == "✓ · the book"


def test_a_book_that_is_not_there_yet_is_said_to_be_made(
    serve: Callable[..., Preview], read: Callable[..., Reader], pages: list[str]
) -> None:
    preview, reader = serve(), read()
    reader.page.goto(preview.url)
    expect(reader.page.get_by_text("first PDF of this book is being made")).to_be_visible()
    preview.show(pages)
    reader.see(1, pages[0])
    expect(reader.page.get_by_text("first PDF of this book is being made")).to_be_hidden()


def test_images_far_from_the_reader_are_not_loaded(reader: Reader, pages: list[str]) -> None:
    reader.idle()
    assert 0 < len(reader.images()) < 8


def test_images_far_behind_are_given_back(
    serve: Callable[..., Preview], read: Callable[..., Reader]
) -> None:
    preview, reader = serve(), read()
    texts = [f"Section {number}" for number in range(1, 61)]
    preview.show(texts)
    preview.good()
    reader.visit(preview)
    reader.press("End")
    reader.see(60, texts[59])
    expect(reader.page.locator('[data-page="1"] img')).to_have_count(0)
    assert reader.page.locator(".page img").count() < 20


def test_only_pages_that_look_new_are_asked_for(
    preview: Preview, reader: Reader, pages: list[str]
) -> None:
    reader.idle()
    seen = set(reader.images())
    reader.asked.clear()
    pages[1] = FRESH
    preview.show(["Chapter zero\nMoves all others.", *pages])
    reader.see(1, "Chapter zero\nMoves all others.")
    reader.see(3, FRESH)
    reader.idle()
    assert not seen & set(reader.images())


def test_an_old_image_stays_until_the_new_one_is_there(preview: Preview, reader: Reader) -> None:
    reader.page.evaluate(
        """() => {
          window.bare = false;
          const page = document.querySelector('[data-page="1"]');
          new MutationObserver(() => (window.bare ||= !page.querySelector("img")))
            .observe(page, { childList: true });
        }"""
    )
    preview.change(1, FRESH)
    reader.see(1, FRESH)
    assert reader.page.evaluate("window.bare") is False


def test_the_reading_place_moves_along_with_pages_that_were_added_before(
    preview: Preview, reader: Reader, pages: list[str]
) -> None:
    reader.page.evaluate("scrollTo(0, document.querySelector('[data-page=\"9\"]').offsetTop + 77)")
    reader.see(9, pages[8])
    before = reader.top(9)
    preview.show([f"Section 1.{number}" for number in range(4)] + pages)
    expect(reader.page.locator("#pages")).to_have_text("/ 24")
    assert abs(reader.top(13) - before) <= 1
    reader.see(13, pages[8])


def test_the_reading_place_stays_when_the_page_itself_is_edited(
    preview: Preview, reader: Reader, pages: list[str]
) -> None:
    reader.page.evaluate("scrollTo(0, document.querySelector('[data-page=\"9\"]').offsetTop + 77)")
    reader.see(9, pages[8])
    before = reader.top(9)
    pages[8] = FRESH
    preview.show(["Chapter zero", *pages], [10])
    reader.see(10, FRESH)
    assert abs(reader.top(10) - before) <= 1


def test_the_reading_place_survives_a_reload_and_zoom(reader: Reader, pages: list[str]) -> None:
    reader.page.evaluate("scrollTo(0, document.querySelector('[data-page=\"9\"]').offsetTop + 77)")
    reader.see(9, pages[8])
    reader.wait("history.state?.page === 9")
    before = reader.top(9)
    reader.page.reload()
    reader.see(9, pages[8])
    assert abs(reader.top(9) - before) <= 2
    reader.press("+", "+", "-")
    assert reader.current() == 9


def test_an_edited_page_comes_into_view(preview: Preview, reader: Reader) -> None:
    preview.change(15, FRESH)
    expect(reader.page.locator("#number")).to_have_value("15")
    reader.see(15, FRESH)
    expect(reader.page.locator('[data-page="15"] .edited')).to_have_count(1)
    assert 0 < reader.top(15) < 200


def test_an_edited_page_that_is_in_view_stays_where_it_is(preview: Preview, reader: Reader) -> None:
    reader.page.evaluate("scrollTo(0, 150)")
    before = reader.top(1)
    preview.change(1, FRESH)
    reader.see(1, FRESH)
    assert reader.top(1) == before


def test_nothing_moves_when_edits_are_not_followed(preview: Preview, reader: Reader) -> None:
    reader.press("f")
    expect(reader.page.get_by_role("button", name="Follow edits")).to_have_attribute(
        "aria-pressed", "false"
    )
    reader.page.reload()
    reader.wait("document.querySelector('[data-key]')")
    before = reader.top(1)
    preview.change(15, FRESH)
    expect(reader.page.locator('[data-page="15"] .edited')).to_have_count(1)
    assert reader.top(1) == before


def test_an_edited_page_comes_into_view_smoothly(
    preview: Preview, read: Callable[..., Reader]
) -> None:
    reader = read(reduced_motion="no-preference")
    reader.visit(preview)
    preview.change(15, FRESH)
    reader.see(15, FRESH)
    reader.wait(
        "Math.abs(document.querySelector('[data-page=\"15\"]').getBoundingClientRect().y) < 100"
    )
    assert reader.current() == 15


def test_an_edit_stays_the_aim_when_the_whole_book_follows_a_moment_later(
    preview: Preview, read: Callable[..., Reader], pages: list[str]
) -> None:
    reader = read(reduced_motion="no-preference")
    reader.visit(preview)
    pages[14] = FRESH
    preview.show(pages, [15])
    preview.show(["Chapter zero", *pages], [16])
    reader.see(16, FRESH)
    expect(reader.page.locator("#number")).to_have_value("16")


def test_zoom_fits_the_width_the_page_or_goes_in_steps(reader: Reader) -> None:
    page = reader.page.locator('[data-page="1"]')

    def size() -> tuple[float, float]:
        box = page.bounding_box()
        assert box is not None
        return box["width"], box["height"]

    reader.press("9")
    assert size()[1] < 700
    reader.press("1")
    assert size()[0] == round(400 * 96 / 72)
    reader.press("+")
    assert size()[0] == round(400 * 1.1 * 96 / 72)
    reader.press("0")
    assert size()[0] == 800  # as wide as is pleasant: 150 %
    reader.page.set_viewport_size({"width": 500, "height": 700})
    expect(page).to_have_css("width", re.compile(r"4\d\dpx"))


def test_images_have_the_pixels_of_the_screen(
    preview: Preview, read: Callable[..., Reader], pages: list[str]
) -> None:
    reader = read(device_scale_factor=2)
    reader.visit(preview)
    reader.see(1, pages[0])
    shown = reader.page.evaluate(
        "(() => { const i = document.querySelector('[data-page=\"1\"] img');"
        " return [i.naturalWidth, i.clientWidth] })()"
    )
    assert shown[0] == 2 * shown[1]


def test_two_browsers_are_told_alike(
    preview: Preview, reader: Reader, read: Callable[..., Reader]
) -> None:
    other = read()
    other.visit(preview)
    preview.change(1, FRESH)
    reader.see(1, FRESH)
    other.see(1, FRESH)
