r"""A number can be torn from its word: a plain space stands before `\ref` or `\cite`.

## What it does
Reports a space or a line end before `\ref`, `\eqref` and `\pageref` after a word that the number
belongs to ("Figure", "Eq.", "page"), and before `\cite` after a word, where citations are numbers:
with the numeric styles of biblatex and BibTeX, and in a book that mostly writes `~\cite`. After
punctuation nothing is said, nor before `\cref` and its like, which bring their own word.

This is a heuristic: the words are those of a few languages.

## Why
TeX may break the line there, and "Figure" stands at the end of one line, "7" at the beginning of
the next.

## Instead
Write a tie, `~`, in the place of the space.

## Example
```latex
As Figure \ref{fig:curse} shows, ...
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.latex.prose import NOTHING
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book
    from texbook.lint.passage import Passage

_COMMAND = re.compile(r"\\(ref|eqref|pageref|cite)(?![A-Za-z@*])")
_SPACE_BEFORE = re.compile(r"(?:[ \t\r]+(?:\n[ \t]*)?|\n[ \t]*)\Z")
_LAST_WORD = re.compile(r"(?<![\w.\\-])([^\W\d_]+)\.?\Z")
_REACH = 60
"""Code points before a command within which its word ends."""
_NAMES = re.compile(
    r"(?:[Ff]ig(?:ure)?s?|[Tt]ab(?:le)?s?|[Ss]ec(?:t(?:ion)?)?s?|[Ss]ubsections?|[Cc]h(?:ap(?:ter)?)?s?"
    r"|[Ee]q(?:n|uation)?s?|[Pp]ages?|pp?|[Pp]arts?|[Tt]heorems?|[Tt]hm|[Ll]em(?:mas?|mata)?|[Cc]or(?:ollar(?:y|ies))?"
    r"|[Pp]rop(?:osition)?s?|[Dd]ef(?:inition)?s?|[Ee]xamples?|[Ee]xercises?|[Rr]emarks?|[Aa]pp(?:endix|endices)?"
    r"|[Aa]lg(?:orithm)?s?|[Ll]istings?|[Ll]ines?|[Ss]teps?|[Ii]tems?|[Pp]roblems?|[Qq]uestions?"
    r"|[Cc]ases?|[Nn]otes?|[Ff]ootnotes?|[Bb]ox(?:es)?"
    r"|Abschnitte?n?|Kapiteln?|Abb(?:ildung(?:en)?)?|Tabellen?|Seiten?|Gleichung(?:en)?|Anhang|S(?:atz)?"
    r"|[Cc]hapitres?|[Tt]ableaux?|[Éé]quations?|[Cc]ap[íi]tulos?|[Ff]iguras?|[Tt]ablas?|[Tt]abelas?|[Ss]ecci(?:ón|ones)"
    r"|[Cc]apitol[oi]|[Ff]igur[ae]|[Tt]abell[ae]|[Pp]agin[ae]|[Ss]ezion[ei]"
    r"|[Rr]ozdzia[łl]\w*|[Kk]apitol[ay])\Z"
)
_ABBREVIATIONS = frozenset(
    {"fig", "figs", "tab", "tabs", "sec", "secs", "sect", "ch", "chap", "chaps", "eq", "eqs", "eqn"}
    | {
        "p",
        "pp",
        "thm",
        "lem",
        "cor",
        "prop",
        "def",
        "ex",
        "app",
        "alg",
        "no",
        "abb",
        "gl",
        "kap",
        "s",
    }
)
_BEFORE_CITATIONS = frozenset({"al", "cf", "ref", "refs", "vgl"})
"""Words with a full stop that does not end the sentence."""

_BIBLATEX = re.compile(r"\\usepackage\s*(?:\[([^\]]*)\])?\s*\{[^{}]*\bbiblatex\b[^{}]*\}")
_NATBIB = re.compile(r"\\(?:usepackage|RequirePackage)\s*(?:\[([^\]]*)\])?\s*\{[^{}]*\bnatbib\b")
_OTHER_STYLES = re.compile(
    r"\\(?:usepackage|RequirePackage)\s*(?:\[[^\]]*\])?\s*\{[^{}]*"
    r"\b(?:cite|apacite|harvard|jurabib|chicago|achicago|authordate|overcite|apalike|natbib)\b"
)
_PLAIN_STYLE = re.compile(
    r"\\bibliographystyle\s*\{(?:plain|unsrt|abbrv|alpha|ieeetr|acm|siam|IEEEtran|amsplain|plainurl)\}"
)


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each space that should be a tie."""
    texts = [document.source.text for document in book.documents]
    if not any("\\ref" in text or "\\cite" in text or "ref{" in text for text in texts):
        return
    cites = _are_numbers(texts) or _are_tied(texts)
    for document, start, passage in book.passages:
        for finding in _findings(passage, cites=cites):
            yield finding.diagnostic(RULE, document.source, start)


def _are_numbers(texts: list[str]) -> bool:
    """Say whether citations are printed as numbers, as far as the preamble tells."""
    for text in texts:
        if found := _BIBLATEX.search(text):
            options = found[1] or ""
            return "style" not in options or re.search(r"style\s*=\s*numeric", options) is not None
        if found := _NATBIB.search(text):
            return "numbers" in (found[1] or "")
        if _OTHER_STYLES.search(text):
            return False
    return any(_PLAIN_STYLE.search(text) for text in texts)


def _are_tied(texts: list[str]) -> bool:
    """Say whether most citations of the book are tied already."""
    tied = sum(text.count("~\\cite{") + text.count("~\\cite[") for text in texts)
    spaced = sum(text.count(f"{sign}\\cite") for text in texts for sign in (" ", "\n"))
    return tied > spaced


def _findings(passage: Passage, *, cites: bool) -> Iterator[Finding]:
    for found in _COMMAND.finditer(passage.text):
        is_cite = found[1] == "cite"
        if is_cite and not cites:
            continue
        start = found.start()
        if passage.text[start - 1 : start] not in (" ", "\t", "\n"):
            continue
        space = _SPACE_BEFORE.search(passage.text, max(0, start - _REACH), start)
        if space is None or space.start() == 0:
            continue
        prose = passage.prose
        # Only where the space is printed, and what follows it as well.
        if prose[space.start()] not in " \t\r\n" or prose[start] in (NOTHING, "\\"):
            continue
        before = prose[max(0, space.start() - _REACH) : space.start()].rstrip(NOTHING)
        if _belongs(before, is_cite=is_cite):
            yield _finding(found[1], space.start(), start, before)


def _belongs(before: str, *, is_cite: bool) -> bool:
    """Say whether what is printed before the space belongs to the number behind it."""
    word = _LAST_WORD.search(before.replace(NOTHING, ""))
    if before.endswith("."):
        known = _BEFORE_CITATIONS if is_cite else _ABBREVIATIONS
        return word is not None and word[1].lower() in known
    if is_cite:
        return before[-1:].isalnum()
    return word is not None and _NAMES.match(word[1]) is not None


def _finding(command: str, start: int, end: int, before: str) -> Finding:
    word = before.replace(NOTHING, "").split()
    last = word[-1] if word else ""
    return Finding(
        end,
        end + len(command) + 1,
        f'the line may break between "{last}" and \\{command}',
        (f'write a tie: "{last}~\\{command}"',),
        replace_with(start, end, "~", "write a tie in the place of the space"),
    )


RULE = Rule("TB515", "missing-tie", Severity.WARNING, check, fixes=Fixes.SAFE)
