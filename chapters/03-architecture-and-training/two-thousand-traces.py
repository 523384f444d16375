"""Two Thousand Traces by Friday: detectors of bots, judged on families that they have not seen.

A trace is a hundred points, ten milliseconds apart, on a page of unit width. People move in
bell-shaped submovements and tremble; four families of bots draw lines and curves in simpler ways, a
fifth adds jitter to one of them, a sixth copies the bell shape. A detector is a function of traces
of people and of known bots that gives a function of traces: the higher, the more like a bot.
"""

# ruff: noqa: I001 (the listing's own imports stand last)

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

# region: features
import math

import numpy as np


def features(paths):
    """Describe traces (count, points, 2) by seven numbers each."""
    step = np.diff(paths, axis=1)
    speed = np.linalg.norm(step, axis=2) + 1e-6
    mean = speed.mean(axis=1)
    jerk = np.linalg.norm(np.diff(step, n=2, axis=1), axis=2).mean(axis=1)
    heading = np.exp(1j * np.arctan2(step[..., 1], step[..., 0]))
    turn = np.abs(np.angle(heading[:, 1:] / heading[:, :-1])).mean(axis=1)
    reach = np.linalg.norm(paths[:, -1] - paths[:, 0], axis=1)
    columns = [
        np.log(speed.std(axis=1) / mean + 1e-3),  # how uneven the speed is
        speed.argmax(axis=1) / speed.shape[1],  # when it peaks
        np.log(speed.sum(axis=1) / reach),  # the detour
        np.log(jerk / mean + 1e-3),
        np.log(turn + 1e-3),
        np.log(speed[:, :10].mean(axis=1) / mean),  # the start
        np.log(speed[:, -10:].mean(axis=1) / mean),  # the end
    ]
    return np.stack(columns, axis=1)


# endregion


# region: people
def one_class(people, _bots=None):
    """Score by the distance from people, in their own standard deviations."""
    center, spread = people.mean(axis=0), np.cov(people.T)
    spread += 0.01 * np.diag(spread).mean() * np.eye(len(spread))
    inverse = np.linalg.inv(spread)

    def score(rows):
        away = rows - center
        return np.einsum("ij,jk,ik->i", away, inverse, away)

    return score


def certified(scores, blocked=0.01, doubt=0.05):
    """Give the lowest limit that blocks few people, up to a doubt."""
    count, chance, spare = len(scores), 0.0, -1
    while chance <= doubt:
        spare += 1  # so many above the limit, if the doubt allows it
        ways = math.comb(count, spare)
        chance += ways * blocked**spare * (1 - blocked) ** (count - spare)
    spare -= 1
    return np.sort(scores)[-1 - spare] if spare >= 0 else math.inf


# endregion


# region: leave_out
def caught(fit, people, known, tested):
    """Give the share of each tested family above a certified limit."""
    half = len(people) // 2
    score = fit(people[:half], np.concatenate(known))
    limit = certified(score(people[half:]))
    return {name: (score(rows) > limit).mean() for name, rows in tested.items()}


def leave_out(fit, people, families):
    """Catch each family with a detector that knows only the others."""
    found = {}
    for name, rows in families.items():
        known = [families[other] for other in families if other != name]
        found |= caught(fit, people, known, {name: rows})
    return found


# endregion


if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Score = Callable[[np.ndarray], np.ndarray]
    Fit = Callable[[np.ndarray, np.ndarray], Score]

Values = dict[str, float | int | str | list[float] | list[list[float]]]

SEED, CURVE_SEED, KERNEL_SEED = 0, 10, 20
POINTS = 100
KERNELS = 60
PEOPLE, BOTS = 1000, 500  # in the sample: people, bots of each known family
TESTED = 300  # traces of each family to test on
TESTED_PEOPLE = 1000
SAMPLES = 4  # of two thousand traces
KNOWN = ("curve", "eased")
FAMILIES = ("curve", "eased", "line", "noisy")
NEW = ("shaken", "imitator", "touchpad")  # besides the families
TOLERANCES = {"*": 0.02}
SIZES = (40, 200, 2000)  # labeled traces
COMPARED = ("sequence", "logistic", "trees", "people")  # on all pairs of known families


def bell(time: np.ndarray) -> np.ndarray:
    """Give the place of a movement of minimum jerk that lasts from 0 to 1."""
    inside = np.clip(time, 0, 1)
    place: np.ndarray = inside**3 * (10 - 15 * inside + 6 * inside**2)
    return place


def tremble(count: int, rng: np.random.Generator) -> np.ndarray:
    """Give small correlated deviations from the path."""
    noise = rng.normal(0, 0.0012 * math.sqrt(1 - 0.7**2), (count, POINTS, 2))
    for point in range(1, POINTS):
        noise[:, point] += 0.7 * noise[:, point - 1]
    return noise


def traces(kind: str, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw traces of people (mouse or touchpad) or of a family of bots."""
    time = np.linspace(0, 1, POINTS)[:, None]
    angle = rng.uniform(0, 2 * math.pi, (count, 1))
    length = rng.uniform(0.3, 0.9, (count, 1))
    way = (length * np.concatenate([np.cos(angle), np.sin(angle)], axis=1))[:, None]
    aside = way[..., ::-1] * [1, -1]

    def draw(low: float, high: float) -> np.ndarray:
        return rng.uniform(low, high, (count, 1, 1))

    pace = np.broadcast_to(time, (count, POINTS, 1))
    if kind == "eased":
        pace = pace**2 * (3 - 2 * pace)
    elif kind == "mouse":  # most of the way, then a correction
        start, lasting, first = (
            draw(0.02, 0.12),
            draw(0.45, 0.65),
            rng.normal(0.94, 0.05, (count, 1, 1)),
        )
        second = bell((time - start - lasting + 0.05) / 0.25)
        pace = first * bell((time - start) / lasting) + (1 - first) * second
    elif kind == "touchpad":  # four strokes
        strokes = [bell((time - begin - draw(0, 0.05)) / 0.2) for begin in (0, 0.25, 0.5, 0.75)]
        pace = sum(strokes) / 4
    elif kind == "imitator":  # one bell
        pace = bell((time - draw(0.02, 0.12)) / draw(0.7, 0.9))
    paths: np.ndarray = way * pace
    if kind in ("mouse", "touchpad", "imitator"):
        arch = np.sin(math.pi * np.clip(pace, 0, 1))
        paths = paths + arch * aside * rng.normal(0, 0.08, (count, 1, 1)) + tremble(count, rng)
    elif kind in ("curve", "eased", "shaken"):
        paths = paths + 2 * pace * (1 - pace) * rng.normal(0, 0.2, (count, 1, 2))
    if kind in ("noisy", "shaken"):
        paths = paths + rng.normal(0, 0.004, (count, POINTS, 2))
    return paths


def _kernels() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(KERNEL_SEED)
    kernels = rng.normal(size=(18, KERNELS)).astype(np.float32)
    return kernels - kernels.mean(axis=0), rng.uniform(-1, 1, KERNELS).astype(np.float32)


def convolutions(paths: np.ndarray) -> np.ndarray:
    """Describe traces by random dilated convolutions of their velocity."""
    kernels, bias = _kernels()
    step = np.diff(paths, axis=1)
    step = step / np.sqrt((step**2).sum(axis=2).mean(axis=1))[:, None, None]
    step = step.astype(np.float32)
    columns = []
    for place, dilation in enumerate((1, 2, 4, 8)):
        count = step.shape[1] - 8 * dilation
        window = np.concatenate([step[:, k * dilation :][:, :count] for k in range(9)], axis=2)
        answer = window @ kernels[:, place::4] + bias[place::4]
        columns += [answer.max(axis=1), (answer > 0).mean(axis=1)]
    return np.concatenate(columns, axis=1)


def _together(people: np.ndarray, bots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate([people, bots]), np.repeat([0.0, 1.0], [len(people), len(bots)])


def ridge(people: np.ndarray, bots: np.ndarray) -> Score:
    """Fit labels by a linear function with a penalty."""
    rows, is_bot = _together(people, bots)
    center, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    rows = (rows - center) / scale
    gram = rows.T @ rows + 10 * np.eye(rows.shape[1])
    weight = np.linalg.solve(gram, rows.T @ (is_bot - is_bot.mean()))
    return lambda new: ((new - center) / scale) @ weight


def logistic(people: np.ndarray, bots: np.ndarray) -> Score:
    """Fit log-odds by a linear function with a penalty, by Newton's method."""
    rows, is_bot = _together(people, bots)
    center, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9

    def design(new: np.ndarray) -> np.ndarray:
        return np.column_stack([np.ones(len(new)), (new - center) / scale])

    rows = design(rows)
    weight = np.zeros(rows.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weight, -30, 30)))
        curvature = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.eye(len(weight))
        weight -= np.linalg.solve(curvature, rows.T @ (chance - is_bot) + weight)
    return lambda new: design(new) @ weight


def trees(people: np.ndarray, bots: np.ndarray) -> Score:
    """Fit log-odds by forty boosted trees of one split each."""
    rows, is_bot = _together(people, bots)
    width = rows.shape[1]
    splits = np.quantile(rows, np.linspace(0.04, 0.96, 24), axis=0)
    above = (rows[:, None] > splits).reshape(len(rows), -1).astype(float)
    odds, rules = np.zeros(len(rows)), []
    for _ in range(40):
        chance = 1 / (1 + np.exp(-odds))
        slope, bend = is_bot - chance, chance * (1 - chance)
        up, up_bend = slope @ above, bend @ above
        down, down_bend = slope.sum() - up, bend.sum() - up_bend
        best = int((up**2 / (up_bend + 1) + down**2 / (down_bend + 1)).argmax())
        rule = (
            best,
            0.3 * up[best] / (up_bend[best] + 1),
            0.3 * down[best] / (down_bend[best] + 1),
        )
        odds += np.where(above[:, best] > 0, rule[1], rule[2])
        rules.append(rule)

    def score(new: np.ndarray) -> np.ndarray:
        total = np.zeros(len(new))
        for best, high, low in rules:
            total += np.where(new[:, best % width] > splits[best // width, best % width], high, low)
        return total

    return score


def both(people: np.ndarray, bots: np.ndarray) -> Score:
    """Take the higher of two scores, each in units of what people reach."""
    parts = [(one_class, slice(0, 7)), (ridge, slice(7, None))]
    scores = [(fit(people[:, part], bots[:, part]), part) for fit, part in parts]
    middle = [np.median(score(people[:, part])) for score, part in scores]
    reach = [np.quantile(score(people[:, part]), 0.99) for score, part in scores]

    def highest(new: np.ndarray) -> np.ndarray:
        units = [
            (score(new[:, part]) - low) / (high - low)
            for (score, part), low, high in zip(scores, middle, reach, strict=True)
        ]
        top: np.ndarray = np.max(units, axis=0)
        return top

    return highest


def coordinates(paths: np.ndarray) -> np.ndarray:
    """Give the points themselves, seen from the first."""
    return (paths - paths[:, :1]).reshape(len(paths), -1)


def describe(paths: np.ndarray) -> np.ndarray:
    """Give the seven features, the convolutions, and the coordinates."""
    return np.concatenate([features(paths), convolutions(paths), coordinates(paths)], axis=1)


FEATURES, SEQUENCE, RAW = slice(0, 7), slice(7, 7 + 2 * KERNELS), slice(7 + 2 * KERNELS, None)
DETECTORS: dict[str, tuple[slice, Fit]] = {
    "raw": (RAW, ridge),
    "sequence": (SEQUENCE, ridge),
    "logistic": (FEATURES, logistic),
    "trees": (FEATURES, trees),
    "people": (FEATURES, one_class),
    "wide": (SEQUENCE, one_class),
    "both": (slice(0, SEQUENCE.stop), both),
}


def results() -> Values:
    """Give every computed number that the question prints."""
    return {"seed": SEED, "samples": SAMPLES} | _tested() | _sized() | _certificates() | _cloud()


def _tested() -> Values:
    """Test six detectors on what they know, on new families and on new people."""
    rng = np.random.default_rng(SEED)
    found: dict[str, list[float]] = {}
    pairs: dict[str, list[float]] = {}
    for _ in range(SAMPLES):
        people = describe(traces("mouse", PEOPLE, rng))
        bots = {kind: describe(traces(kind, BOTS, rng)) for kind in FAMILIES}
        tested = {kind: describe(traces(kind, TESTED, rng)) for kind in (*FAMILIES, *NEW)}
        tested["mouse"] = describe(traces("mouse", TESTED_PEOPLE, rng))
        for name, (part, fit) in DETECTORS.items():
            seen = people[:, part]
            known = {kind: rows[:, part] for kind, rows in bots.items()}
            new = {kind: rows[:, part] for kind, rows in tested.items()}
            for kind, share in caught(fit, seen, [known[kind] for kind in KNOWN], new).items():
                found.setdefault(f"{name}_{kind}", []).append(float(share))
            left = leave_out(fit, seen, {kind: known[kind] for kind in KNOWN})
            found.setdefault(f"{name}_left_out", []).append(float(min(left.values())))
            for pair in itertools.combinations(FAMILIES, 2) if name in COMPARED else ():
                rest = {kind: new[kind] for kind in FAMILIES if kind not in pair}
                for kind, share in caught(fit, seen, [known[k] for k in pair], rest).items():
                    key = f"{name}_{kind}_from_{pair[0]}_{pair[1]}"
                    pairs.setdefault(key, []).append(float(share))
        pads = features(traces("touchpad", PEOPLE, rng))
        new = {kind: rows[:, FEATURES] for kind, rows in tested.items()}
        for kind, share in caught(one_class, pads, [pads], new).items():
            found.setdefault(f"pad_{kind}", []).append(float(share))
    values: Values = {}
    for name, shares in found.items():
        values |= {name: float(np.mean(shares)), f"{name}_least": min(shares)}
        values[f"{name}_most"] = max(shares)
    for name in COMPARED:
        means = [float(np.mean(v)) for key, v in pairs.items() if key.startswith(f"{name}_")]
        values |= {f"{name}_pairs": means, f"{name}_pairs_least": min(means)}
        values[f"{name}_pairs_mean"] = float(np.mean(means))
    return values


def _sized() -> Values:
    """Follow what is caught as the labeled sample grows, with one person in a hundred blocked."""
    rng = np.random.default_rng(CURVE_SEED)
    judges = describe(traces("mouse", TESTED_PEOPLE, rng))
    tested = {kind: describe(traces(kind, TESTED, rng)) for kind in ("curve", "noisy")}
    people = describe(traces("mouse", max(SIZES) // 2, rng))
    bots = [describe(traces(kind, max(SIZES) // 4, rng)) for kind in KNOWN]
    values: Values = {}
    for name in ("sequence", "people"):
        part, fit = DETECTORS[name]
        for size in SIZES:
            known = np.concatenate([rows[: size // 4, part] for rows in bots])
            score = fit(people[: size // 2, part], known)
            limit = np.quantile(score(judges[:, part]), 0.99)
            for kind, rows in tested.items():
                values[f"{name}_{kind}_of_{size}"] = float((score(rows[:, part]) > limit).mean())
    return values


def _certificates() -> Values:
    chance = [math.comb(500, k) * 0.01**k * 0.99 ** (500 - k) for k in range(6)]
    return {
        "doubt_one_blocked": chance[0] + chance[1],
        "doubt_two_blocked": sum(chance[:3]),
        "doubt_five_blocked": sum(chance),
        "expected_block": 2 / 501,
        "precision_at_two_percent": 0.02 / (0.02 + 0.98 * 0.01),
        "fewest_people": math.ceil(math.log(0.05) / math.log(0.99)),
    }


def _cloud() -> Values:
    """Give points for the picture: unevenness of speed and jerk of people and of three families."""
    rng = np.random.default_rng(SEED)
    values: Values = {}
    for kind in ("mouse", *KNOWN, "noisy"):
        rows = features(traces(kind, 60, rng))[:, [0, 3]]
        values[f"cloud_{kind}"] = np.round(rows, 3).tolist()
    people = features(traces("mouse", 2000, rng))[:, [0, 3]]
    bots = np.concatenate([features(traces(kind, 1000, rng))[:, [0, 3]] for kind in KNOWN])
    score = logistic(people, bots)
    edge = float(np.quantile(score(people), 0.99))
    grid = np.linspace(-2.5, 0.5, 2)
    height = []
    for x in grid:
        low, high = -12.0, 4.0  # the score falls with jerk
        while high - low > 1e-6:
            middle = (low + high) / 2
            above = float(score(np.array([[x, middle]]))[0]) > edge
            low, high = (middle, high) if above else (low, middle)
        height.append(low)
    distance = one_class(people)(people)
    radius = math.sqrt(np.quantile(distance, 0.99))
    spread = np.linalg.cholesky(np.cov(people.T))
    turn = np.linspace(0, 2 * math.pi, 61)
    ring = people.mean(axis=0) + radius * (np.stack([np.cos(turn), np.sin(turn)], 1) @ spread.T)
    return values | {
        "boundary_x": grid.tolist(),
        "boundary_y": height,
        "ring": np.round(ring, 3).tolist(),
    }


def figure(results: Values) -> Figure:
    """Draw two features with both kinds of boundary, and what is caught as the sample grows."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.4), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_cloud(left, results)
        _draw_pairs(right, results)
    return drawing


def _draw_cloud(axes: Axes, results: Values) -> None:
    marks = {
        "mouse": ("o", "0.0", "0.0"),
        "curve": ("x", "0.5", "0.5"),
        "eased": ("+", "0.3", "0.3"),
        "noisy": ("^", "0.0", "1.0"),
    }
    for kind, (mark, gray, face) in marks.items():
        points = np.array(results[f"cloud_{kind}"])
        line = axes.plot(*points.T, mark, color=gray, markersize=3, linewidth=0)[0]
        line.set_markerfacecolor(face)
        line.set_markeredgewidth(0.7)
    axes.plot(*np.array(results["ring"]).T, "-", color="0.0", linewidth=1.0)
    axes.plot(results["boundary_x"], results["boundary_y"], "--", color="0.0", linewidth=1.0)
    axes.text(-0.4, 1.1, "noisy line,\nnew", fontsize=8, va="center")
    axes.text(0.15, 0.1, "people", fontsize=8)
    axes.text(-1.75, 2.2, "above: people, says the classifier", fontsize=8)
    axes.text(-2.3, -6.4, "curve, known", fontsize=8)
    axes.text(-0.05, -5.9, "eased,\nknown", fontsize=8, va="center")
    axes.set(xlim=(-2.4, 0.7), ylim=(-8, 3.2))
    axes.set(xlabel="unevenness of speed (log)", ylabel="jerk (log)")


def _draw_pairs(axes: Axes, results: Values) -> None:
    for place, name in enumerate(COMPARED):
        shares = 100 * np.sort(np.array(results[f"{name}_pairs"]))
        spots = place + np.linspace(-0.3, 0.3, len(shares))
        axes.plot(spots, shares, "o", color="0.0", markersize=3, markerfacecolor="0.7")
    axes.set(xticks=range(len(COMPARED)), xlim=(-0.5, 3.5), ylim=(-4, 105))
    axes.set_xticklabels(["sequence", "logistic", "trees", "people\nonly"])
    axes.set(ylabel="caught of an unseen family (%)")
