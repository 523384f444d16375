"""What goes wrong in an author's life, each from the command line to the message.

Every case: a clear message, its exit code, the old PDF as it was, no traceback, no process left,
no new file beside the sources. (`Answer` and the fixture ``book`` look after the last but one.)
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Answer, Book

    Wait = Callable[[Callable[[], object], str], None]

BOOK = "\\documentclass{article}\n\\begin{document}\n\\input{q}\n\\end{document}\n"


@pytest.fixture
def old(book: Book) -> Book:
    """A book with a PDF of better days."""
    book.keep_old_pdf()
    return book


def expect(book: Book, answer: Answer, status: int, *words: str) -> None:
    """Compare an answer that is no success, and see that nothing was touched."""
    said = answer.out + answer.err
    assert answer.status == status, said
    for word in words:
        assert word in said
    assert (book.root / "main.pdf").read_bytes() == book.OLD_PDF
    assert book.processes() == []


def line_of(path: Path, text: str) -> int:
    return path.read_text("utf-8").splitlines().index(text) + 1


def test_missing_main_file(old: Book) -> None:
    sources = old.sources()
    answer = old.texbook("build", "nonexistent.tex")
    expect(old, answer, 1, 'there is no file "nonexistent.tex"', "main.tex")
    (old.root / "main.tex").unlink()
    expect(old, old.texbook("build"), 1, "no main file", 'as in "texbook build book.tex"')
    assert old.sources() == sources - {"main.tex"}
    assert not (old.root / "build").exists()


@pytest.mark.parametrize("verb", ["build", "lint", "watch", "render", "view", "clean"])
def test_syntax_error_in_the_configuration(old: Book, verb: str) -> None:
    old.put("texbook.toml", 'main = "main.tex"\n[build\npasses = 3\n')
    expect(old, old.texbook(verb), 2, "not valid TOML", "texbook.toml:2", "[build")


def test_unknown_key_in_the_configuration(old: Book) -> None:
    old.put("pyproject.toml", "[tool.texbook.build]\nparses = 3\n")
    expect(
        old,
        old.texbook("build"),
        2,
        'unknown key "tool.texbook.build.parses"',
        "pyproject.toml:2:1",
        'did you mean "passes"?',
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("\\VAR{results.gone}", ["gone"]),
        ("\\VAR{results.a * results.b | thousands}", ["a filter binds before", "brackets"]),
        ("%% if", ["if"]),
        ("\\VAR{results.a |}", ["|"]),
        ('\\VAR{"a\\u0007b"}', ["control character"]),
    ],
)
@pytest.mark.parametrize("verb", ["build", "render", "lint"])
def test_a_template_that_does_not_render(old: Book, verb: str, line: str, words: list[str]) -> None:
    old.put("main.tex", BOOK)
    old.put("q.results.json", '{"values": {"a": 1.5, "b": 2000}, "seed": 1}')
    control = line.replace("\\u0007", "\x07")
    template = old.put("q.j2.tex", old.question(trap=f"before\n{control}\nafter"))
    number = template.read_text("utf-8").split("\n").index(control) + 1
    expect(old, old.texbook(verb), 1, f"q.j2.tex:{number}", *words)


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("%% block trap", "%% block trpa", "TB", "%% block trpa"),
        ("%% block papers\npapers\n%% endblock\n", "", "TB001", None),
        ("%% block trap", "Lost text.\n%% block trap", "TB", "Lost text."),
        ("%% block answer", "%% block solution\nx\n%% endblock\n%% block answer", "TB003", None),
    ],
)
def test_text_that_a_template_would_drop_is_found_by_lint_at_its_line(
    old: Book, before: str, after: str, code: str, line: str | None
) -> None:
    old.put("texbook.toml", '[structure]\npreset = "nine-sections"\nminimum-words = 0\n')
    old.put("main.tex", BOOK)
    text = old.question()
    assert before in text
    template = old.put("q.j2.tex", text.replace(before, after, 1))
    where = "q.j2.tex:" if line is None else f"q.j2.tex:{line_of(template, line)}"
    expect(old, old.texbook("lint"), 1, f"[{code}", where)


def test_what_only_looks_like_a_statement_is_left_alone(book: Book) -> None:
    book.put("q.results.json", '{"values": {"a": 0.5}, "seed": 1}')
    body = "%% my note\n%%%%%%%%\n% \\VAR{results.gone}\n$\\rho$ \\VAR{-results.a}"
    book.put("q.j2.tex", book.question(trap=body))
    assert book.texbook("render").status == 0
    text = (book.root / "build" / "tex" / "q.tex").read_text()
    assert "%% my note\n" in text
    assert "% \\VAR{results.gone}\n" in text
    assert "$\\rho$ -0.5" in text or "\\ensuremath{-0.5}" in text


@pytest.mark.tex
def test_a_latex_error_stands_in_the_template(old: Book) -> None:
    preamble = (
        "\\newcommand\\amzquestion[1]{}\n\\newcommand\\amzsectionkind[1]{}\n"
        "\\newcommand\\question[1]{}\n"
    )
    old.document("\\include{q}", preamble)
    template = old.put("q.j2.tex", old.question(solution="fine\nbad \\undefinedthing here"))
    sources = old.sources()
    number = line_of(template, "bad \\undefinedthing here")
    answer = old.texbook("build")
    expect(
        old,
        answer,
        1,
        'undefined control sequence "\\undefinedthing"',
        f"--> q.j2.tex:{number}",
        "bad \\undefinedthing here",
        "the build failed; main.pdf is still the one of",
        "raw log: build/texbook/log/main.log",
    )
    assert "build/tex/q.tex" not in answer.out
    assert old.sources() == sources


@pytest.mark.parametrize("verb", ["lint", "render", "stats", "init"])
def test_names_that_are_too_long_for_a_file_are_files_that_are_not_there(
    book: Book, verb: str
) -> None:
    name = "9" * 300
    book.document(f"\\input{{{name}}}\n\\includegraphics{{{name}}}\n\\include{{q}}")
    assert book.texbook(verb).status in (0, 1)
    book.put("q.j2.tex", f'%% include "{name}"\n')
    assert book.texbook(verb).status in (0, 1, 2)


def test_xelatex_is_missing(old: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    expect(
        old,
        old.texbook("build"),
        3,
        'the program "xelatex" is not installed',
        "apt-get install texlive-xetex",
        "tlmgr install xetex",
    )


def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str = "xelatex-1-before") -> Path:
    """Put programs on the PATH that stop for ever at a moment; the file they make then."""
    folder = tmp_path / "bin"
    folder.mkdir()
    reached = tmp_path / "reached"
    for name in ("xelatex", "xdvipdfmx"):
        real = shutil.which(name) or f"/no/{name}"
        count = tmp_path / f"{name}.count"
        script = folder / name
        script.write_text(
            f"""#!/bin/sh
n=$(($(cat "{count}" 2>/dev/null || echo 0) + 1))
echo $n > "{count}"
halt() {{
    [ "{name}-$n-$1" = "{moment}" ] || return 0
    : > "{reached}"
    exec sleep 1000
}}
halt before
"{real}" "$@"
status=$?
halt after
exit $status
"""
        )
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return reached


def test_two_builds_at_once(
    old: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait_until: Wait
) -> None:
    reached = slow(tmp_path, monkeypatch)
    first = old.process("build")
    wait_until(reached.exists, "the engine was not started")
    for verb in (["build"], ["build", "--force"], ["clean"], ["clean", "--all"]):
        answer = old.finished(*verb)
        said = f"another texbook (pid {first.pid}, since "
        assert answer.status == 5
        assert said in answer.err
        assert "wait until it has ended" in answer.err
        assert (old.root / "main.pdf").read_bytes() == old.OLD_PDF
    first.terminate()
    first.communicate(timeout=60)
    assert first.returncode == 143
    assert old.processes() == []


MOMENTS = (
    *("xelatex-1-before", "xelatex-1-after", "xelatex-2-after"),
    *("xdvipdfmx-1-before", "xdvipdfmx-1-after"),
)
REFERENCES = "\\tableofcontents\\section{One}See \\ref{two}.\\newpage\\section{Two}\\label{two}"


@pytest.mark.tex
@pytest.mark.parametrize("moment", MOMENTS)
def test_kill_9_and_then_a_build(
    old: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait_until: Wait, moment: str
) -> None:
    old.document(REFERENCES)
    path = os.environ["PATH"]
    reached = slow(tmp_path, monkeypatch, moment)
    process = old.process("build")
    wait_until(reached.exists, f"{moment} never came")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    wait_until(lambda: not old.processes(), "processes outlived texbook")
    assert (old.root / "main.pdf").read_bytes() == old.OLD_PDF
    assert old.sources() == {"main.tex", "main.pdf"}
    monkeypatch.setenv("PATH", path)
    answer = old.texbook("build")
    assert (answer.status, answer.out) == (0, "")
    assert "main.pdf: 2 pages" in answer.err
    assert "See 2." in old.text()
    assert old.sources() == {"main.tex", "main.pdf", "main.synctex.gz"}
    assert not list((old.root / "build" / "texbook").glob("runs/*"))


@pytest.mark.tex
@pytest.mark.parametrize("name", ["main.tex", "chapter.tex"])
def test_a_source_that_is_not_utf_8(old: Book, name: str) -> None:
    old.document("\\input{chapter}")
    old.put("chapter.tex", "fine\n")
    text = (old.root / name).read_bytes()
    old.put(name, text + b"%\n% gr\xf6\xdfer\n")
    number = text.count(b"\n") + 2
    answer = old.texbook("build")
    expect(old, answer, 1, "byte 0xf6 is not valid UTF-8", f"{name}:{number}:5", "iconv")


@pytest.mark.tex
def test_a_document_that_never_settles(old: Book) -> None:
    old.put("texbook.toml", "[build]\npasses = 3\n")
    old.document(
        "\\makeatletter\\ifdefined\\n\\else\\def\\n{0}\\fi\n"
        "\\AtEndDocument{\\immediate\\write\\@auxout"
        "{\\gdef\\string\\n{\\the\\numexpr\\n+1}}}\\n"
    )
    answer = old.texbook("build")
    expect(old, answer, 1, "has not settled after 3 passes", '"main.aux" still changes', "becomes")


@pytest.mark.tex
def test_a_book_beside_two_gigabytes_of_images(book: Book) -> None:
    book.document("Hello")
    for name in ("images/huge.tif", "images/huge.png"):
        with book.put(name, b"").open("r+b") as stream:
            stream.truncate(1 << 30)
    answer = book.texbook("build")
    assert answer.status == 0
    sizes = [path.lstat().st_size for path in (book.root / "build").rglob("*") if path.is_file()]
    assert sum(sizes) < 1 << 20


@pytest.mark.tex
def test_paths_by_way_of_here_and_above(book: Book) -> None:
    book.put("../shared/macros.tex", "\\newcommand\\shared{shared macro}")
    book.put("parts/one.tex", "part one \\input{./parts/two}")
    book.put("parts/two.tex", "part two")
    book.document("\\input{./parts/one} \\shared", "\\input{../shared/macros}\n")
    (book.root / "below").mkdir()
    os.chdir(book.root / "below")
    answer = book.texbook("build", "../main.tex")
    assert answer.status == 0, answer.out
    assert "part one part two shared macro" in book.text()
    os.chdir(book.root)
    for name in ("./main.tex", "below/../main.tex", ".", "../book/"):
        answer = book.texbook("build", name)
        assert answer.status == 0
        assert "main.pdf is up to date" in answer.err


ODD_NAMES = ("two words", "it's", 'the "best"', "größe", "a  b", "#1 $x_y% ~&")


@pytest.mark.tex
@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_of_folder_and_main_file(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / "book" / name
    main = book.put(f"{name}/{name}.tex", "")
    body = "\\section{A}\\label{a}Hello \\ref{a}"
    main.write_text(f"\\documentclass{{article}}\n\\begin{{document}}{body}\\end{{document}}\n")
    monkeypatch.chdir(folder)
    answer = book.texbook("build")
    assert answer.status == 0, answer.out + answer.err
    assert f"{name}.pdf: 1 page" in answer.err
    assert "Hello 1" in book.text(f"{name}/{name}.pdf")
    made = {f"{name}/{name}.pdf", f"{name}/{name}.synctex.gz"}
    assert book.sources() - {"main.tex"} == {f"{name}/{name}.tex", *made}
    assert "is up to date" in book.texbook("build").err
    assert book.texbook("lint").status == 0
    assert book.texbook("clean", "--all").status == 0
    assert book.sources() - {"main.tex"} == {f"{name}/{name}.tex"}


PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\xdac"
    b"\xfc\xcf\xc0\xf0\x1f\0\5\5\2\0\x5f\xc8\xf1\xd2\0\0\0\0IEND\xaeB`\x82"
)


@pytest.mark.tex
@pytest.mark.parametrize("name", ["two words", "it's", "größe"])
def test_odd_names_of_what_the_book_reads(book: Book, name: str) -> None:
    book.put(f"parts {name}/{name}.tex", "from the part\n")
    book.put(f"images {name}/{name}.png", PICTURE)
    book.document(
        f"\\input{{parts {name}/{name}}}\\includegraphics{{images {name}/{name}}}",
        "\\usepackage{graphicx}\n",
    )
    answer = book.texbook("build")
    assert answer.status == 0, answer.out
    assert "from the part" in book.text()
    assert "is up to date" in book.texbook("build").err
    book.put(f"parts {name}/{name}.tex", "changed part\n")
    assert book.texbook("build").status == 0
    assert "changed part" in book.text()


@pytest.mark.tex
def test_an_include_that_tex_cannot_name_is_said_to_be_missing(old: Book) -> None:
    """TeX drops quotation marks from file names, so no spelling reaches such a file."""
    old.put('the "best".tex', "x\n")
    old.document('\\input{the "best".tex}')
    expect(old, old.texbook("build"), 1, "main.tex:3", "best")


def test_a_build_folder_that_cannot_be_made(old: Book) -> None:
    old.put("build", b"a file of the author's")
    answer = old.texbook("build")
    expect(old, answer, 6, "cannot lock", "build")
    assert (old.root / "build").read_bytes() == b"a file of the author's"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="texbook-test-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be a user without rights for a while; root may write anything anywhere."""
    groups = os.getgroups()
    os.setgroups([])
    os.setresgid(65534, 65534, 0)
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups(groups)


@pytest.mark.tex
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
@pytest.mark.parametrize("locked", ["folder", "pdf"])
def test_what_may_not_be_written(
    book: Book, open_folder: Path, monkeypatch: pytest.MonkeyPatch, locked: str
) -> None:
    # First a build and an error as root: modules that are imported late may be root's alone.
    assert book.texbook("build").status == 0
    assert book.texbook("build", "gone").status == 1
    here = replace(book, root=open_folder)
    here.document("Hello")
    pdf = here.keep_old_pdf()
    monkeypatch.chdir(open_folder)
    monkeypatch.setenv("HOME", "/nonexistent")
    (open_folder if locked == "folder" else pdf).chmod(0o555)
    with as_nobody():
        answer = here.texbook("build")
    expect(here, answer, 6, "cannot", "ermission")
    assert here.sources() == {"main.tex", "main.pdf"}


@pytest.mark.tex
def test_a_pdf_that_somebody_reads_is_replaced_and_stays_whole_for_them(book: Book) -> None:
    book.document("one")
    assert book.texbook("build").status == 0
    before = (book.root / "main.pdf").read_bytes()
    with (book.root / "main.pdf").open("rb") as reader:
        book.document("two")
        assert book.texbook("build").status == 0
        assert reader.read() == before
    assert "two" in book.text()


def test_lint_leaves_out_what_is_too_large_and_says_so(book: Book) -> None:
    book.document("\\input{big}\nThe others ... go on.\n\\cite{a}\\bibliography{all}")
    for name, size in (("big.tex", 5_000_001), ("all.bib", 10_000_001)):
        with book.put(name, "").open("wb") as stream:
            stream.truncate(size)
    answer = book.texbook("lint", "--format", "concise")
    assert answer.status == 1
    assert "big.tex:1:1: error: too large to be read: 5.0 MB, and the limit is 5 MB" in answer.out
    assert "all.bib:1:1: error: too large to be read: 10.0 MB" in answer.out
    assert "main.tex:4:12: warning: an ellipsis" in answer.out


@pytest.mark.parametrize("kind", ["folder", "pipe", "link to itself", "link to nothing"])
def test_lint_of_what_is_named_like_a_source_and_is_none(book: Book, kind: str) -> None:
    book.document("\\input{chapters/part}")
    path = book.root / "chapters" / "part.tex"
    path.parent.mkdir()
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link to itself":
            path.symlink_to(path)
        case _:
            path.symlink_to("nowhere")
    answer = book.texbook("lint", "--format", "concise")
    assert answer.status == 1
    assert 'the file "chapters/part" does not exist [TB402]' in answer.out


@pytest.mark.parametrize("name", ["/dev/zero", "/etc/passwd", "|ls"])
def test_lint_reads_nothing_that_is_no_file_of_latex(book: Book, name: str) -> None:
    book.document(f"\\includegraphics{{{name}}}\\bibliography{{{name}}}\\lstinputlisting{{{name}}}")
    assert book.texbook("lint", "--extend-select", "TB").status in (0, 1)


def test_a_baseline_that_is_no_file(book: Book) -> None:
    answer = book.texbook("lint", "--baseline", "/dev/zero")
    assert answer.status == 2
    assert 'the baseline "/dev/zero" is no regular file' in answer.err


FORMS = ("terminal", "concise", "json", "sarif", "github")


@pytest.mark.parametrize("form", FORMS)
def test_a_reader_that_goes_away_ends_lint_without_a_word(book: Book, form: str) -> None:
    book.document("The others ... go on.\n\n" * 3000)
    process = book.process("lint", "--format", form, env={**os.environ, "PYTHONUNBUFFERED": ""})
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    with process.stderr as stream:
        said = stream.read()
    assert process.wait() == 141
    assert said == ""


@pytest.mark.parametrize("form", FORMS)
def test_no_room_for_what_lint_finds(book: Book, form: str) -> None:
    book.document("The others ... go on.\n\n" * 50)
    with open("/dev/full", "w") as full:  # noqa: PTH123
        assert book.finished("lint", "--format", form, stdout=full).status == 6


def test_control_c_in_the_middle_of_lint(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    book.document("The others ... go on.")
    monkeypatch.setattr("texbook.lint.kept_findings.Finding", interrupt)
    monkeypatch.setattr("texbook.lint.rules.tb506_ellipsis_dots.Finding", interrupt)
    answer = book.texbook("lint", "--no-cache")
    assert (answer.status, answer.out, answer.err) == (130, "", "\ninterrupted\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_lint_of_a_book_of_which_parts_are_closed(
    book: Book, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert book.texbook("lint", "--no-cache").status == 0
    here = replace(book, root=open_folder)
    here.document("\\input{secret}\\includegraphics{closed/a}\nThe others ... go on.")
    here.put("closed/b.tex", "").parent.chmod(0)
    here.put("secret.tex", "").chmod(0)
    monkeypatch.chdir(open_folder)
    with as_nobody():
        answer = here.texbook("lint", "--format", "concise")
    (open_folder / "closed").chmod(0o700)
    assert answer.status == 1
    assert "secret.tex" in answer.out
    assert "main.tex:4:12: warning: an ellipsis" in answer.out
