"""What "Two Goals, One Score" claims holds when its experiment is run again."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

PRICES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


def curve(
    experiment: Any, order: np.ndarray, commission: np.ndarray, prices: tuple[float, ...] = PRICES
) -> list[tuple[float, float]]:
    return [
        experiment.per_thousand(experiment.expected(order, commission, price), order, commission)
        for price in prices
    ]


def correlated(seed: int, correlation: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw pages on which likely cards pay more, or less, than others."""
    rng = np.random.default_rng(seed)
    first, second = rng.standard_normal((2, 5_000, 50))
    mixed = correlation * first + np.sqrt(1 - correlation**2) * second
    return 1 / (1 + np.exp(4.5 - 1.1 * first)), 1.2 * np.exp(0.8 * mixed)


def test_more_weight_on_commission_is_a_lower_price(experiment: Any) -> None:
    order, commission = experiment.draw_pages(pages=500, seed=3)
    pushed = experiment.expected(order, 1.5 * commission, 4.0)
    np.testing.assert_allclose(pushed, 1.5 * experiment.expected(order, commission, 4.0 / 1.5))


@pytest.mark.parametrize("correlation", [-0.6, 0.0, 0.6])
def test_expected_value_is_best_at_its_price_whatever_the_pages_look_like(
    experiment: Any, correlation: float
) -> None:
    order, commission = correlated(4, correlation)
    others = [experiment.added(order, commission, w) for w in (0.01, 0.03, 0.06, 0.1, 0.2, 0.5)]
    others += [order + w * commission for w in (0.005, 0.01, 0.03)]
    others += [order * commission**b for b in (0.2, 0.5, 0.8, 1.5)]
    points = [experiment.per_thousand(score, order, commission) for score in others]
    points += curve(experiment, order, commission)
    for price, (orders, euros) in zip(PRICES, curve(experiment, order, commission), strict=True):
        best = price * orders + euros
        assert all(price * o + e <= best + 1e-9 for o, e in points)


def test_two_prices_bracket_what_each_lost_order_brings(experiment: Any) -> None:
    order, commission = experiment.draw_pages(seed=5)
    found = zip(PRICES, curve(experiment, order, commission), strict=True)
    for (low, (few, much)), (high, (many, little)) in pairwise(found):
        assert many > few
        assert low * (many - few) <= much - little <= high * (many - few)


def test_the_push_pays_between_the_prices_and_the_added_push_less_than_an_order_is_worth(
    results: dict[str, Any],
) -> None:
    assert results["push_price"] < results["push_paid"] < 4
    assert results["added_push_paid"] < results["push_price"] / 2
    assert results["added_push_lost"] > 3 * results["push_lost"]
    assert results["added_push_gained"] == pytest.approx(results["push_gained"], rel=0.1)
    assert results["added_push_noon_cost"] > 10 * results["push_noon_cost"] > 0


def test_adding_loses_commission_at_equal_orders(results: dict[str, Any]) -> None:
    for name, loss in (("added", 0.05), ("everywhere", 0.06), ("powers", 0.01)):
        assert results[f"{name}_orders"] == pytest.approx(results["usual_orders"], abs=0.02)
        assert loss < results[f"{name}_loss"] < loss + 0.02


def test_adding_loses_also_if_chance_and_commission_are_correlated(
    results: dict[str, Any],
) -> None:
    assert 0.015 < results["added_loss_rising"] < results["added_loss_falling"] < 0.08


def test_the_added_push_brings_a_quarter_of_what_an_order_is_worth(results: dict[str, Any]) -> None:
    assert round(4 * results["added_push_paid"]) == 4


def test_more_weight_in_a_sum_hurts_both_goals_in_the_end(results: dict[str, Any]) -> None:
    assert results["added_triple_orders"] < results["added_orders"] / 1.5
    assert results["added_triple_euros"] < results["added_euros"] < results["added_push_euros"]


def test_a_card_that_nobody_orders_swaps_two_others(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert results["plain_first"] < results["plain_second"]
    assert results["whale_first"] > results["whale_second"]
    assert 0.15 < results["whale_changes"] < 0.3
    assert 0.03 < results["whale_on_top"] < 0.12
    order, commission = experiment.draw_pages(pages=500, seed=6)
    alone = experiment.expected(order, commission, 4.0)
    joined = experiment.expected(
        np.pad(order, ((0, 0), (0, 1))), np.pad(commission, ((0, 0), (0, 1)), constant_values=40), 4
    )
    np.testing.assert_array_equal(joined.argmax(axis=1), alone.argmax(axis=1))


def test_the_rates_of_a_euro_are_the_slopes_of_the_scores(
    experiment: Any, results: dict[str, Any]
) -> None:
    order, commission, step = np.array([[0.1, 0.05, 0.2]]), np.array([[2.0, 1.0, 5.0]]), 1e-6
    dearer = commission + np.array([[step, 0.0, 0.0]])
    for score, setting, rate in (
        (experiment.expected, 4.0, 0.1 / (4 + 2)),
        (experiment.added, 0.06, 0.06 / (5 - 1)),
    ):
        rarer = order - np.array([[rate * step, 0.0, 0.0]])
        before, after = score(order, commission, setting), score(rarer, dearer, setting)
        assert after[0, 0] == pytest.approx(before[0, 0], abs=1e-11)
    assert results["points_most"] > 3 * results["points_least"]


def test_what_a_blended_label_learns(experiment: Any) -> None:
    rng = np.random.default_rng(7)
    chance, mean, alpha, beta = 0.3, 2.0, 4.0, 1.0
    ordered = rng.uniform(size=1_000_000) < chance
    basket = rng.lognormal(np.log(mean) - 0.125, 0.5, ordered.size)
    paid = (alpha * ordered + beta * ordered * basket).mean()
    assert paid == pytest.approx(chance * (alpha + beta * mean), rel=0.01)
    assert (alpha * ordered + beta * mean).mean() == pytest.approx(
        alpha * chance + beta * mean, 0.01
    )


def test_a_common_factor_cancels_and_other_distortions_move_the_trade_off(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert results["halved_value"] == results["usual_value"]
    assert results["stretched_orders"] > results["usual_orders"] + 3
    assert 6 < results["stretched_price"] < 9
    assert results["balanced_orders"] < results["greedy_orders"]
    for name in ("stretched", "balanced"):
        assert results[f"{name}_value"] < results["usual_value"]
    order, _ = experiment.draw_pages(pages=200, seed=8)
    ranks = order.ravel().argsort()
    for distorted in (experiment.stretched(order), experiment.balanced(order)):
        np.testing.assert_array_equal(distorted.ravel().argsort(), ranks)
    odds = experiment.balanced(order) / (1 - experiment.balanced(order))
    np.testing.assert_allclose(odds, experiment.CLASS_WEIGHT * order / (1 - order))


def test_the_weight_of_the_classes_is_about_what_would_balance_them(experiment: Any) -> None:
    order, _ = experiment.draw_pages(seed=9)
    assert (1 - order.mean()) / order.mean() == pytest.approx(experiment.CLASS_WEIGHT, rel=0.05)


def test_slope_and_shift_from_shown_cards_repair_the_estimates(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert results["repaired_slope"] == pytest.approx(1, abs=0.05)
    assert results["repaired_value"] == pytest.approx(results["usual_value"], rel=1e-3)
    assert results["repaired_orders"] == pytest.approx(results["usual_orders"], abs=1)
    order, _ = experiment.draw_pages(pages=4_000, seed=10)
    score = experiment.stretched(order).ravel()
    coins = np.random.default_rng(11).uniform(size=score.size)
    slope, shift = experiment.fit_calibration(score, (coins < order.ravel()).astype(float))
    assert slope == pytest.approx(1 / experiment.STRETCH, abs=0.03)
    assert shift == pytest.approx(0, abs=0.1)


def test_the_lowest_price_keeps_the_orders_and_a_push_is_bounded_and_ends(
    experiment: Any, results: dict[str, Any]
) -> None:
    order, commission = experiment.draw_pages(pages=2_000, seed=12)
    lowest = experiment.lowest_price(0.9, order, commission)
    ((kept, _),) = curve(experiment, order, commission, (lowest,))
    ((less, _),) = curve(experiment, order, commission, (0.9 * lowest,))
    possible, _ = experiment.per_thousand(order, order, commission)
    assert kept >= 0.9 * possible > less
    prices = [experiment.price_at(hour, 4.0, [(12, 16, 1.5)], 2.0) for hour in (11, 12, 15, 16)]
    assert prices == [4.0, 4.0 / 1.5, 4.0 / 1.5, 4.0]
    assert results["lowest_price"] < results["noon_price"] == results["push_price"]
    assert results["double_price"] == results["lowest_price"] > 2


def test_a_list_is_best_sorted_by_value(experiment: Any) -> None:
    rng = np.random.default_rng(13)
    value, seen = rng.uniform(size=8), np.sort(rng.uniform(size=8))[::-1]
    best = (seen * np.sort(value)[::-1]).sum()
    assert all((seen * rng.permutation(value)).sum() <= best + 1e-12 for _ in range(1000))


def test_the_push_has_requests_enough_for_a_control(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert 100_000 < results["requests_per_arm"] < experiment.NOON_REQUESTS / 2


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert round(results["push_lost"]) == 4
    assert round(results["stretched_price"]) == 7


def test_the_alternative_text_of_the_figure_is_right(results: dict[str, Any]) -> None:
    assert [round(results[f"greedy_{name}"]) for name in ("euros", "orders")] == [315, 89]
    assert [round(results[f"most_{name}"]) for name in ("euros", "orders")] == [210, 127]
    taken = [round(results[f"{name}_orders"]) for name in ("usual", "stretched", "balanced")]
    assert taken == [121, 124, 68]


def test_the_listings_run_when_they_are_typed_in_order(
    typed: dict[str, Any],
    results: dict[str, Any],
) -> None:
    order, commission = typed["draw_pages"]()
    score = typed["expected"](order, commission, 4.0)
    orders, _ = typed["per_thousand"](score, order, commission)
    assert orders == pytest.approx(results["usual_orders"])


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert [experiment.PRICE, experiment.PUSH, experiment.FLOOR] == [4, 1.5, 0.9]
    assert [experiment.WHALE, experiment.STRETCH, experiment.CORRELATION] == [40, 1.4, 0.5]
    assert [experiment.CARDS, experiment.NOON_REQUESTS] == [50, 500_000]
    _, commission = experiment.draw_pages()
    assert round(float(np.median(commission)), 1) == 1.2
    cards = [[0.12, 0.09, 0.0]]  # two cards and one that nobody orders
    for name, third in (("plain", 1.2), ("whale", 40.0)):
        paid = np.array([[1.0, 3.0, third]])
        found = experiment.added(np.array(cards), paid, results["weight"])[0, :2]
        assert found.tolist() == [results[f"{name}_first"], results[f"{name}_second"]]
    # In the alternative text, the added score moves "about three times as far to the left".
    assert round(results["added_push_lost"] / results["push_lost"]) == 3


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
