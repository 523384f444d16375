"""What "An Epsilon That Eats the Gradient" claims holds when its experiment is run again."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest


def test_ten_to_the_minus_eight_is_zero_in_float16_and_caps_the_loss_elsewhere(
    results: dict[str, Any],
) -> None:
    assert results["epsilon_16"] == 0
    assert results["smallest_16"] == float(np.finfo(np.float16).smallest_subnormal)
    assert float(np.float16(2.0**-25)) == 0 < float(np.float16(2.0**-25 * 1.01))
    assert round(results["cap"], 2) == 18.42


def test_the_limits_are_those_of_the_formats(results: dict[str, Any]) -> None:
    formats: dict[str, Any] = {"16": np.float16, "32": np.float32}
    for bits, number in formats.items():
        limits = np.finfo(number)
        assert results[f"largest_{bits}"] == float(limits.max)
        below = np.exp(-results[f"zero_{bits}"] - 0.01)
        above = np.exp(-results[f"zero_{bits}"] + 0.01)
        assert float(number(below)) == 0 < float(number(above))
    assert results["overflow_brain"] == pytest.approx(results["overflow_32"], abs=0.01)
    assert results["divisible_16"] == pytest.approx(1.5e-5, rel=0.02)


@pytest.mark.parametrize("epsilon", [0.0, 1e-8, 1e-3])
def test_the_gradients_are_the_slopes_of_the_losses(experiment: Any, epsilon: float) -> None:
    rng = np.random.default_rng(3)
    logits, label = rng.normal(scale=6, size=(20, 5)), rng.integers(5, size=20)
    losses: list[Any] = [
        lambda z: experiment.patched(z, label, epsilon),
        lambda z: experiment.fused(z, label),
    ]
    for loss in losses:
        _, gradient = loss(logits)
        for k in range(5):
            step = np.zeros(5)
            step[k] = 1e-5
            slope = (loss(logits + step)[0] - loss(logits - step)[0]) / 2e-5
            np.testing.assert_allclose(gradient[:, k], slope, atol=2e-6)


@pytest.mark.parametrize("gap", [-3.0, 5.0, 18.42, 20.62, 39.1])
def test_the_epsilon_weighs_each_image_by_a_logistic_curve_of_the_gap(
    experiment: Any, gap: float
) -> None:
    logits, label = experiment.one_image(gap, np.float64)
    patched, exact = experiment.patch(logits, label)[1], experiment.fused(logits, label)[1]
    weight = 1 / (1 + 1e-8 + math.exp(gap + math.log(1e-8)))
    np.testing.assert_allclose(patched, weight * exact, rtol=1e-6)
    known = {18.42: 0.5, 20.62: 0.1, 39.1: 1e-9}
    if gap in known:
        assert weight == pytest.approx(known[gap], rel=0.05)


def test_without_an_epsilon_the_gradient_is_lost_while_the_loss_is_finite(experiment: Any) -> None:
    for number, gap in ((np.float16, 12), (np.float32, 90)):
        with np.errstate(all="ignore"):
            loss, gradient = experiment.patched(*experiment.one_image(gap, number), 0.0)
        assert loss[0] == pytest.approx(gap, abs=0.1)
        assert np.isnan(gradient[0, 1])


def test_the_first_patch_changed_nothing_and_the_second_traded_nan_for_nothing(
    results: dict[str, Any],
) -> None:
    for gap in (5, 12, 20, 40, 90):
        assert results[f"pull_patched_16_{gap}"] == results[f"pull_none_16_{gap}"]
        for row in ("fused_16", "fused_32"):
            assert results[f"pull_{row}_{gap}"] == pytest.approx(1, abs=0.01)
    assert results["pull_none_16_12"] == results["pull_none_32_90"] == "NaN"
    assert results["pull_none_32_40"] == pytest.approx(1)
    assert 0.1 < results["pull_patched_32_20"] < 0.2
    assert results["pull_patched_32_40"] < 1e-9
    assert results["pull_coarse_16_12"] < 0.1


def test_an_epsilon_that_float16_can_divide_by_is_large(experiment: Any) -> None:
    for epsilon, finite in ((1e-7, False), (1e-6, False), (1.2e-5, False), (2e-5, True)):
        pulls = [experiment.pull(gap, "16", epsilon) for gap in (5, 12, 15, 20, 40)]
        assert ("NaN" not in pulls) == finite


def test_one_image_alone_needs_as_many_steps_as_the_formula_says(results: dict[str, Any]) -> None:
    for gap in (20, 24, 26):
        assert results[f"escape_exact_{gap}"] == gap + 1
        assert results[f"escape_patched_{gap}"] == pytest.approx(
            results[f"escape_theory_{gap}"], rel=0.1
        )
    growth = results["escape_patched_26"] / results["escape_patched_24"]
    assert math.e**1.8 < growth < math.e**2


def test_from_a_sane_start_the_epsilon_is_harmless(results: dict[str, Any]) -> None:
    assert results["accuracy_plain"] == results["accuracy_before"] > 0.98
    assert results["worst_before"] < 5
    assert results["steps_patched"][:2] == results["steps_exact"][:2]


def test_after_a_knock_only_the_fused_loss_brings_the_class_back(results: dict[str, Any]) -> None:
    assert results["start_exact"] == results["start_patched"] < 0.7
    assert results["end_exact"] > 0.98
    assert results["steps_cast"] == pytest.approx(results["steps_exact"][-1], abs=3)
    assert results["end_patched"] < 0.7
    assert results["share_found_exact"] > 0.98
    assert results["share_found_patched"] == 0
    assert results["worst_patched"] == pytest.approx(results["cap"])
    assert results["loss_patched"] == pytest.approx(
        results["cap"] * results["class_share"], rel=0.01
    )


def test_steps_grow_in_a_line_for_the_fused_loss_and_abruptly_for_the_patched_one(
    experiment: Any, results: dict[str, Any]
) -> None:
    exact = dict(zip(experiment.KNOCKS["exact"], results["steps_exact"], strict=True))
    slopes = [(exact[b] - exact[a]) / (b - a) for a, b in pairwise(experiment.KNOCKS["exact"][1:])]
    assert max(slopes) < 1.5 * min(slopes)
    patched = dict(zip(experiment.KNOCKS["patched"], results["steps_patched"], strict=True))
    assert all(steps >= 0 for steps in patched.values())
    assert patched[30] < 1.2 * exact[30]
    assert patched[42] == results["slowest_steps"] > 2 * exact[42]
    assert results["lost_steps"] == -1
    assert -22 < results["least_gap"] - results["knock"] < -21
    assert results["least_gap"] - results["knock"] + 42 > results["cap"]
    assert results["least_weight"] < 1e-8


def test_adam_does_not_bring_it_back_either(results: dict[str, Any]) -> None:
    assert results["adam_patched"] == -1
    assert 0 < results["adam_exact"] < results["adam_patience"]


def test_weight_decay_brings_the_class_back_slowly_and_only_if_it_acts_on_the_bias(
    results: dict[str, Any],
) -> None:
    assert 5 * results["steps_exact"][-1] < results["decay_steps"] < 20_000
    assert results["decay_exempt"] == -1


def test_the_fused_loss_is_safe(experiment: Any) -> None:
    rng = np.random.default_rng(4)
    logits = rng.uniform(-60_000, 60_000, (1000, 7)).astype(np.float32)
    label = rng.integers(7, size=1000)
    loss, gradient = experiment.fused(logits, label)
    assert np.isfinite(loss).all()
    assert (loss >= 0).all()
    assert np.abs(gradient).max() <= 1
    moved = rng.uniform(-0.5, 0.5, logits.shape)
    wide = logits.astype(np.float64) / 10_000
    change = experiment.fused(wide + moved, label)[0] - experiment.fused(wide, label)[0]
    assert (np.abs(change) <= 2 * np.abs(moved).max(axis=1) + 1e-12).all()


def test_a_sum_of_ones_gets_stuck_in_float16() -> None:
    total = np.float16(0)
    for _ in range(3000):
        total += np.float16(1)
    assert total == 2048


def test_the_binary_form_is_the_fused_loss_of_two_classes(experiment: Any) -> None:
    z = np.array([-50.0, -1.0, 0.0, 2.0, 700.0])
    for y in (0, 1):
        short = np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))
        logits = np.column_stack([np.zeros_like(z), z])
        np.testing.assert_allclose(
            short, experiment.fused(logits, np.full(5, y))[0], rtol=1e-12, atol=1e-15
        )


def test_the_best_gap_under_label_smoothing_and_the_slope_of_a_soft_cap(
    results: dict[str, Any],
) -> None:
    target = np.array([0.1 / 3, 0.9 + 0.1 / 3, 0.1 / 3])
    gaps = np.linspace(-6, 2, 8001)  # the two other classes share the rest
    right = 1 / (1 + np.exp(gaps))
    loss = -target[1] * np.log(right) - 2 * target[0] * np.log((1 - right) / 2)
    assert gaps[loss.argmin()] == pytest.approx(results["smoothed_gap"], abs=0.002)
    assert results["soft_cap_slope"] == pytest.approx(1 / math.cosh(3) ** 2)


def test_scaling_saves_gradients_and_guarded_steps_recover(results: dict[str, Any]) -> None:
    assert results["lost_scaled"] < results["lost_unscaled"] / 2
    assert results["guarded_scale"] == 2.0**25  # from 2**30, skipping five times
    assert results["guarded_steps"] == pytest.approx(results["steps_exact"][-1] + 5, abs=5)
    assert results["guarded_hopeless"] == pytest.approx(results["class_share"], abs=0.02)


def test_a_step_that_is_not_finite_is_skipped(experiment: Any) -> None:
    features, label = experiment.draw_images(count=6)
    weights = np.full((3, 3), np.nan)
    _, scale, health = experiment.guarded_step(weights, features, label, 8.0)
    assert scale == 4.0
    assert not health["step taken"]
    assert not health["finite loss"]


def test_partial_results_of_a_sharded_loss_merge(experiment: Any) -> None:
    rng = np.random.default_rng(5)
    logits, label = rng.normal(scale=20, size=(8, 12)), rng.integers(12, size=8)
    parts = np.split(logits, 3, axis=1)
    largest = [part.max(axis=1) for part in parts]
    sums = [
        np.exp(part - top[:, None]).sum(axis=1) for part, top in zip(parts, largest, strict=True)
    ]
    top = np.max(largest, axis=0)
    total = sum(s * np.exp(m - top) for s, m in zip(sums, largest, strict=True))
    merged = top + np.log(total) - logits[np.arange(8), label]
    np.testing.assert_allclose(merged, experiment.fused(logits, label)[0], atol=1e-12)


def test_the_rounded_numbers_of_text_and_alternative_text_are_right(
    results: dict[str, Any],
) -> None:
    assert round(results["overflow_16"]) == 11
    assert round(results["steps_exact"][-1], -2) == 1000
    assert round(results["slowest_steps"], -2) == 1700
    assert round(results["least_gap"] - results["knock"] + 30) == 9
    assert round(-math.log(1e-30)) == 69
    weight = 1e-12 / (1e-12 + 1e-8)
    assert weight == pytest.approx(1e-4, rel=1e-3)


def test_the_listings_run_when_they_are_typed_in_order(
    typed: dict[str, Any],
) -> None:
    features, label = typed["draw_images"]()
    weights, accuracies = typed["train"](typed["fused"], np.zeros((3, 3)), features, label, 50)
    assert accuracies[-1] > 0.9
    down = typed["knocked"](weights, 60)
    after, scale, health = typed["guarded_step"](down, features, label, 1024.0)
    assert health["step taken"]
    assert scale == 1024.0
    assert after[0, 2] > down[0, 2]


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert [experiment.EPSILON, experiment.COARSE, experiment.RATE] == [1e-8, 1e-4, 0.5]
    assert [experiment.SLOWEST, experiment.LOST, experiment.PATIENCE] == [42, 44, 5000]
    assert [experiment.RECOVERED, experiment.DECAY, results["knock"]] == [0.95, 1e-4, 60]
    cap, easiest = results["cap"], results["least_gap"] - results["knock"]
    assert math.log((0.5 + 1e-8) / 0.5) == pytest.approx(2e-8, rel=1e-3)
    assert round(math.log(10 - 1), 1) == 2.2  # past the cap, for one tenth of the gradient
    assert round(cap + math.log(1e9 - 1)) == 39
    assert round(results["smallest_16"] * 1e8) == 6
    assert round(results["divisible_16"] * 1e5, 1) == 1.5
    assert round(-math.log(results["divisible_16"])) == 11
    assert round(easiest) == -21
    assert 3 < easiest + experiment.LOST - cap < 5  # "a few nats beyond the cap"
    assert [round(cap), round(results["cap_coarse"])] == [18, 9]  # in the alternative text


def test_no_gap_comes_near_the_cap_in_training_from_zero_weights(experiment: Any) -> None:
    features, label, _ = experiment.trained()
    weights = np.zeros((3, 3))
    for _ in range(experiment.TRAINING // 50):
        assert experiment.fused(features @ weights.T, label)[0].max() < 2  # more than the gap
        weights, _ = experiment.train(experiment.patch, weights, features, label, 50)


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
