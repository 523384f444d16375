"""``texbook sync``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from texbook.app.sync import book_of, inverse, locate, show_in_preview
from texbook.base.errors import UsageError
from texbook.cli.output import Voice, format_option, show_json, voice_options
from texbook.project import open_project

if TYPE_CHECKING:
    from texbook.app.sync import LinePlaces, SourcePlace
    from texbook.project import Project

EPILOG = """\b
Examples:
  texbook sync forward chapters/01/leak.j2.tex:12   where that line is in the PDF
  texbook sync inverse 45:132.8:388.2               which line is at that place
"""

FORWARD_EPILOG = """\b
Examples:
  texbook sync forward chapters/01/leak.j2.tex:12
    prints "main.pdf page 45, x 132.8, y 388.2"
  texbook sync forward --show intro.tex:40:8
    shows the place in the preview of "texbook watch --serve"
  texbook sync forward intro.tex:40 thesis.tex
    in the PDF of another main file
"""

INVERSE_EPILOG = """\b
Examples:
  texbook sync inverse 45:132.8:388.2    prints "chapters/01/leak.j2.tex:12"
"""

_LINE = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?::(?P<column>\d+))?", re.DOTALL)
_PLACE = re.compile(r"(\d{1,9}):(-?\d{1,9}(?:\.\d*)?):(-?\d{1,9}(?:\.\d*)?)")


@click.group("sync", epilog=EPILOG)
@voice_options
def command(*, quiet: bool, verbose: bool) -> None:
    """Find the place of a line in the PDF, or the line of a place.

    A line of a template leads to what it has printed, and that back to the template.
    """
    del quiet, verbose  # the commands below ask for them


@command.command("forward", epilog=FORWARD_EPILOG)
@click.argument("place", metavar="FILE:LINE[:COLUMN]")
@click.argument("main", required=False, type=click.Path(path_type=Path))
@click.option("--show", is_flag=True, help="Show the place in the running preview.")
@format_option
@voice_options
def forward_command(
    place: str, main: Path | None, *, show: bool, form: str, quiet: bool, verbose: bool
) -> None:
    """Find what a line has printed.

    FILE is a template or any other source, from the current folder or from the book's. If the line
    has printed nothing, the nearest one that has is taken. x and y are of the top left corner of
    the box, in points (1/72 inch) from that of the page. TeX keeps no columns, so COLUMN changes
    nothing.
    """
    found = _LINE.fullmatch(place)
    if found is None or len(found["line"]) > 9:  # noqa: PLR2004
        raise UsageError(
            f'"{place}" does not name a line',
            hints=("write FILE:LINE, as in chapters/01/leak.j2.tex:12",),
        )
    file, line = Path(found["file"]), int(found["line"])
    project = book_of(file) if main is None else open_project(main)
    answer = locate(project, file, line)
    if show:
        show_in_preview(project, answer.places[0])
    voice = Voice(quiet, verbose)
    if answer.line != line:
        where = "before" if answer.line < line else "behind"
        voice.say(f"line {line} prints nothing: this is line {answer.line}, the nearest {where} it")
    if form == "json":
        show_json([], "texbook sync", _forward_fields(project, answer, line))
        return
    first = answer.places[0]
    shown = project.display(project.pdf)
    click.echo(f"{shown} page {first.page}, x {first.x:.1f}, y {first.y:.1f}")
    for other in answer.places[1:]:
        voice.detail(f"also page {other.page}, x {other.x:.1f}, y {other.y:.1f}")


@command.command("inverse", epilog=INVERSE_EPILOG)
@click.argument("place", metavar="PAGE:X:Y")
@click.argument("main", required=False, type=click.Path(path_type=Path))
@format_option
@voice_options
def inverse_command(
    place: str, main: Path | None, *, form: str, quiet: bool, verbose: bool
) -> None:
    """Find the line that has printed what is at a place of the PDF.

    PAGE counts from 1 as the PDF does, whatever number is printed on it; X and Y are points
    (1/72 inch) from the page's top left corner.
    """
    del quiet, verbose
    found = _PLACE.fullmatch(place)
    if found is None:
        raise UsageError(
            f'"{place}" does not name a place',
            hints=("write PAGE:X:Y, as in 45:132.8:388.2",),
        )
    project = open_project(main)
    answer = inverse(project, int(found[1]), float(found[2]), float(found[3]))
    if form == "json":
        show_json([], "texbook sync", _inverse_fields(project, answer))
        return
    column = "" if answer.column is None else f":{answer.column}"
    click.echo(f"{project.display(answer.path)}:{answer.line}{column}")


def _forward_fields(project: Project, answer: LinePlaces, asked: int) -> dict[str, object]:
    places = [
        {
            "page": place.page,
            "x": round(place.x, 3),
            "y": round(place.y, 3),
            "width": round(place.width, 3),
            "height": round(place.height, 3),
        }
        for place in answer.places
    ]
    return {
        "output": str(project.pdf),
        "source": {"path": _shown(project, answer.path), "line": answer.line, "asked": asked},
        "places": places,
    }


def _inverse_fields(project: Project, answer: SourcePlace) -> dict[str, object]:
    shown = _shown(project, answer.path)
    source = {"path": shown, "line": answer.line, "column": answer.column}
    return {"output": str(project.pdf), "source": source}


def _shown(project: Project, path: Path) -> str:
    return project.display(path).as_posix()
