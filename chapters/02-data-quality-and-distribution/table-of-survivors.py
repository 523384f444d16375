"""A Table of Survivors: what a failure does to next month's purchase, with and without leavers.

One cohort of members is followed for two years. Failures fall by lot, so that nothing but the
choice of rows can bend a comparison. In the first world every member leaves alike after a
failure; in the second the less loyal leave first. Today is the end of the last month.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

# region: members
import numpy as np

MONTHS = 24
FAILURE = 0.15  # share of members with a failed delivery, every month


def follow(members=60_000, *, disloyal_first=False, seed=0):
    """Follow members: who had a failure, was here, and bought, by month."""
    rng = np.random.default_rng(seed)
    loyalty = rng.standard_normal(members)
    buying = 1 / (1 + np.exp(-1.0 - 0.8 * loyalty))
    driven_off = 0.6 / (1 + np.exp(2 * loyalty)) if disloyal_first else 0.3
    failed = rng.random((members, MONTHS)) < FAILURE
    here = np.ones((members, MONTHS), bool)
    for month in range(1, MONTHS):
        risk = 0.01 + driven_off * failed[:, month - 1]
        here[:, month] = here[:, month - 1] & (rng.random(members) > risk)
    bought = here & (rng.random((members, MONTHS)) < buying[:, None])
    return failed, here, bought


def buys_next(failed, bought, rows):
    """Give the share that buys next month, after a failure and after none."""
    rows, x, y = rows[:, :-1], failed[:, :-1], bought[:, 1:]
    return y[rows & x].mean(), y[rows & ~x].mean()


# endregion


# region: snapshot
def snapshot(joined, left, failures, purchases, month):
    """Build the rows of one past month: member -> (had a failure, bought next).

    The first two map members to months, the others hold (member, month).
    A row is kept or not by what was known at the end of the month.
    """
    gone = {member for member, when in left.items() if when <= month}
    ever = {member for member, when in joined.items() if when <= month}
    return {
        member: ((member, month) in failures, (member, month + 1) in purchases)
        for member in sorted(ever - gone)
    }


# endregion


# region: aggregates
def rebuild(table_buys, table_failed, log_failed, stayed):
    """Rebuild the share that buys next month, from survivors and two totals.

    table_buys: shares of survivors that buy, after a failure and after none
    table_failed, log_failed: share with a failure, of survivors and of all
    stayed: share of all members that were still here a month later
    """
    stay_after_failure = stayed * table_failed / log_failed
    stay_otherwise = stayed * (1 - table_failed) / (1 - log_failed)
    return table_buys[0] * stay_after_failure, table_buys[1] * stay_otherwise


# endregion


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | list[float]]

SEED = 0
GRACE = 3  # months until the row of a leaver is deleted
MARGIN = 12.0  # euros, of a month with purchases
VOUCHER = 8.0  # euros
WORLDS = {"alike": False, "disloyal": True}


def populations(here: np.ndarray) -> dict[str, np.ndarray]:
    """Give the rows (member and month) of three tables."""
    return {
        "all": here,
        "active": here & here[:, -1:],
        "kept": here & here[:, [MONTHS - GRACE]],
    }


def results() -> Values:
    """Give every computed number that the question prints (shares, unless the name says more)."""
    values: Values = {"seed": SEED, "months": MONTHS, "members": 60_000}
    for world, disloyal_first in WORLDS.items():
        failed, here, bought = follow(disloyal_first=disloyal_first)
        for name, rows in populations(here).items():
            values |= _compared(f"{world}_{name}", failed, bought, rows)
        values |= _rebuilt(world, failed, here, bought)
    failed, here, bought = follow()
    values |= _by_month(failed, here, bought) | _counts(failed, here, bought)
    return values | _money(values)


def _compared(name: str, failed: np.ndarray, bought: np.ndarray, rows: np.ndarray) -> Values:
    """Give both shares and their difference, with an error that lets a member's rows cohere."""
    after, otherwise = buys_next(failed, bought, rows)
    used, x, y = rows[:, :-1], failed[:, :-1], bought[:, 1:]
    terms = np.where(x, (y - after) / (used & x).sum(), -(y - otherwise) / (used & ~x).sum())
    error = math.sqrt(float(((terms * used).sum(axis=1) ** 2).sum()))
    return {
        f"{name}_after": float(after),
        f"{name}_otherwise": float(otherwise),
        f"{name}_effect": float(after - otherwise),
        f"{name}_error": error,
        f"{name}_rows": int(used.sum()),
        f"{name}_buys": float(y[used].mean()),
    }


def _rebuilt(world: str, failed: np.ndarray, here: np.ndarray, bought: np.ndarray) -> Values:
    """Rebuild the effect in the last month that has a label, from the survivors of it."""
    last = MONTHS - 2
    present, survived = here[:, last], here[:, -1]
    x, y = failed[:, last], bought[:, -1]
    table_buys = y[survived & x].mean(), y[survived & ~x].mean()
    table_failed, log_failed = x[survived].mean(), x[present].mean()
    stayed = survived.sum() / present.sum()
    after, otherwise = rebuild(table_buys, table_failed, log_failed, stayed)
    return {
        f"{world}_rebuilt": float(after - otherwise),
        f"{world}_last": float(y[present & x].mean() - y[present & ~x].mean()),
        f"{world}_last_active": float(table_buys[0] - table_buys[1]),
        f"{world}_table_failed": float(table_failed),
        f"{world}_log_failed": float(log_failed),
        f"{world}_stayed": float(stayed),
        f"{world}_stay_after": float(stayed * table_failed / log_failed),
        f"{world}_stay_otherwise": float(stayed * (1 - table_failed) / (1 - log_failed)),
    }


def _by_month(failed: np.ndarray, here: np.ndarray, bought: np.ndarray) -> Values:
    values: Values = {}
    for name, rows in populations(here).items():
        effects = []
        for month in range(MONTHS - 1):
            one = np.zeros_like(rows)
            one[:, month] = rows[:, month]
            after, otherwise = buys_next(failed, bought, one)
            effects.append(float(after - otherwise))
        values[f"by_month_{name}"] = effects
    return values


def _counts(failed: np.ndarray, here: np.ndarray, bought: np.ndarray) -> Values:
    stays = here[:, :-1] & here[:, 1:]
    after = here[:, :-1] & failed[:, :-1]
    otherwise = here[:, :-1] & ~failed[:, :-1]
    return {
        "still_here": float(here[:, -1].mean()),
        "still_here_members": int(here[:, -1].sum()),
        "deleted": float(1 - here[:, MONTHS - GRACE].mean()),
        "leaves_after": float(1 - stays[after].mean()),
        "leaves_otherwise": float(1 - stays[otherwise].mean()),
        "leaves": float(1 - stays.sum() / here[:, :-1].sum()),
        "buys_if_stays": float(bought[:, 1:][stays].mean()),
    }


def _money(values: dict) -> Values:
    """Price a failure, and the smallest effect of a voucher that pays for it."""
    worth = MARGIN * values["buys_if_stays"] / values["leaves"]
    driven_off = values["leaves_after"] - values["leaves_otherwise"]
    needed = VOUCHER / worth
    base = values["leaves_after"]
    spread = base * (1 - base) + (base - needed) * (1 - base + needed)
    return {
        "member_worth": worth,
        "failure_cost": driven_off * worth,
        "voucher_needed": needed,
        "members_per_arm": math.ceil((1.959964 + 0.841621) ** 2 * spread / needed**2),
    }


def figure(results: Values) -> Figure:
    """Draw some members as today's table sees them, and the effect of a failure by month."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.5), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_members(left)
        _draw_effects(right, results)
    return drawing


DRAWN = 18  # members


def _draw_members(axes: Axes) -> None:
    failed, here, _ = follow()
    months = here[:DRAWN].sum(axis=1)
    for place, member in enumerate(np.argsort(months, kind="stable")):
        stay = int(months[member])
        deleted = not here[member, MONTHS - GRACE]
        line = {"color": "0.6", "linestyle": ":"} if deleted else {"color": "0.0"}
        axes.plot([0, stay], [place, place], linewidth=1.2, **line)
        hits = np.flatnonzero(failed[member, :stay]) + 0.5
        axes.plot(
            hits,
            np.full(hits.size, place),
            linestyle="none",
            marker="x",
            markersize=3.5,
            markeredgewidth=0.9,
            color="0.45" if deleted else "0.0",
        )
    axes.axvline(MONTHS, color="0.0", linewidth=0.8)
    axes.text(MONTHS - 0.5, -1.7, "today", fontsize=8, ha="right", va="center")
    axes.text(13.4, 3.0, "rows deleted", fontsize=8, color="0.3")
    axes.set(xlim=(0, MONTHS + 0.4), ylim=(-2.4, DRAWN), yticks=[], xticks=range(0, 25, 6))
    axes.set(xlabel="month", ylabel=f"{DRAWN} members (cross: a failure)")


LINES = {  # gray level, dashes, marker
    "all": ("0.0", "-", ""),
    "kept": ("0.35", ":", "o"),
    "active": ("0.55", "--", ""),
}


def _draw_effects(axes: Axes, results: Values) -> None:
    for name, (gray, dashes, marker) in LINES.items():
        effects = results[f"by_month_{name}"]
        assert isinstance(effects, list)
        axes.plot(
            range(1, MONTHS),
            [100 * effect for effect in effects],
            dashes,
            marker=marker,
            markersize=3,
            color=gray,
            linewidth=1.1,
        )
    axes.axhline(0, color="0.0", linewidth=0.5)
    axes.text(1, -19.2, "everybody present", fontsize=8)
    axes.text(1, 3.6, "active today", fontsize=8, color="0.3")
    axes.text(20.2, -9.5, "not yet\ndeleted", fontsize=8, ha="right")
    axes.set(xlim=(0, MONTHS + 0.4), ylim=(-26, 7), xticks=range(0, 25, 6))
    axes.set(xlabel="month of the failure", ylabel="effect on next month (points)")
