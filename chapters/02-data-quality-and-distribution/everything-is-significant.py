"""Everything Is Significant: alarms on a million rows, by significance, by index and by size.

Counts of rows in bins are drawn for features that do not move, that move as they do every day, and
that drift; three worlds show what a retraining gains and what a drift monitor makes of them.
"""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

# region: counts
import numpy as np


def distance(a, b):
    """Give the largest gap of two cumulative shares, from counts in bins."""
    p, q = (c.cumsum(-1) / c.sum(-1, keepdims=True) for c in (a, b))
    return np.abs(p - q).max(-1)


def rejects(a, b, alpha=0.05):
    """Say whether a Kolmogorov-Smirnov test calls two samples different."""
    scale = 1 / a.sum(-1) + 1 / b.sum(-1)
    return distance(a, b) > np.sqrt(np.log(2 / alpha) / 2 * scale)


def stability(a, b):
    """Give the population stability index; half a row keeps bins from zero."""
    p, q = ((c + 0.5) / (c + 0.5).sum(-1, keepdims=True) for c in (a, b))
    return ((p - q) * np.log(p / q)).sum(-1)


# endregion


# region: verdict
def verdict(a, b, tolerated, alpha=0.05):
    """Compare the gap with the one that is tolerated, as far as rows allow."""
    margin = sum(np.sqrt(np.log(4 / alpha) / (2 * c.sum(-1))) for c in (a, b))
    gap = distance(a, b)
    return np.select(
        [gap - margin > tolerated, gap + margin < tolerated],
        ["alarm", "small"],
        "too few rows",
    )


# endregion


# region: harm
def log_loss(p, clicked):
    """Give the mean log loss of probabilities."""
    return -np.log(np.where(clicked, p, 1 - p)).mean()


def harm(model, rows, clicked, feature, shift):
    """Give the rise in loss if a column is off by so many deviations."""
    moved = rows.copy()
    moved[:, feature] += shift * rows[:, feature].std()
    return log_loss(model(moved), clicked) - log_loss(model(rows), clicked)


# endregion

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | list[float] | list[int]]

SEED, WORLD_SEED = 0, 1
ROWS, FEATURES, ALPHA = 1_000_000, 300, 0.05
BINS = 100
SIZES = [round(10 ** (k / 4)) for k in range(8, 29)]  # 100 to ten million
SHIFTS = (0.0, 0.005, 0.02, 0.1)  # deviations
SIZED_SHIFTS = (0.1, 0.3, 0.4, 0.5)
RUNS = 300
DAYS, DAY_EFFECT = 20, 0.02  # days without drift; by how much a day's mean moves, in deviations
TRIED = 12  # features of the model that is retrained
SAMPLE = 120_000  # rows to train, and again to test
BIAS = -2.5
TOLERATED_LOSS = 0.001
COST, WORTH = 5000.0, 400_000.0  # euros: a retraining; a day of one unit of log loss
AGING = 0.0001  # log loss a day


def weight(feature: np.ndarray | int) -> np.ndarray:
    """Give the weight of the first, second, ... feature."""
    return np.asarray(0.5 / np.asarray(feature, dtype=float) ** 0.6)


def shares(shift: float | np.ndarray, bins: int = BINS) -> np.ndarray:
    """Give a shifted feature's shares of the reference's equal bins."""
    edges = [NormalDist().inv_cdf(k / bins) for k in range(1, bins)]
    below = _normal(np.asarray(edges) - np.asarray(shift, dtype=float)[..., None])
    ends = np.zeros((*below.shape[:-1], 1))
    return np.diff(np.concatenate([ends, below, ends + 1], axis=-1), axis=-1)


_normal = np.vectorize(lambda x: 0.5 * math.erfc(-x / math.sqrt(2)), otypes=[float])


def results() -> Values:
    """Give every computed number that the question prints."""
    rng = np.random.default_rng(SEED)
    values: Values = {
        "seed": SEED,
        "world_seed": WORLD_SEED,
        "runs": RUNS,
        "days": DAYS,
        "critical": critical(ALPHA),
        "critical_strict": critical(ALPHA / FEATURES),
        "gap_005": gap(0.005),
        "needed_005": needed(0.005),
        "needed_020": needed(0.02),
        "needed_100": needed(0.1),
        "needed_ratio": needed(1),
        "alarms_expected": ALPHA * FEATURES,
        "sizes": SIZES,
        "margin": 2 * math.sqrt(math.log(4 / ALPHA) / (2 * ROWS)),
        "margin_strict": 2 * math.sqrt(math.log(4 * FEATURES / ALPHA) / (2 * ROWS)),
        "calendar": math.sqrt(2 * COST / (WORTH * AGING)),
        "calendar_cost": math.sqrt(2 * COST * WORTH * AGING),
    }
    values |= _by_size(rng)
    values |= _index(rng)
    values |= _ordinary_days(rng)
    return values | _worlds()


def critical(alpha: float) -> float:
    """Give the gap at which a million rows against a million are called different."""
    return math.sqrt(math.log(2 / alpha) / ROWS)


def gap(shift: float) -> float:
    """Give the gap of two normal distributions, one of them shifted."""
    return math.erf(shift / (2 * math.sqrt(2)))


def needed(shift: float) -> float:
    """Give the rows for which a shift is as large as the critical gap, by the approximation."""
    return 2 * math.pi * math.log(2 / ALPHA) / shift**2


def _by_size(rng: np.random.Generator) -> Values:
    """Give shares of runs with an alarm, by rows and shift, for the test and for the verdict."""
    tolerated = gap(tolerated_shift(1))
    values: Values = {"tolerated_gap": tolerated, "tolerated_shift": tolerated_shift(1)}
    for shift in sorted({*SHIFTS, *SIZED_SHIFTS}):
        key = f"{1000 * shift:03.0f}"
        called, alarmed = [], []
        for rows in SIZES:
            fixed = rng.multinomial(rows, shares(0.0), size=RUNS)
            live = rng.multinomial(rows, shares(shift), size=RUNS)
            called.append(float(rejects(fixed, live).mean()))
            alarmed.append(float((verdict(fixed, live, tolerated) == "alarm").mean()))
        if shift in SHIFTS:
            values |= {f"rejected_{key}": called, f"rejected_{key}_million": called[16]}
        if shift in SIZED_SHIFTS:
            values |= {f"alarmed_{key}": alarmed, f"alarmed_{key}_million": alarmed[16]}
    return values


def _index(rng: np.random.Generator) -> Values:
    """Give the stability index by shift, and of nothing by rows (ten bins)."""
    exact = {s: _divergence(shares(0.0, 10), shares(s, 10)) for s in (0.005, 0.02, 0.1, 0.3, 0.5)}
    low, high = 0.1, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        if _divergence(shares(0.0, 10), shares(middle, 10)) < 0.2:
            low = middle
        else:
            high = middle
    values: Values = {f"index_{1000 * s:03.0f}": value for s, value in exact.items()}
    for rows in (90, 500, ROWS):
        a, b = (rng.multinomial(rows, shares(0.0, 10), size=4000) for _ in range(2))
        values[f"index_of_nothing_{rows}"] = float(stability(a, b).mean())
        values[f"index_floor_{rows}"] = 9 * 2 / rows
        values[f"index_above_{rows}"] = float((stability(a, b) > 0.2).mean())
    return values | {"index_shift": low, "index_rows": 9 * 2 / 0.2}


def _divergence(p: np.ndarray, q: np.ndarray) -> float:
    return float(((p - q) * np.log(p / q)).sum())


def tolerated_shift(feature: int) -> float:
    """Give the shift of a column at which the loss rises by what is tolerated."""
    spread = _spread()
    return math.sqrt(2 * TOLERATED_LOSS / spread) / float(weight(feature))


def _spread() -> float:
    """Give the mean of p (1 - p) over the rows, for a score that is normal."""
    deviation = math.sqrt(float((weight(np.arange(1, FEATURES + 1)) ** 2).sum()))
    z = np.linspace(-6, 6, 1201)
    density = np.exp(-(z**2) / 2)
    p = 1 / (1 + np.exp(-BIAS - deviation * z))
    return float((density * p * (1 - p)).sum() / density.sum())


def _ordinary_days(rng: np.random.Generator) -> Values:
    """Count alarms a day on 300 features: nothing moves, days differ, one feature drifts."""
    tolerated = np.array([gap(tolerated_shift(j)) for j in range(1, FEATURES + 1)])
    fixed = rng.multinomial(ROWS, shares(0.0), size=FEATURES)
    same, ordinary = np.zeros(FEATURES), DAY_EFFECT * rng.standard_normal((DAYS, FEATURES))
    days = {"same": [same] * DAYS, "days": list(ordinary)}
    values: Values = {
        "tolerated_10": float(tolerated[9]),
        "tolerated_1": float(tolerated[0]),
        "tolerated_shift_10": tolerated_shift(10),
        "never": int((tolerated > 0.95).sum()),
        "spread": _spread(),
    }
    for name, shifts in days.items():
        counts = np.zeros(4)
        most = 0.0
        for shift in shifts:
            live = rng.multinomial(ROWS, shares(shift))
            ten = [c.reshape(FEATURES, 10, -1).sum(-1) for c in (fixed, live)]
            index = stability(*ten)
            counts += [
                rejects(fixed, live).sum(),
                rejects(fixed, live, ALPHA / FEATURES).sum(),
                (index > 0.2).sum(),
                (verdict(fixed, live, tolerated, ALPHA / FEATURES) == "alarm").sum(),
            ]
            most = max(most, float(distance(fixed, live).max()))
        kinds = ("test", "strict", "index", "sized")
        values |= {f"{name}_{kind}": float(c / DAYS) for kind, c in zip(kinds, counts, strict=True)}
        values[f"{name}_largest"] = most
    return values


def fit(rows: np.ndarray, clicked: np.ndarray) -> np.ndarray:
    """Fit a logistic regression with an intercept by Newton's method."""
    x = np.column_stack([np.ones(rows.shape[0]), rows])
    beta = np.zeros(x.shape[1])
    for _ in range(5):
        p = 1 / (1 + np.exp(-x @ beta))
        beta += np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x, x.T @ (clicked - p))
    return beta


def predict(beta: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Give the probabilities of a click."""
    return np.asarray(1 / (1 + np.exp(-beta[0] - rows @ beta[1:])))


def area(p: np.ndarray, clicked: np.ndarray) -> float:
    """Give the area under the ROC curve, by ranks."""
    rank = np.empty(p.size)
    rank[np.argsort(p)] = np.arange(1, p.size + 1)
    hits = int(clicked.sum())
    return float((rank[clicked].sum() - hits * (hits + 1) / 2) / (hits * (p.size - hits)))


def _draw_rows(
    rng: np.random.Generator, weights: np.ndarray, shift: np.ndarray, lost: float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw rows as they are, as they are served, and clicks."""
    rows = rng.standard_normal((SAMPLE, TRIED)) + shift
    clicked = rng.random(SAMPLE) < 1 / (1 + np.exp(-BIAS - rows @ weights))
    served = rows.copy()
    served[rng.random(SAMPLE) < lost, 0] = 0.0
    return rows, served, clicked


def _worlds() -> Values:
    """Retrain in worlds that have moved, and say what the monitors saw."""
    rng = np.random.default_rng(WORLD_SEED)
    weights = weight(np.arange(1, TRIED + 1))
    still = np.zeros(TRIED)
    one = np.where(np.arange(TRIED) == 0, 1.0, 0.0)
    _, rows, clicked = _draw_rows(rng, weights, still)
    old = fit(rows, clicked)
    edges = np.quantile(rows, np.linspace(0, 1, BINS + 1)[1:-1], axis=0)
    fixed = _count(rows, edges)
    values: Values = {"tried": TRIED, "sample": SAMPLE}
    values["harm_formula"] = TOLERATED_LOSS
    values["harm_tolerated"] = float(
        harm(lambda x: predict(old, x), rows, clicked, 0, tolerated_shift(1))
    )
    values |= _lost_values(old, rows, clicked)
    worlds = {
        "ordinary": (weights, DAY_EFFECT * rng.standard_normal(TRIED), 0.0),
        "inputs": (weights, 0.5 * one, 0.0),
        "relation": (weights - 0.3 * one, still, 0.0),
        "broken": (weights, still, 0.3),
    }
    for name, (new, shift, lost) in worlds.items():
        _, seen, outcome = _draw_rows(rng, new, shift, lost)
        right, served, clicks = _draw_rows(rng, new, shift, lost)
        live = _count(served, edges)
        ten = [c.reshape(TRIED, 10, -1).sum(-1) for c in (fixed, live)]
        retrained = fit(seen, outcome)
        before, after = predict(old, served), predict(retrained, served)
        gain = -np.log(np.where(clicks, before, 1 - before))
        gain += np.log(np.where(clicks, after, 1 - after))
        values |= {
            f"{name}_gap": float(distance(fixed, live).max()),
            f"{name}_index": float(stability(*ten).max()),
            f"{name}_called": int(rejects(fixed, live).sum()),
            f"{name}_auc_old": area(before, clicks),
            f"{name}_auc_new": area(after, clicks),
            f"{name}_auc_repaired": area(predict(old, right), clicks),
            f"{name}_gain": float(gain.mean()),
            f"{name}_gain_error": float(gain.std() / math.sqrt(SAMPLE)),
            f"{name}_off": float(before.mean() / clicks.mean() - 1),
        }
        if name == "relation":
            values["corrected_gain"] = _corrected(old, (seen, outcome), (served, clicks))
    return values


def _lost_values(old: np.ndarray, rows: np.ndarray, clicked: np.ndarray) -> Values:
    """Give the gap and the rise in loss if a fifth of the strongest feature's values are lost."""
    lost = rows.copy()
    lost[: SAMPLE // 5, 0] = 0.0  # the rows are in no order
    edges = np.quantile(rows, np.linspace(0, 1, BINS + 1)[1:-1], axis=0)
    gaps = distance(_count(rows, edges), _count(lost, edges))
    harmed = log_loss(predict(old, lost), clicked) - log_loss(predict(old, rows), clicked)
    return {"lost_gap": float(gaps[0]), "lost_harm": float(harmed)}


def _corrected(
    old: np.ndarray,
    seen: tuple[np.ndarray, np.ndarray],
    live: tuple[np.ndarray, np.ndarray],
) -> float:
    """Give the gain if only the old score's offset and scale are refitted."""
    scores = [(old[0] + rows @ old[1:])[:, None] for rows, _ in (seen, live)]
    correction = fit(scores[0], seen[1])
    before = log_loss(predict(old, live[0]), live[1])
    return float(before - log_loss(predict(correction, scores[1]), live[1]))


def _count(rows: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Count rows by bins that are open at both ends, for each feature."""
    return np.array(
        [
            np.bincount(np.searchsorted(edges[:, j], rows[:, j]), minlength=BINS)
            for j in range(rows.shape[1])
        ]
    )


def figure(results: Values) -> Figure:
    """Draw the shares of alarms by rows, for the test and for the verdict."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.4), layout="constrained")
        left, right = drawing.subplots(1, 2, sharey=True)
        for axes, kind, shifts in (
            (left, "rejected", SHIFTS),
            (right, "alarmed", SIZED_SHIFTS),
        ):
            _draw(axes, results, kind, shifts)
        left.set_ylabel("runs with an alarm (%)")
        left.text(420, 75, "0.1", fontsize=8, ha="right")
        left.text(1.5e4, 60, "0.02", fontsize=8, ha="right")
        left.text(3.2e5, 60, "0.005", fontsize=8, ha="right")
        left.text(8e6, 7, "no shift", fontsize=8, ha="right")
        right.text(700, 65, "0.5", fontsize=8, ha="right")
        right.text(8e3, 65, "0.4", fontsize=8)
        right.text(8e6, 5, "0.1, 0.3", fontsize=8, ha="right")
    return drawing


def _draw(axes: Axes, results: Values, kind: str, shifts: tuple[float, ...]) -> None:
    styles = (("0.55", ":"), ("0.0", "-"), ("0.35", "--"), ("0.2", "-."))
    for shift, (gray, dashes) in zip(shifts, styles, strict=True):
        alarms = results[f"{kind}_{1000 * shift:03.0f}"]
        axes.plot(results["sizes"], [100 * a for a in alarms], dashes, color=gray, linewidth=1.2)  # type: ignore[union-attr]
    axes.axvline(ROWS, color="0.75", linewidth=2.0, zorder=0)
    axes.set(xscale="log", xlim=(100, 1e7), ylim=(-2, 103), xlabel="rows on each side")
