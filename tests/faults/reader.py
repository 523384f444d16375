"""A program that reads a PDF again and again while somebody replaces it.

It prints ``ready``, and one line for each reading that differs from the one before, ``12 version
3``: pages, and the version that the text names; or ``bad`` and what was wrong. When its standard
input is closed it prints ``readings`` and their number, and ends.
"""

from __future__ import annotations

import io
import os
import re
import sys
import threading
from pathlib import Path

from pypdf import PdfReader

_VERSION = re.compile(r"(?i)version\s+(\d+)")


def seen(content: bytes) -> str:
    """Say what a reading shows."""
    if not content.startswith(b"%PDF-"):
        return f"bad header {content[:20]!r}"
    if not content.rstrip().endswith(b"%%EOF"):
        return f"bad end {content[-20:]!r}"
    try:
        reader = PdfReader(io.BytesIO(content), strict=True)
        texts = (page.extract_text() for page in reader.pages)
        named = next(filter(None, map(_VERSION.search, texts)), None)
        count = len(reader.pages)
    except Exception as error:  # noqa: BLE001  (whatever is wrong with the PDF is told)
        return f"bad {type(error).__name__}: {error}"
    return f"bad text on {count} pages" if named is None else f"{count} version {named[1]}"


def read_whole(path: Path) -> bytes:
    """Read as a viewer does that opens the file anew."""
    return path.read_bytes()


def read_held(path: Path) -> bytes:
    """Read the first half, look away until the file is replaced, read the rest."""
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        first = stream.read(size // 2)
        mine = os.fstat(stream.fileno()).st_ino
        while path.stat().st_ino == mine and not _ended.wait(0.002):
            pass
        return first + stream.read()


def wait_for_end() -> None:
    """Wait until nobody writes to the standard input any more."""
    sys.stdin.read()
    _ended.set()


_ended = threading.Event()

if __name__ == "__main__":
    read = {"whole": read_whole, "held": read_held}[sys.argv[1]]
    threading.Thread(target=wait_for_end, daemon=True).start()
    print("ready", flush=True)  # noqa: T201  (whoever waits may begin to build)
    before, readings = "", 0
    while not _ended.is_set():
        try:
            now = seen(read(Path(sys.argv[2])))
        except OSError as fault:
            now = f"bad {fault}"
        readings += 1
        if now != before or now.startswith("bad"):
            print(now, flush=True)  # noqa: T201  (its answer)
        before = now
    print(f"readings {readings}")  # noqa: T201
