"""What "A Hundred Easy Negatives" claims holds when its experiment is run again."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

SAMPLES = (100, 1000, 10_000, 100_000)


def test_the_winner_depends_on_the_number_of_negatives(results: dict[str, Any]) -> None:
    winners = [max("ABC", key=lambda model: results[f"hit_{model}_{m}"]) for m in SAMPLES]
    assert winners == ["B", "C", "A", "A"]
    assert max("ABC", key=lambda model: results[f"full_{model}"]) == "A"
    assert max("ABC", key=lambda model: results[f"one_{model}"]) == "B"
    assert results["full_B"] == 0
    assert 100 < results["crossing"] < 10_000


@pytest.mark.parametrize(("rank", "negatives"), [(1, 100), (50_000, 100), (900, 10_000)])
def test_the_chance_of_a_sampled_hit_is_the_binomial_sum(
    experiment: Any, rank: int, negatives: int
) -> None:
    x = (rank - 1) / (experiment.CATALOG - 1)
    exact = sum(math.comb(negatives, j) * x**j * (1 - x) ** (negatives - j) for j in range(10))
    assert experiment.sampled_hit(rank, negatives) == pytest.approx(exact)


def test_a_simulated_leaderboard_agrees(experiment: Any, results: dict[str, Any]) -> None:
    for model in "AB":
        expected = results[f"hit_{model}_100"]
        error = math.sqrt(expected * (1 - expected) / results["members"]) + 1e-3
        assert abs(results[f"board_{model}"] - expected) < 3 * error
        rank = experiment.draw_ranks(model, 200_000, np.random.default_rng(31))
        for m in SAMPLES:
            measured = experiment.sampled_hit(rank, m).mean()
            assert measured == pytest.approx(results[f"hit_{model}_{m}"], abs=0.005)


def test_a_sampled_hit_rate_is_a_full_one_at_a_random_cutoff(
    experiment: Any, results: dict[str, Any]
) -> None:
    rng = np.random.default_rng(32)
    for m in (100, 1000):
        cutoffs = rng.beta(10, m - 9, size=20_000)
        assert cutoffs.mean() * experiment.CATALOG == pytest.approx(
            results[f"cutoff_{m}"], rel=0.02
        )
        low, high = np.quantile(cutoffs * experiment.CATALOG, [0.05, 0.95])
        assert (low, high) == pytest.approx((results[f"sure_{m}"], results[f"rare_{m}"]), rel=0.03)
        for model in "ABC":
            full = np.mean([experiment.full_rate(model, z * experiment.CATALOG) for z in cutoffs])
            assert full == pytest.approx(results[f"hit_{model}_{m}"], abs=0.01)


def test_with_one_negative_the_hit_rate_is_the_area(results: dict[str, Any]) -> None:
    for model in "ABC":
        assert results[f"one_{model}"] == pytest.approx(results[f"auc_{model}"], abs=1e-6)


def test_more_negatives_never_raise_an_expected_hit_rate(results: dict[str, Any]) -> None:
    for model in "ABC":
        assert all(more >= less - 1e-9 for more, less in pairwise(results[f"curve_{model}"]))


def test_full_hit_rates_cross_at_the_place_that_the_text_names(
    experiment: Any, results: dict[str, Any]
) -> None:
    place = results["full_crossing"]
    assert 0.2 + 0.8 * place / 333_333 == pytest.approx((place - 199) / 19_801, abs=1e-4)
    assert experiment.full_rate("B", 20_000) == 1


def test_persons_within_the_reach_get_the_same_sampled_rank(results: dict[str, Any]) -> None:
    rng = np.random.default_rng(33)
    draws = rng.random((50_000, 100))
    ranks = [(draws < (rank - 1) / 999_999).sum(axis=1) for rank in (10, 200)]
    assert (ranks[0] != ranks[1]).mean() == pytest.approx(results["apart_100"], abs=0.003)
    assert results["apart_100"] <= 100 * 190 / 999_999
    assert results["deep_hit"] > 0.95


def test_ranks_count_only_who_is_served_and_ties_are_settled_by_lot(experiment: Any) -> None:
    people = np.array([[3.0], [2.0], [2.0], [1.0], [9.0]])
    allowed = np.array([True, True, True, True, False])
    assert experiment.ranked(np.array([1.0]), people, 1, allowed) == (1, 1)
    assert experiment.hit(1, 1, shown=2) == 0.5
    assert experiment.hit(1, 1, shown=1) == 0
    assert experiment.hit(0, 0) == 1
    level = experiment.hit(*experiment.ranked(np.array([0.0]), people, 1, allowed), shown=1)
    assert level == 0.25  # one of four


def test_the_top_list_of_a_model_makes_its_hit_exact() -> None:
    rng = np.random.default_rng(34)
    score = rng.standard_normal(5000)
    best = np.argsort(-score)[:1000]
    for person in [*best[:15], *rng.integers(5000, size=50)]:
        full = (score > score[person]).sum() < 10
        assert ((score[best] > score[person]).sum() < 10) == full


def test_exact_evaluation_is_cheap(results: dict[str, Any]) -> None:
    assert results["core_hours"] < 3
    assert results["served_cores"] == pytest.approx(100)
    assert results["gap_low"] < 0.2 < results["gap_high"]


def test_the_listings_run_in_their_order(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(35)
    rank = typed["draw_ranks"]("A", 2000, rng)
    assert typed["sampled_hit"](rank, 100).mean() == pytest.approx(0.44, abs=0.03)
    mean, low, high = typed["gap"](rank <= 10, np.zeros(2000), rng)
    assert low < mean < high


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert round(results["cutoff_100"], -3) == 99_000
    assert round(100 * results["hit_A_100"]) == 44
    assert round(100 * results["hit_B_100"]) == 100
    assert round(100 * results["full_A"]) == 20
    assert round(100 * results["hit_C_100"]) == 91
    assert round(results["crossing"], -3) == 2000
    assert round(100 * (1 - results["apart_100"])) == 98


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert experiment.MODELS == {  # the text describes the three models in words
        "A": [(0.2, 1, 7), (0.8, 1, 333_333)],
        "B": [(1.0, 200, 20_000)],
        "C": [(0.9, 1, 5_001), (0.1, 5_001, 1_000_000)],
    }
    assert (experiment.REQUESTS, experiment.CANDIDATES) == (50_000, 1000)
    assert (experiment.MICROSECONDS, experiment.SHOWN) == (2, 10)
    hundred, thousand, ten_thousand = (results[f"cutoff_{m}"] for m in SAMPLES[:3])
    typed = [
        (results["hit_A_100"], 2, 0.44),  # the question as it is asked
        (results["hit_B_100"], 2, 1.0),
        (results["full_A"], 1, 0.2),  # one in five
        (results["circle_B"], 9, 1.0),  # everybody whom we want
        (hundred, -4, 100_000),  # the first tenth of the catalog
        (hundred, -3, 99_000),
        (hundred / thousand, 0, 10),  # where the chances of the figure fall
        (hundred / ten_thousand, -1, 100),
        (results["crossing"], -2, 2300),
        (results["curve_C"][0], 2, 0.99),
        (results["hit_C_1000"], 2, 0.9),
        (results["pairs"], 0, 4_000_000_000),
        (results["core_hours"], 0, 2),
    ]
    for value, digits, number in typed:
        assert round(value, digits) == number
    chances = [float(experiment.sampled_hit(rank, 100)) for rank in (50_000, 200_000)]
    assert chances[0] > 0.95
    assert chances[1] < 0.005
    lead = [experiment.sampled_rate("C", m) - experiment.sampled_rate("A", m) for m in (8500, 9500)]
    assert lead[0] > 0 > lead[1]  # they cross near 9000
    assert 0 < results["hit_A_10000"] - results["hit_C_10000"] < 0.03  # first, barely
    assert 7 < 50 * results["core_hours"] / 12 < 10  # a night on a dozen cores
    assert 9 < 2 * 500 / 101 < 10  # read at 2 of 100 out of 500, the page's end
    assert 1.96 * results["error"] > 0.01  # one point needs more members


def test_the_figure_is_drawn_alike_twice(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
