from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from texbook.base.page_place import PagePlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.preview.browser.conftest import Preview, Reader

SELECTED = "getSelection().toString()"


def line(reader: Reader, text: str) -> tuple[float, float, float, float]:
    """The box of a line of text in the window."""
    found = reader.page.locator(".text span", has_text=text)
    box = found.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"], box["height"]


def test_text_that_is_selected_is_that_of_the_page(reader: Reader) -> None:
    x, y, _width, height = line(reader, "The winner pays")
    last_x, last_y, last_width, _height = line(reader, "A curse, plainly.")
    reader.page.mouse.move(x + 1, y + height / 2)
    reader.page.mouse.down()
    reader.page.mouse.move(last_x + last_width - 1, last_y + height / 2, steps=5)
    reader.page.mouse.up()
    assert reader.page.evaluate(SELECTED) == (
        "The winner pays for what the others knew.\nA curse, plainly."
    )


def test_text_lies_where_it_is_printed(reader: Reader) -> None:
    x, y, width, height = line(reader, "The winner pays")
    scale = 2.0  # 150 %
    page = reader.page.locator('[data-page="1"]').bounding_box()
    assert page is not None
    assert abs((x - page["x"]) / scale - 50) < 3
    assert abs((y + height / 2 - page["y"]) / scale - 100) < 4
    assert 200 < width / scale < 260


def test_a_link_jumps_and_back_returns(reader: Reader, pages: list[str]) -> None:
    reader.page.evaluate("scrollTo(0, 60)")
    before = reader.top(1)
    reader.page.get_by_role("link", name="to page 20").click()
    reader.see(20, pages[19])
    assert reader.current() == 20
    reader.page.go_back()
    reader.wait("document.querySelector('#number').value === '1'")
    assert abs(reader.top(1) - before) <= 1
    reader.page.go_forward()
    expect(reader.page.locator("#number")).to_have_value("20")


def test_a_link_to_the_outside_opens_a_tab_of_its_own(reader: Reader) -> None:
    link = reader.page.locator('.links a[href="https://example.org/paper"]')
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_a_link_of_an_unchanged_page_leads_to_where_its_target_has_moved(
    preview: Preview, reader: Reader, pages: list[str]
) -> None:
    expect(reader.page.get_by_role("link", name="to page 20")).to_have_count(1)
    preview.show([*pages[:5], "Section 5.5", *pages[5:]])
    expect(reader.page.get_by_role("link", name="to page 21")).to_have_count(1)


def test_ctrl_click_opens_the_source_of_the_word(preview: Preview, reader: Reader) -> None:
    x, y, width, height = line(reader, "The winner pays")
    reader.page.keyboard.down("Control")
    reader.page.mouse.click(x + width * 0.17, y + height / 2)
    reader.page.keyboard.up("Control")
    expect(reader.page.get_by_text("opened chapters/one.j2.tex:12")).to_be_visible()
    [(page, right, down, word)] = preview.opened
    assert (page, word) == (1, "winner")
    assert isinstance(right, float)
    assert isinstance(down, float)
    assert abs(right - (50 + 0.17 * width / 2)) < 4
    assert abs(down - 100) < 8


def test_ctrl_click_on_a_link_opens_its_source_and_does_not_jump(
    preview: Preview, reader: Reader
) -> None:
    x, y, width, height = line(reader, "See the end")
    reader.page.keyboard.down("Control")
    reader.page.mouse.click(x + width * 0.1, y + height / 2)
    reader.page.keyboard.up("Control")
    expect(reader.page.get_by_text("opened chapters/one.j2.tex:12")).to_be_visible()
    assert [(page, word) for page, _x, _y, word in preview.opened] == [(1, "See")]
    assert reader.current() == 1


def test_a_double_click_opens_it_too(preview: Preview, reader: Reader) -> None:
    x, y, width, height = line(reader, "A curse")
    reader.page.mouse.dblclick(x + width * 0.3, y + height / 2)
    expect(reader.page.get_by_text("opened chapters/one.j2.tex:12")).to_be_visible()
    assert [(page, word) for page, _x, _y, word in preview.opened] == [(1, "curse")]


def test_bookmarks_are_a_tree_that_leads_to_its_pages(reader: Reader, pages: list[str]) -> None:
    reader.press("b")
    panel = reader.page.get_by_role("complementary", name="Bookmarks")
    expect(panel.get_by_role("button", name="Chapter one 1")).to_have_attribute(
        "aria-current", "true"
    )
    panel.get_by_role("button", name="Section 12 12").click()
    reader.see(12, pages[11])
    expect(panel.get_by_role("button", name="Section 12 12")).to_have_attribute(
        "aria-current", "true"
    )
    panel.get_by_role("button", name="fold Chapter one").click()
    expect(panel.get_by_role("button", name="Section 12 12")).to_be_hidden()
    reader.page.go_back()
    expect(reader.page.locator("#number")).to_have_value("1")
    reader.press("Escape")
    expect(panel).to_be_hidden()


def test_the_section_that_is_read_has_the_focus_of_the_bookmarks(
    preview: Preview, read: Callable[..., Reader], pages: list[str]
) -> None:
    reader = read()
    reader.visit(preview, "#page=9")
    reader.see(9, pages[8])
    expect(reader.page.locator("#bookmarks .entry")).to_have_count(20)
    reader.press("b")
    expect(reader.page.get_by_role("button", name="Section 9 9")).to_be_focused()
    reader.press("Escape")
    assert reader.page.evaluate("document.activeElement === document.body")


def test_the_arrow_keys_go_through_the_entries_of_a_panel(reader: Reader, pages: list[str]) -> None:
    reader.press("b", "ArrowDown", "ArrowDown", "ArrowUp", "Enter")
    reader.see(2, pages[1])
    expect(reader.page.locator("#number")).to_have_value("2")
    reader.press("/")
    reader.page.keyboard.type("page 17")
    expect(reader.page.locator("#found")).to_have_text("1 found")
    reader.press("ArrowDown", "Enter")
    expect(reader.page.locator("#number")).to_have_value("17")


def test_search_finds_shows_and_goes_through_the_hits(reader: Reader, pages: list[str]) -> None:
    reader.press("/")
    reader.page.keyboard.type("WORDS of page 1")
    expect(reader.page.locator("#found")).to_have_text("10 found")
    expect(reader.page.locator("#hits mark").first).to_have_text("Words of page 1")
    reader.press("Enter")
    expect(reader.page.locator("#found")).to_have_text("1 of 10")
    reader.see(10, pages[9])
    expect(reader.page.locator('[data-page="10"] .found.chosen')).to_be_in_viewport()
    reader.page.locator("#query").blur()
    reader.press("n", "n", "N")
    expect(reader.page.locator("#found")).to_have_text("2 of 10")
    reader.see(11, pages[10])
    reader.press("Escape", "Escape")
    expect(reader.page.locator(".found")).to_have_count(0)


def test_a_search_follows_the_book_as_it_changes(preview: Preview, reader: Reader) -> None:
    reader.press("/")
    reader.page.keyboard.type("cartouche")
    expect(reader.page.locator("#found")).to_have_text("nothing found")
    preview.change(1, "Chapter one\nA cartouche.")
    expect(reader.page.locator("#found")).to_have_text("1 found")


def test_a_place_that_an_editor_asks_for_is_shown(
    preview: Preview, reader: Reader, pages: list[str]
) -> None:
    preview.hub.show_place(PagePlace(14, 50, 92, 200, 14))
    reader.see(14, pages[13])
    expect(reader.page.locator('[data-page="14"] .place')).to_be_in_viewport()
    reader.page.go_back()
    expect(reader.page.locator("#number")).to_have_value("1")


def test_a_page_is_reached_by_its_number(reader: Reader, pages: list[str]) -> None:
    reader.press("g")
    reader.page.keyboard.type("7")
    reader.press("Enter")
    reader.see(7, pages[6])
    assert reader.current() == 7


def test_an_address_names_a_page(
    preview: Preview, read: Callable[..., Reader], pages: list[str]
) -> None:
    reader = read()
    reader.visit(preview, "#page=16")
    reader.see(16, pages[15])
    assert reader.current() == 16


def test_the_help_lists_the_keys_and_escape_closes_it(reader: Reader) -> None:
    reader.press("?")
    help_sheet = reader.page.get_by_role("dialog", name="Keys")
    expect(help_sheet).to_contain_text("search the book")
    reader.press("Escape")
    expect(help_sheet).to_be_hidden()


def test_all_controls_are_reached_with_the_tab_key(reader: Reader) -> None:
    names = set()
    for _press in range(12):
        reader.press("Tab")
        names.add(reader.page.evaluate("document.activeElement.ariaLabel ?? ''"))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert reader.page.evaluate(outline) != "none"
    assert names >= {"Bookmarks", "Larger", "Follow edits", "Dark", "Open the PDF", "Search"}


def test_the_pdf_opens_in_a_tab_of_its_own(preview: Preview, reader: Reader) -> None:
    with reader.page.context.expect_page() as opened:
        reader.press("p")
    assert opened.value.url == preview.url + "book.pdf"
