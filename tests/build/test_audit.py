"""A book in chunks is held against one run of the whole; where they differ, the one run wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.build import audit
from texbook.build.model import BuildResult, Outcome, Verdict
from texbook.build.rebuild import MadePdf, Rebuild
from texbook.build.state import BuildState, load_state, state_path
from texbook.project import open_project

if TYPE_CHECKING:
    from tests.build.conftest import BuiltBook

pytestmark = pytest.mark.tex

MAIN = r"""\documentclass{report}
\begin{document}
\tableofcontents
\include{ada}
\include{bob}
\end{document}
"""
ADA = "\\chapter{Ada}\nA sentence.\n"
BOB = "\\chapter{Bob}\nAnother sentence.\n"
LEAK = "\\global\\toks9={3}\n"
"""For another chapter: no trace of it is in any file that TeX writes, and it defines no macro."""
USE = "The rate is~\\the\\toks9{} now and then.\n"


@pytest.fixture
def chapters(book: BuiltBook) -> BuiltBook:
    """A book of two chapters."""
    book.write(main_tex=MAIN, ada_tex=ADA, bob_tex=BOB)
    return book


@pytest.fixture
def leaking(book: BuiltBook) -> BuiltBook:
    """A book whose second chapter shows what the first one said before its last edit."""
    book.write(main_tex=MAIN, ada_tex=ADA + LEAK, bob_tex=BOB + USE)
    assert book.build().outcome is Outcome.BUILT
    book.put("ada.tex", ADA + LEAK.replace("3", "4"))
    assert book.build().outcome is Outcome.BUILT
    assert "The rate is 3" in book.text()
    return book


def state_of(book: BuiltBook) -> BuildState:
    state = load_state(state_path(open_project(folder=book.root)))
    assert isinstance(state, BuildState)
    return state


def verdict(result: BuildResult) -> Verdict:
    assert result.check is not None
    return result.check.verdict


def test_a_book_that_was_just_built_is_compared(chapters: BuiltBook) -> None:
    result = chapters.build(check=True)
    assert result.outcome is Outcome.BUILT
    assert result.check is not None
    assert (result.check.verdict, result.check.pages, result.check.differing) == (
        Verdict.SAME,
        3,
        (),
    )
    assert [item for item in result.diagnostics if item.code == "chunks-differ"] == []
    assert not (chapters.root / "build" / "texbook" / "runs").exists()


def test_a_book_that_was_up_to_date_is_compared_and_stays_as_it_is(chapters: BuiltBook) -> None:
    chapters.build()
    before = chapters.pdf.stat(), state_of(chapters)
    result = chapters.build(check=True)
    assert result.outcome is Outcome.UP_TO_DATE
    assert verdict(result) is Verdict.SAME
    assert (chapters.pdf.stat(), state_of(chapters)) == before
    assert not any(reason.what == "built in one run" for reason in result.reasons)
    assert chapters.build().outcome is Outcome.UP_TO_DATE


def test_nothing_is_compared_unless_it_is_asked_for(chapters: BuiltBook) -> None:
    assert chapters.build().check is None


def test_a_book_in_one_run_has_nothing_to_compare(book: BuiltBook) -> None:
    book.put("main.tex", "\\documentclass{article}\\begin{document}One\\end{document}\n")
    first = book.build(check=True)
    assert verdict(first) is Verdict.ONE_RUN
    assert first.check is not None
    assert "include" in first.check.reason
    assert verdict(book.build(check=True)) is Verdict.ONE_RUN


def test_a_build_that_fails_is_not_checked(chapters: BuiltBook) -> None:
    chapters.put("bob.tex", BOB + "\\undefinedthing\n")
    result = chapters.build(check=True)
    assert (result.outcome, result.check) == (Outcome.FAILED, None)


def test_a_page_that_differs_is_told_with_its_chapter_and_the_likely_cause(
    leaking: BuiltBook,
) -> None:
    result = leaking.build(check=True)
    assert verdict(result) is Verdict.DIFFERENT
    assert result.check is not None
    assert (result.check.pages, result.check.differing) == (3, (3,))
    [finding] = [item for item in result.diagnostics if item.code == "chunks-differ"]
    assert finding.span is not None
    assert finding.span.path == leaking.root / "bob.tex"
    assert finding.message == (
        "page 3 is not as in one run of the whole book: "
        'it reads "The rate is 3 now and" and should read "The rate is 4 now and"'
    )
    assert finding.hints[0].startswith("usual causes: a macro, a length or an option")


def test_the_one_run_is_published_and_the_book_stays_with_it(leaking: BuiltBook) -> None:
    leaking.build(check=True)
    assert "The rate is 4" in leaking.text()
    assert leaking.build().outcome is Outcome.UP_TO_DATE
    leaking.put("ada.tex", ADA + LEAK.replace("3", "5"))
    result = leaking.build(check=True)
    assert "The rate is 5" in leaking.text()
    assert verdict(result) is Verdict.ONE_RUN
    assert result.check is not None
    assert result.check.reason == "a check has found page 3 not the same as in one run"


def test_chunks_are_tried_again_when_the_main_file_has_changed(leaking: BuiltBook) -> None:
    leaking.build(check=True)
    leaking.put("main.tex", MAIN.replace("\\begin{document}", "\\toks9={6}\\begin{document}"))
    leaking.put("ada.tex", ADA)
    result = leaking.build(check=True)
    assert verdict(result) is Verdict.SAME
    assert "The rate is 6" in leaking.text()


def test_where_only_the_one_run_fails_the_book_fails_until_it_is_mended(
    chapters: BuiltBook,
) -> None:
    defined = "\\newcommand\\twice{2}\n"
    chapters.put("ada.tex", ADA + defined)
    assert chapters.build().outcome is Outcome.BUILT
    chapters.put("bob.tex", BOB + defined)
    assert chapters.build().outcome is Outcome.BUILT
    before = chapters.pdf.read_bytes()
    result = chapters.build(check=True)
    assert (result.outcome, verdict(result)) == (Outcome.FAILED, Verdict.DIFFERENT)
    assert {"chunks-differ", "already-defined"} <= {item.code for item in result.diagnostics}
    assert chapters.pdf.read_bytes() == before
    again = chapters.build()
    assert again.outcome is Outcome.FAILED
    assert again.reasons[0].why == "one run of the whole book failed in the last check"
    chapters.put("bob.tex", BOB)
    mended = chapters.build(check=True)
    assert (mended.outcome, verdict(mended)) == (Outcome.BUILT, Verdict.ONE_RUN)
    assert chapters.build().outcome is Outcome.UP_TO_DATE


def test_a_source_that_is_saved_during_the_check_makes_it_vain(
    chapters: BuiltBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapters.build()
    make = Rebuild.make

    def save_first(work: Rebuild) -> MadePdf | BuildResult:
        chapters.put("bob.tex", BOB + "More.\n")
        return make(work)

    monkeypatch.setattr(Rebuild, "make", save_first)
    result = chapters.build(check=True)
    assert verdict(result) is Verdict.UNKNOWN
    assert result.diagnostics[0].message == "the check was in vain: bob.tex changed meanwhile"
    monkeypatch.undo()
    assert verdict(chapters.build(check=True)) is Verdict.SAME


def test_pages_that_were_damaged_on_disk_are_told(chapters: BuiltBook) -> None:
    chapters.build()
    for path in (chapters.root / "build" / "texbook" / "chunks").rglob("*.pages"):
        path.write_bytes(b"damaged")
    result = chapters.build(check=True)
    assert verdict(result) is Verdict.UNKNOWN
    assert "damaged" in result.diagnostics[0].message
    assert verdict(chapters.build(check=True, force=True)) is Verdict.SAME


def test_a_page_that_only_looks_different_is_one_that_differs(
    chapters: BuiltBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "differing_pages", lambda *_, **__: (1,))
    result = chapters.build(check=True)
    assert result.check is not None
    assert (result.check.differing, result.check.drawn) == ((1,), True)
    [finding] = [item for item in result.diagnostics if item.code == "chunks-differ"]
    assert "the words are the same" in finding.message
    assert str(finding.span) == f"{chapters.root / 'main.tex'}:3"


def test_without_pdftoppm_the_pages_are_compared_all_the_same(
    chapters: BuiltBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "differing_pages", lambda *_, **__: None)
    result = chapters.build(check=True)
    assert result.check is not None
    assert (result.check.verdict, result.check.drawn) == (Verdict.SAME, False)
