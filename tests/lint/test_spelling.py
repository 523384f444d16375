"""The rule on spelling where its list, or the book's dictionary, is not as it should be."""

from pathlib import Path

import pytest

from texbook.base.source import SourceFile
from texbook.config.model import Config
from texbook.lint.book import Book, Document
from texbook.lint.files import Files
from texbook.lint.rules import tb807_spelling

TEXT = "The seperate model recieves its gradients.\n"


def _messages(root: Path, text: str = TEXT) -> list[str]:
    document = Document(SourceFile(root / "main.tex", text))
    book = Book([document], Config(), files=Files(root))
    return [item.message for item in tb807_spelling.check(book)]


def test_without_the_list_there_is_one_finding_that_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tb807_spelling, "_list_path", lambda: None)
    assert _messages(tmp_path, TEXT * 3) == [
        "spelling cannot be checked without a list of misspellings"
    ]


def test_a_dictionary_that_cannot_be_read_knows_no_words(tmp_path: Path) -> None:
    (tmp_path / "dictionary.txt").write_bytes(b"seperate\n\xff\n")
    assert _messages(tmp_path) == ['"seperate" is misspelt', '"recieves" is misspelt']


def test_words_of_the_dictionary_are_known_in_any_case(tmp_path: Path) -> None:
    (tmp_path / "dictionary.txt").write_text("SEPERATE # a product\n\n# recieves\n")
    assert _messages(tmp_path) == ['"recieves" is misspelt']


def test_a_quotation_in_another_language_is_left_alone(tmp_path: Path) -> None:
    quotation = "Lorem varius ipsum dolor sit amet nullam seperate pede consequat laoreet eros\n"
    assert _messages(tmp_path, quotation) == []


def test_a_word_goes_on_behind_an_accent(tmp_path: Path) -> None:
    assert _messages(tmp_path, "The seperat\\'e and the \\'{e}seperate of it.\n") == []
