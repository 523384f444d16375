"""Whole builds with the real engine."""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import CancelledError, LimitError, MissingToolError, RefusedError
from texbook.base.sourcemap import Origin, SourceMap
from texbook.base.span import Position, Span
from texbook.build.model import GeneratedFile, Outcome, ShellEscape
from texbook.system.leftovers import TOKEN_VARIABLE, start_time

if TYPE_CHECKING:
    from tests.build.conftest import BuiltBook
    from texbook.build.model import BuildResult

pytestmark = pytest.mark.tex

ARTICLE = r"""\documentclass{article}
\begin{document}
\tableofcontents
\clearpage
\section{First}\label{first}
See section \ref{second} on page \pageref{second}.
\clearpage
\section{Second}\label{second}
Back to page \pageref{first}.
\end{document}
"""


def labels(result: BuildResult) -> list[str]:
    return [run.label for run in result.runs]


def stretch(path: Path, line: int, column: int, words: str) -> Span:
    return Span(path, Position(line, column), Position(line, column + len(words)))


def test_references_and_contents_are_right_after_one_build(book: BuiltBook) -> None:
    book.put("main.tex", ARTICLE)
    result = book.build()
    assert result.outcome is Outcome.BUILT
    assert result.pages == 3
    assert result.diagnostics == ()
    assert "See section 2 on page 3" in book.text()
    assert "Back to page 2" in book.text()
    assert book.files() == {"main.tex", "main.pdf", "main.synctex.gz"}
    assert labels(result)[-1] == "writing main.pdf"
    assert book.progress.pages[:3] == [1, 2, 3]
    assert result.log is not None
    assert result.log.is_file()
    work = book.root / "build" / "texbook"
    assert not list(work.glob("runs/*"))
    assert (work / ".gitignore").read_text() == "*\n"


def test_a_second_build_is_up_to_date_and_runs_nothing(book: BuiltBook) -> None:
    book.put("main.tex", ARTICLE)
    book.build()
    before = book.pdf.read_bytes()
    result = book.build()
    assert result.outcome is Outcome.UP_TO_DATE
    assert result.runs == ()
    assert result.pages == 3
    assert book.root / "main.tex" in result.inputs
    assert book.pdf.read_bytes() == before


def test_a_build_with_nothing_to_do_ends_what_a_killed_watch_has_left(book: BuiltBook) -> None:
    book.write(main_tex="\\documentclass{article}\\begin{document}Hello\\end{document}\n")
    assert book.build().outcome is Outcome.BUILT
    processes = book.root / "build" / "texbook" / "processes"
    running = subprocess.Popen(["sleep", "1000"], env={TOKEN_VARIABLE: "token"})
    try:
        killed = f"{running.pid}\n{start_time(running.pid)}\nsleep 1000\n0\nlong ago\n"
        (processes / "token").write_text(killed)
        assert book.build().outcome is Outcome.UP_TO_DATE
        assert running.wait(10) == -signal.SIGTERM
        assert list(processes.iterdir()) == []
    finally:
        running.kill()


def test_a_change_in_a_comment_takes_one_pass(book: BuiltBook) -> None:
    book.put("main.tex", ARTICLE)
    book.build()
    book.put("main.tex", ARTICLE.replace("See", "% a note\nSee"))
    result = book.build()
    assert labels(result) == ["pass 1", "writing main.pdf"]
    assert "build: main.tex changed" in [str(reason) for reason in result.reasons]


def test_an_incremental_build_equals_one_from_nothing(book: BuiltBook) -> None:
    book.put("main.tex", ARTICLE)
    book.build()
    longer = ARTICLE.replace(r"\section{Second}", r"\section{Between}\newpage\section{Second}")
    book.put("main.tex", longer)
    book.build()
    incremental = book.text()
    assert "See section 3 on page 4" in incremental
    assert book.build(force=True).outcome is Outcome.BUILT
    assert book.text() == incremental


def test_a_chapter_in_a_subfolder_is_included(book: BuiltBook) -> None:
    book.write(
        main_tex=r"\documentclass{report}\begin{document}\include{chapters/one}\end{document}",
        chapters__one_tex="\\chapter{One}\\label{one}\nThis is chapter \\ref{one}.\n",
    )
    assert book.build().outcome is Outcome.BUILT
    assert "This is chapter 1." in book.text()
    assert book.files() == {"main.tex", "main.pdf", "main.synctex.gz", "chapters/one.tex"}


def test_shadows_are_left_out_of_light_passes_and_are_in_the_pdf(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        r"""\documentclass{article}
\usepackage[skins]{tcolorbox}
\begin{document}
\tableofcontents
\section{Box}
\begin{tcolorbox}[enhanced, drop fuzzy shadow]inside\end{tcolorbox}
\end{document}
""",
    )
    result = book.build()
    assert result.outcome is Outcome.BUILT
    assert labels(result) == ["pass 1, light", "pass 2, light", "pass 3", "writing main.pdf"]
    first = book.pdf.stat().st_size
    book.put("main.tex", (book.root / "main.tex").read_text().replace(", drop fuzzy shadow", ""))
    book.build()
    assert book.pdf.stat().st_size < first - 500


def test_an_error_is_reported_at_the_line_of_the_input_file(book: BuiltBook) -> None:
    book.write(
        main_tex=r"\documentclass{article}\begin{document}\input{parts/x}\end{document}",
        parts__x_tex="fine\n\nA \\colour{red} word.\n",
    )
    book.put("main.pdf", "old")
    result = book.build()
    assert result.outcome is Outcome.FAILED
    assert [(d.code, d.message, d.span) for d in result.diagnostics] == [
        (
            "undefined-macro",
            'undefined control sequence "\\colour"',
            stretch(book.root / "parts" / "x.tex", 3, 3, r"\colour"),
        )
    ]
    assert book.pdf.read_text() == "old"
    assert book.root / "parts" / "x.tex" in result.inputs


def test_after_a_failed_build_the_next_begins_with_the_last_good_files(book: BuiltBook) -> None:
    book.put("main.tex", ARTICLE)
    book.build()
    good = book.pdf.read_bytes()
    book.put("main.tex", ARTICLE.replace("See", r"\undefined See"))
    assert book.build().outcome is Outcome.FAILED
    assert book.pdf.read_bytes() == good
    book.put("main.tex", ARTICLE.replace("See", "Look at"))
    result = book.build()
    assert labels(result) == ["pass 1", "writing main.pdf"]
    assert "Look at section 2 on page 3" in book.text()


def test_auxiliary_files_that_no_longer_fit_are_left_behind(book: BuiltBook) -> None:
    with_macro = ARTICLE.replace(
        r"\begin{document}", r"\DeclareRobustCommand\brand{Acme}\begin{document}"
    ).replace(r"\section{First}", r"\section{First \brand}")
    book.put("main.tex", with_macro)
    book.build()
    book.put("main.tex", ARTICLE)
    result = book.build()
    assert result.outcome is Outcome.BUILT
    assert any(
        reason.what == "from the beginning" and "main.toc" in reason.why
        for reason in result.reasons
    )
    assert "Acme" not in book.text()


def test_damaged_auxiliary_files_are_not_used(book: BuiltBook) -> None:
    book.put("main.tex", ARTICLE)
    book.build()
    [kept] = (book.root / "build" / "texbook" / "aux").glob("*/*/main.aux")
    kept.write_bytes(kept.read_bytes()[:-20])
    book.put("main.tex", ARTICLE.replace("See", "Look at"))
    result = book.build()
    assert result.outcome is Outcome.BUILT
    assert "Look at section 2 on page 3" in book.text()
    assert any("damaged" in reason.why for reason in result.reasons)


def test_what_a_run_by_hand_left_beside_the_sources_is_not_read(book: BuiltBook) -> None:
    book.put("main.tex", ARTICLE)
    book.put("main.aux", "\\relax\n\\newlabel{second}{{99}{99")
    book.put("main.toc", "\\contentsline {section}{Stale}{1}{}%\n")
    assert book.build().outcome is Outcome.BUILT
    assert "See section 2 on page 3" in book.text()
    assert "Stale" not in book.text()
    assert (book.root / "main.aux").read_text().endswith("{{99}{99")


def test_a_document_that_never_settles_fails_and_names_the_file(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        r"""\documentclass{article}
\newwrite\counterfile
\newcount\runs
\IfFileExists{runs.cnt}{\input{runs.cnt}}{}
\begin{document}
Run \the\runs
\advance\runs by 1
\immediate\openout\counterfile=runs.cnt
\immediate\write\counterfile{\runs=\the\runs\relax}
\immediate\closeout\counterfile
\end{document}
""",
    )
    book.put("texbook.toml", "[build]\npasses = 4\n")
    result = book.build()
    assert result.outcome is Outcome.FAILED
    [finding] = result.diagnostics
    assert finding.code == "unsettled"
    assert finding.message == (
        'the document has not settled after 4 passes: "runs.cnt" still changes'
    )
    assert 'runs.cnt: "\\runs =3\\relax " becomes "\\runs =4\\relax "' in finding.hints[0]
    assert not book.pdf.exists()


def test_a_label_that_moves_its_own_page_to_and_fro_fails_early(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        r"""\documentclass{article}
\makeatletter
\def\pageof#1{\@ifundefined{r@#1}{0}{\expandafter\expandafter\expandafter
  \@secondoftwo\csname r@#1\endcsname}}
\makeatother
\begin{document}
Text
\ifnum\pageof{x}=1 \newpage\fi
More\label{x}
\end{document}
""",
    )
    result = book.build()
    assert result.outcome is Outcome.FAILED
    [finding] = result.diagnostics
    assert "comes back to the same state every 2 passes" in finding.message
    assert any(r"\newlabel{x}{{}{1}}" in hint for hint in finding.hints)
    assert len(result.runs) < 8


def test_biblatex_and_biber(book: BuiltBook) -> None:
    book.write(
        main_tex=r"""\documentclass{article}
\usepackage[backend=biber]{biblatex}
\addbibresource{refs.bib}
\begin{document}
A fact \cite{knuth84}.
\printbibliography
\end{document}
""",
        refs_bib="@book{knuth84, author={Donald Knuth}, title={The Book}, year={1984}}\n",
    )
    result = book.build()
    assert result.outcome is Outcome.BUILT
    assert result.diagnostics == ()
    assert "A fact [1]" in book.text()
    assert "Donald Knuth" in book.text()
    assert [run.program for run in result.runs].count("biber") == 1
    assert book.root / "refs.bib" in result.inputs

    book.put("refs.bib", (book.root / "refs.bib").read_text().replace("1984", "1986"))
    result = book.build()
    assert "biber: refs.bib changed" in [str(reason) for reason in result.reasons]
    assert "1986" in book.text()

    book.put("main.tex", (book.root / "main.tex").read_text().replace("fact", "claim"))
    assert labels(book.build()) == ["pass 1", "writing main.pdf"]


def test_a_bibliography_that_biber_cannot_read_fails_at_its_line(book: BuiltBook) -> None:
    book.write(
        main_tex=r"""\documentclass{article}
\usepackage[backend=biber]{biblatex}
\addbibresource{refs.bib}
\begin{document}
\cite{a}
\end{document}
""",
        refs_bib="@book{a,\n title={Open, year={1984}}\n",
    )
    result = book.build()
    assert result.outcome is Outcome.FAILED
    [finding] = [item for item in result.diagnostics if item.source == "biber"]
    assert finding.span is not None
    assert finding.span.path == book.root / "refs.bib"
    assert finding.span.start is not None
    assert (finding.span.start.line, finding.message) == (1, 'the entry "a" is not closed')


def test_bibtex(book: BuiltBook) -> None:
    book.write(
        main_tex=r"""\documentclass{article}
\begin{document}
A fact \cite{knuth84} and \cite{nobody}.
\bibliographystyle{plain}
\bibliography{refs}
\end{document}
""",
        refs_bib="@book{knuth84, author={Donald Knuth}, title={The Book}, year={1984},\n"
        "publisher={AW}}\n",
    )
    result = book.build()
    assert result.outcome is Outcome.BUILT
    assert "A fact [1]" in book.text()
    assert "Donald Knuth" in book.text()
    assert [(d.code, d.source) for d in result.diagnostics] == [("undefined-citation", "engine")]


def test_makeindex(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        r"""\documentclass{article}
\usepackage{makeidx}
\makeindex
\begin{document}
One\index{zebra}\newpage Two\index{ant}
\printindex
\end{document}
""",
    )
    result = book.build()
    assert result.outcome is Outcome.BUILT
    assert "makeindex main.idx: main.ind is new" in [str(reason) for reason in result.reasons]
    text = book.text()
    assert text.index("ant, 2") < text.index("zebra, 1")


def test_an_index_or_bibliography_that_nothing_asks_for_any_more_is_gone(book: BuiltBook) -> None:
    main = r"""\documentclass{article}
\usepackage{makeidx}
\makeindex
\begin{document}
Text\index{zebra} \cite{knuth84}
\bibliographystyle{plain}\bibliography{refs}
\printindex
\end{document}
"""
    book.put("refs.bib", "@misc{knuth84, author={Donald Knuth}, title={The Book}}\n")
    book.put("main.tex", main)
    book.build()
    assert "zebra" in book.text()
    assert "Knuth" in book.text()
    book.put("main.tex", main.replace(r"\index{zebra} \cite{knuth84}", ""))
    assert book.build().outcome is Outcome.BUILT
    assert "zebra" not in book.text()
    assert "Knuth" not in book.text()


def test_a_listing_whose_name_is_quoted_is_seen_to_change(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        r"""\documentclass{article}
\usepackage{minted}
\begin{document}
\inputminted{python}{"my file.py"}
\end{document}
""",
    )
    book.put("my file.py", "before = 1\n")
    book.build()
    book.put("my file.py", "after = 1\n")
    assert book.build().outcome is Outcome.BUILT
    assert "after" in book.text()
    assert book.build().outcome is Outcome.UP_TO_DATE


def test_a_font_beside_the_book_and_a_file_of_a_special_are_inputs(book: BuiltBook) -> None:
    found = subprocess.run(
        ["kpsewhich", "lmroman10-regular.otf", "lmroman10-bold.otf"],
        capture_output=True,
        check=True,
        text=True,
    )
    regular, bold = (Path(line) for line in found.stdout.splitlines())
    font = book.root / "fonts" / "My.otf"
    font.parent.mkdir()
    font.write_bytes(regular.read_bytes())
    book.put("note.txt", "one")
    book.put(
        "main.tex",
        r"""\documentclass{article}
\font\mine="[fonts/My.otf]" at 10pt
\begin{document}
\special{pdf:fstream @note (note.txt)}\mine Text
\end{document}
""",
    )
    book.build()
    assert book.build().outcome is Outcome.UP_TO_DATE
    book.put("note.txt", "two")
    assert str(book.build().reasons[0]) == "build: note.txt changed"
    font.write_bytes(bold.read_bytes())
    assert str(book.build().reasons[0]) == "build: fonts/My.otf changed"


def test_two_books_in_one_folder_keep_what_they_know(book: BuiltBook) -> None:
    for name in ("one.tex", "two.tex"):
        book.put(name, ARTICLE.replace("See", name))
    book.build("one.tex")
    book.build("two.tex")
    book.build("one.tex")  # two.pdf is new, and could be a picture in it
    for name in ("two.tex", "one.tex", "two.tex"):
        assert book.build(name).outcome is Outcome.UP_TO_DATE


def test_warnings_are_repeated_while_nothing_changes(book: BuiltBook) -> None:
    book.put("main.tex", ARTICLE.replace(r"\ref{second}", r"\ref{gone}"))
    built = book.build()
    again = book.build()
    assert again.outcome is Outcome.UP_TO_DATE
    assert [item.code for item in again.diagnostics] == ["undefined-reference"]
    assert again.diagnostics == built.diagnostics


def test_a_chapter_that_is_not_there_fails_the_build(book: BuiltBook) -> None:
    book.put("main.tex", ARTICLE.replace(r"\clearpage", r"\include{gone}", 1))
    result = book.build()
    assert result.outcome is Outcome.FAILED
    assert [(item.code, item.span) for item in result.diagnostics] == [
        ("missing-include", Span(book.root / "main.tex", Position(4, 10), Position(4, 14)))
    ]
    assert not book.pdf.exists()


def test_what_the_shell_made_is_not_found_without_it(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        r"""\documentclass{article}
\begin{document}
\immediate\write18{cat words.abc > made.tex}
\IfFileExists{made.tex}{\input{made}}{nothing}
\end{document}
""",
    )
    book.put("words.abc", "first\n")
    book.build(shell_escape=ShellEscape.FULL)
    assert "first" in book.text()
    book.put("words.abc", "second\n")
    book.build(shell_escape=ShellEscape.FULL)
    assert "second" in book.text()
    book.build()
    assert "nothing" in book.text()


def test_imakeidx_sorts_its_index_itself(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        r"""\documentclass{article}
\usepackage{imakeidx}
\makeindex
\begin{document}
One\index{zebra}
\printindex
\end{document}
""",
    )
    result = book.build()
    assert "makeindex" not in [run.program for run in result.runs]
    assert "zebra, 1" in book.text()


def test_an_index_that_imakeidx_cannot_sort_fails_the_build(book: BuiltBook) -> None:
    text = "\\documentclass{article}\n\\usepackage{imakeidx}\n\\makeindex[options=-s own.ist]\n"
    text += "\\begin{document}\nOne\\index{zebra}\n\\printindex\n\\end{document}\n"
    source = book.put("main.tex", text)
    result = book.build()
    assert result.outcome is Outcome.FAILED
    assert [item.code for item in result.diagnostics] == ["index"]
    assert result.diagnostics[0].span == stretch(source, 3, 23, "own.ist")
    assert not book.pdf.exists()

    style = book.put("own.ist", 'item_0 "\\n\\\\item First: "\n')
    result = book.build()
    assert result.outcome is Outcome.BUILT
    assert style in result.inputs
    assert "First: zebra" in book.text()

    book.put("own.ist", 'item_0 "\\n\\\\item Then: "\n')
    assert book.build().outcome is Outcome.BUILT
    assert "Then: zebra" in book.text()

    # The index of the last build is still there, and out of date.
    style.unlink()
    assert book.build().outcome is Outcome.FAILED


def test_a_rendered_file_is_typeset_and_its_errors_lead_to_the_template(book: BuiltBook) -> None:
    book.put("main.tex", r"\documentclass{article}\begin{document}\input{q}\end{document}")
    template = book.put("q.j2.tex", "%% if x\n\\wrong\n%% endif\n")
    rendered = book.root / "build" / "tex" / "q.tex"
    generated = GeneratedFile(
        Path("q.tex"), "\\wrong\n", SourceMap(rendered, (Origin(template, 2),)), (template,)
    )
    result = book.build(generated=(generated,))
    assert result.outcome is Outcome.FAILED
    assert result.diagnostics[0].span == stretch(template, 2, 1, r"\wrong")

    fixed = dataclasses.replace(generated, text="right\n")
    result = book.build(generated=(fixed,))
    assert result.outcome is Outcome.BUILT
    assert template in result.inputs
    assert rendered not in result.inputs


def test_a_document_that_needs_the_shell_is_refused(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        "\\documentclass{article}\n\\begin{document}\n"
        "\\ifnum\\shellescape=1 ok\\else\\PackageError{needy}{run with -shell-escape}{}\\fi\n"
        "\\end{document}\n",
    )
    with pytest.raises(RefusedError) as caught:
        book.build()
    assert caught.value.span == Span.at(book.root / "main.tex", 3)
    assert "--shell-escape" in caught.value.hints[0]
    assert book.build(shell_escape=ShellEscape.FULL).outcome is Outcome.BUILT


def test_a_write18_that_is_not_allowed_is_a_warning(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        "\\documentclass{article}\\begin{document}x"
        "\\immediate\\write18{touch made}\\end{document}\n",
    )
    result = book.build()
    assert result.outcome is Outcome.BUILT
    assert [(d.code, d.message) for d in result.diagnostics] == [
        ("shell-refused", 'the restricted shell did not run "touch made"')
    ]


def test_an_endless_document_is_stopped_at_the_limit_that_is_named(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        "\\documentclass{article}\\begin{document}one\\newpage\\def\\x{\\x}\\x\\end{document}",
    )
    book.put("texbook.toml", "[build]\npass-seconds = 2\n")
    with pytest.raises(LimitError, match="after page 1, was stopped at its limit of 2 s") as caught:
        book.build()
    assert caught.value.span == Span.at(book.root / "main.tex", 1)
    assert "pass-seconds" in caught.value.hints[1]
    assert not book.pdf.exists()


def test_an_endless_output_is_stopped_at_its_size(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        "\\documentclass{article}\\begin{document}\n"
        "\\loop\\iftrue text\\newpage\\repeat\n\\end{document}\n",
    )
    book.put("texbook.toml", "[build]\noutput-megabytes = 1\n")
    with pytest.raises(
        LimitError, match=r"after page \d+, was stopped at its limit of 1 MB for one f"
    ):
        book.build()
    assert not book.pdf.exists()


def test_an_engine_that_is_not_installed_is_named(
    book: BuiltBook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    book.put("main.tex", ARTICLE)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(MissingToolError, match="xelatex"):
        book.build()


def test_a_cancelled_build_publishes_nothing(book: BuiltBook) -> None:
    book.put("main.tex", ARTICLE)
    book.put("main.pdf", "old")
    book.cancel.cancel("a newer save")
    with pytest.raises(CancelledError):
        book.build()
    assert book.pdf.read_text() == "old"


def test_a_document_without_pages_fails(book: BuiltBook) -> None:
    book.put("main.tex", "\\documentclass{article}\\begin{document}\\end{document}\n")
    result = book.build()
    assert result.outcome is Outcome.FAILED
    assert result.diagnostics[0].message == "the document has no pages"


def test_pages_that_are_missing_with_a_file_are_explained_by_the_file(book: BuiltBook) -> None:
    book.put(
        "main.tex", "\\documentclass{book}\n\\begin{document}\n\\include{a}\n\\end{document}\n"
    )
    result = book.build()
    assert [item.message for item in result.diagnostics] == ['there is no file "a.tex" to include']
    book.put("a.tex", "% not written yet\n")
    result = book.build()
    assert [item.message for item in result.diagnostics] == ["the document has no pages"]


def test_keep_going_lists_every_error_and_publishes_nothing(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        "\\documentclass{article}\\begin{document}\n\\one\n\nx\n\\two\n\\end{document}\n",
    )
    result = book.build(keep_going=True)
    assert result.outcome is Outcome.FAILED
    assert [d.span for d in result.diagnostics] == [
        stretch(book.root / "main.tex", 2, 1, r"\one"),
        stretch(book.root / "main.tex", 5, 1, r"\two"),
    ]
    assert not book.pdf.exists()


@pytest.mark.parametrize("name", ["my book.tex", "größe.tex", "-dash.tex", "a$b~c%d.tex"])
def test_main_files_of_odd_names_are_built(book: BuiltBook, name: str) -> None:
    book.put(name, ARTICLE)
    assert book.build(name).outcome is Outcome.BUILT
    stem = name.removesuffix(".tex")
    assert book.files() == {name, f"{stem}.pdf", f"{stem}.synctex.gz"}
    book.put(name, ARTICLE.replace("See", r"\wrong See"))
    result = book.build(name)
    assert result.diagnostics[0].span == stretch(book.root / name, 6, 1, r"\wrong")


def test_cancelling_ends_a_running_engine(book: BuiltBook) -> None:
    book.put(
        "main.tex",
        "\\documentclass{article}\\begin{document}one\\newpage\\def\\x{\\x}\\x\\end{document}",
    )

    def stop_after_first_page() -> None:
        while not book.progress.pages and not book.progress.steps:
            time.sleep(0.01)
        book.cancel.cancel("the test says so")

    thread = threading.Thread(target=stop_after_first_page)
    thread.start()
    with pytest.raises(CancelledError):
        book.build()
    thread.join()
    assert not book.pdf.exists()
