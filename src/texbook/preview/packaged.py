"""The files of the page that a browser loads, as they are packaged with texbook."""

from __future__ import annotations

import re
from pathlib import Path

ASSETS = Path(__file__).with_name("assets")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_NAME = re.compile(r"[a-z][a-z0-9-]*\.[a-z]+")


def packaged_files(folder: Path = ASSETS) -> dict[str, tuple[str, bytes]]:
    """Read the files once: type and content by name; no request ever names a file to be opened."""
    return {
        path.name: (_TYPES[path.suffix], path.read_bytes())
        for path in sorted(folder.iterdir())
        if path.suffix in _TYPES
        and _NAME.fullmatch(path.name)
        and path.is_file()
        and not path.is_symlink()
    }
