from __future__ import annotations

from pathlib import Path

import pytest

from texbook.base.errors import StorageError
from texbook.texfiles.fls import read_recorder


def test_paths_are_absolute_normal_and_each_once_in_order(tmp_path: Path) -> None:
    path = tmp_path / "main.fls"
    path.write_text(
        "PWD /w/book\nINPUT /usr/share/x.cfg\nINPUT ./main.tex\nINPUT main.tex\n"
        "OUTPUT main.log\nINPUT ../shared/a b.tex\nINPUT main.aux\nOUTPUT main.aux\n"
    )
    recorder = read_recorder(path)
    assert recorder.folder == Path("/w/book")
    assert recorder.inputs == (
        Path("/usr/share/x.cfg"),
        Path("/w/book/main.tex"),
        Path("/w/shared/a b.tex"),
        Path("/w/book/main.aux"),
    )
    assert recorder.outputs == (Path("/w/book/main.log"), Path("/w/book/main.aux"))


def test_a_last_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "main.fls"
    path.write_text("PWD /w\nINPUT a.tex\nINPUT chap")
    assert read_recorder(path).inputs == (Path("/w/a.tex"),)


def test_an_empty_list_tells_of_its_own_folder(tmp_path: Path) -> None:
    path = tmp_path / "main.fls"
    path.write_bytes(b"")
    assert read_recorder(path).folder == tmp_path
    assert read_recorder(path).inputs == ()


def test_names_that_are_not_utf8_and_line_ends_of_windows_survive(tmp_path: Path) -> None:
    path = tmp_path / "main.fls"
    path.write_bytes(b"PWD /w\r\nINPUT na\xefve.tex\r\nOUTPUT x\r\n")
    recorder = read_recorder(path)
    assert bytes(recorder.inputs[0]) == b"/w/na\xefve.tex"
    assert recorder.outputs == (Path("/w/x"),)


def test_a_missing_list_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"main\.fls"):
        read_recorder(tmp_path / "main.fls")
