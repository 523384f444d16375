"""What "0.98 on the Wrong Base Rate" claims holds when its experiment is run again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

RATES = ("2", "10", "100", "1000", "10000")


def test_the_models_have_the_areas_that_the_scenario_gives_them(results: dict[str, Any]) -> None:
    assert results["auc_A"] == pytest.approx(0.98, abs=1e-4)
    assert round(results["auc_B"], 2) == 0.95
    for model in "AB":
        assert results[f"holdout_auc_{model}"] == pytest.approx(results[f"auc_{model}"], abs=0.003)


def test_the_smaller_area_finds_twice_as_many_takeovers_at_capacity(
    results: dict[str, Any],
) -> None:
    assert results["auc_A"] > results["auc_B"] + 0.03
    assert 1.9 < results["found_B"] / results["found_A"] < 2.2
    assert results["day_min_B"] > results["day_max_A"]


def test_a_simulated_day_finds_what_the_rates_say(experiment: Any, results: dict[str, Any]) -> None:
    for model in "AB":
        recall = results[f"recall_{model}"]
        error = np.sqrt(experiment.FRAUDS * recall * (1 - recall) / results["simulated_days"])
        assert abs(results[f"day_mean_{model}"] - results[f"found_{model}"]) < 3 * error


def test_the_reviews_are_used_up_at_the_capacity_threshold(experiment: Any) -> None:
    for model in "AB":
        threshold = experiment.capacity_threshold(model)
        alerts = experiment.FRAUDS * experiment.tpr(model, threshold)
        alerts += experiment.GOODS * experiment.fpr(threshold)
        assert alerts == pytest.approx(experiment.REVIEWS)


def test_bayes_in_odds_form_counts_what_a_table_of_logins_counts(experiment: Any) -> None:
    takeovers, good_logins = 1000 * 0.5, 9_999_000 * 0.002
    assert experiment.precision(1e-4, 0.5, 0.002) == pytest.approx(
        takeovers / (takeovers + good_logins)
    )


def test_precision_falls_with_the_base_rate_and_average_precision_reverses(
    results: dict[str, Any],
) -> None:
    for model in "AB":
        for name in ("ap", "half_precision"):
            values = [results[f"{name}_{model}_{rate}"] for rate in RATES]
            assert values == sorted(values, reverse=True)
    better = ["A" if results[f"ap_A_{rate}"] > results[f"ap_B_{rate}"] else "B" for rate in RATES]
    assert better == ["A", "A", "B", "B", "B"]


def test_average_precision_by_integral_is_that_of_a_ranked_sample(experiment: Any) -> None:
    fraud, good = experiment.draw("A", 40_000, 360_000, np.random.default_rng(7))
    order = np.argsort(-np.concatenate([fraud, good]))
    hit = order < fraud.size
    at_hits = (hit.cumsum() / np.arange(1, hit.size + 1))[hit]
    assert at_hits.mean() == pytest.approx(experiment.average_precision("A", 0.1), abs=0.004)


def test_average_precision_leaves_out_no_takeover_however_glaring(experiment: Any) -> None:
    threshold = np.linspace(-8, 14, 22_001)
    for model, shares in experiment.MODELS.items():
        density = sum(
            share * np.exp(-((threshold - mean) ** 2) / 2) / np.sqrt(2 * np.pi)
            for share, mean in shares
        )
        alarms = np.maximum(experiment.fpr(threshold), 1e-300)
        value = experiment.precision(0.1, experiment.tpr(model, threshold), alarms)
        exact = np.trapezoid(density * value, threshold)
        assert experiment.average_precision(model, 0.1) == pytest.approx(exact, abs=2e-5)


def test_few_good_logins_of_the_holdout_lie_in_the_strip(results: dict[str, Any]) -> None:
    assert 10 < results["goods_in_strip_A"] < 20
    assert results["goods_in_tenth_A"] == pytest.approx(1, abs=0.1)


def test_the_holdout_promises_half_the_capacity_where_production_takes_a_hundred_times_it(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert results["most_promised_alerts"] == pytest.approx(experiment.REVIEWS / 2, rel=0.05)
    assert results["most_alerts"] > 90 * experiment.REVIEWS


def test_odds_shrink_by_the_rate_at_which_good_logins_were_kept(
    experiment: Any, results: dict[str, Any]
) -> None:
    kept = experiment.HOLDOUT_GOODS / (experiment.HOLDOUT_DAYS * experiment.GOODS)
    assert results["odds_shift"] == pytest.approx(kept)
    assert results["odds_shift"] * results["weight"] == pytest.approx(1)


def test_a_corrected_probability_is_the_posterior_at_the_other_base_rate(experiment: Any) -> None:
    scores = np.linspace(-2, 6, 33)
    for model in "AB":
        fitted = experiment.posterior(model, scores, 0.1)
        corrected = experiment.correct(fitted, fitted_at=0.1)
        np.testing.assert_allclose(corrected, experiment.posterior(model, scores))
        assert (np.diff(corrected) > 0).all()  # the ranking stays


def test_the_bounds_hold_for_both_models_and_their_own_curves_reach_them(
    experiment: Any, results: dict[str, Any]
) -> None:
    for model in "AB":
        area, recall, alarms = (results[f"{name}_{model}"] for name in ("auc", "recall", "fpr"))
        assert alarms / (2 * (1 - area) + alarms) <= recall <= 2 * area - 1 + alarms
    area, alarms = 0.98, 2e-4
    least = alarms / (2 * (1 - area))  # a line to the top, then flat: AUC 1 - f / 2r
    grid = np.linspace(0, 1, 2_000_001)
    curve = np.minimum(1, least * grid / alarms)
    assert np.trapezoid(curve, grid) == pytest.approx(area, abs=1e-6)
    assert least == pytest.approx(alarms / (2 * (1 - area) + alarms), rel=0.01)
    most = 2 * area - 1 + alarms  # two chords
    corners = np.trapezoid([0, most, 1], [0, alarms, 1])
    assert corners == pytest.approx(area)
    assert results["least_found"] == pytest.approx(1000 * least, rel=0.01)
    assert results["most_found"] == pytest.approx(1000 * most, abs=0.2)


def test_reweighting_estimates_production_without_bias_that_matters_and_orders_the_models(
    results: dict[str, Any],
) -> None:
    for model in "AB":
        error = results[f"holdout_sd_{model}"] / np.sqrt(results["holdouts"])
        assert abs(results[f"holdout_mean_{model}"] - results[f"found_{model}"]) < 3 * error
    gap = results["holdout_mean_B"] - results["holdout_mean_A"]
    assert gap > 5 * np.hypot(results["holdout_sd_A"], results["holdout_sd_B"])


def test_without_weights_the_holdout_flatters(experiment: Any) -> None:
    sample = experiment.draw("A", 10_000, 90_000, np.random.default_rng(7))
    plain = experiment.found_a_day(*sample, 10)
    assert plain > 3 * experiment.found_a_day(*sample, 10, experiment.WEIGHT)


def test_reviews_go_to_what_is_worth_most_and_only_where_they_pay(experiment: Any) -> None:
    probability = np.array([0.5, 0.1, 0.004, 0.02])
    loss = np.array([100.0, 800.0, 800.0, 800.0])
    assert experiment.to_review(probability, loss, cost=5).tolist() == [1, 0, 3]
    assert experiment.to_review(probability, loss, cost=5, budget=1).tolist() == [1]


def test_capacity_and_not_cost_sets_the_threshold(experiment: Any, results: dict[str, Any]) -> None:
    for model in "AB":
        assert results[f"last_{model}"] > results["break_even_precision"]
        assert results[f"last_value_{model}"] > 0
        assert results[f"last_{model}"] < results[f"precision_{model}"]
    assert results["paying_alerts_A"] > 5 * experiment.REVIEWS
    at_the_bar = experiment.BASE_RATE / (1 - experiment.BASE_RATE) * results["break_even_ratio"]
    assert at_the_bar / (1 + at_the_bar) == pytest.approx(results["break_even_precision"])
    assert results["last_value_A"] + experiment.COST > 7 * experiment.COST


def test_a_wide_enough_budget_turns_the_choice_around(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert experiment.REVIEWS < results["equal_reviews"] < experiment.WIDE
    assert results["wide_found_A"] > results["wide_found_B"]


def test_a_doubled_base_rate_not_quite_doubles_precision(results: dict[str, Any]) -> None:
    assert 1.8 < results["doubled_precision"] / results["precision_A"] < 2
    assert results["doubled_recall"] < results["recall_A"]


def test_inferring_the_base_rate_multiplies_a_drift_of_false_alarms(
    experiment: Any, results: dict[str, Any]
) -> None:
    recall, alarms = results["recall_A"], results["fpr_A"]
    share = experiment.BASE_RATE * recall + (1 - experiment.BASE_RATE) * 1.1 * alarms
    inferred = (share - alarms) / (recall - alarms)
    assert inferred / experiment.BASE_RATE - 1 == pytest.approx(results["drift_error"], rel=0.01)


def test_audits_by_score_beat_even_ones_and_are_weak_all_the_same(
    experiment: Any, results: dict[str, Any]
) -> None:
    missed = experiment.FRAUDS - results["found_A"]
    below = experiment.LOGINS - experiment.REVIEWS
    finds = experiment.AUDITS * missed / below
    assert results["uniform_days_per_find"] == pytest.approx(1 / finds, rel=0.001)
    assert results["scored_finds_a_day"] > 10 * finds
    assert 0.3 < results["scored_error"] < results["uniform_error"] / 2


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert round(results["least_found"]) == 5
    assert results["half_precision"] < 0.03
    assert round(results["half_alerts"], -3) == 19_000
    assert round(results["found_A"], -1) == 250
    assert round(1 / results["precision_A"]) == 8


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert experiment.MODELS == {"A": [(1.0, 2.904)], "B": [(0.6, 4.6), (0.4, 1.6)]}
    assert [experiment.REVIEWS, experiment.FRAUDS, experiment.GOODS] == [2000, 1000, 9_999_000]
    assert [experiment.LOSS, experiment.COST, experiment.WIDE] == [800, 5, 100_000]
    assert [experiment.AUDITS, experiment.AUDIT_DAYS, experiment.HOLDOUT_DAYS] == [200, 30, 10]
    assert round(results["weight"], -2) == 1100  # "eleven hundred"
    assert experiment.GOODS / experiment.FRAUDS == 9999
    assert experiment.HOLDOUT_GOODS / experiment.HOLDOUT_FRAUDS == 9
    reviewed = experiment.REVIEWS / experiment.LOGINS
    assert reviewed == 2e-4
    assert reviewed / (1 - experiment.BASE_RATE) == pytest.approx(2e-4, rel=1e-3)
    assert round(100 / np.sqrt(1000)) == 3  # the Poisson error of a count of a thousand
    assert round((results["last_value_A"] + 5) / 5) == 7  # "it pays seven times over"
    # The alternative text: recalls, and where the curves cross.
    assert set(experiment.LINES) == {0.25, 0.5, 0.8}
    for recall in experiment.LINES:
        alarms = experiment.fpr(experiment.recall_threshold("A", recall))
        assert experiment.precision(0.1, recall, alarms) > 0.8
        assert experiment.precision(1e-4, recall, alarms) < 0.15
    for model in "AB":
        threshold = experiment.capacity_threshold(model, results["equal_reviews"])
        assert round(float(experiment.fpr(threshold)), 3) == 0.007
        assert results[f"fpr_{model}"] < 2.05e-4
