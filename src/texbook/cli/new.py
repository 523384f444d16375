"""``texbook new``."""

from __future__ import annotations

import click

from texbook.cli.output import Voice, voice_options
from texbook.project import open_project
from texbook.render.new import new_question

EPILOG = """\b
Example:
  texbook new "The Leak That Matters" --chapter 2 --level senior --topic leakage
"""


@click.command("new", epilog=EPILOG)
@click.argument("title")
@click.option("--chapter", required=True, help="Number of the chapter, or its folder.")
@click.option("--slug", help="File name; made from the title by default.")
@click.option("--trap", help="The trap in one sentence.")
@click.option("--tell", help="What gives the trap away.")
@click.option("--fix", help="What to do instead.")
@click.option("--ask", help="The question as spoken.")
@click.option("--level", help="For whom: mid, senior, staff, or two as in mid/senior.")
@click.option("--topic", "topics", multiple=True, help="A topic; may be given again.")
@voice_options
def command(
    title: str,
    *,
    chapter: str,
    slug: str | None,
    trap: str | None,
    tell: str | None,
    fix: str | None,
    ask: str | None,
    level: str | None,
    topics: tuple[str, ...],
    quiet: bool,
    verbose: bool,
) -> None:
    r"""Add a question from the skeleton, and its \include line."""
    project = open_project()
    made = new_question(
        project,
        title,
        int(chapter) if chapter.isdecimal() else chapter,
        slug=slug,
        trap=trap,
        tell=tell,
        fix=fix,
        ask=ask,
        level=level,
        topics=topics,
    )
    voice = Voice(quiet, verbose)
    voice.say(f"wrote {project.display(made.template)}")
    voice.say(f"{project.display(made.main)}:{made.line}: {made.include}")
