"""The preview without TeX: its address, what a click leads to, and what it goes on showing."""

from __future__ import annotations

import http.client
import io
import json
import stat
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from pypdf import PdfWriter

from texbook.app import preview as previewing
from texbook.app.preview import Preview, PreviewOptions, find_word, open_preview
from texbook.app.sync import SourcePlace, preview_address, show_in_preview
from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.errors import BookError, ExitStatus, MissingToolError, StorageError, UsageError
from texbook.base.page_place import PagePlace
from texbook.base.span import Position, Span
from texbook.build.model import BuildResult, Outcome, PagesAhead
from texbook.cli.main import run
from texbook.preview import extra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.app.conftest import Book
    from texbook.project import Project

    Begin = Callable[..., Preview]


@dataclass
class Desk:
    """What stands in for SyncTeX and the editor; remembers what it was asked."""

    place: SourcePlace | None = None
    error: BookError | None = None
    asked: list[tuple[object, ...]] = field(default_factory=list)
    opened: list[tuple[object, ...]] = field(default_factory=list)

    def inverse(self, project: Project, page: int, x: float, y: float) -> SourcePlace:
        self.asked.append((project.main.name, page, x, y))
        if self.error is not None:
            raise self.error
        assert self.place is not None
        return self.place

    def forward(self, project: Project, path: Path, line: int) -> tuple[PagePlace, ...]:
        self.asked.append((project.main.name, path.name, line))
        if self.error is not None:
            raise self.error
        return (PagePlace(2, 10, 20, 30, 40), PagePlace(3, 0, 0, 1, 1))

    def choose(self, asked: str | None, *, environment: Mapping[str, str]) -> Desk:
        if asked == "none":
            raise UsageError('unknown editor "none"')
        self.opened.append((asked, dict(environment)))
        return self

    def open(self, path: Path, line: int, column: int | None = None) -> None:
        self.opened.append((path.name, line, column))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk()
    monkeypatch.setattr(previewing, "inverse", made.inverse)
    monkeypatch.setattr(previewing, "forward", made.forward)
    monkeypatch.setattr(previewing, "choose_editor", made.choose)
    return made


@pytest.fixture
def begin(book: Book, desk: Desk) -> Iterator[Begin]:
    """Begin a preview; it ends with the test."""
    with ExitStack() as stack:

        def started(**options: Any) -> Preview:
            settings = PreviewOptions(**options)
            return stack.enter_context(open_preview(book.project, settings))

        yield started


def pdf_of(*widths: int) -> bytes:
    """Make a PDF with an empty page of each width."""
    writer = PdfWriter()
    for width in widths:
        writer.add_blank_page(width, 100)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def key_of(number: int) -> str:
    return f"{number:032x}"


def shown(preview: Preview) -> list[float]:
    """Give the widths of the pages that browsers are shown."""
    return [width for _, width, _ in json.loads(preview.hub.event("pages").data)["pages"]]


def state(preview: Preview) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(preview.hub.event("state").data)
    return told


def ask(
    preview: Preview, name: str, body: dict[str, object] | None = None
) -> tuple[int, dict[str, Any]]:
    """Ask as a browser does; give status and what the answer says."""
    url = urlsplit(preview.url)
    connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=60)
    content = None if body is None else json.dumps(body)
    headers = {"Content-Type": "application/json"}
    connection.request("POST" if body else "GET", url.path + name, content, headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    return answer.status, json.loads(said) if said else {}


def click(preview: Preview, word: str = "") -> tuple[int, dict[str, Any]]:
    return ask(preview, "open", {"page": 1, "x": 5, "y": 7, "word": word})


# -------------------------------------------------------------------- the address


def test_the_address_is_for_the_person_alone_and_ends_with_the_preview(book: Book) -> None:
    path = preview_address(book.project)
    with open_preview(book.project, PreviewOptions()) as preview:
        assert json.loads(path.read_bytes())["url"] == preview.url
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()


def test_the_address_of_a_newer_preview_stays(book: Book) -> None:
    path = preview_address(book.project)
    with ExitStack() as older:
        older.enter_context(open_preview(book.project, PreviewOptions()))
        with open_preview(book.project, PreviewOptions()) as newer:
            older.close()
            assert json.loads(path.read_bytes())["url"] == newer.url
        assert not path.exists()


def test_an_address_that_a_killed_texbook_has_left_does_no_harm(
    book: Book, begin: Begin, tmp_path: Path
) -> None:
    path = preview_address(book.project)
    path.parent.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    path.symlink_to(elsewhere)  # whatever lies there is not written to
    preview = begin()
    assert json.loads(path.read_bytes())["url"] == preview.url
    assert elsewhere.read_text() == "mine"


def test_a_dead_address_is_told_from_a_preview(book: Book) -> None:
    place = PagePlace(1, 0, 0, 1, 1)
    path = preview_address(book.project)
    with open_preview(book.project, PreviewOptions()):
        left = path.read_bytes()
        show_in_preview(book.project, place)
    with pytest.raises(BookError, match="no preview of this book is running"):
        show_in_preview(book.project, place)
    path.write_bytes(left)
    with pytest.raises(BookError, match="does not answer"):
        show_in_preview(book.project, place)


def test_an_address_that_somebody_removes_is_written_again_with_the_next_build(
    book: Book, begin: Begin
) -> None:
    preview = begin()
    path = preview_address(book.project)
    path.unlink()
    result = BuildResult(Outcome.FAILED, book.project.pdf)
    preview.show_book(book.project, result)
    assert json.loads(path.read_bytes())["url"] == preview.url
    # A folder that is gone is not made again: whoever moves it back would move it into that.
    path.unlink()
    path.parent.rmdir()
    preview.show_book(book.project, result)
    assert not path.parent.exists()


def test_an_address_that_cannot_be_written_is_an_error(book: Book) -> None:
    book.put("build", "no folder")
    with pytest.raises(StorageError), open_preview(book.project, PreviewOptions()):
        pass


# -------------------------------------------------------------------- a word of a page

POEM = "one\nTwo words of two\nfour\ntwo\nit's Hyphenated, and twofold\nalgorithm\n" + "\n" * 9


@pytest.mark.parametrize(
    ("line", "word", "found"),
    [
        (3, "words", (2, 5)),  # the nearest line
        (3, "two", (2, 1)),  # of two lines as near the first, and whatever the case
        (4, "two", (4, 1)),
        (5, "two", (4, 1)),  # a whole word
        (5, "hyphen-", (5, 6)),  # parted by the end of a line
        (5, "ated", (5, 6)),
        (5, "ed", (5, None)),  # such a part is in every line
        (5, "it\N{RIGHT SINGLE QUOTATION MARK}s", (5, 1)),
        (1, "it's", (5, 1)),
        (1, "algorithm", (6, 1)),  # five lines away
        (12, "algorithm", (12, None)),  # six
        (7, "a(", (7, None)),
        (7, " ", (7, None)),
        (7, "-", (7, None)),
        (900, "two", (900, None)),  # the file has become shorter
    ],
)
def test_a_word_is_found_near_the_line(
    book: Book, line: int, word: str, found: tuple[int, int | None]
) -> None:
    assert find_word(book.put("poem.tex", POEM), line, word) == found


def test_one_sign_for_several_letters_is_found_as_they_are_typed(book: Book) -> None:
    poem = book.put("poem.tex", "the first office\n")
    assert find_word(poem, 1, "of\N{LATIN SMALL LIGATURE FI}ce") == (1, 11)


def test_a_file_that_is_gone_or_unreadable_leads_to_the_line(book: Book) -> None:
    assert find_word(book.root / "gone.tex", 7, "word") == (7, None)
    assert find_word(book.put("latin.tex", "caf\u00e9 word\n".encode("latin-1")), 1, "word") == (
        1,
        None,
    )


# -------------------------------------------------------------------- what the person asked for


def test_an_unknown_editor_fails_at_once(book: Book) -> None:
    options = PreviewOptions(editor="emcas", environment={"PATH": ""})
    with (
        pytest.raises(UsageError, match='unknown editor "emcas"') as caught,
        open_preview(book.project, options),
    ):
        pass
    assert 'did you mean "emacs"?' in caught.value.hints
    assert not preview_address(book.project).exists()


def test_without_a_choice_only_the_click_tells_that_there_is_no_editor(
    book: Book, begin: Begin, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(*_: object, **__: object) -> None:
        raise MissingToolError("no editor was found", hints=("choose one",))

    book.put("main.pdf", pdf_of(100))
    monkeypatch.setattr(previewing, "choose_editor", choose)
    desk.place = SourcePlace(book.root / "main.tex", 3)
    answer = {"message": "no editor was found", "hints": ["choose one"]}
    assert click(begin()) == (422, answer)


def test_without_the_extra_the_command_says_what_brings_it(
    book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(book.root)
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    assert run(["watch", "--serve"]) == ExitStatus.MISSING
    said = capsys.readouterr().err
    assert "the live preview needs pypdfium2 and Pillow" in said
    assert "pip install 'texbook[preview]'" in said
    assert not book.project.build_folder.exists()


# -------------------------------------------------------------------- what the browsers ask for


def test_a_click_opens_the_editor_at_the_word(book: Book, begin: Begin, desk: Desk) -> None:
    book.put("main.pdf", pdf_of(100))
    book.put("chapters/one.tex", "first\nsecond word\n")
    preview = begin(editor="pen", environment={"A": "b"})
    desk.place = SourcePlace(book.root / "chapters/one.tex", 1, 4)
    assert click(preview, "word") == (200, {"file": "chapters/one.tex", "line": 2})
    assert click(preview) == (200, {"file": "chapters/one.tex", "line": 1})
    assert desk.asked == [("main.tex", 1, 5.0, 7.0)] * 2
    # The editor was found out once.
    assert desk.opened == [("pen", {"A": "b"}), ("one.tex", 2, 8), ("one.tex", 1, 4)]


def test_why_a_click_leads_nowhere_reaches_the_browser(
    book: Book, begin: Begin, desk: Desk
) -> None:
    book.put("main.pdf", pdf_of(100))
    desk.error = BookError("nothing comes from a line", hints=("build it",))
    answer = {"message": "nothing comes from a line", "hints": ["build it"]}
    assert click(begin()) == (422, answer)
    assert desk.opened == []


def test_a_finding_has_the_first_place_of_its_line(book: Book, begin: Begin, desk: Desk) -> None:
    preview = begin()
    span = Span(book.root / "main.tex", Position(3, 2))
    finding = Diagnostic("TB1", Severity.ERROR, "a fault", span=span, source="lint")
    preview.hub.good(pages=1, seconds=1, diagnostics=[finding])
    asked = f"locate.json?finding=0&version={state(preview)['version']}"
    place = {"page": 2, "x": 10, "y": 20, "width": 30, "height": 40}
    assert ask(preview, asked) == (200, place)
    assert desk.asked == [("main.tex", "main.tex", 3)]
    desk.error = BookError("it prints nothing")
    assert ask(preview, asked) == (404, {})


def test_a_book_that_was_opened_anew_is_the_one_that_clicks_ask(
    book: Book, begin: Begin, desk: Desk
) -> None:
    preview = begin()
    book.put("other.tex", "\\documentclass{article}\n")
    book.put("other.pdf", pdf_of(100))
    book.put("texbook.toml", 'main = "other.tex"\n')
    preview.show_book(book.project, BuildResult(Outcome.BUILT, book.project.pdf))
    desk.place = SourcePlace(book.root / "other.tex", 1)
    assert click(preview) == (200, {"file": "other.tex", "line": 1})
    assert desk.asked == [("other.tex", 1, 5.0, 7.0)]


# -------------------------------------------------------------------- what is shown


def built(book: Book, *looks: int) -> BuildResult:
    keys = tuple(map(key_of, looks))
    return BuildResult(Outcome.BUILT, book.project.pdf, pages=len(looks), looks=keys)


def test_the_pdf_that_is_there_is_shown_before_any_build(book: Book, begin: Begin) -> None:
    book.put("main.pdf", pdf_of(100, 200))
    assert shown(begin()) == [100, 200]


def test_a_pdf_that_is_none_is_news_and_no_end(book: Book, begin: Begin) -> None:
    book.put("main.pdf", b"nothing of the kind")
    preview = begin()
    assert shown(preview) == []
    assert 'cannot show "main.pdf"' in state(preview)["news"]
    book.put("main.pdf", pdf_of(100))
    preview.show_book(book.project, built(book, 1))
    assert shown(preview) == [100]


def test_a_failed_build_keeps_what_is_shown(book: Book, begin: Begin) -> None:
    pdf = book.put("main.pdf", pdf_of(100))
    preview = begin()
    pdf.unlink()
    preview.show_book(book.project, BuildResult(Outcome.FAILED, pdf))
    assert shown(preview) == [100]
    book.put("main.pdf", pdf_of(200))  # somebody else's
    preview.show_book(book.project, BuildResult(Outcome.FAILED, pdf))
    assert shown(preview) == [100]


def test_pages_ahead_take_their_places_until_the_exact_book_comes(book: Book, begin: Begin) -> None:
    preview = begin()
    book.put("main.pdf", pdf_of(100, 200, 300))
    preview.show_book(book.project, built(book, 1, 2, 3))
    preview.show_ahead(PagesAhead(pdf_of(400, 500), tuple(map(key_of, (1, 4, 5, 3))), (2, 3)))
    assert shown(preview) == [100, 400, 500, 300]
    told = json.loads(preview.hub.event("pages").data)
    assert (told["exact"], told["edited"]) == (False, [2, 3])
    book.put("main.pdf", pdf_of(100, 400, 500, 300))
    preview.show_book(book.project, built(book, 1, 4, 5, 3))
    assert json.loads(preview.hub.event("pages").data)["exact"] is True


def test_pages_ahead_of_a_book_that_nobody_has_seen_are_not_shown(book: Book, begin: Begin) -> None:
    preview = begin()
    preview.show_ahead(PagesAhead(pdf_of(400), (key_of(1), key_of(2)), (2,)))
    assert shown(preview) == []
    assert state(preview)["news"] == ""
