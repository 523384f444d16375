from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Position, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.preview.browser.conftest import Preview, Reader

NOON = "new Date('2026-11-21T12:00:11+00:00').toTimeString().slice(0, 8)"


def test_a_good_state_says_since_when_how_many_pages_and_how_long(reader: Reader) -> None:
    since = reader.page.evaluate(NOON)
    expect(reader.page.locator("#word")).to_have_text(f"good since {since}")
    expect(reader.page.locator("#detail")).to_have_text("20 pages · 1.3 s")
    expect(reader.page.locator("#spoken")).to_contain_text("good since")


def test_a_build_says_its_step_and_page(preview: Preview, reader: Reader) -> None:
    preview.hub.building()
    preview.hub.step("round 1")
    preview.hub.page(12, 300)
    expect(reader.page.locator("#detail")).to_have_text("round 1 · page 12 of 300")
    expect(reader.page).to_have_title("12/300 · the book")
    expect(reader.page.locator("body")).to_have_attribute("data-phase", "building")
    expect(reader.page.locator("#spoken")).to_have_text("building")


def test_title_and_icon_tell_the_state_of_a_tab_in_the_background(
    preview: Preview, reader: Reader
) -> None:
    icon = reader.page.locator("#icon")
    good = icon.get_attribute("href")
    preview.failed(preview.finding("one"), preview.finding("two"))
    expect(reader.page).to_have_title("✗ 2 errors · the book")
    assert icon.get_attribute("href") != good


def test_a_failed_build_lies_over_the_page_until_one_is_good(
    preview: Preview, reader: Reader
) -> None:
    preview.failed(preview.finding("undefined control sequence"))
    card = reader.page.get_by_role("region", name="Why there is no new PDF")
    expect(card).to_contain_text("undefined control sequence")
    expect(card).to_contain_text("one.tex:3:6")
    expect(card.locator(".row.marked")).to_have_text("3\\the \\looss")
    expect(card.locator(".row.caret .code")).to_have_text("     ^", use_inner_text=True)
    expect(card).to_contain_text('did you mean "\\loss"?')
    expect(card).to_contain_text("showing the build of")
    preview.hub.building()
    expect(reader.page.locator("body")).to_have_attribute("data-phase", "building")
    expect(card).to_be_visible()
    preview.good()
    expect(card).to_be_hidden()


def test_the_card_opens_the_source_and_folds_away(preview: Preview, reader: Reader) -> None:
    preview.failed(preview.finding("undefined control sequence"))
    reader.page.get_by_role("button", name="one.tex:3:6").first.click()
    expect(reader.page.get_by_text("opened one.tex:3")).to_be_visible()
    assert preview.opened == [("one.tex", 3, 6)]
    reader.press("x")
    expect(reader.page.locator("#card-body")).to_be_hidden()
    preview.failed(preview.finding("undefined control sequence"))
    expect(reader.page.locator("#card-brief")).to_have_text("undefined control sequence")
    expect(reader.page.locator("#card-body")).to_be_hidden()
    preview.failed(preview.finding("another fault"))
    expect(reader.page.locator("#card-body")).to_be_visible()


def test_a_long_line_is_scrolled_to_its_column(preview: Preview, reader: Reader) -> None:
    source = preview.folder / "long.tex"
    source.write_text(f"{'word ' * 60}\\looss\n")
    span = Span(source, Position(1, 301))
    preview.failed(Diagnostic("TB1", Severity.ERROR, "undefined", span=span, source="xelatex"))
    caret = reader.page.locator(".caret .code")
    lines = reader.page.locator(".source-lines").bounding_box()
    box = caret.bounding_box()
    assert lines is not None
    assert box is not None
    assert lines["x"] < box["x"] + box["width"] < lines["x"] + lines["width"]


def test_a_first_build_that_fails_has_nothing_to_show(
    serve: Callable[..., Preview], read: Callable[..., Reader]
) -> None:
    preview, reader = serve(), read()
    preview.hub.failed(diagnostics=[preview.finding("undefined control sequence")])
    reader.page.goto(preview.url)
    expect(reader.page.get_by_text("There is no PDF yet.")).to_be_visible()
    expect(reader.page.locator("#detail")).to_have_text("no PDF yet")
    expect(reader.page.locator("#card")).to_contain_text("undefined control sequence")


def test_a_text_of_the_book_is_never_read_as_html(preview: Preview, reader: Reader) -> None:
    preview.failed(preview.finding("<img src=x onerror=alert(1)> & <b>"))
    card = reader.page.locator("#card-body")
    expect(card).to_contain_text("<img src=x onerror=alert(1)> & <b>")
    expect(card.locator("img")).to_have_count(0)


def test_the_end_of_the_watch_is_said(preview: Preview, reader: Reader) -> None:
    preview.hub.close()
    expect(reader.page.locator("#word")).to_have_text("the watch has ended")
    expect(reader.page.locator("body")).to_have_attribute("data-phase", "ended")
    reader.faults.clear()  # it goes on asking


def test_a_broken_stream_is_resumed(
    serve: Callable[..., Preview],
    read: Callable[..., Reader],
    pages: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("secrets.token_urlsafe", lambda _length: "the-same-token")
    first = serve()
    first.show(pages)
    first.good()
    reader = read()
    reader.visit(first)
    reader.idle()
    first.server.__exit__()
    expect(reader.page.locator("body")).to_have_attribute("data-phase", "ended")
    second = serve(port=first.server.port)
    second.show(["Chapter new", *pages])
    second.good()
    expect(reader.page.locator("body")).to_have_attribute("data-phase", "good")
    expect(reader.page.locator("#pages")).to_have_text("/ 21")
    assert reader.times(pages[0]) == 1
    reader.faults.clear()  # the browser reports each try to connect


def test_a_stream_that_is_cut_is_said_to_be_lost(
    preview: Preview, read: Callable[..., Reader]
) -> None:
    reader = read()
    cut = {"on": False}
    reader.page.route("**/events", lambda route: route.abort() if cut["on"] else route.continue_())
    reader.visit(preview)
    cut["on"] = True
    reader.page.evaluate("dispatchEvent(new Event('online'))")
    expect(reader.page.locator("#word")).to_have_text("connection lost")
    expect(reader.page.locator("#detail")).to_contain_text("showing the build of")
    cut["on"] = False
    expect(reader.page.locator("#word")).to_contain_text("good since")
    reader.faults.clear()  # the browser reports each try to connect


def test_after_a_sleep_the_stream_is_opened_anew(
    preview: Preview, read: Callable[..., Reader], pages: list[str]
) -> None:
    reader = read()
    reader.page.clock.install()
    reader.visit(preview)
    assert reader.asked.count("events") == 1
    with reader.page.expect_response("**/events"):
        reader.page.clock.fast_forward("01:00")
    expect(reader.page.locator("#word")).to_contain_text("good since")
    assert reader.times(pages[0]) == 1


def test_dark_follows_the_system_until_it_is_switched(
    preview: Preview, read: Callable[..., Reader]
) -> None:
    reader = read(color_scheme="dark")
    reader.visit(preview)
    root, image = reader.page.locator("html"), reader.page.locator(".page img").first
    expect(root).to_have_attribute("data-theme", "dark")
    assert "invert" in image.evaluate("image => getComputedStyle(image).filter")
    reader.press("d")
    expect(root).to_have_attribute("data-theme", "light")
    assert image.evaluate("image => getComputedStyle(image).filter") == "none"
    reader.page.reload()
    expect(root).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_of_text_is_that_of_aa(
    preview: Preview, read: Callable[..., Reader], scheme: str
) -> None:
    reader = read(color_scheme=scheme)
    reader.visit(preview)
    preview.failed(preview.finding("one"), preview.finding("two", Severity.WARNING))
    reader.press("l")
    expect(reader.page.locator("#findings")).to_be_visible()
    weak = reader.page.evaluate(CONTRAST)
    assert weak == []


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const over = (colours) => {  // paints them over each other
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const weak = [];
  for (const element of document.querySelectorAll("#bar *, #card *, #findings *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.checkVisibility()) continue;
    const grounds = [];
    for (let at = element; at; at = at.parentElement) {
      grounds.unshift(getComputedStyle(at).backgroundColor);
    }
    const ground = over(grounds);
    const text = over([...grounds, getComputedStyle(element).color]);
    const [high, low] = [light(text), light(ground)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) weak.push([element.id || element.className, element.textContent, ratio]);
  }
  return weak;
}"""


def test_a_narrow_window_has_no_horizontal_scroll(
    preview: Preview, read: Callable[..., Reader]
) -> None:
    reader = read(viewport={"width": 360, "height": 740})
    reader.visit(preview)
    preview.failed(preview.finding("a fault with a " + "very " * 40 + "long" * 40))
    expect(reader.page.locator("#card")).to_be_visible()
    for key in ("", "b", "/", "Escape", "l", "Escape", "?"):
        if key:
            reader.press(key)
        assert reader.page.evaluate("document.documentElement.scrollWidth") == 360, key
    reader.press("Escape")
    for name in ("Search", "Bookmarks", "Larger", "Follow edits", "Help"):
        expect(reader.page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)


def test_paper_shows_how_to_print_the_book(reader: Reader) -> None:
    reader.page.emulate_media(media="print")
    expect(reader.page.get_by_text("To print the book, print its PDF")).to_be_visible()
    expect(reader.page.locator("#bar")).to_be_hidden()
    expect(reader.page.locator("#book")).to_be_hidden()
