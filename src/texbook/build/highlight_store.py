"""Finished listings of the last build, so that unchanged ones cost nothing.

One file, written atomically and with a digest of its content: a listing that was cut by a crash
would otherwise be printed empty for ever.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from texbook.base.atomic import write_atomically
from texbook.base.digest import digest_bytes
from texbook.base.regular import LARGEST_KEPT, read_regular
from texbook.code.highlight import pygments_version

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "listings.json"


def _read(cache: Path) -> bytes:
    return read_regular(cache / _NAME, LARGEST_KEPT)


def has_other_version(cache: Path) -> bool:
    """Say whether there is a store that counts for nothing because Pygments was changed."""
    try:
        content = _read(cache).partition(b"\n")[2]
        return bool(json.loads(content)["pygments"] != pygments_version())
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def load_listings(cache: Path) -> dict[str, bytes]:
    """Give the stored outputs by relative path; none after a change of version or any damage.

    Args:
        cache: the folder of the store; it need not exist.
    """
    try:
        digest, _, content = _read(cache).partition(b"\n")
    except OSError:
        return {}
    if digest.decode("ascii", "replace") != digest_bytes(content):
        return {}
    table = json.loads(content)
    if table.get("pygments") != pygments_version():
        return {}
    return {name: base64.b85decode(text) for name, text in table["files"].items()}


def save_listings(cache: Path, files: dict[str, bytes]) -> None:
    """Replace the store.

    Raises:
        StorageError: when the disk is full or access is denied.
    """
    table = {
        "pygments": pygments_version(),
        "files": {name: base64.b85encode(files[name]).decode() for name in sorted(files)},
    }
    content = json.dumps(table).encode()
    whole = digest_bytes(content).encode() + b"\n" + content
    write_atomically(cache / _NAME, whole, is_alone=True)
