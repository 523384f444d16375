r"""Errors about formulas: signs outside them, formulas that do not end, delimiters, exponents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.latex.tokens import Kind
from texbook.messages.explain_nesting import unclosed_formula
from texbook.messages.explain_verb import inside_argument
from texbook.messages.opened import environment_end, open_at, open_maths
from texbook.messages.scene import Explained

if TYPE_CHECKING:
    from texbook.latex.tokens import Token
    from texbook.messages.scene import EnginePlace, RunText, Scene

_SIGN = re.compile(r"(?<!\\)([_^])\s*$")
_COMMAND = re.compile(r"(\\(?:[^\W\d_]|@)+)\s*$")
_LONGEST_NAME = 200
_NAME_ARGUMENT = re.compile(
    r"\\(?:label|[A-Za-z]*ref|[A-Za-z]*cite[A-Za-z]*|includegraphics|input|url|href|gls\w*)\*?"
    r"(?:\[[^\[\]]*\])*\{[^{}]*$"
)
_BEGIN = re.compile(r"\\begin\s*\{([^{}]*)\}(?:\{[^{}]*\})?\s*$")


def missing_dollar(_: re.Match[str], scene: Scene) -> Explained:
    """``Missing $ inserted``: a sign of formulas in text, or a formula that meets its limit."""
    sign = _SIGN.search(scene.head)
    if sign is not None:
        at = None if scene.stop is None else scene.stop - len(scene.head) + sign.start(1)
        return _sign_in_text(sign[1], at, scene)
    if scene.text is not None and scene.stop is not None:
        inside = open_maths(scene.text, scene.stop)
        if inside is not None:
            return _in_formula(inside, scene.text, scene.stop, scene.head)
    if begin := _BEGIN.search(scene.head):
        return _only_in_formulas(f'"\\begin{{{begin[1]}}}"')
    if command := _COMMAND.search(scene.head):
        return _only_in_formulas(f'"{command[1]}"')
    return _formula_before(scene) or _in_argument(scene) or _SOMETHING


_SOMETHING = Explained(
    "math-mode",
    "something here is allowed in formulas only, or a formula before it is not closed",
    ('put the formula between "$" and "$"',),
)


def _sign_in_text(sign: str, at: int | None, scene: Scene) -> Explained:
    escaped = "\\_" if sign == "_" else "\\^{}"
    place = None
    if at is not None and scene.text is not None:
        place = scene.text.place(at, at + 1)
    return Explained(
        "math-mode",
        f'"{sign}" is allowed in formulas only',
        (f'write "{escaped}" for the sign itself, or put the formula between "$" and "$"',),
        place,
    )


def _in_formula(inside: Token, text: RunText, stop: int, head: str) -> Explained:
    """Explain what ends a formula before it is closed."""
    if inside.kind is Kind.BEGIN and _is_blank_line(text.shown, stop):
        return _blank_line(inside, text)
    command = _COMMAND.search(head)
    if command is None or _ends_formula(head):
        return unclosed_formula(inside, text)
    if _is_in_text(text, stop):
        return _only_in_formulas(f'"{command[1]}"')
    return Explained(
        "math-mode",
        f'"{command[1]}" is not allowed in a formula',
        ("close the formula before it",),
        None,
        ((text.place(inside.start, inside.end), "the formula begins here"),),
    )


def _only_in_formulas(what: str) -> Explained:
    return Explained(
        "math-mode", f"{what} is allowed in formulas only", ('put the formula between "$" and "$"',)
    )


def _is_blank_line(shown: str, stop: int) -> bool:
    start = shown.rfind("\n", 0, stop) + 1
    end = shown.find("\n", stop)
    return not shown[start : end if end >= 0 else None].strip()


def _is_in_text(text: RunText, stop: int) -> bool:
    r"""Say whether a place in a formula is in ``\text{..}`` or a box."""
    opened = [token for token in open_at(text, stop) if token.kind is Kind.OPEN]
    before = text.shown[: opened[-1].start] if opened else ""
    return re.search(r"\\(?:(?:inter)?text\w*|[mhf]box|parbox\{[^{}]*\})\s*$", before) is not None


def _ends_formula(head: str) -> bool:
    """Say whether TeX stands at something that no formula may hold."""
    ending = re.search(
        r"\\(?:par|section|subsection|chapter|item|end\s*\{[^{}]*\}|begin\s*\{[^{}]*\})\s*$", head
    )
    return ending is not None or not head.strip() or head.rstrip().endswith(("}", "]"))


def _blank_line(opened: Token, text: RunText) -> Explained:
    if environment_end(text, opened) is None:
        return unclosed_formula(opened, text)
    return Explained(
        "math-mode",
        f'there is a blank line inside "{opened.name}"',
        ('take the line away, or write "%" at its beginning',),
        None,
        ((text.place(opened.start, opened.end), "opened here"),),
    )


def _formula_before(scene: Scene) -> Explained | None:
    """Find a formula that was open just before: the end of a paragraph or a group has closed it."""
    text, stop = scene.text, scene.stop
    if text is None or stop is None:
        return None
    head = text.shown[:stop].rstrip()
    opened = open_maths(text, len(head))
    if opened is None:
        at = head.rfind("}")  # \section{On $x}
        opened = open_maths(text, at) if at >= 0 else None
    if opened is None:
        return None
    if opened.kind is Kind.BEGIN:
        return _blank_line(opened, text)
    return unclosed_formula(opened, text)


def _in_argument(scene: Scene) -> Explained | None:
    r"""Find a sign in an argument that was read before: ``\footnote{see \verb|a_b|}``."""
    text, stop = scene.text, scene.stop
    if text is None or stop is None:
        return None
    for level in scene.levels:
        sign = _SIGN.search(level.before)
        if sign is not None:
            found = text.find_back(r"(?<!\\)" + re.escape(sign[1]), stop)
            return _sign_in_text(sign[1], found.start() if found else None, scene)
    at = _loose_sign(text, stop)
    if at is not None:
        return _sign_in_text(text.shown[at], at, scene)
    return _in_verb(text, stop, scene)


def _in_verb(text: RunText, stop: int, scene: Scene) -> Explained | None:
    line_start = text.shown.rfind("\n", 0, stop) + 1
    code = re.search(r"(?<!\\)[_^]", text.source.text[line_start:stop])
    if code is None:
        return None
    return inside_argument(scene) or _sign_in_text(code[0], line_start + code.start(), scene)


def _loose_sign(text: RunText, stop: int) -> int | None:
    """Find a sign of formulas in the argument that ends at a place, outside its formulas."""
    if text.shown[stop - 1 : stop] != "}":
        return None
    closing = {end: start for start, end in text.tokenized.matching.items()}
    start = closing.get(stop - 1)
    if start is None:
        return None
    for sign in re.finditer(r"(?<!\\)[_^]", text.shown[start:stop]):
        at = start + sign.start()
        is_name = _NAME_ARGUMENT.search(text.shown[max(0, at - _LONGEST_NAME) : at])
        if open_maths(text, at) is None and not is_name:
            return at
    return None


def double_script(found: re.Match[str], scene: Scene) -> Explained:
    """``Double superscript`` and ``Double subscript``."""
    is_super = found[1] == "super"
    what, sign = ("exponents", "^") if is_super else ("indices", "_")
    place = None
    if scene.text is not None and scene.stop is not None:
        at = scene.text.shown.rfind(sign, 0, scene.stop)
        if at >= scene.text.shown.rfind("\n", 0, scene.stop):
            place = scene.text.place(at, at + 1)
    example = "{x^2}^3" if is_super else "{x_2}_3"
    hints = [f"group them with braces, as in {example}, or write one only"]
    if is_super and "'" in scene.before:
        hints.append("a prime is an exponent too: write f'^{2} as f^{\\prime 2}")
    return Explained("double-script", f"a formula has two {what} on one base", tuple(hints), place)


def extra_right(_: re.Match[str], scene: Scene) -> Explained:
    r"""``Extra \right``, ``Extra \middle``."""
    hint = 'write "\\left" with its delimiter before it; "\\left." shows none'
    text, stop = scene.text, scene.stop
    if text is not None and stop is not None:
        cell = text.shown[text.shown.rfind("\n", 0, stop) + 1 : stop]
        if re.search(r"(?<!\\)&|\\\\", cell):
            hint = '"\\left" and "\\right" must stand in one cell: "&" and "\\\\" end it'
    return Explained(
        "math-delimiter",
        '"\\right" has no "\\left" in its formula',
        (hint,),
        scene.find_command("\\right"),
    )


def missing_delimiter(_: re.Match[str], scene: Scene) -> Explained:
    r"""``Missing delimiter (. inserted)`` after ``\left``, ``\big`` and the like."""
    found = None
    if scene.text is not None:
        pattern = r"(?P<it>\\(?:left|right|middle|[bB]igg?[lrm]?))(?![A-Za-z])"
        found = scene.text.find_back(pattern, scene.stop)
    name = found["it"] if found else "\\left"
    place = scene.text.place(found.start("it"), found.end("it")) if scene.text and found else None
    return Explained(
        "math-delimiter",
        f'"{name}" is not followed by a delimiter',
        (f'write one behind it, such as "(", "[", "\\{{" or "|"; "{name}." shows none',),
        place,
    )


def bad_delimiter(_: re.Match[str], scene: Scene) -> Explained:
    r"""``Bad math environment delimiter``: ``\(`` in a formula, or ``\]`` outside one."""
    found = re.search(r"\\[()\[\]]\s*$", scene.before)
    name = found[0].strip() if found else "\\["
    text, stop = scene.text, scene.stop
    if text is not None and stop is not None and name in ("\\(", "\\["):
        opened = open_maths(text, stop - len(name))
        related = (
            ((text.place(opened.start, opened.end), "the formula began here"),) if opened else ()
        )
        return Explained(
            "math-delimiter",
            f'"{name}" stands inside a formula',
            ("close the formula before another one begins",),
            None,
            related,
        )
    return Explained(
        "math-delimiter",
        f'"{name}" closes no formula',
        (f'take it away, or write "{_OPENERS.get(name, name)}" where the formula begins',),
    )


_OPENERS = {"\\)": "\\(", "\\]": "\\["}


# LaTeX begins these with TeX's "$$", too (latex.ltx).
_DISPLAY_BEGIN = r"\$\$|\\\[|\\begin\{(?:equation|displaymath|eqnarray)\*?\}"


def display_end(_: re.Match[str], scene: Scene) -> Explained:
    """``Display math should end with $$``."""
    text, stop = scene.text, scene.stop
    related: tuple[tuple[EnginePlace, str], ...] = ()
    if text is not None and stop is not None:
        opener = text.find_back(_DISPLAY_BEGIN, stop - 1)
        if opener is not None:
            related = ((text.place(*opener.span()), "opened here"),)
        if opener is not None and opener[0] != "$$":
            end = opener[0].replace("\\begin", "\\end").replace("\\[", "\\]")
            dollar = text.shown.rfind("$", opener.end(), stop)
            return Explained(
                "math-mode",
                f'the formula that begins with "{opener[0]}" is not ended before this "$"',
                (f'write "{end}" at its end; inside it take the "$" away',),
                text.place(dollar, dollar + 1) if dollar >= 0 else None,
                related,
            )
    return Explained(
        "math-mode",
        'a formula that begins with "$$" is ended by a single "$"',
        ('write "$$" at its end, or better "\\[" and "\\]" around it',),
        None,
        related,
    )


def not_in_maths(found: re.Match[str], scene: Scene) -> Explained:
    r"""Amsmath's ``\begin{align} allowed only in paragraph mode``; ``\tag not allowed here``."""
    what = found[1]
    opened = None
    if scene.text is not None and scene.stop is not None:
        start = scene.text.shown.rfind(what.split("{")[0], 0, scene.stop)
        opened = open_maths(scene.text, start if start >= 0 else scene.stop)
    related: tuple[tuple[EnginePlace, str], ...] = ()
    if opened is not None and scene.text is not None:
        related = ((scene.text.place(opened.start, opened.end), "the formula began here"),)
    return Explained(
        "math-mode",
        f'"{what}" stands inside a formula',
        ("it is a formula of its own: close the one before it",),
        None,
        related,
    )


def tag_outside(found: re.Match[str], _: Scene) -> Explained:
    r"""``\tag not allowed here``."""
    return Explained(
        "math-mode",
        f'"{found[1]}" is allowed in numbered or displayed formulas only',
        ('put it into an environment such as "equation" or "align"',),
    )


def limits(_: re.Match[str], scene: Scene) -> Explained:
    r"""``Limit controls must follow a math operator``."""
    return Explained(
        "math-mode",
        '"\\limits" follows something that is no operator',
        ('write it right behind one such as "\\sum"; "\\operatorname*{..}" makes another',),
        scene.find_command("\\limits"),
    )


def ambiguous_fraction(_: re.Match[str], scene: Scene) -> Explained:
    r"""``Ambiguous; you need another { and }``: two ``\over`` in one group."""
    return Explained(
        "math-mode",
        'there are two "\\over" in one group',
        ('write "\\frac{..}{..}", which needs no guessing',),
        scene.find_command("\\over"),
    )


def only_in_maths(found: re.Match[str], _: Scene) -> Explained:
    r"""``\mathbf allowed only in math mode``."""
    return Explained(
        "math-mode",
        f'"{found[1]}" is allowed in formulas only',
        ('put the formula between "$" and "$"',),
    )
