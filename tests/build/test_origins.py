"""The lines of a run's pages become the author's, whenever they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.base.sourcemap import Origin, SourceMap
from texbook.build.chunks.driver import BODY
from texbook.build.mirror import Mirror, plan_mirror
from texbook.build.model import GeneratedFile
from texbook.build.origins import (
    AuthorLines,
    PageOrigins,
    join_origins,
    publish_origins,
    read_origins,
    withdraw_origins,
)
from texbook.project import Project, open_project
from texbook.texfiles.synctex import (
    SyncTex,
    SyncTexError,
    parse_link,
    read_synctex_file,
    split_links,
    write_synctex,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATE_LINES = (3, 3, 9)
"""The lines of the template from which the lines of the rendered file come."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    files = {
        "book/main.tex": "\\documentclass{book}\\begin{document}\\input{../a é}\\end{document}",
        "book/one.tex": "one",
        "book/q.j2.tex": "template",
        "a é.tex": "shared",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return open_project(tmp_path / "book" / "main.tex")


def source_map(project: Project) -> SourceMap:
    template = project.root / "q.j2.tex"
    origins = tuple(Origin(template, line) for line in TEMPLATE_LINES)
    return SourceMap(project.rendered_folder / "q.tex", origins)


def mirror_of(project: Project) -> Mirror:
    made = GeneratedFile(Path("q.tex"), "a\nb\nc\n", source_map(project))
    return plan_mirror(project, (made,))


def run(folder: Path, inputs: Mapping[int, str], *sheets: str) -> Path:
    """Write what a run has left; a sheet is links such as ``g1,7``, each a record."""
    records = tuple("".join(f"\n{link}:0,0" for link in it.split()).encode() for it in sheets)
    content = write_synctex(SyncTex(inputs, b"Unit:1\n", records))
    path = folder / "main.synctex"
    path.write_bytes(content)
    return path


def author_lines(project: Project, mirror: Mirror) -> AuthorLines:
    known = source_map(project)
    return AuthorLines(mirror, {known.rendered: known})


def said(synctex: SyncTex, root: Path) -> list[list[str]]:
    """Give the author's places on each page."""
    return [
        [
            f"{Path(synctex.inputs[link.tag]).relative_to(root)}:{link.line}"
            for link in map(parse_link, split_links(sheet)[1::2])
        ]
        for sheet in synctex.sheets
    ]


def test_one_run_speaks_of_the_author_s_files(project: Project, tmp_path: Path) -> None:
    mirror = mirror_of(project)
    work = mirror.materialise(tmp_path / "copy")
    inputs = {
        1: f"{work}/./main.tex",
        2: f"{work}/./q.tex",
        3: f"{work}/../a é.tex",
        4: f"{work}/./one.tex",
        5: f"{work}/./one.tex",
    }
    path = run(work, inputs, "[1,9 g1,4 h2,1 k2,3 $3,7 (4,8 g5,9")
    whole = read_origins(path, mirror).whole()
    joined = join_origins([(whole, whole.line)], author_lines(project, mirror))
    assert said(joined, tmp_path) == [
        [
            *("book/main.tex:9", "book/main.tex:4", "book/q.j2.tex:3", "book/q.j2.tex:9"),
            *("a é.tex:7", "book/one.tex:8", "book/one.tex:9"),
        ]
    ]
    assert len(joined.inputs) == 4


def test_what_nobody_wrote_belongs_to_the_line_that_had_it_read(
    project: Project, tmp_path: Path
) -> None:
    mirror = mirror_of(project)
    work = mirror.materialise(tmp_path / "copy")
    inputs = {
        1: f"{work}/main.tex",
        2: "/usr/share/texmf-dist/tex/ts1cmr.fd",
        3: f"{work}/main.toc",
        4: f"{work}/one.tex",
    }
    pages = ("[1,9 g1,4 h2,1 g1,5 g3,1 g3,2", "[3,8 g3,3 g3,4", "[4,6 g3,5 g4,1 g2,7")
    whole = read_origins(run(work, inputs, *pages), mirror).whole()
    joined = join_origins([(whole, 1)], author_lines(project, mirror))
    main = "book/main.tex"
    assert said(joined, tmp_path) == [
        [f"{main}:9", f"{main}:4", f"{main}:4", f"{main}:5", f"{main}:5", f"{main}:5"],
        [f"{main}:5"] * 3,
        ["book/one.tex:6", f"{main}:5", "book/one.tex:1", f"{main}:4"],
    ]


def test_a_file_outside_the_book_that_is_not_tex_s_own_keeps_its_name(
    project: Project, tmp_path: Path
) -> None:
    mirror = mirror_of(project)
    work = mirror.materialise(tmp_path / "copy")
    inputs = {1: f"{work}/main.tex", 2: f"{tmp_path}/macros/own.tex"}
    whole = read_origins(run(work, inputs, "[1,2 g2,3"), mirror).whole()
    joined = join_origins([(whole, 1)], author_lines(project, mirror))
    assert said(joined, tmp_path) == [["book/main.tex:2", "macros/own.tex:3"]]


def test_a_segment_follows_the_main_file_and_keeps_to_its_own_files(
    project: Project, tmp_path: Path
) -> None:
    mirror = mirror_of(project)
    work = mirror.materialise(tmp_path / "copy")
    inputs = {1: f"{work}/main.tex", 2: f"{work}/{BODY}", 3: f"{work}/one.tex", 4: f"{work}/q.tex"}
    job = read_origins(run(work, inputs, "[2,5 g3,1", "[2,6 g4,2 g3,9 g1,1"), mirror)
    first = job.select(0, 1, 5, {"book/one.tex"})
    second = job.select(1, 2, 6, {"book/q.tex"})
    lines = author_lines(project, mirror)
    joined = join_origins([(second, 16), (first, 4)], lines)
    # What the first chapter has left on the second's page counts as the second's own.
    assert said(joined, tmp_path) == [
        ["book/main.tex:16", *["book/q.j2.tex:3"] * 3],
        ["book/main.tex:4", "book/one.tex:1"],
    ]


def test_pages_of_which_nothing_is_known_keep_their_places(
    project: Project, tmp_path: Path
) -> None:
    mirror = mirror_of(project)
    work = mirror.materialise(tmp_path / "copy")
    lost = read_origins(work / "absent.synctex", mirror)
    known = read_origins(run(work, {1: f"{work}/{BODY}"}, "[1,2 g1,2"), mirror)
    parts = [(lost.select(0, 2, 1, ()), 1), (known.select(0, 1, 2, ()), 2)]
    joined = join_origins(parts, author_lines(project, mirror))
    assert said(joined, tmp_path) == [[], [], ["book/main.tex:2", "book/main.tex:2"]]


def test_a_run_that_names_no_file_of_the_book_says_nothing(
    project: Project, tmp_path: Path
) -> None:
    mirror = mirror_of(project)
    whole = read_origins(run(tmp_path, {1: "/texmf/a.tex"}, "[1,2 g1,2", "[1,3"), mirror).whole()
    assert said(join_origins([(whole, 1)], author_lines(project, mirror)), tmp_path) == [[], []]


def test_each_line_of_a_listing_is_the_author_s(project: Project, tmp_path: Path) -> None:
    (project.root / "one.tex").write_text("\n\\begin{minted}{python}\na = 1\nb\n\\end{minted}\n")
    mirror = mirror_of(project)
    work = mirror.materialise(tmp_path / "copy")
    listing = "\\begin{MintedVerbatim}\n\\PYG{n}{a} = 1\n\\PYG{n}{b}\n\\end{MintedVerbatim}\n"
    (work / "x.pygtex").write_text(listing)
    inputs = {1: f"{work}/main.tex", 2: f"{work}/one.tex", 3: f"{work}/x.pygtex"}
    whole = read_origins(run(work, inputs, "[1,9 g2,5 g3,1 g3,2 g3,3"), mirror).whole()
    joined = join_origins([(whole, 1)], author_lines(project, mirror))
    assert said(joined, project.root)[0][1:] == ["one.tex:5", "one.tex:5", "one.tex:3", "one.tex:4"]


def test_what_is_kept_is_read_again_and_damage_is_told() -> None:
    origins = PageOrigins(SyncTex({7: "é.tex"}, b"Unit:1\n", (b"\ng7,1:0,0", b"")), 12)
    assert PageOrigins.decode(origins.encode()) == origins
    for damaged in (b"", origins.encode()[:-4], b"x"):
        with pytest.raises(SyncTexError):
            PageOrigins.decode(damaged)


def test_a_template_of_ours_leads_to_the_line_that_called_it(
    project: Project, tmp_path: Path
) -> None:
    mirror = mirror_of(project)
    called = (project.root / "q.j2.tex", 4)
    ours = Origin(tmp_path.parent / "package" / "question.j2.tex", 5, (called,))
    known = SourceMap(project.rendered_folder / "q.tex", (ours,))
    lines = AuthorLines(mirror, {known.rendered: known})
    assert lines.of_file("book/q.tex")(1) == (f"{project.root}/./q.j2.tex", 4)


def test_the_file_is_published_whole_and_withdrawn(project: Project) -> None:
    synctex = SyncTex({1: "/a.tex"}, b"Unit:1\n", (b"\ng1,1:0,0",))
    stamp = publish_origins(synctex, project.synctex)
    assert stamp is not None
    assert read_synctex_file(project.synctex) == synctex
    withdraw_origins(project.synctex)
    withdraw_origins(project.synctex)
    assert not project.synctex.exists()
