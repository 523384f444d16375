"""Choosing among the fixes of a text, and applying them: nothing outside their edits changes."""

from __future__ import annotations

from bisect import bisect_right, insort
from itertools import pairwise
from typing import TYPE_CHECKING

from texbook.latex.nesting import read_nesting
from texbook.latex.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texbook.base.fix import Edit, Fix


def apply_fixes(text: str, fixes: Sequence[Fix]) -> tuple[str, int]:
    r"""Apply as many fixes as can be applied at once; give the new text and their number.

    >>> from texbook.base.fix import Edit, Fix
    >>> apply_fixes("wait...", [Fix("write \\dots", (Edit(4, 7, "\\dots"),), safe=True)])
    ('wait\\dots', 1)
    """
    chosen = choose_fixes(text, fixes)
    return apply_edits(text, [edit for fix in chosen for edit in fix.edits]), len(chosen)


def choose_fixes(text: str, fixes: Sequence[Fix]) -> list[Fix]:
    """Choose fixes that do not touch each other: the first by position wins, the others wait.

    A fix is applied with all its edits or not at all. Edits that only touch count as a conflict as
    well: what stands on both sides of a border was judged without knowing of the other's change.
    The same fix found twice is one. A fix that would change nothing is left out.
    """
    taken: list[tuple[int, int]] = []
    chosen: list[Fix] = []
    ordered = sorted(dict.fromkeys(fixes), key=lambda fix: sorted(_stretches(fix)))
    for fix in ordered:
        changes = any(text[e.start : e.end] != _replacement(text, e) for e in fix.edits)
        if changes and is_sound(text, fix) and not any(_meets(s, taken) for s in _stretches(fix)):
            chosen.append(fix)
            for stretch in _stretches(fix):
                insort(taken, stretch)
    return chosen


def is_sound(text: str, fix: Fix) -> bool:
    """Say whether the edits of a fix lie in the text and do not overlap each other."""
    stretches = sorted(_stretches(fix))
    inside = all(0 <= start <= end <= len(text) for start, end in stretches)
    apart = all(a != b and a[1] <= b[0] for a, b in pairwise(stretches))
    return bool(stretches) and inside and apart


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """Apply edits that do not overlap, in any order."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += (text[position : edit.start], _replacement(text, edit))
        position = edit.end
    return "".join((*parts, text[position:]))


def breaks(before: str, after: str) -> bool:
    """Say whether more braces, environments or formulas stand open in a text than before."""
    old, new = (len(read_nesting(tokenize(text)).faults) for text in (before, after))
    return new > old


def _replacement(text: str, edit: Edit) -> str:
    r"""Give what an edit writes, with line ends as they are where it stands.

    A rule that writes several lines writes ``\n``; in a file with CRLF that would be a mixture.
    """
    if "\n" not in edit.replacement:
        return edit.replacement
    line_end = text.find("\n", edit.end)
    if line_end < 0:
        line_end = text.rfind("\n")
    if line_end <= 0 or text[line_end - 1] != "\r":
        return edit.replacement
    return edit.replacement.replace("\r\n", "\n").replace("\n", "\r\n")


def _stretches(fix: Fix) -> list[tuple[int, int]]:
    return [(edit.start, edit.end) for edit in fix.edits]


def _meets(stretch: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    """Say whether a stretch overlaps or touches one of those taken (sorted, apart)."""
    index = bisect_right(taken, stretch)
    return (index > 0 and taken[index - 1][1] >= stretch[0]) or (
        index < len(taken) and taken[index][0] <= stretch[1]
    )
