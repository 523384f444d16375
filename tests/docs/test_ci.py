"""The page on pull requests and commits: its pieces are read, and names compared."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from texbook.cli.main import run
from texbook.cli.output import FORMS

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", PAGE)


def rows(after: str) -> dict[str, str]:
    table = PAGE.partition(after)[2].partition("\n\n")[0]
    return dict(re.findall(r"(?m)^\| `([-\w]+)` \| (.*?) \|", table))


def test_the_inputs_are_those_of_the_action_with_their_defaults() -> None:
    inputs = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    told = {name: cell.strip("`") for name, cell in rows("| input | default | meaning |\n").items()}
    assert list(told) == list(inputs)
    for name, default in told.items():
        assert inputs[name]["default"] == ("" if " " in default or default == "none" else default)


def test_the_hooks_are_those_of_the_manifest() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert list(rows("| hook | does |\n")) == [hook["id"] for hook in hooks]


def test_the_workflows_and_hooks_name_what_there_is() -> None:
    inputs = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    named = 0
    for block in blocks("yaml"):
        for item in _items(yaml.safe_load(block)):
            if str(item.get("uses", "")).startswith("OWNER/texbook"):
                assert set(item.get("with", {})) <= set(inputs)
                named += 1
            if "id" in item and "run" not in item:
                assert item["id"] in {hook["id"] for hook in hooks}
                named += 1
    assert named == 4


def _items(value: Any) -> list[dict[str, Any]]:
    """Give every table of a document."""
    if isinstance(value, list):
        return [item for part in value for item in _items(part)]
    if isinstance(value, dict):
        return [value, *(item for part in value.values() for item in _items(part))]
    return []


def test_the_page_on_lint_shows_what_the_terminal_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "lint.md").read_text("utf-8")
    (example,) = re.findall(r"(?ms)^```text\n(warning.*?)^```$", page)
    text = "\\begin{document}\n\n\nIt takes 10-20 minutes.\n\\end{document}\n"
    (tmp_path / "main.tex").write_text("\\documentclass{article}\n" + text)
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    run(["lint"])
    assert capsys.readouterr().out == f"{example}\n"


def test_the_page_on_lint_lists_the_forms() -> None:
    page = (ROOT / "docs" / "lint.md").read_text("utf-8")
    table = page.partition("| `--format` | writes | for |\n")[2].partition("\n\n")[0]
    assert tuple(re.findall(r"(?m)^\| `(\w+)` \|", table)) == FORMS
