r"""References to papers as LaTeX, made from the bibliography: ``\VAR{paper("hu2021lora")}``."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from texbook.render.faults import TemplateFault
from texbook.render.filters import tex

if TYPE_CHECKING:
    from texbook.texfiles.bib import Author, Bibliography, BibliographyEntry

_MOST_AUTHORS = 5
"""A longer list is cut after the first three."""


def paper(bibliography: Bibliography, key: object) -> str:
    r"""Give a full reference that ends in a link, and see that the bibliography lists the work.

    Raises:
        TemplateFault: when there is no such entry, with the keys closest to it; at the fault in
            the bibliography when that hides the entry.
    """
    entry = bibliography.entries.get(str(key))
    if entry is None:
        raise _unknown(bibliography, str(key))
    parts = [_authors(entry), rf"\emph{{{entry.title.rstrip('.')}}}", _published(entry)]
    reference = " ".join(_closed(part) for part in parts if part)
    link = _link(entry)
    return rf"\nocite{{{entry.key}}}{reference}" + (f" {link}." if link else "")


def _unknown(bibliography: Bibliography, key: str) -> TemplateFault:
    if not bibliography.entries and not bibliography.path.is_file():
        return TemplateFault(
            f'there is no bibliography "{bibliography.path.name}" for paper("{key}")',
            hints=('the key "bibliography" of the configuration may name another file',),
        )
    fault = bibliography.hidden.get(key)
    if fault is not None:
        return TemplateFault(fault.message, hints=fault.hints, code=fault.code, span=fault.span)
    close = difflib.get_close_matches(key, bibliography.entries, n=3, cutoff=0.5)
    if close:
        hint = "did you mean " + " or ".join(f'"{name}"' for name in close) + "?"
    else:
        hint = f'add it to "{bibliography.path.name}"'
    return TemplateFault(f'"{bibliography.path.name}" has no entry "{key}"', hints=(hint,))


def _authors(entry: BibliographyEntry) -> str:
    names = [_author(author) for author in entry.authors]
    others = entry.others
    if len(names) > _MOST_AUTHORS:
        names, others = names[:3], True
    if not names:
        return ""
    if others:
        return ", ".join(names) + " et~al."
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + ("," if len(names) > 2 else "") + f" and {names[-1]}"  # noqa: PLR2004


def _author(author: Author) -> str:
    """Join the parts of a name so that no line ends behind an initial."""
    first = re.sub(r"(?<=\.) (?=\S)", "~", author.first)
    separator = "~" if re.search(r"(?:^|[ ~])\S\.$", first) else " "
    return f"{first}{separator}{author.last}" if first else author.last


def _published(entry: BibliographyEntry) -> str:
    venue = entry.venue
    if venue and entry.volume:
        venue += f" {entry.volume}"
        venue += f"({entry.number})" if entry.number else ""
    parts = [venue, _pages(entry.pages), entry.year]
    return ", ".join(part for part in parts if part)


def _pages(pages: str) -> str:
    return re.sub(r"(?<=\d)\s*-+\s*(?=\d)", "--", pages)


def _closed(sentence: str) -> str:
    r"""End a sentence with a full stop unless it has its own mark, ``\emph{...?}`` included."""
    return sentence if re.search(r"[.?!]\}?$", sentence) else sentence + "."


def _link(entry: BibliographyEntry) -> str:
    """Make a link from the best identifier there is: DOI, arXiv, address."""
    if entry.doi:
        doi = _plain(entry.doi)
        return _href(f"https://doi.org/{quote(doi, safe='/:;()')}", f"doi:{doi}")
    if entry.eprint and entry.eprinttype in ("arxiv", ""):
        return _href(f"https://arxiv.org/abs/{entry.eprint}", f"arXiv:{entry.eprint}")
    if entry.url:
        url = _plain(entry.url)
        return _href(url, re.sub(r"^https?://(?:www\.)?", "", url).rstrip("/"))
    return ""


def _plain(identifier: str) -> str:
    r"""Take back the escapes that old styles ask for, as in ``10.1000/a\_b``."""
    return re.sub(r"\\([_%#&~])", r"\1", identifier)


def _href(address: str, shown: str) -> str:
    r"""Make a link whose text may break behind a slash or a point.

    Inside the argument of another macro hyperref wants ``%`` and ``#`` escaped (its manual, \href).
    """
    address = re.sub(r"([%#\\{}])", r"\\\1", address)
    text = tex(shown).replace("/", r"/\allowbreak{}").replace(".", r".\allowbreak{}")
    return rf"\href{{{address}}}{{{text}}}"
