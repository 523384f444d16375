"""Every rule finds what the example of its own manual shows, in a small book around it."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from texbook.app.lint import LintOptions, lint_book
from texbook.lint.rule import Rule, all_rules
from texbook.project import open_project

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Scene:
    """What an example needs around it.

    Attributes:
        before: LaTeX before it, behind ``\\begin{document}``.
        config: of the book.
        also: rules that have to run with it.
        files: by their paths.
        signs: what stands in the example for what a page cannot show.
    """

    before: str = ""
    after: str = ""
    config: str = ""
    also: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    signs: tuple[str, str] = ("", "")


NINE = '[structure]\npreset = "nine-sections"\n'
QUESTION = Scene("\\section{Winning}\n", config=NINE)
PAPERS = Scene(
    "\\usepackage{hyperref}\n\\begin{document}\n\\section{Winning}\n"
    "\\subsection{Related Research Papers}\n\\begin{itemize}\n",
    after="\\end{itemize}\n",
    config=NINE,
)
SCENES = {
    **dict.fromkeys(("TB001", "TB002", "TB003", "TB004", "TB006", "TB701", "TB707"), QUESTION),
    "TB005": Scene("\\section{Winning}\n\\subsection{The Solution}\nText.\n", config=NINE),
    **dict.fromkeys(("TB601", "TB602", "TB604", "TB606", "TB607"), PAPERS),
    "TB303": Scene("\\chapter{A}\n\\chapter{B}\n\\chapter{C}\n\\section{D}\n\\section{E}\n"),
    "TB306": Scene(files={"references.bib": "@book{smith2006optimizers, title={T}}\n"}),
    "TB514": Scene(signs=("␣", " ")),
    "TB605": Scene("\\cite{a}, \\cite{b}, \\cite{c} and \\cite{d} agree.\n"),
    "TB706": Scene("\\tableofcontents\n\\chapter{One}\nText.\n"),
    "TB708": Scene(config='[lint]\nheading-case = "title"\n'),
    "TB802": Scene(files={"images/curve.pdf": "", "images/curve-v2.pdf": ""}),
    "TB806": Scene(config='[lint]\nterms = {dataset = ["data set"]}\n'),
    "TB900": Scene(also=("TB505",)),
    "TB902": Scene(signs=("^[", "\x1b")),
}
ELSEWHERE = {
    "TB305": "fonts",
    "TB307": "a question template",
    "TB403": "an experiment",
    "TB808": "a build",
}
"""Rules whose examples need more than files of text."""


def _example(rule: Rule) -> str:
    found = re.search(r"## Example\n```\w+\n(.*?)```", inspect.cleandoc(rule.manual), re.DOTALL)
    assert found is not None, f"{rule.code} has no example"
    return found[1]


def _main(example: str, scene: Scene) -> str:
    """Put an example into a document; a preamble of its own goes before the body."""
    text = example.replace(*scene.signs) if scene.signs[0] else example
    body = f"{scene.before}{text}{scene.after}"
    if "\\begin{document}" not in body:
        preamble = re.match(r"(?:\\(?:newtcolorbox|addbibresource|usepackage)\b.*\n)*", body)
        end = preamble.end() if preamble else 0
        body = f"{body[:end]}\\begin{{document}}\n{body[end:]}"
    return f"\\documentclass{{book}}\n{body}\n\\end{{document}}\n"


@pytest.mark.parametrize(
    "rule", [r for r in all_rules() if r.code not in ELSEWHERE], ids=lambda rule: rule.code
)
def test_rule_finds_what_its_example_shows(rule: Rule, tmp_path: Path) -> None:
    scene = SCENES.get(rule.code, Scene())
    files = {"main.tex": _main(_example(rule), scene), "texbook.toml": scene.config, **scene.files}
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    options = LintOptions(select=(rule.code, *scene.also), cache=False)
    found = lint_book(open_project(tmp_path / "main.tex"), options).diagnostics
    assert rule.code in {item.code for item in found}, found
