"""The engine's command line, its page counter, and the judgement of what it left."""

from __future__ import annotations

from pathlib import Path

import pytest

from texbook.base.errors import StorageError
from texbook.build.engine import (
    LIGHT_CODE,
    PageCounter,
    check_disk,
    engine_arguments,
    is_whole_xdv,
    program_environment,
)
from texbook.build.model import ShellEscape


class Pages:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int | None]] = []

    def step(self, message: str) -> None:
        raise AssertionError(message)

    def page(self, number: int, expected: int | None) -> None:
        self.seen.append((number, expected))

    def note(self, message: str) -> None:
        raise AssertionError(message)


def arguments(
    shell_escape: ShellEscape = ShellEscape.RESTRICTED,
    *,
    keep_going: bool = False,
    synctex: bool = True,
) -> tuple[str, ...]:
    return engine_arguments(
        "main",
        r"\input{main.tex}",
        shell_escape=shell_escape,
        keep_going=keep_going,
        synctex=synctex,
    )


def test_the_shell_is_the_distributions_unless_asked_for() -> None:
    assert not any("shell" in item for item in arguments())
    assert "-shell-escape" in arguments(ShellEscape.FULL)


def test_the_engine_stops_at_an_error_unless_told_to_go_on() -> None:
    assert "-halt-on-error" in arguments()
    assert "-halt-on-error" not in arguments(keep_going=True)


def test_the_engine_writes_synctex_unless_told_not_to() -> None:
    assert "-synctex=-1" in arguments()
    assert not any("synctex" in item for item in arguments(synctex=False))


def test_the_code_comes_last_and_the_job_is_named() -> None:
    assert arguments()[0] == "xelatex"
    assert arguments()[-1] == r"\input{main.tex}"
    assert "-jobname=main" in arguments()
    assert {"-no-pdf", "-recorder", "-file-line-error"} < set(arguments())


def test_the_environment_keeps_metafont_away_and_lines_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEXINPUTS", "./styles:")
    environment = program_environment(Path("/book"))
    assert environment["MKTEXTFM"] == environment["MKTEXPK"] == environment["MKTEXMF"] == "0"
    assert int(environment["max_print_line"]) > 100_000
    assert environment["TEXINPUTS"] == "./styles:"


def test_search_paths_that_lead_out_of_the_book_begin_at_the_book(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEXINPUTS", "./styles:../shared//:")
    environment = program_environment(Path("/ann/book"))
    assert environment["TEXINPUTS"] == "./styles:/ann/book/../shared//:"


def test_pages_are_counted_though_the_output_comes_in_pieces() -> None:
    for size in (1, 2, 3, 7, 100):
        pages = Pages()
        counter = PageCounter(pages, 12)
        output = b"(./main.tex [1] [2] (./a.tex) []\n[3.1]\n[4\n\n] [a] [5{map}] "
        for at in range(0, len(output), size):
            counter.read(output[at : at + size])
        assert pages.seen == [(number, 12) for number in range(1, 6)], size


def test_the_light_code_is_one_line_with_balanced_braces() -> None:
    assert "\n" not in LIGHT_CODE
    assert LIGHT_CODE.count("{") == LIGHT_CODE.count("}")
    assert LIGHT_CODE.count(r"\ifdefined") == LIGHT_CODE.count(r"\fi") - LIGHT_CODE.count(r"\fin")


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (b"\xf7\x07" + b"x" * 50 + b"\xf9\x00\x00\x00\x10\x07\xdf\xdf\xdf\xdf", True),
        (b"\xf7\x07" + b"x" * 50 + b"\xf9\x00\x00\x00\x10\x07\xdf\xdf", False),
        (b"\xf7\x07" + b"x" * 50, False),
        (b"", False),
        (b"\xdf\xdf\xdf\xdf", False),
    ],
)
def test_a_cut_xdv_is_recognised(tmp_path: Path, content: bytes, whole: bool) -> None:
    path = tmp_path / "main.xdv"
    path.write_bytes(content)
    assert is_whole_xdv(path) is whole


def test_an_xdv_that_is_not_there_is_not_whole(tmp_path: Path) -> None:
    assert not is_whole_xdv(tmp_path / "main.xdv")


def test_a_disk_that_takes_nothing_is_noticed(tmp_path: Path) -> None:
    check_disk(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StorageError):
        check_disk(tmp_path / "gone")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "texbook-probe").symlink_to("/dev/full")
    with pytest.raises(StorageError, match="No space left on device"):
        check_disk(tmp_path)
