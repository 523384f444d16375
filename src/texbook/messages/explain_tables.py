r"""Errors about tables and other alignments: ``&``, ``\\``, rules, columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.latex.tokens import Kind
from texbook.messages.opened import open_environment, open_maths
from texbook.messages.scene import Explained

if TYPE_CHECKING:
    from texbook.messages.scene import EnginePlace, RunText, Scene

_RULES = r"\\(?:hline|cline|toprule|midrule|bottomrule|cmidrule|specialrule|addlinespace|hhline)"
_LONGEST_HEAD = 400
_TWO_CELLS = frozenset({"split", "cases", "dcases", "rcases"})


def misplaced_cell(_: re.Match[str], scene: Scene) -> Explained:
    """``Misplaced alignment tab character &``."""
    hint = 'write "\\&" for the sign itself'
    if scene.text is not None and scene.stop is not None and open_maths(scene.text, scene.stop):
        hint = 'columns need an environment such as "align" or "matrix"; "\\&" prints the sign'
    return Explained("alignment", '"&" stands outside a table', (hint,), _sign("&", scene))


def extra_cell(_: re.Match[str], scene: Scene) -> Explained:
    r"""``Extra alignment tab has been changed to \cr``."""
    place = _extra_in_environment(scene) or _sign("&", scene)
    return Explained(
        "alignment",
        "a row has more cells than the table has columns",
        ('end the row with "\\\\", add a column, or write "\\&" for the sign itself',),
        place,
        _opened(scene),
    )


def _extra_in_environment(scene: Scene) -> EnginePlace | None:
    r"""Find the extra ``&`` in an environment that is read whole, so that TeX stops at its end."""
    text, stop = scene.text, scene.stop
    end = re.search(r"\\end\s*\{([^{}]*)\}\s*$", scene.head)
    if text is None or stop is None or end is None:
        return None
    opened = open_environment(text, stop - len(end[0]))
    if opened is None:
        return None
    columns = 2 if opened.name in _TWO_CELLS else _column_count(text, opened.start)
    cells = 1
    for sign in re.finditer(r"\\\\|\\multicolumn\s*\{(\d+)\}|\\.|&", text.shown[opened.end : stop]):
        if sign[0] == "\\\\":
            cells = 1
        elif sign[1]:
            cells += int(sign[1]) - 1
        elif sign[0] == "&":
            cells += 1
        if columns and cells > columns:
            at = opened.end + sign.start()
            return text.place(at, at + len(sign[0]))
    return None


def _column_count(text: RunText, begin: int) -> int | None:
    """Count a table's columns in what follows its beginning; None if that is not plain."""
    head = text.shown[begin : begin + _LONGEST_HEAD]
    columns = re.match(_COLUMNS + r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}", head)
    if columns is None:
        return None
    plain = re.sub(r"[@!><]\{(?:[^{}]|\{[^{}]*\})*\}", "", columns[1])
    plain = re.sub(r"\*\{(\d+)\}\{([^{}]*)\}", lambda m: m[2] * int(m[1]), plain)
    plain = re.sub(r"\{[^{}]*\}|[|\s]", "", plain)
    return len(plain) if plain.isalpha() else None


def misplaced_rule(found: re.Match[str], scene: Scene) -> Explained:
    r"""``Misplaced \noalign``, ``\omit`` and ``\cr``: rules, ``\multicolumn``, ``\\``."""
    what = found[1]
    if what == "\\omit":
        return Explained(
            "alignment",
            '"\\multicolumn" does not stand at the beginning of a cell',
            ('put "&" or "\\\\" before it, and nothing between',),
            scene.find_command("\\multicolumn"),
            _opened(scene),
        )
    text, stop = scene.text, scene.stop
    rule = text.find_back(r"(?P<it>" + _RULES + r")(?![A-Za-z])", stop) if text else None
    if text is None or rule is None:
        return Explained(
            "alignment", f'"{what}" stands in the wrong place in a table, or outside one'
        )
    place = text.place(rule.start("it"), rule.end("it"))
    related = _opened(scene)
    if related:
        message = f'"{rule["it"]}" stands in a row that is not ended'
        hint = 'end the row before it with "\\\\"'
    else:
        message = f'"{rule["it"]}" stands outside a table'
        hint = 'it draws a line between rows of a table; in text "\\hrulefill" or "\\rule" draw one'
    return Explained("alignment", message, (hint,), place, related)


def bad_columns(found: re.Match[str], scene: Scene) -> Explained:
    r"""The kernel's and array's complaints about what follows ``\begin{tabular}``."""
    related = _opened(scene)
    place = related[0][0] if related else None
    wrong = _unknown_column(scene)
    missing = "missing" in found[0].lower()
    if missing:
        kind = re.search(r"[pm@b](?=-arg|$)", found[0])
        letter = kind[0] if kind else "p"
        message = f'the column "{letter}" of a table has no argument'
        hint = f'write its width behind it, as in "{letter}{{3cm}}"'
    else:
        message = "a table's columns cannot be read"
        if wrong:
            message = f'a table has no kind of column that is called "{wrong}"'
        hint = 'columns are l, c, r and p{width}; "|" draws a line between; X is tabularx\'s'
        if place is not None and not _has_columns(scene):
            message = "a table's columns are missing"
            hint = 'write them behind its beginning, as in "\\begin{tabular}{lcr}"'
    return Explained("alignment", message, (hint,), place)


_COLUMNS = r"\\begin\s*\{[^{}]*\}\s*(?:\[[^\]]*\]\s*)?(?:\{[\d.]*\\[a-z]+width\}\s*)?"


def _has_columns(scene: Scene) -> bool:
    opened = _environment(scene)
    if opened is None or scene.text is None:
        return True
    return re.match(_COLUMNS + r"\{", scene.text.shown[opened : opened + _LONGEST_HEAD]) is not None


def _unknown_column(scene: Scene) -> str | None:
    opened = _environment(scene)
    if opened is None or scene.text is None:
        return None
    columns = re.match(
        _COLUMNS + r"\{([^{}]*)\}", scene.text.shown[opened : opened + _LONGEST_HEAD]
    )
    unknown = re.search(r"[^lcrpmbXSD|@!<>*\s\d]", columns[1]) if columns else None
    return unknown[0] if unknown else None


def _environment(scene: Scene) -> int | None:
    r"""Give the offset of the ``\begin`` that TeX has just read, or that is open."""
    text, stop = scene.text, scene.stop
    if text is None or stop is None:
        return None
    line_start = text.shown.rfind("\n", 0, stop) + 1
    begins = [
        token.start
        for token in text.tokenized.tokens
        if token.kind is Kind.BEGIN and line_start <= token.start < stop
    ]
    if begins:
        return begins[-1]
    opened = open_environment(text, stop)
    return opened.start if opened is not None and opened.name != "document" else None


def _opened(scene: Scene) -> tuple[tuple[EnginePlace, str], ...]:
    text, stop = scene.text, scene.stop
    if text is None or stop is None:
        return ()
    line_end = re.search(r"\\end\s*\{[^{}]*\}\s*$", scene.before)
    opened = open_environment(text, stop - len(line_end[0]) if line_end else stop)
    if opened is None or opened.name == "document":
        return ()
    return ((text.place(opened.start, opened.end), "opened here"),)


def _sign(sign: str, scene: Scene) -> EnginePlace | None:
    """Give the place of a sign that TeX has just read."""
    text, stop = scene.text, scene.stop
    if text is None or stop is None:
        return None
    at = text.shown.rfind(sign, 0, stop)
    if at < text.shown.rfind("\n", 0, stop):
        return None
    return text.place(at, at + 1)


def parameter_sign(_: re.Match[str], scene: Scene) -> Explained:
    """``You can't use `macro parameter character #' in horizontal mode``."""
    return Explained(
        "parameter-character",
        '"#" stands for an argument, and only in the definition of a macro',
        ('write "\\#" for the sign itself',),
        _sign("#", scene),
    )


def bad_parameter(found: re.Match[str], scene: Scene) -> Explained:
    r"""``Illegal parameter number in definition of \x`` and ``numbered consecutively``."""
    macro = found[1].strip() if found.re.groups and found[1] else ""
    text, stop = scene.text, scene.stop
    place = None
    number = ""
    after = next((level.before.strip() for level in scene.levels if level.line is None), "")
    if text is not None and stop is not None:
        wanted = r"#" + re.escape(after[:1]) if after[:1].isdigit() else r"#\d?"
        sign = text.find_back(wanted, stop)
        if sign is not None:
            number = sign[0]
            place = text.place(sign.start(), sign.end())
    what = f'"{number}"' if number else '"#"'
    where = f' of "{macro}"' if macro else ""
    return Explained(
        "parameter-character",
        f"{what} in the definition{where} is not one of its arguments",
        ('say how many there are, as in "\\newcommand{\\x}[2]{..}"; inner definitions need "##1"',),
        place,
    )


def bad_tab(_: re.Match[str], scene: Scene) -> Explained:
    """``Undefined tab position`` of tabbing."""
    return Explained(
        "alignment",
        "there is no tab stop to go to",
        ('set it by "\\=" in a line before, and end that line with "\\\\"',),
        None,
        _opened(scene),
    )
