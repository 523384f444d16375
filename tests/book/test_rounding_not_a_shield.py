"""What "Rounding Is Not a Shield" claims holds when its experiment is run again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

BITS = (8, 4, 2)


def test_the_attack_as_is_does_no_better_than_noise(results: dict[str, Any]) -> None:
    assert results["moved_pixels"] == 0
    for kind in ("plain", "robust"):
        for bits in BITS:
            assert results[f"{kind}_{bits}_as_is"] == pytest.approx(
                results[f"{kind}_{bits}_noise"], abs=0.02
            )
    assert results["curve_plain_as_is"][-1] > 0.9
    assert results["curve_plain_union"][-1] < 0.02


def test_eight_bits_are_as_fragile_as_float_and_two_bits_more_so(results: dict[str, Any]) -> None:
    for kind in ("plain", "robust"):
        float_, eight, two = (results[f"{kind}_{bits}_union"] for bits in (32, 8, 2))
        assert eight == pytest.approx(float_, abs=0.02)
        assert two < eight - 0.1


def test_only_trials_find_what_two_bits_break(results: dict[str, Any]) -> None:
    for kind in ("plain", "robust"):
        assert results[f"{kind}_8_free"] > results[f"{kind}_8_straight"]
        assert results[f"{kind}_2_free"] < results[f"{kind}_2_straight"] - 0.1


def test_training_against_attacks_helps_where_rounding_does_not(results: dict[str, Any]) -> None:
    assert results["robust_8_union"] > results["plain_8_union"] + 0.1
    assert results["robust_8_clean"] >= results["plain_8_clean"]


def test_the_truth_lies_between_what_is_proved_and_what_survives(results: dict[str, Any]) -> None:
    for kind in ("plain", "robust"):
        proved, left = (np.array(results[f"curve_{kind}_{n}"]) for n in ("certified", "union"))
        assert (proved <= left).all()
        assert (np.diff(proved) <= 0).all()
        assert proved[1] > 0.8
    assert results["curve_robust_certified"][2] > results["curve_plain_certified"][2] + 0.05
    assert results["curve_plain_certified"][5] == 0


@pytest.mark.parametrize("bits", BITS)
def test_rounding_lets_a_change_through_on_average(results: dict[str, Any], bits: int) -> None:
    assert results[f"passed_{bits}"] == pytest.approx(1, abs=0.02)
    assert results[f"spread_{bits}"] == pytest.approx(
        results[f"spread_theory_{bits}"], rel=0.01, abs=1e-9
    )


def test_the_rounded_numbers_of_the_scenario_and_the_answer_are_right(
    results: dict[str, Any],
) -> None:
    names = ("plain_32_as_is", "plain_8_as_is", "plain_8_straight", "plain_2_union")
    assert [round(100 * results[name]) for name in names] == [55, 97, 55, 35]
    assert [round(100 * results[f"{kind}_8_union"]) for kind in ("plain", "robust")] == [55, 76]


def test_rounding_to_eight_bits_leaves_an_image_of_gray_levels_alone(typed: dict[str, Any]) -> None:
    levels = np.arange(256) / 255
    assert typed["to_grid"](levels, 1 / 255, 255) == pytest.approx(levels)


def test_the_certificate_holds_against_attacks_of_the_listings(
    typed: dict[str, Any], experiment: Any
) -> None:
    rng = np.random.default_rng(1)
    draw = experiment.world(rng)
    twin = experiment.train(draw, rng)
    net = experiment.rounded(twin, draw(500)[0], 4)
    x, y = draw(200)
    safe = typed["certified"](net, x, y, 2 / 255)
    assert 0.2 < safe.mean() < 0.9
    for attacked in (
        typed["pgd"](net, x, y, 2 / 255, rng),
        x + rng.choice([-1, 1], x.shape) * 2 / 255,
    ):
        right = typed["forward"](net, attacked)[1].argmax(axis=1) == y
        assert right[safe].all()


def test_the_slope_is_that_of_the_loss_of_the_float_twin(
    typed: dict[str, Any], experiment: Any
) -> None:
    rng = np.random.default_rng(2)
    draw = experiment.world(rng)
    twin = experiment.train(draw, rng)
    x, y = draw(1)

    def loss(image: np.ndarray) -> float:
        z = typed["forward"](twin, image)[1][0]
        return float(np.log(np.exp(z).sum()) - z[y[0]])

    step = 1e-6 * np.eye(x.size)
    numeric = [(loss(x + one) - loss(x - one)) / 2e-6 for one in step]
    assert typed["slope"](twin, x, y, 1.0)[0] == pytest.approx(numeric, abs=1e-6)
    assert not typed["slope"](twin, x, y, 0.0).any()


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    def percent(values: list[float]) -> list[int]:
        return [round(100 * value) for value in values]

    # the scenario and the reconstruction
    assert pytest.approx(8 / 255) == experiment.SIZE
    assert pytest.approx(10 / 255) == experiment.TRAINED_SIZE
    assert (experiment.PIXELS, experiment.STRONG, experiment.CLASSES) == (100, 10, 4)
    assert (experiment.CURVE_TESTS, experiment.pgd.__kwdefaults__["steps"]) == (300, 20)
    # "rounding saves less than one image in a hundred"
    for kind in ("plain", "robust"):
        for bits in (8, 4):
            saved = results[f"{kind}_{bits}_union"] - results[f"{kind}_32_union"]
            assert saved < 0.01
    # "the twin's images do as much harm"
    assert results["plain_8_twin"] == pytest.approx(results["plain_8_straight"], abs=0.01)
    # three times the size, for the attack that is broken and for those that are not
    sizes = experiment.SIZES
    assert sizes[-1] == 24
    # the alternative text, left
    curve = {n: results[f"curve_plain_{n}"] for n in ("as_is", "union", "certified")}
    assert min(percent(curve["as_is"])) == 95
    assert max(percent(curve["as_is"])) == 96
    assert percent([curve["union"][sizes.index(size)] for size in (8, 24)]) == [52, 0]
    assert percent([curve["certified"][sizes.index(size)] for size in (4, 6)]) == [8, 0]
    # and right, for float, 8, 4 and 2 bits
    plain, robust = (
        percent([results[f"{kind}_{bits}_union"] for bits in (32, *BITS)])
        for kind in ("plain", "robust")
    )
    assert plain == [54, 55, 53, 35]
    assert robust == [76, 76, 75, 48]
    assert percent([results[f"plain_{bits}_as_is"] for bits in BITS]) == [97, 97, 90]
    # the certificate covers "nothing" at eight
    for kind in ("plain", "robust"):
        assert results[f"curve_{kind}_certified"][sizes.index(8)] == 0
    assert sizes[1:3] == (1, 2)


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
