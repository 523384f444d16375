"""Headings' titles as plain text."""

from __future__ import annotations

from texbook.latex.accents import compose_accents
from texbook.latex.arguments import ArgumentReader
from texbook.latex.tokens import Kind, Token, tokenize

_DROPPED = frozenset(
    {"label", "index", "amzindex", "footnote", "thanks", "vspace", "hspace", "footnotemark"}
)
_LONGEST = 2000
"""Code points; no title is longer, but a broken text may look as if one were."""


def plain_title(latex: str) -> str:
    r"""Give a title as it prints, without formatting.

    >>> plain_title(r"Why \emph{It}~Fails\label{sec:x}")
    'Why It Fails'
    >>> plain_title(r"Mise en \oe uvre, d'\'energie")
    "Mise en œuvre, d'énergie"
    >>> plain_title(r"Loss \texorpdfstring{$\ell_2$}{L2}: 5\,\% off")
    'Loss L2: 5 % off'
    >>> plain_title(r"Two\\[2mm] lines")
    'Two lines'
    """
    text = compose_accents(latex[:_LONGEST])
    if not any(character in text for character in "\\{}$%"):
        return " ".join(text.replace("~", " ").split())
    tokenized = tokenize(text)
    reader = ArgumentReader(tokenized)
    parts: list[str] = []
    position = 0
    for token in tokenized.tokens:
        if token.start < position:
            continue
        parts.append(text[position : token.start].replace("~", " "))
        if token.kind is Kind.COMMAND:
            position = _after_command(reader, token)
        else:
            closed = token.kind is Kind.CLOSE or token.start in tokenized.matching
            parts.append("" if closed else _printed(text, token))
            position = token.end
            if token.kind is Kind.SYMBOL and token.name == "\\":
                position = reader.after_options(reader.star(position))
    parts.append(text[position:].replace("~", " "))
    return " ".join("".join(parts).split())


def _after_command(reader: ArgumentReader, token: Token) -> int:
    """Give the offset after a command and what of its arguments does not print."""
    if token.name in _DROPPED or token.name == "texorpdfstring":
        position = reader.after_options(token.end)
        argument = reader.braced(position)
        return position if argument is None else argument.end + 1
    return reader.skip_space(token.end)


def _printed(text: str, token: Token) -> str:
    written = text[token.start : token.end]
    if token.kind is Kind.SYMBOL:
        return token.name if token.name in "%&#_${}" else " "
    if token.kind is Kind.CODE:
        return written[1:-1]
    if token.kind in (Kind.COMMENT, Kind.PARAGRAPH):
        return " "
    return written if token.kind is Kind.OPEN else ""
