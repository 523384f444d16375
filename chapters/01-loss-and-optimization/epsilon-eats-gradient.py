"""An Epsilon That Eats the Gradient: what log(p + 1e-8) does to the most wrong examples.

Losses and gradients are computed link by link, as automatic differentiation does it, in the
format that the logits have. A small linear classifier is trained, one of its three classes is
knocked down, and both losses try to bring it back, in double precision: what they do then is no
matter of rounding.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

# region: losses
import numpy as np


def softmax(logits):
    """Divide shifted exponentials by their sum; no exponent is positive."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def patched(logits, label, epsilon):
    """Give -log(p + epsilon) and its gradient, link by link."""
    p, row = softmax(logits), np.arange(len(label))
    inside = p[row, label] + p.dtype.type(epsilon)
    link = np.zeros_like(p)
    link[row, label] = -1 / inside
    return -np.log(inside), p * (link - (link * p).sum(axis=1, keepdims=True))


def fused(logits, label):
    """Give log-sum-exp minus the label's logit, and p - y."""
    row, largest = np.arange(len(label)), logits.max(axis=1)
    total = np.exp(logits - largest[:, None]).sum(axis=1)
    gradient = softmax(logits)
    gradient[row, label] -= 1
    return (largest - logits[row, label]) + np.log(total), gradient


# endregion


# region: knock
def draw_images(count=600, seed=0):
    """Draw features (two and a constant) and labels that a line can tell."""
    features = np.random.default_rng(seed).normal(size=(count, 2))
    directions = np.array([[4, 0], [-2, 3.5], [-2, -3.5]])
    label = (features @ directions.T).argmax(axis=1)
    return np.column_stack([features, np.ones(count)]), label


def train(loss, weights, features, label, steps, *, rate=0.5):
    """Descend on the mean loss; give the weights and the accuracies."""
    accuracies = []
    for _ in range(steps):
        logits = features @ weights.T
        accuracies.append((logits.argmax(axis=1) == label).mean())
        _, gradient = loss(logits, label)
        weights = weights - rate * gradient.T @ features / len(label)
    return weights, np.array(accuracies)


def knocked(weights, size):
    """Lower the bias of class 0, as one step that was far too long can."""
    weights = weights.copy()
    weights[0, 2] -= size
    return weights


# endregion


# region: guard
LARGEST = np.finfo(np.float16).max


def guarded_step(weights, features, label, scale, rate=0.5):
    """Send scaled gradients through float16; give weights, scale, health."""
    logits = (features @ weights.T).astype(np.float32)
    loss, gradient = fused(logits, label)
    health = {
        "largest logit": np.abs(logits).max(),
        "hopeless share": (loss > np.log(1e6)).mean(),  # p below 1e-6
        "finite loss": np.isfinite(loss).all(),
    }
    scaled = scale * gradient / len(label)
    health["step taken"] = np.abs(scaled).max() <= LARGEST
    if not health["step taken"]:
        return weights, scale / 2, health
    half = scaled.astype(np.float16)  # what travels back through the network
    update = half.astype(np.float32).T @ features / scale  # unscaled
    return weights - rate * update, scale, health


# endregion


if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Loss = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]

Values = dict[str, float | int | str | bool | list[float]]

SEED = 0
EPSILON = 1e-8
COARSE = 1e-4  # an epsilon that float16 can divide by
TRAINING = 1000  # steps before the knock
PATIENCE = 5000  # steps after it
RECOVERED = 0.95  # accuracy
RATE = 0.5
KNOCK = 60
SLOWEST, LOST = 42, 44  # the last knock that the patched loss survives, and one beyond it
SCALE = 1024.0
GAPS = (5, 12, 20, 40, 90)
FORMATS = {"16": np.float16, "32": np.float32}
KNOCKS = {
    "exact": (0, 10, 20, 30, SLOWEST, 50, KNOCK),
    "patched": (0, 10, 20, 25, 30, 34, 37, 39, 40, 41, SLOWEST),
}


def patch(logits: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the loss with the epsilon that the question is about."""
    loss, gradient = patched(logits, label, EPSILON)
    return loss, gradient


def cast_only(logits: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the loss of the scenario in float32, without any epsilon."""
    loss, gradient = patched(logits.astype(np.float32), label, 0.0)
    return loss, gradient


LOSSES: dict[str, Loss] = {"exact": fused, "patched": patch}


def results() -> Values:
    """Give every computed number that the question prints."""
    values: Values = {"seed": SEED, "epsilon_16": float(np.float16(EPSILON))}
    return values | _formats() | _gradients() | _escapes() | _knocks() | _scaled()


def _formats() -> Values:
    """Give, for three formats, the gaps at which 1/p overflows and at which p becomes zero."""
    values: Values = {}
    for name, fraction, lowest in (("16", 10, -14), ("brain", 7, -126), ("32", 23, -126)):
        largest = (2 - 2.0**-fraction) * 2.0 ** (1 - lowest)
        smallest = lowest - fraction  # the exponent of the smallest number above zero
        values |= {
            f"largest_{name}": largest,
            f"overflow_{name}": float(np.log(largest)),
            f"zero_{name}": float((1 - smallest) * np.log(2)),  # half of it rounds to zero
        }
    return values | {
        "cap": float(-np.log(EPSILON)),
        "cap_coarse": float(-np.log(COARSE)),
        "smallest_16": 2.0**-24,
        "divisible_16": 1 / float(np.finfo(np.float16).max),
        "third_of_cap": float(-np.log(EPSILON) / 3),
        "rounding_60": float(np.spacing(np.float16(60))) / 2,
        "smoothed_gap": float(np.log((0.2 / 3) / (0.9 + 0.1 / 3))),
        "soft_cap_slope": float(1 - np.tanh(3.0) ** 2),
    }


def one_image(gap: float, number: type[np.floating]) -> tuple[np.ndarray, np.ndarray]:
    """Give the logits of one image whose true class, 1, lies so far below another one."""
    return np.array([[0.0, -gap]], dtype=number), np.array([1])


def pull(gap: float, bits: str, epsilon: float | None) -> float | str:
    """Give the size of the gradient at the true logit; without an epsilon at all, if fused."""
    logits, label = one_image(gap, FORMATS[bits])
    with np.errstate(all="ignore"):
        _, gradient = fused(logits, label) if epsilon is None else patched(logits, label, epsilon)
    size = float(-gradient[0, 1])
    return size if np.isfinite(size) else "NaN"


ROWS = {
    "none_16": ("16", 0.0),
    "patched_16": ("16", EPSILON),
    "coarse_16": ("16", COARSE),
    "none_32": ("32", 0.0),
    "patched_32": ("32", EPSILON),
    "fused_16": ("16", None),
    "fused_32": ("32", None),
}


def _gradients() -> Values:
    return {
        f"pull_{name}_{gap}": pull(gap, bits, epsilon)
        for name, (bits, epsilon) in ROWS.items()
        for gap in GAPS
    }


def escape_steps(gap: float, loss: Loss, rate: float = RATE) -> int:
    """Count the steps until one image alone, its two logits free, is at a gap of zero."""
    logits, label = one_image(gap, np.float64)
    steps = 0
    while logits[0, 0] > logits[0, 1]:
        logits = logits - rate * loss(logits, label)[1]
        steps += 1
    return steps


def _escapes() -> Values:
    values: Values = {}
    for gap in (20, 24, 26):
        values |= {f"escape_{name}_{gap}": escape_steps(gap, loss) for name, loss in LOSSES.items()}
        excess = float(np.exp(gap + np.log(EPSILON)) - EPSILON)
        values[f"escape_theory_{gap}"] = (gap + excess) / (2 * RATE)
    return values


@cache
def trained() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the features, the labels, and the weights after training without a patch."""
    features, label = draw_images(seed=SEED)
    weights, _ = train(fused, np.zeros((3, 3)), features, label, TRAINING)
    return features, label, weights


def recovery(loss: Loss, size: int, patience: int = PATIENCE) -> int:
    """Count the steps until the accuracy is back; give -1 if it does not come back."""
    features, label, weights = trained()
    weights = knocked(weights, size)
    for start in range(0, patience, 100):
        weights, accuracies = train(loss, weights, features, label, 100)
        if (accuracies > RECOVERED).any():
            return start + int((accuracies > RECOVERED).argmax())
    return -1


def _knocks() -> Values:
    features, label, weights = trained()
    gap = _gaps(weights, features, label)
    before = fused(features @ weights.T, label)[0]
    plain, _ = train(patch, np.zeros((3, 3)), features, label, TRAINING)
    values: Values = {
        "images": len(label),
        "training": TRAINING,
        "patience": PATIENCE,
        "knock": KNOCK,
        "class_share": float((label == 0).mean()),
        "accuracy_before": float(_accuracy(weights, features, label)),
        "accuracy_plain": float(_accuracy(plain, features, label)),
        "worst_before": float(before.max()),
        "least_gap": float(gap.min() + KNOCK),
        "least_weight": float(1 / (1 + np.exp(gap.min() + KNOCK) * EPSILON)),
        "steps_cast": recovery(cast_only, KNOCK),
        "slowest_steps": recovery(patch, SLOWEST),
        "lost_steps": recovery(patch, LOST),
        "adam_patience": ADAM_PATIENCE,
        "decay_steps": decay_recovery(KNOCK, exempt=False),
        "decay_exempt": decay_recovery(KNOCK, exempt=True),
        "decay_patience": DECAY_PATIENCE,
    }
    for name, loss in LOSSES.items():
        values[f"steps_{name}"] = [float(recovery(loss, size)) for size in KNOCKS[name]]
        after, accuracies = train(loss, knocked(weights, KNOCK), features, label, PATIENCE)
        values |= {
            f"start_{name}": float(accuracies[0]),
            f"end_{name}": float(_accuracy(after, features, label)),
            f"loss_{name}": float(loss(features @ after.T, label)[0].mean()),
            f"worst_{name}": float(loss(features @ after.T, label)[0].max()),
            f"share_found_{name}": float(
                ((features @ after.T).argmax(axis=1)[label == 0] == 0).mean()
            ),
        }
        values[f"adam_{name}"] = adam_recovery(loss, KNOCK)
    return values


def _gaps(weights: np.ndarray, features: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Give the gaps of the images of class 0."""
    logits = (features @ weights.T)[label == 0]
    others: np.ndarray = np.logaddexp(logits[:, 1], logits[:, 2]) - logits[:, 0]
    return others


def _accuracy(weights: np.ndarray, features: np.ndarray, label: np.ndarray) -> float:
    return float(((features @ weights.T).argmax(axis=1) == label).mean())


ADAM_PATIENCE = 6000


def adam_recovery(loss: Loss, size: int, rate: float = 0.01) -> int:
    """Count the steps until the accuracy is back, with Adam before and after the knock."""
    features, label = draw_images(seed=SEED)
    weights = np.zeros((3, 3))
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, TRAINING + ADAM_PATIENCE + 1):
        after = step > TRAINING
        if step == TRAINING + 1:
            weights = knocked(weights, size)
        logits = features @ weights.T
        if after and (logits.argmax(axis=1) == label).mean() > RECOVERED:
            return step - TRAINING - 1
        _, gradient = (loss if after else fused)(logits, label)
        gradient = gradient.T @ features / len(label)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        root = np.sqrt(square / (1 - 0.999**step)) + 1e-8
        weights = weights - rate * mean / (1 - 0.9**step) / root
    return -1


DECAY, DECAY_PATIENCE = 1e-4, 20_000


def decay_recovery(size: int, *, exempt: bool) -> int:
    """Count the patched loss's steps back if weight decay helps, but for the bias if exempt."""
    features, label, weights = trained()
    weights = knocked(weights, size)
    shrink = np.full((3, 3), RATE * DECAY)
    shrink[:, 2] *= not exempt
    for step in range(DECAY_PATIENCE):
        if _accuracy(weights, features, label) > RECOVERED:
            return step
        gradient = patch(features @ weights.T, label)[1].T @ features / len(label)
        weights = (1 - shrink) * weights - RATE * gradient
    return -1


def _scaled() -> Values:
    """Give the share of gradients that float16 loses, and the steps back with guarded steps."""
    features, label, weights = trained()
    _, gradient = fused(features @ weights.T, label)
    gradient /= len(label)
    weights, scale, back = knocked(weights, KNOCK), 2.0**30, 0
    hopeless = 0.0
    for step in range(2 * TRAINING):
        weights, scale, health = guarded_step(weights, features, label, scale)
        hopeless = max(hopeless, float(health["hopeless share"]))
        if _accuracy(weights, features, label) > RECOVERED:
            back = step + 1
            break
    return {
        "scale": SCALE,
        "lost_unscaled": float((gradient.astype(np.float16) == 0).mean()),
        "lost_scaled": float(((SCALE * gradient).astype(np.float16) == 0).mean()),
        "guarded_steps": back,
        "guarded_scale": scale,
        "guarded_hopeless": hopeless,
    }


def figure(results: Values) -> Figure:
    """Draw the gradient against the gap, and the steps to recover against the knock."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.4), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_gradients(left, float(results["overflow_16"]))
        _draw_recoveries(right, results)
    return drawing


def _draw_gradients(axes: Axes, overflow: float) -> None:
    gaps = np.linspace(0, 30, 121)
    for bits, epsilon, style, gray in (
        ("32", None, "-", "0.0"),
        ("32", EPSILON, "--", "0.0"),
        ("16", COARSE, "-.", "0.45"),
    ):
        axes.plot(gaps, [pull(g, bits, epsilon) for g in gaps], style, color=gray, linewidth=1.1)
    axes.plot(overflow, 1, "x", color="0.0", markersize=6, markeredgewidth=1.4)
    axes.text(overflow, 1.05, "float16, no epsilon: NaN", fontsize=8, ha="center")
    axes.text(29.8, 0.92, "fused", fontsize=8, ha="right")
    axes.text(19.6, 0.5, "float32,\n$\\epsilon=10^{-8}$", fontsize=8)
    axes.text(7.4, 0.42, "float16,\n$\\epsilon=10^{-4}$", fontsize=8, ha="right", color="0.25")
    axes.set(xlim=(0, 30), ylim=(0, 1.15), xticks=range(0, 31, 5))
    axes.set(xlabel="gap $d$ (nats)", ylabel="gradient at the true logit (size)")


def _draw_recoveries(axes: Axes, results: Values) -> None:
    for name, style in (("exact", "o-"), ("patched", "s--")):
        axes.plot(
            KNOCKS[name], results[f"steps_{name}"], style, color="0.0", linewidth=1.1, markersize=3
        )
    axes.axvspan(LOST, 62, color="0.9", linewidth=0)
    axes.text(53, 1320, "with $\\epsilon$:\nnot back in\n5000 steps", fontsize=8, ha="center")
    axes.text(39, 1360, "$\\epsilon=10^{-8}$", fontsize=8, ha="right")
    axes.text(52.5, 660, "fused", fontsize=8)
    axes.set(xlim=(0, 62), ylim=(0, 1850), xticks=range(0, 61, 10))
    axes.set(xlabel="knock (nats)", ylabel="steps until accuracy is back")
