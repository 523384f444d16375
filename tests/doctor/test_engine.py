from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.doctor.check import Check, Verdict
from texbook.doctor.engine import check_driver, check_engine, check_search

if TYPE_CHECKING:
    from tests.doctor.conftest import Machine


def test_versions_are_told(machine: Machine) -> None:
    around = machine.around
    checks = [*check_engine(around), *check_driver(around), *check_search(around)]
    assert {check.what: check.detail for check in checks} == {
        "xelatex": "XeTeX 0.999994, TeX Live 2022/Debian",
        "format": "LaTeX <2022-11-01> patch level 1",
        "xdvipdfmx": "20211117",
        "kpsewhich": "6.3.4",
    }


def only(checks: list[Check]) -> Check:
    (check,) = checks
    return check


def test_a_missing_engine_or_driver_is_a_fault_with_its_packages(machine: Machine) -> None:
    machine.remove("xelatex")
    machine.remove("xdvipdfmx")
    engine, driver = only(check_engine(machine.around)), only(check_driver(machine.around))
    assert engine.verdict is driver.verdict is Verdict.FAULT
    assert engine.packages is not None
    assert driver.packages is not None
    assert (engine.packages.debian, driver.packages.debian) == ("texlive-xetex", "texlive-binaries")


def test_a_build_can_do_without_kpsewhich(machine: Machine) -> None:
    machine.remove("kpsewhich")
    assert only(check_search(machine.around)).verdict is Verdict.NOTE


NO_FORMAT = """\
This is XeTeX, Version 3.141592653-2.6-0.999994 (TeX Live 2022/Debian) (preloaded format=xelatex)
---! can't find the format file `xelatex.fmt'!
I can't find the format file `xelatex.fmt'!"""
DAMAGED = """\
This is XeTeX, Version 3.141592653-2.6-0.999994 (TeX Live 2022/Debian) (preloaded format=xelatex)
---! /var/lib/texmf/web2c/xetex/xelatex.fmt was written by pdftex
(Fatal format file error; I'm stymied)"""


@pytest.mark.parametrize(("text", "words"), [(NO_FORMAT, "is missing"), (DAMAGED, "is damaged")])
def test_a_format_that_cannot_be_loaded(machine: Machine, text: str, words: str) -> None:
    machine.says("xelatex", text, status=1)
    engine, form = check_engine(machine.around)
    assert engine.what == "xelatex"
    assert form.verdict is Verdict.FAULT
    assert words in form.detail
    assert "fmtutil-sys" in form.hints[0]


def test_a_missing_format_that_tex_makes_by_itself_is_a_note(machine: Machine) -> None:
    machine.says("xelatex", NO_FORMAT, status=1)
    machine.tex("xelatex.ini")
    machine.says("mktexfmt", "")
    assert check_engine(machine.around)[-1].verdict is Verdict.NOTE


def test_the_doctor_makes_no_format(machine: Machine) -> None:
    machine.program("xelatex", f'echo "$MKTEXFMT" > {machine.folder}/seen')
    check_engine(machine.around)
    assert (machine.folder / "seen").read_text() == "0\n"


def test_an_engine_that_fails_says_its_last_words(machine: Machine) -> None:
    machine.says("xelatex", "xelatex: error while loading libharfbuzz.so.0\n", status=127)
    check = only(check_engine(machine.around))
    assert check.verdict is Verdict.FAULT
    assert check.detail == "fails: xelatex: error while loading libharfbuzz.so.0"


def test_a_program_that_is_no_program(machine: Machine) -> None:
    path = machine.programs / "xdvipdfmx"
    path.write_bytes(b"\x7fELF nothing")
    path.chmod(0o755)
    assert only(check_driver(machine.around)).verdict is Verdict.FAULT


def test_nothing_is_written_into_the_book(machine: Machine) -> None:
    machine.program("xelatex", "touch texput.log")
    check_engine(machine.around)
    assert list(machine.book.iterdir()) == []


def test_no_room_for_temporary_files(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(machine.folder / "gone"))
    check = only(check_engine(machine.around))
    assert (check.what, check.verdict) == ("temporary folder", Verdict.FAULT)
