"""What a build did and why, in the few words that a screen has room for."""

from __future__ import annotations

from texbook.build.model import BuildResult, Outcome

_BUILD, _ONE_RUN = "build", "built in one run"
"""What the reasons are for that concern the whole: of its build, and of typesetting it at once."""


def summary(result: BuildResult, *, has_cause: bool) -> list[str]:
    """Say why a build ran and what it typeset; `texbook build --explain` tells all.

    >>> from pathlib import Path
    >>> from texbook.build.model import RerunReason
    >>> new = (RerunReason("build", "no earlier build"), RerunReason("one", "it is new"))
    >>> result = BuildResult(Outcome.BUILT, Path("main.pdf"), reasons=new, typeset=(1, 1))
    >>> summary(result, has_cause=False)
    ['no earlier build', '1 of 1 segment typeset']

    Args:
        result: what the build gave.
        has_cause: what led to it is told already: files that were saved while the book is watched.
    """
    if result.outcome is Outcome.UP_TO_DATE:
        return ["the PDF was up to date"]
    causes = [reason.why for reason in result.reasons if reason.what == _BUILD]
    told = [_first(causes)] if causes and not has_cause else []
    told += (f"typeset in one run: {r.why}" for r in result.reasons if r.what == _ONE_RUN)
    if result.typeset is not None:
        count, total = result.typeset
        told.append(f"{count:,} of {total:,} segment{'' if total == 1 else 's'} typeset")
    return told


def _first(causes: list[str]) -> str:
    more = f" (and {len(causes) - 1:,} more)" if len(causes) > 1 else ""
    return f"{causes[0]}{more}"
