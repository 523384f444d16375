"""What "Debiased Straight into Clickbait" claims holds when its experiment is run again."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest


def test_the_ranker_of_clicks_sets_a_record_and_loses_viewers(results: dict[str, Any]) -> None:
    assert results["click_clicks"] > 2 * results["editorial_clicks"]
    assert results["drop"] == pytest.approx(0.15, abs=0.005)


def test_the_remedy_raises_clicks_and_lowers_retention(results: dict[str, Any]) -> None:
    assert results["click_explored_clicks"] > results["click_clicks"] + 0.01
    assert results["click_change"] < -3 * results["click_change_error"]


def test_with_a_better_reward_the_same_remedy_helps(results: dict[str, Any]) -> None:
    assert results["pleased_retained"] > results["editorial_retained"] + 0.03
    assert results["pleased_change"] > 3 * results["pleased_change_error"]
    assert results["pleased_clicks"] == pytest.approx(results["click_clicks"] / 2, rel=0.05)


def test_exploration_acts_on_the_learning_gap_only(results: dict[str, Any]) -> None:
    assert results["click_learning_gap"] < results["click_explored_learning_gap"] < 0
    assert 0 < results["pleased_explored_learning_gap"] < results["pleased_learning_gap"]
    assert results["click_reward_gap"] > 0.2
    assert 0 <= results["pleased_reward_gap"] < 0.005
    whole = results["click_reward_gap"] + results["click_learning_gap"]
    assert whole == pytest.approx(results["value_known_retained"] - results["click_retained"])


def test_wrong_labels_let_bait_back_in_unless_disappointment_has_a_price(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert results["wrong_known_bait"] > 0.5
    assert results["wrong_known_retained"] < results["editorial_retained"]
    for price in experiment.PRICES:  # the text names the outer two
        priced = results[f"wrong_priced_{10 * price:.0f}_retained"]
        assert priced == pytest.approx(results["value_known_retained"], abs=0.001)
    assert (experiment.PRICES[0], experiment.PRICES[-1]) == (0.5, 1.0)


def test_neither_half_of_the_remedy_alone_gives_its_clicks(results: dict[str, Any]) -> None:
    for half in ("unweighted", "weighted"):
        assert results[f"click_{half}_clicks"] < results["click_explored_clicks"] - 0.005
    assert results["click_weighted_retained"] > results["click_retained"]


def test_bait_is_clicked_more_and_pleases_less_than_the_price_of_a_click(experiment: Any) -> None:
    click, please, bait = (
        np.concatenate(rates) for rates in zip(*map(experiment.catalog, range(20)), strict=True)
    )
    assert click[bait].mean() / click[~bait].mean() == pytest.approx(2.5, abs=0.1)
    assert please[bait].mean() / please[~bait].mean() == pytest.approx(0.35, abs=0.02)
    assert ((experiment.worth(click, please) > 0) == (please > 0.7 / 1.7)).all()


def test_the_worth_of_a_look_is_what_it_takes_off_the_exponent(experiment: Any) -> None:
    click, please = np.array([0.3]), np.array([0.2])
    ratio = experiment.leaving(click * please, click * (1 - please)) / experiment.leaving(0, 0)
    assert -np.log(ratio) == pytest.approx(experiment.worth(click, please))


def test_weights_are_unbiased_with_the_variance_of_the_formula(experiment: Any) -> None:
    """Enumerate a log of five videos: mean, variance, and what a cap leaves."""
    rng = np.random.default_rng(1)
    logged, new = rng.dirichlet(np.ones(5)), rng.dirichlet(np.ones(5))
    rate = rng.uniform(0.1, 0.9, 5)
    video = rng.choice(5, 400_000, p=logged)
    reward = rng.random(video.size) < rate[video]
    weight = (new / logged)[video]
    value = new @ rate
    variance = new @ (new / logged * rate) - value**2
    mean, normalized, rows = experiment.off_policy(reward, new[video], logged[video])
    assert mean == pytest.approx(value, abs=4 * float(variance / video.size) ** 0.5)
    assert np.var(weight * reward) == pytest.approx(variance, rel=0.05)
    assert normalized == pytest.approx(value, rel=0.02)
    assert 0 < rows < video.size


def test_the_errors_of_weighted_estimates_are_those_of_repeated_logs(
    experiment: Any, results: dict[str, Any]
) -> None:
    rng = np.random.default_rng(2)
    for name in ("wide", "near"):
        weight = results[f"{name}_weight"]
        matching = rng.binomial(results["log_rows"], 1 / weight, 20_000)
        estimates = weight * rng.binomial(matching, 0.12) / results["log_rows"]
        assert estimates.mean() == pytest.approx(0.12, rel=0.02)
        assert estimates.std() == pytest.approx(results[f"{name}_error"], rel=0.03)
    assert abs(results["ips"] - 0.12) < 3 * results["wide_error"]
    assert results["effective_rows"] == pytest.approx(results["wide_rows"], rel=0.3)
    assert results["wide_capped"] == pytest.approx(0.12 / 20)
    assert results["near_capped"] == pytest.approx(0.12)


def test_logged_chances_are_those_of_the_row(experiment: Any) -> None:
    score = np.random.default_rng(3).random(80)
    rng, last, chances = np.random.default_rng(4), Counter[int](), {}
    for _ in range(40_000):
        row, chance = experiment.fill_row(score, rng)
        assert len(set(row)) == 5
        last[int(row[4])] += 1
        chances[int(row[4])] = float(chance[4])
    assert len(last) == 51
    assert sum(chances.values()) == pytest.approx(1)
    for video, count in last.items():
        assert count / 40_000 == pytest.approx(chances[video], abs=0.002)


def test_the_loss_of_a_close_reward_is_bounded(experiment: Any) -> None:
    """The theorem on random catalogs: alpha, beta, and the worst residual of the two rows."""
    rng = np.random.default_rng(5)
    for _ in range(200):
        reward, residual = rng.random(30), rng.normal(0, 0.1, 30)
        value = 2.0 * reward + 0.3 + residual
        best, chosen = np.argsort(-value)[:5], np.argsort(-reward)[:5]
        delta = np.abs(residual[np.union1d(best, chosen)]).max()
        loss = experiment.SEEN @ (value[best] - value[chosen])
        assert 0 <= loss <= 2 * delta * experiment.SEEN.sum() + 1e-12


def test_the_numbers_spoken_aloud_and_drawn_are_right(results: dict[str, Any]) -> None:
    percents = {
        "click_clicks": 21,
        "click_explored_clicks": 24,
        "click_known_clicks": 25,
        "editorial_clicks": 10,
        "editorial_retained": 74,
        "click_retained": 63,
        "click_explored_retained": 61,
        "click_known_retained": 59,
        "pleased_retained": 80,
        "pleased_explored_retained": 82,
    }
    assert {name: round(100 * results[name]) for name in percents} == percents
    assert round(-100 * results["click_change"]) == 3
    assert round(100 * results["pleased_change"]) == 2
    assert round(200 * results["wide_error"]) == 7
    assert results["near_rows"] > 1000 > results["effective_rows"]


def test_the_listings_run_when_they_are_typed_in_order(typed: dict[str, Any]) -> None:
    history = typed["learn"]("pleased", 0.05, weigh=True, seed=0, days=3)
    assert history.shape == (3, 4)
    row, chance = typed["fill_row"](np.arange(100.0), np.random.default_rng(0))
    assert len(row) == len(chance) == 5
    ones = np.ones(10)
    assert typed["off_policy"](ones, ones / 2, ones / 2) == pytest.approx((1, 1, 10))


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert (experiment.VIDEOS, experiment.TARGETS, experiment.EXPLORED) == (10_000, 50, 0.1)
    assert (experiment.VIEWERS, experiment.MONTH, experiment.NEARER) == (3000, 28, 500)
    assert (experiment.VALUE, experiment.CAP, experiment.WRONG) == (0.12, 100, 0.2)
    assert experiment.ARMS["click_explored"] == ("click", 0.05, True)
    assert experiment.catalog(0)[0].size == 400
    bait = np.concatenate([experiment.catalog(seed)[2] for seed in range(20)])
    assert bait.mean() == pytest.approx(0.1, abs=0.01)  # one video in ten
    assert round(100 * 0.7 / 1.7) == 41
    assert round(100 * results["drop"]) == 15
    typed = [
        (results["pleased_clicks"], 2, 0.10),  # the figure's alternative text
        (results["pleased_explored_clicks"], 2, 0.11),
        (results["near_capped"], 2, 0.12),
        (results["wide_weight"], 0, 2000),  # as spoken
        (results["log_rows"], 0, 200_000),
        (results["wide_rows"], -2, 100),
        (results["effective_rows"], -2, 100),
        (experiment.VALUE / results["wide_capped"], 0, 20),
        (results["holdout_users"], -3, 15_000),
    ]
    for value, digits, number in typed:
        assert round(value, digits) == number
    assert results["wide_capped"] < 0.01


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
