from __future__ import annotations

from texbook.report.timings import render_reasons, render_timings


def test_reasons_are_aligned_and_kept_whole() -> None:
    reasons = ["pass 2: main.toc changed", "xdvipdfmx: a: b", "no state of an earlier build"]
    assert render_reasons(reasons) == (
        "pass 2     main.toc changed\nxdvipdfmx  a: b\nno state of an earlier build\n"
    )
    assert render_reasons([]) == ""


def test_a_build_that_ran_nothing_has_its_own_time_only() -> None:
    assert render_timings([], 0.12) == (
        "              seconds  processor  pages  pages/s\n"
        "texbook          0.12\n"
        "together         0.12\n"
    )


def test_a_run_without_time_has_no_rate() -> None:
    assert "inf" not in render_timings([("pass 1", 0.0, 0.0, 3)], 0.0)
