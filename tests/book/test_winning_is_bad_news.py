"""What "Winning Is Bad News" claims holds when its experiment is run again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest


def test_an_unbiased_model_loses_on_the_homes_it_wins_and_more_with_more_rivals(
    results: dict[str, Any],
) -> None:
    assert results["mean_error"] == pytest.approx(0, abs=2e-4)
    assert 0 > results["profit_1"] > results["profit_3"] > results["profit_8"]


def test_equal_bidders_lose_the_expected_maximum_of_their_errors(results: dict[str, Any]) -> None:
    assert results["expected_maximum_2"] == pytest.approx(1 / math.sqrt(math.pi))
    assert results["expected_maximum_4"] == pytest.approx(1.0293753730)
    assert results["expected_maximum_9"] == pytest.approx(1.4850131622)
    for rivals in (1, 3, 8):
        assert results[f"equal_profit_{rivals}"] == pytest.approx(
            results[f"theory_profit_{rivals}"], abs=4e-4
        )


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    percents = [round(-100 * results[f"theory_profit_{rivals}"]) for rivals in (1, 3, 8)]
    assert percents == [2, 4, 6]
    assert [round(-100 * results[f"profit_{rivals}"]) for rivals in (1, 8)] == [1, 4]
    assert 0 < 150 - results["homes_for_half_point"] < 20


def test_the_margin_of_the_rivals_is_enough_against_one_of_them_only(
    results: dict[str, Any],
) -> None:
    assert results["margin_profit_1"] > 0
    assert 0 > results["margin_profit_3"] > results["margin_profit_8"]


def test_no_quantile_is_safe_against_every_number_of_rivals(results: dict[str, Any]) -> None:
    assert results["quantile_profit_1"] > 0.01
    assert abs(results["quantile_profit_3"]) < 0.005
    assert -0.01 > results["quantile_profit_8"] > results["quantile_profit_20"]


def test_the_shade_that_breaks_even_grows_and_the_win_rate_there_falls(
    results: dict[str, Any],
) -> None:
    assert results["break_even_1"] < results["break_even_3"] < results["break_even_8"]
    wins = [results[f"break_even_win_{rivals}"] for rivals in (1, 3, 8)]
    assert wins == sorted(wins, reverse=True)


def test_subtracting_the_measured_bias_still_loses(results: dict[str, Any]) -> None:
    assert results["profit_3"] < results["one_step_profit_3"] < -0.005


def test_a_sharper_model_loses_less_but_still_loses(results: dict[str, Any]) -> None:
    for rivals in (1, 3, 8):
        assert results[f"profit_{rivals}"] < results[f"sharper_profit_{rivals}"] < 0
    assert results["sharper_break_even_win_3"] > 2 * results["break_even_win_3"]


def test_a_shaded_arm_needs_fewer_wins_but_more_offers(
    experiment: Any, results: dict[str, Any]
) -> None:
    unshaded, shaded = (experiment.winners(3, shade)[1].sum() for shade in (0.0, 0.08))
    wins_at_8_percent = results["offers_at_8_percent"] * shaded
    assert 0 < wins_at_8_percent < results["homes_for_half_point"]
    assert results["offers_at_8_percent"] > results["homes_for_half_point"] / unshaded


def test_the_replay_finds_good_shades_and_abstains_where_nothing_is_earned(
    results: dict[str, Any],
) -> None:
    assert results["trial_refused_8"] == results["trials"]
    for rivals in (1, 3):
        assert results[f"trial_refused_{rivals}"] == 0
        assert results[f"trial_share_{rivals}"] > 0.95
        assert results[f"trial_shade_sd_{rivals}"] < 0.0065
        assert results[f"trial_shade_{rivals}"] == pytest.approx(
            results[f"best_shade_{rivals}"], abs=0.002
        )


def test_the_budget_can_buy_the_trials(experiment: Any, results: dict[str, Any]) -> None:
    assert results["trial_buys_1"] < results["month_homes"]
    assert results["trial_buys_3"] + results["trial_buys_8"] < results["month_homes"]
    assert -2 < results["trial_gain_8"] < results["trial_gain_3"] < 0 < results["trial_gain_1"]
    wins, profit = experiment.buy(*experiment.offer(200_000, 3, seed=9), results["trial_shade"])
    assert wins * results["trial_homes"] == pytest.approx(results["trial_buys_3"], rel=0.03)
    assert profit * 0.4 * results["trial_buys_3"] == pytest.approx(
        results["trial_gain_3"], rel=0.15
    )


@pytest.mark.parametrize("rivals", [1, 3, 8])
@pytest.mark.parametrize("shade", [0.0, 0.03])
def test_simulation_and_integral_agree(experiment: Any, rivals: int, shade: float) -> None:
    win, profit = experiment.buy(*experiment.offer(200_000, rivals, seed=7), shade)
    chance = experiment.winners(rivals, shade)[1].sum()
    assert win == pytest.approx(chance, abs=0.005)
    assert profit == pytest.approx(experiment.profit_if_won(rivals, shade), abs=0.001)


def test_break_even_earns_nothing(experiment: Any) -> None:
    for rivals in (1, 3, 8):
        shade = experiment.break_even(rivals)
        assert experiment.profit_if_won(rivals, shade) == pytest.approx(0, abs=1e-7)


def test_a_replay_counts_only_the_homes_that_the_bid_wins(experiment: Any) -> None:
    estimate, rival, value = np.array([100.0, 100.0]), np.array([80.0, 120.0]), np.full(2, 110.0)
    profit, _ = experiment.replay(estimate, rival, value, np.array([0.0, 0.25]))
    assert profit == pytest.approx([(1 - 100 / 110) / 2, 0.0])


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert [experiment.SIGMA, experiment.APPRAISERS, experiment.MARGIN] == [0.04, 0.06, 0.03]
    assert [experiment.PRICE, experiment.BUDGET] == [0.4, 500]
    crossings = [100 * results[f"break_even_{rivals}"] for rivals in (1, 3, 8)]
    assert [round(shade) for shade in crossings] == [2, 5, 11]  # in the alternative text
    assert round(100 * results["quantile_shade"]) == 5
    for rivals in (1, 3):  # "give or take half a point"
        assert round(100 * results[f"trial_shade_sd_{rivals}"] / 0.5) == 1
    prices = 2000  # "within about two points", where wins and losses are equally likely
    assert round(100 * 1.96 * math.sqrt(0.5 * 0.5 / prices)) == 2


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
