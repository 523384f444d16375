"""What "Two Thousand Traces by Friday" claims holds when its experiment is run again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

PASSING = ("sequence", "logistic", "trees", "people", "both")


def test_all_serious_detectors_pass_on_the_known_tools(results: dict[str, Any]) -> None:
    for name in PASSING:
        assert results[f"{name}_curve_least"] > 0.99
        assert results[f"{name}_eased_least"] > 0.99
        assert results[f"{name}_left_out_least"] > 0.99
    assert results["raw_curve"] < 0.01


def test_what_a_classifier_does_on_a_new_family_is_anybodys_guess(results: dict[str, Any]) -> None:
    assert results["sequence_line"] > 0.99
    assert results["sequence_noisy"] < 0.01
    assert results["logistic_noisy_most"] < 0.15
    assert results["sequence_shaken_most"] < 0.02
    assert results["logistic_shaken_most"] < 0.3
    assert results["trees_shaken_least"] < 0.05
    assert results["trees_shaken_most"] > 0.95
    assert results["sequence_pairs_least"] < 0.01
    assert max(results["sequence_pairs"]) == 1
    assert results["logistic_pairs_least"] < 0.1
    assert round(results["trees_pairs_least"], 2) == 0.55
    assert all(len(results[f"{name}_pairs"]) == 12 for name in ("sequence", "people"))
    assert 0.2 < results["sequence_pairs"][11] < 0.6  # of eased curves, from both lines


def test_a_score_of_people_does_not_depend_on_known_bots(results: dict[str, Any]) -> None:
    assert min(results["people_pairs"]) > 0.99
    assert results["people_noisy_least"] > 0.99
    assert results["people_shaken_least"] > 0.99
    assert results["both_shaken_least"] > 0.99
    assert results["wide_noisy_least"] > 0.99


def test_it_misses_imitators_and_rejects_unfamiliar_people(results: dict[str, Any]) -> None:
    assert results["people_imitator"] < 0.3
    assert results["people_imitator"] < results["both_imitator"] < results["sequence_imitator"]
    for name in ("people", "wide", "both"):
        assert results[f"{name}_touchpad_least"] > 0.99
    assert results["sequence_touchpad"] < 0.01
    assert results["pad_touchpad_most"] < 0.01
    assert results["pad_noisy_least"] > 0.99


def test_the_certified_limit_blocks_too_many_as_seldom_as_it_says(
    experiment: Any, results: dict[str, Any]
) -> None:
    rng = np.random.default_rng(7)
    scores = rng.uniform(size=(4000, 500))
    blocked = np.array([1 - experiment.certified(row) for row in scores])
    assert (blocked > 0.01).mean() == pytest.approx(results["doubt_one_blocked"], abs=0.01)
    assert blocked.mean() == pytest.approx(results["expected_block"], abs=0.0002)
    assert results["doubt_one_blocked"] < 0.05 < results["doubt_two_blocked"]
    assert results["doubt_five_blocked"] > 0.5


def test_too_few_people_give_no_limit(experiment: Any, results: dict[str, Any]) -> None:
    fewest = results["fewest_people"]
    assert experiment.certified(np.arange(fewest)) == fewest - 1
    assert experiment.certified(np.arange(fewest - 1)) == np.inf


def test_more_traces_of_the_known_tools_do_not_help(results: dict[str, Any]) -> None:
    for size in (40, 200, 2000):
        assert results[f"sequence_curve_of_{size}"] > 0.98
        assert results[f"sequence_noisy_of_{size}"] < 0.02
        assert results[f"people_noisy_of_{size}"] > 0.98


def test_known_tools_are_smoother_and_the_noisy_line_rougher_than_people(
    results: dict[str, Any],
) -> None:
    jerk = {kind: np.array(results[f"cloud_{kind}"])[:, 1] for kind in ("curve", "eased")}
    people, noisy = (np.array(results[f"cloud_{kind}"])[:, 1] for kind in ("mouse", "noisy"))
    assert max(jerk["curve"].max(), jerk["eased"].max()) < people.min()
    assert np.median(noisy) > np.quantile(people, 0.98)


def test_in_the_picture_the_new_family_is_outside_the_ring_on_the_peoples_side(
    results: dict[str, Any],
) -> None:
    noisy = np.array(results["cloud_noisy"])
    assert noisy[:, 0].max() < np.array(results["ring"])[:, 0].min() or (
        noisy[:, 1].min() > np.array(results["ring"])[:, 1].max()
    )
    edge = np.interp(noisy[:, 0], results["boundary_x"], results["boundary_y"])
    assert (noisy[:, 1] < edge).mean() < 0.1


def test_the_smallest_region_has_the_smallest_worst_miss() -> None:
    rng = np.random.default_rng(7)
    density = rng.dirichlet(np.ones(12))  # cells of equal volume
    regions = (np.arange(2**12)[:, None] >> np.arange(12)) & 1
    admissible = regions @ density >= 0.9
    largest_first = np.sort(density)[::-1].cumsum()
    cells = int(np.argmax(largest_first >= 0.9)) + 1
    assert regions[admissible].sum(axis=1).min() == cells


def test_the_listings_run_in_the_order_in_which_they_are_shown(
    typed: dict[str, Any], experiment: Any
) -> None:
    rng = np.random.default_rng(7)
    people = typed["features"](experiment.traces("mouse", 800, rng))
    assert people.shape == (800, 7)
    families = {
        kind: typed["features"](experiment.traces(kind, 100, rng)) for kind in experiment.FAMILIES
    }
    found = typed["leave_out"](typed["one_class"], people, families)
    assert list(found) == list(families)
    assert min(found.values()) > 0.99


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert 290 < results["fewest_people"] < 310
    assert round(results["sequence_shaken"], 2) == 0
    assert results["doubt_five_blocked"] > 0.5


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    known = len(experiment.KNOWN)
    assert (experiment.PEOPLE, experiment.BOTS, known) == (1000, 500, 2)
    assert max(experiment.SIZES) == experiment.PEOPLE + known * experiment.BOTS == 2000
    assert experiment.PEOPLE // 2 == 500  # people for the limit
    assert (experiment.POINTS, len(experiment.FAMILIES)) == (100, 4)
    assert len(results["people_pairs"]) == 12
    # "only one of 500 may be above, not five"
    assert experiment.certified(np.arange(500)) == 498
    # trained on 40 traces "the same" as on 2000
    for kind in ("curve", "noisy"):
        few, many = (results[f"sequence_{kind}_of_{size}"] for size in (40, 2000))
        assert round(100 * few) == round(100 * many)
    # the two together "still catch all that is shaken or noisy"
    for kind in ("shaken", "noisy", "curve", "eased"):
        assert round(100 * results[f"both_{kind}"]) == 100
    # the alternative text, in percent
    ranges = {
        name: (round(100 * min(caught), -1), round(100 * max(caught)))
        for name in experiment.COMPARED
        for caught in [results[f"{name}_pairs"]]
    }
    assert ranges["sequence"] == ranges["logistic"] == (0, 100)
    assert ranges["people"] == (100, 100)
    assert round(100 * results["trees_pairs_least"]) == 55
    assert max(results["trees_pairs"]) == 1


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
