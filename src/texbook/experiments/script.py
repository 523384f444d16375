"""Places in an experiment's script: its functions, their returns, the names of its values."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.errors import TexbookError
from texbook.base.source import SourceFile, read_source
from texbook.base.span import Position, Span

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Script:
    """A script's text and its syntax tree; both empty if it cannot be read as Python."""

    source: SourceFile
    _tree: ast.Module = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Script:
        """Read a script as far as it can be read."""
        try:
            source = read_source(path)
            return cls(source, ast.parse(source.text))
        except TexbookError:
            return cls(SourceFile(path, ""), ast.Module([], []))
        except (SyntaxError, ValueError, RecursionError):
            return cls(source, ast.Module([], []))

    def function(self, name: str) -> Span:
        """Give the place of a function's head; the file if it is made in another way."""
        node = self._function(name)
        return self._place(node) if node is not None else Span(self.source.path)

    def returned(self, name: str) -> Span:
        """Give the last place at which a function returns; its head if it does not."""
        node = self._function(name)
        found = [item for item in ast.walk(node) if isinstance(item, ast.Return)] if node else []
        return (
            self._place(max(found, key=lambda item: item.lineno)) if found else self.function(name)
        )

    def assigned(self, name: str) -> Span:
        """Give the place at which a name of the module is set."""
        for node in self._tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            if isinstance(node, ast.AnnAssign):
                targets = [node.target]
            if any(isinstance(item, ast.Name) and item.id == name for item in targets):
                return self._place(node)
        return Span(self.source.path)

    def key(self, name: str) -> Span:
        """Give the place at which a value is named, best within ``results()``; else its return."""
        function = self._function("results")
        for within in (function, self._tree):
            for node in ast.walk(within) if within is not None else ():
                keyword = isinstance(node, ast.keyword) and node.arg == name
                if keyword or (isinstance(node, ast.Constant) and node.value == name):
                    assert isinstance(node, ast.keyword | ast.Constant)
                    return self._place(node)
        return self.returned("results")

    def _function(self, name: str) -> ast.FunctionDef | None:
        found = [n for n in self._tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
        return found[-1] if found else None

    def _place(self, node: ast.stmt | ast.expr | ast.keyword) -> Span:
        """Give a node's place, the first line of it; ast counts columns in bytes of UTF-8."""
        line = self.source.line(node.lineno).encode()
        start = len(line[: node.col_offset].decode("utf-8", "replace"))
        end = len(line.decode())
        if node.end_lineno == node.lineno and node.end_col_offset is not None:
            end = len(line[: node.end_col_offset].decode("utf-8", "replace"))
        first = Position(node.lineno, start + 1)
        return Span(self.source.path, first, Position(node.lineno, end + 1))
