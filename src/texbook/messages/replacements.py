r"""What to write for a character that the fonts at hand do not have.

The commands are those of LaTeX, amssymb, and unicode-math where it is loaded.
"""

# ruff: noqa: RUF001  (signs that look like others are the matter here)

from __future__ import annotations

import unicodedata

_OTHERWISE = "use a font that has it, or write it in another way"

_ADVICE = {
    "\u00a0": 'write "~" for a space at which no line breaks',
    "\u00ad": 'write "\\-" where a word may be broken',
    "\u2009": 'write "\\," for a thin space',
    "\u2003": 'write "\\quad"',
    "\u200b": 'delete it, or write "\\allowbreak" where a line may break',
    "\u200c": "delete it: it cannot be seen",
    "\u200d": "delete it: it cannot be seen, but in an emoji it joins two of them",
    "\u2060": "delete it: it cannot be seen",
    "\ufe0e": "delete it: it only chooses how an emoji looks",
    "\ufe0f": "delete it: it only chooses how an emoji looks",
    "\ufeff": "delete it: it is a byte order mark that was pasted in",
    "\ufffd": "something was read in a wrong encoding: write the letter anew",
    "\u2010": 'write the plain "-"',
    "\u2011": 'write the plain "-", inside "\\mbox{...}" if the word must not be broken there',
    "\u2015": 'write "---"',
    "\u202f": 'write "\\,"',
    "\u2212": 'write "$-$", in a formula "-"',
    "✓": 'write "\\checkmark" (package amssymb)',
    "✔": 'write "\\checkmark" (package amssymb)',
    "✗": 'write "$\\times$"',
    "✘": 'write "$\\times$"',
    "☐": 'write "$\\square$" (package amssymb)',
    "☑": 'write "$\\boxtimes$" (package amssymb)',
    "★": 'write "$\\bigstar$" (package amssymb)',
    "■": 'write "$\\blacksquare$" (package amssymb)',
    "□": 'write "$\\square$" (package amssymb)',
    "●": 'write "\\textbullet"',
    "▶": 'write "$\\blacktriangleright$" (package amssymb)',
    "▲": 'write "$\\blacktriangle$" (package amssymb)',
    "▼": 'write "$\\blacktriangledown$" (package amssymb)',
}
_FORMULAS = {
    "←": "leftarrow", "→": "rightarrow", "↑": "uparrow", "↓": "downarrow", "↔": "leftrightarrow",
    "↦": "mapsto", "⇐": "Leftarrow", "⇒": "Rightarrow", "⇔": "Leftrightarrow", "∓": "mp",
    "⟶": "longrightarrow", "⟹": "Longrightarrow", "⟺": "Longleftrightarrow", "±": "pm",
    "×": "times", "÷": "div",
    "·": "cdot", "∀": "forall", "∂": "partial", "∃": "exists", "∅": "emptyset", "∇": "nabla",
    "∈": "in", "∉": "notin", "∏": "prod", "∑": "sum", "√": "surd", "∝": "propto", "∞": "infty",
    "∧": "wedge", "∨": "vee", "∩": "cap", "∪": "cup", "∫": "int", "≈": "approx", "≠": "neq",
    "≡": "equiv", "≤": "leq", "≥": "geq", "≪": "ll", "≫": "gg", "⊂": "subset", "⊆": "subseteq",
    "⊕": "oplus", "⊗": "otimes", "⊥": "perp", "⋅": "cdot", "ℓ": "ell", "∥": "parallel", "∼": "sim",
}  # fmt: skip
_GREEK = range(0x391, 0x3CA)
_PICTURES = range(0x1F000, 0x20000)
_MANY_SIGNS = ("CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL ")
# Words of a character's Unicode name that name its script.
_SCRIPTS = ("CYRILLIC", "GREEK", "HEBREW", "ARABIC", "DEVANAGARI", "THAI", "ARMENIAN", "GEORGIAN")


def replacement(character: str) -> str:
    r"""Say what to do about a character that is not printed.

    >>> replacement("→")
    'write "$\\rightarrow$"'
    """
    if len(character) != 1:
        return _OTHERWISE
    if character in _FORMULAS:
        return f'write "$\\{_FORMULAS[character]}$"'
    return _ADVICE.get(character) or _by_kind(character, unicodedata.name(character, ""))


def _by_kind(character: str, name: str) -> str:
    kind = unicodedata.category(character)
    script = next((word for word in _SCRIPTS if name.startswith(word)), "")
    advice = _OTHERWISE
    if ord(character) in _GREEK:
        advice = f'write "{_greek(name)}" if it is a formula, or use a font with Greek letters'
    elif ord(character) in _PICTURES:
        advice = "put a picture of it in its place: fonts for text have no emoji"
    elif kind == "Co":
        advice = "it belongs to a font of icons: name that font before it, or write a word"
    elif kind in {"Mn", "Me"}:
        advice = 'write the accent as a command before its letter: "\\\'e", "\\d{o}"'
    elif name.startswith(_MANY_SIGNS):
        advice = 'name a font for this script: "\\usepackage{xeCJK}" and "\\setCJKmainfont{...}"'
    elif script:
        advice = f"use a font that has {script.capitalize()} letters"
    return advice


def _greek(name: str) -> str:
    r"""Write the command for a letter: ``GREEK SMALL LETTER ALPHA`` is ``$\alpha$``."""
    letter = name.partition(" WITH ")[0].rpartition(" ")[2].lower()
    return f"$\\{letter.capitalize() if 'CAPITAL' in name else letter}$"
