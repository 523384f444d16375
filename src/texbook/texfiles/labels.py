r"""Labels and counters of a run, from its auxiliary files in the order of the document.

Facts, with their sources: ``\newlabel{name}{{number}{page}}``, to which hyperref adds ``{title}
{anchor}{}`` (latex.ltx, ``\label``; nameref.sty); cleveref writes a second one, ``name@cref``, that
begins with the kind, ``{[section][3][2]2.3}`` (cleveref.sty). Behind an ``\include``d file stands
``\@setckpt{file}{...}`` with the value of every counter, by which ``\includeonly`` goes on
numbering (latex.ltx, ``\@wckptelt``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.texfiles.contents import read_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_EVENT = re.compile(
    r"(?P<label>\\newlabel)\s*(?=\{)"
    r"|\\@input\{(?P<input>[^{}]*)\}"
    r"|\\@writefile\{toc\}\{\\contentsline \{(?P<heading>[^{}]*)\}"
    r"(?P<numbered>\{\\numberline)?"
    r"|(?P<checkpoint>\\@setckpt)\{"
)
_COUNTER = re.compile(r"\\setcounter\{([^{}]+)\}\{(-?\d+)\}")
_KIND = re.compile(r"\{\[([^\[\]]+)\]")
_ANCHOR = 3


@dataclass(frozen=True, slots=True)
class Label:
    r"""A label as the engine wrote it.

    Attributes:
        content: the second argument of its ``\newlabel``, a row of groups.
        kind: what cleveref calls it by (``section``, ``figure``), else the first part of its
            anchor; empty if neither is known.
        heading: the sectioning command of the heading before it, such as ``section``.
        file: the auxiliary file that it stands in.
    """

    name: str
    content: str
    kind: str = ""
    heading: str = ""
    file: str = ""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of its content: number, page and, with hyperref, title and anchor."""
        return tuple(_groups(self.content))

    @property
    def number(self) -> str:
        """As printed; empty if it has none."""
        return next(iter(self.groups), "")

    @property
    def title(self) -> str:
        """LaTeX of the heading or caption; empty without hyperref or nameref."""
        return "".join(self.groups[2:3])

    def led_to(self, anchor: str) -> str:
        r"""Give the content with another anchor for links; unchanged if it has none.

        >>> Label("a", "{2.3}{45}{Title}{section.2.3}{}").led_to("there")
        '{2.3}{45}{Title}{there}{}'
        """
        groups = list(self.groups)
        if len(groups) <= _ANCHOR:
            return self.content
        groups[_ANCHOR] = anchor
        return "".join(f"{{{group}}}" for group in groups)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that stands in the table of contents, by its sectioning command."""

    command: str
    file: str = ""
    is_numbered: bool = True


@dataclass(frozen=True, slots=True)
class Checkpoint:
    r"""The values of all counters at the end of an ``\include``d file."""

    counters: Mapping[str, int]


def read_labels(files: Mapping[str, bytes], name: str) -> tuple[Label | Heading | Checkpoint, ...]:
    r"""List labels, headings and checkpoints in the order of the document.

    cleveref's own labels come as labels too, right behind those that they belong to.

    Args:
        files: auxiliary files by name.
        name: the main one.
    """
    events = tuple(_events(files, name, set()))
    kinds = {
        item.name.removesuffix("@cref"): found[1]
        for item in events
        if isinstance(item, Label) and item.name.endswith("@cref")
        if (found := _KIND.match(item.content))
    }
    return tuple(_completed(events, kinds))


def _completed(
    events: tuple[Label | Heading | Checkpoint, ...], kinds: Mapping[str, str]
) -> Iterator[Label | Heading | Checkpoint]:
    heading = ""
    for item in events:
        if isinstance(item, Heading):
            heading = item.command
        if not isinstance(item, Label):
            yield item
            continue
        anchor = "".join(item.groups[_ANCHOR : _ANCHOR + 1])
        kind = kinds.get(item.name) or anchor.partition(".")[0]
        yield Label(item.name, item.content, kind, heading, item.file)


def _events(
    files: Mapping[str, bytes], name: str, seen: set[str]
) -> Iterator[Label | Heading | Checkpoint]:
    seen.add(name)
    text = files.get(name, b"").decode("utf-8", "replace")
    for found in _EVENT.finditer(text):
        if found["label"]:
            label, end = read_group(text, found.end())
            content, _ = read_group(text, end)
            if label:
                yield Label(label, content, file=name)
        elif found["heading"]:
            yield Heading(found["heading"], name, found["numbered"] is not None)
        elif found["checkpoint"]:
            stop = text.find("\n}", found.end())
            counters = _COUNTER.findall(text[found.end() : stop])
            yield Checkpoint({counter: int(value) for counter, value in counters})
        elif found["input"] and found["input"] not in seen:
            yield from _events(files, found["input"], seen)


def _groups(content: str) -> Iterator[str]:
    position = 0
    while content.startswith("{", position):
        group, end = read_group(content, position)
        if end == position:
            return
        yield group
        position = end
