"""What "A Reservoir That Never Lets Go" claims holds when its experiment is run again."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import numpy as np
import pytest


def names(count: int, shard: str = "") -> list[bytes]:
    return [f"{shard}{number}".encode() for number in range(count)]


def filled(experiment: Any, posts: list[tuple[bytes, float]], **settings: Any) -> Any:
    reservoir = experiment.Reservoir(**settings)
    for post, day in posts:
        reservoir.add(post, day)
    return reservoir


def test_slots_keep_every_post_with_the_same_probability(experiment: Any) -> None:
    rng, runs = random.Random(0), 20_000
    counts = np.zeros(12)
    for _ in range(runs):
        counts[experiment.sample(range(12), 4, rng)] += 1
    assert counts / runs == pytest.approx(np.full(12, 4 / 12), abs=0.015)


def test_half_of_the_rows_are_still_there_when_the_stream_is_twice_as_old(experiment: Any) -> None:
    """The rows of time s are there at 2s with probability 1/2: replay one stream to both ages."""
    stayed = []
    for seed in range(30):
        early = set(experiment.sample(range(2_000), 100, random.Random(seed)))
        late = set(experiment.sample(range(4_000), 100, random.Random(seed)))
        stayed.append(len(early & late) / 100)
    assert np.mean(stayed) == pytest.approx(0.5, abs=0.03)


def test_a_constant_acceptance_gives_geometric_ages(experiment: Any) -> None:
    k, least, posts = 50, 0.1, 20_000
    ages = np.concatenate(
        [
            posts - 1 - np.array(experiment.sample(range(posts), k, random.Random(seed), least))
            for seed in range(40)
        ]
    )
    assert ages.mean() == pytest.approx(k / least, rel=0.08)
    assert (ages > k / least).mean() == pytest.approx((1 - least / k) ** (k / least), abs=0.03)


def test_keys_draw_the_first_row_in_proportion_to_the_weights() -> None:
    rng, weights = np.random.default_rng(0), np.array([1.0, 2.0, 5.0])
    keys = rng.standard_exponential((50_000, 3)) / weights
    order = keys.argsort(axis=1)
    first = np.bincount(order[:, 0], minlength=3) / 50_000
    assert first == pytest.approx(weights / 8, abs=0.01)
    after_last = order[order[:, 0] == 2][:, 1]
    assert (after_last == 1).mean() == pytest.approx(2 / 3, abs=0.01)


def test_the_reservoir_decays_by_the_clock(experiment: Any) -> None:
    posts = [(name, number / 500) for number, name in enumerate(names(30_000))]
    reservoir = filled(experiment, posts, k=600, scale=8.0)
    days = dict(posts)
    ages = 60 - np.array([days[post] for post in reservoir.keys])
    assert ages.size == 600
    assert ages.mean() == pytest.approx(8, rel=0.12)
    assert (ages > 16).mean() == pytest.approx(math.exp(-2), abs=0.04)


@pytest.mark.parametrize("scale", [math.inf, 5.0])
def test_merged_shards_hold_the_reservoir_of_the_undivided_stream(
    experiment: Any, scale: float
) -> None:
    shards = [
        [(name, 20 * number / count) for number, name in enumerate(names(count, shard))]
        for shard, count in (("a", 4_000), ("b", 2_000), ("c", 250), ("d", 30))
    ]
    settings = {"k": 100, "scale": scale, "secret": b"secret"}
    whole = filled(experiment, [post for shard in shards for post in shard], **settings)
    for order in itertools.permutations(shards):
        merged, *others = [filled(experiment, shard, **settings) for shard in order]
        for other in others:
            merged.hold(other.keys, other.bound)
        assert merged.keys == whole.keys
        assert merged.bound == whole.bound


def test_replayed_and_late_posts_change_nothing(experiment: Any) -> None:
    posts = [(name, number / 100) for number, name in enumerate(names(3_000))]
    once = filled(experiment, posts, k=50, scale=7.0)
    shuffled = posts + posts[::3]
    random.Random(1).shuffle(shuffled)
    again = filled(experiment, shuffled, k=50, scale=7.0)
    assert once.keys == again.keys
    assert once.bound == again.bound


def test_erasing_keeps_the_invariant_and_leaves_the_bound(experiment: Any) -> None:
    posts = [(name, number / 100) for number, name in enumerate(names(3_000))]
    reservoir = filled(experiment, posts[:2_000], k=50, scale=7.0)
    bound = reservoir.bound
    gone = list(reservoir.keys)[::4]
    for post in gone:
        reservoir.erase(post)
    assert reservoir.bound == bound
    assert len(reservoir.keys) == 50 - len(gone)
    for post, day in posts[2_000:]:
        reservoir.add(post, day)
    everything = filled(experiment, posts, k=3_000, scale=7.0).keys
    below = {post for post, key in everything.items() if key < reservoir.bound}
    assert set(reservoir.keys) == below - set(gone)
    assert len(reservoir.keys) == 50  # refilled by posts below the bound


def test_a_secret_changes_the_sample_and_keys_stay_finite(experiment: Any) -> None:
    posts = [(name, 0.0) for name in names(1_000)]
    one, other = (filled(experiment, posts, k=50, secret=secret) for secret in (b"x", b"y"))
    assert len(set(one.keys) & set(other.keys)) < 15
    for u in (0.5 / 2**52, (2**52 - 0.5) / 2**52):  # the ends of the hash
        assert math.isfinite(math.log(-math.log1p(-u)))


@pytest.mark.parametrize("erasing", [False, True])
def test_sums_are_estimated_without_bias_by_the_bound(experiment: Any, erasing: bool) -> None:
    posts = [(name, float(number)) for number, name in enumerate(names(24))]
    value = {post: 1 + (number % 5) for number, (post, _) in enumerate(posts)}
    survivors = dict(posts)
    gone = [post for post, _ in posts[3:13:3]] if erasing else []
    for post in gone:
        survivors.pop(post)
    estimates = []
    for run in range(1_500):
        reservoir = experiment.Reservoir(6, scale=10.0, secret=str(run).encode())
        for number, (post, day) in enumerate(posts):
            reservoir.add(post, day)
            if number == 15:
                for erased in gone:
                    reservoir.erase(erased)
        estimates.append(
            sum(value[post] / reservoir.probability(survivors[post]) for post in reservoir.keys)
        )
    error = np.std(estimates) / math.sqrt(len(estimates))
    assert np.mean(estimates) == pytest.approx(
        sum(value[post] for post in survivors), abs=4 * error
    )
    assert error < 2


def test_the_ages_are_those_of_the_formulas(results: dict[str, Any]) -> None:
    assert results["uniform_last_day"] == pytest.approx(results["uniform_day"], abs=4 * 27**0.5)
    assert results["decayed_last_day"] == pytest.approx(results["decayed_day"], rel=0.15)
    assert results["uniform_older_30"] == pytest.approx(1 - 30 / 365, abs=0.01)
    assert results["decayed_older_30"] == pytest.approx(results["stay_decayed_30"], abs=0.02)
    assert results["decayed_mean_age"] == pytest.approx(14, rel=0.05)


@pytest.mark.parametrize("scale", [1, 14, 120, math.inf])
def test_the_formula_of_the_error_is_right(experiment: Any, scale: float) -> None:
    shares = experiment.age_shares(60, scale)
    rng = np.random.default_rng(3)
    runs = 20_000
    lasting = rng.normal(0, 0.01, (runs, 61)).cumsum(axis=1)[:, ::-1]
    found = (lasting[:, 1:] + rng.normal(0, 0.15, (runs, 60))) @ shares
    measured = ((found - lasting[:, 0]) ** 2).mean()
    assert measured == pytest.approx(experiment.next_day_error(shares, 0.01, 0.15), rel=0.04)


def test_the_approximations_of_the_text_are_close(experiment: Any) -> None:
    q, v = experiment.STEP**2, experiment.SHOCK**2
    for scale in (7, 14, 30):
        exact = experiment.next_day_error(experiment.age_shares(365, scale), 0.01, 0.15)
        assert exact == pytest.approx(q * scale / 2 + v / (2 * scale), rel=0.04)
    for days in (26, 90, 365):
        exact = experiment.next_day_error(experiment.age_shares(days, math.inf), 0.01, 0.15)
        assert exact == pytest.approx(q * days / 3 + v / days, rel=0.06)
    assert experiment.best_scale(0.01, 0.15) == pytest.approx(math.sqrt(v / q), rel=0.01)


def test_the_best_decay_is_the_best_weighting_of_days(experiment: Any) -> None:
    """Solve for the best weights that sum to one, and compare with the exponential ones."""
    days, q, v = 200, 0.01**2, 0.15**2
    ages = np.arange(1, days + 1)
    covariance = q * np.minimum.outer(ages, ages) + v * np.eye(days)
    best = np.linalg.solve(covariance, np.ones(days))
    best /= best.sum()
    decayed = experiment.age_shares(days, experiment.best_scale(0.01, 0.15))
    assert best == pytest.approx(decayed, abs=1e-6)


def test_the_uniform_buffer_is_good_for_a_month_and_then_fails(results: dict[str, Any]) -> None:
    assert results["uniform_error_30"] < 1.3 * results["decayed_error_30"]
    assert results["uniform_error_90"] > 1.5 * results["decayed_error_90"]
    assert 6 < results["uniform_error_365"] / results["decayed_error_365"] < 7.5
    assert results["uniform_best_age"] == pytest.approx(26, abs=0.5)


def test_the_last_day_alone_is_worse_than_the_whole_year(results: dict[str, Any]) -> None:
    for days in (30, 90, 365):
        assert results[f"today_error_{days}"] > 1.5 * results[f"uniform_error_{days}"]


def test_a_window_of_equal_weights_comes_close_to_the_decay(
    experiment: Any, results: dict[str, Any]
) -> None:
    """The strongest simple rival: the best window errs more than the best decay, but not much."""
    windows = {days: experiment.predicted(math.inf, days) for days in range(5, 61)}
    best = min(windows, key=windows.__getitem__)
    assert best == results["window_days"] == round(results["uniform_best_age"])
    assert windows[best] == results["window_predicted"]
    assert 1.1 < results["window_predicted"] / results["best_predicted"] < 1.2
    assert results["window_days"] < 30  # so that erased posts are out of the buffer in time


def test_weighting_uniform_rows_helps_less_and_less(results: dict[str, Any]) -> None:
    ratios = [results[f"weighted_error_{d}"] / results[f"decayed_error_{d}"] for d in (30, 90, 365)]
    assert ratios == sorted(ratios)
    assert ratios[-1] > 1.5
    assert results["weighted_error_365"] < 0.4 * results["uniform_error_365"]


def test_the_simulation_agrees_with_the_formula(experiment: Any, results: dict[str, Any]) -> None:
    for scale, measured in zip(experiment.SCALES, results["sweep"], strict=True):
        assert measured == pytest.approx(experiment.predicted(scale), rel=0.2)
    assert min(results["sweep"]) == results["sweep"][experiment.SCALES.index(14)]


def test_the_minimum_is_flat_and_the_rows_have_no_part_in_it(results: dict[str, Any]) -> None:
    for name in ("week", "month"):
        assert 1.1 < results[f"{name}_predicted"] / results["best_predicted"] < 1.35
    assert results["row_error"] < 0.07 * results["best_predicted"]


def test_the_worth_of_reweighted_rows(experiment: Any, results: dict[str, Any]) -> None:
    rng = np.random.default_rng(4)
    ages = rng.exponential(14, 400_000)
    for name, days in (("month", 30), ("quarter", 90)):
        weights = np.exp(ages[ages < days] / 14)
        worth = weights.sum() ** 2 / (weights**2).sum() * experiment.K / ages.size
        assert worth == pytest.approx(results[f"effective_{name}"], rel=0.1)
    assert results["effective_year"] < 1
    weights = np.exp(-rng.uniform(0, 365, 400_000) / 14)
    worth = weights.sum() ** 2 / (weights**2).sum() * experiment.K / 400_000
    assert worth == pytest.approx(results["effective_weighted"], rel=0.05)


def test_the_archive_has_rows_enough_for_a_decay_of_a_week(results: dict[str, Any]) -> None:
    assert results["k"] * (1 - math.exp(-1 / 7)) < results["archive_rows"]
    assert results["archive_megabytes"] == 730


def test_equal_parts_of_unequal_shards(results: dict[str, Any]) -> None:
    assert results["small_share"] == pytest.approx(0.2)
    assert results["small_rows"] == pytest.approx(0.8)
    assert results["language"] == pytest.approx(0.10)
    assert results["language_equal"] == pytest.approx(0.25)
    assert results["small_memory"] == 16 * results["scale"]


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert round(results["uniform_day"]) == 27
    assert round(results["uniform_hour"]) == 1
    assert results["window_seconds"] == pytest.approx(0.2)
    assert round(100 * results["stay_decayed_30"]) == 12
    assert 6 < results["uniform_predicted"] / results["best_predicted"] < 8
    assert 86_400 / results["decayed_day"] == pytest.approx(120, rel=0.1)  # one every two minutes


def test_the_caption_and_the_alternative_text_of_the_figure_are_right(
    results: dict[str, Any],
) -> None:
    assert round(results["decayed_day"] / results["uniform_day"]) == 25
    assert round(results["decayed_day"] / 100, 1) == 6.9
    assert round(results["uniform_day"] / 100, 1) == 0.3
    first, *_, last = results["sweep"]
    assert (round(first, 2), round(last, 2)) == (0.11, 0.06)
    assert round(min(results["sweep"]), 2) == 0.02
    assert round(results["uniform_error_365"], 2) == 0.12
    assert round(results["today_error_365"], 2) == 0.24


def test_the_listings_run_when_they_are_typed_in_order(typed: dict[str, Any]) -> None:
    assert len(typed["sample"](range(100), 7, random.Random(0))) == 7
    one, other = typed["Reservoir"](5, 14), typed["Reservoir"](5, 14)
    for name in names(40):
        one.add(name, 1.0)
        other.add(b"other" + name, 2.0)
    one.hold(other.keys, other.bound)
    assert len(one.keys) == 5
    assert 0 < one.probability(1.0) < one.probability(2.0) < 1
    assert typed["best_scale"](0.01, 0.15) == pytest.approx(15, abs=0.1)
    assert typed["next_day_error"](typed["age_shares"](30, 14), 0.01, 0.15) > 0


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert (experiment.STEP, experiment.SHOCK, experiment.NOISE) == (0.01, 0.15, 1)
    assert (experiment.FEATURES, experiment.SCALES[0], experiment.SCALES[-1]) == (10, 1, 120)
    assert experiment.SHARDS == (4, 10_000, 16, 625)
    assert 4 * 10_000 + 16 * 625 == experiment.PER_SECOND == 50_000
    assert experiment.LANGUAGE == (0.05, 0.30)
    big, small = experiment.LANGUAGE
    assert 0.8 * big + 0.2 * small == pytest.approx(results["language"])
    assert results["k"] == 10_000 == 20 * 500
    assert results["k"] * experiment.POST_BYTES == 10e6  # a sample is 10 MB
    assert results["scale"] == 14  # two weeks, fourteen days of memory
    assert round(results["best_scale"]) in (14, 15)
    assert round((results["k"] * 0.01 * 0.99) ** 0.5) == 10  # of a class of one percent
    assert results["window_seconds"] == pytest.approx(1 / 5)
    assert round(results["uniform_hour"]) == 1
    assert results["effective_year"] < 1
    assert results["sweep"][experiment.SCALES.index(14)] == min(results["sweep"])
    assert 6 < results["uniform_error_365"] / results["decayed_error_365"] < 7  # as spoken


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
