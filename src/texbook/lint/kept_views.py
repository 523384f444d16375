"""The prose of passages as earlier runs have made it, by the digest of the passage.

Rules on the whole book look at the prose of all of it; after an edit only the prose of the
passages that changed is made anew. The file is a line of JSON, which says where each view begins
and ends, and then the views themselves: they are as long as the book, and most are never looked at.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING

from texbook.lint.kept import read_bytes, write_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.lint.passage import Passage

_FEWEST = 500
"""Views that are kept in any case."""


class KeptViews:
    """Views of passages, of this run and of earlier ones.

    Args:
        path: where they are kept.
        version: of the code that makes them.
    """

    def __init__(self, path: Path, version: str) -> None:
        self._path = path
        self._version = version
        self._new: dict[str, bytes] = {}
        self._used: dict[str, None] = {}

    def get(self, passage: Passage) -> str | None:
        """Give the prose of a passage, if it is known."""
        digest = passage.digest
        self._used[digest] = None
        content = self._new.get(digest) or self._old.get(digest)
        try:
            view = None if content is None else content.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return None
        return view if view is not None and len(view) == len(passage.text) else None

    def put(self, passage: Passage, view: str) -> None:
        """Remember the prose of a passage."""
        self._used[passage.digest] = None
        self._new[passage.digest] = view.encode("utf-8", "surrogatepass")

    def save(self) -> None:
        """Write what is new, and forget what has not been asked for the longest time."""
        if not self._new:
            return
        unused = [digest for digest in self._old if digest not in self._used]
        views = {**self._old, **self._new}
        kept = [*unused[-max(_FEWEST, len(self._used)) :], *self._used]
        places: dict[str, tuple[int, int]] = {}
        parts: list[bytes] = []
        position = 0
        for digest in kept:
            if (view := views.get(digest)) is not None:
                places[digest] = (position, position + len(view))
                parts.append(view)
                position += len(view)
        head = json.dumps({"version": self._version, "views": places}, separators=(",", ":"))
        write_bytes(self._path, b"".join((head.encode(), b"\n", *parts)))

    @cached_property
    def _old(self) -> dict[str, bytes]:
        head, _, views = read_bytes(self._path).partition(b"\n")
        try:
            table = json.loads(head)
            if table["version"] != self._version:
                return {}
            return {digest: views[start:end] for digest, (start, end) in table["views"].items()}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return {}
