"""``texbook watch`` with engines that wait, in whatever happens to a book and to them meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.watched import watching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Book
    from tests.cli.watched import Watched

    Wait = Callable[[Callable[[], object], str], None]

pytestmark = pytest.mark.tex

CLASS = "\\LoadClass{report}\n\\newcommand\\word{%s}\n\\input{macros}\n"
MAIN = "\\documentclass{own}\n\\begin{document}\n\\include{one}\n\\include{two}\n\\end{document}\n"


class Warm:
    """A watched book of two chapters, with engines that wait."""

    def __init__(self, book: Book, watched: Watched, wait: Wait) -> None:
        self.book = book
        self.watched = watched
        self.wait = wait
        self.good = 0

    @property
    def folder(self) -> Path:
        return self.book.root / "build" / "texbook" / "engines"

    def engines(self) -> dict[int, Path]:
        """Give the engines that run, by number, and the folder of each."""
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (entry / "comm").read_text() == "xelatex\n":
                    found[int(entry.name)] = (entry / "cwd").readlink()
            except OSError:
                continue
        return {pid: cwd for pid, cwd in found.items() if cwd.is_relative_to(self.folder)}

    def waiting(self) -> dict[int, Path]:
        """Wait until engines are waiting, and give them."""
        self.wait(self.engines, "no engine was started")
        return self.engines()

    def at_work(self) -> int:
        """Wait until an engine has its job; give its number."""

        def busy() -> list[int]:
            engines = self.engines().items()
            return [pid for pid, folder in engines if (folder / "texbook-job.tex").exists()]

        self.wait(busy, "no engine got a job")
        return busy()[0]

    def is_good(self, *texts: str) -> None:
        """Wait for the next good build, with engines behind it, and look into the PDF."""
        self.good += 1
        self.watched.wait_for("good", self.good)
        for text in texts:
            assert text in self.book.text()
        self.waiting()

    def has_failed(self, *said: str) -> None:
        failures = self.watched.count("failed")
        self.wait(lambda: self.watched.count("failed") > failures, f"{self.watched.lines}")
        for words in said:
            self.wait(
                partial(self.has_said, words), f'"{words}" was not said: {self.watched.lines}'
            )

    def has_said(self, words: str) -> bool:
        return any(words in line for line in self.watched.lines)

    def chapter(self, name: str, text: str) -> None:
        self.book.put(f"{name}.tex", f"\\chapter{{{name}}}\n{text} \\word\n")


@pytest.fixture
def warm(book: Book, wait_until: Wait) -> Iterator[Warm]:
    book.put("own.cls", CLASS % "of old")
    book.put("macros.tex", "\\newcommand\\macro{a macro}\n")
    book.put("main.tex", MAIN)
    book.put("one.tex", "\\chapter{one}\nfirst text \\word\n")
    book.put("two.tex", "\\chapter{two}\nsecond text \\macro\n")
    with watching(book, wait_until) as watched:
        made = Warm(book, watched, wait_until)
        made.is_good("first text of old", "second text a macro")
        yield made
        if watched.process.poll() is None:
            assert watched.end() == 0
        wait_until(lambda: not book.processes(), f"processes are left: {book.processes()}")
        assert not made.folder.is_dir() or not list(made.folder.iterdir())


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A file for which the text of `held` waits."""
    return tmp_path / "gate" / "go"


def held(gate: Path) -> str:
    return f"\\def\\hold{{\\IfFileExists{{{gate}}}{{}}{{\\hold}}}}\\hold late text"


def opened(gate: Path) -> None:
    gate.parent.mkdir()
    gate.touch()


def test_a_save_is_typeset_by_an_engine_that_waited(warm: Warm) -> None:
    before = warm.waiting()
    warm.chapter("one", "new text")
    warm.is_good("new text of old", "second text a macro")
    assert before.keys() - warm.engines().keys()


def test_an_error_keeps_the_old_pdf_and_the_next_save_mends_it(warm: Warm) -> None:
    pdf = (warm.book.root / "main.pdf").read_bytes()
    warm.chapter("one", "third \\undefinedthing words")
    warm.has_failed('control sequence "\\undefinedthing"', "one.tex:2")
    assert (warm.book.root / "main.pdf").read_bytes() == pdf
    warm.chapter("one", "third words")
    warm.is_good("third words of old")


def test_an_error_in_the_class_and_its_repair_reach_the_engines(warm: Warm) -> None:
    warm.book.put("own.cls", CLASS % "of new" + "\\undefinedthing\n")
    warm.has_failed('control sequence "\\undefinedthing"')
    warm.book.put("own.cls", CLASS % "of new")
    warm.is_good("first text of new")
    warm.chapter("one", "other text")
    warm.is_good("other text of new")


def test_no_engine_is_used_that_has_read_an_older_preamble(warm: Warm) -> None:
    warm.book.put("macros.tex", "\\newcommand\\macro{another macro}\n")
    warm.is_good("second text another macro")
    # Nobody knows yet that the preamble reads this file when its engines are started.
    warm.book.put("more.tex", "\\undefinedthing\n")
    warm.book.put("main.tex", MAIN.replace("\\begin", "\\input{more}\n\\begin", 1))
    warm.has_failed('control sequence "\\undefinedthing"')
    warm.book.put("more.tex", "\\renewcommand\\macro{a third macro}\n")
    warm.is_good("second text a third macro")
    warm.book.put("more.tex", "\\renewcommand\\macro{a fourth macro}\n")
    warm.is_good("second text a fourth macro")


def test_a_chapter_that_goes_and_comes_back(warm: Warm) -> None:
    pdf = (warm.book.root / "main.pdf").read_bytes()
    (warm.book.root / "two.tex").unlink()
    warm.has_failed("two")
    assert (warm.book.root / "main.pdf").read_bytes() == pdf
    warm.chapter("two", "back again")
    warm.is_good("back again of old", "first text")


def test_engines_that_somebody_ends_are_replaced(warm: Warm, gate: Path) -> None:
    for pid in warm.waiting():
        os.kill(pid, signal.SIGKILL)
    warm.chapter("one", "without the engines")
    warm.is_good("without the engines of old")
    warm.chapter("one", held(gate))
    os.kill(warm.at_work(), signal.SIGKILL)
    warm.at_work()
    opened(gate)
    warm.is_good("late text of old")
    assert "one run" not in "".join(warm.watched.lines)


def test_a_save_during_a_build_is_the_one_that_counts(warm: Warm, gate: Path) -> None:
    warm.chapter("one", held(gate))
    warm.at_work()
    warm.chapter("one", "the newest text")
    warm.is_good("the newest text of old")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_watch_that_ends_during_a_job_leaves_nothing(
    warm: Warm, gate: Path, number: signal.Signals
) -> None:
    warm.chapter("one", held(gate))
    warm.at_work()
    warm.watched.end(number)
    warm.wait(lambda: not warm.book.processes(), f"processes are left: {warm.book.processes()}")
    if number is signal.SIGKILL:
        # Only the next build can remove their folders.
        warm.chapter("one", "built again")
        assert warm.book.texbook("build").status == 0
        assert "built again of old" in warm.book.text()
    assert not list(warm.folder.iterdir())


def test_a_thousand_new_files(warm: Warm) -> None:
    for number in range(1000):
        warm.book.put(f"parts/part{number}.tex", f"part {number}\n")
    warm.chapter("one", "\\input{parts/part999}")
    warm.wait(lambda: "part 999" in warm.book.text(), "the new text is not in the PDF")
    assert warm.watched.count("failed") == 0


def test_the_books_folder_goes_and_comes_back(warm: Warm) -> None:
    root = warm.book.root
    kept = root.with_name("kept")
    shutil.copytree(root, kept, ignore=shutil.ignore_patterns("build", "main.pdf"))
    shutil.rmtree(root)
    warm.has_failed("is gone")
    warm.wait(lambda: not warm.engines(), "engines of a folder that is gone")
    assert not root.exists()
    shutil.copytree(kept, root)
    warm.chapter("one", "after all")
    warm.wait((root / "main.pdf").is_file, f"no PDF: {warm.watched.lines}")
    warm.wait(lambda: "after all of old" in warm.book.text(), f"{warm.watched.lines}")


def test_engines_wait_for_the_first_save_of_a_book_that_is_up_to_date(warm: Warm) -> None:
    assert warm.watched.end() == 0
    with watching(warm.book, warm.wait) as watched:
        watched.wait_for("good")
        again = Warm(warm.book, watched, warm.wait)
        before = again.waiting()
        again.chapter("one", "first save")
        watched.wait_for("good", 2)
        assert "first save of old" in warm.book.text()
        assert before.keys() - again.engines().keys()
        assert watched.end() == 0
