"""Which package of Debian, and which of TeX Live, brings a file that TeX looks for.

`packages.dat` beside this module holds what Debian 12 says of its own packages, as made by
`tools/package_table.py`: zlib over lines, one ``=DEBIAN TEXLIVE`` (``-`` for none) before the names
of its files. It is read when it is asked for, in about 5 ms.
"""

from __future__ import annotations

import re
import sys
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("packages.dat")

_STYLE = (
    rb"(?:\d\d)?[-_ ]*(?:regular|roman|book|r|text|normal|medium|light|bold|italic|variable|vf)?"
)
_UPRIGHT = re.compile(rb"(?:regular|roman|book|[-_]r)\.", re.IGNORECASE)
_FONT_FILES = {
    # Families whose files are not called after them: family -> its upright.
    "latinmodernroman": "lmroman10-regular.otf",
    "latinmodernsans": "lmsans10-regular.otf",
    "latinmodernmono": "lmmono10-regular.otf",
    "linuxlibertineo": "LinLibertine_R.otf",
    "linuxbiolinumo": "LinBiolinum_R.otf",
    "cmuserif": "cmunrm.otf",
    "cmusansserif": "cmunss.otf",
    "cmutypewritertext": "cmuntt.otf",
    "newcomputermodern": "NewCM10-Regular.otf",
    "newcomputermodern10": "NewCM10-Regular.otf",
    "newcomputermodernmath": "NewCMMath-Regular.otf",
    "notoserifcjksc": "NotoSerifCJK-Regular.ttc",
    "notoserifcjkjp": "NotoSerifCJK-Regular.ttc",
    "notosanscjksc": "NotoSansCJK-Regular.ttc",
    "notosanscjkjp": "NotoSansCJK-Regular.ttc",
}


@dataclass(frozen=True, slots=True)
class PackageNames:
    """What brings a missing piece, by the name that each package manager has for it.

    Attributes:
        debian: the package of Debian and Ubuntu.
        tlmgr: the package of TeX Live's own manager.
        brew: what follows ``brew install`` on macOS.
    """

    debian: str | None = None
    tlmgr: str | None = None
    brew: str | None = None

    @property
    def hints(self) -> tuple[str, ...]:
        """The commands that bring it on this kind of system, each a sentence for a finding."""
        return self.hints_on(sys.platform)

    def hints_on(self, platform: str) -> tuple[str, ...]:
        """Give the commands for a system, named as in `sys.platform`."""
        hints = []
        if self.debian and platform != "darwin":
            hints.append(f'on Debian or Ubuntu: "sudo apt-get install {self.debian}"')
        if self.brew and platform == "darwin":
            hints.append(f'with Homebrew: "brew install {self.brew}"')
        if self.tlmgr:
            hints.append(f'with TeX Live\'s own manager: "tlmgr install {self.tlmgr}"')
        return tuple(hints)


def find_package(file_name: str) -> PackageNames | None:
    """Find what brings a file, by its name without folders; None if it is in no package known here.

    >>> find_package("siunitx.sty")
    PackageNames(debian='texlive-science', tlmgr='siunitx', brew=None)
    """
    table = _table()
    place = table.find(b"\n" + file_name.encode(errors="replace") + b"\n")
    # A name with a line end or "=" in it would look like the table's own lines.
    if place < 0 or "\n" in file_name or file_name.startswith("=") or not file_name:
        return None
    start = table.rfind(b"\n=", 0, place + 1) + 2
    debian, tlmgr = table[start : table.index(b"\n", start)].decode().split(" ")
    return PackageNames(debian, None if tlmgr == "-" else tlmgr)


def find_font_package(family: str) -> PackageNames | None:
    """Find what brings a family of fonts, by the name that fontspec or the system has for it.

    The table knows files, so the family is looked for in their names: "TeX Gyre Pagella" is in
    ``texgyrepagella-regular.otf``.

    >>> find_font_package("TeX Gyre Pagella")
    PackageNames(debian='fonts-texgyre', tlmgr='tex-gyre', brew=None)
    """
    words = re.findall(r"[a-z0-9]+", family.lower())
    if not words:
        return None
    known = _FONT_FILES.get("".join(words))
    if known is not None:
        return find_package(known)
    stem = rb"[-_ ]*".join(word.encode() for word in words)
    pattern = rb"^" + stem + _STYLE + rb"\.(?:otf|ttf|ttc)$"
    files = re.findall(pattern, _table(), re.IGNORECASE | re.MULTILINE)
    # The regular style first; two packages may bring a family under different names of files.
    files.sort(key=lambda name: (not _UPRIGHT.search(name), len(name)))
    found = [package for name in files if (package := find_package(name.decode())) is not None]
    if not found:
        return None
    tlmgr = next((package.tlmgr for package in found if package.tlmgr), None)
    return PackageNames(found[0].debian, tlmgr)


@cache
def _table() -> bytes:
    return zlib.decompress(_TABLE.read_bytes())
