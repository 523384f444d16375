"""minted's commands, carried out on the files of one folder without any shell."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from texbook.base.atomic import storage_errors
from texbook.code.highlight import (
    dedent_listing,
    highlight_listing,
    is_built_in,
    style_definitions,
)
from texbook.code.requests import (
    DedentRequest,
    FolderRequest,
    HighlightRequest,
    ListingError,
    MoveRequest,
    ObstacleKind,
    ProbeRequest,
    RemoveRequest,
    Request,
    StyleRequest,
)

# Names that minted makes of the digests of a listing and its command line, and of a style.
_BY_CONTENT = re.compile(r"[0-9A-F]{64}\.pygtex|[\w+.-]+\.pygstyle")


@dataclass(slots=True)
class Workspace:
    """The folder in which TeX runs, as far as minted is concerned.

    Attributes:
        folder: nothing is ever written outside of it.
        read_below: listings are read below this folder only; None for wherever TeX may read.
        finished: outputs (relative path to bytes) that hold for any later run with the same
            Pygments, because their names are digests of all that they depend on.
        inputs: the files of listings that were read, without those that minted wrote itself.
    """

    folder: Path
    read_below: Path | None = None
    finished: dict[str, bytes] = field(default_factory=dict)
    inputs: set[Path] = field(default_factory=set)

    def carry_out(self, request: Request) -> None:
        """Do what the shell would have done.

        Raises:
            ListingError: when it cannot be done, or must not be.
            StorageError: when the disk is full or access is denied.
        """
        match request:
            case HighlightRequest() | StyleRequest():
                self._highlight(request)
            case DedentRequest():
                code = dedent_listing(request, self._read(request.source))
                self._write(request.output, code)
            case ProbeRequest():
                self._write(request.marker, b"")
            case FolderRequest():
                folder = self._inside(request.folder)
                with storage_errors("create", folder):
                    folder.mkdir(parents=True, exist_ok=True)
            case RemoveRequest():
                self._own_file(request.file).unlink(missing_ok=True)
            case MoveRequest():
                self._move(request)

    def put_back(self, finished: dict[str, bytes]) -> None:
        """Lay down outputs of an earlier run, so that TeX need not ask for them.

        Raises:
            StorageError: when the disk is full or access is denied.
        """
        for name, content in finished.items():
            path = self._inside(name)
            with storage_errors("create", path.parent):
                path.parent.mkdir(parents=True, exist_ok=True)
            self._write(name, content)

    def _highlight(self, request: HighlightRequest | StyleRequest) -> None:
        if isinstance(request, HighlightRequest):
            content = highlight_listing(request, self._read(request.source))
        else:
            content = style_definitions(request)
        self._write(request.output, content)
        name = os.path.normpath(request.output)
        # minted puts quotes around a name with spaces, and XeTeX finds no file of that name to make
        # the digest of: it is then the digest of nothing.
        by_content = isinstance(request, StyleRequest) or " " not in request.source
        if by_content and _BY_CONTENT.fullmatch(Path(name).name) and is_built_in(request):
            self.finished[name] = content

    def _move(self, request: MoveRequest) -> None:
        source = self._own_file(request.source)
        target = self._own_file(request.target)
        try:
            source.replace(target)
        except OSError as error:
            raise ListingError(
                ObstacleKind.FILE, f'cannot move "{request.source}": {error.strerror}'
            ) from error

    def _read(self, name: str) -> bytes:
        path = self.folder / name
        if self.read_below is not None and not path.resolve().is_relative_to(
            self.read_below.resolve()
        ):
            raise ListingError(
                ObstacleKind.OUTSIDE, f'"{name}" is outside the book\'s folder', subject=name
            )
        if not path.is_file():
            raise ListingError(ObstacleKind.FILE, f'there is no file "{name}"', subject=name)
        if path.suffix != ".pyg":
            self.inputs.add(path)
        with storage_errors("read", path):
            return path.read_bytes()

    def _write(self, name: str, content: bytes) -> None:
        path = self._own_file(name)
        with storage_errors("write", path):
            path.write_bytes(content)

    def _own_file(self, name: str) -> Path:
        """Give the path of a file to write or remove: a regular one, or one not there yet."""
        path = self._inside(name)
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise ListingError(ObstacleKind.OUTSIDE, f'"{name}" is not a plain file', subject=name)
        return path

    def _inside(self, name: str) -> Path:
        """Give the path of a name, if neither ``..`` nor a link leads out of the folder."""
        path = self.folder / name
        if Path(name).is_absolute() or not path.resolve().is_relative_to(self.folder.resolve()):
            raise ListingError(
                ObstacleKind.OUTSIDE,
                f'"{name}" is outside the folder in which TeX runs',
                subject=name,
            )
        return path
