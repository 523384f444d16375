"""Green Dashboards, Old Numbers: what a demand index is worth by its age when it is read.

Zones with a demand index of thirty minutes' memory are read fresh and late; three ways to use the
index are held against ignoring it, and statistics of the column against a comparison in pairs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

# region: signal
import numpy as np

MEMORY = 30  # minutes: the correlation over L minutes is exp(-L / MEMORY)
NOISE = 0.3  # deviation of what the index does not say about demand


def demand_index(rng, zones, minutes):
    """Draw the index of many zones by minute, in deviations from the usual."""
    keep = np.exp(-1 / MEMORY)
    index = rng.standard_normal((minutes, zones))
    index[1:] *= np.sqrt(1 - keep**2)
    for now in range(1, minutes):
        index[now] += keep * index[now - 1]
    return index


def stability(reference, live, bins=10):
    """Give the population stability index, by deciles of the reference."""
    edges = np.quantile(reference, np.linspace(0, 1, bins + 1)[1:-1])
    p, q = (
        np.bincount(np.searchsorted(edges, x), minlength=bins) / x.size
        for x in (reference.ravel(), live.ravel())
    )
    return ((p - q) * np.log(p / q)).sum()


# endregion


# region: age
def find_age(served, warehouse, start, oldest=60):
    """Find how old logged values were; the log begins at minute start."""
    error = [
        np.mean((served - warehouse[start - age :][: served.size]) ** 2)
        for age in range(oldest + 1)
    ]
    return int(np.argmin(error))


# endregion


# region: discount
def correlation(warehouse, oldest):
    """Estimate from history what is left after 0, 1, ... minutes."""
    size = warehouse.shape[0] - oldest
    old = warehouse[:size]
    ages = range(oldest + 1)
    means = [(old * warehouse[age:][:size]).mean() for age in ages]
    return np.array(means) / (old**2).mean()


def discounted(served, age, left):
    """Forecast the index now; what is too old counts for nothing."""
    share = np.where(age < left.size, left[np.minimum(age, left.size - 1)], 0)
    return np.maximum(share, 0) * served


# endregion

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | list[float] | list[int]]

SEED = 0
ZONES, DAY = 100, 24 * 60
DAYS = 7  # of training, and again of serving
PEAKS = ((7 * 60, 9 * 60 + 30), (16 * 60 + 30, 19 * 60 + 30))  # minutes of the day
OFF_PEAK_AGE, PEAK_AGES = 2, (20, 40)  # minutes; drawn once for each zone and peak
PEAK_RIDES = 0.5  # share of the rides that are priced in peaks
LAGS = (0, 5, 10, 15, 20, 25, 30, 40, 60)
REVISION = 0.1  # deviation by which late events revise an index afterwards
PROFILE = 2.0  # height of the raw index's daily peaks, in deviations


def results() -> Values:
    """Give every computed number that the question prints."""
    rng = np.random.default_rng(SEED)
    index = demand_index(rng, ZONES, 2 * DAYS * DAY)
    demand = index + NOISE * rng.standard_normal(index.shape)
    train, serve = index[: DAYS * DAY], np.arange(DAYS * DAY, index.shape[0])
    values: Values = {
        "seed": SEED,
        "zones": ZONES,
        "reads": serve.size * ZONES,
        "break_even": MEMORY * np.log(2),
        "slope": float((train * demand[: DAYS * DAY]).mean() / (train**2).mean()),
    }
    values |= _by_lag(index, demand, train, serve)
    age = served_ages(rng, serve)
    values |= _as_served(index, demand, serve, age)
    values |= _clues(rng, index, serve, age)
    return values | _attacks(index, train, serve)


def _by_lag(index: np.ndarray, demand: np.ndarray, train: np.ndarray, serve: np.ndarray) -> Values:
    """Serve the index at one lag after another."""
    y = demand[serve]
    trusted, refitted, psi, ks, pairs = [], [], [], [], []
    for lag in LAGS:
        late = index[serve - lag]
        past = train[: train.shape[0] - lag]
        slope = (past * demand[lag : train.shape[0]]).mean() / (past**2).mean()
        trusted.append(float(((y - late) ** 2).mean()))
        refitted.append(float(((y - slope * late) ** 2).mean()))
        psi.append(float(stability(train, late)))
        ks.append(distance(train, late))
        pairs.append(float(((index[serve] - late) ** 2).mean()))
    return {
        "lags": list(LAGS),
        "trusted": trusted,
        "refitted": refitted,
        "ignored": float((y**2).mean()),
        "psi": psi,
        "psi_largest": max(psi),
        "ks": ks,
        "ks_critical": 1.358 * float(np.sqrt(1 / train.size + 1 / y.size)),
        "pairs": pairs,
    }


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """Give the Kolmogorov-Smirnov distance, on a grid."""
    grid = np.linspace(-4, 4, 401)
    shares = [
        np.histogram(values, np.concatenate([[-np.inf], grid]))[0].cumsum() / values.size
        for values in (a, b)
    ]
    return float(np.abs(shares[0] - shares[1]).max())


def in_peak(minute: np.ndarray) -> np.ndarray:
    """Say for minutes whether they are in a peak."""
    of_day = minute % DAY
    return np.any([(start <= of_day) & (of_day < end) for start, end in PEAKS], axis=0)


def served_ages(rng: np.random.Generator, minutes: np.ndarray) -> np.ndarray:
    """Draw ages: one for each zone and peak, and a short one elsewhere."""
    age = np.full((minutes.size, ZONES), OFF_PEAK_AGE)
    for day in np.unique(minutes // DAY):
        for start, end in PEAKS:
            here = (minutes >= day * DAY + start) & (minutes < day * DAY + end)
            age[here] = rng.integers(PEAK_AGES[0], PEAK_AGES[1] + 1, ZONES)
    return age


def read(index: np.ndarray, minutes: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Give the values that are served at these minutes."""
    served: np.ndarray = index[minutes[:, None] - age, np.arange(index.shape[1])]
    return served


def _as_served(index: np.ndarray, demand: np.ndarray, serve: np.ndarray, age: np.ndarray) -> Values:
    """Compare four prices in and outside peaks, fitted on one half of the days."""
    late, y, peak = read(index, serve, age), demand[serve], in_peak(serve)
    train = index[: DAYS * DAY]
    fit, test = serve < (DAYS + 4) * DAY, serve >= (DAYS + 4) * DAY
    weight = np.where(peak, PEAK_RIDES / peak.sum(), (1 - PEAK_RIDES) / (~peak).sum())[:, None]
    one = float((weight * late * y)[fit].sum() / (weight * late**2)[fit].sum())
    left = correlation(train, PEAK_AGES[1])
    forecasts = {
        "rule": np.zeros_like(late),
        "trust": late,
        "one": one * late,
        "aged": discounted(late, age, left),
    }
    values: Values = {"one_slope": one, "peak_left": float(np.exp(-age[peak] / MEMORY).mean())}
    for name, forecast in forecasts.items():
        error = (y - forecast) ** 2
        high, low = float(error[test & peak].mean()), float(error[test & ~peak].mean())
        values |= {
            f"{name}_peak": high,
            f"{name}_off": low,
            f"{name}_rides": PEAK_RIDES * high + (1 - PEAK_RIDES) * low,
        }
    rho = np.exp(-age / MEMORY)
    mean, square = (float((weight * r).sum() / ZONES) for r in (rho, rho**2))
    return values | {
        "part_old": 1 - square,
        "part_unknown": square - mean**2,
        "part_mistrust": (1 - mean) ** 2,
        "part_free": 1 - (1 - square) / (2 - 2 * mean),
        "left_mean": mean,
        "left_20": float(left[20]),
        "left_40": float(left[40]),
        "psi_served": float(stability(train, late)),
        "psi_peaks": float(stability(train[in_peak(np.arange(train.shape[0]))], late[peak])),
        "recovered_fresh": NOISE**2 + (1 - one) ** 2,
    }


def _clues(
    rng: np.random.Generator, index: np.ndarray, serve: np.ndarray, age: np.ndarray
) -> Values:
    """Find the ages from one hour of a log, with a warehouse that has been revised since."""
    late = read(index, serve, age)
    revised = index + REVISION * rng.standard_normal(index.shape)
    right, first = 0, int(serve[0])
    hours = [day * DAY + start for day in range(DAYS) for start, _ in PEAKS]
    for zone in range(ZONES):
        for hour in hours:
            logged = late[hour : hour + 60, zone]
            found = find_age(logged, revised[:, zone], first + hour)
            right += found == age[hour, zone]
    return {"found": right / (ZONES * len(hours)), "searches": ZONES * len(hours)}


def _attacks(index: np.ndarray, train: np.ndarray, serve: np.ndarray) -> Values:
    """Move the column's distribution after all: ages that depend on it, and a daily profile."""
    busy = np.where(index[serve] > 0, PEAK_AGES[1], PEAK_AGES[0])
    chosen = read(index, serve, busy)
    minute = np.arange(index.shape[0]) % DAY
    middle = [(start + end) / 2 for start, end in PEAKS]
    profile = PROFILE * sum(np.exp(-(((minute - m) / 75) ** 2) / 2) for m in middle)
    raw = index + profile[:, None]
    of_day = minute[serve]
    late = raw[serve - 30]
    ramp = (of_day >= 6 * 60 + 30) & (of_day < 7 * 60 + 30)
    return {
        "psi_chosen": float(stability(train, chosen)),
        "chosen_error": float(((index[serve] - chosen) ** 2).mean() + NOISE**2),
        "psi_raw_day": float(stability(raw[: DAYS * DAY], late)),
        "psi_raw_ramp": float(stability(raw[: DAYS * DAY][ramp], late[ramp])),
    }


def figure(results: Values) -> Figure:
    """Draw the errors by lag, and two ways to look for the lag."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.4), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_errors(left, results)
        _draw_monitors(right, results)
    return drawing


def _draw_errors(axes: Axes, results: Values) -> None:
    lag = np.linspace(0, 60, 121)
    rho = np.exp(-lag / MEMORY)
    axes.axvspan(*PEAK_AGES, color="0.92", linewidth=0)
    axes.plot(lag, NOISE**2 + 2 * (1 - rho), "-", color="0.0", linewidth=1.1)
    axes.plot(lag, NOISE**2 + 1 - rho**2, "--", color="0.4", linewidth=1.1)
    axes.axhline(NOISE**2 + 1, color="0.0", linewidth=0.8, linestyle=":")
    axes.plot(results["lags"], results["trusted"], "o", color="0.0", markersize=3)
    axes.plot(results["lags"], results["refitted"], "s", color="0.4", markersize=3)
    axes.text(49, 1.42, "trusted", fontsize=8)
    axes.text(31, 0.78, "refitted at this age", fontsize=8)
    axes.text(2, 1.13, "ignored", fontsize=8)
    axes.text(30, 0.06, "peaks", fontsize=8, ha="center")
    axes.set(xlim=(0, 61), ylim=(0, 2), xticks=range(0, 61, 10))
    axes.set(xlabel="age when read (minutes)", ylabel="mean squared error")


def _draw_monitors(axes: Axes, results: Values) -> None:
    axes.plot(results["lags"], results["psi"], "o-", color="0.0", markersize=3, linewidth=1.1)
    axes.plot(results["lags"][1:], results["pairs"][1:], "s--", color="0.4", markersize=3)  # type: ignore[index]
    for level, name in ((0.1, "alarm levels"), (0.25, "")):
        axes.axhline(level, color="0.0", linewidth=0.8, linestyle=":")
        axes.text(60, level * 0.42, name, fontsize=8, ha="right")
    axes.text(60, 0.6, "in pairs", fontsize=8, ha="right")
    axes.text(60, 1.4e-4, "stability index of the column", fontsize=8, ha="right")
    axes.set(yscale="log", xlim=(0, 61), ylim=(1e-5, 4), xticks=range(0, 61, 10))
    axes.set(xlabel="age when read (minutes)", ylabel="size of the difference")
