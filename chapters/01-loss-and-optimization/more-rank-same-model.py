"""More Rank, Same Model: what the scale in front of an adapter does to its steps.

First one step from B = 0, measured at many ranks. Then whole runs on two tasks, of which one
needs 4 directions and one 64, with the learning rate kept and with the learning rate swept.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

# region: step
import numpy as np


def first_step(r, scale, rule, *, d=256, rate=1e-3, draws=60, seed=0):
    """Move B once from zero; give the change for x and at a right angle."""
    rng, changes = np.random.default_rng(seed), []
    for _ in range(draws):
        x, other = rng.normal(size=(2, d))
        other -= (other @ x) / (x @ x) * x
        a, g = rng.normal(size=(r, d)) / np.sqrt(d), rng.normal(size=d)
        gradient = scale * np.outer(g, a @ x)  # of B
        b = -rate * (np.sign(gradient) if rule == "adam" else gradient)
        changes.append([np.linalg.norm(scale * b @ a @ v) for v in (x, other)])
    return np.mean(changes, axis=0)


# endregion


# region: train
def task(rank, d=128, seed=0):
    """Give the update that the task wants, of a known rank."""
    u, v = np.random.default_rng(seed).normal(size=(2, d, rank))
    return u @ v.T / np.sqrt(rank * d)


def train(goal, r, scale, rates, rule, *, steps=200, seed=1):
    """Fit scale * B A to the goal; give this update and the errors left."""
    rng, d, errors = np.random.default_rng(seed), len(goal), [1.0]
    pair = [np.zeros((d, r)), rng.normal(size=(r, d)) / np.sqrt(d)]  # B, A
    mean, square = [0.0, 0.0], [0.0, 0.0]
    for t in range(1, steps + 1):
        (b, a), x = pair, rng.normal(size=(32, d))
        hidden = x @ a.T
        e = scale * hidden @ b.T - x @ goal.T
        slopes = scale * e.T @ hidden / 32, scale * (e @ b).T @ x / 32
        for k, slope in enumerate(slopes):
            if rule == "adam":
                mean[k] = 0.9 * mean[k] + 0.1 * slope
                square[k] = 0.999 * square[k] + 0.001 * slope**2
                root = np.sqrt(square[k] / (1 - 0.999**t)) + 1e-12
                move = mean[k] / (1 - 0.9**t) / root
            pair[k] = pair[k] - rates[k] * (move if rule == "adam" else slope)
        if t % 10 == 0 and errors[-1] < 100:
            update = scale * pair[0] @ pair[1]
            errors.append(((update - goal) ** 2).sum() / (goal**2).sum())
    return update, np.array(errors)


# endregion


# region: spectrum
def cut(update, directions):
    """Keep the largest singular directions of an update."""
    u, size, v = np.linalg.svd(update)
    return u[:, :directions] * size[:directions] @ v[:directions]


def kept_gain(update, goal, directions):
    """Give the share of the update's gain that its largest part has alone."""
    parts = 0, update, cut(update, directions)
    nothing, whole, part = (((goal - w) ** 2).sum() for w in parts)
    return (nothing - part) / (nothing - whole)


# endregion

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | str | bool | list[float]]

SEED = 1
RANKS = (4, 8, 16, 32, 64, 128, 256)
SMALL, LARGE = 4, 128  # the ranks of the runs, 32-fold like 8 and 256
ALPHA = {"plain": 16.0, "root": 8.0}  # both give a scale of 4 at rank 4
KEPT = {"sgd": 1e-2, "adam": 3e-4}
SWEEP = {"sgd": (1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0), "adam": (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)}
TASKS = {"narrow": 4, "broad": 64}
STEPS = 200


def scale_of(r: int, kind: str) -> float:
    """Give alpha / r, or alpha / sqrt(r)."""
    return ALPHA[kind] / (r if kind == "plain" else math.sqrt(r))


@cache
def run(name: str, r: int, kind: str, rate: float, rule: str) -> tuple[np.ndarray, np.ndarray]:
    """Train on a task; give the update and the errors, of which the last may be huge."""
    with np.errstate(all="ignore"):
        goal = task(TASKS[name])
        update, errors = train(goal, r, scale_of(r, kind), (rate, rate), rule, steps=STEPS)
    return update, errors


def end(name: str, r: int, kind: str, rate: float, rule: str) -> float:
    """Give the error left at the end; 100 stands for a run that left the road."""
    return float(np.nan_to_num(min(run(name, r, kind, rate, rule)[1][-1], 100.0), nan=100.0))


def best(name: str, r: int, kind: str, rule: str) -> tuple[float, float]:
    """Give the error at the end and the learning rate of the best run of the sweep."""
    return min((end(name, r, kind, rate, rule), rate) for rate in SWEEP[rule])


def results() -> Values:
    """Give every computed number that the question prints."""
    return {
        "seed": SEED,
        "steps": STEPS,
        "small": SMALL,
        "large": LARGE,
        "scale_8": ALPHA["plain"] / 8,
        "scale_256": ALPHA["plain"] / 256,
        "new_alpha": ALPHA["plain"] * math.sqrt(256 / 8),
        "weights_8": 8 * 2 * 4096,
        "weights_256": 256 * 2 * 4096,
        "root_32": math.sqrt(32),
        "aligned": math.sqrt(2 / math.pi),
        **_steps(),
        **_runs(),
        **_fair(),
        **_equivalents(),
    }


def _steps() -> Values:
    values: Values = {}
    for rule in ("sgd", "adam"):
        for kind in ("plain", "root"):
            changes = np.array([first_step(r, scale_of(r, kind), rule) for r in RANKS])
            for place, sort in enumerate(("same", "other")):
                column = changes[:, place] / changes[0, place]
                values[f"{rule}_{kind}_{sort}"] = column.tolist()
                values[f"ratio_{rule}_{kind}_{sort}"] = float(column[-1] / column[1])  # 8 to 256
    return values


def _runs() -> Values:
    values: Values = {f"kept_rate_{rule}": rate for rule, rate in KEPT.items()}
    for rule in ("sgd", "adam"):
        for kind in ("plain", "root"):
            for r in (SMALL, LARGE):
                for name in TASKS:
                    key = f"{rule}_{kind}_{name}_{r}"
                    values[f"kept_{key}"] = end(name, r, kind, KEPT[rule], rule)
                    if name == "broad" or (rule, kind) == ("adam", "plain"):
                        values[f"best_{key}"], values[f"rate_{key}"] = best(name, r, kind, rule)
    for name, rank in TASKS.items():
        goal = task(rank)
        size = np.linalg.svd(goal, compute_uv=False)
        values[f"floor_{name}"] = float((size[SMALL:] ** 2).sum() / (size**2).sum())
        for word, rate in (("kept", KEPT["adam"]), ("best", 1e-2)):
            update, _ = run(name, LARGE, "plain", rate, "adam")
            values[f"gain_{word}_{name}"] = float(kept_gain(update, goal, SMALL))
    for word, rate in (("kept", KEPT["adam"]), ("best", 1e-2)):
        for r in (SMALL, LARGE):
            own = rate if word == "kept" else best("broad", r, "plain", "adam")[1]
            values[f"curve_{word}_{r}"] = run("broad", r, "plain", own, "adam")[1].tolist()
    values["hot_plain"] = end("broad", LARGE, "plain", 3e-2, "adam")
    values["hot_root"] = end("broad", LARGE, "root", 3e-2, "adam")
    return values


def _fair() -> Values:
    """Keep not the cautious rate but the best one of the small rank."""
    _, rate = best("broad", SMALL, "plain", "adam")
    return {f"fair_broad_{r}": end("broad", r, "plain", rate, "adam") for r in (SMALL, LARGE)}


def _equivalents() -> Values:
    """Change the scale, or the learning rate of B alone, and compare the curves."""
    factor = scale_of(LARGE, "root") / scale_of(LARGE, "plain")
    values: Values = {"scale_factor": factor}
    for rule, power in (("sgd", 2), ("adam", 1)):
        rate = KEPT[rule]
        rates = (rate * factor**power, rate)
        goal, scale = task(TASKS["broad"]), scale_of(LARGE, "plain")
        _, errors = train(goal, LARGE, scale, rates, rule, steps=STEPS)
        other = run("broad", LARGE, "root", rate, rule)[1]
        values[f"twins_agree_{rule}"] = bool(np.abs(errors / other - 1).max() < 1e-6)
    return values


def figure(results: Values) -> Figure:
    """Draw the first step against rank for both scales, and four curves of training."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.35), layout="constrained")
        left, middle, right = drawing.subplots(1, 3, width_ratios=(1, 1, 1.25))
        _draw_steps(left, results, "plain")
        _draw_steps(middle, results, "root")
        left.set(ylabel="first change (rank 4: 1)", title="scale $\\alpha/r$")
        middle.set(title="scale $\\alpha/\\sqrt{r}$")
        middle.set_yticklabels([])
        _draw_curves(right, results)
        for axes in (left, middle, right):
            axes.title.set_fontsize(9)
    return drawing


def _draw_steps(axes: Axes, results: Values, kind: str) -> None:
    for key, mark, gray in (
        ("sgd_{}_same", "o-", "0.0"),
        ("adam_{}_same", "s-", "0.0"),
        ("adam_{}_other", "^--", "0.5"),
    ):
        changes = results[key.format(kind)]
        axes.plot(RANKS, changes, mark, color=gray, linewidth=1.1, markersize=3)
    if kind == "plain":
        axes.text(280, 1.5, "Adam, same input", fontsize=8, ha="right")
        axes.text(290, 0.42, "orthogonal", fontsize=8, ha="right", color="0.25")
        axes.text(12, 0.05, "SGD", fontsize=8, ha="right")
    else:
        axes.text(280, 11, "Adam, same input", fontsize=8, ha="right")
        axes.text(280, 0.19, "SGD; Adam,\northogonal input", fontsize=8, ha="right")
    axes.set(xscale="log", yscale="log", xlim=(3.4, 300), ylim=(0.01, 20), xlabel="rank $r$")
    axes.set_xticks([4, 16, 64, 256], labels=["4", "16", "64", "256"])
    axes.set_xticks([], minor=True)
    axes.set_yticks([0.01, 0.1, 1, 10], labels=["0.01", "0.1", "1", "10"])


def _draw_curves(axes: Axes, results: Values) -> None:
    for word, gray in (("kept", "0.55"), ("best", "0.0")):
        for r, style in ((SMALL, "--"), (LARGE, "-")):
            curve = results[f"curve_{word}_{r}"]
            axes.plot(range(0, STEPS + 1, 10), curve, style, color=gray, linewidth=1.2)
    axes.text(200, 1.0, "kept", fontsize=8, ha="right", color="0.35")
    axes.text(200, 0.67, "swept, rank 4", fontsize=8, ha="right")
    axes.text(200, 0.06, "swept, rank 128", fontsize=8, ha="right")
    axes.set(xlim=(0, STEPS), ylim=(0, 1.1), title="broad task, Adam, $\\alpha/r$")
    axes.set(xlabel="steps", ylabel="error left")
