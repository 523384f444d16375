"""What a sandbox shows of a book, and which books it must not show."""

from __future__ import annotations

import os
import pwd
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.errors import RefusedError
from texbook.config.load import CONFIG_NAMES
from texbook.project import SKIPPED_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from texbook.project import Project
    from texbook.system.sandbox import Sandbox


def shown_folder(project: Project, environment: Mapping[str, str]) -> Path:
    """Give the folder that the sandbox shows: the main file's, or that of what names it.

    Raises:
        RefusedError: when that would be more than a book.
    """
    root, shown = project.root, _top(project)
    if not root.is_relative_to(shown):
        raise RefusedError(
            f'the configuration names a main file outside of its own folder: "{project.main}"',
            hints=("a book that is not trusted has to keep to its folder",),
        )
    if any(map(is_hidden, root.relative_to(shown).parts)):
        raise RefusedError(
            f'the configuration names a main file in a hidden folder: "{project.main}"',
            hints=("a book that is not trusted is not shown its hidden folders",),
        )
    if home_folder(environment).resolve().is_relative_to(shown.resolve()):
        raise RefusedError(
            f'the book\'s folder is "{shown}", which holds your home folder: '
            "the book would be shown all of it",
            hints=("move the book into a folder of its own",),
        )
    return shown


def _top(project: Project) -> Path:
    """Give the folder of the configuration if that names the main file, else the main file's.

    A configuration that was only found above may be the person's own, with other books beside it.
    """
    path, main = project.config.path, project.config.main
    if path is not None and main is not None:
        named = Path(os.path.normpath(path.parent / main))
        if named == project.main:
            return path.parent
    return project.root


def home_folder(environment: Mapping[str, str]) -> Path:
    """Give the person's home folder, also where the environment does not name it."""
    if named := environment.get("HOME"):
        return Path(named)
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:  # a container may run as a number that has no name
        return Path("/nonexistent")


def refuse_linked_config(folder: Path) -> None:
    """Refuse a configuration that is a link out of its folder, or to a hidden file.

    What is wrong in it is told outside of the sandbox, with the line where it stands: of a file of
    the person's, say.

    Args:
        folder: where the configuration is looked for, and in those above.

    Raises:
        RefusedError: at the link.
    """
    for place in (folder, *folder.parents):
        for name in CONFIG_NAMES:
            path = place / name
            real = Path(os.path.realpath(path))
            leads_out = real.parent != Path(os.path.realpath(place)) or is_hidden(real.name)
            if path.is_symlink() and leads_out:
                raise RefusedError(
                    f'"{path}" is a symbolic link, and a book that is not trusted could have '
                    "texbook tell what stands where it leads",
                    hints=("put the configuration itself there",),
                )
        if (place / CONFIG_NAMES[0]).is_file():
            return


def refuse_links(project: Project) -> None:
    """Refuse folders that lead elsewhere where texbook itself is going to write, or to remove.

    Raises:
        RefusedError: at the first of them.
    """
    top = _top(project)
    for path in (
        *(path for path in (project.root, *project.root.parents) if top in path.parents),
        *(project.build_folder, project.work_folder, project.rendered_folder),
        *(project.editions_folder, project.pdf, project.synctex, project.draft),
    ):
        if path.is_symlink():
            raise RefusedError(
                f'"{path}" is a symbolic link, and a book that is not trusted could have texbook '
                "write where it leads",
                hints=("remove the link, and run the command again",),
            )


def show_book(sandbox: Sandbox, project: Project, shown: Path) -> None:
    """Show a book's folder, without what is hidden in it and without what a build makes.

    Args:
        sandbox: where it is to be seen, at its own place.
        project: the book.
        shown: as `shown_folder` gives it.
    """
    sandbox.make_disk(shown)
    made = {project.build_folder, project.pdf, project.synctex}
    _show_folder(sandbox, shown, project.root, made)
    config = project.config.path
    if config is not None and not config.is_relative_to(shown):
        sandbox.show(config)


def _show_folder(sandbox: Sandbox, folder: Path, root: Path, made: set[Path]) -> None:
    """Show what stands in a folder, but not what is hidden or generated.

    Version control keeps passwords of servers, and ``.env`` says what it says. What a build makes
    is left out so that it can be made anew: in a folder on the way to the main file everything is
    shown for itself, so that new files have room beside it.
    """
    for entry in _entries(folder):
        path = folder / entry.name
        if path in made or is_hidden(entry.name):
            continue
        if entry.is_symlink():
            sandbox.link(path, os.readlink(path))  # noqa: PTH115  (as it is written)
        elif entry.is_dir():
            if root.is_relative_to(path):
                sandbox.make_folder(path)
                _show_folder(sandbox, path, root, made)
            else:
                sandbox.show(path)
                _hide_within(sandbox, path)
        elif entry.is_file():
            sandbox.show(path)


def _hide_within(sandbox: Sandbox, folder: Path) -> None:
    """Cover what is hidden in a folder that is shown, however deep it is."""
    waiting = [folder]
    while waiting:
        for entry in _entries(waiting.pop()):
            path = Path(entry.path)
            if entry.is_symlink():
                # It leads to what is inside, and bubblewrap would cover what it leads to.
                continue
            if entry.is_dir():
                if is_hidden(entry.name):
                    sandbox.cover_folder(path)
                else:
                    waiting.append(path)
            elif is_hidden(entry.name):
                sandbox.cover_file(path)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """List a folder; nothing where it is closed to us, and so to what runs inside."""
    with storage_errors("read", folder):
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except PermissionError:
            return []


def is_hidden(name: str) -> bool:
    """Say whether a book that is not trusted does not see a file or folder of its own.

    >>> [is_hidden(name) for name in (".git", ".env", "node_modules", "chapters")]
    [True, True, True, False]
    """
    return name.startswith(".") or (name in SKIPPED_FOLDERS and name != "__pycache__")
