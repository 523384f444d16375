"""A Hundred Languages in One Budget: who pays when languages share a trunk of fixed rank.

Each language is a linear map with some directions that all languages use and some of its own. What
is learned of it is blurred by noise that shrinks with its tokens. A trunk that minimizes the
training loss is then known exactly: the leading eigenvectors of a weighted sum.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

# region: sampling
import numpy as np

BUDGET = 1000  # billions of tokens
CORPUS = np.repeat([500, 50, 0.5], [1, 9, 90])  # billions, by language


def shares(corpus, alpha):
    """Give each language's share of the training tokens."""
    return corpus**alpha / (corpus**alpha).sum()


def exposure(corpus, alpha):
    """Give tokens seen, and how often each corpus is seen."""
    tokens = shares(corpus, alpha) * BUDGET
    return tokens, tokens / corpus


# endregion


# region: trunk
def seen(truth, noise, tokens):
    """Blur each language by how few different tokens it has shown."""
    return truth + noise / np.sqrt(tokens)[:, None, None]


def trunk(maps, share, rank):
    """Give the directions that minimize the loss of the mixture."""
    rows = np.concatenate(maps * np.sqrt(share)[:, None, None])
    return np.linalg.eigh(rows.T @ rows)[1][:, -rank:]


def adapted(one, u, rank):
    """Give what a language learns: by the trunk, and by an adapter."""
    shared = one @ u @ u.T
    left, size, right = np.linalg.svd(one - shared, full_matrices=False)
    return shared + (left * size)[:, :rank] @ right[:rank]


# endregion


# region: compare
def lost(truth, learned):
    """Give the share of a language that is not learned."""
    return ((truth - learned) ** 2).sum() / (truth**2).sum()


def mixture(truth, noise, corpus, alpha, *, rank, adapter=0):
    """Train one model for all; give the loss of each language."""
    tokens, _ = exposure(corpus, alpha)
    maps = seen(truth, noise, np.minimum(tokens, corpus))  # unrepeated
    u = trunk(maps, shares(corpus, alpha), rank)
    learned = [adapted(one, u, adapter) for one in maps]
    return np.array([lost(*pair) for pair in zip(truth, learned, strict=True)])


# endregion


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | str | list[float]]

SEEDS = (0, 1, 2)
WIDTH, RANK = 300, 60
SHARED, OWN = 8, 8  # directions: of all languages, of each one
DECAY = 0.5  # the j-th own direction has energy proportional to j to the power -(1 + DECAY)
NOISE = 50e-6  # squared, of an entry, after a billion tokens
ALPHAS = {"1": 1.0, "7": 0.7, "5": 0.5, "3": 0.3, "0": 0.0}
GRID = tuple(np.round(np.linspace(0, 1, 11), 1))
COUNTS = (10, 20, 30, 50, 70, 100)
ADAPTER = 4
GROUPS = {"english": slice(0, 1), "nine": slice(1, 10), "ninety": slice(10, 100)}

LAYERS, MODEL_WIDTH, VOCABULARY = 24, 1664, 128_000  # the model of the scenario
BOTTLENECK = 64
FIT_DATA, FIT_SIZE = (410.7, 0.28), (406.4, 0.34)  # Hoffmann et al. 2022, their third approach


def energies() -> np.ndarray:
    """Give the energies of a language's own directions; they add up to one half."""
    energy: np.ndarray = np.arange(1, OWN + 1) ** -(1 + DECAY)
    return energy / energy.sum() / 2


def world(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Give a hundred languages, and the noise of what is seen of them."""
    rng = np.random.default_rng(seed)
    count = len(CORPUS)
    common = rng.normal(size=(SHARED, WIDTH)) * np.sqrt(0.5 / SHARED / WIDTH)
    own = rng.normal(size=(count, OWN, WIDTH)) * np.sqrt(energies()[:, None] / WIDTH)
    truth = np.concatenate([np.broadcast_to(common, (count, SHARED, WIDTH)), own], axis=1)
    return truth, rng.normal(size=truth.shape) * np.sqrt(NOISE)


def results() -> Values:
    """Give every computed number that the question prints (shares, unless the name says more)."""
    worlds = [world(seed) for seed in SEEDS]
    values: Values = {
        "seeds": len(SEEDS),
        "rank": RANK,
        "adapter": ADAPTER,
        "grid": [float(alpha) for alpha in GRID],
    }
    values |= _exposures() | _auction() | _arithmetic()
    for name, alpha in ALPHAS.items():
        values |= _groups(name, _mean(worlds, alpha))
    for name, alpha, rank in (("few", 0.5, 2), ("some", 0.5, 4), ("many", 0.5, 8), ("all", 1.0, 4)):
        values |= _groups(f"adapters_{name}", _mean(worlds, alpha, adapter=rank))
    values |= _groups("wider", _mean(worlds, 0.5, rank=2 * RANK))
    curves = [_mean(worlds, float(alpha)) for alpha in GRID]
    for group, members in GROUPS.items():
        values[f"curve_{group}"] = [float(curve[members].mean()) for curve in curves]
    for name in ("1", "5", "0"):
        lines = [_mean(worlds, ALPHAS[name], count=count) for count in COUNTS]
        values[f"english_by_count_{name}"] = [float(line[0]) for line in lines]
    return values | _today(worlds, curves) | _causes(worlds) | _frozen(worlds)


def _mean(
    worlds: list[tuple[np.ndarray, np.ndarray]],
    alpha: float,
    *,
    count: int = 100,
    rank: int = RANK,
    adapter: int = 0,
) -> np.ndarray:
    """Give the loss by language, as a mean over the worlds."""
    losses = [
        mixture(truth[:count], noise[:count], CORPUS[:count], alpha, rank=rank, adapter=adapter)
        for truth, noise in worlds
    ]
    mean: np.ndarray = np.mean(losses, axis=0)
    return mean


def _groups(name: str, losses: np.ndarray) -> Values:
    return {
        f"lost_{name}_{group}": float(losses[members].mean()) for group, members in GROUPS.items()
    }


def _exposures() -> Values:
    """Give the tokens (in billions) and the repeats of English and of one of the ninety."""
    values: Values = {}
    for name, alpha in ALPHAS.items():
        tokens, repeats = exposure(CORPUS, alpha)
        values |= {
            f"english_tokens_{name}": float(tokens[0]),
            f"english_share_{name}": float(tokens[0] / BUDGET),
            f"nine_tokens_{name}": float(tokens[1]),
            f"small_tokens_{name}": float(tokens[-1]),
            f"small_repeats_{name}": float(repeats[-1]),
        }
    tokens, repeats = exposure(CORPUS[:10], 0.0)
    return values | {"nine_repeats_before": float(repeats[1])}


def slots(share: np.ndarray) -> np.ndarray:
    """Let languages bid for the trunk's directions; give how many of their own each one gets."""
    bids = np.outer(share, energies())
    free = RANK - SHARED
    threshold = np.sort(bids.ravel())[-free]
    above = bids > threshold * (1 + 1e-9)
    tied = np.isclose(bids, threshold, rtol=1e-9)  # equal bids share what is left
    held: np.ndarray = (above + tied * (free - above.sum()) / tied.sum()).sum(axis=1)
    return held


def _auction() -> Values:
    """Give the directions held, and the losses that the auction foretells."""
    values: Values = {}
    tail = np.append(np.cumsum(energies()[::-1])[::-1], 0)
    for name, alpha in ALPHAS.items():
        held = slots(shares(CORPUS, alpha))
        different = np.minimum(exposure(CORPUS, alpha)[0], CORPUS)
        missed = (1 - RANK / WIDTH) * np.interp(held, range(OWN + 1), tail)
        blurred = (SHARED + OWN) * RANK * NOISE / different
        for group, members in GROUPS.items():
            values[f"slots_{group}_{name}"] = float(held[members].mean())
            values[f"foretold_{group}_{name}"] = float((missed + blurred)[members].mean())
    return values


def _arithmetic() -> Values:
    """Count parameters, and price lost tokens by a published fit."""
    model = 12 * MODEL_WIDTH**2 * LAYERS + VOCABULARY * MODEL_WIDTH
    one = 2 * LAYERS * (2 * BOTTLENECK * MODEL_WIDTH + BOTTLENECK + MODEL_WIDTH)
    scale, power = FIT_DATA
    data = scale * (1e10**-power - 1e11**-power)
    size_scale, size_power = FIT_SIZE
    small = ((size_scale * model**-size_power + data) / size_scale) ** (-1 / size_power)
    return {
        "model": model,
        "adapter_parameters": one,
        "adapter_share": one / model,
        "ninety_adapters_share": 90 * one / model,
        "nats": data,
        "as_if_parameters": small,
        "toy_adapter_share": ADAPTER * (WIDTH + SHARED + OWN) / (RANK * WIDTH),
    }


def _today(worlds: list[tuple[np.ndarray, np.ndarray]], curves: list[np.ndarray]) -> Values:
    """Give the even mixture of ten languages, and the flattest one of a hundred near it."""
    today = _mean(worlds, 0.0, count=10)
    english, nine = float(today[0]), float(today[1:].mean())
    kept = [
        float(alpha)
        for alpha, curve in zip(GRID, curves, strict=True)
        if curve[0] < english + 0.01 and curve[1:10].mean() < nine + 0.02
    ]
    return {
        "lost_today_english": english,
        "lost_today_nine": nine,
        "slots_english_today": float(slots(np.full(10, 0.1))[0]),
        "kept_alpha": min(kept),
    }


def _causes(worlds: list[tuple[np.ndarray, np.ndarray]]) -> Values:
    """Take from English its tokens, or give it rivals, or both; all mixtures are balanced."""
    values: Values = {}
    cases = {
        "before": (10, 100.0),
        "exposure": (10, 10.0),
        "rivals": (100, 100.0),
        "both": (100, 10.0),
    }
    for name, (count, tokens) in cases.items():
        losses = []
        for truth, noise in worlds:
            corpus = CORPUS[:count]
            different = np.minimum(exposure(corpus, 0.0)[0], corpus)
            different[0] = tokens
            maps = seen(truth[:count], noise[:count], different)
            u = trunk(maps, shares(corpus, 0.0), RANK)
            losses.append(lost(truth[0], adapted(maps[0], u, 0)))
        values[f"english_{name}"] = float(np.mean(losses))
    return values


def _frozen(worlds: list[tuple[np.ndarray, np.ndarray]]) -> Values:
    """Keep the trunk of ten balanced languages; give each of the ninety an adapter."""
    with_trunk, with_adapter, alone = [], [], []
    for truth, noise in worlds:
        old = seen(truth[:10], noise[:10], np.minimum(100.0, CORPUS[:10]))
        u = trunk(old, np.full(10, 0.1), RANK)
        maps = seen(truth[10:], noise[10:], CORPUS[10:])
        for losses, basis, rank in (
            (with_trunk, u, 0),
            (with_adapter, u, ADAPTER),
        ):
            pairs = zip(truth[10:], maps, strict=True)
            losses.append(np.mean([lost(t, adapted(m, basis, rank)) for t, m in pairs]))
        alone.append(_alone(truth[10:], maps))
    return {
        "frozen_ninety": float(np.mean(with_trunk)),
        "frozen_adapted_ninety": float(np.mean(with_adapter)),
        "alone_ninety": float(np.mean(alone, axis=0).min()),
        "alone_rank": int(np.mean(alone, axis=0).argmin()) + 1,
    }


def _alone(truth: np.ndarray, maps: np.ndarray) -> np.ndarray:
    """Give the mean loss of languages without a trunk, by the rank of what each learns alone."""
    left, size, right = np.linalg.svd(maps, full_matrices=False)
    losses = []
    for rank in range(1, SHARED + OWN + 1):
        learned = (left[:, :, :rank] * size[:, None, :rank]) @ right[:, :rank]
        pairs = zip(truth, learned, strict=True)
        losses.append(np.mean([lost(t, m) for t, m in pairs]))
    return np.array(losses)


def figure(results: Values) -> Figure:
    """Draw English against the number of languages, and three groups against alpha."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.4), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_counts(left, results)
        _draw_alphas(right, results)
    return drawing


def _draw_counts(axes: Axes, results: Values) -> None:
    for name, style in (("0", "o-"), ("5", "s--"), ("1", "^:")):
        losses = 100 * np.array(results[f"english_by_count_{name}"])
        axes.plot(COUNTS, losses, style, color="0.0", linewidth=1.1, markersize=3)
    axes.text(66, 27, "$\\alpha=0$ (balanced)", fontsize=8, ha="right")
    axes.text(101, 3.4, "$\\alpha=0.5$", fontsize=8, ha="right")
    axes.text(101, -3, "$\\alpha=1$ (as in the corpus)", fontsize=8, ha="right")
    axes.set(xlim=(8, 102), ylim=(-4, 32), xticks=(10, 30, 50, 70, 100))
    axes.set(xlabel="languages", ylabel="English: share not learned (%)")


def _draw_alphas(axes: Axes, results: Values) -> None:
    for group, style in (("ninety", "-."), ("nine", "--"), ("english", "-")):
        axes.plot(
            GRID, 100 * np.array(results[f"curve_{group}"]), style, color="0.0", linewidth=1.1
        )
    axes.text(0.98, 39, "ninety small languages", fontsize=8, ha="right")
    axes.text(0.36, 16, "nine of medium size", fontsize=8)
    axes.text(0.2, 5, "English", fontsize=8, ha="right")
    axes.set(xlim=(0, 1), ylim=(0, 55), xlabel="exponent $\\alpha$, 100 languages")
    axes.set(ylabel="share not learned (%)")
