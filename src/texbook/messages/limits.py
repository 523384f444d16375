"""What to say when a program was stopped at a limit: which, where it was, and how to raise it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.errors import LimitError

if TYPE_CHECKING:
    from texbook.base.span import Span
    from texbook.config.model import BuildConfig
    from texbook.messages.locate import Locator
    from texbook.texfiles.engine_log import EngineLog

_INTERRUPTION = "Interruption"
_LOOK_HERE = "this is what TeX was reading then: look for a macro or a loop that never ends"
_LOOK_THERE = "look in this file, after that page, for a macro or a loop that never ends"


def engine_limit_error(
    log: EngineLog, locator: Locator, limit: str, pages: int, config: BuildConfig
) -> LimitError:
    """Say at which limit the engine was stopped, and what it was reading.

    At the limits of time and of output it was interrupted, and TeX names its place then
    ("Interruption", tex.web section 98); at others the last file that it opened is known.

    Args:
        log: of the run.
        locator: from its places to the author's.
        limit: as in `ProcessResult.limit`.
        pages: how many were shipped.
        config: with the limits.
    """
    where = f"after page {pages}" if pages else "before the first page"
    said = next((item for item in log.errors if item.text.startswith(_INTERRUPTION)), None)
    place = locator.place(said) if said else None
    hint = _LOOK_HERE if place else _LOOK_THERE
    span = place or locator.span(log.last_file)
    return limit_error(f"the engine, {where},", limit, config, (hint,), span)


def limit_error(
    program: str,
    limit: str,
    config: BuildConfig,
    hints: tuple[str, ...] = (),
    span: Span | None = None,
) -> LimitError:
    """Say at which limit a program was stopped, and how to raise it."""
    amount, key = _amounts(config)[limit]
    raised = f'if it only needs more, raise "{key}" in the table [build]'
    if limit == "output":
        raised = f"something prints the same again and again: see the end of the log; {raised}"
    return LimitError(
        f"{program} was stopped at its limit of {amount}", hints=(*hints, raised), span=span
    )


def _amounts(config: BuildConfig) -> dict[str, tuple[str, str]]:
    """Give each limit of `ProcessResult.limit` in words, and the key that sets it."""
    return {
        "time": (_seconds(config.pass_seconds), "pass-seconds"),
        "cpu": (f"{_seconds(config.cpu_seconds)} of processor time", "cpu-seconds"),
        "memory": (f"{config.memory_megabytes} MB of memory", "memory-megabytes"),
        "file size": (f"{config.output_megabytes} MB for one file", "output-megabytes"),
        "output": (f"{config.terminal_megabytes} MB on the terminal", "terminal-megabytes"),
    }


def _seconds(count: int) -> str:
    return f"{count} second{'' if count == 1 else 's'}"
