"""The folder in which lint keeps what it found: how its files are read and written.

Nothing of it is needed. What cannot be read counts as none, and where nothing can be written (a
read-only checkout, a full disk) nothing is kept. Files are replaced as a whole, so that two runs
at a time lose at most each other's news.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import texbook
from texbook.base.atomic import write_atomically
from texbook.base.digest import digest_text
from texbook.base.errors import StorageError
from texbook.base.regular import LARGEST_KEPT, read_regular
from texbook.lint.files import stamp

if TYPE_CHECKING:
    from texbook.project import Project

_PACKAGES = ("jinja2", "bibtexparser", "codespell_lib", "pygments", "pylatexenc", "pypdf")


def kept_folder(project: Project) -> Path:
    """Give the folder of a book."""
    return project.work_folder / "lint"


def code_version() -> str:
    """Give a value that changes with the code that judges: our own, and what it calls."""
    modules = [
        f"{folder}/{name}"
        for folder, _, names in os.walk(Path(texbook.__file__).parent)
        for name in names
        if name.endswith(".py")
    ]
    specs = [find_spec(name) for name in _PACKAGES]
    origins = [spec.origin for spec in specs if spec is not None and spec.origin]
    stamps = [(path, stamp(path)) for path in (*sorted(modules), *origins)]
    return digest_text(repr((texbook.__version__, sys.version, stamps)))


def read_kept(path: Path) -> dict[str, Any]:
    """Read a table; an empty one if there is none, or none that can be read."""
    try:
        table = json.loads(read_bytes(path))
    except (ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}


def write_kept(path: Path, table: dict[str, Any]) -> None:
    """Write a table, if that is possible."""
    write_bytes(path, json.dumps(table, separators=(",", ":")).encode())


def read_bytes(path: Path) -> bytes:
    """Read a file; nothing if there is none, or none that can be read."""
    try:
        return read_regular(path, LARGEST_KEPT)
    except OSError:
        return b""


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, if that is possible."""
    ignore = path.with_name(".gitignore")
    with contextlib.suppress(StorageError):
        if not ignore.exists():
            write_atomically(ignore, b"*\n")
        write_atomically(path, content, durable=False)
