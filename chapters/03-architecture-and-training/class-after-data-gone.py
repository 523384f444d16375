"""Adding a Class After the Data Is Gone: five old classes without images meet five new ones.

A small network with one hidden layer learns five classes; then its images are gone. Each class is
a pair of Gaussian clusters, so a linear model of the inputs would not do. Every method starts from
the same checkpoint. Some are granted what the scenario has erased, to see what it would be worth.
"""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

# region: network
import numpy as np


def softmax(z):
    """Turn each row of logits into probabilities."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def embed(net, x):
    """Give the trunk's features; none is negative."""
    return np.maximum(x @ net[0] + net[1], 0)


def train(net, x, y, steps, *, frozen=(), rate=0.2):
    """Minimize cross-entropy, in batches of 128, of the images at hand."""
    net = [part.copy() for part in net]
    rng = np.random.default_rng(5)
    for _ in range(steps):
        i = rng.integers(0, len(x), 128)
        h = embed(net, x[i])
        error = (softmax(h @ net[2] + net[3]) - np.eye(net[3].size)[y[i]]) / 128
        back = error @ net[2].T * (h > 0)
        slopes = [x[i].T @ back, back.sum(0), h.T @ error, error.sum(0)]
        for part, slope in enumerate(slopes):
            if part not in frozen:
                net[part] -= rate * slope
    return net


# endregion


# region: statistics
def statistics(h, y, classes):
    """Give what is kept of a class: a count, a sum, a sum of squares."""
    chosen = (h[y == k] for k in classes)
    return [(len(c), c.sum(axis=0), c.T @ c) for c in chosen]


def gaussian_head(kept, prior):
    """Give weights and biases of a Gaussian classifier."""
    mean = np.array([total / count for count, total, _ in kept])
    within = sum(square for _, _, square in kept)
    for (count, _, _), m in zip(kept, mean, strict=True):
        within = within - count * np.outer(m, m)
    within /= sum(count for count, _, _ in kept)
    within += 1e-3 * np.trace(within) / len(within) * np.eye(len(within))
    weights = np.linalg.solve(within, mean.T)
    return weights, np.log(prior) - (mean * weights.T).sum(axis=1) / 2


# endregion


# region: traffic
def add_classes(net, traffic, x, y, *, prior, steps):
    """Add classes without an old image: labeled new ones and traffic.

    The new classes are numbered on from the old ones.
    """
    old, every = net[3].size, prior.size
    h, z = embed(net, traffic), embed(net, traffic) @ net[2] + net[3]
    label = z.argmax(axis=1)  # what the old network calls it
    kept = statistics(h, label, range(old))
    kept += statistics(embed(net, x), y, range(old, every))
    head = gaussian_head(kept, prior)
    looks_old = (h @ head[0] + head[1]).argmax(axis=1) < old
    added = np.zeros((len(net[2]), every - old))
    wide = [net[0], net[1], np.hstack([net[2], added])]
    wide.append(np.append(net[3], added[0]))
    images = np.concatenate([x, traffic[looks_old]])
    labels = np.concatenate([y, label[looks_old]])
    return [*net[:2], *head], train(wide, images, labels, steps)


# endregion


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | str]
Net = list[np.ndarray]

SEEDS = (0, 1, 2)
OLD, NEW = range(5), range(5, 10)
INPUTS, HIDDEN, SPREAD = 40, 64, 0.8
STEPS = 500
LONG = 5000  # steps, to see where a balance goes that no image sets
IMAGES, TESTS = 4000, 2000  # of the old classes, and of the new ones
TRAFFIC = 4000  # unlabeled images of people who agreed
SHARE = 0.125  # of new classes in the traffic
REHEARSED = 20  # images of each old class, had they been kept
STRENGTHS = {"penalty": (1, 10, 100), "penalty_all": (100, 1000)}
EVEN = np.full(10, 0.1)  # the tests hold as many old images as new ones


class World:
    """Ten classes of two clusters each; a network that knows five; images of both kinds."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.center = self.rng.normal(0, SPREAD, (10, 2, INPUTS))
        self.old, self.new = self.draw(OLD, IMAGES), self.draw(NEW, IMAGES)
        self.tests = self.draw(OLD, TESTS), self.draw(NEW, TESTS)
        self.start: Net = [
            self.rng.normal(0, 1 / math.sqrt(INPUTS), (INPUTS, HIDDEN)),
            np.zeros(HIDDEN),
            np.zeros((HIDDEN, 5)),
            np.zeros(5),
        ]
        self.net: Net = train(self.start, *self.old, STEPS)

    def draw(self, classes: range, images: int) -> tuple[np.ndarray, np.ndarray]:
        """Give so many images of these classes, and their labels."""
        y = self.rng.choice(classes, images)
        x = self.center[y, self.rng.integers(0, 2, images)]
        return x + self.rng.normal(size=x.shape), y

    def traffic(self, share: float) -> np.ndarray:
        """Give unlabeled images, so large a share of them of new classes."""
        new = round(TRAFFIC * share)
        return np.concatenate([self.draw(OLD, TRAFFIC - new)[0], self.draw(NEW, new)[0]])

    def judge(self, net: Net) -> tuple[float, float, float]:
        """Give the accuracy on old images, on new ones, and on old ones among old classes."""
        (x, y), (xx, yy) = self.tests
        z, zz = logits(net, x), logits(net, xx)
        hits = z.argmax(1) == y, zz.argmax(1) == yy, z[:, :5].argmax(1) == y
        old, new, among = (float(hit.mean()) for hit in hits)
        return old, new, among


def logits(net: Net, x: np.ndarray) -> np.ndarray:
    """Give a logit for each image and class."""
    z: np.ndarray = embed(net, x) @ net[2] + net[3]
    return z


def grown(net: Net) -> Net:
    """Give the network five more outputs, all of weight zero."""
    return [net[0], net[1], np.hstack([net[2], 0 * net[2]]), np.append(net[3], 0 * net[3])]


def trained_with(
    net: Net,
    x: np.ndarray,
    y: np.ndarray,
    *,
    pull: tuple[Net, float] | None = None,
    teacher: Net | None = None,
    new_rows_only: bool = False,
    apart: bool = False,
    steps: int = STEPS,
) -> Net:
    """Train as ``train`` does, with one or two of four ways to protect what is old."""
    first, net = net, [part.copy() for part in net]
    rng = np.random.default_rng(5)
    for _ in range(steps):
        i = rng.integers(0, len(x), 128)
        h = embed(net, x[i])
        z = h @ net[2] + net[3]
        error = softmax(z) - np.eye(10)[y[i]]
        if apart:  # the new classes compete among themselves only
            error[:, :5] = 0
            error[:, 5:] = softmax(z[:, 5:]) - np.eye(10)[y[i]][:, 5:]
        if teacher is not None:  # at temperature 2, so that its slope is scaled by 2
            error[:, :5] += 2 * (softmax(z[:, :5] / 2) - softmax(logits(teacher, x[i]) / 2))
        error /= 128
        if new_rows_only:
            error[:, :5] = 0
        back = error @ net[2].T * (h > 0)
        slopes = [x[i].T @ back, back.sum(0), h.T @ error, error.sum(0)]
        for part in range(2 if new_rows_only else 0, 4):
            net[part] -= 0.2 * slopes[part]
            if pull is not None:  # the quadratic penalty, by an implicit step that cannot diverge
                force = 0.2 * pull[1] * pull[0][part]
                net[part] = (net[part] + force * first[part]) / (1 + force)
    return net


def fisher(net: Net, x: np.ndarray, rng: np.random.Generator) -> Net:
    """Give the diagonal Fisher information: squares of the slopes of single images."""
    h = embed(net, x)
    p = softmax(h @ net[2] + net[3])
    y = (p.cumsum(axis=1) > rng.random((len(x), 1))).argmax(axis=1)  # labels by the model
    error = p - np.eye(p.shape[1])[y]
    back = error @ net[2].T * (h > 0)
    n = len(x)
    return [
        (x**2).T @ back**2 / n,
        (back**2).mean(0),
        (h**2).T @ error**2 / n,
        (error**2).mean(0),
    ]


def results() -> Values:
    """Give every computed number that the question prints, as a mean over the seeds."""
    runs = [_compared(seed) for seed in SEEDS]
    values: Values = {"seeds": len(SEEDS), "steps": STEPS, "long": LONG, "traffic_images": TRAFFIC}
    for name in runs[0]:
        values[name] = float(np.mean([run[name] for run in runs]))
    for name in ("tuned", "kept", "traffic"):
        for kind in ("old", "new"):
            values[f"{name}_{kind}_least"] = min(run[f"{name}_{kind}"] for run in runs)
            values[f"{name}_{kind}_most"] = max(run[f"{name}_{kind}"] for run in runs)
    for kind, strengths in STRENGTHS.items():
        best = max(
            strengths,
            key=lambda s: float(values[f"{kind}_{s}_old"]) + float(values[f"{kind}_{s}_new"]),
        )
        values[f"{kind}_best"] = best
        for part in ("old", "new", "among"):
            values[f"{kind}_{part}"] = values[f"{kind}_{best}_{part}"]
    return values


def _compared(seed: int) -> dict[str, float]:
    world = World(seed)
    wide, (x, y) = grown(world.net), world.new
    nets = {
        "before": wide,
        "tuned": train(wide, x, y, STEPS),
        "slow": train(wide, x, y, STEPS, rate=0.02),
        "head": train(wide, x, y, STEPS, frozen=(0, 1)),
        "rows": trained_with(wide, x, y, new_rows_only=True),
        "distilled": trained_with(wide, x, y, teacher=world.net),
        "apart": trained_with(wide, x, y, teacher=world.net, apart=True),
        "apart_long": trained_with(wide, x, y, teacher=world.net, apart=True, steps=LONG),
    }
    nets |= _penalized(world, wide)
    kept = statistics(embed(world.net, world.old[0]), world.old[1], OLD)
    kept += statistics(embed(world.net, x), y, NEW)
    nets["kept"] = [*world.net[:2], *gaussian_head(kept, EVEN)]
    for name, share in (("", SHARE), ("_half", 0.5)):
        both = add_classes(world.net, world.traffic(share), x, y, prior=EVEN, steps=2 * STEPS)
        nets["rebuilt" + name], nets["traffic" + name] = both
    nets["joint"] = train(
        grown(world.start),
        np.concatenate([world.old[0], x]),
        np.concatenate([world.old[1], y]),
        2 * STEPS,
    )
    nets["rehearsed"] = _rehearsed(world, wide)
    values: dict[str, float] = {}
    for name, net in nets.items():
        judged = world.judge(net)
        values |= {f"{name}_{k}": v for k, v in zip(("old", "new", "among"), judged, strict=True)}
    return values | _logits(world, nets) | _leak(world, kept)


def _penalized(world: World, wide: Net) -> dict[str, Net]:
    """Grant the penalty its Fisher information: of what was there, and of the new rows as well."""
    full = fisher(wide, world.old[0], np.random.default_rng(7))
    some = [full[0], full[1], full[2].copy(), full[3].copy()]
    some[2][:, 5:] = 0
    some[3][5:] = 0
    return {
        f"{kind}_{strength}": trained_with(wide, *world.new, pull=(weight, strength))
        for kind, weight in (("penalty", some), ("penalty_all", full))
        for strength in STRENGTHS[kind]
    }


def _rehearsed(world: World, wide: Net) -> Net:
    """Train on the new images and on a few old ones, repeated until they are as many."""
    x, y = world.old
    few = np.concatenate([np.flatnonzero(y == k)[:REHEARSED] for k in OLD])
    few = np.repeat(few, IMAGES // few.size)
    images = np.concatenate([world.new[0], x[few]])
    return train(wide, images, np.concatenate([world.new[1], y[few]]), 2 * STEPS)


def _logits(world: World, nets: dict[str, Net]) -> dict[str, float]:
    """Say what training does to the logits of old images, and what one constant would repair."""
    x, y = world.tests[0]
    before, head, tuned = (logits(nets[name], x) for name in ("before", "head", "tuned"))
    own = np.arange(len(y)), y
    offsets = np.linspace(0, 20, 81)
    repaired = []
    xx, yy = world.tests[1]
    tuned_new = logits(nets["tuned"], xx)
    for offset in offsets:
        lower = offset * (np.arange(10) >= 5)
        both = (tuned - lower).argmax(1) == y, (tuned_new - lower).argmax(1) == yy
        repaired.append([float(hit.mean()) for hit in both])
    best = int(np.argmax([sum(both) for both in repaired]))
    return {
        "fallen_share": float((head[:, :5] < before[:, :5]).mean()),
        "risen_share": float((head[:, 5:].mean(1) > before[:, 5:].mean(1)).mean()),
        "sum_moved": float(np.abs(head.sum(1) - before.sum(1)).max()),
        "own_before": float(before[own].mean()),
        "own_tuned": float(tuned[own].mean()),
        "rival_before": float(before[:, 5:].max(1).mean()),
        "rival_tuned": float(tuned[:, 5:].max(1).mean()),
        "offset": float(offsets[best]),
        "offset_old": repaired[best][0],
        "offset_new": repaired[best][1],
    }


def _leak(world: World, kept: list[tuple[int, np.ndarray, np.ndarray]]) -> dict[str, float]:
    """Foretell from means and covariance how many old images the new classes will take."""
    mean = np.array([total / count for count, total, _ in kept])
    weights, _ = gaussian_head(kept, EVEN)
    distance = np.zeros((5, 5))
    for k in OLD:
        for j in NEW:
            gap = mean[k] - mean[j]
            distance[k, j - 5] = math.sqrt(gap @ (weights[:, k] - weights[:, j]))
    x, _ = world.tests[0]
    net = [*world.net[:2], *gaussian_head(kept, EVEN)]
    return {
        "leak_foretold": float(np.vectorize(NormalDist().cdf)(-distance / 2).sum(1).mean()),
        "leak": float((logits(net, x).argmax(1) >= 5).mean()),
        "nearest": float(distance.min()),
    }


ROWS = {
    "tuned": "fine-tuning",
    "slow": "fine-tuning, a tenth of the rate",
    "distilled": "distillation on the new images",
    "rows": "every old weight frozen",
    "apart": "distillation, separate softmax",
    "apart_long": f"the same for {LONG} steps",
    "penalty": "EWC",
    "rehearsed": "100 old images kept",
    "kept": "old statistics kept",
    "rebuilt": "statistics from traffic",
    "traffic": "training on traffic",
    "joint": "all images at once",
}


def figure(results: Values) -> Figure:
    """Draw the accuracy on old and on new images, method by method."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 3.2), layout="constrained")
        _draw_rows(drawing.subplots(), results)
    return drawing


ORDER = ("tuned", "slow", "distilled", "rows", "apart", "apart_long", "rebuilt", "traffic")
ORDER += ("penalty", "rehearsed", "kept", "joint")
KINDS = {0: "new images\nalone", 6: "new images\nand traffic", 8: "needs what\nwas erased"}


def _draw_rows(axes: Axes, results: Values) -> None:
    for row, name in enumerate(ORDER):
        old, new, among = (100 * float(results[f"{name}_{k}"]) for k in ("old", "new", "among"))
        axes.plot([old, new], [row, row], "-", color="0.75", linewidth=1.1, zorder=1)
        axes.plot(among, row, "|", color="0.0", markersize=9, markeredgewidth=1.1)
        axes.plot(new, row, "o", color="0.0", markerfacecolor="1.0", markersize=5)
        axes.plot(old, row, "o", color="0.0", markersize=5)
    for row, words in KINDS.items():
        if row:
            axes.axhline(row - 0.5, color="0.0", linewidth=0.5, linestyle=":")
        axes.text(103, row + 0.3, words, fontsize=8, va="center")
    axes.set(xlim=(0, 101), ylim=(len(ORDER) - 0.4, -1.2), xlabel="accuracy (%)")
    axes.set_yticks(range(len(ORDER)), [ROWS[name] for name in ORDER])
    axes.tick_params(axis="y", length=0)
    axes.text(float(results["tuned_old"]) * 100 + 0.5, -0.55, "old images", fontsize=8)
    axes.text(100, -0.55, "new images; bar: old images, old classes only", fontsize=8, ha="right")
