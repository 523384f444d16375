r"""The stored results of a question's experiment: ``<stem>.results.json`` beside the template.

The file's layout::

    {"values": {"loss": 0.123, ...}, "seed": 7, "digest": "...", "versions": {"numpy": "2.1"}}

Only ``values`` is read here: numbers, texts, booleans, and lists or tables of them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from texbook.base.errors import TexbookError
from texbook.base.source import read_source
from texbook.base.span import Span
from texbook.project import TEMPLATE_SUFFIX
from texbook.render.faults import TemplateFault
from texbook.render.marks import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

RESULTS_SUFFIX = ".results.json"


def results_path(template: Path) -> Path:
    """Give the file that holds the results for a template."""
    return template.with_name(template.name.removesuffix(TEMPLATE_SUFFIX) + RESULTS_SUFFIX)


class Results:
    """The values by name, for templates: ``results.loss``.

    It has no public methods, so that no name of a value can be hidden by one.
    """

    def __init__(self, path: Path, values: Mapping[str, Any] | None) -> None:
        self._path = path
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return (self._values or {})[name]

    def __contains__(self, name: object) -> bool:
        return name in (self._values or {})

    def __iter__(self) -> Iterator[str]:
        return iter(self._values or {})

    def __len__(self) -> int:
        return len(self._values or {})


def missing_file_name(results: Results) -> str | None:
    """Give the name of the results file if it does not exist."""
    return results._path.name if results._values is None else None  # noqa: SLF001


def file_name(results: Results) -> str:
    """Give the name of the results file."""
    return results._path.name  # noqa: SLF001


def load_results(template: Path) -> Results:
    """Read the results for a template; a missing file is told when a value is asked for.

    Raises:
        TemplateFault: at the line of the results file, when it is damaged.
    """
    path = results_path(template)
    if not path.is_file():
        return Results(path, None)
    hints = (f'write "{path.name}" anew: what results() of the script gives, under "values"',)
    try:
        source = read_source(path)
        table = json.loads(source.text)
    except TexbookError as error:
        raise TemplateFault(error.message, hints=hints, span=error.span or Span(path)) from None
    except json.JSONDecodeError as error:
        raise TemplateFault(
            f"the stored results are not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}",
            hints=hints,
            span=Span.at(path, error.lineno, error.colno),
        ) from None
    values = table.get("values") if isinstance(table, dict) else None
    if not isinstance(values, dict):
        raise TemplateFault('the stored results have no "values"', hints=hints, span=Span(path))
    if reserved := RESERVED.search(source.text):
        raise TemplateFault(
            f"the private-use character U+{ord(reserved[0]):X} is reserved for texbook",
            hints=hints,
            span=source.span(reserved.start()),
        )
    return Results(path, values)
