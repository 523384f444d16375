"""Row 12: texts as other editors, systems and years have left them.

A build gives the pages of the same text in UTF-8 with plain line ends, or it ends and names the
file and the line. A fixer writes a file in the encoding and with the line ends that it has.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.faults.mutations import untidy
from tests.faults.shelf import copy_sources, open_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Book

    Times = Callable[[int, int], int]
    Record = Callable[[str, object], None]
    Encoding = Callable[[str], bytes]

MAIN = """\\documentclass{report}
\\begin{document}
\\tableofcontents
\\include{one}
\\include{two}
See chapter~\\ref{one} on page~\\pageref{one}.
\\end{document}
"""
ONE = """\\chapter{Größe}\\label{one}
Übermäßig viele naïve Wörter % ein Kommentar
stehen hier.

Ein zweiter Absatz.
FAULT
"""
TWO = """%% set word = "Wörter"
\\chapter{Zwei}
Mehr \\VAR{word} für ein Café.

%% if word
Das Ende.
%% endif
FAULT
"""
CHAPTERS = {"one.tex": ONE, "two.j2.tex": TWO}
FAULTY = "\\nosuchmacro"


def mixed(text: str) -> bytes:
    """End the lines in turn as three systems do."""
    ends = ("\n", "\r\n", "\n", "\r\n", "\r\n")
    lines = text.split("\n")
    return "".join(line + ends[n % len(ends)] for n, line in enumerate(lines[:-1])).encode()


KEPT: dict[str, Encoding] = {
    "UTF-16, little end first": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "BOM": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16, big end first": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "BOM and CRLF": lambda text: codecs.BOM_UTF8 + text.replace("\n", "\r\n").encode(),
    "no last line end": lambda text: text.rstrip("\n").encode(),
}
"""How a text may be written; to fix it and to write it so gives the same in either order."""
SAME: dict[str, Encoding] = {
    **KEPT,
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "mixed line ends": mixed,
    "decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
    "form feeds": lambda text: text.replace("\n\n", "\n\f\n").encode(),
}
"""How a text may be written so that the same is printed."""
NO_TEMPLATE = ("CR", "form feeds")
"""Refused in a template, where Jinja and TeX would count lines in different ways."""
OTHER: dict[str, Encoding] = {
    "Latin-1": lambda text: text.encode("latin-1"),
    "Windows-1252": lambda text: text.encode("cp1252"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "cut in a letter": lambda text: text.encode().replace("ö".encode(), "ö".encode()[:1]),
    "Latin-1 in one place": lambda text: text.encode().replace("ö".encode(), b"\xf6"),
}
"""How a text may be written that nobody can read."""


@pytest.fixture
def book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Book:
    return open_book(tmp_path / "book", monkeypatch, capsys)


def write(book: Book, encoding: Encoding) -> None:
    book.put("main.tex", MAIN)
    for name, text in CHAPTERS.items():
        is_refused = name.endswith(".j2.tex") and encoding in map(SAME.get, NO_TEMPLATE)
        chosen = str.encode if is_refused else encoding
        book.put(name, chosen(text.replace("FAULT\n", "")))


def printed(book: Book) -> str:
    return unicodedata.normalize("NFC", book.text())


@pytest.mark.tex
def test_the_same_text_gives_the_same_pages(
    book: Book, times: Times, record_property: Record
) -> None:
    write(book, str.encode)
    assert book.texbook("build").status == 0
    expected = printed(book)
    assert "Übermäßig viele naïve Wörter stehen hier." in expected.replace("\n", " ")
    assert "See chapter 1 on page" in expected
    encodings = dict(list(SAME.items())[: times(2, len(SAME))])
    for name, encoding in encodings.items():
        write(book, encoding)
        answer = book.texbook("build")
        assert answer.status == 0, (name, answer)
        assert printed(book) == expected, name
    record_property(
        "figure", f"row 12: encodings that give the same pages {len(encodings)} of {len(encodings)}"
    )


@pytest.mark.tex
def test_an_error_is_told_at_its_line_in_any_encoding(
    book: Book, times: Times, record_property: Record
) -> None:
    encodings = dict(list(SAME.items())[: times(1, len(SAME))])
    for name, encoding in encodings.items():
        for file, text in CHAPTERS.items():
            write(book, encoding)
            faulty = text.replace("FAULT", FAULTY)
            book.put(file, encoding(faulty))
            line = faulty.split("\n").index(FAULTY) + 1
            answer = book.texbook("build")
            if name in NO_TEMPLATE and file.endswith(".j2.tex"):
                assert re.search(rf"template-error.*\n --> {file}:[14]", answer.out), (name, answer)
                continue
            assert f"--> {file}:{line}" in answer.out, (name, answer)
            assert FAULTY in answer.out, (name, answer)
    record_property(
        "figure",
        f"row 12: encodings in which an error has its line {len(encodings)} of {len(encodings)}",
    )


@pytest.mark.tex
@pytest.mark.parametrize("encoding", OTHER.values(), ids=OTHER)
@pytest.mark.parametrize("file", CHAPTERS)
def test_what_cannot_be_read_is_told_with_file_and_line(
    book: Book, file: str, encoding: Encoding
) -> None:
    write(book, str.encode)
    book.put(file, encoding(CHAPTERS[file].replace("FAULT\n", "")))
    for verb in ("build", "lint"):
        answer = book.texbook(verb)
        assert answer.status == 1, (verb, answer)
        found = re.search(rf"--> {re.escape(file)}:\d", answer.out + answer.err)
        assert found, (verb, answer)
    assert not (book.root / "main.pdf").exists()
    assert book.texbook("render").status == (1 if file.endswith(".j2.tex") else 0)
    assert book.texbook("stats").status in (0, 1)


@pytest.mark.tex
@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x1c", "\u00ad", "\u200b"])
def test_what_other_programs_take_for_a_line_end_counts_as_none(book: Book, sign: str) -> None:
    write(book, str.encode)
    book.put("one.tex", ONE.replace("viele", f"vie{sign}le").replace("FAULT", FAULTY))
    answer = book.texbook("build")
    # TeX itself takes some for faults.
    assert f"--> one.tex:{2 if 'control character' in answer.out else 6}" in answer.out, answer
    found = re.findall(r"one\.tex:(\d+)", book.texbook("lint", "--format", "concise").out)
    assert set(found) <= {"2"}


def small_book(folder: Path, seed: int, chapters: int) -> dict[str, str]:
    """Give the texts of this repository's book, or of some chapters, with things to fix in them."""
    copy_sources(folder)
    kept = "".join(map(str, range(1, chapters + 1)))
    main = (folder / "main.tex").read_text("utf-8")
    left_out = re.compile(rf"\\include\{{chapters/0[^{kept}].*\n")
    (folder / "main.tex").write_text(left_out.sub("", main), "utf-8")
    chance = Random(seed)
    texts = {}
    for path in sorted(folder.rglob("*.tex")):
        name = str(path.relative_to(folder))
        untidied = untidy(path.read_bytes(), chance) if name != "main.tex" else path.read_bytes()
        texts[name] = untidied.decode()
    return texts


def fixed(book: Book, texts: dict[str, str], encoding: Encoding) -> dict[str, bytes]:
    for name, text in texts.items():
        book.put(name, encoding(text))
    answer = book.texbook("lint", "--fix")
    assert answer.status in (0, 1), answer
    return {name: (book.root / name).read_bytes() for name in texts}


def test_fixing_keeps_encoding_and_line_ends(
    book: Book, times: Times, record_property: Record
) -> None:
    texts = small_book(book.root, seed=12, chapters=times(1, 6))
    plain = fixed(book, texts, str.encode)
    count = sum(plain[name] != text.encode() for name, text in texts.items())
    assert count >= 3
    encodings = dict(list(KEPT.items())[: times(2, len(KEPT))])
    for encoding_name, encoding in encodings.items():
        found = fixed(book, texts, encoding)
        for name, content in plain.items():
            assert found[name] == encoding(content.decode()), (encoding_name, name)
    record_property(
        "figure",
        f"row 12: lint --fix of {count} untidy files in {len(encodings)} encodings: the bytes of"
        " the plain text's fixes, in that encoding",
    )


def test_fixing_leaves_each_line_end_as_it_is(book: Book, times: Times) -> None:
    texts = small_book(book.root, seed=13, chapters=times(1, 6))
    before = {name: mixed(text) for name, text in texts.items()}
    after = fixed(book, texts, mixed)
    for name, content in before.items():
        old, new = content.split(b"\n"), after[name].split(b"\n")
        if len(old) == len(new):  # else a fix has joined lines
            assert [line.endswith(b"\r") for line in old] == [line.endswith(b"\r") for line in new]
    assert before != after
