#!/usr/bin/env python3
"""Make src/texbook/system/packages.dat: which package brings a file that TeX looks for.

For the developers of texbook, once for a release of Debian; needs apt-get and the network::

    python tools/package_table.py [RELEASE]        # bookworm, if not said

It reads what a release says of itself, by apt-get with lists in a folder of their own. The lists
of the machine are not touched, and nothing is installed:

* ``Contents-all``: which Debian package holds which file;
* the descriptions of the packages texlive-*, which name the packages of TeX Live in them.

TeX Live's own name of a file's package is the first folder below ``tex/latex``, ``bibtex/bst`` or
``fonts/opentype/SUPPLIER`` that such a description names; else the file's own name, if one names
that. For 6,639 packages, classes and definitions this was compared with the list of 2015 that
texdoc ships: it gave the same but for 181, where that list is older than the package. The table
holds facts only. Its form is told by src/texbook/system/packages.py.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path, PurePosixPath

APT = "/usr/bin/apt-get"
TABLE = Path(__file__).parent.parent / "src" / "texbook" / "system" / "packages.dat"


def _words(text: str) -> list[str]:
    return text.split()


WANTED = frozenset(
    _words(
        "sty cls clo def cfg fd ldf tex tikz dict trsl mld bst bbx cbx lbx dbx ist gst"
        " otf ttf ttc tec map enc tfm pfb"
    )
)
FONTS = frozenset(("otf", "ttf", "ttc"))
# There are 71,000 metrics. Kept are those that XeLaTeX may ask for by itself: the 35 fonts of
# PostScript, and Computer Modern in its encodings.
METRICS_OF = frozenset(
    ("texlive-base", "texlive-latex-base", "texlive-fonts-recommended", "cm-super")
)
# Trees for other formats and engines, which hold copies of files under the same names.
OTHER_FORMATS = frozenset(
    _words(
        "latex-dev context optex csplain cslatex lambda platex uplatex ptex uptex fontinst texsis"
        " xmltex psizzl lollipop mex startex jadetex amstex hitex eplain mltex lualatex-dev"
        " latex209"
    )
)
NOT_FOR_LATEX = frozenset(("context", "context-modules", "jtex-base", "ptex-base", "jadetex"))
# Of several packages with a file of one name, the first of these is told.
PREFERRED = _words(
    "texlive-base texlive-latex-base texlive-latex-recommended texlive-pictures texlive-xetex"
    " texlive-plain-generic texlive-fonts-recommended fonts-lmodern fonts-texgyre"
    " fonts-texgyre-math texlive-bibtex-extra texlive-latex-extra texlive-science"
    " texlive-publishers texlive-humanities texlive-luatex texlive-pstricks texlive-lang-english"
    " texlive-lang-european texlive-lang-german texlive-lang-french texlive-fonts-extra"
)
# Packages of TeX Live that Debian has in packages of their own, without such a description.
ELSEWHERE = _words(
    "lm lm-math tex-gyre tex-gyre-math tipa preview cm-super latex-cjk-common cjk dejavu"
)
# Folders that are not called as their package.
FOLDERS = {
    "tex/latex/base": "latex",
    "tex/latex/config": "latexconfig",
    "fonts/misc/xetex": "xetex",
}


def lists_of(release: str, folder: Path) -> dict[str, str]:
    """Fetch a release's lists into an empty folder; give their text by kind."""
    (folder / "lists" / "partial").mkdir(parents=True)
    (folder / "sources.list").write_text(f"deb http://deb.debian.org/debian {release} main\n")
    targets = "Acquire::IndexTargets::deb::Contents-all::"
    settings = {
        "Dir::Etc::SourceList": folder / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder,
        "Acquire::Languages": "en",
        targets + "MetaKey": "$(COMPONENT)/Contents-all",
        targets + "ShortDescription": "Contents-all",
        targets + "Description": "$(RELEASE) contents",
    }
    options = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]
    subprocess.run([APT, "update", *options], check=True, stdout=subprocess.DEVNULL)
    texts = {}
    for kind in ("Contents-all", "Translations"):
        form = ["--format", "$(FILENAME)", f"Created-By: {kind}"]
        found = _output([APT, "indextargets", *options, *form]).split()
        texts[kind] = _output(["/usr/lib/apt/apt-helper", "cat-file", *found])
    return texts


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def names_of_tex_live(translations: str) -> dict[str, str]:
    """Give TeX Live's names of its packages, by their names in lower case."""
    found = {name: name for name in ELSEWHERE}
    for entry in translations.split("\n\n"):
        if entry.startswith("Package: texlive-"):
            found |= {
                name.lower(): name for name in re.findall(r"^ (\S+) -- ", entry, re.MULTILINE)
            }
    return found


def tex_live_name(path: PurePosixPath, names: dict[str, str]) -> str | None:
    """Give the package of TeX Live for a path below texmf-dist, or None."""
    for folder, name in FOLDERS.items():
        if path.is_relative_to(folder):
            return name
    kind, *rest = path.parts[:-1]
    below = rest[2:] if kind == "fonts" else rest[1:]
    for part in (*below, *rest[1:2], path.stem.partition(".")[0]):
        if part.lower() in names:
            return names[part.lower()]
    return None


def rows(contents: str, names: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Give (Debian package, package of TeX Live or "-") for each name of a file."""
    debian: dict[str, set[str]] = {}
    live: dict[str, str] = {}
    for line in contents.splitlines():
        place, _, holders = line.rpartition(" ")
        path = PurePosixPath(place.rstrip())
        if path.suffix[1:] not in WANTED or " " in path.name:
            continue
        match = re.match(
            r"usr/share/(?:texlive/texmf-dist|texmf)/((?:tex|fonts|bibtex|makeindex)/.+)", str(path)
        )
        if match is None and not (
            place.startswith("usr/share/fonts/") and path.suffix[1:] in FONTS
        ):
            continue
        packages = {holder.rpartition("/")[2] for holder in holders.split(",")} - NOT_FOR_LATEX
        if not packages:
            continue
        if match is not None:
            below = PurePosixPath(match[1])
            if below.parts[0] == "tex" and below.parts[1] in OTHER_FORMATS:
                continue
            if path.suffix in (".tfm", ".pfb", ".enc", ".map") and not packages & METRICS_OF:
                continue
            name = tex_live_name(below, names)
            if name and (path.name not in live or name == path.stem):
                live[path.name] = name
        # Links to the files of the packages fonts-*, which are wanted in their place.
        debian.setdefault(path.name, set()).update(packages - {"texlive-fonts-extra-links"})
    return {
        name: (min(holders, key=lambda package: _rank(package, name)), live.get(name, "-"))
        for name, holders in debian.items()
        if holders
    }


def _rank(package: str, name: str) -> tuple[int, int, str]:
    is_font = name.rpartition(".")[2] in FONTS
    if is_font and package.startswith("fonts-"):
        return (0, len(package), package)
    place = PREFERRED.index(package) if package in PREFERRED else len(PREFERRED)
    return (1 + place, len(package), package)


def table(found: dict[str, tuple[str, str]]) -> bytes:
    """Give the table's bytes: a line ``=DEBIAN TEXLIVE``, then a line for each of its files."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name, key in found.items():
        groups.setdefault(key, []).append(name)
    lines = []
    for (debian, live), files in sorted(groups.items()):
        lines += [
            f"={debian} {live}",
            *sorted(files, key=lambda name: (name.rpartition(".")[2], name)),
        ]
    return "\n".join(["", *lines, ""]).encode()


def main() -> None:
    """Write the table."""
    release = sys.argv[1] if len(sys.argv) > 1 else "bookworm"
    with tempfile.TemporaryDirectory() as folder:
        texts = lists_of(release, Path(folder))
    found = rows(texts["Contents-all"], names_of_tex_live(texts["Translations"]))
    TABLE.write_bytes(zlib.compress(table(found), 9))
    print(f"{TABLE.name}: {len(found)} files of {release}, {TABLE.stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
