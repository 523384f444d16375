from __future__ import annotations

import sys

import pytest

from texbook.base.errors import ExitStatus, MissingToolError
from texbook.preview import extra


def test_with_all_packages_there_is_nothing_to_say() -> None:
    extra.check_extra()


def test_what_is_missing_is_named_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    with pytest.raises(MissingToolError, match="needs pypdfium2 and Pillow") as caught:
        extra.check_extra()
    command = f"{sys.executable} -m pip install 'texbook[preview]'"
    assert caught.value.hints == (f'install it with "{command}"',)
    assert caught.value.status is ExitStatus.MISSING
