"""The hooks of .pre-commit-hooks.yaml, run by pre-commit in the repository of a book."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess

    from tests.ci.conftest import Repository

PRE_COMMIT = (sys.executable, "-m", "pre_commit")
BROKEN = "An open {brace.\n"


def set_up(book: Repository, texbook: Repository, *hooks: str) -> None:
    """Write the configuration as docs/ci.md gives it, and commit the book."""
    rows = "".join(f"      - id: {hook}\n" for hook in hooks)
    revision = texbook.git("rev-parse", "HEAD")
    book.put(
        ".pre-commit-config.yaml",
        f"repos:\n  - repo: {texbook.root}\n    rev: {revision}\n    hooks:\n{rows}",
    )
    book.commit()


def hooks(book: Repository, *arguments: str) -> subprocess.CompletedProcess[str]:
    return book.run(*PRE_COMMIT, "run", *arguments)


def test_the_manifest_is_valid(texbook: Repository) -> None:
    answer = texbook.run(*PRE_COMMIT, "validate-manifest", ".pre-commit-hooks.yaml")
    assert (answer.returncode, answer.stdout) == (0, "")


@pytest.mark.index
def test_a_broken_file_is_not_committed_until_it_is_mended(
    book: Repository, texbook: Repository
) -> None:
    set_up(book, texbook, "texbook-lint")
    book.put("one.tex", BROKEN)
    book.git("add", "--all")
    answer = hooks(book)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "hook id: texbook-lint" in answer.stdout
    assert "one.tex:1:9" in answer.stdout
    book.put("one.tex", BROKEN.replace("{", ""))
    book.git("add", "--all")
    answer = hooks(book)
    assert answer.returncode == 0, answer.stdout
    assert "Passed" in answer.stdout


@pytest.mark.index
def test_only_staged_texts_are_judged_each_as_a_part_of_the_book(
    book: Repository, texbook: Repository
) -> None:
    book.put("one.tex", BROKEN)
    set_up(book, texbook, "texbook-lint")
    book.put("main.tex", (book.root / "main.tex").read_text().replace("{one}", "{one}\\input{two}"))
    book.put("two.tex", "Another line.\n")
    book.git("add", "two.tex")
    assert hooks(book).returncode == 0
    assert "one.tex:1:9" in hooks(book, "--all-files").stdout
    book.put("notes.txt", "no text of the book")
    book.git("reset", "--quiet")
    book.git("add", "notes.txt")
    assert "(no files to check)Skipped" in hooks(book).stdout


@pytest.mark.index
def test_safe_fixes_are_applied_and_stop_the_commit_once(
    book: Repository, texbook: Repository
) -> None:
    set_up(book, texbook, "texbook-lint-fix")
    path = book.put("one.tex", "One line, and so on...\n")
    book.git("add", "--all")
    answer = hooks(book)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "files were modified by this hook" in answer.stdout
    assert "..." not in path.read_text()
    book.git("add", "--all")
    answer = hooks(book)
    assert answer.returncode == 0, answer.stdout
