r"""Answers minted's requests while the engine runs, so that listings need no shell.

minted itself decides what it needs and asks through a pair of named pipes in the run's folder
(`highlight_tex`); a thread here carries the request out and answers. One round trip takes about
0.2 ms. Finished listings are kept for the next build, which lays them down before TeX starts.
"""

from __future__ import annotations

import difflib
import re
import time
from typing import TYPE_CHECKING, Self

from texbook.base.errors import TexbookError
from texbook.build.highlight_store import has_other_version, load_listings, save_listings
from texbook.build.highlight_tex import tex_code
from texbook.build.model import ShellEscape
from texbook.build.request_pipes import Answer, Question, RequestPipes
from texbook.code.minted import parse_command
from texbook.code.requests import ListingError, ObstacleKind
from texbook.messages.listings import POLICY, Refusal

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from texbook.code.workspace import Workspace

_OLD_CACHE_LIST = re.compile(rb"\\gdef\\minted@oldcachelist\{([^}]*)\}")


class HighlightService:
    r"""Highlights for one engine run; a context manager around that run.

    Args:
        folder: the engine's working folder; it must exist.
        cache: the folder in which finished listings are kept between builds.
        shell_escape: with `ShellEscape.FULL`, what cannot be done here goes to TeX's own shell.
        read_below: listings are read below this folder only; None for wherever TeX may read.
        prunes: the run has all listings of the document, so that others may leave the store.

    Example: put `tex_code` on the engine's command line before the main file::

        with HighlightService(folder, cache, ShellEscape.RESTRICTED) as service:
            run(["xelatex", "-jobname=main", service.tex_code + r"\input{main}"], cwd=folder)
        service.refusals
    """

    def __init__(
        self,
        folder: Path,
        cache: Path,
        shell_escape: ShellEscape,
        *,
        read_below: Path | None = None,
        prunes: bool = True,
    ):
        self._folder = folder
        self._cache = cache
        self._shell_escape = shell_escape
        self._read_below = read_below
        self._prunes = prunes
        self._stored: dict[str, bytes] = {}
        self._workspace: Workspace | None = None
        self._refusals: list[Refusal] = []
        self._handed_over: list[Refusal] = []
        self._failure: BaseException | None = None
        self._pipes = RequestPipes(folder, self._answer)
        self.seconds = 0.0
        """For how long requests were worked on."""
        self.other_version = False
        """The store was made by another version of Pygments, so that nothing of it counts."""

    @property
    def tex_code(self) -> str:
        """One line of TeX for the engine's command line; inert where minted 2 is not loaded.

        To be asked for inside the context. It is empty where the disk has no named pipes and
        TeX has its own shell.
        """
        if not self._pipes.is_supported and self._shell_escape is ShellEscape.FULL:
            return ""
        return tex_code()

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What was refused, in the order of TeX's error messages ("Package texbook Error")."""
        return tuple(self._refusals)

    @property
    def handed_over(self) -> tuple[Refusal, ...]:
        """What was given to TeX's own shell instead (only with `ShellEscape.FULL`)."""
        return tuple(self._handed_over)

    @property
    def inputs(self) -> frozenset[Path]:
        r"""The files that listings were read from (``\inputminted``), and one of Pygments itself.

        The engine's own recorder misses those whose names stand in quotes.
        """
        if self._workspace is None:
            return frozenset()
        from texbook.code.highlight import pygments_file  # noqa: PLC0415

        return frozenset({*self._workspace.inputs, pygments_file()})

    @property
    def highlighted(self) -> int:
        """How many listings were highlighted anew, because the store did not have them."""
        finished = set() if self._workspace is None else set(self._workspace.finished)
        return sum(name.endswith(".pygtex") for name in finished - set(self._stored))

    def __enter__(self) -> Self:
        """Make the pipes, lay down finished listings and begin to answer.

        Raises:
            StorageError: when the folder does not take the files.
        """
        self._stored = load_listings(self._cache)
        self.other_version = not self._stored and has_other_version(self._cache)
        if self._stored:
            self._make_workspace().put_back(self._stored)
        self._pipes.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the thread, remove the pipes and keep what was finished.

        Raises:
            StorageError: when a listing could not be written during the run.
        """
        self._pipes.__exit__(kind, error, traceback)
        if error is None and self._failure is not None:
            raise self._failure
        self._keep_finished()

    def _make_workspace(self) -> Workspace:
        from texbook.code.workspace import Workspace  # noqa: PLC0415  (late: brings Pygments)

        if self._workspace is None:
            self._workspace = Workspace(self._folder, self._read_below)
        return self._workspace

    def _answer(self, question: Question) -> Answer:
        started = time.monotonic()
        try:
            return self._decide(question)
        except BaseException as error:  # noqa: BLE001  (TeX waits for an answer; raised in __exit__)
            self._failure = self._failure or error
            shown = error.message if isinstance(error, TexbookError) else "texbook failed"
            return Answer("refused", shown)
        finally:
            self.seconds += time.monotonic() - started

    def _decide(self, question: Question) -> Answer:
        try:
            request = parse_command(question.command)
            if request is None:
                # Not minted's: TeX does with it what it would do without texbook.
                return Answer("shell")
            self._make_workspace().carry_out(request)
        except ListingError as obstacle:
            full = self._shell_escape is ShellEscape.FULL
            (self._handed_over if full else self._refusals).append(
                _refusal(obstacle, question, self._folder)
            )
            return Answer("shell" if full else "refused", obstacle.message)
        return Answer("done")

    def _keep_finished(self) -> None:
        """Store what this run used; a run that did not get to its end only adds."""
        finished = {} if self._workspace is None else self._workspace.finished
        # Another run may have added to the store since this one began.
        stored = self._stored if self._prunes else load_listings(self._cache)
        files = stored | finished
        used = _used_names(self._folder) if self._prunes else None
        if used is not None:
            files = {
                name: content
                for name, content in files.items()
                if name in finished or name.rpartition("/")[2] in used
            }
        if files != stored:
            save_listings(self._cache, files)


def _refusal(obstacle: ListingError, question: Question, folder: Path) -> Refusal:
    hints = obstacle.hints
    if obstacle.kind is ObstacleKind.FILE and not hints:
        hints = _close_files(folder, obstacle.subject)
    if obstacle.kind in POLICY:
        hints += ("to let TeX run this command in a shell, say --shell-escape",)
    return Refusal(
        kind=obstacle.kind,
        message=obstacle.message,
        subject=obstacle.subject,
        hints=hints,
        command=question.command,
        file=question.file,
        line=question.line,
    )


def _close_files(folder: Path, name: str) -> tuple[str, ...]:
    """Suggest files beside the one that is not there."""
    parent = (folder / name).parent
    names = sorted(path.name for path in parent.iterdir()) if parent.is_dir() else []
    close = difflib.get_close_matches(name.rpartition("/")[2], names, n=1, cutoff=0.7)
    if close:
        return (f'did you mean "{name.rpartition("/")[0]}{"/" if "/" in name else ""}{close[0]}"?',)
    return ("paths begin at the folder of the main file; check spelling and capital letters",)


def _used_names(folder: Path) -> frozenset[str] | None:
    """Give the cache files that minted says it used, from the auxiliary file of a whole run."""
    for path in folder.glob("*.aux"):
        found = _OLD_CACHE_LIST.search(path.read_bytes())
        if found:
            names = found[1].decode("utf-8", "replace").split(",")
            return frozenset(name.strip() for name in names)
    return None
