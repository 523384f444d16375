from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.doctor.check import Check, Verdict
from texbook.doctor.tools import check_tools

if TYPE_CHECKING:
    from tests.doctor.conftest import Machine

BIBLATEX = "\\documentclass{article}\\usepackage{biblatex}\\addbibresource{r.bib}"


def examine(machine: Machine, text: str) -> list[Check]:
    needs = machine.needs(text)
    found = {path.name: path for path in machine.tree.iterdir()}
    return check_tools(machine.around, machine.book / "main.tex", needs, found, "2.20")


def test_a_plain_document_needs_none(machine: Machine) -> None:
    for name in ("biber", "bibtex", "makeindex"):
        machine.remove(name)
    assert examine(machine, "\\documentclass{article}") == []


def test_a_program_that_the_book_names_is_not_run(machine: Machine) -> None:
    mark = machine.book / "mark"
    machine.program("evil", f"touch {mark}")
    for backend in ("evil", f"{machine.programs}/evil", "../bin/evil"):
        assert examine(machine, f"\\usepackage[backend={backend}]{{biblatex}}") == []
    assert not mark.exists()


@pytest.mark.parametrize(
    ("text", "program", "debian"),
    [
        (BIBLATEX, "biber", "biber"),
        ("\\usepackage[backend=bibtex]{biblatex}", "bibtex", "texlive-binaries"),
        ("\\bibliography{refs}", "bibtex", "texlive-binaries"),
        ("\\makeindex", "makeindex", "texlive-binaries"),
        ("\\usepackage{imakeidx}", "makeindex", "texlive-binaries"),
        ("\\usepackage{glossaries}\\makeglossaries", "makeindex", "texlive-binaries"),
    ],
)
def test_what_the_book_asks_for_must_be_there(
    machine: Machine, text: str, program: str, debian: str
) -> None:
    (check,) = examine(machine, text)
    assert (check.what, check.verdict) == (program, Verdict.GOOD)
    machine.remove(program)
    (check,) = examine(machine, text)
    assert (check.what, check.verdict) == (program, Verdict.FAULT)
    assert check.packages is not None
    assert check.packages.debian == debian
    machine.says(program, "cannot be loaded", status=127)
    (check,) = examine(machine, text)
    assert check.verdict is Verdict.FAULT


@pytest.mark.parametrize(
    ("biblatex", "biber", "good"),
    [
        ("3.18b", "2.18", True),
        ("3.19", "2.19", True),
        ("3.18b", "2.19", False),
        ("3.20", "2.18", False),
        ("3.5", "2.6", True),  # before 2.7 they did not go in step
        ("unreadable", "2.18", True),
    ],
)
def test_biber_must_go_with_biblatex(
    machine: Machine, biblatex: str, biber: str, *, good: bool
) -> None:
    machine.tex("biblatex.sty", f"\\def\\abx@date{{2023}}\n\\def\\abx@version{{{biblatex}}}\n")
    machine.says("biber", f"biber version: {biber}")
    (check,) = examine(machine, BIBLATEX)
    assert (check.verdict is Verdict.GOOD) == good
    if not good:
        assert f"needs biber 2.{biblatex[2:4]}" in check.detail


def test_a_finished_bibliography_serves_without_biber(machine: Machine) -> None:
    machine.remove("biber")
    machine.write("main.bbl", "")
    (check,) = examine(machine, BIBLATEX)
    assert check.verdict is Verdict.NOTE
    machine.write("r.bib", "")
    (check,) = examine(machine, BIBLATEX)
    assert check.verdict is Verdict.FAULT


MINTED = "\\documentclass{article}\\usepackage{minted}"


def test_listings_of_minted_2_need_no_program(machine: Machine) -> None:
    machine.tex("minted.sty", "\\ProvidesPackage{minted}\n  [2022/12/12 v2.7 Yet another]")
    (check,) = examine(machine, MINTED)
    assert check.verdict is Verdict.GOOD
    assert check.detail == "v2.7, highlighted by texbook (Pygments 2.20)"


def test_listings_of_minted_3_need_latexminted_on_the_trusted_list(machine: Machine) -> None:
    machine.tex("minted.sty", "\\ProvidesPackage{minted}\n  [2024/11/17 v3.2.0 Yet another]")
    checks = examine(machine, MINTED)
    assert [check.verdict for check in checks] == [Verdict.GOOD, Verdict.FAULT, Verdict.FAULT]
    assert "trusted" not in checks[1].detail
    machine.says("latexminted", "latexminted 0.3.0")
    machine.tex("variables", "p\nbibtex,latexminted\n")
    assert [check.verdict for check in examine(machine, MINTED)] == [Verdict.GOOD, Verdict.GOOD]
    machine.tex("variables", "f\nbibtex,latexminted\n")
    assert examine(machine, MINTED)[-1].verdict is Verdict.FAULT
