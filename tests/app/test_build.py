from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from texbook.app import build as building
from texbook.app.build import BuildOptions, build_book
from texbook.app.rendering import TemplateFaultError, regenerate, render_to_folder
from texbook.base.cancel import CancelToken
from texbook.base.progress import Silence
from texbook.build.model import BuildRequest, BuildResult, Outcome, ShellEscape

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.conftest import Book

OPTIONS = BuildOptions(ShellEscape.FULL, keep_going=True, force=True)


class FakeBuild:
    """Stands for `texbook.build.build.build`; renders again, as the real one does."""

    def __init__(self) -> None:
        self.requests: list[BuildRequest] = []
        self.before_regenerating: Callable[[], object] = lambda: None

    def __call__(self, request: BuildRequest, **_: Any) -> BuildResult:
        self.requests.append(request)
        self.before_regenerating()
        if request.regenerate is not None:
            request.regenerate()
        return BuildResult(Outcome.BUILT, request.project.pdf, pages=1)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeBuild:
    fake = FakeBuild()
    monkeypatch.setattr(building, "build", fake)
    return fake


def run(book: Book) -> BuildResult:
    return build_book(book.project, OPTIONS, progress=Silence(), cancel=CancelToken())


def test_rendered_templates_and_options_reach_the_build(book: Book, engine: FakeBuild) -> None:
    book.put("one/q.j2.tex", book.question())
    assert run(book).outcome is Outcome.BUILT
    (request,) = engine.requests
    (generated,) = request.generated
    assert generated.name.as_posix() == "one/q.tex"
    assert book.root / "one" / "q.j2.tex" in generated.inputs
    assert (request.shell_escape, request.keep_going, request.force) == (
        ShellEscape.FULL,
        True,
        True,
    )
    assert (book.root / "build" / "tex" / "one" / "q.tex").read_text() == generated.text


def test_a_book_without_templates_gets_no_folder_for_them(book: Book, engine: FakeBuild) -> None:
    run(book)
    (request,) = engine.requests
    assert (request.generated, request.regenerate) == ((), None)
    assert not (book.root / "build").exists()


def test_a_faulty_template_stops_the_build_before_it_begins(book: Book, engine: FakeBuild) -> None:
    book.put("q.j2.tex", book.question(trap="\\VAR{results.gone}"))
    result = run(book)
    assert result.outcome is Outcome.FAILED
    assert engine.requests == []
    assert result.diagnostics[0].span is not None
    assert result.diagnostics[0].span.path == book.root / "q.j2.tex"


def test_a_template_that_breaks_during_the_build_ends_it_as_a_finding(
    book: Book, engine: FakeBuild
) -> None:
    book.put("q.j2.tex", book.question())
    engine.before_regenerating = lambda: book.put(
        "q.j2.tex", book.question(trap="\\VAR{results.gone}")
    )
    result = run(book)
    assert result.outcome is Outcome.FAILED
    assert "gone" in result.diagnostics[0].message
    with pytest.raises(TemplateFaultError):
        regenerate(book.project)


def test_rendering_counts_the_texts_that_changed(book: Book) -> None:
    book.put("a.j2.tex", book.question())
    book.put("b.j2.tex", book.question())
    assert render_to_folder(book.project, None)[1] == 2
    assert render_to_folder(book.project, None)[1] == 0
    book.put("b.j2.tex", book.question(trap="another"))
    assert render_to_folder(book.project, None)[1] == 1
    assert render_to_folder(book.project, book.root / "out")[1] == 2
