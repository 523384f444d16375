from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.app import untrusted
from texbook.app.policy import Taken
from texbook.app.untrusted import Carried, Order, carry_out
from texbook.base.cancel import CancelToken
from texbook.base.errors import (
    CancelledError,
    LimitError,
    LockedError,
    MissingToolError,
    RefusedError,
    StorageError,
)
from texbook.base.progress import Silence
from texbook.config.person import UntrustedLimits
from texbook.system.handover import NonsenseError
from texbook.system.lock import book_lock
from texbook.system.sandbox import show_python

if TYPE_CHECKING:
    from tests.app.conftest import Book
    from texbook.system.sandbox import Sandbox

LIMITS = UntrustedLimits(seconds=60, memory_megabytes=1024, disk_megabytes=16, output_megabytes=1)
HANDS_OUT = """
import os, sys, time
def frame(kind, content):
    if isinstance(content, str):
        content = os.fsencode(content)
    os.write(1, kind.encode() + len(content).to_bytes(4, "big") + content)
def file(name, content):
    frame("f", name)
    frame("d", content)
def end(status=0):
    frame("z", b"")
    sys.exit(status)
"""
PDF = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n"


@dataclass
class Stranger:
    """A book whose author has taken over all that runs in the sandbox."""

    book: Book
    monkeypatch: pytest.MonkeyPatch
    order: Order = field(
        default_factory=lambda: Order(["build"], {**os.environ, "HOME": "/nonexistent"}, LIMITS)
    )

    def runs(self, code: str, *, checked: bool = True) -> None:
        """Have some Python run in place of texbook; the PDF is not looked at if not ``checked``."""
        codes = [HANDS_OUT + code]

        def show(sandbox: Sandbox, book: Path, home: Path) -> list[str]:
            start = show_python(sandbox, book, home)
            return [sys.executable, "-I", "-S", "-c", codes.pop()] if codes else start

        self.monkeypatch.setattr(untrusted, "show_python", show)
        if not checked:
            self.monkeypatch.setattr(untrusted, "_refuse_active", lambda *_: None)

    def carried(self, cancel: CancelToken | None = None, **order: object) -> Carried:
        wanted = replace(self.order, **order)  # type: ignore[arg-type]
        return carry_out(
            self.book.project, wanted, progress=Silence(), cancel=cancel or CancelToken()
        )

    def files(self) -> dict[str, bytes]:
        """Give all files of the book, but for the lock."""
        return {
            path.relative_to(self.book.root).as_posix(): path.read_bytes()
            for path in sorted(self.book.root.rglob("*"))
            if path.is_file() and path.name != "lock"
        }


@pytest.fixture
def stranger(book: Book, monkeypatch: pytest.MonkeyPatch) -> Stranger:
    monkeypatch.chdir(book.root)
    return Stranger(book, monkeypatch)


def test_what_it_says_is_given_and_steers_no_terminal(stranger: Stranger) -> None:
    stranger.runs('frame("o", "out\\n"); frame("e", "err\\x1b[2J"); end(1)')
    carried = stranger.carried()
    assert [(said.text, said.is_output) for said in carried.said] == [
        ("out\n", True),
        ("err\\x1b[2J", False),
    ]
    assert (carried.status, carried.published) == (1, ())


@pytest.mark.parametrize(
    ("status", "told"), [(0, 0), (1, 1), (4, 4), (70, 70), (99, 70), (255, 70)]
)
def test_an_exit_code_that_texbook_does_not_have_is_a_bug(
    stranger: Stranger, status: int, told: int
) -> None:
    stranger.runs(f"end({status})")
    assert stranger.carried().status == told


def test_only_files_that_texbook_makes_are_taken(stranger: Stranger) -> None:
    before = stranger.files()
    names = [
        *("", "/", ".", "..", "build", "build/", "main.tex", "new.tex", "Makefile", "texbook.toml"),
        *("../main.pdf", "build/../main.tex", "build/tex/../../../x.tex", "/tmp/x.tex", "x.pdf"),
        *("build/texbook/state.json", "build/texbook/lock", "build/texbook/log/a/b.log"),
        *("build/texbook/log/x.sh", "build/texbook/log/.x.log", "build/tex/.git/x.tex"),
        *("build/.git/config", "build/Makefile", "build/tex/x.py", "build/editions/x.html"),
        *("build/editions/x.PDF", "build/editions/x.desktop", "build/editions//x.csv"),
        *("build/tex/x\\0.tex", "build/draft.pdf.sh", "build/tex", "./main.pdf", "\\udcff"),
    ]
    code = "".join(f'file("{name}", "evil")\n' for name in names)
    stranger.runs(f"{code}end()", checked=False)
    assert stranger.carried().published == ()
    assert stranger.files() == before


def test_files_that_texbook_makes_are_taken_at_their_places(stranger: Stranger) -> None:
    rendered = "build/tex/chapters/one.tex"
    names = ["main.pdf", "build/editions/questions/a b.pdf"]
    names += ["build/editions/cards.csv", "build/texbook/log/main.log", "build/draft.pdf"]
    code = "".join(f'file("{name}", "{name}")\n' for name in (*names, rendered))
    stranger.runs(f"{code}end()", checked=False)
    taken = stranger.carried().published
    assert sorted(str(path.relative_to(stranger.book.root)) for path in taken) == sorted(names)
    files = stranger.files()
    assert all(files[name] == name.encode() for name in names)
    assert set(files) == {"main.tex", *names}
    stranger.runs(f"{code}end()", checked=False)
    taken = stranger.carried(taken=Taken.RENDERED).published
    assert taken == (stranger.book.root / rendered,)


def test_nothing_is_taken_for_a_command_that_makes_nothing(stranger: Stranger) -> None:
    before = stranger.files()
    stranger.runs('file("main.pdf", "x"); file("build/tex/x.tex", "x"); end()')
    assert stranger.carried(taken=Taken.NOTHING).published == ()
    assert stranger.files() == before
    assert not (stranger.book.root / "build").exists()


def test_a_command_that_makes_nothing_disturbs_no_build(stranger: Stranger) -> None:
    stranger.runs("end()")
    with book_lock(stranger.book.project.work_folder):
        kept = stranger.book.put("build/texbook/received/0.pdf", "half")
        stranger.carried(taken=Taken.NOTHING)
        assert kept.exists()
        with pytest.raises(LockedError):
            stranger.carried()
        assert kept.exists()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("build/tex", "link"),
        ("build/tex/deep", "link"),
        ("build/tex/deep/x.tex", "link"),
        ("build/tex/deep/x.tex", "folder"),
        ("build/tex/deep", "file"),
        ("build/tex/deep/x.tex", "pipe"),
        ("main.pdf", "link"),
        ("main.pdf", "pipe"),
        ("main.pdf", "folder"),
        ("build/tex/deep/.x.tex.tmp", "folder"),
    ],
)
def test_what_is_in_the_way_is_refused_and_not_followed(
    stranger: Stranger, name: str, kind: str
) -> None:
    victim = stranger.book.root.parent / "victim"
    victim.mkdir()
    (victim / "x.tex").write_text("mine")
    path = stranger.book.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    match kind:
        case "link":
            path.symlink_to(victim / "x.tex" if path.suffix else victim)
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "file":
            path.touch()
    taken = "main.pdf" if name == "main.pdf" else "build/tex/deep/x.tex"
    stranger.runs(f'file("{taken}", "evil"); end()', checked=False)
    with pytest.raises((RefusedError, StorageError)):
        stranger.carried(taken=Taken.BUILT if taken == "main.pdf" else Taken.RENDERED)
    assert [path.name for path in victim.iterdir()] == ["x.tex"]
    assert (victim / "x.tex").read_text() == "mine"
    assert not (stranger.book.root / "build" / "texbook" / "received").exists()


def test_what_is_received_goes_where_no_link_leads(stranger: Stranger) -> None:
    victim = stranger.book.root.parent / "victim"
    victim.mkdir()
    (victim / "mine").touch()
    path = stranger.book.put("build/texbook/x", "").with_name("received")
    path.symlink_to(victim)
    stranger.runs('file("build/tex/x.tex", "evil"); end()')
    with pytest.raises(StorageError, match="received"):
        stranger.carried()
    assert [path.name for path in victim.iterdir()] == ["mine"]


@pytest.mark.parametrize("content", ['b""', 'b"no pdf"', "PDF"])
def test_a_pdf_that_cannot_be_understood_is_not_published(stranger: Stranger, content: str) -> None:
    old = stranger.book.put("main.pdf", "old")
    stranger.runs(f'PDF = {PDF!r}\nfile("main.pdf", {content}); end()')
    with pytest.raises(RefusedError, match="was not published"):
        stranger.carried()
    assert old.read_text() == "old"


@pytest.mark.parametrize(
    "code",
    [
        'frame("s", "x")',
        'frame("s", "x"); os.write(1, b"q" * 100)',
        'frame("s", "x"); os.write(1, b"o\\xff\\xff\\xff\\xff")',
        'frame("z", ""); frame("o", "x")',
        'frame("f", "a"); frame("f", "a"); end()',
        'frame("s", "x"); os.kill(os.getpid(), 9)',
    ],
    ids=["no end", "kind", "length", "more", "twice", "killed"],
)
def test_nothing_is_taken_from_what_is_nonsense(stranger: Stranger, code: str) -> None:
    stranger.runs(f'file("build/tex/x.tex", "x")\n{code}', checked=False)
    with pytest.raises(NonsenseError):
        stranger.carried()
    assert set(stranger.files()) == {"main.tex"}


def test_what_stands_before_all_frames_is_bubblewraps(stranger: Stranger) -> None:
    stranger.runs('os.write(1, b"A" * 100000 + b"\\nbwrap: no permission")')
    with pytest.raises(MissingToolError, match="bubblewrap cannot make a sandbox") as caught:
        stranger.carried()
    assert len(caught.value.message) < 500


@pytest.mark.parametrize(
    ("code", "limits", "key"),
    [
        ("time.sleep(1000)", {"seconds": 1}, "seconds"),
        ('frame("z", ""); time.sleep(1000)', {"seconds": 1}, "seconds"),
        ("os.close(1); time.sleep(1000)", {"seconds": 1}, "seconds"),
        ("while True: pass", {"cpu_seconds": 1}, "cpu-seconds"),
        ('while True: frame("o", "x" * 100000)', {}, "output-megabytes"),
        ('while True: frame("s", "the step")', {}, "output-megabytes"),
        ('file("a", "")\nwhile True: frame("d", bytes(1 << 20))', {}, "disk-megabytes"),
    ],
    ids=["time", "after all is said", "silent", "cpu", "output", "steps", "disk"],
)
def test_each_limit_ends_it(
    stranger: Stranger, code: str, limits: dict[str, int], key: str
) -> None:
    stranger.runs(f'frame("s", "the step")\n{code}')
    with pytest.raises(LimitError) as caught:
        stranger.carried(limits=replace(LIMITS, **limits))
    assert caught.value.hints[0].startswith(f'"{key}" below [untrusted]')
    assert "in the step: the step" in caught.value.message
    assert set(stranger.files()) == {"main.tex"}


def test_memory_has_its_limit(stranger: Stranger) -> None:
    stranger.runs("bytes(1 << 40)")
    with pytest.raises(LimitError) as caught:
        stranger.carried()
    assert caught.value.hints[0].startswith('"memory-megabytes" below [untrusted]')


def test_a_book_that_speaks_of_memory_has_not_used_it_up(stranger: Stranger) -> None:
    stranger.runs('frame("o", "MemoryError: out of memory\\n"); end(1)')
    assert stranger.carried().status == 1


def test_nothing_of_the_environment_comes_in(stranger: Stranger) -> None:
    stranger.runs(
        'import glob\nfor n in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline"):\n'
        '    frame("o", open(n, "rb").read() + b"\\n")\nend()'
    )
    environment = {**stranger.order.environment, "TOKEN": "secret-9f3c", "TEXINPUTS": "secret-9f3c"}
    stranger.monkeypatch.setenv("TOKEN", "secret-9f3c")
    said = "".join(said.text for said in stranger.carried(environment=environment).said)
    assert "openout_any=p" in said
    assert "secret-9f3c" not in said


def test_it_works_where_the_person_is(stranger: Stranger) -> None:
    elsewhere = stranger.book.root.parent / "elsewhere" / "deep"
    elsewhere.mkdir(parents=True)
    (elsewhere / "mine").touch()
    for folder, seen in (
        (stranger.book.root, "['main.tex']"),
        (elsewhere, "[]"),
        (Path("/usr"), "lib"),
    ):
        stranger.monkeypatch.chdir(folder)
        stranger.runs('frame("o", os.getcwd() + str(os.listdir())); end()')
        (said,) = stranger.carried().said
        assert said.text.startswith(str(folder))
        assert seen in said.text


def test_a_program_of_the_book_is_not_taken_for_bubblewrap(stranger: Stranger) -> None:
    path = stranger.book.put("bin/bwrap", f"#!/bin/sh\ntouch {stranger.book.root}/evil\n")
    path.chmod(0o755)
    for first in ("bin", ".", str(path.parent)):
        stranger.monkeypatch.chdir(path.parent if first == "." else stranger.book.root)
        environment = {**stranger.order.environment, "PATH": f"{first}:{os.environ['PATH']}"}
        stranger.runs("end()")
        assert stranger.carried(environment=environment).status == 0
    assert not (stranger.book.root / "evil").exists()


def test_standard_input_is_a_file_inside(stranger: Stranger) -> None:
    stranger.runs('frame("o", open("/texbook/input").read()); end()')
    (said,) = stranger.carried(input=b"unsaved", taken=Taken.NOTHING).said
    assert said.text == "unsaved"


def test_a_cancelled_one_leaves_nothing(stranger: Stranger) -> None:
    stranger.runs('file("build/tex/x.tex", "x"); time.sleep(1000)')
    cancel = CancelToken()
    timer = threading.Timer(0.5, cancel.cancel, ("no longer wanted",))
    timer.start()
    with pytest.raises(CancelledError):
        stranger.carried(cancel)
    timer.join()
    assert set(stranger.files()) == {"main.tex"}
