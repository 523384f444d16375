from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from texbook.doctor.check import Check, Verdict
from texbook.doctor.files import check_files, find_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.doctor.conftest import Machine


def examine(machine: Machine, text: str, recorded: Sequence[Path] = ()) -> dict[str, Check]:
    needs = machine.needs(text)
    files = find_files(machine.around, needs, recorded)
    return {check.what: check for check in check_files(machine.around, needs, files)}


def faults(checks: dict[str, Check]) -> list[str]:
    return [name for name, check in checks.items() if check.verdict is Verdict.FAULT]


def test_all_there(machine: Machine) -> None:
    checks = examine(machine, "\\documentclass{article}")
    assert faults(checks) == []
    assert checks["classes and packages"].detail == "1 found"
    assert checks["article.cls"].detail == str(machine.tree / "article.cls")


def test_a_missing_package_is_named_with_line_and_command(machine: Machine) -> None:
    check = examine(machine, "\\documentclass{article}\n\n\\usepackage{booktabs}")["booktabs.sty"]
    assert check.verdict is Verdict.FAULT
    assert check.detail == "missing; needed by main.tex:3"
    assert check.packages is not None
    assert (check.packages.debian, check.packages.tlmgr) == (
        "texlive-latex-recommended",
        "booktabs",
    )


def test_a_package_of_the_book_is_found_in_its_folder(machine: Machine) -> None:
    machine.write("styles/own.sty", "")
    assert faults(examine(machine, "\\documentclass{article}\\usepackage{styles/own}")) == []


def test_an_unknown_package_has_a_hint_and_no_command(machine: Machine) -> None:
    check = examine(machine, "\\documentclass{article}\\usepackage{nosuch}")["nosuch.sty"]
    assert check.packages is None
    assert "misspelt" in check.hints[0]


def test_what_a_package_of_the_distribution_loads_is_needed_too(machine: Machine) -> None:
    machine.tex("a.sty", "\\RequirePackage{b}")
    machine.tex("b.sty", "\\RequirePackage{siunitx}\\ifunknown\\RequirePackage{c}\\fi")
    checks = examine(machine, "\\documentclass{article}\\usepackage{a}")
    assert faults(checks) == ["siunitx.sty"]
    assert checks["siunitx.sty"].detail == "missing; needed by b.sty"


def test_what_turns_out_to_be_certain_is_read_after_all(machine: Machine) -> None:
    machine.tex("a.sty", "\\RequirePackage{b}")
    machine.tex("b.sty", "\\RequirePackage{siunitx}")
    text = "\\documentclass{article}\\ifunknown\\usepackage{b}\\fi\\usepackage{a}"
    assert faults(examine(machine, text)) == ["siunitx.sty"]


def test_the_record_of_the_last_build_shows_what_else_is_needed(machine: Machine) -> None:
    machine.tex("a.sty")
    machine.tex("there.fd")
    recorded = [machine.tree / name for name in ("a.sty", "there.fd", "gone.def", "xelatex")]
    recorded.append(Path("/elsewhere/article.cls"))
    checks = examine(machine, "\\documentclass{article}\\usepackage{a}", recorded)
    assert faults(checks) == ["gone.def"]
    assert checks["gone.def"].detail == "missing; needed by the last build"


def test_a_font_that_is_only_tried_is_a_note(machine: Machine) -> None:
    text = "\\documentclass{article}\\IfFontExistsTF{q}{\\setmainfont{texgyretermes-regular.otf}}{}"
    check = examine(machine, text, [Path("/gone/texgyretermes-regular.otf")])
    note = check["texgyretermes-regular.otf"]
    assert note.verdict is Verdict.NOTE
    assert note.packages is not None
    assert note.packages.debian == "fonts-texgyre"


def test_a_package_that_is_only_possible_is_not_told(machine: Machine) -> None:
    text = "\\documentclass{article}\\ifunknown\\usepackage{booktabs}\\fi"
    assert "booktabs.sty" not in examine(machine, text)


def test_a_font_by_file_and_the_default_font_are_faults(machine: Machine) -> None:
    (machine.tree / "lmroman10-regular.otf").unlink()
    checks = examine(machine, "\\documentclass{article}\\setmainfont{texgyretermes-regular.otf}")
    assert faults(checks) == ["texgyretermes-regular.otf", "lmroman10-regular.otf"]
    assert checks["lmroman10-regular.otf"].detail == "missing; needed by XeLaTeX itself"


def test_families_are_asked_of_fontconfig(machine: Machine) -> None:
    text = "\\documentclass{article}\\setmainfont{%s}"
    assert faults(examine(machine, text % "tex gyre TERMES")) == []
    assert faults(examine(machine, text % "TeXGyreTermes")) == []
    assert "fonts by name" not in examine(machine, text % "TeX Gyre Pagella")
    check = examine(machine, text % "TeX Gyre Pagella")["TeX Gyre Pagella"]
    assert check.verdict is Verdict.FAULT
    assert check.packages is not None
    assert check.packages.debian == "fonts-texgyre"
    hint = examine(machine, text % "Source Sans Pro")["Source Sans Pro"].hints
    assert "name its file" in hint[0]
    assert "fc-list" in examine(machine, text % "Nonsense")["Nonsense"].hints[0]


def test_without_fontconfig_families_are_not_judged(machine: Machine) -> None:
    machine.remove("fc-list")
    check = examine(machine, "\\documentclass{article}\\setmainfont{TeX Gyre Pagella}")["fc-list"]
    assert check.verdict is Verdict.NOTE
    machine.says("fc-list", "no configuration", status=1)
    check = examine(machine, "\\documentclass{article}\\setmainfont{TeX Gyre Pagella}")["fc-list"]
    assert check.verdict is Verdict.NOTE


HYPERREF = "  \\font\\XeTeXLink@font=pzdr at 1sp\\relax\n"


def test_plain_hyperref_needs_a_font_of_dingbats(machine: Machine) -> None:
    machine.tex("hyperref.sty", HYPERREF)
    text = "\\documentclass{article}\\usepackage{hyperref}"
    checks = examine(machine, text)
    assert faults(checks) == ["pzdr.tfm"]
    assert checks["pzdr.tfm"].packages is not None
    assert checks["pzdr.tfm"].packages.debian == "texlive-fonts-recommended"
    assert faults(examine(machine, f"{text}\n\\def\\XeTeXLink@font{{}}")) == []
    assert faults(examine(machine, f"\\suppressfontnotfounderror=1\n{text}")) == []
    machine.tex("hyperref.sty", "a later version")
    assert faults(examine(machine, text)) == []


def test_without_kpsewhich_no_file_is_called_missing(machine: Machine) -> None:
    text = "\\documentclass{article}\\usepackage{booktabs}"
    machine.remove("kpsewhich")
    assert list(examine(machine, text)) == ["files"]
    machine.says("kpsewhich", "kpsewhich: error while loading shared libraries", status=127)
    assert examine(machine, text)["files"].verdict is Verdict.NOTE


def test_names_that_no_file_can_have(machine: Machine) -> None:
    long = "x" * 5000
    text = f"\\documentclass{{article}}\\usepackage{{{long}}}\\setmainfont{{a\x00b.otf}}"
    assert faults(examine(machine, text)) == [f"{long}.sty"]
