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
    if limit == "time":
        amount = f"{config.pass_seconds:g} second{'' if config.pass_seconds == 1 else 's'}"
        raised = 'if it only needs more, raise "pass-seconds" in the table [build]'
    elif limit == "file size":
        amount = f"{config.output_megabytes} MB for one file"
        raised = 'if it only needs more, raise "output-megabytes" in the table [build]'
    elif limit == "output":
        amount = "64 MB on the terminal"
        raised = "something prints the same again and again: the end of it is in the log"
    else:
        amount, raised = f"{limit} that the system sets", ""
    more = (raised,) if raised else ()
    return LimitError(
        f"{program} was stopped at its limit of {amount}", hints=(*hints, *more), span=span
    )
