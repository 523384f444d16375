"""A file that is new concerns the chapters that name it, though they have not read it."""

from __future__ import annotations

import pytest

from texbook.build.chunks.findable import FindableFiles

NAMES = (
    *("main.tex", "one.tex", "images/deer.png", "images/deer.pdf", "plots/deer.old.png"),
    *("my file.tex", "main-local.tex", "data.csv", "deer.py", "bib/works.bib"),
)
FILES = FindableFiles(NAMES, "main")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\\includegraphics[width=3cm]{images/deer}", ("images/deer.pdf", "images/deer.png")),
        ("\\includegraphics{\\folder/deer.png}", ("images/deer.png",)),
        ("\\includegraphics{deer.old}", ("plots/deer.old.png",)),
        ("\\InputIfFileExists{one}{}{}", ("one.tex",)),
        ('\\input "my file"', ("my file.tex",)),
        ("\\input one \\relax", ("one.tex",)),
        ("We go on, as said in one.", ("one.tex",)),
        ("\\addbibresource{bib/works.bib}", ("bib/works.bib",)),
        ("\\InputIfFileExists{\\jobname-local}{}{}", ("main-local.tex", "main.tex")),
        ("A reindeer in one-legged prose, deers, \\ref{q:deer}", ()),
        ("", ()),
    ],
)
def test_a_text_names_a_file_by_the_last_part_of_its_path(
    text: str, found: tuple[str, ...]
) -> None:
    assert FILES.named_in([text]) == found


def test_texts_count_together() -> None:
    assert FILES.named_in(["\\input{one}", "\\input{data.csv}"]) == ("data.csv", "one.tex")


def test_a_listing_cannot_be_taken_for_another_file() -> None:
    assert FILES.named_in(["\\inputminted{python}{deer.py}"]) == ()


@pytest.mark.parametrize("asked", ["images/deer.pdf", "deer.pdf", "./deer.pdf"])
def test_what_tex_asked_for_counts_however_the_text_spells_it(asked: str) -> None:
    assert FILES.named_in([r"\drawing{de}{er}"], [asked]) == ("images/deer.pdf",)


def test_tex_asks_for_a_source_without_its_ending() -> None:
    assert FILES.named_in([], ["one"]) == ("one.tex",)
