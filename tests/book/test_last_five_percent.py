"""What "The Last Five Percent of Capacity" claims holds when its experiment is run again."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

UTILIZATIONS = (60, 75, 90, 95, 99)


def test_todays_peak_fills_ninety_percent_of_the_pool(results: dict[str, Any]) -> None:
    assert results["peak_lookups"] == 900 * 40
    assert results["peak_busy"] / 200 == pytest.approx(0.9)
    assert results["capacity_lookups"] / 40 == results["capacity"] == 1000


@pytest.mark.parametrize("busy", [0.2, 0.5, 0.9])
def test_with_one_connection_a_lookup_waits_as_often_as_the_connection_is_busy(
    experiment: Any, busy: float
) -> None:
    assert experiment.erlang_c(1, busy) == pytest.approx(busy)


@pytest.mark.parametrize(("connections", "busy"), [(2, 1.0), (5, 4.0), (20, 18.0)])
def test_the_recursion_gives_the_textbook_sum(
    experiment: Any, connections: int, busy: float
) -> None:
    waiting = busy**connections / math.factorial(connections) / (1 - busy / connections)
    free = sum(busy**k / math.factorial(k) for k in range(connections))
    assert experiment.erlang_c(connections, busy) == pytest.approx(waiting / (free + waiting))


def test_simulated_lookups_wait_as_the_formula_says(experiment: Any) -> None:
    waits, _ = experiment.fetch(38_000, 1, together=False, seconds=10, seed=3)
    assert (waits > 0).mean() == pytest.approx(experiment.erlang_c(200, 190), abs=0.05)
    p99 = experiment.wait_percentile(200, 190, experiment.HOLD)
    assert np.quantile(waits, 0.99) == pytest.approx(p99, rel=0.2)


def test_the_percentile_inverts_the_tail_of_the_wait(experiment: Any) -> None:
    time = experiment.wait_percentile(200, 195, 1.0, level=0.95)
    tail = experiment.erlang_c(200, 195) * math.exp(-(200 - 195) * time)
    assert tail == pytest.approx(0.05)


def test_lookups_one_by_one_keep_the_law_of_the_wait(results: dict[str, Any]) -> None:
    assert results["sequence_waiting"] == pytest.approx(results["wait_chance_90"], abs=0.02)


def test_one_by_one_adds_and_together_saves_time_but_makes_lookups_wait(
    results: dict[str, Any],
) -> None:
    assert results["sequence_utilization"] == results["parallel_utilization"]
    assert results["sequence_median"] == pytest.approx(results["request_mean"], rel=0.02)
    assert results["parallel_p99"] < results["sequence_p99"] / 4
    assert results["parallel_waiting"] > 5 * results["sequence_waiting"]
    assert results["row_utilization"] == pytest.approx(results["sequence_utilization"] / 40)
    assert results["row_p99"] < results["parallel_p99"]


def test_larger_pools_begin_to_wait_later(results: dict[str, Any]) -> None:
    assert results["knee_1"] < 0.05 < results["knee_20"] < results["knee_200"] < 1
    assert results["limit_chance_95"] == pytest.approx(results["wait_chance_95"], abs=0.005)


def test_the_wait_stays_below_three_lookups_while_the_drain_grows_to_minutes(
    results: dict[str, Any],
) -> None:
    waits = [results[f"wait_p99_{rho}"] for rho in UTILIZATIONS]
    drains = [results[f"drain_{rho}"] for rho in UTILIZATIONS]
    assert waits == sorted(waits)
    assert waits[-1] < 3 * 0.005
    assert all(later > 2 * earlier for earlier, later in pairwise(drains))
    assert drains[-1] > 240


def test_the_formula_for_the_drain_is_what_the_flow_does(
    experiment: Any, results: dict[str, Any]
) -> None:
    for rho in (75, 90, 95):
        _, queue = experiment.storm(10 * rho, retries=0)
        assert max(queue) == pytest.approx(results[f"queue_{rho}"])
        drained = np.flatnonzero(np.array(queue) > 1e-6)[-1] * experiment.STEP
        assert drained - 25 == pytest.approx(results[f"drain_{rho}"], abs=0.05)


def test_retries_keep_a_service_down_after_the_fault(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert results["retries_recovery"] == "never"
    assert results["retries_at_end"] == 0
    assert results["retries_growth"] == pytest.approx(4 * 900 - 1000)
    assert results["no_retries_recovery"] < results["drain_90"]
    goodput, _ = experiment.storm(900, end=1000)
    assert max(goodput[3000:]) == 0


def test_spare_capacity_buys_seconds_but_no_immunity(results: dict[str, Any]) -> None:
    faults = [results[f"fatal_{rho}"] for rho in UTILIZATIONS]
    assert faults == sorted(faults, reverse=True)
    assert 2 < faults[-1] < faults[0] < 10


@pytest.mark.parametrize("rho", [75, 90])
def test_the_shortest_fatal_fault_divides_the_faults(
    experiment: Any, results: dict[str, Any], rho: int
) -> None:
    shortest = results[f"fatal_{rho}"]
    survived, _ = experiment.storm(10 * rho, fault=shortest - 0.05, end=400)
    fatal, _ = experiment.storm(10 * rho, fault=shortest + 0.05, end=400)
    assert sum(survived[-100:]) == pytest.approx(100)
    assert sum(fatal[-100:]) == 0


@pytest.mark.parametrize("rate", [550, 700])
def test_late_attempts_make_the_queue_grow_by_four_times_the_load_less_the_capacity(
    experiment: Any, results: dict[str, Any], rate: float
) -> None:
    goodput, queue = experiment.storm(rate, fault=15.0)
    assert max(goodput[-1000:]) == 0
    assert queue[-1] - queue[-101] == pytest.approx(4 * rate - experiment.CAPACITY)
    assert 4 * results["fresh_that_drains"] == experiment.CAPACITY


def test_a_retry_budget_lets_the_queue_drain_and_a_bound_keeps_it_useful(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert results["budget_that_drains"] > experiment.BUDGET
    recoveries = [results[f"{name}_recovery"] for name in ("both", "no_retries", "budget")]
    assert recoveries[0] == 0 < recoveries[1] < recoveries[2]
    assert results["both_in_fault"] == pytest.approx(500 / 900)
    assert results["no_retries_in_fault"] < results["both_in_fault"]


def test_a_budget_above_the_spare_capacity_does_not_end_the_storm(experiment: Any) -> None:
    goodput, _ = experiment.storm(900, budget=0.12, end=600)
    assert max(goodput[-100:]) == 0


def test_without_cost_of_rejecting_the_bound_alone_does_as_well(results: dict[str, Any]) -> None:
    for name in ("in_fault", "recovery", "at_end"):
        assert results[f"limit_{name}"] == results[f"both_{name}"]


def test_the_last_request_in_the_longest_queue_just_meets_the_deadline(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert results["queue_limit"] == pytest.approx(experiment.POLICIES["both"]["limit"])
    slow_capacity = experiment.CAPACITY / 2
    assert results["queue_limit"] / slow_capacity + 2 * 0.2 == pytest.approx(experiment.TIMEOUT)


def test_the_design_carries_the_load_with_a_zone_lost_and_all_retries_used(
    experiment: Any, results: dict[str, Any]
) -> None:
    assert results["goal_busy"] == results["goal_busy_lookups"] / 40
    assert results["connections"] % 3 == 0
    assert 0.97 < results["utilization_left_retries"] < 1
    smaller = (results["connections"] - 3) * 2 / 3
    assert 1.1 * results["goal_busy"] > smaller
    assert results["wait_p99_left"] < results["wait_p99_left_retries"] < 0.05


def test_a_cache_of_one_second_is_nearly_useless_per_customer(results: dict[str, Any]) -> None:
    rng = np.random.default_rng(5)
    arrivals = np.cumsum(rng.exponential(1800.0, 100_000))  # two an hour
    for name, lifetime, error in (("hit_rate", 1.0, 2e-4), ("hit_rate_minute", 60.0, 2e-3)):
        hits, expires = 0, 0.0
        for now in arrivals:
            if now < expires:
                hits += 1
            else:
                expires = now + lifetime
        assert hits / arrivals.size == pytest.approx(results[name], abs=error)


def test_the_rounded_numbers_of_the_spoken_answer_are_right(results: dict[str, Any]) -> None:
    assert results["goal_pools"] == 50
    assert results["goal_replicas"] > 80
    assert results["hit_rate"] < 0.001
    assert results["goal_busy"] == 250
    assert results["goal_busy_lookups"] == 10_000
    assert results["connections"] == 414
    assert 0.6 <= results["target"] < 0.61
    assert results["queue_90"] == 2000
    assert results["drain_90"] == 20
    assert results["stormy_attempts"] == 3600


def test_the_alternative_text_of_the_figure_is_right(results: dict[str, Any]) -> None:
    assert [round(100 * results[f"knee_{count}"]) for count in (20, 200)] == [83, 98]
    assert round(100 * results["both_in_fault"]) == 56
    assert [5 + results[f"{name}_recovery"] for name in ("no_retries", "budget")] == [16, 132]


def test_the_typed_numbers_are_those_of_the_results(
    experiment: Any, results: dict[str, Any]
) -> None:
    customers, hold = experiment.CUSTOMERS, experiment.HOLD
    assert (experiment.CONNECTIONS, experiment.LOOKUPS, hold) == (200, 40, 0.005)
    assert (experiment.PEAK, customers, experiment.BUDGET) == (900, 90_000_000, 0.1)
    assert 2 * customers / 3600 == experiment.GOAL == 50_000  # who pay twice in an hour
    assert round(100 / experiment.CONNECTIONS**0.5) == 7  # percent within full
    assert round(results["drain_60"]) == 1
    assert results["drain_99"] - results["drain_90"] > 120  # the last five percent add minutes
    assert (results["queue_90"] - experiment.CAPACITY) / (experiment.CAPACITY - 900) == 10
    assert results["no_retries_recovery"] == 10 + 1
    assert 60 <= 100 * results["target"] < 61  # at most sixty percent on a normal day
    assert results["capacity"] == 1000
    assert 1.1 * results["sequence_utilization"] == pytest.approx(0.99)  # ten percent slower
    assert results["layered_attempts"] == experiment.ATTEMPTS**3
    count = results["connections"]
    early = experiment.wait_percentile(count, 0.95 * count, hold)
    assert early < hold / 5  # hardly shows before 95
    assert results["retries_recovery"] == "never"


def test_the_figure_is_the_same_file_each_time(drawings: list[bytes]) -> None:
    assert drawings[0] == drawings[1]
