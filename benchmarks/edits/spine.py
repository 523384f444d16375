"""Edits of what is in the book and in which order: questions and chapters."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from benchmarks.edits.edit import question, swap
from benchmarks.measure import BenchmarkError

if TYPE_CHECKING:
    from pathlib import Path

_COPIED = "everything-is-significant"
_AGAIN = "-again"
_MOVED = "green-dashboards-old-numbers"
_NEW_CHAPTER = "chapters/07-what-is-left"
_OPENING = r"""\chapter{What Is Left}\label{ch:what-is-left}

One question did not fit elsewhere: \cref{q:averaging-percentiles}, on
page~\pageref{q:averaging-percentiles}.
"""
_DEFINES = re.compile(
    r"\\label\{([^{}]+)\}|\\begin\{\w+box\}\{[^{}]*\}\{([^{}]+)\}|\blabel=\"([^\"]+)\""
)


def relabeled(text: str, suffix: str) -> str:
    """Give every label that a template defines another name, there and where it is used.

    Labels of boxes and listings get their prefix from the class: ``{Gap}{logit-gap}`` is used as
    ``dfn:logit-gap``. A listing's first argument names a piece of the script, and is left alone.
    """
    names = {name for match in _DEFINES.finditer(text) for name in match.groups() if name}
    if not names:
        return text
    alternatives = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    used = re.compile(rf"(?<=[{{\",:])(?<!listing\(\")({alternatives})(?=[}}\",])")
    return used.sub(rf"\1{suffix}", text)


def copy_question(root: Path, template: Path, suffix: str) -> Path:
    """Copy a question's template, script, results and drawing under names with a suffix.

    Args:
        root: the book's folder.
        template: the question's, ``name.j2.tex``.
        suffix: of the new names and of the labels that the copy defines.

    Returns:
        The copy's template.
    """
    slug = template.name.removesuffix(".j2.tex")
    copy = template.with_name(f"{slug}{suffix}.j2.tex")
    text = relabeled(template.read_text("utf-8"), suffix)
    drawing = f"images/{slug}.pdf"
    copy.write_text(text.replace(drawing, f"images/{slug}{suffix}.pdf"), "utf-8")
    for ending in (".py", ".results.json"):
        shutil.copyfile(template.with_name(slug + ending), copy.with_name(slug + suffix + ending))
    shutil.copyfile(root / drawing, root / f"images/{slug}{suffix}.pdf")
    return copy


def new_question(root: Path) -> None:
    """Write a question like another, with its experiment, and read it behind that."""
    path = question(root, _COPIED)
    copy = copy_question(root, path, _AGAIN)
    title = re.compile(r"^% title\s*= '[^\n]*'$", re.MULTILINE)
    copy.write_text(
        title.sub("% title  = 'Significant Once More'", copy.read_text("utf-8")), "utf-8"
    )
    line = _include_of(path, root)
    swap(root / "main.tex", line, line + line.replace(_COPIED, _COPIED + _AGAIN))


def new_question_dropped(root: Path) -> None:
    """Take that question out of the book, and delete its files."""
    path = question(root, _COPIED + _AGAIN)
    swap(root / "main.tex", _include_of(path, root), "")
    for file in path.parent.glob(f"{_COPIED}{_AGAIN}.*"):
        file.unlink()
    (root / f"images/{_COPIED}{_AGAIN}.pdf").unlink()


def moved_within_chapter(root: Path) -> None:
    """Let two neighbours of a chapter change places."""
    first = _include_of(question(root, "table-of-survivors"), root)
    second = _include_of(question(root, _MOVED), root)
    swap(root / "main.tex", second + first, first + second)


def moved_to_another_chapter(root: Path) -> None:
    """Read a question in another chapter; its files stay where they are."""
    line = _include_of(question(root, _MOVED), root)
    behind = _include_of(question(root, "debiased-into-clickbait"), root)
    swap(root / "main.tex", line, "")
    swap(root / "main.tex", behind, behind + line)


def moved_home(root: Path) -> None:
    """Undo both moves."""
    line = _include_of(question(root, _MOVED), root)
    before = _include_of(question(root, "table-of-survivors"), root)
    swap(root / "main.tex", line, "")
    swap(root / "main.tex", before, line + before)


def question_deleted(root: Path) -> None:
    """Take a question out that others name: they print question marks."""
    swap(root / "main.tex", _include_of(question(root, "more-rank-same-model"), root), "")


def question_restored(root: Path) -> None:
    """Undo that."""
    before = _include_of(question(root, "nonsense-also-overfits"), root)
    line = _include_of(question(root, "more-rank-same-model"), root)
    swap(root / "main.tex", before, before + line)


def new_chapter(root: Path) -> None:
    """Open a chapter behind the others, and move a question's files there."""
    path = question(root, "averaging-percentiles")
    swap(root / "main.tex", _include_of(path, root), "")
    folder = root / _NEW_CHAPTER
    folder.mkdir()
    (folder / "chapter.tex").write_text(_OPENING, "utf-8")
    for file in path.parent.glob("averaging-percentiles.*"):
        file.rename(folder / file.name)
    lines = f"\\include{{{_NEW_CHAPTER}/chapter}}\n"
    lines += _include_of(question(root, "averaging-percentiles"), root)
    swap(root / "main.tex", "\\appendix\n", f"{lines}\n\\appendix\n")


def _include_of(template: Path, root: Path) -> str:
    """Give the line of the main file that reads a question, or would."""
    name = template.relative_to(root).as_posix().removesuffix(".j2.tex")
    if name == template.name:
        raise BenchmarkError(f'"{template}" is no template')
    return f"\\include{{{name}}}\n"
