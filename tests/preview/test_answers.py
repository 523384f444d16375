from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.errors import MissingToolError
from texbook.base.page_place import PagePlace
from texbook.base.span import Span
from texbook.preview.answers import Answer, Answers
from texbook.preview.request import RefusedRequestError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.preview.conftest import MakePdf, Recorder
    from texbook.preview.hub import Hub

KEY, OTHER = "a" * 16, "b" * 16
LINK = "/Annots[<</Type/Annot/Subtype/Link/Rect[50 520 90 540]/Dest[6 0 R/XYZ 0 500 0]>>]"


@pytest.fixture
def answers(hub: Hub, recorder: Recorder, make_pdf: MakePdf, tmp_path: Path) -> Answers:
    path = tmp_path / "main.pdf"
    path.write_bytes(make_pdf("the leak", "two", page=LINK))
    hub.show_document(path, [KEY, OTHER])
    files = {"index.html": ("text/html", b"<html>"), "app.js": ("text/javascript", b"code")}
    return Answers(hub, recorder.actions, files)


def fields(answer: Answer) -> Any:
    assert answer.content_type == "application/json"
    return json.loads(answer.body)


def refused(answers: Answers, path: str, query: str = "") -> HTTPStatus:
    with pytest.raises(RefusedRequestError) as caught:
        answers.get(path, query)
    return caught.value.status


def find(hub: Hub, *spans: Span | None) -> None:
    hub.failed(diagnostics=[Diagnostic("X", Severity.ERROR, "wrong", span) for span in spans])


def test_the_files_of_the_page_are_given(answers: Answers) -> None:
    assert answers.get("", "").body == b"<html>"
    assert answers.get("app.js", "") == Answer(b"code", "text/javascript")
    assert refused(answers, "index.html") == HTTPStatus.NOT_FOUND
    assert refused(answers, "app.js", "v=1") == HTTPStatus.NOT_FOUND


def test_images_may_be_kept_and_nothing_else(answers: Answers) -> None:
    image = answers.get(f"page/{KEY}/200.png", "")
    assert image.body.startswith(b"\x89PNG")
    assert image.content_type == "image/png"
    assert "immutable" in image.headers["Cache-Control"]
    assert "Cache-Control" not in answers.get("outline.json", "").headers


@pytest.mark.parametrize(
    "name",
    [
        *(f"{KEY}/{width}.png" for width in ("99", "4001", "0200", "+200", "2e2", "", "10000")),
        *(f"{key}/200.png" for key in ("c" * 16, "A" * 16, "a" * 15, "a" * 41, "")),
        f"{KEY}/200.jpg",
        f"{KEY}/200.png/",
        f"{KEY}/200.png\n",
    ],
)
def test_an_image_that_is_not_there_is_not_found(answers: Answers, name: str) -> None:
    assert refused(answers, f"page/{name}") == HTTPStatus.NOT_FOUND


def test_a_layer_has_lines_and_links(answers: Answers) -> None:
    layer = fields(answers.get(f"layer/{KEY}/1.json", ""))
    assert (layer["key"], layer["width"], layer["height"]) == (KEY, 400, 600)
    assert [(line["text"], set(line)) for line in layer["lines"]] == [
        ("the leak", {"text", "x", "y", "w", "h"})
    ]
    assert layer["links"] == [{"x": 50, "y": 60, "w": 40, "h": 20, "page": 2, "to_y": 100}]


def test_a_layer_of_a_document_that_is_gone_is_not_found(answers: Answers) -> None:
    assert refused(answers, f"layer/{KEY}/9.json") == HTTPStatus.NOT_FOUND
    assert refused(answers, f"layer/{'c' * 16}/1.json") == HTTPStatus.NOT_FOUND


def test_a_search_tells_pages_and_places(answers: Answers) -> None:
    found = fields(answers.get("search.json", "q=LEAK"))
    (hit,) = found["hits"]
    assert (found["query"], found["document"], found["more"]) == ("LEAK", 1, False)
    assert hit["text"][hit["start"] : hit["end"]] == "leak"
    assert hit["page"] == 1
    assert [len(rect) for rect in hit["rects"]] == [4]


@pytest.mark.parametrize("query", ["", "q", "p=1", "q=1&q=2", "q=1&p=2", "q=%ff", "q=" + "a" * 201])
def test_a_search_for_nothing_clear_is_refused(answers: Answers, query: str) -> None:
    assert refused(answers, "search.json", query) == HTTPStatus.BAD_REQUEST


def test_the_pdf_is_given_under_its_name(answers: Answers, hub: Hub, tmp_path: Path) -> None:
    answer = answers.get("book.pdf", "")
    assert answer.body == (tmp_path / "main.pdf").read_bytes()
    assert answer.headers["Content-Disposition"] == 'inline; filename="main.pdf"'
    odd = (tmp_path / "main.pdf").rename(tmp_path / 'a"; b.pdf')
    hub.show_document(odd, [KEY, "c" * 16])
    answer = answers.get("book.pdf", "")
    assert answer.headers["Content-Disposition"] == 'inline; filename="book.pdf"'


def test_without_a_pdf_there_is_none(hub: Hub, recorder: Recorder) -> None:
    answers = Answers(hub, recorder.actions, {})
    assert refused(answers, "book.pdf") == HTTPStatus.NOT_FOUND
    assert fields(answers.get("outline.json", "")) == []


@pytest.mark.parametrize("path", ["other", "events/", "app.css", "page", "favicon.ico", "show/"])
def test_what_is_no_route_is_not_found(answers: Answers, path: str) -> None:
    assert refused(answers, path) == HTTPStatus.NOT_FOUND


def test_what_is_posted_to_cannot_be_got_and_the_other_way_round(answers: Answers) -> None:
    assert refused(answers, "open") == HTTPStatus.METHOD_NOT_ALLOWED
    for path, status in (("outline.json", 405), ("search.json", 405), ("other", 404)):
        with pytest.raises(RefusedRequestError) as caught:
            answers.post(path, b"{}")
        assert caught.value.status == status


def test_a_place_on_a_page_is_opened(answers: Answers, recorder: Recorder) -> None:
    answer = answers.post("open", b'{"page":2,"x":1,"y":2.5,"word":"leak"}')
    assert fields(answer) == {"file": "chapters/one.tex", "line": 12}
    assert recorder.asked == [(2, 1.0, 2.5, "leak")]


@pytest.mark.parametrize("page", [0, 3])
def test_a_page_that_the_book_has_not_is_not_opened(
    answers: Answers, recorder: Recorder, page: int
) -> None:
    with pytest.raises(RefusedRequestError, match="2 pages"):
        answers.post("open", b'{"page":%d,"x":1,"y":2,"word":""}' % page)
    assert recorder.asked == []


def test_a_finding_is_opened(
    answers: Answers, hub: Hub, recorder: Recorder, tmp_path: Path
) -> None:
    find(hub, Span.at(tmp_path / "x.tex", 3, 7), Span(tmp_path / "y.tex"))
    answers.post("open", b'{"finding":0,"version":1}')
    answers.post("open", b'{"finding":1,"version":1}')
    assert recorder.asked == [(tmp_path / "x.tex", 3, 7), (tmp_path / "y.tex", 1, None)]


def test_a_finding_of_an_older_state_is_not_opened(
    answers: Answers, hub: Hub, recorder: Recorder, tmp_path: Path
) -> None:
    find(hub, Span.at(tmp_path / "x.tex", 3), None)
    for body in (b'{"finding":0,"version":0}', b'{"finding":1,"version":1}'):
        with pytest.raises(RefusedRequestError):
            answers.post("open", body)
    assert recorder.asked == []


def test_what_stops_the_editor_is_told(answers: Answers, recorder: Recorder) -> None:
    recorder.error = MissingToolError("no editor is known", hints=("set EDITOR",))
    answer = answers.post("open", b'{"page":2,"x":1,"y":2,"word":""}')
    assert answer.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert fields(answer) == {"message": "no editor is known", "hints": ["set EDITOR"]}


def test_a_finding_is_located(
    answers: Answers, hub: Hub, recorder: Recorder, tmp_path: Path
) -> None:
    find(hub, Span.at(tmp_path / "x.tex", 3))
    assert refused(answers, "locate.json", "finding=0&version=1") == HTTPStatus.NOT_FOUND
    recorder.place = PagePlace(7, 10, 20, 30, 40)
    assert fields(answers.get("locate.json", "finding=0&version=1")) == {
        "page": 7,
        "x": 10,
        "y": 20,
        "width": 30,
        "height": 40,
    }
    assert recorder.asked == [(tmp_path / "x.tex", 3)] * 2
    for query in ("finding=0&version=2", "finding=1&version=1"):
        assert refused(answers, "locate.json", query) == HTTPStatus.NOT_FOUND
    for query in ("finding=a&version=1", "finding=0", ""):
        assert refused(answers, "locate.json", query) == HTTPStatus.BAD_REQUEST


def test_a_place_is_shown_to_all(answers: Answers, hub: Hub) -> None:
    answer = answers.post("show", b'{"page":2,"x":1,"y":2,"width":3,"height":4}')
    assert (answer.status, answer.body) == (HTTPStatus.NO_CONTENT, b"")
    assert json.loads(hub.event("show").data)["page"] == 2


def test_while_pages_are_ahead_places_are_those_of_the_pdf_that_is_there(
    answers: Answers, hub: Hub, recorder: Recorder, make_pdf: MakePdf
) -> None:
    """SyncTeX knows the PDF of the last good build; a page more moves what is behind it."""
    hub.show_ahead(make_pdf("new", "and more"), ["c" * 16, "d" * 16], [0, 1], 1, 1)
    answers.post("open", b'{"page":3,"x":1,"y":2,"word":""}')
    assert recorder.asked == [(2, 1.0, 2.0, "")]
    with pytest.raises(RefusedRequestError, match="in a moment") as caught:
        answers.post("open", b'{"page":2,"x":1,"y":2,"word":""}')
    assert caught.value.status == HTTPStatus.CONFLICT
    answers.post("show", b'{"page":2,"x":1,"y":2,"width":3,"height":4}')
    assert json.loads(hub.event("show").data)["page"] == 3
