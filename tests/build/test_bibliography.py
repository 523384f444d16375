"""When biber and BibTeX run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.build.bibliography import bibliography_jobs, placed_files
from texbook.messages.search import SourceSearch

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunFolder
    from texbook.build.tools import ToolJob

MISSING = 'there is no bibliography {}file "{}"'
BCF = b'<bcf:datasource type="file" datatype="bibtex" glob="false">refs.bib</bcf:datasource>\n'
AUX = b"\\relax\n\\citation{a}\n\\bibstyle{plain}\n\\bibdata{refs}\n"


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


def test_biber_runs_when_it_is_another_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "refs.bib").write_text("@book{a}")
    monkeypatch.setenv("PATH", str(tmp_path))
    program = tmp_path / "biber"
    jobs: list[ToolJob] = []
    for text in ("#!/bin/sh\n", "#!/bin/sh\nexit\n"):
        program.write_text(text)
        program.chmod(0o700)
        jobs += bibliography_jobs(tmp_path, {"main.bcf": BCF}, {"main.bcf"})
    assert jobs[1].why(jobs[0].key, has_output=True) == "biber changed"


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


@pytest.mark.parametrize(
    ("source", "kind", "name", "named"),
    [
        ("\\addbibresource{source.bib}", "", "source.bib", (17, 10)),
        ("\\addbibresource[label=x]{a/source.bib}", "", "a/source.bib", (26, 12)),
        ("\\bibliography{refs,source}", "", "source.bib", (20, 6)),
        ("\\bibliography{resource, source}", "", "source", (25, 6)),
        ("\\bibliographystyle{house}", "style ", "house", (20, 5)),
    ],
)
def test_a_missing_file_is_found_where_it_is_named(
    run: RunFolder, source: str, kind: str, name: str, named: tuple[int, int]
) -> None:
    run.put("main.tex", f"source\n{source}\n")
    finding = Diagnostic("missing-file", Severity.ERROR, MISSING.format(kind, name))
    [found] = placed_files([finding], SourceSearch(run.locator))
    assert found.span == run.at("main.tex", 2, *named)


def test_other_findings_stay_where_they_are(run: RunFolder) -> None:
    run.put("main.tex", "\\bibliography{a}\n")
    finding = Diagnostic("bibliography", Severity.ERROR, MISSING.format("", "a"))
    assert placed_files([finding], SourceSearch(run.locator)) == (finding,)
