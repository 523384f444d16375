from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.doctor.arguments import key_values
from texbook.doctor.fontspec import FontName, fonts_at
from texbook.doctor.needs import loaded_by, read_needs

if TYPE_CHECKING:
    from tests.doctor.conftest import Machine


def fonts(text: str) -> list[FontName]:
    command, _, _ = text.removeprefix("\\").partition("{")
    command = command.partition("[")[0].partition("\\")[0]
    return list(fonts_at(text, command, len(command) + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\setmainfont{a.otf}", ["a.otf"]),
        (r"\setmainfont[BoldFont=b.otf]{a.otf}", ["a.otf", "b.otf"]),
        (r"\setmainfont{a.otf}[BoldFont=b.otf, ItalicFont={c.otf}]", ["a.otf", "b.otf", "c.otf"]),
        (
            r"\setmainfont{lmroman10}[Extension=.otf,UprightFont=*-regular,BoldFont=*-bold]",
            ["lmroman10-regular.otf", "lmroman10-bold.otf"],
        ),
        (r"\setmainfont{A}[Path=fonts/, Extension=.ttf]", ["fonts/A.ttf"]),
        (r"\setmainfont{A.ttf}[Path=./fonts/]", ["fonts/A.ttf"]),
        (r"\newfontface\mine{a.otf}", ["a.otf"]),
        (r"\newfontfamily\mine[Scale=1]{a.ttf}", ["a.ttf"]),
        (r"\setmathfont{a-math.otf}", ["a-math.otf"]),
        (r"\fontspec{a.TTF}", ["a.TTF"]),
        (r"\setmainfont{a.otf}[ItalicFont={}]", ["a.otf"]),
        (r"\setmainfont{\myfont}", []),
        (r"\setmainfont{#1.otf}", []),
        (r"\setmainfont", []),
        (r"\newfontface", []),
    ],
)
def test_fonts_by_file(text: str, expected: list[str]) -> None:
    assert fonts(text) == [FontName(name, is_file=True) for name in expected]


def test_fonts_by_family() -> None:
    assert fonts(r"\setmainfont{TeX Gyre Termes}") == [FontName("TeX Gyre Termes", is_file=False)]
    assert fonts(r"\setsansfont[Scale=0.9]{Noto Sans}[Ligatures=TeX]") == [
        FontName("Noto Sans", is_file=False)
    ]
    assert fonts(r"\fontspec{Noto Sans:+liga}") == [FontName("Noto Sans", is_file=False)]


def test_options_keep_commas_in_braces() -> None:
    assert key_values("A={x,y},B") == {"A": "x,y", "B": ""}


def test_a_document_needs_its_class_and_packages(machine: Machine) -> None:
    needs = machine.needs(
        "\\documentclass[a4paper]{article}\n\\usepackage[x]{a, b}\n% \\usepackage{c}\n"
        "\\begin{document}\\end{document}"
    ).needs
    assert list(needs) == ["article.cls", "a.sty", "b.sty"]
    span = needs["b.sty"].span
    assert span is not None
    assert span.start is not None
    assert span.start.line == 2


def test_included_files_and_templates_are_read(machine: Machine) -> None:
    machine.write("parts/preamble.tex", "\\usepackage{a}")
    machine.write("parts/question.j2.tex", "%% block x\n\\fontspec{b.otf}\n")
    text = "\\documentclass{article}\\input{parts/preamble}\\include{parts/question}"
    assert {"a.sty", "b.otf"} <= machine.needs(text).needs.keys()


def test_the_books_own_class_is_read_with_its_options(machine: Machine) -> None:
    machine.write(
        "mine.cls",
        "\\newif\\ifcode\\DeclareOption{code}{\\codetrue}\\ProcessOptions\n"
        "\\LoadClass{report}\n\\ifcode\\RequirePackage{minted}\\fi\n\\RequirePackage{own}\n"
        "\\IfFileExists{x}{\\RequirePackage{maybe}}{}\\makeindex",
    )
    machine.write("own.sty", "\\RequirePackage{deep}")
    found = machine.needs("\\documentclass[code]{mine}")
    certain = {name for name, need in found.needs.items() if need.certain}
    assert certain == {"mine.cls", "report.cls", "minted.sty", "own.sty", "deep.sty"}
    assert not found.needs["maybe.sty"].certain
    assert found.words == {"makeindex"}
    assert "minted.sty" not in machine.needs("\\documentclass{mine}").needs


def test_an_own_package_behind_a_condition_makes_nothing_certain(machine: Machine) -> None:
    machine.write("own.sty", "\\RequirePackage{deep}\\makeindex")
    found = machine.needs("\\documentclass{article}\\ifunknown\\usepackage{own}\\fi")
    assert not found.needs["deep.sty"].certain
    assert found.words == set()


def test_packages_that_load_each_other_end(machine: Machine) -> None:
    machine.write("a.sty", "\\RequirePackage{b}")
    machine.write("b.sty", "\\RequirePackage{a}")
    assert {"a.sty", "b.sty"} <= machine.needs("\\documentclass{x}\\usepackage{a}").needs.keys()


def test_styles_libraries_and_languages_are_files(machine: Machine) -> None:
    names = machine.needs(
        "\\documentclass{x}\\usepackage[style=apa,backend=bibtex]{biblatex}"
        "\\usetikzlibrary{calc}\\tcbuselibrary{skins}\\bibliographystyle{plain}"
        "\\setmainlanguage{german}"
    )
    assert {
        *("apa.bbx", "apa.cbx", "tikzlibrarycalc.code.tex", "tcbskins.code.tex"),
        *("plain.bst", "gloss-german.ldf"),
    } <= names.needs.keys()
    assert names.biblatex == {"style": "apa", "backend": "bibtex"}


def test_a_subfile_has_its_own_preamble(machine: Machine) -> None:
    machine.write("part.tex", "\\documentclass[main]{subfiles}\\begin{document}\\end{document}")
    assert "subfiles.cls" not in machine.needs("\\documentclass{x}\\subfile{part}").needs


def test_bytes_that_are_no_text_and_a_missing_file_need_nothing(machine: Machine) -> None:
    path = machine.book / "main.tex"
    assert read_needs(path).needs == {}
    path.write_bytes(b"\\documentclass{article}\xff\xfe\x00")
    assert list(read_needs(path).needs) == ["article.cls"]


def test_a_file_of_the_distribution_loads_what_is_certain() -> None:
    text = "\\RequirePackage{a}\\ifunknown\\RequirePackage{b}\\fi\\LoadClass{c}{\\usepackage{d}}"
    assert loaded_by(text) == {"a.sty", "c.cls"}
    assert loaded_by("\\RequirePackage[options]{a,b}[2020/01/01]") == {"a.sty", "b.sty"}
    assert loaded_by("\\def\\x{y}") == set()
    assert loaded_by("\\RequirePackage{\\name}\\RequirePackage{") == set()
