"""One change of the book as an author makes it, and the ways to change a file's text.

Every change is exact: a place that is not there, or is there twice, is an error. So an edit never
does nothing because somebody has rewritten the book.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.measure import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_END_OF_BLOCK = "%% endblock\n"


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the book that stands on those before it.

    Attributes:
        name: unique in the series.
        kind: what sort of change it is, for the summary.
        apply: makes it, in the book in the folder that it is given.
        fails: whether the book cannot be typeset afterwards.
    """

    name: str
    kind: str
    apply: Callable[[Path], None]
    fails: bool = False


def named(kind: str, apply: Callable[[Path], None], *, fails: bool = False) -> Edit:
    """Make an edit that is called as its function, with hyphens."""
    return Edit(apply.__name__.replace("_", "-"), kind, apply, fails)


def question(root: Path, slug: str) -> Path:
    """Find the template of a question.

    Raises:
        BenchmarkError: there is none, or more than one.
    """
    found = sorted(root.glob(f"chapters/*/{slug}.j2.tex"))
    if len(found) != 1:
        raise BenchmarkError(f'{len(found)} questions are called "{slug}"')
    return found[0]


def swap(path: Path, old: str, new: str) -> None:
    """Put a text in the place of another, which must stand in the file exactly once.

    Raises:
        BenchmarkError: it does not.
    """
    text = path.read_text("utf-8")
    if text.count(old) != 1:
        raise BenchmarkError(f'"{path.name}" has {text.count(old)} times what is edited:\n{old}')
    path.write_text(text.replace(old, new), "utf-8")


def add_to_block(root: Path, slug: str, block: str, addition: str) -> None:
    """Put a paragraph at the end of a question's block.

    Raises:
        BenchmarkError: the question or the block is not there.
    """
    path = question(root, slug)
    start, opened, rest = path.read_text("utf-8").partition(f"%% block {block}\n")
    body, closed, end = rest.partition(_END_OF_BLOCK)
    if not opened or not closed:
        raise BenchmarkError(f'"{path.name}" has no block "{block}"')
    path.write_text(f"{start}{opened}{body}{_paragraph(addition)}{closed}{end}", "utf-8")


def take_from_block(root: Path, slug: str, addition: str) -> None:
    """Take a paragraph away again that `add_to_block` has put into a question.

    Raises:
        BenchmarkError: it is not there as it was added.
    """
    swap(question(root, slug), _paragraph(addition) + _END_OF_BLOCK, _END_OF_BLOCK)


def _paragraph(addition: str) -> str:
    return f"\n{addition.strip()}\n"


def cut(path: Path, begin: str, end: str) -> None:
    """Take away what stands from one text to the first other text behind it, both included.

    Raises:
        BenchmarkError: the first does not stand there once, or the second not behind it.
    """
    text = path.read_text("utf-8")
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if text.count(begin) != 1 or not found:
        raise BenchmarkError(f'"{path.name}" has not "{begin}" once, and "{end}" behind it')
    path.write_text(before + after, "utf-8")
