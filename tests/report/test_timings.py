from __future__ import annotations

from texbook.report.timings import (
    ProfileRow,
    render_advice,
    render_lines,
    render_profile,
    render_reasons,
    render_timings,
)


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


def test_a_profile_shows_the_last_six_passes() -> None:
    passes = [f"pass {number}" for number in range(1, 9)]
    page = render_profile(passes, [ProfileRow("pages", tuple(float(n) for n in range(1, 9)))])
    assert page.splitlines()[0].split() == ["seconds", "in", *" ".join(passes[2:]).split()]
    assert page.splitlines()[1].split() == ["pages", *(f"{n}.00" for n in range(3, 9))]


def test_a_long_name_widens_the_profile() -> None:
    page = render_profile(["pass 1"], [ProfileRow("a-package-with-a-very-long-name", (1.0,), 1)])
    assert page.splitlines()[1] == "  a-package-with-a-very-long-name    1.00"


def test_advice_is_wrapped_only_where_somebody_looks() -> None:
    sentence = "the preamble takes 0.93 s of each pass"
    assert render_advice([sentence, "b"], None) == f"* {sentence}\n* b\n"
    assert render_advice([sentence], 24) == "* the preamble takes\n  0.93 s of each pass\n"
    assert render_advice([], 80) == ""


def test_lines_are_wrapped_between_words_only_where_somebody_looks() -> None:
    line = "of texbook's own time: working copies 0.15 s"
    assert render_lines([line, "b"], None) == f"{line}\nb\n"
    assert render_lines([line], 30) == "of texbook's own time: working\n  copies 0.15 s\n"
