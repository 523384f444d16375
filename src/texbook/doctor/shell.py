"""What TeX may run: the distribution's setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.doctor.check import Check, Verdict

if TYPE_CHECKING:
    from texbook.doctor.surroundings import Surroundings

GROUP = "What TeX may run"


def check_distribution(around: Surroundings) -> list[Check]:
    """Read ``shell_escape`` of texmf.cnf: ``p`` for programs of a list, ``t`` any, ``f`` none."""
    values = around.values("shell_escape", "shell_escape_commands")
    setting = values.get("shell_escape", "")[:1]
    programs = [name for name in values.get("shell_escape_commands", "").split(",") if name]
    what = "texmf.cnf"
    if setting == "p":
        words = f"only {len(programs)} trusted programs"
        listed = Check(GROUP, "trusted programs", ", ".join(programs), minor=True)
        return [Check(GROUP, what, words), listed]
    if setting in ("t", "1", "y"):
        words = "shell_escape is on: every document may run any program"
        hints = ('set it to "p" in texmf.cnf, unless you want that',)
        return [Check(GROUP, what, words, Verdict.NOTE, hints=hints)]
    if setting in ("f", "0", "n"):
        return [Check(GROUP, what, "shell_escape is off: not even trusted programs", Verdict.NOTE)]
    return []
