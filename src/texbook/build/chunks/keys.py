r"""Under which inputs a segment was typeset, and which of them are others now.

A key names every input of a segment: the files that it read, what the segment before it handed
over, the labels that it asked for, the entries that it cites, the lists that it prints. Labels
count by what was asked of them, so that a page that moves concerns only references to pages. A
label whose name stands in a reference in the source counts too, whether or not it was asked for.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from texbook.base.digest import digest_bytes, digest_text
from texbook.texfiles.label_uses import referenced_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from texbook.build.chunks.book import ChunkedBook, Start
    from texbook.build.chunks.findable import FindableFiles
    from texbook.build.chunks.model import SegmentRecord, SegmentState
    from texbook.texfiles.label_uses import LabelValue

# Counters that another value of cannot be seen on a page: numbers of anchors, which have bases of
# their own, and what lists, listings and biblatex set before they use it.
_UNSEEN = re.compile(
    r"page|Item|Hfootnote|LN@truepage|bookmark@seq@number|tcolorbox@number|tcb(?:listing|layer"
    r"|break\w*|raster\w*)|lstnumber|linenumber|enum\w*|listing@x|Fancy\w*|FV@\w*|minted@\w*"
    r"|maxextra\w*|cite(?:counter|total|count)|maxcitecount|instcount|blx@\w*|Hy@\w*|parentequation"
    r"|AM@survey|(?:max|min)?(?:name|item|parens|names|items|biburl\w*|abbrv\w*|refsection"
    r"|refsegment|uniquelist|uniquename|afterword|savedcomma\w*|bbx:\w*|cbx:\w*|citecount\w*"
    r"|cbx@\w*|bbx@\w*|smartand|listtotal|listcount|liststart|liststop|labelnumber\w*)|mpfootnote"
    r"|pp@next\w*|@stackindex|currentbox\w*|Sectioning\w*"
)
# The anchor of the last heading, and hyperref's of the bookmarks' parents.
_UNSEEN_TEXTS = ("@currentHref", "Parent")
# A title without a date of its own shows the day (classes.dtx).
_DATED = re.compile(r"\\(?:today|maketitle|DTM\w+|currenttime)\b")
_BIBLIOGRAPHY = re.compile(r"\\print(?:bibliography|shorthands|biblist)|\\bibby(?:section|segment)")
_BIBCITE = re.compile(r"(?m)^\\bibcite\{([^{}]*)\}")
# longtable keeps the widths of its columns for the next run, each table under its number.
_TABLE = re.compile(r"(?m)^\\gdef \\LT@[ivxlcdm]+ ")
_HEADING = re.compile(r"\s*\\(part|chapter|section)(\*?)\s*(?:\[|\{)")
_COMMENT = re.compile(r"(?m)(?<!\\)%.*\n?")
_SPACES = re.compile(r" +")
_LEFT_MARK = re.compile(r"^\{(.*)\}\{.*\}$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Environment:
    """All that segments can depend on, as it is at one moment of a build.

    Attributes:
        starts: where each segment begins.
        labels: page and rest of each label.
        entries: what each bibliography entry prints, by its key.
        auxiliary: the auxiliary files of the book.
        digests: of the author's files, by their names in the working copy.
        texts: of the author's files that are text.
        preamble: digest of all that comes before the first page.
        findable: the files that TeX could find.
        date: the day on which the book is typeset.
    """

    starts: Mapping[str, Start]
    labels: Mapping[str, LabelValue]
    entries: Mapping[str, str]
    auxiliary: Mapping[str, bytes]
    digests: Mapping[str, str]
    texts: Mapping[str, str]
    preamble: str
    findable: FindableFiles
    date: str = ""


def segment_key(
    book: ChunkedBook, name: str, record: SegmentRecord, start: Start, environment: Environment
) -> dict[str, str]:
    """Give the key of a segment, as its inputs are in an environment.

    Args:
        book: the book.
        name: the segment's name.
        record: what was seen of it when it was typeset last.
        start: where it begins.
        environment: its other inputs.
    """
    text = book.text(name)
    sources = [text, *(environment.texts.get(file, "") for file in sorted(record.reads))]
    key = {
        "the preamble": environment.preamble,
        "the main file": digest_text(text),
        "what the main file sets before it": digest_text(repr(book.declarations(name))),
    }
    asked = (name for kind, name in record.uses if kind == "e")
    key["the files that it may find"] = digest_text(
        repr(environment.findable.named_in(sources, asked))
    )
    if any(map(_DATED.search, sources)):
        key["the date"] = environment.date
    for file in record.reads:
        key[file] = environment.digests.get(file, "absent")
    if name != book.names[0]:
        own = f"{posixpath.normpath(name)}.tex"
        first = next((file for file in record.reads if f"/{file}".endswith(f"/{own}")), "")
        heading = first_heading((text, environment.texts.get(first, "")))
        key["what comes before"] = start_digest(start.state, heading, book.resets)
    for use in _label_uses(record, sources):
        kind, label = use
        value = environment.labels.get(label)
        if kind != "n":
            key[f"page of label {label}"] = "" if value is None else value.page
        if kind != "p":
            key[f"label {label}"] = "" if value is None else value.rest
    # natbib's list of references shows what the run before has made of its own entries.
    for entry in {*(entry for entry, _ in record.cites), *_BIBCITE.findall(record.aux)}:
        key[f"entry {entry}"] = environment.entries.get(entry, "")
    key |= _list_keys(book, name, sources, record, environment)
    if tables := _TABLE.findall(record.aux):
        key["the widths of its tables"] = _own_lines(tables, environment, book.job)
    key |= _place_keys(book, name, record, start)
    return key


def _place_keys(
    book: ChunkedBook, name: str, record: SegmentRecord, start: Start
) -> dict[str, str]:
    """Give what counts of the place where a segment stands; most can stand on any page."""
    key = {}
    if not (record.is_regular and book.marks_folios):
        key["the number of its first page"] = str(start.page)
    if book.numbers_pages(name):
        key["the page number before it"] = str(start.state.page)
    if any(message.file == f"./{book.job}.tex" for message in record.messages):
        # A complaint names the line, which is another when something is put before it.
        key["the line where it stands"] = str(book.line(name))
    if book.two_sided:
        key["the side of its first page"] = str(start.page % 2)
    return key


def _own_lines(beginnings: Iterable[str], environment: Environment, job: str) -> str:
    """Digest what the main auxiliary file holds from some beginnings to the next command."""
    main = environment.auxiliary.get(f"{job}.aux", b"").decode("utf-8", "replace")
    found = (re.search(rf"(?m)^{re.escape(text)}.*(?:\n .*)*", main) for text in beginnings)
    return digest_text(repr([item and item[0] for item in found]))


def _list_keys(
    book: ChunkedBook,
    name: str,
    sources: Iterable[str],
    record: SegmentRecord,
    environment: Environment,
) -> dict[str, str]:
    auxiliary, job = environment.auxiliary, book.job
    lists = set(record.lists)
    if ("b", "bibliography") in record.uses or any(map(_BIBLIOGRAPHY.search, sources)):
        lists.add(f"{job}.bbl")
    key = {}
    if name == (book.leading() or name):
        # hyperref writes bookmarks and page labels on the first page, from the run before.
        lists.add(f"{job}.out")
        main = auxiliary.get(f"{job}.aux", b"")
        labels = [line for line in main.splitlines() if line.startswith(b"\\HyPL@Entry")]
        key["the page labels"] = digest_bytes(b"\n".join(labels))
    own = {file: text.encode() for file, text in record.files.items()}
    for file in lists - own.keys():
        key[file] = digest_bytes(auxiliary[file]) if file in auxiliary else "absent"
    return key


def _label_uses(record: SegmentRecord, sources: Iterable[str]) -> set[tuple[str, str]]:
    uses = {use for use in record.uses if use[0] in {"p", "n", "a"}}
    for source in sources:
        for label in _referenced(source):
            # refcount gives pages without asking as \pageref does.
            kind = "a" if "\\getpageref" in source else "n"
            uses |= {(kind, label), (kind, f"{label}@cref")}
    return uses


_referenced = lru_cache(maxsize=1024)(referenced_names)


def first_heading(sources: Iterable[str]) -> str:
    r"""Name the numbered heading with which the printed text begins; empty for none.

    >>> first_heading(["\\include{a}", "% a frame\n\\section{One}"])
    'section'
    """
    text = ""
    for source in sources:
        if not source.lstrip().startswith("\\include"):
            text = _COMMENT.sub("", source).lstrip()
        if text:
            break
    found = _HEADING.match(text)
    return found[1] if found and not found[2] else ""


def start_digest(state: SegmentState, heading: str, resets: Mapping[str, Collection[str]]) -> str:
    """Digest the part of a start state that a segment can show.

    Args:
        state: what the segment before left.
        heading: the numbered heading with which this one begins; what that sets does not count.
        resets: which counters headings set to 0.
    """
    reset = resets.get(heading, ())
    counters = sorted(
        (name, value)
        for name, value in state.counters.items()
        if value and name not in reset and not _UNSEEN.fullmatch(name)
    )
    texts = []
    for name, text in sorted(state.texts.items()):
        if name.startswith(_UNSEEN_TEXTS) or (heading and "@current" in name and "Hy@" not in name):
            continue
        if heading in {"part", "chapter"}:
            continue
        left = _LEFT_MARK.match(text) if heading else None
        texts.append((name, _SPACES.sub(" ", left[1] if left else text).strip()))
    return digest_text(repr((counters, texts)))


def changes(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Name the inputs that differ between two keys."""
    return tuple(name for name in {**then, **now} if then.get(name) != now.get(name))
