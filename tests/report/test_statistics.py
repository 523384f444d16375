from pathlib import Path

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.fix import Edit, Fix
from texbook.base.span import Span
from texbook.report.statistics import count_by_rule, render_statistics, statistics_fields


def _found(code: str, *, safe: bool | None = None) -> Diagnostic:
    fix = None if safe is None else Fix("mend", (Edit(0, 1, "x"),), safe)
    span = Span.at(Path("a.tex"), 1)
    return Diagnostic(code, Severity.WARNING, "what", span, fix=fix, name=f"name-{code}")


FOUND = [
    *(_found("TB2") for _ in range(2)),
    *(_found("TB1", safe=True) for _ in range(9)),
    _found("TB1", safe=False),
    _found("TB1"),
    *(_found("TB3", safe=False) for _ in range(2)),
]


def test_the_most_frequent_comes_first_and_equals_by_code() -> None:
    assert [(item.code, item.count) for item in count_by_rule(FOUND)] == [
        ("TB1", 11),
        ("TB2", 2),
        ("TB3", 2),
    ]


def test_fixes_are_counted_by_kind() -> None:
    assert statistics_fields(count_by_rule(FOUND))[0] == {
        "code": "TB1",
        "name": "name-TB1",
        "severity": "warning",
        "count": 11,
        "fixable": 9,
        "unsafely_fixable": 1,
    }


def test_columns_are_aligned_and_marks_explained() -> None:
    assert render_statistics(count_by_rule(FOUND)).splitlines() == [
        "11  TB1  [*] name-TB1",
        " 2  TB2  [ ] name-TB2",
        " 2  TB3  [-] name-TB3",
        "[*] all or some can be fixed with --fix, [-] with --fix --unsafe-fixes",
    ]


def test_nothing_found_prints_nothing() -> None:
    assert render_statistics(count_by_rule([])) == ""
