"""Rendering a whole book, remembering it, and writing it."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from texbook.config.model import NINE_SECTIONS, Config
from texbook.project import Project
from texbook.render import renderer
from texbook.render.render import RenderOutcome, render_templates, write_rendered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.render.conftest import Book
    from texbook.render.cache import Sight


@pytest.fixture
def rendered_names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the names of the templates that were really rendered."""
    names: list[str] = []
    real = renderer.Renderer.render

    def render(self: renderer.Renderer, template: Path) -> tuple[RenderOutcome, Sight]:
        names.append(template.name)
        return real(self, template)

    monkeypatch.setattr(renderer.Renderer, "render", render)
    return names


def test_the_frame_of_a_question(book: Book) -> None:
    text = book.text(book.question())
    assert "\\section{Winning Is Bad News}\\label{q:q}\n" in text
    assert "topics={auctions, bias \\& variance}" in text
    assert "minutes={1}" in text
    headings = [line for line in text.split("\n") if "\\subsection{" in line]
    kinds = [
        "scenario",
        "trap",
        "deepdive",
        "failure",
        "solution",
        "reason",
        "papers",
        "answer",
        "takeaways",
    ]
    assert headings == [
        f"\\amzsectionkind{{{kind}}}\\subsection{{{title}}}\\label{{q:q:{kind}}}"
        for kind, title in zip(kinds, NINE_SECTIONS.sections, strict=True)
    ]


def test_a_blank_line_stands_before_each_heading_and_none_behind(book: Book) -> None:
    lines = book.text(book.question()).split("\n")
    for index, line in enumerate(lines):
        if "\\subsection{" in line:
            assert lines[index - 1] == ""
            assert lines[index + 1] != ""
    assert "\n\n\n" not in "\n".join(lines)


def test_the_book_may_replace_the_packaged_parent(book: Book) -> None:
    book.write("templates/question.j2.tex", "%% block scenario\n%% endblock\n")
    text = book.FRONT_MATTER + '%% extends "question.j2.tex"\n%% block scenario\nx\n%% endblock\n'
    assert book.text(text) == "x\n"


def test_a_book_without_templates_costs_nothing(book: Book) -> None:
    assert render_templates(book.project) == RenderOutcome()
    assert not (book.folder / "build").exists()


def test_a_plain_template_needs_no_front_matter(book: Book) -> None:
    rendered = book.rendered("a \\VAR{1 + 1}\n")
    assert (rendered.text, rendered.front_matter, rendered.diagnostics) == ("a 2\n", None, ())


def test_a_file_beside_its_template_is_warned_of(book: Book) -> None:
    book.write("q.tex", "old")
    (warning,) = book.outcome("new").diagnostics
    assert (warning.code, warning.severity) == ("template-shadows", "warning")


def test_the_cache_gives_the_same_outcome(book: Book, rendered_names: list[str]) -> None:
    book.results(n=5)
    book.write("references.bib", "@misc{a, title={T}, year=2000}\n@misc{a, title={U}}\n")
    text = book.question(papers='\\VAR{paper("a")}', trap="\\VAR{results.n}", answer="")
    book.write("q.j2.tex", text.replace("%% block scenario\nscenario\n%% endblock\n", ""))
    book.write("bad.j2.tex", "a\n\\VAR{nope}\n")
    first = render_templates(book.project)
    assert rendered_names == ["bad.j2.tex", "q.j2.tex"]
    second = render_templates(book.project)
    assert second == first
    assert len(rendered_names) == 2
    assert len(first.diagnostics) == 2
    assert len(first.rendered[0].diagnostics) == 2


def _touch_nothing(book: Book) -> None:
    book.write("q.j2.tex", (book.folder / "q.j2.tex").read_text())


def _change_template(book: Book) -> None:
    book.write("q.j2.tex", (book.folder / "q.j2.tex").read_text() + "% more\n")


def _change_results(book: Book) -> None:
    book.results(n=6)


def _change_script(book: Book) -> None:
    book.write("q.py", "# region: r\ny\n# endregion\n")


def _change_bibliography(book: Book) -> None:
    book.write("references.bib", "@misc{a, title={Other}}\n")


def _override_parent(book: Book) -> None:
    book.write("templates/question.j2.tex", "%% block papers\n%% endblock\n")


def _damage_cache(book: Book) -> None:
    (book.folder / "build/texbook/render.json").write_text('{"version": 1, "entries": [')


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (_touch_nothing, False),
        (_change_template, True),
        (_change_results, True),
        (_change_script, True),
        (_change_bibliography, True),
        (_override_parent, True),
        (_damage_cache, True),
    ],
)
def test_a_change_of_any_input_renders_anew(
    book: Book, rendered_names: list[str], change: Callable[[Book], None], again: bool
) -> None:
    book.results(n=5)
    book.write("references.bib", "@misc{a, title={T}}\n")
    book.write("q.py", "# region: r\nx\n# endregion\n")
    papers = '\\VAR{paper("a")}\n\\VAR{listing("r")}\n\\VAR{results.n}'
    book.write("q.j2.tex", book.question(papers=papers))
    first = render_templates(book.project)
    assert first.diagnostics == ()
    names = {path.name for path in first.rendered[0].inputs}
    assert names == {"q.j2.tex", "q.results.json", "references.bib", "q.py", "question.j2.tex"}
    change(book)
    render_templates(book.project)
    assert rendered_names == ["q.j2.tex"] * (1 + again)


def test_results_that_appear_are_noticed(book: Book, rendered_names: list[str]) -> None:
    book.write("q.j2.tex", "\\VAR{results.n}")
    assert render_templates(book.project).rendered == ()
    book.results(n=5)
    assert render_templates(book.project).rendered[0].text == "5"


def test_templates_that_are_gone_are_forgotten(book: Book) -> None:
    book.write("q.j2.tex", "a")
    book.write("p.j2.tex", "a")
    render_templates(book.project)
    (book.folder / "p.j2.tex").unlink()
    render_templates(book.project)
    entries = json.loads((book.folder / "build/texbook/render.json").read_text())["entries"]
    assert [name.rsplit("/", 1)[-1] for name in entries] == ["q.j2.tex"]


def test_a_cached_book_does_not_import_jinja(book: Book) -> None:
    book.write("q.j2.tex", book.question())
    render_templates(book.project)
    code = (
        "import sys; from pathlib import Path; from texbook.project import open_project;"
        "from texbook.render.render import render_templates;"
        "print(len(render_templates(open_project(folder=Path(sys.argv[1]))).rendered),"
        "sorted({'jinja2', 'bibtexparser'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(book.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "1 []\n"


def test_writing_leaves_unchanged_files_alone_and_removes_stale_ones(book: Book) -> None:
    book.write("a/q.j2.tex", "one\n")
    book.write("b/p.j2.tex", "two\n")
    folder = book.folder / "build" / "tex"
    written = write_rendered(book.project, render_templates(book.project))
    assert {path.relative_to(folder).as_posix() for path in written} == {
        *("a/q.tex", "b/p.tex", ".gitignore", ".rendered")
    }
    assert (folder / ".gitignore").read_text() == "*\n"
    os.utime(folder / "a/q.tex", ns=(1, 1))
    (book.folder / "b/p.j2.tex").unlink()
    written = write_rendered(book.project, render_templates(book.project))
    assert written == (folder / ".rendered",)
    assert (folder / "a/q.tex").stat().st_mtime_ns == 1
    assert not (folder / "b").exists()
    assert write_rendered(book.project, render_templates(book.project)) == ()


def test_a_file_that_texbook_did_not_write_is_never_removed(book: Book) -> None:
    book.write("build/tex/chapters/mine.tex", "by hand")
    book.write("q.j2.tex", "one\n")
    write_rendered(book.project, render_templates(book.project))
    (book.folder / "q.j2.tex").unlink()
    write_rendered(book.project, render_templates(book.project))
    assert (book.folder / "build/tex/chapters/mine.tex").read_text() == "by hand"
    assert not (book.folder / "build/tex/q.tex").exists()


def test_a_cache_that_cannot_be_written_is_done_without(book: Book) -> None:
    book.write("build", "a file where the folder should be")
    book.write("q.j2.tex", "one\n")
    assert render_templates(book.project).rendered[0].text == "one\n"


def test_the_last_good_text_of_a_faulty_template_stays(book: Book) -> None:
    book.write("q.j2.tex", "good\n")
    write_rendered(book.project, render_templates(book.project))
    book.write("q.j2.tex", "\\VAR{nope}\n")
    write_rendered(book.project, render_templates(book.project))
    assert (book.folder / "build/tex/q.tex").read_text() == "good\n"


def test_writing_elsewhere_removes_nothing(book: Book, tmp_path: Path) -> None:
    book.write("q.j2.tex", "good\n")
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.tex").write_text("keep")
    write_rendered(book.project, render_templates(book.project), other)
    assert sorted(path.name for path in other.iterdir()) == ["mine.tex", "q.tex"]


def test_diagnostics_survive_the_cache_whole(book: Book) -> None:
    book.write("q.py", "# region: a\nx\n")
    book.write("q.j2.tex", '\\VAR{listing("a")}')
    (first,) = render_templates(book.project).diagnostics
    (second,) = render_templates(book.project).diagnostics
    assert dataclasses.asdict(first) == dataclasses.asdict(second)
    assert first.related


def test_folders_of_templates_hold_no_questions(tmp_path: Path) -> None:
    for name in ("templates/question.j2.tex", "src/templates/other.j2.tex", "ch/leak.j2.tex"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    project = Project(tmp_path, tmp_path / "main.tex", Config())
    assert project.templates() == (tmp_path / "ch" / "leak.j2.tex",)
