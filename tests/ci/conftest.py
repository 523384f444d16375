"""texbook as others fetch it: a repository with one commit, and a book that uses it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGED = ("src", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "action.yml")
NOTHING_THERE = "from versions: none"
"""What pip says when it reaches no index."""


@dataclass(frozen=True)
class Repository:
    """A folder under version control."""

    root: Path
    environment: dict[str, str]

    def put(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a program in it; where no package index can be reached the test is skipped."""
        answer = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if NOTHING_THERE in answer.stdout + answer.stderr:
            pytest.skip("no package index can be reached")
        return answer

    def git(self, *arguments: str) -> str:
        answer = self.run("git", *arguments)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x")
        return self.git("rev-parse", "HEAD")


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Nothing of the person's own git or of the machine that runs the tests in a workflow."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GITHUB_", "GIT_AUTHOR", "GIT_COMMITTER", "GIT_DIR", "GIT_INDEX"))
    }
    return kept | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{f"GIT_{who}_NAME": "A" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "a@example.org" for who in ("AUTHOR", "COMMITTER")},
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")),
        "PRE_COMMIT_COLOR": "never",
    }


@pytest.fixture(scope="session")
def texbook(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Repository:
    """The tool's own repository, as it is in the working tree."""
    made = Repository(tmp_path_factory.mktemp("texbook"), environment)
    for name in PACKAGED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, made.root / name, ignore=ignored)
        else:
            shutil.copy(source, made.root)
    made.git("init", "--quiet")
    made.commit()
    return made


@pytest.fixture
def book(tmp_path: Path, environment: dict[str, str]) -> Repository:
    """A repository with a book."""
    made = Repository(tmp_path / "book", environment)
    made.put(
        "main.tex", "\\documentclass{book}\n\\begin{document}\n\\input{one}\n\\end{document}\n"
    )
    made.put("one.tex", "One line, and so on.\n")
    made.git("init", "--quiet")
    return made
