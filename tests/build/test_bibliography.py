"""When biber and BibTeX run, and their messages as biber 2.18 and BibTeX 0.99d write them."""

from __future__ import annotations

from pathlib import Path

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Span
from texbook.build.bibliography import biber_problems, bibliography_jobs, bibtex_problems
from texbook.build.tools import ToolOutput

BCF = b'<bcf:datasource type="file" datatype="bibtex" glob="false">refs.bib</bcf:datasource>\n'
AUX = b"\\relax\n\\citation{a}\n\\bibstyle{plain}\n\\bibdata{refs}\n"


def said(text: str, status: int = 0) -> ToolOutput:
    return ToolOutput(status, text, Path("/run"))


def errors(found: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    return [item for item in found if item.severity is Severity.ERROR]


def test_biber_runs_when_the_control_file_or_a_bibliography_changed(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@book{a}")
    [job] = bibliography_jobs(tmp_path, {"main.bcf": BCF}, {"main.bcf"})
    assert job.program == "biber"
    assert job.output == "main.bbl"
    assert job.why(None, has_output=False) == "main.bbl is new"
    assert job.why(job.key, has_output=True) == ""
    assert job.why(job.key, has_output=False) == "main.bbl is new"
    (tmp_path / "refs.bib").write_text("@book{b}")
    [later] = bibliography_jobs(tmp_path, {"main.bcf": BCF}, {"main.bcf"})
    assert later.why(job.key, has_output=True) == "refs.bib changed"
    [other] = bibliography_jobs(tmp_path, {"main.bcf": BCF + b" "}, {"main.bcf"})
    assert other.why(later.key, has_output=True) == "main.bcf changed"


def test_a_control_file_that_this_pass_did_not_write_asks_for_nothing(tmp_path: Path) -> None:
    assert bibliography_jobs(tmp_path, {"main.bcf": BCF}, set()) == ()


def test_bibtex_runs_when_the_citations_changed_but_not_when_a_label_did(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@book{a}")
    [job] = bibliography_jobs(tmp_path, {"main.aux": AUX}, {"main.aux"})
    assert job.arguments == ("bibtex", "main")
    labelled = {"main.aux": AUX + b"\\newlabel{x}{{1}{1}}\n"}
    [same] = bibliography_jobs(tmp_path, labelled, {"main.aux"})
    assert same.why(job.key, has_output=True) == ""
    cited = {"main.aux": AUX + b"\\citation{b}\n"}
    [other] = bibliography_jobs(tmp_path, cited, {"main.aux"})
    assert other.why(job.key, has_output=True) == "the list of citations changed"


def test_a_finished_bbl_of_the_authors_without_bib_files_is_left_alone(tmp_path: Path) -> None:
    files = {"main.aux": AUX}
    assert bibliography_jobs(tmp_path, files, {"main.aux"}, brought={"main.bbl"}) == ()
    assert len(bibliography_jobs(tmp_path, files, {"main.aux"})) == 1
    (tmp_path / "refs.bib").write_text("@book{a}")
    assert len(bibliography_jobs(tmp_path, files, {"main.aux"}, brought={"main.bbl"})) == 1


def test_biber_names_the_bibliography_and_the_line() -> None:
    output = said(
        "INFO - Looking for bibtex file 'bad.bib' for section 0\n"
        "INFO - Found BibTeX data source 'bad.bib'\n"
        "ERROR - BibTeX subsystem: /tmp/biber_tmp_c3B3/c6ce_15267.utf8, line 2, syntax error: "
        'at end of input, expected end of entry ("}" or ")") (skipping to next "@")\n'
        "INFO - ERRORS: 1\n",
        2,
    )
    [problem] = biber_problems(output)
    assert problem.span == Span.at(Path("/run/bad.bib"), 2)
    assert problem.severity is Severity.ERROR
    assert problem.message.startswith("syntax error: at end of input")


def test_biber_cannot_find_a_file() -> None:
    [problem] = biber_problems(said("ERROR - Cannot find 'none.bib'!\nINFO - ERRORS: 1\n", 2))
    assert problem.message == 'there is no bibliography file "none.bib"'
    assert problem.code == "missing-file"


def test_biber_misses_an_entry() -> None:
    line = "WARN - I didn't find a database entry for 'missing' (section 0)\n"
    [problem] = biber_problems(said(line))
    assert problem.severity is Severity.WARNING
    assert problem.message == 'no bibliography file has an entry "missing"'


def test_a_tool_that_fails_without_a_reason_is_still_an_error() -> None:
    [biber] = biber_problems(said("Can't locate Biber.pm in @INC\n", 255))
    assert biber.message == 'biber ended with status 255: "Can\'t locate Biber.pm in @INC"'
    [bibtex] = bibtex_problems(said("", 3))
    assert bibtex.message == "bibtex ended with status 3 without a word"


def test_bibtex_names_the_bibliography_and_the_line() -> None:
    output = said(
        "This is BibTeX, Version 0.99d (TeX Live 2022/Debian)\n"
        "The style file: plain.bst\nDatabase file #1: bad.bib\n"
        "Illegal end of database file---line 1 of file bad.bib\n"
        " : @article{a, author={A. Bee}, title={Foo}\n"
        "I'm skipping whatever remains of this entry\n"
        "Warning--empty journal in a\n"
        "(There was 1 error message)\n",
        2,
    )
    problem, warning = bibtex_problems(output)
    assert problem.span == Span.at(Path("/run/bad.bib"), 1)
    assert problem.message == "illegal end of database file"
    assert (warning.severity, warning.message) == (Severity.WARNING, "empty journal in a")


def test_bibtex_cannot_open_a_database_or_a_style() -> None:
    output = said(
        "I couldn't open database file none.bib\n---line 5 of file bt3.aux\n : \\bibdata{none\n"
        "I found no database files---while reading file bt3.aux\n"
        'Warning--I didn\'t find a database entry for "a"\n(There were 2 error messages)\n',
        2,
    )
    [problem] = errors(bibtex_problems(output))
    assert problem.message == 'there is no database file "none.bib"'


def test_two_bibliographies_of_one_name_are_told_apart(tmp_path: Path) -> None:
    control = BCF.replace(b"refs.bib", b"a/refs.bib") + BCF.replace(b"refs.bib", b"b/refs.bib")
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "refs.bib").write_text("@book{x}")
    [job] = bibliography_jobs(tmp_path, {"main.bcf": control}, {"main.bcf"})
    (tmp_path / "a" / "refs.bib").write_text("@book{y}")
    [later] = bibliography_jobs(tmp_path, {"main.bcf": control}, {"main.bcf"})
    assert later.why(job.key, has_output=True) == "a/refs.bib changed"


def test_a_bibliography_outside_the_book_is_an_input(tmp_path: Path) -> None:
    outside = tmp_path / "home" / "refs.bib"
    outside.parent.mkdir()
    outside.write_text("@book{x}")
    places = {"refs.bib": outside}
    for files in ({"main.bcf": BCF}, {"main.aux": AUX}):
        [job] = bibliography_jobs(tmp_path / "run", files, set(files), (), places.get)
        assert job.inputs[0] == outside
        assert job.key[str(outside)] != "absent"


def test_a_configuration_of_biber_in_the_book_counts(tmp_path: Path) -> None:
    [plain] = bibliography_jobs(tmp_path, {"main.bcf": BCF}, {"main.bcf"})
    assert "--noconf" in plain.arguments
    (tmp_path / "biber.conf").write_text("<config/>")
    [job] = bibliography_jobs(tmp_path, {"main.bcf": BCF}, {"main.bcf"})
    assert "--configfile=biber.conf" in job.arguments
    assert job.why(plain.key, has_output=True) == "biber.conf changed"
