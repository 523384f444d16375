from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from texbook.preview.pdfium import Bookmark, Pdf, UnreadablePdfError

if TYPE_CHECKING:
    from tests.preview.conftest import MakePdf


def shades(png: bytes) -> int:
    return len(Image.open(io.BytesIO(png)).convert("L").getcolors(256) or [])


def test_a_page_is_drawn_at_the_width_that_is_asked_for(make_pdf: MakePdf) -> None:
    png = Pdf(make_pdf("Hello")).image(0, 200)
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.size) == ("PNG", (200, 300))
    assert image.getpixel((0, 0)) == (255, 255, 255)


def test_letters_have_soft_edges(make_pdf: MakePdf) -> None:
    assert shades(Pdf(make_pdf("Hello")).image(0, 400)) > 5


def test_a_page_of_several_metres_is_drawn_smaller(make_pdf: MakePdf) -> None:
    strip = Pdf(make_pdf("Hello", size=(100, 14_400)))
    width, height = Image.open(io.BytesIO(strip.image(0, 1_200))).size
    assert 5_000_000 < width * height <= 50_000_000
    assert height / width == pytest.approx(144, rel=0.01)


def test_the_same_page_gives_the_same_image(make_pdf: MakePdf) -> None:
    first, second = Pdf(make_pdf("one", "two")), Pdf(make_pdf("zero", "two"))
    assert first.image(1, 300) == second.image(1, 300)
    assert first.image(0, 300) != second.image(0, 300)


def test_text_lies_where_it_is_drawn(make_pdf: MakePdf) -> None:
    first, second = Pdf(make_pdf("Hello there\nyou")).text(0).lines()
    assert (first.text, second.text) == ("Hello there", "you")
    assert first.x == pytest.approx(50, abs=1)
    # The base line is 72 points below the top.
    assert first.y < 72 < first.y + first.height
    assert second.y - first.y == pytest.approx(20, abs=0.5)


@pytest.mark.parametrize(
    ("turn", "size", "x", "y"),
    [
        (0, (400, 600), 50, 72),
        (90, (600, 400), 528, 50),
        (180, (400, 600), 350, 528),
        (270, (600, 400), 72, 350),
    ],
)
def test_text_of_a_turned_page_lies_where_it_is_seen(
    make_pdf: MakePdf, turn: int, size: tuple[int, int], x: float, y: float
) -> None:
    pdf = Pdf(make_pdf("I", page=f"/Rotate {turn}"))
    assert list(pdf.sizes) == [size]
    (line,) = pdf.text(0).lines()
    assert line.x - 1 <= x <= line.x + line.width + 1
    assert line.y - 1 <= y <= line.y + line.height + 1
    image = Image.open(io.BytesIO(pdf.image(0, size[0]))).convert("L")
    drawn = image.point([255 * (value < 128) for value in range(256)]).getbbox()
    assert drawn is not None
    assert line.x - 2 <= drawn[0] <= drawn[2] <= line.x + line.width + 2
    assert line.y - 2 <= drawn[1] <= drawn[3] <= line.y + line.height + 2


def test_text_of_a_page_that_is_cut_lies_where_it_is_seen(make_pdf: MakePdf) -> None:
    pdf = Pdf(make_pdf("Hello", page="/CropBox[40 100 340 560]"))
    assert list(pdf.sizes) == [(300, 460)]
    (line,) = pdf.text(0).lines()
    assert line.x == pytest.approx(10, abs=1)
    assert line.y < 32 < line.y + line.height


def link(action: str) -> str:
    return f"/Annots[<</Type/Annot/Subtype/Link/Rect[50 520 90 540]/Border[0 0 0]{action}>>]"


def test_a_link_leads_to_a_page_and_a_height(make_pdf: MakePdf) -> None:
    pdf = Pdf(make_pdf("one", "two", page=link("/Dest[6 0 R/XYZ 0 500 null]")))
    (found,) = pdf.links(0)
    assert (found.box, found.page, found.y, found.url) == ((50, 60, 40, 20), 1, 100, "")


def test_a_link_through_an_action_leads_there_too(make_pdf: MakePdf) -> None:
    (found,) = Pdf(make_pdf("one", "two", page=link("/A<</S/GoTo/D[6 0 R/Fit]>>"))).links(0)
    assert (found.page, found.y) == (1, None)


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [
        ("https://example.org/a?b=c", True),
        ("HTTP://example.org", True),
        ("mailto:a@example.org", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("data:text/html,x", False),
        (" https://example.org", False),
    ],
)
def test_only_urls_that_a_browser_may_follow_are_links(
    make_pdf: MakePdf, url: str, is_kept: bool
) -> None:
    links = Pdf(make_pdf("one", page=link(f"/A<</S/URI/URI({url})>>"))).links(0)
    assert [found.url for found in links] == [url] * is_kept


def test_a_link_that_starts_a_program_is_none(make_pdf: MakePdf) -> None:
    assert Pdf(make_pdf("one", page=link("/A<</S/Launch/F(xterm)>>"))).links(0) == []


def test_the_outline_has_titles_pages_and_levels(make_pdf: MakePdf) -> None:
    pdf = Pdf(
        make_pdf(
            *("one", "two"),
            more=(
                "<</First 9 0 R/Last 9 0 R/Count 2>>",
                "<</Title(Part)/Parent 8 0 R/Dest[4 0 R/XYZ 0 550 0]/First 10 0 R/Count 1>>",
                "<</Title<FEFF03C0>/Parent 9 0 R/Dest[6 0 R/Fit]>>",
            ),
        )
    )
    assert pdf.outline() == [
        Bookmark("Part", 0, 50, 0, is_open=True),
        Bookmark("π", 1, None, 1, is_open=False),
    ]


def test_an_outline_that_is_a_ring_ends(make_pdf: MakePdf) -> None:
    ring = "<</Title(A)/Parent 6 0 R/Dest[4 0 R/Fit]/Next 7 0 R/First 7 0 R>>"
    marks = Pdf(make_pdf("one", more=("<</First 7 0 R/Last 7 0 R>>", ring))).outline()
    assert 0 < len(marks) <= 20_000


@pytest.mark.parametrize("data", [b"", b"no PDF", b"%PDF-1.7\n" + b"\0" * 100])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePdfError):
        Pdf(data)


def test_a_closed_pdf_is_refused_and_can_be_closed_again(make_pdf: MakePdf) -> None:
    pdf = Pdf(make_pdf("one"))
    pdf.close()
    pdf.close()
    with pytest.raises(UnreadablePdfError):
        pdf.image(0, 100)


def test_a_page_that_is_not_there_is_refused(make_pdf: MakePdf) -> None:
    with pytest.raises(UnreadablePdfError):
        Pdf(make_pdf("one")).text(1)


def test_many_threads_may_ask_at_once(make_pdf: MakePdf) -> None:
    pdf = Pdf(make_pdf(*(f"page {number}" for number in range(8))))
    found: dict[int, str] = {}

    def read(index: int) -> None:
        pdf.image(index, 150)
        found[index] = pdf.text(index).lines()[0].text

    threads = [threading.Thread(target=read, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {index: f"page {index}" for index in range(8)}
