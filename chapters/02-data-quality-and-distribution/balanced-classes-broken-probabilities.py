"""Balanced Classes, Broken Probabilities: one model of card fraud, trained in five ways.

Fraud follows a logistic law with known chances, so that costs are expectations over labels and
nothing but the training differs. In a second world the law is curved and the model is not.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

# region: fit
import numpy as np


def chances(x, beta):
    """Give the probabilities of a logistic regression."""
    return 1 / (1 + np.exp(-x @ beta))


def fit(x, fraud, weight, beta):
    """Fit a weighted logistic regression by Newton's method."""
    for _ in range(25):
        q = chances(x, beta)
        slope = x.T @ (weight * (fraud - q))
        curvature = (x * (weight * q * (1 - q))[:, None]).T @ x
        step = np.linalg.solve(curvature, slope)
        beta = beta + step
        if np.abs(step).max() < 1e-6:
            break
    return beta


def scale_odds(q, factor):
    """Multiply the odds of a probability."""
    return factor * q / (factor * q + 1 - q)


# endregion


# region: focal
def focal_slopes(q, gamma=2):
    """Give the slopes of the focal loss in the logit, for y = 1 and 0."""
    of_fraud = (1 - q) ** gamma * (gamma * q * np.log(q) + q - 1)
    of_good = q**gamma * (q - gamma * (1 - q) * np.log1p(-q))
    return of_fraud, of_good


def undo_focal(q, gamma=2):
    """Give the probability whose focal loss is least at the score q."""
    of_fraud, of_good = focal_slopes(q, gamma)
    return of_good / (of_good - of_fraud)


# endregion


# region: decide
def review(p, amount, cost=6.0):
    """Say which transactions to review."""
    return p * amount > cost


def expected_cost(p, amount, reviewed, cost=6.0):
    """Give the cost of reviews, and of the fraud that gets through."""
    return cost * reviewed.sum() + (p * amount)[~reviewed].sum()


def counted(p, fraud, groups):
    """Give predicted and observed frauds by group, and the error.

    The error is in standard deviations of a count of rare events.
    """
    predicted = np.bincount(groups, p)
    observed = np.bincount(groups, fraud)
    return predicted, observed, (observed - predicted) / np.sqrt(predicted)


# endregion


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | list[float]]
World = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

SEED = 0
ROWS = 1_000_000
LAW = np.array([-11.0, 2.0, 1.5, 1.0, 0.5])  # log-odds: constant, three signals, log amount
MEDIAN = 4.0  # of the log amount; e^4 is 55 euros
CURVE = -0.35  # of the second world, in the first signal
KEPT = 0.01  # of the good transactions
NEIGHBORS = 5  # of a fraud, for synthetic ones
CAPACITY = 2_000  # reviews
COST = 6.0  # euros a review
OFF = (0.5, 2, 10)  # factors on the odds
FACTORS = np.geomspace(0.03, 3000, 26)
RATIOS = (1, 5, 20, 100)  # good transactions kept per fraud


def draw(rng: np.random.Generator, rows: int, curve: float = 0.0) -> World:
    """Draw features, amounts, chances of fraud, and fraud."""
    x = np.ones((rows, LAW.size))
    x[:, 1:] = rng.standard_normal((rows, LAW.size - 1))
    amount = np.exp(MEDIAN + x[:, -1])
    p = 1 / (1 + np.exp(-x @ LAW - curve * (x[:, 1] ** 2 - 1)))
    return x, amount, p, (rng.random(rows) < p).astype(float)


def shifted(beta: np.ndarray, factor: float) -> np.ndarray:
    """Multiply all odds of a model."""
    return beta + np.append(math.log(factor), np.zeros(beta.size - 1))


def fit_focal(x: np.ndarray, fraud: np.ndarray, beta: np.ndarray, step: float = 1e-4) -> np.ndarray:
    """Fit a logistic score by the focal loss: Newton's method, curvature by differences."""

    def slopes(logit: np.ndarray) -> np.ndarray:
        of_fraud, of_good = focal_slopes(1 / (1 + np.exp(-logit)))
        return np.where(fraud == 1, of_fraud, of_good)

    for _ in range(8):
        logit = x @ beta
        slope = slopes(logit)
        curvature = (slopes(logit + step) - slope) / step
        move = np.linalg.solve((x * curvature[:, None]).T @ x, x.T @ slope)
        beta = beta - move
        if np.abs(move).max() < 1e-6:
            break
    return beta


def synthetic(x: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Invent frauds between neighbors (SMOTE)."""
    distance = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    near = np.argsort(distance, axis=1)[:, 1 : NEIGHBORS + 1]
    first = rng.integers(len(x), size=count)
    second = near[first, rng.integers(NEIGHBORS, size=count)]
    return x[first] + rng.random((count, 1)) * (x[second] - x[first])


def auc(fraud: np.ndarray, score: np.ndarray) -> float:
    """Give the chance that a fraud outranks a good transaction."""
    good = np.sort(score[fraud == 0])
    return float(np.searchsorted(good, score[fraud == 1]).mean() / good.size)


def trained(
    past: World, rng: np.random.Generator
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Train the same model in several ways; give coefficients and factors on the odds."""
    x, _, _, fraud = past
    one = np.ones(len(fraud))
    weight = (len(fraud) - fraud.sum()) / fraud.sum()
    keep = (fraud == 1) | (rng.random(len(fraud)) < KEPT)
    start = shifted(np.zeros(LAW.size), fraud[keep].mean())
    thinned = fit(x[keep], fraud[keep], one[keep], start)
    plain = fit(x, fraud, one, shifted(thinned, KEPT))
    weighted = fit(x, fraud, np.where(fraud == 1, weight, 1.0), shifted(plain, weight))
    focal = fit_focal(x, fraud, shifted(plain / 3, 3 ** (-1 / 3)))
    goods = int((keep & (fraud == 0)).sum())
    frauds = x[fraud == 1]
    invented = synthetic(frauds, goods - len(frauds), rng)
    rows = np.vstack([x[keep], invented])
    labels = np.append(fraud[keep], np.ones(len(invented)))
    smote = fit(rows, labels, np.ones(len(labels)), shifted(thinned, goods / len(frauds)))
    models = {
        "plain": plain,
        "weighted": weighted,
        "thinned": thinned,
        "smote": smote,
        "focal": focal,
    }
    factors = {
        "plain": 1.0,
        "weighted": weight,
        "thinned": 1 / KEPT,
        "smote": goods / len(frauds) / KEPT,
    }
    return models, factors


def results() -> Values:
    """Give every computed number that the question prints (euros a million transactions)."""
    rng = np.random.default_rng(SEED)
    past, later = draw(rng, ROWS), draw(rng, ROWS)
    models, factors = trained(past, rng)
    values: Values = {"seed": SEED, "frauds": int(past[3].sum()), "weight": factors["weighted"]}
    values |= {"one_in": ROWS / past[3].sum(), "goods_kept": KEPT * ROWS}
    scores = {name: chances(later[0], beta) for name, beta in models.items()}
    for name, q in scores.items():
        values |= _judged(name, q, later)
        right = undo_focal(q) if name == "focal" else scale_odds(q, 1 / factors[name])
        values |= _judged(f"{name}_undone", right, later)
        values |= _reliability(name, q, later[2])
    values |= _judged("known", later[2], later)
    values["nothing_cost"] = float((later[2] * later[1]).sum())
    values |= _median(factors["weighted"])
    values |= _off(scores["plain"], later) | _information(later) | _focal()
    return values | _curved()


def _judged(name: str, q: np.ndarray, later: World) -> Values:
    """Use scores as probabilities, and judge by the known chances."""
    _, amount, p, fraud = later
    reviewed = review(q, amount)
    cost = float(expected_cost(p, amount, reviewed))
    loss = p * amount
    most = np.argpartition(-q * amount, CAPACITY)[:CAPACITY]
    likely = np.argpartition(-q, CAPACITY)[:CAPACITY]
    return {
        f"{name}_auc": auc(fraud, q),
        f"{name}_mean": float(q.mean()),
        f"{name}_reviews": int(reviewed.sum()),
        f"{name}_cost": cost,
        f"{name}_saved": float(loss.sum()) - cost,
        f"{name}_precision": float(p[reviewed].mean()),
        f"{name}_recall": float(p[likely].sum() / p.sum()),
        f"{name}_recall_half": float(p[q > 0.5].sum() / p.sum()),
        f"{name}_value": float(loss[most].sum() / loss.sum()),
    }


def _reliability(name: str, q: np.ndarray, p: np.ndarray) -> Values:
    """Give mean score and mean chance, in groups of fewer and higher scores."""
    order = np.argsort(q)
    cuts = (ROWS * (1 - 10.0 ** -np.arange(0, 5.1, 0.5))).astype(int)
    groups = [order[a:b] for a, b in zip(cuts, [*cuts[1:], ROWS], strict=True)]
    return {
        f"{name}_predicted": [float(q[group].mean()) for group in groups],
        f"{name}_true": [float(p[group].mean()) for group in groups],
    }


def _median(weight: float) -> Values:
    """Say from which odds on a purchase of median amount is reviewed."""
    odds = COST / (math.exp(MEDIAN) - COST)
    return {
        "median_amount": math.exp(MEDIAN),
        "median_odds": odds,
        "weighted_odds": odds / weight,
        "weighted_one_in": weight / odds,
        "one_percent_weighted": float(scale_odds(0.01, weight)),
    }


def _off(q: np.ndarray, later: World) -> Values:
    """Give the cost when all odds are wrong by a factor."""
    amount, p = later[1][::4], later[2][::4]

    def cost(factor: float) -> float:
        return 4 * float(expected_cost(p, amount, review(scale_odds(q[::4], factor), amount)))

    nothing = 4 * float((p * amount).sum())
    right = cost(1.0)
    low, high = 1.0, 100.0
    while high / low > 1.01:
        middle = math.sqrt(low * high)
        low, high = (middle, high) if cost(middle) < nothing else (low, middle)
    values: Values = {
        "worse_than_nothing": high,
        "curve": [cost(factor) / 1000 for factor in FACTORS],
    }
    for factor in OFF:
        values[f"kept_{factor}".replace(".", "_")] = (nothing - cost(factor)) / (nothing - right)
    return values


def _information(later: World) -> Values:
    """Give the variance of the slopes, relative to a plain fit on everything."""
    x, p = later[0][::4], later[2][::4]

    def gram(weight: np.ndarray) -> np.ndarray:
        return (x * weight[:, None]).T @ x

    full = np.linalg.inv(gram(p * (1 - p)))
    odds = float((1 - p).sum() / p.sum())
    q = scale_odds(p, odds)
    bread = np.linalg.inv(gram((odds * p + 1 - p) * q * (1 - q)))
    filling = gram(odds**2 * p * (1 - q) ** 2 + (1 - p) * q**2)
    weighted = bread @ filling @ bread

    def ratio(covariance: np.ndarray) -> float:
        return float((np.diag(covariance)[1:] / np.diag(full)[1:]).mean())

    values: Values = {"variance_weighted": ratio(weighted)}
    for number in RATIOS:
        share = number / odds
        q = scale_odds(p, 1 / share)
        thinned = np.linalg.inv(gram((p + share * (1 - p)) * q * (1 - q)))
        values[f"variance_{number}"] = ratio(thinned)
    return values


def _focal() -> Values:
    """Say what the focal loss makes of a small chance."""
    low, high = 1e-9, 0.5
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if undo_focal(middle) < 1 / 1600 else (low, middle)
    return {
        "focal_score": high,
        "focal_rule": (1 / 1600 / 3) ** (1 / 3),
        "focal_slope": -float(focal_slopes(0.1)[0]),
        "focal_easy": float(focal_slopes(0.01)[1]),
    }


def _curved() -> Values:
    """Train on a law that the model cannot follow."""
    rng = np.random.default_rng(SEED)
    past, later = draw(rng, ROWS, CURVE), draw(rng, ROWS, CURVE)
    x, _, _, fraud = past
    weight = (len(fraud) - fraud.sum()) / fraud.sum()
    start = shifted(LAW, 1.5)
    plain = fit(x, fraud, np.ones(len(fraud)), start)
    weighted = fit(x, fraud, np.where(fraud == 1, weight, 1.0), shifted(plain, weight))
    values: Values = {}
    for name, beta in (("plain", plain), ("weighted", shifted(weighted, 1 / weight))):
        values |= _judged(f"curved_{name}", chances(later[0], beta), later)
    return values | _judged("curved_known", later[2], later)


LINES = (  # name, words, gray, mark
    ("plain", "plain", "0.0", "o"),
    ("thinned", "thinned", "0.35", "s"),
    ("focal", "focal", "0.35", "^"),
    ("weighted", "weighted", "0.0", "D"),
)


def figure(results: Values) -> Figure:
    """Draw the chance of fraud against the score, and cost against the factor on the odds."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.5), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_reliability(left, results)
        _draw_cost(right, results)
    return drawing


def _draw_reliability(axes: Axes, results: Values) -> None:
    p = np.geomspace(1e-6, 0.9, 100)
    score = np.geomspace(1e-3, 0.7, 100)
    weight = float(results["weight"])
    curves = {
        "plain": (p, p),
        "thinned": (scale_odds(p, 1 / KEPT), p),
        "focal": (score, undo_focal(score)),
        "weighted": (scale_odds(p, weight), p),
    }
    for name, _, gray, mark in LINES:
        axes.plot(*curves[name], "-", color=gray, linewidth=0.9)
        places = results[f"{name}_predicted"][1:], results[f"{name}_true"][1:]
        face = "1.0" if name in ("thinned", "weighted") else gray
        axes.plot(*places, mark, color=gray, mfc=face, mew=0.8, markersize=3.2)
    axes.text(2.2e-4, 1.2e-3, "plain", fontsize=8, ha="right")
    axes.text(7e-4, 9e-6, "thinned", fontsize=8, ha="right")
    axes.text(0.11, 7e-3, "focal", fontsize=8, ha="right")
    axes.text(0.06, 8e-6, "weighted", fontsize=8)
    axes.set(xscale="log", yscale="log", xlim=(8e-6, 1.3), ylim=(2e-6, 1.2))
    axes.set(xlabel="score", ylabel="true chance of fraud")


def _draw_cost(axes: Axes, results: Values) -> None:
    nothing = float(results["nothing_cost"]) / 1000
    axes.plot(FACTORS, results["curve"], "-", color="0.0", linewidth=1.1)
    axes.axhline(nothing, color="0.0", linewidth=0.8, linestyle=":")
    for name, factor in (("plain", 1.0), ("thinned", 1 / KEPT), ("weighted", results["weight"])):
        face = "0.0" if name == "plain" else "1.0"
        mark = {place: shape for place, _, _, shape in LINES}[name]
        cost = float(results[f"{name}_cost"]) / 1000
        axes.plot(factor, cost, mark, color="0.0", mfc=face, mew=0.9, markersize=4.5)
    axes.text(1, 44, "plain", fontsize=8, ha="center", va="top")
    axes.text(80, 560, "thinned", fontsize=8, ha="right")
    axes.text(1200, 2000, "weighted", fontsize=8, ha="right")
    axes.text(3000, 93, "no review", fontsize=8, ha="right")
    axes.set(xscale="log", yscale="log", xlim=(0.03, 3500), ylim=(32, 3500))
    axes.set_yticks([50, 100, 500, 1000], labels=["50", "100", "500", "1000"])
    axes.set_yticks([], minor=True)
    axes.set(xlabel="factor on the odds", ylabel="cost (1000 euros)")
