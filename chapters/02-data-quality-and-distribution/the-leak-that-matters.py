"""The Leak That Matters: what three leaks of a churn model are worth, on labels that mean nothing.

Customers of many dealers are scored on one day of a year each. The same steps are run on labels
that are coin flips, so that all skill is leaked, and on churn that some columns do foretell.
"""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

# region: encode
import numpy as np


def rates(dealer, left, dealers, k=0.0):
    """Give the churn rate by dealer, with k imaginary average rows."""
    mean = left.mean()
    count = np.bincount(dealer, minlength=dealers) + k
    total = np.bincount(dealer, left, dealers) + k * mean
    return np.where(count > 0, total / np.maximum(count, 1e-9), mean)


def out_of_fold(dealer, left, dealers, rng, *, folds=5, k=0.0):
    """Give each row the rate of its dealer in the other folds."""
    fold = rng.integers(folds, size=dealer.size)
    encoded = np.empty(dealer.size)
    for f in range(folds):
        own, rest = fold == f, fold != f
        table = rates(dealer[rest], left[rest], dealers, k)
        encoded[own] = table[dealer[own]]
    return encoded


# endregion


# region: as_of
def rate_as_of(dealer, day, labels, mean, k):
    """Give the churn rate of each dealer as it was known on a day.

    The labels are three arrays: dealer, day when it was known, label.
    """
    dealer_of, known, left = labels
    span = max(day.max(), known.max()) + 1  # days that one dealer takes
    key = dealer_of * span + known
    order = np.argsort(key)
    key, total = key[order], np.append(0, left[order].cumsum())
    first = np.searchsorted(key, dealer * span)
    last = np.searchsorted(key, dealer * span + day)
    return (total[last] - total[first] + k * mean) / (last - first + k)


# endregion


# region: from_nothing
def auc(left, score):
    """Give the chance that a leaver outranks a stayer; ties count half."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (count.cumsum() - (count - 1) / 2)[place]
    ones = left.sum()
    pairs = ones * (left.size - ones)
    return (rank[left == 1].sum() - ones * (ones + 1) / 2) / pairs


def from_nothing(pipeline, left, rng, runs=10):
    """Give AUCs of a pipeline whose labels are shuffled at the source.

    pipeline(left) does everything, joins included, and gives the
    held-out rows and their scores.
    """
    values = []
    for _ in range(runs):
        shuffled = rng.permutation(left)
        rows, score = pipeline(shuffled)
        values.append(auc(shuffled[rows], score))
    return np.mean(values), np.std(values, ddof=1)


# endregion


if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | list[float]]
World = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Choice = tuple[str, str, str]  # rows used by the imputer, by the selection, by the encoder

SEED, SHUFFLE_SEED, WORLD_SEED, CURVE_SEED = 0, 1, 2, 3
CUSTOMERS, DEALERS, COLUMNS, KEPT = 20_000, 5_000, 1_000, 20
YEAR, DELAY = 360, 60  # days of scoring, and until a label is known
SPLIT_DAY = 290  # the later rows are the last test; about a fifth
BASE_RATE, MISSING = 0.2, 0.15
HONEST, DEALER_SPREAD = 0.42, 0.4  # log-odds: of the columns that foretell churn, of the dealers
K = 40  # imaginary rows of an average dealer
SHUFFLES, WORLDS, IMPUTER_RUNS = 20, 3, 50
DEALER_SIZES = (2, 3, 4, 5, 7, 10, 20, 50, 100, 200, 500, 1000)
SELECTION_ROWS = (100, 300, 1000, 3000)
PIPELINES: dict[str, Choice] = {
    "built": ("all", "all", "all"),
    "imputer": ("train", "all", "all"),
    "selection": ("train", "train", "all"),
    "train_only": ("train", "train", "train"),
    "folds": ("train", "train", "folds"),
    "as_of": ("train", "train", "as_of"),
    "no_dealer": ("train", "train", "none"),
    "lean": ("train", "none", "as_of"),
}

cdf = NormalDist().cdf


def results() -> Values:
    """Give every computed number that the question prints."""
    values: Values = {
        "seed": SEED,
        "shuffle_seed": SHUFFLE_SEED,
        "world_seed": WORLD_SEED,
        "shuffles": SHUFFLES,
        "worlds": WORLDS,
        "k": K,
    }
    return values | _nothing() | _formulas() | _curves() | _imputer() | _live()


# -------------------------------------------------- labels that mean nothing


def _nothing() -> Values:
    """Run each step alone on shuffled labels, and score the rows that were held out."""
    rng = np.random.default_rng(SEED)
    left = (rng.random(CUSTOMERS) < BASE_RATE).astype(float)
    dealer = rng.integers(DEALERS, size=CUSTOMERS)
    day = rng.integers(YEAR, size=CUSTOMERS)
    usage = rng.standard_normal((COLUMNS, CUSTOMERS), dtype=np.float32)
    train = rng.random(CUSTOMERS) < 0.8
    everything = np.ones(CUSTOMERS, dtype=bool)
    held = ~train
    age = rng.standard_normal(CUSTOMERS)
    missing = rng.random(CUSTOMERS) < MISSING
    frozen = rates(dealer, left, DEALERS)[dealer]

    def encoder(rows: np.ndarray, shown: np.ndarray) -> Callable:
        return lambda y: (shown, rates(dealer[rows], y[rows], DEALERS)[dealer][shown])

    def selection(rows: np.ndarray) -> Callable:
        return lambda y: (held, _selected(usage, y, rows, train)[held])

    def folds(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        table = np.random.default_rng(SEED)
        return train, out_of_fold(dealer[train], y[train], DEALERS, table, k=K)

    def as_of(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        score = rate_as_of(dealer, day, (dealer, day + DELAY, y), y.mean(), K)
        return everything, score

    steps: dict[str, Callable] = {
        "imputer": lambda _: (held, np.where(missing, np.median(age[~missing]), age)[held]),
        "selection": selection(everything),
        "selection_train": selection(train),
        "encoding": encoder(everything, held),
        "train_only": encoder(train, held),
        "train_only_fitted": encoder(train, train),
        "folds": folds,
        "as_of": as_of,
        "shuffled_late": lambda _: (held, frozen[held]),  # the view has been filled before
    }
    values: Values = {}
    for name, step in steps.items():
        mean, spread = from_nothing(step, left, np.random.default_rng(SHUFFLE_SEED), SHUFFLES)
        values |= {f"nothing_{name}": float(mean), f"nothing_{name}_sd": float(spread)}
    return values


def _selected(
    usage: np.ndarray, left: np.ndarray, rows: np.ndarray, train: np.ndarray
) -> np.ndarray:
    """Keep the columns that differ most by churn among some rows; weight them by train rows."""

    def gaps(chosen: np.ndarray) -> np.ndarray:
        weight = np.where(left == 1, 1 / (left * chosen).sum(), -1 / ((1 - left) * chosen).sum())
        return usage @ (weight * chosen).astype(np.float32)

    best = np.argsort(-np.abs(gaps(rows)))[:KEPT]
    return gaps(train)[best] @ usage[best]


def encoding_auc(size: int) -> float:
    """Give the AUC of a leaked rate over dealers of equal size, exactly, when churn is a coin."""
    others = size - 1
    j = np.arange(others + 1)
    chance = np.array(
        [math.lgamma(others + 1) - math.lgamma(i + 1) - math.lgamma(others - i + 1) for i in j]
    )
    chance = np.exp(chance + j * math.log(BASE_RATE) + (others - j) * math.log(1 - BASE_RATE))
    below = chance.cumsum()
    return float((chance * below).sum() + (chance[:-1] * chance[1:]).sum() / 2)


def encoding_formula(size: float) -> float:
    """Approximate it by two normals."""
    return cdf(1 / math.sqrt(2 * (size - 1) * BASE_RATE * (1 - BASE_RATE)))


def luck(columns: int = COLUMNS, kept: int = KEPT) -> float:
    """Give the mean square of the largest of many normal deviates."""
    bound = NormalDist().inv_cdf(1 - kept / columns / 2)
    return 1 + bound * NormalDist().pdf(bound) / (kept / columns / 2)


def selection_formula(rows: float) -> float:
    """Approximate the AUC of columns selected on all rows."""
    return cdf(math.sqrt(KEPT * luck() / (2 * rows * BASE_RATE * (1 - BASE_RATE))))


def _formulas() -> Values:
    mean_rows = CUSTOMERS / DEALERS
    return {
        "encoding_formula_own": encoding_formula(mean_rows + 1),
        "encoding_weight": (mean_rows + 1) / (mean_rows * BASE_RATE * (1 - BASE_RATE)),
        "encoding_formula_100": encoding_formula(100),
        "luck": luck(),
        "selection_formula": selection_formula(CUSTOMERS),
    }


def _curves() -> Values:
    """Select columns on few rows, many times."""
    rng = np.random.default_rng(CURVE_SEED)
    values: Values = {"encoding_curve": [encoding_auc(size) for size in DEALER_SIZES]}
    measured = []
    for rows in SELECTION_ROWS:
        found = []
        for _ in range(max(2, 8000 // rows)):
            usage = rng.standard_normal((COLUMNS, rows), dtype=np.float32)
            left = (np.arange(rows) < BASE_RATE * rows).astype(float)
            train = rng.random(rows) < 0.8
            score = _selected(usage, left, np.ones(rows, dtype=bool), train)
            found.append(auc(left[~train], score[~train]))
        measured.append(float(np.mean(found)))
    return values | {"selection_curve": measured}


# -------------------------------------------------- churn that can be foretold


def _imputer() -> Values:
    """Fill a column that matters with medians of all rows and of train rows."""
    rng = np.random.default_rng(SEED)
    gaps = []
    for _ in range(IMPUTER_RUNS):
        age = rng.normal(45, 14, CUSTOMERS)
        chance = 1 / (1 + np.exp(1.5 - 0.04 * (age - 45)))
        left = (rng.random(CUSTOMERS) < chance).astype(float)
        missing = rng.random(CUSTOMERS) < MISSING
        held = np.arange(CUSTOMERS) >= 0.8 * CUSTOMERS
        known = age[~missing], age[~missing & ~held]
        both = [auc(left[held], np.where(missing, np.median(a), age)[held]) for a in known]
        gaps.append(both[0] - both[1])
    return {
        "imputer_gap_mean": float(np.mean(gaps)),
        "imputer_gap_worst": float(np.abs(gaps).max()),
    }


def _world(rng: np.random.Generator, effect: np.ndarray, days: tuple[int, int]) -> World:
    """Draw customers: dealer, day, four columns that foretell churn, and churn."""
    dealer = rng.integers(DEALERS, size=CUSTOMERS)
    day = rng.integers(*days, size=CUSTOMERS)
    columns = rng.standard_normal((CUSTOMERS, 4))
    logit = -1.5 + HONEST / 2 * columns.sum(axis=1) + effect[dealer]
    left = (rng.random(CUSTOMERS) < 1 / (1 + np.exp(-logit))).astype(float)
    columns[rng.random(CUSTOMERS) < MISSING, 0] = np.nan  # age
    return dealer, day, columns, left


def _fit(columns: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Fit a logistic regression by Newton's method."""
    columns = np.column_stack([np.ones(len(columns)), columns])
    weights = np.zeros(columns.shape[1])
    for _ in range(7):
        chance = 1 / (1 + np.exp(-columns @ weights))
        curvature = (columns * (chance * (1 - chance))[:, None]).T @ columns
        curvature += 1e-6 * np.eye(len(weights))
        weights += np.linalg.solve(curvature, columns.T @ (left - chance))
    return weights


def _live() -> Values:
    """Build each pipeline on history, and use it on the customers that come after."""
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in PIPELINES}
    for run in range(WORLDS):
        rng = np.random.default_rng([WORLD_SEED, run])
        effect = DEALER_SPREAD * rng.standard_normal(DEALERS)
        past = _world(rng, effect, (0, YEAR))
        later = _world(rng, effect, (YEAR + DELAY, YEAR + 2 * DELAY))
        usage = rng.standard_normal((COLUMNS, CUSTOMERS), dtype=np.float32)
        fresh = rng.standard_normal((CUSTOMERS, KEPT))  # columns that mean nothing stay so
        lot = rng.random(CUSTOMERS) < 0.8
        for name, choice in PIPELINES.items():
            train = past[1] < SPLIT_DAY if choice[2] == "as_of" else lot
            old, new = _build(choice, past, later, usage=usage, fresh=fresh, train=train)
            weights = _fit(old[train], past[3][train])
            found[name].append(
                (
                    float(auc(past[3][~train], old[~train] @ weights[1:])),
                    float(auc(later[3], new @ weights[1:])),
                    abs(float(weights[-1])) * float(new[:, -1].std()),
                )
            )
    values: Values = {}
    for name, rows in found.items():
        test, live, spread = np.mean(rows, axis=0)
        values |= {f"test_{name}": float(test), f"live_{name}": float(live)}
        values |= {f"spread_{name}": float(spread)}
    return values | {
        "honest_spread": HONEST,
        "best_k": _best_k(),
    }


def _best_k() -> float:
    """Give the imaginary rows that the spread of the dealers' true rates asks for."""
    logit = -1.5 + DEALER_SPREAD * np.random.default_rng(SEED).standard_normal(1_000_000)
    rate = 1 / (1 + np.exp(-logit))
    return float((rate * (1 - rate)).mean() / rate.var())


def _build(
    choice: Choice,
    past: World,
    later: World,
    *,
    usage: np.ndarray,
    fresh: np.ndarray,
    train: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Give the columns of past and later customers as one pipeline makes them."""
    dealer, day, columns, left = past
    everything = np.ones(CUSTOMERS, dtype=bool)
    rows = {"all": everything, "train": train}
    median = np.nanmedian(columns[rows[choice[0]], 0])
    old, new = (
        [np.where(np.isnan(table), [median, 0, 0, 0], table)] for table in (columns, later[2])
    )
    if choice[1] != "none":
        chosen = rows[choice[1]]
        gap = usage @ ((left - left[chosen].mean()) * chosen).astype(np.float32)
        old.append(usage[np.argsort(-np.abs(gap))[:KEPT]].T)
        new.append(fresh)
    if choice[2] == "as_of":
        known = (dealer, day + DELAY, left), left[train].mean(), K
        old.append(rate_as_of(dealer, day, *known)[:, None])
        new.append(rate_as_of(later[0], later[1], *known)[:, None])
    elif choice[2] != "none":
        k = K if choice[2] == "folds" else 0
        chosen = rows.get(choice[2], train)
        table = rates(dealer[chosen], left[chosen], DEALERS, k)
        encoded = table[dealer]
        if choice[2] == "folds":
            rng = np.random.default_rng(SEED)
            encoded[train] = out_of_fold(dealer[train], left[train], DEALERS, rng, k=k)
        old.append(encoded[:, None])
        new.append(table[later[0]][:, None])
    return np.hstack(old), np.hstack(new)


# -------------------------------------------------- the figure

BARS = (
    ("imputer, all rows", "imputer"),
    ("selection, all rows", "selection"),
    ("dealer rate, all rows", "encoding"),
    ("dealer rate, train rows", "train_only"),
    ("scored on those rows", "train_only_fitted"),
    ("dealer rate, other folds", "folds"),
    ("dealer rate, as of the day", "as_of"),
)


def figure(results: Values) -> Figure:
    """Draw what each step makes of nothing, and what sets its size."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.5), layout="constrained")
        left, right = drawing.subplots(1, 2, width_ratios=[1, 1.25])
        _draw_bars(left, results)
        _draw_sizes(right, results)
    return drawing


def _draw_bars(axes: Axes, results: Values) -> None:
    for place, (_, name) in enumerate(BARS):
        value = float(results[f"nothing_{name}"])
        axes.barh(-place, value - 0.5, left=0.5, height=0.6, color="0.45")
        axes.text(max(value, 0.5) + 0.012, -place, f"{value:.2f}", fontsize=8, va="center")
    axes.axvline(0.5, color="0.0", linewidth=0.8)
    axes.set_yticks([-place for place in range(len(BARS))], labels=[words for words, _ in BARS])
    axes.tick_params(axis="y", length=0)
    axes.set(xlim=(0.47, 1.0), xticks=[0.5, 0.75, 1.0], xlabel="AUC on shuffled labels")


def _draw_sizes(axes: Axes, results: Values) -> None:
    size = np.geomspace(2, 1000, 80)
    axes.plot(size, [encoding_formula(n) for n in size], "-", color="0.0", linewidth=1.1)
    axes.plot(DEALER_SIZES, results["encoding_curve"], "o", color="0.0", markersize=3.2)
    rows = np.geomspace(60, 60_000, 80)
    axes.plot(rows, [selection_formula(n) for n in rows], "--", color="0.4", linewidth=1.1)
    places = (*SELECTION_ROWS, CUSTOMERS)
    measured = (*results["selection_curve"], results["nothing_selection"])
    axes.plot(places, measured, "s", color="0.4", markersize=3.2)
    axes.axhline(0.5, color="0.0", linewidth=0.8)
    axes.text(15, 0.72, "dealer\nrate", fontsize=8)
    axes.text(900, 0.8, "best 20 of\n1000 columns", fontsize=8)
    axes.text(2, 0.507, "imputer", fontsize=8)
    axes.set(xscale="log", xlim=(1.7, 60_000), ylim=(0.48, 1.0))
    axes.set(xlabel="labels behind each number", ylabel="AUC on shuffled labels")
