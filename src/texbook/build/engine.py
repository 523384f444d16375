r"""One run of XeTeX: its command line, its environment, its page counter, and what it left.

Facts of the environment: kpathsea reads every variable of ``texmf.cnf`` from the environment too
(kpathsea manual, "Path sources"). ``MKTEX...=0`` keeps it from calling METAFONT for a font that is
missing, which costs a second a pass and can hang; the three line widths keep the log unwrapped
(``error_line`` may be 255 at most and ``half_error_line`` 15 less, tex.web section 14).
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.build.model import ShellEscape

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.base.progress import Progress

LEFT_OUT = "a shadow was left out"
"""What a light pass writes into the log for each shadow that a full pass would have drawn."""

# All fuzzy shadows of tcolorbox, and the fuzzy halo, are styles that end in ``fuzzy shadow`` with
# five arguments (tcbskins.code.tex); without them boxes keep their sizes. The hook runs when the
# preamble has been read, so the library is there if the document has it.
LIGHT_CODE = (
    r"\ifdefined\AddToHook\AddToHook{begindocument}{\ifdefined\tcbset"
    r"\tcbset{fuzzy shadow/.code n args={5}{\immediate\write-1{texbook: " + LEFT_OUT + r"}}}\fi}\fi"
)


def engine_arguments(
    job: str,
    code: str,
    *,
    shell_escape: ShellEscape,
    keep_going: bool = False,
    synctex: bool = True,
) -> tuple[str, ...]:
    """Give the engine's command line.

    Args:
        job: the job's name, without an ending.
        code: TeX code that ends by reading the main file.
        shell_escape: for the restricted shell neither flag is passed.
        keep_going: go on after an error.
        synctex: write where each piece of a page comes from, unpacked: that takes no time that
            could be measured, where packing took 5 %. The pages stay the same to the byte.
    """
    flags = ["-no-pdf", "-interaction=nonstopmode", "-file-line-error", "-recorder"]
    if not keep_going:
        flags.append("-halt-on-error")
    if synctex:
        flags.append("-synctex=-1")
    if (flag := _SHELL_FLAGS.get(shell_escape)) is not None:
        flags.append(flag)
    return ("xelatex", *flags, f"-jobname={job}", code)


_SHELL_FLAGS = {ShellEscape.FULL: "-shell-escape", ShellEscape.NONE: "-no-shell-escape"}

_SEARCH_PATHS = ("TEXINPUTS", "BIBINPUTS", "BSTINPUTS", "TEXMFHOME", "OSFONTDIR")


def program_environment(root: Path) -> dict[str, str]:
    """Give the environment for all programs of TeX.

    Args:
        root: the book's folder, at which relative search paths begin. What they name inside the
            book is in the working copy too; what they name by ``../`` is not.
    """
    return {
        **os.environ,
        **{name: _outward(os.environ[name], root) for name in _SEARCH_PATHS if name in os.environ},
        "MKTEXTFM": "0",
        "MKTEXPK": "0",
        "MKTEXMF": "0",
        "max_print_line": "1000000",
        "error_line": "254",
        "half_error_line": "238",
    }


def _outward(search_path: str, root: Path) -> str:
    """Make the entries absolute that lead out of the book.

    >>> from pathlib import Path
    >>> _outward("./styles:../shared//:", Path("/home/ann/book"))
    './styles:/home/ann/book/../shared//:'
    """
    entries = search_path.split(os.pathsep)
    return os.pathsep.join(f"{root}/{item}" if item.startswith("..") else item for item in entries)


class PageCounter:
    """Counts the pages that an engine ships, from the ``[12]`` of its output.

    >>> from texbook.base.progress import Silence
    >>> counter = PageCounter(Silence(), None)
    >>> counter.read(b"(./main.tex [1] [")
    >>> counter.read(b"2])")
    >>> counter.pages
    2
    """

    _SHIPPED = re.compile(rb"\[\d+(?=[\]\[.{<\s])")

    def __init__(self, progress: Progress, expected: int | None):
        self._progress = progress
        self._expected = expected
        self._rest = b""
        self.pages = 0

    def read(self, chunk: bytes) -> None:
        """Take the next piece of the output."""
        text = self._rest + chunk
        at = 0
        for found in self._SHIPPED.finditer(text):
            at = found.end()
            self.pages += 1
            self._progress.page(self.pages, self._expected)
        # A "[" and its digits may be cut by the end of the piece.
        cut = text.rfind(b"[", at)
        waits = cut >= 0 and (cut == len(text) - 1 or text[cut + 1 :].isdigit())
        self._rest = text[cut:] if waits else b""


def is_whole_xdv(path: Path) -> bool:
    """Say whether an XDV file was written to its end.

    A DVI file ends with an identification byte (7 for XeTeX) and at least four bytes 223
    (tex.web section 590; xetex.web).
    """
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - 12))
            tail = stream.read()
    except OSError:
        return False
    least = 4
    padding = len(tail) - len(tail.rstrip(b"\xdf"))
    return least <= padding < len(tail) and tail[-padding - 1] in {6, 7}


def check_disk(folder: Path, size: int = 1 << 16) -> None:
    """Try to write where a program has just failed: TeX itself does not look at write errors.

    Raises:
        StorageError: when the disk is full or access is denied.
    """
    path = folder / "texbook-probe"
    with storage_errors("write in", folder):
        try:
            with path.open("wb") as stream:
                stream.write(b"\0" * size)
                stream.flush()
                os.fsync(stream.fileno())
        finally:
            path.unlink(missing_ok=True)
