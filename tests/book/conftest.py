"""The experiment of the question that a test file is about: the file of the question's name."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

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
