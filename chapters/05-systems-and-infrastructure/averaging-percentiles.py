"""Averaging the Unaverageable: the p99 of a fleet from what its shards report.

Simulated minutes of twenty shards are summarized three ways by their p99s, by two counters, and by
two sketches that can be merged; each is held against the exact answer over all requests.
"""

# ruff: noqa: E402 (each listing has its own imports)

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

# region: minute
import numpy as np

SIZES = [31_000] * 19 + [2_500]  # requests a minute, by shard
FAST = (3.0, 0.4)  # mean and deviation of the log of the time in ms


def minute(rng, shard=0, law=FAST):
    """Draw the request times of twenty shards, one of them with its own law."""
    return [
        rng.lognormal(*(law if number == shard else FAST), size)
        for number, size in enumerate(SIZES)
    ]


def percentile(times, q):
    """Give the smallest time that a share q of the requests does not exceed."""
    return np.quantile(times, q, method="inverted_cdf")


def late_share(times, target=80):
    """Give the share beyond the target from two counters a shard."""
    late = sum(int((shard > target).sum()) for shard in times)
    return late / sum(shard.size for shard in times)


# endregion


# region: compactor
import math


def compact(levels, k, rng):
    """Halve the levels that are full; an item of level h stands for 2**h."""
    level = 0
    while level < len(levels):
        depth = len(levels) - 1 - level
        capacity = 2 * math.ceil(k * (2 / 3) ** depth / 2)
        if (size := levels[level].size) >= capacity:
            if depth == 0:
                levels.append(np.empty(0))
            items = np.sort(levels[level])
            even = size - size % 2
            survivors = items[rng.integers(2) : even : 2]
            levels[level] = items[even:]
            levels[level + 1] = np.concatenate([levels[level + 1], survivors])
        level += 1


def ranked(levels):
    """Give the items in order and the share of requests up to each."""
    items = np.concatenate(levels)
    weights = np.repeat(2.0 ** np.arange(len(levels)), [a.size for a in levels])
    order = np.argsort(items)
    return items[order], weights[order].cumsum() / weights.sum()


# endregion


# region: buckets
from collections import Counter

ALPHA = 0.01  # relative error of the value
GAMMA = (1 + ALPHA) / (1 - ALPHA)
FLOOR = 0.01  # ms; what is smaller counts as this


def sketch(times):
    """Count requests by bucket: bucket i ends at GAMMA**i."""
    index = np.log(np.maximum(times, FLOOR)) / math.log(GAMMA)
    return Counter(np.ceil(index).astype(int).tolist())


def merge(sketches):
    """Give the sketch of all that the sketches have counted."""
    return sum(sketches, Counter())


def estimate(counts, q):
    """Give the q-quantile, at most ALPHA off."""
    rank, seen = math.ceil(q * counts.total()), 0
    for index in sorted(counts):
        seen += counts[index]
        if seen >= rank:
            break
    return 2 * GAMMA**index / (GAMMA + 1)


# endregion


if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | list[float]]
Times = list[np.ndarray]

SEED, SKETCH_SEED, AMOUNT_SEED = 0, 1, 2
TARGET = 80  # ms
LEVEL = 0.99
MARKET, FAST_SHARD, PILOT = 0, 1, 19  # the marketplace's shard, a fast one, the small one
MINUTES = {
    "quiet": (MARKET, FAST),
    "disk": (PILOT, (6.0, 0.5)),
    "market": (MARKET, (3.8, 0.9)),
}
K = 400  # capacity of a compactor's top level
RUNS = 30  # minutes that both sketches summarize
QUANTILES = (0.5, 0.9, 0.99, 0.999)
COUNTER_BYTES, TIME_BYTES = 8, 8
WEEK = 7 * 24 * 60  # minutes
WORKERS, PER_WORKER = 20, 12  # workers, and payments of one merchant at each of them, a week
MERCHANTS = 2_000


def results() -> Values:
    """Give every computed number that the question prints (times in ms)."""
    rng = np.random.default_rng(SEED)
    minutes = {name: minute(rng, *slow) for name, slow in MINUTES.items()}
    values: Values = {"seed": SEED, "sketch_seed": SKETCH_SEED, "amount_seed": AMOUNT_SEED}
    for name, times in minutes.items():
        values |= {f"{name}_{key}": value for key, value in _formulas(times).items()}
    market = minutes["market"]
    return values | _tuesday(market) | _sketches(market) | _sizes(market) | _amounts()


def _formulas(times: Times) -> dict[str, float]:
    """Give the exact p99 of the fleet, and what becomes of the twenty p99s."""
    shards = [percentile(shard, LEVEL) for shard in times]
    return {
        "exact": float(percentile(np.concatenate(times), LEVEL)),
        "mean": float(np.mean(shards)),
        "weighted": float(np.average(shards, weights=SIZES)),
        "largest": float(max(shards)),
        "smallest": float(min(shards)),
        "late": late_share(times),
    }


def twin(times: Times, shard: int) -> Times:
    """Give a fleet with the same reports, in which one shard is slow beyond its p99 only."""
    slow = times[shard] >= percentile(times[shard], LEVEL)
    return [
        np.where(slow, times[shard], times[FAST_SHARD]) if number == shard else values
        for number, values in enumerate(times)
    ]


def _tuesday(times: Times) -> Values:
    """Look at the minute of the slow marketplace more closely."""
    everything = np.concatenate(times)
    exact = percentile(everything, LEVEL)
    formulas = _formulas(times)
    other = twin(times, MARKET)
    return {
        "requests": sum(SIZES),
        "market_share": SIZES[MARKET] / sum(SIZES),
        "pilot_share": SIZES[PILOT] / sum(SIZES),
        "market_late_own": float((times[MARKET] > TARGET).mean()),
        "market_of_slowest": float((times[MARKET] > exact).sum() / (everything > exact).sum()),
        "mean_level": float((everything <= formulas["mean"]).mean()),
        "largest_level": float((everything <= formulas["largest"]).mean()),
        "twin_exact": float(percentile(np.concatenate(other), LEVEL)),
        "twin_mean": _formulas(other)["mean"],
        "twin_largest": _formulas(other)["largest"],
        "fleet_noise": _noise(sum(SIZES)),
        "pilot_noise": _noise(SIZES[PILOT]),
        "pilot_beyond": round((1 - LEVEL) * SIZES[PILOT]),
    }


def _noise(requests: int) -> float:
    """Give the relative standard error of an exact p99 of so many fast requests."""
    normal = NormalDist()
    density = normal.pdf(normal.inv_cdf(LEVEL)) / FAST[1]  # of the log, at the p99
    return math.sqrt(LEVEL * (1 - LEVEL) / requests) / density


def feed(times: np.ndarray, levels: Times, k: int, rng: np.random.Generator) -> Times:
    """Add a stream to a compactor in pieces of k requests."""
    for start in range(0, times.size, k):
        levels[0] = np.concatenate([levels[0], times[start : start + k]])
        compact(levels, k, rng)
    return levels


def merged_levels(parts: Sequence[Times], k: int, rng: np.random.Generator) -> Times:
    """Merge compactors: level by level, then halve what is full."""
    whole: Times = [np.empty(0)]
    for part in parts:
        whole += [np.empty(0)] * (len(part) - len(whole))
        for level, items in enumerate(part):
            whole[level] = np.concatenate([whole[level], items])
        compact(whole, k, rng)
    return whole


def _sketches(times: Times) -> Values:
    """Merge both sketches over the shards of many minutes, and compare with the exact answers."""
    logs, items, ranks = np.empty((3, RUNS, len(QUANTILES)))
    for run in range(RUNS):
        rng = np.random.default_rng([SKETCH_SEED, run])
        shards = minute(rng, *MINUTES["market"])
        everything = np.sort(np.concatenate(shards))
        exact = np.array([percentile(everything, q) for q in QUANTILES])
        counts = merge(sketch(shard) for shard in shards)
        logs[run] = [estimate(counts, q) for q in QUANTILES] / exact - 1
        parts = [feed(shard, [np.empty(0)], K, rng) for shard in shards]
        found, shares = ranked(merged_levels(parts, K, rng))
        items[run] = found[np.searchsorted(shares, QUANTILES)] / exact - 1
        upto = np.searchsorted(found, exact, side="right")  # items up to the exact quantile
        ranks[run] = np.append(0.0, shares)[upto] - QUANTILES
    everything = np.concatenate(times)
    values: Values = {
        "runs": RUNS,
        "k": K,
        "buckets": len(merge(sketch(shard) for shard in times)),
        "kept": found.size,
        "rank_bound": math.sqrt(6) / K,
        "levels": [*QUANTILES],
        "log_errors": _root_mean_square(logs),
        "item_errors": _root_mean_square(items),
        "rank_errors": _root_mean_square(ranks),
        "log_worst": float(np.abs(logs).max()),
        "p98": float(percentile(everything, 0.98)),
        "slowest": float(everything.max()),
    }
    for number, q in enumerate(QUANTILES):
        low, high = np.quantile(items[:, number], [0.05, 0.95])
        values |= {
            f"item_low_{1000 * q:.0f}": float(low),
            f"item_high_{1000 * q:.0f}": float(high),
        }
    return values


def _root_mean_square(errors: np.ndarray) -> list[float]:
    means: list[float] = np.sqrt((errors**2).mean(axis=0)).tolist()
    return means


def _sizes(times: Times) -> Values:
    """Give the bytes of a week, exact and as sketches."""
    counters = sum(len(sketch(shard)) for shard in times)
    return {
        "counters": counters,
        "exact_gigabytes": sum(SIZES) * TIME_BYTES * WEEK / 1e9,
        "sketch_gigabytes": counters * COUNTER_BYTES * WEEK / 1e9,
        "buckets_for_range": math.ceil(math.log(1e5 / FLOOR) / math.log(GAMMA)),
    }


def _amounts() -> Values:
    """Give what twenty alike workers make of a merchant's p99 of amounts."""
    rng = np.random.default_rng(AMOUNT_SEED)
    amounts = np.sort(rng.standard_normal((MERCHANTS, WORKERS, PER_WORKER)), axis=-1)  # logs
    feature = np.exp(amounts[..., -1]).mean(axis=1)  # the p99 of a dozen is the largest
    pooled = np.quantile(amounts.reshape(MERCHANTS, -1), LEVEL, axis=1, method="inverted_cdf")
    beyond = np.vectorize(lambda value: 1 - NormalDist().cdf(value))
    return {
        "merchants": MERCHANTS,
        "payments": WORKERS * PER_WORKER,
        "worker_level": PER_WORKER / (PER_WORKER + 1),
        "feature_ratio": float(np.mean(feature) / math.exp(NormalDist().inv_cdf(LEVEL))),
        "feature_flagged": float(beyond(np.log(feature)).mean()),
        "pooled_flagged": float(beyond(pooled).mean()),
    }


def figure(results: Values) -> Figure:
    """Draw the shares slower than a time, and the error of two sketches by quantile."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.4), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_tails(left, results)
        _draw_errors(right, results)
    return drawing


def _draw_tails(axes: Axes, results: Values) -> None:
    normal = NormalDist()
    times = np.geomspace(10, 1000, 200)

    def tail(mean: float, deviation: float) -> np.ndarray:
        return np.array([100 * normal.cdf((mean - t) / deviation) for t in np.log(times)])

    share = float(results["market_share"])
    slow, fast = tail(*MINUTES["market"][1]), tail(*FAST)
    axes.plot(times, slow, "--", color="0.4", linewidth=1.1)
    axes.plot(times, fast, "-.", color="0.4", linewidth=1.1)
    axes.plot(times, share * slow + (1 - share) * fast, color="0.0", linewidth=1.5)
    axes.axhline(1, color="0.0", linewidth=0.8, linestyle=":")
    axes.axvline(TARGET, color="0.75", linewidth=2.5, zorder=0)
    for name, mark in (("mean", "s"), ("largest", "D"), ("exact", "o")):
        face = "0.0" if name == "exact" else "1.0"
        place = float(results[f"market_{name}"])
        axes.plot(place, 1, mark, markersize=4.5, color=face, mec="0.0", mew=0.9)
    axes.text(62, 0.52, "mean", fontsize=8, ha="right")
    axes.text(108, 1.35, "exact", fontsize=8)
    axes.text(370, 1.35, "largest", fontsize=8)
    axes.text(84, 55, "marketplace's shard", fontsize=8)
    axes.text(33, 0.035, "fast shard", fontsize=8, ha="right")
    axes.text(185, 0.1, "fleet", fontsize=8, ha="right")
    axes.set(xscale="log", yscale="log", xlim=(10, 1000), ylim=(0.02, 130))
    axes.set_xticks([10, 80, 100, 1000], labels=["10", "80", "", "1000"])
    axes.set_yticks([0.1, 1, 10, 100], labels=["0.1", "1", "10", "100"])
    axes.set(xlabel="request time (ms)", ylabel="requests that are slower (%)")


def _draw_errors(axes: Axes, results: Values) -> None:
    rest = [100 * (1 - q) for q in results["levels"]]
    axes.plot(rest, [100 * e for e in results["item_errors"]], "o--", color="0.4", markersize=3.5)
    axes.plot(rest, [100 * e for e in results["log_errors"]], "s-", color="0.0", markersize=3.5)
    axes.axhline(100 * ALPHA, color="0.0", linewidth=0.8, linestyle=":")
    axes.text(3.2, 6, "compactor", fontsize=8, ha="right")
    axes.text(0.1, 0.36, "log buckets", fontsize=8, ha="right")
    axes.text(60, 1.15, "their bound", fontsize=8)
    axes.set(xscale="log", yscale="log", xlim=(80, 0.07), ylim=(0.1, 130))
    axes.set_xticks(rest, labels=["p50", "p90", "p99", "p99.9"])
    axes.set_xticks([], minor=True)
    axes.set_yticks([0.1, 1, 10, 100], labels=["0.1", "1", "10", "100"])
    axes.set(xlabel="percentile of the fleet", ylabel="error of the value (%)")
