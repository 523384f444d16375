r"""What is shown of a log's warnings and what is counted, in the texts of LaTeX 2022-11-01."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from texbook.base.diagnostic import Severity
from texbook.base.span import Span
from texbook.messages.warnings import (
    engine_warnings,
    ignored_settings,
    missing_includes,
    shell_warnings,
)
from texbook.project import open_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunFolder


def test_noise_is_left_out_and_counted(run: RunFolder) -> None:
    run.put("main.tex", "x\n")
    found = run.warnings(
        "Underfull \\hbox (badness 10000) in paragraph at lines 3--4\n []\n\n"
        "Underfull \\vbox (badness 10000) has occurred while \\output is active []\n\n"
        "Overfull \\hbox (4.9pt too wide) in paragraph at lines 3--4\n[]\n []\n\n"
        "LaTeX Warning: `h' float specifier changed to `ht'.\n\n"
        "Package rerunfilecheck Warning: File `main.out' has changed.\n"
        "(rerunfilecheck)                Rerun to get outlines right\n\n"
        "Package biblatex Warning: Please (re)run Biber on the file:\n"
        "(biblatex)                main\n(biblatex)                and rerun LaTeX afterwards.\n\n"
        "LaTeX Font Warning: Some font shapes were not available, defaults substituted.\n\n"
        "Package hyperref Info: Hyper figures OFF on input line 4162.\n"
        "Package ifplatform Warning: \n"
        "    shell escape is disabled, so I can only detect \\ifwindows.\n\n"
        "LaTeX Info: Redefining \\url on input line 4748.\n"
    )
    assert found.findings == ()
    assert found.noise == {
        "underfull": 2,
        "slightly-overfull": 1,
        "float-placement": 1,
        "rerun": 2,
        "summaries": 1,
        "remarks": 3,
    }


def test_a_warning_that_nobody_knows_is_shown_for_information_with_its_line(run: RunFolder) -> None:
    run.put("main.tex", "x\n")
    [found] = run.warnings(
        "Package caption Warning: Unsupported document class (or package) detected,\n"
        "(caption)                this is not supported on input line 7.\n"
    ).findings
    assert found.severity is Severity.INFORMATION
    assert found.code == "package-warning"
    assert found.message == (
        'package "caption": unsupported document class (or package) detected, this is not supported'
    )
    assert found.span == Span.at(run.book / "main.tex", 7)


def test_what_is_said_several_times_is_one_finding_with_its_first_places(run: RunFolder) -> None:
    run.put("main.tex", "x\n")
    said = "Package x Warning: Odd thing on input line {}.\n\n"
    [found] = run.warnings("".join(said.format(n) for n in (3, 5, 5, 8, 9, 10))).findings
    assert found.message == 'package "x": odd thing (6 times)'
    assert found.span == Span.at(run.book / "main.tex", 3)
    assert [place.span.start and place.span.start.line for place in found.related] == [5, 8, 9]


def test_changed_labels_are_odd_after_the_last_pass_unless_one_is_doubled(run: RunFolder) -> None:
    run.put("main.tex", "\\label{a}\\label{a}\n")
    changed = "LaTeX Warning: Label(s) may have changed. Rerun to get cross-references right.\n\n"
    [found] = run.warnings(changed).findings
    assert found.code == "unsettled-label"
    doubled = run.warnings(f"LaTeX Warning: Label `a' multiply defined.\n\n{changed}")
    assert [item.code for item in doubled.findings] == ["duplicate-label"]
    assert doubled.noise == {"rerun": 1}


def test_a_summary_counts_when_nothing_else_tells_of_it(run: RunFolder) -> None:
    run.put("main.tex", "x\n")
    summary = "LaTeX Warning: There were undefined references.\n\n"
    [alone] = run.warnings(summary).findings
    assert alone.message == "LaTeX: there were undefined references"
    both = run.warnings(f"LaTeX Warning: Reference `b' on page 1 undefined.\n\n{summary}")
    assert [item.code for item in both.findings] == ["undefined-reference"]
    assert both.noise == {"summaries": 1}


def test_a_refused_command_is_a_warning_once(run: RunFolder) -> None:
    line = "runsystem(echo hi > t.txt)...disabled (restricted).\n"
    [found] = shell_warnings(run.log(line + line), run.locator)
    assert found.severity is Severity.WARNING
    assert found.message == 'the restricted shell did not run "echo hi > t.txt"'
    assert found.span == Span(run.book / "main.tex")


def test_an_included_file_that_is_not_there_is_told(run: RunFolder) -> None:
    run.put("main.tex", "first\n\\include{chapters/gone}\n")
    log = run.log("No file chapters/gone.tex.\nNo file main.toc.")
    [found] = missing_includes(log, run.locator)
    assert found.severity is Severity.ERROR
    assert found.message == 'there is no file "chapters/gone.tex" to include'
    assert found.span == run.at("main.tex", 2, 10, len("chapters/gone"))
    assert engine_warnings(log, run.locator).findings == ()


def test_an_included_file_that_the_document_has_written_is_not_missed(run: RunFolder) -> None:
    run.put("later.tex", "x")
    assert missing_includes(run.log("No file later.tex."), run.locator) == ()


def test_blanks_in_the_name_of_an_included_file_are_found_in_any_number(run: RunFolder) -> None:
    run.put("main.tex", "\\include{two  blanks}\n")
    [found] = missing_includes(run.log("No file two blanks.tex."), run.locator)
    assert found.span == run.at("main.tex", 1, 10, len("two  blanks"))


@pytest.mark.parametrize(("read", "count"), [("tools/.tex", 1), ("tools/x.tex", 0)])
def test_a_file_whose_name_was_lost_is_told(run: RunFolder, read: str, count: int) -> None:
    run.put("main.tex", "first\n% \\input{\U0001f4da}\nA \\input{ \U0001f4da.tex } \\input{x}\n")
    recorder = run.put("main.fls", f"PWD /run\nINPUT ./main.tex\nINPUT /dist/{read}\n")
    locator = replace(run.locator, recorder=recorder)
    found = missing_includes(run.log(""), locator)
    assert [item.span for item in found] == [run.at("main.tex", 3, 11, 5)] * count


def test_settings_of_latexmk_are_named_to_who_has_none_of_texbooks(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text("\\documentclass{article}\n")
    assert ignored_settings(open_project(folder=tmp_path)) == ()
    (tmp_path / ".latexmkrc").write_text("$pdf_mode = 5;\n")
    [found] = ignored_settings(open_project(folder=tmp_path))
    assert found.severity is Severity.INFORMATION
    assert found.message == 'the settings of latexmk in ".latexmkrc" are not read'
    (tmp_path / "texbook.toml").write_text("")
    assert ignored_settings(open_project(folder=tmp_path)) == ()
