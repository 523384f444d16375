"""Numbers and pages of chapters and questions, as the last good build had them, else counted."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from texbook.build.auxiliary import load_generation
from texbook.build.state import BuildState, load_state, state_path
from texbook.latex.outline import LEVELS, Matter
from texbook.latex.titles import plain_title
from texbook.texfiles.contents import ContentsLine, last_page, read_contents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from texbook.latex.outline import Heading, Outline
    from texbook.project import Project


class Numbering:
    """Numbers and pages of an outline's headings.

    Attributes:
        book_pages: pages of the last good build; None if there was none.
    """

    def __init__(self, project: Project, outline: Outline):
        self.book_pages: int | None = None
        self._numbers = _counted(outline)
        self._pages: dict[int, int] = {}
        files = self._files(project)
        name = f"{project.main.stem}.aux"
        typeset = _with_pages(read_contents(files, name), last_page(files, name))
        waiting: dict[tuple[str, str], deque[tuple[ContentsLine, int | None]]] = defaultdict(deque)
        for line, pages in typeset:
            waiting[line.kind, plain_title(line.title)].append((line, pages))
        for heading in _headings(outline):
            same = waiting.get((heading.command, heading.title))
            if not same:
                continue
            line, count = same.popleft()
            self._numbers[id(heading)] = line.number
            if count:
                self._pages[id(heading)] = count

    def number(self, heading: Heading) -> str:
        """Give the number as printed; empty if the heading has none."""
        return self._numbers.get(id(heading), "")

    def pages(self, heading: Heading) -> int | None:
        """Give the pages up to the next heading that is not below it; None if unknown."""
        return self._pages.get(id(heading))

    def _files(self, project: Project) -> Mapping[str, bytes]:
        state = load_state(state_path(project))
        if not isinstance(state, BuildState):
            return {}
        self.book_pages = state.pages
        folder = project.work_folder / "aux" / project.main.name
        saved = load_generation(folder, state.generation, state.extra.get("auxiliary", {}))
        return saved.snapshot if saved else {}


def _headings(outline: Outline) -> Iterator[Heading]:
    for chapter in outline.chapters:
        if chapter.heading is not None:
            yield chapter.heading
        yield from (question.heading for question in chapter.questions)


def _with_pages(
    lines: Sequence[ContentsLine], last: int | None
) -> Iterator[tuple[ContentsLine, int | None]]:
    """Give each heading the pages up to the next one that is not below it.

    None where they cannot be told from the printed numbers: roman ones, and two on one page. What
    comes last ends with the document, if that has no roman pages.
    """
    is_plain = all(line.page.isdecimal() for line in lines)
    for index, line in enumerate(lines):
        level = LEVELS.get(line.kind, max(LEVELS.values()))
        following = next(
            (other for other in lines[index + 1 :] if LEVELS.get(other.kind, level + 1) <= level),
            None,
        )
        end = following.page if following else str(last + 1) if last and is_plain else ""
        count = int(end) - int(line.page) if end.isdecimal() and line.page.isdecimal() else 0
        yield line, count if count > 0 else None


def _counted(outline: Outline) -> dict[int, str]:
    """Number chapters and questions as the standard classes do."""
    numbers: dict[int, str] = {}
    chapters = appendices = 0
    for chapter in outline.chapters:
        prefix = ""
        heading = chapter.heading
        if heading is not None and _is_numbered(heading) and heading.command != "part":
            if heading.matter is Matter.BACK:
                appendices += 1
                prefix = chr(ord("A") + (appendices - 1) % 26)
            else:
                chapters += 1
                prefix = str(chapters)
            numbers[id(heading)] = prefix
        questions: list[Heading] = [
            item.heading for item in chapter.questions if _is_numbered(item.heading)
        ]
        for place, item in enumerate(questions, 1):
            numbers[id(item)] = f"{prefix}.{place}" if prefix else str(place)
    return numbers


def _is_numbered(heading: Heading) -> bool:
    return not heading.starred and heading.matter is not Matter.FRONT
