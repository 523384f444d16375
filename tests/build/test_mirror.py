from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from texbook.base.errors import BookError, StorageError
from texbook.base.sourcemap import Origin, SourceMap
from texbook.build import selection, tree
from texbook.build.mirror import EntryKind, Mirror, plan_mirror
from texbook.build.model import GeneratedFile
from texbook.project import open_project
from texbook.system.process import Limits, run_process
from texbook.texfiles.fls import read_recorder

XELATEX = ("xelatex", "-no-pdf", "-recorder", "-halt-on-error", "-interaction=nonstopmode")
MAIN = "\\documentclass{article}\n\\begin{document}\n%s\n\\end{document}\n"


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        write_file(root / name, text)


def write_file(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Give the folder of a small book, two levels below a folder that is ours."""
    root = tmp_path / "library" / "book"
    write_file(root / "main.tex", MAIN % "\\include{chapters/one}")
    write_file(root / "chapters" / "one.tex", "One\n")
    write_file(root / "images" / "plot.png", "picture")
    return root


def plan(root: Path, main: str = "main.tex") -> Mirror:
    return plan_mirror(open_project(root / main))


def brought(mirror: Mirror) -> set[str]:
    return {str(entry.name) for entry in mirror.entries}


def rendered(root: Path, name: str, text: str) -> GeneratedFile:
    template = root / Path(name).with_suffix(".j2.tex")
    source_map = SourceMap(root / "build" / "tex" / name, (Origin(template, 1),))
    return GeneratedFile(Path(name), text, source_map, (template,))


def test_texts_are_copies_and_pictures_are_links(book: Path, tmp_path: Path) -> None:
    work = plan(book).materialise(tmp_path / "run")
    text = work / "chapters" / "one.tex"
    assert (work, text.read_text(), text.is_symlink()) == (tmp_path / "run", "One\n", False)
    assert text.stat().st_nlink == 1
    assert (work / "images" / "plot.png").readlink() == book.resolve() / "images" / "plot.png"
    assert not (work / "images").is_symlink()


def test_writing_to_a_text_of_the_copy_leaves_the_source_alone(book: Path, tmp_path: Path) -> None:
    (book / "chapters" / "one.tex").chmod(0o444)
    work = plan(book).materialise(tmp_path / "run")
    (work / "chapters" / "one.tex").write_text("overwritten")
    assert (book / "chapters" / "one.tex").read_text() == "One\n"


def test_bytes_are_carried_over_as_they_are(book: Path, tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfa\r\nb\rc\n\n\t end"
    (book / "chapters" / "one.tex").write_bytes(content)
    (book / "data.dat").write_bytes(b"\0\xff\xfe")
    work = plan(book).materialise(tmp_path / "run")
    assert (work / "chapters" / "one.tex").read_bytes() == content
    assert (work / "data.dat").read_bytes() == b"\0\xff\xfe"


def test_all_passes_of_a_build_see_the_same_text(book: Path, tmp_path: Path) -> None:
    mirror = plan(book)
    mirror.materialise(tmp_path / "1")
    write_file(book / "chapters" / "one.tex", "saved during the build")
    work = mirror.materialise(tmp_path / "2")
    assert (work / "chapters" / "one.tex").read_text() == "One\n"


def test_stamps_are_of_what_the_engine_saw(book: Path) -> None:
    mirror = plan(book)
    one, plot, gone = (book / name for name in ("chapters/one.tex", "images/plot.png", "gone.tex"))
    before = mirror.stamps([one, plot, gone])
    assert set(before) == {one, plot}
    write_file(one, "saved")
    write_file(plot, "drawn again, larger")
    after = mirror.stamps([one, plot])
    assert after[one] == before[one]
    assert not after[one].matches(one, seen_ns=2**63)
    assert not after[plot].matches(plot, seen_ns=2**63)


def test_a_folder_that_holds_something_is_refused(book: Path, tmp_path: Path) -> None:
    mirror = plan(book)
    mirror.materialise(tmp_path / "run")
    with pytest.raises(StorageError, match="not empty"):
        mirror.materialise(tmp_path / "run")


def test_a_file_in_the_way_is_a_storage_error(book: Path, tmp_path: Path) -> None:
    write_file(tmp_path / "run")
    with pytest.raises(StorageError, match="run"):
        plan(book).materialise(tmp_path / "run")


@pytest.mark.parametrize(
    "name",
    [
        ".git/config.tex",
        ".hidden/x.tex",
        "venv/x.tex",
        "environment/pyvenv.cfg",
        "node_modules/x.js",
        "build/tex/x.tex",
        "build/texbook/runs/1/main.tex",
        "_minted-main/a.pygtex",
        "_minted/a.pygtex",
        "main.pdf",
        "main.aux",
        "main.toc",
        "main.synctex.gz",
        "main.run.xml",
        "main.fdb_latexmk",
        "chapters/one.aux",
        "chapters/two.j2.tex",
        "chapters/one.tex~",
        ".main.pdf.x1y2.tmp",
    ],
)
def test_what_is_no_source_stays_out(book: Path, name: str) -> None:
    write_file(book / name)
    assert name not in brought(plan(book))


@pytest.mark.parametrize(
    "name",
    ["other.aux", "other.pdf", "main.csv", "main.bib", "main.sty", "images/main.pdf", "Makefile"],
)
def test_what_only_looks_like_a_leftover_is_brought(book: Path, name: str) -> None:
    write_file(book / name)
    assert name in brought(plan(book))


@pytest.mark.parametrize(
    ("preamble", "bib", "expected"),
    [
        ("\\bibliography{refs}", True, False),
        ("\\addbibresource{refs.bib}", True, False),
        ("\\bibliography{refs}", False, True),
        ("", True, True),
        ("\\input{main.bbl}", False, True),
    ],
)
def test_a_bbl_counts_only_where_no_bib_can_make_it(
    book: Path, preamble: str, bib: bool, expected: bool
) -> None:
    write_file(book / "main.tex", MAIN % preamble)
    write_file(book / "main.bbl")
    if bib:
        write_file(book / "refs.bib")
    assert ("main.bbl" in brought(plan(book))) is expected


def test_a_frozen_cache_of_minted_is_brought(book: Path) -> None:
    write_file(book / "main.tex", "\\usepackage[frozencache]{minted}" + MAIN % "")
    write_file(book / "_minted-main" / "listing1.pygtex")
    assert "_minted-main/listing1.pygtex" in brought(plan(book))


def test_a_file_that_is_named_is_brought_from_anywhere_in_the_book(book: Path) -> None:
    write_file(book / "main.tex", MAIN % "\\input{.private/x}\\includegraphics{build/fig}")
    write_file(book / ".private" / "x.tex")
    write_file(book / "build" / "fig.pdf")
    assert {".private/x.tex", "build/fig.pdf"} <= brought(plan(book))


def test_bibliographies_are_those_that_the_sources_name(book: Path) -> None:
    write_file(book / "main.tex", MAIN % "\\bibliography{a, sub/b,gone}% \\bibliography{c}")
    for name in ("a.bib", "sub/b.bib", "c.bib"):
        write_file(book / name)
    assert plan(book).bibliographies == (book / "a.bib", book / "sub" / "b.bib")


@pytest.mark.parametrize(("text", "expected"), [("\\code{a}{.py}", True), ("% .py", False)])
def test_programs_are_brought_if_a_source_speaks_of_their_kind(
    book: Path, text: str, expected: bool
) -> None:
    write_file(book / "main.tex", MAIN % text)
    write_file(book / "src" / "a.py")
    assert ("src/a.py" in brought(plan(book))) is expected


def test_large_files_of_unknown_kind_are_linked_and_small_ones_copied(book: Path) -> None:
    write_file(book / "small.xyz")
    write_file(book / "large.xyz", "x" * (1 << 20) + "x")
    write_file(book / "large.csv", "x" * (1 << 20) + "x")
    kinds = {str(entry.name): entry.kind for entry in plan(book).entries}
    assert kinds["small.xyz"] is EntryKind.COPY
    assert kinds["large.xyz"] is EntryKind.LINK
    assert kinds["large.csv"] is EntryKind.COPY


def test_two_gigabytes_of_pictures_cost_nothing(book: Path, tmp_path: Path) -> None:
    for number in range(3):
        with (book / "images" / f"{number}.tif").open("wb") as stream:
            stream.truncate(2 << 30)
    work = plan(book).materialise(tmp_path / "run")
    blocks = sum(path.lstat().st_blocks * 512 for path in work.rglob("*"))
    assert (work / "images" / "2.tif").stat().st_size == 2 << 30
    assert blocks < 1 << 20


def test_a_rendered_template_stands_at_its_name(book: Path, tmp_path: Path) -> None:
    write_file(book / "chapters" / "two.j2.tex", "%% template")
    write_file(book / "chapters" / "two.tex", "stale, from somewhere")
    generated = rendered(book, "chapters/two.tex", "Two — \\input{chapters/three}\n")
    fresh = rendered(book, "new/folder/four.tex", "Four")
    mirror = plan_mirror(open_project(book / "main.tex"), (generated, fresh))
    work = mirror.materialise(tmp_path / "run")
    two = work / "chapters" / "two.tex"
    assert two.read_text("utf-8") == "Two — \\input{chapters/three}\n"
    assert mirror.source_of(two) == book / "build" / "tex" / "chapters" / "two.tex"
    assert (work / "new" / "folder" / "four.tex").read_text() == "Four"


def test_paths_lead_back_to_the_sources(book: Path, tmp_path: Path) -> None:
    mirror = plan(book)
    for run in ("1", "2"):
        work = mirror.materialise(tmp_path / run)
        assert mirror.source_of(work / "main.tex") == book / "main.tex"
        assert mirror.source_of(work / "chapters" / ".." / "main.tex") == book / "main.tex"
        assert mirror.source_of(work / "images" / "plot.png") == book / "images" / "plot.png"
        assert mirror.source_of(work / "main.aux") is None
    assert mirror.source_of(book / "images" / "plot.png") == book / "images" / "plot.png"
    assert mirror.source_of(Path("/usr/share/texmf/x.sty")) is None
    assert mirror.source_of(book / "build" / "texbook" / "x") is None


def test_runs_inside_the_books_own_build_folder_lead_back_too(book: Path) -> None:
    mirror = plan(book)
    work = mirror.materialise(book / "build" / "texbook" / "runs" / "1")
    assert mirror.source_of(work / "chapters" / "one.tex") == book / "chapters" / "one.tex"
    assert mirror.source_of(work / "main.log") is None


# ---- paths that leave the book's folder ----


def test_a_path_upwards_raises_the_root_and_brings_only_what_is_named(
    book: Path, tmp_path: Path
) -> None:
    library = book.parent
    write_file(
        book / "main.tex", MAIN % "\\input{../shared/macros}\\includegraphics{./images/plot}"
    )
    write_file(library / "shared" / "macros.tex", "\\input{../shared/more}")
    write_file(library / "shared" / "more.tex", "more")
    write_file(library / "shared" / "private.tex")
    write_file(library / "secret.tex")
    mirror = plan(book)
    work = mirror.materialise(tmp_path / "run")
    assert (mirror.root, work) == (library, tmp_path / "run" / "book")
    assert (work / ".." / "shared" / "more.tex").read_text() == "more"
    assert (work / "." / "images" / "plot.png").exists()
    assert not (tmp_path / "run" / "shared" / "private.tex").exists()
    assert not (tmp_path / "run" / "secret.tex").exists()
    assert mirror.source_of(tmp_path / "run" / "shared" / "more.tex") == (
        library / "shared" / "more.tex"
    )


def test_two_levels_upwards(book: Path, tmp_path: Path) -> None:
    write_file(book / "main.tex", MAIN % "\\lstinputlisting{../../code/a.py}")
    write_file(tmp_path / "code" / "a.py", "print()")
    mirror = plan(book)
    work = mirror.materialise(tmp_path / "run")
    assert mirror.root == tmp_path
    assert work == tmp_path / "run" / "library" / "book"
    assert (work / ".." / ".." / "code" / "a.py").read_text() == "print()"


def test_a_folder_upwards_that_a_macro_holds_is_brought(book: Path) -> None:
    write_file(
        book / "main.tex", "\\newcommand\\pics{../pics}" + MAIN % "\\includegraphics{\\pics/a}"
    )
    write_file(book.parent / "pics" / "a.png")
    assert "pics/a.png" in brought(plan(book))


def test_a_picture_upwards_is_found_without_its_extension(book: Path) -> None:
    write_file(book / "main.tex", "\\graphicspath{{../pics/}{../}}" + MAIN % "\\includegraphics{b}")
    write_file(book.parent / "b.pdf")
    write_file(book.parent / "c.pdf")
    names = brought(plan(book))
    assert "b.pdf" in names
    assert "c.pdf" not in names


@pytest.mark.parametrize("text", ["cd ../..", "../", "\\def\\x{..}", "see ../gone/x"])
def test_the_parent_folder_is_never_taken_as_a_whole(book: Path, text: str) -> None:
    write_file(book / "main.tex", MAIN % text)
    write_file(book.parent / "secret.tex")
    assert not any("secret" in name for name in brought(plan(book)))


def test_more_levels_than_there_are_end_at_the_top(book: Path, tmp_path: Path) -> None:
    write_file(book / "main.tex", MAIN % ("../" * 40 + "nowhere/x.tex"))
    mirror = plan(book)
    assert mirror.root == Path("/")
    assert (mirror.materialise(tmp_path / "run") / "main.tex").exists()


# ---- odd things in the folder ----


def test_links_to_texts_become_copies_and_links_to_pictures_lead_to_the_picture(
    book: Path, tmp_path: Path
) -> None:
    elsewhere = write_file(tmp_path / "elsewhere" / "t.tex", "text")
    picture = write_file(tmp_path / "elsewhere" / "p.png")
    (book / "t.tex").symlink_to(elsewhere)
    (book / "p.png").symlink_to(picture)
    (book / "dir").symlink_to(tmp_path / "elsewhere")
    work = plan(book).materialise(tmp_path / "run")
    assert not (work / "t.tex").is_symlink()
    assert (work / "t.tex").read_text() == "text"
    assert (work / "p.png").readlink() == picture.resolve()
    assert not (work / "dir").is_symlink()
    assert (work / "dir" / "t.tex").read_text() == "text"


def test_loops_pipes_and_dangling_links_are_passed_over(book: Path, tmp_path: Path) -> None:
    (book / "loop").symlink_to(book)
    (book / "up").symlink_to(book.parent)
    (book / "self.tex").symlink_to(book / "self.tex")
    (book / "gone.tex").symlink_to(book / "nowhere")
    os.mkfifo(book / "pipe.tex")
    (book / "folder.tex").mkdir()
    write_file(book / "folder.tex" / "inside.tex")
    mirror = plan(book)
    mirror.materialise(tmp_path / "run")
    assert {path.name for path in mirror.passed_over} == {
        "loop", "up", "self.tex", "gone.tex", "pipe.tex",
    }  # fmt: skip
    assert "folder.tex/inside.tex" in brought(mirror)


def test_a_pipe_and_a_folder_that_the_sources_name_do_not_hang(book: Path) -> None:
    write_file(book / "main.tex", MAIN % "\\input{pipe}\\input{folder}\\input{main}")
    os.mkfifo(book / "pipe.tex")
    (book / "folder.tex").mkdir()
    assert "pipe.tex" not in brought(plan(book))


@pytest.mark.parametrize(
    "name", ["two words.tex", "it's.tex", "naïve.tex", "日本.tex", 'a"b.tex', "a$b.tex", "a\nb.tex"]
)
def test_odd_names_of_other_files_are_carried_over(book: Path, tmp_path: Path, name: str) -> None:
    write_file(book / "chapters" / name, "odd")
    work = plan(book).materialise(tmp_path / "run")
    assert (work / "chapters" / name).read_text() == "odd"


def test_a_name_that_is_not_utf8_is_carried_over(book: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b"na\xefve.tex")
    try:
        write_file(book / name, "odd")
    except OSError:
        pytest.skip("the file system takes only UTF-8")
    assert (plan(book).materialise(tmp_path / "run") / name).read_text() == "odd"


@pytest.mark.parametrize(
    ("name", "alias"),
    [
        ("my book.tex", "my-book.tex"),
        ("a$b.tex", "a-b.tex"),
        ("-lead.tex", "lead.tex"),
        ("100%.tex", "100.tex"),
        ("naïve.tex", "naïve.tex"),
        ("vol.2.tex", "vol.2.tex"),
        ('"$".tex', "book.tex"),
    ],
)
def test_a_main_file_that_tex_cannot_take_has_an_alias(
    book: Path, tmp_path: Path, name: str, alias: str
) -> None:
    (book / "main.tex").rename(book / name)
    mirror = plan(book, name)
    work = mirror.materialise(tmp_path / "run")
    assert (mirror.main, mirror.job) == (alias, alias.removesuffix(".tex"))
    assert (work / alias).read_text() == (book / name).read_text()
    assert mirror.source_of(work / alias) == book / name


def test_an_alias_never_hides_a_file_of_the_book(book: Path) -> None:
    (book / "main.tex").rename(book / "my book.tex")
    write_file(book / "my-book.tex", "another")
    assert plan(book, "my book.tex").main == "my-book-2.tex"


# ---- encodings ----


def test_a_named_source_that_is_not_utf8_is_refused_with_its_line(book: Path) -> None:
    (book / "chapters" / "one.tex").write_bytes("eins\nzw\xf6lf\n".encode("latin-1"))
    with pytest.raises(BookError, match="not valid UTF-8") as caught:
        plan(book)
    assert str(caught.value.span) == f"{book / 'chapters' / 'one.tex'}:2:3"


@pytest.mark.parametrize("name", ["unused.tex", "local.sty", "refs.bib"])
def test_other_files_may_be_in_any_encoding(book: Path, name: str) -> None:
    write_file(book / "main.tex", "\\usepackage{local}\\bibliography{refs}" + MAIN % "")
    (book / name).write_bytes(b"% \xe9\n")
    assert name in brought(plan(book))


@pytest.mark.parametrize("holder", ["main.tex", "chapters/one.tex"])
def test_a_declared_encoding_is_left_to_xetex(book: Path, holder: str) -> None:
    command = "\\XeTeXdefaultencoding" if holder == "main.tex" else "\\XeTeXinputencoding"
    path = book / holder
    path.write_text(f'{command} "latin1"\n' + path.read_text())
    with (book / "chapters" / "one.tex").open("ab") as stream:
        stream.write(b"\xe9\n")
    assert "chapters/one.tex" in brought(plan(book))


# ---- very full folders ----


@pytest.fixture
def small_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "BOUND", 20)


@pytest.mark.usefixtures("small_bound")
def test_above_the_bound_only_what_is_named_is_brought(book: Path) -> None:
    for number in range(40):
        write_file(book / "heap" / f"{number}.txt")
    write_file(
        book / "main.tex",
        "\\graphicspath{{images/}}\\usepackage{style}"
        + MAIN % "\\include{chapters/one}\\input{heap/3.txt}",
    )
    write_file(book / "style.sty", "\\RequirePackage{deeper}\\InputIfFileExists{local.cfg}{}{}")
    for name in ("deeper.sty", "local.cfg", "read-last-time.dat", "unknown.dat"):
        write_file(book / name)
    known = [book / "read-last-time.dat", Path("/usr/share/x.sty"), book / "gone"]
    mirror = plan_mirror(open_project(book / "main.tex"), (), known)
    assert mirror.bounded
    assert brought(mirror) == {
        "main.tex", "chapters/one.tex", "heap/3.txt", "style.sty", "deeper.sty", "local.cfg",
        "images/plot.png", "read-last-time.dat",
    }  # fmt: skip


def test_too_much_text_counts_as_full_too(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "_MOST_COPIED", 1000)
    write_file(book / "data.csv", "x" * 2000)
    mirror = plan(book)
    assert mirror.bounded
    assert "data.csv" not in brought(mirror)
    assert "chapters/one.tex" in brought(mirror)


# ---- how sources name files ----


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("\\input x ", "x.tex"),
        ("\\input{x.tikz}", "x.tikz"),
        ('\\input{"two words"}', "two words.tex"),
        ("\\subfile{x}", "x.tex"),
        ("\\import{sub/}{x}", "sub/x.tex"),
        ("\\subimport{sub/}{x}", "sub/x.tex"),
        ("\\includegraphics*[width=1cm]{x}", "x.jpg"),
        ("\\includegraphics\n  [width=1cm] {x.eps}", "x.eps"),
        ("\\lstinputlisting[language=C]{x.q}", "x.q"),
        ("\\inputminted[linenos]{python}{x.q}", "x.q"),
        ("\\amzinputcode{python}{x.q}", "x.q"),
        ("\\documentclass[a4paper]{x}", "x.cls"),
        ("\\usepackage{y,\n x}", "x.sty"),
        ("\\bibliographystyle{x}", "x.bst"),
        ("50\\%\\input{x}", "x.tex"),
    ],
)
@pytest.mark.usefixtures("small_bound")
def test_commands_that_name_files(book: Path, command: str, name: str) -> None:
    for number in range(40):
        write_file(book / "heap" / f"{number}.txt")
    write_file(book / "main.tex", command + "\n")
    write_file(book / name)
    assert name in brought(plan(book))


@pytest.mark.usefixtures("small_bound")
def test_an_import_names_files_relative_to_its_own_folder(book: Path) -> None:
    for number in range(40):
        write_file(book / "heap" / f"{number}.txt")
    write_file(book / "main.tex", MAIN % "\\import{part/}{one}")
    write_file(book / "part" / "one.tex", "\\input{two}\\subimport{deep/}{three}")
    write_file(book / "part" / "two.tex")
    write_file(book / "part" / "deep" / "three.tex", "\\input{four}")
    write_file(book / "part" / "deep" / "four.tex")
    assert {"part/two.tex", "part/deep/three.tex", "part/deep/four.tex"} <= brought(plan(book))


def test_permissions_of_the_copy_follow_the_umask(book: Path, tmp_path: Path) -> None:
    (book / "chapters" / "one.tex").chmod(0o400)
    work = plan(book).materialise(tmp_path / "run")
    assert stat.S_IMODE((work / "chapters" / "one.tex").stat().st_mode) & 0o200


def test_a_name_longer_than_any_file_can_have_is_passed_over(book: Path) -> None:
    write_file(book / "main.tex", MAIN % f"\\input{{{'x' * 5000}}}\\input{{../{'y' * 5000}}}")
    assert "book/main.tex" in brought(plan(book))


def test_a_file_that_may_not_be_read_matters_only_if_it_is_named(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(book / "private.txt")
    monkeypatch.setattr(
        "texbook.build.selection.os.access", lambda path, _mode: "private" not in Path(path).name
    )
    mirror = plan(book)
    assert "private.txt" not in brought(mirror)
    assert book / "private.txt" in mirror.passed_over
    assert "chapters/one.tex" in brought(mirror)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_named_file_that_cannot_be_read_is_a_storage_error(book: Path) -> None:
    (book / "chapters" / "one.tex").chmod(0)
    with pytest.raises(StorageError, match=r"one\.tex"):
        plan(book)


@pytest.mark.tex
@pytest.mark.parametrize("name", ["main.tex", "my $ book.tex", "日本.tex", "-lead.tex"])
def test_xelatex_runs_in_the_copy_and_its_list_leads_back(
    book: Path, tmp_path: Path, name: str
) -> None:
    write_file(book / "chapters" / "two's words.tex", "\\input{../shared/three}")
    write_file(book.parent / "shared" / "three.tex", "Three")
    write_file(book / name, MAIN % "\\include{chapters/one}\\input{chapters/two's words}")
    mirror = plan(book, name)
    work = mirror.materialise(tmp_path / "run")
    result = run_process(
        [*XELATEX, f"-jobname={mirror.job}", f"./{mirror.main}"],
        folder=work,
        environment=dict(os.environ),
        limits=Limits(wall_seconds=120),
        registry=None,
    )
    assert (result.status, result.limit) == (0, None), result.output.decode()
    recorder = read_recorder(work / f"{mirror.job}.fls")
    sources = [mirror.source_of(path) for path in recorder.inputs]
    assert [path for path in sources if path is not None] == [
        book / name,
        book / "chapters" / "one.tex",
        book / "chapters" / "two's words.tex",
        book.parent / "shared" / "three.tex",
    ]
    assert sorted(path.name for path in book.iterdir()) == sorted(
        {name, "main.tex", "chapters", "images"}
    )
