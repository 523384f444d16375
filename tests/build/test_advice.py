from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from texbook.build.advice import advise
from texbook.build.model import BuildResult, EngineRun, Outcome, RerunReason
from texbook.build.profile import FontSearch, PackageTime, PageTime, PassProfile, Phase

QUIET = PassProfile(dict.fromkeys(Phase, 0.01), pages=(PageTime(1, 0.01, None),))


def texts(
    *profiles: PassProfile,
    reasons: tuple[RerunReason, ...] = (),
    others: tuple[EngineRun, ...] = (),
    seconds: float = 100.0,
) -> list[str]:
    runs = [
        EngineRun("xelatex", f"pass {number}", 10.0, 10.0, 5, profile)
        for number, profile in enumerate(profiles, 1)
    ]
    result = BuildResult(
        Outcome.BUILT, Path("main.pdf"), runs=(*runs, *others), reasons=reasons, seconds=seconds
    )
    return [item.text for item in advise(result, lambda path: path.name)]


def test_a_quick_pass_needs_no_advice() -> None:
    assert texts(QUIET) == []
    assert texts() == []


def test_small_things_count_in_a_small_build() -> None:
    profile = replace(QUIET, phases={**QUIET.phases, Phase.PREAMBLE: 0.11})
    assert texts(profile) == []
    assert texts(profile, seconds=1.0) == ["the preamble takes 0.11 s of the pass"]


def test_what_gains_a_few_hundredths_is_no_advice_even_in_the_quickest_build() -> None:
    profile = replace(QUIET, phases={**QUIET.phases, Phase.PREAMBLE: 0.09})
    assert texts(profile, seconds=0.1) == []


def test_the_preamble_names_what_is_slow_in_it() -> None:
    packages = (PackageTime("unicode-math", 0.44), PackageTime("tikz", 0.2), PackageTime("x", 0.01))
    profile = replace(QUIET, phases={**QUIET.phases, Phase.PREAMBLE: 1.0}, packages=packages)
    assert texts(profile, profile)[1] == (
        "the preamble takes 1.00 s of each pass, of it unicode-math 0.44 s, tikz 0.20 s "
        "without what they load"
    )


def test_shadows_say_how_many_and_how_to_be_rid_of_them() -> None:
    (text,) = texts(replace(QUIET, shadows=105, shadow_seconds=4.2))
    assert text.startswith("105 fuzzy shadows of boxes took 4.2 s of the 10.0 s of pass 1: ")
    assert '"drop shadow"' in text


def test_fonts_by_name_and_missing_ones_have_one_sentence_and_are_no_preamble() -> None:
    searches = (FontSearch("Nowhere", 0.7, found=False), FontSearch("Pagella", 0.2, found=True))
    phases = {**QUIET.phases, Phase.PREAMBLE: 1.0}
    (text,) = texts(replace(QUIET, searches=searches, phases=phases))
    assert text.startswith('searching fonts takes 0.90 s a pass: "Pagella" is looked up by name')
    assert '"Nowhere" is searched for and not installed' in text


@pytest.mark.parametrize(
    ("other_pygments", "words"), [(True, "because Pygments has another version"), (False, "store")]
)
def test_listings_say_why_they_were_highlighted(other_pygments: bool, words: str) -> None:
    (text,) = texts(replace(QUIET, listings=33, listing_seconds=0.9, other_pygments=other_pygments))
    assert text.startswith("33 listings took 0.90 s to highlight")
    assert words in text


def test_further_passes_give_their_reasons() -> None:
    reasons = (
        RerunReason("pass 1", "the sources or the request changed"),
        RerunReason("pass 2", "main.toc changed, main.aux changed, a.aux changed, and 3 more"),
    )
    assert texts(QUIET, QUIET, reasons=reasons) == [
        "2 passes ran: pass 2 because main.toc changed, main.aux changed, and others"
    ]


def test_a_first_build_says_that_the_next_one_is_quicker() -> None:
    reasons = (RerunReason("pass 1", "there are no auxiliary files yet"),)
    (text,) = texts(QUIET, QUIET, reasons=reasons)
    assert "the next build begins with those of this one" in text


def test_a_busy_machine_is_told_of() -> None:
    tool = EngineRun("xdvipdfmx", "writing main.pdf", 10.0, 2.0)
    (text,) = texts(QUIET, others=(tool,))
    assert text.startswith("the programs waited for 8.0 of 20.0 s: ")
    assert texts(QUIET, others=(replace(tool, cpu_seconds=7.0),)) == []


def test_a_slow_page_names_its_file() -> None:
    pages = (*(PageTime(n, 0.01, None) for n in range(1, 9)), PageTime(9, 1.2, Path("/b/plot.tex")))
    (text,) = texts(replace(QUIET, pages=pages))
    assert text.startswith('page 9 ("plot.tex") takes 1.20 s a pass, the typical page 0.010 s')


def test_pages_that_are_all_slow_are_no_outliers() -> None:
    pages = tuple(PageTime(n, 1.0, None) for n in range(1, 9))
    assert texts(replace(QUIET, pages=pages)) == []


def test_the_dearest_comes_first_and_six_are_enough() -> None:
    profile = replace(
        QUIET,
        shadows=1,
        shadow_seconds=3.0,
        listings=1,
        listing_seconds=5.0,
        searches=(FontSearch("A", 2.0, found=True),),
        phases={**QUIET.phases, Phase.PREAMBLE: 6.0},
        pages=(*QUIET.pages * 9, PageTime(10, 1.0, None)),
    )
    tools = tuple(EngineRun("biber", f"biber {n}", 7.0 + n, 7.0) for n in range(3))
    reasons = tuple(RerunReason(run.label, "main.bcf changed") for run in tools)
    found = texts(profile, reasons=reasons, others=tools)
    assert len(found) == 6
    assert found[0] == "biber 2 took 9.0 s; it ran because main.bcf changed"
    assert "1 listing took" in found[3]
