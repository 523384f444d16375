"""What "More Rank, Same Model" claims holds when its experiment is run again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest


@pytest.mark.parametrize(
    ("column", "power"),
    [
        ("sgd_plain_same", -1),
        ("sgd_root_same", 0),
        ("adam_plain_same", 0),
        ("adam_root_same", 0.5),
        ("adam_plain_other", -0.5),
        ("adam_root_other", 0),
    ],
)
def test_the_first_step_grows_with_the_rank_as_the_table_says(
    experiment: Any, results: dict[str, Any], column: str, power: float
) -> None:
    slope = np.polyfit(np.log(experiment.RANKS), np.log(results[column]), 1)[0]
    assert slope == pytest.approx(power, abs=0.06)


def test_the_size_of_the_first_step_is_that_of_the_formulas(experiment: Any) -> None:
    r, d, rate, scale = 64, 256, 1e-3, 0.25
    size = math.sqrt(d)  # of x and of g, roughly
    sgd = experiment.first_step(r, scale, "sgd")[0]
    assert sgd == pytest.approx(rate * scale**2 * (r / d) * size**2 * size, rel=0.05)
    adam = experiment.first_step(r, scale, "adam")[0]
    per_entry = rate * scale * r * math.sqrt(2 / math.pi) * size / math.sqrt(d)
    assert adam == pytest.approx(per_entry * math.sqrt(d), rel=0.05)


@pytest.mark.parametrize(("rule", "power"), [("sgd", 2), ("adam", 1)])
@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_the_scale_is_the_learning_rate_of_b(
    experiment: Any, rule: str, power: int, factor: float
) -> None:
    goal, rate = experiment.task(6, d=24), {"sgd": 3e-3, "adam": 1e-3}[rule]
    one, _ = experiment.train(goal, 5, 2.0 * factor, (rate, rate), rule)
    two, _ = experiment.train(goal, 5, 2.0, (rate * factor**power, rate), rule)
    np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-8)
    other, _ = experiment.train(goal, 5, 2.0, (rate, rate), rule)
    assert np.abs(one - other).max() > 1e-3


def test_the_same_holds_for_the_runs_of_the_question(results: dict[str, Any]) -> None:
    assert results["twins_agree_sgd"]
    assert results["twins_agree_adam"]
    assert results["scale_factor"] == pytest.approx(math.sqrt(32))


def test_b_gets_its_gradient_and_a_gets_none_at_first(experiment: Any) -> None:
    goal = experiment.task(3, d=12)
    only_a, _ = experiment.train(goal, 4, 1.0, (0.0, 0.1), "sgd", steps=10)
    assert not only_a.any()


def test_kept_settings_cannot_tell_a_narrow_task_from_a_broad_one(results: dict[str, Any]) -> None:
    for name in ("narrow", "broad"):
        assert results[f"kept_sgd_plain_{name}_128"] > results[f"kept_sgd_plain_{name}_4"] + 0.1
        gain = (
            results[f"kept_adam_plain_{name}_4"] - results[f"kept_adam_plain_{name}_128"],
            results["kept_adam_plain_narrow_4"] - results["kept_adam_plain_narrow_128"],
        )
        assert 0 < gain[0] <= gain[1] < 0.15
    assert results["best_sgd_plain_broad_4"] == results["kept_sgd_plain_broad_4"]  # its best rate


def test_at_a_good_rate_kept_settings_can_under_adam(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert results["rate_adam_plain_broad_4"] == 3e-3 == pytest.approx(10 * experiment.KEPT["adam"])
    assert results["fair_broad_4"] > 0.75
    assert results["fair_broad_128"] < 0.05


def test_swept_rates_can(results: dict[str, Any]) -> None:
    floor = results["floor_broad"]
    for rule in ("sgd", "adam"):
        assert floor < results[f"best_{rule}_plain_broad_4"] < floor + 0.02
        for kind in ("plain", "root"):
            assert results[f"best_{rule}_{kind}_broad_128"] < 0.001
    assert results["best_adam_plain_narrow_4"] < 0.001
    assert results["best_adam_plain_narrow_128"] < 0.001


def test_best_rates_move_as_the_text_says_and_none_lies_at_the_upper_edge(
    experiment: Any, results: dict[str, Any]
) -> None:
    moves = {
        (rule, kind): results[f"rate_{rule}_{kind}_broad_128"]
        / results[f"rate_{rule}_{kind}_broad_4"]
        for rule in ("sgd", "adam")
        for kind in ("plain", "root")
    }
    assert moves["sgd", "plain"] == pytest.approx(100)
    assert moves["sgd", "root"] == pytest.approx(10)
    assert all(0.3 < moves["adam", kind] < 3.4 for kind in ("plain", "root"))
    for rule, grid in experiment.SWEEP.items():
        for kind in ("plain", "root"):
            assert results[f"rate_{rule}_{kind}_broad_128"] < max(grid)
    assert experiment.end("broad", 4, "plain", 3e-3, "sgd") > results["best_sgd_plain_broad_4"]


def test_the_root_is_hit_first_by_a_rate_that_is_too_high(results: dict[str, Any]) -> None:
    assert results["hot_root"] > 5 * results["hot_plain"]
    assert results["hot_plain"] < 0.01


def test_a_cut_of_the_slow_run_tells_the_tasks_apart(results: dict[str, Any]) -> None:
    assert results["gain_kept_narrow"] == pytest.approx(1, abs=0.005)
    assert results["gain_best_broad"] + 0.1 < results["gain_kept_broad"] < 0.5
    assert results["gain_best_broad"] == pytest.approx(1 - results["floor_broad"], abs=0.01)


def test_the_rounded_numbers_of_the_text_are_right(results: dict[str, Any]) -> None:
    assert results["scale_8"] == 2
    assert results["scale_256"] == 1 / 16
    assert results["weights_256"] == 32 * results["weights_8"] == 2_097_152
    assert results["new_alpha"] / 256 == pytest.approx(16 / math.sqrt(8) / math.sqrt(256))
    last = [results[f"{name}"][-1] for name in ("sgd_plain_same", "adam_plain_other")]
    assert [round(last[0], 3), round(last[1], 2)] == [0.015, 0.12]
    assert round(results["adam_root_same"][-1]) == 8
    assert round(results["curve_best_4"][-1], 2) == 0.78
    assert results["curve_best_128"][-1] < 0.001
    assert all(0.85 < results[f"curve_kept_{r}"][-1] < 0.95 for r in (4, 128))


def test_the_listings_run_when_they_are_typed_in_order(typed: dict[str, Any]) -> None:
    assert typed["first_step"](8, 2.0, "adam", draws=4).shape == (2,)
    goal = typed["task"](2, d=16)
    update, errors = typed["train"](goal, 6, 1.0, (0.01, 0.01), "adam", steps=400)
    assert errors[0] == 1
    assert errors[-1] < 0.05
    assert typed["kept_gain"](update, goal, 2) > 0.9 > typed["kept_gain"](update, goal, 1)


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert [experiment.ALPHA, experiment.KEPT["adam"]] == [{"plain": 16, "root": 8}, 3e-4]
    assert [experiment.TASKS, experiment.STEPS] == [{"narrow": 4, "broad": 64}, 200]
    assert [experiment.SMALL, experiment.LARGE, len(experiment.task(4))] == [4, 128, 128]
    assert experiment.scale_of(4, "plain") == experiment.scale_of(4, "root")
    # From rank 8 to 256: the scale, and the rate of B under SGD.
    shrunk = results["scale_8"] / results["scale_256"]
    assert [shrunk, shrunk**2] == [32, 1024]
    assert 1 / results["ratio_sgd_plain_same"] == pytest.approx(32, rel=0.05)
    assert results["ratio_adam_plain_same"] == pytest.approx(1, abs=0.01)
    # "From zero", and the rates that the text names.
    assert results["kept_sgd_plain_narrow_4"] < 0.005
    for name in ("narrow", "broad"):
        assert results[f"rate_adam_plain_{name}_128"] == 1e-2  # the swept run that is cut
    for kind in ("plain", "root"):
        assert experiment.end("broad", 128, kind, 3e-2, "adam") == results[f"hot_{kind}"]


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
