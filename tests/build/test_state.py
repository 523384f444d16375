from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.errors import StorageError
from texbook.base.sourcemap import SourceMap
from texbook.base.span import Position, Span
from texbook.base.stamps import FileStamp, stamp_file
from texbook.build import tree
from texbook.build.mirror import plan_mirror
from texbook.build.model import GeneratedFile, RerunReason, ShellEscape
from texbook.build.state import (
    BuildState,
    find_candidates,
    load_state,
    rebuild_reasons,
    state_path,
    take_state,
    text_digests,
    text_reasons,
)
from texbook.project import Project, open_project

OLD = 1_700_000_000_000_000_000
"""A time long past, in nanoseconds: no file of it is fresh."""


def write(path: Path, text: str, mtime_ns: int = OLD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, ns=(mtime_ns, mtime_ns))
    return path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    write(tmp_path / "main.tex", "\\documentclass{article}\\input{one}")
    write(tmp_path / "one.tex", "one")
    write(tmp_path / "images" / "plot.png", "plot")
    write(tmp_path / "main.pdf", "%PDF")
    return open_project(tmp_path / "main.tex")


def built(project: Project, system: tuple[Path, ...] = ()) -> BuildState:
    """Give the state of a build that read every file of the book."""
    mirror = plan_mirror(project)
    return take_state(
        project,
        shell_escape=ShellEscape.RESTRICTED,
        engine="XeTeX 3.14",
        generation="a1",
        pages=7,
        inputs=mirror.stamps(entry.source for entry in mirror.entries),
        system=system,
        candidates=find_candidates(project),
        seen_ns=time.time_ns(),
        extra={"tools": {"biber": ["x"]}},
    )


def reasons(
    project: Project,
    state: BuildState | RerunReason,
    shell_escape: ShellEscape = ShellEscape.RESTRICTED,
) -> list[str]:
    return [reason.why for reason in rebuild_reasons(project, state, shell_escape)]


def test_a_state_is_read_as_it_was_written(project: Project) -> None:
    state = built(project)
    state.save(state_path(project))
    assert load_state(state_path(project)) == state
    assert set(state.known_inputs) >= {project.main, project.root / "one.tex"}


def test_a_name_that_is_not_utf8_survives(project: Project) -> None:
    odd = project.root / os.fsdecode(b"na\xefve.tex")
    state = replace(built(project), inputs={odd: FileStamp(1, 2, 3, "4")})
    state.save(state_path(project))
    assert load_state(state_path(project)) == state


def test_nothing_changed_is_no_reason(project: Project) -> None:
    assert reasons(project, built(project)) == []


def test_a_text_that_is_generated_otherwise_is_a_reason(project: Project) -> None:
    def text(body: str) -> tuple[GeneratedFile, ...]:
        return (GeneratedFile(Path("a/sheet.tex"), body, SourceMap(project.root / "x", ())),)

    state = replace(built(project), extra={"generated": text_digests(text("one"))})
    assert text_reasons(state, text("one")) == ()
    (reason,) = text_reasons(state, text("two"))
    assert str(reason) == "build: a/sheet.tex is rendered otherwise now"
    assert len(text_reasons(state, ())) == 1
    assert text_reasons(built(project), text("one")) == ()
    assert text_reasons(RerunReason("build", "no earlier build"), text("one")) == ()


def test_no_earlier_build(project: Project) -> None:
    assert reasons(project, load_state(state_path(project))) == ["no earlier build"]


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"schema": 1}', "\xff", "[" * 100_000])
def test_a_damaged_state_counts_as_none(project: Project, content: str) -> None:
    path = write(state_path(project), content)
    assert reasons(project, load_state(path)) == ["damaged state"]


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_state_that_was_cut_off_counts_as_none(project: Project, part: float) -> None:
    path = state_path(project)
    built(project).save(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    assert reasons(project, load_state(path)) == ["damaged state"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pages", "many"),
        ("inputs", [1]),
        ("inputs", {"/a": [1]}),
        ("pdf", None),
        ("candidates", [1]),
        ("shell_escape", "perhaps"),
        ("engine", 3),
        ("extra", 1),
    ],
)
def test_a_state_of_wrong_types_counts_as_none(project: Project, key: str, value: object) -> None:
    path = state_path(project)
    built(project).save(path)
    write(path, json.dumps({**json.loads(path.read_text()), key: value}))
    assert reasons(project, load_state(path)) == ["damaged state"]


@pytest.mark.parametrize(("key", "value"), [("schema", 99), ("texbook", "0.0.1")])
def test_a_state_of_another_version_counts_as_none(
    project: Project, key: str, value: object
) -> None:
    path = state_path(project)
    built(project).save(path)
    write(path, json.dumps({**json.loads(path.read_text()), key: value}))
    assert reasons(project, load_state(path)) == ["state of another version of texbook"]


def test_a_state_that_is_a_folder_counts_as_none(project: Project) -> None:
    state_path(project).mkdir(parents=True)
    assert "cannot be read" in reasons(project, load_state(state_path(project)))[0]


# ---- inputs ----


def test_changed_content_of_another_size(project: Project) -> None:
    state = built(project)
    write(project.root / "one.tex", "longer", OLD)
    assert reasons(project, state) == ["one.tex changed"]


@pytest.mark.parametrize("step", [1, -1, 10**12, -(10**12)])
def test_changed_content_of_the_same_size(project: Project, step: int) -> None:
    state = built(project)
    write(project.root / "one.tex", "eno", OLD + step)
    assert reasons(project, state) == ["one.tex changed"]


@pytest.mark.parametrize("step", [10**12, -(10**12)])
def test_a_touched_file_of_the_same_content_is_no_reason(project: Project, step: int) -> None:
    state = built(project)
    write(project.root / "one.tex", "one", OLD + step)
    assert reasons(project, state) == []


@pytest.mark.parametrize("age_seconds", [0, 0.04, 1.5, 10**6, -5])
def test_same_size_and_time_but_other_content_is_seen(project: Project, age_seconds: float) -> None:
    state = built(project)
    mtime_ns = (state.seen_ns - int(age_seconds * 1e9)) | 1
    write(project.root / "one.tex", "one", mtime_ns)
    before = stamp_file(project.root / "one.tex")
    assert before is not None
    state = replace(state, inputs={project.root / "one.tex": before})
    write(project.root / "one.tex", "eno", mtime_ns)
    assert reasons(project, state) == ["one.tex changed"]


def test_a_file_replaced_by_renaming_another_over_it(project: Project) -> None:
    state = built(project)
    write(project.root / "new", "eno", OLD + 5).replace(project.root / "one.tex")
    assert reasons(project, state) == ["one.tex changed"]


def test_a_file_that_is_gone(project: Project) -> None:
    state = built(project)
    (project.root / "one.tex").unlink()
    assert reasons(project, state) == ["one.tex is gone"]


def test_a_folder_in_a_files_place(project: Project) -> None:
    state = built(project)
    (project.root / "one.tex").unlink()
    (project.root / "one.tex").mkdir()
    assert reasons(project, state) == ["one.tex changed"]


def test_a_picture_that_changed(project: Project) -> None:
    state = built(project)
    write(project.root / "images" / "plot.png", "tolp", OLD + 1)
    assert reasons(project, state) == ["images/plot.png changed"]


def test_a_file_that_changed_during_the_build(project: Project) -> None:
    mirror = plan_mirror(project)
    for name in ("one.tex", "images/plot.png"):
        write(project.root / name, "saved meanwhile", OLD + 1)
    stamps = mirror.stamps([project.root / "one.tex", project.root / "images/plot.png"])
    state = replace(built(project), inputs=stamps)
    assert reasons(project, state) == ["one.tex changed", "images/plot.png changed"]


def test_a_file_of_the_tex_distribution(project: Project, tmp_path: Path) -> None:
    system = write(tmp_path.parent / f"{tmp_path.name}-texmf" / "x.sty", "x")
    state = built(project, (system, tmp_path / "never"))
    assert reasons(project, state) == []
    write(system, "y", OLD + 1)
    assert reasons(project, state) == [f"{system} changed"]
    system.unlink()
    assert reasons(project, state) == [f"{system} is gone"]


# ---- new files ----


@pytest.mark.parametrize(
    "name",
    [
        *("report.cls", "sub/new.tex", "new.j2.tex", "images/plot.pdf", "x.BIB", "main.bbl"),
        *("a b.sty", "data/new.csv", "fonts/new.otf"),
    ],
)
def test_a_new_file_that_tex_could_find(project: Project, name: str) -> None:
    state = built(project)
    write(project.root / name, "new")
    assert reasons(project, state) == [f"new file {name}"]


@pytest.mark.parametrize(
    "name",
    [
        "notes.md",
        "script.py",
        ".one.tex.swp",
        "one.tex~",
        "build/tex/x.tex",
        ".git/x.tex",
        "main.aux",
        "main.log",
        ".main.pdf.abc.tmp",
    ],
)
def test_a_new_file_that_tex_would_not_find(project: Project, name: str) -> None:
    state = built(project)
    write(project.root / name, "new")
    assert reasons(project, state) == []


def test_in_a_very_full_folder_new_files_beside_the_main_file_are_seen(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "BOUND", 20)
    for number in range(30):
        write(project.root / "heap" / f"{number}.png", "x")
    state = built(project)
    assert reasons(project, state) == []
    write(project.root / "report.cls", "new")
    assert reasons(project, state) == ["new file report.cls"]


# ---- options, configuration, PDF ----


def test_another_shell_escape(project: Project) -> None:
    found = reasons(project, built(project), ShellEscape.FULL)
    assert found == ["shell escape is now full, was restricted"]


def test_another_main_file(project: Project) -> None:
    state = built(project)
    write(project.root / "other.tex", "\\documentclass{article}")
    other = open_project(project.root / "other.tex")
    assert 'the last build was of "main.tex"' in reasons(other, state)


def test_configuration_that_comes_changes_and_goes(project: Project) -> None:
    without = built(project)
    path = write(project.root / "texbook.toml", "[build]\npasses = 5\n")
    configured = open_project(project.main)
    assert reasons(configured, without) == ["the configuration is now texbook.toml"]
    state = built(configured)
    assert reasons(configured, state) == []
    write(path, "[build]\npasses = 6\n", OLD + 1)
    assert reasons(open_project(project.main), state) == ["texbook.toml changed"]
    path.unlink()
    assert "the configuration is gone" in reasons(open_project(project.main), state)


def test_a_missing_pdf(project: Project) -> None:
    state = built(project)
    project.pdf.unlink()
    assert reasons(project, state) == ["main.pdf is missing"]


def test_a_foreign_pdf(project: Project) -> None:
    state = built(project)
    write(project.pdf, "%FDP", OLD + 1)
    assert reasons(project, state) == ["main.pdf was changed by something else"]


def test_the_file_of_lines_beside_the_pdf(project: Project, tmp_path: Path) -> None:
    state = built(project)
    assert reasons(project, state) == []  # none was published
    write(project.synctex, "lines")
    state = replace(state, synctex=stamp_file(project.synctex))
    state.save(tmp_path / "state.json")
    assert load_state(tmp_path / "state.json") == state
    assert reasons(project, state) == []
    write(project.synctex, "enils", OLD + 1)
    assert reasons(project, state) == ["main.synctex.gz was changed by something else"]
    project.synctex.unlink()
    assert reasons(project, state) == ["main.synctex.gz is missing"]


def test_no_pdf_no_state(project: Project) -> None:
    project.pdf.unlink()
    with pytest.raises(StorageError, match=r"main\.pdf"):
        built(project)


def test_several_reasons_are_all_told(project: Project) -> None:
    state = built(project)
    project.pdf.unlink()
    (project.root / "one.tex").unlink()
    write(project.root / "new.tex", "")
    found = rebuild_reasons(project, state, ShellEscape.FULL)
    assert [str(reason).split(":")[0] for reason in found] == ["build"] * 4


def test_looking_needs_no_heavy_import() -> None:
    code = (
        "import sys, texbook.build.state; heavy = {'rich', 'jinja2', 'pygments', 'pypdf', 'click', "
        "'pylatexenc', 'bibtexparser', 'watchdog'}; print(sorted(heavy & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert answer.stdout == b"[]\n"


def test_the_findings_of_the_build_are_kept(project: Project) -> None:
    finding = Diagnostic(
        "duplicate-label",
        Severity.WARNING,
        "twice",
        Span(project.main, Position(3, 2), Position(3, 9)),
        hints=("rename one",),
        related=(Related(Span(project.main, Position(1)), "here too"),),
    )
    nowhere = Diagnostic("index", Severity.WARNING, "nowhere", source="makeindex")
    replace(built(project), findings=(finding, nowhere)).save(state_path(project))
    state = load_state(state_path(project))
    assert isinstance(state, BuildState)
    assert state.findings == (finding, nowhere)


def test_another_search_path_or_engine(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEXINPUTS", raising=False)
    state = built(project)
    monkeypatch.setenv("TEXINPUTS", "./styles:")
    assert reasons(project, state) == ["TEXINPUTS changed"]
    monkeypatch.delenv("TEXINPUTS")
    engine = write(project.root.parent / "bin" / "xelatex", "")
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", str(engine.parent))
    assert reasons(project, state) == ["another xelatex is found"]


def test_each_main_file_has_a_state_of_its_own(project: Project) -> None:
    other = write(project.root / "other.tex", "\\documentclass{article}")
    assert state_path(open_project(other)) != state_path(project)
