"""Reading BibTeX files."""

from __future__ import annotations

from pathlib import Path

import pytest

from texbook.texfiles.bib import (
    Author,
    Bibliography,
    BibliographyEntry,
    parse_bibliography,
    parse_name,
    read_bibliography,
    split_names,
)

PATH = Path("references.bib")


def parse(text: str) -> Bibliography:
    return parse_bibliography(PATH, text)


def entry(fields: str) -> BibliographyEntry:
    library = parse(f"@article{{key, {fields}}}")
    assert library.problems == ()
    return library.entries["key"]


def test_an_entry_keeps_its_latex() -> None:
    found = entry(r"author={G{\"u}nnemann, Stephan}, title={The {ML} \& $x^2$ Test}, year={2019}")
    assert found.authors == (Author(r"G{\"u}nnemann", "Stephan"),)
    assert found.title == r"The {ML} \& $x^2$ Test"
    assert (found.year, found.kind, found.line) == ("2019", "article", 1)


def test_others_are_not_an_author() -> None:
    found = entry("author={Hu, Edward J. and others}")
    assert found.authors == (Author("Hu", "Edward J."),)
    assert found.others


@pytest.mark.parametrize(
    ("fields", "venue"),
    [
        ("journaltitle={J}, publisher={P}", "J"),
        ("journal={J}", "J"),
        ("booktitle={B}, publisher={P}", "B"),
        ("publisher={P}", "P"),
        ("note={N}", ""),
    ],
)
def test_the_venue_is_the_most_telling_field(fields: str, venue: str) -> None:
    assert entry(fields).venue == venue


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("eprint={1706.03762}, eprinttype={arXiv}", ("1706.03762", "arxiv")),
        ("eprint={arXiv:1706.03762}, archiveprefix={arXiv}", ("1706.03762", "arxiv")),
        ("eprint={https://arxiv.org/abs/1706.03762}", ("1706.03762", "")),
    ],
)
def test_electronic_prints(fields: str, expected: tuple[str, str]) -> None:
    found = entry(fields)
    assert (found.eprint, found.eprinttype) == expected


@pytest.mark.parametrize("doi", ["10.1/x", "https://doi.org/10.1/x", "doi:10.1/x"])
def test_a_doi_is_bare(doi: str) -> None:
    assert entry(f"doi={{{doi}}}").doi == "10.1/x"


def test_fields_over_several_lines_names_in_capitals_and_strings() -> None:
    library = parse(
        '@string{jep = "Journal"}\n\n@ARTICLE{k,\n  TITLE = {One\n   two},\n'
        "  journal = jep,\n  date={2001-05}}\n"
    )
    found = library.entries["k"]
    assert (found.title, found.venue, found.year, found.line) == ("One two", "Journal", "2001", 3)


def test_comments_between_entries_are_good() -> None:
    library = parse("% a remark\n@comment{x}\n@misc{a, title={T}}\nfree\n@misc{b, title={U}}\n")
    assert list(library.entries) == ["a", "b"]
    assert library.problems == ()


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Knuth, Donald E.", Author("Knuth", "Donald E.")),
        ("Donald E. Knuth", Author("Knuth", "Donald E.")),
        ("van den Goorbergh, Ruben", Author("van den Goorbergh", "Ruben")),
        ("Ludwig van Beethoven", Author("van Beethoven", "Ludwig")),
        ("King, Jr, Martin Luther", Author("King, Jr", "Martin Luther")),
        ("{Barnes and Noble}", Author("{Barnes and Noble}")),
        ("{World Bank, The}", Author("{World Bank, The}")),
        (r"Fran{\c c}ois Lalonde", Author("Lalonde", r"Fran{\c c}ois")),
        ("Plato", Author("Plato")),
    ],
)
def test_names(name: str, author: Author) -> None:
    assert parse_name(name) == author


def test_an_and_in_braces_belongs_to_the_name() -> None:
    assert list(split_names("A, B and\n {C and D} and Anderson, E")) == [
        *("A, B", "{C and D}", "Anderson, E")
    ]


def test_a_key_used_twice() -> None:
    library = parse("@misc{a, title={One}}\n\n@misc{a, title={Two}}\n")
    (problem,) = library.problems
    assert str(problem.span) == "references.bib:3"
    assert str(problem.related[0].span) == "references.bib:1"
    assert library.entries["a"].title == "One"


def test_a_field_given_twice() -> None:
    (problem,) = parse("\n@misc{a, title={One}, title={Two}}\n").problems
    assert str(problem.span) == "references.bib:2"
    assert '"title"' in problem.message


def test_an_entry_that_cannot_be_read_keeps_no_other_back(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    library = parse("@misc{a, title={One}}\n@book{c, title={un\n\n@misc{d, title={Two}}\n")
    (problem,) = library.problems
    assert str(problem.span).startswith("references.bib:2:16")
    assert list(library.entries) == ["a", "d"]
    assert capsys.readouterr() == ("", "")


def test_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "r.bib"
    path.write_bytes(b"@misc{a,\r\n title={One\r\n two}}\r\n@misc{b}\r\n")
    library = read_bibliography(path)
    assert library.entries["a"].title == "One two"
    assert library.entries["b"].line == 4


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (problem,) = read_bibliography(tmp_path / "none.bib").problems
    assert "cannot read" in problem.message
    (tmp_path / "latin.bib").write_bytes(b"@misc{a, title={\xe4}}")
    (problem,) = read_bibliography(tmp_path / "latin.bib").problems
    assert "UTF-8" in problem.message
