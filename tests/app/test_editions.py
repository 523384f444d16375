"""Editions are built like books, after the book: here with an engine that is not one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from texbook.app import build as building
from texbook.app import edition_check, editions
from texbook.app.book_numbers import BookLabel, BookNumbers, Start
from texbook.app.build import BuildOptions
from texbook.app.edition_plan import Edition, plan_edition
from texbook.app.editions import EditionBuild, begin_edition, build_edition
from texbook.base.cancel import CancelToken
from texbook.base.errors import BookError, LockedError, MissingToolError, TexbookError
from texbook.base.progress import Silence
from texbook.build.model import BuildRequest, BuildResult, Outcome
from texbook.texfiles.labels import Label

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.conftest import Book

MAIN = (
    "\\documentclass{report}\n\\title{The Book}\n\\begin{document}\n\\chapter{One}\n"
    "\\include{one}\n\\include{two}\n\\bibliographystyle{plain}\\bibliography{refs}\n"
    "% \\bibliography{not}\n\\end{document}\n"
)


class FakeEngine:
    """Stands for `texbook.build.build.build`, for the book and for editions."""

    def __init__(self) -> None:
        self.requests: list[BuildRequest] = []
        self.failing: dict[str, Outcome | TexbookError] = {}
        self.before: Callable[[], object] = lambda: None

    def __call__(self, request: BuildRequest, **_: Any) -> BuildResult:
        self.before()
        if request.regenerate is not None:
            request = replace(request, generated=request.regenerate())
        self.requests.append(request)
        ending = self.failing.get(request.project.main.name, Outcome.BUILT)
        if isinstance(ending, TexbookError):
            raise ending
        return BuildResult(ending, request.project.pdf, pages=1)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    fake = FakeEngine()
    monkeypatch.setattr(building, "build", fake)
    monkeypatch.setattr(editions, "build", fake)
    labels = {
        name: BookLabel(Label(name, f"{{{number}}}{{7}}{{Title {number}}}{{section.1}}{{}}"), owner)
        for name, number, owner in (
            *(("ch:x", "1", ""), ("q:one", "1.1", "one"), ("q:one:trap", "1.1.2", "one")),
            ("q:last", "3.1", "last"),
            *(("q:two", "1.2", "two"), ("fig:two", "1.9", "two")),
        )
    }
    numbers = BookNumbers(labels, {"two": Start({"chapter": 1, "section": 1})})
    monkeypatch.setattr(editions, "read_book_numbers", lambda *_: numbers)
    return fake


@pytest.fixture
def whole(book: Book) -> Book:
    book.put("main.tex", MAIN)
    book.put("one.j2.tex", book.question(trap="Alone."))
    book.put(
        "two.j2.tex",
        book.question(
            trap="\\cref{q:one:trap, fig:two} \\mine{one} \\hyperref[q:last]{x}\n"
            "\\cite{k} % \\cref{q:none}\n"
            "% \\ref{ch:x}\n\\input{more}"
        ),
    )
    book.put("more.tex", "\\ref{ch:x}")
    return book


def begin(
    book: Book, edition: Edition = Edition.QUESTIONS, *slugs: str
) -> tuple[EditionBuild, BuildResult | None]:
    plan = plan_edition(book.project, edition, slugs)
    return begin_edition(plan, BuildOptions(), progress=Silence(), cancel=CancelToken())


def run(book: Book, edition: Edition = Edition.QUESTIONS, *slugs: str) -> list[BuildResult]:
    made, _ = begin(book, edition, *slugs)
    return [
        build_edition(made, job, progress=Silence(), cancel=CancelToken()) for job in made.plan.jobs
    ]


def test_the_book_comes_first_and_each_question_is_a_book_of_its_own(
    whole: Book, engine: FakeEngine
) -> None:
    results = run(whole)
    mains = [request.project.main.name for request in engine.requests]
    assert mains == ["main.tex", "edition-question-one.tex", "edition-question-two.tex"]
    folder = whole.root / "build" / "editions" / "questions"
    assert [item.output for item in results] == [folder / "one.pdf", folder / "two.pdf"]
    assert (whole.root / "build" / "editions" / ".gitignore").read_text() == "*\n"
    first = engine.requests[1]
    assert [item.name.name for item in first.generated] == ["edition-question-one.tex", "one.tex"]
    assert first.project.root == whole.root


def test_references_out_of_a_question_lead_to_the_list_at_its_end(
    whole: Book, engine: FakeEngine
) -> None:
    run(whole, Edition.QUESTIONS, "two")
    text = engine.requests[-1].generated[0].text
    assert "\\edition@counter{section}{1}" in text
    assert "\\edition@label{q:one}{{1.1}{7}{Title 1.1}{section.elsewhere.one}{}}" in text
    assert "\\edition@label{q:one:trap}{{1.1.2}{7}{Title 1.1.2}{section.elsewhere.one}{}}" in text
    assert "\\edition@label{ch:x}" in text
    assert "\\edition@label{q:last}{{3.1}" in text
    assert "\\edition@label{fig:two}" not in text
    assert text.count("\\edition@entry{section.elsewhere.one}{1.1}{Winning}{Trap.}") == 1
    assert "\\edition@entry{section.elsewhere.ch:x}{1}{Title 1}{}" in text
    assert "\\input{two}" in text
    assert "\\bibliographystyle{plain}\\bibliography{refs}" in text
    assert "{not}" not in text


def test_a_question_that_refers_to_nothing_has_no_list(whole: Book, engine: FakeEngine) -> None:
    run(whole, Edition.QUESTIONS, "one")
    text = engine.requests[-1].generated[0].text
    assert "Elsewhere in the Book}\n" not in text
    assert "\\bibliography{refs}" not in text


def test_the_cheat_sheet_has_all_questions_that_are_written(
    whole: Book, engine: FakeEngine
) -> None:
    whole.put("one.j2.tex", whole.question().replace("% topics", "% status = 'stub'\n% topics"))
    (result,) = run(whole, Edition.CHEAT_SHEET)
    assert result.output == whole.root / "build" / "editions" / "cheat-sheet.pdf"
    (generated,) = engine.requests[-1].generated
    assert "\\edition@question{1.2}{Winning}{Trap.}{Tell.}{Fix.}" in generated.text
    assert generated.text.count("\\edition@question{") == 1
    assert "\\edition@chapter{1}{One}" in generated.text


def test_a_book_that_fails_ends_it(whole: Book, engine: FakeEngine) -> None:
    engine.failing["main.tex"] = Outcome.FAILED
    made, book = begin(whole)
    assert book is not None
    assert (book.outcome, made.writer) == (Outcome.FAILED, None)


def test_a_document_that_fails_leaves_the_others(whole: Book, engine: FakeEngine) -> None:
    engine.failing["edition-question-one.tex"] = BookError("it is odd")
    results = run(whole)
    assert [item.outcome for item in results] == [Outcome.FAILED, Outcome.BUILT]
    assert results[0].diagnostics[0].message == "it is odd"


def test_what_concerns_all_documents_ends_the_command(whole: Book, engine: FakeEngine) -> None:
    engine.failing["main.tex"] = LockedError("somebody builds")
    with pytest.raises(LockedError):
        run(whole)
    engine.failing = {"edition-question-one.tex": MissingToolError("no engine")}
    with pytest.raises(MissingToolError):
        run(whole)


def test_a_build_between_two_documents_is_waited_for(
    whole: Book, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("texbook.app.waiting.LOCKED_SECONDS", 0.0)
    made, _ = begin(whole)
    engine.failing["edition-question-one.tex"] = LockedError("somebody builds")
    told: list[str] = []

    class Told(Silence):
        def note(self, text: str) -> None:
            told.append(text)
            engine.failing.clear()

    result = build_edition(made, made.plan.jobs[0], progress=Told(), cancel=CancelToken())
    assert result.outcome is Outcome.BUILT
    assert told == ["waiting: somebody builds"]


def test_force_builds_the_edition_and_not_the_book(whole: Book, engine: FakeEngine) -> None:
    plan = plan_edition(whole.project, Edition.CHEAT_SHEET)
    made, _ = begin_edition(
        plan, BuildOptions(force=True), progress=Silence(), cancel=CancelToken()
    )
    build_edition(made, plan.jobs[0], progress=Silence(), cancel=CancelToken())
    assert [request.force for request in engine.requests] == [False, True]


def test_a_template_of_the_books_own_takes_the_place_of_the_packaged(
    whole: Book, engine: FakeEngine
) -> None:
    path = whole.put("templates/editions/question.j2.tex", "\\VAR{book.preamble}\n!")
    run(whole, Edition.QUESTIONS, "one")
    assert engine.requests[-1].generated[0].text.endswith("\n!")
    path.write_text("no class")
    (result,) = run(whole, Edition.QUESTIONS, "one")
    assert result.outcome is Outcome.FAILED
    assert "no \\documentclass" in result.diagnostics[0].message


def test_a_question_that_breaks_meanwhile_is_told(whole: Book, engine: FakeEngine) -> None:
    made, _ = begin(whole)
    engine.before = lambda: whole.put("two.j2.tex", whole.question(trap="\\VAR{gone}"))
    result = build_edition(made, made.plan.jobs[0], progress=Silence(), cancel=CancelToken())
    assert result.outcome is Outcome.FAILED
    assert "gone" in result.diagnostics[0].message


def test_cards_need_no_engine_and_are_written_only_when_they_change(
    whole: Book, engine: FakeEngine
) -> None:
    (result,) = run(whole, Edition.CARDS)
    assert (result.outcome, engine.requests) == (Outcome.BUILT, [])
    assert ",The Book\n" in result.output.read_text()
    before = result.output.stat().st_mtime_ns
    assert run(whole, Edition.CARDS)[0].outcome is Outcome.UP_TO_DATE
    assert result.output.stat().st_mtime_ns == before
    whole.put("one.j2.tex", whole.question().replace("'Trap.'", "'Other.'"))
    assert run(whole, Edition.CARDS)[0].outcome is Outcome.BUILT


def test_faulty_front_matter_leaves_the_old_cards(whole: Book, engine: FakeEngine) -> None:
    (result,) = run(whole, Edition.CARDS)
    before = result.output.read_bytes()
    whole.put("one.j2.tex", whole.question().replace("% level  =", "% levle  ="))
    (result,) = run(whole, Edition.CARDS)
    assert result.outcome is Outcome.FAILED
    assert "levle" in result.diagnostics[0].message
    assert result.output.read_bytes() == before


def test_the_deck_is_called_as_the_book_wherever_its_title_stands(
    whole: Book, engine: FakeEngine
) -> None:
    whole.put("main.tex", MAIN.replace("\\title{The Book}", "\\input{front}"))
    whole.put("front.tex", "\\title{From Afar}")
    (result,) = run(whole, Edition.CARDS)
    assert ",From Afar\n" in result.output.read_text()


def test_the_bibliography_may_stand_in_a_file_that_the_main_file_reads(
    whole: Book, engine: FakeEngine
) -> None:
    whole.put("main.tex", MAIN.replace("\\bibliography{refs}", "\\input{back}"))
    whole.put("back.tex", "% \\bibliography{not}\n\\bibliography{refs}\n")
    run(whole, Edition.QUESTIONS, "two")
    text = engine.requests[-1].generated[0].text
    assert "\\bibliographystyle{plain}\\bibliography{refs}" in text


def test_an_equation_is_not_called_as_the_section_around_it(
    whole: Book, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = Label("eq:x", "{1.1}{3}{Some Section}{equation.1.1}{}", "equation")
    numbers = BookNumbers({"eq:x": BookLabel(label, "")}, {})
    monkeypatch.setattr(editions, "read_book_numbers", lambda *_: numbers)
    whole.put("two.j2.tex", whole.question(trap="\\eqref{eq:x}"))
    run(whole, Edition.QUESTIONS, "two")
    text = engine.requests[-1].generated[0].text
    assert "\\edition@entry{equation.elsewhere.eq:x}{1.1}{Equation}{}" in text


@pytest.mark.parametrize(
    ("written", "is_reference"),
    [("\\mine{one}", True), ("\\emph{one}", False), ("\\index{one}", False), ("a[one]", False)],
)
def test_a_word_that_is_a_slug_is_no_reference_where_it_is_only_printed(
    whole: Book, engine: FakeEngine, written: str, is_reference: bool
) -> None:
    whole.put("two.j2.tex", whole.question(trap=written))
    run(whole, Edition.QUESTIONS, "two")
    text = engine.requests[-1].generated[0].text
    assert ("\\edition@label{q:one}" in text) is is_reference


def test_a_number_that_is_not_the_books_is_told_where_its_label_is_typed(
    whole: Book, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = BookNumbers(
        {
            "q:two": BookLabel(Label("q:two", "{1.2}{1}"), "two"),
            "fig:new": BookLabel(Label("fig:new", "{1.1}{1}"), "two"),
            "fig:two": BookLabel(Label("fig:two", "{1.1}{1}"), "two"),
        },
        {},
    )
    whole.put("two.j2.tex", whole.question(trap="\\label{fig:two}"))
    monkeypatch.setattr(edition_check, "read_book_numbers", lambda *_: made)
    (result,) = run(whole, Edition.QUESTIONS, "two")
    (told,) = result.diagnostics
    assert told.message == '"fig:two" is 1.9 in the book, and 1.1 in this question alone'
    assert told.span is not None
    assert told.span.path == whole.root / "two.j2.tex"
    assert told.span.start is not None
