from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import ConfigError, MissingToolError, TexbookError, UsageError
from texbook.system.editor_choice import choose_editor
from texbook.system.known_editors import ALIASES, KNOWN, PLACEHOLDER, SEARCHED, TERMINAL_EDITORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.system.conftest import Programs


@pytest.fixture(autouse=True)
def _screens_are_told_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")


def chosen(programs: Programs, environment: Mapping[str, str], asked: str | None = None) -> str:
    return choose_editor(asked, environment={**programs.environment, **environment}).name


def error(programs: Programs, asked: str) -> TexbookError:
    with pytest.raises(TexbookError) as caught:
        choose_editor(asked, environment=programs.environment)
    return caught.value


def test_the_option_comes_before_the_variable_and_that_before_the_configuration(
    programs: Programs, tmp_path: Path
) -> None:
    for name in ("code", "kate", "gedit", "geany"):
        programs.put(name)
    path = tmp_path / ".config" / "texbook" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('editor = "gedit"\n')
    home = {"HOME": str(tmp_path), "VISUAL": "geany", "DISPLAY": ":1"}
    assert chosen(programs, home | {"TEXBOOK_EDITOR": "kate"}, "code") == "code"
    assert chosen(programs, home | {"TEXBOOK_EDITOR": "kate"}) == "kate"
    assert chosen(programs, home | {"TEXBOOK_EDITOR": " "}) == "gedit"
    path.unlink()
    assert chosen(programs, home) == "geany"
    assert chosen(programs, {"DISPLAY": ":1"}) == "code"


def test_a_fault_in_the_configuration_is_told_at_its_line(
    programs: Programs, tmp_path: Path
) -> None:
    path = tmp_path / "texbook" / "config.toml"
    path.parent.mkdir()
    path.write_text('\neditor = "kat"\n')
    with pytest.raises(ConfigError, match='unknown editor "kat"') as caught:
        chosen(programs, {"XDG_CONFIG_HOME": str(tmp_path)})
    assert caught.value.span is not None
    assert caught.value.span.start is not None
    assert (caught.value.span.path, caught.value.span.start.line) == (path, 2)
    assert caught.value.hints[0] == 'did you mean "kate"?'


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"TERM_PROGRAM": "vscode"}, "code"),
        ({"TERM_PROGRAM": "vscode", "VSCODE_GIT_ASKPASS_MAIN": "/opt/Cursor/x.js"}, "cursor"),
        ({"TERM_PROGRAM": "vscode", "VSCODE_GIT_ASKPASS_MAIN": "/opt/VSCodium/x.js"}, "codium"),
        ({"TERM_PROGRAM": "zed", "VISUAL": "kate"}, "zed"),
        ({"NVIM": "/run/nvim.1.0", "VISUAL": "code"}, "nvim"),
        ({"NVIM_LISTEN_ADDRESS": "/run/nvim"}, "nvim"),
        ({"VIM_SERVERNAME": "GVIM1", "EDITOR": "vim"}, "vim"),
        ({"INSIDE_EMACS": "28.2,comint"}, "emacs"),
        ({"VISUAL": "kate -b", "EDITOR": "vim", "DISPLAY": ":0"}, "kate"),
        ({"VISUAL": "nano", "EDITOR": "/usr/bin/gvim -f", "WAYLAND_DISPLAY": "w"}, "vim"),
        ({"VISUAL": "'", "EDITOR": "emacsclient -t"}, "emacs"),
        ({"EDITOR": "nvim", "DISPLAY": ":0"}, "code"),
    ],
)
def test_the_surroundings_tell_which(
    programs: Programs, environment: dict[str, str], name: str
) -> None:
    names = ("code", "codium", "cursor", "zed", "nvim", "vim", "gvim", "emacsclient", "kate")
    for program in names:
        programs.put(program)
    assert chosen(programs, environment) == name


def test_what_is_not_installed_is_passed_over_unless_it_was_asked_for(programs: Programs) -> None:
    programs.put("gedit")
    environment = {"TERM_PROGRAM": "vscode", "VISUAL": "kate", "DISPLAY": ":0"}
    assert chosen(programs, environment) == "gedit"
    fault = error(programs, "kate")
    assert isinstance(fault, MissingToolError)
    assert fault.message == 'the editor "kate" is not installed'
    assert fault.hints == ('on Debian or Ubuntu: "sudo apt-get install kate"',)
    assert error(programs, "cursor").hints[0].startswith("install it, or put the folder")


def test_without_a_screen_no_window_is_opened(programs: Programs) -> None:
    for program in ("gedit", "code", "gvim", "emacs"):
        programs.put(program)
    with pytest.raises(MissingToolError, match="no editor was found") as caught:
        chosen(programs, {"EDITOR": "gvim", "VISUAL": "emacs"})
    assert "TEXBOOK_EDITOR" in caught.value.hints[0]
    assert chosen(programs, {}, "code") == "code"


def test_neovim_must_be_running(programs: Programs) -> None:
    programs.put("nvim")
    fault = error(programs, "nvim")
    assert isinstance(fault, UsageError)
    assert "nvim --listen" in fault.hints[0]
    environment = {**programs.environment, "NVIM_LISTEN_ADDRESS": "/run/nvim"}
    editor = choose_editor("nvim", environment=environment)
    assert editor.commands[0][1:3] == ("--server", "/run/nvim")
    # A client of Neovim would listen at that address itself.
    assert "NVIM_LISTEN_ADDRESS" not in editor.environment


def test_a_known_editor_may_be_named_with_its_folder(programs: Programs) -> None:
    path = programs.put("code")
    environment = {"PATH": "/nowhere", "HOME": str(programs.folder.parent)}
    for asked in (path, "~/programs/code"):
        editor = choose_editor(asked, environment=environment)
        assert editor.commands == ((path, "--goto", "{file}:{line}:{column}"),)


def test_a_command_is_split_once(programs: Programs) -> None:
    path = programs.put("my editor")
    asked = "'my editor' --title 'a b' {file}"
    editor = choose_editor(asked, environment=programs.environment)
    assert editor.commands == ((path, "--title", "a b", "{file}"),)


@pytest.mark.parametrize(
    ("asked", "message", "hint"),
    [
        ("", "no editor is named", "as in"),
        ("'code", 'a quote in "\'code" is not closed', "as in"),
        ("cod", 'unknown editor "cod"', 'did you mean "code"?'),
        ("qqqqqq", 'unknown editor "qqqqqq"', "known are code, "),
        ("nano", '"nano" needs a terminal of its own', '"xterm -e nano +{line} {file}"'),
        ("code -n", '"code -n" does not say where the file goes', "as in"),
        ("x {file} {colum}", 'unknown placeholder "{colum}"', 'did you mean "{column}"?'),
        ("x {file} {}", 'unknown placeholder "{}"', "use {file}, {line}, {column}"),
        ("x {file} {expression}", 'unknown placeholder "{expression}"', "use {file}"),
        ("{file}", '"{file}" names no program', "as in"),
        ("sh -c 'vim {file}'", 'in "vim {file}" a file\'s name could become', "a word of its own"),
        ("emacs --eval '(f \"{file}\")'", "a file's name could become a command", "own"),
    ],
)
def test_what_is_no_editor_is_refused(
    programs: Programs, asked: str, message: str, hint: str
) -> None:
    fault = error(programs, asked)
    assert isinstance(fault, UsageError)
    assert fault.message.startswith("--editor: ")
    assert message in fault.message
    assert hint in fault.hints[0]


def test_a_fault_names_the_variable(programs: Programs) -> None:
    with pytest.raises(UsageError, match=r'^TEXBOOK_EDITOR: unknown editor "cod"$'):
        chosen(programs, {"TEXBOOK_EDITOR": "cod"})


def test_a_program_of_a_command_that_is_not_installed_is_told(programs: Programs) -> None:
    fault = error(programs, "theirs {file}")
    assert isinstance(fault, MissingToolError)
    assert fault.message == 'the program "theirs" of the editor is not installed'


@pytest.mark.parametrize("name", KNOWN)
def test_every_known_editor_is_told_file_and_line(name: str) -> None:
    known = KNOWN[name]
    for way in filter(None, (*known.ways, known.window)):
        words = shlex.join(way)
        assert set(PLACEHOLDER.findall(words)) <= {"file", "line", "column", "server", "expression"}
        assert "{expression}" in words or ("{file}" in words and "{line}" in words)
        assert ("{server}" in words) <= bool(known.servers)
        assert ALIASES.get(Path(way[0]).name, way[0]) == name


def test_names_are_of_one_kind() -> None:
    assert set(ALIASES.values()) | set(SEARCHED) <= set(KNOWN)
    assert not set(ALIASES) & set(KNOWN)
    assert not TERMINAL_EDITORS & {*KNOWN, *ALIASES}
