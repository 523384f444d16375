from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import ConfigError
from texbook.config.person import Person, load_person

if TYPE_CHECKING:
    from pathlib import Path


def configure(home: Path, text: str) -> dict[str, str]:
    path = home / ".config" / "texbook" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return {"HOME": str(home)}


def error(home: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_person(configure(home, text))
    return caught.value


def test_without_a_home_or_a_file_nothing_is_said(tmp_path: Path) -> None:
    assert load_person({}) == load_person({"HOME": str(tmp_path)}) == Person()


def test_every_key_is_read(tmp_path: Path) -> None:
    text = 'shell-escape = ["~/books/mine", "/srv/books"]\neditor = "code"\n'
    person = load_person(configure(tmp_path, text))
    assert [str(folder) for folder in person.trusted_folders] == [
        str(tmp_path / "books" / "mine"),
        "/srv/books",
    ]
    assert person.editor == "code"
    assert person.editor_span is not None
    assert person.editor_span.start is not None
    assert person.editor_span.start.line == 2


def test_xdg_config_home_comes_first(tmp_path: Path) -> None:
    configure(tmp_path, 'editor = "kate"')
    environment = {"HOME": "/nowhere", "XDG_CONFIG_HOME": str(tmp_path / ".config")}
    assert load_person(environment).editor == "kate"


def test_a_relative_folder_is_refused_since_it_means_another_place_every_time(
    tmp_path: Path,
) -> None:
    assert "full path" in error(tmp_path, 'shell-escape = ["books"]\n').message


@pytest.mark.parametrize("value", ["true", "[1]", '"~/x"', "{}"])
def test_trusted_folders_are_a_list_of_texts(tmp_path: Path, value: str) -> None:
    message = error(tmp_path, f"shell-escape = {value}").message
    assert message == '"shell-escape" must be a list of folders'


@pytest.mark.parametrize("value", ["true", "[]", '""', '" "'])
def test_an_editor_is_a_text_that_says_something(tmp_path: Path, value: str) -> None:
    message = error(tmp_path, f"editor = {value}").message
    assert message == '"editor" must name an editor or a command'


def test_an_unknown_key_is_refused_at_its_line_with_the_nearest_known_one(tmp_path: Path) -> None:
    fault = error(tmp_path, '\nedtor = "code"\n')
    assert fault.message == 'unknown key "edtor"'
    assert fault.hints == ('did you mean "editor"?',)
    assert fault.span is not None
    assert fault.span.start is not None
    assert fault.span.start.line == 2


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    fault = error(tmp_path, "editor = ")
    assert fault.message.startswith("not valid TOML")
    assert fault.span is not None
    assert fault.span.path == tmp_path / ".config" / "texbook" / "config.toml"
