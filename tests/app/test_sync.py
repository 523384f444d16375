"""A line of the author's is found in the PDF, and back, however the book was typeset."""

from __future__ import annotations

import json
import os
import shutil
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest

from texbook.app.build import BuildOptions, build_book
from texbook.app.rendering import render_for_build
from texbook.app.sync import (
    SourcePlace,
    book_of,
    forward,
    inverse,
    locate,
    printed_pages,
    show_in_preview,
)
from texbook.base.cancel import CancelToken
from texbook.base.errors import BookError, MissingToolError
from texbook.base.page_place import PagePlace
from texbook.base.progress import Silence
from texbook.build.build import build
from texbook.build.model import BuildRequest, BuildResult, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.app.conftest import Book

MAIN = r"""\documentclass{report}
\begin{document}
\tableofcontents
\include{one}
Words between.
\include{chapters/two}
\include{three}
\input{"../shared/the é end"}
\end{document}
"""
ONE = r"""\chapter{One}
Words of the first chapter.

Another paragraph, which is so long that it does not fit into a single line of the page, whatever
the font is, and whatever its size; it ends here.
\begin{center}
centred
\end{center}
"""
TWO = r"""%% macro loud(word)
LOUD \VAR{word} \VAR{word}.

%% endmacro
\chapter{Two}
%% for word in ["alpha", "beta"]
Paragraph on \VAR{word}.

%% endfor
%% include "part.tex"

\VAR{loud("cry")}
The end of the second chapter.
"""
PART = "Words of the part.\n\nMore of its words.\n"
THREE = "\\chapter{Three}\nWords of the third chapter, \\[a + b.\\]\n"
SHARED = "Words that are shared.\n"
PLACES = (
    *(("main.tex", 3), ("main.tex", 5), ("one.tex", 1), ("one.tex", 2), ("one.tex", 4)),
    *(("one.tex", 5), ("one.tex", 7), ("chapters/two.j2.tex", 5), ("chapters/two.j2.tex", 7)),
    *(("chapters/two.j2.tex", 2), ("chapters/two.j2.tex", 13), ("templates/part.tex", 1)),
    *(("templates/part.tex", 3), ("three.tex", 2), ("../shared/the é end.tex", 1)),
)


@pytest.fixture
def written(book: Book) -> Book:
    book.put("main.tex", MAIN)
    book.put("one.tex", ONE)
    book.put("chapters/two.j2.tex", TWO)
    book.put("templates/part.tex", PART)
    book.put("three.tex", THREE)
    book.put("../shared/the é end.tex", SHARED)
    return book


def typeset(book: Book, *, one_run: bool = False) -> BuildResult:
    generated = render_for_build(book.project).generated
    request = BuildRequest(book.project, generated=generated, one_run=one_run, force=one_run)
    result = build(request, progress=Silence(), cancel=CancelToken())
    assert result.outcome is Outcome.BUILT, result.diagnostics
    in_one = [item for item in result.reasons if item.what == "built in one run"]
    assert bool(in_one) is one_run
    return result


def rounds(result: BuildResult) -> list[str]:
    return [run.label for run in result.runs if run.program == "xelatex"]


def answers(book: Book) -> list[tuple[PagePlace, ...]]:
    return [forward(book.project, book.root / file, line) for file, line in PLACES]


def ways_back(book: Book, places: list[tuple[PagePlace, ...]]) -> list[SourcePlace]:
    return [
        inverse(book.project, box.page, box.x + box.width / 2, box.y + box.height / 2)
        for box, *_ in places
    ]


@pytest.mark.tex
def test_chunks_answer_as_one_run_does(written: Book) -> None:
    typeset(written)
    chunks = answers(written)
    back = ways_back(written, chunks)
    typeset(written, one_run=True)
    assert answers(written) == chunks
    assert ways_back(written, chunks) == back
    assert all(places for places in chunks)
    for (file, line), found in zip(PLACES, back, strict=True):
        assert found.path.name == os.path.basename(file)  # noqa: PTH119
        assert abs(found.line - line) <= 2, (file, line, found)


@pytest.mark.tex
def test_the_pages_of_a_file_are_those_on_which_its_lines_stand(written: Book) -> None:
    assert printed_pages(written.project, [written.root / "one.tex"]) == frozenset()
    typeset(written)
    for name in ("one.tex", "chapters/two.j2.tex", "../shared/the é end.tex"):
        lines = [line for file, line in PLACES if file == name]
        pages = {
            place.page
            for line in lines
            for place in forward(written.project, written.root / name, line)
        }
        found = printed_pages(written.project, [written.root / name])
        assert pages <= found
        assert 1 not in found  # the contents
    assert printed_pages(written.project, [written.root / "texbook.toml"]) == frozenset()


@pytest.mark.tex
def test_places_follow_what_is_put_before_them(written: Book) -> None:
    typeset(written)
    place = forward(written.project, written.root / "three.tex", 1)[0]
    written.put("one.tex", ONE + "\\newpage A page more.\n")
    # A line more in the main file does not concern the chapters.
    written.put("main.tex", MAIN.replace("\\include{one}", "% a comment\n\\include{one}"))
    typeset(written)
    moved = forward(written.project, written.root / "three.tex", 1)[0]
    assert moved.page == place.page + 1
    [between] = forward(written.project, written.root / "main.tex", 6)
    found = inverse(written.project, between.page, between.x + 9, between.y + 3)
    assert found == SourcePlace(written.root / "main.tex", 6)
    chunks = answers(written)
    typeset(written, one_run=True)
    assert answers(written) == chunks


@pytest.mark.tex
def test_a_template_may_change_without_its_text(written: Book) -> None:
    template = "chapters/two.j2.tex"
    typeset(written)
    before = forward(written.project, written.root / template, 13)
    written.put(
        template, TWO.replace("\\chapter", "%% set unused = 1\n%% set nothing = 2\n\\chapter")
    )
    assert rounds(typeset(written)) == []
    assert forward(written.project, written.root / template, 15) == before
    place = before[0]
    found = inverse(written.project, place.page, place.x + 9, place.y + 3)
    assert found == SourcePlace(written.root / template, 15)


@pytest.mark.tex
def test_a_book_that_no_chunks_can_make_answers_too(book: Book) -> None:
    book.put("main.tex", MAIN.partition("\\include")[0] + "Words.\n\\end{document}\n")
    result = build_book(book.project, BuildOptions(), progress=Silence(), cancel=CancelToken())
    assert any(item.what == "built in one run" for item in result.reasons)
    [place] = forward(book.project, book.root / "main.tex", 4)
    assert inverse(book.project, place.page, place.x + 9, place.y + 3).line == 4
    nearest = locate(book.project, book.root / "main.tex", 2)
    assert nearest.line == 3


@pytest.mark.tex
def test_the_file_comes_back_without_typesetting(written: Book) -> None:
    typeset(written)
    content = written.project.synctex.read_bytes()
    written.project.synctex.unlink()
    with pytest.raises(BookError, match=r"no \"main\.synctex\.gz\"") as caught:
        forward(written.project, written.root / "one.tex", 1)
    assert caught.value.hints == ('"texbook build" writes it',)
    result = typeset(written)
    assert [str(item) for item in result.reasons] == ["build: main.synctex.gz is missing"]
    assert rounds(result) == []
    assert written.project.synctex.read_bytes() == content


@pytest.mark.tex
def test_a_book_may_do_without(written: Book) -> None:
    typeset(written)
    written.put("texbook.toml", "[build]\nsynctex = false\n")
    typeset(written)
    assert not written.project.synctex.exists()
    with pytest.raises(BookError, match="synctex = false"):
        forward(written.project, written.root / "one.tex", 1)
    written.put("one.tex", "Another beginning.\n\n" + ONE)
    typeset(written)
    (written.root / "texbook.toml").unlink()
    result = typeset(written)
    wanted = "one: it is not known which lines its pages come from"
    assert wanted in map(str, result.reasons)
    assert len(rounds(result)) == 1
    chunks = answers(written)
    typeset(written, one_run=True)
    assert answers(written) == chunks


@pytest.mark.tex
def test_a_file_that_cannot_be_written_fails_no_build(written: Book) -> None:
    written.project.synctex.mkdir()
    assert typeset(written).outcome is Outcome.BUILT
    result = build_book(written.project, BuildOptions(), progress=Silence(), cancel=CancelToken())
    assert result.outcome is Outcome.UP_TO_DATE
    written.project.synctex.rmdir()
    with pytest.raises(BookError) as caught:
        inverse(written.project, 1, 0, 0)
    assert caught.value.hints == ('"texbook build --force" writes it anew',)


@pytest.mark.tex
def test_faults_of_the_question(written: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    project = written.project
    with pytest.raises(BookError, match=r"no \"main\.pdf\" yet"):
        forward(project, written.root / "one.tex", 1)
    typeset(written)
    written.put("notes.tex", "Notes.\n")
    written.put("empty.tex", "% nothing\n")
    for file, line, message in (
        ("absent.tex", 1, "there is no file"),
        ("one.tex", 99, "has 8 lines: there is no line 99"),
        ("notes.tex", 1, "is no part of"),
    ):
        with pytest.raises(BookError, match=message):
            forward(project, written.root / file, line)
    with pytest.raises(BookError, match="there is no page 99"):
        inverse(project, 99, 1, 1)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingToolError, match='"synctex" is not installed'):
        inverse(project, 1, 1, 1)
    monkeypatch.undo()
    content = project.synctex.read_bytes()
    project.synctex.write_bytes(content[:-100])
    with pytest.raises(BookError, match="does not belong to the PDF"):
        inverse(project, 1, 1, 1)
    shutil.rmtree(written.root / "build")
    with pytest.raises(BookError, match="is damaged"):
        inverse(project, 1, 1, 1)


def test_a_line_end_in_a_name_is_called_by_its_name(written: Book) -> None:
    odd = written.put("one\nmore.tex", "Words.\n")
    with pytest.raises(BookError, match="SyncTeX knows nothing of a file with a line end in its"):
        locate(written.project, odd, 1)


def test_the_book_of_a_file_is_the_nearest_that_was_built(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = book.put("chapters/one.tex", "one")
    elsewhere = book.put("other/main.tex", "\\documentclass{article}").parent
    monkeypatch.chdir(elsewhere)
    assert book_of(file).root == elsewhere
    (book.root / "build" / "texbook" / "state").mkdir(parents=True)
    assert book_of(file).root == book.root


class _Preview(BaseHTTPRequestHandler):
    """Takes places as the preview of a watch does."""

    told: ClassVar[list[tuple[str, str | None, object]]] = []
    status: ClassVar[int] = 204

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.told.append((self.path, self.headers["Content-Type"], json.loads(body)))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its own name)
        """Be silent."""


@contextmanager
def _running(folder: Path) -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), _Preview) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        folder.mkdir(parents=True)
        url = f"http://127.0.0.1:{server.server_port}/token/"
        (folder / "preview.json").write_text(json.dumps({"url": url, "pid": 1}))
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def test_a_running_preview_is_told(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    place = PagePlace(3, 1.5, 2.5, 10.0, 20.0)
    told: list[object] = []
    monkeypatch.setattr(_Preview, "told", told)
    with _running(book.project.work_folder):
        show_in_preview(book.project, place)
        fields = {"page": 3, "x": 1.5, "y": 2.5, "width": 10.0, "height": 20.0}
        assert told == [("/token/show", "application/json", fields)]
        monkeypatch.setattr(_Preview, "status", 400)
        with pytest.raises(BookError, match="HTTP status 400"):
            show_in_preview(book.project, place)
    with pytest.raises(BookError, match="does not answer"):
        show_in_preview(book.project, place)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"url": 3}', '{"url": "http://example.org:80/"}', '{"url": "x"}']
)
def test_without_a_preview_nothing_is_shown(content: str, book: Book) -> None:
    place = PagePlace(3, 1.5, 2.5, 10.0, 20.0)
    with pytest.raises(BookError, match="no preview of this book is running") as caught:
        show_in_preview(book.project, place)
    assert caught.value.hints == ('"texbook watch --serve" starts one',)
    book.put("build/texbook/preview.json", content)
    with pytest.raises(BookError, match="no preview of this book is running"):
        show_in_preview(book.project, place)
