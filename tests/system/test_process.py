from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.system.outside import is_gone, until
from texbook.base.cancel import CancelToken
from texbook.base.errors import CancelledError, MissingToolError, StorageError
from texbook.system import leftovers
from texbook.system.process import Limits, ProcessRegistry, ProcessResult, run_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

SLEEPER = "sleep 1000"
# A shell with a child of its own, whose numbers stand in files once both run.
FAMILY = 'sleep 1000 & echo "$!" > grandchild.part; mv grandchild.part grandchild; echo up; wait'


def run(
    folder: Path,
    *arguments: str,
    limits: Limits | None = None,
    cancel: CancelToken | None = None,
    on_output: Callable[[bytes], None] | None = None,
    registry: ProcessRegistry | None = None,
) -> ProcessResult:
    return run_process(
        arguments,
        folder=folder,
        environment=dict(os.environ),
        limits=limits or Limits(wall_seconds=60),
        registry=registry,
        on_output=on_output,
        cancel=cancel,
    )


def shell(folder: Path, script: str, limits: Limits | None = None) -> ProcessResult:
    return run(folder, "sh", "-c", script, limits=limits)


def test_output_of_both_streams_and_the_status_are_given(tmp_path: Path) -> None:
    result = shell(tmp_path, "echo one; echo two >&2; exit 3")
    assert (result.status, result.output, result.limit) == (3, b"one\ntwo\n", None)


def test_folder_and_environment_are_the_ones_asked_for(tmp_path: Path) -> None:
    result = run_process(
        ["sh", "-c", 'pwd -P; echo "$COLOUR-$HOME"'],
        folder=tmp_path,
        environment={"PATH": os.environ["PATH"], "COLOUR": "blue"},
        limits=Limits(),
        registry=None,
    )
    assert result.output.decode() == f"{tmp_path.resolve()}\nblue-\n"


def test_arguments_reach_the_program_as_they_are(tmp_path: Path) -> None:
    odd = ["", "a  b", "it's", '"$HOME"', "`id`", "-n", "é", "*"]
    code = "import sys; print(sys.argv[1:])"
    assert run(tmp_path, sys.executable, "-c", code, *odd).output.decode().strip() == repr(odd)


def test_standard_input_is_at_its_end(tmp_path: Path) -> None:
    assert shell(tmp_path, "cat; echo end").output == b"end\n"


def test_time_and_memory_are_measured(tmp_path: Path) -> None:
    result = shell(tmp_path, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")
    assert result.cpu_seconds > 0
    assert result.seconds > 0
    assert result.peak_kilobytes > 100


def test_every_chunk_is_handed_over_in_order(tmp_path: Path) -> None:
    chunks: list[bytes] = []
    result = run(tmp_path, "seq", "1", "50000", on_output=chunks.append)
    everything = b"".join(chunks)
    assert everything.split() == [str(n).encode() for n in range(1, 50001)]
    assert result.output == everything[-64 * 1024 :]


def test_a_fault_of_the_consumer_ends_the_program_and_is_raised(tmp_path: Path) -> None:
    def consumer(_chunk: bytes) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(tmp_path, "sh", "-c", f"echo up; {SLEEPER}", on_output=consumer)


@pytest.mark.parametrize(
    ("program", "package"),
    [
        ("xelatex", "texlive-xetex"),
        ("xdvipdfmx", "texlive-binaries"),
        ("biber", "biber"),
        ("bibtex", "texlive-binaries"),
        ("makeindex", "texlive-binaries"),
    ],
)
def test_a_missing_program_names_its_package(tmp_path: Path, program: str, package: str) -> None:
    with pytest.raises(MissingToolError, match=f'"{program}" is not installed') as caught:
        run_process(
            [program],
            folder=tmp_path,
            environment={"PATH": str(tmp_path)},
            limits=Limits(),
            registry=None,
        )
    assert f'"sudo apt-get install {package}"' in caught.value.hints[0]
    assert "tlmgr install" in caught.value.hints[1]


def test_a_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="gone"):
        run(tmp_path / "gone", "true")


def test_at_its_time_limit_a_program_may_say_where_it_is(tmp_path: Path) -> None:
    script = "trap 'echo in line 7; exit 1' INT; while :; do sleep 0.05; done"
    limits = Limits(wall_seconds=0.3, interrupt_seconds=60)
    result = shell(tmp_path, script, limits)
    assert (result.limit, result.status, result.output) == ("time", 1, b"in line 7\n")


def test_a_program_that_does_not_heed_the_interruption_is_ended(tmp_path: Path) -> None:
    script = "trap '' INT; echo up; while :; do sleep 0.05; done"
    result = shell(tmp_path, script, Limits(wall_seconds=0.3, interrupt_seconds=0.1))
    assert (result.limit, result.status) == ("time", -signal.SIGTERM)


def test_time_limit_ends_program_and_grandchildren(tmp_path: Path) -> None:
    result = shell(tmp_path, FAMILY, Limits(wall_seconds=1))
    assert result.limit == "time"
    assert is_gone(int((tmp_path / "grandchild").read_text()))


def test_a_program_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    result = shell(tmp_path, f"trap '' TERM; {SLEEPER}; {SLEEPER}", Limits(wall_seconds=0.5))
    assert (result.limit, result.status) == ("time", -signal.SIGKILL)


def test_a_flood_of_output_is_stopped_and_only_its_end_kept(tmp_path: Path) -> None:
    result = run(tmp_path, "yes", limits=Limits(output_bytes=1 << 20))
    assert result.limit == "output"
    assert len(result.output) <= 64 * 1024
    assert set(result.output) == set(b"y\n")


def test_a_file_that_grows_too_large_is_told_from_other_failures(tmp_path: Path) -> None:
    command = ("dd", "if=/dev/zero", "of=large", "bs=65536", "count=64")
    result = run(tmp_path, *command, limits=Limits(file_bytes=1 << 20))
    assert result.limit == "file size"
    assert (tmp_path / "large").stat().st_size == 1 << 20


def test_processor_time_limit(tmp_path: Path) -> None:
    assert shell(tmp_path, "while :; do :; done", Limits(cpu_seconds=1)).limit == "cpu"


@linux_only
def test_memory_limit(tmp_path: Path) -> None:
    limits = Limits(memory_bytes=400 << 20)
    result = run(tmp_path, sys.executable, "-c", "bytearray(1 << 30)", limits=limits)
    assert (result.status, result.limit) == (1, "memory")


def test_limits_above_those_of_the_machine_do_no_harm(tmp_path: Path) -> None:
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20));"
        "from texbook.system.process import *; from pathlib import Path;"
        "print(run_process(['echo', 'fine'], folder=Path('.'), environment={'PATH': '/bin'},"
        "limits=Limits(file_bytes=1 << 30), registry=None).output)"
    )
    assert run(tmp_path, sys.executable, "-c", code).output == b"b'fine\\n'\n"


def test_cancelling_ends_program_and_grandchildren(tmp_path: Path) -> None:
    cancel = CancelToken()
    with pytest.raises(CancelledError, match="a newer save"):
        run(
            tmp_path,
            "sh",
            "-c",
            FAMILY,
            cancel=cancel,
            on_output=lambda _chunk: cancel.cancel("a newer save"),
        )
    assert is_gone(int((tmp_path / "grandchild").read_text()))


def test_ctrl_c_ends_program_and_grandchildren(tmp_path: Path) -> None:
    here = threading.get_ident()
    with pytest.raises(KeyboardInterrupt):
        run(
            tmp_path,
            "sh",
            "-c",
            FAMILY,
            on_output=lambda _chunk: signal.pthread_kill(here, signal.SIGINT),
        )
    assert is_gone(int((tmp_path / "grandchild").read_text()))


def test_what_a_program_leaves_in_the_background_is_ended(tmp_path: Path) -> None:
    result = shell(tmp_path, f"{SLEEPER} >/dev/null 2>&1 & echo $!")
    assert result.status == 0
    assert is_gone(int(result.output))


@linux_only
def test_a_grandchild_in_a_session_of_its_own_is_ended(tmp_path: Path) -> None:
    script = f"setsid sh -c 'echo $$; exec {SLEEPER}' & until [ -s out ]; do :; done; cat out"
    result = shell(
        tmp_path,
        script.replace("exec", "exec > /dev/null 2>&1").replace("echo $$", "echo $$ > out; true"),
    )
    assert is_gone(int(result.output))


PARENT = """
import os, sys
from pathlib import Path
from texbook.system.process import *
folder = Path(sys.argv[1])
run_process(["sh", "-c", sys.argv[2]], folder=folder, environment=dict(os.environ),
            limits=Limits(), registry=ProcessRegistry(folder / "processes"),
            on_output=lambda chunk: print(chunk.decode().strip(), flush=True))
"""


def test_kill_9_of_texbook_takes_program_and_grandchildren_along(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), f"echo $$ > child; {FAMILY}"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"up\n"
        os.killpg(parent.pid, signal.SIGKILL)
    for name in ("child", "grandchild"):
        pid = int((tmp_path / name).read_text())
        until(lambda pid=pid: is_gone(pid))  # type: ignore[misc]


def test_kill_9_right_after_a_start_takes_the_program_along(tmp_path: Path) -> None:
    script = f"""
import os, signal
from pathlib import Path
from texbook.system import child
from texbook.system.process import Limits, run_process
started = child._Start.result
def killed(start):
    started(start)
    while not Path("up").exists():
        pass
    os.kill(os.getpid(), signal.SIGKILL)
child._Start.result = killed
program = ("sh", "-c", "echo $$ > pid; : > up; exec sleep 1000")
folder = Path({str(tmp_path)!r})
run_process(program, folder=folder, environment=os.environ, limits=Limits(), registry=None)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=False)
    assert done.returncode == -signal.SIGKILL
    until(lambda: is_gone(int((tmp_path / "pid").read_text())))


def test_a_child_is_on_record_while_it_runs(tmp_path: Path) -> None:
    registry = ProcessRegistry(tmp_path / "processes")
    seen: list[str] = []

    def look(_chunk: bytes) -> None:
        seen.extend(path.read_text() for path in (tmp_path / "processes").iterdir())

    run(tmp_path, "sh", "-c", "echo $$", registry=registry, on_output=look)
    assert len(seen) == 1
    assert seen[0].splitlines()[2] == "sh -c echo $$"
    assert list((tmp_path / "processes").iterdir()) == []


@contextmanager
def leftover(token: str = "") -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, leftovers.TOKEN_VARIABLE: token}
    process = subprocess.Popen(["sleep", "1000"], env=environment, start_new_session=True)
    try:
        if sys.platform == "linux":
            # Popen returns a moment before the kernel shows the new environment.
            until(lambda: Path(f"/proc/{process.pid}/environ").read_bytes() != b"")
        yield process
    finally:
        process.kill()
        process.wait()


@linux_only
def test_leftovers_are_known_by_their_token_though_the_record_was_cut_off(tmp_path: Path) -> None:
    token = leftovers.new_token()
    (tmp_path / token).write_text("")
    with leftover(token) as process:
        assert ProcessRegistry(tmp_path).end_leftovers() == ("a program of an earlier build",)
        assert process.wait() == -signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_leftovers_are_known_by_number_and_start_time(tmp_path: Path) -> None:
    with leftover() as process:
        record = f"{process.pid}\n{leftovers.start_time(process.pid)}\nxelatex main\n"
        (tmp_path / leftovers.new_token()).write_text(record)
        assert ProcessRegistry(tmp_path).end_leftovers() == ("xelatex main",)
        assert process.wait() == -signal.SIGTERM


def test_a_process_that_was_given_a_used_number_is_left_alone(tmp_path: Path) -> None:
    with leftover() as process:
        (tmp_path / leftovers.new_token()).write_text(f"{process.pid}\n12345\nxelatex main\n")
        assert ProcessRegistry(tmp_path).end_leftovers() == ()
        assert process.poll() is None
    assert list(tmp_path.iterdir()) == []


@contextmanager
def owned_leftover(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a program that another process, the value's first part, has on record."""
    code = (
        "import os, sys, time; from pathlib import Path; from texbook.system.leftovers import *;"
        "folder, token = sys.argv[1:]; record = ProcessRegistry(Path(folder)).record(token, ['x']);"
        "record.__enter__()(int(sys.stdin.readline())); print('up', flush=True); time.sleep(1000)"
    )
    token = leftovers.new_token()
    with (
        leftover(token) as process,
        subprocess.Popen(
            [sys.executable, "-c", code, str(folder), token],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as owner,
    ):
        assert owner.stdin is not None
        assert owner.stdout is not None
        try:
            owner.stdin.write(b"%d\n" % process.pid)
            owner.stdin.flush()
            assert owner.stdout.readline() == b"up\n"
            yield owner, process.pid
        finally:
            owner.kill()


def test_what_a_living_texbook_runs_is_no_leftover(tmp_path: Path) -> None:
    with owned_leftover(tmp_path) as (_owner, pid):
        assert ProcessRegistry(tmp_path).end_leftovers() == ()
        assert not is_gone(pid)
        assert len(list(tmp_path.iterdir())) == 1


@linux_only
def test_what_a_dead_texbook_ran_is_ended_though_nobody_reaped_that(tmp_path: Path) -> None:
    with owned_leftover(tmp_path) as (owner, pid):
        owner.kill()
        until(lambda: is_gone(owner.pid))
        assert ProcessRegistry(tmp_path).end_leftovers() == ("x",)
        assert is_gone(pid)
    assert list(tmp_path.iterdir()) == []


def test_an_impatient_second_ctrl_c_leaves_no_program(tmp_path: Path) -> None:
    with leftover() as process:
        looks = iter((KeyboardInterrupt,))

        def find() -> list[int]:
            for error in looks:
                raise error
            return [] if is_gone(process.pid) else [process.pid]

        with pytest.raises(KeyboardInterrupt):
            leftovers._end(find)
        assert process.wait() == -signal.SIGKILL


def test_no_records_no_leftovers(tmp_path: Path) -> None:
    assert ProcessRegistry(tmp_path / "absent").end_leftovers() == ()


def test_without_proc_the_group_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Linux answers for a group of which only the unreaped leader is left, so both waits are full.
    monkeypatch.setattr(leftovers, "_PROC", tmp_path / "no-proc")
    monkeypatch.setattr(leftovers, "_GRACE_SECONDS", 0.1)
    result = shell(tmp_path, FAMILY, Limits(wall_seconds=1))
    assert result.limit == "time"
    assert is_gone(int((tmp_path / "grandchild").read_text()))
