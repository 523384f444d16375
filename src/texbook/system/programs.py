"""The programs that a build runs, and what brings those that are missing."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from texbook.base.errors import MissingToolError
from texbook.system.packages import PackageNames

if TYPE_CHECKING:
    from collections.abc import Mapping

# Homebrew has TeX Live as casks of MacTeX; the small one has XeLaTeX, but not biber.
_MACTEX = "--cask basictex"
_PACKAGES = {
    "xelatex": PackageNames("texlive-xetex", "xetex", _MACTEX),
    "xdvipdfmx": PackageNames("texlive-binaries", "dvipdfmx", _MACTEX),
    "biber": PackageNames("biber", "biber"),
    "bibtex": PackageNames("texlive-binaries", "bibtex", _MACTEX),
    "makeindex": PackageNames("texlive-binaries", "makeindex", _MACTEX),
    "synctex": PackageNames("texlive-binaries", "synctex", _MACTEX),
    "kpsewhich": PackageNames("texlive-binaries", "kpathsea", _MACTEX),
    "pygmentize": PackageNames("python3-pygments", None, "pygments"),
    "latexminted": PackageNames(None, "latexminted"),
    "fc-list": PackageNames("fontconfig", None, "fontconfig"),
    "pdftoppm": PackageNames("poppler-utils", None, "poppler"),
    "bwrap": PackageNames("bubblewrap"),
}


def find_program(name: str, environment: Mapping[str, str]) -> str:
    """Find a program on the ``PATH`` of an environment; give its absolute path.

    Raises:
        MissingToolError: naming the Debian package and the TeX Live package that bring it.
    """
    path = shutil.which(name, path=environment.get("PATH", os.defpath))
    if path is None:
        names = program_package(name)
        hints = names.hints if names is not None else ()
        if not hints:
            hints = (f'install it, or put the folder that holds "{name}" on the PATH',)
        raise MissingToolError(f'the program "{name}" is not installed', hints=hints)
    # Links stay: TeX looks at the name that it is called by.
    return os.path.abspath(path)  # noqa: PTH100


def program_package(name: str) -> PackageNames | None:
    """Give what brings a program; None if it is none of those that texbook runs."""
    return _PACKAGES.get(name)
