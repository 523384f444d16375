"""What the engine complained of, as findings at the author's own lines."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.errors import RefusedError
from texbook.build.explain import explain
from texbook.texfiles.log import EngineLog, LogMessage, MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from texbook.base.span import Span
    from texbook.build.highlight import Refusal
    from texbook.build.locate import Locator

OVERFULL_POINTS = 5.0
"""Overfull boxes that stick out by less, in points, are not worth a word."""

_UNDEFINED = re.compile(r"^(Reference|Citation|Hyper reference) [`'](.+)' on page \S+ undefined$")
_MULTIPLE = re.compile(r"^Label [`'](.+)' multiply defined$")
_NO_FILE = re.compile(r"^No file (.+)\.tex$")
_WANTS_SHELL = re.compile(r"(?i)-shell-escape|shell[ -]escape|\\write18")
_CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE)
_STOPPED = ("Emergency stop", "==> Fatal error occurred")


def engine_errors(
    log: EngineLog, locator: Locator, refusals: Iterable[Refusal] = ()
) -> tuple[Diagnostic, ...]:
    """Give the errors of a run that failed; never empty."""
    refused = [_refusal(item, locator) for item in refusals]
    errors = [message for message in log.errors if message.origin != "Package texbook"]
    found = [*refused, *(_error(message, locator) for message in _with_places(errors))]
    if not found:
        found = [
            Diagnostic(
                "engine",
                Severity.ERROR,
                "the engine stopped without saying why",
                locator.span(log.last_file),
                source="engine",
            )
        ]
    return tuple(dict.fromkeys(found))


def refuse_by_policy(log: EngineLog, locator: Locator, refusals: Iterable[Refusal]) -> None:
    """End the build when it failed for want of the shell.

    Raises:
        RefusedError: naming file and line, and the flag that allows it.
    """
    for item in refusals:
        if item.is_policy:
            raise RefusedError(
                item.message, hints=item.hints, span=locator.span(item.file, item.line or None)
            )
    for message in log.errors:
        if message.origin and _WANTS_SHELL.search(message.text):
            speaker = _speaker(message.origin)
            raise RefusedError(
                f"{speaker} asks for the shell: {_shortened(message.text)}",
                hints=(
                    (
                        "if you trust this document with every program on this machine, say "
                        "--shell-escape"
                    ),
                ),
                span=_place(message, locator),
            )


def shell_warnings(log: EngineLog, locator: Locator) -> tuple[Diagnostic, ...]:
    r"""Give the ``\write18`` commands that TeX refused to run."""
    refused = {item.command: item for item in log.commands if not item.allowed}
    return tuple(
        Diagnostic(
            "shell-refused",
            Severity.WARNING,
            f'the restricted shell did not run "{command}"',
            locator.span(item.file),
            hints=("if you trust this document with it, say --shell-escape",),
            source="engine",
        )
        for command, item in refused.items()
    )


def engine_warnings(log: EngineLog, locator: Locator) -> tuple[Diagnostic, ...]:
    """Give the warnings of the last pass that a reader of the PDF would notice."""
    found: list[Diagnostic] = []
    for message in log.messages:
        if message.kind is MessageKind.WARNING:
            found.extend(_warning(message, locator))
        elif message.kind is MessageKind.OVERFULL:
            found.extend(_overfull(message, locator))
    found.extend(_missing_characters(log, locator))
    return tuple(dict.fromkeys(found))


def _refusal(item: Refusal, locator: Locator) -> Diagnostic:
    return Diagnostic(
        "listing",
        Severity.ERROR,
        item.message,
        locator.span(item.file, item.line or None),
        hints=item.hints,
        source="engine",
    )


def _with_places(errors: list[LogMessage]) -> list[LogMessage]:
    """Join "file not found", which TeX prints without a line, and the stop that follows it."""
    joined: list[LogMessage] = []
    for message in errors:
        if not message.text.startswith(_STOPPED):
            joined.append(message)
        elif joined and joined[-1].line is None and message.line is not None:
            joined[-1] = _at(joined[-1], message)
        elif not joined:
            joined.append(message)
    return joined


def _at(message: LogMessage, place: LogMessage) -> LogMessage:
    return LogMessage(
        message.kind,
        message.text,
        message.origin,
        place.file,
        place.line,
        message.page,
        message.context + place.context,
        place.opened,
    )


def _error(message: LogMessage, locator: Locator) -> Diagnostic:
    explained = explain(message)
    span = _place(message, locator)
    hints = explained.hints
    if message.file and message.line and locator.path(message.file) is None:
        name = message.file.rpartition("/")[2]
        hints = (*hints, f'the engine was in "{name}", line {message.line}')
    related: tuple[Related, ...] = ()
    if explained.opening_line is not None:
        opening = locator.span(message.file, explained.opening_line)
        related = (Related(opening, "opened here"),) if opening else ()
    return Diagnostic(
        explained.code,
        Severity.ERROR,
        explained.message,
        span,
        hints=hints,
        related=related,
        source="engine",
    )


def _place(message: LogMessage, locator: Locator) -> Span | None:
    """Give the author's place; in a package's code, the author's file that was being read."""
    span = locator.span(message.file, message.line)
    if span is not None:
        return span
    return next((found for name in reversed(message.opened) if (found := locator.span(name))), None)


def _warning(message: LogMessage, locator: Locator) -> Iterable[Diagnostic]:
    if found := _UNDEFINED.match(message.text):
        kind = "citation" if found[1] == "Citation" else "reference"
        command = r"\cite" if kind == "citation" else r"\ref"
        yield Diagnostic(
            f"undefined-{kind}",
            Severity.WARNING,
            f'the {kind} "{found[2]}" is not defined',
            _place(message, locator),
            hints=(f"the PDF shows a question mark where {command} stands",),
            source="engine",
        )
    elif found := _MULTIPLE.match(message.text):
        places = locator.places(rf"\label{{{found[1]}}}")
        yield Diagnostic(
            "doubled-label",
            Severity.WARNING,
            f'the label "{found[1]}" is defined more than once',
            places[-1] if places else None,
            hints=("references lead to the last one; give each label a name of its own",),
            related=tuple(Related(place, "also defined here") for place in places[:-1]),
            source="engine",
        )


def missing_includes(log: EngineLog, locator: Locator) -> tuple[Diagnostic, ...]:
    r"""Give the targets of ``\include`` that are not there, which LaTeX takes in silence.

    A file that the document itself has written in the meantime is in the next pass.
    """
    names = [found[1] for message in log.messages if (found := _NO_FILE.match(message.text))]
    return tuple(
        _missing_include(name, locator)
        for name in dict.fromkeys(names)
        if not (locator.folder / f"{name}.tex").is_file()
    )


def ended_by_signal(program: str, number: int, span: Span | None = None) -> Diagnostic:
    """Explain that the system or somebody ended a program."""
    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    hint = "run the command again; if it happens again, look into the log"
    if number == signal.SIGKILL:
        hint = "the system does this when memory runs out: close other programs, then run it again"
    message = f"{program} was ended from outside ({name})"
    if number in _CRASHES:
        message = f"{program} crashed ({name})"
    return Diagnostic("engine", Severity.ERROR, message, span, hints=(hint,), source="engine")


def _missing_include(name: str, locator: Locator) -> Diagnostic:
    places = locator.places(rf"\include{{{name}}}")
    return Diagnostic(
        "missing-include",
        Severity.ERROR,
        f'there is no file "{name}.tex" to include',
        places[0] if places else None,
        hints=("correct the name, or create the file",),
        source="engine",
    )


def _overfull(message: LogMessage, locator: Locator) -> Iterable[Diagnostic]:
    box, _, amount = message.text.partition(" ")
    if float(amount) <= OVERFULL_POINTS:
        return
    what = "a line is {}pt too wide" if box == "hbox" else "a page or box is {}pt too high"
    yield Diagnostic(
        "overfull",
        Severity.INFORMATION,
        what.format(f"{float(amount):.1f}"),
        _place(message, locator),
        source="engine",
    )


@dataclass(frozen=True, slots=True)
class _Missing:
    character: str
    font: str


def _missing_characters(log: EngineLog, locator: Locator) -> list[Diagnostic]:
    """Gather them by character and font; the engine gives no line, so the sources are searched."""
    files: dict[_Missing, str | None] = {}
    for message in log.messages:
        if message.kind is MessageKind.MISSING_CHARACTER:
            character, _, font = message.text.partition("\0")
            files.setdefault(_Missing(character, font), message.file)
    return [_missing_character(item, file, locator) for item, file in files.items()]


def _missing_character(item: _Missing, file: str | None, locator: Locator) -> Diagnostic:
    sign = item.character.split(" ")[0]
    places = locator.places(sign, file) if sign and not sign.isascii() else ()
    font = item.font.split("]")[0].lstrip("[").split(":")[0].split("/")[-1].strip('"')
    return Diagnostic(
        "missing-character",
        Severity.WARNING,
        f'the font "{font}" has no character {item.character}: it is not printed',
        places[0] if places else locator.span(file),
        hints=("use a font that has it, or write it in another way",),
        source="engine",
    )


def _speaker(origin: str) -> str:
    kind, _, name = origin.partition(" ")
    return f'{kind.lower()} "{name}"' if name else origin


def _shortened(text: str, most: int = 120) -> str:
    """Give a package's text in our style, cut between two words."""
    text = (text[:1].lower() + text[1:] if text[1:2].islower() else text).rstrip(" .")
    return text if len(text) <= most else text[:most].rpartition(" ")[0] + " ..."
