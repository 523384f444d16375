"""What a rule cannot judge is told: silence must not be taken for praise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.source import SourceFile
from texbook.config.model import Config
from texbook.lint.files import Files
from texbook.lint.runner import Document, LintOutcome, lint

if TYPE_CHECKING:
    from pathlib import Path


def _lint(tmp_path: Path, body: str) -> LintOutcome:
    text = f"\\documentclass{{book}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    path = tmp_path / "main.tex"
    path.write_text(text, "utf-8")
    return lint([Document(SourceFile(path, text))], Config(), files=Files(tmp_path))


def test_references_of_a_book_that_lacks_a_file_are_told_as_not_judged(tmp_path: Path) -> None:
    outcome = _lint(tmp_path, "\\ref{fig:b} \\ref{fig:a}\\include{parts/appendix}")
    assert not any(item.code == "TB301" for item in outcome.diagnostics)
    expected = 'TB301 does not judge "fig:a" and 1 more: "parts/appendix" is missing'
    assert expected in outcome.notes


def test_citations_of_a_book_that_only_tex_knows_are_told_as_not_judged(tmp_path: Path) -> None:
    works = "\\begin{thebibliography}{9}\\bibitem{b} B\\end{thebibliography}"
    body = f"\\cite{{a}}\\input{{\\jobname-more}}\n{works}"
    outcome = _lint(tmp_path, body)
    expected = 'TB306 does not judge "a": a \\input reads a file that only TeX can name'
    assert expected in outcome.notes


def test_a_whole_book_gets_no_such_note(tmp_path: Path) -> None:
    outcome = _lint(tmp_path, "\\ref{fig:a}")
    assert [item.code for item in outcome.diagnostics if item.code == "TB301"] == ["TB301"]
    assert not any("does not judge" in note for note in outcome.notes)
