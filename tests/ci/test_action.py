"""The GitHub action of action.yml: valid, and its steps do what they say when a shell runs them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from tests.ci.conftest import Repository

ACTION = Path(__file__).parents[2] / "action.yml"
BROKEN = "An open {brace.\n"


def action() -> Any:
    return yaml.safe_load(ACTION.read_text("utf-8"))


def evaluated(text: str, values: dict[str, str]) -> str:
    """Put values in the place of expressions; ``||`` gives the first that is not empty."""

    def value(found: re.Match[str]) -> str:
        names = [name.strip() for name in found[1].split("||")]
        return next((values[name] for name in names if values[name]), "")

    return re.sub(r"\$\{\{(.*?)\}\}", value, text)


class Runner:
    """Runs the steps of the action as a runner does: values first, then bash."""

    def __init__(self, book: Repository, texbook: Repository, temporary: Path):
        self.book = book
        self.temporary = temporary
        self.contexts = {"github.action_path": str(texbook.root)}
        self.summary = temporary / "summary.md"

    def run(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run the step of a name with some inputs, the others at their defaults."""
        described = action()["inputs"]
        values = self.contexts | {
            f"inputs.{key}": inputs.get(key.replace("-", "_"), row["default"])
            for key, row in described.items()
        }
        (step,) = [step for step in action()["runs"]["steps"] if step.get("name") == name]
        script = self.temporary / "step.sh"
        script.write_text(step["run"], "utf-8")
        variables = {key: evaluated(text, values) for key, text in step["env"].items()}
        folder = self.book.root / evaluated(step.get("working-directory", "."), values)
        return type(self.book)(folder, self.book.environment).run(
            *("bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)),
            **variables,
            RUNNER_TEMP=str(self.temporary),
            GITHUB_ACTIONS="true",
            GITHUB_WORKSPACE=str(self.book.root),
            GITHUB_STEP_SUMMARY=str(self.summary),
        )


@pytest.fixture
def runner(book: Repository, texbook: Repository, tmp_path: Path) -> Runner:
    temporary = tmp_path / "temporary folder"
    temporary.mkdir()
    return Runner(book, texbook, temporary)


def test_it_follows_the_schema_of_actions() -> None:
    command = shutil.which("check-jsonschema", path=Path(sys.executable).parent)
    assert command is not None
    answer = subprocess.run(
        [command, "--builtin-schema", "vendor.github-actions", ACTION],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout


def test_every_input_is_described_and_used_and_no_script_holds_an_expression() -> None:
    value = action()
    text = ACTION.read_text("utf-8")
    used = set(re.findall(r"inputs\.([-\w]+)", text))
    assert used == set(value["inputs"])
    for row in value["inputs"].values():
        assert row["description"].endswith(".")
    for step in value["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert step.get("shell") == ("bash" if "run" in step else None)


@pytest.mark.index
def test_its_steps_install_texbook_and_annotate_what_it_finds(runner: Runner) -> None:
    runner.book.put("sub dir/main.tex", (runner.book.root / "main.tex").read_text())
    runner.book.put("sub dir/one.tex", BROKEN)
    for name in ("venv", "pip", "ensurepip"):
        runner.book.put(f"{name}.py", "open('module-canary', 'w')\n")
    answer = runner.run("Install texbook")
    assert answer.returncode == 0, answer.stderr
    assert not (runner.book.root / "module-canary").exists()
    answer = runner.run("Lint the book")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout == ""
    inputs = {"working_directory": "sub dir", "sarif_file": "out put.sarif", "args": "*.tex"}
    answer = runner.run("Lint the book", **inputs)
    assert answer.returncode == 2
    assert 'there is no file or folder "*.tex"' in answer.stderr
    answer = runner.run("Lint the book", **inputs | {"args": "--fail-on error  one.tex"})
    assert answer.returncode == 1
    assert answer.stdout.startswith("::error file=sub dir/one.tex,line=1,endLine=1,col=9,")
    assert "sub dir/one.tex:1:9" in runner.summary.read_text()
    log = json.loads((runner.book.root / "sub dir" / "out put.sarif").read_text())
    (result,) = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "sub%20dir/one.tex", "uriBaseId": "SRCROOT"}
    answer = runner.run("Lint the book", args="--fix", untrusted="true")
    assert answer.returncode == 7, answer.stdout + answer.stderr
    assert "a book that is not trusted is only read" in answer.stderr
    answer = runner.run("Lint the book", working_directory="sub dir", untrusted="true")
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert answer.stdout.startswith("::error file=sub dir/one.tex,line=1,endLine=1,col=9,")
