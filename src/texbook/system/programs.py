"""The programs that a build runs, and what brings those that are missing."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from texbook.base.errors import MissingToolError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGES = {
    # program: (Debian package, package of TeX Live's own manager)
    "xelatex": ("texlive-xetex", "xetex"),
    "xdvipdfmx": ("texlive-binaries", "dvipdfmx"),
    "biber": ("biber", "biber"),
    "bibtex": ("texlive-binaries", "bibtex"),
    "makeindex": ("texlive-binaries", "makeindex"),
    "kpsewhich": ("texlive-binaries", "kpathsea"),
    "pygmentize": ("python3-pygments", None),
}


def find_program(name: str, environment: Mapping[str, str]) -> str:
    """Find a program on the ``PATH`` of an environment; give its absolute path.

    Raises:
        MissingToolError: naming the Debian package and the TeX Live package that bring it.
    """
    path = shutil.which(name, path=environment.get("PATH", os.defpath))
    if path is None:
        raise MissingToolError(f'the program "{name}" is not installed', hints=_hints(name))
    return os.path.abspath(path)  # noqa: PTH100  (links stay: TeX looks at the name it is called by)


def _hints(name: str) -> tuple[str, ...]:
    if name not in _PACKAGES:
        return (f'install it, or put the folder that holds "{name}" on the PATH',)
    debian, tlmgr = _PACKAGES[name]
    hints = [f'on Debian or Ubuntu: "sudo apt-get install {debian}"']
    if tlmgr is not None:
        hints.append(f'with TeX Live\'s own manager: "tlmgr install {tlmgr}"')
    return tuple(hints)
