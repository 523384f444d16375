from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.app.clean import clean_book
from texbook.base.errors import LockedError, StorageError
from texbook.system.lock import book_lock

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import Book


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def made(book: Book) -> None:
    book.put("build/tex/q.tex", "")
    book.put("build/texbook/state.json", "")
    book.put("main.pdf", "%PDF")
    book.put("main.synctex.gz", "places")


def test_what_was_made_goes_and_the_pdf_stays(book: Book) -> None:
    made(book)
    removed = clean_book(book.project, everything=False)
    assert removed == (book.root / "build" / "tex", book.root / "build" / "texbook")
    assert names(book.root) == ["main.pdf", "main.synctex.gz", "main.tex"]


def test_editions_go_with_the_rest(book: Book) -> None:
    made(book)
    book.put("build/editions/questions/q.pdf", "%PDF")
    assert book.root / "build" / "editions" in clean_book(book.project, everything=False)
    assert names(book.root) == ["main.pdf", "main.synctex.gz", "main.tex"]


def test_the_draft_goes_with_the_rest(book: Book) -> None:
    made(book)
    book.put("build/draft.pdf", "%PDF")
    assert book.root / "build" / "draft.pdf" in clean_book(book.project, everything=False)
    assert names(book.root) == ["main.pdf", "main.synctex.gz", "main.tex"]


def test_everything_means_the_pdf_too(book: Book) -> None:
    made(book)
    removed = clean_book(book.project, everything=True)
    assert {book.root / "main.pdf", book.root / "main.synctex.gz"} <= set(removed)
    assert names(book.root) == ["main.tex"]


def test_what_the_author_keeps_in_build_stays(book: Book) -> None:
    made(book)
    book.put("build/mine.txt", "")
    clean_book(book.project, everything=True)
    assert names(book.root / "build") == ["mine.txt"]


def test_a_clean_book_is_nothing_to_do(book: Book) -> None:
    assert clean_book(book.project, everything=True) == ()
    assert names(book.root) == ["main.tex"]


def test_a_build_folder_that_leads_elsewhere_is_left_alone(book: Book) -> None:
    """What a symbolic link leads to may be shared with others, or be anything."""
    book.put("../elsewhere/state.json", "")
    book.put("build/mine.txt", "")
    (book.root / "build" / "texbook").symlink_to(book.root.parent / "elsewhere")
    with pytest.raises(StorageError, match="remove"):
        clean_book(book.project, everything=False)
    assert (book.root.parent / "elsewhere" / "state.json").exists()


def test_during_a_build_nothing_is_removed(book: Book) -> None:
    made(book)
    with book_lock(book.project.work_folder), pytest.raises(LockedError):
        clean_book(book.project, everything=True)
    assert (book.root / "main.pdf").exists()
    assert (book.root / "build" / "tex" / "q.tex").exists()


def test_during_an_experiment_nothing_is_removed(book: Book) -> None:
    made(book)
    folder = book.project.work_folder / "experiments"
    with book_lock(folder), pytest.raises(LockedError):
        clean_book(book.project, everything=True)
    assert (book.root / "main.pdf").exists()
    assert clean_book(book.project, everything=True)
    assert names(book.root) == ["main.tex"]
