r"""Read what a chunk job wrote into the auxiliary files, segment by segment.

The driver (`driver`) marks where each segment begins and ends in ``main.aux``, in ``.out`` and in
``.idx``, and writes there what it ends with and what it asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.build.chunks.model import Cite, NotChunkableError, SegmentState, Use
from texbook.texfiles.contents import read_group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_MARK = re.compile(r"%texbook@mark\{(begin|end)\}\{(\w+)\}\{(\d+)\}\{(-?\d+)\}")
_INPUT = re.compile(r"\\@input\{([^{}]*)\}")
_PAIR = re.compile(r"\{([^{}]*)\}\{([^{}]*)\}")
_CHECKPOINT = re.compile(r"(?ms)^\\@setckpt\{[^{}]*\}\{$.*?^\}\n")
_CITE = re.compile(
    r"(?m)^(?:\\(?:abx@aux@cite\{\d+\}|citation)\{(?P<keys>[^{}]*)\}"
    r"|%texbook@nocite\{(?P<silent>begin|end)\}|(?P<all>\\abx@aux@nociteall))"
)
_COMMAND = re.compile(r"\\[A-Za-z@]+\*?|\\.")
# What may stand in the .aux of a segment, so that those of a book can be put together again:
# latex.ltx, hyperref, cleveref, caption, biblatex, natbib, babel, lastpage, longtable, minted 2.
# Another macro that is defined there speaks of a whole run, such as the widest number of all.
_KNOWN = re.compile(
    r"\\(?:(?:relax|newlabel|@writefile|@input|citation|bibdata|bibstyle|bibcite|bibpunct|HyPL@Entry"
    r"|abx@aux@(?:cite|nociteall|segm|refcontext|defaultrefcontext|defaultlabelprefix|page"
    r"|read@bbl@mdfivesum|read@bblrerun)|providecommand|newmaxcitename|babel@aux|select@language"
    r"|caption@xref|reset@newl@bel|NAT@force@numbers|hyper@newdestlabel)(?![A-Za-z@])"
    r"|gdef ?\\(?:@abspage@last|minted@oldcachelist)(?![A-Za-z@])|gdef ?\\LT@[ivxlcdm]+ "
    r"|[gx]def ?\\lastpage@lastpage(?:Hy)?(?![A-Za-z@]))"
)
_MEANINGS = {r"\pgfsyspdfmark": "a picture remembers its place on the page (remember picture)"}
_STATEFUL = re.compile(r"(?m)^\\abx@aux@(?:cite|segm|defaultrefcontext)\{[1-9]")


@dataclass(slots=True)
class SegmentReport:
    """What the auxiliary files of a job say of one segment.

    Attributes:
        start: pages that the job had shipped before it.
        stop: pages that it had shipped behind it; None for the last segment of the book.
        first_page: the page number at its start.
    """

    start: int = 0
    stop: int | None = None
    first_page: int = 1
    end_page: int = 1
    counters: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    uses: set[Use] = field(default_factory=set)
    fingerprints: list[dict[str, str]] = field(default_factory=list)

    @property
    def aux(self) -> str:
        """What LaTeX would read of it in the next run."""
        kept = (line for line in self.lines if not line.startswith("%texbook@"))
        return _CHECKPOINT.sub("", "".join(kept)).replace("\\relax \n", "")

    @property
    def cites(self) -> tuple[Cite, ...]:
        """What was cited, in order."""
        cites: list[Cite] = []
        is_silent = False
        for found in _CITE.finditer("".join(self.lines)):
            if found["silent"]:
                is_silent = found["silent"] == "begin"
            elif found["all"]:
                cites.append(("*", True))
            else:
                cites += [(key, is_silent) for key in found["keys"].split(",")]
        return tuple(cites)

    @property
    def leaks(self) -> tuple[str, ...]:
        """What is not at its end what it was at its beginning."""
        if len(self.fingerprints) <= 1:
            return ()
        first, last = self.fingerprints[0], self.fingerprints[-1]
        return tuple(sorted(name for name in first if first[name] != last.get(name)))

    @property
    def end(self) -> SegmentState | None:
        """The state at its end."""
        if self.stop is None:
            return None
        return SegmentState({**self.counters, "page": self.end_page}, self.texts)


@dataclass(slots=True)
class JobReport:
    """What the auxiliary files of a job say.

    Attributes:
        prologue: what LaTeX wrote to ``main.aux`` before the first segment.
        segments: by the numbers that they had in the job.
        two_sided: odd and even pages differ.
        resets: the counters that a heading sets to 0, by its command.
    """

    prologue: str = ""
    segments: dict[int, SegmentReport] = field(default_factory=dict)
    two_sided: bool = False
    resets: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_job_aux(main: str, read: Callable[[str], str], names: Mapping[int, str]) -> JobReport:
    """Take the ``main.aux`` of a job apart.

    Args:
        main: its content.
        read: gives the content of an ``.aux`` that it names.
        names: of the segments, by their numbers.

    Raises:
        NotChunkableError: when it holds what cannot be put together again.
    """
    report = JobReport()
    prologue: list[str] = []
    current: SegmentReport | None = None
    started = False
    for line in main.splitlines(keepends=True):
        mark = _MARK.match(line)
        if mark:
            started = True
            current = _marked(report, mark, current)
        elif line.startswith("%texbook@"):
            _own_line(report, current, line)
        elif not started:
            prologue.append(line)
        elif current is not None:
            named = _INPUT.match(line)
            current.lines += read(named[1]).splitlines(keepends=True) if named else [line]
    report.prologue = "".join(prologue)
    for number, segment in report.segments.items():
        _refuse_unknown(segment.aux, names.get(number, ""))
    return report


def _marked(
    report: JobReport, mark: re.Match[str], current: SegmentReport | None
) -> SegmentReport | None:
    what, number, shipped, page = mark.groups()
    if not number.isdigit():
        return None
    if what == "begin":
        segment = SegmentReport(start=int(shipped), first_page=int(page))
        report.segments[int(number)] = segment
        return segment
    assert current is not None
    current.stop, current.end_page = int(shipped), int(page)
    # Its last fingerprint follows the mark.
    return current


def _own_line(report: JobReport, current: SegmentReport | None, line: str) -> None:
    r"""Take a line that the driver wrote: ``%texbook@NAME{...}``."""
    name, _, rest = line.removeprefix("%texbook@").partition("{")
    rest = "{" + rest.rstrip("\n")
    if name.startswith("twoside"):
        report.two_sided = True
    elif name == "resets":
        heading, end = read_group(rest, 0)
        counters, _ = read_group(rest, end)
        report.resets[heading] = tuple(re.findall(r"\{([^{}]*)\}", counters))
    elif current is None:
        return
    elif name == "nocite":
        current.lines.append(line)
    elif name == "counters":
        pairs = _PAIR.findall(rest[1:-1])
        current.counters = {counter: int(value) for counter, value in pairs}
    elif name == "fingerprint":
        current.fingerprints.append(dict(_PAIR.findall(rest[1:-1])))
    elif name in ("text", "use"):
        first, end = read_group(rest, 0)
        second, _ = read_group(rest, end)
        if name == "use":
            current.uses.add((first, second))
        else:
            current.texts[first] = second


def _refuse_unknown(aux: str, name: str) -> None:
    if found := _STATEFUL.search(aux):
        raise NotChunkableError(
            f"the bibliography has more than one section ({found[0][1:]}...)", name
        )
    for line in aux.splitlines():
        if line.startswith("\\") and not _KNOWN.match(line):
            command = _COMMAND.match(line)
            shown = command[0] if command else line[:40]
            why = _MEANINGS.get(shown, f"{shown} stands in an .aux file, which may mean anything")
            raise NotChunkableError(why, name)


def split_stream(text: str) -> dict[int, str]:
    """Take a file apart in which the driver marked the segments (``.out``, ``.idx``)."""
    parts: dict[int, list[str]] = {}
    current: list[str] | None = None
    for line in text.splitlines(keepends=True):
        if line.startswith("%texbook "):
            _, what, number = line.split()
            current = (
                parts.setdefault(int(number), []) if what == "begin" and number.isdigit() else None
            )
        elif current is not None:
            current.append(line)
    return {number: "".join(lines) for number, lines in parts.items()}


def split_reads(recorder: Iterable[tuple[str, str]]) -> dict[int | None, list[tuple[str, str]]]:
    r"""Take the list of opened files apart by segments; what came before all is under None.

    Args:
        recorder: ``INPUT`` or ``OUTPUT`` and the path, in the order of the ``.fls``.
    """
    parts: dict[int | None, list[tuple[str, str]]] = {None: []}
    current: list[tuple[str, str]] | None = parts[None]
    for action, path in recorder:
        name = path.rpartition("/")[2]
        if name.startswith("texbook-") and name.endswith(".mark"):
            _, what, number = name.removesuffix(".mark").split("-")
            if what == "end" or not number.isdigit():
                current = None
            else:
                current = parts.setdefault(int(number), [])
        elif current is not None:
            current.append((action, path))
    return parts
