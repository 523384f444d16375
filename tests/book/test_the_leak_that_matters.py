"""What "The Leak That Matters" claims holds when its experiment is run again."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

HARMLESS = ("imputer", "selection_train", "train_only", "folds", "as_of", "shuffled_late")


def test_only_steps_that_saw_the_rows_own_labels_make_something_of_nothing(
    results: dict[str, Any],
) -> None:
    for step in HARMLESS:
        error = results[f"nothing_{step}_sd"] / np.sqrt(results["shuffles"])
        assert abs(results[f"nothing_{step}"] - 0.5) < 3 * error + 0.002  # the echo
    assert results["nothing_selection"] > 0.5 + 3 * results["nothing_selection_sd"]
    assert results["nothing_encoding"] > results["nothing_selection"] + 0.25
    assert results["nothing_train_only_fitted"] > results["nothing_encoding"]


def test_the_leaked_rate_has_the_moments_that_the_text_derives() -> None:
    rng = np.random.default_rng(11)
    own, others = rng.random(400_000) < 0.2, rng.binomial(4, 0.2, size=400_000)
    rate = (own + others) / 5
    assert rate[own].mean() - rate[~own].mean() == pytest.approx(1 / 5, abs=0.002)
    for label in (True, False):
        assert rate[own == label].var() == pytest.approx(4 * 0.2 * 0.8 / 25, rel=0.02)


def test_the_exact_area_of_a_leaked_rate_is_what_a_simulation_measures(experiment: Any) -> None:
    rng = np.random.default_rng(12)
    for size in (2, 5, 50):
        left = (rng.random(40_000) < 0.2).astype(float)
        dealer = np.arange(left.size) // size
        score = experiment.rates(dealer, left, left.size // size)[dealer]
        assert experiment.auc(left, score) == pytest.approx(
            experiment.encoding_auc(size), abs=0.012
        )
        assert experiment.encoding_formula(size) == pytest.approx(
            experiment.encoding_auc(size), abs=0.05
        )


def test_both_leaks_shrink_with_the_labels_behind_a_number(results: dict[str, Any]) -> None:
    for curve in ("encoding_curve", "selection_curve"):
        assert all(more > less for more, less in pairwise(results[curve]))
    assert results["selection_formula"] == pytest.approx(results["nothing_selection"], abs=0.02)
    assert results["encoding_formula_own"] == pytest.approx(results["nothing_encoding"], abs=0.03)


def test_the_luck_of_the_best_columns_is_that_of_sorted_normal_deviates(
    results: dict[str, Any],
) -> None:
    squares = np.sort(np.random.default_rng(13).standard_normal((400, 1000)) ** 2)
    assert squares[:, -20:].mean() == pytest.approx(results["luck"], rel=0.02)


def test_repairing_the_imputer_changes_nothing(results: dict[str, Any]) -> None:
    for place in ("test", "live"):
        assert results[f"{place}_imputer"] == pytest.approx(results[f"{place}_built"], abs=1e-4)
    assert results["imputer_gap_worst"] < 0.001


def test_rates_from_training_rows_repair_the_score_and_not_the_model(
    results: dict[str, Any],
) -> None:
    assert results["test_train_only"] == pytest.approx(results["live_train_only"], abs=0.01)
    assert results["live_train_only"] == pytest.approx(results["live_built"], abs=0.005)
    assert results["spread_train_only"] > 3 * results["honest_spread"]


def test_the_leak_costs_live_what_a_model_without_the_column_has(results: dict[str, Any]) -> None:
    assert results["live_no_dealer"] > results["live_built"] + 0.02
    for repaired in ("folds", "as_of", "lean"):
        assert results[f"live_{repaired}"] > results["live_no_dealer"]
        assert results[f"test_{repaired}"] == pytest.approx(results[f"live_{repaired}"], abs=0.02)
    assert results["live_lean"] > results["live_as_of"] + 0.01


def test_a_rate_as_of_a_day_counts_the_labels_known_before_it(experiment: Any) -> None:
    labels = np.array([0, 0, 1, 0]), np.array([5, 9, 2, 7]), np.array([1.0, 0.0, 1.0, 1.0])
    dealer, day = np.array([0, 0, 0, 1, 1]), np.array([5, 8, 20, 2, 3])
    got = experiment.rate_as_of(dealer, day, labels, 0.2, 1)
    np.testing.assert_allclose(got, [0.2, 2.2 / 3, 2.2 / 4, 0.2, 1.2 / 2])


def test_no_row_sees_its_own_fold_or_its_own_label(experiment: Any) -> None:
    left = np.zeros(1000)
    left[17] = 1
    dealer = np.zeros(1000, dtype=int)
    encoded = experiment.out_of_fold(dealer, left, 1, np.random.default_rng(0))
    assert encoded[17] == 0
    assert (encoded > 0).mean() == pytest.approx(0.8, abs=0.05)


def test_the_best_shrinkage_is_the_one_with_the_least_error(
    experiment: Any, results: dict[str, Any]
) -> None:
    rng = np.random.default_rng(14)
    logit = -1.5 + experiment.DEALER_SPREAD * rng.standard_normal(200_000)
    true = 1 / (1 + np.exp(-logit))
    leavers = rng.binomial(4, true)
    errors = {
        k: ((leavers + k * true.mean()) / (4 + k) - true) ** 2
        for k in (results["best_k"] / 3, results["best_k"], 3 * results["best_k"])
    }
    low, best, high = (error.mean() for error in errors.values())
    assert best < min(low, high)
    assert results["k"] == pytest.approx(results["best_k"], rel=0.05)


def test_ties_count_half(experiment: Any) -> None:
    left = np.array([1.0, 0.0, 1.0, 0.0])
    assert experiment.auc(left, np.array([2.0, 1.0, 1.0, 1.0])) == pytest.approx(0.75)


def test_the_listings_run_in_their_order(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(15)
    dealer = rng.integers(500, size=2000)
    left = (rng.random(2000) < 0.2).astype(float)

    def view(labels: Any) -> tuple[slice, Any]:
        return slice(None), typed["rates"](dealer, labels, 500)[dealer]

    mean, spread = typed["from_nothing"](view, left, rng)
    assert mean - 0.5 > 10 * spread


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert round(results["test_built"], 2) == 0.86
    assert round(results["live_built"], 2) == 0.57
    assert round(results["nothing_encoding"], 2) == 0.83
    assert round(results["nothing_selection"], 2) == 0.55
    assert round(results["live_no_dealer"], 2) == 0.60
    assert round(results["live_lean"], 2) == 0.62
    assert 6.5 < results["encoding_weight"] < 8


def test_the_figure_is_drawn_alike_twice(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    share, rows = experiment.BASE_RATE, experiment.CUSTOMERS / experiment.DEALERS
    assert rows == 4
    assert np.sqrt(share * (1 - share) / rows) == pytest.approx(0.2)  # of a rate of four
    assert [experiment.DEALER_SIZES[place] for place in (0, 11)] == [2, 1000]
    assert experiment.SELECTION_ROWS[0] == 100
    assert experiment.IMPUTER_RUNS == 50
    assert (experiment.KEPT, experiment.COLUMNS) == (20, 1000)
    assert round(results["encoding_weight"]) == 8  # "seven or eight"
    assert int(results["encoding_weight"]) == 7
    assert round(results["best_k"]) == 40
    assert round(10 * results["best_k"] / (rows + results["best_k"])) == 9  # tenths that are mean
    assert 0.01 < results["live_lean"] - results["live_as_of"] < 0.02  # "a point or two"
    assert 0 < results["live_as_of"] - results["live_no_dealer"] < 0.01
    # The error of an AUC if scores say nothing; where they say something it is less.
    held = experiment.CUSTOMERS // 5
    leavers = round(share * held)
    assert leavers == 800
    error = np.sqrt((held + 1) / (12 * leavers * (held - leavers)))
    assert round(100 * error) == 1
    assert results["nothing_selection_train_sd"] == pytest.approx(error, rel=0.35)
    assert 3 * error / np.sqrt(20) < 0.01
    assert 0.004 < error / np.sqrt(results["worlds"]) < 0.007  # "about half a point"
