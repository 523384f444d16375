r"""What a template knows of its question: ``\VAR{question.title}``."""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from typing import TYPE_CHECKING, ClassVar

from texbook.project import TEMPLATE_SUFFIX
from texbook.render.filters import tex

if TYPE_CHECKING:
    from pathlib import Path

    from texbook.base.source import SourceFile
    from texbook.render.frontmatter import FrontMatter
    from texbook.render.marks import Sites

WORDS_A_MINUTE = 200
"""Careful reading of technical prose."""

_NOT_PROSE = re.compile(
    r"""
    ^[ \t]*%[^\n]*
  | \\begin\{(equation|align|gather|multline|tabular|tikzpicture)\b.*?\\end\{\1
  | \\(?:begin|end|label|c?ref|cite\w*|nocite|input|includegraphics)\*?(?:\[[^\]]*\])?\{[^{}]*\}
  | \\[A-Za-z]+\*?
    """,
    re.MULTILINE | re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_ONE_WORD = re.compile(r"\\VAR\{[^{}]*\}|\$[^$]*\$|\\\(.*?\\\)", re.DOTALL)
_WORD = re.compile(r"[^\W_]+(?:['\u2019.,-][^\W_]+)*")


def slug_of(text: str) -> str:
    """Make a name for files and labels: ASCII letters and digits with hyphens.

    >>> slug_of("Winning Is Bad News"), slug_of("Über-fitting: a naïve view?")
    ('winning-is-bad-news', 'uber-fitting-a-naive-view')
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", re.sub(r"['`]", "", ascii_text.lower())))


@functools.lru_cache(maxsize=256)
def reading_minutes(text: str) -> int:
    r"""Estimate the minutes that a question takes to read: its words, commands left out.

    >>> reading_minutes(r"\section{One} " + "word " * 200)
    2
    """
    words = len(_WORD.findall(_NOT_PROSE.sub(" ", _ONE_WORD.sub("x", text))))
    return max(1, math.ceil(words / WORDS_A_MINUTE))


class Question:
    """The front matter as LaTeX: texts escaped, each marked with the line it stands on."""

    FIELDS: ClassVar[tuple[str, ...]] = (
        *("title", "trap", "tell", "fix", "ask", "level", "topics", "related"),
        *("slug", "minutes", "stub"),
    )

    def __init__(self, source: SourceFile, front_matter: FrontMatter, sites: Sites) -> None:
        def marked(key: str, text: str) -> str:
            line = front_matter.lines.get(key, 1)
            return sites.call(source.path, line) + tex(text) + sites.returned()

        self.title = marked("title", front_matter.title)
        self.trap = marked("trap", front_matter.trap)
        self.tell = marked("tell", front_matter.tell)
        self.fix = marked("fix", front_matter.fix)
        self.ask = marked("ask", front_matter.ask)
        self.level = marked("level", front_matter.level)
        self.topics = tuple(marked("topics", topic) for topic in front_matter.topics)
        self.related = front_matter.related
        self.slug = template_slug(source.path)
        self.minutes = reading_minutes(source.text)
        self.stub = front_matter.stub


def template_slug(template: Path) -> str:
    """Give the slug of a question, from its file's name."""
    return slug_of(template.name.removesuffix(TEMPLATE_SUFFIX))
