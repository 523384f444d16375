"""Does code parse? Fragments, sessions and sketches are left alone.

What an author shows is often no whole program: a method's body, a session of the shell, lines left
out as ``...``. A fault is told only where nothing of the kind can be the cause.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import textwrap
import tomllib
import warnings
from typing import NamedTuple

_LONGEST = 200_000
"""Code points; nobody prints a longer listing."""


_MOST_DOTS = 50
"""In a line; a key of more parts takes tomllib a time that grows with their square."""


class SyntaxFault(NamedTuple):
    """Where code stops being what it says it is.

    Attributes:
        line: from 1.
        column: from 1, of the text without its common indentation.
        message: of the parser, without the place.
    """

    line: int
    column: int
    message: str


def python_fault(code: str) -> SyntaxFault | None:
    r"""Find the first fault of Python 3 code.

    >>> python_fault("x = 1\nprint(x")
    SyntaxFault(line=2, column=6, message="'(' was never closed")
    >>> python_fault(">>> x = (\n... 1)\n") is None
    True
    """
    if len(code) > _LONGEST or "\0" in code:
        return None
    text = textwrap.dedent(code)
    if _NO_PROGRAM.search(text):
        return None
    error = _python_error(text)
    plain = None if error is None else _python_error(_MAGIC.sub(r"\1pass", text))
    if error is None or plain is None:
        return None
    lines = text.split("\n")
    if _MAGIC.match(lines[min(error.lineno or 1, len(lines)) - 1]):
        error = plain
    line = min(error.lineno or 1, len(lines))
    if _is_sketch(error, lines, line) or _is_other_python(error, lines[line - 1]):
        return None
    if _is_fragment(error, lines, line):
        return None
    return SyntaxFault(line, max(1, error.offset or 1), error.msg)


_NO_PROGRAM = re.compile(
    r"(?m)^[ \t]*(?:>>>|In \[|Out\[|\$ |%%|Traceback \(most)"  # a session, or a cell of a notebook
    r"|^[ \t]*print +[\"'\w%]|^[ \t]*except +\w+ *, *\w+ *:|^[ \t]*exec +[\"'\w]"  # Python 2
    r"|^[ \t]*raise +\w+ *,"
)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'")
_MAGIC = re.compile(r"(?m)^([ \t]*)(?:[%!][^\n]*|[\w.]+\?{1,2})[ \t]*$")
_LEFT_OUT = re.compile(
    r"\.\.\.|\u2026|<[A-Za-z][^<>\n]*>|\\[A-Za-z_%&#]|\{-\}|\$|\u00a7|\(\*|\{\{|\^\^"
)
"""Something left out, a placeholder, a mark below output, or a command of TeX in an escape."""
_SIGNATURE = re.compile(r"\s*[\w.]+\(.*(?:\w: .*|\) ?->)")
"""How documentation shows what a function takes."""
_NEWER = re.compile(
    r"^\s*(?:type\s+\w+|(?:async\s+)?def\s+\w+\s*\[|class\s+\w+\s*\[)|\b[fFrR]{1,2}[\"']|\bexcept\*|\blazy\s"
)
"""Syntax of Python 3.12 and later, and f-strings, which only then may nest quotes."""
_TYPOGRAPHIC = re.compile(r"U\+(?:201[3489CD]|2212|00A0)")
_CONTINUES = re.compile(r"(?:elif|else|except|finally|case)\b")


def _python_error(text: str) -> SyntaxError | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except SyntaxError as error:
            return error
        except (ValueError, RecursionError, MemoryError):
            return None  # too deep to tell, or NUL bytes, which TeX does not read either
    return None


def _is_sketch(error: SyntaxError, lines: list[str], line: int) -> bool:
    """Say whether something is left out around the fault, or it is written in signs of its own."""
    if "invalid character" in error.msg or "invalid non-printable" in error.msg:
        return not _TYPOGRAPHIC.search(error.msg)
    around = "\n".join((_last(lines[: line - 1]), *lines[line - 1 : line + 1]))
    return bool(_LEFT_OUT.search(_STRING.sub('""', around)) or _SIGNATURE.match(lines[line - 1]))


def _is_other_python(error: SyntaxError, shown: str) -> bool:
    """Say whether it may be Python 2, or a later Python than the one that runs."""
    if "Missing parentheses in call" in error.msg or "leading zeros" in error.msg:
        return True
    newer = "f-string" in error.msg or "multiple exception types" in error.msg
    return sys.version_info < (3, 14) and (newer or _NEWER.search(shown) is not None)


def _is_fragment(error: SyntaxError, lines: list[str], line: int) -> bool:
    """Say whether the code may begin in the middle of something, or lacks what a comment tells."""
    first = next((text for text in lines if text.strip()), "")
    if first[:1].isspace() or _CONTINUES.match(first):
        return True
    before = _last(lines[: line - 1])
    if "expected an indented block" in error.msg:
        rest = next((text.strip() for text in lines[line - 1 :] if text.strip()), "#")
        is_last = not any(text.strip() for text in lines[line:])
        return "#" in (rest[:1], before.lstrip()[:1]) or (is_last and rest.endswith(":"))
    if "unexpected indent" in error.msg:
        return before.lstrip().startswith("#")
    return not any(text.strip() for text in lines[line:]) and _last(lines).lstrip()[:1] == "@"


def _last(lines: list[str]) -> str:
    """Give the last line that is not blank."""
    return next((text for text in reversed(lines) if text.strip()), "")


def json_fault(code: str) -> SyntaxFault | None:
    """Find the first fault of a JSON text, or of a piece of one.

    >>> json_fault('{"a": 1,}').message
    'Expecting property name enclosed in double quotes'
    >>> json_fault('"a": 1,') is None
    True
    """
    text = code.strip()
    if not text or len(text) > _LONGEST or _JSON_SKETCH.search(_STRING.sub('""', text)):
        return None
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        fault = error
    except (ValueError, RecursionError):
        return None
    else:
        return None
    inner = text.rstrip().rstrip(",")
    if "Extra data" in fault.msg or any(_is_json(piece.format(inner)) for piece in _PIECES):
        return None
    skipped = code[: len(code) - len(code.lstrip())].count("\n")
    return SyntaxFault(fault.lineno + skipped, fault.colno, fault.msg)


_JSON_SKETCH = re.compile(
    r"//|/\*|#|\.\.\.|\u2026|[<>$|()]|\\|=|\b(?!true\b|false\b|null\b|NaN\b|Infinity\b"
    r"|True\b|False\b|None\b)[A-Za-z_]\w*"
)
"""Comments, things left out, names that stand for values: no JSON is meant."""
_PIECES = ("{{{}}}", "[{}]")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def toml_fault(code: str) -> SyntaxFault | None:
    r"""Find the first fault of a TOML text.

    >>> toml_fault("[tool]\nname = texbook\n")
    SyntaxFault(line=2, column=8, message='Invalid value')
    """
    text = textwrap.dedent(code).replace("\r\n", "\n") if len(code) <= _LONGEST else ""
    if any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
        return None
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_PLACE.fullmatch(str(error))
    except (ValueError, RecursionError):
        return None
    else:
        return None
    if found is None or found[1].startswith("Cannot"):  # the same table twice: two variants
        return None
    line, column = int(found[2]), int(found[3])
    shown = text.split("\n")[line - 1]
    return None if _LEFT_OUT.search(shown) else SyntaxFault(line, column, found[1])


_TOML_PLACE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)", re.DOTALL)
PARSERS = {
    **dict.fromkeys(("python", "py", "python3", "py3"), ("Python", python_fault)),
    "json": ("JSON", json_fault),
    "toml": ("TOML", toml_fault),
}
"""Language as minted and listings call it, in small letters -> its name, its check."""
