"""What templates gave in an earlier run, kept as long as none of their inputs has changed."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import texbook
from texbook.base.atomic import write_atomically
from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.digest import digest_file, digest_text
from texbook.base.errors import StorageError
from texbook.base.regular import LARGEST_KEPT, read_regular
from texbook.base.source import is_file
from texbook.base.sourcemap import SourceMap
from texbook.base.span import Position, Span
from texbook.render.frontmatter import FrontMatter

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from texbook.project import Project
    from texbook.render.order import BookListing
    from texbook.render.render import RenderOutcome


@dataclass(frozen=True, slots=True)
class Sight:
    """What a template looked at when it was rendered.

    Attributes:
        paths: every file that was read or looked for in vain.
        book: whether it asked for the questions of the book.
    """

    paths: tuple[Path, ...]
    book: bool = False


class RenderCache:
    """``build/texbook/render.json``; a damaged or older file counts as none.

    It may be kept for many renderings of a book, each of which begins with `begin`. A template that
    speaks of the whole book depends on what `BookListing.digest` says, not on the files behind it.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._path = project.work_folder / "render.json"
        self._entries: dict[str, Any] = {}
        self._book: dict[str, Any] = {}
        self._outcomes: dict[str, RenderOutcome] = {}
        self._digests: dict[str, str | None] = {}
        self._book_digest: str | None = None
        self._is_loaded = False
        self._is_changed = False
        self._version = _code_version()

    def begin(self) -> None:
        """Look at all files anew; read what an earlier process kept, if it was not read yet."""
        self._digests = {}
        self._book_digest = None
        if self._is_loaded:
            return
        self._is_loaded = True
        try:
            table = json.loads(read_regular(self._path, LARGEST_KEPT))
            if table["version"] == self._version and table["root"] == str(self._project.root):
                self._entries, self._book = dict(table["entries"]), dict(table["book"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            self._entries = {}

    def get(
        self,
        template: Path,
        listing: Callable[[], BookListing],
        replaced: Container[Path] = (),
    ) -> RenderOutcome | None:
        """Give what a template gave, unless a file it depends on has changed or is replaced.

        Args:
            template: the author's file.
            listing: gives the questions of the book; asked only if one of its files has changed.
            replaced: files in whose place other texts stand.
        """
        name = str(template)
        entry = self._entries.get(name)
        try:
            if entry is None or not self._holds(entry["looked_at"], replaced):
                return None
            if entry["book"] not in (None, self._digest_of_book(entry, listing, replaced)):
                return None
            if name not in self._outcomes:
                self._outcomes[name] = _outcome_from_json(entry["outcome"])
            return self._outcomes[name]
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            return None

    def put(
        self,
        template: Path,
        outcome: RenderOutcome,
        sight: Sight,
        listing: Callable[[], BookListing],
    ) -> None:
        """Remember what a template gave, and the state of what it depends on."""
        name = str(template)
        self._entries[name] = {
            "looked_at": self._digests_of(sight.paths),
            "book": self._note_book(listing()) if sight.book else None,
            "outcome": _outcome_to_json(outcome),
        }
        self._outcomes[name] = outcome
        self._is_changed = True

    def shrink(self, templates: Iterable[Path]) -> None:
        """Forget templates that are gone."""
        for name in set(self._entries) - {str(path) for path in templates}:
            del self._entries[name]
            self._outcomes.pop(name, None)
            self._is_changed = True

    def looked_at(self) -> dict[Path, str | None]:
        """Give the digest of every file on which the texts depend; None for one not found."""
        seen: dict[str, str | None] = {}
        for entry in self._entries.values():
            seen |= entry["looked_at"]
        if any(entry["book"] is not None for entry in self._entries.values()):
            seen |= self._book["looked_at"]
        return {Path(path): digest for path, digest in seen.items()}

    def save(self) -> None:
        """Write the file if anything is new; where that cannot be (read-only), there is none."""
        if not self._is_changed:
            return
        self._is_changed = False
        table = {
            "version": self._version,
            "root": str(self._project.root),
            "entries": self._entries,
            "book": self._book,
        }
        ignore = self._path.with_name(".gitignore")
        with contextlib.suppress(StorageError):
            if not ignore.exists():
                write_atomically(ignore, b"*\n")
            content = json.dumps(table, ensure_ascii=False).encode()
            write_atomically(self._path, content, durable=False)

    def _holds(self, looked_at: Mapping[str, str | None], replaced: Container[Path]) -> bool:
        return not any(
            Path(path) in replaced or self._digest(path) != digest
            for path, digest in looked_at.items()
        )

    def _digest_of_book(
        self,
        entry: Mapping[str, Any],
        listing: Callable[[], BookListing],
        replaced: Container[Path],
    ) -> str | None:
        """Digest what templates can learn of the book, once for each rendering of all."""
        if entry["book"] is None:
            return None
        if self._book_digest is None:
            if self._book and self._holds(self._book["looked_at"], replaced):
                self._book_digest = self._book["digest"]
            else:
                found = listing()
                self._book_digest = found.digest()
                if not any(path in replaced for path in found.looked_at):
                    self._note_book(found)
        return self._book_digest

    def _note_book(self, listing: BookListing) -> str:
        digest = listing.digest()
        looked_at = self._digests_of(listing.looked_at)
        if self._book != {"digest": digest, "looked_at": looked_at}:
            self._book = {"digest": digest, "looked_at": looked_at}
            self._is_changed = True
        return digest

    def _digests_of(self, paths: Iterable[Path]) -> dict[str, str | None]:
        return {str(path): self._digest(str(path)) for path in paths}

    def _digest(self, path: str) -> str | None:
        if path not in self._digests:
            # A pipe of that name would keep us waiting for ever.
            self._digests[path] = digest_file(Path(path)) if is_file(Path(path)) else None
        return self._digests[path]


def _code_version() -> str:
    """Give a value that changes with the code that renders: its release, sizes and times."""
    here = Path(__file__).parent
    others = (here.parent / name for name in ("texfiles/bib.py", "base/results.py", "project.py"))
    # latex/ finds the order of the book's questions.
    files = sorted((*here.glob("*.py"), *(here.parent / "latex").glob("*.py"), *others))
    stats = [
        (path.name, stat.st_size, stat.st_mtime_ns) for path in files for stat in [path.stat()]
    ]
    return digest_text(repr((texbook.__version__, stats)))


def _outcome_to_json(outcome: RenderOutcome) -> dict[str, Any]:
    return {
        "rendered": [
            {
                "template": str(item.template),
                "name": str(item.name),
                "text": item.text,
                "map": item.source_map.to_json(),
                "inputs": [str(path) for path in item.inputs],
                "front_matter": _front_matter_to_json(item.front_matter),
                "diagnostics": [_diagnostic_to_json(d) for d in item.diagnostics],
            }
            for item in outcome.rendered
        ],
        "diagnostics": [_diagnostic_to_json(item) for item in outcome.diagnostics],
    }


def _outcome_from_json(value: dict[str, Any]) -> RenderOutcome:
    from texbook.render.render import Rendered, RenderOutcome  # noqa: PLC0415  (cycle)

    rendered = tuple(
        Rendered(
            template=Path(item["template"]),
            name=Path(item["name"]),
            text=item["text"],
            source_map=SourceMap.from_json(item["map"]),
            inputs=tuple(Path(path) for path in item["inputs"]),
            front_matter=_front_matter_from_json(item["front_matter"]),
            diagnostics=tuple(_diagnostic_from_json(d) for d in item["diagnostics"]),
        )
        for item in value["rendered"]
    )
    return RenderOutcome(rendered, tuple(_diagnostic_from_json(d) for d in value["diagnostics"]))


def _front_matter_to_json(front_matter: FrontMatter | None) -> dict[str, Any] | None:
    if front_matter is None:
        return None
    return {name: getattr(front_matter, name) for name in FrontMatter.__dataclass_fields__}


def _front_matter_from_json(value: dict[str, Any] | None) -> FrontMatter | None:
    if value is None:
        return None
    lists = {name: tuple(value[name]) for name in ("topics", "related")}
    return FrontMatter(**(value | lists))


def _diagnostic_to_json(item: Diagnostic) -> dict[str, Any]:
    assert item.fix is None  # nothing in this room offers one
    return {
        "code": item.code,
        "severity": item.severity.value,
        "message": item.message,
        "span": _span_to_json(item.span),
        "hints": item.hints,
        "related": [(_span_to_json(r.span), r.message) for r in item.related],
        "source": item.source,
        "name": item.name,
    }


def _diagnostic_from_json(value: dict[str, Any]) -> Diagnostic:
    related = []
    for place, message in value["related"]:
        span = _span_from_json(place)
        assert span is not None
        related.append(Related(span, message))
    return Diagnostic(
        **{name: value[name] for name in ("code", "message", "source", "name")},
        severity=Severity(value["severity"]),
        span=_span_from_json(value["span"]),
        hints=tuple(value["hints"]),
        related=tuple(related),
    )


def _span_to_json(span: Span | None) -> list[Any] | None:
    if span is None:
        return None
    ends = [None if end is None else [end.line, end.column] for end in (span.start, span.end)]
    return [str(span.path), *ends]


def _span_from_json(value: list[Any] | None) -> Span | None:
    if value is None:
        return None
    start, end = (None if pair is None else Position(*pair) for pair in value[1:])
    return Span(Path(value[0]), start, end)
