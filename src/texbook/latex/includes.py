"""The files that a LaTeX text names, and the order in which a book reads them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.latex.arguments import Argument, ArgumentReader
from texbook.latex.specs import BUILT_IN, VerbatimSpecs
from texbook.latex.tokens import Kind, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from texbook.base.source import SourceFile
    from texbook.latex.tokens import TokenizedText

# Which of a command's braced arguments, after a star and options, names files.
_FILE_ARGUMENT = {
    **dict.fromkeys(("input", "include", "subfile", "subfileinclude", "@input"), 0),
    **dict.fromkeys(("InputIfFileExists", "IfFileExists", "includeonly", "loadglsentries"), 0),
    **dict.fromkeys(("includegraphics", "includepdf", "includesvg", "includestandalone"), 0),
    **dict.fromkeys(("bibliography", "addbibresource", "bibliographystyle"), 0),
    **dict.fromkeys(("documentclass", "LoadClass", "usepackage", "RequirePackage"), 0),
    **dict.fromkeys(("lstinputlisting", "verbatiminput", "VerbatimInput", "BVerbatimInput"), 0),
    **dict.fromkeys(("import", "inputfrom", "includefrom"), 1),
    **dict.fromkeys(("subimport", "subinputfrom", "subincludefrom"), 1),
    **dict.fromkeys(("inputminted", "amzinputcode"), 1),
    "graphicspath": 0,
}
_SUBIMPORTING = frozenset({"subimport", "subinputfrom", "subincludefrom"})
IMPORTING = frozenset({"import", "inputfrom", "includefrom"}) | _SUBIMPORTING
"""Commands of the package import: what the file names is looked for in its own folder, too."""
READING = IMPORTING | {"input", "include", "subfile", "subfileinclude", "InputIfFileExists"}
"""Commands by which TeX reads a file as LaTeX (those of import, subfiles and the kernel)."""
_RELATIVE_TO_FILE = _SUBIMPORTING | {"subfile", "subfileinclude"}
_LISTS = frozenset({"bibliography", "usepackage", "RequirePackage", "includeonly"})

_READING = re.compile(rf"\\(?:{'|'.join(sorted(READING))})(?![A-Za-z@])")
_PRIMITIVE = re.compile(r"[ \t]+([^\s{}\\%#]+)|[ \t]*\"([^\"\n\\#]+)\"")
_FOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Include:
    r"""A file that a text names.

    Attributes:
        command: without its backslash.
        target: as written, quotes and surrounding spaces removed; ``\import{a/}{b}`` gives
            ``a/b``. One `Include` for each name of a list.
        start: code-point offset of the command's backslash.
        end: code-point offset after the argument that names the target.
        defined: whether it stands in the definition of a macro, where it is not read yet.
    """

    command: str
    target: str
    start: int
    end: int
    defined: bool = False


def find_includes(
    source: SourceFile,
    specs: VerbatimSpecs = BUILT_IN,
    tokenized: TokenizedText | None = None,
) -> tuple[Include, ...]:
    r"""List the files that a text names, in order; comments and code do not count.

    Targets that hold a macro or a parameter (``\input{\jobname-x}``, ``#1``) are left out: only
    TeX knows them.
    """
    tokenized = tokenized or tokenize(source.text, specs)
    reader = ArgumentReader(tokenized)
    found: list[Include] = []
    for token in tokenized.tokens:
        if token.kind is not Kind.COMMAND or token.name not in _FILE_ARGUMENT:
            continue
        defined = tokenized.in_definition(token.start)
        make = partial(Include, token.name, start=token.start, defined=defined)
        for target, end in _targets(reader, token.name, token.end):
            if target and not set(target) & set("\\#\n{}"):
                found.append(make(target=target, end=end))
    return tuple(found)


def _targets(reader: ArgumentReader, command: str, position: int) -> Iterator[tuple[str, int]]:
    position = reader.after_options(position)
    arguments: list[Argument] = []
    for _ in range(_FILE_ARGUMENT[command] + 1):
        argument = reader.braced(position)
        if argument is None:
            break
        arguments.append(argument)
        position = argument.end + 1
    if len(arguments) <= _FILE_ARGUMENT[command]:
        bare = _PRIMITIVE.match(reader.text, position) if command == "input" else None
        if bare and not arguments:
            yield _clean(bare[1] or bare[2]), bare.end()
        return
    value = reader.text[arguments[-1].start : arguments[-1].end]
    end = arguments[-1].end + 1
    if command == "graphicspath":
        yield from ((_clean(folder[1]), end) for folder in _FOLDER.finditer(value))
    elif command in IMPORTING:
        folder = _clean(reader.text[arguments[0].start : arguments[0].end])
        yield (f"{folder}/{_clean(value)}".replace("//", "/") if folder else _clean(value)), end
    elif command in _LISTS:
        yield from ((_clean(name), end) for name in value.split(","))
    else:
        yield _clean(value), end


def _clean(name: str) -> str:
    return name.strip().replace('"', "")


@dataclass(frozen=True, slots=True)
class ReadingOrder:
    """What a book reads, in order of first reading.

    Attributes:
        sources: each file once.
        missing: includes whose file does not exist, with the file that names them.
        cycles: includes of a file that is being read already.
    """

    sources: tuple[SourceFile, ...]
    missing: tuple[tuple[SourceFile, Include], ...] = ()
    cycles: tuple[tuple[SourceFile, Include], ...] = ()


def include_order(
    main: Path,
    read: Callable[[Path], SourceFile | None],
    specs: VerbatimSpecs = BUILT_IN,
) -> ReadingOrder:
    r"""Follow ``\input``, ``\include``, ``\subfile`` and ``\import`` from the main file.

    Names are tried as they are and with ``.tex``, relative to the main file's folder, as TeX does;
    ``\subimport`` and ``\subfile`` first relative to the file that holds them.

    Args:
        main: absolute path of the main file.
        read: gives a file, or None if there is none of that path (rendered templates may be
            given from memory).
        specs: what is verbatim in this book.
    """
    return _Walk(main.parent, read, specs).run(main)


class _Walk:
    """A depth-first walk over the include graph, without recursion."""

    def __init__(self, root: Path, read: Callable[[Path], SourceFile | None], specs: VerbatimSpecs):
        self.root = root
        self.read = read
        self.specs = specs
        self.sources: dict[Path, SourceFile] = {}
        self.missing: list[tuple[SourceFile, Include]] = []
        self.cycles: list[tuple[SourceFile, Include]] = []

    def run(self, main: Path) -> ReadingOrder:
        source = self.read(main)
        if source is None:
            return ReadingOrder(())
        self.sources[main] = source
        stack = [(main, source, iter(self._latex_includes(source)))]
        while stack:
            _, source, includes = stack[-1]
            include = next(includes, None)
            if include is None:
                stack.pop()
                continue
            path = self._resolve(include, stack[-1][0])
            if path is None:
                self.missing.append((source, include))
            elif any(path == open_path for open_path, _, _ in stack):
                self.cycles.append((source, include))
            elif path not in self.sources and (child := self.read(path)) is not None:
                self.sources[path] = child
                stack.append((path, child, iter(self._latex_includes(child))))
        return ReadingOrder(tuple(self.sources.values()), tuple(self.missing), tuple(self.cycles))

    def _latex_includes(self, source: SourceFile) -> list[Include]:
        if not _READING.search(source.text):
            return []  # most files of a book: to tokenize them all takes long
        return [
            include
            for include in find_includes(source, self.specs)
            if include.command in READING and not include.defined
        ]

    def _resolve(self, include: Include, holder: Path) -> Path | None:
        folders = [self.root]
        if include.command in _RELATIVE_TO_FILE:
            folders.insert(0, holder.parent)
        elif include.command in IMPORTING or holder.parent != self.root:
            folders.append(holder.parent)
        for folder in folders:
            for name in (f"{include.target}.tex", include.target):
                path = Path(os.path.normpath(folder / name))
                if path in self.sources or self.read(path) is not None:
                    return path
        return None
