"""From a line of the author's to its place in the PDF, and back.

The ``synctex`` program answers, as it does for viewers and editors; its coordinates are PDF points
from the top left corner of a page (``synctex help view``).
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.errors import BookError, TexbookError
from texbook.base.page_place import PagePlace
from texbook.base.regular import read_regular
from texbook.base.source import read_source
from texbook.build.state import BuildState, load_state, state_path
from texbook.project import open_project
from texbook.system.process import Limits, run_process
from texbook.texfiles.synctex import SyncTex, SyncTexError, read_synctex_file
from texbook.texfiles.synctex_sheet import body_span, boxes_of_line, printed_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from texbook.project import Project

_SECONDS = 60.0
_PATIENCE_SECONDS = 5.0
_FIELD = re.compile(r"(?m)^(Output|Page|x|y|h|v|W|H|Input|Line|Column):(.*)$")
_FRESH = '"texbook build" writes it'
_ANEW = '"texbook build --force" writes it anew'
_BUILD = 'run "texbook build" first'


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """A line of the author's, from 1; the column where it is known."""

    path: Path
    line: int
    column: int | None = None


@dataclass(frozen=True, slots=True)
class LinePlaces:
    """What a line has printed.

    Attributes:
        path: the file.
        line: the line; if the one that was asked for has printed nothing, the nearest that has.
        places: where, in the order of ``synctex``.
    """

    path: Path
    line: int
    places: tuple[PagePlace, ...]


def book_of(file: Path) -> Project:
    """Find the book of a file: the nearest folder above it that was built, else the current one.

    Raises:
        BookError: when there is none.
        ConfigError: when the configuration is faulty.
    """
    for folder in Path(os.path.abspath(file)).parents:  # noqa: PTH100  (without "..")
        if (folder / "build" / "texbook" / "state").is_dir():
            return open_project(folder=folder)
    return open_project()


def forward(project: Project, path: Path, line: int) -> tuple[PagePlace, ...]:
    """Give the places of a line in the PDF, the first of which is to be shown.

    Args:
        project: the book.
        path: a file of the author's, relative to the current folder or to the book's.
        line: from 1. If it has printed nothing, the places are those of the nearest that has.

    Raises:
        TexbookError: as `locate`.
    """
    return locate(project, path, line).places


def locate(project: Project, path: Path, line: int) -> LinePlaces:
    """Find what a line has printed, or the nearest line that has printed anything.

    Args:
        project: the book.
        path: as for `forward`.
        line: from 1.

    Raises:
        BookError: when there is no PDF, nothing that says where its pages come from, no such file
            or line, or when the file has printed nothing.
        MissingToolError: when the program ``synctex`` is not installed.
        StorageError: when the file cannot be read.
    """
    file = _author_file(project, path)
    if "\n" in str(file):
        raise BookError(
            "SyncTeX knows nothing of a file with a line end in its path",
            hints=("give the file or its folder another name, and build the book again",),
        )
    synctex = _read(project)
    count = read_source(file).line_count
    if not 1 <= line <= count:
        raise BookError(f'"{project.display(file)}" has {count} lines: there is no line {line}')
    real = os.path.realpath(file)
    names = {tag: it for tag, it in synctex.inputs.items() if os.path.realpath(it) == real}
    lines = printed_lines(synctex.sheets, frozenset(names))
    if not lines:
        raise _unprinted(project, file)
    nearest = min(lines, key=lambda printed: (abs(printed - line), printed > line))
    name = next(iter(names.values()))
    answers = _ask(project, "view", "-i", f"{nearest}:0:{name}", "-o", str(project.pdf))
    places = _chosen(answers, synctex)
    if not places:
        # The program knows what stands in a line of print, and nothing of a line with one word.
        boxes = boxes_of_line(synctex, frozenset(names), nearest)
        places = _outermost(PagePlace(*box) for box in boxes)
    if not places:
        raise _unprinted(project, file)
    return LinePlaces(file, nearest, places)


def inverse(project: Project, page: int, x: float, y: float) -> SourcePlace:
    """Give the line that has printed what stands at a place of the PDF.

    Args:
        project: the book.
        page: from 1, as the PDF counts.
        x: points from the left edge of the page.
        y: points from its top.

    Raises:
        BookError: when there is no PDF, nothing that says where its pages come from, no such page,
            or nothing on it.
        MissingToolError: when the program ``synctex`` is not installed.
    """
    count = len(_read(project).sheets)
    if not 1 <= page <= count:
        words = f"{count} pages" if count != 1 else "one page"
        raise BookError(f'"{project.pdf.name}" has {words}: there is no page {page}')
    place = f"{page}:{x:f}:{y:f}:{project.pdf}"
    for answer in _ask(project, "edit", "-o", place):
        if answer.get("Input") and int(answer["Line"]) > 0:
            column = int(answer["Column"])
            path = Path(os.path.normpath(project.root / answer["Input"]))
            return SourcePlace(path, int(answer["Line"]), column if column > 0 else None)
    raise BookError(f"nothing on page {page} comes from a line of the book")


def printed_pages(project: Project, paths: Iterable[Path]) -> frozenset[int]:
    """Give the pages on which anything stands that comes from some files; none if nobody knows.

    Args:
        project: the book.
        paths: the author's files.
    """
    wanted = {os.path.realpath(path) for path in paths}
    try:
        synctex = _read(project)
    except TexbookError:
        return frozenset()
    tags = [tag for tag, name in synctex.inputs.items() if os.path.realpath(name) in wanted]
    if not tags:
        return frozenset()
    record = re.compile(rb"\n\D(?:%s)," % b"|".join(b"%d" % tag for tag in tags))
    pages = enumerate(synctex.sheets, 1)
    return frozenset(number for number, sheet in pages if record.search(sheet))


def preview_address(project: Project) -> Path:
    """Give the file in which a running preview of a book tells where it is."""
    return project.work_folder / "preview.json"


def show_in_preview(project: Project, place: PagePlace) -> None:
    """Have the running preview show a place.

    Raises:
        BookError: when no preview runs.
    """
    import http.client  # noqa: PLC0415  (start-up time)
    from urllib.parse import urlsplit  # noqa: PLC0415  (start-up time)

    hints = ('"texbook watch --serve" starts one',)
    try:
        told = json.loads(read_regular(preview_address(project)))
        url = urlsplit(told["url"])
        port = url.port
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BookError("no preview of this book is running", hints=hints) from None
    if url.scheme != "http" or url.hostname != "127.0.0.1" or port is None:
        raise BookError("no preview of this book is running", hints=hints)
    connection = http.client.HTTPConnection(url.hostname, port, timeout=_PATIENCE_SECONDS)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request("POST", f"{url.path}show", json.dumps(asdict(place)), headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        raise BookError("the preview of this book does not answer", hints=hints) from None
    finally:
        connection.close()
    if status != http.client.NO_CONTENT:
        raise BookError(f"the preview of this book refuses (HTTP status {status})", hints=hints)


def _author_file(project: Project, path: Path) -> Path:
    """Find the file that is meant.

    Raises:
        BookError: when there is none.
    """
    # A watch may have no current folder: somebody has removed it, and made another of its name.
    for folder in (project.root,) if path.is_absolute() else (Path.cwd(), project.root):
        file = Path(os.path.normpath(folder / path))
        if file.is_file():
            return file
    raise BookError(
        f'there is no file "{path}"',
        hints=("give its path from the current folder or from the book's",),
    )


def _read(project: Project) -> SyncTex:
    """Read the file beside the PDF.

    Raises:
        BookError: when there is none that fits the PDF.
    """
    name = project.synctex.name
    if not project.pdf.is_file():
        raise BookError(f'there is no "{project.pdf.name}" yet', hints=(_BUILD,))
    if not project.synctex.is_file():
        if not project.config.build.synctex:
            message = f'there is no "{name}": the configuration says synctex = false'
            raise BookError(message, hints=('take that line out and run "texbook build"',))
        state = load_state(state_path(project))
        has_failed = isinstance(state, BuildState) and state.synctex is None
        hints = (_ANEW if has_failed else _FRESH,)
        raise BookError(f'there is no "{name}" beside the PDF', hints=hints)
    if _is_of_another_pdf(project):
        message = f'"{name}" does not belong to the PDF that is there'
        raise BookError(message, hints=(_FRESH,))
    try:
        return read_synctex_file(project.synctex)
    except SyncTexError:
        raise BookError(f'"{name}" is damaged', hints=(_ANEW,)) from None


def _is_of_another_pdf(project: Project) -> bool:
    state = load_state(state_path(project))
    if isinstance(state, BuildState) and state.main == project.main and state.synctex is not None:
        pairs = ((state.pdf, project.pdf), (state.synctex, project.synctex))
        same = [stamp.matches(path, seen_ns=state.seen_ns) for stamp, path in pairs]
        # Another program may have made both anew.
        return same[0] is not same[1]
    return False


def _unprinted(project: Project, file: Path) -> BookError:
    state = load_state(state_path(project))
    shown = project.display(file)
    if isinstance(state, BuildState) and file in state.inputs:
        return BookError(f'"{shown}" prints nothing on a page of "{project.pdf.name}"')
    return BookError(
        f'"{shown}" is no part of "{project.pdf.name}"',
        hints=("if you have just added it, build the book again",),
    )


def _chosen(answers: Iterable[dict[str, str]], synctex: SyncTex) -> tuple[PagePlace, ...]:
    """Leave out what cannot be seen, head and foot of a page, and boxes within others."""
    seen = [
        PagePlace(int(it["Page"]), left, bottom - height, width, height)
        for it in answers
        for left, bottom, width, height in [[float(it[key]) for key in "hvWH"]]
        if width > 0 < height
    ]
    spans = {box.page: body_span(synctex, box.page) for box in seen}
    return _outermost(
        box
        for box in seen
        for top, bottom in [spans[box.page]]
        if top <= box.y + box.height / 2 <= bottom
    )


def _outermost(boxes: Iterable[PagePlace]) -> tuple[PagePlace, ...]:
    """Leave out boxes within others."""
    kept: list[PagePlace] = []
    for box in boxes:
        if not any(other.holds(box) for other in kept):
            kept = [*(other for other in kept if not box.holds(other)), box]
    return tuple(kept)


def _ask(project: Project, *arguments: str) -> Iterator[dict[str, str]]:
    """Run ``synctex`` and give the fields of each answer."""
    output: list[bytes] = []
    run_process(
        ("synctex", *arguments),
        folder=project.root,
        environment={**os.environ, "LC_ALL": "C"},
        limits=Limits(wall_seconds=_SECONDS),
        registry=None,
        on_output=output.append,
    )
    answer: dict[str, str] = {}
    for field, value in _FIELD.findall(os.fsdecode(b"".join(output))):
        if field == "Output" and len(answer) > 1:
            yield answer
            answer = {}
        answer[field] = value
    if len(answer) > 1:
        yield answer
