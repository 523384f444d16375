"""Write the configuration for a book that is there, and say what it was inferred from."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.atomic import write_atomically
from texbook.base.errors import ConfigError, UsageError
from texbook.base.source import SourceFile, is_file, read_source
from texbook.base.toml import parse_toml
from texbook.config.load import find_config
from texbook.config.model import NINE_SECTIONS, Config
from texbook.latex.includes import find_includes, include_order
from texbook.lint.book import Book, Document
from texbook.lint.infer import infer_structure, unknown_verbatim
from texbook.project import open_project
from texbook.render.render import render_templates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from texbook.lint.infer import InferredStructure
    from texbook.project import Project
    from texbook.render.render import Rendered

PYPROJECT = "pyproject.toml"
_HEAD = (
    "# The configuration of this book; docs/configuration.md of texbook describes every key.\n\n"
)
_MINIMAL = """
# Name the sections that every question must have, and lint checks them:
# [structure]
# unit = "section"
# sections = ["Problem", "Solution"]
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A configuration for a book.

    Attributes:
        path: where it belongs; nothing is written yet.
        text: its tables, as texbook.toml or as a part of pyproject.toml.
        seen: what it was inferred from, a label and a sentence each.
        inferred: whether more than the main file could be told.
    """

    path: Path
    text: str
    seen: tuple[tuple[str, str], ...]
    inferred: bool


@dataclass(slots=True)
class _Draft:
    """What has been found so far: tables of keys with their TOML values, and sentences."""

    tables: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)

    def set(self, table: str, key: str, value: str | Iterable[str]) -> None:
        self.tables.setdefault(table, {})[key] = _toml(value)

    def saw(self, label: str, words: str) -> None:
        self.seen.append((label, words))


def propose_config(main: Path | None, *, folder: Path, pyproject: bool = False) -> Proposal:
    """Look at a book and make a configuration for it; nothing is written.

    Args:
        main: the main file named by the person, or None to find it.
        folder: where to look for it.
        pyproject: make a part of the pyproject.toml beside the main file.

    Raises:
        BookError: when there is no book, or more than one, or a text is not valid UTF-8.
        UsageError: when there is no such pyproject.toml.
    """
    project = open_project(main, folder=folder)
    path = project.root / (PYPROJECT if pyproject else "texbook.toml")
    if pyproject and not path.is_file():
        raise UsageError(
            f'there is no "{project.display(path)}"',
            hints=('without "--pyproject" the configuration becomes a file texbook.toml',),
        )
    rendered = render_templates(project).rendered
    book = _read_book(project, rendered)
    draft = _Draft()
    draft.set("", "main", project.main.name)
    draft.saw("main file", f"{project.main.name}; {_plural(len(book.documents), 'file')} read")
    lost = len(project.templates()) - len(rendered)
    if lost:
        words = 'not looked at, since rendering fails; "texbook render" tells why'
        draft.saw("templates", f"{lost} {words}")
    _bibliography(book, project, draft)
    _structure(book, draft)
    _verbatim(book, draft)
    inferred = len(draft.tables) > 1 or len(draft.tables[""]) > 1
    text = _text(draft, "tool.texbook" if pyproject else "")
    return Proposal(path, text, tuple(draft.seen), inferred)


def write_config(proposal: Proposal, *, folder: Path) -> None:
    """Write a proposed configuration; one that is there is never replaced.

    Raises:
        ConfigError: when the folder, or one above it, has a configuration.
        StorageError: when it cannot be written.
    """
    existing = find_config(proposal.path.parent)
    if existing is not None:
        name = existing.relative_to(folder) if existing.is_relative_to(folder) else existing
        raise ConfigError(
            f'there is a configuration already: "{name}"',
            hints=('it stays as it is; "texbook init --print" shows what would be written',),
        )
    path = proposal.path
    before = path.read_bytes() if path.is_file() else b""
    write_atomically(path, _joined(before, proposal.text, path.name))


def _joined(before: bytes, text: str, name: str) -> bytes:
    """Put the tables behind what is in a file, in its own line ends."""
    ends = "\r\n" if b"\r\n" in before else "\n"
    if before:
        gap = ends if before.endswith(b"\n") else 2 * ends
        text = gap + text.replace("\n", ends)
    content = before + text.encode()
    try:
        parse_toml(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f'nothing can be added to "{name}": {error}',
            hints=('without "--pyproject" the configuration becomes a file texbook.toml',),
        ) from None
    return content


def _read_book(project: Project, rendered: Iterable[Rendered]) -> Book:
    """Read what is typeset, templates rendered.

    Raises:
        BookError: when a text is not valid UTF-8.
    """
    texts = {
        project.root / item.name: SourceFile(item.source_map.rendered, item.text)
        for item in rendered
    }

    def read(path: Path) -> SourceFile | None:
        if path not in texts and is_file(path):
            texts[path] = read_source(path)
        return texts.get(path)

    sources = include_order(project.main, read).sources
    definitions = [
        read_source(path)
        for ending in ("*.cls", "*.sty")
        for path in sorted(project.root.glob(ending))
    ]
    return Book([Document(source) for source in sources], Config(), definitions)


def _bibliography(book: Book, project: Project, draft: _Draft) -> None:
    named = [
        include.target if include.target.endswith(".bib") else f"{include.target}.bib"
        for document in book.documents
        for include in find_includes(document.source, book.specs)
        if include.command in ("bibliography", "addbibresource")
    ]
    found = [name for name in dict.fromkeys(named) if is_file(project.root / name)]
    if not found:
        return
    more = f"; the text also names {_listed(found[1:])}" if found[1:] else ""
    draft.saw("bibliography", f"{found[0]}{more}")
    if found[0] != Config().bibliography:
        draft.set("", "bibliography", found[0])


def _structure(book: Book, draft: _Draft) -> None:
    found = infer_structure([document.source for document in book.documents], book.tokenized)
    if found is None:
        draft.saw("questions", "no command whose units repeat one list of headings")
        return
    is_preset = found.sections == NINE_SECTIONS.sections
    if is_preset:
        draft.set("structure", "preset", "nine-sections")
    if found.unit != Config().structure.unit or not is_preset:
        draft.set("structure", "unit", found.unit)
    if not is_preset:
        draft.set("structure", "sections", found.sections)
    if found.titles is not Config().structure.titles:
        draft.set("structure", "titles", found.titles.value)
    draft.saw("questions", _units_words(found))
    draft.saw("sections", "nine-sections" if is_preset else _listed(found.sections))
    draft.saw("titles", _titles_words(found))


def _units_words(found: InferredStructure) -> str:
    who = "all" if found.sharing == found.units else f"{found.sharing} or more"
    words = (
        f"{_plural(found.units, 'unit')} (\\{found.unit}), "
        f"{len(found.sections)} sections that {who} of them share"
    )
    return f"{words}; {_plural(found.others, 'other heading')}" if found.others else words


def _titles_words(found: InferredStructure) -> str:
    return f"{found.titles}: {found.accepted} of {found.headings} are written so"


def _verbatim(book: Book, draft: _Draft) -> None:
    defined = frozenset(item.name for item in book.facts.definitions if item.is_environment)
    names = unknown_verbatim(book.tokenized.values(), defined | book.specs.environments)
    if names:
        draft.set("lint", "verbatim-environments", names)
        draft.saw("code", f"{_listed(names)}: lines begin with # there, as in comments of code")


def _text(draft: _Draft, prefix: str) -> str:
    parts = []
    for name, keys in draft.tables.items():
        table = ".".join(part for part in (prefix, name) if part)
        head = f"[{table}]\n" if table else ""
        parts.append(head + "".join(f"{key} = {value}\n" for key, value in keys.items()))
    text = "\n".join(parts)
    if prefix:
        return text
    return _HEAD + (text if "structure" in draft.tables else text + _MINIMAL)


def _toml(value: str | Iterable[str]) -> str:
    """Write a string, or a list of strings on lines of their own.

    A TOML string is a JSON string, but for the delete character (TOML 1.0, "String").
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "[\n" + "".join(f"  {_toml(item)},\n" for item in value) + "]"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
