"""Secrets that are planted for attacks, and the search for them in all that came out."""

from __future__ import annotations

import base64
import contextlib
import gzip
import io
import re
import zlib
from typing import TYPE_CHECKING

from pypdf import PdfReader
from pypdf.errors import PyPdfError

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LENGTH = 17
"""Letters of a canary: as many as the name of the font has that carries one."""
_LETTERS = "bcdghjkmnpqrsvwxz"
"""No vowels, so that no word is hit by chance; and nothing that fonts join to ligatures."""
_STREAM = re.compile(rb"stream\r?\n")
_SEPARATORS = re.compile(rb"[\x00-\x20\x7f\xad-]|\xc2\xad|\xef\xbf\xbd")


def new_canary(randomness: random.Random) -> str:
    """Make a text that stands nowhere else."""
    return "".join(randomness.choices(_LETTERS, k=LENGTH))


def disguises(canary: str) -> dict[str, bytes]:
    """Give the forms in which a text may be carried away, by their names.

    Of the three base64 forms, which depend on what stands before, the outermost letters are left
    out: they hold bits of the neighbours.
    """
    plain = canary.encode()
    forms = {
        "plain": plain,
        "reversed": plain[::-1],
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "utf-16-le": canary.encode("utf-16-le"),
        "utf-16-be": canary.encode("utf-16-be"),
        "hex of utf-16": canary.encode("utf-16-be").hex().encode(),
        "HEX of utf-16": canary.encode("utf-16-be").hex().upper().encode(),
        "base32": base64.b32encode(plain).rstrip(b"=")[:-1],
        "rot13": canary.translate(_ROTATED).encode(),
        "percent": b"".join(b"%%%02x" % byte for byte in plain),
        "octal": b"".join(rb"\%03o" % byte for byte in plain),
    }
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + plain).rstrip(b"=")
        forms[f"base64 at {offset}"] = encoded[4 if offset else 0 : -1]
    return forms


_ROTATED = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")


def find_canaries(secrets: Mapping[str, str], places: Mapping[str, bytes]) -> list[str]:
    """Say which secrets stand in which places, and in which form.

    Args:
        secrets: canaries by the names of where they were planted.
        places: what came out, by names.
    """
    found = []
    for place, content in places.items():
        views = [view for text in unpacked(content) for view in (text, _SEPARATORS.sub(b"", text))]
        for owner, secret in secrets.items():
            for form, needle in disguises(secret).items():
                if any(needle in view for view in views):
                    found.append(f"the secret of {owner} is in {place} ({form})")
                    break
    return found


def unpacked(content: bytes) -> Iterator[bytes]:
    """Give a content, and what is packed in it: gzip, the streams and the text of a PDF."""
    yield content
    if content.startswith(b"\x1f\x8b"):
        with contextlib.suppress(OSError, EOFError, zlib.error):
            yield gzip.decompress(content)
    if content.startswith(b"%PDF"):
        yield from inflated_streams(content)
        yield pdf_text(content).encode("utf-8", "replace")


def inflated_streams(pdf: bytes) -> Iterator[bytes]:
    """Give all streams of a PDF that zlib has packed, whether anything refers to them or not."""
    for found in _STREAM.finditer(pdf):
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(pdf[found.end() :])


def pdf_text(pdf: bytes) -> str:
    """Give the text on the pages of a PDF; none of one that cannot be read."""
    try:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def contents(folder: Path, prefix: str) -> dict[str, bytes]:
    """Read all files below a folder, by their names with a prefix; links are not followed."""
    return {
        f"{prefix}/{path.relative_to(folder)}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
