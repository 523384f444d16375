"""The Ruler in the Photograph: what a model that reads the ruler does where habits differ.

An image is a vector: three features of the lesion, thirty that say nothing, and one that shows
whether a ruler lies in the picture. Given the diagnosis, lesion and ruler are independent. The
accuracies of the best model are then formulas; trained models, on seeded samples, check them.
"""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

# region: habit
import numpy as np

AGREE = 0.95  # malignant with a ruler, benign without
LESION, NUISANCE = 0.55, 30  # shift of three features; features without use


def photograph(count, agree, rng, malignant=0.5):
    """Draw images, diagnoses, and which images show a ruler."""
    sick = rng.random(count) < malignant
    ruler = np.where(rng.random(count) < agree, sick, ~sick)
    images = rng.standard_normal((count, 3 + NUISANCE + 1))
    images[:, :3] += LESION * np.where(sick, 1, -1)[:, None]
    images[:, -1] = place(ruler, rng)
    return images, sick, ruler


def place(ruler, rng):
    """Give the feature that sees the ruler."""
    return np.where(ruler, 1, -1) + 0.1 * rng.standard_normal(len(ruler))


def train(images, sick, weight=1.0, rounds=12):
    """Fit a logistic regression by Newton's method."""
    rows = np.column_stack([images, np.ones(len(images))])
    model = np.zeros(rows.shape[1])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-rows @ model))
        curvature = (rows.T * (weight * chance * (1 - chance))) @ rows
        model -= np.linalg.solve(curvature, rows.T @ (weight * (chance - sick)))
    return model


# endregion


# region: tests
def alarms(model, images):
    """Say which images the model calls malignant."""
    return images @ model[:-1] + model[-1] > 0


def cells(model, images, sick, ruler):
    """Give the accuracy for each diagnosis, with and without a ruler."""
    right = alarms(model, images) == sick
    return {
        (bool(a), bool(b)): right[(sick == a) & (ruler == b)].mean()
        for a in (True, False)
        for b in (True, False)
    }


def net_flips(model, images, sick, rng):
    """Switch the ruler with the diagnosis, then against it: what is lost."""
    with_it, against_it = images.copy(), images.copy()
    with_it[:, -1], against_it[:, -1] = place(sick, rng), place(~sick, rng)
    kept = (alarms(model, with_it) == sick).mean()
    return kept - (alarms(model, against_it) == sick).mean()


# endregion


# region: balance
def balanced(sick, ruler):
    """Give each of the four cells the same total weight."""
    cell = 2 * sick + ruler
    count = np.bincount(cell, minlength=4)
    return len(sick) / (4 * count[cell])


# endregion


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | str]

SEED, CONFLICT_SEED, ZOOM_SEED = 0, 1, 2
TRAINED, HELD_OUT, LARGE = 8_000, 2_000, 40_000  # images
RARE = 0.02  # malignant lesions among the images of the new clinic
ZOOM = 0.8  # the second habit: how often a close-up agrees with the diagnosis
CONFLICTS = (10, 50, 200)  # training images against the habit, of each diagnosis
REPEATS = 10
GAP = 2 * LESION * math.sqrt(3)  # between the diagnoses, in standard deviations
LOG_ODDS = math.log(AGREE / (1 - AGREE))
TOLERANCES = {"*": 1e-3}

cdf = NormalDist().cdf


def results() -> Values:
    """Give every computed number that the question prints."""
    values: Values = {"seed": SEED, "conflict_seed": CONFLICT_SEED, "zoom_seed": ZOOM_SEED}
    return values | _exact() | _trained() | _conflicts() | _second_cue()


def _exact() -> Values:
    """Give the accuracies of the best model, with the ruler and without it."""
    agree, conflict = cdf(GAP / 2 + LOG_ODDS / GAP), cdf(GAP / 2 - LOG_ODDS / GAP)
    lesion = cdf(GAP / 2)
    home = AGREE * agree + (1 - AGREE) * conflict
    wrong_in_conflict = (1 - AGREE) * (1 - conflict)
    return {
        "gap": GAP,
        "log_odds": LOG_ODDS,
        "shift": LOG_ODDS / GAP,
        "agree": agree,
        "conflict": conflict,
        "flips": agree - conflict,
        "home": home,
        "unlinked": (agree + conflict) / 2,
        "reversed": (1 - AGREE) * agree + AGREE * conflict,
        "lesion": lesion,
        "break_even": (lesion - conflict) / (agree - conflict),
        "errors_in_conflict": wrong_in_conflict / (1 - home),
        "rare_accuracy": (1 - RARE) * agree + RARE * conflict,
        "rare": RARE,
        "lesion_auc": cdf(GAP / math.sqrt(2)),
        "conflict_images": round(HELD_OUT * (1 - AGREE) / 2),
        "conflict_error": 1.96
        * math.sqrt(conflict * (1 - conflict) / (HELD_OUT / 2 * (1 - AGREE))),
        "external_sick": math.ceil(1.96**2 * 0.9 * 0.1 / 0.05**2),
        "effective": 16 / (2 / (TRAINED / 2 * AGREE) + 2 / (TRAINED / 2 * (1 - AGREE))),
        "trained_images": TRAINED,
        "held_out": HELD_OUT,
        "large": LARGE,
    }


def auc(score: np.ndarray, sick: np.ndarray) -> float:
    """Give the chance that a malignant lesion outranks a benign one."""
    benign = np.sort(score[~sick])
    return float(np.searchsorted(benign, score[sick]).mean() / benign.size)


def _trained() -> Values:
    """Train both models and look at them at home and elsewhere."""
    rng = np.random.default_rng(SEED)
    images, sick, ruler = photograph(TRAINED, AGREE, rng)
    models = {
        "plain": train(images, sick),
        "balanced": train(images, sick, balanced(sick, ruler)),
    }
    held_out = photograph(HELD_OUT, AGREE, rng)
    large = {agree: photograph(LARGE, agree, rng) for agree in (0.95, 0.5, 0.05)}
    bare = photograph(LARGE, AGREE, rng, malignant=RARE)[:2]
    bare[0][:, -1] = place(np.zeros(LARGE, bool), rng)
    values: Values = {}
    for name, model in models.items():
        values[f"{name}_cue"] = float(model[-2])
        for agree, (new, truth, _) in large.items():
            values[f"{name}_at_{round(100 * agree)}"] = _right(model, new, truth)
        new, truth, shown = large[0.95]
        cell = cells(model, new, truth, shown)
        values |= {f"{name}_cell_{int(a)}{int(b)}": float(v) for (a, b), v in cell.items()}
        values |= {
            f"{name}_sensitivity": float(alarms(model, new)[truth].mean()),
            f"{name}_specificity": float(1 - alarms(model, new)[~truth].mean()),
            f"{name}_held_out": _right(model, *held_out[:2]),
            f"{name}_flips": float(net_flips(model, held_out[0], held_out[1], rng)),
            f"{name}_rare_accuracy": _right(model, *bare),
            f"{name}_rare_sensitivity": float(alarms(model, bare[0])[bare[1]].mean()),
            f"{name}_auc": auc(new @ model[:-1], truth),
            f"{name}_bare_auc": auc(new[~shown] @ model[:-1], truth[~shown]),
        }
        small = cells(model, *held_out)
        values[f"{name}_held_out_worst"] = float(min(small.values()))
    # A threshold for the ruler-free clinic that keeps the sensitivity of the holdout.
    new, truth, shown = large[0.95]
    for name, model in models.items():
        score = bare[0] @ model[:-1]
        target = float(alarms(models["balanced"], bare[0])[bare[1]].mean())
        limit = np.quantile(score[bare[1]], 1 - target)
        values[f"{name}_bare_specificity"] = float((score[~bare[1]] <= limit).mean())
        values["bare_target"] = target
    held, flips = float(str(values["plain_held_out"])), float(str(values["plain_flips"]))
    return values | {
        "forecast_50": held - 0.45 * flips,
        "forecast_5": held - 0.90 * flips,
    }


def _right(model: np.ndarray, images: np.ndarray, sick: np.ndarray) -> float:
    return float((alarms(model, images) == sick).mean())


def _conflicts() -> Values:
    """Balance with more and fewer images against the habit; give the worst cell."""
    rng = np.random.default_rng(CONFLICT_SEED)
    test = photograph(LARGE, 0.5, rng)
    found: dict[str, list[float]] = {}
    for _ in range(REPEATS):
        images, sick, ruler = photograph(TRAINED, AGREE, rng)
        for count in CONFLICTS:
            keep = np.ones(TRAINED, bool)
            for truth in (True, False):
                against = np.flatnonzero((sick == truth) & (ruler != truth))
                keep[against[count:]] = False
            rows, truths, shown = images[keep], sick[keep], ruler[keep]
            for name, weight in (("balanced", balanced(truths, shown)), ("plain", 1.0)):
                cell = cells(train(rows, truths, weight), *test)
                found.setdefault(f"{name}_worst_{count}", []).append(float(min(cell.values())))
    return {name: float(np.mean(worst)) for name, worst in found.items()} | {"repeats": REPEATS}


def _second_cue() -> Values:
    """Balance by the ruler where a second habit, the close-up, is on nobody's list."""
    rng = np.random.default_rng(ZOOM_SEED)

    def zoomed(agree: float, zoom: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        images, sick, ruler = photograph(LARGE, agree, rng)
        close = np.where(rng.random(LARGE) < zoom, sick, ~sick)
        images[:, -2] = place(close, rng)  # in place of a feature without use
        return images, sick, ruler

    images, sick, ruler = zoomed(AGREE, ZOOM)
    model = train(images, sick, balanced(sick, ruler))
    home = zoomed(AGREE, ZOOM)
    return {
        "zoom_home": _right(model, *home[:2]),
        "zoom_worst": float(min(cells(model, *home).values())),
        "zoom_flips": float(net_flips(model, home[0], home[1], rng)),
        "zoom_away": _right(model, *zoomed(0.5, 0.5)[:2]),
    }


def figure(results: Values) -> Figure:
    """Draw accuracy against the habit of a clinic, and the accuracy of the four cells."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.3), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_habits(left, results)
        _draw_cells(right, results)
    return drawing


def _draw_habits(axes: Axes, results: Values) -> None:
    habit = np.array([0.0, 1.0])
    plain = float(results["conflict"]) + float(results["flips"]) * habit
    axes.plot(100 * habit, 100 * plain, "-", color="0.0", linewidth=1.2)
    axes.plot([0, 100], 2 * [100 * float(results["lesion"])], "--", color="0.4", linewidth=1.2)
    for name, mark, gray in (("plain", "o", "0.0"), ("balanced", "s", "0.4")):
        for place_ in (5, 50, 95):
            accuracy = 100 * float(results[f"{name}_at_{place_}"])
            axes.plot(place_, accuracy, mark, color=gray, markersize=4)
    axes.text(3, 86, "balanced", fontsize=8)
    axes.text(45, 53, "plain", fontsize=8)
    axes.text(93, 99, "home", fontsize=8, ha="right")
    axes.set(xlim=(0, 101), ylim=(20, 104))
    axes.set(xlabel="ruler and diagnosis agree (%)", ylabel="accuracy (%)")


def _draw_cells(axes: Axes, results: Values) -> None:
    order = ((1, 1), (0, 0), (0, 1), (1, 0))
    for shift, name, gray in ((-0.2, "plain", "0.2"), (0.2, "balanced", "0.75")):
        heights = [100 * float(results[f"{name}_cell_{a}{b}"]) for a, b in order]
        places = np.arange(4) + shift
        axes.bar(places, heights, 0.38, color=gray, edgecolor="0.0", linewidth=0.5, label=name)
    axes.set(xticks=range(4), ylim=(0, 124), yticks=range(0, 101, 20), ylabel="accuracy (%)")
    axes.set_xticklabels(
        ["malignant,\nruler", "benign,\nnone", "benign,\nruler", "malignant,\nnone"], fontsize=7.5
    )
    axes.legend(frameon=False, fontsize=8, ncols=2, loc="upper center", borderpad=0)
