"""What "The Ruler in the Photograph" claims holds when its experiment is run again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def test_the_best_model_with_the_ruler_scores_the_scenarios_96_percent(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert round(results["home"], 2) == 0.96
    assert results["plain_held_out"] == pytest.approx(0.96, abs=0.005)
    rng = np.random.default_rng(7)
    sick = rng.random(400_000) < 0.5
    ruler = np.where(rng.random(sick.size) < experiment.AGREE, sick, ~sick)
    score = rng.normal(np.where(sick, 1, -1) * results["gap"] / 2)
    says = results["gap"] * score + np.where(ruler, 1, -1) * results["log_odds"] > 0
    right = says == sick
    assert right[ruler == sick].mean() == pytest.approx(results["agree"], abs=0.002)
    assert right[ruler != sick].mean() == pytest.approx(results["conflict"], abs=0.01)
    outweighed = np.abs(results["gap"] * score) < results["log_odds"]
    assert outweighed.mean() == pytest.approx(results["flips"], abs=0.005)


def test_the_trained_model_follows_the_ruler_and_the_balanced_one_hardly(
    results: dict[str, Any],
) -> None:
    assert results["plain_cue"] == pytest.approx(results["log_odds"], abs=0.2)
    assert abs(results["balanced_cue"]) < 0.2
    assert results["plain_flips"] == pytest.approx(results["flips"], abs=0.04)
    assert results["balanced_flips"] < 0.06


def test_the_lines_of_accuracy_cross_where_the_habit_weakens(results: dict[str, Any]) -> None:
    assert results["plain_at_95"] > results["balanced_at_95"] + 0.1
    assert results["plain_at_50"] < results["balanced_at_50"] - 0.1
    assert results["plain_at_5"] < 0.4
    assert 0.7 < results["break_even"] < 0.85
    at_break_even = results["conflict"] + results["flips"] * results["break_even"]
    assert at_break_even == pytest.approx(results["lesion"])


def test_flips_at_home_forecast_other_clinics(results: dict[str, Any]) -> None:
    assert results["forecast_50"] == pytest.approx(results["plain_at_50"], abs=0.02)
    assert results["forecast_5"] == pytest.approx(results["plain_at_5"], abs=0.02)


def test_the_forecast_holds_for_any_model_and_for_habits_that_differ_by_diagnosis(
    experiment: Any,
) -> None:
    rng = np.random.default_rng(7)
    images, sick, _ = experiment.photograph(60_000, 0.95, rng)
    model = rng.standard_normal(images.shape[1] + 1)
    model[:3] += 2
    share = {True: 0.7, False: 0.4}  # images with a ruler, by diagnosis
    shown = rng.random(sick.size) < np.where(sick, share[True], share[False])
    clinic = images.copy()
    clinic[:, -1] = experiment.place(shown, rng)
    for truth in (True, False):
        right = []
        for ruler in (True, False):
            edited = images[sick == truth]
            edited[:, -1] = experiment.place(np.full(len(edited), ruler), rng)
            right.append((experiment.alarms(model, edited) == truth).mean())
        forecast = share[truth] * right[0] + (1 - share[truth]) * right[1]
        seen = (experiment.alarms(model, clinic[sick == truth]) == truth).mean()
        assert seen == pytest.approx(forecast, abs=0.01)


def test_without_rulers_accuracy_rises_while_malignant_lesions_are_missed(
    results: dict[str, Any],
) -> None:
    assert results["plain_rare_accuracy"] > results["plain_held_out"]
    assert results["plain_rare_accuracy"] > results["balanced_rare_accuracy"] + 0.1
    assert results["plain_rare_sensitivity"] < 0.35 < results["balanced_rare_sensitivity"]
    assert results["plain_cell_10"] < 1 / 3 + 0.02
    assert results["plain_cell_00"] > 0.98


def test_most_errors_of_the_holdout_lie_in_the_images_against_the_habit(
    experiment: Any, results: dict[str, Any]
) -> None:
    rng = np.random.default_rng(7)
    model = experiment.train(*experiment.photograph(8000, 0.95, rng)[:2])
    images, sick, ruler = experiment.photograph(20_000, 0.95, rng)
    wrong = experiment.alarms(model, images) != sick
    assert (ruler != sick)[wrong].mean() == pytest.approx(results["errors_in_conflict"], abs=0.05)
    assert results["plain_held_out_worst"] < 0.4


def test_ranking_survives_where_the_ruler_is_constant(results: dict[str, Any]) -> None:
    assert results["plain_auc"] > results["plain_bare_auc"] + 0.07
    for name in ("plain", "balanced"):
        assert results[f"{name}_bare_auc"] == pytest.approx(results["lesion_auc"], abs=0.015)
    assert results["plain_bare_specificity"] > results["balanced_bare_specificity"] - 0.01


def test_balanced_weights_make_ruler_and_diagnosis_independent(
    experiment: Any, results: dict[str, Any]
) -> None:
    rng = np.random.default_rng(7)
    _, sick, ruler = experiment.photograph(8000, 0.95, rng)
    weight = experiment.balanced(sick, ruler)
    for truth in (True, False):
        for shown in (True, False):
            cell = weight[(sick == truth) & (ruler == shown)].sum()
            assert cell / weight.sum() == pytest.approx(0.25)
    worth = weight.sum() ** 2 / (weight**2).sum()
    assert worth == pytest.approx(results["effective"], rel=0.1)


def test_images_against_the_habit_are_what_balancing_lives_on(results: dict[str, Any]) -> None:
    worst = [results[f"balanced_worst_{count}"] for count in (10, 50, 200)]
    assert worst == sorted(worst)
    assert worst[0] < 0.6 < worst[1]
    for count in (10, 50, 200):
        assert results[f"plain_worst_{count}"] < results[f"balanced_worst_{count}"] - 0.4


def test_a_cue_on_nobodys_list_passes_the_edit_and_fails_away(results: dict[str, Any]) -> None:
    assert abs(results["zoom_flips"]) < 0.02
    assert results["zoom_worst"] > results["zoom_home"] - 0.02
    assert results["zoom_away"] < results["zoom_home"] - 0.1


def test_the_listings_run_in_the_order_in_which_they_are_shown(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(7)
    images, sick, ruler = typed["photograph"](4000, typed["AGREE"], rng)
    plain = typed["train"](images, sick)
    even = typed["train"](images, sick, typed["balanced"](sick, ruler))
    assert typed["cells"](plain, images, sick, ruler)[True, False] < 0.5
    assert typed["cells"](even, images, sick, ruler)[True, False] > 0.7
    assert typed["net_flips"](plain, images, sick, rng) > 0.5
    assert typed["net_flips"](even, images, sick, rng) < 0.2


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert 2.9 < results["log_odds"] < 3
    assert round(results["lesion"], 2) == 0.83
    assert 0.27 < results["plain_cell_10"] < 0.35
    assert round(results["plain_rare_accuracy"], 2) == 0.98
    assert 2 * results["conflict_images"] == 100
    assert 0.11 < results["plain_at_95"] - results["balanced_at_95"] < 0.13
    assert results["flips"] > 0.7
    assert 6500 < results["external_sick"] / results["rare"] < 7500
    assert 0.18 < 1 - results["balanced_rare_sensitivity"] < 0.22


def test_the_alternative_text_of_the_figure_is_right(results: dict[str, Any]) -> None:
    assert round(100 * results["conflict"]) == 28
    assert round(100 * results["agree"]) == 99
    assert round(100 * results["break_even"]) == 77
    for cell in ("11", "10", "01", "00"):
        assert 0.795 < results[f"balanced_cell_{cell}"] < 0.845


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    # the scenario and the photographs
    images = experiment.TRAINED, experiment.HELD_OUT
    assert images == (results["trained_images"], results["held_out"]) == (8000, 2000)
    assert (experiment.AGREE, experiment.LESION, experiment.NUISANCE) == (0.95, 0.55, 30)
    assert (experiment.RARE, experiment.ZOOM) == (0.02, 0.8)
    assert experiment.CONFLICTS == (10, 50, 200)
    assert results["gap"] == pytest.approx(2 * experiment.LESION * 3**0.5)
    assert results["conflict_images"] == 50  # in a cell against the habit
    # the interval around 96% is one point wide on either side, as the text says
    assert round(100 * 1.96 * (0.96 * 0.04 / 2000) ** 0.5) == 1
    # "misses two malignant lesions in three and raises almost no false alarm"
    assert 1 - results["plain_cell_10"] == pytest.approx(2 / 3, abs=0.03)
    assert results["plain_cell_00"] > 0.985
    # "about 800" malignant lesions among the images of the ruler-free clinic
    assert experiment.LARGE * experiment.RARE == 800
    # one lesion in five is missed
    assert 1 / (1 - results["balanced_rare_sensitivity"]) == pytest.approx(5, abs=0.5)
    # "two cells that are nearly perfect and two that are worse than a coin"
    plain = {cell: round(100 * results[f"plain_cell_{cell}"]) for cell in ("11", "00", "01", "10")}
    assert [plain["11"], plain["00"]] == [99, 99]
    assert all(25 <= plain[cell] < 35 for cell in ("01", "10"))  # "about 30 percent"
    # the alternative text: the balanced line is flat at 83
    assert round(100 * results["lesion"]) == 83
    assert round(100 * results["balanced_cell_01"]) == 80
    assert round(100 * results["balanced_cell_11"]) == 84
    # the spoken answer: three in ten found, thirty percent of the hundred, seven in ten, twelve
    assert round(10 * results["plain_rare_sensitivity"]) == 3
    assert round(10 * results["flips"]) == 7
    assert round(100 * (results["plain_at_95"] - results["balanced_at_95"])) == 12
    assert round(results["external_sick"] / results["rare"], -3) == 7000


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
