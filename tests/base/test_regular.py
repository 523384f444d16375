"""Reading regular files only: nothing here may wait."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from texbook.base.digest import digest_file
from texbook.base.errors import BookError, StorageError
from texbook.base.regular import read_regular
from texbook.base.source import read_source

GIGABYTES = 5 << 30


def test_a_regular_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "one.tex"
    path.write_bytes(b"text")
    assert read_regular(path, 4) == b"text"
    with pytest.raises(OSError, match="larger than 0 MB"):
        read_regular(path, 3)


@pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "device", "socket", "folder", "loop"])
def test_what_is_no_regular_file_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("one.tex")
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "link to a pipe":
            os.mkfifo("pipe")
            path.symlink_to("pipe")
        case "device":
            path.symlink_to("/dev/zero")
        case "socket":
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(path))
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to(path)
    with pytest.raises(OSError, match=r"regular|directory|[Dd]evice|symbolic"):
        read_regular(path)
    with pytest.raises(StorageError, match=r'cannot read "one\.tex"'):
        read_source(path)
    assert digest_file(path) is None


def test_a_file_of_gigabytes_is_not_read_and_still_told_from_another(tmp_path: Path) -> None:
    path = tmp_path / "one.tex"
    with path.open("wb") as stream:
        stream.truncate(GIGABYTES)
    with pytest.raises(BookError, match=r"too large to be read: 5,368\.7 MB"):
        read_source(path)
    before = digest_file(path)
    assert before == digest_file(path)
    os.truncate(path, GIGABYTES + 1)
    assert digest_file(path) not in (before, None)
