r"""What a book needs of the machine, read from its sources without TeX.

Read are the main file and what it includes, the book's own class and packages, and of the files of
the distribution those that these load for certain.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.regular import read_regular
from texbook.base.source import SourceFile
from texbook.doctor.arguments import groups_at, items, key_values
from texbook.doctor.conditions import commands, without_comments
from texbook.doctor.fontspec import FONT_COMMANDS, fonts_at
from texbook.latex.includes import include_order

if TYPE_CHECKING:
    from texbook.base.span import Span
    from texbook.doctor.conditions import Occurrence

_LOADERS = {
    **dict.fromkeys(("usepackage", "RequirePackage", "RequirePackageWithOptions"), ".sty"),
    **dict.fromkeys(("documentclass", "LoadClass", "LoadClassWithOptions"), ".cls"),
}
_LIBRARIES = {
    # command: the files of a library, of which one must be there
    "usetikzlibrary": ("tikzlibrary{}.code.tex", "pgflibrary{}.code.tex"),
    "usepgflibrary": ("pgflibrary{}.code.tex",),
    "tcbuselibrary": ("tcb{}.code.tex",),
    "usepgfplotslibrary": ("tikzlibrarypgfplots.{}.code.tex", "pgflibrarypgfplots.{}.code.tex"),
    "bibliographystyle": ("{}.bst",),
    **dict.fromkeys(
        ("setdefaultlanguage", "setmainlanguage", "setotherlanguage", "setotherlanguages"),
        ("gloss-{}.ldf",),
    ),
}
_STYLES = {"style": (".bbx", ".cbx"), "bibstyle": (".bbx",), "citestyle": (".cbx",)}
_WORDS = frozenset(("makeindex", "makeglossaries", "printindex", "bibliography", "addbibresource"))
_WANTED = frozenset({*_LOADERS, *_LIBRARIES, *_WORDS, *FONT_COMMANDS})
_BODY = re.compile(r"\\begin\s*\{document\}")
_NAME = re.compile(r"[\w.+/@ -]+")
TEMPLATE_SUFFIX = ".j2.tex"


@dataclass(frozen=True, slots=True)
class Need:
    """A file of TeX, or a family of fonts.

    Attributes:
        name: of a file; relative to the book where it has a folder.
        certain: whether the book cannot build without it.
        span: where it is asked for; None when the recorder of a build shows it.
        alternative: another file that would do.
        is_family: the name is of a family of fonts.
    """

    name: str
    certain: bool
    span: Span | None = None
    alternative: str = ""
    is_family: bool = False


@dataclass(slots=True)
class Needs:
    """All that a book needs.

    Attributes:
        needs: by name; where several places ask, a certain one.
        words: commands of interest that are carried out, such as ``makeindex``.
        biblatex: the options of biblatex; None if it is not loaded.
        sources: the book's own files that were read.
        own_texts: what they hold, without comments.
    """

    needs: dict[str, Need] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    biblatex: dict[str, str] | None = None
    sources: list[Path] = field(default_factory=list)
    own_texts: list[str] = field(default_factory=list)

    def add(self, need: Need) -> None:
        """Take note of a need; one that is certain is not made less so."""
        known = self.needs.get(need.name)
        if known is None or (need.certain and not known.certain):
            self.needs[need.name] = need

    def has(self, name: str) -> bool:
        """Say whether a file is needed for certain."""
        need = self.needs.get(name)
        return need is not None and need.certain

    def mentions(self, words: str) -> bool:
        """Say whether the book's own files hold some words outside comments."""
        return any(words in text for text in self.own_texts)


def read_needs(main: Path) -> Needs:
    """Read what the book of a main file needs; files that cannot be read need nothing.

    Args:
        main: absolute path.
    """
    needs = Needs()
    options: tuple[str, ...] = ()
    order = include_order(main, read_text)
    for source in order.sources:
        text = without_comments(source.text)
        if source.path != main and (begin := _BODY.search(text)):
            text = " " * begin.end() + text[begin.end() :]  # a subfile's own preamble
        options = _Reader(needs, main.parent).read(SourceFile(source.path, text), options)
    return needs


def read_text(path: Path) -> SourceFile | None:
    """Read a file, or the template that it would be rendered from."""
    template = path.with_name(path.name.removesuffix(".tex") + TEMPLATE_SUFFIX)
    for candidate in (path, template):
        try:
            return SourceFile(path, read_regular(candidate).decode("utf-8", "replace"))
        except (OSError, ValueError):
            continue
    return None


def loaded_by(text: str) -> set[str]:
    """Give the classes and packages that a file of the distribution loads for certain."""
    if "\\RequirePackage" not in text and "\\LoadClass" not in text and "\\usepackage" not in text:
        return set()
    text = without_comments(text)
    return {
        name + _LOADERS[found.name]
        for found in commands(text, _LOADERS)
        if found.certain
        for name in _names(text, found.end)
    }


def _names(text: str, end: int) -> list[str]:
    braced = [group.text for group in groups_at(text, end) if group.opening == "{"]
    return [name for name in items(braced[0] if braced else "") if _NAME.fullmatch(name)]


class _Reader:
    """Reads the book's own files, also the class and the packages that lie in its folder."""

    def __init__(self, needs: Needs, root: Path):
        self._needs = needs
        self._root = root

    def read(self, source: SourceFile, options: tuple[str, ...]) -> tuple[str, ...]:
        """Read a text without comments; give the options that its class was loaded with."""
        self._needs.sources.append(source.path)
        self._needs.own_texts.append(source.text)
        for found in commands(source.text, _WANTED, options):
            if found.name in _LOADERS:
                options = self._load(source, found, options)
            elif found.name in FONT_COMMANDS:
                for font in fonts_at(source.text, found.name, found.end):
                    self._ask(source, found, font.name, is_family=not font.is_file)
            elif found.name in _LIBRARIES:
                for name in _names(source.text, found.end):
                    files = [pattern.format(name) for pattern in _LIBRARIES[found.name]]
                    self._ask(source, found, files[0], alternative=files[-1])
            elif found.certain:
                self._needs.words.add(found.name)
        return options

    def _ask(
        self,
        source: SourceFile,
        found: Occurrence,
        name: str,
        *,
        alternative: str = "",
        is_family: bool = False,
    ) -> None:
        span = source.span(found.end - len(found.name) - 1)
        self._needs.add(Need(name, found.certain, span, alternative, is_family))

    def _load(
        self, source: SourceFile, found: Occurrence, options: tuple[str, ...]
    ) -> tuple[str, ...]:
        groups = groups_at(source.text, found.end)
        own = groups[0].text if groups and groups[0].opening == "[" else ""
        given = tuple(items(own))
        if found.name == "documentclass":
            options = given
        for name in _names(source.text, found.end):
            self._ask(source, found, name + _LOADERS[found.name])
            if name == "biblatex" and (found.certain or self._needs.biblatex is None):
                self._biblatex(source, found, key_values(own))
            self._own(name + _LOADERS[found.name], (*options, *given), found)
        return options

    def _biblatex(self, source: SourceFile, found: Occurrence, options: dict[str, str]) -> None:
        self._needs.biblatex = options
        for key, endings in _STYLES.items():
            name = options.get(key, "")
            for ending in endings if _NAME.fullmatch(name) else ():
                self._ask(source, found, name + ending)

    def _own(self, name: str, options: tuple[str, ...], found: Occurrence) -> None:
        """Read a class or a package that lies in the book's folder."""
        path = Path(os.path.normpath(self._root / name))
        source = None if path in self._needs.sources else read_text(path)
        if source is None:
            return
        inner = Needs(sources=self._needs.sources, own_texts=self._needs.own_texts)
        reader = _Reader(inner, self._root)
        reader.read(SourceFile(path, without_comments(source.text)), options)
        for need in inner.needs.values():
            self._needs.add(replace(need, certain=need.certain and found.certain))
        self._needs.words |= inner.words if found.certain else set()
        if inner.biblatex is not None:
            self._needs.biblatex = inner.biblatex
