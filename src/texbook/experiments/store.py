"""Storing what an experiment gave: its results file and its figure, each whole or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from texbook.base.atomic import storage_errors, write_atomically
from texbook.base.errors import BookError
from texbook.base.results import read_results

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from texbook.experiments.execute import Execution

_TABLES = ("values", "tolerances", "inputs", "versions")


def results_text(report: Mapping[str, Any]) -> str:
    """Write a results file: the keys as ``results()`` gave them, one value a line.

    >>> print(results_text({"values": {"a": 1, "b": [0.1, "x"]}, "seed": 7, "digest": "9c"}))
    {
      "values": {
        "a": 1,
        "b": [0.1, "x"]
      },
      "seed": 7,
      "digest": "9c"
    }
    <BLANKLINE>
    """
    parts = []
    for key in ("values", "tolerances", "seed", "digest", "inputs", "versions"):
        value = report.get(key)
        if key in _TABLES:
            if not value and key != "values":
                continue
            lines = (f"    {_json(name)}: {_json(item)}" for name, item in (value or {}).items())
            body = ",\n".join(lines)
            parts.append(f'  "{key}": {{\n{body}\n  }}' if body else f'  "{key}": {{}}')
        elif value is not None:
            parts.append(f'  "{key}": {_json(value)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def store(execution: Execution) -> tuple[Path, ...]:
    """Write what a good execution gave, where it differs from what is there.

    The figure comes first: as long as the results are the old ones, the experiment is out of date
    and would run again. Other versions alone change nothing.

    Returns:
        The files that were written.

    Raises:
        StorageError: when a file cannot be written; it is then the old one.
    """
    experiment, report = execution.experiment, execution.report
    assert report is not None
    written = []
    if execution.figure is not None and _content(experiment.figure) != execution.figure:
        write_atomically(experiment.figure, execution.figure, is_alone=True)
        written.append(experiment.figure)
    if not _is_stored(experiment.results, report):
        write_atomically(experiment.results, results_text(report).encode(), is_alone=True)
        written.append(experiment.results)
    return tuple(written)


def _content(path: Path) -> bytes | None:
    if not path.exists():
        return None
    with storage_errors("read", path):
        return path.read_bytes()


def _is_stored(path: Path, report: Mapping[str, Any]) -> bool:
    if not path.exists():
        return False
    try:
        stored = read_results(path)
    except BookError:
        return False
    return stored.source.text == results_text({**report, "versions": stored.versions})
