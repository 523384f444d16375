"""What "Forty-Five Frames, Six Deer" claims holds when its experiment is run again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def test_bursts_are_worth_what_the_variance_of_their_mean_says(experiment: Any) -> None:
    rng = np.random.default_rng(7)
    bursts = (8, 7, 3, 1)
    means = np.array([experiment.meet(bursts, rng)[0][:, 1:].mean(axis=0) for _ in range(2000)])
    expected = experiment.effective_count(bursts, experiment.ICC)
    assert 1 / means.var() == pytest.approx(expected, rel=0.02)


def test_frames_of_one_encounter_have_the_correlation_that_is_assumed(experiment: Any) -> None:
    rng = np.random.default_rng(7)
    pairs = experiment.meet((2,) * 4000, rng)[0].reshape(4000, 2, -1)[:, :, 1:]
    correlation = np.corrcoef(pairs[:, 0].ravel(), pairs[:, 1].ravel())[0, 1]
    assert correlation == pytest.approx(experiment.ICC, abs=0.005)


@pytest.mark.parametrize("icc", [0.1, 0.5, 0.9])
def test_no_number_of_frames_gets_past_the_ceiling(experiment: Any, icc: float) -> None:
    counts = [experiment.effective_count((burst,) * 6, icc) for burst in (1, 8, 1000, 10**6)]
    assert counts == sorted(counts)
    assert counts[0] == 6
    assert 0.999 * 6 / icc < counts[-1] < 6 / icc
    assert experiment.effective_count((8, 7, 8, 7, 8, 100), icc) < 6 / icc


def test_the_formula_predicts_the_simulated_recall(results: dict[str, Any]) -> None:
    for name in ("one_frame", "frames", "copies", "same", "fresh", "weighted"):
        assert results[f"road_{name}"] == pytest.approx(results[f"predicted_{name}"], abs=0.005)


def test_only_other_deer_help(results: dict[str, Any]) -> None:
    for name in ("copies", "generated", "same"):
        assert results[f"road_{name}"] == pytest.approx(results["road_frames"], abs=0.003)
    assert results["road_fresh"] > results["road_frames"] + 0.1
    assert results["road_weighted"] > results["road_fresh"] + 0.05
    assert results["count_weighted"] > 2 * results["count_fresh"]
    assert results["road_weighted"] < results["predicted_fifty"] < results["best"]


def test_half_the_features_are_worth_twice_the_deer(
    experiment: Any, results: dict[str, Any]
) -> None:
    doubled = experiment.predicted_recall(2 * results["count_frames"])
    assert results["predicted_half_features"] == pytest.approx(doubled)


def test_the_random_split_flatters_and_leaving_an_encounter_out_does_not(
    results: dict[str, Any],
) -> None:
    assert results["split_mean"] > results["road_frames"] + 0.4
    assert results["split_above_road"] > 0.98
    assert -0.06 < results["left_out_mean"] - results["road_frames"] < 0
    assert results["left_out_sd"] > 0.15
    for name in ("split", "left_out"):
        assert sum(results[f"{name}_shares"]) == pytest.approx(1)


def test_the_scenarios_recalls_are_those_of_the_simulated_teams(results: dict[str, Any]) -> None:
    assert results["split_mean"] == pytest.approx(0.83, abs=0.015)
    assert results["road_frames"] == pytest.approx(0.38, abs=0.005)


def test_siblings_share_what_the_score_adds_to_them(
    experiment: Any, results: dict[str, Any]
) -> None:
    rng = np.random.default_rng(7)
    gains = []
    for _ in range(2000):
        frames, owner = experiment.meet(experiment.BURSTS, rng)
        last = np.append(np.diff(owner) > 0, True)
        direction = frames[~last].mean(axis=0)
        gains.append((frames[last] @ direction).mean())
    expected = results["signal_squared"] + results["sibling_bonus"]
    assert np.mean(gains) == pytest.approx(expected, rel=0.02)


def test_mining_is_as_good_as_random_deer_and_a_hundred_times_cheaper(
    results: dict[str, Any],
) -> None:
    assert 70 < results["mined_speedup"] < 130
    assert results["mined_after"] == pytest.approx(results["mined_random"], abs=0.01)
    assert results["mined_after"] > results["mined_before"] + 0.2


def test_what_mining_finds_is_no_test_set(results: dict[str, Any]) -> None:
    assert results["mined_own_start"] > results["mined_before"] + 0.2
    assert results["mined_own"] > 0.98
    assert results["mined_rest"] < results["mined_after"]


def test_the_exact_interval_and_the_sample_sizes(experiment: Any, results: dict[str, Any]) -> None:
    assert results["lowest_6"] ** 6 == pytest.approx(0.025)
    assert experiment.lowest_recall(results["all_found_for_90"]) > 0.9
    assert experiment.lowest_recall(results["all_found_for_90"] - 1) < 0.9
    for recall, name in ((0.38, "_ten_points"), (0.5, "_ten_points_at_worst")):
        count = results[f"encounters_for{name}"]
        assert 1.96 * np.sqrt(recall * (1 - recall) / count) < 0.1


def test_tracking_rescues_less_when_frames_agree(experiment: Any, results: dict[str, Any]) -> None:
    rng = np.random.default_rng(7)
    shared = np.sqrt(experiment.ICC) * rng.standard_normal((100_000, 1))
    score = shared + np.sqrt(1 - experiment.ICC) * rng.standard_normal((100_000, 8))
    hit = score > np.quantile(score, 0.62)
    assert hit.any(axis=1).mean() == pytest.approx(results["any_of_eight"], abs=0.01)
    assert results["any_of_eight_independent"] > 0.97


def test_the_listings_run_in_the_order_in_which_they_are_shown(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(7)
    bursts = (8, 7, 8, 7, 8, 7)
    frames, owner = typed["meet"](bursts, rng)
    assert frames.shape == (45, 36)
    assert np.bincount(owner).tolist() == list(bursts)
    start = frames.mean(axis=0)
    clips = rng.standard_normal((20_000, 36))
    clips[:50, 0] += typed["SIGNAL"]
    direction, found = typed["mine"](clips, np.arange(20_000) < 50, start, labels=40)
    assert 5 < found.sum() == found[:50].sum()
    assert typed["road_recall"](direction) > typed["road_recall"](start)
    assert typed["effective_count"](bursts, 0.9) == pytest.approx(6.54, abs=0.01)
    assert typed["lowest_recall"](6) == pytest.approx(0.54, abs=0.001)


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert round(results["count_frames"], 1) == 6.5
    assert round(results["ceiling_count"], 1) == 6.7
    assert 1 / 20 < results["mined_precision"] < 1 / 9
    assert round(results["road_frames"], 2) == 0.38
    assert round(results["road_weighted"], 2) == 0.56


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]


def test_chance_crowds_the_search_of_long_clips(results: dict[str, Any]) -> None:
    assert results["crowded_found"] < 0.6 * results["mined_found"]
    assert results["mined_before"] + 0.1 < results["crowded_after"] < results["mined_after"]


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    frames = sum(experiment.BURSTS)
    assert (frames, len(experiment.BURSTS), experiment.MORE) == (45, 6, 24)
    assert frames * experiment.COPIES == 450
    assert (experiment.FEATURES, experiment.SIGNAL, experiment.ICC) == (36, 2.68, 0.9)
    assert round(experiment.STRICT, 2) == 2.33
    assert experiment.CLIPS * experiment.RATE == 200
    assert results["mined_labels"] == 5 * 200
    assert results["crowd"] == 10
    assert round(1 / results["mined_precision"]) == 10  # "one find in ten labels"
    assert 10 < results["mined_labels"] / results["crowded_found"] < 30  # "ten to thirty"
    assert (results["labels_at_two_percent"], results["labels_at_random"]) == (50, 1000)
    assert round(1.96 * np.sqrt(0.38 * 0.62 / 10), 1) == 0.3
    many = experiment._by_encounter(experiment._one_each(120))
    assert round(100 * experiment.predicted_recall(many)) == 62
    assert round(100 * results["predicted_weighted"]) == 56
    # Twelve bins: the tenth begins at 75 percent, the last at 92.
    assert sum(results["split_shares"][9:]) > 0.5  # "most lie above 70 percent"
    assert results["left_out_shares"][0] > 0.01
    assert results["left_out_shares"][10] > 0
    assert results["left_out_shares"][11] < 0.01
