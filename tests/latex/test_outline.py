from pathlib import Path

import pytest

from texbook.base.source import SourceFile
from texbook.latex.outline import Matter, read_outline
from texbook.latex.titles import plain_title
from texbook.latex.tokens import tokenize
from texbook.latex.words import BodyReader


def _file(text: str, name: str = "main.tex") -> SourceFile:
    return SourceFile(Path("/b") / name, text)


def _shape(*sources: SourceFile, unit: str = "section") -> list[tuple[str, list[str]]]:
    return [
        (question.heading.title, [section.heading.title for section in question.sections])
        for question in read_outline(sources, unit).questions()
    ]


@pytest.mark.parametrize(
    ("latex", "title"),
    [
        (r"Why It~Fails\label{sec:x}", "Why It Fails"),
        (r"\emph{Why} \textbf{\emph{It}} Fails", "Why It Fails"),
        (r"\texorpdfstring{$\ell_2$}{L2} Loss", "L2 Loss"),
        (r"\texorpdfstring{\textbf{The} $x$}{The \emph{plain} x}", "The plain x"),
        ("The\n  Trap", "The Trap"),
        (r"Cost \& Risk: 5\%", "Cost & Risk: 5%"),
        (r"Loss\footnote{See \emph{this}.}", "Loss"),
        (r"\protect\texttt{nan}", "nan"),
        (r"Two\\[2mm] lines\\* and \\ more", "Two lines and more"),
        ("{" * 50, "{" * 50),
    ],
)
def test_titles_are_plain_text(latex: str, title: str) -> None:
    assert plain_title(latex) == title


def test_starred_and_short_forms_and_comments_between_are_headings() -> None:
    text = "\\section*{A}\\subsection[s]{B}\n\\subsection%\n{C}\\subsubsection{no}\\paragraph{no}"
    assert _shape(_file(text)) == [("A", ["B", "C"])]


def test_uses_that_are_no_headings_are_not_taken_for_any() -> None:
    text = (
        "\\titleformat{\\section}{}{}{}{}\\section{pre}\\begin{document}\\section{A}"
        "\\let\\old\\section \\renewcommand{\\section}{\\subsection{x}}"
    )
    assert _shape(_file(text)) == [("A", [])]


def test_unit_chapter() -> None:
    text = r"\chapter{Q}\section{A}\subsection{no}\section{B}"
    assert _shape(_file(text), unit="chapter") == [("Q", ["A", "B"])]


def test_question_goes_on_after_the_file_it_includes() -> None:
    main = _file(r"\section{A}\subsection{1}\input{part}\subsection{3}")
    assert _shape(main, _file(r"\subsection{2}", "part.tex")) == [("A", ["1", "2", "3"])]


def test_rendered_file_is_found_by_the_end_of_its_path() -> None:
    main = _file(r"\section{A}\include{chapters/q}\section{Z}")
    other = SourceFile(Path("/b/build/tex/chapters/q.tex"), r"\section{Q}")
    assert [title for title, _ in _shape(main, other)] == ["A", "Q", "Z"]


def test_files_that_include_each_other_are_read_once() -> None:
    files = (_file(r"\input{b}\section{A}", "a.tex"), _file(r"\section{B}\input{a}", "b.tex"))
    assert sorted(title for title, _ in _shape(*files)) == ["A", "B"]


def test_matter_is_known() -> None:
    text = r"\frontmatter\section{A}\mainmatter\section{B}\appendix\section{C}"
    outline = read_outline([_file(text)])
    assert [q.heading.matter for q in outline.questions()] == [
        Matter.FRONT,
        Matter.MAIN,
        Matter.BACK,
    ]


def test_chapters_hold_their_questions() -> None:
    text = r"\section{A}\chapter{One}\section{B}\section{C}\chapter{Two}\section{D}"
    chapters = read_outline([_file(text)]).chapters
    assert [(c.heading.title if c.heading else None, len(c.questions)) for c in chapters] == [
        (None, 1),
        ("One", 2),
        ("Two", 1),
    ]


def test_words_are_those_of_the_prose() -> None:
    text = (
        "Two words, $x + y$ and \\emph{emphasis} in \\cref{sec:a}.\\label{b} % comment\n"
        "\\begin{verbatim}\nno words\n\\end{verbatim}\n\\verb|no|\\[ no = words \\] don't stop"
    )
    assert BodyReader(tokenize(text)).words(0, len(text)) == 7
