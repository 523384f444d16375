from pathlib import Path

import pytest

import texbook
from texbook.lint import kept
from texbook.lint.kept import code_version, read_kept, write_kept


def test_what_was_written_is_read_and_ignored_by_git(tmp_path: Path) -> None:
    path = tmp_path / "lint" / "kept.json"
    write_kept(path, {"a": ["\ud800", 1]})
    assert read_kept(path) == {"a": ["\ud800", 1]}
    assert (path.parent / ".gitignore").read_text("utf-8") == "*\n"


@pytest.mark.parametrize("content", [None, b"", b"{", b"7", b"\xff", b"[" * 100_000])
def test_what_cannot_be_read_is_an_empty_table(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "kept.json"
    if content is not None:
        path.write_bytes(content)
    assert read_kept(path) == {}


def test_where_nothing_can_be_written_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    write_kept(tmp_path / "file" / "kept.json", {})
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_version_changes_with_the_code_and_with_what_it_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "__init__.py").write_text("", "utf-8")
    monkeypatch.setattr(texbook, "__file__", str(tmp_path / "__init__.py"))
    first = code_version()
    assert code_version() == first
    (tmp_path / "new.py").write_text("", "utf-8")
    second = code_version()
    monkeypatch.setattr(kept, "_PACKAGES", ("json", "no_such_package"))
    assert len({first, second, code_version()}) == 3
