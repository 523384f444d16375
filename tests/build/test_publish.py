from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfWriter

from texbook.base.errors import ExitStatus, StorageError, UsageError
from texbook.build.publish import publish
from texbook.texfiles.pdf import InvalidPdfError, page_count

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(200, 300)
    path = tmp_path / "work" / "main.pdf"
    path.parent.mkdir()
    writer.write(path)
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "book").mkdir()
    return tmp_path / "book" / "main.pdf"


def names(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


def test_the_pdf_arrives_and_nothing_else(pdf: Path, target: Path) -> None:
    publish(pdf, target, 3)
    assert target.read_bytes() == pdf.read_bytes()
    assert names(target) == ["main.pdf"]


def test_the_old_pdf_stays_when_the_new_one_is_not_whole(pdf: Path, target: Path) -> None:
    target.write_bytes(b"old")
    with pytest.raises(InvalidPdfError):
        publish(pdf, target, 4)
    assert target.read_bytes() == b"old"
    assert names(target) == ["main.pdf"]


def test_permission_bits_of_the_old_pdf_are_kept(pdf: Path, target: Path) -> None:
    target.write_bytes(b"old")
    target.chmod(0o640)
    publish(pdf, target, 3)
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_new_pdf_follows_the_umask(pdf: Path, target: Path) -> None:
    publish(pdf, target, 3)
    assert target.stat().st_mode == pdf.stat().st_mode


@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_stays_and_what_it_leads_to_is_replaced(
    pdf: Path, target: Path, tmp_path: Path, dangling: bool
) -> None:
    real = tmp_path / "elsewhere.pdf"
    if not dangling:
        real.write_bytes(b"old")
    target.symlink_to(real)
    publish(pdf, target, 3)
    assert target.is_symlink()
    assert page_count(real) == 3


def test_a_folder_in_the_way_is_named(pdf: Path, target: Path) -> None:
    target.mkdir()
    with pytest.raises(UsageError, match=r"there is a folder of that name") as caught:
        publish(pdf, target, 3)
    assert caught.value.hints == ("rename or remove the folder",)


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EACCES, "check the permissions"),
        (errno.EROFS, "read-only"),
    ],
)
def test_a_full_or_closed_disk_keeps_the_old_pdf(
    pdf: Path, target: Path, monkeypatch: pytest.MonkeyPatch, number: int, hint: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    target.write_bytes(b"old")
    monkeypatch.setattr("texbook.build.publish.shutil.copyfileobj", fail)
    with pytest.raises(StorageError, match=r"main\.pdf") as caught:
        publish(pdf, target, 3)
    assert caught.value.status is ExitStatus.STORAGE
    assert hint in caught.value.hints[0]
    assert target.read_bytes() == b"old"
    assert names(target) == ["main.pdf"]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a mount")
def test_a_disk_that_is_really_full(pdf: Path, tmp_path: Path) -> None:
    import subprocess

    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(disk)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("may not mount here")
    try:
        (disk / "main.pdf").write_bytes(b"old" * 1365)
        with pytest.raises(StorageError, match="No space left"):
            publish(pdf, disk / "main.pdf", 3)
        assert (disk / "main.pdf").read_bytes() == b"old" * 1365
        assert names(disk / "main.pdf") == ["main.pdf"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_write_protected_pdf_is_not_replaced(
    pdf: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.write_bytes(b"old")
    monkeypatch.setattr("texbook.build.publish.os.access", lambda *_: False)
    with pytest.raises(StorageError, match="write-protected") as caught:
        publish(pdf, target, 3)
    assert "permissions" in caught.value.hints[0]
    assert target.read_bytes() == b"old"


def test_a_missing_folder_is_a_storage_error(pdf: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        publish(pdf, tmp_path / "gone" / "main.pdf", 3)


def test_what_a_killed_build_left_beside_the_pdf_goes(pdf: Path, target: Path) -> None:
    left = target.with_name(f".{target.name}.tmp")
    left.write_bytes(b"%PDF-1.5 half")
    publish(pdf, target, 3)
    assert [path.name for path in target.parent.iterdir()] == [target.name]
