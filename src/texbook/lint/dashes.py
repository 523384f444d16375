"""The dash that the house sets between parts of a sentence."""

from __future__ import annotations

from texbook.config.model import DashStyle

_DASHES = {DashStyle.EM: "---", DashStyle.SPACED_EM: " --- ", DashStyle.SPACED_EN: " -- "}


def dash(style: DashStyle) -> str:
    """Give a dash as LaTeX, with the spaces around it.

    >>> dash(DashStyle.SPACED_EN)
    ' -- '
    """
    return _DASHES[style]
