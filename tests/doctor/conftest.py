"""A machine of stand-ins: a PATH with fake programs, and a folder that stands for TeX's tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from texbook.doctor.needs import Needs, read_needs
from texbook.doctor.surroundings import Surroundings

if TYPE_CHECKING:
    from pathlib import Path

BANNER = """\
This is XeTeX, Version 3.141592653-2.6-0.999994 (TeX Live 2022/Debian) (preloaded format=xelatex)
 restricted \\\\write18 enabled.
entering extended mode
LaTeX2e <2022-11-01> patch level 1
"""
KPSEWHICH = """\
case "$*" in
  *--version*) echo "kpathsea version 6.3.4"; exit ;;
  *-expand-var*) cat {tree}/variables; exit ;;
esac
missing=0
for name; do
  case $name in
    -*) ;;
    *) if [ -e "{tree}/$name" ]; then echo "{tree}/$name"; else missing=$((missing + 1)); fi ;;
  esac
done
exit $missing
"""


@dataclass(frozen=True)
class Machine:
    """Where the doctor looks in a test."""

    folder: Path

    @property
    def programs(self) -> Path:
        return self.folder / "bin"

    @property
    def tree(self) -> Path:
        return self.folder / "tree"

    @property
    def book(self) -> Path:
        return self.folder / "book"

    @property
    def around(self) -> Surroundings:
        return Surroundings(self.book, {"PATH": f"{self.programs}:/nonexistent"})

    def program(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        path.chmod(0o755)

    def says(self, name: str, text: str, status: int = 0) -> None:
        self.program(name, f"cat <<'END'\n{text}\nEND\nexit {status}")

    def remove(self, name: str) -> None:
        (self.programs / name).unlink()

    def tex(self, name: str, text: str = "") -> None:
        """Put a file into TeX's tree."""
        (self.tree / name).write_text(text)

    def write(self, name: str, text: str) -> Path:
        """Put a file into the book."""
        path = self.book / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def needs(self, text: str) -> Needs:
        return read_needs(self.write("main.tex", text))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path / "m")
    for folder in (made.programs, made.tree, made.book):
        folder.mkdir(parents=True)
    made.program("xelatex", f"cat <<'END'\n{BANNER.replace(chr(92) * 2, chr(92))}END")
    made.says("xdvipdfmx", "This is xdvipdfmx Version 20211117 by the DVIPDFMx project team,")
    made.says("biber", "biber version: 2.18")
    made.says("bibtex", "BibTeX 0.99d (TeX Live 2022/Debian)")
    made.says("makeindex", "This is makeindex, version 2.16 [TeX Live 2022] (kpathsea + Thai).")
    made.says("fc-list", "TeX Gyre Termes\nTeX Gyre Termes,TeX Gyre Termes Bold\nTeXGyreTermes")
    made.program("kpsewhich", KPSEWHICH.format(tree=made.tree))
    made.tex("variables", "p\nbibtex,kpsewhich\n")
    for name in ("article.cls", "lmroman10-regular.otf"):
        made.tex(name)
    return made
