r"""Warnings of LaTeX and of packages in plain words, and which of them are noise.

Texts of LaTeX are those of ``latex.ltx`` (TeX Live 2022), of packages those of the package named.
A warning that is not known here is given as the package says it, for information: nobody but the
author can tell whether it matters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.messages.overfull import MILLIMETRES_A_POINT
from texbook.system.packages import PackageNames, find_package

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from texbook.texfiles.engine_log import LogMessage

NOISE_WORDS = {
    "underfull": ("underfull box", "underfull boxes"),
    "slightly-overfull": ("box that hardly sticks out", "boxes that hardly stick out"),
    "rerun": ("request for another pass", "requests for another pass"),
    "float-placement": ("float moved to another place", "floats moved to another place"),
    "summaries": ("summary of other warnings", "summaries of other warnings"),
    "files-written": ("note on a file that was written", "notes on files that were written"),
    "remarks": ("remark of a package", "remarks of packages"),
}
"""The kinds of messages that are left out and counted, with words for one and for many."""


def noise_words(noise: Mapping[str, int]) -> str:
    """Count what was left out, in words.

    >>> noise_words({"underfull": 14, "remarks": 1})
    '14 underfull boxes, 1 remark of a package'
    """
    return ", ".join(f"{count} {NOISE_WORDS[kind][count != 1]}" for kind, count in noise.items())


_NOISE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "summaries",
        re.compile(
            r"Size substitutions with differences|Some font shapes were not available"
            r"|Unused \\captionsetup"
        ),
    ),
    # glossaries, in a class that has glossaries of its own.
    ("remarks", re.compile(r"^Overriding (?:\\printglossary|`theglossary' environment)")),
    # ifplatform; TeX has no full shell because texbook gives it none (docs/decisions).
    ("remarks", re.compile(r"^shell escape is disabled, so I can only detect")),
    ("float-placement", re.compile(r"[`'][hH!tbp]+' float specifier changed to")),
    ("files-written", re.compile(r"(?:Writing or o|O)verwriting file|File [`'].*' already exists")),
    (
        "rerun",
        re.compile(r"(?i)\bre-?run\b|\(re\)run|\brun latex again|compile again|has changed\b"),
    ),
)
_UNUSED = re.compile(r"^Unused global option\(s\): \[(.*)\]")
_SERIES = {"m": "", "b": "bold", "bx": "bold", "sb": "semi-bold", "l": "light"}
_SHAPES = {
    "n": "", "it": "italic", "sl": "slanted", "sc": "small capitals",
    "scit": "italic small capitals", "scsl": "slanted small capitals",
    "ui": "upright italic", "sw": "swash",
}  # fmt: skip
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning as a person should read it."""

    code: str
    severity: Severity
    message: str
    hints: tuple[str, ...] = ()


def noise_kind(message: LogMessage) -> str | None:
    """Name the kind of noise that a warning is; None if it is worth reading."""
    return next((kind for kind, pattern in _NOISE if pattern.search(message.text)), None)


def notice(message: LogMessage) -> Notice:
    """Explain a warning; one that is not known is given as the package says it."""
    for origin, pattern, explain in _KNOWN:
        if origin in message.origin and (found := pattern.search(message.text)):
            return explain(found)
    return Notice("package-warning", Severity.INFORMATION, as_said(message.origin, message.text))


def as_said(origin: str, text: str) -> str:
    """Give a package's own words in our style: who speaks, then what, cut between two words.

    >>> as_said("Package caption", "Unsupported document class.")
    'package "caption": unsupported document class'
    """
    kind, _, name = origin.partition(" ")
    speaker = "LaTeX" if kind == "LaTeX" or not kind else f'{kind.lower()} "{name}"'
    text = (text[:1].lower() + text[1:] if text[1:2].islower() else text).rstrip(" .")
    shown = text if len(text) <= _LONGEST else text[:_LONGEST].rpartition(" ")[0] + " ..."
    return f"{speaker}: {shown}"


def _hyphenation(found: re.Match[str]) -> Notice:
    """Patterns that are not in the format; they come with the language's definitions for babel."""
    package = find_package(f"{found[1].lower()}.ldf")
    hints: tuple[str, ...] = ("install the TeX Live collection of that language",)
    if package is not None:
        language = (package.tlmgr or "").removeprefix("babel-").replace("portuges", "portuguese")
        hints = PackageNames(package.debian, f"hyphen-{language}" if language else None).hints
    return Notice(
        "hyphenation",
        Severity.WARNING,
        f'there are no hyphenation patterns for "{found[1]}": words are broken wrongly or not at'
        " all",
        hints,
    )


def _font_shape(found: re.Match[str]) -> Notice:
    """A bold that is not bold: ``TU/lmtt/bx/it`` is encoding, family, series, shape (fntguide)."""
    wanted, used = found[1].split("/"), found[2].split("/")
    family = re.sub(r"\(\d+\)$", "", wanted[1])
    if len(wanted) != len(used) or len(wanted) != 4:  # noqa: PLR2004
        return Notice(
            "font-substitution",
            Severity.WARNING,
            f'the font "{found[1]}" does not exist: "{found[2]}" is used instead',
        )
    style, other = _style(wanted), _style(used)
    if wanted[1] != used[1]:
        return Notice(
            "font-substitution",
            Severity.WARNING,
            f'there is no {style} font "{family}": "{used[1]}" is used instead',
            ("correct its name, or load the package that brings it",),
        )
    return Notice(
        "font-substitution",
        Severity.WARNING,
        f'the font "{family}" has no {style}: {other} is used instead',
        ("name a font for it, or do without it",),
    )


def _style(font: list[str]) -> str:
    words = (_SERIES.get(font[2], font[2]), _SHAPES.get(font[3], font[3]))
    return " ".join(word for word in words if word) or "upright"


def _font_size(found: re.Match[str]) -> Notice:
    family = re.sub(r"\(\d+\)$", "", found[1].split("/")[1]) if "/" in found[1] else found[1]
    return Notice(
        "font-substitution",
        Severity.INFORMATION,
        f'the font "{family}" has no size of {found[2]}pt: {found[3]}pt is used instead',
        ("use a font that scales, or a size that it has",),
    )


def _float_too_large(found: re.Match[str]) -> Notice:
    points = float(found[1])
    return Notice(
        "float-too-large",
        Severity.WARNING,
        f"a figure or table is {points:.1f}pt ({points * MILLIMETRES_A_POINT:.1f} mm) too high "
        "for a page",
        ("make it smaller, or divide it in two",),
    )


def unused_options(message: LogMessage) -> tuple[str, ...]:
    r"""Give the options of ``\\documentclass`` that a warning says nobody takes, else nothing."""
    found = _UNUSED.search(message.text)
    return tuple(name.strip() for name in found[1].split(",")) if found else ()


def _unused_options(found: re.Match[str]) -> Notice:
    names = ", ".join(f'"{name.strip()}"' for name in found[1].split(","))
    return Notice(
        "unknown-option",
        Severity.WARNING,
        f"neither the class nor a package knows the option {names} of \\documentclass",
        ("check its spelling, or delete it",),
    )


def _says(
    code: str, severity: Severity, words: str, *hints: str
) -> Callable[[re.Match[str]], Notice]:
    """Explain with a fixed text, in which ``{1}`` stands for a part of the warning."""

    def explain(found: re.Match[str]) -> Notice:
        parts = (found[0], *(part or "" for part in found.groups()))
        return Notice(code, severity, words.format(*parts), tuple(h.format(*parts) for h in hints))

    return explain


_KNOWN: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], Notice]], ...] = (
    (
        "LaTeX Font",
        re.compile(r"^Font shape [`'](.+?)' undefined,? using [`'](.+?)' instead"),
        _font_shape,
    ),
    (
        "LaTeX Font",
        re.compile(
            r"^Font shape [`'](.+?)' in size <([\d.]+)> not available,? size <([\d.]+)> substituted"
        ),
        _font_size,
    ),
    ("LaTeX", re.compile(r"^Float too large for page by ([\d.]+)pt"), _float_too_large),
    ("LaTeX", _UNUSED, _unused_options),
    (
        "LaTeX",
        re.compile(r"^Marginpar on page (\S+) moved"),
        _says(
            "marginpar",
            Severity.INFORMATION,
            "a note in the margin of page {1} does not stand beside its line",
            "another one is in its place: make that one shorter",
        ),
    ),
    (
        "LaTeX",
        re.compile(
            r"^You have requested.*?[`']([^\s']+)' of (?:package|document class) (\S+?),? but only "
            r"version [`'](\S+)"
        ),
        _says(
            "outdated-package",
            Severity.WARNING,
            'the document asks for "{2}" of {1} or later; here is that of {3}',
            "bring TeX Live up to date, or ask for less",
        ),
    ),
    (
        "LaTeX",
        re.compile(r"^Label\(s\) may have changed"),
        _says(
            "unsettled-label",
            Severity.INFORMATION,
            "LaTeX says that labels may have changed, though no auxiliary file does any more",
            "look whether a label is defined twice, or by a package that writes it anew each time",
        ),
    ),
    (
        "hyperref",
        re.compile(r"^Token not allowed in a PDF string.*: removing [`'](.*)'"),
        _says(
            "pdf-string",
            Severity.INFORMATION,
            'the PDF\'s bookmark of a heading leaves out "{1}"',
            'give it plain words: "\\texorpdfstring{{...}}{{plain words}}"',
        ),
    ),
    (
        "LaTeX",
        re.compile(r"^[cC]ref(?:erence)? (?:reference )?format for label type [`'](.*)' undefined"),
        _says(
            "undefined-reference",
            Severity.WARNING,
            'cleveref has no name for what the label type "{1}" counts',
            'say "\\crefname{{{1}}}{{...}}{{...}}" in the preamble',
        ),
    ),
    (
        "",  # babel, polyglossia
        re.compile(
            r"^No hyphenation patterns were (?:pre)?loaded for (?:the language )?[`'](.*?)'"
        ),
        _hyphenation,
    ),
    (
        "fontspec",
        re.compile(r"^Font [\"'](.*?)[\"'] does not contain requested (\w+) [\"'](.*?)[\"']"),
        _says(
            "font-feature",
            Severity.INFORMATION,
            'the font "{1}" does not know the {2} "{3}"',
            "nothing changes in print if its letters are right",
        ),
    ),
)
