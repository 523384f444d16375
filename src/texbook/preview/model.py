"""What the preview is told, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from texbook.base.page_place import PagePlace


@dataclass(frozen=True, slots=True)
class Actions:
    """What the preview asks of the rest of texbook.

    Attributes:
        open_page: opens the editor at page, x, y and the word there; tells file and line.
        open_file: opens the editor at a file, line and column; tells file and line.
        locate: gives the first place in the book of a line of the author's.

    All may raise a `TexbookError`, whose message is shown in the browser.
    """

    open_page: Callable[[int, float, float, str], tuple[Path, int]]
    open_file: Callable[[Path, int, int | None], tuple[Path, int]]
    locate: Callable[[Path, int], PagePlace | None]
