from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import ConfigError
from texbook.config.person import UNTRUSTED_BOUNDS, Person, UntrustedLimits, load_person

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


KEYS = sorted(UNTRUSTED_BOUNDS)


def test_the_limits_of_books_that_are_not_trusted_are_read(tmp_path: Path) -> None:
    text = "[untrusted]\nseconds = 60\nmemory-megabytes = 512\ndisk-megabytes = 16\n"
    limits = load_person(configure(tmp_path, text)).untrusted
    assert (limits.seconds, limits.memory_bytes, limits.disk_bytes) == (60, 512 << 20, 16 << 20)
    assert limits.cpu_seconds == UntrustedLimits().cpu_seconds
    assert limits.output_bytes == UntrustedLimits().output_megabytes << 20


@pytest.mark.parametrize("key", KEYS)
def test_each_limit_has_a_least_and_a_most_and_a_default_between(tmp_path: Path, key: str) -> None:
    least, most = UNTRUSTED_BOUNDS[key]
    name = key.replace("-", "_")
    assert least <= getattr(UntrustedLimits(), name) <= most
    for number, value in enumerate((least, most)):
        environment = configure(tmp_path / str(number), f"[untrusted]\n{key} = {value}\n")
        assert getattr(load_person(environment).untrusted, name) == value


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "value", ["below", "above", "0", "-1", "1.5", '"60"', "true", "[]", "inf", "9" * 5000]
)
def test_a_limit_is_a_whole_number_within_its_bounds(tmp_path: Path, key: str, value: str) -> None:
    least, most = UNTRUSTED_BOUNDS[key]
    value = {"below": str(least - 1), "above": str(most + 1)}.get(value, value)
    fault = error(tmp_path, f"[untrusted]\n{key} = {value}\n")
    assert fault.status == 2
    if value.startswith("9" * 5000):
        assert "too many digits" in fault.message
    else:
        assert (
            fault.message == f'"untrusted.{key}" must be a whole number from {least:,} to {most:,}'
        )


@pytest.mark.parametrize(
    "text", ["untrusted = true", "untrusted = 60", "[[untrusted]]\nseconds = 1"]
)
def test_the_limits_are_a_table(tmp_path: Path, text: str) -> None:
    assert error(tmp_path, text).message == '"untrusted" must be a table'


def test_a_limit_that_is_not_known_is_refused(tmp_path: Path) -> None:
    fault = error(tmp_path, "[untrusted]\nsecond = 60\n")
    assert fault.message == 'unknown key "untrusted.second"'
    assert all(key in fault.hints[0] for key in KEYS)
