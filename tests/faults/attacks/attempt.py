"""Trying attacks: as untrusted they must gain nothing, and as trusted they must gain something."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.faults.attacks.model import LAST_WORDS, Attack, together
from tests.faults.attacks.stage import DOCUMENTED, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

SEED = 20
"""Of the secrets."""
TAKES_FLAG = ("build", "lint", "render", "stats")
"""Commands that say ``--untrusted`` themselves; for the others ``TEXBOOK_UNTRUSTED`` says it."""
_MISSING = 3
_BY_HAND = re.compile(r"parent/book/(?:main\.(?!tex\b)[\w.]+|missfont\.log) was changed")
"""What tools leave behind that are run by hand."""


def chosen(attacks: Sequence[Attack], *, is_full: bool) -> tuple[Attack, ...]:
    """Give the books that are tried: in full one for each attack, else few, and one of many."""
    if is_full:
        return tuple(attacks)
    return (*_joined(attacks), *(attack for attack in attacks if attack.alone and attack.quick))


def _joined(attacks: Sequence[Attack]) -> tuple[Attack, ...]:
    shared = tuple(attack for attack in attacks if not attack.alone)
    return (together(shared),) if shared else ()


def count(attacks: Sequence[Attack], *, is_full: bool) -> int:
    """Count the attempts that `chosen` makes."""
    return sum(is_full or attack.quick or not attack.alone for attack in attacks)


def tried(
    attacks: Sequence[Attack], attempt: Callable[[Attack, Path], str], folder: Path
) -> dict[str, str]:
    """Try attacks, as many at once as there are cores; give what is wrong with which."""
    folders = [folder / str(number) for number in range(len(attacks))]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = pool.map(attempt, attacks, folders)
        return {attack.name: fault for attack, fault in zip(attacks, faults, strict=True) if fault}


def as_untrusted(attack: Attack, folder: Path) -> str:
    """Let a book of a stranger try it; say what it gained, or what else went wrong."""
    with stage(folder, SEED) as made:
        made.lay(attack)
        variables = {name: made.fill(text) for name, text in attack.variables.items()}
        if attack.command[0] in TAKES_FLAG:
            answer = made.texbook(*attack.command, "--untrusted", **variables)
        else:
            answer = made.texbook(*attack.command, TEXBOOK_UNTRUSTED="1", **variables)
        faults = made.breaches(answer)
        if answer.status not in DOCUMENTED or "Traceback" in answer.words:
            faults.append(f"it ended with {answer.status}")
        if answer.status == _MISSING:
            faults.append("there was no sandbox")
        if attack.joined and LAST_WORDS not in made.text():
            faults.append("not all of it was tried: the last page is not there")
        return "\n".join([*faults, answer.words[-3000:]]) if faults else ""


def as_trusted(attack: Attack, folder: Path) -> str:
    """Let it go on where nobody stops it; say so if it then gains nothing."""
    with stage(folder, SEED) as made:
        made.lay(attack)
        variables = {name: made.fill(text) for name, text in attack.variables.items()}
        if attack.tools:
            script = "\n".join(made.fill(line) for line in attack.tools)
            answer = made.run(made.book, ["/bin/sh", "-c", script])
        else:
            shell = ("--shell-escape",) if attack.command[0] == "build" else ()
            answer = made.texbook(*attack.command, *shell, **variables)
        gained = [
            breach
            for breach in made.breaches(answer)
            # Tools print as they like: only texbook promises to keep a terminal's orders back.
            if not _BY_HAND.fullmatch(breach) and "control character" not in breach
        ]
        return "" if gained else f"it gained nothing: {answer.words[-3000:]}"
