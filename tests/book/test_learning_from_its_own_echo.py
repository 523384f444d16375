"""What "Learning from Its Own Echo" claims holds when its experiment is run again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest


def test_agreement_stays_where_it_is_while_the_model_falls(results: dict[str, Any]) -> None:
    assert round(100 * results["planned_agreement_first"]) == 98
    assert round(100 * results["planned_agreement"]) == 98
    assert results["planned_least_agreement"] > 0.95
    assert results["planned_accuracy"] < results["planned_accuracy_first"] - 0.09
    assert results["alone_least_agreement"] == 1
    assert results["missed"] > 3 * results["missed_first"]


def test_agreement_is_one_minus_looks_times_overturned(results: dict[str, Any]) -> None:
    for arm, share in (("planned", 0.05), ("drowned", 0.05), ("people", 1.0)):
        expected = 1 - share * results[f"{arm}_overturned"]
        assert results[f"{arm}_agreement"] == pytest.approx(expected, abs=1e-9)


def test_confidence_rises_while_accuracy_falls_unless_people_teach(
    results: dict[str, Any],
) -> None:
    assert results["planned_confidence"] > results["planned_confidence_first"] + 0.02
    assert results["alone_confidence"] > results["planned_confidence"]
    assert results["split_confidence"] == pytest.approx(results["split_accuracy"], abs=0.01)


def test_true_labels_drown_in_the_store_and_teach_alone(results: dict[str, Any]) -> None:
    assert abs(results["drowned_accuracy"] - results["planned_accuracy"]) < 0.01
    for arm in ("lot", "split"):
        assert results[f"{arm}_accuracy"] > results["drowned_accuracy"] + 0.03
        assert results[f"{arm}_accuracy"] == pytest.approx(results["people_accuracy"], abs=0.005)
    assert results["people_accuracy"] - results["planned_accuracy"] == pytest.approx(0.04, abs=5e-3)


def test_splitting_the_looks_serves_better_than_planned_in_the_end_and_not_at_first(
    results: dict[str, Any],
) -> None:
    assert results["planned_delivered_first"] > results["split_delivered_first"]
    assert results["split_delivered"] > results["lot_delivered"] > results["planned_delivered"]
    assert results["split_average"] > results["planned_average"] > results["lot_average"]


def test_unsure_looks_find_a_new_kind_that_looks_doubtful_and_not_one_that_hides(
    results: dict[str, Any],
) -> None:
    """The strongest rival: people's labels of the unsure posts alone."""
    assert results["doubtful_accuracy"] == pytest.approx(results["split_accuracy"], abs=0.005)
    assert results["doubtful_delivered"] > results["split_delivered"]
    assert results["doubtful_found_new_middle"] < 0.1 < results["split_found_new_middle"] - 0.2
    assert results["doubtful_hidden_found_new"] < 0.01
    assert results["split_hidden_found_new"] > 0.5
    assert results["split_hidden_accuracy"] > results["doubtful_hidden_accuracy"] + 0.02
    assert results["split_hidden_average"] < results["doubtful_hidden_average"]  # the price


def test_two_worlds_that_differ_where_nobody_looks_give_the_same_store(experiment: Any) -> None:
    """Flip every label that people do not see, and train for some weeks."""
    lines = []
    for flipped in (False, True):
        rng = np.random.default_rng(3)
        signals, bad, _ = experiment.draw(0, rng)
        line = experiment.fit(signals, bad, np.ones(len(bad)))
        for week in range(1, 5):
            signals, bad, _ = experiment.draw(week, rng)
            margin = experiment.margins(signals, line)
            looked, _ = experiment.look(margin, 400, 0, rng)
            if flipped:
                unseen = np.ones(len(bad), bool)
                unseen[looked] = False
                bad = bad ^ unseen
            label = margin > 0
            label[looked] = bad[looked]
            line = experiment.fit(signals, label, np.ones(len(bad)))
        lines.append(line)
    assert (lines[0] == lines[1]).all()


def test_scaling_up_own_log_odds_lowers_the_loss(experiment: Any) -> None:
    margin = np.abs(np.random.default_rng(1).normal(0, 2, 500))
    losses = [np.log1p(np.exp(-scale * margin)).sum() for scale in (0.5, 1.0, 2.0, 4.0)]
    assert losses == sorted(losses, reverse=True)


def test_looks_stand_for_all_posts_and_their_sums_are_unbiased(experiment: Any) -> None:
    rng = np.random.default_rng(2)
    margin, loss = rng.normal(0, 2, 500), rng.random(500)
    sums = []
    for _ in range(4_000):
        looked, weight = experiment.look(margin, 40, 30, rng)
        assert len(set(looked)) == 70
        assert weight.sum() == pytest.approx(500)
        sums.append((weight * loss[looked]).sum())
    assert np.mean(sums) == pytest.approx(loss.sum(), abs=4 * np.std(sums) / 4_000**0.5)
    assert np.abs(margin[looked[:40]]).max() <= np.abs(margin[looked[40:]]).min()


def test_a_weighted_fit_is_that_of_repeated_rows(experiment: Any) -> None:
    rng = np.random.default_rng(4)
    signals, label = rng.standard_normal((300, 2)), rng.random(300) < 0.4
    times = rng.integers(1, 4, 300)
    once = experiment.fit(signals, label, times * 300 / times.sum())
    again = experiment.fit(signals.repeat(times, 0), label.repeat(times), np.ones(times.sum()))
    assert once == pytest.approx(again, abs=0.02)  # the ridge weighs a little differently


def test_an_audit_alarms_by_the_week_that_is_printed(results: dict[str, Any]) -> None:
    assert 4 < results["alarm_200"] <= 9
    assert results["alarm_200"] < results["alarm_40"] < results["alarm_40_late"] <= 26
    assert results["false_alarm_200"] < 0.06


def test_wilsons_interval_covers(experiment: Any) -> None:
    rng = np.random.default_rng(5)
    low, high = experiment.audit(rng.binomial(200, 0.065, 20_000), 200)
    assert ((low <= 0.935) & (high >= 0.935)).mean() == pytest.approx(0.95, abs=0.015)


def test_diversity_decays_by_one_over_the_texts(experiment: Any) -> None:
    first, human = np.array([30, 15, 4, 1]), np.full(4, 0.25)
    rng = np.random.default_rng(6)
    runs = [experiment.copies(first, "replaced", human, rng, 10)[:, 1] for _ in range(4_000)]
    expected = runs[0][0] * (1 - 1 / 50) ** np.arange(11)
    assert np.mean(runs, axis=0) == pytest.approx(expected, rel=0.02)


def test_accumulating_keeps_diversity_above_its_bound(experiment: Any) -> None:
    first, human = np.array([30, 15, 4, 1]), np.full(4, 0.25)
    rng = np.random.default_rng(7)
    runs = [experiment.copies(first, "kept", human, rng, 30)[:, 1] for _ in range(3_000)]
    factors = 1 - 1 / (50 * (np.arange(1, 31) + 1) ** 2)
    assert np.mean(runs, axis=0)[-1] / runs[0][0] == pytest.approx(np.prod(factors), abs=0.003)
    assert np.prod(factors) > 1 - (math.pi**2 / 6 - 1) / 50


def test_topics_die_out_as_the_chances_say(experiment: Any, results: dict[str, Any]) -> None:
    rng = np.random.default_rng(8)
    for texts in (5, 20):
        count = np.full(20_000, texts)
        for _ in range(20):
            count = rng.binomial(5_000, count / 5_000)
        assert (count == 0).mean() == pytest.approx(results[f"dies_{texts}"], abs=0.015)


def test_what_is_kept_of_the_topics(results: dict[str, Any]) -> None:
    assert results["kept_left"] == results["first_topics"]
    assert results["replaced_left"] < 0.3 * results["first_topics"]
    assert results["favored_left"] < 5
    assert 0.7 < results["fresh_left"] / results["first_topics"] < 0.9
    assert results["replaced_diversity"] > 0.99 * results["first_diversity"]


def test_the_numbers_spoken_aloud_and_drawn_are_right(results: dict[str, Any]) -> None:
    assert round(100 * results["planned_overturned_first"], -1) == 40
    assert round(100 * results["planned_accuracy_first"]) == 94
    assert round(100 * results["planned_accuracy"]) == 83
    assert round(100 * results["split_accuracy"]) == 87
    assert results["alarm_200"] == 8
    assert (results["audit_high"] - results["audit_low"]) / 2 == pytest.approx(0.035, abs=0.005)
    assert 11 < results["audit_for_a_point"] / 200 < 13
    assert round(results["first_topics"], -1) == 750
    assert round(results["fresh_left"], -1) == 600
    assert round(results["replaced_left"], -1) == 190


def test_the_listings_run_when_they_are_typed_in_order(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    signals, bad, new = typed["draw"](26, rng)
    assert (bad | ~new).all()
    line = typed["fit"](signals, bad, np.ones(len(bad)))
    looked, weight = typed["look"](typed["margins"](signals, line), 10, 0, rng)
    assert len(looked) == len(weight) == 10
    low, high = typed["audit"](13, 200)
    assert low < 1 - 13 / 200 < high
    assert typed["copies"](np.array([3, 1]), "kept", np.full(2, 0.5), rng, 3).shape == (4, 2)


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert (experiment.POSTS, experiment.WEEKS, experiment.WINDOW) == (8000, 26, 12)
    assert (experiment.SHY, experiment.CALM, results["audit"]) == (1, 3, 200)
    looks = {arm: (unsure, lot) for arm, (unsure, lot, _) in experiment.ARMS.items()}
    assert looks == {
        "alone": (0, 0),
        "planned": (400, 0),
        "doubtful": (400, 0),
        "drowned": (0, 400),
        "lot": (0, 400),
        "split": (200, 200),
        "people": (0, 8000),
    }
    assert experiment.POSTS - 400 == 7600  # the model's own decisions
    assert 1 - 400 / experiment.POSTS == 0.95  # agreement cannot fall below
    assert (experiment.POSTS - 200) / 200 == 39  # the weight of the lot
    bad, new = zip(
        *(experiment.draw(26, np.random.default_rng(seed))[1:] for seed in range(10)), strict=True
    )
    assert np.mean(bad) == pytest.approx(0.3, abs=0.01)
    assert np.sum(new) / np.sum(bad) == pytest.approx(0.5, abs=0.02)  # half of all violations


def test_the_extremes_that_the_text_names_are_those_of_the_table(
    experiment: Any, results: dict[str, Any]
) -> None:
    agreement = {arm: results[f"{arm}_agreement"] for arm in experiment.ARMS}
    assert max(agreement, key=agreement.__getitem__) == "alone"  # where nobody looks
    assert min(agreement, key=agreement.__getitem__) == "people"  # where it is honest
    served = {
        arm: results[f"{arm}_delivered"]
        for arm, looks in experiment.ARMS.items()
        if sum(looks[:2]) == 400
    }
    assert max(served, key=served.__getitem__) == "doubtful"
    assert 0.4 < results["planned_overturned_first"] < 0.5  # nearly coin tosses


def test_the_alternative_text_and_the_caption_of_the_figure_are_right(
    results: dict[str, Any],
) -> None:
    assert {round(100 * rate) for rate in results["planned_agreements"]} == {98}
    ends = {arm: results[f"{arm}_weekly"][-1] for arm in ("planned", "split", "people")}
    assert {arm: round(100 * rate) for arm, rate in ends.items()} == {
        "planned": 83,
        "split": 87,
        "people": 87,
    }
    assert round(100 * results["planned_weekly"][0]) == 94
    assert min(results["kept_topics"]) == results["kept_topics"][0]
    assert round(results["favored_left"]) == 2
    lost = 1 - results["replaced_left"] / results["first_topics"]
    assert lost == pytest.approx(0.75, abs=0.02)  # three quarters


def test_a_week_of_audits_says_about_four_points(experiment: Any, results: dict[str, Any]) -> None:
    """It is less in the first week and more in the last, as the accuracy falls."""
    halves = []
    for accuracy in results["split_weekly"]:
        low, high = experiment.audit(200 * (1 - accuracy), 200)
        halves.append(100 * (high - low) / 2)
    assert round(float(np.mean(halves))) == 4
    assert all(3.4 < half < 4.7 for half in halves)


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
