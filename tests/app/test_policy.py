from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.app.policy import choose_shell_escape
from texbook.base.errors import RefusedError
from texbook.build.model import ShellEscape

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.app.conftest import Book

NOBODY: Mapping[str, str] = {}
FORBIDDEN = "[build]\nforbid-shell-escape = true\n"


def configure(home: Path, text: str) -> dict[str, str]:
    path = home / ".config" / "texbook" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return {"HOME": str(home)}


def test_the_default_is_restricted(book: Book) -> None:
    assert choose_shell_escape(book.project, asked=False, environment=NOBODY) == "restricted"


def test_the_person_may_ask_for_more(book: Book) -> None:
    full = ShellEscape.FULL
    assert choose_shell_escape(book.project, asked=True, environment=NOBODY) is full
    environment = {"TEXBOOK_SHELL_ESCAPE": "1"}
    assert choose_shell_escape(book.project, asked=False, environment=environment) is full


@pytest.mark.parametrize("value", ["", "0"])
def test_zero_and_nothing_ask_for_nothing(book: Book, value: str) -> None:
    environment = {"TEXBOOK_SHELL_ESCAPE": value, "TEXBOOK_UNTRUSTED": value}
    chosen = choose_shell_escape(book.project, asked=False, environment=environment)
    assert chosen is ShellEscape.RESTRICTED


def test_the_persons_configuration_may_name_the_book_or_a_folder_above(
    book: Book, tmp_path: Path
) -> None:
    environment = configure(tmp_path, 'shell-escape = ["~/book"]\n')
    chosen = choose_shell_escape(book.project, asked=False, environment=environment)
    assert chosen is ShellEscape.FULL


def test_another_folder_of_a_like_name_is_not_trusted(book: Book, tmp_path: Path) -> None:
    environment = configure(tmp_path, 'shell-escape = ["~/boo"]\n')
    chosen = choose_shell_escape(book.project, asked=False, environment=environment)
    assert chosen is ShellEscape.RESTRICTED


def test_xdg_config_home_is_followed(book: Book, tmp_path: Path) -> None:
    configure(tmp_path, f'shell-escape = ["{book.root}"]\n')
    environment = {"XDG_CONFIG_HOME": str(tmp_path / ".config")}
    chosen = choose_shell_escape(book.project, asked=False, environment=environment)
    assert chosen is ShellEscape.FULL


def test_the_book_may_forbid_it_whoever_asks(book: Book, tmp_path: Path) -> None:
    path = book.put("texbook.toml", FORBIDDEN)
    for asked, environment in (
        (True, NOBODY),
        (False, {"TEXBOOK_SHELL_ESCAPE": "1"}),
    ):
        with pytest.raises(RefusedError, match="this book forbids --shell-escape") as caught:
            choose_shell_escape(book.project, asked=asked, environment=environment)
        assert caught.value.status == 7
        assert caught.value.span is not None
        assert caught.value.span.path == path


def test_a_book_that_forbids_it_builds_for_somebody_who_trusts_its_folder(
    book: Book, tmp_path: Path
) -> None:
    book.put("texbook.toml", FORBIDDEN)
    environment = configure(tmp_path, 'shell-escape = ["~/book"]\n')
    chosen = choose_shell_escape(book.project, asked=False, environment=environment)
    assert chosen is ShellEscape.RESTRICTED


def test_untrusted_is_never_silently_ignored(book: Book) -> None:
    with pytest.raises(RefusedError, match="cannot build untrusted books"):
        choose_shell_escape(book.project, asked=True, environment={"TEXBOOK_UNTRUSTED": "1"})
