"""A preview that is served, and a real browser that looks at it."""

from __future__ import annotations

import hashlib
import io
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, Response, expect
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    Fit,
    FloatObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Position, Span
from texbook.preview.hub import Hub
from texbook.preview.model import Actions
from texbook.preview.server import PreviewServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext
    from pypdf import PageObject

    from texbook.base.page_place import PagePlace

WIDTH, HEIGHT = 400.0, 560.0
expect.set_options(timeout=15_000)
LINE = 20.0


def _rectangle(*numbers: float) -> ArrayObject:
    return ArrayObject([FloatObject(number) for number in numbers])


def _write(writer: PdfWriter, text: str) -> None:
    """Add a page with a line of Helvetica for each line of the text, the first at y = 72."""
    page: PageObject = writer.add_blank_page(width=WIDTH, height=HEIGHT)
    shown = [
        f"1 0 0 1 50 {HEIGHT - 84 - LINE * number} Tm ({line}) Tj"
        for number, line in enumerate(text.splitlines())
    ]
    stream = StreamObject()
    stream.set_data("\n".join(["BT /F1 12 Tf", *shown, "ET"]).encode("latin-1"))
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    fonts = DictionaryObject({NameObject("/F1"): named})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page[NameObject("/Contents")] = writer._add_object(stream)


def _outside(address: str) -> DictionaryObject:
    target = {"/S": NameObject("/URI"), "/URI": TextStringObject(address)}
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/Rect"): _rectangle(50, 200, 150, 220),
            NameObject("/A"): DictionaryObject(
                {NameObject(key): value for key, value in target.items()}
            ),
        }
    )


def book_of(texts: Sequence[str]) -> bytes:
    """Make a PDF with a page for each text.

    Its first page has a link to the last on its fourth line, and one to the outside below it. A
    page that begins with "Chapter" has a bookmark, one with "Section" one below the chapter's.
    """
    writer = PdfWriter()
    for text in texts:
        _write(writer, text)
    writer.add_annotation(
        page_number=0,
        annotation=Link(
            rect=(50, 410, 120, 430),
            target_page_index=len(texts) - 1,
            fit=Fit.fit_horizontally(top=int(HEIGHT) - 60),
        ),
    )
    writer.add_annotation(page_number=0, annotation=_outside("https://example.org/paper"))
    chapter = None
    for number, text in enumerate(texts):
        title = text.splitlines()[0]
        if title.startswith("Chapter"):
            chapter = writer.add_outline_item(title=title, page_number=number)
        if title.startswith("Section"):
            writer.add_outline_item(title=title, page_number=number, parent=chapter)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def key_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass
class Preview:
    """A served preview; what it asked for is recorded."""

    folder: Path
    port: int | None = 0
    opened: list[tuple[object, ...]] = field(default_factory=list)
    place: PagePlace | None = None
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hub = Hub(title="the book", folder=self.folder, clock=lambda: NOON)
        actions = Actions(self._open_page, self._open_file, lambda _file, _line: self.place)
        self.server = PreviewServer(self.hub, actions, port=self.port)
        self.url = self.server.url

    def _open_page(self, page: int, x: float, y: float, word: str) -> tuple[Path, int]:
        self.opened.append((page, x, y, word))
        return self.folder / "chapters/one.j2.tex", 12

    def _open_file(self, file: Path, line: int, column: int | None) -> tuple[Path, int]:
        self.opened.append((file.name, line, column))
        return file, line

    def show(self, texts: Sequence[str], edited: Sequence[int] | None = ()) -> None:
        """Show a book of these pages."""
        self.texts = list(texts)
        pdf = self.folder / "main.pdf"
        pdf.write_bytes(book_of(texts))
        self.hub.show_document(pdf, [key_of(text) for text in texts], edited)

    def change(self, number: int, text: str) -> str:
        """Edit one page; gives its key."""
        self.texts[number - 1] = text
        self.show(self.texts, [number])
        return key_of(text)

    def good(self, *diagnostics: Diagnostic) -> None:
        self.hub.good(pages=len(self.texts), seconds=1.25, diagnostics=diagnostics)

    def failed(self, *diagnostics: Diagnostic) -> None:
        self.hub.failed(diagnostics=diagnostics, showing=NOON)

    def finding(self, message: str, severity: Severity = Severity.ERROR) -> Diagnostic:
        """A finding in line 3, column 5 of a file that is there."""
        source = self.folder / "one.tex"
        source.write_text("first\nsecond\n\\the \\looss\nfourth\nfifth\nsixth\n")
        span = Span(source, Position(3, 6))
        hint = 'did you mean "\\loss"?'
        return Diagnostic("TB1", severity, message, span=span, hints=(hint,), source="xelatex")


NOON = datetime(2026, 11, 21, 12, 0, 11, tzinfo=UTC)
PAGES = (
    "Chapter one\nThe winner pays for what the others knew.\nA curse, plainly.\nSee the end.",
    *(f"Section {number}\nWords of page {number}.\nMore of them." for number in range(2, 20)),
    "Chapter two\nThe last page has the last word.",
)


@pytest.fixture
def pages() -> list[str]:
    """The texts of twenty pages."""
    return list(PAGES)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Preview]]:
    """Begin to serve a preview; it ends with the test."""
    with ExitStack() as stack:

        def begin(**settings: Any) -> Preview:
            preview = Preview(tmp_path, **settings)
            stack.enter_context(preview.server)
            return preview

        yield begin


@pytest.fixture
def preview(serve: Callable[..., Preview]) -> Preview:
    """A preview of the twenty pages."""
    preview = serve()
    preview.show(PAGES)
    preview.good()
    return preview


@dataclass
class Reader:
    """A tab that looks at a preview, and what went wrong in it."""

    page: Page
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("response", self._answered)

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.faults.append(text)

    def _answered(self, response: Response) -> None:
        self.asked.append("/".join(response.url.split("/")[4:]))

    def visit(self, preview: Preview, place: str = "") -> None:
        """Open the preview, and wait for the page that is seen first."""
        self.page.goto(preview.url + place)
        expect(self.page.locator("body")).to_have_attribute("data-phase", "good")
        self.wait("document.querySelector('[data-key]')")

    def wait(self, condition: str) -> None:
        self.page.wait_for_function(f"() => {condition}")

    def see(self, number: int, text: str) -> None:
        """Wait until a page shows the image of a text."""
        shown = self.page.locator(f'[data-page="{number}"]')
        expect(shown).to_have_attribute("data-key", key_of(text))

    def idle(self) -> None:
        """Wait until all images that are wanted are there, and nothing scrolls."""
        self.page.wait_for_load_state("networkidle")

    def top(self, number: int) -> float:
        """Where a page begins, in pixels from the window's top."""
        box = self.page.locator(f'[data-page="{number}"]').bounding_box()
        assert box is not None
        return box["y"]

    def images(self) -> list[str]:
        """The keys of the images that were asked for."""
        return [name.split("/")[1] for name in self.asked if name.startswith("page/")]

    def times(self, text: str) -> int:
        """How often the image of a text was asked for."""
        return self.images().count(key_of(text))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def current(self) -> int:
        return int(self.page.locator("#number").input_value())


@pytest.fixture
def read(
    chromium: Browser,
    serve: Callable[..., Preview],  # ends after the tabs are closed
) -> Iterator[Callable[..., Reader]]:
    """Open tabs, each in a browser profile of its own; at the end none may have had a fault."""
    contexts: list[BrowserContext] = []
    readers: list[Reader] = []

    def begin(**settings: Any) -> Reader:
        wanted = {"viewport": {"width": 900, "height": 700}, "reduced_motion": "reduce"} | settings
        context = chromium.new_context(**wanted)
        context.set_default_timeout(15_000)
        contexts.append(context)
        readers.append(Reader(context.new_page()))
        return readers[-1]

    yield begin
    for context in contexts:
        context.close()
    assert [reader.faults for reader in readers] == [[] for _ in readers]


@pytest.fixture
def reader(read: Callable[..., Reader], preview: Preview) -> Reader:
    """A tab that shows the first page."""
    reader = read()
    reader.visit(preview)
    return reader
