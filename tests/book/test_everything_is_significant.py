"""What "Everything Is Significant" claims holds when its experiment is run again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

WORLDS = ("ordinary", "inputs", "relation", "broken")


def test_the_same_small_shift_goes_from_invisible_to_certain(results: dict[str, Any]) -> None:
    sizes = results["sizes"]
    for shift, key in ((0.005, "005"), (0.02, "020"), (0.1, "100")):
        rejected = results[f"rejected_{key}"]
        needed = results[f"needed_{key}"]
        assert needed == pytest.approx(results["needed_ratio"] / shift**2)
        for rows, share in zip(sizes, rejected, strict=True):
            if rows < needed / 10:
                assert share < 0.3
            if rows > 4 * needed:
                assert share > 0.95
    assert max(results["rejected_000"]) < 0.08


def test_the_gap_of_a_shift_is_where_the_densities_meet(experiment: Any) -> None:
    x = np.linspace(-5, 5, 20_001)
    for shift in (0.02, 0.5, 2.0):
        gap = (experiment._normal(x) - experiment._normal(x - shift)).max()
        assert gap == pytest.approx(experiment.gap(shift), abs=1e-6)
    assert experiment.gap(0.02) == pytest.approx(0.02 / math.sqrt(2 * math.pi), rel=1e-3)


def test_the_sized_alarm_knows_the_tolerance_and_not_the_rows(results: dict[str, Any]) -> None:
    assert 0.3 < results["tolerated_shift"] < 0.4
    for key in ("100", "300"):
        assert max(results[f"alarmed_{key}"]) == 0
    for key in ("400", "500"):
        assert results[f"alarmed_{key}_million"] == 1


def test_correcting_for_many_tests_helps_against_nothing_only(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert 5 < results["same_test"] < results["alarms_expected"]
    assert results["same_strict"] < 1
    assert results["days_strict"] > 0.7 * experiment.FEATURES
    assert results["days_test"] > results["days_strict"]
    for kind in ("index", "sized"):
        assert results[f"days_{kind}"] == results[f"same_{kind}"] == 0


def test_the_index_of_nothing_has_the_derived_mean(results: dict[str, Any]) -> None:
    for rows in (500, 1_000_000):
        floor = results[f"index_floor_{rows}"]
        assert results[f"index_of_nothing_{rows}"] == pytest.approx(floor, rel=0.05)
    assert results["index_above_90"] > 0.3
    assert results["index_above_1000000"] == 0


def test_the_index_of_a_small_shift_is_about_its_square(results: dict[str, Any]) -> None:
    for shift, key in ((0.005, "005"), (0.02, "020"), (0.1, "100"), (0.3, "300")):
        assert 0.9 * shift**2 < results[f"index_{key}"] < shift**2
    assert results["index_300"] < 0.2 < results["index_500"]


def test_retraining_pays_where_no_input_moved_and_only_there(results: dict[str, Any]) -> None:
    for world in WORLDS:
        gain, error = results[f"{world}_gain"], results[f"{world}_gain_error"]
        assert (gain > 5 * error) == (world == "relation")
        assert (results[f"{world}_auc_new"] - results[f"{world}_auc_old"] > 0.001) == (
            world == "relation"
        )
    assert results["relation_index"] < 0.001
    assert min(results["inputs_index"], results["broken_index"]) > 0.2


def test_the_sized_alarm_rings_for_the_moved_and_for_the_broken_input(
    results: dict[str, Any],
) -> None:
    for world in ("inputs", "broken"):
        assert results[f"{world}_gap"] > results["tolerated_1"] + 0.01
    for world in ("ordinary", "relation"):
        assert results[f"{world}_gap"] < results["tolerated_1"] / 5


def test_a_broken_join_wants_a_repair(results: dict[str, Any]) -> None:
    assert results["broken_auc_repaired"] > results["broken_auc_new"] + 0.01


def test_the_tolerated_shift_costs_the_tolerated_loss(results: dict[str, Any]) -> None:
    assert results["harm_tolerated"] == pytest.approx(results["harm_formula"], rel=0.05)


def test_an_estimated_gap_is_within_the_margin_of_the_true_one(experiment: Any) -> None:
    rng = np.random.default_rng(5)
    rows = 2_000
    margin = 2 * math.sqrt(math.log(4 / 0.05) / (2 * rows))
    a = rng.multinomial(rows, experiment.shares(0.0), size=500)
    b = rng.multinomial(rows, experiment.shares(0.3), size=500)
    off = np.abs(experiment.distance(a, b) - experiment.gap(0.3)) > margin
    assert off.mean() <= 0.05


def test_a_verdict_has_three_answers(experiment: Any) -> None:
    few, many = np.array([[50, 50]]), np.array([[50_000, 50_000]])
    moved = np.array([[70_000, 30_000]])
    assert experiment.verdict(many, moved, 0.1) == "alarm"
    assert experiment.verdict(many, moved, 0.3) == "small"
    assert experiment.verdict(few, moved, 0.1) == "too few rows"


def test_the_calendar_is_the_cheapest(experiment: Any, results: dict[str, Any]) -> None:
    def cost(days: float) -> float:
        return float(experiment.COST / days + experiment.WORTH * experiment.AGING * days / 2)

    best = results["calendar"]
    assert cost(best) == pytest.approx(results["calendar_cost"])
    assert cost(best) < min(cost(best * 0.9), cost(best * 1.1))


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert round(results["days_test"], -1) == 260
    assert results["days_strict"] == pytest.approx(225, abs=5)
    assert 0.4 < results["index_shift"] < 0.5
    assert round(results["index_rows"]) == 90
    assert results["never"] == 230
    assert 12 < results["calendar"] < 18


def test_listings_run_in_the_order_in_which_they_are_printed(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.multinomial(1_000_000, np.full(10, 0.1)) for _ in range(2))
    assert not typed["rejects"](a, b, 1e-4)
    assert typed["stability"](a, b) < 1e-4
    assert typed["verdict"](a, b, 0.1) == "small"
    rows = rng.standard_normal((1000, 2))
    clicked = rng.random(1000) < 1 / (1 + np.exp(-rows[:, 0]))
    model = typed["harm"]

    def score(x: np.ndarray) -> np.ndarray:
        p: np.ndarray = 1 / (1 + np.exp(-x[:, 0]))
        return p

    assert model(score, rows, clicked, 0, 1.0) > 0.02
    assert model(score, rows, clicked, 1, 1.0) == 0


def test_the_figure_is_drawn_the_same_twice(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]


def test_a_tolerance_from_shifts_is_too_wide_for_lost_values(results: dict[str, Any]) -> None:
    assert results["lost_gap"] < results["tolerated_1"]
    assert results["lost_harm"] > 1.5 * results["harm_formula"]
    weight, share = 0.5, 0.2
    assert results["lost_harm"] == pytest.approx(
        results["spread"] / 2 * weight**2 * share, rel=0.15
    )


def test_a_cheaper_challenger_misses_a_part_of_the_gain(results: dict[str, Any]) -> None:
    assert 0 < results["corrected_gain"] < 0.5 * results["relation_gain"]


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert results["alarms_expected"] == experiment.FEATURES / 20 == 15
    assert round(np.sqrt(results["needed_ratio"] / 1_000_000), 3) == 0.005
    assert round(np.sqrt(results["needed_ratio"] / 1_000), 2) == 0.15
    assert results["rejected_020_million"] == 1
    assert round(100 * np.mean(results["rejected_000"])) == 3
    assert round(results["days_strict"] / experiment.FEATURES, 2) == 0.75
    euros = experiment.WORTH * experiment.TOLERATED_LOSS
    assert euros == pytest.approx(400)  # a day
    assert 12 < experiment.COST / euros < 15  # "in two weeks"
    assert (experiment.COST, experiment.AGING, experiment.DAY_EFFECT) == (5000, 0.0001, 0.02)
    assert experiment.weight(np.array([1, 2])) == pytest.approx([0.5, 0.5 * 2**-0.6])
    assert results["index_shift"] == pytest.approx(0.5, abs=0.05)  # "almost half a deviation"
    # The sizes at which the curves of the figure rise, as its alternative text says.
    logs = np.log(results["sizes"])
    for name, rows in (
        ("rejected_100", 2_000),
        ("rejected_020", 50_000),
        ("rejected_005", 700_000),
        ("alarmed_500", 1_500),
        ("alarmed_400", 6_000),
    ):
        assert 0.5 < np.interp(math.log(rows), logs, results[name]) < 0.85
