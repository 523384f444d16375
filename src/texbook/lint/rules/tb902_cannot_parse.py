r"""A file cannot be read as LaTeX.

## What it does
Reports a file that is not valid UTF-8 (or UTF-16 with a byte order mark), one that is there but
cannot be opened, and control characters that TeX refuses wherever they stand, listings included.
It also reports a file that is too large to be judged: more than 5 MB, or than 750,000 commands,
braces and lines; for a bibliography 10 MB. The other files, and the rest of the file where it can
be read, are judged all the same.

## Why
XeTeX drops bytes that are not UTF-8 without a word, so letters are missing in print. At a control
character TeX stops with "Text line contains an invalid character". A file too large to be judged
was hardly written by hand, and would keep lint busy for minutes.

## Instead
Save the file as UTF-8. Remove the control character: it mostly comes with text that was copied
from a terminal (U+001B) or from a PDF. Split a file that is too large.

## Example
```text
The output was ^[[31mred^[[0m.   (with the character U+001B at ^[)
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.tokens import Kind
from texbook.lint.finding import Finding
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_REFUSED = re.compile(r"(?<!`)(?<!`\\)[\x00-\x08\x0b\x0e-\x1f\x7f]")
"""Category 15 in LaTeX; with pdfLaTeX an error as well (measured with TeX Live 2022)."""


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for a passage: a file that is no text at all would give thousands."""
    if _REFUSED.search(passage.text) is None:
        return
    tokens = passage.tokenized.tokens
    comments = [(token.start, token.end) for token in tokens if token.kind is Kind.COMMENT]
    position = 0
    for start, end in (*comments, (len(passage.text),) * 2):
        found = _REFUSED.search(passage.text, position, start)
        if found is not None:
            yield Finding(
                found.start(),
                found.end(),
                f"TeX refuses the control character U+{ord(found[0]):04X}",
                ("remove it; editors show it as a sign of its own or not at all",),
            )
            return
        position = end


RULE = Rule("TB902", "cannot-parse", Severity.ERROR, check_passage=check)
