"""Chinese, Japanese and Korean text, whose quotes, dashes and dots follow rules of their own."""

from __future__ import annotations

import re

_EAST_ASIAN = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
"""Kana, ideographs, Hangul, and their punctuation (Unicode, chapter 18)."""
_NEAR = 2
"""Code points."""


def is_east_asian(text: str, start: int, end: int) -> bool:
    """Say whether a stretch holds, or stands beside, such characters.

    >>> is_east_asian("\u4e2d\u6587 - \u4e2d\u6587", 2, 5), is_east_asian("one - two", 3, 6)
    (True, False)
    """
    return _EAST_ASIAN.search(text, max(0, start - _NEAR), end + _NEAR) is not None
