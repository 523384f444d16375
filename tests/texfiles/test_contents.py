from __future__ import annotations

import pytest

from texbook.texfiles.contents import ContentsLine, last_page, read_contents

CHAPTER = (
    b"\\@writefile{toc}{\\contentsline {chapter}{\\numberline {1}Losses}{4}{chapter.1}"
    b"\\protected@file@percent }\n"
)


def test_headings_come_in_reading_order_over_the_files_of_includes() -> None:
    files = {
        "main.aux": b"\\relax\n\\@input{one.aux}\n\\@input{gone.aux}\n"
        b"\\@writefile{toc}{\\contentsline {chapter}{Bibliography}{iv}{chapter*.2}}\n",
        "one.aux": CHAPTER,
    }
    assert read_contents(files, "main.aux") == (
        ContentsLine("chapter", "1", "Losses", "4"),
        ContentsLine("chapter", "", "Bibliography", "iv"),
    )


def test_braces_in_a_title_are_part_of_it() -> None:
    line = rb"\@writefile{toc}{\contentsline {section}{\numberline {A.1}A \emph{b} \{ c}{12}{x}}"
    assert read_contents({"a.aux": line}, "a.aux") == (
        ContentsLine("section", "A.1", r"A \emph{b} \{ c", "12"),
    )


def test_a_file_that_names_itself_is_read_once() -> None:
    assert len(read_contents({"a.aux": b"\\@input{a.aux}\n" + CHAPTER}, "a.aux")) == 1


@pytest.mark.parametrize("end", range(0, len(CHAPTER), 7))
def test_a_cut_file_is_no_fault(end: int) -> None:
    assert len(read_contents({"a.aux": CHAPTER[:end]}, "a.aux")) <= 1


def test_other_lists_are_left_out() -> None:
    line = b"\\@writefile{lof}{\\contentsline {figure}{\\numberline {1}A}{4}{figure.1}}"
    assert read_contents({"a.aux": line}, "a.aux") == ()


def test_the_last_page_is_the_number_of_pages() -> None:
    assert last_page({"a.aux": b"\\gdef \\@abspage@last{73}\n"}, "a.aux") == 73
    assert last_page({"a.aux": b"\\relax\n"}, "a.aux") is None
    assert last_page({}, "a.aux") is None
