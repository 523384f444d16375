"""What "Fresh Models, Late Labels" claims holds when its experiment is run again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def test_arrivals_add_up_to_the_exposed_part_of_the_rate(experiment: Any) -> None:
    rng = np.random.default_rng(4)
    clicks = np.full(300, 20_000)
    seen = experiment.conversions(rng, clicks, np.full(300, 0.05))
    for steps in (1, 6, 36, 200):
        share = seen[:, :steps].sum() / clicks.sum()
        assert share == pytest.approx(0.05 * experiment.arrived(steps / 6), rel=0.02)


def test_before_the_campaign_three_schemes_are_right_and_two_are_low(
    results: dict[str, Any],
) -> None:
    for name in ("wait", "stream", "corrected"):
        assert results[f"{name}_before"] == pytest.approx(0.05, rel=0.03)
    assert results["arrived_before"] == pytest.approx(0.05 * 2 / 3, rel=0.03)
    assert results["window_before"] == pytest.approx(results["window_rate"], rel=0.1)


def test_correction_follows_the_step_and_waiting_does_not(results: dict[str, Any]) -> None:
    assert results["wait_12"] == pytest.approx(0.05, rel=0.03)
    assert results["wait_48"] < 0.06
    assert 0.09 < results["corrected_12"] < 0.105
    for name in ("stream", "corrected"):
        assert results[f"{name}_48"] > 0.14
        assert results[f"{name}_end"] == pytest.approx(0.15, rel=0.02)
    assert results["arrived_end"] < 0.105
    assert results["window_end"] < 0.005


def test_one_factor_mends_what_has_arrived_while_traffic_is_steady(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert results["arrived_factor"] == pytest.approx(1.5, abs=0.02)
    for time in ("before", "12", "48", "end"):
        mended = results["arrived_factor"] * results[f"arrived_{time}"]
        assert mended == pytest.approx(results[f"corrected_{time}"], rel=0.002)
    hours = experiment.STEP * np.arange(round(240 / experiment.STEP))
    clicks = 1 + experiment.SWING * np.sin(2 * np.pi * hours / 24)
    ends = experiment.arrived(experiment.STEP * np.arange(1, hours.size + 1))
    seen = 0.05 * clicks[:, None] * np.diff(ends, prepend=0)
    low = experiment.estimates(seen, clicks)["arrived"][-144:] / 0.05
    assert low.max() > 1.1 * low.min()  # a day's factors differ


def test_labels_matter_more_than_pace(results: dict[str, Any]) -> None:
    order = ["corrected", "stream", "arrived", "wait", "window"]
    losses = [results[f"{name}_loss"] for name in order]
    assert losses == sorted(losses)
    paces = [results["corrected_loss"], *(results[f"cadence_{h}"] for h in (1, 6, 24))]
    assert paces == sorted(paces)
    assert results["cadence_1"] < 1.1 * results["corrected_loss"]
    assert results["cadence_24"] < results["arrived_loss"]


def test_fresh_clicks_are_worth_the_integral_of_their_exposure(
    experiment: Any, results: dict[str, Any]
) -> None:
    ages = np.linspace(0, 6, 60_001)
    area = np.trapezoid(experiment.arrived(ages), ages)
    assert experiment.worth(6.0, 4000) == pytest.approx(4000 * area, rel=1e-6)
    assert results["worth_10m"] == pytest.approx(results["square_10m"], rel=0.02)
    assert 4 * experiment.worth(0.1, 1) == pytest.approx(experiment.worth(0.2, 1), rel=0.02)


@pytest.mark.parametrize("share", [0.02, 0.5, 1.0])
def test_a_young_row_is_worth_at_most_its_exposure(experiment: Any, share: float) -> None:
    p = 0.05
    score = np.log(p / (1 - p))
    slopes = experiment.delayed_slope(score, np.array([True, False]), share)
    chance = np.array([p * share, 1 - p * share])
    assert chance @ slopes == pytest.approx(0, abs=1e-12)
    information = chance @ slopes**2 / (p * (1 - p)) ** 2  # about p instead of the score
    assert information == pytest.approx(share / (p * (1 - p * share)))
    assert information <= share / (p * (1 - p)) * (1 + 1e-9)


def test_the_slope_is_the_derivative_of_the_loss(experiment: Any) -> None:
    for converted in (True, False):
        high, low = (
            experiment.delayed_loss(np.array([x]), np.array([converted]), 0.3)
            for x in (-2 + 1e-6, -2 - 1e-6)
        )
        slope = experiment.delayed_slope(np.array([-2.0]), np.array([converted]), 0.3)
        assert slope[0] == pytest.approx((high - low) / 2e-6, abs=1e-6)


def test_short_windows_and_a_common_delay_break_the_ranking(results: dict[str, Any]) -> None:
    assert results["impulse_window"] > 5 * results["considered_window"]
    assert results["impulse_pooled"] > results["considered_pooled"]
    assert results["naive_impulse"] > results["naive_considered"]
    assert results["fitted_impulse"] == pytest.approx(0.05, rel=0.05)
    assert results["fitted_considered"] == pytest.approx(0.10, rel=0.05)


def test_the_check_by_age_tells_right_from_plain_labels(results: dict[str, Any]) -> None:
    assert all(0.9 < c < 1.1 for c in results["calibration_right"])
    young, middle, old = results["calibration_plain"]
    assert young < 0.4 < middle < 0.9
    assert old > 1.05


def test_the_odds_of_the_stream_are_the_rate_and_wander_with_the_traffic(
    results: dict[str, Any],
) -> None:
    for p in (0.05, 0.4):
        b = p / (1 + p)
        assert b / (1 - b) == pytest.approx(p)
    assert results["swing_stream_low"] < 0.045
    assert results["swing_stream_high"] > 0.055
    assert results["swing_corrected_low"] == pytest.approx(0.05, rel=1e-6)
    assert results["swing_corrected_high"] == pytest.approx(0.05, rel=1e-6)


def test_quicker_buyers_make_the_correction_overshoot(results: dict[str, Any]) -> None:
    assert results["faster_12"] > results["corrected_12"] + 0.02
    assert results["faster_end"] > 0.17


def test_dividing_by_exposure_is_noisier_than_counting_it(results: dict[str, Any]) -> None:
    assert 1.3 < results["inverse_variance"] < 1.6


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert round(100 * results["arrived_10m"], 1) == 2.7
    assert round(100 * results["window_rate"], 2) == 0.14
    assert round(results["worth_10m"]) == 9
    assert 1 < results["high_10m"] < 2
    assert results["low_10m"] == pytest.approx(0.5, abs=0.05)
    assert (round(results["high_1h"]), round(results["low_1h"])) == (47, 16)
    losses = ("corrected_loss", "cadence_24", "arrived_loss", "wait_loss")
    assert [round(results[name], 3) for name in losses] == [0.008, 0.02, 0.028, 0.052]


def test_listings_run_in_the_order_in_which_they_are_printed(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    age = rng.uniform(0.1, 24, 20_000)
    share = typed["arrived"](age)
    converted = rng.random(age.size) < 0.05 * share
    scores = np.log(np.array([0.02, 0.05, 0.12]) / (1 - np.array([0.02, 0.05, 0.12])))
    losses = [typed["delayed_loss"](score, converted, share) for score in scores]
    assert losses[1] == min(losses)
    ratios = typed["calibration"](np.full(age.size, 0.05), converted, age, [2.0])
    assert np.all(np.abs(ratios - 1) < 0.35)
    assert typed["conversions"](rng, np.full(9, 100), 0.5).shape == (9, 9)


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert (experiment.CLICKS, experiment.MEAN_DELAY, experiment.MEMORY) == (4000, 6, 12)
    assert (experiment.LOW, experiment.HIGH, experiment.WAIT) == (0.05, 0.15, 48)
    assert (experiment.IMPULSE, experiment.CONSIDERED) == ((0.05, 1), (0.10, 24))
    assert (experiment.SWING, experiment.FAST) == (0.6, experiment.MEAN_DELAY / 2)
    assert round(experiment.CLICKS * experiment.STEP) == 667
    assert results["arrived_before"] / 0.05 == pytest.approx(2 / 3, abs=0.02)  # a third too low
    assert [round(results[f"worth_{name}"]) for name in ("10m", "1h")] == [9, 316]
    assert results["worth_24h"] / (24 * 4000) == pytest.approx(0.75, abs=0.01)
    assert round(results["corrected_loss"], 3) == round(results["cadence_1"], 3)  # about the same


def test_the_curves_are_where_the_alternative_text_says(results: dict[str, Any]) -> None:
    hours = results["path_hours"]
    path = {
        name: dict(zip(hours, results[f"{name}_path"], strict=True))
        for name in ("window", "wait", "arrived", "stream", "corrected")
    }
    assert max(path["window"].values()) < 0.005
    waiting = [rate for hour, rate in path["wait"].items() if hour <= 48]
    assert waiting == pytest.approx([0.05] * len(waiting), abs=0.003)
    assert path["wait"][60.0] > 0.1
    assert [round(path["arrived"][hour], 3) for hour in (-24.0, 0.0)] == [0.034, 0.034]
    assert round(path["arrived"][95.0], 2) == 0.10
    for name in ("stream", "corrected"):
        assert round(path[name][0.0], 2) == 0.05
        assert path[name][11.0] < 0.095
        assert path[name][13.0] > 0.09
        assert round(path[name][48.0], 2) == 0.15


def test_the_figure_is_drawn_the_same_twice(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
