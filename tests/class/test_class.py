"""amznotes.cls: every environment and macro, in every combination of its options."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

pytestmark = pytest.mark.tex

ROOT = Path(__file__).parents[2]
DOCUMENTS = Path(__file__).parent / "documents"
OPTIONS = ("math", "code", "fastcompile")
COMBINATIONS = [
    chosen for size in range(len(OPTIONS) + 1) for chosen in itertools.combinations(OPTIONS, size)
]


def typeset(folder: Path, text: str, *, passes: int = 1, engine: str = "xelatex") -> str:
    """Typeset ``text`` as main.tex in ``folder`` and return the log of the last pass."""
    for source in (ROOT / "amznotes.cls", DOCUMENTS / "input.py"):
        shutil.copy(source, folder)
    (folder / "main.tex").write_text(text, encoding="utf-8")
    environment = {
        **os.environ,
        # pygmentize stands beside the interpreter; a missing font must not start METAFONT
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "MKTEXTFM": "0",
        "max_print_line": "1000",
    }
    arguments = [engine, "-interaction=nonstopmode", "-halt-on-error", "-shell-escape", "main.tex"]
    for _ in range(passes):
        subprocess.run(
            arguments,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
    return (folder / "main.log").read_text(encoding="utf-8", errors="replace")


def document(name: str, options: str = "") -> str:
    """Return the test document ``name`` with its class options filled in."""
    return (DOCUMENTS / name).read_text(encoding="utf-8").replace("OPTIONS", options)


def faults(log: str) -> list[str]:
    """Return what a finished page must not have: errors, missing glyphs, lines that stick out."""
    return re.findall(
        r"^(?:!|.*Missing character|Overfull|.*(?:undefined|multiply defined)).*$",
        log,
        re.MULTILINE,
    )


@pytest.mark.parametrize("options", COMBINATIONS, ids=lambda chosen: "+".join(chosen) or "none")
def test_the_whole_interface_typesets_in_every_combination_of_options(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    log = typeset(tmp_path, document("api.tex", ",".join(options)), passes=2)
    assert faults(log) == []
    assert "Output written on main.pdf" in log


@pytest.mark.parametrize("size", ["10pt", "12pt", "a4paper", "a5paper"])
def test_other_sizes_typeset(tmp_path: Path, size: str) -> None:
    log = typeset(tmp_path, document("api.tex", f"math,{size}"), passes=1)
    assert "Output written on main.pdf" in log
    assert "Overfull \\hbox" not in log


def test_a_book_for_the_older_class_typesets_unchanged(tmp_path: Path) -> None:
    log = typeset(tmp_path, document("older.tex"), passes=2)
    assert faults(log) == []


def test_bookmarks_lead_to_the_page_that_they_name(tmp_path: Path) -> None:
    typeset(tmp_path, document("api.tex", "math"), passes=3)
    reader = pypdf.PdfReader(tmp_path / "main.pdf")
    entries = list(flatten(reader.outline))
    assert {"Contents", "List of Figures", "List of Tables", "Index of Boxes"} <= {
        entry.title for entry in entries if entry.title
    }
    for entry in entries:
        page = reader.get_destination_page_number(entry)
        assert page is not None
        words = re.sub(r"^[\d.]+ ", "", str(entry.title)).replace("Title Page", "Every Part")
        assert words in " ".join(reader.pages[page].extract_text().split())


def test_a_heading_stays_on_the_page_of_its_rule_and_its_bookmark(tmp_path: Path) -> None:
    headings = "".join(
        f"\\section{{Heading {number:03}}}\nText.\\par\\vspace{{{number}pt}}\n"
        for number in range(100, 160)
    )
    log = typeset(
        tmp_path,
        f"\\documentclass{{amznotes}}\n\\begin{{document}}\n{headings}\\end{{document}}\n",
        passes=2,
    )
    assert faults(log) == []
    reader = pypdf.PdfReader(tmp_path / "main.pdf")
    entries = flatten(reader.outline)
    assert len(entries) == 60
    for entry in entries:
        number = reader.get_destination_page_number(entry)
        assert number is not None
        assert str(entry.title)[-11:] in reader.pages[number].extract_text()


def test_a_run_in_heading_stays_with_the_list_behind_it(tmp_path: Path) -> None:
    parts = "".join(
        f"\\paragraph{{Heading {number:03}}}\n\\begin{{{kind}}}\n"
        f"\\item[x] Body {number:03}.\n\\end{{{kind}}}\n\\vspace{{{number}pt}}\n"
        for number in range(100, 160)
        for kind in [("description", "itemize", "enumerate")[number % 3]]
    )
    log = typeset(
        tmp_path, f"\\documentclass{{amznotes}}\n\\begin{{document}}\n{parts}\\end{{document}}\n"
    )
    assert faults(log) == []
    pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "main.pdf").pages]
    assert len(pages) > 10
    for number in range(100, 160):
        (page,) = (text for text in pages if f"Heading {number:03}" in text)
        assert f"Body {number:03}" in page


def test_compact_heads_end_with_their_group(tmp_path: Path) -> None:
    body = r"""\documentclass{amznotes}\begin{document}
{\amzcompactheads\chapter{All on One Page}\label{ch:all}Text.\par\typeout{height \the\pagetotal}}
\chapter{An Ordinary One}Text of \cref{ch:all}.\par\typeout{height \the\pagetotal}
\end{document}"""
    log = typeset(tmp_path, body, passes=2)
    assert faults(log) == []
    compact, ordinary = (
        float(height) for height in re.findall(r"^height ([\d.]+)pt", log, re.MULTILINE)
    )
    assert compact < 50 < ordinary
    first, second = (page.extract_text() for page in pypdf.PdfReader(tmp_path / "main.pdf").pages)
    assert "1All on One Page" in re.sub(r"(?<=1) +", "", first)
    assert "Chapter 1" in second


def test_the_bibliography_has_the_head_of_a_chapter(tmp_path: Path) -> None:
    text = (
        r"\documentclass{amznotes}\usepackage{biblatex}\begin{document}"
        r"\printbibheading[heading=bibintoc]First.\newpage Second.\end{document}"
    )
    typeset(tmp_path, text, passes=2)
    reader = pypdf.PdfReader(tmp_path / "main.pdf")
    assert [entry.title for entry in flatten(reader.outline)] == ["Bibliography"]
    assert reader.pages[1].extract_text().split() == ["Bibliography", "Second.", "2"]


def flatten(outline: object) -> list[pypdf.generic.Destination]:
    """Return the bookmarks of a nested outline in order."""
    if isinstance(outline, list):
        return [entry for item in outline for entry in flatten(item)]
    assert isinstance(outline, pypdf.generic.Destination)
    return [outline]


def test_the_metadata_of_the_book_is_that_of_the_pdf(tmp_path: Path) -> None:
    typeset(tmp_path, document("api.tex", "math"))
    reader = pypdf.PdfReader(tmp_path / "main.pdf")
    assert reader.metadata is not None
    assert reader.metadata.title == "Every Part of the Class: A test document"
    assert reader.metadata.author == "Ada, Grace"
    assert reader.metadata.subject == "testing"
    assert str(reader.root_object["/Lang"]) == "en-GB"


def test_references_name_the_kind_of_their_target(tmp_path: Path) -> None:
    typeset(tmp_path, document("api.tex", "math"), passes=2)
    reader = pypdf.PdfReader(tmp_path / "main.pdf")
    lines = " ".join(page.extract_text() for page in reader.pages)
    text = " ".join(re.sub(r"-\n", "", lines).split())
    assert (
        "Question 1.1; Chapter 1; Definition 1.1.1; Example 1.1.2; Technique 1.1.3; Theorem 1.1.4; "
        "Lemma 1.1.5; Listing 1.1.8; Warning 1.1.9; Figure 1.1; Table 1.1; Equation (1.1)"
    ) in text


def test_an_unknown_kind_of_section_is_an_error_that_lists_the_kinds(tmp_path: Path) -> None:
    text = r"\documentclass{amznotes}\begin{document}\amzsectionkind{ending}\end{document}"
    log = typeset(tmp_path, text)
    assert 'Class amznotes Error: "ending" is no kind of section' in log


def test_an_unknown_key_of_a_question_is_an_error(tmp_path: Path) -> None:
    text = r"\documentclass{amznotes}\begin{document}\amzquestion{pages=3}\end{document}"
    log = typeset(tmp_path, text)
    assert r'Class amznotes Error: \amzquestion has no key "pages"' in log


def test_a_question_that_is_not_rendered_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "one.j2.tex").touch()
    text = r"\documentclass{amznotes}\begin{document}\include{chapters/one}\end{document}"
    log = typeset(tmp_path, text)
    assert '"chapters/one" is not rendered yet: run texbook render first' in log


def test_a_rendered_question_is_found_below_the_build_folder(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "one.j2.tex").touch()
    rendered = tmp_path / "build" / "tex" / "chapters" / "one.tex"
    rendered.parent.mkdir(parents=True)
    rendered.write_text("Rendered text.", encoding="utf-8")
    text = r"\documentclass{amznotes}\begin{document}\include{chapters/one}\end{document}"
    log = typeset(tmp_path, text)
    assert faults(log) == []
    assert "Output written on main.pdf" in log


def test_another_engine_is_refused_in_one_sentence(tmp_path: Path) -> None:
    text = r"\documentclass{amznotes}\begin{document}x\end{document}"
    log = typeset(tmp_path, text, engine="pdflatex")
    assert "Class amznotes Error: this class needs XeLaTeX" in log
