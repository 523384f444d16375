"""A stage for attacks: a book from a stranger, and all around it what a stranger would want."""

from __future__ import annotations

import hashlib
import os
import random
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.faults.attacks import loot
from tests.faults.attacks.canary import contents, find_canaries, new_canary, pdf_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.faults.attacks.model import Attack

PATIENCE = 300.0
"""Seconds after which an attempt counts as hung; far above all limits."""
DOCUMENTED = frozenset({0, 1, 2, 3, 4, 5, 6, 7})
"""Exit codes that a command may end with, short of signals and bugs (base/errors.py)."""
_PROGRAM = Path(sys.executable).with_name("texbook")
_STRANGERS_USER = 65534
_PASSWORDS = "root:x:0:"
_TEX_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR")
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|EmbeddedFiles?|Launch|OpenAction|AA|SubmitForm|ImportData|RichMedia"
    rb"|GoToE|GoToR|Rendition|XFA)(?![A-Za-z])"
)
_RUNNER_COMMAND = re.compile(r"(?m)^\s*::(?!(?:error|warning|notice|group|endgroup)\b)|##\[")
_RAW_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command gave."""

    status: int
    out: bytes
    err: bytes

    @property
    def words(self) -> str:
        return (self.out + self.err).decode("utf-8", "replace")


@dataclass(slots=True)
class Stage:
    """The folders of one attempt.

    Attributes:
        world: holds all of it, but for the few files that stand elsewhere.
        secrets: canaries, by the names of where they were planted.
        ran: what only a program prints that the book has started.
        places: what stands for the names between @ signs in an attack.
        elsewhere: files outside the world.
        calls: connections that somebody made to the servers of the test.
    """

    world: Path
    secrets: dict[str, str]
    ran: str
    places: dict[str, str] = field(default_factory=dict)
    elsewhere: list[Path] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    descriptor: int = -1
    watched: subprocess.Popen[bytes] | None = None

    @property
    def book(self) -> Path:
        return self.world / "parent" / "book"

    @property
    def outside(self) -> Path:
        return self.world / "parent" / "outside"

    @property
    def home(self) -> Path:
        return self.world / "home"

    def fill(self, text: str) -> str:
        """Put places and commands where an attack has their names."""
        return re.sub(r"@([A-Z_]+)@", lambda found: self.places[found[1]], text)

    def lay(self, attack: Attack) -> Self:
        """Write the book of an attack, and remember what the world looks like now."""
        for name, content in {"main.tex": attack.document(), **attack.files}.items():
            path = self.book / self.fill(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.fill(content).encode() if isinstance(content, str) else content)
        for name, target in attack.links.items():
            path = self.book / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.symlink_to(self.fill(target))
        for name in attack.executable:
            (self.book / name).chmod(0o755)
        for name in attack.pipes:
            (self.book / name).parent.mkdir(parents=True, exist_ok=True)
            os.mkfifo(self.book / name)
        with (self.home / ".config/texbook/config.toml").open("a") as stream:
            stream.write(self.fill(attack.person))
        self.before = self.look()
        return self

    def environment(self, **more: str) -> dict[str, str]:
        """Give what a person's shell would hand on: a secret is in it."""
        kept = {name: os.environ[name] for name in _TEX_VARIABLES if name in os.environ}
        return {
            **kept,
            "HOME": str(self.home),
            "CI_JOB_TOKEN": self.secrets["the environment"],
            **more,
        }

    def texbook(self, *arguments: str, **more: str) -> Answer:
        """Run a command of texbook's in the book's folder, to its end."""
        return self.run(self.book, [str(_PROGRAM), *arguments], **more)

    def run(self, folder: Path, command: Sequence[str], **more: str) -> Answer:
        """Run a program, to its end; what does not end fails the test."""
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            pass_fds=(self.descriptor,),
        )
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            raise AssertionError(f"{command} hangs: {out[-2000:]!r} {err[-2000:]!r}") from None
        return Answer(process.returncode, out, err)

    def text(self) -> str:
        """Give the text of the published PDF; none without one."""
        path = self.book / "main.pdf"
        return pdf_text(path.read_bytes()) if path.is_file() else ""

    def breaches(self, answer: Answer) -> list[str]:
        """Say all that an attempt gained: what it learned, wrote, started, called or smuggled."""
        came = self._came_out(answer)
        pdfs = {name: text for name, text in came.items() if text.startswith(b"%PDF")}
        told = find_canaries({**self.secrets, "a program": self.ran}, came)
        active = [
            f"{name} holds {sorted({item.decode() for item in found})}"
            for name, text in pdfs.items()
            if (found := loot.active_names(text, _ACTIVE))
        ]
        return told + active + self._changes() + list(self.calls) + self._raw(answer)

    def _came_out(self, answer: Answer) -> dict[str, bytes]:
        came = {"standard output": answer.out, "standard error": answer.err}
        now = self.look()
        for name in now:
            path = self.world / name
            is_new = self.before.get(name) != now[name]
            if is_new and path.is_file() and not path.is_symlink():
                came[name] = path.read_bytes()
        build = self.book / "build"
        if build.is_dir() and not build.is_symlink():
            came |= contents(build, "build")
        return came

    def _changes(self) -> list[str]:
        """Say what was written, changed or removed where nobody may."""
        now = self.look()
        changed = sorted(
            name
            for name in self.before.keys() | now.keys()
            if self.before.get(name) != now.get(name) and not self._may_change(name)
        )
        gone = [f"{path} was changed" for path in self.elsewhere if not self._is_as_planted(path)]
        marks = [f"a command made {mark}" for mark in self._marks() if mark.exists()]
        ended = self.watched is not None and self.watched.poll() is not None
        return (
            [f"{name} was changed" for name in changed]
            + gone
            + marks
            + (["a process of the person's was ended"] if ended else [])
        )

    def _may_change(self, name: str) -> bool:
        """Say whether a build may write there: its results, as long as they are no links."""
        path = self.world / name
        is_result = path.parent == self.book and path.name in {"main.pdf", "main.synctex.gz"}
        is_own = path.is_relative_to(self.book / "build") and name not in self.before
        leads_away = (self.book / "build").is_symlink()
        return (is_result and not path.is_symlink()) or (is_own and not leads_away)

    def _is_as_planted(self, path: Path) -> bool:
        try:
            return path.read_text() == self.secrets["temporary folders"]
        except OSError:
            return False

    def _marks(self) -> tuple[Path, ...]:
        return (Path(self.places["MARK"]), Path(self.places["TMPMARK"]))

    def _raw(self, answer: Answer) -> list[str]:
        """Say what a terminal or a runner would carry out of the output."""
        out, err = answer.out.decode("utf-8", "replace"), answer.err.decode("utf-8", "replace")
        found = []
        if raw := _RAW_CONTROL.search(out + err):
            found.append(f"a raw control character is printed: {raw[0]!r}")
        if command := _RUNNER_COMMAND.search(out + "\n" + err):
            found.append(f"a runner of GitHub would carry out {command[0]!r}")
        return found

    def look(self) -> dict[str, str]:
        """Describe every file, folder and link of the world, without following links."""
        return {
            os.fsdecode(os.path.relpath(path, self.world)): _description(path)
            for path in _walk(self.world)
        }


def _walk(folder: Path) -> Iterator[Path]:
    for entry in os.scandir(folder):
        yield Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))


def _description(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    if path.is_dir():
        return "folder"
    if not path.is_file():
        return "special"
    return f"{path.stat().st_mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"


@contextmanager
def stage(folder: Path, seed: int) -> Iterator[Stage]:
    """Set a stage, and clear away what of it stands outside its folder."""
    randomness = random.Random(seed)
    names = (
        *("a file beside the book", "the home folder", "the environment", "temporary folders"),
        *("version control", "a hidden file", "another user", "a process", "the configuration"),
    )
    made = Stage(folder, {name: new_canary(randomness) for name in names}, new_canary(randomness))
    made.secrets["the passwords file"] = _PASSWORDS
    with _servers(made), _secret_process(made):
        try:
            _plant(made, f"texbook-{os.getpid()}-{made.places['PORT']}")
            yield made
        finally:
            if made.descriptor >= 0:
                os.close(made.descriptor)
            for path in [*made.elsewhere, *made._marks()]:
                path.unlink(missing_ok=True)


def _plant(made: Stage, unique: str) -> None:
    """Write the secrets, and name the places of them all."""
    secrets, home, book = made.secrets, made.home, made.book
    loot.write_files(made.outside, secrets["a file beside the book"])
    loot.write_font(made.outside / "secret.otf", secrets["a file beside the book"])
    for path in (made.world / "parent/secret.txt", made.outside / "other.txt"):
        path.write_text(secrets["a file beside the book"])
    (made.outside / "other.txt").write_text(secrets["another user"])
    (made.outside / "other.txt").chmod(0o600)
    if os.geteuid() == 0:
        os.chown(made.outside / "other.txt", _STRANGERS_USER, _STRANGERS_USER)
    person = home / ".config" / "texbook" / "config.toml"
    for path, name in (
        (home / ".ssh" / "id_rsa", "the home folder"),
        (home / ".netrc", "the home folder"),
        (home / ".secret.tex", "the home folder"),
        (person, "the configuration"),
        (book / ".git" / "config", "version control"),
        (book / ".git" / "hooks" / "commit-msg", "version control"),
        (book / ".env", "a hidden file"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {secrets[name]}\n")
    for folder in _temporary_folders():
        path = folder / unique
        path.write_text(secrets["temporary folders"])
        made.elsewhere.append(path)
    made.descriptor = os.open(home / ".netrc", os.O_RDONLY)
    mark = made.world / "parent" / "mark"
    front, back = made.ran[:8], made.ran[8:]
    made.places |= {
        "OUTSIDE": str(made.outside),
        "PARENT": str(made.world / "parent"),
        "HOME": str(home),
        "BOOK": str(book),
        "TMP": str(made.elsewhere[0]),
        "VARTMP": str(made.elsewhere[-1]),
        "MARK": str(mark),
        "TMPMARK": f"{made.elsewhere[0]}-mark.tex",
        "INTERPRETER": sys.executable,
        "PATH": os.environ["PATH"],
        "FRONT": front,
        "BACK": back,
        "FD": str(made.descriptor),
        "SAY": f"echo {front}+{back}|tr -d +",
        "RUN": f"echo {front}+{back}|tr -d + >ran.tex;touch {mark}",
        "PYTHON": (
            f"import pathlib; pathlib.Path({str(mark)!r}).touch(); print({front!r} + {back!r})"
        ),
    }


def _temporary_folders() -> list[Path]:
    folders = (Path(tempfile.gettempdir()), Path("/dev/shm"), Path("/var/tmp"))
    return [folder for folder in folders if os.access(folder, os.W_OK)]


@contextmanager
def _secret_process(made: Stage) -> Iterator[None]:
    """Run a program of the person's whose arguments and environment are secrets."""
    secret = made.secrets["a process"]
    command = [sys.executable, "-c", "import sys; sys.stdin.read()", secret]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, env={"TOKEN": secret})
    made.watched = process
    made.places["PID"] = str(process.pid)
    try:
        yield
    finally:
        made.watched = None
        process.kill()
        process.communicate()


@contextmanager
def _servers(made: Stage) -> Iterator[None]:
    """Listen on a port and on an abstract socket; whoever calls is put on record."""
    with socket.create_server(("127.0.0.1", 0)) as inet, socket.socket(socket.AF_UNIX) as local:
        local.bind(f"\0texbook-{os.getpid()}-{made.ran}-{inet.getsockname()[1]}")
        local.listen()
        made.places["PORT"] = str(inet.getsockname()[1])
        names = {inet: "the network", local: "an abstract socket"}
        over = threading.Event()
        thread = threading.Thread(target=_answer, args=(names, made.calls, over))
        thread.start()
        try:
            yield
        finally:
            over.set()
            with socket.create_connection(inet.getsockname()):
                thread.join()


def _answer(names: Mapping[socket.socket, str], calls: list[str], over: threading.Event) -> None:
    """Take calls until it is over, which one last call tells."""
    while True:
        for server in select.select(list(names), [], [])[0]:
            connection, _ = server.accept()
            with connection:
                if over.is_set():
                    return
                calls.append(f"somebody called over {names[server]}")
                connection.sendall(b"HTTP/1.0 404 Not Found\r\n\r\n")
