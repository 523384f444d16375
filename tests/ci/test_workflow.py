"""The workflow for a public repository in docs/ci.md: careful, and its steps do what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from tests.ci.conftest import Repository

PAGE = (Path(__file__).parents[2] / "docs" / "ci.md").read_text("utf-8")
SECTION = PAGE.partition("\n## A public repository\n")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"(?ms)^```yaml\n(.*?)^```$", SECTION)
CHECKOUT = "actions/checkout@v4"
DOCUMENT = "\\documentclass{{article}}\n\\begin{{document}}\n{}\nText.\n\\end{{document}}\n"

FINE = "A book."
SHELL = "\\immediate\\write18{touch shell-canary}"
PIPE = "\\input{|touch shell-canary}"
READ = "\\input{/etc/passwd}"
SECRET = "\\InputIfFileExists{.env}{}{}"
SCRIPT = (
    "\\special{pdf:ann width 9pt height 9pt << /Type /Annot /Subtype /Link "
    "/A << /S /JavaScript /JS (app.alert(1)) >> >>}"
)
ENCLOSED = "\\special{pdf:fstream @f (main.tex)}\\special{pdf:put @names << /EmbeddedFiles @f >>}"


def workflow() -> Any:
    return yaml.safe_load(BLOCKS[0])


def steps(job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = workflow()["jobs"][job]["steps"]
    return found


@dataclass
class Job:
    """A job of the workflow, whose steps run as a runner runs them."""

    name: str
    book: Repository
    temporary: Path
    answers: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)

    @property
    def path_file(self) -> Path:
        return self.temporary / "path"

    @property
    def summary(self) -> Path:
        return self.temporary / "summary.md"

    def run(self, step: str, **replaced: str) -> subprocess.CompletedProcess[str]:
        """Run the step of a name, with some of its words replaced."""
        (found,) = [item for item in steps(self.name) if item.get("name") == step]
        script = self.temporary / "step.sh"
        text = found["run"]
        for word, other in replaced.items():
            text = text.replace(word, other)
        script.write_text(text, "utf-8")
        added = self.path_file.read_text().split() if self.path_file.exists() else []
        variables = workflow()["jobs"][self.name].get("env", {}) | {
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.book.root),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_PATH": str(self.path_file),
            "PATH": os.pathsep.join([*added, str(Path(sys.executable).parent), os.environ["PATH"]]),
        }
        answer = self.answers[step] = self.book.run(
            *("bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)),
            **{name: str(value) for name, value in variables.items()},
        )
        return answer

    def uploaded(self) -> bytes | None:
        """Give what the last step uploads: what is there if the build was good."""
        upload = steps(self.name)[-1]
        if "if" in upload:
            assert upload["if"] == "${{ !cancelled() && steps.build.outcome == 'success' }}"
        if self.answers["Build"].returncode:
            return None
        path = self.book.root / str(upload["with"]["path"])
        return path.read_bytes()


@pytest.fixture
def job(book: Repository, tmp_path: Path) -> Job:
    temporary = tmp_path / "temporary folder"
    temporary.mkdir()
    return Job("pull-request", book, temporary)


@pytest.mark.parametrize(
    ("block", "schema"), [(0, "vendor.github-workflows"), (1, "vendor.gitlab-ci")]
)
def test_it_follows_the_schema(tmp_path: Path, block: int, schema: str) -> None:
    path = tmp_path / "workflow.yml"
    path.write_text(BLOCKS[block], "utf-8")
    command = shutil.which("check-jsonschema", path=Path(sys.executable).parent)
    assert command is not None
    answer = subprocess.run(
        [command, "--builtin-schema", schema, path], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout


def test_pull_requests_get_no_power() -> None:
    value = workflow()
    # "on" is a truth value in YAML 1.1.
    assert set(value[True]) == {"pull_request", "push"}
    assert value[True]["push"] == {"branches": ["main"]}
    assert value["permissions"] == {"contents": "read"}
    assert "secrets" not in BLOCKS[0]
    assert "cache" not in BLOCKS[0]
    conditions = {name: job["if"] for name, job in value["jobs"].items()}
    assert conditions == {
        "pull-request": "github.event_name == 'pull_request'",
        "main": "github.event_name == 'push'",
    }
    assert value["jobs"]["pull-request"]["env"] == {"TEXBOOK_UNTRUSTED": 1}
    for job in value["jobs"].values():
        assert "permissions" not in job
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            if step.get("uses") == CHECKOUT:
                assert step["with"] == {"persist-credentials": False}


def test_the_tool_is_there_before_anything_of_the_pull_request() -> None:
    told = [step.get("name", step.get("uses")) for step in steps("pull-request")]
    assert told.index("Install texbook") < told.index(CHECKOUT) < told.index("Lint")
    base, install = yaml.safe_load(re.sub(r"(?m)^  ", "", indented_block("base.sha")))
    assert base["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
    assert base["with"]["persist-credentials"] is False
    assert f"install --quiet ./{base['with']['path']}\n" in install["run"]


def indented_block(word: str) -> str:
    blocks: list[str] = re.findall(r"(?ms)^  ```yaml\n(.*?)^  ```$", PAGE)
    (found,) = [block for block in blocks if word in block]
    return found


@pytest.mark.tex
def test_a_good_book_is_built_and_uploaded(job: Job) -> None:
    job.book.put("main.tex", DOCUMENT.format(FINE))
    old = job.book.put("main.pdf", "%PDF-1.5 that came with the pull request\n").read_bytes()
    assert job.run("Lint").returncode == 0
    assert job.run("Build").returncode == 0, job.answers["Build"].stderr
    uploaded = job.uploaded()
    assert uploaded is not None
    assert uploaded != old


@pytest.mark.tex
@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param(SHELL, 0, id="shell"),
        pytest.param(PIPE, 1, id="pipe"),
        pytest.param(READ, 1, id="read"),
        pytest.param(SECRET, 0, id="secret"),
        pytest.param(SCRIPT, 7, id="script"),
        pytest.param(ENCLOSED, 7, id="enclosed"),
    ],
)
def test_a_hostile_book_does_nothing_and_what_acts_is_not_uploaded(
    job: Job, text: str, status: int
) -> None:
    job.book.put("main.tex", DOCUMENT.format(text))
    job.book.put(".env", "the canary sings\n")
    before = {path.name for path in job.book.root.iterdir()}
    answer = job.run("Build")
    assert answer.returncode == status, answer.stdout + answer.stderr
    assert {path.name for path in job.book.root.iterdir()} - before <= {"build", "main.pdf"}
    uploaded = job.uploaded()
    assert (uploaded is None) == (status != 0)
    if uploaded is not None:
        text = words(job.book.root / "main.pdf")
        assert "Text." in text
        assert "canary" not in text
    assert "root:" not in answer.stdout + answer.stderr


@pytest.mark.tex
def test_a_pdf_that_came_with_the_pull_request_is_never_uploaded(job: Job) -> None:
    job.book.put("texbook.toml", 'main = "other.tex"\n')
    job.book.put("other.tex", DOCUMENT.format(FINE))
    job.book.put("main.tex", DOCUMENT.format("\\undefined"))
    job.book.put("main.pdf", "%PDF-1.5 that came with the pull request\n")
    assert job.run("Build").returncode == 1
    assert not (job.book.root / "main.pdf").exists()


@pytest.mark.tex
def test_findings_are_annotated_and_summarized(job: Job) -> None:
    job.book.put("one.tex", "An open {brace \\undefined.\n")
    assert job.run("Lint").returncode == 1
    assert job.answers["Lint"].stdout.startswith("::error file=one.tex,line=1,")
    assert job.run("Build").returncode == 1
    assert "one.tex" in job.answers["Build"].stdout
    assert "texbook lint" in job.summary.read_text()
    assert "texbook build" in job.summary.read_text()


@pytest.mark.tex
def test_the_main_branch_is_built_as_trusted_and_compared(job: Job) -> None:
    job.name = "main"
    job.book.put("main.tex", DOCUMENT.format(FINE))
    answer = job.run("Build")
    assert answer.returncode == 0, answer.stderr
    kept = {path.name for path in (job.book.root / "build" / "texbook").iterdir()}
    assert kept - {"log", "lock"}, "an untrusted build leaves nothing to the next one"
    assert job.uploaded() is not None


@pytest.mark.index
def test_the_step_that_installs_takes_no_module_from_the_folder(
    job: Job, texbook: Repository
) -> None:
    for name in ("venv", "pip", "ensurepip"):
        job.book.put(f"{name}.py", "open('module-canary', 'w')\n")
    answer = job.run(
        "Install texbook",
        **{
            "/usr/bin/python3": sys.executable,
            "git+https://github.com/OWNER/texbook@REVISION": str(texbook.root),
        },
    )
    assert answer.returncode == 0, answer.stderr
    assert not (job.book.root / "module-canary").exists()
    assert job.path_file.read_text() == f"{job.temporary}/texbook/bin\n"
    assert job.run("Lint").returncode == 0


def words(pdf: Path) -> str:
    done = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    return done.stdout
