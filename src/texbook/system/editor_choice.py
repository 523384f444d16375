"""Which editor the person means.

It is said by the person who runs texbook and never by the book: an editor is a program, and a book
that could name it would grant itself a shell (docs/decisions/0004-who-may-grant-a-shell.md).
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.errors import ConfigError, MissingToolError, TexbookError, UsageError
from texbook.config.person import load_person
from texbook.system.editor import CHOICE, Editor
from texbook.system.known_editors import (
    ALIASES,
    KNOWN,
    PLACEHOLDER,
    PLACEHOLDERS,
    SEARCHED,
    TERMINAL_EDITORS,
    KnownEditor,
    filled,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from texbook.base.span import Span

EDITOR_VARIABLE = "TEXBOOK_EDITOR"

_PLAIN = re.compile(r"[\w=:/.,@+#?%&-]*")
"""What may stand around ``{file}`` in one argument. More would be a language that reads names."""

_EXAMPLE = 'as in "gedit +{line}:{column} {file}"'


def choose_editor(asked: str | None, *, environment: Mapping[str, str]) -> Editor:
    """Choose the editor that the person means.

    It is the one that was asked for, else that of ``TEXBOOK_EDITOR``, else that of the person's
    configuration, else what texbook seems to run in, else that of ``VISUAL`` or ``EDITOR``, else
    the first that is found.

    Args:
        asked: the value of ``--editor``: a name that is known, or a command with ``{file}``, and
            maybe ``{line}`` and ``{column}``, split into words once and for all.
        environment: where to look, and what the editor gets.

    Raises:
        UsageError, ConfigError: when what was said is no editor.
        MissingToolError: when the editor that was said is not there, or none was said and none is.
    """
    if asked is not None:
        return _said(_Wish(asked, "--editor"), environment)
    by_variable = environment.get(EDITOR_VARIABLE, "")
    if by_variable.strip():
        return _said(_Wish(by_variable, EDITOR_VARIABLE), environment)
    person = load_person(environment)
    if person.editor:
        return _said(_Wish(person.editor, "editor", person.editor_span), environment)
    for name in _surrounding(environment):
        found = _known_editor(name, name, environment)
        if found is not None:
            return found
    raise MissingToolError("no editor was found that can be told to show a file", hints=(CHOICE,))


@dataclass(frozen=True, slots=True)
class _Wish:
    """An editor as the person says it, and where they do."""

    value: str
    where: str
    span: Span | None = None

    def error(self, message: str, *hints: str) -> TexbookError:
        if self.span is not None:
            return ConfigError(message, span=self.span, hints=hints)
        return UsageError(f"{self.where}: {message}", hints=hints)


def _said(wish: _Wish, environment: Mapping[str, str]) -> Editor:
    """Take what the person says: a name, or a command."""
    try:
        words = shlex.split(wish.value)
    except ValueError:
        raise wish.error(f'a quote in "{wish.value}" is not closed', _EXAMPLE) from None
    if not words:
        raise wish.error("no editor is named", "as in --editor code")
    if len(words) == 1 and not PLACEHOLDER.search(words[0]):
        return _named(wish, words[0], environment)
    _check_command(wish, words)
    program = _which(words[0], environment)
    if program is None:
        raise MissingToolError(
            f'the program "{words[0]}" of the editor is not installed',
            hints=(f'install it, or put the folder that holds "{words[0]}" on the PATH',),
        )
    return Editor(words[0], ((program, *words[1:]),), environment)


def _named(wish: _Wish, word: str, environment: Mapping[str, str]) -> Editor:
    """Take a name, which may be a program with its folder."""
    name = _known_name(word)
    if name is None:
        if Path(word).name in TERMINAL_EDITORS:
            raise wish.error(
                f'"{word}" needs a terminal of its own',
                f'name a command that opens one, as in "xterm -e {word} +{{line}} {{file}}"',
            )
        close = difflib.get_close_matches(word, [*KNOWN, *ALIASES], n=1)
        names = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(KNOWN)}"
        raise wish.error(f'unknown editor "{word}"', names, f"or say a command, {_EXAMPLE}")
    editor = _known_editor(name, word, environment)
    if editor is not None:
        return editor
    known = KNOWN[name]
    if _installed(known, word, environment):
        raise wish.error(f'no running "{word}" is known that could show a file', known.hint)
    hints = known.package.hints if known.package else ()
    if not hints:
        hints = (f'install it, or put the folder that holds "{known.ways[0][0]}" on the PATH',)
    raise MissingToolError(f'the editor "{word}" is not installed', hints=hints)


def _check_command(wish: _Wish, words: list[str]) -> None:
    """Refuse a command whose words would not be those that the person means."""
    if PLACEHOLDER.search(words[0]):
        raise wish.error(f'"{words[0]}" names no program', _EXAMPLE)
    for found in PLACEHOLDER.finditer(" ".join(words)):
        if found[1] not in PLACEHOLDERS:
            close = difflib.get_close_matches(found[1], PLACEHOLDERS, n=1)
            known = f'did you mean "{{{close[0]}}}"?' if close else "use {file}, {line}, {column}"
            raise wish.error(f'unknown placeholder "{found[0]}"', known)
    naming = [word for word in words if "{file}" in word]
    if not naming:
        raise wish.error(f'"{wish.value}" does not say where the file goes', _EXAMPLE)
    for word in naming:
        if not _PLAIN.fullmatch(PLACEHOLDER.sub("", word)):
            raise wish.error(
                f'in "{word}" a file\'s name could become a command',
                "let {file} be a word of its own, without quotes around it or code beside it",
            )


def _surrounding(environment: Mapping[str, str]) -> list[str]:
    """Give names of editors, those first that texbook seems to run in."""
    names = []
    program = environment.get("TERM_PROGRAM", "")
    if program == "vscode":
        # The terminals of all its kin say so; this path says which of them it is.
        kin = environment.get("VSCODE_GIT_ASKPASS_MAIN", "").lower()
        family = ("codium", "cursor", "windsurf", "code-insiders", "code")
        names += sorted(family, key=lambda name: (name not in kin, name != "code"))
    names += [name for name in ("zed",) if program == name]
    names += [n for n in ("nvim", "vim") if any(environment.get(v) for v in KNOWN[n].servers)]
    names += ["emacs"] if environment.get("INSIDE_EMACS") else []
    for variable in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environment.get(variable, ""))
        except ValueError:
            continue
        name = _known_name(words[0]) if words else None
        # Without a screen only one that runs could show a file, and nothing says that it does.
        if name is not None and (_has_screen(environment) or name == "emacs"):
            names.append(name)
    return [*names, *SEARCHED] if _has_screen(environment) else names


def _has_screen(environment: Mapping[str, str]) -> bool:
    variables = ("DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform == "darwin" or any(environment.get(name) for name in variables)


def _known_name(word: str) -> str | None:
    name = Path(word).name
    name = ALIASES.get(name, name)
    return name if name in KNOWN else None


def _known_editor(name: str, word: str, environment: Mapping[str, str]) -> Editor | None:
    """Give a known editor; None if it is not installed, or only a running one could be told."""
    known = KNOWN[name]
    server = known.server_in(environment)
    commands = tuple(
        (program, *(filled(argument, {"server": server}) for argument in arguments))
        for program, arguments in _installed(known, word, environment)
        if server or "{server}" not in arguments
    )
    # Where nobody listens, Neovim's client would listen itself and show the place to nobody.
    rest = {name: value for name, value in environment.items() if name not in known.servers}
    return Editor(word, commands, rest, known.hint) if commands else None


def _installed(
    known: KnownEditor, word: str, environment: Mapping[str, str]
) -> list[tuple[str, tuple[str, ...]]]:
    """Give the programs that are there, as paths, with their arguments."""
    found = []
    window = (known.window,) if known.window and _has_screen(environment) else ()
    for name, *arguments in (*known.ways, *window):
        # A folder that the person gives holds for the program of that name.
        asked = word if Path(word).name == name else name
        program = _which(asked, environment)
        if program is not None:
            found.append((program, tuple(arguments)))
    return found


def _which(name: str, environment: Mapping[str, str]) -> str | None:
    if name.startswith("~/"):
        name = str(Path(environment.get("HOME", ""), name[2:]))
    path = shutil.which(name, path=environment.get("PATH", os.defpath))
    # Links stay: Vim looks at the name that it is called by.
    return None if path is None else os.path.abspath(path)  # noqa: PTH100
