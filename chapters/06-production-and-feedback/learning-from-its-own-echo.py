"""Learning from Its Own Echo: a moderator that labels its own training data, and a copied text.

Posts have two signals. One gives away the old kind of violation, the other a new kind that is
rare at first. Every week a model decides, people look at some of its decisions, and the model
is fitted again. In the second half, shares of topics are estimated from their own samples.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

# region: posts
import numpy as np

POSTS = 8_000  # a week
WEEKS = 26


def draw(week, rng):
    """Draw a week's posts: two signals, which violate, and in the new way."""
    bad = rng.random(POSTS) < 0.3
    new = bad & (rng.random(POSTS) < 0.5 * week / WEEKS)
    signals = rng.standard_normal((POSTS, 2))
    signals[:, 0] += 3.0 * (bad & ~new)
    signals[:, 1] += 3.0 * new
    return signals, bad, new


def look(margin, unsure, lot, rng):
    """Choose posts for people, and how many posts each of them stands for."""
    order = np.argsort(np.abs(margin))
    drawn = rng.choice(order[unsure:], lot, replace=False)
    rest = np.full(lot, (len(margin) - unsure) / max(lot, 1))
    return np.append(order[:unsure], drawn), np.append(np.ones(unsure), rest)


# endregion


# region: fit
def margins(signals, line):
    """Give the log-odds of a violation."""
    return line[0] + signals @ line[1:]


def fit(signals, label, weight, rounds=12):
    """Fit log-odds to weighted labels, by Newton; a ridge keeps them finite."""
    x = np.column_stack([np.ones(len(label)), signals])
    weight = weight / weight.mean()
    line = np.zeros(x.shape[1])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-x @ line))
        slope = x.T @ (weight * (label - chance)) - line
        curve = (x.T * (weight * chance * (1 - chance))) @ x + np.eye(len(line))
        line = line + np.linalg.solve(curve, slope)
    return line


# endregion


# region: copies
def copies(first, how, human, rng, generations=20):
    """Refit topics to their own texts; give topics left and diversity."""
    texts = first.sum()
    share = first / texts
    history = [((share > 0).sum(), 1 - (share**2).sum())]
    for age in range(1, generations + 1):
        source = share
        if how == "favored":  # keep what the model itself finds likely
            source = share ** (1 / 0.9) / (share ** (1 / 0.9)).sum()
        if how == "fresh":  # a fifth is written by people
            made = rng.multinomial(texts - texts // 5, source)
            share = (made + rng.multinomial(texts // 5, human)) / texts
        else:
            share = rng.multinomial(texts, source) / texts
        if how == "kept":  # add to what there was
            share = (age * source + share) / (age + 1)
        history.append(((share > 0).sum(), 1 - (share**2).sum()))
    return np.array(history)


# endregion


# region: audit
def audit(wrong, looked, normal=1.96):
    """Give Wilson's interval for the accuracy, from a random draw."""
    right = 1 - wrong / looked
    spread = normal**2 / looked
    middle = (right + spread / 2) / (1 + spread)
    half = np.sqrt(spread * (right * (1 - right) + spread / 4)) / (1 + spread)
    return middle - half, middle + half


# endregion


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | list[float]]

SEED = 0
RUNS = 6
WINDOW = 12  # weeks of labels by people
ARMS = {  # posts that people look at: unsure, by lot; and whether the store is what is learned
    "alone": (0, 0, True),
    "planned": (400, 0, True),
    "doubtful": (400, 0, False),
    "drowned": (0, 400, True),
    "lot": (0, 400, False),
    "split": (200, 200, False),
    "people": (0, POSTS, True),
}
MEASURES = ("agreement", "accuracy", "recall", "delivered", "found_new", "overturned", "confidence")
TOPICS = 1_000
TEXTS = 5_000
WAYS = ("replaced", "favored", "fresh", "kept")
AUDIT = 200
SHY = 1.0  # how much more harmless a new kind looks, in standard deviations, where it hides
MIDDLE = 13  # the week in which the arms are compared on the way
CALM = 3.0  # standard errors until an alarm


def moderate(
    unsure: int,
    lot: int,
    stored: bool,  # noqa: FBT001
    seed: int,
    *,
    shy: float = 0.0,
) -> np.ndarray:
    """Decide, look and fit for all weeks; give the measures of each."""
    rng = np.random.default_rng(seed)
    signals, bad, _ = draw(0, rng)
    line = fit(signals, bad, np.ones(POSTS))
    size = lot or unsure  # of what the archive gives for each week before the first
    rows = [
        (
            signals[k * size : (k + 1) * size],
            bad[k * size : (k + 1) * size],
            np.full(size, POSTS / lot if lot else 1.0),
        )
        for k in range(0 if stored else WINDOW)
    ]
    history = []
    for week in range(1, WEEKS + 1):
        signals, bad, new = draw(week, rng)
        signals[new, 0] -= shy
        margin = margins(signals, line)
        decision = margin > 0
        looked, weight = look(margin, unsure, lot, rng)
        label = decision.copy()
        label[looked] = bad[looked]
        history.append(
            (
                (decision == label).mean(),
                (decision == bad).mean(),
                decision[bad].mean(),
                (label == bad).mean(),
                decision[new].mean(),
                (decision != bad)[looked].mean() if looked.size else 0.0,
                (1 / (1 + np.exp(-np.abs(margin)))).mean(),
            )
        )
        if stored:
            line = fit(signals, label, np.ones(POSTS))
        else:
            rows = [*rows[1:], (signals[looked], bad[looked], weight)]
            line = fit(*(np.concatenate(part) for part in zip(*rows, strict=True)))
    return np.array(history)


def results() -> Values:
    """Give every computed number that the question prints (shares, unless the name says more)."""
    values: Values = {"seed": SEED, "runs": RUNS, "posts": POSTS, "weeks": WEEKS}
    for arm, (unsure, lot, stored) in ARMS.items():
        runs = [moderate(unsure, lot, stored, SEED + k) for k in range(RUNS)]
        history = np.mean(runs, axis=0)
        for place, measure in enumerate(MEASURES):
            values[f"{arm}_{measure}_first"] = float(history[0, place])
            values[f"{arm}_{measure}"] = float(history[-1, place])
        values[f"{arm}_weekly"] = [float(share) for share in history[:, 1]]
        values[f"{arm}_agreements"] = [float(share) for share in history[:, 0]]
        values[f"{arm}_average"] = float(history[:, 3].mean())
        values[f"{arm}_least_agreement"] = float(np.min([run[:, 0].min() for run in runs]))
    return values | _hidden() | _missed(values) | _alarms(values) | _audits(values) | _topics()


def _hidden() -> Values:
    """Give what two arms find on the way, and of a new kind that looks harmless."""
    found: Values = {}
    place = MEASURES.index("found_new")
    for arm in ("doubtful", "split"):
        runs = [moderate(*ARMS[arm], SEED + k) for k in range(RUNS)]
        found[f"{arm}_found_new_middle"] = float(np.mean(runs, axis=0)[MIDDLE - 1, place])
        runs = [moderate(*ARMS[arm], SEED + k, shy=SHY) for k in range(RUNS)]
        history = np.mean(runs, axis=0)
        found |= {
            f"{arm}_hidden_found_new": float(history[-1, place]),
            f"{arm}_hidden_accuracy": float(history[-1, MEASURES.index("accuracy")]),
            f"{arm}_hidden_average": float(history[:, MEASURES.index("delivered")].mean()),
        }
    return found | {"middle": MIDDLE}


def _missed(values: dict) -> Values:
    bad = 0.3 * POSTS
    return {
        "missed_first": bad * (1 - values["planned_recall_first"]),
        "missed": bad * (1 - values["planned_recall"]),
    }


def _alarms(values: dict) -> Values:
    """Find the week in which four weeks of audits fall out of the launch's accuracy."""
    rng = np.random.default_rng(SEED)
    accuracy = np.array(values["planned_weekly"])
    start, alarms = float(accuracy[0]), {}
    for size in (AUDIT, 40):
        right = rng.binomial(size, accuracy, (4_000, WEEKS))
        four = np.lib.stride_tricks.sliding_window_view(right, 4, axis=1).mean(axis=2) / size
        floor = start - CALM * math.sqrt(start * (1 - start) / (4 * size))
        low = four < floor
        week = np.where(low.any(axis=1), low.argmax(axis=1) + 4, WEEKS + 1)
        alarms[f"alarm_{size}"] = int(np.median(week))
        alarms[f"alarm_{size}_late"] = int(np.quantile(week, 0.9))
        calm = rng.binomial(size, start, (4_000, WEEKS))
        four = np.lib.stride_tricks.sliding_window_view(calm, 4, axis=1).mean(axis=2) / size
        alarms[f"false_alarm_{size}"] = float((four < floor).any(axis=1).mean())
    return {**alarms}


def _audits(values: dict) -> Values:
    accuracy = values["planned_accuracy_first"]
    low, high = audit(round(AUDIT * (1 - accuracy)), AUDIT)
    return {
        "audit": AUDIT,
        "audit_low": float(low),
        "audit_high": float(high),
        "audit_for_a_point": math.ceil((1.959964 / 0.01) ** 2 * accuracy * (1 - accuracy)),
    }


def zipf() -> np.ndarray:
    """Give the shares of topics in what people write."""
    share = 1 / np.arange(1, TOPICS + 1)
    return np.asarray(share / share.sum())


def _topics() -> Values:
    values: Values = {"texts": TEXTS, "topics": TOPICS}
    for way in WAYS:
        runs = []
        for seed in range(SEED, SEED + RUNS):
            rng = np.random.default_rng(seed)
            runs.append(copies(rng.multinomial(TEXTS, zipf()), way, zipf(), rng))
        history = np.mean(runs, axis=0)
        values |= {
            f"{way}_topics": [float(count) for count in history[:, 0]],
            f"{way}_left": float(history[-1, 0]),
            f"{way}_diversity": float(history[-1, 1]),
        }
        values["first_topics"] = float(history[0, 0])
        values["first_diversity"] = float(history[0, 1])
    return values | {
        "diversity_factor": (1 - 1 / TEXTS) ** 20,
        "dies_5": dies(5, 20),
        "dies_20": dies(20, 20),
    }


def dies(texts: int, generations: int) -> float:
    """Give the chance that a topic of so many texts among many dies out by then."""
    extinct = 0.0
    for _ in range(generations):
        extinct = math.exp(extinct - 1)
    return extinct**texts


def figure(results: Values) -> Figure:
    """Draw what the model says of itself and what is true, and the topics that are left."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.5), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_weeks(left, results)
        _draw_topics(right, results)
    return drawing


def _draw_weeks(axes: Axes, results: Values) -> None:
    weeks = np.arange(1, WEEKS + 1)
    lines = {
        "planned_agreements": ("0.0", "--"),
        "planned_weekly": ("0.0", "-"),
        "split_weekly": ("0.4", "-."),
        "people_weekly": ("0.6", ":"),
    }
    for name, (gray, dashes) in lines.items():
        axes.plot(weeks, 100 * np.array(results[name]), dashes, color=gray, linewidth=1.2)
    axes.text(1.7, 98.5, "agreement with the store", fontsize=8)
    axes.text(9.5, 84.3, "true accuracy,\nas planned", fontsize=8, ha="right", va="center")
    axes.text(14.5, 91.2, "half of the looks by lot", fontsize=8, color="0.25")
    axes.text(26, 88.9, "all by people", fontsize=8, color="0.4", ha="right")
    axes.set(xlim=(1, WEEKS), ylim=(80, 100.5), xticks=(1, 8, 16, 24))
    axes.set(xlabel="week", ylabel="share of posts (%)")


def _draw_topics(axes: Axes, results: Values) -> None:
    lines = {
        "kept": ("0.55", ":", 770, "kept and added"),
        "fresh": ("0.4", "-.", 626, "a fifth by people"),
        "replaced": ("0.0", "-", 255, "replaced"),
        "favored": ("0.0", "--", 28, "the likely kept"),
    }
    for way, (gray, dashes, height, words) in lines.items():
        topics = results[f"{way}_topics"]
        assert isinstance(topics, list)
        axes.plot(range(len(topics)), topics, dashes, color=gray, linewidth=1.2)
        axes.text(20, height, words, fontsize=8, ha="right")
    axes.set(xlim=(0, 20), ylim=(0, 850), xticks=range(0, 21, 5))
    axes.set(xlabel="generation", ylabel="topics that still occur")
