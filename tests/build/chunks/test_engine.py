"""Engines that wait; a shell script takes the place of XeTeX, since nothing is typeset here."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from texbook.base.cancel import CancelToken
from texbook.base.errors import CancelledError
from texbook.base.progress import Silence
from texbook.build.chunks.engine import (
    EnginePool,
    engines_folder,
    remove_abandoned,
)
from texbook.build.engine import program_environment
from texbook.build.mirror import plan_mirror
from texbook.build.model import BuildRequest, ShellEscape
from texbook.build.surroundings import Surroundings
from texbook.project import open_project
from texbook.system.process import ProcessRegistry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from texbook.build.chunks.engine import ChunkEngine

    Look = Callable[[], Surroundings]

ENGINE = "#!/bin/sh\necho texbook-ready\nread -r line\nexec sleep 1000\n"
TEXT = "\\documentclass{article}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "main.tex").write_text("\\include{q}\n")
    (folder / "q.tex").write_text("old\n")
    program = tmp_path / "bin" / "xelatex"
    program.parent.mkdir()
    program.write_text(ENGINE)
    program.chmod(0o755)
    return folder


@pytest.fixture
def look(root: Path, tmp_path: Path) -> Look:
    """Look at the book as a build does when it begins."""

    def surroundings() -> Surroundings:
        project = open_project(root / "main.tex")
        path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
        return Surroundings(
            request=BuildRequest(project),
            mirror=plan_mirror(project),
            environment={**program_environment(root), "PATH": path},
            registry=ProcessRegistry(project.work_folder / "processes"),
            progress=Silence(),
            cancel=CancelToken(),
            maps={},
        )

    return surroundings


@pytest.fixture
def pool(root: Path) -> Iterator[EnginePool]:
    """Two engines at most; in the end nothing is left of any."""
    made = EnginePool(2)
    yield made
    made.close()
    work_folder = root / "build" / "texbook"
    for folder in (engines_folder(work_folder), work_folder / "processes"):
        assert not folder.is_dir() or not list(folder.iterdir())


def waiting(pool: EnginePool) -> set[int]:
    return {engine.process.pid for engine in pool._waiting if engine.process.is_running()}


def taken(pool: EnginePool, around: Surroundings, preamble: str = "p") -> ChunkEngine:
    return pool.take(around, preamble, TEXT)


def test_engines_that_fit_are_kept_and_others_ended(pool: EnginePool, look: Look) -> None:
    pool.prepare(look(), "p", TEXT)
    first = waiting(pool)
    pool.prepare(look(), "p", TEXT)
    assert waiting(pool) == first
    pool.prepare(look(), "another preamble", TEXT, count=1)
    assert len(waiting(pool)) == 1
    assert not waiting(pool) & first


def test_an_engine_that_waited_has_the_texts_of_now(
    pool: EnginePool, look: Look, root: Path
) -> None:
    pool.prepare(look(), "p", TEXT)
    (root / "q.tex").write_text("new\n")
    waited = waiting(pool)
    engine = taken(pool, look())
    assert engine.process.pid in waited
    assert (engine.work / "q.tex").read_text() == "new\n"
    assert (engine.work / "main.tex").read_text() == TEXT
    assert engine.renewed == {"q.tex"}


def test_a_new_file_may_be_one_that_the_preamble_has_looked_for(
    pool: EnginePool, look: Look, root: Path
) -> None:
    pool.prepare(look(), "p", TEXT)
    waited = waiting(pool)
    (root / "settings.tex").write_text("x\n")
    engine = taken(pool, look())
    assert engine.process.pid not in waited
    assert (engine.work / "settings.tex").is_file()
    assert engine.renewed == frozenset()


def test_only_engines_of_the_same_kind_are_taken(pool: EnginePool, look: Look) -> None:
    around = look()
    pool.prepare(around, "p", TEXT)
    waited = waiting(pool)
    full = replace(around.request, shell_escape=ShellEscape.FULL)
    changed = replace(around, environment={**around.environment, "X": "1"})
    for other in (replace(around, request=full), changed):
        assert taken(pool, other).process.pid not in waited


def test_an_engine_that_somebody_ended_is_not_taken(pool: EnginePool, look: Look) -> None:
    around = look()
    pool.prepare(around, "p", TEXT)
    waited = waiting(pool)
    for pid in waited:
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    engine = taken(pool, around)
    assert engine.process.pid not in waited
    assert engine.process.is_running()


def test_engines_that_have_ended_are_tidied_up(pool: EnginePool, look: Look) -> None:
    around = look()
    ended, runs = taken(pool, around), taken(pool, around)
    ended.process.end()
    pool.tidy_up()
    assert not ended.folder.exists()
    assert runs.process.is_running()
    assert runs.folder.exists()


def test_a_closed_pool_has_ended_all_and_starts_none(pool: EnginePool, look: Look) -> None:
    around = look()
    pool.prepare(around, "p", TEXT)
    at_work = taken(pool, around)
    pool.close()
    assert not at_work.process.is_running()
    with pytest.raises(CancelledError):
        pool.start(around, "p", TEXT)
    with pytest.raises(CancelledError):
        pool.prepare(around, "p", TEXT)


def test_nothing_is_started_for_a_build_that_was_cancelled(pool: EnginePool, look: Look) -> None:
    around = look()
    around.cancel.cancel("a newer save")
    with pytest.raises(CancelledError):
        pool.prepare(around, "p", TEXT)
    assert not waiting(pool)


def test_folders_of_a_texbook_that_is_gone_are_removed(tmp_path: Path) -> None:
    folder = engines_folder(tmp_path)
    for name in (f"{os.getpid()}-living", f"{2**22 + 1}-gone", "of-nobody"):
        (folder / name).mkdir(parents=True)
    remove_abandoned(tmp_path)
    assert [path.name for path in folder.iterdir()] == [f"{os.getpid()}-living"]
