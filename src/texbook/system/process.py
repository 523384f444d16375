"""Running programs under limits, so that nothing of them is left on any way out."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from texbook.system.child import ProcessResult, child_life
from texbook.system.leftovers import ProcessRegistry
from texbook.system.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from texbook.base.cancel import CancelToken

__all__ = ["Limits", "ProcessRegistry", "ProcessResult", "run_process"]


def run_process(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    limits: Limits,
    registry: ProcessRegistry | None,
    on_output: Callable[[bytes], None] | None = None,
    cancel: CancelToken | None = None,
) -> ProcessResult:
    """Run a program to its end, in a session of its own and with nothing on standard input.

    Whatever way this is left, by return or by any exception, no process of that session runs on:
    the group is sent SIGTERM, after two seconds SIGKILL.

    Args:
        arguments: the program, looked up on ``environment["PATH"]``, and its arguments.
        folder: the working folder.
        environment: the whole environment.
        limits: at any of them the program is ended; the result says which.
        registry: where the child is on record for the next start of texbook.
        on_output: gets every chunk of output, from another thread.
        cancel: ends the program when set.

    Raises:
        MissingToolError: when the program is not installed, naming the package that brings it.
        CancelledError: when cancelled.
        StorageError: when the working folder is gone.
    """
    life = child_life(
        arguments,
        folder=folder,
        environment=environment,
        limits=limits,
        registry=registry,
        on_output=on_output,
    )
    if cancel is not None:
        cancel.check()
    with closing(life):
        child = next(life)
        limit = child.wait(limits, cancel)
    return child.result(limit)
