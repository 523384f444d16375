"""Flash cards of a book's questions, as a text that Anki imports as it is.

The lines at the top are Anki's file headers (Anki manual, "Importing", "Text files"; since Anki
2.1.55 without further setting): what separates the fields, that they are HTML, and which columns
are no fields. A note whose value in the ``guid`` column is known already is updated by an import
and not added again. The deck has a column of its own because a deck that a header names is taken
only if it exists, while one that a column names is made.
"""

from __future__ import annotations

import csv
import html
import io
import re
from typing import TYPE_CHECKING, NamedTuple

from texbook.latex.arguments import ArgumentReader
from texbook.latex.titles import plain_title
from texbook.latex.tokens import Kind, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from texbook.base.source import SourceFile
    from texbook.render.order import BookListing, ListedQuestion

_COLUMNS = ("guid", "Front", "Back", "tags", "deck")
_NO_TAG = re.compile(r"[^\w./&+-]+")


class Card(NamedTuple):
    """A card: what is asked and what is answered, as HTML; its guid never changes."""

    guid: str
    front: str
    back: str
    tags: str
    deck: str


def cards_text(listing: BookListing, deck: str) -> str:
    """Write the cards of all questions that are written.

    Args:
        listing: the book's questions.
        deck: the name of the deck that they are put into.
    """
    stream = io.StringIO()
    stream.write("#separator:Comma\n#html:true\n#notetype:Basic\n")
    stream.write(f"#columns:{','.join(_COLUMNS)}\n")
    stream.write("#guid column:1\n#tags column:4\n#deck column:5\n")
    deck = " ".join(deck.replace("::", ": ").split())
    writer = csv.writer(stream, lineterminator="\n")
    for chapter in listing.chapters:
        title = plain_title(chapter.title)
        for question in chapter.questions:
            if not question.front_matter.stub:
                writer.writerows(cards_of(question, title, deck))
    return stream.getvalue()


def cards_of(question: ListedQuestion, chapter: str, deck: str) -> Iterator[Card]:
    """Give the cards of a question: see the trap, leave it, and know it by what gives it away."""
    item = question.front_matter
    tags = " ".join(_tags(question, chapter))
    trap, tell, fix = ("Trap", item.trap), ("Tell", item.tell), ("Fix", item.fix)
    title = ("Question", item.title)
    for name, front, back in (
        ("ask", _front(item.ask, "What is the trap, and what gives it away?"), (trap, tell, title)),
        ("trap", _front(item.trap, "What is the fix?"), (fix, title)),
        ("tell", _front(item.tell, "Which question is this, and what is its fix?"), (title, fix)),
    ):
        yield Card(f"texbook:{question.slug}:{name}", front, _lines(back), tags, deck)


def book_title(source: SourceFile) -> str:
    r"""Give the text of a file's ``\title`` without formatting; empty if there is none."""
    tokenized = tokenize(source.text)
    reader = ArgumentReader(tokenized)
    for item in tokenized.tokens:
        if item.kind is Kind.COMMAND and item.name == "title":
            argument = reader.braced(reader.after_options(item.end))
            return plain_title(source.text[argument.start : argument.end]) if argument else ""
    return ""


def _front(text: str, asked: str) -> str:
    return f"{html.escape(text)}<br><br><i>{html.escape(asked)}</i>"


def _lines(parts: Iterable[tuple[str, str]]) -> str:
    return "<br>".join(f"<b>{name}:</b> {html.escape(text)}" for name, text in parts)


def _tags(question: ListedQuestion, chapter: str) -> Iterator[str]:
    """Give tags: Anki parts them at spaces, and ``::`` makes one stand below another."""
    yield f"question::{question.slug}"
    if chapter:
        yield f"chapter::{_tag(chapter)}"
    for level in question.front_matter.level.split("/"):
        yield f"level::{_tag(level)}"
    for topic in question.front_matter.topics:
        yield f"topic::{_tag(topic)}"


def _tag(text: str) -> str:
    return _NO_TAG.sub("-", text.strip()).strip("-") or "other"
