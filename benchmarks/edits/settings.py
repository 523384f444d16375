"""Edits of what every page depends on: the class, its options, the preamble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.edits.edit import swap

if TYPE_CHECKING:
    from pathlib import Path

_OPTIONS = "\\documentclass[math,code]{amznotes}"
_SMALLER = "\\documentclass[10pt,math,code]{amznotes}"
_DRAFT = "\\documentclass[math,code,fastcompile]{amznotes}"
_COLOUR = "\\definecolor{amzaccent}{HTML}{1F4566}"
_DEPTH = "\\begin{document}\n\\maketitle\n"


def class_option(root: Path) -> None:
    """Set the book in a smaller size: every page is another."""
    swap(root / "main.tex", _OPTIONS, _SMALLER)


def class_option_of_drafts(root: Path) -> None:
    """Set it in its own size again, as a draft."""
    swap(root / "main.tex", _SMALLER, _DRAFT)


def class_option_back(root: Path) -> None:
    """Undo both."""
    swap(root / "main.tex", _DRAFT, _OPTIONS)


def preamble_macro(root: Path) -> None:
    """Change a macro of the preamble that the quick-reference cards use."""
    swap(root / "main.tex", "\\textbf{You may hear:}", "\\textbf{People say:}")


def class_colour(root: Path) -> None:
    """Change a colour in the class file."""
    swap(root / "amznotes.cls", _COLOUR, _COLOUR.replace("1F4566", "24506F"))


def contents_less_deep(root: Path) -> None:
    """List only the chapters in the contents."""
    swap(root / "main.tex", _DEPTH, f"\\setcounter{{tocdepth}}{{0}}\n{_DEPTH}")


def contents_as_deep(root: Path) -> None:
    """Undo that."""
    swap(root / "main.tex", f"\\setcounter{{tocdepth}}{{0}}\n{_DEPTH}", _DEPTH)


def title_page(root: Path) -> None:
    """Change a field of the preamble that the title page prints."""
    swap(root / "main.tex", "\\amzedition{First edition}", "\\amzedition{Second edition}")
