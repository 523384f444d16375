"""0.98 on the Wrong Base Rate: what two models of takeovers find with 2000 reviews a day.

A good login scores like a unit normal around zero; a takeover like a unit normal around a
positive mean, or like a mixture of two. The rates at a threshold are then exact; simulated days
at the natural rate, and simulated holdouts at one takeover in ten, check what is derived from them.
"""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

# region: scores
import numpy as np

BASE_RATE = 1e-4  # takeovers per login
LOGINS, REVIEWS = 10_000_000, 2_000  # a day
MODELS = {  # scores of takeovers: (share, mean) of unit normals
    "A": [(1.0, 2.904)],
    "B": [(0.6, 4.6), (0.4, 1.6)],
}


def draw(model, frauds, goods, rng):
    """Draw the scores of takeovers and of good logins."""
    shares, means = zip(*MODELS[model], strict=True)
    center = rng.choice(means, size=frauds, p=shares)
    return rng.normal(center), rng.standard_normal(goods)


def auc(fraud, good):
    """Give the chance that a takeover outranks a good login."""
    return np.searchsorted(np.sort(good), fraud).mean() / good.size


def precision(base_rate, tpr, fpr):
    """Apply Bayes' rule in odds form."""
    odds = base_rate / (1 - base_rate) * tpr / fpr
    return odds / (1 + odds)


# endregion


# region: budget
def found_a_day(fraud, good, days, weight=1.0):
    """Give the takeovers among the REVIEWS highest scores of a day.

    Each good login of the sample stands for `weight` good logins.
    """
    score = np.concatenate([fraud, good])
    is_fraud = np.arange(score.size) < fraud.size
    order = np.argsort(-score)
    alerts = np.where(is_fraud, 1.0, weight)[order].cumsum() / days
    found = is_fraud[order].cumsum() / days
    return np.interp(REVIEWS, alerts, found)


# endregion


# region: decide
def correct(probability, fitted_at, used_at=BASE_RATE):
    """Carry probabilities from one base rate to another."""
    odds = probability / (1 - probability)
    odds = odds * used_at / (1 - used_at) * (1 - fitted_at) / fitted_at
    return odds / (1 + odds)


def to_review(probability, loss, cost, budget=REVIEWS):
    """Give the logins to review, the most valuable first."""
    value = probability * loss - cost
    best = np.argsort(-value)[:budget]
    return best[value[best] > 0]


# endregion


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | str]

cdf = np.vectorize(NormalDist().cdf)

HOLDOUT_RATE = 0.1
HOLDOUT_DAYS = 10
HOLDOUT_FRAUDS, HOLDOUT_GOODS = 10_000, 90_000
FRAUDS = round(BASE_RATE * LOGINS)  # a day
GOODS = LOGINS - FRAUDS  # a day
WEIGHT = HOLDOUT_DAYS * GOODS / HOLDOUT_GOODS  # good logins behind one in the holdout
SIMULATED_DAYS = 10
HOLDOUTS = 200
SEED, HOLDOUT_SEED = 0, 1
WIDE = 100_000  # logins a day that a second factor could challenge
LOSS, COST = 800, 5  # euros: a takeover that nobody stops, a review
AUDITS, AUDIT_DAYS = 200, 30  # reviews spent below the threshold each day
RATES = {"2": 0.5, "10": 0.1, "100": 0.01, "1000": 0.001, "10000": 1e-4}


def tpr(model, threshold):
    """Give the share of takeovers at or above a threshold."""
    return sum(share * (1 - cdf(threshold - mean)) for share, mean in MODELS[model])


def fpr(threshold):
    """Give the share of good logins at or above a threshold."""
    return 1 - cdf(threshold)


def threshold_where(falling, target):
    """Find the score at which a falling function of it comes down to a target."""
    low, high = -8.0, 8.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > target else (low, middle)
    return high


def capacity_threshold(model, reviews=REVIEWS):
    """Give the threshold at which so many logins a day become alerts."""
    return threshold_where(
        lambda score: FRAUDS * tpr(model, score) + GOODS * fpr(score), float(reviews)
    )


def recall_threshold(model, recall):
    """Give the threshold that so large a share of the takeovers reaches."""
    return threshold_where(lambda score: tpr(model, score), recall)


def posterior(model, score, base_rate=BASE_RATE):
    """Give the chance that a login with this very score is a takeover."""
    ratio = sum(share * np.exp(mean * score - mean**2 / 2) for share, mean in MODELS[model])
    odds = base_rate / (1 - base_rate) * ratio
    return odds / (1 + odds)


def average_precision(model, base_rate):
    """Integrate precision over recall."""
    threshold = np.linspace(12, -8, 10_001)
    recall = tpr(model, threshold)
    value = precision(base_rate, recall, np.maximum(fpr(threshold), 1e-300))
    return float((np.diff(recall) * (value[1:] + value[:-1]) / 2).sum())


def results() -> Values:
    """Give every computed number that the question prints (shares, unless the name says more)."""
    values: Values = {
        "seed": SEED,
        "holdout_seed": HOLDOUT_SEED,
        "simulated_days": SIMULATED_DAYS,
        "holdouts": HOLDOUTS,
        "weight": WEIGHT,
    }
    for model in MODELS:
        values |= _exact(model) | _simulated(model) | _reweighted(model)
    return values | _half_recall() | _bounds() | _money() | _doubled() | _prevalence()


def _exact(model: str) -> Values:
    threshold = capacity_threshold(model)
    recall, alarms = float(tpr(model, threshold)), float(fpr(threshold))
    values: Values = {
        f"auc_{model}": sum(
            share * NormalDist().cdf(mean / math.sqrt(2)) for share, mean in MODELS[model]
        ),
        f"recall_{model}": recall,
        f"fpr_{model}": alarms,
        f"found_{model}": FRAUDS * recall,
        f"precision_{model}": FRAUDS * recall / REVIEWS,
        f"goods_in_strip_{model}": HOLDOUT_GOODS * alarms,
        f"goods_in_tenth_{model}": HOLDOUT_GOODS
        * float(fpr(capacity_threshold(model, REVIEWS / 10))),
    }
    half = recall_threshold(model, 0.5)
    for name, rate in RATES.items():
        values[f"ap_{model}_{name}"] = average_precision(model, rate)
        values[f"half_precision_{model}_{name}"] = float(precision(rate, 0.5, fpr(half)))
    return values


def _simulated(model: str) -> Values:
    """Review the highest scores of simulated days at the natural rate."""
    rng = np.random.default_rng(SEED)
    found = []
    for _ in range(SIMULATED_DAYS):
        fraud, good = draw(model, FRAUDS, GOODS, rng)
        found.append(float(found_a_day(fraud, good[good > 2], days=1)))  # far below any alert
    return {
        f"day_mean_{model}": float(np.mean(found)),
        f"day_min_{model}": min(found),
        f"day_max_{model}": max(found),
    }


def _reweighted(model: str) -> Values:
    """Estimate what is found in production from holdouts with one takeover in ten."""
    rng = np.random.default_rng(HOLDOUT_SEED)
    samples = [draw(model, HOLDOUT_FRAUDS, HOLDOUT_GOODS, rng) for _ in range(HOLDOUTS)]
    found = [found_a_day(fraud, good, HOLDOUT_DAYS, WEIGHT) for fraud, good in samples]
    return {
        f"holdout_auc_{model}": float(auc(*samples[0])),
        f"holdout_first_{model}": float(found[0]),
        f"holdout_mean_{model}": float(np.mean(found)),
        f"holdout_sd_{model}": float(np.std(found, ddof=1)),
    }


def _half_recall() -> Values:
    """Read model A at two recalls, on the holdout and in production."""
    values: Values = {}
    for name, recall in (("half", 0.5), ("most", 0.8)):
        alarms = float(fpr(recall_threshold("A", recall)))
        trusted = float(precision(HOLDOUT_RATE, recall, alarms))
        values |= {
            f"{name}_fpr": alarms,
            f"{name}_holdout_precision": trusted,
            f"{name}_promised_alerts": FRAUDS * recall / trusted,
            f"{name}_alerts": FRAUDS * recall + GOODS * alarms,
            f"{name}_precision": float(precision(BASE_RATE, recall, alarms)),
        }
    return values


def _bounds() -> Values:
    """Give the takeovers found a day that an AUC of 0.98, and no more, allows."""
    value = 0.98
    share = REVIEWS / LOGINS
    low = high = 0.5
    for _ in range(50):  # alerts are takeovers too, so the false-positive rate depends on recall
        low_fpr, high_fpr = ((share - BASE_RATE * r) / (1 - BASE_RATE) for r in (low, high))
        low, high = low_fpr / (2 * (1 - value) + low_fpr), 2 * value - 1 + high_fpr
    half_fpr = (share - BASE_RATE / 2) / (1 - BASE_RATE)
    return {
        "least_found": FRAUDS * low,
        "most_found": FRAUDS * high,
        "auc_enough_for_half": (1 + 0.5 - half_fpr) / 2,
        "odds_shift": BASE_RATE / (1 - BASE_RATE) * (1 - HOLDOUT_RATE) / HOLDOUT_RATE,
    }


def _money() -> Values:
    """Price the reviews: on average, the last one of the day, and with no limit on them."""
    values: Values = {
        "break_even_precision": COST / LOSS,
        "break_even_ratio": (1 - BASE_RATE) / BASE_RATE * COST / (LOSS - COST),
    }
    for model in MODELS:
        threshold = capacity_threshold(model)
        last = float(posterior(model, threshold))
        values |= {
            f"value_{model}": LOSS * FRAUDS * float(tpr(model, threshold)) - COST * REVIEWS,
            f"last_{model}": last,
            f"last_lift_{model}": last / BASE_RATE,
            f"last_score_{model}": float(posterior(model, threshold, HOLDOUT_RATE)),
            f"last_value_{model}": LOSS * last - COST,
        }
    paying = threshold_where(lambda score: -posterior("A", score), -COST / LOSS)
    gap = threshold_where(lambda reviews: _found("B", 10**reviews) - _found("A", 10**reviews), 0.0)
    return values | {
        "value_gap": float(values["value_B"]) - float(values["value_A"]),
        "paying_alerts_A": FRAUDS * float(tpr("A", paying)) + GOODS * float(fpr(paying)),
        "equal_reviews": 10**gap,
        "wide_found_A": _found("A", WIDE),
        "wide_found_B": _found("B", WIDE),
    }


def _found(model: str, reviews: float) -> float:
    return FRAUDS * float(tpr(model, capacity_threshold(model, reviews)))


def _doubled() -> Values:
    """Give model A's rates at the same reviews, when the base rate is twice as high."""
    threshold = threshold_where(
        lambda score: 2 * FRAUDS * tpr("A", score) + (LOGINS - 2 * FRAUDS) * fpr(score),
        float(REVIEWS),
    )
    recall = float(tpr("A", threshold))
    return {"doubled_recall": recall, "doubled_precision": 2 * FRAUDS * recall / REVIEWS}


def _prevalence() -> Values:
    """Say how well takeovers below model A's threshold can be counted, and by what means."""
    threshold = capacity_threshold("A")
    score = np.linspace(-8, threshold, 16_001)
    chance = posterior("A", score)
    goods = np.exp(-(score**2) / 2) * (1 - BASE_RATE)
    share = goods / (1 - chance)
    share /= share.sum()  # of the logins below the threshold
    missed = float((share * chance).sum())  # takeovers per login there
    root = float((share * np.sqrt(chance)).sum())
    audits = AUDITS * AUDIT_DAYS
    share_false = 1 - FRAUDS * float(tpr("A", threshold)) / REVIEWS
    return {
        "uniform_days_per_find": 1 / (AUDITS * missed),
        "uniform_error": math.sqrt((1 / missed - 1) / audits),
        "scored_finds_a_day": AUDITS * float((share * chance**1.5).sum()) / root,
        "scored_error": math.sqrt(((root / missed) ** 2 - 1) / audits),
        "false_alarm_odds": share_false / (1 - share_false),
        "drift_error": 0.1 * share_false / (1 - share_false),
    }


def figure(results: Values) -> Figure:
    """Draw precision against the base rate, and both ROC curves where reviews reach them."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.5), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_precision(left)
        _draw_roc(right, results)
    return drawing


LINES = {0.8: ("0.55", "--"), 0.5: ("0.3", "-."), 0.25: ("0.0", "-")}  # gray, dashes by recall


def _draw_precision(axes: Axes) -> None:
    rates = np.logspace(-5, np.log10(0.5), 61)
    for recall, (gray, dashes) in LINES.items():
        value = precision(rates, recall, fpr(recall_threshold("A", recall)))
        axes.plot(rates, 100 * value, dashes, color=gray, linewidth=1.1)
    for rate, name in ((HOLDOUT_RATE, "holdout"), (BASE_RATE, "production")):
        axes.axvline(rate, color="0.0", linewidth=0.8, linestyle=":")
        low = 30 if name == "holdout" else 55
        axes.text(rate * 1.12, low, name, fontsize=8, va="bottom", rotation=90)
    axes.text(2.4e-3, 88, "recall 25%", fontsize=8, ha="right")
    axes.text(4.6e-3, 46, "50%", fontsize=8)
    axes.text(2.2e-2, 38, "80%", fontsize=8)
    axes.set(xscale="log", xlim=(1e-5, 0.5), ylim=(0, 102))
    axes.set(xlabel="base rate (takeovers per login)", ylabel="precision of model A (%)")


def _draw_roc(axes: Axes, results: Values) -> None:
    threshold = np.linspace(-8, 5, 261)
    for model, gray, dashes in (("A", "0.0", "-"), ("B", "0.4", "--")):
        axes.plot(fpr(threshold), 100 * tpr(model, threshold), dashes, color=gray, linewidth=1.1)
        point = float(results[f"fpr_{model}"]), 100 * float(results[f"recall_{model}"])
        axes.plot(*point, "o", color=gray, markersize=4)
    recall = np.linspace(0, 1, 41)
    spent = (REVIEWS / LOGINS - BASE_RATE * recall) / (1 - BASE_RATE)
    axes.fill_betweenx(100 * recall, 1e-6, spent, color="0.9", linewidth=0)
    axes.plot(spent, 100 * recall, ":", color="0.0", linewidth=0.8)
    axes.text(1.5e-6, 93, "2000 reviews", fontsize=8)
    axes.text(2.6e-4, 21, "A, AUC 0.98", fontsize=8)
    axes.text(1.3e-6, 51, "B, AUC 0.95", fontsize=8)
    axes.set(xscale="log", xlim=(1e-6, 1), ylim=(0, 102))
    axes.set(xlabel="false-positive rate", ylabel="true-positive rate (%)")
