r"""Errors that one sentence explains, at the place where TeX stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.messages.scene import Explained

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from texbook.messages.scene import Scene


def _says(code: str, message: str, *hints: str) -> Callable[[re.Match[str], Scene], Explained]:
    return lambda _found, _scene: Explained(code, message, hints)


PLAIN: tuple[tuple[str, Callable[[re.Match[str], Scene], Explained]], ...] = (
    (
        r"No room for a new",
        _says(
            "capacity",
            "TeX has no room for another register",
            "a package or a loop makes too many of them",
        ),
    ),
    (
        r"Counter too large",
        _says(
            "arithmetic",
            "a counter is too large for the way in which it is printed",
            'letters end at 26 and footnote signs at 9: number with "\\arabic"',
        ),
    ),
    (
        r"Missing = inserted",
        _says(
            "missing-number",
            "a comparison has no sign",
            'write "<", "=" or ">" between the two numbers of "\\ifnum" or "\\ifdim"',
        ),
    ),
    (
        r"Missing control sequence inserted",
        _says(
            "unclosed-argument",
            "a definition has no name with a backslash",
            'write the new name as in "\\def\\name{..}" or "\\newcommand{\\name}{..}"',
        ),
    ),
    (
        r"Erroneous nesting of equation structures",
        _says(
            "math-mode",
            "environments for formulas stand wrongly within each other",
            'inside another use "split", "aligned" or "gathered", and close each one',
        ),
    ),
    (
        r"\\usepackage before \\documentclass",
        _says(
            "preamble-only",
            '"\\usepackage" stands before "\\documentclass"',
            'move it behind; "\\RequirePackage" may stand there',
        ),
    ),
    (
        r"Missing \\cr(?:cr)? inserted",
        _says(
            "alignment",
            "a row of a table is not ended",
            'write "\\\\" at its end, and close each brace in it',
        ),
    ),
    (
        r"Infinite glue shrinkage",
        _says(
            "dimension",
            "a space here can shrink without end",
            'look for "\\hss", "\\vss" or "minus 1fil" in the paragraph or page',
        ),
    ),
    (
        r"Extra \\endgroup",
        _says(
            "extra-brace",
            '"\\endgroup" closes nothing',
            'take it away, or write the "\\begingroup" that it belongs to',
        ),
    ),
    (
        r"Too many unprocessed floats",
        _says(
            "capacity",
            "too many figures and tables wait for a page",
            'write "\\clearpage" here and there, or "\\FloatBarrier" of the package placeins',
        ),
    ),
)
"""Patterns of TeX's texts, and what to say."""
