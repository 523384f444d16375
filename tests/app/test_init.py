"""The configuration that is made for a book by looking at it."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from texbook.app.init import Proposal, propose_config, write_config
from texbook.base.errors import BookError, ConfigError, UsageError
from texbook.config.load import load_config
from texbook.config.model import NINE_SECTIONS, TitleMode

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    return folder


def put(folder: Path, body: str, preamble: str = "", name: str = "main.tex") -> Path:
    path = folder / name
    text = f"\\documentclass{{book}}\n{preamble}\\begin{{document}}\n{body}\\end{{document}}\n"
    path.write_text(text, "utf-8")
    return path


def units(titles: list[list[str]], unit: str = "section", below: str = "subsection") -> str:
    return "".join(
        f"\\{unit}{{Question {number}}}\n"
        + "".join(f"\\{below}{{{title}}}\ntext\n" for title in row)
        for number, row in enumerate(titles, 1)
    )


def proposed(folder: Path, **options: Any) -> tuple[Any, Proposal]:
    proposal = propose_config(None, folder=folder, **options)
    return tomllib.loads(proposal.text), proposal


def seen(proposal: Proposal, label: str) -> str:
    return dict(proposal.seen)[label]


def test_sections_that_the_questions_share_are_required(folder: Path) -> None:
    rows = [["Problem", "Trap", "Answer"]] * 5
    put(folder, "\\section{Preface}\ntext\n" + units(rows))
    value, proposal = proposed(folder)
    assert value == {
        "main": "main.tex",
        "structure": {"unit": "section", "sections": ["Problem", "Trap", "Answer"]},
    }
    assert seen(proposal, "questions") == ("5 units (\\section), 3 sections that all of them share")
    assert seen(proposal, "titles") == "exact: 15 of 15 are written so"


def test_chapters_can_be_the_units(folder: Path) -> None:
    rows = [["Aims", "Method"]] * 4
    put(folder, units(rows, "chapter", "section"))
    value, _ = proposed(folder)
    assert value["structure"] == {"unit": "chapter", "sections": ["Aims", "Method"]}


def test_the_level_that_explains_most_headings_is_the_unit(folder: Path) -> None:
    one = "\\chapter{C}\n" + units([["Problem", "Trap", "Answer"]] * 3)
    put(folder, one * 4)
    value, _ = proposed(folder)
    assert value["structure"]["unit"] == "section"


def test_a_question_that_lacks_one_does_not_change_the_list_and_is_counted(folder: Path) -> None:
    rows = [["Problem", "Trap", "Answer"]] * 5 + [["Problem", "Answer", "Aside"]]
    put(folder, units(rows))
    value, proposal = proposed(folder)
    assert value["structure"]["sections"] == ["Problem", "Trap", "Answer"]
    assert seen(proposal, "questions") == (
        "6 units (\\section), 3 sections that 5 or more of them share; 1 other heading"
    )


def test_the_order_is_the_commonest(folder: Path) -> None:
    rows = [["B", "A", "C"], ["A", "B", "C"], ["A", "C", "B"], ["A", "B", "C"]]
    put(folder, units(rows))
    assert proposed(folder)[0]["structure"]["sections"] == ["A", "B", "C"]


def test_titles_with_suffixes_give_the_suffix_mode(folder: Path) -> None:
    rows = [["Setting", f"Why It Fails: Case {n}", "Answer (short)"] for n in "ABCD"]
    rows.append(["Setting", "Why It Fails", "Answer"])
    put(folder, units(rows))
    value, proposal = proposed(folder)
    assert value["structure"]["sections"] == ["Setting", "Why It Fails", "Answer"]
    assert value["structure"]["titles"] == "suffix"
    assert seen(proposal, "titles") == "suffix: 15 of 15 are written so"


def test_titles_in_other_cases_give_the_case_insensitive_mode(folder: Path) -> None:
    put(folder, units([["The Problem", "The Answer"]] * 3 + [["The problem", "The answer"]] * 2))
    value, _ = proposed(folder)
    assert value["structure"]["sections"] == ["The Problem", "The Answer"]
    assert value["structure"]["titles"] == "case-insensitive"


def test_one_slip_among_many_stays_one(folder: Path) -> None:
    put(folder, units([["The Problem", "The Answer"]] * 12 + [["The problem", "The Answer"]]))
    value, proposal = proposed(folder)
    assert "titles" not in value["structure"]
    assert seen(proposal, "titles") == "exact: 25 of 26 are written so"


def test_sections_that_begin_alike_are_told_apart(folder: Path) -> None:
    put(folder, units([["Case: One", "Case: Two", "Case: Three"]] * 3))
    assert proposed(folder)[0]["structure"]["sections"] == ["Case: One", "Case: Two", "Case: Three"]


def test_numbers_written_by_hand_are_no_part_of_a_title(folder: Path) -> None:
    put(folder, units([[f"{n}.1 Problem", f"{n}.2 Answer"] for n in range(1, 6)]))
    assert proposed(folder)[0]["structure"]["sections"] == ["Problem", "Answer"]


@pytest.mark.parametrize(
    "rows",
    [
        [["One", "Two"], ["Three", "Four"], ["Five", "Six"]],
        [["Problem", "Answer"], ["Problem", "Answer"]],
        [[f"A{n}", f"B{n}", f"C{n}", f"D{n}", "Exercises", "Notes"] for n in range(9)],
        [["Exercises"]] * 9,
    ],
    ids=["nothing shared", "too few", "only the end is alike", "one section"],
)
def test_where_units_are_not_alike_nothing_is_required(folder: Path, rows: list[list[str]]) -> None:
    put(folder, units(rows))
    value, proposal = proposed(folder)
    assert value == {"main": "main.tex"}
    assert not proposal.inferred
    assert "# [structure]" in proposal.text


def test_front_and_back_matter_are_no_questions(folder: Path) -> None:
    rows = [["Problem", "Trap", "Answer"]] * 3
    back = units([["Solutions", "Index"]] * 9)
    put(folder, "\\mainmatter\n" + units(rows) + "\\appendix\n" + back)
    assert proposed(folder)[0]["structure"]["sections"] == ["Problem", "Trap", "Answer"]


def test_headings_in_code_and_comments_do_not_count(folder: Path) -> None:
    code = "% \\subsection{X}\n\\begin{verbatim}\n\\subsection{X}\n\\end{verbatim}\n" * 9
    put(folder, units([["Problem", "Trap", "Answer"]] * 3) + code)
    assert proposed(folder)[0]["structure"]["sections"] == ["Problem", "Trap", "Answer"]


def test_titles_are_written_so_that_toml_reads_them_back(folder: Path) -> None:
    titles = ['The "Trap"', "A \\textbackslash\\ B", "Öl & Å"]
    put(folder, units([titles] * 3))
    value, _ = proposed(folder)
    assert value["structure"]["sections"][0] == 'The "Trap"'
    assert len(value["structure"]["sections"]) == 3


def test_the_bibliography_is_the_first_that_exists(folder: Path) -> None:
    (folder / "works.bib").write_text("")
    (folder / "more.bib").write_text("")
    put(folder, "\\bibliography{gone,works,more}\n")
    value, proposal = proposed(folder)
    assert value["bibliography"] == "works.bib"
    assert seen(proposal, "bibliography") == "works.bib; the text also names more.bib"
    (folder / "references.bib").write_text("")
    put(folder, "", "\\addbibresource{references.bib}\n")
    assert "bibliography" not in proposed(folder)[0]


def test_environments_of_unknown_packages_that_hold_code_are_found(folder: Path) -> None:
    code = "  # a comment\n\\begin{inner}\n\\end{inner}\n"
    body = "".join(f"\\begin{{{name}}}\n{code}\\end{{{name}}}\n" for name in ("shellcode", "known"))
    more = (
        "\\begin{lstlisting}\n# x\n\\end{lstlisting}\n\\begin{plain}\n#1 and \\# \n\\end{plain}\n"
    )
    halign = "\\begin{figure}\n\\halign{\n#\\hfil\\cr x\\cr}\n\\end{figure}\n"
    put(folder, body + more + halign, "\\newenvironment{known}{}{}\n")
    value, proposal = proposed(folder)
    assert value["lint"] == {"verbatim-environments": ["shellcode"]}
    assert seen(proposal, "code").startswith("shellcode: ")


def test_a_book_of_another_name_is_named(folder: Path) -> None:
    put(folder, "", name="thesis.tex")
    assert proposed(folder)[0]["main"] == "thesis.tex"
    put(folder, "", name="other.tex")
    with pytest.raises(BookError, match="which file is the book"):
        propose_config(None, folder=folder)
    proposal = propose_config(Path("other.tex"), folder=folder)
    assert tomllib.loads(proposal.text)["main"] == "other.tex"


def test_what_is_written_is_a_good_configuration(folder: Path) -> None:
    put(folder, units([["Setting", f"Why: {n}", "Answer"] for n in "ABCD"]))
    proposal = propose_config(None, folder=folder)
    write_config(proposal, folder=folder)
    config = load_config(folder / "texbook.toml")
    assert config.structure.sections == ("Setting", "Why", "Answer")
    assert config.structure.titles is TitleMode.SUFFIX


@pytest.mark.parametrize("name", ["texbook.toml", "pyproject.toml", "../texbook.toml"])
def test_a_configuration_that_is_there_stays(folder: Path, name: str) -> None:
    put(folder, "")
    text = "[tool.texbook]\n" if name == "pyproject.toml" else "# mine\n"
    (folder / name).write_text(text)
    for pyproject in (False, name == "pyproject.toml"):
        proposal = propose_config(None, folder=folder, pyproject=pyproject)
        with pytest.raises(ConfigError, match="there is a configuration already"):
            write_config(proposal, folder=folder)
    assert (folder / name).read_text() == text
    assert not (folder / "texbook.toml").exists() or name == "texbook.toml"


@pytest.mark.parametrize(
    ("before", "ends"),
    [("[project]\nname = 'x'\n", "\n"), ("[project]", "\n"), ("[project]\r\n", "\r\n"), ("", "\n")],
)
def test_a_pyproject_keeps_what_it_holds(folder: Path, before: str, ends: str) -> None:
    put(folder, units([["Problem", "Trap", "Answer"]] * 3))
    path = folder / "pyproject.toml"
    path.write_bytes(before.encode())
    write_config(propose_config(None, folder=folder, pyproject=True), folder=folder)
    text = path.read_bytes().decode()
    assert text.startswith(before)
    assert text.count(ends) == text.count("\n")
    assert load_config(path).structure.sections == ("Problem", "Trap", "Answer")
    assert not (folder / "texbook.toml").exists()


def test_a_pyproject_that_cannot_be_added_to_stays(folder: Path) -> None:
    put(folder, "")
    path = folder / "pyproject.toml"
    with pytest.raises(UsageError, match="there is no"):
        propose_config(None, folder=folder, pyproject=True)
    path.write_text("tool = {ruff = {}}\n")
    proposal = propose_config(None, folder=folder, pyproject=True)
    with pytest.raises(UsageError, match="nothing can be added"):
        write_config(proposal, folder=folder)
    assert path.read_text() == "tool = {ruff = {}}\n"


def test_our_own_book_is_one_of_nine_sections(tmp_path: Path) -> None:
    for name in ("chapters", "frontmatter", "images"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("main.tex", "references.bib", "amznotes.cls"):
        shutil.copy(ROOT / name, tmp_path)
    value, proposal = proposed(tmp_path)
    assert value == {"main": "main.tex", "structure": {"preset": "nine-sections"}}
    assert seen(proposal, "questions").startswith("25 units (\\section), 9 sections that all")
    write_config(proposal, folder=tmp_path)
    assert load_config(tmp_path / "texbook.toml").structure == NINE_SECTIONS


@pytest.mark.parametrize("name", ["bread", "coast", "sundials"])
def test_books_without_questions_get_no_structure(folder: Path, name: str) -> None:
    shutil.copytree(ROOT / "tests" / "books" / name, folder, dirs_exist_ok=True)
    value, _ = proposed(folder)
    assert "structure" not in value
    assert "lint" not in value
