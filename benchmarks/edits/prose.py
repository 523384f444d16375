"""Edits of running text: words, paragraphs, pages, notes, and the files that are plain LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.edits.edit import add_to_block, cut, question, swap, take_from_block

if TYPE_CHECKING:
    from pathlib import Path

_PARAGRAPH = r"""
A word on what was not asked. Nobody in this story had to be careless for the number to come out
wrong: each step was checked by somebody who knew the step, and none of them was asked about the
whole. That is the usual way, and it is why the question is put to a person who has not seen the
project before, with nothing but a pencil and a few minutes.
"""
_NOTE = (
    "So a careful count comes first\\footnote{Counting is cheap here: one pass over the store, and "
    "an hour to read what it found.}, and the argument about methods can wait until it is done."
)
_BOX = r"""
\begin{dfnbox}{Unit of chance}{series-unit}
The \dfntxt{unit of chance} is the smallest thing that could have come out differently while all
the others stayed as they were.
\end{dfnbox}

\noindent \Cref{dfn:series-unit} is what the rest of this section counts.
"""
_INDEXED = r"""
What is left is a question of scheduling\index{scheduling}\index{scheduling!of reviews}, and of who
is at the desk when the alert arrives.
"""
_SENTENCES = (
    "The review took three afternoons, and most of the first went into agreeing on what to count.",
    "One group had a list of incidents, another a list of complaints, and the two shared a third.",
    "When the lists were joined, a tenth of the entries turned out to be about the same afternoon.",
    "Somebody proposed to weigh them by cost, and somebody else asked who had written down a cost.",
    "By the evening there was a table with forty rows, which nobody wanted to defend in public.",
)
PAGE = "\\paragraph{How the count was made.} " + "\n\n".join(
    " ".join((*_SENTENCES[turn:], *_SENTENCES[:turn])) for turn in (0, 1, 2, 3, 4, 0)
)


def one_word(root: Path) -> None:
    """Change a word to one of nearly the same width."""
    path = question(root, "two-goals-one-score")
    swap(path, "When a customer opens our food-delivery app", "When a shopper opens our app")


def other_word(root: Path) -> None:
    """Put the word back, and change another in the same sentence."""
    path = question(root, "two-goals-one-score")
    swap(path, "When a shopper opens our app", "When a customer starts our food-delivery app")


def paragraph_more(root: Path) -> None:
    """Make a question longer by a paragraph."""
    add_to_block(root, "six-deer", "trap", _PARAGRAPH)


def paragraph_back(root: Path) -> None:
    """Undo that."""
    take_from_block(root, "six-deer", _PARAGRAPH)


def paragraph_less(root: Path) -> None:
    """Make a question shorter by a paragraph."""
    path = question(root, "last-five-percent")
    cut(path, "And neither part touches last week.", "kept the service\ndown.\n")


def page_more(root: Path) -> None:
    """Write a page more in the middle of the book."""
    add_to_block(root, "two-thousand-traces", "scenario", PAGE)


def page_back(root: Path) -> None:
    """Undo that."""
    take_from_block(root, "two-thousand-traces", PAGE)


def page_less(root: Path) -> None:
    """Drop a list that takes about a page."""
    path = question(root, "balanced-classes-broken-probabilities")
    cut(path, "\\paragraph{Follow-ups to expect}", "\\end{description}\n")


def new_footnote(root: Path) -> None:
    """Add a footnote to a question."""
    add_to_block(root, "table-of-survivors", "trap", _NOTE)


def footnote_back(root: Path) -> None:
    """Undo that."""
    take_from_block(root, "table-of-survivors", _NOTE)


def new_box(root: Path) -> None:
    """Add a numbered box before all others of its question."""
    add_to_block(root, "six-deer", "scenario", _BOX)


def new_index_entry(root: Path) -> None:
    """Add two entries to the index, one below the other."""
    add_to_block(root, "averaging-percentiles", "answer", _INDEXED)


def comment_only(root: Path) -> None:
    """Write a comment into a template: no page may change."""
    add_to_block(root, "hundred-easy-negatives", "trap", "% Is there a better example? Ask Mira.")


def stored_result(root: Path) -> None:
    """Change a number that an experiment has stored and a template prints."""
    path = question(root, "wrong-base-rate").with_name("wrong-base-rate.results.json")
    text = path.read_text("utf-8")
    start, name, rest = text.partition('"simulated_days": ')
    number = rest.partition(",")[0].partition("\n")[0].rstrip(" }")
    path.write_text(f"{start}{name}{int(number) + 1}{rest.removeprefix(number)}", "utf-8")


def chapter_opening(root: Path) -> None:
    """Edit a file that is no template."""
    path = root / "chapters/04-evaluation-and-validation/chapter.tex"
    swap(path, "Read the first one first.", "Read the first of them before the others.")


def imprint(root: Path) -> None:
    """Edit the front matter."""
    swap(root / "frontmatter/imprint.tex", "their errors are ours.", "their errors are ours alone.")


def glossary_entry(root: Path) -> None:
    """Add a term to the glossary, which names the place that treats it."""
    entry = "\\glossaryterm{alert fatigue}{q:wrong-base-rate}{What sets in when most alerts are"
    entry += " false: the next one is not read.}\n"
    before = "\\glossaryterm{as-of join}"
    swap(root / "backmatter/glossary.tex", before, entry + before)


def broken(root: Path) -> None:
    """Misspell a command, which TeX does not survive."""
    path = question(root, "class-after-data-gone")
    swap(path, "\\begin{predictbox}\n", "\\begin{predictbx}\n")


def repaired(root: Path) -> None:
    """Spell it right, and leave the reader more lines to write on."""
    path = question(root, "class-after-data-gone")
    swap(path, "\\begin{predictbx}\n", "\\begin{predictbox}[4]\n")
