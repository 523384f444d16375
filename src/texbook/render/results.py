"""The stored results of a question's experiment, for its template: ``results.loss``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from texbook.base.errors import TexbookError
from texbook.base.results import RESULTS_SUFFIX, DamagedResultsError, read_results
from texbook.base.span import Span
from texbook.project import TEMPLATE_SUFFIX
from texbook.render.faults import TemplateFault
from texbook.render.marks import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from texbook.base.results import StoredResults


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
    stored = load_stored(template)
    return Results(path, None if stored is None else stored.values)


def load_stored(template: Path) -> StoredResults | None:
    """Read all that is stored for a template; None without a file.

    Raises:
        TemplateFault: at the line of the results file, when it is damaged.
    """
    path = results_path(template)
    if not path.is_file():
        return None
    slug = path.name.removesuffix(RESULTS_SUFFIX)
    hints = (f'"texbook run {slug}" writes the file anew, from results() of "{slug}.py"',)
    try:
        stored = read_results(path)
    except DamagedResultsError as error:
        raise TemplateFault(error.message, hints=hints, span=error.span or Span(path)) from None
    except TexbookError as error:
        raise TemplateFault(
            error.message, hints=(*error.hints, *hints), span=error.span or Span(path)
        ) from None
    if reserved := RESERVED.search(stored.source.text):
        raise TemplateFault(
            f"the private-use character U+{ord(reserved[0]):X} is reserved for texbook",
            hints=("let results() give another character, and run the experiment again",),
            span=stored.source.span(reserved.start()),
        )
    return stored
