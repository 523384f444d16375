"""A Hundred Easy Negatives: three recommenders of people, ranked by samples and by the catalog.

A recommender is described by the true rank that it gives to the person whom a member then added.
Expected hit rates are exact sums over these ranks; simulated leaderboards check them.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

# region: sampled
import numpy as np

CATALOG, SHOWN = 1_000_000, 10
MODELS = {  # true ranks: (share of members, first, last)
    "A": [(0.2, 1, 7), (0.8, 1, 333_333)],
    "B": [(1.0, 200, 20_000)],
    "C": [(0.9, 1, 5_001), (0.1, 5_001, CATALOG)],
}


def draw_ranks(model, members, rng):
    """Draw the true rank of the right person, for many members."""
    shares, first, last = np.array(MODELS[model]).T
    kind = rng.choice(len(shares), size=members, p=shares)
    return rng.integers(first[kind], last[kind], endpoint=True)


def sampled_hit(rank, negatives, shown=SHOWN):
    """Give the chance to be among the first of a sample."""
    x = (rank - 1) / (CATALOG - 1)  # share of the others ahead
    x = np.clip(x, 1e-300, 1 - 1e-12)
    total, log_ways = 0.0, 0.0
    for ahead in range(shown):  # at most shown - 1 of the sample
        behind = negatives - ahead
        log_p = log_ways + ahead * np.log(x) + behind * np.log1p(-x)
        total += np.exp(log_p)
        log_ways += np.log(behind) - np.log(ahead + 1)
    return total


# endregion


# region: served
def ranked(member, people, person, allowed):
    """Count who is ahead of a person, and who is level, served."""
    score = people @ member
    rivals = np.flatnonzero(allowed)
    rivals = rivals[rivals != person]
    ahead = (score[rivals] > score[person]).sum()
    level = (score[rivals] == score[person]).sum()
    return ahead, level


def hit(ahead, level, shown=10):
    """Give the chance of a place on the page, with ties by lot."""
    places = np.asarray(shown) - ahead
    return np.clip(places / (np.asarray(level) + 1), 0, 1)


# endregion


# region: gap
def gap(hits, rival_hits, rng, draws=1000):
    """Give the mean gain per member, and a 95% interval."""
    gain = np.asarray(hits, float) - rival_hits
    chosen = rng.integers(gain.size, size=(draws, gain.size))
    low, high = np.quantile(gain[chosen].mean(axis=1), [0.025, 0.975])
    return gain.mean(), low, high


# endregion


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | list[float]]

SEED, GAP_SEED = 0, 1
MEMBERS = 4_000  # in the test
SAMPLES = (100, 1_000, 10_000, 100_000)
CURVE = [int(m) for m in np.geomspace(10, 500_000, 48)]
MICROSECONDS = 2  # to score a pair on one core
REQUESTS, CANDIDATES = 50_000, 1_000  # a second, and people scored for each


def spread(first: int, last: int, most: int = 4_000) -> np.ndarray:
    """Give ranks that stand for all from first to last alike."""
    count = min(last - first + 1, most)
    return first - 0.5 + (np.arange(count) + 0.5) * (last - first + 1) / count


def sampled_rate(model: str, negatives: int, shown: int = SHOWN) -> float:
    """Give the expected hit rate against so many sampled negatives."""
    return sum(
        share * float(sampled_hit(spread(first, last), negatives, shown).mean())
        for share, first, last in MODELS[model]
    )


def full_rate(model: str, shown: float = SHOWN) -> float:
    """Give the hit rate against everybody."""
    return sum(
        share * min(1.0, max(0.0, (shown - first + 1) / (last - first + 1)))
        for share, first, last in MODELS[model]
    )


def area(model: str) -> float:
    """Give the AUC: the chance to be ahead of one random person."""
    return sum(
        share * (1 - ((first + last) / 2 - 1) / (CATALOG - 1))
        for share, first, last in MODELS[model]
    )


def _where(falling_to_zero, low: float, high: float) -> float:
    """Find, on a logarithmic scale, where a function changes its sign from plus to minus."""
    while high / low > 1 + 1e-9:
        middle = math.sqrt(low * high)
        low, high = (middle, high) if falling_to_zero(middle) > 0 else (low, middle)
    return high


def results() -> Values:
    """Give every computed number that the question prints."""
    values: Values = {"seed": SEED, "gap_seed": GAP_SEED, "members": MEMBERS}
    for model in MODELS:
        values |= {f"auc_{model}": area(model), f"full_{model}": full_rate(model)}
        values |= {f"hit_{model}_{m}": sampled_rate(model, m) for m in SAMPLES}
        values |= {f"one_{model}": sampled_rate(model, 1, shown=1)}
        values |= {f"curve_{model}": [sampled_rate(model, m) for m in CURVE]}
    return values | _cutoffs() | _crossings() | _simulated() | _apart() | _costs()


def _cutoffs() -> Values:
    """Give the ranks at which a sampled hit has a chance of 95, 50 and 5 percent."""
    values: Values = {}
    for m in SAMPLES:
        values[f"cutoff_{m}"] = SHOWN / (m + 1) * CATALOG
        for name, chance in (("sure", 0.95), ("even", 0.5), ("rare", 0.05)):
            values[f"{name}_{m}"] = _where(
                lambda rank, m=m, chance=chance: float(sampled_hit(rank, m)) - chance, 1, CATALOG
            )
    return values


def _crossings() -> Values:
    def lead(negatives: float) -> float:
        return sampled_rate("B", round(negatives)) - sampled_rate("A", round(negatives))

    def full_lead(shown: float) -> float:
        return full_rate("A", shown) - full_rate("B", shown)

    return {"crossing": _where(lead, 100, 100_000), "full_crossing": _where(full_lead, 200, 20_000)}


def _simulated() -> Values:
    """Run the leaderboard once, and the evaluation against everybody."""
    rng = np.random.default_rng(SEED)
    rank = {model: draw_ranks(model, MEMBERS, rng) for model in "AB"}
    values: Values = {}
    for model, ranks in rank.items():
        ahead = rng.binomial(100, (ranks - 1) / (CATALOG - 1))
        values[f"board_{model}"] = float((ahead < SHOWN).mean())
        values[f"found_{model}"] = float((ranks <= SHOWN).mean())
    mean, low, high = gap(rank["A"] <= SHOWN, rank["B"] <= SHOWN, np.random.default_rng(GAP_SEED))
    return values | {"gap": float(mean), "gap_low": float(low), "gap_high": float(high)}


def _apart() -> Values:
    """Say how far a score of the sampled rank can tell two true ranks apart."""
    return {f"apart_{m}": 1 - (1 - 190 / (CATALOG - 1)) ** m for m in SAMPLES} | {
        "deep_hit": float(sampled_hit(50_000, 100))
    }


def _costs() -> Values:
    pairs = MEMBERS * CATALOG
    return {
        "pairs": pairs,
        "core_hours": pairs * MICROSECONDS * 1e-6 / 3600,
        "no_shared_contact": (1 - 5_000 / (CATALOG - 1)) ** 100,
        "circle_A": full_rate("A", 20_000),
        "circle_B": full_rate("B", 20_000),
        "served_pairs": REQUESTS * CANDIDATES,
        "served_cores": REQUESTS * CANDIDATES * MICROSECONDS * 1e-6,
        "error": math.sqrt(full_rate("A") * (1 - full_rate("A")) / MEMBERS),
    }


def figure(results: Values) -> Figure:
    """Draw the chance of a sampled hit by true rank, and hit rates by number of negatives."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.5), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_chances(left)
        _draw_rates(right, results)
    return drawing


def _draw_chances(axes: Axes) -> None:
    rank = np.geomspace(1, CATALOG, 400)
    for m, gray, dashes, words in (
        (100, "0.0", "-", "100"),
        (1_000, "0.3", "--", "1000"),
        (10_000, "0.45", "-.", "10 000"),
    ):
        axes.plot(rank, 100 * sampled_hit(rank, m), dashes, color=gray, linewidth=1.1)
        even = SHOWN / m * CATALOG
        axes.text(even * 0.62, 22, words, fontsize=8, rotation=90, ha="right")
    axes.step([1, SHOWN, SHOWN, CATALOG], [100, 100, 0, 0], color="0.0", linewidth=1.1)
    axes.text(SHOWN * 0.62, 22, "everybody", fontsize=8, rotation=90, ha="right")
    axes.set(xscale="log", xlim=(1, CATALOG), ylim=(0, 103))
    axes.set(xlabel="true rank of the right person", ylabel="chance to be counted a hit (%)")


def _draw_rates(axes: Axes, results: Values) -> None:
    for model, gray, dashes in (("A", "0.0", "-"), ("B", "0.0", "--"), ("C", "0.5", "-.")):
        rates = [100 * rate for rate in results[f"curve_{model}"]]
        axes.plot(CURVE, rates, dashes, color=gray, linewidth=1.1)
        axes.plot(CATALOG, 100 * results[f"full_{model}"], "o", color=gray, markersize=3.5)
    axes.axvline(100, color="0.8", linewidth=2.5, zorder=0)
    axes.text(150_000, 24, "A", fontsize=8)
    axes.text(420, 62, "B", fontsize=8)
    axes.text(4_300, 62, "C", fontsize=8, color="0.35")
    axes.set(xscale="log", xlim=(10, 1.5 * CATALOG), ylim=(0, 103))
    axes.set(xlabel="negatives (dots: everybody)", ylabel="hit rate at 10 (%)")
