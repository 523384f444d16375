"""What "A Hundred Languages in One Budget" claims holds when its experiment is run again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

FLATTER = ("1", "7", "5", "3", "0")


def test_the_exponent_moves_the_damage_and_the_rich_pay_more_than_the_poor_gain(
    results: dict[str, Any],
) -> None:
    english, nine, ninety = (
        [results[f"lost_{name}_{group}"] for name in FLATTER]
        for group in ("english", "nine", "ninety")
    )
    assert english == sorted(english)
    assert nine == sorted(nine)
    assert ninety == sorted(ninety, reverse=True)
    assert english[-1] - english[0] > 2 * (ninety[0] - ninety[-1])


def test_from_today_an_exponent_of_one_half_helps_english_and_the_nine_pay(
    results: dict[str, Any],
) -> None:
    assert results["lost_today_english"] == pytest.approx(results["english_before"])
    assert results["lost_5_english"] < results["lost_today_english"]
    assert results["lost_5_nine"] > results["lost_today_nine"] + 0.03
    assert results["kept_alpha"] == 0.7
    assert results["lost_7_nine"] < results["lost_today_nine"] + 0.02


def test_as_in_the_corpus_english_does_not_notice_the_ninety(results: dict[str, Any]) -> None:
    alone, *_, together = results["english_by_count_1"]
    assert together - alone < 1e-4
    balanced = results["english_by_count_0"]
    assert balanced == sorted(balanced)
    assert balanced[-1] > 8 * balanced[0]


def test_interference_outweighs_exposure_in_the_toy(results: dict[str, Any]) -> None:
    before, exposure, rivals, both = (
        results[f"english_{name}"] for name in ("before", "exposure", "rivals", "both")
    )
    assert before < exposure < rivals < both
    assert rivals - before > 10 * (exposure - before)


def test_the_auction_foretells_who_is_served(results: dict[str, Any]) -> None:
    for name in FLATTER:
        held = results[f"slots_english_{name}"] + 9 * results[f"slots_nine_{name}"]
        assert held + 90 * results[f"slots_ninety_{name}"] == pytest.approx(results["rank"] - 8)
        for group in ("english", "nine", "ninety"):
            assert results[f"foretold_{group}_{name}"] == pytest.approx(
                results[f"lost_{name}_{group}"], abs=0.06
            )


def test_adapters_help_until_they_learn_noise(results: dict[str, Any]) -> None:
    few, some, many = (results[f"lost_adapters_{name}_ninety"] for name in ("few", "some", "many"))
    assert few > some < many
    assert results["lost_adapters_some_english"] < results["lost_5_english"]
    assert results["lost_adapters_all_ninety"] < results["lost_0_ninety"]
    assert results["frozen_adapted_ninety"] < results["lost_0_ninety"] - 0.1
    assert results["alone_ninety"] > 0.4
    assert results["lost_wider_ninety"] > some


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert results["english_tokens_0"] == pytest.approx(10)
    assert results["small_repeats_0"] == pytest.approx(20)
    assert round(results["nats"], 1) == 0.3
    assert round(results["model"] / results["as_if_parameters"]) == 6
    assert [round(100 * results[f"lost_{name}_english"]) for name in "150"] == [0, 2, 27]
    assert [round(100 * results[f"lost_{name}_ninety"]) for name in "150"] == [49, 43, 38]
    assert round(100 * results["adapter_share"]) == 1
    assert round(100 * results["ninety_adapters_share"]) == 92


def test_the_trunk_is_the_best_one_for_the_mixture(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    maps, share = rng.normal(size=(5, 4, 12)), np.array([0.4, 0.3, 0.1, 0.1, 0.1])

    def loss(u: np.ndarray) -> float:
        return float(
            sum(q * ((m - m @ u @ u.T) ** 2).sum() for q, m in zip(share, maps, strict=True))
        )

    best = loss(typed["trunk"](maps, share, 4))
    others = [np.linalg.qr(rng.normal(size=(12, 4)))[0] for _ in range(200)]
    assert best < min(map(loss, others))


def test_an_adapter_leaves_what_the_singular_values_say(typed: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    one, u = rng.normal(size=(6, 10)), np.linalg.qr(rng.normal(size=(10, 3)))[0]
    size = np.linalg.svd(one - one @ u @ u.T, compute_uv=False)
    for rank in range(5):
        rest = ((one - typed["adapted"](one, u, rank)) ** 2).sum()
        assert rest == pytest.approx((size[rank:] ** 2).sum())


def test_the_listings_train_a_mixture(typed: dict[str, Any], experiment: Any) -> None:
    corpus = typed["CORPUS"]
    even, plain = (
        typed["mixture"](*experiment.world(0), corpus, alpha, rank=60) for alpha in (0.0, 1.0)
    )
    assert even[0] > plain[0] + 0.1
    assert even[10:].mean() < plain[10:].mean()


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    # the scenario and the toy
    model = experiment.LAYERS, experiment.MODEL_WIDTH, experiment.VOCABULARY
    assert (*model, experiment.BOTTLENECK) == (24, 1664, 128_000, 64)
    assert round(results["model"], -8) == 1e9
    assert experiment.BUDGET == 1000
    assert [experiment.CORPUS[k] for k in (0, 1, 9, 10)] == [500, 50, 50, 0.5]
    assert (experiment.SHARED, experiment.OWN, experiment.DECAY) == (8, 8, 0.5)
    assert experiment.energies().sum() == pytest.approx(0.5)
    assert (experiment.WIDTH, experiment.SEEDS) == (300, (0, 1, 2))
    # "nine tenths of its tokens, and nine tenths of its vote", and no room for the ninety
    assert experiment.exposure(experiment.CORPUS[:10], 0.0)[0][0] == pytest.approx(100)
    assert results["english_share_0"] == pytest.approx(0.1 * 0.1)
    assert results["slots_ninety_1"] == 0
    # four tokens a word instead of 1.3
    words = [results["small_tokens_0"] / fertility for fertility in (4, 1.3)]
    assert [round(count, 1) for count in words] == [2.5, 7.7]
    assert round(words[1] / words[0]) == 3
    # "nothing" in the corpus's mix; "nearly three quarters" kept, "a quarter" of what it knew lost
    kept = 1 - results["lost_0_english"]
    assert results["lost_1_english"] < 0.001
    assert 0.7 < kept < 0.75
    assert 1 - kept / (1 - results["lost_today_english"]) == pytest.approx(0.25, abs=0.01)
    # the alternative text, from 10 languages to 100 and from exponent 0 to 1
    assert (experiment.COUNTS[0], experiment.COUNTS[-1]) == (10, 100)
    ends = [results[f"english_by_count_{name}"][end] for name in "150" for end in (0, -1)]
    assert [round(100 * share) for share in ends] == [0, 0, 0, 2, 3, 27]
    ends = [
        results[f"curve_{name}"][end] for name in ("english", "nine", "ninety") for end in (0, -1)
    ]
    assert [round(100 * share) for share in ends] == [27, 0, 28, 3, 38, 49]


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
