"""``texbook init``."""

from __future__ import annotations

from pathlib import Path

import click

from texbook.app.init import PYPROJECT, propose_config, write_config
from texbook.cli.output import Voice, voice_options

EPILOG = """\b
Examples:
  texbook init              look at the book here, and write texbook.toml
  texbook init --print      only show what would be written
  texbook init thesis.tex   a book whose main file is not main.tex
  texbook init --pyproject  add [tool.texbook] to pyproject.toml instead
"""


@click.command("init", epilog=EPILOG)
@click.argument("main", required=False, type=click.Path(path_type=Path))
@click.option("--print", "only_print", is_flag=True, help="Show the configuration, write nothing.")
@click.option("--pyproject", is_flag=True, help="Make it a part of pyproject.toml.")
@voice_options
def command(
    main: Path | None, *, only_print: bool, pyproject: bool, quiet: bool, verbose: bool
) -> None:
    """Write the configuration for a book by looking at it.

    MAIN is the book's main file; found as by "texbook build". The required sections are those that
    its questions share. A configuration that is there is never changed.
    """
    voice = Voice(quiet, verbose)
    folder = Path.cwd()
    proposal = propose_config(main, folder=folder, pyproject=pyproject)
    if only_print:
        click.echo(proposal.text, nl=False)
    else:
        write_config(proposal, folder=folder)
    width = max(len(label) for label, _ in proposal.seen)
    for label, words in proposal.seen:
        voice.say(f"{label:<{width}}  {words}")
    if not proposal.inferred:
        voice.say("nothing but the main file could be inferred")
    if only_print:
        return
    path = proposal.path
    name = path.relative_to(folder) if path.is_relative_to(folder) else path
    voice.say(f'{"added to" if path.name == PYPROJECT else "wrote"} {name}; next: "texbook lint"')
