"""What "A Table of Survivors" claims holds when its experiment is run again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

WORLDS = ("alike", "disloyal")


def test_failures_hurt_everybody_present_in_both_worlds(results: dict[str, Any]) -> None:
    for world in WORLDS:
        assert results[f"{world}_all_effect"] < -50 * results[f"{world}_all_error"]


def test_survivors_see_nothing_or_a_gain(results: dict[str, Any]) -> None:
    assert abs(results["alike_active_effect"]) < 1.96 * results["alike_active_error"]
    assert results["disloyal_active_effect"] > 5 * results["disloyal_active_error"]


def test_the_split_of_the_effect_gives_the_measured_one(results: dict[str, Any]) -> None:
    stays, buys = 1 - results["leaves_after"], results["buys_if_stays"]
    driven_off = results["leaves_after"] - results["leaves_otherwise"]
    assert stays < 1
    assert -driven_off * buys == pytest.approx(results["alike_all_effect"], abs=0.005)
    assert round(30 * buys) == 21


def test_the_effect_has_a_step_where_deletion_ends(results: dict[str, Any]) -> None:
    kept = results["by_month_kept"]
    assert all(abs(effect) < 0.04 for effect in kept[:-2])
    assert kept[-2:] == results["by_month_all"][-2:]
    assert max(results["by_month_all"]) < -0.18
    assert all(abs(effect) < 0.04 for effect in results["by_month_active"])


def test_two_totals_rebuild_the_effect_of_the_last_month(results: dict[str, Any]) -> None:
    for world in WORLDS:
        assert results[f"{world}_rebuilt"] == pytest.approx(results[f"{world}_last"], abs=1e-12)
        assert results[f"{world}_table_failed"] < results[f"{world}_log_failed"] - 0.02


def test_loyalty_removes_the_gain_but_does_not_bring_back_the_loss(experiment: Any) -> None:
    """Compare within groups of equal loyalty, which the first draw of the same seed gives."""
    failed, here, bought = experiment.follow(200_000, disloyal_first=True)
    loyalty = np.random.default_rng(0).standard_normal(200_000)
    active = here & here[:, -1:]
    effects = []
    for low in np.arange(-1.0, 1.5, 0.25):
        group = ((loyalty > low) & (loyalty < low + 0.25))[:, None]
        after, otherwise = experiment.buys_next(failed, bought, active & group)
        effects.append(after - otherwise)
    assert abs(np.mean(effects)) < 0.006


def test_no_month_of_a_survivor_ends_in_leaving(experiment: Any) -> None:
    _, here, _ = experiment.follow(5_000)
    active = here & here[:, -1:]
    assert not (active[:, :-1] & ~here[:, 1:]).any()
    assert active.all(axis=1).sum() == active.any(axis=1).sum()


def test_failures_that_harm_nobody_are_as_frequent_in_the_table_as_in_the_log() -> None:
    rng = np.random.default_rng(5)
    failed, stays = rng.random(200_000) < 0.15, rng.random(200_000) > 0.055
    assert failed[stays].mean() == pytest.approx(failed.mean(), abs=0.001)


def test_a_snapshot_holds_who_was_present_then(experiment: Any) -> None:
    failed, here, bought = experiment.follow(2_000)
    months = here.sum(axis=1)
    joined = dict.fromkeys(range(2_000), 0) | {2_000: 13}  # one joins later
    left = {member: int(stay) for member, stay in enumerate(months) if stay < experiment.MONTHS}
    pairs = [{(int(i), int(m)) for i, m in np.argwhere(table)} for table in (failed, bought)]
    rows = experiment.snapshot(joined, left, *pairs, 12)
    assert list(rows) == np.flatnonzero(here[:, 12]).tolist()
    found = np.array(list(rows.values()))
    assert (found[:, 0] == failed[here[:, 12], 12]).all()
    assert (found[:, 1] == bought[here[:, 12], 13]).all()
    assert not found[~here[here[:, 12], 13], 1].any()  # leavers are kept, and buy nothing
    assert 2_000 in experiment.snapshot(joined, left, *pairs, 13)


def test_the_clustered_error_is_that_of_repeated_worlds(experiment: Any) -> None:
    effects = []
    for seed in range(60):
        failed, here, bought = experiment.follow(3_000, seed=seed)
        after, otherwise = experiment.buys_next(failed, bought, here & here[:, -1:])
        effects.append(after - otherwise)
    failed, here, bought = experiment.follow(3_000)
    error = experiment._compared("x", failed, bought, here & here[:, -1:])["x_error"]
    assert np.std(effects) == pytest.approx(error, rel=0.3)
    assert abs(np.mean(effects)) < 3 * error / 60**0.5


def test_the_numbers_spoken_aloud_are_right(results: dict[str, Any]) -> None:
    assert round(-100 * results["alike_all_effect"]) == 21
    assert round(results["failure_cost"]) == 46
    assert 1 / 21 < results["voucher_needed"] < 1 / 19
    assert 1150 < results["members_per_arm"] < 1200
    assert 2 * results["members_per_arm"] < 0.15 * results["still_here_members"]


def test_the_listings_run_when_they_are_typed_in_order(typed: dict[str, Any]) -> None:
    failed, here, bought = typed["follow"](1_000)
    after, otherwise = typed["buys_next"](failed, bought, here)
    assert after < otherwise
    assert typed["rebuild"]((0.7, 0.7), 0.15, 0.15, 1.0) == pytest.approx((0.7, 0.7))
    assert typed["snapshot"]({"a": 0}, {"a": 2}, {("a", 1)}, set(), 1) == {"a": (True, False)}


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert (experiment.MONTHS, experiment.GRACE, experiment.DRAWN) == (24, 3, 18)
    assert (experiment.FAILURE, experiment.MARGIN, experiment.VOUCHER) == (0.15, 12, 8)
    assert round(1.96 * 100 * results["alike_active_error"], 1) == 0.5  # "half a point"
    assert results["alike_active_rows"] > 200_000
    assert round(100 * results["leaves_otherwise"]) == 1
    assert round(100 * (results["leaves_after"] - results["leaves_otherwise"])) == 30
    assert round(100 * results["alike_active_effect"]) == 0
    assert results["by_month_all"] == pytest.approx([-0.21] * 23, abs=0.02)
    assert results["by_month_kept"][-2:] == pytest.approx([-0.21] * 2, abs=0.01)
    assert round(1 / results["voucher_needed"], -1) == 20  # "one in twenty"
    assert round(results["members_per_arm"], -2) == 1200
