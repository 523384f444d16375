"""Row 8: each limit of the build that a book may set is hit, and named with its key."""

from __future__ import annotations

import random
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.trials import Trials

FONTS = (
    "\\newcount\\n\\loop\\advance\\n1 \\expandafter\\font\\csname f\\the\\n\\endcsname="
    '"[lmroman10-regular.otf]:letterspace=\\the\\n" at 10pt '
    "\\csname f\\the\\n\\endcsname\\setbox0\\hbox{x}\\ifnum\\n<9000\\repeat"
)
GRAPHICS = "\\usepackage{graphicx}\n"
PICTURE = "\\includegraphics[width=1cm]{big.png}"


@dataclass(frozen=True)
class Case:
    """A book that hits a limit.

    Attributes:
        limit: as ``texbook.toml`` sets it.
        words: what must be said.
        side: of a picture, in dots; 0 for none.
    """

    body: str
    limit: str
    words: tuple[str, ...]
    preamble: str = ""
    side: int = 0


SHORT = {
    "processor time": Case(
        "\\def\\x{\\x}\\x",
        "cpu-seconds = 1",
        ("the engine", "1 second of processor time", "main.tex"),
    ),
    "memory, at the start": Case("x", "memory-megabytes = 256", ("the engine", "256 MB of memory")),
    "words on the terminal": Case(
        # 4 MB: a limit that the key does not set would not be hit.
        f"\\newcount\\n\\loop\\typeout{{{'again' * 14}}}\\advance\\n1 \\ifnum\\n<60000\\repeat",
        "terminal-megabytes = 1",
        ("the engine", "1 MB on the terminal", "main.tex:3"),
    ),
    "a large PDF": Case(
        PICTURE, "output-megabytes = 1", ("xdvipdfmx", "1 MB for one file"), GRAPHICS, side=700
    ),
}
CASES = {
    **SHORT,
    "memory, of which XeTeX says that a font is missing": Case(
        FONTS, "memory-megabytes = 600", ("the engine", "600 MB of memory", "main.tex")
    ),
    "memory, for a large picture": Case(
        PICTURE, "memory-megabytes = 450", ("xdvipdfmx", "450 MB of memory"), GRAPHICS, side=10_000
    ),
}


def write_picture(path: Path, side: int) -> None:
    """Write a square PNG of four bytes a dot: the small one of noise, the large one empty."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    noise = random.Random(8)
    packer = zlib.compressobj(1)
    row = bytes(4 * side)
    rows = b"".join(
        packer.compress(b"\0" + (noise.randbytes(4 * side) if side < 1000 else row))
        for _ in range(side)
    )
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0))
    data = chunk(b"IDAT", rows + packer.flush())
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b""))


@pytest.mark.tex
def test_each_limit_is_hit_and_named(trials: Trials, times: Callable[[int, int], int]) -> None:
    for name, case in (SHORT if times(0, 1) == 0 else CASES).items():
        with trials.attempt(name) as place:
            place.put("texbook.toml", f"[build]\n{case.limit}\n")
            place.document(case.body, case.preamble)
            place.keep_old_pdf()
            if case.side:
                write_picture(place.root / "big.png", case.side)
            answer = place.texbook("build")
            said = answer.out + answer.err
            assert answer.status == 4, said
            for word in ("was stopped at its limit of", *case.words):
                assert word in said, said
            assert f'raise "{case.limit.split()[0]}" in the table [build]' in said, said
            assert (place.root / "main.pdf").read_bytes() == place.OLD_PDF
    trials.end("row 8: limits of processor time, memory, files and words hit and named:")
