"""A Reservoir That Never Lets Go: what the age of a sample does to the model that learns from it.

A year of posts is sampled uniformly and with decay; models of a drifting relation are fitted to
buffers of different age and judged on the next day; twenty shards are merged.
"""

# ruff: noqa: D102, E402 (the text explains the methods; each listing has its own imports)

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING


# region: slots
def sample(posts, k, rng, least=0.0):
    """Sample a stream in k slots; with `least` at 0, this is Algorithm R."""
    rows = []  # rng: random.Random(seed)
    for seen, post in enumerate(posts, start=1):
        if seen <= k:
            rows.append(post)
        elif rng.random() < max(k / seen, least):
            rows[rng.randrange(k)] = post
    return rows


# endregion


# region: keys
import math
from hashlib import blake2b


class Reservoir:
    """Hold every post whose key is below a bound that only falls."""

    def __init__(self, k, scale=math.inf, secret=b""):
        self.k, self.scale, self.secret = k, scale, secret
        self.keys, self.bound = {}, math.inf

    def add(self, post, day):
        digest = blake2b(post, digest_size=8, key=self.secret).digest()
        u = ((int.from_bytes(digest, "big") >> 12) + 0.5) / 2**52
        key = math.log(-math.log1p(-u)) - day / self.scale
        if key < self.bound:
            self.hold({post: key}, self.bound)

    def hold(self, keys, bound):
        keys = self.keys | keys
        beyond = sorted(keys.values())[self.k : self.k + 1]
        self.bound = min(self.bound, bound, *beyond)
        self.keys = {p: key for p, key in keys.items() if key < self.bound}

    def erase(self, post):
        self.keys.pop(post, None)

    def probability(self, day):
        return -math.expm1(-math.exp(self.bound + day / self.scale))


# endregion


# region: drift
import numpy as np


def age_shares(days, scale):
    """Give the share of a buffer's rows by age in days, from zero."""
    weights = np.exp(-np.arange(days) / scale)
    return weights / weights.sum()


def next_day_error(shares, step, shock):
    """Give the expected squared error of a coefficient, tomorrow."""
    at_least = shares[::-1].cumsum()[::-1]  # the share of this age or older
    return step**2 * (at_least**2).sum() + shock**2 * (shares**2).sum()


def best_scale(step, shock):
    """Give the decay, in days, that makes this error smallest."""
    q, v = step**2, shock**2
    return -1 / math.log1p(-(math.sqrt(q * q + 4 * q * v) - q) / (2 * v))


# endregion


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | list[float]]

TOLERANCES = {"*_error_*": 1e-4, "sweep": 1e-4}
SEED, DRIFT_SEED = 0, 1
K = 10_000
DAYS = 365
SCALE = 14  # days
WINDOW = 26  # days; the best for equal weights
PER_SECOND = 50_000
POST_BYTES = 1_000
ARCHIVE = 2_000  # rows a day
PER_DAY = 20_000  # posts of the simulated stream
SHARDS = (4, 10_000, 16, 625)  # big ones and their posts a second, small ones and theirs
LANGUAGE = (0.05, 0.30)  # share of a minority's language in big and small shards
FEATURES, NOISE = 10, 1.0
STEP, SHOCK = 0.01, 0.15  # of a coefficient: lasting change, and the day's own part
RUNS = 60
SCALES = (1, 2, 4, 8, SCALE, 30, 60, 120)
AGES = (30, 90, DAYS)


def results() -> Values:
    """Give every computed number that the question prints."""
    values: Values = {
        "seed": SEED,
        "drift_seed": DRIFT_SEED,
        "k": K,
        "runs": RUNS,
        "scale": SCALE,
        "simulated": PER_DAY * DAYS,
    }
    return values | _facts() | _ages() | _drift() | _merge()


def _facts() -> Values:
    """Give what follows from the rates by arithmetic."""
    day = PER_SECOND * 86_400
    return {
        "posts_a_year": day * DAYS,
        "uniform_day": K / DAYS,
        "uniform_hour": K / DAYS / 24,
        "decayed_day": K * -math.expm1(-1 / SCALE),
        "stay_uniform_30": DAYS / (DAYS + 30),
        "stay_decayed_30": math.exp(-30 / SCALE),
        "window_seconds": K / PER_SECOND,
        "effective_weighted": effective(SCALE),
        "effective_month": _effective_window(30),
        "effective_quarter": _effective_window(90),
        "effective_year": _effective_window(DAYS),
        "archive_rows": ARCHIVE,
        "archive_megabytes": ARCHIVE * DAYS * POST_BYTES / 1e6,
    }


def effective(scale: float) -> float:
    """Give what uniform rows of the year are worth when they are weighted by age."""
    weights = np.exp(-np.arange(DAYS) / scale)
    return float(K / DAYS * weights.sum() ** 2 / (weights**2).sum())


def _effective_window(days: float) -> float:
    """Give what decayed rows are worth when weighted to the uniform mean of the last days."""
    x = days / SCALE
    rows = K * -math.expm1(-x)  # in the window, out of the whole buffer
    return rows * x**2 / (-math.expm1(-x) * math.expm1(x))


def kept(scale: float, rng: np.random.Generator) -> np.ndarray:
    """Give the ages in days of the K rows that a year of posts leaves."""
    ages = DAYS - np.arange(PER_DAY * DAYS) / PER_DAY
    keys = np.log(rng.standard_exponential(ages.size)) + ages / scale
    rows: np.ndarray = ages[np.argpartition(keys, K)[:K]]
    return rows


def _ages() -> Values:
    """Run the keys over a year of simulated posts."""
    values: Values = {}
    for name, scale in (("uniform", math.inf), ("decayed", float(SCALE))):
        ages = kept(scale, np.random.default_rng(SEED))
        values |= {
            f"{name}_last_day": int((ages <= 1).sum()),
            f"{name}_last_week": int((ages <= 7).sum()),
            f"{name}_older_30": float((ages > 30).mean()),
            f"{name}_mean_age": float(ages.mean()),
        }
    return values


def _shares(name: str, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the rows by age of a buffer, and the weight that the trainer gives them."""
    ones, decay = np.ones(days), np.exp(-np.arange(days) / SCALE)
    today = (np.arange(days) == 0).astype(float)
    return {
        "uniform": (age_shares(days, math.inf), ones),
        "today": (today, ones),
        "weighted": (age_shares(days, math.inf), decay),
        "decayed": (age_shares(days, SCALE), ones),
    }[name]


def coefficients(days: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw coefficients by age in days, and what will last of them until tomorrow."""
    lasting = rng.normal(0, STEP, (days + 1, FEATURES)).cumsum(axis=0)[::-1]
    return lasting[1:] + rng.normal(0, SHOCK, (days, FEATURES)), lasting[0]


def excess(
    shares: np.ndarray,
    weights: np.ndarray,
    drift: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> float:
    """Fit a buffer of K rows, and give what its model loses tomorrow to the lasting relation."""
    by_age, tomorrow = drift
    ages = np.repeat(np.arange(shares.size), rng.multinomial(K, shares))
    x = rng.standard_normal((K, FEATURES))
    y = (x * by_age[ages]).sum(axis=1) + rng.normal(0, NOISE, K)
    weighted = x * weights[ages, None]
    fitted = np.linalg.solve(weighted.T @ x, weighted.T @ y)
    return float(((fitted - tomorrow) ** 2).sum())


def _drift() -> Values:
    """Give the excess error on the next day, by buffer and by decay."""
    names = ("uniform", "today", "weighted", "decayed")
    losses: dict[str, list[float]] = {}
    for run in range(RUNS):
        for days in AGES:
            drift = coefficients(days, np.random.default_rng([DRIFT_SEED, run, days]))
            rng = np.random.default_rng([DRIFT_SEED, run, days, 1])
            for name in names:
                loss = excess(*_shares(name, days), drift, rng)
                losses.setdefault(f"{name}_error_{days}", []).append(loss)
            for scale in SCALES if days == DAYS else ():
                loss = excess(age_shares(days, scale), np.ones(days), drift, rng)
                losses.setdefault(f"sweep_{scale}", []).append(loss)
    means = {name: float(np.mean(loss)) for name, loss in losses.items()}
    best = best_scale(STEP, SHOCK)
    return {
        **{name: mean for name, mean in means.items() if "error" in name},
        "sweep": [means[f"sweep_{scale}"] for scale in SCALES],
        "best_scale": best,
        "uniform_best_age": math.sqrt(3) * SHOCK / STEP,
        "row_error": FEATURES * NOISE**2 / K,
        "best_predicted": predicted(best),
        "decayed_predicted": predicted(SCALE),
        "uniform_predicted": predicted(math.inf),
        "week_predicted": predicted(7),
        "month_predicted": predicted(30),
        "window_days": WINDOW,
        "window_predicted": predicted(math.inf, WINDOW),
        "attainable": NOISE**2 + FEATURES * SHOCK**2,
        "effective_days": 1 / float((age_shares(DAYS, SCALE) ** 2).sum()),
    }


def predicted(scale: float, days: int = DAYS) -> float:
    """Give the excess error that the formula expects of a buffer with this decay."""
    drift = next_day_error(age_shares(days, scale), STEP, SHOCK)
    return float(FEATURES * (drift + NOISE**2 / K))


def _merge() -> Values:
    """Give what equal parts of unequal shards do."""
    big, big_rate, small, small_rate = SHARDS
    total = big * big_rate + small * small_rate
    share = small * small_rate / total
    equal = small / (big + small)
    return {
        "small_share": share,
        "small_rows": equal,
        "language": (1 - share) * LANGUAGE[0] + share * LANGUAGE[1],
        "language_equal": (1 - equal) * LANGUAGE[0] + equal * LANGUAGE[1],
        "rate_ratio": big_rate / small_rate,
        "small_memory": SCALE * big_rate / small_rate,
    }


def figure(results: Values) -> Figure:
    """Draw the age of the rows, and the error on the next day by decay."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.4), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_ages(left)
        _draw_errors(right, results)
    return drawing


def _draw_ages(axes: Axes) -> None:
    ages = np.geomspace(1 / 24, DAYS, 200)
    axes.plot(ages, 100 * ages / DAYS, "--", color="0.4", linewidth=1.2)
    axes.plot(ages, -100 * np.expm1(-ages / SCALE), "-", color="0.0", linewidth=1.5)
    axes.axvline(1, color="0.75", linewidth=2, zorder=0)
    for share in (100 / DAYS, -100 * math.expm1(-1 / SCALE)):
        axes.plot(1, share, "o", color="0.0", markersize=3.5)
    axes.text(1.35, 0.2, "uniform", fontsize=8)
    axes.text(0.8, 11, f"decayed,\n{SCALE} days", fontsize=8, ha="right", va="center")
    axes.set(xscale="log", yscale="log", xlim=(1 / 24, DAYS), ylim=(0.01, 130))
    axes.set_xticks([1 / 24, 1, 7, 30, DAYS], labels=["1 hour", "1 day", "7", "30", "365"])
    axes.set_xticks([], minor=True)
    axes.set_yticks([0.01, 0.1, 1, 10, 100], labels=["0.01", "0.1", "1", "10", "100"])
    axes.set(xlabel="age (days)", ylabel="rows that are younger (%)")


def _draw_errors(axes: Axes, results: Values) -> None:
    scales = np.geomspace(0.9, 130, 120)
    axes.plot(scales, [predicted(scale) for scale in scales], color="0.0", linewidth=1.4)
    axes.plot(SCALES, results["sweep"], "o", color="0.0", markersize=3.5)
    lines = (("today", "all rows of today", ":"), ("uniform", "uniform over the year", "--"))
    for name, words, dashes in lines:
        height = float(results[f"{name}_error_{DAYS}"])
        axes.axhline(height, color="0.4", linewidth=1.1, linestyle=dashes)
        axes.text(130, height * 1.06, words, fontsize=8, ha="right", va="bottom")
    axes.set(xscale="log", yscale="log", xlim=(0.9, 135), ylim=(0.01, 0.4))
    axes.set_xticks(SCALES, labels=["1", "2", "4", "8", "14", "30", "60", "120"])
    axes.set_xticks([], minor=True)
    ticks = [0.01, 0.02, 0.05, 0.1, 0.2]
    axes.set_yticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    axes.set_yticks([], minor=True)
    axes.set(xlabel="scale of the decay (days)", ylabel="excess squared error, next day")
