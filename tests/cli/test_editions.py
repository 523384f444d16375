"""``texbook build --edition`` as people call it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

if TYPE_CHECKING:
    from tests.cli.conftest import Answer, Book

BLOCKS = (
    *("scenario", "trap", "deep_dive", "why_it_fails", "solution"),
    *("why_it_works", "papers", "answer", "takeaways"),
)
CLASS = Path(__file__).parents[2] / "amznotes.cls"
MAIN = r"""\documentclass{amznotes}
\title{A Small\\Book}
\author{Ann Other}
\amzedition{Second edition}
\amzsectionname{Question}{Questions}
\begin{document}
\maketitle
\tableofcontents
\chapter{One}\label{ch:one}
\include{q/first}
\chapter{Two}\label{ch:two}
\include{q/second}
\include{q/third}
\end{document}
"""


BOOK = ("--edition", "book")


def titled(text: str, title: str) -> str:
    return text.replace("'Winning'", f"'{title}'").replace("'Trap.'", f"'The trap of {title}.'")


@pytest.fixture
def small(book: Book) -> Book:
    """Give a book of two chapters whose questions refer to each other."""
    shutil.copy(CLASS, book.root / CLASS.name)
    book.put("main.tex", MAIN)
    first = book.question(trap="See \\cref{q:second}, \\cref{eq:deep} and \\cref{ch:two}.")
    second = book.question(trap="\\begin{equation}x\\label{eq:deep}\\end{equation}")
    third = book.question(
        trap="\\begin{equation}y\\label{eq:third}\\end{equation}\n"
        "See \\cref{eq:third}, \\cref{q:first}, \\cref{q:first:trap} and \\cref{q:third:fix}.",
        solution="\\label{q:third:fix}Better.\\index{better}",
    )
    book.put("q/first.j2.tex", titled(first, "First"))
    book.put("q/second.j2.tex", titled(second, "Second"))
    book.put("q/third.j2.tex", titled(third, "Third"))
    return book


def dead_links(path: Path) -> set[str]:
    """Give the names that links lead to and that the document does not have."""
    reader = PdfReader(path)
    there = set(reader.named_destinations)
    wanted: set[str] = set()
    for page in reader.pages:
        for item in page.get("/Annots") or []:
            annotation: Any = item.get_object()
            target = annotation.get("/Dest") or annotation.get("/A", {}).get("/D")
            if isinstance(target, str):
                wanted.add(target)
            elif isinstance(target, bytes):
                wanted.add(target.decode())
    assert wanted
    return wanted - there


def build(book: Book, edition: str, *more: str) -> Answer:
    return book.texbook("build", "--edition", edition, *more)


@pytest.mark.tex
def test_a_question_alone_keeps_its_number_and_its_references(small: Book) -> None:
    answer = build(small, "questions")
    assert answer.status == 0, answer
    assert "3 of 3 questions in build/editions/questions\n" in answer.err
    assert "warning" not in answer.out + answer.err
    name = "build/editions/questions/third.pdf"
    text = " ".join(small.text(name).split())
    assert "??" not in text
    assert "Question 2.2 of A Small Book" in text
    assert "Second edition" in text
    assert "See Equation (2.2), Question 1.1, " in text, text
    assert "Elsewhere in the Book 1.1 First The trap of First." in text
    assert not dead_links(small.root / name)
    reader = PdfReader(small.root / name)
    assert reader.metadata is not None
    assert reader.metadata.title == "Third (Question 2.2 of A Small Book)"
    first = " ".join(small.text("build/editions/questions/first.pdf").split())
    assert "See Question 2.1, Equation (2.1) and Chapter 2." in first
    assert "2 Two" in first.partition("Elsewhere in the Book")[2]
    assert not dead_links(small.root / "build/editions/questions/first.pdf")

    again = build(small, "questions", "--question", "third")
    assert "third.pdf is up to date" in again.err
    assert "main.pdf is up to date" in again.err

    small.put(
        "q/first.j2.tex", (small.root / "q/first.j2.tex").read_text().replace("'First'", "'1st'")
    )
    changed = build(small, "questions", "--question", "third", "--question", "second")
    assert "second.pdf is up to date" in changed.err
    assert "1.1 1st" in " ".join(small.text(name).split())
    small.texbook("clean")
    assert not (small.root / "build").exists()


@pytest.mark.tex
def test_a_question_of_an_appendix_and_a_title_with_commands_are_printed_as_in_the_book(
    small: Book,
) -> None:
    main = MAIN.replace("{A Small\\\\Book}", "{A Small\\\\[2mm]\\textit{Book}\\\\ of R\\&D}")
    main = main.replace("\\include{q/third}", "\\appendix\\chapter{More}\\include{q/third}")
    small.put("main.tex", main)
    figure = "\\begin{figure}[t]x\\caption{C}\\label{fig:%s}\\end{figure}"
    small.put("q/second.j2.tex", titled(small.question(trap=figure % "two"), "Second"))
    trap = figure % "three" + "See \\autoref{fig:two} and \\cref{fig:three,q:third}."
    small.put("q/third.j2.tex", titled(small.question(trap=trap), "Third"))
    assert build(small, "questions", "--question", "third").status == 0
    name = "build/editions/questions/third.pdf"
    text = " ".join(small.text(name).split())
    assert "Question A.1 of A Small Book of R&D" in text.partition("See")[0]
    assert "See Figure 2.1 and Figure A.1 and " in text
    assert not dead_links(small.root / name)
    metadata = PdfReader(small.root / name).metadata
    assert metadata is not None
    assert metadata.title == "Third (Question A.1 of A Small Book of R&D)"
    assert metadata.author == "Ann Other"
    assert build(small, "cheat-sheet").status == 0
    metadata = PdfReader(small.root / "build/editions/cheat-sheet.pdf").metadata
    assert metadata is not None
    assert metadata.title == "Cheat Sheet of A Small Book of R&D"


@pytest.mark.tex
def test_a_question_that_is_a_chapter_begins_below_the_masthead(small: Book) -> None:
    small.put(
        "main.tex",
        "\\documentclass{book}\n\\title{Plain}\n\\begin{document}\n\\include{q/first}\n"
        "\\appendix\\include{q/third}\n\\end{document}\n",
    )
    small.put(
        "templates/question.j2.tex",
        "\\chapter{\\VAR{question.title}}\\label{q:\\VAR{question.slug}}\n"
        + "".join(f"%% block {name}\n%% endblock\n" for name in BLOCKS),
    )
    small.put("q/first.j2.tex", titled(small.question(trap=""), "First"))
    third = "\\begin{figure}\\caption{C}\\end{figure}See \\ref{q:first}.\\cleardoublepage Overleaf."
    small.put("q/third.j2.tex", titled(small.question(trap=third), "Third"))
    assert build(small, "questions").status == 0
    pages = PdfReader(small.root / "build/editions/questions/third.pdf").pages
    assert len(pages) == 3
    text = " ".join(pages[0].extract_text().split())
    assert text.startswith("Question A of")
    assert "Appendix A Third" in text
    assert "Figure A.1: C" in " ".join(page.extract_text() for page in pages)


@pytest.mark.tex
def test_the_cheat_sheet_is_one_page_and_follows_the_questions(small: Book) -> None:
    stub = (
        (small.root / "q/second.j2.tex")
        .read_text()
        .replace("% topics", "% status = 'stub'\n% topics")
    )
    small.put("q/second.j2.tex", stub)
    answer = build(small, "cheat-sheet")
    assert answer.status == 0, answer
    assert "left out, not written yet: second" in answer.err
    name = "build/editions/cheat-sheet.pdf"
    text = small.text(name)
    assert len(PdfReader(small.root / name).pages) == 1
    width, height = PdfReader(small.root / name).pages[0].mediabox[2:]
    assert width > height
    assert "2.2" in text
    assert "The trap of Third." in text
    assert "The trap of Second." not in text
    assert "is up to date" in build(small, "cheat-sheet").err
    third = small.root / "q/third.j2.tex"
    third.write_text(third.read_text().replace("'The trap of Third.'", "'Another trap.'"))
    value = json.loads(build(small, "cheat-sheet", "--format", "json", "--timings").out)
    assert value["files"][0]["timings"]["profiles"]
    assert (value["edition"], value["exit"], value["stubs"]) == ("cheat-sheet", 0, ["second"])
    assert value["book"]["outcome"] == value["files"][0]["outcome"] == "built"
    assert "Another trap." in small.text(name)


@pytest.mark.tex
def test_a_question_that_fails_is_named_and_the_others_are_made(small: Book) -> None:
    assert build(small, "questions", "--question", "second").status == 0
    old = (small.root / "build/editions/questions/second.pdf").read_bytes()
    # Only a question that stands alone has this file's name for a job.
    body = (
        "\\edef\\job{\\jobname}\\edef\\main{\\detokenize{main}}\\ifx\\job\\main\\else\\nonsense\\fi"
    )
    second = small.root / "q/second.j2.tex"
    second.write_text(second.read_text().replace("\nscenario\n", f"\n{body}\n"))
    answer = build(small, "questions")
    assert answer.status == 1
    assert "failed: second" in answer.err
    assert "2 of 3 questions" in answer.err
    assert "q/second.j2.tex" in answer.out
    assert (small.root / "build/editions/questions/second.pdf").read_bytes() == old
    value = json.loads(build(small, "questions", "--format", "json").out)
    outcomes = {item["name"]: item["outcome"] for item in value["files"]}
    assert outcomes == {"first": "up to date", "second": "failed", "third": "up to date"}
    assert value["exit"] == 1


@pytest.mark.tex
def test_a_book_that_fails_is_told_and_nothing_is_made(small: Book) -> None:
    small.put("main.tex", MAIN.replace("\\maketitle", "\\nonsense"))
    answer = build(small, "questions")
    assert answer.status == 1
    assert 'the edition "questions" needs the whole book' in answer.err
    assert not (small.root / "build/editions").exists()


@pytest.mark.tex
def test_an_error_in_the_preamble_is_told_in_the_main_file(small: Book) -> None:
    small.put(
        "main.tex",
        MAIN.replace(
            "\\author", "\\ifnum\\pdfstrcmp{\\jobname}{main}=0 \\else\\oops\\fi\n\\author"
        ).replace("\\pdfstrcmp", "\\strcmp"),
    )
    answer = build(small, "cheat-sheet")
    assert answer.status == 1
    assert "main.tex:3" in answer.out


@pytest.mark.tex
def test_a_book_of_another_class_and_bibtex_works_as_well(small: Book) -> None:
    small.put(
        "main.tex",
        "\\documentclass{article}\n\\title{Plain}\n\\begin{document}\n\\include{q/first}\n"
        "\\include{q/third}\n\\bibliographystyle{plain}\n\\bibliography{refs}\n\\end{document}\n",
    )
    small.put("refs.bib", "@misc{k, author={Don K}, title={Work}, year={1984}}\n")
    small.put(
        "templates/question.j2.tex",
        "\\section{\\VAR{question.title}}\\label{q:\\VAR{question.slug}}\n"
        + "".join(f"%% block {name}\n%% endblock\n" for name in BLOCKS),
    )
    small.put("q/first.j2.tex", titled(small.question(trap="\\cite{k}"), "First"))
    third = small.question(trap="See \\ref{q:first} on page \\pageref{q:first}.\\newpage")
    small.put("q/third.j2.tex", titled(third, "Third"))
    answer = build(small, "questions")
    assert answer.status == 0, answer
    text = " ".join(small.text("build/editions/questions/third.pdf").split())
    assert "Plain \N{BULLET} Question 2" in text
    assert "See 1 on page 1." in text
    assert "1 First The trap of First." in text
    assert "Don K" in small.text("build/editions/questions/first.pdf")
    assert build(small, "cheat-sheet").status == 0


def test_cards_are_made_without_an_engine(small: Book) -> None:
    answer = build(small, "cards")
    assert answer.status == 0, answer
    assert answer.err == "build/editions/cards.csv\n"
    assert "texbook:third:fix" not in (small.root / "build/editions/cards.csv").read_text()
    assert build(small, "cards").err == "build/editions/cards.csv is up to date\n"
    assert build(small, "cards", "--quiet", "--force").err == ""
    value = json.loads(build(small, "cards", "--format", "json").out)
    assert value["files"][0]["output"] == "build/editions/cards.csv"
    assert value["book"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--edition", "question"), ('no edition "question"', 'did you mean "questions"?')),
        (("--edition", "questions", "--question", "thrid"), ('no question "thrid"', '"third"')),
        (("--edition", "cards", "--question", "third"), ("does not go with",)),
        (("--question", "third"), ("--edition questions --question third",)),
    ],
)
def test_a_wrong_call_is_told_and_nothing_runs(
    small: Book, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    answer = small.texbook("build", *arguments)
    assert answer.status == 2
    for word in words:
        assert word in answer.err
    assert not (small.root / "build").exists()


def test_a_book_without_question_templates_is_told_what_is_needed(book: Book) -> None:
    book.document("Hello")
    answer = build(book, "questions")
    assert answer.status == 1
    assert "reads no question template" in answer.err
    assert "texbook new" in answer.err


def test_the_book_is_an_edition_too(book: Book) -> None:
    book.put("main.tex", "\\documentclass{article}\n\\input{gone.j2}\n")
    answers = [book.texbook("build", *more, "--format", "json") for more in ((), BOOK)]
    assert answers[0].status == answers[1].status != 0
    value = json.loads(answers[1].out)
    assert "edition" not in value
    assert value.keys() == json.loads(answers[0].out).keys()
