from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.app.doctor import Examination, examine
from texbook.base.errors import ExitStatus
from texbook.base.stamps import FileStamp, stamp_file
from texbook.build.model import ShellEscape
from texbook.build.state import BuildState, state_path
from texbook.doctor.check import Check, Verdict
from texbook.project import Project, open_project
from texbook.system.packages import find_package
from texbook.system.programs import program_package

if TYPE_CHECKING:
    from tests.app.conftest import Book

ROOT = Path(__file__).parent.parent.parent
KPSEWHICH = """#!/bin/sh
case "$*" in *-expand-var*) printf 'p\\nkpsewhich\\n'; exit ;; esac
for name; do [ -e "{tree}/$name" ] && echo "{tree}/$name"; done
exit 0
"""


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Someone with an empty home, whose settings are not those of who runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("TEXBOOK_UNTRUSTED", "TEXBOOK_SHELL_ESCAPE", "XDG_CONFIG_HOME", "TEXINPUTS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that a stand-in for kpsewhich looks into; there is no other program."""
    made = tmp_path / "tree"
    made.mkdir()
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "kpsewhich").write_text(KPSEWHICH.format(tree=made))
    (programs / "kpsewhich").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    for name in ("article.cls", "lmroman10-regular.otf"):
        (made / name).touch()
    return made


def find(examination: Examination, what: str) -> Check:
    (check,) = (check for check in examination.checks if check.what == what)
    return check


def faults(examination: Examination) -> set[str]:
    return {check.what for check in examination.checks if check.verdict is Verdict.FAULT}


@pytest.mark.usefixtures("tree")
def test_a_machine_without_tex(book: Book) -> None:
    examination = examine(book.root)
    assert examination.status is ExitStatus.MISSING
    assert faults(examination) == {"xelatex", "xdvipdfmx"}
    assert examination.commands[0] == "sudo apt-get install texlive-binaries texlive-xetex"


def test_an_empty_path_and_no_home(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("HOME")
    assert faults(examine(book.root)) == {"xelatex", "xdvipdfmx"}


@pytest.mark.usefixtures("tree")
def test_nothing_is_written_into_the_book(book: Book) -> None:
    before = sorted(book.root.rglob("*"))
    examine(book.root)
    assert sorted(book.root.rglob("*")) == before


@pytest.mark.usefixtures("tree")
def test_a_broken_configuration_is_told_and_the_rest_goes_on(book: Book) -> None:
    book.put("texbook.toml", "main = ")
    book.put("main.tex", "\\documentclass{article}\\usepackage{booktabs}")
    examination = examine(book.root / "main.tex")
    assert examination.diagnostics[0].code == "config"
    assert "booktabs.sty" in faults(examination)


@pytest.mark.usefixtures("tree")
def test_a_main_file_that_is_absent(book: Book) -> None:
    examination = examine(book.root / "nope.tex")
    assert examination.project is None
    assert "nope.tex" in examination.diagnostics[0].message
    assert "xelatex" in faults(examination)


@pytest.mark.usefixtures("tree")
def test_files_without_permission(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Project:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("texbook.app.doctor.open_project", refuse)
    examination = examine(book.root)
    assert "Permission denied" in examination.diagnostics[0].message
    assert "xelatex" in faults(examination)


@pytest.mark.usefixtures("tree")
def test_a_folder_without_a_book_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examination = examine(None)
    assert examination.diagnostics == ()
    assert find(examination, "book").verdict is Verdict.NOTE


@pytest.mark.usefixtures("tree")
def test_what_a_build_may_run_and_who_said_so(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--shell-escape would" in find(examine(book.root), "this book").detail
    config = Path(os.environ["HOME"]) / ".config" / "texbook" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f"shell-escape = ['{book.root}']")
    assert "your own configuration" in find(examine(book.root), "this book").detail
    monkeypatch.setenv("TEXBOOK_SHELL_ESCAPE", "1")
    assert "TEXBOOK_SHELL_ESCAPE says so" in find(examine(book.root), "this book").detail
    book.put("texbook.toml", "[build]\nforbid-shell-escape = true")
    assert find(examine(book.root), "this book").verdict is Verdict.FAULT
    monkeypatch.delenv("TEXBOOK_SHELL_ESCAPE")
    assert "the book forbids more" in find(examine(book.root), "this book").detail
    monkeypatch.setenv("TEXBOOK_UNTRUSTED", "1")
    assert "in a sandbox" in find(examine(book.root), "this book").detail


@pytest.mark.usefixtures("tree")
def test_a_book_that_is_not_trusted_is_not_looked_at(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = book.root.parent / "outside.tex"
    outside.write_text("\\usepackage{secret}")
    (book.root / "main.tex").unlink()
    (book.root / "main.tex").symlink_to(outside)
    assert find(examine(book.root), "secret.sty").verdict is Verdict.FAULT
    monkeypatch.setenv("TEXBOOK_UNTRUSTED", "1")
    examination = examine(book.root)
    assert examination.project is None
    assert all("secret" not in check.what + check.detail for check in examination.checks)


def test_the_last_build_shows_what_is_needed_while_the_book_is_the_same(
    book: Book, tree: Path
) -> None:
    project = open_project(book.root)
    stamp = stamp_file(project.main)
    assert stamp is not None
    state = BuildState(
        project.main,
        ShellEscape.RESTRICTED,
        "XeTeX",
        "1",
        1,
        FileStamp(1, 1, 1),
        None,
        inputs={project.main: stamp},
        system={tree / "gone.def": FileStamp(1, 1, 1)},
        candidates=frozenset(),
    )
    state.save(state_path(project))
    assert "gone.def" in faults(examine(book.root))
    book.put("main.tex", "\\documentclass{article}% another")
    assert "gone.def" not in faults(examine(book.root))


def needed_packages() -> tuple[set[str], set[str]]:
    """Read what proves each package of tools/packages.txt, and the packages, for the book."""
    lines = (ROOT / "tools" / "packages.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line.startswith("book ")]
    return {row[1] for row in rows}, {row[2] for row in rows}


@pytest.mark.tex
def test_our_own_book_needs_what_is_brought_for_it() -> None:
    proofs, packages = needed_packages()
    examination = examine(ROOT / "main.tex")
    assert faults(examination) == set()
    names = {check.what for check in examination.checks}
    assert proofs - names <= {"xelatex.fmt"}
    found = {name: find_package(name) or program_package(name) for name in names}
    wanted = {item.debian for item in found.values() if item is not None}
    # What the packages of the list depend on, and what no build needs.
    given = {"texlive-base", "texlive-latex-base", "texlive-binaries"}
    assert wanted - given == packages


@pytest.fixture
def links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH that has only the programs of TeX, each as a link that can be taken away."""
    folder = tmp_path / "links"
    folder.mkdir()
    for name in ("xelatex", "xdvipdfmx", "biber", "bibtex", "kpsewhich", "makeindex", "sh", "env"):
        path = shutil.which(name)
        assert path is not None
        (folder / name).symlink_to(path)
    # biber is a Perl script.
    perl = shutil.which("perl")
    assert perl is not None
    (folder / "perl").symlink_to(perl)
    monkeypatch.setenv("PATH", str(folder))
    return folder


HIDDEN = [
    ("xelatex", "texlive-xetex", Verdict.FAULT),
    ("xdvipdfmx", "texlive-binaries", Verdict.FAULT),
    ("biber", "biber", Verdict.FAULT),
    ("makeindex", "texlive-binaries", Verdict.FAULT),
    ("kpsewhich", "texlive-binaries", Verdict.NOTE),
]


@pytest.mark.tex
@pytest.mark.parametrize(("program", "debian", "verdict"), HIDDEN)
def test_each_program_is_missed_when_it_is_hidden(
    book: Book, links: Path, program: str, debian: str, verdict: Verdict
) -> None:
    book.put("main.tex", "\\documentclass{article}\\usepackage{biblatex}\\makeindex")
    whole = examine(book.root)
    assert whole.status is ExitStatus.GOOD
    assert find(whole, program).verdict is Verdict.GOOD
    (links / program).unlink()
    examination = examine(book.root)
    check = find(examination, program)
    assert check.verdict is verdict
    assert check.packages is not None
    assert check.packages.debian == debian
    is_fault = verdict is Verdict.FAULT
    assert examination.status is (ExitStatus.MISSING if is_fault else ExitStatus.GOOD)
    if is_fault:
        assert examination.commands[0] == f"sudo apt-get install {debian}"


@pytest.mark.tex
def test_a_file_that_kpathsea_does_not_find_is_missed(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.put("main.tex", "\\documentclass{article}\\usepackage{booktabs}\n\\usepackage{siunitx}")
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("article.cls", "siunitx.sty"):
        (tree / name).write_text("% nothing")
    # No empty entry at its end: the distribution's own folders are not searched.
    monkeypatch.setenv("TEXINPUTS", str(tree))
    examination = examine(book.root)
    assert faults(examination) == {"booktabs.sty"}
    assert find(examination, "TEXINPUTS").verdict is Verdict.NOTE
    assert "sudo apt-get install texlive-latex-recommended" in examination.commands


@pytest.mark.tex
def test_a_damaged_format_is_told(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xelatex.fmt").write_bytes(b"no format" * 1000)
    monkeypatch.setenv("TEXFORMATS", str(tmp_path))
    examination = examine(book.root)
    assert "is damaged" in find(examination, "format").detail
    assert examination.status is ExitStatus.MISSING
