"""Start the person's editor at a place.

No shell has a part in it, so that a file's name can be no command; it can be no option either,
since it is absolute.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.errors import UsageError
from texbook.system.known_editors import ANSWER, filled, vim_expression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CHOICE = 'choose one by --editor, TEXBOOK_EDITOR, or "editor" in ~/.config/texbook/config.toml'
"""The hint for whoever has no editor that works."""

_AT_ONCE_SECONDS = 0.3
"""A command that has not failed by then is taken for one that works."""
_ANSWER_SECONDS = 3.0
"""How long a running editor may take to answer before it is taken for one that shows the place."""


@dataclass(frozen=True, slots=True)
class Editor:
    """The person's editor, and how it is told to show a place."""

    name: str
    """As the person calls it, or as it is known."""
    commands: tuple[tuple[str, ...], ...]
    """Programs by their paths, with arguments in which placeholders stand; the next one is tried
    where one fails at once."""
    environment: Mapping[str, str]
    hint: str = ""
    """What to do where none of them works."""

    def open(self, path: Path, line: int, column: int | None = None) -> None:
        """Show a place of a file, and do not wait until the person is done with it.

        Args:
            path: the file.
            line: from 1.
            column: from 1; the line's begin if it is not known.

        Raises:
            UsageError: when all commands fail at once, with what the last one said.
        """
        file = os.path.abspath(path)  # noqa: PTH100  (links stay: the person knows that name)
        column = column or 1
        values = {"file": file, "line": str(line), "column": str(column)}
        values["expression"] = vim_expression(file, line, column)
        fault = None
        for number, command in enumerate(self.commands, 1):
            fault = _start(
                [command[0], *(filled(word, values) for word in command[1:])],
                self.environment,
                _AT_ONCE_SECONDS if number == len(self.commands) else _ANSWER_SECONDS,
                answer=ANSWER if "{expression}" in command else "",
            )
            if fault is None:
                return
        hints = (self.hint,) if self.hint else (CHOICE,)
        raise UsageError(f'the editor "{self.name}" failed: {fault}', hints=hints)


def _start(
    arguments: Sequence[str], environment: Mapping[str, str], seconds: float, *, answer: str
) -> str | None:
    """Start a program that may outlive texbook; give what was wrong if it fails within a time.

    One that ends well has failed all the same if it does not print the answer that it should.
    """
    # A file and no pipe: an editor that writes after texbook's end must not die of it.
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                arguments,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=said if answer else subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
            )
        except OSError as error:
            return f"{arguments[0]}: {error.strerror}"
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            # Somebody must wait for it, or it stays a zombie until texbook ends.
            threading.Thread(target=process.wait, name="editor", daemon=True).start()
            return None
        said.seek(0)
        text = said.read(10_000).decode("utf-8", "replace").strip()
    if status == 0 and answer in text:
        return None
    return text.partition("\n")[0].rstrip() or f"{arguments[0]} ended with exit code {status}"
