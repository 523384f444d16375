r"""Read the log of a XeTeX run.

texbook runs the engine with ``max_print_line`` so large that no line is wrapped (logs of other runs
are unwrapped first, see `unwrap`), and with ``-file-line-error``, so an error begins with
``./chapters/x.tex:12: ``; without it, with ``! ``, and its line stands below. Warnings name only a
line; their file is the innermost one whose ``(`` has not been closed (tex.web section 537: a
file's name is printed after ``(``, its end as ``)``).
A log may hold 100 MB: it is read line by line, and messages that say the same are counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from texbook.texfiles.engine_log import EngineLog, LogMessage, MessageKind, ShellCommand
from texbook.texfiles.filestack import FileStack, tracking_pattern
from texbook.texfiles.unwrap import LineReader, logical_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILE_LINE = re.compile(r"^((?:\.{0,2}/|[^\s:()\\]+\.\w+)[^:]*|[^\s:()\\]+\.\w+):(\d+): (.*)$")
_SPEAKER = re.compile(
    r"^(?:Fatal |Critical )?"
    r"(?P<origin>(?:LaTeX|Package|Class|Module)(?:3)?(?: [\w@./+-]+){0,3}?) "
    r"(?P<level>Error|Warning|Info|Message): ?(?P<text>.*)$"
)
# Errors of expl3 until 2019: the text stands below in a frame, "! " before each of its lines, with
# dots at its end (quoted in many questions, as https://github.com/sarabander/sicp-pdf/issues/8).
_FRAMED = re.compile(r'^([\w@-]+) error: "[^"]+"$')
_FRAME_END = "!..."
_FRAME_MANUAL = ("See the ", "For immediate help ")
_CONTINUATION = re.compile(r"^\(([\w@./+-]+)\)\s{2,}(.*)$")
_BLANK_CONTINUATION = re.compile(r"^\([\w@./+-]+\)\s*$")
_INPUT_LINE = re.compile(r"\bon input line (\d+)\b")
_OVERFULL = re.compile(
    r"^(Over|Under)full \\([hv])box \((?:badness )?([\d.]+)(?:pt too \w+)?\)(.*)$"
)
_BOX_LINE = re.compile(r"at lines? (\d+)(?:--(\d+))?")
_MISSING = re.compile(r"^Missing character: There is no (.+) in font (.+)!$")
_SHELL = re.compile(r"runsystem\((.*)\)\.\.\.(executed|disabled|error|quotation)( \(restricted\))?")
_WRITTEN = re.compile(r"^Output written on .* \((\d+) pages?\b")
# \include of a file that is not there; for \input LaTeX has an error (latex.ltx, \@include).
_NO_FILE = re.compile(r"^No file (.+\.tex)\.$")
_RUNAWAY = re.compile(r"Runaway (?:argument|definition|preamble|text)\?$")
# What is open at the end (tex.web section 1335, etex.ch "group_warning").
_INCOMPLETE = re.compile(r"^ ?\)?\s*\(\\end occurred (.+?)\)?\s*$")
_GROUP = re.compile(r"^### (.+) entered at line (\d+)")
_CONTEXT_LINE = re.compile(r"l\.\d+(?: |$)|<\*> ?")
_CONTEXT_BEGIN = re.compile(r"l\.\d+(?: |$)|<[a-z*][\w *]*> |(?:\\\S+ ?[^>]*| )->")
_BRACKETS = re.compile(r"[()\[]")
_FIRST_LETTERS = frozenset("!LPCMOUNtF#")
"""What a line may begin with that is a message, apart from ``file:line:``."""

UNFINISHED = "\\end occurred"
r"""What the messages begin with that tell of something open at ``\end{document}``."""

_CONTEXT_LIMIT = 40
_TEXT_LIMIT = 2000
_MESSAGE_LIMIT = 20_000
"""Different messages that are kept; more have never helped anybody."""
_STATISTICS = "Here is how much of TeX's memory you used:"


def read_log(content: bytes | str, files: Iterable[str] = ()) -> EngineLog:
    r"""Read a log; bytes that are not UTF-8 are replaced.

    Args:
        content: the log.
        files: names of files that the engine read, as it names them. A name with a blank or a
            parenthesis in it can be told from the text around it only by them.

    >>> log = read_log("(./a.tex\n./a.tex:4: Undefined control sequence.\nl.4 A \\foo\n")
    >>> log.errors[0].line
    4
    """
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogatepass")
    return _Reader(LineReader(logical_lines(content)), FileStack(tracking_pattern(files))).read()


@dataclass(slots=True)
class _Reader:
    """Walks through the lines once."""

    lines: LineReader
    files: FileStack
    banner: str | None = None
    pages: int | None = None
    runaway: str = ""
    messages: list[LogMessage] = field(default_factory=list)
    counts: dict[tuple[object, ...], list[int]] = field(default_factory=dict)
    commands: dict[ShellCommand, None] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)
    underfull: int = 0
    remarks: int = 0

    def read(self) -> EngineLog:
        for line in self.lines:
            if self.banner is None:
                self.banner = line.strip()
            if not line or line.startswith("**"):
                continue
            if not self.message(line) and _BRACKETS.search(line):
                self.files.track(line)
        counts = (times for _, times in self.counts.values())
        return EngineLog(
            tuple(
                message if times == 1 else replace(message, count=times)
                for message, times in zip(self.messages, counts, strict=True)
            ),
            tuple(self.commands),
            self.pages,
            self.files.shipped,
            frozenset(self.notes),
            self.files.current,
            self.banner or "",
            self.underfull,
            self.remarks,
        )

    def message(self, line: str) -> bool:
        """Take the line as a message, if it is one, and the lines that belong to it."""
        if ": " in line and (found := _FILE_LINE.match(line)):
            self.error(found[3], found[1], int(found[2]))
        elif line[0] in _FIRST_LETTERS and self.by_first_letter(line):
            pass
        elif "runsystem(" in line and (shell := _SHELL.search(line)):
            if len(self.commands) < _MESSAGE_LIMIT:
                command = ShellCommand(
                    shell[1], shell[2] == "executed", self.files.innermost, bool(shell[3])
                )
                self.commands.setdefault(command)
        elif line.endswith("?") and (begin := _RUNAWAY.search(line)):
            self.files.track(line[: begin.start()])
            following = self.lines.peek()
            if following is not None and not _begins_error(following):
                self.runaway = following[:_TEXT_LIMIT]
                self.lines.take()
        elif "(\\end occurred " in line and (incomplete := _INCOMPLETE.match(line)):
            self.incomplete(incomplete[1])
        else:
            return line[0] == "(" and _CONTINUATION.match(line) is not None
        return True

    def by_first_letter(self, line: str) -> bool:
        """Take a message that begins with one of the words that TeX and LaTeX use."""
        if line.startswith("! "):
            self.error(line[2:], None, None)
        elif found := _SPEAKER.match(line):
            self.speaker(found["origin"], found["level"], found["text"])
        elif found := _MISSING.match(line):
            text = f"{found[1]}\0{found[2]}"
            self.add(MessageKind.MISSING_CHARACTER, text)
        elif found := _OVERFULL.match(line):
            self.box(found)
        else:
            return self.fact(line)
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
            if len(self.notes) < _MESSAGE_LIMIT:
                self.notes.add(line.removeprefix("texbook: "))
        else:
            return False
        return True

    def add(self, kind: MessageKind, text: str, origin: str = "", line: int | None = None) -> None:
        file = self.files.current
        self.keep(
            LogMessage(kind, text, origin, file, line, self.files.shipped, opened=self.files.opened)
        )

    def keep(self, message: LogMessage) -> None:
        """Keep a message, or count it if it has been said before."""
        context = message.context if message.kind is MessageKind.ERROR else ()
        key = (message.kind, message.text, message.origin, message.file, message.line, context)
        known = self.counts.get(key)
        if known is not None:
            known[1] += 1
        elif len(self.messages) < _MESSAGE_LIMIT:
            self.counts[key] = [len(self.messages), 1]
            self.messages.append(message)

    def error(self, text: str, file: str | None, line: int | None) -> None:
        """An error, then TeX's context lines up to and with ``l.12 ...`` and the line below it."""
        origin = ""
        if found := _SPEAKER.match(text):
            origin, text = found["origin"], found["text"]
        elif found := _FRAMED.match(text):
            origin = found[1] if found[1] == "LaTeX" else f"Package {found[1]}"
            text = self.framed()
        parts = [text, *self.rest_of_error(text, is_package=bool(origin))]
        context = self.context()
        if line is None and context:
            own = next((item for item in context if item.startswith("l.")), "")
            number = re.match(r"l\.(\d+)", own)
            line = int(number[1]) if number else None
        self.keep(
            LogMessage(
                MessageKind.ERROR,
                _one_line(parts)[:_TEXT_LIMIT],
                origin,
                file or self.files.current,
                line,
                self.files.shipped,
                tuple(context),
                self.files.opened,
                closed=self.files.closed,
                runaway=self.runaway,
            )
        )
        self.runaway = ""

    def framed(self) -> str:
        """The text in a frame, without what it says of manuals and help."""
        parts: list[str] = []
        while (line := self.lines.peek()) is not None and line.startswith("!"):
            self.lines.take()
            if line.startswith(_FRAME_END) or len(parts) >= _CONTEXT_LIMIT:
                break
            parts.append(line[1:].strip())
        return " ".join(part for part in parts if part and not part.startswith(_FRAME_MANUAL))

    def rest_of_error(self, text: str, *, is_package: bool) -> list[str]:
        """The further lines of an error's text, which end at a blank line or with the context."""
        parts = self.continuations(indented=is_package)
        while (is_package or text.endswith(":")) and len(parts) < _CONTEXT_LIMIT:
            line = self.lines.peek()
            if not line or not line.strip() or _CONTEXT_BEGIN.match(line) or _begins_error(line):
                break
            parts.append(line)
            self.lines.take()
        return parts

    def context(self) -> list[str]:
        context: list[str] = []
        while len(context) < _CONTEXT_LIMIT and (line := self.lines.peek()) is not None:
            if line.startswith(_STATISTICS) or _begins_error(line):
                break
            self.lines.take()
            context.append(line[:_TEXT_LIMIT])
            if _CONTEXT_LINE.match(line):
                if (after := self.lines.peek()) is not None and after[:1] in ("", " "):
                    context.append(after[:_TEXT_LIMIT])
                    self.lines.take()
                break
        return context

    def continuations(self, *, indented: bool) -> list[str]:
        """Lines ``(hyperref)      and more`` after a package's message, or indented ones."""
        parts: list[str] = []
        while (line := self.lines.peek()) is not None and len(parts) < _CONTEXT_LIMIT:
            if found := _CONTINUATION.match(line):
                parts.append(found[2])
            elif _BLANK_CONTINUATION.match(line):
                parts.append("")
            elif indented and re.match(r" {10,}\S", line):
                parts.append(line)
            else:
                break
            self.lines.take()
        return parts

    def speaker(self, origin: str, level: str, text: str) -> None:
        parts = [text, *self.continuations(indented=level == "Warning")]
        # Lists of options, and all that ifplatform says, stand below without a name before them.
        if not text or text.endswith(":"):
            while (self.lines.peek() or "").startswith("    ") and len(parts) < _CONTEXT_LIMIT:
                parts.append(self.lines.take() or "")
        if level != "Warning":
            self.remarks += 1
            return
        whole = _one_line(parts)[:_TEXT_LIMIT]
        found = _INPUT_LINE.search(whole)
        line = int(found[1]) if found else None
        self.add(MessageKind.WARNING, _INPUT_LINE.sub("", whole).rstrip(" ."), origin, line)

    def box(self, found: re.Match[str]) -> None:
        """An over- or underfull box and its text, up to the blank line, brackets and all."""
        text: list[str] = []
        while (line := self.lines.peek()) and line.strip():
            if _OVERFULL.match(line) or _FILE_LINE.match(line):
                break
            text.append(line[-_TEXT_LIMIT:])
            self.lines.take()
        if found[1] == "Under":
            self.underfull += 1
            return
        place = _BOX_LINE.search(found[4])
        self.keep(
            LogMessage(
                MessageKind.OVERFULL,
                f"{found[2]}box {found[3]}",
                "",
                self.files.current,
                int(place[1]) if place else None,
                self.files.shipped,
                tuple(text[:1]),
                self.files.opened,
                int(place[2]) if place and place[2] else None,
            )
        )

    def incomplete(self, what: str) -> None:
        r"""``(\end occurred inside a group at level 1)`` and the groups that TeX then lists."""
        groups: list[str] = []
        while (line := self.lines.peek()) is not None and len(groups) < _CONTEXT_LIMIT:
            if line.strip() and not line.startswith("###"):
                break
            groups.append(line)
            self.lines.take()
        found = [group for line in groups if (group := _GROUP.match(line))]
        self.keep(
            LogMessage(
                MessageKind.WARNING,
                f"{UNFINISHED} {what}",
                "",
                self.files.current,
                int(found[0][2]) if found else None,
                self.files.shipped,
                tuple(item.string for item in found),
                self.files.opened,
            )
        )


def _begins_error(line: str) -> bool:
    return line.startswith("! ") or (": " in line and _FILE_LINE.match(line) is not None)


def _one_line(parts: list[str]) -> str:
    return " ".join(" ".join(parts).split())
