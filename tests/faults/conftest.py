"""What the rows of the matrix of faults share (docs/reliability.md)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.faults.right import Right
from tests.faults.site import Site, until
from tests.faults.trials import Trials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.books import BookKind


@pytest.fixture
def times(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """Choose how often a fault is tried: the first for every change, the second in full."""
    is_full = request.config.getoption("--faults") == "full"
    return lambda short, full: full if is_full else short


@pytest.fixture
def trials(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> Trials:
    """Attempts whose figure is printed at the end."""
    return Trials(tmp_path, capsys, record_property)


@pytest.fixture(scope="session")
def right(tmp_path_factory: pytest.TempPathFactory) -> Right:
    """What the PDF of a version is without a fault."""
    return Right(lambda: tmp_path_factory.mktemp("right"))


@pytest.fixture
def site_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[BookKind], Site]]:
    """Make a folder for a kind of book; at the end nothing may still run there."""
    for name in ("TEXBOOK_UNTRUSTED", "TEXBOOK_SHELL_ESCAPE", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    made: list[Site] = []

    def make(kind: BookKind) -> Site:
        root = tmp_path / kind.name
        root.mkdir()
        made.append(Site(root, kind))
        return made[-1]

    yield make
    for site in made:
        until(partial(_is_quiet, site), partial(_left_in, site))


def _is_quiet(site: Site) -> bool:
    return not site.processes()


def _left_in(site: Site) -> str:
    return f"processes are left: {site.processes()}"
