"""What "Averaging the Unaverageable" claims holds when its experiment is run again."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

FORMULAS = ("mean", "weighted", "largest")


def test_on_a_quiet_day_every_formula_is_right(results: dict[str, Any]) -> None:
    for formula in FORMULAS:
        assert results[f"quiet_{formula}"] == pytest.approx(results["quiet_exact"], rel=0.02)


def test_the_dashboard_pages_for_the_kept_promise_and_sleeps_through_the_broken_one(
    results: dict[str, Any],
) -> None:
    assert results["disk_exact"] < 80 < results["disk_mean"]
    assert results["market_mean"] < 80 < results["market_exact"]


def test_weights_help_on_one_day_and_not_on_the_other(results: dict[str, Any]) -> None:
    assert results["disk_weighted"] == pytest.approx(results["disk_exact"], rel=0.03)
    assert results["market_weighted"] < 0.7 * results["market_exact"]
    assert results["market_weighted"] < 80


def test_the_largest_is_too_large_on_both_days(results: dict[str, Any]) -> None:
    for name in ("disk", "market"):
        assert results[f"{name}_largest"] > 3 * results[f"{name}_exact"]


def test_the_late_share_decides_every_day_as_the_exact_percentile_does(
    results: dict[str, Any],
) -> None:
    for name in ("quiet", "disk", "market"):
        assert (results[f"{name}_late"] <= 0.01) == (results[f"{name}_exact"] <= 80)


@pytest.mark.parametrize("target", [60, 75, 76, 77, 90, 150])
def test_two_counters_are_equivalent_to_the_percentile(experiment: Any, target: float) -> None:
    for seed in range(5):
        shards = experiment.minute(np.random.default_rng(seed), 0, (3.8, 0.8))
        exact = experiment.percentile(np.concatenate(shards), 0.99)
        assert (experiment.late_share(shards, target) <= 0.01) == (exact <= target)


def test_the_slowest_hundredth_comes_from_one_small_part_of_the_traffic(
    results: dict[str, Any],
) -> None:
    assert results["market_of_slowest"] > 0.99
    assert results["market_share"] == pytest.approx(0.05, abs=0.005)


def test_the_percentile_of_the_fleet_lies_between_those_of_the_shards(experiment: Any) -> None:
    rng = np.random.default_rng(4)
    for _ in range(50):
        shards = [
            rng.lognormal(rng.normal(3, 1), rng.uniform(0.1, 1), rng.integers(50, 500))
            for _ in range(6)
        ]
        for q in (0.1, 0.5, 0.99):
            reports = [experiment.percentile(shard, q) for shard in shards]
            assert min(reports) <= experiment.percentile(np.concatenate(shards), q) <= max(reports)


@pytest.mark.parametrize("wanted", [51, 80, 200, 355])
def test_every_value_between_is_possible_for_the_same_reports(
    experiment: Any, wanted: float
) -> None:
    """The construction of the proof, with the counts of the scenario."""
    shards = experiment.minute(np.random.default_rng(0), *experiment.MINUTES["market"])
    built = []
    for shard in shards:
        report = experiment.percentile(shard, 0.99)
        within = math.ceil(0.99 * shard.size)
        if report <= wanted:
            built.append(np.repeat([report, wanted], [within, shard.size - within]))
        else:
            built.append(np.repeat([wanted, report], [within - 1, shard.size - within + 1]))
    for shard, other in zip(shards, built, strict=True):
        assert shard.size == other.size
        assert experiment.percentile(shard, 0.99) == experiment.percentile(other, 0.99)
    assert experiment.percentile(np.concatenate(built), 0.99) == wanted


def test_the_twin_reports_the_same_and_keeps_the_promise(results: dict[str, Any]) -> None:
    assert results["twin_mean"] == results["market_mean"]
    assert results["twin_largest"] == results["market_largest"]
    assert results["twin_exact"] < 55
    assert results["market_exact"] > 80


def test_adding_buckets_gives_the_sketch_of_all_requests_in_any_order(experiment: Any) -> None:
    shards = experiment.minute(np.random.default_rng(1), *experiment.MINUTES["market"])
    whole = experiment.sketch(np.concatenate(shards))
    sketches = [experiment.sketch(shard) for shard in shards]
    assert experiment.merge(sketches) == whole
    assert experiment.merge(reversed(sketches)) == whole
    halves = [experiment.merge(sketches[:7]), experiment.merge(sketches[7:])]
    assert experiment.merge(halves) == whole


def test_a_sketch_sent_twice_counts_twice_and_subtraction_takes_it_back(experiment: Any) -> None:
    first, second = (
        experiment.sketch(np.random.default_rng(seed).lognormal(3, 1, 1000)) for seed in (1, 2)
    )
    twice = experiment.merge([first, second, second])
    assert twice.total() == 3000
    assert twice - second == experiment.merge([first, second])


@pytest.mark.parametrize("draw", ["lognormal", "pareto", "exponential"])
def test_buckets_keep_every_quantile_to_one_percent(experiment: Any, draw: str) -> None:
    rng = np.random.default_rng(3)
    times = 1 + getattr(rng, draw)(1.5, size=20_000)
    counts = experiment.sketch(times)
    for q in (0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0):
        exact = experiment.percentile(times, q)
        assert abs(experiment.estimate(counts, q) / exact - 1) <= experiment.ALPHA + 1e-12


def test_the_ends_of_a_bucket_are_one_percent_off_on_either_side(experiment: Any) -> None:
    gamma, index = experiment.GAMMA, 200
    answer = experiment.estimate(Counter({index: 1}), 0.5)
    assert answer / gamma**index == pytest.approx(0.99)
    assert answer / gamma ** (index - 1) == pytest.approx(1.01)


def test_the_number_of_buckets_covers_the_range(experiment: Any, results: dict[str, Any]) -> None:
    assert experiment.FLOOR * experiment.GAMMA ** results["buckets_for_range"] >= 1e5
    assert results["buckets"] < results["buckets_for_range"]


def test_compacting_keeps_the_count(experiment: Any) -> None:
    rng = np.random.default_rng(2)
    levels = experiment.feed(rng.lognormal(3, 1, 12_345), [np.empty(0)], 20, rng)
    assert sum(2**level * items.size for level, items in enumerate(levels)) == 12_345
    assert len(levels) > 5


@pytest.mark.parametrize("shape", ["one by one", "pairs"])
def test_merged_compactors_are_unbiased_and_within_their_bound(experiment: Any, shape: str) -> None:
    k, runs = 16, 200
    times = np.random.default_rng(6).lognormal(3, 1, 8_000)
    errors = []
    for run in range(runs):
        rng = np.random.default_rng([7, run])
        parts = [experiment.feed(part, [np.empty(0)], k, rng) for part in np.split(times, 8)]
        if shape == "pairs":
            while len(parts) > 1:
                parts = [
                    experiment.merged_levels(parts[i : i + 2], k, rng)
                    for i in range(0, len(parts), 2)
                ]
        items, shares = experiment.ranked(experiment.merged_levels(parts, k, rng))
        found = [shares[items <= x].max(initial=0.0) for x in (10, 20, 60)]
        errors.append(np.array(found) - [(times <= x).mean() for x in (10, 20, 60)])
    deviation = np.std(errors, axis=0)
    assert (deviation > 0).all()
    assert (deviation <= math.sqrt(6) / k).all()
    assert (np.abs(np.mean(errors, axis=0)) < 4 * deviation / math.sqrt(runs)).all()


def test_levels_stay_near_their_capacity(experiment: Any, results: dict[str, Any]) -> None:
    assert results["kept"] < 3 * results["k"] + 40
    assert results["kept"] > results["buckets"]  # the compactor has more memory, and loses


def test_each_sketch_keeps_its_own_contract_and_breaks_the_other(
    results: dict[str, Any],
) -> None:
    assert max(results["rank_errors"]) < results["rank_bound"]
    assert results["log_worst"] <= 0.01
    errors = results["item_errors"]
    assert all(later > 2 * earlier for earlier, later in pairwise(errors))
    assert errors[0] < results["log_errors"][0]
    assert errors[2] > 5 * results["log_errors"][2]
    assert errors[3] > 0.3
    assert results["item_low_990"] < -0.05 < 0.05 < results["item_high_990"]


def test_buckets_say_nothing_about_ranks_at_a_spike(experiment: Any) -> None:
    before, after = np.full(1000, 79.9), np.full(1000, 80.1)
    assert experiment.sketch(before) == experiment.sketch(after)
    assert experiment.late_share([before]) == 0
    assert experiment.late_share([after]) == 1


def test_a_percent_of_rank_is_everything_at_the_p99(results: dict[str, Any]) -> None:
    assert results["p98"] < 0.7 * results["market_exact"]
    assert results["slowest"] > 10 * results["market_exact"]


def test_the_small_shard_can_stand_still_without_breaking_the_promise(experiment: Any) -> None:
    shards = experiment.minute(np.random.default_rng(0))
    shards[experiment.PILOT] = np.full(experiment.SIZES[experiment.PILOT], 1e6)
    assert experiment.percentile(np.concatenate(shards), 0.99) < 60


def test_the_noise_of_an_exact_percentile_is_that_of_the_formula(results: dict[str, Any]) -> None:
    rng = np.random.default_rng(8)
    found = np.quantile(rng.lognormal(3, 0.4, (2000, 2500)), 0.99, axis=1)
    assert found.std() / found.mean() == pytest.approx(results["pilot_noise"], rel=0.1)
    assert results["fleet_noise"] < results["pilot_noise"] / 10


def test_the_mean_of_maxima_is_too_small_though_all_workers_are_alike(
    experiment: Any, results: dict[str, Any]
) -> None:
    dozen = np.random.default_rng(9).standard_normal(12)
    assert experiment.percentile(dozen, 0.99) == dozen.max()
    assert results["feature_ratio"] < 0.65
    assert results["feature_flagged"] > 3 * results["pooled_flagged"]
    assert results["pooled_flagged"] == pytest.approx(3 / 241, rel=0.05)  # the 238th of 240


def test_sketches_are_a_hundredth_of_the_raw_times(results: dict[str, Any]) -> None:
    assert results["sketch_gigabytes"] < results["exact_gigabytes"] / 100


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert round(100 * results["market_share"]) == 5
    assert round(results["market_late_own"], 2) == 0.25
    assert round(100 * results["market_late"], 2) == 1.35
    assert round(results["market_mean"]) == 66
    assert round(100 * results["pilot_share"], 1) == 0.4
    assert 300 <= results["buckets"] < 330
    assert results["payments"] == 20 * 12


def test_the_medians_and_the_percentile_that_the_text_types_are_right(
    experiment: Any, results: dict[str, Any]
) -> None:
    medians = {name: math.exp(law[0]) for name, (_, law) in experiment.MINUTES.items()}
    assert [round(medians[name]) for name in ("quiet", "disk", "market")] == [20, 403, 45]
    assert round(results["quiet_exact"]) == 51


def test_the_alternative_text_of_the_figure_is_right(results: dict[str, Any]) -> None:
    assert round(results["market_exact"]) == 98
    assert round(results["market_mean"]) == 66
    assert round(results["market_largest"]) == 356
    assert round(100 * results["item_errors"][0], 1) == 0.2
    assert round(100 * results["item_errors"][3]) == 45


def test_the_listings_run_when_they_are_typed_in_order(typed: dict[str, Any]) -> None:
    rng = typed["np"].random.default_rng(0)
    shards = typed["minute"](rng, 0, (3.8, 0.9))
    levels = [np.concatenate(shards)]
    typed["compact"](levels, 400, rng)
    items, shares = typed["ranked"](levels)
    exact = typed["percentile"](np.concatenate(shards), 0.5)
    assert items[np.searchsorted(shares, 0.5)] == pytest.approx(exact, rel=0.05)
    counts = typed["merge"](map(typed["sketch"], shards))
    assert typed["estimate"](counts, 0.5) == pytest.approx(exact, rel=0.01)
    assert typed["late_share"](shards) > 0.01


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert experiment.SIZES == [31_000] * 19 + [2500]
    assert (experiment.FLOOR, experiment.ALPHA, experiment.TARGET) == (0.01, 0.01, 80)
    assert (experiment.WORKERS, experiment.PER_WORKER) == (20, 12)
    assert 0.23 < results["market_late_own"] < 0.27  # a quarter of its requests
    assert results["market_of_slowest"] > 0.99  # nearly all of it
    assert 2 < 0.01 * results["payments"] < 3  # the p99 rests on two or three payments
    assert round(results["buckets"], -2) == 300
    assert results["log_worst"] < 0.01
    assert 0.004 < results["rank_bound"] < 0.007  # half a percent of rank,
    assert results["item_errors"][0] < 0.005  # nothing at the median
    assert results["item_errors"][3] > 0.3  # everything at the p99.9
    assert results["pilot_share"] < 0.01
    healthy = math.exp(experiment.FAST[0] + 2.3263479 * experiment.FAST[1])
    assert round(healthy) == round(results["quiet_exact"]) == 51


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
