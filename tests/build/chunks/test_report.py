"""The auxiliary files of a job, taken apart."""

from __future__ import annotations

import pytest

from texbook.build.chunks.model import NotChunkableError, SegmentState
from texbook.build.chunks.report import (
    JobReport,
    SegmentReport,
    read_job_aux,
    split_reads,
    split_stream,
)

MAIN = r"""\providecommand\hyper@newdestlabel[2]{}
%texbook@mark{begin}{document}{0}{1}
%texbook@twoside
%texbook@resets{chapter}{{section}{subsection}{figure}}
%texbook@mark{begin}{1}{0}{7}
%texbook@fingerprint{{thesection}{A}{lengths}{B}}
%texbook@use{n}{ebb}
%texbook@use{p}{flood}
\@input{one.aux}
\citation{b,a}
%texbook@nocite{begin}
\citation{c}
%texbook@nocite{end}
%texbook@counters{{chapter}{2}{section}{0}}
%texbook@text{@themark}{{Ebb {x}}{}}
%texbook@mark{end}{1}{3}{10}
%texbook@fingerprint{{thesection}{A}{lengths}{C}}
%texbook@mark{begin}{4}{3}{10}
\gdef \@abspage@last{5}
"""
ONE = r"""\newlabel{ebb}{{2}{7}}
\@setckpt{one}{
\setcounter{page}{10}
}
"""


def report(main: str = MAIN, one: str = ONE) -> JobReport:
    return read_job_aux(main, {"one.aux": one}.__getitem__, {1: "one", 4: "end"})


def test_what_stands_before_the_first_segment_is_the_prologue() -> None:
    assert report().prologue == "\\providecommand\\hyper@newdestlabel[2]{}\n"


def test_the_document_says_what_headings_reset_and_whether_it_has_two_sides() -> None:
    assert report().resets == {"chapter": ("section", "subsection", "figure")}
    assert report().two_sided
    assert not report(MAIN.replace("%texbook@twoside\n", "")).two_sided


def test_a_segment_has_its_pages_and_the_state_at_its_end() -> None:
    one, end = report().segments[1], report().segments[4]
    assert (one.start, one.stop, one.first_page) == (0, 3, 7)
    assert one.end == SegmentState(
        {"chapter": 2, "section": 0, "page": 10}, {"@themark": "{Ebb {x}}{}"}
    )
    assert (end.start, end.stop, end.first_page, end.end) == (3, None, 10, None)


def test_a_segment_has_what_latex_would_read_of_it_and_no_more() -> None:
    assert report().segments[1].aux == ("\\newlabel{ebb}{{2}{7}}\n\\citation{b,a}\n\\citation{c}\n")
    assert report().segments[4].aux == "\\gdef \\@abspage@last{5}\n"


def test_the_line_with_which_latex_begins_an_aux_is_left_out() -> None:
    assert report(one="\\relax \n\\newlabel{a}{{1}{2}}\n").segments[1].aux.startswith("\\newlabel")


def test_a_segment_names_the_labels_that_it_asked_for() -> None:
    assert report().segments[1].uses == {("n", "ebb"), ("p", "flood")}


def test_citations_stand_in_order_and_say_which_print_nothing() -> None:
    assert report().segments[1].cites == (("b", False), ("a", False), ("c", True))


def test_biblatex_names_all_entries_by_a_command_of_its_own() -> None:
    segment = SegmentReport(lines=["\\abx@aux@cite{0}{a}\n", "\\abx@aux@nociteall\n"])
    assert segment.cites == (("a", False), ("*", True))


def test_what_a_segment_leaves_changed_is_a_leak() -> None:
    assert report().segments[1].leaks == ("lengths",)
    assert report().segments[4].leaks == ()


@pytest.mark.parametrize(
    "line",
    [r"\zref@newlabel{a}{}", r"\relaxed", r"\@writefilet{toc}{}"],
)
def test_a_line_that_may_mean_anything_is_refused_by_its_command(line: str) -> None:
    command = line.partition(" ")[0].partition("{")[0]
    with pytest.raises(NotChunkableError) as caught:
        report(one=f"{ONE}{line}\n")
    assert caught.value.reason == f"{command} stands in an .aux file, which may mean anything"
    assert caught.value.segment == "one"


def test_a_picture_that_remembers_its_place_is_refused_in_words() -> None:
    with pytest.raises(NotChunkableError, match="remembers its place on the page"):
        report(one="\\pgfsyspdfmark {pgfid1}{1}{2}\n")


def test_a_second_bibliography_section_is_refused() -> None:
    with pytest.raises(NotChunkableError, match="more than one section"):
        report(one="\\abx@aux@cite{1}{a}\n")


def test_a_stream_is_split_where_the_driver_marked_it() -> None:
    text = (
        "before\n%texbook begin document\nlost\n%texbook begin 2\na\nb\n%texbook end 2\nbetween\n"
        "%texbook begin 3\n%texbook end 3\n"
    )
    assert split_stream(text) == {2: "a\nb\n", 3: ""}
    assert split_stream("") == {}


def test_opened_files_belong_to_the_segment_that_was_begun_last() -> None:
    opened = [
        ("INPUT", "/tex/report.cls"),
        ("INPUT", "texbook-begin-document.mark"),
        ("INPUT", "between"),
        ("INPUT", "/work/texbook-begin-2.mark"),
        ("INPUT", "two.tex"),
        ("OUTPUT", "two.aux"),
        ("INPUT", "texbook-end-2.mark"),
        ("INPUT", "job.tex"),
        ("INPUT", "texbook-begin-5.mark"),
        ("INPUT", "five.tex"),
    ]
    assert split_reads(opened) == {
        None: [("INPUT", "/tex/report.cls")],
        2: [("INPUT", "two.tex"), ("OUTPUT", "two.aux")],
        5: [("INPUT", "five.tex")],
    }
