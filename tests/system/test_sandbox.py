from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import MissingToolError
from texbook.system.process import Limits, run_process
from texbook.system.sandbox import (
    OUTSIDE,
    Sandbox,
    search_environment,
    show_python,
    show_tex,
    start_fault,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from texbook.system.process import ProcessResult

DISK = 1 << 20


def run(sandbox: Sandbox, *words: str, variables: Mapping[str, str] | None = None) -> ProcessResult:
    command = sandbox.command(
        words, folder=Path("/"), variables=variables or {}, environment=os.environ
    )
    return run_process(
        command,
        folder=Path("/"),
        environment=OUTSIDE,
        limits=Limits(wall_seconds=60.0),
        registry=None,
    )


def shell(script: str, sandbox: Sandbox | None = None, **variables: str) -> str:
    """Run a script inside; give what it said."""
    result = run(sandbox or Sandbox(DISK), "/bin/sh", "-c", script, variables=variables)
    return result.output.decode()


def test_only_what_the_system_has_for_everybody_is_seen(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("secret")
    said = shell(f"ls -A / /etc /tmp /var; cat {tmp_path}/mine /etc/passwd /etc/hostname")
    for name in ("home", "root", "srv", "run", "sys", "passwd", "hosts", "resolv.conf"):
        assert name not in said.replace("No such file", "").split("\n"), name
    assert said.count("No such file") == 3
    assert "secret" not in said


def test_what_is_shown_can_be_read_and_not_changed(tmp_path: Path) -> None:
    folder = tmp_path / "shown"
    folder.mkdir()
    (folder / "text").write_text("hello")
    sandbox = Sandbox(DISK)
    sandbox.show(folder)
    sandbox.show(tmp_path / "not there")
    said = shell(
        f"cd {folder} && cat text; echo x > text; echo x > new; rm text; mv text b", sandbox
    )
    assert said.startswith("hello")
    assert said.count("Read-only file system") == 4
    assert os.listdir(folder) == ["text"]  # noqa: PTH208
    assert (folder / "text").read_text() == "hello"


def test_what_is_covered_is_empty_and_stays_so(tmp_path: Path) -> None:
    for name in ("folder/.env", "folder/.git/config", "folder/text"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("secret")
    sandbox = Sandbox(DISK)
    sandbox.show(tmp_path / "folder")
    sandbox.cover_file(tmp_path / "folder" / ".env")
    sandbox.cover_folder(tmp_path / "folder" / ".git")
    script = f"cd {tmp_path}/folder; cat .env; ls -A .git; echo x > .git/x; umount .git .env"
    said = shell(script, sandbox)
    assert "secret" not in said
    assert "config" not in said
    assert "Read-only" in said
    assert (tmp_path / "folder" / ".env").read_text() == "secret"


def test_a_link_leads_to_what_is_inside(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("secret")
    sandbox = Sandbox(DISK)
    sandbox.make_folder(tmp_path / "book")
    sandbox.link(tmp_path / "book" / "link", str(tmp_path / "outside"))
    assert "No such file" in shell(f"cat {tmp_path}/book/link", sandbox)


def test_a_disk_has_its_size_and_all_else_cannot_be_written(tmp_path: Path) -> None:
    sandbox = Sandbox(DISK)
    sandbox.make_disk(tmp_path)
    fill = "head -c 3000000 /dev/zero > {}; wc -c < {}; rm -f {}"
    for place in (f"{tmp_path}/big", "/tmp/big"):
        said = shell(fill.format(place, place, place), sandbox)
        assert "No space left" in said
        assert int(said.split()[-1]) == DISK
    said = shell(
        "for place in / /usr /etc /var /dev /dev/shm /proc; do echo > $place/x; done", sandbox
    )
    assert len(said.splitlines()) == 7, said


def test_nothing_of_the_environment_comes_in_by_any_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "secret-1e7a")
    said = shell("env; cat /proc/*/environ; cat /proc/*/task/*/environ", SEEN="yes")
    assert "SEEN=yes" in said
    assert "HOME=/tmp" in said
    assert "secret-1e7a" not in said
    assert os.environ["PATH"] not in said


def test_the_settings_of_the_kernel_cannot_be_written() -> None:
    script = "for name in vm/swappiness kernel/core_pattern; do cat /proc/sys/$name; "
    said = shell(script + "cat /proc/sys/$name > /proc/sys/$name && echo written; done")
    assert len(said.splitlines()) > 2, said
    assert "written" not in said


def test_there_are_no_rights_left_and_none_to_be_had() -> None:
    said = shell("grep -E '^(Cap...|NoNewPrivs)' /proc/self/status; unshare -rm true || echo no")
    rights = dict(line.split(":\t") for line in said.splitlines() if line.startswith("Cap"))
    assert {rights[name].strip("0") for name in ("CapPrm", "CapEff", "CapInh", "CapAmb")} == {""}
    assert "NoNewPrivs:\t1" in said
    assert said.endswith("no\n")


def test_there_is_no_network() -> None:
    said = shell("cat /proc/net/dev /proc/net/unix")
    devices = [line.split(":")[0].strip() for line in said.splitlines() if ":" in line]
    assert set(devices) <= {"lo", "sit0", "ip6tnl0", "tunl0", "gre0", "gretap0", "erspan0"}
    assert "@" not in said


def test_other_processes_are_not_seen() -> None:
    numbers = shell("cd /proc; ls -d [0-9]*").split()
    assert 1 < len(numbers) <= 5
    assert str(os.getpid()) not in numbers or os.getpid() < 10


def test_no_file_that_is_open_outside_is_open_inside(tmp_path: Path) -> None:
    with (tmp_path / "open").open("w") as stream:
        os.set_inheritable(stream.fileno(), True)
        said = shell("ls -l /proc/self/fd /proc/1/fd")
    assert str(tmp_path) not in said
    assert "/dev/null" in said


def test_a_background_process_ends_with_the_first(tmp_path: Path) -> None:
    mark = f"30{os.getpid()}"
    shell(f"sleep {mark} & setsid sleep {mark} & exit 0")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            assert words != f"sleep\0{mark}\0".encode()


@pytest.mark.parametrize("name", ["with space", "-leading", "new\nline", "a'b\"c$d", "--ro-bind"])
def test_any_name_can_be_shown(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("hello")
    sandbox = Sandbox(DISK)
    sandbox.show(tmp_path / name)
    assert run(sandbox, "/bin/cat", str(tmp_path / name)).output == b"hello"


def test_a_name_that_is_no_unicode_can_be_shown(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff\xfe")
    path.write_text("hello")
    sandbox = Sandbox(DISK)
    sandbox.show(path)
    assert run(sandbox, "/bin/cat", str(path)).output == b"hello"


def test_without_bubblewrap_its_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match="bwrap") as caught:
        Sandbox(DISK).command(
            ["/bin/true"], folder=Path("/"), variables={}, environment={"PATH": str(tmp_path)}
        )
    assert "bubblewrap" in " ".join(caught.value.hints)


def test_programs_are_not_looked_for_in_the_book_or_where_one_is(tmp_path: Path) -> None:
    book = tmp_path / "book"
    (book / "bin").mkdir(parents=True)
    (tmp_path / "link").symlink_to(book / "bin")
    path = f":.:{book}/bin:{tmp_path}/link:bin:{tmp_path}:/usr/bin"
    assert search_environment({"PATH": path, "SECRET": "1"}, book) == {
        "PATH": f"{tmp_path}:/usr/bin"
    }


def test_python_inside_has_the_packages_of_outside_and_nothing_of_the_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jinja2.py").write_text("raise SystemExit('of the book')")
    (tmp_path / "task.py").write_text("raise SystemExit('of the book')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.syspath_prepend(".")
    monkeypatch.chdir(tmp_path)
    sandbox = Sandbox(DISK)
    start = show_python(sandbox, tmp_path, tmp_path)
    assert str(tmp_path) not in " ".join(
        sandbox.command(start, folder=Path("/"), variables={}, environment=os.environ)
    )
    result = run(
        sandbox,
        *start[:-1],
        f"{start[-1].rpartition('import runpy')[0]}"
        "import click, jinja2, pypdf, texbook; print(jinja2.__file__)",
    )
    assert result.status == 0, result.output
    assert result.output.decode().strip().endswith("site-packages/jinja2/__init__.py")


@pytest.mark.parametrize(
    ("said", "words", "hint"),
    [
        ("bwrap: Unknown option --disable-userns\n", "Unknown option", "0.8 or newer"),
        (
            "bwrap: setting up uid map: Permission denied\n",
            "setting up uid map: Permission denied",
            "apparmor_restrict_unprivileged_userns=0",
        ),
        (
            "x\nbwrap: No permissions to create new namespace, likely because the kernel\n",
            "No permissions to create new namespace",
            "seccomp=unconfined",
        ),
        ("", "no word", "the system forbids it"),
        (
            "python3: error while loading shared libraries: libpython3.11.so: no such file\n",
            "texbook does not start in the sandbox: python3: error while loading",
            "/usr/bin/python3 -m venv",
        ),
    ],
    ids=["old", "map", "namespace", "silent", "python"],
)
def test_why_there_is_no_sandbox(said: str, words: str, hint: str) -> None:
    fault = start_fault(said)
    assert fault.status == 3
    assert words in fault.message
    assert "bwrap:" not in fault.message
    assert hint in " ".join(fault.hints)


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="there is no such folder here")
def test_a_folder_in_memory_can_be_shown_and_nothing_be_written_beside_it() -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        Path(name, "text").write_text("hello")
        sandbox = Sandbox(DISK)
        sandbox.show(Path(name))
        said = shell(f"cat {name}/text; echo x > /dev/shm/x; echo x > /dev/x", sandbox)
    assert said.startswith("hello")
    assert said.count("Read-only") == 2


def test_a_distribution_of_tex_beside_the_systems_is_shown_and_no_home_folder(
    tmp_path: Path,
) -> None:
    tree, home = tmp_path / "texlive" / "2026", tmp_path / "home"
    programs = tree / "bin"
    for folder in (programs, home, tmp_path / "local"):
        folder.mkdir(parents=True)
    told = f"{tree}:/nonexistent:relative:{tmp_path}:{home}:{tmp_path}/local"
    for name, said in (("xelatex", "typeset"), ("kpsewhich", told)):
        (programs / name).write_text(f"#!/bin/sh\necho '{said}'\n")
        (programs / name).chmod(0o755)
    (home / "letter").write_text("secret")
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    sandbox = Sandbox(DISK)
    show_tex(sandbox, environment, home)
    command = sandbox.command(
        ["/bin/sh", "-c", f"xelatex; ls {tmp_path}"],
        folder=Path("/"),
        variables={},
        environment=environment,
    )
    result = run_process(
        command, folder=Path("/"), environment=OUTSIDE, limits=Limits(60.0), registry=None
    )
    assert result.output.decode().split() == ["typeset", "local", "texlive"]


def test_the_systems_own_tex_is_asked_nothing(tmp_path: Path) -> None:
    sandbox = Sandbox(DISK)
    show_tex(sandbox, {"PATH": "/nonexistent"}, tmp_path)
    show_tex(sandbox, os.environ, tmp_path)
    assert sandbox == Sandbox(DISK)


def test_it_needs_no_rights_of_root() -> None:
    command = Sandbox(DISK).command(
        ["/bin/sh", "-c", "id -u; touch /tmp/x /usr/x; ls /tmp"],
        folder=Path("/"),
        variables={},
        environment=os.environ,
    )
    nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    done = subprocess.run(
        command,
        cwd="/",
        env=dict(OUTSIDE),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **nobody,  # type: ignore[call-overload]
    )
    first, fault, last = done.stdout.splitlines()
    assert int(first) == (65534 if nobody else os.getuid())
    assert "/usr/x" in fault
    assert last == "x"
