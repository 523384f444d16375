r"""The stored results of an experiment: ``<stem>.results.json`` beside its script.

The file's layout, one value a line::

    {
      "values": {"loss": 0.123, "rivals": [1, 3, 8]},
      "tolerances": {"loss": 0.001},
      "seed": 7,
      "digest": "9c6f...",
      "inputs": {"chapters/01-loss/homes.csv": "77ab..."},
      "versions": {"python": "3.11.7", "numpy": "2.1.3"}
    }

Only ``values`` must be there: numbers, texts, booleans, and lists or tables of them. ``digest`` is
that of the script, ``inputs`` those of the other files of the book that it read, by their path from
the book's folder; null for a file that it looked for in vain.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from texbook.base.errors import BookError
from texbook.base.source import SourceFile, read_source
from texbook.base.span import Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RESULTS_SUFFIX = ".results.json"
"""What stands behind the stem of script and question."""

_CONFLICT = re.compile(r"(?m)^(?:<{7}|={7}|>{7})(?: .*)?$")
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\],:]')


class DamagedResultsError(BookError):
    """A results file does not hold what texbook wrote there."""

    code = "damaged-results"


@dataclass(frozen=True, slots=True)
class StoredResults:
    """What an experiment last gave.

    Attributes:
        source: the file.
        values: by name, in the order of ``results()``.
        tolerances: relative tolerances by name or pattern.
        digest: of the script that gave them; None if they were written by hand.
        inputs: digests of the other files that it read, by path from the book's folder; None for
            a file that was not there.
    """

    source: SourceFile
    values: Mapping[str, Any]
    tolerances: Mapping[str, float] = field(default_factory=dict)
    seed: int | None = None
    digest: str | None = None
    inputs: Mapping[str, str | None] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    def span(self, *path: str) -> Span:
        """Give the place of a key, such as ``values``, ``loss``; the file if it has none."""
        place = key_place(self.source.text, path)
        return Span(self.source.path) if place is None else self.source.span(*place)


def read_results(path: Path) -> StoredResults:
    """Read a results file.

    Raises:
        DamagedResultsError: when it is not what texbook writes, with the line.
        BookError, StorageError: as `read_source`.
    """
    source = read_source(path)
    if found := _CONFLICT.search(source.text):
        raise DamagedResultsError(
            "the stored results hold the marks of a merge conflict", span=source.span(*found.span())
        )
    try:
        table = json.loads(source.text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        words = error.msg[:1].lower() + error.msg[1:]
        raise DamagedResultsError(
            f"the stored results are not valid JSON: {words}",
            span=Span.at(path, error.lineno, error.colno),
        ) from None
    except (ValueError, RecursionError) as error:
        raise DamagedResultsError(
            f"the stored results are not valid JSON: {error}", span=Span(path)
        ) from None
    return _checked(source, table)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _checked(source: SourceFile, table: Any) -> StoredResults:
    values = table.get("values") if isinstance(table, dict) else None
    if not isinstance(values, dict):
        raise DamagedResultsError('the stored results have no "values"', span=Span(source.path))
    stored = StoredResults(
        source,
        values,
        table.get("tolerances", {}),
        table.get("seed"),
        table.get("digest"),
        table.get("inputs", {}),
        table.get("versions", {}),
    )
    for key, value in values.items():
        if not _is_value(value):
            raise _wrong(stored, ("values", key), "a number, a text, or a list or table of them")
    for key, good, form in (
        ("tolerances", _is_table(stored.tolerances, int, float), "a table of numbers"),
        ("seed", isinstance(stored.seed, int | None), "a whole number"),
        ("digest", isinstance(stored.digest, str | None), "a text"),
        ("inputs", _is_table(stored.inputs, str, type(None)), "a table of texts"),
        ("versions", _is_table(stored.versions, str), "a table of texts"),
    ):
        if not good:
            raise _wrong(stored, (key,), form)
    return stored


def _wrong(stored: StoredResults, key: tuple[str, ...], form: str) -> DamagedResultsError:
    message = f'"{key[-1]}" in the stored results is not {form}'
    return DamagedResultsError(message, span=stored.span(*key))


def _is_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_value(item) for item in value)
    if isinstance(value, dict):
        return all(_is_value(item) for item in value.values())
    return isinstance(value, int | float | str)


def _is_table(value: Any, *kinds: type) -> bool:
    return isinstance(value, dict) and all(isinstance(item, kinds) for item in value.values())


def key_place(text: str, path: tuple[str, ...]) -> tuple[int, int] | None:
    r"""Find a key of a JSON text, which `json` does not tell: offsets from 0, end exclusive.

    >>> key_place('{"a": {"x": 1},\n "b": {"x": 2}}', ("b", "x"))
    (23, 26)
    """
    here: list[str] = []
    """The key that was read last, for each table or list that is open."""
    last: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "{" | "[":
                here.append("")
            case "}" | "]":
                here = here[:-1]
            case ":" if last is not None and here:
                here[-1] = json.loads(last[0])
                if tuple(here) == path:
                    return last.span()
            case word if word.startswith('"'):
                last = token
    return None
