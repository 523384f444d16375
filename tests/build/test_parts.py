from __future__ import annotations

import pytest

from texbook.build.parts import PartDigests, draft_body, edited_parts
from texbook.latex.parts import read_document

AUX = rb"""\@writefile{toc}{\contentsline {chapter}{\numberline {1}First}{1}{chapter.1}}
\@writefile{toc}{\contentsline {section}{\numberline {1.1}Summary}{2}{section.1.1}}
\@writefile{toc}{\contentsline {chapter}{\numberline {2}Second}{5}{chapter.2}}
\@writefile{toc}{\contentsline {section}{\numberline {2.1}Summary}{7}{section.2.1}}
\newlabel{own}{{2.2}{8}{Of a macro}{section.2.2}{}}
"""
MAIN = r"""\documentclass{report}\begin{document}
\chapter{First}
\section{Summary}one
\chapter{Second}
\setcounter{tocdepth}{1}
\section{Summary}two
\end{document}
"""


def _body(main: str, *chosen: int) -> str:
    document = read_document(main, lambda _: None)
    assert document is not None
    return draft_body(document, chosen, {"main.aux": AUX}, "main")


def _start(body: str) -> list[str]:
    lines = body.replace("\\csname texbook@step\\endcsname", "step").splitlines()
    return [line.rstrip("%") for line in lines if line.startswith(("step", "\\setcounter{page}"))]


def test_a_part_begins_with_the_numbers_that_stood_before_it() -> None:
    assert _start(_body(MAIN, 3)) == [
        "step{chapter}{1}",
        "step{section}{1}",
        "step{chapter}{2}",
        "\\setcounter{page}{7}",
    ]


def test_of_headings_with_one_title_each_is_found_in_its_turn() -> None:
    assert _start(_body(MAIN, 1)) == ["step{chapter}{1}", "\\setcounter{page}{2}"]


def test_a_renamed_heading_stands_where_it_stood() -> None:
    renamed = MAIN.replace("{Second}", "{Another}")
    assert _start(_body(renamed, 2))[-1] == "\\setcounter{page}{5}"


def test_a_part_without_a_heading_is_found_by_its_label() -> None:
    words = "page " * 500
    document = read_document(
        MAIN.replace("two\n", f"{words}\n\\input{{own}}\n"),
        {"own": f"\\question{{Q}}\\label{{own}}{words}"}.get,
    )
    assert document is not None
    body = draft_body(document, (4,), {"main.aux": AUX}, "main")
    assert _start(body)[-2:] == ["step{section}{1}", "\\setcounter{page}{8}"]


def test_settings_before_a_part_hold_in_it_and_the_text_between_is_left_out() -> None:
    body = _body(MAIN, 1, 3)
    assert body.index("one\n") < body.index("\\setcounter{tocdepth}{1}") < body.index("two\n")
    assert "\\chapter{Second}" not in body


def test_parts_in_a_row_are_typeset_in_one_go() -> None:
    assert len([line for line in _start(_body(MAIN, 2, 3)) if "page" in line]) == 1


def test_without_auxiliary_files_a_part_begins_as_a_document_does() -> None:
    document = read_document(MAIN, lambda _: None)
    assert document is not None
    assert _start(draft_body(document, (1,), {}, "main")) == []


def test_moved_and_deleted_parts_are_not_edited() -> None:
    before = PartDigests("p", ("a", "b", "c"))
    assert edited_parts(before, PartDigests("p", ("c", "a"))) == ()
    assert PartDigests.from_json(before.to_json()) == before


@pytest.mark.parametrize("value", [None, [], {"preamble": "p"}, {"parts": "abc"}])
def test_what_is_damaged_is_no_digests(value: object) -> None:
    assert PartDigests.from_json(value) is None
