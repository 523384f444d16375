from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.app.policy import Confinement, choose_powers, refuse_untrusted
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
    assert choose_powers(book.project, NOBODY).shell == "restricted"


def test_the_person_may_ask_for_more(book: Book) -> None:
    full = ShellEscape.FULL
    assert choose_powers(book.project, NOBODY, shell_escape=True).shell is full
    environment = {"TEXBOOK_SHELL_ESCAPE": "1"}
    assert choose_powers(book.project, environment).shell is full


@pytest.mark.parametrize("value", ["", "0"])
def test_zero_and_nothing_ask_for_nothing(book: Book, value: str) -> None:
    environment = {"TEXBOOK_SHELL_ESCAPE": value, "TEXBOOK_UNTRUSTED": value}
    chosen = choose_powers(book.project, environment).shell
    assert chosen is ShellEscape.RESTRICTED


def test_the_persons_configuration_may_name_the_book_or_a_folder_above(
    book: Book, tmp_path: Path
) -> None:
    environment = configure(tmp_path, 'shell-escape = ["~/book"]\n')
    chosen = choose_powers(book.project, environment).shell
    assert chosen is ShellEscape.FULL


def test_another_folder_of_a_like_name_is_not_trusted(book: Book, tmp_path: Path) -> None:
    environment = configure(tmp_path, 'shell-escape = ["~/boo"]\n')
    chosen = choose_powers(book.project, environment).shell
    assert chosen is ShellEscape.RESTRICTED


def test_xdg_config_home_is_followed(book: Book, tmp_path: Path) -> None:
    configure(tmp_path, f'shell-escape = ["{book.root}"]\n')
    environment = {"XDG_CONFIG_HOME": str(tmp_path / ".config")}
    chosen = choose_powers(book.project, environment).shell
    assert chosen is ShellEscape.FULL


def test_the_book_may_forbid_it_whoever_asks(book: Book, tmp_path: Path) -> None:
    path = book.put("texbook.toml", FORBIDDEN)
    for asked, environment in (
        (True, NOBODY),
        (False, {"TEXBOOK_SHELL_ESCAPE": "1"}),
    ):
        with pytest.raises(RefusedError, match="this book forbids --shell-escape") as caught:
            choose_powers(book.project, environment, shell_escape=asked)
        assert caught.value.status == 7
        assert caught.value.span is not None
        assert caught.value.span.path == path


def test_a_book_that_forbids_it_builds_for_somebody_who_trusts_its_folder(
    book: Book, tmp_path: Path
) -> None:
    book.put("texbook.toml", FORBIDDEN)
    environment = configure(tmp_path, 'shell-escape = ["~/book"]\n')
    chosen = choose_powers(book.project, environment).shell
    assert chosen is ShellEscape.RESTRICTED


def test_a_book_that_is_not_trusted_has_no_power_whatever_else_is_said(
    book: Book, tmp_path: Path
) -> None:
    trusted = configure(tmp_path, 'shell-escape = ["~/book"]\n')
    for environment in (
        {"TEXBOOK_UNTRUSTED": "1"},
        {"TEXBOOK_UNTRUSTED": "1", "TEXBOOK_SHELL_ESCAPE": "1"},
        {"TEXBOOK_UNTRUSTED": "yes", **trusted},
    ):
        powers = choose_powers(book.project, environment)
        assert powers.shell is ShellEscape.NONE
        assert powers.confinement is Confinement.WANTED
    powers = choose_powers(book.project, {**trusted, "TEXBOOK_SHELL_ESCAPE": "1"}, untrusted=True)
    assert (powers.shell, powers.confinement) == (ShellEscape.NONE, Confinement.WANTED)


def test_inside_the_sandbox_nothing_gives_a_power(book: Book, tmp_path: Path) -> None:
    environment = configure(tmp_path, 'shell-escape = ["~/book"]\n')
    powers = choose_powers(book.project, environment, shell_escape=True, inside=True)
    assert (powers.shell, powers.confinement) == (ShellEscape.NONE, Confinement.INSIDE)


def test_a_shell_for_a_book_that_is_not_trusted_is_refused(book: Book) -> None:
    with pytest.raises(RefusedError, match="--untrusted takes every power"):
        choose_powers(book.project, NOBODY, shell_escape=True, untrusted=True)
    with pytest.raises(RefusedError, match="TEXBOOK_UNTRUSTED takes every power"):
        choose_powers(book.project, {"TEXBOOK_UNTRUSTED": "1"}, shell_escape=True)


def test_what_runs_a_books_programs_is_refused(book: Book) -> None:
    refuse_untrusted("run", NOBODY)
    with pytest.raises(RefusedError, match='"texbook run" is for books that you trust'):
        refuse_untrusted("run", {"TEXBOOK_UNTRUSTED": "1"})
