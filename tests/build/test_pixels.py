"""Pages that look different, as a real pdftoppm draws them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from texbook.base.cancel import CancelToken
from texbook.base.errors import CancelledError, LimitError
from texbook.build.pixels import differing_pages
from texbook.system.process import Limits
from texbook.texfiles.pdf import InvalidPdfError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

needs_pdftoppm = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="poppler-utils is not installed"
)


def pdf(path: Path, *contents: str) -> Path:
    """Write a PDF with a page for each content stream."""
    first = 3
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(contents)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(contents)}/Kids[{kids}]/MediaBox[0 0 72 72]>>",
    ]
    for number, content in enumerate(contents):
        objects += [
            f"<</Type/Page/Parent 2 0 R/Contents {first + 2 * number + 1} 0 R>>",
            f"<</Length {len(content)}>>stream\n{content}\nendstream",
        ]
    written, places = "%PDF-1.5\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{item}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    written += f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    written += f"trailer<</Root 1 0 R/Size {size}>>\nstartxref\n{written.index('xref')}\n%%EOF\n"
    path.write_text(written, "ascii")
    return path


def square(at: float) -> str:
    return f"{at} 9 30 30 re f"


def differing(
    one: Path,
    other: Path,
    *,
    environment: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    cancel: CancelToken | None = None,
    dpi: int = 60,
) -> tuple[int, ...] | None:
    scratch = one.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    try:
        return differing_pages(
            one,
            other,
            scratch=scratch,
            environment=os.environ if environment is None else environment,
            limits=limits or Limits(wall_seconds=60),
            registry=None,
            cancel=cancel,
            dpi=dpi,
        )
    finally:
        assert list(scratch.iterdir()) == []


@needs_pdftoppm
def test_pages_that_look_the_same_are_not_listed(tmp_path: Path) -> None:
    one = pdf(tmp_path / "one.pdf", square(9), square(20))
    other = pdf(tmp_path / "other.pdf", f"q {square(9)} Q", square(20))
    assert differing(one, other) == ()


@needs_pdftoppm
def test_pages_that_look_different_are_listed_whatever_range_they_are_drawn_in(
    tmp_path: Path,
) -> None:
    contents = [square(9)] * 70
    one = pdf(tmp_path / "one.pdf", *contents)
    for number in (1, 32, 33, 64, 70):
        contents[number - 1] = square(10)
    assert differing(one, pdf(tmp_path / "other.pdf", *contents), dpi=30) == (1, 32, 33, 64, 70)


@needs_pdftoppm
def test_pages_that_only_one_of_the_two_has_are_listed(tmp_path: Path) -> None:
    one = pdf(tmp_path / "one.pdf", square(9))
    other = pdf(tmp_path / "other.pdf", square(8), square(9), square(9))
    assert differing(one, other) == differing(other, one) == (1, 2, 3)


@needs_pdftoppm
def test_small_differences_need_enough_dots(tmp_path: Path) -> None:
    one = pdf(tmp_path / "one.pdf", square(9))
    other = pdf(tmp_path / "other.pdf", square(9.2))
    assert differing(one, other, dpi=20) == ()
    assert differing(one, other, dpi=600) == (1,)


def test_without_pdftoppm_there_is_no_answer(tmp_path: Path) -> None:
    one = pdf(tmp_path / "one.pdf", square(9))
    assert differing(one, one, environment={"PATH": str(tmp_path)}) is None


def fake(folder: Path, script: str) -> Mapping[str, str]:
    """Put another program in pdftoppm's place."""
    program = folder / "pdftoppm"
    program.write_text(f"#!/bin/sh\n{script}\n", "ascii")
    program.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


@pytest.mark.parametrize("script", ["echo one; echo 'out of ink'; exit 1", "echo out of ink"])
def test_pages_that_cannot_be_drawn_are_an_error(tmp_path: Path, script: str) -> None:
    one = pdf(tmp_path / "one.pdf", square(9))
    with pytest.raises(InvalidPdfError, match=r'the pages 1 to 1 of "one.pdf": out of ink'):
        differing(one, one, environment=fake(tmp_path, script))


def test_nothing_stays_of_a_pdf_that_could_be_drawn_when_the_other_could_not(
    tmp_path: Path,
) -> None:
    one, other = (pdf(tmp_path / name, square(9)) for name in ("one.pdf", "other.pdf"))
    environment = fake(tmp_path, 'case "$*" in *one.pdf*) echo P5 > first-1.pgm;; *) exit 1;; esac')
    with pytest.raises(InvalidPdfError, match=r'the pages 1 to 1 of "other.pdf"$'):
        differing(one, other, environment=environment)


def test_a_limit_is_an_error(tmp_path: Path) -> None:
    one = pdf(tmp_path / "one.pdf", square(9))
    environment = fake(tmp_path, "sleep 1000")
    with pytest.raises(LimitError, match="stopped at its limit of time"):
        differing(one, one, environment=environment, limits=Limits(wall_seconds=0.1))


def test_a_damaged_pdf_is_an_error(tmp_path: Path) -> None:
    one = pdf(tmp_path / "one.pdf", square(9))
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(one.read_bytes()[:200])
    with pytest.raises(InvalidPdfError):
        differing(one, cut, environment=fake(tmp_path, "exit 1"))


def test_it_stops_when_cancelled(tmp_path: Path) -> None:
    one = pdf(tmp_path / "one.pdf", square(9))
    cancel = CancelToken()
    cancel.cancel("a newer save")
    with pytest.raises(CancelledError):
        differing(one, one, environment=fake(tmp_path, "exit 1"), cancel=cancel)
