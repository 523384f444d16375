"""Edits of the bibliography and of what cites it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.edits.edit import add_to_block, swap, take_from_block

if TYPE_CHECKING:
    from pathlib import Path

_LAST = r"""
@article{series2020last, author={Zyzak, Mara}, title={Queues That Nobody Watches},
  journaltitle={Notes on Operations}, volume={3}, pages={5--19}, year={2020}}
"""
_FIRST = r"""
@article{series2019first, author={Aaby, Jens and Holt, Rune}, title={Counting Before Modeling},
  journaltitle={Notes on Operations}, volume={2}, pages={1--11}, year={2019}}
"""
_CITES_LAST = r"A queue that nobody watches grows all the same~\cite{series2020last}."
_CITES_FIRST = r"Counting first is an old piece of advice~\cite{series2019first}."
_TITLE = "title={Anomalies: The Winner's Curse}"
_AUTHOR = "author={Zech, John R. and others}"


def entry_title(root: Path) -> None:
    """Change the title of a cited work."""
    swap(root / "references.bib", _TITLE, "title={Anomalies: The Curse of the Winner}")


def entry_author(root: Path) -> None:
    """Change an author, so that the works stand in another order and get other numbers."""
    swap(root / "references.bib", _AUTHOR, "author={Bech, John R. and others}")


def entry_not_cited(root: Path) -> None:
    """Add works that nothing cites yet: no page may change."""
    bibliography = root / "references.bib"
    bibliography.write_text(bibliography.read_text("utf-8") + _LAST + _FIRST, "utf-8")


def new_citation(root: Path) -> None:
    """Cite a work that was not cited before; sorted by author, it is the last."""
    add_to_block(root, "last-five-percent", "why_it_works", _CITES_LAST)


def citation_that_renumbers(root: Path) -> None:
    """Cite a work that is sorted before all others: every number in the book moves."""
    add_to_block(root, "averaging-percentiles", "trap", _CITES_FIRST)


def citation_back(root: Path) -> None:
    """Undo that: every number moves back."""
    take_from_block(root, "averaging-percentiles", _CITES_FIRST)
