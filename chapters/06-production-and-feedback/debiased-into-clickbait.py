"""Debiased Straight into Clickbait: two rewards, with and without exploration, in a small world.

Every video has a click rate and a share of clicks that please; one in ten is bait, clicked more
and pleasing less. A ranker learns both from what it shows. Viewers stay for what pleases them
and leave for what does not; who leaves is replaced, and retention is counted on the side.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

# region: videos
import numpy as np

SEEN = np.array([1.0, 0.8, 0.6, 0.5, 0.4])  # chance to be looked at, by slot
VIEWERS = 3_000  # a day


def catalog(seed, videos=400):
    """Draw click rates, shares of clicks that please, and which are bait."""
    rng = np.random.default_rng(seed)
    bait = rng.random(videos) < 0.1
    click = rng.uniform(0.08, 0.18, videos) + 0.2 * bait
    please = rng.beta(2, 3, videos) * np.where(bait, 0.35, 1.0)
    return click, please, bait


def leaving(pleased, disappointed):
    """Give the chance that a viewer with so many clicks a day leaves."""
    return 0.01 * np.exp(0.7 * disappointed - pleased)


# endregion


# region: learn
def learn(reward, explore, weigh, seed, days=60):
    """Rank by what was learned; give clicks, pleased, bait, leaving."""
    click, please, bait = catalog(seed)
    rng = np.random.default_rng([seed, 1])
    # as if each video had been shown 10 times and clicked once
    shown, clicked = np.full(click.size, 10.0), np.ones(click.size)
    pleased, ended = np.full(click.size, 0.4), np.ones(click.size)
    even, history = np.full(click.size - 5, 1.0) / (click.size - 5), []
    for _ in range(days):
        score = clicked / shown
        if reward == "pleased":
            score = score * pleased / ended
        order = np.argsort(-score, kind="stable")
        spare = rng.binomial(VIEWERS, explore, SEEN.size)
        views = np.zeros((SEEN.size, click.size), int)
        views[:, order[5:]] = rng.multinomial(spare, even)
        views[np.arange(5), order[:5]] = VIEWERS - spare
        clicks = rng.binomial(views, SEEN[:, None] * click)
        good = rng.binomial(clicks, please)
        shown += views.sum(axis=0)
        clicked += (clicks / (SEEN[:, None] if weigh else 1)).sum(axis=0)
        pleased += good.sum(axis=0)
        ended += clicks.sum(axis=0)
        rates = clicks.sum() / VIEWERS, good.sum() / VIEWERS
        left = leaving(rates[1], rates[0] - rates[1])
        history.append((*rates, views[:, bait].sum() / views.sum(), left))
    return np.array(history)


# endregion


# region: estimate
def off_policy(reward, new, logged, cap=np.inf):
    """Estimate what a new policy earns, from rows of a randomized log.

    new, logged: chance of the video that was shown, under either policy.
    Give the weighted mean, the self-normalized one, and the effective rows.
    """
    weight = np.minimum(new / logged, cap)
    total = weight.sum()
    mean = (weight * reward).sum() / len(reward)
    normalized = (weight * reward).sum() / total
    return mean, normalized, total**2 / (weight**2).sum()


# endregion


# region: row
def fill_row(score, rng, share=0.1, near=50):
    """Fill five slots; now and then the last one goes to a runner-up.

    Give the videos, and each one's chance of the slot in which it stands.
    """
    order = np.argsort(-score, kind="stable")
    row, chance = order[:5].copy(), np.array([1.0, 1.0, 1.0, 1.0, 1 - share])
    if rng.random() < share:
        row[4] = rng.choice(order[5 : 5 + near])
        chance[4] = share / near
    return row, chance


# endregion


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int]

SEED = 0
WORLDS = 20
MONTH = 28
ARMS = {
    "click": ("click", 0.0, False),
    "click_explored": ("click", 0.05, True),
    "click_unweighted": ("click", 0.05, False),
    "click_weighted": ("click", 0.0, True),
    "pleased": ("pleased", 0.0, False),
    "pleased_explored": ("pleased", 0.05, True),
}
ROWS = 200_000  # of the log
VIDEOS = 10_000
EXPLORED = 0.1  # share of rows with a video by lot
TARGETS = 50  # videos that the new policy shows
VALUE = 0.12
CAP = 100.0
NEARER = 500
WRONG = 0.2  # share of the clicks whose pleasure is mistaken
PRICES = (0.5, 0.7, 1.0)  # of a disappointed click, in pleased ones


def results() -> Values:
    """Give every computed number that the question prints (shares, unless the name says more)."""
    values: Values = {"seed": SEED, "worlds": WORLDS}
    retained: dict[str, np.ndarray] = {}
    for name, (reward, explore, weigh) in ARMS.items():
        runs = [learn(reward, explore, weigh, SEED + k)[-MONTH:] for k in range(WORLDS)]
        values |= _summary(name, np.array([_measure(run) for run in runs]))
        retained[name] = np.array([_measure(run)[3] for run in runs])
    for name in ("editorial", "click_known", "pleased_known", "value_known", "wrong_known"):
        rows = np.array([_known(name, SEED + k) for k in range(WORLDS)])
        values |= _summary(name, rows)
        retained[name] = rows[:, 3]
    for name in ("click", "pleased"):
        change = retained[f"{name}_explored"] - retained[name]
        values[f"{name}_change"] = float(change.mean())
        values[f"{name}_change_error"] = float(change.std(ddof=1) / math.sqrt(WORLDS))
    for price in PRICES:
        rows = np.array([_known("wrong_known", SEED + k, price) for k in range(WORLDS)])
        values |= _summary(f"wrong_priced_{10 * price:.0f}", rows)
    values["drop"] = 1 - float(values["click_retained"]) / float(values["editorial_retained"])
    return values | _gaps(values) | _logged() | _holdout(values)


def _measure(run: np.ndarray) -> tuple[float, float, float, float]:
    """Give click-through, pleased per click, the share of bait, and 28-day retention."""
    clicks, pleased, bait, left = run.T
    return (
        float(clicks.mean() / SEEN.size),
        float(pleased.sum() / clicks.sum()),
        float(bait.mean()),
        float(np.prod(1 - left)),
    )


def _known(name: str, seed: int, price: float = 0.0) -> tuple[float, float, float, float]:
    """Measure a row by lot, or the best row for a reward when every rate is known.

    The price is that of a click of which it is said, rightly or not, that it disappointed.
    """
    click, please, bait = catalog(seed)
    said = WRONG + (1 - 2 * WRONG) * please
    score = {
        "editorial": np.zeros(click.size),
        "click_known": click,
        "pleased_known": click * please,
        "value_known": worth(click, please),
        "wrong_known": click * (said - price * (1 - said)),
    }[name]
    top = np.argsort(-score, kind="stable")[: SEEN.size]
    if name == "editorial":
        clicks, pleased, share = click.mean(), (click * please).mean(), bait.mean()
        clicks, pleased = SEEN.sum() * clicks, SEEN.sum() * pleased
    else:
        clicks, pleased = SEEN @ click[top], SEEN @ (click * please)[top]
        share = bait[top].mean()
    left = leaving(pleased, clicks - pleased)
    return (
        float(clicks / SEEN.size),
        float(pleased / clicks),
        float(share),
        float((1 - left) ** MONTH),
    )


def worth(click: np.ndarray, please: np.ndarray) -> np.ndarray:
    """Give what a look at each video takes off the logarithm of leaving."""
    return np.asarray(click * (please - 0.7 * (1 - please)))


def _summary(name: str, runs: np.ndarray) -> Values:
    names = ("clicks", "pleases", "bait", "retained")
    return {f"{name}_{what}": float(mean) for what, mean in zip(names, runs.mean(0), strict=True)}


def _gaps(values: Values) -> Values:
    best = float(values["value_known_retained"])
    gaps: Values = {}
    for reward in ("click", "pleased"):
        known = float(values[f"{reward}_known_retained"])
        gaps[f"{reward}_reward_gap"] = best - known
        for arm in ("", "_explored"):
            gaps[f"{reward}{arm}_learning_gap"] = known - float(values[f"{reward}{arm}_retained"])
    return gaps


def _logged() -> Values:
    """Estimate a policy whose videos the log shows by exploration only."""
    rng = np.random.default_rng(SEED)
    explored = rng.random(ROWS) < EXPLORED
    video = np.where(explored, rng.integers(0, VIDEOS, ROWS), rng.integers(0, 50, ROWS))
    logged = EXPLORED / VIDEOS + (1 - EXPLORED) * (video < 50) / 50
    new = np.where((video >= 50) & (video < 50 + TARGETS), 1 / TARGETS, 0.0)
    reward = rng.random(ROWS) < np.where(video < 50, 0.08, VALUE)
    mean, normalized, rows = off_policy(reward, new, logged)
    capped, _, _ = off_policy(reward, new, logged, CAP)
    values: Values = {
        "log_rows": ROWS,
        "ips": float(mean),
        "snips": float(normalized),
        "effective_rows": float(rows),
        "capped": float(capped),
    }
    for name, videos in (("wide", VIDEOS), ("near", NEARER)):
        weight = honest_weight(videos)
        values |= {
            f"{name}_weight": weight,
            f"{name}_rows": ROWS / weight,
            f"{name}_error": ips_error(videos),
            f"{name}_capped": VALUE * min(1.0, CAP / weight),
        }
    robust = math.sqrt(honest_weight(VIDEOS) * VALUE * (1 - VALUE) / ROWS)
    return values | {"robust_saves": 1 - robust / ips_error(VIDEOS)}


def honest_weight(videos: float) -> float:
    """Give the weight of a row that matches, when so many videos are explored evenly."""
    return videos / (EXPLORED * TARGETS)


def ips_error(videos: float) -> float:
    """Give the standard error of the weighted mean."""
    return math.sqrt((honest_weight(videos) * VALUE - VALUE**2) / ROWS)


def _holdout(values: Values) -> Values:
    kept = float(values["editorial_retained"])
    return {"holdout_users": math.ceil((1.959964 + 0.841621) ** 2 * kept * (1 - kept) / 0.01**2)}


def figure(results: Values) -> Figure:
    """Draw what each repair does to clicks and retention, and what a weighted estimate is worth."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.5), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_repairs(left, results)
        _draw_estimates(right)
    return drawing


def _draw_repairs(axes: Axes, results: Values) -> None:
    def place(name: str) -> tuple[float, float]:
        return 100 * results[f"{name}_clicks"], 100 * results[f"{name}_retained"]

    for reward, marker in (("click", "s"), ("pleased", "o")):
        start, end, known = (place(reward + arm) for arm in ("", "_explored", "_known"))
        axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": "0.0", "shrinkB": 3})
        axes.plot(*start, marker, color="0.0", markersize=5)
        axes.plot(*end, marker, color="0.0", markersize=5, markerfacecolor="1.0")
        axes.plot(*known, "*", color="0.5", markersize=7)
    axes.plot(*place("editorial"), "D", color="0.5", markersize=4)
    axes.text(10.6, 74.0, "editors", fontsize=8, va="center")
    axes.text(12.2, 81.5, "reward: pleased", fontsize=8, va="center")
    axes.text(20.5, 63.4, "reward: clicks", fontsize=8, ha="right", va="center")
    axes.text(25.6, 57.6, "all rates known", fontsize=8, color="0.4", ha="right", va="center")
    axes.set(xlim=(8, 26), ylim=(56, 86))
    axes.set(xlabel="click-through rate (%)", ylabel="viewers after 28 days (%)")


def _draw_estimates(axes: Axes) -> None:
    videos = np.logspace(np.log10(60), 4, 40)
    error = np.array([ips_error(count) for count in videos])
    low, high = np.maximum(VALUE - 2 * error, 0), VALUE + 2 * error
    axes.fill_between(videos, 100 * low, 100 * high, color="0.85", linewidth=0)
    axes.axhline(100 * VALUE, color="0.0", linewidth=1.1)
    capped = [100 * VALUE * min(1.0, CAP / honest_weight(count)) for count in videos]
    axes.plot(videos, capped, "--", color="0.35", linewidth=1.1)
    axes.text(70, 15.2, "unbiased estimate,\ntwo standard errors", fontsize=8)
    axes.text(780, 3.4, "capped\nat 100", fontsize=8, ha="right")
    axes.set(xscale="log", xlim=(60, 10_000), ylim=(0, 20))
    axes.set(xlabel="videos explored", ylabel="estimated click rate (%)")
