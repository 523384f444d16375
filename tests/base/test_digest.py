from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from texbook.base.digest import digest_bytes, digest_file, digest_text

if TYPE_CHECKING:
    from pathlib import Path


def test_text_bytes_and_file_agree(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes("ä".encode())
    expected = hashlib.blake2b("ä".encode(), digest_size=16).hexdigest()
    assert digest_text("ä") == digest_bytes("ä".encode()) == digest_file(tmp_path / "x") == expected


def test_a_file_that_cannot_be_read_has_none(tmp_path: Path) -> None:
    assert digest_file(tmp_path / "gone") is None
    assert digest_file(tmp_path) is None


def test_text_that_is_no_unicode_has_a_digest() -> None:
    assert digest_text("\udc80") != digest_text("\udc81")
