"""Labels, references and citations of a book, through its own macros too."""

from pathlib import Path

import pytest

from texbook.base.source import SourceFile
from texbook.config.model import Config, LintConfig
from texbook.lint.book import Book
from texbook.lint.labels import Keys
from texbook.lint.runner import Document, lint


def _book(text: str, preamble: str = "", config: LintConfig | None = None) -> Book:
    source = SourceFile(
        Path("/b/main.tex"),
        f"\\documentclass{{book}}{preamble}\\begin{{document}}{text}\\end{{document}}",
    )
    return Book([Document(source)], Config(lint=config or LintConfig()))


def _keys(text: str, preamble: str = "", config: LintConfig | None = None) -> Keys:
    return _book(text, preamble, config).keys


def _labels(text: str, preamble: str) -> list[str]:
    return [place.name for place in _keys(text, preamble).labels]


_PGFKEYS = (
    r"\tcbset{my/label/.code 2 args={\tcbset{label={#1:#2}}}}"
    r"\newcommand\newmine[2]{\newtcolorbox{#1}[2][]{my/label={#2}{##2},##1}}\newmine{t}{p}"
)


@pytest.mark.parametrize(
    ("preamble", "text", "label"),
    [
        (r"\newcommand{\s}[2]{\section{#1}\label{sec:#2}}", r"\s{One}{a}", "sec:a"),
        (r"\NewDocumentCommand{\s}{s O{x} m}{\label{#3}}", r"\s*[y]{a}", "a"),
        (r"\newcommand{\s}[1]{\label{s:#1}}\newcommand{\t}[1]{\s{t:#1}}", r"\t{a}", "s:t:a"),
        (r"\newenvironment{q}[1]{\label{q:#1}}{}", r"\begin{q}{a}\end{q}", "q:a"),
        (r"\newtcbtheorem{t}{T}{}{thm}", r"\begin{t}{Title}{a}\end{t}", "thm:a"),
        (r"\newtcolorbox{t}[2][]{label={b:#2},#1}", r"\begin{t}{a}\end{t}", "b:a"),
        (r"\ProvideTColorBox{t}{O{} m}{label={b:#2},#1}", r"\begin{t}{a}\end{t}", "b:a"),
        (r"\let\l\label", r"\l{a}", "a"),
        (_PGFKEYS, r"\begin{t}{a}\end{t}", "p:a"),
    ],
)
def test_a_macro_of_the_book_sets_a_label(preamble: str, text: str, label: str) -> None:
    assert _labels(text, preamble) == [label]


def test_the_boxes_of_the_class_set_labels() -> None:
    path = Path(__file__).parents[2] / "amznotes.cls"
    text = r"\documentclass{amznotes}\begin{document}\begin{dfnbox}{Leak}{leak}\end{dfnbox}" "\n"
    document = Document(SourceFile(Path("/b/main.tex"), text))
    class_file = SourceFile(path, path.read_text("utf-8"))
    book = Book([document], Config(), [class_file])
    assert [place.name for place in book.keys.labels] == ["dfn:leak"]
    assert not book.keys.may_be_label("dfn:leek")


def test_an_empty_argument_sets_no_label() -> None:
    preamble = r"\newtcbtheorem{t}{T}{}{thm}"
    assert _labels(r"\begin{t}{One}{}\end{t}\begin{t*}{Two}\end{t*}", preamble) == []


def test_a_label_with_a_macro_may_be_any_that_fits() -> None:
    keys = _keys(r"\label{fig:\x-a}")
    assert keys.may_be_label("fig:7-a")
    assert not keys.may_be_label("fig:7-b")


def test_labels_of_another_document_may_be_anything_that_begins_so() -> None:
    keys = _keys("", r"\externaldocument[other-]{other}")
    assert keys.may_be_label("other-a")
    assert not keys.may_be_label("a")


def test_declared_commands_refer_and_cite() -> None:
    config = LintConfig(reference_commands=("seealso",), citation_commands=("paper",))
    keys = _keys(r"\seealso{a,b} \paper{c}", config=config)
    assert [place.name for place in keys.references] == ["a", "b"]
    assert [place.name for place in keys.citations] == ["c"]


def test_a_macro_that_prints_its_argument_as_it_stands_refers_to_nothing() -> None:
    keys = _keys(r"\code{\ref{a}\label{b}}", r"\newcommand{\code}[1]{\detokenize{#1}}")
    assert (keys.references, keys.labels) == ([], [])


def test_a_book_of_which_a_part_is_unknown_is_not_whole() -> None:
    assert _book("").inputs.is_whole
    assert not _book(r"\input{\jobname-x}").inputs.is_whole
    for reads in (r"\input{parts/#1}", r"\import{parts}{#1}", r"\subfile{parts/#1}"):
        assert not _book(r"\chap{one}", rf"\newcommand{{\chap}}[1]{{{reads}}}").inputs.is_whole
    part = Book([Document(SourceFile(Path("/b/part.tex"), r"\ref{a}"))], Config())
    assert not part.inputs.is_whole


def test_a_part_by_itself_is_not_judged_by_rules_on_the_whole_book() -> None:
    text = r"\ref{nowhere} \cite{nobody} \includegraphics{nothing} \input{none}"
    found = lint([Document(SourceFile(Path("/b/part.tex"), text))], Config()).diagnostics
    assert [item.code for item in found if item.code[:4] in ("TB30", "TB40")] == []
