"""The experiment of the question that a test file is about: the file of the question's name."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path
from typing import Any

import pytest

for _library in ("OMP", "OPENBLAS", "MKL"):
    # As "texbook run" does: threads of linear algebra that wait for each other take all cores.
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

CHAPTERS = Path(__file__).parents[2] / "chapters"


@pytest.fixture(scope="module")
def experiment(request: pytest.FixtureRequest) -> Any:
    """Load the script of ``test_winning_is_bad_news.py``: ``winning-is-bad-news.py``."""
    slug = request.path.stem.removeprefix("test_").replace("_", "-")
    (script,) = CHAPTERS.glob(f"*/{slug}.py")
    spec = importlib.util.spec_from_file_location(slug, script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def results(experiment: Any) -> dict[str, Any]:
    """What the experiment gives now."""
    values: dict[str, Any] = experiment.results()
    return values


@pytest.fixture
def typed(experiment: Any) -> dict[str, Any]:
    """What a reader has who typed the question's listings in the order in which it shows them."""
    script = Path(experiment.__file__)
    text = script.read_text("utf-8")
    names: dict[str, Any] = {}
    shown = re.findall(r'\\VAR\{listing\("(\w+)"', script.with_suffix(".j2.tex").read_text("utf-8"))
    assert shown
    for region in shown:
        lines = (
            text.split(f"# region: {region}\n")[1].split("# endregion")[0].strip("\n").split("\n")
        )
        assert len(lines) <= 30
        assert max(map(len, lines)) <= 80
        exec("\n".join(lines), names)
    return names


@pytest.fixture
def drawings(experiment: Any, results: dict[str, Any], tmp_path: Path) -> list[bytes]:
    """The figure, drawn twice."""
    paths = [tmp_path / "first.pdf", tmp_path / "second.pdf"]
    for path in paths:
        experiment.figure(results).savefig(path, metadata={"CreationDate": None})
    return [path.read_bytes() for path in paths]
