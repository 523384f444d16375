"""A small book in a temporary folder, to render templates in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pytest

from texbook.project import Project, open_project
from texbook.render.render import Rendered, RenderOutcome, render_templates

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.base.diagnostic import Diagnostic


@dataclass(frozen=True)
class Book:
    """A book with a main file; ``q.j2.tex`` is the template that most tests write."""

    folder: Path

    FRONT_MATTER: ClassVar = """\
%---
% title  = 'Winning Is Bad News'
% trap   = 'An unbiased model becomes a biased buyer.'
% tell   = 'You only own what you won.'
% fix    = 'Bid on the error given that you win.'
% ask    = 'Do we let it bid?'
% level  = 'senior'
% topics = ['auctions', 'bias & variance']
%---
"""
    BLOCKS: ClassVar = (
        *("scenario", "trap", "deep_dive", "why_it_fails", "solution"),
        *("why_it_works", "papers", "answer", "takeaways"),
    )

    def question(self, **bodies: str) -> str:
        """Write a whole question; each block says its own name unless it is given."""
        blocks = [
            f"%% block {name}\n{bodies.get(name, name)}\n%% endblock\n" for name in self.BLOCKS
        ]
        return self.FRONT_MATTER + '%% extends "question.j2.tex"\n' + "".join(blocks)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def results(self, **values: object) -> None:
        self.write("q.results.json", json.dumps({"values": values, "seed": 1}))

    @property
    def project(self) -> Project:
        return open_project(folder=self.folder)

    def outcome(self, text: str) -> RenderOutcome:
        self.write("q.j2.tex", text)
        return render_templates(self.project, cache=False)

    def rendered(self, text: str) -> Rendered:
        outcome = self.outcome(text)
        assert outcome.diagnostics == ()
        return outcome.rendered[0]

    def text(self, text: str) -> str:
        return self.rendered(text).text

    def error(self, text: str) -> Diagnostic:
        """Give the only finding of a template that does not render."""
        outcome = self.outcome(text)
        assert outcome.rendered == ()
        (diagnostic,) = outcome.diagnostics
        return diagnostic

    def lines(self, text: str) -> list[tuple[str, str, int]]:
        """Give each rendered line with the file name and the line that it comes from."""
        rendered = self.rendered(text)
        lines = rendered.text.removesuffix("\n").split("\n")
        origins = rendered.source_map.origins
        return [(line, o.path.name, o.line) for line, o in zip(lines, origins, strict=True)]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = Book(tmp_path)
    made.write("main.tex", "\\documentclass{report}\n\\begin{document}\n\\end{document}\n")
    return made
