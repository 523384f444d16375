r"""Text that the program which runs a job of GitHub Actions must not take for its own orders.

It carries out lines of what the programs of a job print, on either stream: those that begin with
``::name::``, white space aside, and those with ``##[name]`` anywhere (actions/runner,
``ActionCommand.cs``; a lone ``\r`` ends a line, too). A book could mask words, stop annotations or
set outputs of the step with its titles, its excerpts or its file names.
"""

from __future__ import annotations

import re

# Signs that are not ASCII and no letters may count for nothing where the runner compares.
_ORDER = re.compile(r"(?:\A|(?<=[\r\n]))[^\w!-~\r\n]*(?=:[^\w!-~\r\n]*:)")
_OLD_ORDER = re.compile(r"#[^\w -~\r\n]*#(?=[^\w -~\r\n]*\[)")
_OWN = re.compile(r"::(?:(?:error|warning|notice)(?: [^\r\n]*?)?|group|endgroup)::")


def inert(text: str) -> str:
    r"""Give a text of which no line is an order; the lines that report findings stay as they are.

    >>> print(inert(" ::add-mask::a\n1 | ::add-mask::a\n::error file=a.tex::b\nx ##[debug]"))
     ./::add-mask::a
    1 | ::add-mask::a
    ::error file=a.tex::b
    x ## [debug]
    """
    if ":" not in text and "#" not in text:
        return text
    return _OLD_ORDER.sub(_set_apart, _ORDER.sub(_led, text))


def inert_json(document: str) -> str:
    r"""Give the same JSON without orders; the document holds ASCII alone.

    >>> print(inert_json('["##[debug]"]'))
    ["##\u005bdebug]"]
    """
    return document.replace("##[", r"##\u005b")


def _led(found: re.Match[str]) -> str:
    is_own = not found[0] and _OWN.match(found.string, found.end())
    return found[0] if is_own else f"{found[0]}./"


def _set_apart(found: re.Match[str]) -> str:
    return f"{found[0]} "
