"""Style Sticks, Facts Slip: what a linear update learns first, and what an index does instead.

Questions are vectors. They share a direction (it is a question to this assistant), and each has a
direction of its fact and one of its phrasing. One output coordinate is the tone, the others hold
the answer. The base model knows last year's answers and has no tone.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

# region: world
import numpy as np

SHARED, OWN = 0.5, 0.4  # of a question: shared; of the rest: its fact


def directions(count, d=1024, seed=0):
    """Give random unit vectors that avoid the shared axis 0."""
    z = np.random.default_rng(seed).normal(size=(count, d))
    z[:, 0] = 0
    return z / np.linalg.norm(z, axis=1, keepdims=True)


def ask(facts, phrasings=1, seed=1):
    """Put each fact as questions, one after the other, phrased differently."""
    facts = np.repeat(facts, phrasings, axis=0)
    words = directions(*facts.shape, seed=seed)
    keys = np.sqrt(OWN) * facts + np.sqrt(1 - OWN) * words
    keys = np.sqrt(1 - SHARED) * keys
    keys[:, 0] = np.sqrt(SHARED)
    return keys


def tune(keys, targets, passes):
    """Give the update after passes of gradient descent at rate 1, from zero."""
    size, axes = np.linalg.eigh(keys @ keys.T)
    learned = (1 - (1 - size / len(keys)) ** passes) / size
    return keys.T @ (axes @ (learned[:, None] * (axes.T @ targets)))


# endregion


# region: index
def search(passages, question, day, least=0.6):
    """Cite the passage in force that is most like the question, or nothing."""
    valid = [p for p in passages if p["from"] <= day < p["until"]]
    if not valid:
        return None
    likeness = np.array([p["key"] for p in valid]) @ question
    top = int(likeness.argmax())
    return valid[top] if likeness[top] >= least else None


def revise(passages, fact, key, answer, day):
    """Close the passage in force and add its successor; delete nothing."""
    for p in passages:
        if p["fact"] == fact and p["from"] <= day < p["until"]:
            p["until"] = day
    new = {"fact": fact, "key": key, "answer": answer}
    passages.append({**new, "from": day, "until": np.inf})


# endregion


# region: memory
def adapter_size(r, layers=80, d=8192, kv=1024, inner=28_672):
    """Count adapter weights: rank r on every linear layer of a 70B model."""
    shapes = 2 * [(d, d)] + 2 * [(d, kv)] + 3 * [(d, inner)]  # q o, k v, MLP
    return layers * r * sum(a + b for a, b in shapes)


def training_gigabytes(weights, *, frozen_bytes=0, trained=0):
    """Add up frozen weights, and 16 bytes for each trained one."""
    # bf16 weight 2, bf16 gradient 2, float32 copy 4, Adam's two moments 8
    return (weights * frozen_bytes + trained * 16) / 1e9


# endregion

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | str | bool | list[float]]

SEED = 0
ANSWERS, WIDTH = 1000, 128  # answers in use, and coordinates that hold one
FACTS = (60, 200)
PHRASINGS = (1, 2, 3, 4, 6, 8)
ENDLESS = 10**6  # passes
PASSES = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100, 120, 150, 180, 210)
PASSES = (*PASSES, 240, 270, 300, 350, 400, 500, 700, 1000)
RANKS = (8, 16, 32, 48)
WEIGHTS, GPU, GPUS = 70e9, 80, 8
FLOPS = 400e12  # a second that each GPU sustains, assumed
SEQUENCE = 2048


@cache
def answers() -> np.ndarray:
    """Give one vector for each possible answer."""
    values: np.ndarray = directions(ANSWERS, WIDTH + 1, seed=7)[:, 1:]
    return values


def world(count: int, seed: int = SEED) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give facts, the answers that the base model gives, and the right ones."""
    rng = np.random.default_rng([seed, count])
    old, new = rng.integers(ANSWERS, size=(2, count))
    return directions(count, seed=seed + 2), old, new


def wanted(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Give what has to be added to the output: a tone of 1, and the other answer."""
    change = answers()[new] - answers()[old]
    return np.column_stack([np.ones(len(old)), change])


def replies(old: np.ndarray, keys: np.ndarray, update: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the tone and the answer to each question."""
    added = keys @ update
    return added[:, 0], ((answers()[old] + added[:, 1:]) @ answers().T).argmax(axis=1)


def results() -> Values:
    """Give every computed number that the question prints."""
    return {
        "seed": SEED,
        "half_time_60": math.log(2) * 60 / (1 - SHARED),
        "half_time_200": math.log(2) * 200 / (1 - SHARED),
        "slowdown_60": 1 + 60 * SHARED / (1 - SHARED),
        "least_phrasings": (1 - OWN) / OWN,
        **_speed(),
        **_phrasings(),
        **_ranks(),
        **_index(),
        **_batches(),
        **_adam(),
        **_memory(),
    }


def _speed() -> Values:
    """Follow tone and facts over the passes, one phrasing each."""
    values: Values = {}
    for count in FACTS:
        facts, old, new = world(count)
        keys = ask(facts)
        strangers = ask(directions(200, seed=31), seed=32)
        tones, hits, stale = [], [], []
        for passes in PASSES:
            update = tune(keys, wanted(old, new), passes)
            tones.append(float((strangers @ update)[:, 0].mean()))
            said = replies(old, keys, update)[1]
            hits.append(float((said == new).mean()))
            stale.append(float((said == old).mean()))
        values |= {f"tone_{count}": tones, f"hits_{count}": hits}
        values[f"demo_tone_{count}"] = tones[PASSES.index(10)]
        values[f"demo_stale_{count}"] = stale[PASSES.index(10)]
        values[f"half_hits_{count}"] = PASSES[int((np.array(hits) > 0.5).argmax())]
        values[f"nine_tone_{count}"] = PASSES[int((np.array(tones) > 0.9).argmax())]
    return values


def _phrasings() -> Values:
    """Train without end on so many phrasings of each fact; ask in a new one."""
    facts, old, new = world(60)
    hits, moved = [], []
    update = tune(ask(facts), wanted(old, new), 10)
    said = replies(old, ask(facts, seed=40), update)[1]
    values: Values = {"demo_new": float((said == new).mean())}
    for phrasings in PHRASINGS:
        many = (np.repeat(part, phrasings) for part in (old, new))
        keys = ask(facts, phrasings)
        update = tune(keys, wanted(*many), ENDLESS)
        tested = ask(np.repeat(facts, 5, axis=0), seed=40)
        said = replies(np.repeat(old, 5), tested, update)[1]
        hits.append(float((said == np.repeat(new, 5)).mean()))
        moved.append(OWN * phrasings / (1 - OWN + OWN * phrasings))
        if phrasings in (1, 8):
            heard = replies(np.repeat(old, phrasings), keys, update)[1]
            strangers = ask(directions(200, seed=31), seed=32)
            tone, told = replies(np.resize(old, 200), strangers, update)
            values |= {
                f"trained_{phrasings}": float((heard == np.repeat(new, phrasings)).mean()),
                f"new_{phrasings}": hits[-1],
                f"tone_strangers_{phrasings}": float(tone.mean()),
                f"unmoved_strangers_{phrasings}": float((told == np.resize(old, 200)).mean()),
            }
    return values | {"phrasing_hits": hits, "moved": moved}


def _ranks() -> Values:
    """Cut the finished update for the facts alone to its largest directions."""
    values: Values = {}
    for count in FACTS:
        facts, old, new = world(count)
        keys = ask(facts)
        update = tune(keys, wanted(old, new), ENDLESS)
        update[:, 0] = 0
        left, size, right = np.linalg.svd(update, full_matrices=False)
        for r in RANKS:
            part = left[:, :r] * size[:r] @ right[:r]
            values[f"rank_{r}_{count}"] = float((replies(old, keys, part)[1] == new).mean())
    tone = tune(keys, np.ones((count, 1)) @ np.eye(1, WIDTH + 1), ENDLESS)
    size = np.linalg.svd(tone, compute_uv=False)
    return values | {"tone_rank": int((size > 1e-9 * size[0]).sum())}


def _index() -> Values:
    """Put the same facts into an index, change a tenth of them, and ask again."""
    facts, old, new = world(60)
    passages: list[dict[str, object]] = []
    for fact, (key, answer) in enumerate(zip(ask(facts, seed=50), old, strict=True)):
        revise(passages, fact, key, answer, day=0)
    for fact, (key, answer) in enumerate(zip(ask(facts, seed=51), new, strict=True)):
        revise(passages, fact, key, answer, day=90)
    rng = np.random.default_rng([SEED, 3])
    changed = rng.choice(60, size=6, replace=False)
    newest = new.copy()
    newest[changed] = rng.integers(ANSWERS, size=6)
    for fact in changed:
        key = ask(facts[fact : fact + 1], seed=52 + int(fact))[0]
        revise(passages, int(fact), key, newest[fact], day=180)
    tested, owners = ask(np.repeat(facts, 5, axis=0), seed=40), np.repeat(np.arange(60), 5)

    def right(shelf: list[dict[str, object]], day: int, truth: np.ndarray) -> np.ndarray:
        found = [search(shelf, question, day) for question in tested]
        cited = [-1 if passage is None else passage["answer"] for passage in found]
        return np.asarray(cited) == truth[owners]

    touched = np.isin(owners, changed)
    undated = [{**p, "from": 0, "until": np.inf} for p in passages]
    strangers = ask(directions(200, seed=31), seed=32)
    return {
        "index_new": float(right(passages, 100, new).mean()),
        "index_after": float(right(passages, 200, newest).mean()),
        "index_changed": float(right(passages, 200, newest)[touched].mean()),
        "index_last_quarter": float(right(passages, 100, new)[touched].mean()),
        "undated": float(right(undated, 200, newest).mean()),
        "abstains": float(np.mean([search(passages, row, 200) is None for row in strangers])),
        "rewrites": len(changed),
    }


def adapter_passes(
    count: int, batch: int, *, turned: bool, rate: float = 1e-3, rank: int = 32, most: int = 150
) -> tuple[float, float]:
    """Train an adapter with Adam; give the passes until tone and facts are halfway.

    If `turned`, the output's axes are turned at random, so that the tone is no coordinate.
    """
    facts, old, new = world(count)
    keys, strangers = ask(facts), ask(directions(100, seed=31), seed=32)
    rng = np.random.default_rng(SEED)
    turn = np.linalg.qr(rng.normal(size=(WIDTH + 1, WIDTH + 1)))[0] if turned else np.eye(WIDTH + 1)
    targets = wanted(old, new) @ turn
    pair = [np.zeros((WIDTH + 1, rank)), rng.normal(size=(rank, 1024)) / 32]
    mean, square = [0.0, 0.0], [0.0, 0.0]
    tone_at = hits_at = math.inf
    t = 0
    for done in range(1, most + 1):
        for rows in np.array_split(rng.permutation(count), count // batch):
            t += 1
            b, a = pair
            hidden = keys[rows] @ a.T
            error = hidden @ b.T - targets[rows]
            for k, slope in enumerate((error.T @ hidden, (error @ b).T @ keys[rows])):
                mean[k] = 0.9 * mean[k] + 0.1 * slope
                square[k] = 0.999 * square[k] + 0.001 * slope**2
                root = np.sqrt(square[k] / (1 - 0.999**t)) + 1e-12
                pair[k] = pair[k] - rate * mean[k] / (1 - 0.9**t) / root
        update = pair[1].T @ pair[0].T @ turn.T
        if (strangers @ update)[:, 0].mean() > 0.5:
            tone_at = min(tone_at, done)
        if (replies(old, keys, update)[1] == new).mean() > 0.5:
            hits_at = min(hits_at, done)
        if tone_at < math.inf and hits_at < math.inf:
            break
    return tone_at, hits_at


def _batches(batch: int = 10) -> Values:
    """Descend in small batches at rate 1; give the passes until tone and facts are halfway."""
    values: Values = {}
    strangers = ask(directions(100, seed=31), seed=32)
    for count in FACTS:
        facts, old, new = world(count)
        keys, targets, update = ask(facts), wanted(old, new), np.zeros((1024, WIDTH + 1))
        rng = np.random.default_rng(SEED)
        found: dict[str, int] = {}
        for done in range(1, 101):
            for rows in np.array_split(rng.permutation(count), count // batch):
                update += keys[rows].T @ (targets[rows] - keys[rows] @ update) / batch
            if (strangers @ update)[:, 0].mean() > 0.5:
                found.setdefault("tone", done)
            if (replies(old, keys, update)[1] == new).mean() > 0.5:
                found.setdefault("hits", done)
                break
        values |= {f"batch_{name}_{count}": done for name, done in found.items()}
    return values


def _adam() -> Values:
    tone, hits = adapter_passes(60, 10, turned=True)
    whole_tone, whole_hits = adapter_passes(60, 60, turned=False, most=90)
    return {
        "adam_tone": tone,
        "adam_hits": hits,
        "whole_hits": whole_hits,
        "whole_tone_first": bool(whole_tone < whole_hits),
    }


def _memory() -> Values:
    values: Values = {
        "full_gigabytes": training_gigabytes(WEIGHTS, trained=WEIGHTS),
        "all_gigabytes": GPU * GPUS,
        "base_gigabytes": training_gigabytes(WEIGHTS, frozen_bytes=2),
        "base_4_bit": training_gigabytes(WEIGHTS, frozen_bytes=0.5),
        "checkpoint_gigabytes": 80 * SEQUENCE * 8192 * 2 / 1e9,
        "cache_megabytes": 2 * 80 * 1024 * 2 / 1e6,
        "cache_gigabytes": 2 * 80 * 1024 * 2 * 8000 / 1e9,
        "week_tokens": GPUS * 7 * 86_400 * FLOPS / (6 * WEIGHTS),
    }
    for r in (8, 64, 256):
        size = adapter_size(r)
        values |= {
            f"adapter_{r}": size,
            f"adapter_gigabytes_{r}": training_gigabytes(0, trained=size),
            f"total_{r}": training_gigabytes(WEIGHTS, frozen_bytes=2, trained=size),
            f"total_4_bit_{r}": training_gigabytes(WEIGHTS, frozen_bytes=0.5, trained=size),
        }
    return values


def figure(results: Values) -> Figure:
    """Draw tone and facts over the passes, and recall in a new phrasing by phrasings."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.4), layout="constrained")
        left, right = drawing.subplots(1, 2, width_ratios=(1.3, 1))
        _draw_speed(left, results)
        _draw_phrasings(right, results)
    return drawing


def _draw_speed(axes: Axes, results: Values) -> None:
    axes.plot(PASSES, results["tone_60"], "o-", color="0.0", linewidth=1.1, markersize=3)
    for count, style in ((60, "s--"), (200, "^-.")):
        gray = "0.0" if count == 60 else "0.45"
        axes.plot(PASSES, results[f"hits_{count}"], style, color=gray, linewidth=1.1, markersize=3)
    axes.text(3.1, 0.66, "tone, on\nnew questions", fontsize=8)
    axes.text(72, 0.3, "60 facts", fontsize=8, ha="right")
    axes.text(330, 0.3, "200 facts", fontsize=8, color="0.25")
    axes.set(xscale="log", xlim=(0.9, 1100), ylim=(-0.03, 1.05))
    axes.set_xticks([1, 10, 100, 1000], labels=["1", "10", "100", "1000"])
    axes.set(xlabel="passes over the training set", ylabel="tone; share of facts right")


def _draw_phrasings(axes: Axes, results: Values) -> None:
    axes.plot(PHRASINGS, results["phrasing_hits"], "s--", color="0.0", linewidth=1.1, markersize=3)
    axes.axhline(float(results["index_new"]), color="0.45", linewidth=1.4)
    axes.axvline(float(results["least_phrasings"]), color="0.0", linewidth=0.8, linestyle=":")
    axes.text(7.9, 0.9, "index, one passage a fact", fontsize=8, ha="right", color="0.25")
    axes.text(1.7, 0.25, "phrasings must\noutweigh the words", fontsize=8)
    axes.set(xlim=(0.7, 8.3), ylim=(-0.03, 1.05), xticks=PHRASINGS)
    axes.set(xlabel="trained phrasings of each fact", ylabel="right in a new phrasing")
