"""What "Green Dashboards, Old Numbers" claims holds when its experiment is run again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def test_the_errors_by_age_are_those_of_the_formula(
    experiment: Any, results: dict[str, Any]
) -> None:
    rho = np.exp(-np.array(results["lags"]) / experiment.MEMORY)
    noise = experiment.NOISE**2
    np.testing.assert_allclose(results["trusted"], noise + 2 * (1 - rho), rtol=0.03)
    np.testing.assert_allclose(results["refitted"], noise + 1 - rho**2, rtol=0.03)


def test_trust_is_worse_than_ignoring_from_the_break_even_on(results: dict[str, Any]) -> None:
    for lag, error in zip(results["lags"], results["trusted"], strict=True):
        assert (error > results["ignored"]) == (lag > results["break_even"])
    assert max(results["refitted"]) < results["ignored"]
    assert results["trusted"] == sorted(results["trusted"])


def test_the_stability_index_does_not_know_the_age(results: dict[str, Any]) -> None:
    assert max(results["psi"]) - min(results["psi"]) < 2e-5
    assert results["psi_served"] < 0.001
    assert results["psi_peaks"] < 0.01
    assert min(results["pairs"][1:]) > 1000 * results["psi_largest"]


def test_a_test_of_the_column_rejects_fresh_and_old_values_alike(results: dict[str, Any]) -> None:
    fresh, old = results["ks"][0], results["ks"][results["lags"].index(30)]
    assert min(fresh, old) > results["ks_critical"]
    assert old == pytest.approx(fresh, rel=0.1)


def test_the_model_wins_the_day_and_loses_the_peaks(results: dict[str, Any]) -> None:
    assert results["trust_off"] < results["rule_off"]
    assert results["trust_peak"] > 1.2 * results["rule_peak"]
    assert results["trust_rides"] < results["rule_rides"]


def test_each_repair_helps_over_all_rides_and_the_age_helps_everywhere(
    results: dict[str, Any],
) -> None:
    errors = [results[f"{name}_rides"] for name in ("aged", "one", "trust", "rule")]
    assert errors == sorted(errors)
    for hours in ("off", "peak"):
        assert results[f"aged_{hours}"] <= results[f"trust_{hours}"]
        assert results[f"aged_{hours}"] < results[f"one_{hours}"] < results[f"rule_{hours}"]


def test_three_prices_of_age_add_up_to_what_the_experiment_pays(
    experiment: Any, results: dict[str, Any]
) -> None:
    old, unknown, mistrust = (results[f"part_{name}"] for name in ("old", "unknown", "mistrust"))
    noise = experiment.NOISE**2
    assert noise + old + unknown + mistrust == pytest.approx(results["trust_rides"], rel=0.02)
    assert noise + old + unknown == pytest.approx(results["one_rides"], rel=0.02)
    assert noise + old == pytest.approx(results["aged_rides"], rel=0.02)
    assert (unknown + mistrust) / (old + unknown + mistrust) == pytest.approx(results["part_free"])


def test_the_log_shows_the_age(experiment: Any, results: dict[str, Any]) -> None:
    assert results["found"] > 0.99
    series = experiment.demand_index(np.random.default_rng(3), 1, 300)[:, 0]
    for age in (0, 7, 60):
        served = series[100 - age : 160 - age]
        assert experiment.find_age(served, series, 100) == age


def test_a_value_that_is_too_old_counts_for_nothing(experiment: Any) -> None:
    left = np.array([1.0, 0.5, -0.1])
    shares = experiment.discounted(np.ones(4), np.array([0, 1, 2, 9]), left)
    assert shares.tolist() == [1, 0.5, 0, 0]


def test_what_is_left_of_a_value_is_estimated_from_history(results: dict[str, Any]) -> None:
    assert results["left_20"] == pytest.approx(np.exp(-2 / 3), abs=0.02)
    assert results["left_40"] == pytest.approx(np.exp(-4 / 3), abs=0.02)


def test_a_value_reads_as_it_was_at_its_age(experiment: Any) -> None:
    index = np.arange(12.0).reshape(6, 2)
    late = experiment.read(index, np.array([3, 5]), np.array([[0, 1], [2, 5]]))
    assert late.tolist() == [[6, 5], [6, 1]]


def test_the_column_moves_where_the_argument_stops(results: dict[str, Any]) -> None:
    assert 20 * results["psi_largest"] < results["psi_chosen"] < 0.1
    assert results["psi_raw_day"] < 0.001
    assert results["psi_raw_ramp"] > 0.1


def test_the_worth_of_a_minute_falls_with_age(experiment: Any) -> None:
    def saved(age: float) -> float:
        return float(2 / experiment.MEMORY * np.exp(-2 * age / experiment.MEMORY))

    assert round(100 * saved(0), 1) == 6.7
    assert round(100 * saved(30), 1) == 0.9


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert round(results["break_even"]) == 21
    assert results["part_free"] == pytest.approx(0.3, abs=0.02)


def test_listings_run_in_the_order_in_which_they_are_printed(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    history = typed["demand_index"](rng, 40, 3000)
    left = typed["correlation"](history, 60)
    now = np.arange(1000, 3000)
    late = history[now - 30]
    assert typed["stability"](history, late) < 0.01
    assert typed["find_age"](late[:60, 0], history[:, 0], 1000) == 30
    fresh = typed["discounted"](late, np.full(late.shape, 30), left)
    assert ((history[now] - fresh) ** 2).mean() < 0.8 * ((history[now] - late) ** 2).mean()


def test_the_figure_is_drawn_the_same_twice(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    places = {lag: place for place, lag in enumerate(results["lags"])}
    assert (places[0], places[30], places[60]) == (0, 6, 8)  # as the template counts them
    noise = experiment.NOISE**2
    assert round(noise, 2) == 0.09
    assert round(noise + 1, 2) == 1.09
    assert {round(1e5 * index) for index in results["psi"]} == {7}
    assert round(results["break_even"] / 2) == 10  # the objective, in minutes
    assert round(np.sqrt(2 / 100), 2) == 0.14  # "within about 15%", of a mean of 100 squares
    assert (experiment.OFF_PEAK_AGE, experiment.PEAK_AGES) == (2, (20, 40))
    assert (experiment.MEMORY, experiment.REVISION, experiment.PEAK_RIDES) == (30, 0.1, 0.5)
    assert round(10 * results["part_free"]) == 3  # "three tenths of the damage"
