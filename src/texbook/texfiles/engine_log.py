"""What the log of an engine run says, as values; `log` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MessageKind(StrEnum):
    """What the engine or a package complains of."""

    ERROR = "error"
    WARNING = "warning"
    MISSING_CHARACTER = "missing character"
    OVERFULL = "overfull"


@dataclass(frozen=True, slots=True)
class LogMessage:
    """One message of a log.

    Attributes:
        text: the message without its ``LaTeX Warning:`` or ``file:line:``, in one line.
        origin: ``LaTeX``, ``Package hyperref``, ``Class memoir``; empty for TeX's own messages.
        file: the file as the log names it, relative to the folder of the run; None if unknown.
        line: from 1; None if unknown.
        page: pages shipped before the message.
        context: the lines below an error that show what TeX was reading, innermost first.
        opened: the files that were open, outermost first.
        end_line: of a box that was made of several lines, the last one.
        closed: the file that had been closed last.
        runaway: what TeX shows below "Runaway argument?": the text that it took for one.
        count: how many times the log says it.
    """

    kind: MessageKind
    text: str
    origin: str = ""
    file: str | None = None
    line: int | None = None
    page: int = 0
    context: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    end_line: int | None = None
    closed: str | None = None
    runaway: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class ShellCommand:
    r"""A ``\write18`` of the document: what it asked for, and whether TeX ran it.

    Attributes:
        command: what it asked for.
        allowed: whether TeX ran it.
        file: where it stands, as the engine calls it.
        restricted: whether TeX runs programs of a list; False if any, or none.
    """

    command: str
    allowed: bool
    file: str | None = None
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class EngineLog:
    """A whole log, digested.

    Attributes:
        pages: pages of the output; None when the log does not tell, which means a cut log.
        notes: lines that begin with ``texbook:``, written by our own hooks.
        last_file: the file that was being read when the log ends, for a run that was stopped.
        banner: the first line, which names the engine, its version and the format's date.
        underfull: how many underfull boxes there were.
        remarks: how many remarks ("Info") LaTeX and the packages made.
    """

    messages: tuple[LogMessage, ...] = ()
    commands: tuple[ShellCommand, ...] = ()
    pages: int | None = None
    shipped: int = 0
    notes: frozenset[str] = frozenset()
    last_file: str | None = None
    banner: str = ""
    underfull: int = 0
    remarks: int = 0

    @property
    def errors(self) -> tuple[LogMessage, ...]:
        """The errors alone."""
        return tuple(m for m in self.messages if m.kind is MessageKind.ERROR)
