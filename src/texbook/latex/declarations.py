r"""Commands of a document's body that print nothing and set something for what follows.

From the LaTeX kernel and the standard classes (source2e, classes.dtx), amsmath, babel, bookmark,
caption, enumitem, fancyhdr, hyperref, listings, minted, pgf, polyglossia, setspace, siunitx and
tcolorbox. Not those that write into a file or put a mark or a colour on the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.latex.defining import DEFINING, Form
from texbook.latex.forms import FORMS

if TYPE_CHECKING:
    from texbook.latex.forms import DefinitionReader
    from texbook.latex.tokens import Token

_ARGUMENTS = {
    **dict.fromkeys(("appendix", "frontmatter", "mainmatter", "backmatter"), ""),
    **dict.fromkeys(("makeatletter", "makeatother", "sloppy", "fussy"), ""),
    **dict.fromkeys(("raggedbottom", "flushbottom", "onecolumn", "twocolumn"), ""),
    **dict.fromkeys(("tiny", "scriptsize", "footnotesize", "small", "normalsize"), ""),
    **dict.fromkeys(("large", "Large", "LARGE", "huge", "Huge", "selectfont"), ""),
    **dict.fromkeys(("rmfamily", "sffamily", "ttfamily", "mdseries", "bfseries"), ""),
    **dict.fromkeys(("upshape", "itshape", "slshape", "scshape", "normalfont"), ""),
    **dict.fromkeys(("centering", "raggedright", "raggedleft"), ""),
    **dict.fromkeys(("frenchspacing", "nonfrenchspacing"), ""),
    **dict.fromkeys(("pagenumbering", "pagestyle", "hypersetup", "bookmarksetup"), "m"),
    **dict.fromkeys(("linespread", "setstretch", "newlength", "theoremstyle", "urlstyle"), "m"),
    **dict.fromkeys(("tcbset", "lstset", "tikzset", "sisetup", "graphicspath"), "m"),
    **dict.fromkeys(("setcounter", "addtocounter", "setlength", "addtolength"), "mm"),
    **dict.fromkeys(("captionsetup", "setlist"), "som"),
    **dict.fromkeys(("counterwithin", "counterwithout"), "somm"),
    **dict.fromkeys(("selectlanguage", "setminted"), "om"),
    **dict.fromkeys(("fancyhf", "fancyhead", "fancyfoot"), "om"),
    "fancypagestyle": "mom",
    "newcounter": "mo",
    "numberwithin": "omm",
    "allowdisplaybreaks": "o",
}
r"""What follows each, as ``\NewDocumentCommand`` writes it: a star, an option, an argument."""

ENDS_PAGE = frozenset({"frontmatter", "mainmatter", "backmatter", "onecolumn", "twocolumn"})
r"""Those that begin with ``\clearpage`` or ``\cleardoublepage`` (source2e, ltoutput; book.cls).

In a two-sided layout the latter may ship an empty page.
"""

_FORMS = frozenset(
    {Form.COMMAND, Form.PATTERN, Form.OPERATOR, Form.DELIMITER}
    | {Form.DOCUMENT_COMMAND, Form.ENVIRONMENT, Form.DOCUMENT_ENVIRONMENT}
)
"""Definitions whose end their `Form` tells; the others may go on behind what it reads."""

_PREFIXES = frozenset({"global", "long", "outer", "protected"})
_PREFIXED = re.compile(
    r"(?:\s*\\(?:global|long|outer|protected)(?![A-Za-z@]))*"
    r"\s*\\(def|edef|gdef|xdef|let)(?![A-Za-z@])"
)
_CONTROL_SEQUENCE = re.compile(r"\s*\\(?:[A-Za-z@]+|\S)")
_LET = re.compile(rf"{_CONTROL_SEQUENCE.pattern}\s*=?{_CONTROL_SEQUENCE.pattern}")
_NEWIF = re.compile(r"\s*\\if[A-Za-z@]+")


def declaration_end(reader: DefinitionReader, token: Token) -> int | None:
    r"""Give the code-point offset after a declaration and its arguments.

    Args:
        reader: of the text that holds it.
        token: the command it begins with.

    Returns:
        None where the command is not known as a declaration, or is not written like one:
        ``\twocolumn[..]`` prints.

    >>> from texbook.latex.forms import DefinitionReader
    >>> from texbook.latex.tokens import tokenize
    >>> text = r"\setcounter{page}{3}\clearpage"
    >>> tokenized = tokenize(text)
    >>> text[: declaration_end(DefinitionReader(tokenized), tokenized.tokens[0])]
    '\\setcounter{page}{3}'
    """
    name, position = token.name, token.end
    if name in _PREFIXES:
        found = _PREFIXED.match(reader.text, position)
        if found is None:
            return None
        name, position = found[1], found.end()
    if name in ("let", "newif"):
        found = (_LET if name == "let" else _NEWIF).match(reader.text, position)
        return None if found is None else found.end()
    if name in DEFINING:
        return _after_definition(reader, name, position)
    if name == "twocolumn" and reader.text.startswith("[", reader.skip_space(position)):
        return None
    arguments = _ARGUMENTS.get(name)
    return None if arguments is None else _after_arguments(reader, arguments, position)


def _after_definition(reader: DefinitionReader, name: str, position: int) -> int | None:
    form = DEFINING[name].form
    if form not in _FORMS:
        return None
    named = reader.name(reader.after_options(position))
    if named is None or not named[0]:
        return None
    found = FORMS[form](reader, named[1])
    return None if found is None else found[3]


def _after_arguments(reader: DefinitionReader, arguments: str, position: int) -> int | None:
    for kind in arguments:
        if kind == "s":
            position = reader.star(position)
        elif kind == "o":
            option = reader.bracketed(position)
            position = position if option is None else option.end + 1
        elif (argument := reader.braced(position)) is not None:
            position = argument.end + 1
        elif (command := _CONTROL_SEQUENCE.match(reader.text, position)) is not None:
            position = command.end()  # \setlength\parskip{0pt}
        else:
            return None
    return position
