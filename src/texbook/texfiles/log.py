r"""Read the log of a XeTeX run.

The engine is run with ``max_print_line`` so large that no line is wrapped, and with
``-file-line-error``, so an error begins with ``./chapters/x.tex:12: ``. Warnings name only a line;
their file is the innermost one whose ``(`` has not been closed (TeXbook, appendix E of web2c's
manual and tex.web section 537: a file's name is printed after ``(``, its end as ``)``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
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
    """

    kind: MessageKind
    text: str
    origin: str = ""
    file: str | None = None
    line: int | None = None
    page: int = 0
    context: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShellCommand:
    r"""A ``\write18`` of the document: what it asked for, and whether TeX ran it."""

    command: str
    allowed: bool
    file: str | None = None


@dataclass(frozen=True, slots=True)
class EngineLog:
    """A whole log, digested.

    Attributes:
        pages: pages of the output; None when the log does not tell, which means a cut log.
        notes: lines that begin with ``texbook:``, written by our own hooks.
        last_file: the file that was being read when the log ends, for a run that was stopped.
        banner: the first line, which names the engine, its version and the format's date.
    """

    messages: tuple[LogMessage, ...] = ()
    commands: tuple[ShellCommand, ...] = ()
    pages: int | None = None
    shipped: int = 0
    notes: frozenset[str] = frozenset()
    last_file: str | None = None
    banner: str = ""

    @property
    def errors(self) -> tuple[LogMessage, ...]:
        """The errors alone."""
        return tuple(m for m in self.messages if m.kind is MessageKind.ERROR)


_FILE_LINE = re.compile(r"^((?:\.{0,2}/|[^\s:()\\]+\.\w+)[^:]*|[^\s:()\\]+\.\w+):(\d+): (.*)$")
_SPEAKER = re.compile(
    r"^(?P<origin>(?:LaTeX|Package|Class|Module)(?:3)?(?: [\w@./+-]+)?) "
    r"(?P<level>Error|Warning|Info|Message): ?(?P<text>.*)$"
)
_CONTINUATION = re.compile(r"^\(([\w@./+-]+)\)\s{2,}(.*)$")
_INPUT_LINE = re.compile(r"\bon input line (\d+)\b")
_OVERFULL = re.compile(
    r"^(Over|Under)full \\([hv])box \((?:badness )?([\d.]+)(?:pt too \w+)?\)(.*)$"
)
_BOX_LINE = re.compile(r"at lines? (\d+)")
_MISSING = re.compile(r"^Missing character: There is no (.+) in font (.+)!$")
_SHELL = re.compile(r"runsystem\((.*)\)\.\.\.(executed|disabled|error|quotation)")
_WRITTEN = re.compile(r"^Output written on .* \((\d+) pages?\b")
# \include of a file that is not there; for \input LaTeX has an error (latex.ltx, \@include).
_NO_FILE = re.compile(r"^No file (.+\.tex)\.$")
_TRACKED = re.compile(
    r'\((?P<name>"[^"]*"|\.{0,2}/[^()"]*?\.[A-Za-z]\w{0,7}(?=[\s)]|$)|[^\s()"]*)|\)|\[(?=\d)'
)
_FILE_NAME = re.compile(r"^\"?(?:\.{0,2}/|.*\.[A-Za-z]\w{0,7}\"?$)")
_CONTEXT_LIMIT = 40
_STATISTICS = "Here is how much of TeX's memory you used:"


def read_log(content: bytes | str) -> EngineLog:
    r"""Read a log; bytes that are not UTF-8 are replaced.

    >>> log = read_log("(./a.tex\n./a.tex:4: Undefined control sequence.\nl.4 A \\foo\n")
    >>> log.errors[0].line
    4
    """
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    return _Reader(text.split("\n")).read()


@dataclass(slots=True)
class _Reader:
    """Walks through the lines once; ``at`` is the next line to read."""

    lines: list[str]
    at: int = 0
    shipped: int = 0
    pages: int | None = None
    stack: list[str] = field(default_factory=list)
    closed: str | None = None
    messages: list[LogMessage] = field(default_factory=list)
    commands: list[ShellCommand] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)

    def read(self) -> EngineLog:
        while self.at < len(self.lines):
            line = self.lines[self.at].rstrip("\r")
            self.at += 1
            if not line or line.startswith("**"):
                continue
            if not self.message(line):
                self.track(line)
        return EngineLog(
            tuple(self.messages),
            tuple(self.commands),
            self.pages,
            self.shipped,
            frozenset(self.notes),
            self.file or self.closed,
            self.lines[0].strip(),
        )

    @property
    def file(self) -> str | None:
        """The innermost open file."""
        return next((name for name in reversed(self.stack) if name), None)

    def message(self, line: str) -> bool:
        """Take the line as a message, if it is one, and the lines that belong to it."""
        if self.fact(line):
            return True
        if line.startswith("! "):
            self.error(line[2:], None, None)
        elif found := _FILE_LINE.match(line):
            self.error(found[3], found[1], int(found[2]))
        elif found := _SPEAKER.match(line):
            self.speaker(found["origin"], found["level"], found["text"])
        elif found := _MISSING.match(line):
            text = f"{found[1]}\0{found[2]}"
            self.add(MessageKind.MISSING_CHARACTER, text)
        elif found := _OVERFULL.match(line):
            self.box(found)
        elif found := _SHELL.search(line):
            self.commands.append(ShellCommand(found[1], found[2] == "executed", self.file))
        else:
            return _CONTINUATION.match(line) is not None
        return True

    def fact(self, line: str) -> bool:
        """Take the line as something that the run tells about itself, if it does."""
        if found := _WRITTEN.match(line):
            self.pages = int(found[1])
        elif line == "No pages of output.":
            self.pages = 0
        elif _NO_FILE.match(line):
            self.add(MessageKind.WARNING, line.rstrip("."))
        elif line.startswith("texbook: "):
            self.notes.add(line.removeprefix("texbook: "))
        else:
            return False
        return True

    def add(self, kind: MessageKind, text: str, origin: str = "", line: int | None = None) -> None:
        file = self.file or self.closed
        self.messages.append(
            LogMessage(kind, text, origin, file, line, self.shipped, opened=self.open_files())
        )

    def open_files(self) -> tuple[str, ...]:
        return tuple(name for name in self.stack if name)

    def error(self, text: str, file: str | None, line: int | None) -> None:
        """An error, then TeX's context lines up to and with ``l.12 ...`` and the line below it."""
        origin = ""
        if found := _SPEAKER.match(text):
            origin, text = found["origin"], found["text"]
        parts = [text, *self.continuations(indented=bool(origin))]
        context: list[str] = []
        stop = min(len(self.lines), self.at + _CONTEXT_LIMIT)
        while self.at < stop and not self.lines[self.at].startswith(_STATISTICS):
            line_text = self.lines[self.at]
            if _FILE_LINE.match(line_text) or line_text.startswith("! "):
                break
            self.at += 1
            context.append(line_text)
            if re.match(r"l\.\d+ ", line_text):
                context.extend(self.lines[self.at : self.at + 1])
                self.at += 1
                break
        self.messages.append(
            LogMessage(
                MessageKind.ERROR,
                _one_line(parts),
                origin,
                file or self.file or self.closed,
                line,
                self.shipped,
                tuple(context),
                self.open_files(),
            )
        )

    def continuations(self, *, indented: bool) -> list[str]:
        """Lines ``(hyperref)      and more`` after a package's message, or indented ones."""
        parts = []
        while self.at < len(self.lines):
            line = self.lines[self.at].rstrip("\r")
            if found := _CONTINUATION.match(line):
                parts.append(found[2])
            elif indented and re.match(r" {10,}\S", line):
                parts.append(line)
            else:
                break
            self.at += 1
        return parts

    def speaker(self, origin: str, level: str, text: str) -> None:
        parts = [text, *self.continuations(indented=level == "Warning")]
        if level != "Warning":
            return
        whole = _one_line(parts)
        found = _INPUT_LINE.search(whole)
        line = int(found[1]) if found else None
        self.add(MessageKind.WARNING, _INPUT_LINE.sub("", whole).rstrip(" ."), origin, line)

    def box(self, found: re.Match[str]) -> None:
        """An over- or underfull box; its text up to the blank line is skipped, brackets and all."""
        while self.at < len(self.lines) and self.lines[self.at].strip():
            if _OVERFULL.match(self.lines[self.at]) or _FILE_LINE.match(self.lines[self.at]):
                break
            self.at += 1
        if found[1] == "Under":
            return
        place = _BOX_LINE.search(found[4])
        self.add(
            MessageKind.OVERFULL,
            f"{found[2]}box {found[3]}",
            line=int(place[1]) if place else None,
        )

    def track(self, line: str) -> None:
        """Follow files that open and close and pages that are shipped: ``(./a.tex [1] [2])``."""
        for token in _TRACKED.finditer(line):
            if token[0] == ")":
                if self.stack:
                    self.closed = self.stack.pop() or self.closed
            elif token[0] == "[":
                self.shipped += 1
            else:
                name = token["name"]
                self.stack.append(name.strip('"') if _FILE_NAME.match(name) else "")


def _one_line(parts: list[str]) -> str:
    return " ".join(" ".join(parts).split())
