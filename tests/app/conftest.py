"""A small book for the use-cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from texbook.project import Project, open_project

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "\\documentclass{article}\n\\begin{document}\nHello\n\\end{document}\n"
FRONT_MATTER = """\
%---
% title  = 'Winning'
% trap   = 'Trap.'
% tell   = 'Tell.'
% fix    = 'Fix.'
% ask    = 'Ask?'
% level  = 'senior'
% topics = ['auctions']
%---
"""
BLOCKS = (
    *("scenario", "trap", "deep_dive", "why_it_fails", "solution"),
    *("why_it_works", "papers", "answer", "takeaways"),
)


@dataclass(frozen=True)
class Book:
    root: Path

    def put(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def question(self, **bodies: str) -> str:
        """Write a template; each block says its own name unless it is given."""
        blocks = [f"%% block {name}\n{bodies.get(name, name)}\n%% endblock\n" for name in BLOCKS]
        return FRONT_MATTER + '%% extends "question.j2.tex"\n' + "".join(blocks)

    @property
    def project(self) -> Project:
        return open_project(folder=self.root)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = Book(tmp_path / "book")
    made.put("main.tex", MAIN)
    return made
