"""A comment silences findings that are not there.

## What it does
Checks that each rule that a `% texbook: ignore` comment names, or any rule if it names none, has
found something there. Only rules that ran are judged: `texbook lint --select TB501` says nothing
of `ignore[TB504]`, and a comment that names no rules, or the beginning of their codes, is judged
only when all of them ran. Rules whose findings come and go without a change of the text are left
alone: TB305, TB403, TB807 and TB808 depend on fonts, experiments, word lists and builds.

The fix removes the code from the list, or the comment, or the line if the comment stands alone on
it. A `%` that keeps the line end from becoming a space stays.

## Why
What was silenced was mended, and the comment would hide the next fault of that kind.

## Instead
Remove the comment; `texbook lint --fix` does. To keep it all the same, let it name `TB900` too.

## Example
```latex
Pages 10--20.  % texbook: ignore[TB505]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.fix import Edit, Fix
from texbook.lint.comments import Comment, Suppression, names_rule
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from texbook.lint.suppress import Suppressed

_COME_AND_GO = frozenset({"TB305", "TB403", "TB807", "TB808"})
_NEVER_JUDGED = _COME_AND_GO | {"TB900", "TB901"}


def check(suppressed: Suppressed) -> Iterator[Diagnostic]:
    """Yield a finding for each comment of which something is unused."""
    for item in suppressed.suppressions:
        if item.words:
            unused = [word for word in item.words if _is_unused(word, item, suppressed)]
        else:
            unused = [""] if _is_unused("", item, suppressed) else []
        if not unused:
            continue
        comment = item.comments[0]
        yield RULE.diagnostic(
            _message(list(dict.fromkeys(unused))),
            item.source.span(comment.start, comment.end),
            fix=_fix(item, unused),
        )


def _message(unused: Sequence[str]) -> str:
    if unused == [""]:
        return "this comment silences nothing"
    listed = ", ".join(f'"{word}"' for word in unused)
    return f"{listed} {'silences' if len(unused) == 1 else 'silence'} nothing here"


def _is_unused(word: str, item: Suppression, suppressed: Suppressed) -> bool:
    """Say whether a word of a suppression (``""``: all rules) silenced nothing, for certain."""
    if (item, word) in suppressed.used:
        return False
    if not word:  # without required sections the rules on structure do not run
        usual = {rule.code for rule in suppressed.rules if rule.default and not rule.structure}
        return usual <= suppressed.ran
    named = {rule.code for rule in suppressed.rules if names_rule(word, rule.code, rule.name)}
    return bool(named) and not named & _NEVER_JUDGED and named <= suppressed.ran


def _fix(item: Suppression, unused: Sequence[str]) -> Fix:
    kept = [word for word in item.words if word not in unused]
    edits = []
    for comment in item.comments:
        if not kept:
            edits.append(_without(item.source.text, comment))
        elif comment.rules is not None:
            edits.append(Edit(*comment.rules, ", ".join(kept)))
    return Fix("remove what silences nothing", tuple(edits), safe=True)


def _without(text: str, comment: Comment) -> Edit:
    """Remove a comment so that the same is typeset."""
    start = text.rfind("\n", 0, comment.start) + 1
    newline = text.find("\n", comment.end)
    stop = len(text) if newline < 0 else newline
    before, after = text[start : comment.start], text[comment.end : stop]
    if after.strip():  # another comment follows on the line
        return Edit(comment.start, stop - len(after.lstrip()), "")
    if not before.strip():
        return Edit(start, len(text) if newline < 0 else newline + 1, "")
    stop = comment.end + len(after.rstrip("\r"))
    if before[-1] in " \t" and not before.rstrip().endswith("\\"):
        return Edit(start + len(before.rstrip()), stop, "")
    return Edit(comment.start, stop, "%")


RULE = Rule(
    "TB900",
    "unused-suppression",
    Severity.WARNING,
    check_suppressed=check,
    fixes=Fixes.SAFE,
)
