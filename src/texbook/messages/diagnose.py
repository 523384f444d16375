"""What the engine complained of, as findings at the author's own lines."""

from __future__ import annotations

import re
import signal
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.errors import RefusedError
from texbook.messages.listings import listing_span
from texbook.messages.search import SourceSearch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from texbook.base.span import Span
    from texbook.messages.listings import Refusal
    from texbook.messages.locate import Locator
    from texbook.messages.scene import EnginePlace, Scene
    from texbook.texfiles.engine_log import EngineLog, LogMessage

MOST_ERRORS = 20
"""Errors of one run that are told; the first is the cause of most of the others."""

_MOST_EXPLAINED = 200
_NEAR = 2
"""Lines within which an error of the same kind is taken for a consequence of the first."""

_UNKNOWN_ENVIRONMENT = re.compile(r'undefined environment "(.+)"')
_CASCADING = frozenset(
    {"math-mode", "math-delimiter", "alignment", "extra-brace", "unclosed-group", "missing-number"}
    | {"unclosed-environment", "unclosed-argument", "illegal-unit", "missing-item", "wrong-mode"}
)
"""Kinds after which TeX repairs the text by a guess, and complains of its own repair."""

_WANTS_SHELL = re.compile(r"(?i)-shell-escape|shell[ -]escape|\\write18")
_CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE)
_NO_LISTING = "Missing Pygments output"
_STOPPED = ("Emergency stop", "==> Fatal error occurred")


def engine_errors(
    log: EngineLog, locator: Locator, refusals: Iterable[Refusal] = ()
) -> tuple[Diagnostic, ...]:
    """Give the errors of a run that failed, the cause before what follows from it; never empty."""
    # A build that goes well needs none of these; they take 40 ms.
    from texbook.messages.known import KnownNames  # noqa: PLC0415
    from texbook.messages.scene import RunTexts, Scene  # noqa: PLC0415

    search = SourceSearch(locator)
    refused = [_refusal(item, search) for item in refusals]
    errors = [message for message in log.errors if message.origin != "Package texbook"]
    if refused:
        errors = [message for message in errors if not message.text.startswith(_NO_LISTING)]
    texts, known = RunTexts(locator), KnownNames(locator.recorder)
    messages = _with_places(errors)
    scenes = [Scene(message, texts, known) for message in messages[:_MOST_EXPLAINED]]
    found = in_short([*refused, *(_error(scene) for scene in scenes)])
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
    return tuple(found)


def in_short(errors: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Leave out what only repeats an error or follows from it, and say how much that was."""
    kept: list[Diagnostic] = []
    more: dict[int, list[Diagnostic]] = defaultdict(list)
    for error in errors:
        index = next((at for at, first in enumerate(kept) if _is_same(first, error)), None)
        if index is not None:
            more[index] += [error] if error != kept[index] else []
        elif len(kept) < MOST_ERRORS:
            kept.append(error)
        else:
            more[len(kept) - 1].append(error)
    return [_with_count(error, more[at]) for at, error in enumerate(kept)]


def _is_same(first: Diagnostic, other: Diagnostic) -> bool:
    """Say whether an error has the cause of an earlier one."""
    if (first.code, first.message) == (other.code, other.message):
        return True
    unknown = _UNKNOWN_ENVIRONMENT.fullmatch(first.message)
    if unknown is not None and other.message.startswith(f'"\\end{{{unknown[1]}}}"'):
        return True
    if first.code not in _CASCADING:
        return False
    before, after = first.span, other.span
    if before is None or after is None or before.path != after.path:
        return False
    if first.code != other.code or before.start is None or after.start is None:
        return False
    return 0 <= after.start.line - before.start.line <= _NEAR


def _with_count(error: Diagnostic, more: list[Diagnostic]) -> Diagnostic:
    """Say how many errors were left out: at the first of them, or as a hint if it has no place."""
    if not more:
        return error
    is_one = len(more) == 1
    again = f"and {'one more error' if is_one else f'{len(more)} more errors'} of this kind"
    span = more[0].span
    if span is None or span.start is None or span == error.span:
        return replace(error, hints=(*error.hints, again))
    what = f"{again}, {'here' if is_one else 'the first one here'}"
    return replace(error, related=(*error.related, Related(span, what)))


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
                span=locator.place(message),
            )


def _refusal(item: Refusal, search: SourceSearch) -> Diagnostic:
    return Diagnostic(
        "listing",
        Severity.ERROR,
        item.message,
        listing_span(item, search),
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
    return replace(
        message,
        file=place.file,
        line=place.line,
        context=message.context + place.context,
        opened=place.opened,
    )


def _error(scene: Scene) -> Diagnostic:
    from texbook.messages.explain import explain  # noqa: PLC0415

    explained = explain(scene)
    message, locator = scene.message, scene.texts.locator
    place = explained.place or scene.default_place()
    span = _span(place, locator) if place else locator.place(message)
    hints = explained.hints
    if message.file and message.line and locator.path(message.file) is None:
        name = message.file.rpartition("/")[2]
        hints = (*hints, f'the engine was in "{name}", line {message.line}')
    related = ((_span(other, locator), what) for other, what in explained.related)
    return Diagnostic(
        explained.code,
        Severity.ERROR,
        explained.message,
        span,
        hints=hints,
        related=tuple(Related(other, what) for other, what in related if other and other != span),
        source="engine",
    )


def _span(place: EnginePlace, locator: Locator) -> Span | None:
    if place.line is None or place.column is None or place.end_column is None:
        return locator.span(place.file, place.line)
    return locator.stretch(place.file, place.line, place.column, place.end_column)


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


def _speaker(origin: str) -> str:
    kind, _, name = origin.partition(" ")
    return f'{kind.lower()} "{name}"' if name else origin


def _shortened(text: str, most: int = 120) -> str:
    """Give a package's text in our style, cut between two words."""
    text = (text[:1].lower() + text[1:] if text[1:2].islower() else text).rstrip(" .")
    return text if len(text) <= most else text[:most].rpartition(" ")[0] + " ..."
