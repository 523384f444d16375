"""The Jinja environment: sandboxed, strict, with our delimiters, filters and marks."""

from __future__ import annotations

import difflib
import functools
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, StrictUndefined, Template, TemplateNotFound
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from texbook.base.errors import TexbookError
from texbook.base.results import RESULTS_SUFFIX
from texbook.base.source import LARGEST, SourceFile, is_file, read_source
from texbook.render.book import Book, BookChapter
from texbook.render.extension import LineMarks
from texbook.render.faults import TemplateFault
from texbook.render.filters import FILTERS
from texbook.render.marks import (
    BLOCK_END,
    BLOCK_START,
    COMMENT_END,
    COMMENT_START,
    VARIABLE_END,
    VARIABLE_START,
    Sites,
    strip_marks,
)
from texbook.render.packaged import PACKAGED_TEMPLATES
from texbook.render.preprocess import preprocess
from texbook.render.question import Question
from texbook.render.results import Results, file_name, missing_file_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from jinja2 import Environment, nodes

CONTEXT_NAMES = ("results", "question", "book", "paper", "listing")
"""What every template may use besides Jinja's own names."""


class TemplateLoader(BaseLoader):
    """Finds what templates extend and include: in the book's own folder, then the packaged ones.

    Attributes:
        sources: what was read, by the file name that tracebacks show.
        used: the names asked for since it was last emptied.
        found: the file of each name.
    """

    def __init__(self, folder: Path, texts: Mapping[Path, SourceFile] | None = None) -> None:
        """Take the book's own folder, and texts that take the place of files by their paths."""
        self._folder = folder
        self._texts = texts or {}
        self._looked_at: dict[str, tuple[Path, ...]] = {}
        self.sources: dict[str, SourceFile] = {}
        self.used: dict[str, None] = {}
        self.found: dict[str, Path] = {}

    def looked_at(self) -> tuple[Path, ...]:
        """Give every file that the used names were looked for at, in vain or not."""
        return tuple(path for name in self.used for path in self._looked_at.get(name, ()))

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Read and preprocess a template (Jinja's interface).

        Raises:
            TemplateNotFound: when no folder has it.
            TemplateFault: when it cannot be read or preprocessed.
        """
        del environment
        self.used[template] = None
        path = self.found[template] = self._find(template)
        return self.read(path), str(path), lambda: True

    def read(self, path: Path) -> str:
        """Read and preprocess a file, wherever it is.

        Raises:
            TemplateFault: when it cannot be read or preprocessed.
        """
        try:
            source = self._texts.get(path) or read_source(path, LARGEST)
        except TexbookError as error:
            raise TemplateFault(error.message, hints=error.hints, span=error.span) from None
        self.sources[str(path)] = source
        return preprocess(source)

    def list_templates(self) -> list[str]:
        """List the names that a template may extend, include or import."""
        folders = [folder for folder in (self._folder, PACKAGED_TEMPLATES) if folder.is_dir()]
        return sorted(
            {
                path.relative_to(folder).as_posix()
                for folder in folders
                for path in folder.rglob("*.tex")
            }
        )

    def _find(self, name: str) -> Path:
        parts = split_template_path(name)
        folders = (self._folder, PACKAGED_TEMPLATES)
        self._looked_at[name] = tuple(folder.joinpath(*parts) for folder in folders)
        for folder, path in zip(folders, self._looked_at[name], strict=True):
            # A link that leads out of the folder would let a template read any file.
            if is_file(path) and path.resolve().is_relative_to(folder.resolve()):
                return path
        raise TemplateNotFound(name)


_OWNERS = {Question: "a question", BookChapter: "a chapter", Book: "the book"}


class TemplateUndefined(StrictUndefined):
    """A name that does not exist; its message names the close ones.

    The lines of the message after the first are hints.
    """

    @property
    def _undefined_message(self) -> str:
        name, owner = self._undefined_name, self._undefined_obj
        if self._undefined_hint:
            return self._undefined_hint
        if isinstance(owner, Results):
            return _unknown_result(owner, str(name))
        if isinstance(owner, Question | BookChapter | Book):
            whose = next(words for kind, words in _OWNERS.items() if isinstance(owner, kind))
            return _with_close(f'{whose} has no "{name}"', str(name), list(owner.FIELDS))
        if isinstance(owner, dict):
            return _with_close(f'there is no key "{name}"', str(name), [str(key) for key in owner])
        return super()._undefined_message if owner is not missing else _unknown_name(str(name))


def _unknown_name(name: str) -> str:
    if name == "question":
        return (
            "nothing is known of the question: the template has no front matter\n"
            'begin it with "% key = ..." lines between two "%---" lines'
        )
    if name in CONTEXT_NAMES:
        return (
            f'"{name}" is not known inside an imported file\n'
            'give it to the macro as an argument, or import the macro "with context"'
        )
    return _with_close(f'"{name}" is not defined', name, list(CONTEXT_NAMES))


def _unknown_result(results: Results, name: str) -> str:
    if missing := missing_file_name(results):
        slug = missing.removesuffix(RESULTS_SUFFIX)
        return (
            f'there is no result "{name}": the file "{missing}" does not exist\n'
            f'"texbook run {slug}" writes what results() of "{slug}.py" gives'
        )
    return _with_close(f'there is no result "{name}" in "{file_name(results)}"', name, [*results])


def _with_close(message: str, name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=3)
    if close:
        return f"{message}\ndid you mean " + " or ".join(f'"{item}"' for item in close) + "?"
    listed = ", ".join(f'"{item}"' for item in known[:12])
    return f"{message}\n" + (f"there are {listed}" if known else "it is empty")


class BookEnvironment(ImmutableSandboxedEnvironment):
    """Jinja for LaTeX; one serves all the templates of a run.

    Attributes:
        finder: the loader, which knows what was read.
        sites: the places that the marks of all its templates speak of.
    """

    def __init__(self, folder: Path, texts: Mapping[Path, SourceFile] | None = None) -> None:
        """Take the folder of the book's own templates, and texts that take the place of files."""
        self.finder = TemplateLoader(folder, texts)
        self._trees: dict[str, nodes.Template] = {}
        super().__init__(
            loader=self.finder,
            extensions=[LineMarks],
            undefined=TemplateUndefined,
            autoescape=False,
            keep_trailing_newline=True,
            trim_blocks=True,
            auto_reload=False,
            block_start_string=BLOCK_START,
            block_end_string=BLOCK_END,
            variable_start_string=VARIABLE_START,
            variable_end_string=VARIABLE_END,
            comment_start_string=COMMENT_START,
            comment_end_string=COMMENT_END,
        )
        self.filters = {name: _on_plain_text(function) for name, function in self.filters.items()}
        self.filters.update(FILTERS)

    def join_path(self, template: str, parent: str) -> str:
        """Take note of a name that a template extends, includes or imports (Jinja's interface)."""
        del parent
        self.finder.used[template] = None
        return template

    def parse_file(self, path: Path) -> nodes.Template:
        """Parse a question's template, which is known by its path and not by a name.

        Raises:
            TemplateFault, TemplateSyntaxError: when it cannot be read or parsed.
        """
        return self.parse(self.finder.read(path), None, str(path))

    def parse_named(self, name: str) -> nodes.Template:
        """Parse a template that others extend; once only.

        Raises:
            TemplateFault, TemplateNotFound, TemplateSyntaxError: when there is no good one.
        """
        self.finder.used[name] = None
        if name not in self._trees:
            text, filename, _ = self.finder.get_source(self, name)
            self._trees[name] = self.parse(text, name, filename)
        return self._trees[name]

    def compile_tree(self, tree: nodes.Template, path: Path) -> Template:
        """Make a template of what `parse_file` gave."""
        code = self.compile(tree, None, str(path))
        return Template.from_code(self, code, self.make_globals(None))

    @property
    def sites(self) -> Sites:
        """The places that marks speak of."""
        marks = self.extensions[LineMarks.identifier]
        assert isinstance(marks, LineMarks)
        return marks.sites


def _on_plain_text(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let one of Jinja's filters see a text without marks: it may count or cut it."""
    first = 1 if hasattr(function, "jinja_pass_arg") else 0

    @functools.wraps(function)
    def on_plain_text(*arguments: Any, **options: Any) -> Any:
        values = list(arguments)
        if len(values) > first and isinstance(values[first], str):
            values[first] = strip_marks(values[first])
        return function(*values, **options)

    return on_plain_text
