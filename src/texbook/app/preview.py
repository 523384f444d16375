"""The live preview of a watched book: what the browsers are shown, and what they ask for."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from texbook.app.sync import forward, inverse, preview_address, printed_pages
from texbook.base.atomic import storage_errors
from texbook.base.errors import StorageError, TexbookError
from texbook.base.source import read_source
from texbook.build.model import Outcome
from texbook.preview.extra import check_extra
from texbook.system.editor_choice import choose_editor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from texbook.base.page_place import PagePlace
    from texbook.build.model import BuildResult, PagesAhead
    from texbook.preview.hub import Hub
    from texbook.project import Project
    from texbook.system.editor import Editor

_NEAR = 5
"""Lines around the one that SyncTeX names in which the word that was clicked is looked for."""
_SHORTEST_PART = 3
"""Letters of a part of a word that is looked for: two of them stand in every line."""
_APOSTROPHES = "['\N{RIGHT SINGLE QUOTATION MARK}]"
"""TeX prints the second where the first is typed."""


@dataclass(frozen=True, slots=True)
class PreviewOptions:
    """What the person asked for.

    Attributes:
        port: None for the usual one, or any that is free.
        editor: as for `choose_editor`; None to find one out when a place is to be opened.
        environment: tells which editor the person uses.
    """

    port: int | None = None
    editor: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview that runs.

    Attributes:
        hub: what all browsers are shown.
        url: where a browser finds it.
    """

    hub: Hub
    url: str
    _desk: _Desk

    def show_book(
        self, project: Project, result: BuildResult, changed: Sequence[Path] = ()
    ) -> None:
        """Show the PDF that a build has brought up to date.

        Args:
            project: the book, which the watch may have opened anew.
            result: what the build gave.
            changed: the files that led to it.
        """
        if project.work_folder != self._desk.project.work_folder:
            _forget_address(self._desk.project, self.url)
        self._desk.project = project
        with suppress(StorageError):
            # Whoever cleans up, or takes the folder away and brings it back, has removed it.
            _write_address(project, self.url)
        if result.outcome is not Outcome.FAILED:
            sources = partial(printed_pages, project, changed)
            self.hub.show_document(project.pdf, result.looks, sources=sources)

    def show_ahead(self, ahead: PagesAhead) -> None:
        """Show edited pages of which the PDF is still being made."""
        chosen = [place - 1 for place in ahead.places]
        self.hub.show_ahead(ahead.pdf, ahead.looks, chosen, 1, self.hub.page_count)


@contextmanager
def open_preview(project: Project, options: PreviewOptions) -> Iterator[Preview]:
    """Serve a preview of a book, which shows the PDF that is there until a build gives another.

    Args:
        project: the book.
        options: what the person asked for.

    Raises:
        MissingToolError: when the packages of the extra are not installed, or the editor.
        UsageError: when the port is taken, or the editor is none.
        StorageError: when the preview's address cannot be written down.
    """
    check_extra()
    from texbook.preview.hub import Hub  # noqa: PLC0415  (packages of the extra)
    from texbook.preview.model import Actions  # noqa: PLC0415
    from texbook.preview.server import PreviewServer  # noqa: PLC0415

    desk = _Desk(project, options)
    if options.editor is not None:
        desk.find_editor()
    hub = Hub(title=project.title, folder=project.root)
    with ExitStack() as exits:
        actions = Actions(desk.open_page, desk.open_file, desk.locate)
        server = exits.enter_context(PreviewServer(hub, actions, port=options.port))
        if project.pdf.is_file():
            hub.show_document(project.pdf, None)
        exits.callback(lambda: _forget_address(desk.project, server.url))
        _make_way(project)
        _write_address(project, server.url)
        yield Preview(hub, server.url, desk)


@dataclass(slots=True)
class _Desk:
    """Does what the browsers ask for."""

    project: Project
    options: PreviewOptions
    _editor: Editor | None = None

    def find_editor(self) -> Editor:
        """Find out the person's editor, once.

        Raises:
            MissingToolError, UsageError, ConfigError: as `choose_editor`.
        """
        if self._editor is None:
            environment = self.options.environment
            self._editor = choose_editor(self.options.editor, environment=environment)
        return self._editor

    def open_page(self, page: int, x: float, y: float, word: str) -> tuple[Path, int]:
        """Open the editor where a place of the PDF comes from.

        Raises:
            TexbookError: as `inverse`, and when no editor can be started.
        """
        place = inverse(self.project, page, x, y)
        line, column = find_word(place.path, place.line, word)
        return self.open_file(place.path, line, column or place.column)

    def open_file(self, path: Path, line: int, column: int | None) -> tuple[Path, int]:
        """Open the editor at a place of a file.

        Raises:
            TexbookError: when no editor can be started.
        """
        self.find_editor().open(path, line, column)
        return path, line

    def locate(self, path: Path, line: int) -> PagePlace | None:
        """Give the first place in the PDF of a line of the author's; None if it printed nothing."""
        with suppress(TexbookError):
            return next(iter(forward(self.project, path, line)), None)
        return None


def find_word(path: Path, line: int, word: str) -> tuple[int, int | None]:
    """Find a word of a page in the source, near the line that SyncTeX gives.

    TeX knows lines and no columns, and at times the end of a paragraph for its begin.

    Args:
        path: the file.
        line: where to begin, from 1.
        word: as it stands on the page; empty for none.

    Returns:
        The nearest line that holds the word, and its column; the line as given if none does.
    """
    try:
        lines = read_source(path).text.split("\n")
    except TexbookError:
        return line, None
    last = min(line + _NEAR, len(lines))
    near = sorted(range(max(1, line - _NEAR), last + 1), key=lambda at: abs(at - line))
    for pattern in _patterns(word.strip()):
        for number in near:
            if found := pattern.search(lines[number - 1]):
                return number, found.start(1) + 1
    return line, None


def _patterns(word: str) -> Iterator[re.Pattern[str]]:
    """Yield what to look for: the word, then one of which it is a part, parted by a line's end."""
    # A font may have one sign for several letters: NFKC gives the letters.
    whole = unicodedata.normalize("NFKC", word)
    part = whole.strip("-")
    if not part:
        return
    yield re.compile(rf"(?<!\w)({_spelled(whole)})(?!\w)", re.IGNORECASE)
    if len(part) < _SHORTEST_PART:
        return
    if whole.endswith("-"):
        yield re.compile(rf"(?<!\w)({_spelled(part)})-?\w", re.IGNORECASE)
    else:
        yield re.compile(rf"(?<!\w)(\w+-?{_spelled(part)})(?!\w)", re.IGNORECASE)


def _spelled(word: str) -> str:
    return "".join(
        _APOSTROPHES if re.match(_APOSTROPHES, letter) else re.escape(letter) for letter in word
    )


def _make_way(project: Project) -> None:
    """Remove the address of another preview: of one that was killed, or is the older one.

    Raises:
        StorageError: when access is denied.
    """
    path = preview_address(project)
    with storage_errors("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)


def _write_address(project: Project, url: str) -> None:
    """Write down where the preview is, for this person alone: the address lets a browser in.

    Raises:
        StorageError: when the disk is full, access is denied, or there is an address.
    """
    path = preview_address(project)
    with storage_errors("write", path):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            json.dump({"url": url, "pid": os.getpid()}, stream)


def _forget_address(project: Project, url: str) -> None:
    """Remove the address, unless another preview has taken its place."""
    path = preview_address(project)
    with suppress(OSError, ValueError):
        if json.loads(path.read_bytes())["url"] == url:
            path.unlink()
