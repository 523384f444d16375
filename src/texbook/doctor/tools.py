"""The programs beside TeX, only those that the book needs: bibliography, index, listings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.errors import MissingToolError
from texbook.doctor.check import Check, Verdict
from texbook.doctor.engine import missing_program, program_check
from texbook.doctor.surroundings import version_in
from texbook.system.programs import program_package

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from texbook.doctor.needs import Needs
    from texbook.doctor.surroundings import Surroundings

GROUP = "Bibliography, index, listings"

_BIBLATEX = re.compile(r"\\def\\abx@version\{([^{}]*)\}")
_MINTED = re.compile(r"\\ProvidesPackage\{minted\}\s*\[[^\]]*?v([\d.]+)")
# What a build sorts with makeindex: an index, and the lists of the package glossaries.
_SORTED = ("makeindex", "makeglossaries")
_BACKENDS = frozenset({"biber", "bibtex", "bibtex8", "bibtexu"})
"""What biblatex takes for ``backend`` (its manual, 3.1.2.1); a book may name any program there."""
# biber's manual, "Compatibility": since biber 2.7, biber 2.N reads what biblatex 3.N writes.
_PAIRED_SINCE = 7


def check_tools(
    around: Surroundings, main: Path, needs: Needs, found: Mapping[str, Path], pygments: str
) -> list[Check]:
    """Check what the book needs besides TeX.

    Args:
        around: where to look.
        main: the main file.
        needs: what the book needs.
        found: the place of the files of TeX that are there.
        pygments: the version of Pygments that texbook highlights with; empty if there is none.
    """
    return [
        *_check_bibliography(around, main, needs, found),
        *_check_index(around, needs),
        *_check_minted(around, needs, found, pygments),
    ]


def _check_bibliography(
    around: Surroundings, main: Path, needs: Needs, found: Mapping[str, Path]
) -> list[Check]:
    backend = "biber" if needs.biblatex is None else needs.biblatex.get("backend", "biber")
    if backend not in _BACKENDS:
        return []
    if needs.biblatex is not None and backend == "biber":
        version = _text_version(found.get("biblatex.sty"), _BIBLATEX)
        check = _check_biber(around, version)
    elif needs.biblatex is not None or "bibliography" in needs.words:
        program = backend if needs.biblatex is not None else "bibtex"
        check = program_check(around, GROUP, program, r"BibTeX\w* \(?([\d.]+\w*)|BibTeX (\S+)")
    else:
        return []
    if check.verdict is Verdict.FAULT and _is_supplied(main):
        words = f"{check.detail}; {main.stem}.bbl serves as long as it is there"
        return [Check(GROUP, check.what, words, Verdict.NOTE, check.packages, check.hints)]
    return [check]


def _is_supplied(main: Path) -> bool:
    """Whether the author gives the finished bibliography and no ``.bib`` file to make it from."""
    return main.with_suffix(".bbl").is_file() and not any(main.parent.glob("*.bib"))


def _check_biber(around: Surroundings, biblatex: str) -> Check:
    check = program_check(around, GROUP, "biber", r"version: (\S+)")
    biber, wanted = version_in(check.detail), version_in(biblatex)
    if check.verdict is not Verdict.GOOD or len(biber) < 2 or len(wanted) < 2:  # noqa: PLR2004
        return check
    words = f"{check.detail}, for biblatex {biblatex}"
    if (biber[0], wanted[0]) != (2, 3) or biber[1] < _PAIRED_SINCE or biber[1] == wanted[1]:
        return Check(GROUP, "biber", words)
    words = f"{check.detail} does not go with biblatex {biblatex}, which needs biber 2.{wanted[1]}"
    hints = ("take both from one distribution: a biber from elsewhere comes first on the PATH",)
    return Check(GROUP, "biber", words, Verdict.FAULT, program_package("biber"), hints)


def _check_index(around: Surroundings, needs: Needs) -> list[Check]:
    if needs.words.isdisjoint(_SORTED) and not needs.has("imakeidx.sty"):
        return []
    try:
        # It has no option for its version, but tells it when it makes the index of nothing.
        reply = around.ask("makeindex")
    except MissingToolError:
        return [missing_program(GROUP, "makeindex")]
    version = re.search(r"makeindex, version (\S+)", reply.text)
    if version is None:
        return [Check(GROUP, "makeindex", f"fails: {reply.last_words}", Verdict.FAULT)]
    return [Check(GROUP, "makeindex", version[1])]


def _check_minted(
    around: Surroundings, needs: Needs, found: Mapping[str, Path], pygments: str
) -> list[Check]:
    if not needs.has("minted.sty") or "minted.sty" not in found:
        return []
    version = _text_version(found["minted.sty"], _MINTED)
    listings = Check(GROUP, "minted", f"v{version}, highlighted by texbook (Pygments {pygments})")
    if version_in(version + ".0")[:1] != (3,):
        return [listings]
    checks = [Check(GROUP, "minted", f"v{version}, highlighted by latexminted")]
    checks.append(program_check(around, GROUP, "latexminted", r"(\d+(?:\.\d+)+)"))
    shell = around.values("shell_escape", "shell_escape_commands")
    trusted = shell.get("shell_escape_commands", "").split(",")
    if shell.get("shell_escape") == "f" or (shell and "latexminted" not in trusted):
        words = "is not on the list of programs that TeX may run (texmf.cnf, shell_escape_commands)"
        hints = ("add it to that list, or build with --shell-escape",)
        checks.append(Check(GROUP, "latexminted", words, Verdict.FAULT, hints=hints))
    return checks


def _text_version(path: Path | None, pattern: re.Pattern[str]) -> str:
    """Read a version from the head of a package's file."""
    if path is None:
        return ""
    try:
        with path.open("rb") as stream:
            head = stream.read(1 << 14).decode("utf-8", "replace")
    except OSError:
        return ""
    found = pattern.search(head)
    return found[1] if found else ""
