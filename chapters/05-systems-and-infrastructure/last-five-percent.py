"""The Last Five Percent of Capacity: waiting, recovery and retries of a nearly full pool.

Two models. The wait of one lookup in a pool of connections is a formula (M/M/c), checked by
simulated lookups, which also time whole requests. The retry storm counts whole requests: a
deterministic flow through one first-come queue, in steps of ten milliseconds.
"""

# ruff: noqa: I001 (the listing's own import stands last)

from __future__ import annotations

import heapq
from statistics import NormalDist
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

# region: pool
import math


def erlang_c(connections, busy):
    """Give the chance to wait when, on average, `busy` are in use."""
    blocked = 1.0  # Erlang B, by recursion over the number of connections
    for count in range(1, connections + 1):
        blocked = busy * blocked / (count + busy * blocked)
    idle_share = 1 - busy / connections
    return blocked / (idle_share + (1 - idle_share) * blocked)


def wait_percentile(connections, busy, hold, level=0.99):
    """Give a percentile of the wait, in the unit of hold."""
    excess = erlang_c(connections, busy) / (1 - level)
    return hold * math.log(max(excess, 1.0)) / (connections - busy)


# endregion


# region: storm
CAPACITY, TIMEOUT, STEP = 1_000, 1.0, 0.01  # requests/s, seconds, seconds
FAULT = 20.0  # when the fault begins, in seconds


def storm(fresh, *, retries=3, budget=3.0, limit=1e9, fault=5.0, end=200):
    """Give timely answers per fresh request and the queue, step by step."""
    delay, cohort = round(TIMEOUT / STEP), fresh * STEP
    sent = [[0.0] * (retries + 1)] * delay  # first attempts, second ones, ...
    admitted = [1.0] * delay  # shares let into the queue
    entered, left = [0.0] * delay, 0.0  # requests in and out since the start
    goodput, queue = [], []
    for step in range(round(end / STEP)):  # [step]: one time-out ago
        timely = admitted[step] if entered[step] <= left else 0.0
        again = [attempts * (1 - timely) for attempts in sent[step][:-1]]
        allowed = min(1.0, budget * cohort / max(sum(again), 1e-12))
        sent.append([cohort] + [attempts * allowed for attempts in again])
        arriving = sum(sent[-1])
        room = max(limit - (entered[-1] - left), 0.0)
        admitted.append(min(1.0, room / arriving))
        entered.append(entered[-1] + admitted[-1] * arriving)
        slow = FAULT <= step * STEP < FAULT + fault
        done = min(entered[-1], left + CAPACITY * STEP * (0.5 if slow else 1))
        goodput.append(max(done - max(left, entered[step]), 0.0) / cohort)
        left = done
        queue.append(entered[-1] - left)
    return goodput, queue


# endregion


# region: sizing
def connections_for(rate, hold, zones=3, budget=0.1):
    """Give the connections that outlive the loss of a zone, and the target."""
    target = (1 - 1 / zones) / (1 + budget)
    per_zone = math.ceil(rate * hold / target / zones)
    return zones * per_zone, target


def queue_limit(connections, hold, timeout, slowdown=2.0):
    """Give the longest queue whose last request is still answered in time."""
    slow_hold = slowdown * hold
    return (timeout - slow_hold) * connections / slow_hold


# endregion


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | str]

SEED = 0
CONNECTIONS = 200
HOLD = 0.005  # seconds that a lookup holds a connection
LOOKUPS = 40  # a request
PEAK = 900  # requests a second, today
GOAL = 50_000  # requests a second, in a year
CUSTOMERS = 90_000_000  # who pay in the busiest hour
FRESHNESS = 1.0  # seconds that a feature may be old
UTILIZATIONS = (0.60, 0.75, 0.90, 0.95, 0.99)
BUDGET = 0.1  # retries per fresh request
ATTEMPTS = 4  # a request, when all but the last fail
POLICIES = {
    "no_retries": {"retries": 0},
    "retries": {},
    "budget": {"budget": BUDGET},
    "limit": {"limit": 300.0},
    "both": {"budget": BUDGET, "limit": 300.0},
}


def results() -> Values:
    """Give every computed number that the question prints (seconds, unless the name says more)."""
    values: Values = {"seed": SEED}
    return values | _waits() | _fan_out() | _fetched() | _recovery() | _policies() | _sized()


def _name(utilization: float) -> int:
    return round(100 * utilization)


def _waits() -> Values:
    """Give chance and percentiles of the wait in the pool, and where the wait sets in."""
    values: Values = {}
    for utilization in UTILIZATIONS:
        busy = utilization * CONNECTIONS
        chance = erlang_c(CONNECTIONS, busy)
        values |= {
            f"wait_chance_{_name(utilization)}": chance,
            f"wait_mean_{_name(utilization)}": HOLD * chance / (CONNECTIONS - busy),
            f"wait_p99_{_name(utilization)}": wait_percentile(CONNECTIONS, busy, HOLD),
        }
    margin = 0.05 * math.sqrt(CONNECTIONS)
    normal = NormalDist()
    return values | {
        "margin_95": margin,
        "limit_chance_95": 1 / (1 + margin * normal.cdf(margin) / normal.pdf(margin)),
        **{f"knee_{count}": _knee(count) for count in (1, 20, CONNECTIONS)},
    }


def _knee(connections: int) -> float:
    """Find the utilization at which the p99 wait is as long as a lookup."""
    low, high = 0.0, 1.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        short = wait_percentile(connections, middle * connections, 1.0) < 1
        low, high = (middle, high) if short else (low, middle)
    return low


def _fan_out() -> Values:
    return {
        "slow_lookup_share": 1 - 0.99**LOOKUPS,
        "lookup_level": 0.99 ** (1 / LOOKUPS),
    }


FETCHES = {"sequence": (LOOKUPS, False), "parallel": (LOOKUPS, True), "row": (1, False)}


def _fetched() -> Values:
    values: Values = {}
    for name, (lookups, together) in FETCHES.items():
        waits, times = fetch(PEAK, lookups, together=together)
        values |= {
            f"{name}_utilization": PEAK * lookups * HOLD / CONNECTIONS,
            f"{name}_waiting": float((waits > 0).mean()),
            f"{name}_median": float(np.quantile(times, 0.5)),
            f"{name}_p99": float(np.quantile(times, 0.99)),
        }
    return values | {"fetch_seconds": FETCH_SECONDS}


FETCH_SECONDS = 40


def fetch(
    rate: float, lookups: int, *, together: bool, seconds: float = FETCH_SECONDS, seed: int = SEED
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate requests that fetch features by lookups, one by one or together.

    Requests come as a Poisson process of which the number is given; a lookup holds the
    connection for an exponential time.

    Returns:
        The wait of each lookup and the time of each request, in seconds, without the first
        twentieth, in which the pool fills.
    """
    rng = np.random.default_rng(seed)
    count = round(rate * seconds)
    arrivals = np.sort(rng.uniform(0, seconds, count)).tolist()
    holds = iter(rng.exponential(HOLD, count * lookups).tolist())
    copies, more = (lookups, 1) if together else (1, lookups)
    free, ends, waits = [0.0] * CONNECTIONS, list(arrivals), []
    line: list[tuple[float, int, int]] = []  # since when, request, lookups it still makes
    for newcomer, arrival in enumerate([*arrivals, math.inf]):
        while line and line[0][0] <= arrival:
            now, request, left = line[0]
            start = max(now, free[0])
            end = start + next(holds)
            heapq.heapreplace(free, end)
            waits.append(start - now)
            ends[request] = max(ends[request], end)
            if left > 1:
                heapq.heapreplace(line, (end, request, left - 1))
            else:
                heapq.heappop(line)
        for _ in range(copies):
            heapq.heappush(line, (arrival, newcomer, more))
    times = np.array(ends) - np.array(arrivals)
    return np.array(waits[len(waits) // 20 :]), times[count // 20 :]


def _recovery() -> Values:
    """Give what a fault of five seconds at half speed leaves behind, by utilization."""
    values: Values = {}
    for utilization in UTILIZATIONS:
        rate = utilization * CAPACITY
        queue = 5 * (rate - CAPACITY / 2)
        values |= {
            f"queue_{_name(utilization)}": queue,
            f"drain_{_name(utilization)}": queue / (CAPACITY - rate),
            f"fatal_{_name(utilization)}": shortest_fatal_fault(rate),
        }
    return values


def shortest_fatal_fault(rate: float, **policy: float) -> float:
    """Find the shortest fault, in seconds, that the retries never let the service leave."""
    low, high = 0.0, 20.0
    while high - low > 0.01:
        middle = (low + high) / 2
        goodput, _ = storm(rate, fault=middle, end=80, **policy)
        recovers = sum(goodput[-100:]) > 50
        low, high = (middle, high) if recovers else (low, middle)
    return high


def _policies() -> Values:
    values: Values = {}
    for name, policy in POLICIES.items():
        goodput, queue = storm(PEAK, **policy)
        values |= {
            f"{name}_in_fault": _mean(goodput, FAULT, FAULT + 5),
            f"{name}_at_end": _mean(goodput, 195, 200),
            f"{name}_recovery": _recovered(goodput),
            f"{name}_queue": max(queue),
            f"{name}_growth": queue[-1] - queue[-1 - round(1 / STEP)],
        }
    return values | {
        "fresh_that_drains": CAPACITY / ATTEMPTS,
        "stormy_attempts": ATTEMPTS * PEAK,
        "vulnerable_from": 1 / ATTEMPTS,
        "layered_attempts": ATTEMPTS**3,
        "budget_that_drains": CAPACITY / PEAK - 1,
    }


def _seconds(goodput: list[float]) -> np.ndarray:
    """Give the mean goodput of each second."""
    means: np.ndarray = np.reshape(goodput, (-1, round(1 / STEP))).mean(axis=1)
    return means


def _mean(goodput: list[float], start: float, end: float) -> float:
    return float(_seconds(goodput)[round(start) : round(end)].mean())


def _recovered(goodput: list[float]) -> float | str:
    """Give the seconds from the end of the fault until all goes well again."""
    failing = np.flatnonzero(_seconds(goodput) < 0.99)
    last = int(failing[-1]) + 1
    return "never" if last == len(goodput) * STEP else last - (FAULT + 5)


def _sized() -> Values:
    """Give the size of the new design, and what is left of it when a zone is lost."""
    connections, target = connections_for(GOAL, HOLD)
    left = connections * 2 // 3
    busy = GOAL * HOLD
    per_customer = GOAL / CUSTOMERS * FRESHNESS
    return {
        "peak_lookups": PEAK * LOOKUPS,
        "peak_busy": PEAK * LOOKUPS * HOLD,
        "capacity_lookups": round(CONNECTIONS / HOLD),
        "capacity": round(CONNECTIONS / HOLD / LOOKUPS),
        "request_mean": LOOKUPS * HOLD,
        "request_deviation": math.sqrt(LOOKUPS) * HOLD,
        "goal_lookups": GOAL * LOOKUPS,
        "goal_busy_lookups": GOAL * LOOKUPS * HOLD,
        "goal_busy": busy,
        "goal_pools": GOAL * LOOKUPS * HOLD / CONNECTIONS,
        "goal_replicas": math.ceil(GOAL * LOOKUPS * HOLD / CONNECTIONS / target),
        "target": target,
        "connections": connections,
        "connections_left": left,
        "utilization_left": busy / left,
        "utilization_left_retries": (1 + BUDGET) * busy / left,
        "wait_p99_left": wait_percentile(left, busy, HOLD),
        "wait_p99_left_retries": wait_percentile(left, (1 + BUDGET) * busy, HOLD),
        "queue_limit": queue_limit(CONNECTIONS, LOOKUPS * HOLD, TIMEOUT),
        "hit_rate": per_customer / (1 + per_customer),
        "hit_rate_minute": 60 * per_customer / (1 + 60 * per_customer),
    }


def figure(results: Values) -> Figure:
    """Draw the wait against utilization, and the goodput through a fault for four policies."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.3), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_waits(left, {count: float(results[f"knee_{count}"]) for count in (20, CONNECTIONS)})
        _draw_goodput(right)
    return drawing


LINES = {1: ("0.55", "--"), 20: ("0.3", "-."), CONNECTIONS: ("0.0", "-")}  # gray and dashes


def _draw_waits(axes: Axes, knees: dict[int, float]) -> None:
    utilizations = 1 - np.geomspace(0.5, 0.002, 120)
    for connections, (gray, dashes) in LINES.items():
        waits = [wait_percentile(connections, u * connections, 1000 * HOLD) for u in utilizations]
        axes.plot(100 * utilizations, waits, dashes, color=gray, linewidth=1.1)
    axes.axhline(1000 * HOLD, color="0.0", linewidth=0.8, linestyle=":")
    for knee in knees.values():
        axes.plot(100 * knee, 1000 * HOLD, "o", color="0.0", markersize=3)
    axes.text(51, 5.8, "one lookup", fontsize=8)
    axes.text(61, 125, "1 connection", fontsize=8)
    axes.text(78.5, 1.3, "20", fontsize=8, ha="right")
    axes.text(92, 0.32, "200", fontsize=8, ha="left")
    axes.set(xlim=(50, 100), yscale="log", ylim=(0.1, 3000))
    axes.set(xlabel="utilization (%)", ylabel="p99 wait for a connection (ms)")


CURVES = {
    "both": ("0.0", "-", 1.2),
    "no_retries": ("0.45", "--", 1.1),
    "budget": ("0.3", "-.", 1.1),
    "retries": ("0.0", "-", 2.0),
}


def _draw_goodput(axes: Axes) -> None:
    axes.axvspan(0, 5, color="0.88", linewidth=0)
    for name, (gray, dashes, width) in CURVES.items():
        goodput = _seconds(storm(PEAK, **POLICIES[name])[0])
        times = np.arange(goodput.size) + 0.5 - FAULT
        axes.plot(times, 100 * goodput, dashes, color=gray, linewidth=width)
    axes.text(9, 124, "retry budget and bounded queue", fontsize=8, ha="left")
    axes.text(20, 60, "no retries", fontsize=8)
    axes.text(122, 50, "10% budget", fontsize=8, ha="right")
    axes.text(40, 6, "three retries, no end", fontsize=8)
    axes.set(xlim=(-10, 170), ylim=(0, 135), xticks=range(0, 161, 40), yticks=range(0, 101, 25))
    axes.set(xlabel="time since the fault began (s)", ylabel="answers in time (% of requests)")
