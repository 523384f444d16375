r"""TeX's error messages in plain words.

The texts are those of tex.web, ``latex.ltx`` (TeX Live 2022) and fontspec 2.8; each has a recorded
log among the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.texfiles.log import LogMessage


@dataclass(frozen=True, slots=True)
class Explained:
    """An error as a person should read it.

    Attributes:
        opening_line: the line, in the same file, of what was not closed.
    """

    code: str
    message: str
    hints: tuple[str, ...] = ()
    opening_line: int | None = None


def explain(message: LogMessage) -> Explained:
    """Explain an error; what is not known is given as TeX says it."""
    for pattern, explanation in _KNOWN:
        found = pattern.match(message.text)
        if found:
            return explanation(found, message)
    text = message.text.rstrip(" .")
    text = text[:1].lower() + text[1:] if text[1:2].islower() else text
    kind, _space, name = message.origin.partition(" ")
    prefix = f'{kind.lower()} "{name}": ' if name else ""
    return Explained("tex", prefix + text)


def _undefined(_: re.Match[str], message: LogMessage) -> Explained:
    """The culprit is the last control sequence of the innermost context line (tex.web 311)."""
    lines = [line for line in message.context if line.strip()]
    names = re.findall(r"\\(?:[A-Za-z@_:]+|.)", lines[0]) if lines else []
    name = f' "{names[-1]}"' if names else ""
    return Explained(
        "undefined-macro",
        f"undefined control sequence{name}",
        ("check its spelling, or load the package that defines it",),
    )


def _missing_file(found: re.Match[str], _: LogMessage) -> Explained:
    name = found[1]
    stem, _dot, ending = name.rpartition(".")
    if ending in {"sty", "cls"}:
        what = "package" if ending == "sty" else "document class"
        return Explained(
            f"missing-{what.rpartition(' ')[2]}",
            f'the {what} "{stem}" is not installed',
            (f'check its spelling; if it is right, "tlmgr install {stem}" or apt brings it',),
        )
    return Explained(
        "missing-file",
        f'there is no file "{name}"',
        ("paths begin at the folder of the main file; check spelling and capital letters",),
    )


def _missing_font(found: re.Match[str], _: LogMessage) -> Explained:
    name = found[1].strip()
    hints = ['"fc-list" shows the fonts that XeTeX can see by name']
    if name in _FONT_PACKAGES:
        hints = [f"install {_FONT_PACKAGES[name]} (Debian), or the font with tlmgr"]
    return Explained("missing-font", f'the font "{name}" is not on this machine', tuple(hints))


# hyperref asks for Zapf Dingbats whenever XeTeX is the engine (hyperref.sty, \XeTeXLink@font).
_FONT_PACKAGES = {"pzdr": "texlive-fonts-recommended"}


def _unclosed_environment(found: re.Match[str], _: LogMessage) -> Explained:
    return Explained(
        "unclosed-environment",
        f'"\\begin{{{found[1]}}}" of line {found[2]} is ended by "\\end{{{found[3]}}}"',
        (f'write "\\end{{{found[1]}}}" before it, or correct the name',),
        int(found[2]),
    )


def _unknown_environment(found: re.Match[str], _: LogMessage) -> Explained:
    return Explained(
        "undefined-environment",
        f'undefined environment "{found[1]}"',
        ("check its spelling, or load the package that defines it",),
    )


def _runaway(found: re.Match[str], _: LogMessage) -> Explained:
    command = found[1].strip()
    return Explained(
        "unclosed-argument",
        f'the argument of "{command}" is not closed',
        (f'a "}}" is missing after "{command}"',),
    )


def _says(code: str, message: str, *hints: str) -> Callable[[re.Match[str], LogMessage], Explained]:
    return lambda _found, _message: Explained(code, message, hints)


_KNOWN: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], LogMessage], Explained]], ...] = (
    (re.compile(r"Undefined control sequence"), _undefined),
    (re.compile(r"File [`'](.+)' not found"), _missing_file),
    (re.compile(r'The font "(.+)" cannot be found'), _missing_font),
    (re.compile(r"Font \S+?=(\S+).* not loadable"), _missing_font),
    (
        re.compile(r"\\begin\{(.+?)\} on input line (\d+) ended by \\end\{(.+?)\}"),
        _unclosed_environment,
    ),
    (re.compile(r"Environment (.+) undefined"), _unknown_environment),
    (re.compile(r"(?:File|Paragraph) ended (?:while scanning use of|before) (\\\S+)"), _runaway),
    (
        re.compile(r"Missing \$ inserted"),
        _says(
            "math-mode",
            "something here is allowed in formulas only, or a formula is not closed",
            'put the formula between "$" and "$", or write "\\_" for an underscore in text',
        ),
    ),
    (
        re.compile(r"Double (super|sub)script"),
        _says(
            "double-script",
            "a formula has two exponents or two indices on one base",
            "group them with braces, as in {x^2}^3",
        ),
    ),
    (
        re.compile(r"Extra alignment tab"),
        _says(
            "alignment",
            "a row has more cells than the table has columns",
            'end the row with "\\\\", add a column, or write "\\&" for the sign itself',
        ),
    ),
    (
        re.compile(r"TeX capacity exceeded, sorry \[(.+?)=(\d+)\]"),
        lambda found, _: Explained(
            "capacity",
            f"something here goes on without end: TeX's {found[1]} of {found[2]} is used up",
            ("look for a macro that calls itself, or an argument that is not closed",),
        ),
    ),
    (
        re.compile(r"Emergency stop"),
        _says(
            "unfinished-document",
            "the document ends too early",
            'is there an "\\end{document}", and is every brace and formula closed?',
        ),
    ),
)
