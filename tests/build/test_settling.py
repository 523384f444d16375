"""Chunks are tried before passes of the whole, and what one build keeps the next may use."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from texbook.base.cancel import CancelToken
from texbook.base.progress import Silence
from texbook.build.chunks.model import NotChunkableError
from texbook.build.mirror import plan_mirror
from texbook.build.model import BuildRequest, RerunReason, ShellEscape
from texbook.build.passes import Ending, Settlement
from texbook.build.settling import Settler, kept_chunks
from texbook.build.state import BuildState, find_candidates, take_state
from texbook.build.surroundings import Surroundings
from texbook.project import Project, open_project
from texbook.system.process import ProcessRegistry

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "\\documentclass{report}\n\\begin{document}\n\\include{ada}\n\\end{document}\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A book of one chapter, with a PDF."""
    (tmp_path / "main.tex").write_text(MAIN)
    (tmp_path / "ada.tex").write_text("\\chapter{Ada}\n")
    (tmp_path / "main.pdf").write_bytes(b"%PDF")
    return open_project(tmp_path / "main.tex")


@pytest.fixture
def one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passes of the whole settle at once."""
    done = Settlement(Ending.SETTLED, 1, {"main.aux": b"of passes"})
    monkeypatch.setattr("texbook.build.settling.settle", lambda *_: done)


def built(project: Project, extra: dict[str, Any]) -> BuildState:
    """Give the state of a good build that has kept something."""
    return take_state(
        project,
        shell_escape=ShellEscape.RESTRICTED,
        engine="XeTeX",
        generation="a1",
        pages=1,
        inputs={},
        system=(),
        candidates=find_candidates(project),
        seen_ns=time.time_ns(),
        extra=extra,
    )


def surroundings(request: BuildRequest) -> Surroundings:
    return Surroundings(
        request=request,
        mirror=plan_mirror(request.project),
        environment={},
        registry=ProcessRegistry(request.project.work_folder / "processes"),
        progress=Silence(),
        cancel=CancelToken(),
        maps={},
    )


def test_pages_hold_while_nothing_around_the_book_has_changed(project: Project) -> None:
    request = BuildRequest(project, shell_escape=ShellEscape.RESTRICTED)
    state = built(project, {"chunks": "c1"})
    assert kept_chunks(request, state) == "c1"
    assert kept_chunks(request, None) is None
    assert kept_chunks(request, built(project, {})) is None
    assert kept_chunks(replace(request, force=True), state) is None
    assert kept_chunks(replace(request, shell_escape=ShellEscape.FULL), state) is None
    assert kept_chunks(request, replace(state, surroundings={"TEXINPUTS": "elsewhere"})) is None


@pytest.mark.usefixtures("one_pass")
def test_what_is_no_book_in_chunks_is_settled_in_passes_and_the_reason_kept(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise NotChunkableError("chapters cannot be told apart", "ada")

    monkeypatch.setattr("texbook.build.settling.typeset_in_chunks", refuse)
    shared = surroundings(BuildRequest(project, shell_escape=ShellEscape.RESTRICTED))
    reasons: list[RerunReason] = []
    settler = Settler(None, reasons)
    _, settlement = settler.settle(shared)
    assert settlement.auxiliary == {"main.aux": b"of passes"}
    assert reasons == [RerunReason("built in one run", "chapters cannot be told apart")]
    kept = settler.keep(shared)
    assert kept.keys() == {"one run", "parts"}
    assert kept["one run"]["segment"] == "ada"
    monkeypatch.setattr("texbook.build.settling.typeset_in_chunks", None)
    Settler(built(project, kept), []).settle(shared)


@pytest.mark.usefixtures("one_pass")
def test_one_run_that_was_asked_for_leaves_the_pages_for_later(project: Project) -> None:
    request = BuildRequest(project, shell_escape=ShellEscape.RESTRICTED, one_run=True)
    shared = surroundings(request)
    settler = Settler(built(project, {"chunks": "c1"}), [])
    settler.settle(shared)
    assert settler.keep(shared)["chunks"] == "c1"
