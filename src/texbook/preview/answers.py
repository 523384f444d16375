"""What each route of the preview answers, without a word about sockets."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs

from texbook.base.errors import TexbookError
from texbook.base.page_place import PagePlace
from texbook.preview.findings import shown_path
from texbook.preview.request import RefusedRequestError, read_fields, read_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from texbook.preview.hub import Hub
    from texbook.preview.model import Actions
    from texbook.preview.pdfium import Link

Result = TypeVar("Result")

_PAGE = re.compile(r"page/([0-9a-f]{16,40})/([1-9][0-9]{2,3})\.png")
_LAYER = re.compile(r"layer/([0-9a-f]{16,40})/([0-9]{1,9})\.json")
_WIDEST = 4_000
_LONGEST_QUERY = 200
_KEPT_BY_BROWSERS = "private, max-age=31536000, immutable"
_OPEN_PAGE = frozenset({"page", "x", "y", "word"})
_OPEN_FINDING = frozenset({"finding", "version"})
_SHOW = frozenset({"page", "x", "y", "width", "height"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: status, type and body, and headers that only some have."""

    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers requests that may be answered."""

    hub: Hub
    actions: Actions
    files: Mapping[str, tuple[str, bytes]]

    def get(self, path: str, query: str) -> Answer:
        """Answer a GET.

        Raises:
            RefusedRequestError: 404 where there is no such thing, 405 where something is posted.
        """
        name = path or "index.html"
        if name in self.files and path != "index.html" and not query:
            content_type, content = self.files[name]
            return Answer(content, content_type)
        if path in self._posts:
            raise RefusedRequestError(HTTPStatus.METHOD_NOT_ALLOWED)
        if path in self._queries:
            return self._queries[path](_fields(query))
        if query:
            raise RefusedRequestError(HTTPStatus.NOT_FOUND)
        if found := _PAGE.fullmatch(path):
            return self._page(found[1], int(found[2]))
        if found := _LAYER.fullmatch(path):
            return self._layer(found[1], int(found[2]))
        if path == "outline.json":
            return self._outline()
        if path == "book.pdf":
            return self._pdf()
        raise RefusedRequestError(HTTPStatus.NOT_FOUND)

    def post(self, path: str, body: bytes) -> Answer:
        """Carry out what is posted.

        Raises:
            RefusedRequestError: 404 where there is no such thing, 405 where nothing is posted.
        """
        if path not in self._posts:
            if path not in self._queries:
                self.get(path, "")  # what is not there at all is not found
            raise RefusedRequestError(HTTPStatus.METHOD_NOT_ALLOWED)
        return self._posts[path](body)

    @property
    def _posts(self) -> dict[str, Callable[[bytes], Answer]]:
        return {"open": self._open, "show": self._show}

    @property
    def _queries(self) -> dict[str, Callable[[Mapping[str, list[str]]], Answer]]:
        return {"search.json": self._search, "locate.json": self._locate}

    def _page(self, key: str, width: int) -> Answer:
        image = self.hub.library.image(key, width) if width <= _WIDEST else None
        if image is None:
            raise RefusedRequestError(HTTPStatus.NOT_FOUND)
        return Answer(image, "image/png", headers={"Cache-Control": _KEPT_BY_BROWSERS})

    def _layer(self, key: str, number: int) -> Answer:
        library = self.hub.library
        lines, links, leaf = library.lines(key), library.links(key, number), library.leaf(key)
        if lines is None or links is None or leaf is None:
            raise RefusedRequestError(HTTPStatus.NOT_FOUND)
        width, height = leaf.size
        return _json(
            {
                "key": key,
                "width": width,
                "height": height,
                "lines": [
                    {"text": line.text, "x": line.x, "y": line.y, "w": line.width, "h": line.height}
                    for line in lines
                ],
                "links": [_link_fields(link) for link in links],
            }
        )

    def _outline(self) -> Answer:
        marks = self.hub.library.outline()
        return _json(
            [
                {
                    "title": mark.title,
                    "page": mark.page,
                    "y": mark.y,
                    "level": mark.level,
                    "open": mark.is_open,
                }
                for mark in marks
            ]
        )

    def _search(self, fields: Mapping[str, list[str]]) -> Answer:
        if set(fields) != {"q"} or len(fields["q"]) != 1 or len(fields["q"][0]) > _LONGEST_QUERY:
            raise RefusedRequestError(HTTPStatus.BAD_REQUEST, '"q" is what to search for')
        (query,) = fields["q"]
        document, found, more = self.hub.library.search(query)
        hits = [
            {
                "page": page,
                "text": hit.excerpt,
                "start": hit.start,
                "end": hit.end,
                "rects": hit.boxes,
            }
            for page, hit in found
        ]
        return _json({"query": query, "document": document.number, "hits": hits, "more": more})

    def _pdf(self) -> Answer:
        document = self.hub.library.newest
        if document.whole is None:
            raise RefusedRequestError(HTTPStatus.NOT_FOUND)
        name = document.name if re.fullmatch(r"[\w.-]+", document.name, re.ASCII) else "book.pdf"
        disposition = {"Content-Disposition": f'inline; filename="{name}"'}
        return Answer(document.whole.data, "application/pdf", headers=disposition)

    def _locate(self, fields: Mapping[str, list[str]]) -> Answer:
        index, version = read_number(fields, "finding"), read_number(fields, "version")
        finding = self.hub.finding(version, index)
        span = finding.span if finding is not None else None
        if span is None or span.start is None:
            raise RefusedRequestError(HTTPStatus.NOT_FOUND)
        path, line = span.path, span.start.line
        place = _answer_of(lambda: self.actions.locate(path, line))
        if isinstance(place, Answer):
            return place
        if place is None:
            raise RefusedRequestError(HTTPStatus.NOT_FOUND)
        return _json(asdict(self._as_shown(place)))

    def _as_shown(self, place: PagePlace) -> PagePlace:
        """Move a place in the PDF of the whole book to the page on which it is shown."""
        return replace(place, page=self.hub.library.newest.number_here(place.page))

    def _open(self, body: bytes) -> Answer:
        fields = read_fields(body, _OPEN_PAGE, _OPEN_FINDING)
        opened = _answer_of(
            lambda: self._open_page(fields) if "page" in fields else self._open_finding(fields)
        )
        if isinstance(opened, Answer):
            return opened
        path, line = opened
        return _json({"file": shown_path(path, self.hub.folder), "line": line})

    def _open_page(self, fields: Mapping[str, Any]) -> tuple[Path, int]:
        document = self.hub.library.newest
        count = len(document.keys)
        if not 1 <= fields["page"] <= count:
            raise RefusedRequestError(HTTPStatus.NOT_FOUND, f"the book has {count} pages")
        page = document.number_in_whole(fields["page"])
        if page is None:
            message = "this page is being built: its lines are known in a moment"
            raise RefusedRequestError(HTTPStatus.CONFLICT, message)
        return self.actions.open_page(page, float(fields["x"]), float(fields["y"]), fields["word"])

    def _open_finding(self, fields: Mapping[str, Any]) -> tuple[Path, int]:
        finding = self.hub.finding(fields["version"], fields["finding"])
        if finding is None:
            raise RefusedRequestError(HTTPStatus.NOT_FOUND, "the book was built again since")
        if finding.span is None:
            raise RefusedRequestError(HTTPStatus.NOT_FOUND, "this finding concerns no file")
        start = finding.span.start
        line, column = (start.line, start.column) if start else (1, None)
        return self.actions.open_file(finding.span.path, line, column)

    def _show(self, body: bytes) -> Answer:
        fields = read_fields(body, _SHOW)
        self.hub.show_place(self._as_shown(PagePlace(**fields)))
        return Answer(status=HTTPStatus.NO_CONTENT)


def failure(status: HTTPStatus, message: str, hints: tuple[str, ...] = ()) -> Answer:
    """Make the answer that says what went wrong; without a word it says nothing."""
    if not message:
        return Answer(status=status)
    return _json({"message": message, "hints": list(hints)}, status)


def _answer_of(action: Callable[[], Result]) -> Result | Answer:
    """Do something; where it is refused with a reason, that is the answer."""
    try:
        return action()
    except TexbookError as error:
        return failure(HTTPStatus.UNPROCESSABLE_ENTITY, error.message, error.hints)


def _link_fields(link: Link) -> dict[str, Any]:
    x, y, width, height = (round(number, 2) for number in link.box)
    box = {"x": x, "y": y, "w": width, "h": height}
    return {**box, "url": link.url} if link.url else {**box, "page": link.page, "to_y": link.y}


def _fields(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(
            query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=4
        )
    except ValueError:
        raise RefusedRequestError(HTTPStatus.BAD_REQUEST, "the query cannot be read") from None


def _json(value: object, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    body = json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
    return Answer(body, "application/json", status)
