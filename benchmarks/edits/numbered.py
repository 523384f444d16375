"""Edits of what has a number and of what names it: labels, figures, listings, headings."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from benchmarks.edits.edit import add_to_block, question, swap, take_from_block

if TYPE_CHECKING:
    from pathlib import Path

_EQUATION = r"""
Per request, the three stages together may wait at most
\begin{equation}
  w_1 + w_2 + w_3 \le \frac{1}{4}\,(d - s) ,
  \label{eq:series-wait}
\end{equation}
where $d$ is the deadline and $s$ the time of service.
"""
_FORWARD = r"""
The same budget returns much later, as \cref{eq:series-wait} on page~\pageref{eq:series-wait}.
"""
_FIGURE = r"""
\begin{figure}[htbp]
  \centering
  \includegraphics[alt={A drawing that moves the figures behind it.}]{images/series.pdf}
  \caption{What the analysts saw in the first week, before anybody had asked for the base rate.}
  \label{fig:series}
\end{figure}

\noindent \Cref{fig:series} is what they brought to the meeting.
"""
_REGION = '''

# region: series_window
def window(values, width):
    """Give the means of all runs of `width` values."""
    sums = [sum(values[start : start + width]) for start in range(len(values) - width + 1)]
    return [total / width for total in sums]
# endregion
'''
_LISTING = r"""
\VAR{listing("series_window", title="Means of all runs of one length", label="series-window")}

\noindent \Cref{code:series-window} is all that the dashboard does.
"""


def new_label_and_forward_reference(root: Path) -> None:
    """Number a formula late in the book, and name it and its page from an early question."""
    add_to_block(root, "last-five-percent", "deep_dive", _EQUATION)
    add_to_block(root, "two-goals-one-score", "scenario", _FORWARD)


def label_renamed(root: Path) -> None:
    """Rename the label where it is given: for now its users print question marks."""
    path = question(root, "last-five-percent")
    swap(path, "\\label{eq:series-wait}", "\\label{eq:series-budget}")


def label_users_follow(root: Path) -> None:
    """Rename it where it is used."""
    path = question(root, "two-goals-one-score")
    swap(path, _FORWARD.strip(), _FORWARD.strip().replace("series-wait", "series-budget"))


def reference_dropped(root: Path) -> None:
    """Take the reference away and leave the label."""
    follow = _FORWARD.replace("series-wait", "series-budget")
    take_from_block(root, "two-goals-one-score", follow)


def new_listing(root: Path) -> None:
    """Show another piece of a question's script."""
    path = question(root, "everything-is-significant")
    script = path.with_name("everything-is-significant.py")
    script.write_text(script.read_text("utf-8") + _REGION, "utf-8")
    add_to_block(root, "everything-is-significant", "why_it_fails", _LISTING)


def listing_changed(root: Path) -> None:
    """Change the code that is shown."""
    script = question(root, "everything-is-significant").with_name("everything-is-significant.py")
    swap(script, "[total / width for total in sums]", "[round(total / width, 6) for total in sums]")


def new_first_figure(root: Path) -> None:
    """Put a figure before all others of a chapter, which all get another number."""
    shutil.copyfile(root / "images/six-deer.pdf", root / "images/series.pdf")
    add_to_block(root, "wrong-base-rate", "scenario", _FIGURE)


def first_figure_back(root: Path) -> None:
    """Undo that."""
    take_from_block(root, "wrong-base-rate", _FIGURE)
    (root / "images/series.pdf").unlink()


def image_of_the_same_size(root: Path) -> None:
    """Let another drawing take the place of one; both are equally wide and high."""
    shutil.copyfile(
        root / "images/debiased-into-clickbait.pdf", root / "images/hundred-easy-negatives.pdf"
    )


def image_of_another_size(root: Path) -> None:
    """Let a higher drawing take the place of one."""
    shutil.copyfile(
        root / "images/class-after-data-gone.pdf", root / "images/two-goals-one-score.pdf"
    )


def question_title(root: Path) -> None:
    """Change a title: it is in the contents, the running head, and where the question is named."""
    path = question(root, "ruler-in-the-photograph")
    title = "'The Ruler in the Photograph'"
    swap(path, title, "'The Ruler Beside the Lesion'")


def chapter_title(root: Path) -> None:
    """Change a chapter's title, which stands over all its left running heads."""
    path = root / "chapters/05-systems-and-infrastructure/chapter.tex"
    text = path.read_text("utf-8")
    title = text.partition("\\chapter{")[2].partition("}")[0]
    swap(path, f"\\chapter{{{title}}}", f"\\chapter{{{title}, in Earnest}}")
