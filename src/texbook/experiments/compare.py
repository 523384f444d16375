"""Comparing what an experiment gives now with what is stored."""

from __future__ import annotations

import math
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.errors import TexbookError
from texbook.base.results import read_results
from texbook.base.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from texbook.base.results import StoredResults
    from texbook.experiments.execute import Execution

TOLERANCE = 1e-6
"""So far may two numbers differ, relative to the larger, where the script states nothing."""

_ROUNDING = 1e-12
"""So far may a number be from zero that was zero: relative to zero, everything is far."""

CODE = "results-differ"


def compare(execution: Execution) -> tuple[Diagnostic, ...]:
    """Find the differences between the stored values and those of an execution."""
    experiment, report = execution.experiment, execution.report
    assert report is not None
    run = (f'if the new ones are right: "texbook run {experiment.slug}"',)
    if not experiment.results.is_file():
        return (_error("the results are not stored", Span(experiment.script), run),)
    try:
        stored = read_results(experiment.results)
    except TexbookError as error:
        span = error.span or Span(experiment.results)
        anew = (f'"texbook run {experiment.slug}" writes them anew',)
        return (replace(error.diagnostic(), span=span, hints=anew, source="experiment"),)
    found = [
        _error(message, stored.span("values", key) if key else stored.span("values"), run)
        for key, message in _differences(stored, report["values"], report["tolerances"])
    ]
    if execution.figure is not None and not experiment.figure.is_file():
        message = f'the figure "{experiment.figure.name}" is not there'
        draw = (f'"texbook run {experiment.slug}" draws it',)
        found.append(_error(message, Span(experiment.results), draw))
    return tuple(found)


def _differences(
    stored: StoredResults, now: Mapping[str, Any], tolerances: Mapping[str, float]
) -> Iterator[tuple[str, str]]:
    for key, value in stored.values.items():
        if key not in now:
            yield key, f'"{key}" is stored, but results() does not give it any more'
            continue
        tolerance = tolerance_of(key, tolerances)
        for place, old, new in unequal(value, now[key], tolerance, key):
            yield (
                key,
                f'"{place}" was {_shown(old)} and is {_shown(new)} now{_far(old, new, tolerance)}',
            )
    for key in now:
        if key not in stored.values:
            yield "", f'results() gives "{key}", which is not stored'


def tolerance_of(name: str, tolerances: Mapping[str, float]) -> float:
    """Give the relative tolerance of a value: its own, else the first pattern's that fits.

    >>> tolerance_of("loss_3", {"loss_*": 0.01, "loss_3": 0.1})
    0.1
    """
    if name in tolerances:
        return tolerances[name]
    fitting = (value for pattern, value in tolerances.items() if fnmatchcase(name, pattern))
    return next(fitting, TOLERANCE)


def unequal(old: Any, new: Any, tolerance: float, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield where two values differ: numbers with a point by the tolerance, all others at all.

    >>> list(unequal([1, 2.0], [1, 2.1], 1e-6, "loss"))
    [('loss[1]', 2.0, 2.1)]
    """
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from unequal(before, after, tolerance, f"{place}[{number}]")
    elif isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        for key, before in old.items():
            yield from unequal(before, new[key], tolerance, f"{place}.{key}")
    elif not _same(old, new, tolerance):
        yield place, old, new


def _same(old: Any, new: Any, tolerance: float) -> bool:
    if _is_number(old) and _is_number(new):
        if isinstance(old, int) and isinstance(new, int):
            return old == new
        rounding = _ROUNDING if old == 0 or new == 0 else 0.0
        return math.isclose(old, new, rel_tol=tolerance, abs_tol=rounding)
    return type(old) is type(new) and bool(old == new)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _far(old: Any, new: Any, tolerance: float) -> str:
    """Say how far two numbers are apart."""
    if not _is_number(old) or not _is_number(new):
        return ""
    if isinstance(old, int) and isinstance(new, int):
        return ""
    relative = abs(new - old) / max(abs(old), abs(new))
    return f" (relative difference {relative:.2g}, tolerance {tolerance:.2g})"


def _shown(value: Any) -> str:
    match value:
        case str():
            return f'"{value[:60]}"'
        case list():
            return f"a list of {len(value)}"
        case dict():
            return f"a table of {len(value)}"
    return repr(value)


def _error(message: str, span: Span, hints: tuple[str, ...]) -> Diagnostic:
    return Diagnostic(CODE, Severity.ERROR, message, span, hints, source="experiment")
