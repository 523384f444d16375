"""What "Balanced Classes, Broken Probabilities" claims holds when its experiment is run again."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

DISTORTED = ("weighted", "thinned", "smote", "focal")


def test_rankings_agree_and_probabilities_do_not(results: dict[str, Any]) -> None:
    for name in DISTORTED:
        assert results[f"{name}_auc"] == pytest.approx(results["plain_auc"], abs=0.002)
        assert results[f"{name}_recall"] == pytest.approx(results["plain_recall"], abs=0.005)
        assert results[f"{name}_mean"] > 40 * results["plain_mean"]
        assert results[f"{name}_saved"] < 0 < results["plain_saved"]
        assert results[f"{name}_value"] < results["plain_value"] - 0.05


def test_undone_all_of_them_save_nearly_what_the_known_chances_allow(
    results: dict[str, Any],
) -> None:
    for name in ("plain", *DISTORTED):
        assert results[f"{name}_undone_saved"] > 0.98 * results["known_saved"]
        assert results[f"{name}_undone_value"] == pytest.approx(results["known_value"], abs=0.005)


def test_a_weight_multiplies_the_odds_of_the_minimum(experiment: Any) -> None:
    q = np.linspace(1e-6, 1 - 1e-6, 2_000_001)
    for p, weight in ((0.01, 30.0), (0.3, 5.0)):
        loss = -weight * p * np.log(q) - (1 - p) * np.log1p(-q)
        assert q[loss.argmin()] == pytest.approx(experiment.scale_odds(p, weight), abs=1e-5)


def test_the_focal_slopes_are_derivatives_and_the_way_back_is_the_minimum(experiment: Any) -> None:
    def losses(logit: Any) -> Any:
        q = 1 / (1 + np.exp(-logit))
        return np.array([-((1 - q) ** 2) * np.log(q), -(q**2) * np.log1p(-q)])

    logit, step = np.linspace(-6, 6, 25), 1e-6
    measured = (losses(logit + step) - losses(logit - step)) / (2 * step)
    exact = experiment.focal_slopes(1 / (1 + np.exp(-logit)))
    np.testing.assert_allclose(measured, exact, atol=1e-8)
    grid = np.linspace(-8, 8, 1_600_001)
    both = losses(grid)
    for p in (0.001, 0.05, 0.5, 0.9):
        best = 1 / (1 + np.exp(-grid[(p * both[0] + (1 - p) * both[1]).argmin()]))
        assert experiment.undo_focal(best) == pytest.approx(p, rel=1e-3)


def test_focal_scores_rise_with_the_chance_and_inflate_the_small_ones(
    experiment: Any, results: dict[str, Any]
) -> None:
    q = np.linspace(0.001, 0.999, 999)
    assert (np.diff(experiment.undo_focal(q)) > 0).all()
    assert results["focal_score"] == pytest.approx(results["focal_rule"], rel=0.1)
    assert 90 < results["focal_score"] * 1600 < 110
    assert results["focal_slope"] > 0.9


def test_balanced_means_that_average_risk_scores_one_half(
    experiment: Any, results: dict[str, Any]
) -> None:
    share = results["frauds"] / experiment.ROWS
    assert experiment.scale_odds(share, results["weight"]) == pytest.approx(0.5)
    assert results["plain_recall_half"] < 0.05
    assert results["weighted_recall_half"] > 0.9


def test_the_rule_with_the_score_has_the_bar_that_the_text_gives(experiment: Any) -> None:
    rng = np.random.default_rng(21)
    p, amount, weight, cost = rng.random(10_000) * 0.1, np.exp(rng.normal(4, 1, 10_000)), 50.0, 6.0
    dear = amount > cost
    seen = experiment.review(experiment.scale_odds(p, weight), amount)
    np.testing.assert_array_equal(seen[dear], (p / (1 - p) > cost / (amount - cost) / weight)[dear])
    assert not seen[~dear].any()


def test_a_factor_of_two_is_forgiven_and_one_of_ten_is_not(results: dict[str, Any]) -> None:
    assert min(results["kept_0_5"], results["kept_2"]) > 0.85
    assert results["kept_10"] < 0
    assert 4 < results["worse_than_nothing"] < 7
    lowest = int(np.argmin(results["curve"]))
    assert all(more > less for more, less in pairwise(results["curve"][:lowest]))
    assert all(less < more for less, more in pairwise(results["curve"][lowest:]))


def test_where_the_model_is_wrong_balancing_fits_the_wrong_payments(
    results: dict[str, Any],
) -> None:
    assert results["curved_weighted_saved"] < 0.92 * results["curved_plain_saved"]
    assert results["curved_weighted_recall"] < results["curved_plain_recall"]


def test_balanced_weights_are_as_wasteful_as_keeping_five_goods_a_fraud(
    results: dict[str, Any],
) -> None:
    ratios = [results[f"variance_{number}"] for number in (1, 5, 20, 100)]
    assert ratios == sorted(ratios, reverse=True)
    assert results["variance_20"] > 1.5 > 1 + 1 / 20
    assert results["variance_weighted"] == pytest.approx(results["variance_5"], rel=0.1)


def test_the_variance_ratio_is_the_one_of_repeated_fits(experiment: Any) -> None:
    law = np.array([-7.0, 2.0, 1.0])
    rng = np.random.default_rng(22)
    plain, weighted = [], []
    for _ in range(150):
        x = np.column_stack([np.ones(10_000), rng.standard_normal((10_000, 2))])
        fraud = (rng.random(10_000) < experiment.chances(x, law)).astype(float)
        weight = np.where(fraud == 1, (1 - fraud).sum() / fraud.sum(), 1.0)
        plain.append(experiment.fit(x, fraud, np.ones(10_000), law))
        start = law + np.array([np.log(weight.max()), 0, 0])
        weighted.append(experiment.fit(x, fraud, weight, start))
    assert np.mean(plain, axis=0) == pytest.approx(law, abs=0.25)
    ratio = np.var(weighted, axis=0)[1:] / np.var(plain, axis=0)[1:]
    assert (ratio > 1.5).all()


def test_counts_are_compared_in_standard_errors(experiment: Any) -> None:
    p, fraud = np.full(200, 0.08), np.zeros(200)
    fraud[:24] = 1
    predicted, observed, error = experiment.counted(p, fraud, np.zeros(200, dtype=int))
    assert (predicted[0], observed[0]) == pytest.approx((16, 24))
    assert error[0] == pytest.approx(2)


def test_the_listings_run_in_their_order(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(23)
    x = np.column_stack([np.ones(5000), rng.standard_normal(5000)])
    fraud = (rng.random(5000) < typed["chances"](x, np.array([-3.0, 1.0]))).astype(float)
    plain = typed["fit"](x, fraud, np.ones(5000), np.zeros(2))
    weighted = typed["fit"](x, fraud, np.where(fraud == 1, 10.0, 1.0), np.zeros(2))
    undone = typed["scale_odds"](typed["chances"](x, weighted), 1 / 10)
    assert np.abs(undone - typed["chances"](x, plain)).mean() < 0.01
    amount = np.full(5000, 100.0)
    cost = typed["expected_cost"](undone, amount, typed["review"](undone, amount))
    assert cost < typed["expected_cost"](undone, amount, np.zeros(5000, dtype=bool))


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert round(results["one_in"], -2) == round(results["weight"], -2) == 1600
    assert 0.3 < results["weighted_reviews"] / 1e6 < 0.35
    assert round(100 * results["weighted_value"]) == 23
    assert round(100 * results["plain_value"]) == 50


def test_the_figure_is_drawn_alike_twice(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    trained = ("plain", *DISTORTED)
    rounded = {round(1000 * results[f"{name}_auc"]) for name in trained}
    assert max(rounded) - min(rounded) == 1  # "in the third decimal"
    assert min(results[f"{name}_undone_saved"] for name in trained) > 30_000
    assert results["plain_predicted"][3] < 0.01  # up to 99% of the payments
    assert 0.1 < 100 * experiment.COST / results["weight"] < 1  # "a fraction of a cent"
    assert (experiment.CAPACITY, experiment.COST, experiment.KEPT) == (2000, 6, 0.01)
    assert 0.5 < experiment.FACTORS[int(np.argmin(results["curve"]))] < 2
    assert min(results["curve"]) == pytest.approx(results["plain_cost"] / 1000, rel=0.02)
    assert round(results["worse_than_nothing"]) == 5
    lost = [1 - results[f"kept_{factor}"] for factor in ("0_5", "2")]
    assert round(10 * np.mean(lost)) == 1  # "about a tenth of the savings"
    assert 1 / results["variance_weighted"] < 0.5  # "discarding most of the frauds"
