"""``texbook stats``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from texbook.app.stats import BookStats, UnitStats, book_stats
from texbook.base.errors import ExitStatus
from texbook.cli.output import (
    Voice,
    format_option,
    output_width,
    plural,
    show_diagnostics,
    show_json,
    voice_options,
)
from texbook.cli.untrusted import decide, refuse_linked_settings, send_inside, untrusted_option
from texbook.project import open_project

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.latex.material import Material
    from texbook.project import Project
    from texbook.report.stats import StatsRow, StatsTable

EPILOG = """\b
What is counted:
  words  of prose, captions and tables included; a formula within a line is one
         word; code, displayed formulas, comments, commands and keys are none
  lst    listings              fig  figures         tab  tables
  eq     displayed formulas    pap  papers cited    ref  cross-references
  pp     pages of the last good build

\b
Examples:
  texbook stats                 by chapter and question
  texbook stats --sort words    the longest first
  texbook stats -v              every stub on a line of its own
  texbook stats --format json   everything, boxes and sections too
"""

_SORTS: dict[str, Callable[[UnitStats], Any]] = {
    "words": lambda unit: -unit.material.words,
    "pages": lambda unit: -(unit.pages or 0),
    "papers": lambda unit: -len(unit.material.papers),
    "title": lambda unit: unit.title.casefold(),
}


@click.command("stats", epilog=EPILOG)
@click.argument("main", required=False, type=click.Path(path_type=Path))
@click.option(
    "--sort",
    type=click.Choice(["book", *_SORTS]),
    default="book",
    show_default=True,
    help="Order of the questions; any but the book's leaves out the chapters.",
)
@untrusted_option
@format_option
@voice_options
def command(
    main: Path | None, *, sort: str, untrusted: bool, form: str, quiet: bool, verbose: bool
) -> int:
    """Count words, listings, figures, formulas and papers by question.

    In a book without configuration the questions are its sections. What cannot be read is a
    finding, and is not counted.
    """
    voice = Voice(quiet, verbose)
    refuse_linked_settings(main, untrusted=untrusted)
    project = open_project(main)
    powers = decide(project, untrusted=untrusted)
    status = send_inside(project, powers, quiet=quiet)
    if status is not None:
        return status
    stats = book_stats(project)
    if form == "json":
        show_json(stats.diagnostics, "texbook stats", _fields(stats, project, sort))
    else:
        show_diagnostics(stats.diagnostics)
        _show(stats, project, sort, verbose=verbose)
        written = sum(unit.is_stub is False for unit in stats.units)
        if any(unit.is_stub is not None for unit in stats.units):
            voice.say(f"{plural(len(stats.units), 'question')}, {written} of them written")
    return ExitStatus.FINDINGS if stats.diagnostics else ExitStatus.GOOD


def _show(stats: BookStats, project: Project, sort: str, *, verbose: bool) -> None:
    from texbook.report.stats import render_stats  # noqa: PLC0415  (start-up time)
    from texbook.report.terminal import uses_colour  # noqa: PLC0415  (start-up time)

    width = output_width()
    is_folded = width is not None and sort == "book" and not verbose
    text = render_stats(
        _table(stats, project, sort),
        width=width,
        height=shutil.get_terminal_size().lines if is_folded else None,
        colour=uses_colour(sys.stdout),
        encoding=sys.stdout.encoding,
    )
    click.echo(text, nl=False)


def _counts(material: Material) -> dict[str, int]:
    return {
        "lst": material.listings,
        "fig": material.figures,
        "tab": material.tables,
        "eq": material.formulas,
        "pap": len(material.papers),
        "ref": material.references,
    }


def _table(stats: BookStats, project: Project, sort: str) -> StatsTable:
    from texbook.latex.material import Material  # noqa: PLC0415
    from texbook.report.stats import RowKind, StatsRow, StatsTable  # noqa: PLC0415

    def row(kind: RowKind, what: tuple[str, str], material: Material, **more: Any) -> StatsRow:
        number, title = what
        counts = tuple(_counts(material).values())
        values = {"level": "", "sections": (), "pages": None, **more}
        return StatsRow(kind, number, title, words=material.words, counts=counts, **values)

    def unit_row(unit: UnitStats) -> StatsRow:
        sections = tuple(item.material.words if item.material else None for item in unit.sections)
        return row(
            RowKind.STUB if unit.is_stub else RowKind.UNIT,
            (unit.number, unit.title),
            unit.material,
            level=unit.level,
            sections=sections if unit.is_question else (),
            pages=unit.pages,
        )

    rows: list[StatsRow] = []
    if sort != "book":
        rows += map(unit_row, sorted(stats.units, key=_SORTS[sort]))
    else:
        for chapter in stats.chapters:
            if chapter.title:
                what = (chapter.number, chapter.title)
                rows.append(row(RowKind.CHAPTER, what, chapter.material, pages=chapter.pages))
            rows += map(unit_row, chapter.units)
    rows.append(row(RowKind.TOTAL, ("", "together"), stats.material, pages=stats.pages))
    sections = project.config.structure.sections
    return StatsTable(tuple(rows), tuple(_counts(Material())), sections, stats.minimum_words)


def _fields(stats: BookStats, project: Project, sort: str) -> dict[str, Any]:
    def unit(item: UnitStats) -> dict[str, Any]:
        return {
            "number": item.number,
            "title": item.title,
            "path": project.display(item.path).as_posix(),
            "line": item.line,
            "level": item.level or None,
            "status": None if item.is_stub is None else "stub" if item.is_stub else "done",
            "question": item.is_question,
            "pages": item.pages,
            **_material_fields(item.material),
            "sections": [
                {
                    "title": section.title,
                    "missing": section.material is None,
                    **(_material_fields(section.material) if section.material else {"words": 0}),
                }
                for section in item.sections
            ],
        }

    return {
        "chapters": [
            {
                "number": chapter.number,
                "title": chapter.title,
                "pages": chapter.pages,
                **_material_fields(chapter.material),
                "introduction": _material_fields(chapter.introduction),
                "questions": [
                    unit(item)
                    for item in (
                        chapter.units if sort == "book" else sorted(chapter.units, key=_SORTS[sort])
                    )
                ],
            }
            for chapter in stats.chapters
        ],
        "book": {"pages": stats.pages, **_material_fields(stats.material)},
        "minimum_words": stats.minimum_words,
    }


def _material_fields(material: Material) -> dict[str, Any]:
    return {
        "words": material.words,
        "listings": material.listings,
        "figures": material.figures,
        "tables": material.tables,
        "formulas": material.formulas,
        "boxes": material.boxes,
        "papers": sorted(material.papers),
        "references": material.references,
    }
