"""Forty-Five Frames, Six Deer: what a detector learns from frames, and what from encounters.

A frame is a vector of features of unit variance. What the frames of one encounter share makes up
the share ICC of that variance. The 50,000 street frames are taken to fix the background exactly
(zero mean, unit variance), so that a detector is a direction, and its recall on encounters that
nobody has seen is a formula.
"""

# ruff: noqa: I001 (the listing's own imports stand last)

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

# region: encounters
import math
from statistics import NormalDist

import numpy as np

FEATURES, SIGNAL = 36, 2.68  # how many, and how far a deer stands out
ICC = 0.9  # the share of the variance that the frames of an encounter share
STRICT = NormalDist().inv_cdf(0.99)  # the threshold for 1% false positives


def meet(bursts, rng):
    """Film one encounter a burst: give the frames and whose they are."""
    owner = np.repeat(np.arange(len(bursts)), bursts)
    shared = math.sqrt(ICC) * rng.standard_normal((len(bursts), FEATURES))
    frames = shared[owner]
    frames += math.sqrt(1 - ICC) * rng.standard_normal(frames.shape)
    frames[:, 0] += SIGNAL
    return frames, owner


def road_recall(direction):
    """Give the recall on encounters that nobody has seen."""
    kept = SIGNAL * direction[0] / np.linalg.norm(direction)
    return NormalDist().cdf(kept - STRICT)


# endregion


# region: effective
def effective_count(bursts, icc):
    """Give the number of independent frames that so many bursts are worth."""
    bursts = np.asarray(bursts)
    frames = bursts.sum()
    return frames / (1 + icc * ((bursts**2).sum() / frames - 1))


def predicted_recall(effective):
    """Give the road recall to expect from so many independent frames."""
    kept = SIGNAL / math.sqrt(1 + FEATURES / (effective * SIGNAL**2))
    return NormalDist().cdf(kept - STRICT)


def lowest_recall(encounters, level=0.95):
    """Give the lower end of the exact interval when every one was found."""
    return ((1 - level) / 2) ** (1 / encounters)


# endregion


# region: mine
def mine(clips, is_deer, direction, rounds=5, labels=200):
    """Label the clips that score highest, retrain, and search again."""
    known, weight = direction.copy(), 6  # a mean of six encounters
    unlabeled = np.ones(len(clips), bool)
    found = np.zeros(len(clips), bool)
    for _ in range(rounds):
        score = np.where(unlabeled, clips @ direction, -np.inf)
        top = np.argpartition(-score, labels)[:labels]
        unlabeled[top] = False
        found[top] = is_deer[top]
        total = weight * known + clips[found].sum(axis=0)
        direction = total / (weight + found.sum())
    return direction, found


# endregion


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | str | list[float]]

SEED, TEAM_SEED, MINE_SEED, CROWDED_SEED = 0, 1, 2, 3
BURSTS = (8, 7, 8, 7, 8, 7)  # 45 frames of six encounters
TEAMS = 1_000  # that each met six deer of their own
MORE = 24  # frames to add
COPIES = 10
HELD_OUT = 11  # frames, a quarter
CLIPS, RATE = 200_000, 0.001  # clips in the fleet's store, and those with a deer
SEARCHES = 5
CROWDED_SEARCHES, CROWD = 3, 10  # searches with so many independent frames a clip
TOLERANCES = {"mined_*": 0.02, "crowded_*": 0.03, "split_*": 0.01, "left_out_*": 0.01}


def results() -> Values:
    """Give every computed number that the question prints."""
    values: Values = {"seed": SEED, "team_seed": TEAM_SEED, "mine_seed": MINE_SEED, "teams": TEAMS}
    return (
        values
        | _effective()
        | _trained()
        | _estimates()
        | _mined()
        | _crowded()
        | _bounds()
        | _tracked()
    )


def _one_each(extra: int) -> tuple[int, ...]:
    return BURSTS + (1,) * extra


def _by_encounter(bursts: tuple[int, ...]) -> float:
    """Give the effective count of the mean of the encounters' means, each with equal weight."""
    variance = np.array([ICC + (1 - ICC) / burst for burst in bursts])
    return float(len(bursts) ** 2 / variance.sum())


def _effective() -> Values:
    six = effective_count(BURSTS, ICC)
    longer = tuple(burst + MORE // 6 for burst in BURSTS)
    counts = {
        "one_frame": effective_count((1,) * 6, ICC),
        "frames": six,
        "copies": six,
        "same": effective_count(longer, ICC),
        "fresh": effective_count(_one_each(MORE), ICC),
        "weighted": _by_encounter(_one_each(MORE)),
    }
    values: Values = {f"count_{name}": float(count) for name, count in counts.items()}
    values |= {f"predicted_{name}": predicted_recall(count) for name, count in counts.items()}
    return values | {
        "signal_squared": SIGNAL**2,
        "sibling_bonus": FEATURES * ICC / 6,
        "score_needed": STRICT * math.sqrt(SIGNAL**2 + FEATURES / six),
        "design_effect": sum(BURSTS) / six,
        "ceiling_count": 6 / ICC,
        "predicted_ceiling": predicted_recall(6 / ICC),
        "best": NormalDist().cdf(SIGNAL - STRICT),
        "predicted_half_features": NormalDist().cdf(
            SIGNAL / math.sqrt(1 + FEATURES / 2 / (six * SIGNAL**2)) - STRICT
        ),
        "predicted_fifty": predicted_recall(50),
        "encounters_for_half": _encounters_for(0.5),
        "count_icc_50": effective_count(BURSTS, 0.5),
        "count_icc_70": effective_count(BURSTS, 0.7),
    }


def _encounters_for(recall: float) -> int:
    """Give the encounters, of one frame each, from which so much recall is to be expected."""
    count = 1
    while predicted_recall(count) < recall:
        count += 1
    return count


def _trained() -> Values:
    """Give the mean road recall of teams that train on the same six deer in different ways."""
    rng = np.random.default_rng(SEED)
    recalls: dict[str, list[float]] = {}
    for _ in range(TEAMS):
        bursts = tuple(burst + MORE // 6 for burst in BURSTS)
        frames, owner = meet(bursts, rng)
        place = np.arange(len(frames)) - np.searchsorted(owner, owner)
        first = place < np.array(BURSTS)[owner]
        own = frames[first]
        fresh, _ = meet((1,) * MORE, rng)
        means = np.stack([own[owner[first] == deer].mean(axis=0) for deer in range(6)])
        jitter = math.sqrt(1 - ICC) / math.sqrt(len(own) * COPIES)
        spread = own.std(axis=0) / math.sqrt(len(own) * COPIES)
        directions = {
            "one_frame": frames[place == 0].mean(axis=0),
            "frames": own.mean(axis=0),
            "copies": own.mean(axis=0) + jitter * rng.standard_normal(FEATURES),
            "generated": own.mean(axis=0) + spread * rng.standard_normal(FEATURES),
            "same": frames.mean(axis=0),
            "fresh": np.vstack([own, fresh]).mean(axis=0),
            "weighted": np.vstack([means, fresh]).mean(axis=0),
        }
        for name, direction in directions.items():
            recalls.setdefault(name, []).append(road_recall(direction))
    values: Values = {f"road_{name}": float(np.mean(found)) for name, found in recalls.items()}
    gain = np.array(recalls["copies"]) - np.array(recalls["frames"])
    return values | {
        "road_sd": float(np.std(recalls["frames"])),
        "gain_copies": float(gain.mean()),
    }


def _estimates() -> Values:
    """Give what teams measure on their own frames, by frame and by encounter."""
    rng = np.random.default_rng(TEAM_SEED)
    by_frame, by_encounter, road = [], [], []
    for _ in range(TEAMS):
        frames, owner = meet(BURSTS, rng)
        shuffled = rng.permutation(len(frames))
        test, train = shuffled[:HELD_OUT], shuffled[HELD_OUT:]
        by_frame.append(_hits(frames[test], frames[train].mean(axis=0)))
        by_encounter.append(
            float(
                np.mean(
                    [
                        _hits(frames[owner == deer], frames[owner != deer].mean(axis=0))
                        for deer in range(len(BURSTS))
                    ]
                )
            )
        )
        road.append(road_recall(frames.mean(axis=0)))
    edges = np.linspace(0, 1, 13)
    values: Values = {}
    for name, found in (("split", by_frame), ("left_out", by_encounter)):
        values |= {
            f"{name}_mean": float(np.mean(found)),
            f"{name}_sd": float(np.std(found)),
            f"{name}_shares": (np.histogram(found, edges)[0] / TEAMS).tolist(),
        }
    return values | {"split_above_road": float(np.mean(np.array(by_frame) > np.array(road)))}


def _hits(frames: np.ndarray, direction: np.ndarray) -> float:
    return float((frames @ direction > STRICT * np.linalg.norm(direction)).mean())


def _first_detector(rng: np.random.Generator) -> np.ndarray:
    """Give the direction that six new encounters show, each weighted alike."""
    frames, owner = meet(BURSTS, rng)
    means = [frames[owner == one].mean(axis=0) for one in range(6)]
    return np.mean(means, axis=0).astype(np.float32)


def _mined() -> Values:
    """Search a store of clips, one frame each, with the detector of six deer."""
    rng = np.random.default_rng(MINE_SEED)
    deer = round(CLIPS * RATE)
    rows = []
    for _ in range(SEARCHES):
        start = _first_detector(rng)
        clips = rng.standard_normal((CLIPS, FEATURES), dtype=np.float32)
        clips[:deer, 0] += np.float32(SIGNAL)
        is_deer = np.arange(CLIPS) < deer
        direction, found = mine(clips, is_deer, start)
        count = int(found.sum())
        alike = start + (clips[:count].sum(axis=0) - count * start) / (6 + count)
        rows.append(
            (
                count,
                road_recall(start),
                road_recall(direction),
                road_recall(alike),
                _hits(clips[found], start),
                _hits(clips[found], direction),
                _hits(clips[:deer][~found[:deer]], direction),
            )
        )
    names = ("found", "before", "after", "random", "own_start", "own", "rest")
    means = np.mean(rows, axis=0)
    values: Values = {f"mined_{name}": float(mean) for name, mean in zip(names, means, strict=True)}
    labels = 5 * 200
    return values | {
        "searches": SEARCHES,
        "mined_labels": labels,
        "mined_precision": float(means[0]) / labels,
        "mined_speedup": float(means[0]) / labels / RATE,
        "labels_at_two_percent": round(1 / 0.02),
        "labels_at_random": round(1 / RATE),
    }


def _crowded() -> Values:
    """Search clips of many frames, one with the deer, for the best frame of all that are left.

    The rows are frames here. The few labels that fall into a clip twice are not worth a rule.
    """
    rng = np.random.default_rng(CROWDED_SEED)
    deer = round(CLIPS * RATE)
    rows = []
    for _ in range(CROWDED_SEARCHES):
        start = _first_detector(rng)
        stored = rng.standard_normal((CLIPS * CROWD, FEATURES), dtype=np.float32)
        stored[:deer, 0] += np.float32(SIGNAL)
        direction, found = mine(stored, np.arange(len(stored)) < deer, start)
        rows.append((int(found.sum()), road_recall(direction)))
    found, after = np.mean(rows, axis=0)
    return {
        "crowded_searches": CROWDED_SEARCHES,
        "crowd": CROWD,
        "crowded_seed": CROWDED_SEED,
        "crowded_found": float(found),
        "crowded_after": float(after),
    }


def _bounds() -> Values:
    """Give what a few found encounters prove, and how many it takes to know more."""
    spread = NormalDist().inv_cdf(0.975)
    return {
        "lowest_6": lowest_recall(6),
        "lowest_6_one_sided": lowest_recall(6, level=0.9),
        "all_found_for_90": math.ceil(math.log(0.025) / math.log(0.9)),
        "encounters_for_ten_points": math.ceil(spread**2 * 0.38 * 0.62 / 0.1**2),
        "encounters_for_ten_points_at_worst": math.ceil(spread**2 * 0.25 / 0.1**2),
    }


def _tracked() -> Values:
    """Give the chance to find a deer in any of eight frames of an encounter."""
    margin = NormalDist().inv_cdf(0.38)
    shared = np.linspace(-6, 6, 2401)
    weight = np.exp(-(shared**2) / 2)
    cdf = np.vectorize(NormalDist().cdf)
    hit = cdf((margin + math.sqrt(ICC) * shared) / math.sqrt(1 - ICC))
    any_of_eight = 1 - (1 - hit) ** 8
    return {
        "any_of_eight": float((weight * any_of_eight).sum() / weight.sum()),
        "any_of_eight_independent": 1 - 0.62**8,
    }


def figure(results: Values) -> Figure:
    """Draw recall against added frames, and what teams measure by frame and by encounter."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.3), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_recall(left, results)
        _draw_estimates(right, results)
    return drawing


def _draw_recall(axes: Axes, results: Values) -> None:
    added = np.arange(0, 121, 6)
    same = [
        predicted_recall(effective_count([burst + extra / 6 for burst in BURSTS], ICC))
        for extra in added
    ]
    fresh = [predicted_recall(_by_encounter(_one_each(extra))) for extra in added]
    axes.axhline(100 * float(results["best"]), color="0.0", linewidth=0.8, linestyle=":")
    axes.plot(added, 100 * np.array(fresh), "-", color="0.0", linewidth=1.2)
    axes.plot(added, 100 * np.array(same), "--", color="0.4", linewidth=1.2)
    axes.plot(MORE, 100 * float(results["road_weighted"]), "o", color="0.0", markersize=4)
    axes.plot(MORE, 100 * float(results["road_same"]), "s", color="0.4", markersize=4)
    axes.text(118, 66.5, "endlessly many encounters", fontsize=8, ha="right")
    axes.text(62, 52, "new encounters,\none frame each", fontsize=8, va="top")
    axes.text(118, 33.5, "the same six encounters", fontsize=8, ha="right")
    axes.set(xlim=(0, 120), ylim=(20, 75))
    axes.set(xlabel="labeled frames added", ylabel="recall on the road (%)")


def _draw_estimates(axes: Axes, results: Values) -> None:
    edges = np.linspace(0, 100, 13)
    for name, gray, fill in (("left_out", "0.0", "0.8"), ("split", "0.0", None)):
        shares = 100 * np.array(results[f"{name}_shares"])
        axes.stairs(
            shares, edges, fill=fill is not None, color=fill or gray, linewidth=1.1, baseline=0
        )
    road = 100 * float(results["road_frames"])
    axes.axvline(road, color="0.0", linewidth=0.9, linestyle=":")
    axes.text(road - 2, 37, "the road", fontsize=8, ha="right")
    axes.text(2, 22, "one encounter\nleft out", fontsize=8)
    axes.text(68, 33, "random\nframes", fontsize=8, ha="right")
    axes.set(xlim=(0, 100), ylim=(0, 40))
    axes.set(xlabel="recall that a team measures (%)", ylabel="share of teams (%)")
