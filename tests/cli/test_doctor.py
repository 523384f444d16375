from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Book

PROGRAMS = {
    "xelatex": "echo 'This is XeTeX, Version 3.14-2.6-0.999994 (TeX Live 2022/Debian)'\n"
    "echo 'LaTeX2e <2022-11-01> patch level 1'",
    "xdvipdfmx": "echo 'This is xdvipdfmx Version 20211117 by the project team'",
    "kpsewhich": """case "$*" in
      *--version*) echo "kpathsea version 6.3.4" ;;
      *-expand-var*) printf 'p\\nbibtex\\n' ;;
      *) for name; do case $name in -* | booktabs.sty) ;; *) echo "/tree/$name" ;; esac; done ;;
    esac""",
}


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with stand-ins for the programs of TeX; all files are there but booktabs.sty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, script in PROGRAMS.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.mark.usefixtures("programs")
def test_a_machine_that_has_all(book: Book) -> None:
    answer = book.texbook("doctor")
    assert answer.status == 0
    assert "  ✓ xelatex" in answer.out
    assert answer.out.endswith("all that main.tex needs is here\n")
    assert answer.err == ""


@pytest.mark.usefixtures("programs")
def test_what_is_missing_has_its_command_and_the_code_is_3(book: Book) -> None:
    book.document("Hello", "\\usepackage{booktabs}\n")
    answer = book.texbook("doctor")
    assert answer.status == 3
    assert "  ✗ booktabs.sty" in answer.out
    assert "missing; needed by main.tex:2" in answer.out
    assert "\n  sudo apt-get install texlive-latex-recommended\n" in answer.out
    assert "\n  tlmgr install booktabs\n" in answer.out
    assert answer.out.endswith("main.tex cannot be built: 1 fault\n")


@pytest.mark.usefixtures("programs")
def test_quiet_shows_faults_only_and_verbose_every_file(book: Book) -> None:
    book.document("Hello", "\\usepackage{booktabs}\n")
    quiet = book.texbook("doctor", "-q").out
    assert "✓" not in quiet
    assert "booktabs.sty" in quiet
    plain, verbose = book.texbook("doctor").out, book.texbook("doctor", "-v").out
    assert "/tree/article.cls" in verbose
    assert "/tree/article.cls" not in plain


@pytest.mark.usefixtures("programs")
def test_json(book: Book) -> None:
    book.document("Hello", "\\usepackage{booktabs}\n")
    answer = book.texbook("doctor", "--format", "json")
    table = json.loads(answer.out)
    assert answer.status == table["exit"] == 3
    assert table["tool"] == "texbook doctor"
    assert table["book"] == "main.tex"
    assert table["commands"] == [
        "sudo apt-get install texlive-latex-recommended",
        "tlmgr install booktabs",
    ]
    (check,) = (check for check in table["checks"] if check["what"] == "booktabs.sty")
    assert check["verdict"] == "fault"
    assert check["packages"] == {
        "debian": "texlive-latex-recommended",
        "tlmgr": "booktabs",
        "brew": None,
    }


@pytest.mark.usefixtures("programs")
def test_a_broken_configuration_ends_with_its_code_after_the_report(book: Book) -> None:
    book.put("texbook.toml", "[build]\npases = 3\n")
    answer = book.texbook("doctor")
    assert answer.status == 2
    assert 'did you mean "passes"' in answer.out
    assert "  ✓ xelatex" in answer.out
    assert "see the error above" in answer.out


@pytest.mark.usefixtures("programs")
def test_a_file_that_is_not_there(book: Book) -> None:
    answer = book.texbook("doctor", "nope.tex")
    assert answer.status == 1
    assert 'there is no file "nope.tex"' in answer.out
    assert "  ✓ xelatex" in answer.out


def test_nothing_there_at_all(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    answer = book.texbook("doctor")
    assert answer.status == 3
    assert "  sudo apt-get install texlive-binaries texlive-xetex\n" in answer.out
