from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from texbook.system.limits import Limits, limit_hit, peak_memory

LIMITS = Limits(cpu_seconds=2, memory_bytes=1000, file_bytes=1000)


@pytest.mark.parametrize(
    ("status", "output", "cpu_seconds", "peak", "limit"),
    [
        (-signal.SIGXFSZ, b"", 0.0, 0, "file size"),
        (128 + signal.SIGXFSZ, b"", 0.0, 0, "file size"),
        (-signal.SIGXCPU, b"", 0.0, 0, "cpu"),
        (-signal.SIGKILL, b"", 2.0, 0, "cpu"),
        (-signal.SIGKILL, b"", 1.0, 0, None),
        (1, b"fatal: memory exhausted (xmalloc of 12500002 bytes).\n", 0.0, 0, "memory"),
        (1, b"xdvipdfmx:fatal: Out of memory - asked for 81000000 bytes\n", 0.0, 0, "memory"),
        (-signal.SIGABRT, b"terminate called ... 'std::bad_alloc'\n", 0.0, 0, "memory"),
        (127, b"failed to map segment: Cannot allocate memory\n", 0.0, 0, "memory"),
        (1, b"! Font \\f=x not loadable\n", 0.0, 960, "memory"),
        (-signal.SIGSEGV, b"", 0.0, 960, "memory"),
        (1, b"! Undefined control sequence.\n", 0.0, 900, None),
        (0, b"fatal: memory exhausted\n", 0.0, 999, None),
    ],
)
def test_the_limit_is_told_from_the_end_of_a_program(
    status: int, output: bytes, cpu_seconds: float, peak: int, limit: str | None
) -> None:
    assert limit_hit(status, output, cpu_seconds, LIMITS, peak) == limit


def test_without_a_limit_of_memory_none_is_hit() -> None:
    assert limit_hit(1, b"memory exhausted", 0.0, Limits(), 1 << 40) is None


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="Linux alone tells it")
def test_the_most_memory_of_a_running_process_is_known() -> None:
    assert peak_memory(os.getpid()) > 10 << 20


def test_nothing_is_known_of_the_memory_of_a_process_that_is_not_there() -> None:
    assert peak_memory(2**22 + 1) == 0  # above the largest number of a process, proc(5)
