"""Fresh Models, Late Labels: what clicks say about a conversion rate before their labels arrive.

Clicks convert after hours; five ways to count them follow a rate that triples, and a formula says
how many mature clicks the newest ones are worth.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

# region: stream
import numpy as np

MEAN_DELAY = 6.0  # hours from click to conversion
STEP = 1 / 6  # hours: one training every ten minutes


def arrived(age, mean=MEAN_DELAY):
    """Give the share of conversions that have arrived at an age in hours."""
    return 1 - np.exp(-np.maximum(age, 0) / mean)


def conversions(rng, clicks, rate, mean=MEAN_DELAY):
    """Count by click time (rows) what arrives 1, 2, ... steps later."""
    ends = arrived(STEP * np.arange(1, clicks.size + 1), mean)
    share = np.diff(ends, prepend=0, append=1)  # the last: after the end
    return rng.multinomial(rng.binomial(clicks, rate), share)[:, :-1]


def worth(hours, clicks_an_hour, mean=MEAN_DELAY):
    """Give the mature clicks to which the clicks of the last hours amount."""
    return clicks_an_hour * (hours - mean * arrived(hours, mean))


# endregion


# region: loss
def delayed_loss(score, converted, share):
    """Give the log loss of rows whose labels are still arriving."""
    p = 1 / (1 + np.exp(-score))
    return -np.where(converted, np.log(p), np.log1p(-p * share)).mean()


def delayed_slope(score, converted, share):
    """Give the derivative of each row's loss by its score."""
    p = 1 / (1 + np.exp(-score))
    return np.where(converted, p - 1, share * p * (1 - p) / (1 - p * share))


# endregion


# region: check
def calibration(p, converted, age, edges, share=arrived):
    """Compare conversions with what was expected by now, by age of the row."""
    group = np.searchsorted(edges, age)
    seen = np.bincount(group, converted, minlength=len(edges) + 1)
    expected = np.bincount(group, p * share(age), minlength=len(edges) + 1)
    return seen / expected


# endregion

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | list[float]]

SEED, ROW_SEED = 0, 1
CLICKS = 4000  # an hour
LOW, HIGH = 0.05, 0.15  # the rate before and after the campaign starts
START, END = 120, 240  # hours
MEMORY = 12.0  # hours: weights of clicks fall as exp(-age / MEMORY)
WAIT = 48.0  # hours
RUNS = 10
SCHEMES = ("window", "wait", "arrived", "stream", "corrected")
IMPULSE, CONSIDERED = (0.05, 1.0), (0.10, 24.0)  # rate and mean delay (hours) of two kinds of goods
ROWS = 200_000
SWING = 0.6  # of the traffic, up and down over a day
FAST = 3.0  # hours: the mean delay if the campaign also speeds buyers up


def results() -> Values:
    """Give every computed number that the question prints."""
    values: Values = {"seed": SEED, "row_seed": ROW_SEED, "runs": RUNS}
    for name, hours in (("10m", STEP), ("1h", 1.0), ("6h", 6.0), ("24h", 24.0), ("48h", 48.0)):
        values[f"arrived_{name}"] = float(arrived(hours))
        values[f"worth_{name}"] = float(worth(hours, CLICKS))
    for name, hours in (("10m", STEP), ("1h", 1.0), ("6h", 6.0)):
        values[f"low_{name}"] = LOW * float(worth(hours, CLICKS))
        values[f"high_{name}"] = HIGH * float(worth(hours, CLICKS))
    values["square_10m"] = CLICKS * STEP**2 / (2 * MEAN_DELAY)
    values["window_rate"] = LOW * float(arrived(STEP))
    values["factor"] = 1 / float(arrived(STEP))
    age = STEP * np.arange(1, round(END / STEP))
    weight = np.exp(-age / MEMORY)
    values["arrived_factor"] = float(weight.sum() / (weight * arrived(age)).sum())
    return values | _step() | _kinds() | _rows() | _swing() | _faster()


def estimates(seen: np.ndarray, clicks: np.ndarray) -> dict[str, np.ndarray]:
    """Give five estimates of the rate after each step, from arrivals by click time and age."""
    steps = clicks.size
    total = np.concatenate([np.zeros((steps, 1)), seen.cumsum(axis=1)], axis=1)
    wait = round(WAIT / STEP)
    age = np.arange(steps)
    weight = np.exp(-STEP * age / MEMORY)
    share = arrived(STEP * age)
    found = {name: np.full(steps, np.nan) for name in SCHEMES}
    arrivals = np.zeros(steps)
    for lag in range(1, steps):
        arrivals[lag:] += seen[: steps - lag, lag - 1]
    for now in range(wait + 1, steps):
        clicked = np.arange(now)
        old = now - clicked
        w, n = weight[old], clicks[:now]
        by_now = total[clicked, old]
        done = old >= wait
        found["window"][now] = (w * total[:now, 1]).sum() / (w * n).sum()
        found["wait"][now] = (w * total[:now, wait])[done].sum() / (w * n)[done].sum()
        found["arrived"][now] = (w * by_now).sum() / (w * n).sum()
        found["stream"][now] = (w * arrivals[1 : now + 1]).sum() / (w * n).sum()
        found["corrected"][now] = (w * by_now).sum() / (w * n * share[old]).sum()
    return found


def _true_rate(steps: int) -> np.ndarray:
    return np.where(np.arange(steps) * STEP < START, LOW, HIGH)


def _step() -> Values:
    """Follow the rate through the start of the campaign."""
    steps = round(END / STEP)
    rate = _true_rate(steps)
    clicks = np.full(steps, round(CLICKS * STEP))
    rng = np.random.default_rng(SEED)
    runs = [estimates(conversions(rng, clicks, rate), clicks) for _ in range(RUNS)]
    start = round(START / STEP)
    after = slice(start, start + round(72 / STEP))
    values: Values = {}
    for name in SCHEMES:
        paths = np.array([run[name] for run in runs])
        mean = paths.mean(axis=0)
        values |= {
            f"{name}_before": float(mean[start - 1]),
            f"{name}_noise": float(paths[:, start - 1].std(ddof=1)),
            f"{name}_12": float(mean[start + round(12 / STEP)]),
            f"{name}_48": float(mean[start + round(48 / STEP)]),
            f"{name}_end": float(mean[-1]),
            f"{name}_loss": float(_excess(rate[after], paths[:, after]).mean()),
            f"{name}_path": paths[0, start - 144 :: 6].round(5).tolist(),
        }
    values["path_hours"] = [round(h * STEP - 24, 3) for h in range(0, steps - start + 144, 6)]
    corrected = np.array([run["corrected"] for run in runs])
    for hours in (1, 6, 24):
        values[f"cadence_{hours}"] = _held(rate, corrected, round(hours / STEP), after)
    return values


def _held(rate: np.ndarray, found: np.ndarray, every: int, after: slice) -> float:
    """Give the excess loss if the model is renewed less often, averaged over when."""
    now = np.arange(rate.size)
    losses = []
    for phase in range(0, every, max(1, every // 12)):
        last = now - (now - phase) % every
        losses.append(float(_excess(rate[after], found[:, last[after]]).mean()))
    return sum(losses) / len(losses)


def _excess(rate: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Give the log loss above that of the true rate."""
    gain: np.ndarray = rate * np.log(rate / found) + (1 - rate) * np.log((1 - rate) / (1 - found))
    return gain


def _kinds() -> Values:
    """Give what the schemes make of two kinds of goods with different delays."""
    age = STEP * np.arange(1, round(240 / STEP))
    weight = np.exp(-age / MEMORY)
    (p, fast), (q, slow) = IMPULSE, CONSIDERED
    pooled = (p * arrived(age, fast) + q * arrived(age, slow)) / (p + q)

    def average(share: np.ndarray) -> float:
        return float((weight * share).sum() / weight.sum())

    own = [average(arrived(age, mean)) for mean in (fast, slow)]
    return {
        "impulse_window": p * float(arrived(1.0, fast)),
        "considered_window": q * float(arrived(1.0, slow)),
        "impulse_pooled": p * own[0] / average(pooled),
        "considered_pooled": q * own[1] / average(pooled),
    }


def _rows() -> Values:
    """Fit rates by the loss for rows that are still waiting, and weigh rows by one over F."""
    rng = np.random.default_rng(ROW_SEED)
    kind = rng.integers(2, size=ROWS)
    rates, means = (np.array(x)[kind] for x in zip(IMPULSE, CONSIDERED, strict=True))
    age = rng.uniform(STEP, 24.0, ROWS)
    delay = rng.exponential(means)
    bought = rng.random(ROWS) < rates
    converted = bought & (delay <= age)
    share = arrived(age, means)
    scores = np.zeros(2)
    for _ in range(200):
        slope = delayed_slope(scores[kind], converted, share)
        pull = np.bincount(kind, slope, 2) / np.bincount(kind, minlength=2)
        scores -= 20 * pull
    fitted = 1 / (1 + np.exp(-scores))
    p = fitted[kind]
    edges = np.array([1.0, 6.0])

    def share_of(hours: np.ndarray) -> np.ndarray:
        return np.asarray(arrived(hours, means))

    right = calibration(p, converted, age, edges, share_of)
    naive = np.bincount(kind, converted, 2) / np.bincount(kind, minlength=2)
    plain = calibration(naive[kind], converted, age, edges, lambda hours: np.ones(hours.size))
    x = np.linspace(STEP, 24.0, 20_001) / MEAN_DELAY
    f = arrived(x, 1.0)
    return {
        "rows": ROWS,
        "fitted_impulse": float(fitted[0]),
        "fitted_considered": float(fitted[1]),
        "naive_impulse": float(naive[0]),
        "naive_considered": float(naive[1]),
        "calibration_right": [float(c) for c in right],
        "calibration_plain": [float(c) for c in plain],
        "inverse_variance": float(f.mean() * (1 / f).mean()),
    }


def _swing() -> Values:
    """Give what traffic that swings over the day does to estimates of a constant rate."""
    steps = round(240 / STEP)
    hours = STEP * np.arange(steps)
    clicks = CLICKS * STEP * (1 + SWING * np.sin(2 * math.pi * hours / 24))
    ends = arrived(STEP * np.arange(1, steps + 1))
    seen = LOW * clicks[:, None] * np.diff(ends, prepend=0)
    found = estimates(seen, clicks)
    last = slice(steps - round(24 / STEP), steps)
    return {
        f"swing_{name}_{end}": float(pick(found[name][last]))
        for name in ("stream", "corrected")
        for end, pick in (("low", np.min), ("high", np.max))
    }


def _faster() -> Values:
    """Correct with six hours although the campaign's buyers need three."""
    steps, start = round(END / STEP), round(START / STEP)
    clicks = np.full(steps, CLICKS * STEP)
    rate = _true_rate(steps)
    ages = STEP * np.arange(1, steps + 1)
    seen = np.where(
        (np.arange(steps) < start)[:, None],
        np.diff(arrived(ages), prepend=0),
        np.diff(arrived(ages, FAST), prepend=0),
    )
    found = estimates(rate[:, None] * clicks[:, None] * seen, clicks)["corrected"]
    return {"faster_12": float(found[start + 72]), "faster_end": float(found[-1])}


def figure(results: Values) -> Figure:
    """Draw five estimates through a step, and the worth of the newest clicks."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.5), layout="constrained")
        left, right = drawing.subplots(1, 2, width_ratios=(1.25, 1))
        _draw_step(left, results)
        _draw_worth(right)
    return drawing


def _draw_step(axes: Axes, results: Values) -> None:
    hours = np.asarray(results["path_hours"])
    styles = {
        "corrected": ("0.0", "-", 1.5),
        "stream": ("0.45", "-", 1.0),
        "arrived": ("0.3", "-.", 1.1),
        "wait": ("0.2", "--", 1.1),
        "window": ("0.0", ":", 1.3),
    }
    for name, (gray, dashes, width) in styles.items():
        path = 100 * np.asarray(results[f"{name}_path"])
        axes.plot(hours, path, dashes, color=gray, linewidth=width)
    axes.step([-24, 0, 96], [5, 15, 15], where="post", color="0.75", linewidth=2.5, zorder=0)
    axes.text(35, 15.6, "corrected, stream", fontsize=8)
    axes.text(63, 6.3, "what has\narrived", fontsize=8)
    axes.text(14, 3.5, "wait 48 h", fontsize=8)
    axes.text(40, 1.2, "10-minute window", fontsize=8)
    axes.text(-22, 5.7, "truth", fontsize=8)
    axes.set(xlim=(-24, 96), ylim=(0, 17.5), xticks=range(-24, 97, 24), yticks=range(0, 16, 5))
    axes.set(xlabel="hours since the campaign began", ylabel="conversion rate (%)")


def _draw_worth(axes: Axes) -> None:
    hours = np.geomspace(1 / 6, 48, 100)
    axes.plot(hours, CLICKS * hours, "--", color="0.4", linewidth=1.1)
    axes.plot(hours, worth(hours, CLICKS), "-", color="0.0", linewidth=1.5)
    marks = np.array([STEP, 1.0, 6.0, 24.0])
    axes.plot(marks, worth(marks, CLICKS), "o", color="0.0", markersize=3.5)
    axes.text(0.22, 6.5, f"{worth(STEP, CLICKS):.0f}", fontsize=8)
    axes.text(1.15, 190, f"{worth(1.0, CLICKS):.0f}", fontsize=8)
    axes.text(0.17, 3000, "clicks", fontsize=8)
    axes.text(2.6, 700, "their worth", fontsize=8)
    axes.set(xscale="log", yscale="log", xlim=(0.14, 60), ylim=(4, 3e5))
    axes.set_xticks([STEP, 1, 6, 24], labels=["10 min", "1 h", "6 h", "24 h"])
    axes.set_xticks([], minor=True)
    axes.set(xlabel="clicks of the last", ylabel="number")
