"""Rounding Is Not a Shield: attacks on a small network before and after it is rounded to integers.

A marker of 100 pixels belongs to one of four classes. Few pixels differ much between classes and
many differ a little, so a plainly trained network leans on what a small change can undo. The
rounded network computes with integers times a step, as a chip would.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

# region: rounded
import numpy as np


def to_grid(a, step, top):
    """Round to one of the levels 0, 1, ..., top times a step."""
    return step * np.clip(np.round(a / step), 0, top)


def forward(net, x):
    """Give hidden units and logits; `grid` is None for the float twin."""
    w1, b1, w2, b2, grid = net
    if grid:
        x = to_grid(x, *grid[0])
    h = np.maximum((x - 0.5) @ w1 + b1, 0)
    if grid:
        h = to_grid(h, *grid[1])
    return h, h @ w2 + b2


def errors(net, x, y):
    """Give hidden units, and the slope of cross-entropy at the logits."""
    h, z = forward(net, x)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return h, p - np.eye(z.shape[1])[y]


# endregion


# region: attack
def slope(net, x, y, through):
    """Give the slope at the pixels; `through` is that of rounding."""
    h, error = errors(net, x, y)
    return (error @ net[2].T * (h > 0) * through) @ net[0].T * through


def pgd(net, x, y, size, rng, *, through=1.0, steps=20):
    """Climb the loss within `size` of each pixel, from a random start."""
    moved = x + rng.uniform(-size, size, x.shape)
    for _ in range(steps):
        moved = moved + size / 5 * np.sign(slope(net, moved, y, through))
        moved = np.clip(np.clip(moved, x - size, x + size), 0, 1)
    return moved


# endregion


# region: certificate
def certified(net, x, y, size):
    """Say for which images no change within `size` alters the class."""
    w1, b1, w2, b2, grid = net
    low, high = np.clip(x - size, 0, 1), np.clip(x + size, 0, 1)
    low, high = (to_grid(bound, *grid[0]) - 0.5 for bound in (low, high))
    plus, minus = np.maximum(w1, 0), np.minimum(w1, 0)
    low, high = low @ plus + high @ minus, high @ plus + low @ minus
    low, high = (np.maximum(bound + b1, 0) for bound in (low, high))
    low, high = (to_grid(bound, *grid[1]) for bound in (low, high))
    safe = np.full(len(x), fill_value=True)
    for k in range(len(b2)):
        toward = w2[:, y].T - w2[:, k]  # margins of the true class over k
        worst = low * np.maximum(toward, 0) + high * np.minimum(toward, 0)
        safe &= (worst.sum(axis=1) + b2[y] - b2[k] > 0) | (y == k)
    return safe


# endregion


if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Draw = Callable[[int], tuple[np.ndarray, np.ndarray]]

Values = dict[str, float | int | str | list[float]]
Net = list[object]

SEED = 0
PIXELS, CLASSES, HIDDEN = 100, 4, 48
STRONG, LARGE, SMALL, NOISE = 10, 0.14, 0.035, 0.14
SIZE = 8 / 255  # of the attack, at each pixel
TRAINED_SIZE = 10 / 255  # in adversarial training
TRAINING, STEPS, RATE = 4000, 500, 0.5
TESTS, CURVE_TESTS = 800, 300
QUERIES = 200
SIZES = (0, 1, 2, 4, 6, 8, 12, 16, 24)  # of 255


def hits(net, x, y):
    """Say which images are classified correctly."""
    return forward(net, x)[1].argmax(axis=1) == y


def battery(net, twin, x, y, *, size, rng):
    """Attack the deployed network in four ways, and take the union."""
    moved = {
        "as is": pgd(net, x, y, size, rng, through=0.0 if net[4] else 1.0),
        "twin": pgd(twin, x, y, size, rng),
        "straight": pgd(net, x, y, size, rng),
        "free": search(net, x, y, size, rng),
    }
    right = {name: hits(net, image, y) for name, image in moved.items()}
    right["union"] = np.logical_and.reduce(list(right.values()))
    return {name: float(hit.mean()) for name, hit in right.items()}


def world(rng: np.random.Generator) -> Draw:
    """Give a function that draws images and labels."""
    contrast = np.r_[np.full(STRONG, LARGE), np.full(PIXELS - STRONG, SMALL)]
    marker = 0.5 + rng.choice([-1, 1], (CLASSES, PIXELS)) * contrast

    def draw(images: int) -> tuple[np.ndarray, np.ndarray]:
        y = rng.integers(0, CLASSES, images)
        return np.clip(marker[y] + rng.normal(0, NOISE, (images, PIXELS)), 0, 1), y

    return draw


def train(draw: Draw, rng: np.random.Generator, size: float = 0.0) -> Net:
    """Train a float network, if a size is given on images attacked to that size."""
    images, labels = draw(TRAINING)
    w1, b1 = rng.normal(0, 0.5, (PIXELS, HIDDEN)), np.zeros(HIDDEN)
    w2, b2 = rng.normal(0, 0.1, (HIDDEN, CLASSES)), np.zeros(CLASSES)
    for _ in range(STEPS):
        i = rng.integers(0, TRAINING, 128)
        x, y = images[i], labels[i]
        if size:
            x = pgd([w1, b1, w2, b2, None], x, y, size, rng, steps=4)
        h, error = errors([w1, b1, w2, b2, None], x, y)
        back = error @ w2.T * (h > 0) * RATE / 128
        w2, b2 = w2 - h.T @ error * RATE / 128, b2 - error.sum(0) * RATE / 128
        w1, b1 = w1 - (x - 0.5).T @ back, b1 - back.sum(0)
    return [w1, b1, w2, b2, None]


def rounded(net: Net, images: np.ndarray, bits: int) -> Net:
    """Round weights to 8 bits, and pixels and hidden units to so many."""
    w1, b1, w2, b2, _ = net
    top = 2**bits - 1
    highest = float(forward(net, images)[0].max())
    steps = [float(np.abs(w).max()) / 127 for w in (w1, w2)]  # type: ignore[call-overload]
    w1, w2 = (s * np.round(w / s) for s, w in zip(steps, (w1, w2), strict=True))  # type: ignore[operator]
    return [w1, b1, w2, b2, ((1 / top, top), (highest / top, top))]


def search(
    net: Net, x: np.ndarray, y: np.ndarray, size: float, rng: np.random.Generator
) -> np.ndarray:
    """Attack by trial alone: flip groups of pixels, and keep what lowers the margin."""

    def margin(moved: np.ndarray) -> np.ndarray:
        z = forward(net, np.clip(x + moved, 0, 1))[1]
        own = z[np.arange(len(y)), y]
        z[np.arange(len(y)), y] = -np.inf
        gap: np.ndarray = own - z.max(axis=1)
        return gap

    best = size * rng.choice([-1, 1], x.shape)
    lowest = margin(best)
    for query in range(QUERIES):
        share = max(1 / PIXELS, 0.3 * (1 - query / QUERIES) ** 2)
        chosen = rng.random(x.shape, dtype=np.float32) < share
        trial = np.where(chosen, size * rng.choice([-1, 1], (len(x), 1)), best)
        reached = margin(trial)
        better = reached < lowest
        best[better], lowest[better] = trial[better], reached[better]
    moved: np.ndarray = np.clip(x + best, 0, 1)
    return moved


def results() -> Values:
    """Give every computed number that the question prints (shares, unless the name says more)."""
    rng = np.random.default_rng(SEED)
    draw = world(rng)
    plain, robust = train(draw, rng), train(draw, rng, size=TRAINED_SIZE)
    images, _ = draw(TRAINING)
    x, y = draw(TESTS)
    values: Values = {"seed": SEED, "tests": TESTS, "queries": QUERIES}
    for kind, twin in (("plain", plain), ("robust", robust)):
        for bits in (32, 8, 4, 2):
            net = twin if bits == 32 else rounded(twin, images, bits)
            name = f"{kind}_{bits}"
            right = battery(net, twin, x, y, size=SIZE, rng=np.random.default_rng(1))
            values |= {f"{name}_{k.replace(' ', '_')}": v for k, v in right.items()}
            values[f"{name}_clean"] = float(hits(net, x, y).mean())
            noisy = np.clip(x + np.random.default_rng(2).uniform(-SIZE, SIZE, x.shape), 0, 1)
            values[f"{name}_noise"] = float(hits(net, noisy, y).mean())
    for kind, twin in (("plain", plain), ("robust", robust)):
        values |= _curves(kind, rounded(twin, images, 8), twin, x, y)
    same = pgd(rounded(plain, images, 8), x, y, SIZE, np.random.default_rng(4), through=0.0)
    start = np.clip(x + np.random.default_rng(4).uniform(-SIZE, SIZE, x.shape), 0, 1)
    values["moved_pixels"] = float((np.abs(same - start) > 1e-12).mean())
    return values | _passing()


def _curves(kind: str, net: Net, twin: Net, x: np.ndarray, y: np.ndarray) -> Values:
    """Attack an 8-bit network with ever larger changes, and certify it against them."""
    x, y = x[:CURVE_TESTS], y[:CURVE_TESTS]
    right = [
        battery(net, twin, x, y, size=size / 255, rng=np.random.default_rng(3)) for size in SIZES
    ]
    values: Values = {}
    for name in ("as is", "twin", "straight", "free", "union"):
        values[f"curve_{kind}_{name.replace(' ', '_')}"] = [r[name] for r in right]
    values[f"curve_{kind}_certified"] = [
        float((certified(net, x, y, size / 255) & hits(net, x, y)).mean()) for size in SIZES
    ]
    return values


def _passing() -> Values:
    """Say what of a change gets through rounding, where values lie anywhere between levels."""
    rng = np.random.default_rng(5)
    values: Values = {}
    for bits in (8, 4, 2):
        step = 1 / (2**bits - 1)
        x = rng.uniform(0, 1, 400_000)
        passed = (np.round((x + SIZE) / step) - np.round(x / step)) * step
        rest = SIZE % step
        values |= {
            f"passed_{bits}": float(passed.mean() / SIZE),
            f"spread_{bits}": float(passed.std() / SIZE),
            f"spread_theory_{bits}": float(np.sqrt(rest * (step - rest)) / SIZE),
            f"none_crosses_{bits}": float(max(0.0, 1 - SIZE / step) ** PIXELS),
            f"push_{bits}": float(2 * SIZE / step * np.sqrt(PIXELS)),
        }
    return values


def figure(results: Values) -> Figure:
    """Draw bounds on the accuracy against the attack's size, and by the number of bits."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.4), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_sizes(left, results)
        _draw_bits(right, results)
    return drawing


def _draw_sizes(axes: Axes, results: Values) -> None:
    curves = {
        name: 100 * np.array(results[f"curve_plain_{name}"])
        for name in ("as_is", "union", "certified")
    }
    axes.fill_between(SIZES, curves["certified"], curves["union"], color="0.88", linewidth=0)
    axes.plot(SIZES, curves["as_is"], "o-", color="0.0", linewidth=1.1, markersize=3)
    axes.plot(SIZES, curves["union"], "s--", color="0.0", linewidth=1.1, markersize=3)
    axes.plot(SIZES, curves["certified"], "^:", color="0.0", linewidth=1.1, markersize=3)
    axes.text(24, 88, "attack with zero gradient", fontsize=8, ha="right")
    axes.text(11, 40, "four attacks together", fontsize=8)
    axes.text(4.6, 8, "proved", fontsize=8)
    axes.set(xlim=(0, 24.5), ylim=(0, 104), xticks=range(0, 25, 4))
    axes.set(xlabel="size of the attack (of 255)", ylabel="8-bit accuracy (%)")


def _draw_bits(axes: Axes, results: Values) -> None:
    bits = (32, 8, 4, 2)
    for kind, style in (("robust", "s--"), ("plain", "o-")):
        losses = [100 * float(results[f"{kind}_{b}_union"]) for b in bits]
        axes.plot(range(4), losses, style, color="0.0", linewidth=1.1, markersize=4)
    claimed = [100 * float(results[f"plain_{b}_as_is"]) for b in bits[1:]]
    axes.plot(range(1, 4), claimed, "x", color="0.0", markersize=5)
    axes.text(2, 87, "claimed, zero gradient", fontsize=8, ha="center")
    axes.text(0.05, 66, "trained against attacks", fontsize=8)
    axes.text(0.05, 43, "trained plainly", fontsize=8)
    axes.set(xlim=(-0.3, 3.3), ylim=(0, 104), xlabel="bits", ylabel="accuracy, size 8 of 255 (%)")
    axes.set_xticks(range(4), ["float", "8", "4", "2"])
