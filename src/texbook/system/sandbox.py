"""A sandbox for programs that work on files of strangers: what it shows of the machine, and how.

bubblewrap makes it: namespaces of its own for mounts, processes, users, host name, System V IPC and
network, without rights of root (bwrap(1)). Nothing is there but what is shown: the system's
programs and their data, read-only, and what the caller adds. What may be written lives in memory,
of fixed size, and is gone with the sandbox. All its processes end with the first of them
(pid_namespaces(7)).
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.errors import MissingToolError, RefusedError
from texbook.system.process import Limits, run_process
from texbook.system.programs import find_program

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OUTSIDE: Mapping[str, str] = {}
"""The environment in which bubblewrap itself is to be started. Its first process stays in the
sandbox, and there ``/proc/1/environ`` shows what it was started with (proc(5)), whatever it clears
for others."""

HOME = "/tmp"  # noqa: S108  (of the sandbox, where nobody else is)
"""The home folder inside: empty at first."""

_NAMESPACES = (
    *("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
    *("--unshare-cgroup-try", "--disable-userns", "--cap-drop", "ALL", "--hostname", "sandbox"),
)
"""For root the rights go, too: it would have those of a namespace, to mount folders without limit.
Not ``--die-with-parent``: its parent is the thread that starts it, which ends at once
(PR_SET_PDEATHSIG, prctl(2)). `texbook.system.child` ends the whole process group, whatever happens
to texbook, and with its first process the whole sandbox goes."""

# /bin and its like are folders on some systems and links into /usr on others.
_PROGRAMS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")

# Of /etc and /var only what programs need to find libraries, fonts and files of TeX: names of
# people, hosts and passwords stay out.
_SYSTEM = (
    *("/usr", "/nix/store"),
    *("/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/ld.so.conf"),
    *("/etc/ld.so.conf.d", "/etc/localtime", "/etc/papersize", "/etc/paperspecs", "/etc/perl"),
    *("/etc/texlive", "/etc/texmf", "/var/cache/fontconfig", "/var/lib/texmf", "/var/lib/texlive"),
)

_MOST_WORDS = 4_000
_MOST_BYTES = 1 << 20
_LONGEST = 300
_TREES = ("TEXMFROOT", "TEXMFDIST", "TEXMFLOCAL", "TEXMFSYSVAR", "TEXMFSYSCONFIG")
_SECONDS = 20.0

_TOO_OLD = "unknown option"
_ALLOW_UBUNTU = "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
_ALLOW_DOCKER = "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined"


@dataclass(slots=True)
class Sandbox:
    """What there is inside, in the order in which it is laid over each other.

    Whatever adds a place may raise a `RefusedError`: bubblewrap takes a time that grows with the
    square of their number (9 s for 1,000), and a command line has an end.

    Attributes:
        disk_bytes: the size of each place in memory that can be written.
    """

    disk_bytes: int
    _arguments: list[str] = field(default_factory=list)
    _bytes: int = 0

    def show(self, path: Path) -> None:
        """Show a file or folder at its own place, read-only; nothing if it is not there."""
        self._add("--ro-bind-try", str(path), str(path))

    def show_at(self, path: Path, place: str) -> None:
        """Show a file or folder at another place, read-only."""
        self._add("--ro-bind", str(path), place)

    def make_folder(self, path: Path) -> None:
        """Make an empty folder, and those above it."""
        self._add("--dir", str(path))

    def make_disk(self, path: Path) -> None:
        """Make an empty folder of its own size, which can be written."""
        self._add("--size", str(self.disk_bytes), "--tmpfs", str(path))

    def cover_folder(self, path: Path) -> None:
        """Show an empty folder in place of one that is shown."""
        self._add("--tmpfs", str(path), "--remount-ro", str(path))

    def cover_file(self, path: Path) -> None:
        """Put what cannot be opened in place of a file that is shown: a device where are none."""
        self._add("--ro-bind", os.devnull, str(path))

    def link(self, path: Path, target: str) -> None:
        """Make a symbolic link; it leads to what is inside."""
        self._add("--symlink", target, str(path))

    def _add(self, *words: str) -> None:
        self._arguments += words
        self._bytes += sum(len(os.fsencode(word)) for word in words)
        if len(self._arguments) > _MOST_WORDS or self._bytes > _MOST_BYTES:
            raise RefusedError(
                "too much would have to be shown one by one in the sandbox: files beside the main "
                "file, and hidden ones",
                hints=("move what stands beside the main file into folders",),
            )

    def command(
        self,
        arguments: Iterable[str],
        *,
        folder: Path,
        variables: Mapping[str, str],
        environment: Mapping[str, str],
    ) -> list[str]:
        """Give the command line that runs a program inside.

        Args:
            arguments: the program, by its path, and its arguments.
            folder: the working folder, inside.
            variables: the whole environment inside, besides ``HOME`` and ``PATH``.
            environment: the caller's, in which ``PATH`` finds bubblewrap and TeX.

        Raises:
            MissingToolError: when bubblewrap is not installed.
        """
        known = {"HOME": HOME, "PATH": _search_path(environment), "LANG": "C.UTF-8", **variables}
        settings = [word for item in known.items() for word in ("--setenv", *item)]
        return [
            find_program("bwrap", environment),
            *_NAMESPACES,
            *("--clearenv", *settings),
            *_system_arguments(),
            *("--proc", "/proc", "--dev", "/dev"),
            *("--size", str(self.disk_bytes), "--tmpfs", HOME),
            *self._arguments,
            # Root, even one without rights, may write the kernel's settings below /proc/sys
            # (proc_sys_permission in fs/proc/proc_sysctl.c), which are those of the machine.
            *("--remount-ro", "/proc", "--remount-ro", "/dev", "--remount-ro", "/"),
            *("--chdir", str(folder), "--"),
            *arguments,
        ]


def search_environment(environment: Mapping[str, str], book: Path) -> dict[str, str]:
    """Give the environment in which bubblewrap and TeX are looked for.

    A ``PATH`` may lead into the book's folder, or into whichever folder one is in: a ``bwrap`` from
    there would be the book's own.

    Args:
        environment: the caller's.
        book: the folder of which nothing is a program.
    """
    real = book.resolve()
    folders = [
        folder
        for folder in environment.get("PATH", os.defpath).split(os.pathsep)
        if Path(folder).is_absolute() and not Path(folder).resolve().is_relative_to(real)
    ]
    return {"PATH": os.pathsep.join(folders)}


def _system_arguments() -> list[str]:
    arguments = []
    for name in _PROGRAMS:
        path = Path(name)
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), name]
        else:
            arguments += ["--ro-bind-try", name, name]
    return arguments + [word for name in _SYSTEM for word in ("--ro-bind-try", name, name)]


def _search_path(environment: Mapping[str, str]) -> str:
    """Give the ``PATH`` inside: the system's own, and before it where XeTeX is."""
    engine = shutil.which("xelatex", path=environment.get("PATH", os.defpath))
    folders = ["/usr/local/bin", "/usr/bin", "/bin"]
    first = str(Path(engine).absolute().parent) if engine is not None else folders[0]
    return os.pathsep.join(dict.fromkeys([first, *folders]))


def show_python(sandbox: Sandbox, book: Path, home: Path) -> list[str]:
    """Show the Python that runs now, with the packages that it finds; give the start of a command.

    Inside, modules come from the same folders as outside, and never from the book's: a
    ``click.py`` beside the main file is no module. A folder is left out that holds the book, or
    the home folder, or that is the working folder, as ``python -m`` has it: all of it would be
    shown.

    Args:
        sandbox: where it is to be seen.
        book: the folder of which nothing is a module.
        home: the person's home folder.
    """
    import texbook  # noqa: PLC0415  (to find it)

    own = Path(texbook.__file__).absolute().parents[1]
    entries = [Path(entry) for entry in sys.path if entry]
    kept = (Path.cwd(), book.resolve(), home.resolve())
    folders = dict.fromkeys(
        path
        for path in (*entries, own)
        if path == own
        or (path.is_absolute() and path.exists() and not _shows_too_much(path, *kept))
    )
    for path in dict.fromkeys((Path(sys.base_prefix), Path(sys.prefix), *folders)):
        sandbox.show(path)
    # -I: neither variables nor the working folder; -S: no site module, whose .pth files run code.
    words = ", ".join(map(repr, map(str, folders)))
    start = f"import sys; sys.path[:] = [{words}]; import runpy; "
    return [
        *(sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c"),
        f"{start}sys.argv[:1] = []; runpy.run_module(sys.argv[0], run_name='__main__')",
    ]


def show_tex(sandbox: Sandbox, environment: Mapping[str, str], home: Path) -> None:
    """Show a distribution of TeX that stands elsewhere than the system's, as in ``/opt/texlive``.

    Its kpsewhich tells its trees (kpathsea manual, "Config files"). The person's own tree is not
    shown, nor is one that holds the home folder.

    Args:
        sandbox: where it is to be seen.
        environment: the caller's, in which ``PATH`` finds TeX.
        home: the person's home folder.
    """
    engine = shutil.which("xelatex", path=environment.get("PATH", os.defpath))
    if engine is None or any(Path(engine).resolve().is_relative_to(name) for name in _SYSTEM):
        return
    asked = os.pathsep.join(f"${name}" for name in _TREES)
    result = run_process(
        (str(Path(engine).resolve().with_name("kpsewhich")), f"-expand-var={asked}"),
        folder=Path("/"),
        environment={"PATH": os.defpath},
        limits=Limits(wall_seconds=_SECONDS),
        registry=None,
    )
    for name in dict.fromkeys(os.fsdecode(result.output).strip().split(os.pathsep)):
        tree = Path(name)
        if tree.is_absolute() and tree.is_dir() and not home.is_relative_to(tree.resolve()):
            sandbox.show(tree)


def _shows_too_much(path: Path, here: Path, *kept: Path) -> bool:
    real = path.resolve()
    return real == here or any(folder.is_relative_to(real) for folder in kept)


def start_fault(said: str) -> MissingToolError:
    """Explain that there is no texbook in a sandbox, from what was said instead.

    Facts: Ubuntu since 23.10 lets no program without an AppArmor profile make a user namespace
    (kernel.apparmor_restrict_unprivileged_userns); Debian before 11 lets nobody but root
    (kernel.unprivileged_userns_clone); containers mostly forbid it by their seccomp filter;
    ``--size`` and ``--disable-userns`` are of bubblewrap 0.7 and 0.8.
    """
    lines = [line for line in said.splitlines() if line.strip()]
    words = lines[-1].removeprefix("bwrap: ")[:_LONGEST] if lines else "no word"
    if lines and not any(line.startswith("bwrap: ") for line in lines):
        # A Python that was built for another place may need libraries that are not shown.
        return MissingToolError(
            f"texbook does not start in the sandbox: {words}",
            hints=('install it with a Python of the system, as in "/usr/bin/python3 -m venv"',),
        )
    if _TOO_OLD in words.lower():
        hints: tuple[str, ...] = ("install bubblewrap 0.8 or newer",)
    else:
        hints = (
            f'the system forbids it; on Ubuntu 24.04 "{_ALLOW_UBUNTU}" allows it',
            f'in a container its runtime has to allow it, as in "{_ALLOW_DOCKER}"',
        )
    return MissingToolError(f"bubblewrap cannot make a sandbox here: {words}", hints=hints)
