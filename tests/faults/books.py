"""Books in versions: what is edited between two builds is the number of a version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PREAMBLE = r"""\documentclass[11pt,a5paper,oneside]{book}
\usepackage[margin=18mm]{geometry}
\usepackage{amsmath}
\usepackage{makeidx}
\makeindex
\usepackage[backend=biber,style=authoryear]{biblatex}
\addbibresource{sources.bib}
\suppressfontnotfounderror=1 % hyperref loads one that not every machine has, for boxed links
\usepackage[colorlinks]{hyperref}
\usepackage{cleveref}
"""
_LISTING = r"""\begin{minted}{python}
version = %d
\end{minted}
"""
_PARAGRAPH = r"""The clock of the harbour is slow, and nobody minds: ships wait for water and not
for hours. A table of tides was nailed to the door, and whoever could read it told the others. When
the moon and the sun pull along one line, the water comes high; when they pull across each other, it
stays away from the upper steps, and the children may walk to the rock and back.
"""
_SMALL = r"""\documentclass{article}
\begin{document}
\tableofcontents
"""


@dataclass(frozen=True, slots=True)
class BookKind:
    """How large a book is, and what it is made of.

    Attributes:
        name: for the ids of tests.
        chapters: of the large kind, which has a bibliography, an index, clever references and a
            template. A book without any is a small article, which takes a second.
        verb: how a chapter is read: with ``include`` the book is typeset in chunks, with ``input``
            in one run, and has listings.
    """

    name: str
    chapters: int = 0
    verb: str = "include"

    def write(self, root: Path, version: int) -> None:
        """Write the sources of a version; files that are the same in both are left alone."""
        for name, text in self._files(version).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")

    def sources(self) -> set[str]:
        """Name all files of the book."""
        return set(self._files(0))

    def _files(self, version: int) -> dict[str, str]:
        return self._large(version) if self.chapters else _small(version)

    def _large(self, version: int) -> dict[str, str]:
        names = [f"chapters/c{number}" for number in range(1, self.chapters + 1)]
        files = {
            f"{name}.tex": _chapter(number, self.chapters, version)
            for number, name in enumerate(names, start=1)
        }
        files["tides.j2.tex"] = _template(version)
        files["sources.bib"] = "".join(_entry(number) for number in range(1, self.chapters + 4))
        reads = "".join(f"\\{self.verb}{{{name}}}\n" for name in (*names, "tides"))
        listing = _LISTING % version if self.verb == "input" else ""
        packages = "\\usepackage{minted}\n" if listing else ""
        files["main.tex"] = (
            f"{_PREAMBLE}{packages}\\begin{{document}}\n\\tableofcontents\n{reads}{listing}"
            "\\printbibliography\n\\printindex\n\\end{document}\n"
        )
        return files


TINY = BookKind("tiny")
CHAPTERS = BookKind("chapters", 8)
ONE_RUN = BookKind("one-run", 4, "input")


def pages_added(version: int) -> int:
    """Say by how many pages a version is longer than the shortest."""
    return version % 3


def _small(version: int) -> dict[str, str]:
    more = "\\newpage one page more\n" * pages_added(version)
    return {
        "main.tex": f"{_SMALL}\\section{{Version {version}}}\nSee~\\ref{{last}} on page~"
        f"\\pageref{{last}}.\n{more}\\newpage\n\\section{{The last}}\\label{{last}}\n"
        "The end.\n\\end{document}\n"
    }


def _chapter(number: int, count: int, version: int) -> str:
    """Write a chapter; each version changes one of them, by its length, labels and citations."""
    edited = number == 1 + version % count
    lines = [f"\\chapter{{Tides, Part {number}}}\\label{{ch:{number}}}"]
    if edited:
        lines.append(f"This is version {version}, after \\textcite{{work{number + 3}}}.")
        lines.append(f"\\section{{Added in version {version}}}\\index{{version!{version}}}")
        lines.append(f"What version {version} has to say.")
        lines += ["\\newpage one page more"] * pages_added(version)
    for part in range(1, 4):
        other = 1 + (number + part) % count
        lines.append(f"\\section{{Water {number}.{part}}}\\label{{sec:{number}-{part}}}")
        lines.append(f"See \\cref{{ch:{other},sec:{other}-1}} on \\cpageref{{ch:{other}}}")
        lines.append(f"and \\textcite{{work{number}}}.\\index{{tide!{part}}}\\index{{water}}")
        lines.append(f"\\begin{{equation}}\\label{{eq:{number}-{part}}} h = \\sin {part}t")
        lines.append(f"\\end{{equation}}\n{_PARAGRAPH}\n{_PARAGRAPH}")
    return "\n".join(lines) + "\n"


def _template(version: int) -> str:
    return (
        "\\chapter{Computed}\\label{ch:computed}\n"
        "%% for hour in range(4)\n"
        f"At hour \\VAR{{hour}} the water stands at \\VAR{{hour * {version + 2}}} feet,\n"
        "see \\cref{eq:1-1}.\n"
        "%% endfor\n"
    )


def _entry(number: int) -> str:
    return (
        f"@book{{work{number}, author = {{Sailor, S. {chr(64 + number)}.}}, "
        f"title = {{Tide Tables, Volume {number}}}, year = {{{1900 + number}}}, "
        "publisher = {Harbour Press}, location = {Nowhere}}\n"
    )
