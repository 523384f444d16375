"""Auxiliary files as LaTeX, biblatex and minted write them."""

from __future__ import annotations

from texbook.texfiles.aux import (
    BibtexRequest,
    MovedLine,
    announces_last_page,
    biber_sources,
    bibtex_request,
    is_complete,
    moved_lines,
    settled_form,
    shape,
)

MAIN = rb"""\relax
\citation{knuth84}
\@input{chapters/one.aux}
\bibstyle{plain}
\bibdata{refs,more}
\newlabel{sec:a}{{1}{1}}
\gdef \@abspage@last{3}
"""


def test_an_aux_that_ends_within_a_line_is_cut() -> None:
    assert is_complete(MAIN, announces_last_page=True)
    assert not is_complete(MAIN[:-3], announces_last_page=False)


def test_an_aux_that_ends_between_two_lines_is_cut_if_the_last_one_is_expected() -> None:
    cut = MAIN[: MAIN.index(rb"\gdef")]
    assert announces_last_page(MAIN)
    assert not is_complete(cut, announces_last_page=True)
    assert is_complete(cut, announces_last_page=False)


def test_bibtex_is_asked_for_the_citations_of_included_files_too() -> None:
    files = {"main.aux": MAIN, "chapters/one.aux": b"\\relax \n\\citation{lamport94,knuth84}\n"}
    assert bibtex_request("main.aux", files) == BibtexRequest(
        ("knuth84", "lamport94"), ("refs", "more"), "plain"
    )


def test_bibtex_is_not_asked_without_a_citation_a_database_or_a_style() -> None:
    for line in (rb"\citation{knuth84}", rb"\bibstyle{plain}", rb"\bibdata{refs,more}"):
        assert bibtex_request("main.aux", {"main.aux": MAIN.replace(line + b"\n", b"")}) is None


def test_aux_files_that_input_each_other_are_read_once() -> None:
    files = {"main.aux": MAIN, "chapters/one.aux": b"\\@input{main.aux}\n"}
    request = bibtex_request("main.aux", files)
    assert request is not None
    assert request.citations == ("knuth84",)


def test_biber_sources_are_listed_once_and_unescaped() -> None:
    control = (
        b'<bcf:datasource type="file" datatype="bibtex" glob="false">a &amp; b.bib'
        b'</bcf:datasource>\n<bcf:datasource type="file">a &amp; b.bib</bcf:datasource>'
    )
    assert biber_sources(control) == ("a & b.bib",)


def test_shape_masks_numbers_and_biblatex_bookkeeping_but_not_words() -> None:
    assert shape(b"\\contentsline {section}{A}{9}") == shape(b"\\contentsline {section}{A}{10}")
    assert shape(b"\\contentsline {section}{A}{9}") != shape(b"\\contentsline {section}{B}{9}")
    assert shape(b"a\n\\abx@aux@cite{0}{k}\n") == shape(b"a\n")


def test_the_settled_form_leaves_out_what_sets_nothing_in_print() -> None:
    listed = b"\\gdef \\minted@oldcachelist{,\n  A.pygstyle,\n  B.pygtex}\n"
    assert settled_form(b"a\n" + listed + b"b\n") == b"a\nb\n"
    assert settled_form(b"\\abx@aux@cite{0}{k}\n") == b"\\abx@aux@cite{0}{k}\n"


def test_moved_lines_shows_the_first_that_differ() -> None:
    before, after = b"same\none 1\ntwo 1\nend\n", b"same\none 2\ntwo 2\nend\n"
    assert moved_lines(before, after, most=1) == (MovedLine("one 1", "one 2"),)
    assert moved_lines(b"a\n", b"a\nb\n") == (MovedLine("", "b"),)
