"""Files change only inside the folder in which TeX runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.code.requests import (
    DedentRequest,
    FolderRequest,
    HighlightRequest,
    ListingError,
    MoveRequest,
    ObstacleKind,
    ProbeRequest,
    RemoveRequest,
    Request,
    StyleRequest,
)
from texbook.code.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

NAME = "A" * 64 + ".pygtex"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "main.pyg").write_text("  x = 1\n")
    return Workspace(folder)


def test_requests_are_carried_out(workspace: Workspace) -> None:
    folder = workspace.folder
    workspace.carry_out(FolderRequest("cache/deep"))
    workspace.carry_out(FolderRequest("cache/deep"))
    workspace.carry_out(ProbeRequest("pygmentize", "main.aex"))
    assert (folder / "main.aex").read_bytes() == b""
    workspace.carry_out(RemoveRequest("main.aex"))
    workspace.carry_out(RemoveRequest("main.aex"))
    assert not (folder / "main.aex").exists()
    workspace.carry_out(DedentRequest("main.pyg", "main.pyg", "UTF8", 0, 0))
    assert (folder / "main.pyg").read_text() == "x = 1\n"
    workspace.carry_out(HighlightRequest("python", "main.pyg", f"cache/{NAME}"))
    workspace.carry_out(MoveRequest(f"cache/{NAME}", "cache/listing1.pygtex"))
    assert b"\\begin{Verbatim}" in (folder / "cache/listing1.pygtex").read_bytes()


def test_only_results_named_by_their_content_are_kept(workspace: Workspace) -> None:
    workspace.carry_out(HighlightRequest("python", "main.pyg", f"./{NAME}"))
    workspace.carry_out(HighlightRequest("python", "main.pyg", "main.out.pyg"))
    workspace.carry_out(HighlightRequest("python", "main.pyg", f"{'A' * 32}.pygtex"))
    workspace.carry_out(StyleRequest("bw", "bw.pygstyle"))
    assert set(workspace.finished) == {NAME, "bw.pygstyle"}


def test_finished_results_are_put_back(workspace: Workspace) -> None:
    workspace.put_back({f"cache/{NAME}": b"text"})
    assert (workspace.folder / "cache" / NAME).read_bytes() == b"text"


@pytest.mark.parametrize("name", ["../evil.pyg", "/tmp/evil.pyg", "link/evil.pyg", "linked.pyg"])
@pytest.mark.parametrize(
    "kind",
    [
        lambda name: HighlightRequest("python", "main.pyg", name),
        lambda name: StyleRequest("bw", name),
        lambda name: DedentRequest("main.pyg", name, "UTF8", 0, 0),
        lambda name: ProbeRequest("pygmentize", name),
        RemoveRequest,
        lambda name: MoveRequest("main.pyg", name),
        lambda name: MoveRequest(name, "main.pyg"),
    ],
)
def test_nothing_outside_is_written_moved_or_removed(
    workspace: Workspace, tmp_path: Path, kind: type[RemoveRequest], name: str
) -> None:
    (tmp_path / "evil.pyg").write_text("theirs")
    (workspace.folder / "link").symlink_to(tmp_path)
    (workspace.folder / "linked.pyg").symlink_to(tmp_path / "evil.pyg")
    request: Request = kind(name)
    with pytest.raises(ListingError) as caught:
        workspace.carry_out(request)
    assert caught.value.kind is ObstacleKind.OUTSIDE
    assert (tmp_path / "evil.pyg").read_text() == "theirs"
    assert (workspace.folder / "main.pyg").read_text() == "  x = 1\n"


@pytest.mark.parametrize("name", ["..", "../evil", "link/evil", "/tmp/texbook-evil/deep"])
def test_no_folder_is_made_outside(workspace: Workspace, tmp_path: Path, name: str) -> None:
    (workspace.folder / "link").symlink_to(tmp_path)
    with pytest.raises(ListingError, match="outside the folder in which TeX runs"):
        workspace.carry_out(FolderRequest(name))
    assert not (tmp_path / "evil").exists()


def test_a_listing_is_read_wherever_tex_may_read_unless_told_otherwise(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "shared.py").write_text("x")
    request = HighlightRequest("python", "../shared.py", "a.pyg")
    workspace.carry_out(request)
    assert workspace.inputs == {workspace.folder / "../shared.py"}
    Workspace(workspace.folder, read_below=tmp_path).carry_out(request)
    with pytest.raises(ListingError) as caught:
        Workspace(workspace.folder, read_below=workspace.folder).carry_out(request)
    assert caught.value.kind is ObstacleKind.OUTSIDE


@pytest.mark.parametrize("name", ["gone.py", "."])
def test_a_missing_source_is_named(workspace: Workspace, name: str) -> None:
    with pytest.raises(ListingError, match="there is no file") as caught:
        workspace.carry_out(HighlightRequest("python", name, "a.pyg"))
    assert (caught.value.kind, caught.value.subject) == (ObstacleKind.FILE, name)
