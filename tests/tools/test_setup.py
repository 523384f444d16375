"""``tools/setup``: what it brings, what it leaves alone, and how it says what it cannot do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.tools.conftest import Machine

ROOT = Path(__file__).parents[2]


def test_root_gets_what_is_missing_at_once(machine: Machine) -> None:
    done = machine.setup()
    assert done.returncode == 0, done.stderr
    update, install, venv, pip = machine.calls
    assert update == "apt-get update"
    assert install.startswith("apt-get install -y --no-install-recommends")
    assert install.endswith(" texlive-xetex biber")
    assert (venv, pip) == ("venv", "pip .[preview]")


def test_the_second_run_does_nothing_and_says_nothing(machine: Machine) -> None:
    machine.setup()
    assert machine.calls
    done = machine.setup()
    assert (done.returncode, done.stdout, done.stderr, machine.calls) == (0, "", "", [])


def test_only_what_is_missing_is_installed(machine: Machine) -> None:
    machine.has_all(but=("biber",))
    machine.setup()
    assert machine.calls[1].endswith("=300 biber")


def test_tests_need_more_than_the_book(machine: Machine) -> None:
    machine.has_all(but=("ps", "pdftotext"))
    machine.setup("book")
    assert machine.calls == ["venv", "pip .[preview]"]
    assert machine.setup("test").returncode == 0
    update, install, pip = machine.calls
    assert update == "apt-get update"
    assert install.endswith("=300 procps poppler-utils")
    assert pip == "pip .[dev,book,preview]"


def test_a_package_that_does_not_bring_what_it_should_is_named(machine: Machine) -> None:
    machine.has_all(but=("pdftotext",))
    machine.tell("useless")
    done = machine.setup("test")
    assert done.returncode == 3
    assert "installed, but still not found: pdftotext" in done.stderr


def test_an_environment_for_the_tests_serves_the_book_and_stays_one(machine: Machine) -> None:
    machine.has_all()
    machine.setup("test")
    assert machine.calls == ["venv", "pip .[dev,book,preview]"]
    machine.setup("book")
    assert machine.calls == []
    (machine.checkout / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    machine.setup("book")
    assert machine.calls == ["pip .[dev,book,preview]"]


def test_what_pip_could_not_finish_is_tried_again(machine: Machine) -> None:
    machine.has_all()
    machine.tell("offline")
    done = machine.setup()
    assert done.returncode == 3
    assert "no network" in done.stderr
    machine.forget("offline")
    assert machine.setup().returncode == 0
    assert machine.calls == ["venv", "pip .[preview]", "pip .[preview]"]


def test_an_environment_whose_making_was_killed_is_made_afresh(machine: Machine) -> None:
    machine.has_all()
    machine.tell("killed")
    assert machine.setup().returncode < 0
    machine.forget("killed")
    (machine.checkout / ".venv/half").touch()
    assert machine.setup().returncode == 0
    assert machine.calls == ["venv", "pip .[preview]", "venv", "pip .[preview]"]
    assert not (machine.checkout / ".venv/half").exists()


def test_an_environment_that_was_moved_is_made_afresh(machine: Machine) -> None:
    machine.has_all()
    machine.setup()
    machine.checkout = machine.checkout.rename(machine.checkout.with_name("moved"))
    machine.setup()
    assert machine.calls == ["venv", "pip .[preview]", "venv", "pip .[preview]"]


def test_an_environment_made_by_hand_is_kept(machine: Machine) -> None:
    machine.has_all()
    (machine.checkout / ".venv/bin").mkdir(parents=True)
    shutil.copy(machine.programs / "python3", machine.checkout / ".venv/bin/python")
    machine.setup()
    assert machine.calls == ["pip .[preview]"]


def test_without_root_and_terminal_the_command_is_told(machine: Machine) -> None:
    machine.tell("user", "1000")
    done = machine.setup()
    assert done.returncode == 3
    assert "sudo apt-get install --no-install-recommends texlive-xetex biber\n" in done.stderr
    assert machine.calls == []


@pytest.mark.parametrize("yes", ["\n", "y\n", "Yes\n"])
def test_at_a_terminal_sudo_is_used_after_a_yes(machine: Machine, yes: str) -> None:
    machine.tell("user", "1000")
    done = machine.answer(yes)
    assert done.returncode == 0, done.stderr
    assert "texlive-xetex biber" in done.stderr
    assert machine.calls[:3] == ["sudo", "sudo", "apt-get update"]


@pytest.mark.parametrize("no", ["n\n", "what?\n", "\x04"])
def test_at_a_terminal_nothing_is_done_without_a_yes(machine: Machine, no: str) -> None:
    machine.tell("user", "1000")
    done = machine.answer(no)
    assert done.returncode == 3
    assert "sudo apt-get install" in done.stderr
    assert machine.calls == []


def test_what_apt_could_not_do_is_shown(machine: Machine) -> None:
    machine.tell("offline")
    done = machine.setup()
    assert done.returncode == 3
    assert "E: unable to fetch" in done.stderr
    assert "apt-get could not install texlive-xetex biber" in done.stderr


def test_python_is_brought_where_there_is_none(machine: Machine) -> None:
    machine.has_all()
    (machine.programs / "python3").unlink()
    machine.forget("ensurepip")
    assert machine.setup().returncode == 0
    assert machine.calls[1].endswith(" python3 python3-venv")


def test_what_debian_splits_from_python_is_brought(machine: Machine) -> None:
    machine.has_all()
    machine.forget("ensurepip")
    assert machine.setup().returncode == 0
    assert machine.calls[1].endswith("=300 python3-venv")


def test_an_old_python_is_refused_by_its_version(machine: Machine) -> None:
    machine.has_all()
    machine.tell("old-python")
    done = machine.setup()
    assert done.returncode == 3
    assert "3.11 or newer is needed, and python3 is Python 3.9.1" in done.stderr
    assert machine.calls == []


def test_the_named_python_is_used_or_refused(machine: Machine) -> None:
    machine.has_all()
    other = machine.state / "other python"
    shutil.move(machine.programs / "python3", other)
    done = machine.setup(PYTHON="nothing-of-this-name")
    assert done.returncode == 3
    assert "PYTHON=nothing-of-this-name" in done.stderr
    assert machine.setup(PYTHON=str(other)).returncode == 0


@pytest.mark.parametrize(
    ("system", "first"), [("Darwin", "brew install --cask"), ("Linux", "TeX Live")]
)
def test_without_apt_the_commands_are_told(machine: Machine, system: str, first: str) -> None:
    machine.tell("system", system)
    (machine.programs / "apt-get").unlink()
    done = machine.setup("test")
    assert done.returncode == 3
    assert first in done.stderr
    assert "sudo tlmgr install collection-xetex biber other \n" in done.stderr
    assert "brew install poppler \n" in done.stderr


def test_an_unknown_purpose_is_a_usage_error(machine: Machine) -> None:
    done = machine.setup("all")
    assert done.returncode == 2
    assert "usage" in done.stderr


def test_every_line_of_the_table_has_its_columns() -> None:
    lines = (ROOT / "tools/packages.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    assert {row[0] for row in rows} == {"book", "test"}
    assert all(len(row) >= 4 for row in rows)
