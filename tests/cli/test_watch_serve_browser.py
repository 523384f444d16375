"""A save, seen in a real browser, by way of the real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.cli.served import serving

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from tests.cli.conftest import Book

    Wait = Callable[[Callable[[], object], str], None]

pytestmark = pytest.mark.tex

PATIENCE = 60_000.0
"""Milliseconds."""
DRAWN = "(key) => document.querySelector(`[data-key='${key}'] img`)?.naturalWidth > 0"


def test_a_save_is_seen_and_so_is_what_is_wrong_with_it(
    book: Book, chromium: Browser, wait_until: Wait
) -> None:
    filler = "\\include{first}\\include{second}"
    book.put("first.tex", "The first page.\n")
    book.put("second.tex", "The second page.\n")
    book.document(filler)
    with (
        serving(book, wait_until) as served,
        chromium.new_context(viewport={"width": 900, "height": 700}) as context,
    ):
        faults: list[str] = []
        context.set_default_timeout(PATIENCE)
        tab = context.new_page()
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.on("console", lambda message: faults.append(message.text))
        listener = served.listen()
        tab.goto(served.url)
        body, card = tab.locator("body"), tab.locator("#card")

        def sees(phase: str, text: str, number: int) -> None:
            """See a page by its image, and its text over it, in the window."""
            expect(body).to_have_attribute("data-phase", phase, timeout=PATIENCE)
            page = tab.locator(f'[data-page="{number}"]')
            expect(page.locator(".text")).to_contain_text(text, timeout=PATIENCE)
            expect(page).to_be_in_viewport(timeout=PATIENCE)
            tab.wait_for_function(DRAWN, arg=listener.keys[number - 1])

        sees("good", "The first page.", 1)
        book.put("second.tex", "The second page was edited.\n")
        served.shows("was edited", listener)
        sees("good", "The second page was edited.", 2)
        expect(card).to_be_hidden(timeout=PATIENCE)
        book.put("second.tex", "The second\n\\undefinedthing page.\n")
        expect(card).to_be_visible(timeout=PATIENCE)
        expect(card).to_contain_text('control sequence "\\undefinedthing"', timeout=PATIENCE)
        expect(card).to_contain_text("second.tex:2", timeout=PATIENCE)
        sees("failed", "The second page was edited.", 2)
        book.put("second.tex", "The second page was mended.\n")
        served.shows("was mended", listener)
        sees("good", "The second page was mended.", 2)
        expect(card).to_be_hidden(timeout=PATIENCE)
        assert faults == []
        served.ends()
        expect(body).to_have_attribute("data-phase", "ended", timeout=PATIENCE)
