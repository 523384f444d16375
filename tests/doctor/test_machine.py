from __future__ import annotations

import os
import shutil
import stat
import sys
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from texbook.doctor import machine as room
from texbook.doctor import python
from texbook.doctor.check import Check, Verdict, install_commands
from texbook.doctor.shell import check_distribution
from texbook.doctor.surroundings import Surroundings
from texbook.system.packages import PackageNames

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.doctor.conftest import Machine


def test_one_command_brings_all_that_is_missing() -> None:
    def fault(packages: PackageNames | None, verdict: Verdict = Verdict.FAULT) -> Check:
        return Check("g", "x", "missing", verdict, packages)

    checks = [
        fault(PackageNames("texlive-science", "siunitx")),
        fault(PackageNames("biber", "biber")),
        fault(PackageNames("biber", "biber")),
        fault(PackageNames("texlive-xetex", "xetex", "--cask basictex")),
        fault(PackageNames("fontconfig", None, "fontconfig")),
        fault(PackageNames("not-wanted", "not-wanted"), Verdict.NOTE),
        fault(None),
    ]
    assert install_commands(checks, "linux") == (
        "sudo apt-get install biber fontconfig texlive-science texlive-xetex",
        "tlmgr install biber siunitx xetex",
    )
    assert install_commands(checks, "darwin") == (
        "brew install --cask basictex",
        "brew install fontconfig",
        "tlmgr install biber siunitx xetex",
    )
    assert install_commands([], "linux") == ()


def usage(free: int) -> Callable[[object], object]:
    return lambda _: type("Usage", (), {"free": free})()


@pytest.mark.parametrize(
    ("free", "verdict", "words"),
    [
        (3 << 30, Verdict.GOOD, "3.0 GB free"),
        (100 << 20, Verdict.NOTE, "100 MB free"),
        (1 << 20, Verdict.FAULT, "1 MB free"),
    ],
)
def test_room_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, verdict: Verdict, words: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", usage(free))
    check = room.check_storage(tmp_path, tmp_path / "build")[0]
    assert (check.verdict, check.detail) == (verdict, words)


def test_folders_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = tmp_path / "build"
    build.mkdir()
    monkeypatch.setattr(os, "access", lambda path, _: path != build)
    disk, root, other = room.check_storage(tmp_path, build)
    assert (disk.verdict, root.verdict, other.verdict) == (
        Verdict.GOOD,
        Verdict.GOOD,
        Verdict.FAULT,
    )
    assert stat.S_ISDIR(build.stat().st_mode)
    assert str(build) in other.detail


def test_a_book_folder_that_is_gone(tmp_path: Path) -> None:
    (check,) = room.check_storage(tmp_path / "gone", tmp_path / "gone" / "build")
    assert check.verdict is Verdict.FAULT


def test_search_paths_are_told(tmp_path: Path) -> None:
    assert room.check_search_paths({}, "") == []
    (tmp_path / "tex").mkdir()
    checks = room.check_search_paths({"TEXINPUTS": "./styles:", "TEXMF": ""}, str(tmp_path))
    assert [check.what for check in checks] == ["TEXINPUTS", "your own files of TeX"]
    assert all(check.verdict is Verdict.NOTE for check in checks)


def test_limits_of_file_events(tmp_path: Path) -> None:
    assert room.check_events(tmp_path) == []
    (tmp_path / "max_user_watches").write_text("100\n")
    (tmp_path / "max_user_instances").write_text("128\n")
    few, enough = room.check_events(tmp_path)
    assert (few.verdict, enough.verdict) == (Verdict.NOTE, Verdict.GOOD)
    assert "sysctl" in few.hints[0]


def test_the_sandbox_is_tried_and_its_absence_is_a_note(machine: Machine) -> None:
    (check,) = room.check_sandbox(machine.around)
    assert check.verdict is Verdict.NOTE
    assert check.packages == PackageNames("bubblewrap")
    machine.says("bwrap", "")
    assert room.check_sandbox(machine.around)[0].verdict is Verdict.GOOD
    machine.says("bwrap", "bwrap: No permissions to create new namespace", status=1)
    (check,) = room.check_sandbox(machine.around)
    assert check.verdict is Verdict.NOTE
    assert "No permissions" in check.detail


@pytest.mark.parametrize(
    ("setting", "verdict", "words"),
    [
        ("p", Verdict.GOOD, "only 2 trusted programs"),
        ("t", Verdict.NOTE, "any program"),
        ("f", Verdict.NOTE, "off"),
    ],
)
def test_the_shell_of_the_distribution(
    machine: Machine, setting: str, verdict: Verdict, words: str
) -> None:
    machine.tex("variables", f"{setting}\nbibtex,kpsewhich\n")
    check = check_distribution(machine.around)[0]
    assert check.verdict is verdict
    assert words in check.detail


def test_without_kpsewhich_nothing_is_said_of_the_shell(machine: Machine) -> None:
    machine.remove("kpsewhich")
    assert check_distribution(machine.around) == []


@pytest.mark.parametrize(
    ("version", "bounds", "good"),
    [
        ("3.1.6", "<4,>=3.1.6", True),
        ("3.1.5", "<4,>=3.1.6", False),
        ("4.0", ">=3,<4", False),
        ("3.10", ">=3.9", True),
        ("3", ">=3.0", True),
        ("2.0b1", ">=2", True),
        ("1.5", "!=1.5", False),
        ("1.5", "==1.5.0", True),
        ("1.5", "<=1.4", False),
        ("1.5", ">1.4", True),
        ("anything", "", True),
    ],
)
def test_versions_are_compared_by_number(version: str, bounds: str, *, good: bool) -> None:
    assert python.satisfies(version, bounds) == good


def around(tmp_path: Path) -> Surroundings:
    return Surroundings(tmp_path, dict(os.environ))


def test_the_packages_of_this_installation_are_good(tmp_path: Path) -> None:
    checks = python.check_python(around(tmp_path), experiments=False)
    names = {check.what for check in checks}
    assert {"click", "jinja2", "pygments", "rich", "Python", "texbook"} <= names
    assert [check for check in checks if check.verdict is Verdict.FAULT] == []
    assert "numpy" not in names


def test_experiments_need_packages_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = metadata.version

    def version(name: str) -> str:
        if name == "numpy":
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(metadata, "version", version)
    checks = python.check_python(around(tmp_path), experiments=True)
    (numpy,) = (check for check in checks if check.what == "numpy")
    assert numpy.verdict is Verdict.NOTE
    assert "texbook run" in numpy.detail


def test_a_package_that_is_missing_old_or_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = {"click": "7.0", "jinja2": "", "pygments": "2.20", "rich": "13.9"}

    def version(name: str) -> str:
        if not versions.get(name, "9"):
            raise metadata.PackageNotFoundError(name)
        return versions.get(name, "9")

    (tmp_path / "pygments.py").write_text("raise ImportError('half\\ninstalled')")
    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr(
        metadata, "requires", lambda _: ["click>=8", "jinja2<4", "pygments<3", "rich>=13.9"]
    )
    surroundings = Surroundings(tmp_path, {**os.environ, "PYTHONPATH": str(tmp_path)})
    checks = python.check_python(surroundings, experiments=False)
    found = {check.what: (check.verdict, check.detail) for check in checks}
    assert found["click"] == (Verdict.FAULT, "7.0 is installed, >=8 is needed")
    assert found["jinja2"] == (Verdict.FAULT, "not installed")
    assert found["pygments"] == (
        Verdict.FAULT,
        "2.20 cannot be imported: ImportError: half installed",
    )
    assert found["rich"][0] is Verdict.GOOD
    assert found["packages"][1] == "1 of 4 good"


def test_texbook_that_runs_from_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def requires(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", requires)
    checks = python.check_python(around(tmp_path), experiments=False)
    assert checks[-1].verdict is Verdict.NOTE
    assert sys.executable in checks[1].detail


def test_a_module_in_the_book_is_not_imported(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for name in ("click", "jinja2", "importlib"):
        (tmp_path / f"{name}.py").write_text(f"open({str(mark)!r}, 'w')")
    assert python.check_python(around(tmp_path), experiments=False)
    assert not mark.exists()
