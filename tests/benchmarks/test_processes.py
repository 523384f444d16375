"""What the benchmarks read of processes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks.measure import BenchmarkError
from benchmarks.processes import Process, family, wait_until_idle

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")


def test_a_child_is_found_below_its_parent_until_it_has_ended() -> None:
    command = (sys.executable, "-c", "input()")
    with subprocess.Popen(command, stdin=subprocess.PIPE) as child:
        assert child.stdin is not None
        members = {member.number: member for member in family(os.getpid())}
        assert members[child.pid].parent == os.getpid()
        assert members[os.getpid()].resident_mb > 1
        wait_until_idle(child.pid, quiet=0.05)
        child.stdin.close()
    assert family(child.pid) == []
    assert child.pid not in {member.number for member in family(os.getpid())}


def test_a_process_that_has_ended_is_not_waited_for() -> None:
    with subprocess.Popen((sys.executable, "-c", "pass")) as child:
        pass
    with pytest.raises(BenchmarkError, match="has ended"):
        wait_until_idle(child.pid)
    assert Process(child.pid, 1, "gone", 0.0).resident_mb == 0.0
