"""When a stamp is believed and when the file is read again."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from texbook.base.stamps import FileStamp, stamp_file

if TYPE_CHECKING:
    from pathlib import Path

LONG_PAST = 1_500_000_000 * 10**9


def stamped(path: Path, mtime_ns: int, digest: str | None = "of another content") -> FileStamp:
    """Stamp a file; only if it is read again does the digest tell."""
    path.write_text("text", "utf-8")
    os.utime(path, ns=(mtime_ns, mtime_ns))
    found = stamp_file(path)
    assert found is not None
    return replace(found, digest=digest)


@pytest.mark.parametrize(
    ("mtime_ns", "doubted_ns"), [(LONG_PAST + 1, 50_000_000), (LONG_PAST, 2_000_000_000)]
)
def test_a_file_is_believed_once_a_later_change_would_show(
    tmp_path: Path, mtime_ns: int, doubted_ns: int
) -> None:
    path = tmp_path / "one.tex"
    stamp = stamped(path, mtime_ns)
    assert not stamp.matches(path, seen_ns=stamp.ctime_ns + doubted_ns - 1)
    assert stamp.matches(path, seen_ns=stamp.ctime_ns + doubted_ns)


def test_a_file_from_the_future_is_always_read(tmp_path: Path) -> None:
    path = tmp_path / "one.tex"
    stamp = stamped(path, LONG_PAST * 2 + 1)
    assert not stamp.matches(path, seen_ns=stamp.ctime_ns + 10**12)


@pytest.mark.parametrize("change", ["rename", "mode", "same bytes"])
def test_what_changes_no_content_is_no_change(tmp_path: Path, change: str) -> None:
    path = tmp_path / "one.tex"
    path.write_text("text", "utf-8")
    stamp = stamp_file(path)
    assert stamp is not None
    match change:
        case "rename":
            path.rename(tmp_path / "two.tex").rename(path)
        case "mode":
            path.chmod(0o600)
        case _:
            path.write_text("text", "utf-8")
    assert stamp.matches(path, seen_ns=stamp.ctime_ns + 10**12)


def test_a_file_that_is_trusted_may_be_linked_or_renamed(tmp_path: Path) -> None:
    path = tmp_path / "article.cls"
    stamp = stamped(path, LONG_PAST, digest=None)
    path.rename(tmp_path / "two.cls").rename(path)
    assert stamp.matches(path, seen_ns=stamp.ctime_ns)
    os.utime(path, ns=(1, 1))
    assert not stamp.matches(path, seen_ns=stamp.ctime_ns)
