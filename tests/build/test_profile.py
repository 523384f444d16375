from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.build.build import build
from texbook.build.model import BuildRequest, Outcome
from texbook.build.profile import FontSearch, Phase
from texbook.build.profile_reader import OutputClock, read_profile
from texbook.build.profile_tex import profile_code
from texbook.project import open_project

if TYPE_CHECKING:
    from tests.build.conftest import BuiltBook
    from texbook.build.model import BuildResult
    from texbook.build.profile import PassProfile


def profiled(*pieces: tuple[float, str], seconds: float | None = None) -> PassProfile:
    """Read an output; the author's files are those whose names begin with "./"."""
    return read_profile(
        [(moment, text.encode()) for moment, text in pieces],
        pieces[-1][0] if seconds is None else seconds,
        lambda name: Path(name) if name.startswith("./") and name.endswith(".tex") else None,
    )


def test_the_phases_are_the_whole_run() -> None:
    profile = profiled(
        (1.0, "banner (./main.tex"),
        (3.0, " <texbook:begin>"),
        (3.5, " <texbook:text>"),
        (7.5, " [1"),
        (7.6, "]"),
        (7.7, " <texbook:finish>"),
        (8.0, " (./main.aux) )"),
        seconds=8.5,
    )
    assert profile.phases == pytest.approx(
        {Phase.START: 1, Phase.PREAMBLE: 2, Phase.BEGIN: 0.5, Phase.PAGES: 4.2, Phase.END: 0.8}
    )


def test_a_clock_that_began_before_the_engine_is_put_right() -> None:
    profile = profiled((2.0, "(./main.tex"), (4.0, " <texbook:text>"), seconds=3.0)
    assert profile.phases == pytest.approx(
        {Phase.START: 1, Phase.PREAMBLE: 2, Phase.BEGIN: 0, Phase.PAGES: 0, Phase.END: 0}
    )


def test_a_package_has_its_own_time_and_that_of_its_files() -> None:
    profile = profiled(
        (1, "(./main.tex (/tex/a.cls"),
        (2, " (/tex/b.sty"),
        (4, " (/tex/b-xetex.sty"),
        (7, ")"),
        (8, " (/tex/b.cfg)"),
        (9, ")"),
        (11, ") <texbook:begin>"),
    )
    assert [(item.name, item.seconds) for item in profile.packages] == [("b", 7), ("a", 3)]


def test_what_is_read_after_the_preamble_is_no_package_of_it() -> None:
    profile = profiled((1, "(./main.tex"), (2, "<texbook:text> (/tex/late.sty"), (5, ")"))
    assert profile.packages == ()


def test_fonts_are_added_up_by_the_name_that_they_are_searched_by() -> None:
    profile = profiled(
        (1, '(./main.tex (/tex/fontspec.sty) <texbook:font "Pagella/OT:script=latn">'),
        (2, ' <texbook:end> <texbook:font "Pagella/B">'),
        (4, ' <texbook:end> <texbook:font "[lmmono10.otf]:">'),
        (5, " <texbook:end> <texbook:font>"),
        (6, ' <texbook:end> <texbook:font "Nowhere Sans">'),
        (10, " <texbook:none>"),
    )
    assert profile.searches == (
        FontSearch("Nowhere Sans", 4, found=False),
        FontSearch("Pagella", 3, found=True),
    )
    assert (profile.fonts, profile.font_seconds) == (5, 9)


def test_shadows_are_counted_and_are_part_of_their_page() -> None:
    profile = profiled(
        (1, "(./main.tex <texbook:text>"),
        (2, " <texbook:shadow>"),
        (5, " <texbook:end>"),
        (6, " [1"),
        (6, "]"),
    )
    assert (profile.shadows, profile.shadow_seconds) == (1, 3)
    assert [(page.number, page.seconds) for page in profile.pages] == [(1, 5)]


def test_a_page_belongs_to_the_file_that_fills_it_and_not_to_the_one_that_includes() -> None:
    profile = profiled(
        (1, "(./main.tex <texbook:text> (./one.tex"),
        (2, ")"),
        (5, " [1"),
        (5, "]"),
        (6, " (./cover.aux) [2"),
        (6, "]"),
    )
    assert [page.path for page in profile.pages] == [Path("one.tex"), Path("main.tex")]
    assert profile.slowest_pages(1)[0].number == 1
    assert profile.typical_page == 2.5


def test_auxiliary_files_are_told_apart() -> None:
    profile = profiled(
        (1, "(./main.tex <texbook:begin> (./main.aux"), (3, " (./one.aux"), (4, "))")
    )
    assert profile.auxiliary_seconds == 3


def test_an_event_counts_from_the_piece_that_holds_its_end() -> None:
    profile = profiled((1, "(./main.tex"), (2, " <texbook:te"), (4, "xt>"), (5, " "))
    assert profile.phases[Phase.PREAMBLE] == 3


def test_parentheses_in_messages_do_not_close_files() -> None:
    profile = profiled(
        (1, "(./main.tex (/tex/a.sty"),
        (2, "\nOverfull \\hbox (3.0pt too wide) in paragraph\n[]\\TU/x text) [5 (./no.tex\n\n"),
        (2, "Package a Warning: (see the manual\n(a)     page 3) :-(\n\n"),
        (4, " (/tex/b.sty"),
        (5, ")"),
    )
    assert [(item.name, item.seconds) for item in profile.packages] == [("a", 3), ("b", 1)]
    assert profile.pages == ()


@pytest.mark.parametrize(
    "text", ["", ")))]]", "<texbook:end>", "(((", "[1", "\xff<texbook:font x>"]
)
def test_no_output_is_too_odd(text: str) -> None:
    assert sum(profiled((1, text)).phases.values()) == 1


def test_the_clock_hands_every_piece_on() -> None:
    heard: list[bytes] = []
    clock = OutputClock(heard.append, iter([10.0, 10.5, 12.0]).__next__)
    clock.read(b"(./main.tex")
    clock.read(b")")
    assert heard == [b"(./main.tex", b")"]
    phases = clock.profile(2.5, lambda _: None).phases
    assert (phases[Phase.START], phases[Phase.PREAMBLE]) == (0.5, 2.0)


def test_the_code_is_one_line_that_needs_no_space_between_its_parts() -> None:
    for light in (True, False):
        assert "\n" not in profile_code(light=light)
        assert "%" not in profile_code(light=light)
    assert "shadow" not in profile_code(light=True)


def timed(book: BuiltBook, *, timings: bool) -> BuildResult:
    request = BuildRequest(open_project(folder=book.root), force=True, timings=timings)
    return build(request, progress=book.progress, cancel=book.cancel)


SHADOWED = r"""\documentclass{article}
\usepackage[most]{tcolorbox}
\usepackage{fontspec}
\setmainfont{Latin Modern Roman}
\IfFontExistsTF{No Such Font At All}{}{}
PREAMBLE
\begin{document}
\begin{tcolorbox}[enhanced,drop fuzzy shadow]One\end{tcolorbox}
\begin{tcolorbox}[enhanced,drop shadow]Two\end{tcolorbox}
\input{part}
\end{document}
"""


@pytest.mark.tex
@pytest.mark.parametrize(
    "preamble", ["", r"\tcbset{fuzzy shadow/.code n args={5}{}}"], ids=["shadows", "none"]
)
def test_timings_tell_all_and_leave_the_pdf_as_it_is(
    book: BuiltBook, monkeypatch: pytest.MonkeyPatch, preamble: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("FORCE_SOURCE_DATE", "1")
    book.write(
        main_tex=SHADOWED.replace("PREAMBLE", preamble), part_tex="\\newpage Part\\newpage End"
    )
    plain = timed(book, timings=False)
    assert [run.profile for run in plain.runs] == [None] * len(plain.runs)
    before = book.pdf.read_bytes()
    result = timed(book, timings=True)
    assert result.outcome is Outcome.BUILT
    assert book.pdf.read_bytes() == before
    profile = [run.profile for run in result.runs if run.profile][-1]
    assert sum(profile.phases.values()) == pytest.approx(
        [run.seconds for run in result.runs if run.profile][-1]
    )
    assert profile.phases[Phase.PREAMBLE] > 0
    assert {"tcolorbox", "fontspec"} <= {item.name for item in profile.packages}
    assert profile.shadows == (0 if preamble else 1)
    assert {item.name: item.found for item in profile.searches} == {
        "Latin Modern Roman": True,
        "No Such Font At All": False,
    }
    assert [page.path for page in profile.pages][1:] == [book.root / "part.tex"] * 2
    assert "working copies" in result.steps
