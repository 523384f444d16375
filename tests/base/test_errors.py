from __future__ import annotations

from pathlib import Path

import pytest

from texbook.base import errors
from texbook.base.diagnostic import Diagnostic, Severity, in_order
from texbook.base.errors import ExitStatus, TexbookError
from texbook.base.span import Span

KINDS = [
    (errors.BookError, 1, "book"),
    (errors.UsageError, 2, "usage"),
    (errors.ConfigError, 2, "config"),
    (errors.MissingToolError, 3, "missing-tool"),
    (errors.LimitError, 4, "limit"),
    (errors.LockedError, 5, "locked"),
    (errors.StorageError, 6, "storage"),
    (errors.RefusedError, 7, "refused"),
    (errors.CancelledError, 130, "cancelled"),
]


@pytest.mark.parametrize(("kind", "status", "code"), KINDS)
def test_each_kind_has_its_exit_code_and_its_name(
    kind: type[TexbookError], status: int, code: str
) -> None:
    error = kind("it broke", hints=("mend it",), span=Span.at(Path("a"), 2))
    assert error.status == status
    assert error.diagnostic() == Diagnostic(
        code, Severity.ERROR, "it broke", Span.at(Path("a"), 2), ("mend it",)
    )


def test_exit_codes_are_the_documented_ones() -> None:
    assert [int(status) for status in ExitStatus] == [0, 1, 2, 3, 4, 5, 6, 7, 70, 130, 141, 143]


def test_findings_sort_by_file_line_column_and_those_without_a_file_come_first() -> None:
    def at(path: str, line: int | None, column: int | None = None) -> Diagnostic:
        span = Span(Path(path)) if line is None else Span.at(Path(path), line, column)
        return Diagnostic("x", Severity.ERROR, "m", span)

    nowhere = Diagnostic("x", Severity.ERROR, "m")
    ordered = [nowhere, at("a", None), at("a", 2), at("a", 2, 5), at("a", 10), at("b", 1)]
    assert in_order(ordered[::-1]) == ordered


def test_severities_rank_from_the_gravest() -> None:
    assert [Severity(name).rank for name in ("error", "warning", "information")] == [0, 1, 2]
