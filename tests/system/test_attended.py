from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from tests.system.outside import is_gone, until
from texbook.base.cancel import CancelToken
from texbook.base.errors import CancelledError, MissingToolError, StorageError
from texbook.system.attended import AttendedProcess, start_attended
from texbook.system.process import Limits, ProcessRegistry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

LONG = 60.0
ECHO = 'echo ready; read -r line; echo "got $line"; exit 3'
# A shell with a child of its own, whose number stands in a file once both run.
FAMILY = 'sleep 1000 & echo "$!" > grandchild; echo ready; read -r line; wait'


def start(
    folder: Path,
    script: str,
    *arguments: str,
    limits: Limits | None = None,
    registry: ProcessRegistry | None = None,
) -> AttendedProcess:
    return start_attended(
        ["sh", "-c", script, *arguments],
        folder=folder,
        environment=dict(os.environ),
        limits=limits or Limits(),
        registry=registry,
    )


def is_reaped(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def grandchild(folder: Path) -> int:
    return int((folder / "grandchild").read_text())


def test_a_program_waits_until_it_is_sent_a_line(tmp_path: Path) -> None:
    with start(tmp_path, ECHO) as process:
        assert process.wait_for(b"ready", LONG)
        assert not process.wait_for(b"got", 0.1)
        assert process.is_running()
        assert process.send(b"one\n")
        result = process.finish(Limits())
    assert (result.status, result.output, result.limit) == (3, b"ready\ngot one\n", None)
    assert is_reaped(process.pid)


def test_standard_input_is_at_its_end_after_the_line(tmp_path: Path) -> None:
    with start(tmp_path, "cat; echo end") as process:
        assert process.send(b"one\n")
        assert process.finish(Limits()).output == b"one\nend\n"


def test_only_one_line_is_taken(tmp_path: Path) -> None:
    with start(tmp_path, "cat") as process:
        assert process.send(b"one\n")
        assert not process.send(b"two\n")
        assert process.finish(Limits()).output == b"one\n"


def test_a_line_that_no_pipe_holds_at_once_arrives_whole(tmp_path: Path) -> None:
    with start(tmp_path, "sleep 0.1; wc -c") as process:
        assert process.send(b"x" * 1_000_000)
        assert process.finish(Limits()).output.split() == [b"1000000"]


def test_a_marker_is_found_though_it_was_cut_over_two_reads(tmp_path: Path) -> None:
    script = "printf REA; until [ -e more ]; do sleep 0.01; done; printf DY; read -r line"
    with start(tmp_path, script) as process:
        assert process.wait_for(b"REA", LONG)
        assert not process.wait_for(b"READY", 0)
        later = threading.Timer(0.2, (tmp_path / "more").touch)
        later.start()
        assert process.wait_for(b"READY", LONG)
        later.join()


@pytest.mark.parametrize("marker", [b"1", b"2", b"12", b"12345", b"5\n"])
def test_a_marker_is_found_in_output_that_comes_byte_by_byte(tmp_path: Path, marker: bytes) -> None:
    script = "for n in 1 2 3 4 5; do printf $n; sleep 0.02; done; echo; read -r line"
    with start(tmp_path, script) as process:
        assert process.wait_for(marker, LONG)


def test_what_was_printed_earlier_is_found_at_once(tmp_path: Path) -> None:
    with start(tmp_path, ECHO) as process:
        assert process.wait_for(b"ready", LONG)
        assert process.wait_for(b"ready", 0)


def test_waiting_for_a_marker_ends_when_the_program_has_ended(tmp_path: Path) -> None:
    with start(tmp_path, "exit 4") as process:
        assert not process.wait_for(b"ready", LONG)
        assert not process.is_running()
        assert process.finish(Limits()).status == 4


def test_waiting_for_a_marker_can_be_cancelled_and_the_program_runs_on(tmp_path: Path) -> None:
    cancel = CancelToken()
    with start(tmp_path, ECHO) as process:
        cancel.cancel("a newer save")
        with pytest.raises(CancelledError, match="a newer save"):
            process.wait_for(b"never", LONG, cancel)
        assert process.is_running()


def test_a_program_that_is_killed_while_it_waits_is_seen_to_be_gone(tmp_path: Path) -> None:
    with start(tmp_path, ECHO) as process:
        assert process.wait_for(b"ready", LONG)
        os.kill(process.pid, signal.SIGKILL)
        until(lambda: not process.is_running())
        assert not process.send(b"one\n")
        assert process.finish(Limits()).status == -signal.SIGKILL


def test_a_program_that_closed_its_input_takes_no_line(tmp_path: Path) -> None:
    with start(tmp_path, "exec <&-; echo ready; sleep 1000") as process:
        assert process.wait_for(b"ready", LONG)
        assert not process.send(b"one\n")


def test_much_output_does_not_stall_a_program_that_nobody_looks_at(tmp_path: Path) -> None:
    with start(tmp_path, "seq 1 100000; echo > done; read -r line; echo end") as process:
        until((tmp_path / "done").exists)
        assert process.send(b"\n")
        output = process.finish(Limits()).output
    assert output.endswith(b"\n99999\n100000\nend\n")
    assert len(output) == 64 * 1024


def test_endless_output_while_waiting_is_not_kept_and_ends_the_waiting(tmp_path: Path) -> None:
    limits = Limits(output_bytes=4 << 20)
    with start(tmp_path, "yes", limits=limits) as process:
        assert not process.wait_for(b"never", LONG)
        kept = process._child.output._chunks
        assert sum(map(len, tuple(kept))) < 256 * 1024
        result = process.finish(limits)
    assert result.limit == "output"
    assert set(result.output) == set(b"y\n")


def test_leaving_the_block_ends_program_and_grandchildren(tmp_path: Path) -> None:
    process = start(tmp_path, FAMILY)
    with suppress(ZeroDivisionError), process:
        assert process.wait_for(b"ready", LONG)
        raise ZeroDivisionError
    assert is_reaped(process.pid)
    assert is_gone(grandchild(tmp_path))


def test_a_program_can_be_ended_more_than_once(tmp_path: Path) -> None:
    process = start(tmp_path, ECHO)
    process.end()
    process.end()
    assert is_reaped(process.pid)
    assert not process.is_running()
    assert not process.send(b"one\n")
    assert not process.wait_for(b"never", LONG)
    assert process.finish(Limits()).status == -signal.SIGTERM


def test_a_program_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    with start(tmp_path, "trap '' TERM; echo ready; read -r line") as process:
        assert process.wait_for(b"ready", LONG)
    assert process.finish(Limits()).status == -signal.SIGKILL


def test_a_program_that_is_dropped_is_ended(tmp_path: Path) -> None:
    process = start(tmp_path, FAMILY)
    assert process.wait_for(b"ready", LONG)
    pid = process.pid
    del process
    assert is_reaped(pid)
    assert is_gone(grandchild(tmp_path))


def test_cancelling_ends_program_and_grandchildren(tmp_path: Path) -> None:
    cancel = CancelToken()
    process = start(tmp_path, f"read -r line; {FAMILY}")
    assert process.send(b"one\n")
    with pytest.raises(CancelledError, match="a newer save"):
        process.finish(Limits(), cancel, lambda _chunk: cancel.cancel("a newer save"))
    assert is_reaped(process.pid)
    assert is_gone(grandchild(tmp_path))


def test_time_limit_ends_program_and_grandchildren(tmp_path: Path) -> None:
    process = start(tmp_path, FAMILY)
    assert process.wait_for(b"ready", LONG)
    assert process.send(b"one\n")
    result = process.finish(Limits(wall_seconds=0.2))
    assert (result.limit, result.status) == ("time", -signal.SIGTERM)
    assert is_gone(grandchild(tmp_path))


def test_at_its_time_limit_a_program_may_say_where_it_is(tmp_path: Path) -> None:
    script = "trap 'echo in line 7; exit 1' INT; read -r l; while :; do sleep 0.05; done"
    with start(tmp_path, script) as process:
        assert process.send(b"one\n")
        result = process.finish(Limits(wall_seconds=0.5, interrupt_seconds=LONG))
    assert (result.limit, result.status, result.output) == ("time", 1, b"in line 7\n")


def test_neither_limit_nor_time_counts_the_waiting(tmp_path: Path) -> None:
    with start(tmp_path, ECHO, limits=Limits(wall_seconds=0.01)) as process:
        assert process.wait_for(b"ready", LONG)
        time.sleep(0.1)
        before = time.monotonic()
        assert process.send(b"one\n")
        result = process.finish(Limits(wall_seconds=LONG))
        assert 0 < result.seconds <= time.monotonic() - before
    assert result.limit is None


def test_limits_of_the_start_are_the_kernels(tmp_path: Path) -> None:
    script = "read -r line; exec dd if=/dev/zero of=large bs=65536 count=64"
    with start(tmp_path, script, limits=Limits(file_bytes=1 << 20)) as process:
        assert process.send(b"one\n")
        assert process.finish(Limits()).limit == "file size"


def test_the_consumer_gets_all_that_was_printed_since_the_line(tmp_path: Path) -> None:
    script = "echo ready; read -r line; echo 1; until [ -e go ]; do sleep 0.01; done; echo 2"
    chunks: list[bytes] = []
    with start(tmp_path, script) as process:
        assert process.wait_for(b"ready\n", LONG)
        assert process.send(b"one\n")
        assert process.wait_for(b"1\n", LONG)
        (tmp_path / "go").touch()
        assert process.finish(Limits(), on_output=chunks.append).output == b"ready\n1\n2\n"
    assert b"".join(chunks) == b"1\n2\n"


def test_a_fault_of_the_consumer_ends_the_program_and_is_raised(tmp_path: Path) -> None:
    def consumer(_chunk: bytes) -> None:
        raise ZeroDivisionError

    process = start(tmp_path, "echo ready; read -r line; echo up; sleep 1000")
    assert process.send(b"one\n")
    with pytest.raises(ZeroDivisionError):
        process.finish(Limits(), on_output=consumer)
    assert is_reaped(process.pid)


def test_ctrl_c_while_finishing_ends_program_and_grandchildren(tmp_path: Path) -> None:
    here = threading.get_ident()
    process = start(tmp_path, f"read -r line; {FAMILY}")
    assert process.send(b"one\n")
    with pytest.raises(KeyboardInterrupt):
        process.finish(Limits(), on_output=lambda _chunk: signal.pthread_kill(here, signal.SIGINT))
    assert is_reaped(process.pid)
    assert is_gone(grandchild(tmp_path))


def test_an_interruption_before_the_record_leaves_no_program(tmp_path: Path) -> None:
    pids: list[int] = []

    class Interrupted(ProcessRegistry):
        @contextmanager
        def record(self, token: str, command: Sequence[str]) -> Iterator[Callable[[int], None]]:
            def write(pid: int) -> None:
                pids.append(pid)
                raise KeyboardInterrupt

            yield write

    with pytest.raises(KeyboardInterrupt):
        start(tmp_path, ECHO, registry=Interrupted(None))
    assert is_reaped(pids[0])


def test_another_thread_may_end_a_program_that_is_waited_for(tmp_path: Path) -> None:
    with start(tmp_path, FAMILY) as process, ThreadPoolExecutor() as pool:
        assert process.wait_for(b"ready", LONG)
        assert process.send(b"one\n")
        waiting = pool.submit(process.finish, Limits())
        process.end()
        assert waiting.result(LONG).status == -signal.SIGTERM
    assert is_gone(grandchild(tmp_path))


def test_several_are_started_by_other_threads_than_the_one_that_ends_them(tmp_path: Path) -> None:
    with ExitStack() as stack:
        with ThreadPoolExecutor() as pool:
            started = list(pool.map(lambda _n: start(tmp_path, "cat"), range(6)))
        for process in started:
            stack.enter_context(process)
        # Each has its own input: closing it is not kept from it by those that were started later.
        for number, process in enumerate(started[:3]):
            assert process.send(b"%d\n" % number)
            assert process.finish(Limits()).output == b"%d\n" % number
        assert all(process.is_running() for process in started[3:])
    assert all(is_reaped(process.pid) for process in started)


def test_a_program_is_on_record_for_as_long_as_it_lives(tmp_path: Path) -> None:
    records = tmp_path / "processes"
    with start(tmp_path, ECHO, registry=ProcessRegistry(records)) as process:
        (record,) = records.iterdir()
        number, _start_time, command = record.read_text().splitlines()[:3]
        assert (int(number), command) == (process.pid, f"sh -c {ECHO}")
        assert ProcessRegistry(records).end_leftovers() == ()
        assert process.is_running()
    assert list(records.iterdir()) == []


PARENT = """
import os, sys, time
from pathlib import Path
from texbook.system.attended import *
from texbook.system.process import *
folder = Path(sys.argv[1])
process = start_attended(["sh", "-c", sys.argv[2]], folder=folder, environment=dict(os.environ),
                         limits=Limits(), registry=ProcessRegistry(folder / "processes"))
print(process.wait_for(b"ready", 60), process.pid, flush=True)
if sys.argv[3] == "wait":
    time.sleep(1000)
"""


@contextmanager
def parent(folder: Path, then: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), FAMILY, then],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        answer, pid = process.stdout.readline().split()
        assert answer == b"True"
        yield process, int(pid)


def test_kill_9_of_texbook_takes_program_and_grandchildren_along(tmp_path: Path) -> None:
    with parent(tmp_path, "wait") as (process, pid):
        os.killpg(process.pid, signal.SIGKILL)
    until(lambda: is_gone(pid))
    until(lambda: is_gone(grandchild(tmp_path)))


def test_a_texbook_that_ends_without_a_word_takes_the_program_along(tmp_path: Path) -> None:
    with parent(tmp_path, "exit") as (process, pid):
        assert process.wait(LONG) == 0
    until(lambda: is_gone(pid))
    until(lambda: is_gone(grandchild(tmp_path)))


def test_a_missing_program_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match='"xelatex" is not installed'):
        start_attended(
            ["xelatex"],
            folder=tmp_path,
            environment={"PATH": str(tmp_path)},
            limits=Limits(),
            registry=None,
        )


def test_a_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="gone"):
        start(tmp_path / "gone", "true")


@pytest.mark.tex
def test_an_engine_waits_with_its_preamble_read(tmp_path: Path) -> None:
    # \read needs an interaction mode in which TeX may ask (TeX by Topic, "\read"): scrollmode.
    (tmp_path / "main.tex").write_text(
        r"\documentclass{article}\begin{document}"
        r"\scrollmode\message{READY}\read16 to\order\nonstopmode\order\end{document}"
    )
    with start_attended(
        ["xelatex", "-no-pdf", "-interaction=scrollmode", "main"],
        folder=tmp_path,
        environment=dict(os.environ),
        limits=Limits(),
        registry=None,
    ) as engine:
        assert engine.wait_for(b"READY", LONG)
        assert not (tmp_path / "main.xdv").exists()
        assert engine.send(b"\\message{SENT}A page.\n")
        result = engine.finish(Limits())
    assert result.status == 0
    assert b"SENT" in result.output
    assert (tmp_path / "main.xdv").exists()
