r"""A new question: its template from the skeleton, and its ``\include`` line in the main file."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors, write_atomically
from texbook.base.errors import BookError, UsageError
from texbook.base.source import SourceFile, decode_source, read_source
from texbook.base.span import Span
from texbook.latex.includes import find_includes
from texbook.project import TEMPLATE_SUFFIX
from texbook.render.frontmatter import read_front_matter
from texbook.render.packaged import PACKAGED_TEMPLATES
from texbook.render.question import slug_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from texbook.latex.includes import Include
    from texbook.project import Project

_SKELETON = "new-question.j2.tex"
_FIELD = re.compile(r"\\VAR\{(\w+)\}")

_PLACEHOLDERS = {
    "trap": "Say in one sentence what goes wrong.",
    "tell": "Say what gives the trap away.",
    "fix": "Say in one sentence what to do instead.",
    "ask": "Write the question as the interviewer speaks it.",
    "level": "senior",
}


@dataclass(frozen=True, slots=True)
class NewQuestion:
    r"""What `new_question` made.

    Attributes:
        template: the new file.
        include: the ``\include`` line.
        main: the file that was given that line.
        line: its number there, from 1.
    """

    template: Path
    include: str
    main: Path
    line: int


def new_question(
    project: Project,
    title: str,
    chapter: int | str,
    *,
    trap: str | None = None,
    tell: str | None = None,
    fix: str | None = None,
    ask: str | None = None,
    level: str | None = None,
    topics: Sequence[str] = (),
    slug: str | None = None,
) -> NewQuestion:
    r"""Make a question's template, and include it at the end of its chapter.

    The chapters are the folders that the main file's ``\include`` lines name. A line that includes
    the question already is left where it stands.

    Args:
        project: the book.
        title: the question's title, plain text.
        chapter: the number that the chapter's folder begins with (or its place among the folders
            if none is numbered), or the folder's name, with or without that number.
        trap: for the front matter, as are the others; a placeholder stands where one is absent.
        tell: what gives the trap away.
        fix: the way out.
        ask: the question as it is spoken.
        level: ``mid``, ``senior``, ``staff``, or two of them as ``mid/senior``.
        topics: what the question is about.
        slug: the file's name without its ending; made from the title if absent.

    Raises:
        UsageError: when the title gives no name, a field is not as it should be, the chapter is
            unknown or the file exists.
        BookError: when the main file has no chapter folders.
        StorageError: when a file cannot be written.
    """
    slug = slug_of(title if slug is None else slug)
    if not slug:
        raise UsageError(f'the title "{title}" has no letters to name a file by')
    source, mark = _main_source(project)
    includes = [item for item in find_includes(source) if item.command == "include"]
    folder = _chapter_folder(project, includes, str(chapter))
    template = project.root / folder / f"{slug}{TEMPLATE_SUFFIX}"
    _refuse_existing(project, template, template.with_name(f"{slug}.tex"))
    target = f"{folder}/{slug}"
    text, line = _with_include(source, includes, target)
    given = {"trap": trap, "tell": tell, "fix": fix, "ask": ask, "level": level}
    texts = {name: given[name] or placeholder for name, placeholder in _PLACEHOLDERS.items()}
    values = {name: _toml_string(value) for name, value in {"title": title, **texts}.items()}
    values["topics"] = _toml_list(topics or ("topic",))
    skeleton = _skeleton(project, values)
    for fault in read_front_matter(SourceFile(template, skeleton)).diagnostics:
        raise UsageError(fault.message, hints=fault.hints)
    write_atomically(template, skeleton.encode())
    if text != source.text:
        write_atomically(project.main, mark + text.encode())
    return NewQuestion(template, rf"\include{{{target}}}", project.main, line)


def _refuse_existing(project: Project, *paths: Path) -> None:
    for path in paths:
        if path.exists():
            raise UsageError(
                f'"{project.display(path)}" exists already', hints=("choose another title",)
            )


def _main_source(project: Project) -> tuple[SourceFile, bytes]:
    """Read the main file with its line ends; give its byte order mark beside it."""
    with storage_errors("read", project.main):
        content = project.main.read_bytes()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BookError(
            "texbook new can edit a main file in UTF-8 only",
            span=Span(project.main),
            hints=("save it as UTF-8",),
        )
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    return SourceFile(project.main, decode_source(project.main, content)), mark


def _chapter_folder(project: Project, includes: list[Include], chapter: str) -> str:
    parents = [PurePosixPath(item.target).parent for item in includes]
    folders = list(
        dict.fromkeys(str(parent) for parent in parents if parent.name and ".." not in parent.parts)
    )
    if not folders:
        raise BookError(
            "the main file has no chapter folders",
            span=Span(project.main),
            hints=(
                (
                    r"texbook new goes by lines such as \include{chapters/01-topic/chapter}, where "
                    "the folder is the chapter"
                ),
            ),
        )
    matching = [folder for folder in folders if _is_meant(PurePosixPath(folder), chapter)]
    numbered = any(PurePosixPath(folder).name[0].isdigit() for folder in folders)
    if not matching and not numbered and chapter.isdigit() and 0 < int(chapter) <= len(folders):
        matching = [folders[int(chapter) - 1]]
    if len(matching) == 1:
        return matching[0]
    what = f'no chapter "{chapter}"' if not matching else f'several chapters "{chapter}"'
    raise UsageError(
        f'"{project.main.name}" includes {what}',
        hints=(f"its chapters are {', '.join(folders)}",),
        span=Span(project.main),
    )


def _is_meant(folder: PurePosixPath, chapter: str) -> bool:
    """Say whether a person who says ``3``, ``03-models`` or ``models`` means this folder."""
    found = re.match(r"(\d*)[-_. ]*", folder.name)
    number, name = (found[1], folder.name[found.end() :]) if found else ("", folder.name)
    if chapter.isdigit():
        return bool(number) and int(number) == int(chapter)
    return chapter.rstrip("/") in (str(folder), folder.name, name)


def _with_include(source: SourceFile, includes: list[Include], target: str) -> tuple[str, int]:
    r"""Insert the ``\include`` line below the last one of the chapter; give its number too."""
    folder = PurePosixPath(target).parent
    last = includes[0]
    for item in includes:
        if PurePosixPath(item.target) == PurePosixPath(target):
            return source.text, source.position(item.start).line
        if PurePosixPath(item.target).parent == folder:
            last = item
    number = source.position(last.end).line
    before = source.line(number)
    line = before[: len(before) - len(before.lstrip())] + rf"\include{{{target}}}"
    newline = "\r\n" if "\r\n" in source.text else "\n"
    line_end = source.text.find("\n", last.end)
    if line_end < 0:
        return f"{source.text}{newline}{line}{newline}", number + 1
    text = f"{source.text[: line_end + 1]}{line}{newline}{source.text[line_end + 1 :]}"
    return text, number + 1


def _skeleton(project: Project, values: Mapping[str, str]) -> str:
    """Fill the fields of the skeleton, the book's own or the packaged one."""
    path = project.templates_folder / _SKELETON
    if not path.is_file():
        path = PACKAGED_TEMPLATES / _SKELETON
    text = read_source(path).text.replace("\r\n", "\n")
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), text)


def _toml_string(value: str) -> str:
    r"""Write a text as TOML, literal if it can be.

    >>> print(_toml_string(r"5 % \alpha"), _toml_string('The "Winner\'s" Curse'))
    '5 % \alpha' "The \"Winner's\" Curse"
    """
    value = " ".join(value.split())
    if "'" not in value:
        return f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _toml_list(values: Sequence[str]) -> str:
    return f"[{', '.join(_toml_string(value) for value in values)}]"
