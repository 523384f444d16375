r"""Which of the book's files TeX may find where a text names one.

TeX takes the first file that fits: ``\includegraphics{x}`` shows ``x.png`` until there is an
``x.pdf`` (xetex.def), and ``\InputIfFileExists{x}`` prints nothing until there is an ``x.tex``.
So a file that is new, or gone, concerns whoever names it, though nobody has read it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from posixpath import basename, splitext
from typing import TYPE_CHECKING

from texbook.build.tree import CANDIDATES, suffix

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAME = re.compile(r"[^\s\\{}\[\]()%#&$\"~^,;=|<>]+")
_ENDS = ".:!?'`"
_JOB_NAME = r"\jobname"


class FindableFiles:
    """Files of the book by what a text can call them.

    That is the last part of a path, with its ending or without.
    """

    def __init__(self, names: Iterable[str], job: str) -> None:
        """Sort the files of a book.

        Args:
            names: the paths of its files; those that TeX cannot take for others are left out.
            job: the name of the job, by which a text can call a file without naming it.
        """
        called: defaultdict[str, set[str]] = defaultdict(set)
        for name in names:
            last = basename(name)
            if suffix(last) not in CANDIDATES:
                continue
            stem = splitext(last)[0]
            called[last].add(name)
            called[stem].add(name)
            if stem.startswith(job):
                called[_JOB_NAME].add(name)
        self._called: Mapping[str, set[str]] = called
        self._odd = tuple(word for word in called if not _NAME.fullmatch(word))

    def named_in(self, texts: Iterable[str], asked: Iterable[str] = ()) -> tuple[str, ...]:
        """Give the files that texts name literally, or that TeX was asked for by name, sorted."""
        found: set[str] = set()
        for text in texts:
            words = (*(_words(text) & self._called.keys()), *filter(text.__contains__, self._odd))
            for word in words:
                found |= self._called[word]
        for name in asked:
            last = basename(name)
            for word in (last, f"{last}.tex"):
                found |= self._called.get(word, set())
        return tuple(sorted(found))


@lru_cache(maxsize=1024)
def _words(text: str) -> frozenset[str]:
    words = {basename(word.rstrip(_ENDS)) for word in _NAME.findall(text)}
    return frozenset(words)
