"""Identifiers of papers: arXiv numbers and DOIs, and what is wrong with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ARXIV = "arXiv"
DOI = "DOI"


class Identifier(NamedTuple):
    """An identifier in a text.

    Attributes:
        kind: `ARXIV` or `DOI`.
        value: in small letters, an arXiv number without its version; a DOI that arXiv gave
            (``10.48550/arXiv.1706.03762``) counts as the arXiv number.
        written: as it stands in the text, escapes taken back.
        start: code-point offset of what is written; ``end`` is exclusive. With the ``arXiv:`` or
            ``doi:`` before it, but not with an address before it.
        fault: why it cannot be right; empty if it can.
        labelled: whether ``arXiv:``, ``doi:`` or the like stands before it.
    """

    kind: str
    value: str
    written: str
    start: int
    end: int
    fault: str = ""
    labelled: bool = False


_BREAK = r"\\allowbreak(?:\{\}|(?![A-Za-z])[ \t]?)"
_ARXIV = re.compile(
    r"\b(?:arxiv\.org/(?:abs|pdf|html|ps|format)/"
    r"|(?P<label>arxiv[ \t~]?:[ \t~]?"
    r"|arxiv(?:[ \t~](?:e-?print|preprint|no\.|id))?[ \t~]+(?=\d{4}\.\d{3}|[a-z-]{4,9}/\d{7})))"
    rf"(?P<value>(?:[A-Za-z0-9./-]|{_BREAK})*)",
    re.IGNORECASE,
)
_DOI = re.compile(
    r"\b(?:(?P<address>(?:dx\.)?doi\.org/)|(?P<label>doi[ \t~]?:[ \t~]*|doi[ \t~]+(?=10\.)))"
    rf"(?P<value>(?:{_BREAK}|\\[_%#&]|[^\s{{}}\\\"|~])*)"
    rf"|(?<![\w./:-])(?P<bare>10\.\d{{4,9}}/(?:{_BREAK}|\\[_%#&]|[^\s{{}}\\\"|~])+)",
    re.IGNORECASE,
)
_ESCAPE = re.compile(rf"{_BREAK}|\\(?=[_%#&])")
_NEW_ARXIV = re.compile(r"(\d\d)(\d\d)\.(\d+)(?:v\d+)?")
_OLD_ARXIV = re.compile(r"[a-z-]+(?:\.[a-z]{2})?/\d\d(\d\d)\d{3}(?:v\d+)?")
_PLACEHOLDER = re.compile(r"[xX]{2,}[./-]?[xX]*|[\dxX]+\.[xX]{3,}")
_GOOD_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+|10/[a-z0-9]+", re.IGNORECASE)
_OF_ARXIV = "10.48550/arxiv."
_FIRST_NEW, _FIVE_DIGITS, _LAST_NEW = 704, 1501, 9100
"""Year and month of the schemes, from https://info.arxiv.org/help/arxiv_identifier.html; numbers
that begin with 91 to 99 are of the old scheme."""


def find_identifiers(text: str) -> Iterator[Identifier]:
    """Give the arXiv numbers and DOIs of a text in order, the faulty ones too.

    >>> [(found.kind, found.value, found.fault) for found in find_identifiers(
    ...     "arXiv:1706.03762v5, doi:10.1257/JEP.2.1.191. arxiv.org/abs/1713.03762")]
    [('arXiv', '1706.03762', ''), ('DOI', '10.1257/jep.2.1.191', ''), \
('arXiv', '1713.03762', 'there is no month 13')]
    """
    lower = text.lower()
    found: list[Identifier] = []
    if "arxiv" in lower:
        found.extend(filter(None, map(_arxiv, _ARXIV.finditer(text))))
    if "10." in lower or "doi" in lower:
        found.extend(filter(None, map(_doi, _DOI.finditer(text))))
    yield from sorted(found, key=lambda item: item.start)


def arxiv_fault(value: str) -> str:
    """Say why an arXiv number cannot be right; nothing if it can.

    >>> arxiv_fault("hep-th/9711200"), arxiv_fault("1706.3762")
    ('', 'numbers since 2015 have five digits behind the point, this has four')
    """
    value = value.lower()
    if old := _OLD_ARXIV.fullmatch(value):
        return _month_fault(old[1])
    new = _NEW_ARXIV.fullmatch(value)
    if new is None:
        return "such a number looks like 1706.03762 or hep-th/9711200"
    month = int(new[1] + new[2])
    return _month_fault(new[2]) or _scheme_fault(month) or _digits_fault(month, len(new[3]))


def doi_fault(value: str) -> str:
    """Say why a DOI cannot be right; nothing if it can (DOI Handbook, section 2.2).

    >>> doi_fault("10.1257/jep.2.1.191"), doi_fault("10.1257")
    ('', 'nothing stands behind its prefix "10.1257"')
    """
    if _GOOD_DOI.fullmatch(value):
        return ""
    if re.match(r"(?i)https?:|doi", value):
        return "an address stands where the DOI alone should"
    if not value.startswith("10."):
        return 'a DOI begins with "10."'
    prefix, _, rest = value.partition("/")
    if not rest:
        return f'nothing stands behind its prefix "{prefix}"'
    return f'a prefix is "10." and four to nine digits, not "{prefix}"'


def arxiv_year(value: str) -> int:
    """Give the year in which a well-formed arXiv number was given.

    >>> arxiv_year("1706.03762"), arxiv_year("hep-th/9711200")
    (2017, 1997)
    """
    year = int(value.rpartition("/")[2][:2])
    return year + (1900 if year > 90 else 2000)  # noqa: PLR2004


def address(kind: str, written: str) -> str:
    """Give the web address of an identifier."""
    is_number = kind == ARXIV and not written.startswith("10.")
    return f"https://{'arxiv.org/abs' if is_number else 'doi.org'}/{written}"


def _month_fault(month: str) -> str:
    return "" if 1 <= int(month) <= 12 else f"there is no month {month}"  # noqa: PLR2004


def _scheme_fault(month: int) -> str:
    good = _FIRST_NEW <= month < _LAST_NEW
    return "" if good else "numbers with a point begin in April 2007, with 0704"


def _digits_fault(month: int, count: int) -> str:
    needed, when = ("five", "since") if month >= _FIVE_DIGITS else ("four", "before")
    given = {3: "three", 4: "four", 5: "five", 6: "six"}.get(count, str(count))
    if given == needed:
        return ""
    return f"numbers {when} 2015 have {needed} digits behind the point, this has {given}"


def _arxiv(found: re.Match[str]) -> Identifier | None:
    raw = re.sub(r"(?:\.pdf)?[./-]*$", "", found["value"], flags=re.IGNORECASE)
    written = _ESCAPE.sub("", raw)
    is_number = any(character.isdigit() for character in written)
    if not is_number and not _PLACEHOLDER.fullmatch(written):
        return None
    if found["label"] and re.fullmatch(r"(?:19|20)\d\d", written):
        return None  # "arXiv: 2017" says where and when
    value = re.sub(r"v\d+$", "", written.lower())
    return _made(found, ARXIV, value, written, raw=raw, fault=arxiv_fault(written))


def _doi(found: re.Match[str]) -> Identifier | None:
    raw = _without_marks(found["value"] if found["bare"] is None else found["bare"])
    written = _ESCAPE.sub("", raw)
    value = written.lower()
    if value.startswith(_OF_ARXIV):
        number = written[len(_OF_ARXIV) :]
        value = re.sub(r"v\d+$", "", number.lower())
        return _made(found, ARXIV, value, written, raw=raw, fault=arxiv_fault(number))
    if not any(character.isdigit() for character in value) and not _PLACEHOLDER.search(value):
        return None
    if found["address"] and "/" not in value and not value.startswith("10."):
        return None  # a short address of doi.org
    return _made(found, DOI, value, written, raw=raw, fault=doi_fault(written))


def _made(
    found: re.Match[str], kind: str, value: str, written: str, *, raw: str, fault: str
) -> Identifier:
    named = "value" if found["value"] is not None else "bare"
    label = found["label"]
    start = found.start("label") if label else found.start(named)
    end = found.start(named) + len(raw)
    return Identifier(kind, value, written, start, end, fault, labelled=bool(label))


def _without_marks(written: str) -> str:
    """Cut the marks of the sentence off; a closing bracket stays if it is opened within."""
    while written:
        last = written[-1]
        opening = {")": "(", "]": "[", ">": "<"}.get(last)
        if opening is not None and written.count(opening) >= written.count(last):
            return written
        if opening is None and last not in ".,;:'\u2019\u201d":
            return written
        written = written[:-1]
    return written
