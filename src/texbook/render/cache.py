"""What templates gave in an earlier run, kept as long as none of their inputs has changed."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import texbook
from texbook.base.atomic import write_atomically
from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.digest import digest_file, digest_text
from texbook.base.errors import StorageError
from texbook.base.sourcemap import SourceMap
from texbook.base.span import Position, Span
from texbook.render.frontmatter import FrontMatter

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from texbook.project import Project
    from texbook.render.render import RenderOutcome


class RenderCache:
    """``build/texbook/render.json``; a damaged or older file counts as none."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._path = project.work_folder / "render.json"
        self._entries: dict[str, Any] = {}
        self._digests: dict[str, str | None] = {}
        self._version = _code_version()

    def load(self) -> None:
        """Read the file, if it is there and ours."""
        try:
            table = json.loads(self._path.read_bytes())
            if table["version"] == self._version and table["root"] == str(self._project.root):
                self._entries = dict(table["entries"])
        except (OSError, ValueError, TypeError, KeyError):
            self._entries = {}

    def get(self, template: Path, replaced: Container[Path] = ()) -> RenderOutcome | None:
        """Give what a template gave, unless a file it depends on has changed or is replaced."""
        entry = self._entries.get(str(template))
        try:
            if entry is None or any(
                Path(path) in replaced or self._digest(path) != digest
                for path, digest in entry["looked_at"].items()
            ):
                return None
            return _outcome_from_json(entry["outcome"])
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            return None

    def put(self, template: Path, outcome: RenderOutcome, looked_at: Iterable[Path]) -> None:
        """Remember what a template gave, and the state of what it depends on."""
        self._entries[str(template)] = {
            "looked_at": {str(path): self._digest(str(path)) for path in looked_at},
            "outcome": _outcome_to_json(outcome),
        }

    def shrink(self, templates: Iterable[Path]) -> bool:
        """Forget templates that are gone; say whether there were any."""
        gone = set(self._entries) - {str(path) for path in templates}
        for name in gone:
            del self._entries[name]
        return bool(gone)

    def looked_at(self) -> dict[Path, str | None]:
        """Give the digest of every file on which the texts depend; None for one not found."""
        return {
            Path(path): digest
            for entry in self._entries.values()
            for path, digest in entry["looked_at"].items()
        }

    def save(self) -> None:
        """Write the file; where that is not possible (a read-only checkout) there is no cache."""
        table = {
            "version": self._version,
            "root": str(self._project.root),
            "entries": self._entries,
        }
        ignore = self._path.with_name(".gitignore")
        with contextlib.suppress(StorageError):
            if not ignore.exists():
                write_atomically(ignore, b"*\n")
            write_atomically(self._path, json.dumps(table, ensure_ascii=False).encode())

    def _digest(self, path: str) -> str | None:
        if path not in self._digests:
            # A pipe of that name would keep us waiting for ever.
            self._digests[path] = digest_file(Path(path)) if Path(path).is_file() else None
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
