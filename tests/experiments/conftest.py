"""A book with the experiment ``c/q.py``, and a way to execute it for real."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from texbook.base.cancel import CancelToken
from texbook.experiments.execute import Execution, execute
from texbook.experiments.experiment import Experiment, candidates
from texbook.project import Project, open_project
from texbook.system.process import ProcessRegistry

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic

MAIN = "\\documentclass{article}\n\\begin{document}\n\\input{c/q}\n\\end{document}\n"


@dataclass(frozen=True)
class Book:
    root: Path

    def put(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def limits(self, **values: int) -> None:
        lines = (f"{key.replace('_', '-')} = {value}\n" for key, value in values.items())
        self.put("texbook.toml", "[experiments]\n" + "".join(lines))

    @property
    def project(self) -> Project:
        return open_project(folder=self.root)

    @property
    def experiment(self) -> Experiment:
        """The one that is there; its script need not be."""
        (experiment,) = candidates(self.project)
        return experiment

    def execute(
        self, script: str | bytes, *, python: str = sys.executable, **environment: str
    ) -> Execution:
        self.put("c/q.py", script)
        return execute(
            self.experiment,
            self.project,
            python=python,
            environment={**os.environ, **environment},
            registry=ProcessRegistry(None),
            cancel=CancelToken(),
        )

    def report(self, script: str | bytes, **environment: str) -> dict[str, object]:
        """Execute a script that is good."""
        execution = self.execute(script, **environment)
        assert execution.diagnostics == ()
        assert execution.report is not None
        return dict(execution.report)

    def faults(self, script: str | bytes, **options: str) -> tuple[Diagnostic, ...]:
        """Execute a script that is not; nothing of the run is left."""
        execution = self.execute(script, **options)
        assert execution.report is None
        assert not list(self.project.work_folder.glob("experiments/run.*"))
        return execution.diagnostics

    def fault(self, script: str | bytes, **options: str) -> Diagnostic:
        (finding,) = self.faults(script, **options)
        return finding


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = Book(tmp_path / "book")
    made.put("main.tex", MAIN)
    made.put("c/q.tex", "Hello\n")
    return made
