"""The experiments of a book: scripts with ``results()`` beside a question of the same stem."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.errors import UsageError
from texbook.base.regular import read_regular
from texbook.base.results import RESULTS_SUFFIX
from texbook.project import TEMPLATE_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from texbook.project import Project

IMAGES = "images"
"""The folder of the book in which figures stand."""

_DEFINES_RESULTS = re.compile(rb"(?m)^def[ \t]+results\b")
_DEFINES_FIGURE = re.compile(rb"(?m)^def[ \t]+figure\b")
_ENDINGS = (RESULTS_SUFFIX, TEMPLATE_SUFFIX, ".py", ".tex")


@dataclass(frozen=True, slots=True)
class Experiment:
    """A script and what it is for; all paths are absolute.

    Attributes:
        question: the template, or the plain ``.tex`` file, of the same stem.
        results: where the values are stored.
        figure: where the figure stands.
    """

    script: Path
    question: Path
    results: Path
    figure: Path

    @property
    def slug(self) -> str:
        """The stem that script, question, results and figure share."""
        return self.script.name.removesuffix(".py")

    def draws(self, content: bytes) -> bool:
        """Say whether the script, of this content, defines ``figure()``."""
        return _DEFINES_FIGURE.search(content) is not None


def candidates(project: Project) -> tuple[Experiment, ...]:
    """List the scripts and the results files that stand beside a question, sorted by path.

    They are experiments if the script is there and defines ``results()``.
    """
    found = []
    for folder, names in project.walk():
        known = set(names)
        stems = {
            name.removesuffix(ending)
            for name in names
            for ending in (".py", RESULTS_SUFFIX)
            if name.endswith(ending)
        }
        for stem in stems:
            question = next((n for n in (stem + TEMPLATE_SUFFIX, stem + ".tex") if n in known), "")
            if question:
                figure = project.root / IMAGES / f"{stem}.pdf"
                script, results = folder / f"{stem}.py", folder / (stem + RESULTS_SUFFIX)
                found.append(Experiment(script, folder / question, results, figure))
    return tuple(sorted(found, key=lambda item: item.script))


def is_experiment(content: bytes) -> bool:
    r"""Say whether a script, of this content, defines ``results()``.

    >>> is_experiment(b"import numpy\n\ndef results():\n    ...")
    True
    """
    return _DEFINES_RESULTS.search(content) is not None


def read_script(path: Path) -> bytes:
    """Read a script.

    Raises:
        StorageError: when it cannot be read.
    """
    with storage_errors("read", path):
        return read_regular(path)


def find_experiments(project: Project) -> tuple[Experiment, ...]:
    """Find the experiments of a book, sorted by path."""
    return tuple(
        item
        for item in candidates(project)
        if item.script.is_file() and is_experiment(read_script(item.script))
    )


def choose_experiments(
    experiments: Sequence[Experiment], names: Iterable[str], *, folder: Path
) -> tuple[Experiment, ...]:
    """Choose experiments by what a person types.

    Args:
        experiments: those of the book.
        names: each a slug, or the path of the script, its question, its results or a folder.
        folder: where relative paths begin.

    Raises:
        UsageError: when a name fits none, with the closest.
    """
    chosen: set[Experiment] = set()
    for name in names:
        fitting = [item for item in experiments if _fits(item, name, folder)]
        if not fitting:
            raise _unknown(experiments, name, folder)
        chosen.update(fitting)
    return tuple(item for item in experiments if item in chosen)


def _fits(item: Experiment, name: str, folder: Path) -> bool:
    if name == item.slug:
        return True
    path = Path(os.path.normpath(folder / name))
    named = (item.script, item.question, item.results, item.script.with_suffix(""))
    return path in named or (path.is_dir() and item.script.is_relative_to(path))


def _unknown(experiments: Sequence[Experiment], name: str, folder: Path) -> UsageError:
    path = folder / name
    stem = path.name
    for ending in _ENDINGS:
        stem = stem.removesuffix(ending)
    if path.is_file():
        script = path.with_name(f"{stem}.py")
        if not script.is_file():
            why = f'there is no "{script.name}" beside it'
        elif not is_experiment(read_script(script)):
            why = f'"{script.name}" does not define results()'
        else:
            why = f'no question "{stem}{TEMPLATE_SUFFIX}" or "{stem}.tex" stands beside it'
        return UsageError(f'"{name}" has no experiment', hints=(why,))
    import difflib  # noqa: PLC0415  (start-up time)

    slugs = [item.slug for item in experiments]
    close = difflib.get_close_matches(stem, slugs, n=1)
    close = close or [slug for slug in slugs if stem and stem in slug]
    hint = f'did you mean "{close[0]}"?' if close else _listed(slugs)
    return UsageError(f'there is no experiment "{name}"', hints=(hint,))


def _listed(slugs: Sequence[str]) -> str:
    if not slugs:
        return 'an experiment is a script with "def results():" beside a question of the same name'
    more = f" and {len(slugs) - 8} more" if len(slugs) > 8 else ""  # noqa: PLR2004
    return "there are " + ", ".join(f'"{slug}"' for slug in slugs[:8]) + more
