"""The templates that come with texbook, as opposed to the author's."""

from __future__ import annotations

import functools
from pathlib import Path

PACKAGED_TEMPLATES = Path(__file__).parent / "templates"
"""Folder of the parent of a question and of the skeleton of a new one."""


@functools.cache
def is_packaged(path: Path) -> bool:
    """Say whether a file is one of ours; texbook's own repository is a book that holds them."""
    return PACKAGED_TEMPLATES.resolve() in path.resolve().parents
