"""Nonsense Also Overfits: what the one-batch test passes, and which control sees which fault.

A small network is trained on rows of ten classes, once as it should be and once with each of five
faults. The same controls are run on all six.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

# region: network
import numpy as np


def network(inputs=40, hidden=128, classes=10, seed=0):
    """Give random weights; the small last layer starts the loss at ln K."""
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(inputs, hidden)) / np.sqrt(inputs)
    last = 0.01 * rng.normal(size=(hidden, classes))
    return [first, np.zeros(hidden), last, np.zeros(classes)]


def forward(net, x):
    """Give the hidden layer and the log-probabilities."""
    hidden = np.maximum(x @ net[0] + net[1], 0)
    logits = hidden @ net[2] + net[3]
    logits -= logits.max(axis=1, keepdims=True)
    return hidden, logits - np.log(np.exp(logits).sum(1, keepdims=True))


def step(net, x, y, rate=0.1, frozen=()):
    """Take one step of SGD; give the loss before it."""
    (hidden, logp), rows = forward(net, x), np.arange(len(y))
    error = np.exp(logp)
    error[rows, y] -= 1
    error /= len(y)
    back = (error @ net[2].T) * (hidden > 0)
    gradients = x.T @ back, back.sum(0), hidden.T @ error, error.sum(0)
    for number, gradient in enumerate(gradients):
        net[number] -= 0 if number in frozen else rate * gradient
    return -logp[rows, y].mean()


# endregion


# region: controls
def one_batch(x, y, steps=800, **options):
    """Memorize 32 rows; give the losses."""
    net, x, y = network(), x[:32], y[:32]
    return np.array([step(net, x, y, **options) for _ in range(steps)])


def moved(x, y, **options):
    """Count the weight arrays (of 4) that two steps change at all."""
    net, start = network(), network()
    for _ in range(2):
        step(net, x[:32], y[:32], **options)
    return sum((net[k] != start[k]).any() for k in range(4))


def held_out(x, y, share=0.8, seed=1, **options):
    """Train one pass over a random 80%; give losses and hits of the rest."""
    net, order = network(), np.random.default_rng(seed).permutation(len(y))
    cut = int(share * len(y))
    for start in range(0, cut, 32):
        rows = order[start : min(start + 32, cut)]
        step(net, x[rows], y[rows], **options)
    (_, logp), rest = forward(net, x[order[cut:]]), y[order[cut:]]
    return -logp[np.arange(len(rest)), rest], logp.argmax(axis=1) == rest


def shuffled(y, seed=2):
    """Give the labels of the control: the same ones, in a random order."""
    return np.random.default_rng(seed).permutation(y)


# endregion


# region: lags
def lag_scan(x, y, lags=range(-3, 4)):
    """Give held-out hits if row i is paired with the label of row i + lag."""
    return {lag: held_out(x, np.roll(y, -lag))[1].mean() for lag in lags}


# endregion
if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | str | bool | list[float]]

SEED = 0
CLIPS = 20_000
CLASSES, INPUTS = 10, 40
SPREAD = 2.0  # of the clips of a word, around a center of spread 1
SLIP = CLIPS // 2  # where the half join slips
BATCH = 32
STEPS = 800  # of the one-batch test
PASSES = 12  # over the full data, for the figure
LOGGED = 100  # steps a point of the figure


@cache
def clips() -> tuple[np.ndarray, np.ndarray]:
    """Give features and words of the clips, in an order that says nothing."""
    rng = np.random.default_rng(SEED)
    centers = rng.normal(size=(CLASSES, INPUTS))
    y = rng.integers(CLASSES, size=CLIPS)
    x = centers[y] + SPREAD * rng.normal(size=(CLIPS, INPUTS))
    return x / math.hypot(1, SPREAD), y


def slipped(y: np.ndarray, start: int) -> np.ndarray:
    """Pair each row from `start` on with the label of the row before it."""
    late = y.copy()
    late[start:] = y[start - 1 : -1] if start else np.roll(y, 1)
    return late


def faults() -> dict[str, tuple[np.ndarray, np.ndarray, dict[str, object]]]:
    """Give rows, labels and options of the healthy run and of those with a fault."""
    x, y = clips()
    return {
        "none": (x, y, {}),
        "shifted": (x, slipped(y, 0), {}),
        "half": (x, slipped(y, SLIP), {}),
        "blank": (np.zeros_like(x), y, {}),
        "frozen": (x, y, {"frozen": (0, 1)}),
        "slow": (x, y, {"rate": 1e-5}),
    }


def results() -> Values:
    """Give every computed number that the question prints."""
    y = clips()[1]
    share = np.bincount(y) / CLIPS
    values: Values = {
        "seed": SEED,
        "clips": CLIPS,
        "ln_classes": math.log(CLASSES),
        "entropy": float(-(share * np.log(share)).sum()),
        "steps": STEPS,
        "softmax_twice": math.log(1 + (CLASSES - 1) / math.e),
        "rows_for_two_points": math.ceil((3 / 0.02) ** 2 * 0.1 * 0.9),
    }
    return values | _table() | _memory() | _positions() | _lags() | _passes()


def _table() -> Values:
    values: Values = {}
    for name, (x, y, options) in faults().items():
        losses = one_batch(x, y, STEPS, **options)
        real, hits = held_out(x, y, **options)
        control, control_hits = held_out(x, shuffled(y), **options)
        values |= {
            f"start_{name}": float(losses[0]),
            f"one_{name}": float(losses[-1]),
            f"moved_{name}": int(moved(x, y, **options)),
            f"held_{name}": float(real.mean()),
            f"accuracy_{name}": float(hits.mean()),
            f"control_{name}": float(control.mean()),
            f"chance_{name}": float(control_hits.mean()),
        }
    rest = CLIPS // 5
    return values | {"rest": rest, "chance_error": math.sqrt(0.1 * 0.9 / rest)}


def _memory() -> Values:
    """Look at the random hidden layer of the 32 rows, and at the entropy of their labels."""
    x, y = clips()
    hidden, _ = forward(network(), x[:BATCH])
    share = np.bincount(y[:BATCH]) / BATCH
    share = share[share > 0]
    return {
        "rank": int(np.linalg.matrix_rank(hidden)),
        "batch_entropy": float(-(share * np.log(share)).sum()),
        "curve_none": one_batch(x, y, STEPS)[::10].tolist(),
        "curve_shifted": one_batch(x, slipped(y, 0), STEPS)[::10].tolist(),
        "curve_frozen": one_batch(x, y, STEPS, frozen=(0, 1))[::10].tolist(),
    }


def _positions() -> Values:
    """Give the hits before and after the slip of the half join, row by row held out."""
    x, y = clips()
    order = np.random.default_rng(1).permutation(CLIPS)[CLIPS * 4 // 5 :]
    _, hits = held_out(x, slipped(y, SLIP))
    tenths = [float(hits[order * 10 // CLIPS == tenth].mean()) for tenth in range(10)]
    return {
        "tenths": tenths,
        "before_slip": float(hits[order < SLIP].mean()),
        "after_slip": float(hits[order >= SLIP].mean()),
        "half_expected": float(0.5 * held_out(x, y)[1].mean() + 0.05),
    }


def _lags() -> Values:
    x, y = clips()
    found = lag_scan(x, slipped(y, 0))
    others = [hits for lag, hits in found.items() if lag != 1]
    return {
        "lag": max(found, key=found.__getitem__),
        "lag_hits": float(found[1]),
        "lag_others": float(max(others)),
    }


def _passes() -> Values:
    """Log the loss of training, and the held-out loss after each pass."""
    values: Values = {"passes": PASSES, "logged": LOGGED}
    x, y = clips()
    cut = CLIPS * 4 // 5
    for name, labels in (("none", y), ("shifted", slipped(y, 0))):
        net, rng, losses, rest = network(), np.random.default_rng(3), [], []
        for _ in range(PASSES):
            order = rng.permutation(cut)
            for start in range(0, cut, BATCH):
                rows = order[start : start + BATCH]
                losses.append(step(net, x[rows], labels[rows]))
            _, logp = forward(net, x[cut:])
            rest.append(float(-logp[np.arange(CLIPS - cut), labels[cut:]].mean()))
        per_pass = np.reshape(losses, (PASSES, -1)).mean(axis=1)
        values |= {
            f"logged_{name}": np.reshape(losses, (-1, LOGGED)).mean(axis=1).tolist(),
            f"rest_{name}": rest,
            f"pass_{name}": per_pass.tolist(),
        }
    return values


def figure(results: Values) -> Figure:
    """Draw the one-batch test of three runs, and twelve passes over the full data of two."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.4), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_one_batch(left, results)
        _draw_passes(right, results)
    return drawing


def _draw_one_batch(axes: Axes, results: Values) -> None:
    steps = range(0, STEPS, 10)
    for name, style, gray in (
        ("none", "-", "0.0"),
        ("shifted", "--", "0.0"),
        ("frozen", "-.", "0.5"),
    ):
        axes.plot(steps, results[f"curve_{name}"], style, color=gray, linewidth=1.2)
    axes.axhline(math.log(CLASSES), color="0.0", linewidth=0.8, linestyle=":")
    axes.text(790, 2.7, "ln 10", fontsize=8, ha="right")
    for place, words in ((0.0085, "trunk frozen"), (0.0039, "off by one"), (0.0022, "healthy")):
        axes.text(815, place, words, fontsize=8)
    axes.set(yscale="log", xlim=(0, 1150), ylim=(1e-3, 6), xticks=range(0, 801, 200))
    axes.set_yticks([0.001, 0.01, 0.1, 1], labels=["0.001", "0.01", "0.1", "1"])
    axes.set(xlabel="steps on one batch", ylabel="loss (nats)")


def _draw_passes(axes: Axes, results: Values) -> None:
    passes = np.arange(1, PASSES + 1)
    for name, gray in (("none", "0.5"), ("shifted", "0.0")):
        logged = np.asarray(results[f"logged_{name}"])
        where = (np.arange(len(logged)) + 0.5) * PASSES / len(logged)
        axes.plot(where, logged, "-", color=gray, linewidth=1.1)
        axes.plot(passes, results[f"rest_{name}"], "o--", color=gray, linewidth=0.9, markersize=3)
    axes.axhline(math.log(CLASSES), color="0.0", linewidth=0.8, linestyle=":")
    axes.text(11.8, 2.52, "off by one, held out", fontsize=8, ha="right")
    axes.text(11.8, 1.97, "off by one, training", fontsize=8, ha="right")
    axes.text(11.8, 0.4, "healthy, held out", fontsize=8, ha="right", color="0.25")
    axes.text(11.8, -0.06, "healthy, training", fontsize=8, ha="right", color="0.25")
    axes.text(3.1, 2.06, "ln 10", fontsize=8, ha="right")
    axes.set(ylim=(-0.2, 2.8))
    axes.set(xlim=(0, PASSES), xticks=range(0, PASSES + 1, 2))
    axes.set(xlabel="passes over the full data", ylabel="loss (nats)")
