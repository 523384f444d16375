"""How each editor that is known is told to show a place.

Lines and columns count from 1 for all of them. A file's name is passed whole and absolute, or, to
Vim, within an expression in which none of its characters means anything.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.system.packages import PackageNames

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDERS = ("file", "line", "column")
"""What a command may name in braces; commands of this module also have ``{server}`` (which of the
running ones) and ``{expression}`` (see `vim_expression`)."""

ANSWER = "shown"
"""What a running Vim answers to the expression. Its client ends with 0 whatever happens."""

PLACEHOLDER = re.compile(r"\{([A-Za-z_]*)\}")


@dataclass(frozen=True, slots=True)
class KnownEditor:
    """An editor, and the commands by which it shows a place."""

    ways: tuple[tuple[str, ...], ...]
    """Commands with placeholders: the next one is tried where one fails at once."""
    window: tuple[str, ...] = ()
    """The command that opens a new one, where none that runs can be told and there is a screen."""
    package: PackageNames | None = None
    """What brings it."""
    servers: tuple[str, ...] = ()
    """Environment variables that name a running one, which alone can be told."""
    server: str = ""
    """What a running one is called if no variable says so; empty if there is no such name."""
    hint: str = ""
    """What to do where it cannot be told."""

    def server_in(self, environment: Mapping[str, str]) -> str:
        """Give the name of the running one that should show the place; empty if none is known."""
        named = (environment.get(variable, "") for variable in self.servers)
        return next(filter(None, named), self.server)


def _known(*ways: str, package: str | None = None, brew: str | None = None) -> KnownEditor:
    names = PackageNames(package, None, brew) if package or brew else None
    return KnownEditor(tuple(tuple(way.split(" ")) for way in ways), package=names)


_GOTO = "--goto {file}:{line}:{column}"
_EXPRESSION = ("--remote-expr", "{expression}")

KNOWN: Mapping[str, KnownEditor] = {
    "code": _known(f"code {_GOTO}", brew="--cask visual-studio-code"),
    "code-insiders": _known(f"code-insiders {_GOTO}"),
    "codium": _known(f"codium {_GOTO}", brew="--cask vscodium"),
    "cursor": _known(f"cursor {_GOTO}", brew="--cask cursor"),
    "windsurf": _known(f"windsurf {_GOTO}", brew="--cask windsurf"),
    "vim": KnownEditor(
        (
            ("vim", "--servername", "{server}", *_EXPRESSION),
            ("gvim", "--servername", "{server}", *_EXPRESSION),
        ),
        ("gvim", "--servername", "{server}", "+call cursor({line}, {column})", "--", "{file}"),
        package=PackageNames("vim-gtk3", None, "macvim"),
        servers=("VIM_SERVERNAME",),
        server="GVIM",
        hint='start Vim as "vim --servername GVIM"; "vim --version" must show +clientserver',
    ),
    "nvim": KnownEditor(
        (("nvim", "--server", "{server}", *_EXPRESSION),),
        package=PackageNames("neovim", None, "neovim"),
        servers=("NVIM", "NVIM_LISTEN_ADDRESS"),
        hint='start Neovim as "nvim --listen /tmp/nvim.sock", and texbook with '
        "NVIM_LISTEN_ADDRESS=/tmp/nvim.sock; in its own :terminal nothing need be said",
    ),
    "emacs": KnownEditor(
        (("emacsclient", "--no-wait", "+{line}:{column}", "{file}"),),
        ("emacs", "+{line}:{column}", "{file}"),
        package=PackageNames("emacs", None, "--cask emacs"),
        hint='let Emacs listen: "M-x server-start", or "emacs --daemon"',
    ),
    "sublime": _known("subl {file}:{line}:{column}", brew="--cask sublime-text"),
    "zed": _known(
        "zed {file}:{line}:{column}", "zeditor {file}:{line}:{column}", brew="--cask zed"
    ),
    "kate": _known("kate --line {line} --column {column} {file}", package="kate"),
    "kile": _known("kile --line {line} {file}", package="kile"),
    "gedit": _known("gedit +{line}:{column} {file}", package="gedit"),
    "pluma": _known("pluma +{line} {file}", package="pluma"),
    "xed": _known("xed +{line} {file}", package="xed"),
    "geany": _known("geany --line {line} {file}", package="geany"),
    "mousepad": _known("mousepad --line {line} {file}", package="mousepad"),
    "texstudio": _known(
        "texstudio {file} --line {line}", package="texstudio", brew="--cask texstudio"
    ),
    "texmaker": _known("texmaker {file} -line {line}", package="texmaker", brew="--cask texmaker"),
    "texworks": _known("texworks --position={line} {file}", package="texworks"),
    "textmate": _known("mate --line {line}:{column} {file}", brew="--cask textmate"),
    "bbedit": _known("bbedit +{line}:{column} {file}", brew="--cask bbedit"),
}
"""The editors by the name that a person gives them."""

ALIASES: Mapping[str, str] = {
    **dict.fromkeys(("gvim", "mvim", "vi", "view", "vimx"), "vim"),
    "emacsclient": "emacs",
    "mate": "textmate",
    "neovim": "nvim",
    "subl": "sublime",
    "vscode": "code",
    "vscodium": "codium",
    "zeditor": "zed",
}
"""Other names of these, most of them those of their programs."""

SEARCHED = (
    *("code", "codium", "cursor", "vim", "emacs", "zed", "sublime", "texstudio", "kate", "gedit"),
    *("kile", "texmaker", "texworks", "geany", "mousepad", "pluma", "xed", "textmate", "bbedit"),
)
"""The order in which they are looked for if nothing tells which; Neovim has no window to open."""

TERMINAL_EDITORS = frozenset(
    (
        "helix",
        "hx",
        "jed",
        "joe",
        "kak",
        "mcedit",
        "mg",
        "micro",
        "nano",
        "ne",
        "nvi",
        "pico",
        "vis",
    )
)
"""Editors that live in a terminal and cannot be told by another program to show a place."""


def filled(word: str, values: Mapping[str, str]) -> str:
    """Put values in the place of placeholders, once: what they hold is not looked at."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), word)


def vim_expression(file: str, line: int, column: int) -> str:
    r"""Write an expression of Vim's that shows a place, whatever characters the file's name has.

    ``--remote`` would have the running Vim read the name as typed keys, where ``<CR>`` is the end
    of a command (``:help --remote``). Here all but plain characters are written as bytes of a
    string (``:help expr-string``), which only ``bufadd()`` gets. A window that shows the file is
    gone to; one with a terminal or a list is not taken away.

    >>> vim_expression("/b/é '|.tex", 3, 7).partition("(bufadd")[2]
    '("/b/\\xc3\\xa9\\x20\\x27\\x7c.tex"))'
    """
    name = "".join(
        chr(byte) if re.match(rb"[A-Za-z0-9/._-]", bytes([byte])) else f"\\x{byte:02x}"
        for byte in os.fsencode(file)
    )
    show = '(&buftype ==# "" ? "hide buffer " : "sbuffer ") . n'
    steps = (
        'execute("stopinsert")',
        'setbufvar(n, "&buflisted", 1)',
        f'win_gotoid(get(win_findbuf(n), 0)) ? "" : execute({show})',
        f"setcursorcharpos({line}, {column})",
        'execute("normal! zvzz")',
        'exists("*foreground") ? foreground() : 0',
    )
    return f'{{n -> get([{", ".join(steps)}, "{ANSWER}"], -1)}}(bufadd("{name}"))'
