"""The Jinja extension that puts line marks into the stream of tokens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2.ext import Extension
from jinja2.lexer import Token

from texbook.render.marks import Sites

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2.lexer import TokenStream


class LineMarks(Extension):
    """Marks each line of template text, and what expressions, includes and calls give."""

    @property
    def sites(self) -> Sites:
        """The places of all templates of this environment."""
        found = self.environment.__dict__.setdefault("texbook_sites", Sites())
        assert isinstance(found, Sites)
        return found

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Add data tokens that hold marks; no other token is touched."""
        path = Path(stream.filename or stream.name or "")
        sites = self.sites
        statement: list[Token] = []
        required = False  # Jinja lets a required block hold nothing but white space
        for token in stream:
            if statement:
                statement.append(token)
                if token.type != "block_end":
                    continue
                required = _begins_required(statement)
                yield from _marked_statement(statement, path, sites)
                statement = []
            elif token.type == "block_begin":
                statement = [token]
            elif token.type == "variable_begin":
                yield Token(token.lineno, "data", sites.call(path, token.lineno))
                yield token
            elif token.type == "variable_end":
                yield token
                yield Token(token.lineno, "data", sites.returned())
            elif token.type == "data" and not required:
                yield _marked_text(token, path, sites)
            else:
                yield token
        yield from statement


def _begins_required(statement: list[Token]) -> bool:
    return statement[1].value == "block" and any(token.value == "required" for token in statement)


def _marked_text(token: Token, path: Path, sites: Sites) -> Token:
    lines = token.value.split("\n")
    marked = [
        sites.text(path, token.lineno + index) + line if line or index < len(lines) - 1 else ""
        for index, line in enumerate(lines)
    ]
    return Token(token.lineno, "data", "\n".join(marked))


def _marked_statement(statement: list[Token], path: Path, sites: Sites) -> Iterator[Token]:
    """Give a whole statement with the marks that its kind asks for."""
    line = statement[0].lineno
    keyword = statement[1].value
    if keyword in ("include", "call"):
        yield Token(line, "data", sites.call(path, line))
    elif keyword == "filter":
        yield Token(line, "data", sites.text(path, line))
    yield from statement
    if keyword in ("include", "endcall"):
        yield Token(line, "data", sites.returned())
    elif keyword == "block" and not _begins_required(statement):
        yield Token(line, "data", sites.text(path, line))
