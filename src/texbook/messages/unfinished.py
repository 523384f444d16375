r"""What was still open at ``\end{document}``, which TeX tells in its log only.

It names the line where a group was entered, but not the file (etex.ch, "group_warning").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.messages.scene import RunTexts
from texbook.texfiles.log import UNFINISHED

if TYPE_CHECKING:
    from texbook.base.span import Span
    from texbook.messages.locate import Locator
    from texbook.texfiles.engine_log import LogMessage

_GROUP = re.compile(
    r"### (?P<kind>.+?) \(level \d+\) entered at line (?P<line>\d+) \((?P<sign>.+?)\)?$"
)
_CONDITION = re.compile(r"when (?P<name>\\if\w*) on line (?P<line>\d+) was incomplete")


def is_unfinished(message: LogMessage) -> bool:
    """Say whether a message tells of something open at the document's end."""
    return message.text.startswith(UNFINISHED)


def unfinished(message: LogMessage, locator: Locator) -> Diagnostic:
    """Explain it at the place where it was opened."""
    condition = _CONDITION.search(message.text)
    if condition is not None:
        name = condition["name"]
        return _finding(
            f'"{name}" has no "\\fi"',
            'write "\\fi" where the condition ends',
            _place(name, int(condition["line"]), locator) or locator.place(message),
        )
    groups = [found for line in message.context if (found := _GROUP.match(line))]
    sign = groups[-1]["sign"] if groups else "{"
    line = int(groups[-1]["line"]) if groups else None
    span = _place(sign, line, locator) if line is not None else None
    closing = "\\endgroup" if sign == "\\begingroup" else "}"
    return _finding(
        f'"{sign}" is not closed',
        f'write "{closing}" where the group ends: what it changes holds to the end of the book',
        span or locator.span(message.file),
    )


def _finding(message: str, hint: str, span: Span | None) -> Diagnostic:
    return Diagnostic(
        "unclosed-group", Severity.WARNING, message, span, hints=(hint,), source="engine"
    )


def _place(sign: str, line: int, locator: Locator) -> Span | None:
    """Find a sign on a line of one of the texts: a brace that is open, or any other sign."""
    texts = RunTexts(locator).all()
    for text in texts:
        for offset in text.tokenized.open_braces if sign == "{" else ():
            if (place := text.place(offset, offset + 1)).line == line:
                return locator.stretch(text.name, line, place.column or 1, (place.column or 1) + 1)
    for text in texts:
        at = text.source.line(line).find(sign)
        if at >= 0 and sign != "{":
            return locator.stretch(text.name, line, at + 1, at + 1 + len(sign))
    return None
