"""What passages are, as earlier runs have found out: their prose, and what rules look for in it.

Rules on the whole book look at all of it; after an edit only the passages that changed are read
anew. The file is a line with the digest of the next one; a line of JSON, which holds the values and
says where each view begins and ends; and then the views themselves: they are as long as the book,
and most are never looked at.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from texbook.base.digest import digest_bytes
from texbook.lint.kept import read_bytes, write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from texbook.lint.passage import Passage

_FEWEST = 500
"""Passages of which something is kept in any case."""


class KeptViews:
    """Views and values of passages, of this run and of earlier ones.

    Args:
        path: where they are kept.
        version: of the code that makes them.
    """

    def __init__(self, path: Path, version: str) -> None:
        self._path = path
        self._version = version
        self._used: dict[str, None] = {}
        self._is_changed = False

    def get(self, passage: Passage) -> str | None:
        """Give the prose of a passage, if it is known."""
        self._used[passage.digest] = None
        content = self._views.get(passage.digest)
        try:
            view = None if content is None else content.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return None
        return view if view is not None and len(view) == len(passage.text) else None

    def put(self, passage: Passage, view: str) -> None:
        """Remember the prose of a passage."""
        self._used[passage.digest] = None
        self._is_changed = True
        self._views[passage.digest] = view.encode("utf-8", "surrogatepass")

    def value(self, name: str, passage: Passage, make: Callable[[Passage], Any]) -> Any:
        """Give a value of a passage, made now if it is not known: see `Passage.remembered`."""
        self._used[passage.digest] = None
        values = self._values.setdefault(passage.digest, {})
        if name not in values:
            values[name] = make(passage)
            self._is_changed = True
        return values[name]

    def save(self) -> None:
        """Write what is new, and forget what has not been asked for the longest time."""
        if not self._is_changed:
            return
        known = dict.fromkeys((*self._views, *self._values))
        unused = [digest for digest in known if digest not in self._used]
        kept = [*unused[-max(_FEWEST, len(self._used)) :], *self._used]
        places: dict[str, tuple[int, int]] = {}
        parts: list[bytes] = []
        position = 0
        for digest in kept:
            if (view := self._views.get(digest)) is not None:
                places[digest] = (position, position + len(view))
                parts.append(view)
                position += len(view)
        values = {digest: self._values[digest] for digest in kept if digest in self._values}
        table = {"version": self._version, "views": places, "values": values}
        head = json.dumps(table, separators=(",", ":")).encode()
        write_bytes(self._path, b"\n".join((digest_bytes(head).encode(), head, b"".join(parts))))

    @property
    def _views(self) -> dict[str, bytes]:
        return self._known[0]

    @property
    def _values(self) -> dict[str, dict[str, Any]]:
        return self._known[1]

    @cached_property
    def _known(self) -> tuple[dict[str, bytes], dict[str, dict[str, Any]]]:
        digest, _, rest = read_bytes(self._path).partition(b"\n")
        head, _, views = rest.partition(b"\n")
        if digest != digest_bytes(head).encode():
            return {}, {}
        table = json.loads(head)
        if table["version"] != self._version:
            return {}, {}
        places = table["views"].items()
        return {digest: views[start:end] for digest, (start, end) in places}, table["values"]
