"""What "Adding a Class After the Data Is Gone" claims holds when its experiment is run again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

NEW_IMAGES_ALONE = ("tuned", "slow", "head", "rows", "distilled")


def test_with_new_images_alone_old_ones_are_lost_and_old_knowledge_is_not(
    results: dict[str, Any],
) -> None:
    assert results["before_old"] > 0.97
    for method in NEW_IMAGES_ALONE:
        assert results[f"{method}_old"] < 0.25
        assert results[f"{method}_new"] > 0.9
        assert results[f"{method}_among"] == pytest.approx(results["before_among"], abs=0.01)


def test_each_old_logit_falls_on_each_old_image_and_the_new_ones_rise_by_as_much(
    results: dict[str, Any],
) -> None:
    assert results["fallen_share"] == results["risen_share"] == 1
    assert results["sum_moved"] < 1e-9


def test_a_penalty_that_is_granted_the_old_data_still_leaves_the_new_rows_free(
    results: dict[str, Any],
) -> None:
    assert results["penalty_old"] < 0.5
    assert results["penalty_best"] == 10
    assert results["rows_old"] < results["penalty_100_old"] < results["penalty_10_old"]
    assert results["rows_among"] == results["before_among"]
    assert results["penalty_all_old"] > 0.7


def test_a_separate_softmax_leaves_the_balance_to_the_length_of_training(
    results: dict[str, Any],
) -> None:
    assert min(results["apart_old"], results["apart_new"]) > 0.9
    assert results["apart_long_old"] < results["apart_old"] - 0.1
    assert results["apart_long_new"] > results["apart_new"] + 0.03
    assert results["apart_long_among"] == pytest.approx(results["before_among"], abs=0.01)


def test_one_constant_would_repair_most_of_it(results: dict[str, Any]) -> None:
    assert results["offset_old"] > 0.85
    assert results["offset_new"] > 0.9


def test_statistics_and_traffic_bring_the_old_classes_back(results: dict[str, Any]) -> None:
    for method in ("kept", "rebuilt", "traffic"):
        assert results[f"{method}_old"] > 0.9
    assert results["kept_new"] < results["joint_new"] - 0.05
    for kind in ("old", "new"):
        assert results[f"traffic_{kind}"] == pytest.approx(results[f"joint_{kind}"], abs=0.015)
    assert results["traffic_half_new"] < results["traffic_new"] - 0.02
    assert results["rebuilt_half_new"] < results["traffic_half_new"] - 0.1
    mean = {n: results[f"{n}_old"] + results[f"{n}_new"] for n in ("rehearsed", "penalty_all")}
    assert mean["rehearsed"] > mean["penalty_all"]


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    names = ("before_old", "tuned_old", "tuned_among", "rows_old", "kept_old", "kept_new")
    assert [round(100 * results[name]) for name in names] == [98, 4, 98, 6, 93, 90]
    assert [round(100 * results[f"traffic_{kind}"]) for kind in ("old", "new")] == [96, 98]


def test_normal_theory_foretells_too_small_a_loss(results: dict[str, Any]) -> None:
    assert results["leak_foretold"] < results["leak"] / 2


def test_statistics_taken_apart_make_the_head_of_all_images(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 400)
    h = rng.normal(size=(400, 3)) + np.eye(4)[y][:, :3]
    prior = np.full(4, 0.25)
    statistics, head = typed["statistics"], typed["gaussian_head"]
    apart = statistics(h[y < 2], y[y < 2], range(2)) + statistics(h[y > 1], y[y > 1], range(2, 4))
    for one, other in zip(head(apart, prior), head(statistics(h, y, range(4)), prior), strict=True):
        assert one == pytest.approx(other)


def test_the_head_is_bayes_rule_for_normal_classes(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, 100_000)
    h = rng.normal(size=(y.size, 1)) + 2 * y[:, None]
    weights, bias = typed["gaussian_head"](
        typed["statistics"](h, y, range(2)), np.array([0.8, 0.2])
    )
    slope, offset = weights[0, 1] - weights[0, 0], bias[1] - bias[0]
    assert slope == pytest.approx(2, abs=0.05)
    assert offset == pytest.approx(np.log(0.25) - 2, abs=0.05)


def test_the_listings_add_classes_from_traffic(typed: dict[str, Any], experiment: Any) -> None:
    world = experiment.World(0)
    nets = typed["add_classes"](
        world.net, world.traffic(0.125), *world.new, prior=np.full(10, 0.1), steps=500
    )
    for net in nets:
        old, new, _ = world.judge(net)
        assert min(old, new) > 0.85


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    def percent(*names: str) -> list[int]:
        return [round(100 * results[name]) for name in names]

    # the scenario and the worlds
    assert percent("before_old", "tuned_new") == [98, 99]
    assert (experiment.INPUTS, experiment.HIDDEN, experiment.IMAGES) == (40, 64, 4000)
    assert (len(experiment.OLD), len(experiment.NEW), experiment.SEEDS) == (5, 5, (0, 1, 2))
    assert experiment.World(0).center.shape[1] == 2  # clusters of a class
    assert 1 / experiment.SHARE == 8  # "one in eight of a new kind"
    # "the best of three strengths", and the tenfold of it
    assert len(experiment.STRENGTHS["penalty"]) == 3
    assert 10 * results["penalty_best"] == 100
    assert results["rival_before"] == 0  # logits of new classes rise "from zero"
    assert experiment.REHEARSED == 20
    assert experiment.REHEARSED * len(experiment.OLD) == 100  # "100 kept images"
    # the caption and the alternative text
    order = experiment.ORDER
    assert len(order) == 12
    assert {among for name in order for among in percent(f"{name}_among")} <= {98}
    alone = percent(*(f"{name}_old" for name in order[:4]))
    assert (min(alone), max(alone)) == (4, 19)
    assert percent("apart_old", "apart_long_old") == [93, 78]
    assert results["long"] == 10 * results["steps"]
    traffic = percent(*(f"{name}_{k}" for name in ("rebuilt", "traffic") for k in ("old", "new")))
    assert (min(traffic), max(traffic)) == (88, 98)
    erased = percent("penalty_old", "rehearsed_old", "kept_old", "joint_old")
    assert erased == [37, 87, 93, 97]
    # five means and half of a symmetric covariance of 512 features, four bytes each
    numbers = 5 * 512 + 512 * 513 // 2
    assert round(numbers, -3) == 134_000
    assert round(4 * numbers / 1e6, 1) == 0.5
    # "better than every penalty here"
    rehearsed = results["rehearsed_old"] + results["rehearsed_new"]
    for kind, strengths in experiment.STRENGTHS.items():
        for s in strengths:
            assert results[f"{kind}_{s}_old"] + results[f"{kind}_{s}_new"] < rehearsed


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
