from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.latex.parts import read_document

if TYPE_CHECKING:
    from texbook.latex.parts import Document

LONG = "words of a page. " * 150


def _document(body: str, **files: str) -> Document:
    document = read_document(
        f"\\documentclass{{book}}\n\\input{{macros}}\n\\begin{{document}}{body}\\end{{document}}\n",
        files.get,
    )
    assert document is not None
    return document


def _titles(document: Document) -> list[str]:
    return [part.title or document.text(part).strip() for part in document.parts]


def test_a_document_is_cut_at_its_headings() -> None:
    document = _document("Title\n\\chapter{A}a\n\\section*{B}b\\subsection{C}c\n\\part{D}")
    assert _titles(document) == ["Title", "A", "B", "D"]
    assert document.text(document.parts[2]) == "\\section*{B}b\\subsection{C}c\n"
    assert [part.heading for part in document.parts] == ["", "chapter", "section", "part"]


def test_files_stand_in_the_place_of_their_inputs() -> None:
    document = _document(
        "\\chapter{A}\\input{one}", one="a\\section{B}\\input{two}", two="b\\section{C}c"
    )
    assert _titles(document) == ["A", "B", "C"]
    assert document.text(document.parts[1]) == "\\section{B}b"


def test_an_include_is_a_part_with_pages_of_its_own() -> None:
    document = _document("\\include{one}\\include{two}", one="first", two="\\chapter{B}second")
    assert _titles(document)[0] == "\\clearpage\nfirst\n\\clearpage"
    assert len(document.parts) == 2
    assert document.parts[1].title == "B"


def test_nothing_is_cut_within_an_environment_a_group_or_a_definition() -> None:
    document = _document(
        "\\begin{quote}\\section{A}\\end{quote}{\\section{B}}\\newcommand\\x{\\section{C}}"
        "\\begin{verbatim}\n\\section{D}\n\\end{verbatim}% \\section{E}\n\\section{F}"
    )
    assert [part.title for part in document.parts] == ["", "F"]


def test_a_large_file_is_a_part_where_no_heading_is_near() -> None:
    document = _document(
        "\\maketitle\\input{one}\\input{two}\\chapter{A}\\input{three}",
        one=f"one {LONG}",
        two=f"two {LONG}",
        three=f"three {LONG}",
    )
    starts = [document.text(part)[:10] for part in document.parts]
    assert starts == ["\\maketitle", "one words ", "two words ", "\\chapter{A"]


def test_what_is_not_to_be_read_in_stays_an_input() -> None:
    document = _document("\\section{A}\\input{gone}\\input{cut}", cut="a\\endinput b")
    assert document.text(document.parts[0]) == "\\section{A}\\input{gone}\\input{cut}"
    assert document.parts[0].files == {"gone", "cut"}


def test_files_that_read_each_other_come_to_an_end() -> None:
    document = _document("\\input{one}", one="a\\input{two}", two="b\\input{one}")
    assert len(document.parts) == 1


def test_declarations_between_parts_are_known() -> None:
    document = _document("\\section{A}a\\setcounter{secnumdepth}{0}\\appendix{\\small b}")
    settings = [document.body[start:stop] for start, stop in document.settings]
    assert settings == ["\\setcounter{secnumdepth}{0}", "\\appendix"]


def test_each_part_names_its_own_pictures() -> None:
    document = _document("\\section{A}\\includegraphics{figures/a}\\section{B}\\input{b.tikz}")
    assert [part.files for part in document.parts] == [{"a"}, {"b.tikz"}]
    assert document.preamble_files == {"book", "macros"}


def test_a_file_that_is_no_document_has_no_parts() -> None:
    assert read_document("\\section{A}", lambda _: None) is None
    assert read_document("\\begin{document} never ends", lambda _: None) is None
