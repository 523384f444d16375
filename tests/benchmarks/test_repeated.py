"""Our own book, repeated: every file and every label has a name of its own."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from benchmarks.books import copy_own_book
from benchmarks.repeated import repeat_book

if TYPE_CHECKING:
    from pathlib import Path


def includes(root: Path) -> list[str]:
    """Name what the main file reads of the chapters, in order."""
    text = (root / "main.tex").read_text("utf-8")
    return re.findall(r"^\\include\{(chapters/.*)\}$", text, re.MULTILINE)


def test_a_repeated_book_reads_each_chapter_several_times_under_other_names(
    tmp_path: Path,
) -> None:
    root = tmp_path / "book"
    copy_own_book(root)
    once = includes(root)
    repeat_book(root, 3)
    assert includes(root) == once + [f"{name}-{number}" for number in (2, 3) for name in once]
    sources = [
        next(path for path in (root / f"{name}.j2.tex", root / f"{name}.tex") if path.is_file())
        for name in includes(root)
    ]
    text = "".join(source.read_text("utf-8") for source in sources)
    labels = Counter(re.findall(r"\\label\{([^{}]+)\}", text))
    assert labels
    assert set(labels.values()) == {1}
    drawings = re.findall(r"images/[\w-]+\.pdf", text)
    assert drawings
    assert all((root / drawing).is_file() for drawing in drawings)
