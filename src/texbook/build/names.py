"""Names that TeX can take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePath

_TAKEN = re.compile(r"[\w+=@,:.][\w+=@,:.-]*")
"""Letters of any script, digits, and a few signs.

Measured with XeTeX 0.999994 on 36 names: a quotation mark, ``~``, ``%``, backslash, braces and
doubled spaces end the run or lose the output; so does a leading space. A single space passes, but
TeX then puts quotation marks into ``\\jobname``, and packages write those into file names. The
apostrophe, ``$``, ``&``, ``;``, brackets and the like pass the engine, but not the shells that are
given the job name later (minted 2 makes a command line of it).
"""

_PLAIN = "book"


def safe_job_name(stem: str) -> str:
    r"""Give the job name for a main file: its own stem wherever TeX can take it.

    A document can see its job name (``\jobname``), so the name changes only where it must.

    >>> safe_job_name("main"), safe_job_name("naïve"), safe_job_name("vol.2_b")
    ('main', 'naïve', 'vol.2_b')
    >>> safe_job_name("my book"), safe_job_name("a$b"), safe_job_name("-lead")
    ('my-book', 'a-b', 'lead')
    >>> safe_job_name("%")
    'book'
    """
    if _TAKEN.fullmatch(stem):
        return stem
    plain = re.sub(r"[^\w.]+", "-", stem).strip("-.")
    return plain if plain and _TAKEN.fullmatch(plain) else _PLAIN


def free_alias(main: PurePath, taken: frozenset[str]) -> str:
    """Give the file name that stands for the main file; ``taken`` names its neighbours.

    >>> from pathlib import PurePath
    >>> free_alias(PurePath("my book.tex"), frozenset({"my book.tex", "my-book.tex"}))
    'my-book-2.tex'
    """
    job = safe_job_name(main.stem)
    if job == main.stem:
        return main.name
    suffix = main.suffix if re.fullmatch(r"\.\w+", main.suffix) else ".tex"
    name, number = job + suffix, 1
    while name in taken:
        number += 1
        name = f"{job}-{number}{suffix}"
    return name
