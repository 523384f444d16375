r"""Which files TeX has open, as its log tells: ``(./a.tex [1] (./b.tex) [2])``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TRACKED = r'"[^"]*"|\.{0,2}/[^()"]*?\.[A-Za-z]\w{0,7}(?=[\s)]|$)|[^\s()"]*)|\)|\[(?=\d)'
_FILE_NAME = re.compile(r"^\"?(?:\.{0,2}/|.*\.[A-Za-z]\w{0,7}\"?$)")
_OWN_FILES = 1000
_DEEPEST_STACK = 500
"""Files and parentheses within each other; TeX itself opens at most 127 files (texmf.cnf)."""


def tracking_pattern(files: Iterable[str] = ()) -> re.Pattern[str]:
    """Make the pattern that finds where files open and close, and pages are shipped.

    Args:
        files: names of files as the engine prints them. Those with a blank or a parenthesis in them
            can be told from the text around them only so.
    """
    odd = sorted({name for name in files if re.search(r'[\s()"\[\]]', name)}, key=len)
    names = "".join(re.escape(name) + "|" for name in reversed(odd[-_OWN_FILES:]))
    return re.compile(r"\((?P<name>" + names + _TRACKED)


@dataclass(slots=True)
class FileStack:
    """The files that are open.

    Attributes:
        pattern: from `tracking_pattern`.
        closed: the file that was closed last.
        shipped: pages so far.
    """

    pattern: re.Pattern[str]
    closed: str | None = None
    shipped: int = 0
    _stack: list[str] = field(default_factory=list)

    @property
    def opened(self) -> tuple[str, ...]:
        """All that are open, outermost first."""
        return tuple(name for name in self._stack if name)

    @property
    def innermost(self) -> str | None:
        """The one that is being read."""
        return next((name for name in reversed(self._stack) if name), None)

    @property
    def current(self) -> str | None:
        """The one that is being read, or else the one that was read last."""
        return self.innermost or self.closed

    def track(self, line: str) -> None:
        """Follow files that open and close and pages that are shipped: ``(./a.tex [1] [2])``."""
        for token in self.pattern.finditer(line):
            if token[0] == ")":
                if self._stack:
                    self.closed = self._stack.pop() or self.closed
            elif token[0] == "[":
                self.shipped += 1
            elif len(self._stack) < _DEEPEST_STACK:
                name = token["name"]
                self._stack.append(name.strip('"') if _FILE_NAME.match(name) else "")
