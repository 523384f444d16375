"""What made a build slow, in sentences that say how to go on; each is worth its reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.build.profile import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from texbook.build.model import BuildResult, EngineRun
    from texbook.build.profile import FontSearch, PassProfile

MOST = 6
"""Sentences."""
_LEAST_SECONDS = 0.3
_LEAST_SHARE = 0.05
_LEAST_GAIN = 0.1
"""Seconds that nobody would change a book for, however quick its build is."""
_NOTHING_YET = "there are no auxiliary files yet"
_SLOW_PAGE = 5
"""A page is slow that takes so many times as long as the typical one."""


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence about a cause, and the seconds of the build that it cost."""

    seconds: float
    text: str


def advise(result: BuildResult, display: Callable[[Path], object]) -> tuple[Advice, ...]:
    """Name the causes worth more than 0.3 s, or 5 % of the build and 0.1 s, the dearest first.

    Args:
        result: of a build that was asked for timings.
        display: shows a path of the author's.
    """
    runs = [run for run in result.runs if run.profile is not None]
    profiles = [run.profile for run in runs if run.profile is not None]
    if not profiles:
        return ()
    found = [
        *_passes(runs, {reason.what: reason.why for reason in result.reasons}),
        *_preamble(profiles),
        *_shadows(runs),
        *_fonts(profiles),
        *_listings(profiles),
        *_slow_page(profiles, display),
        *_tools(result),
        *_waiting(result, profiles),
    ]
    worth = [
        item
        for item in found
        if item.seconds > _LEAST_SECONDS
        or item.seconds > max(_LEAST_GAIN, _LEAST_SHARE * result.seconds)
    ]
    return tuple(sorted(worth, key=lambda item: -item.seconds)[:MOST])


def _passes(runs: Sequence[EngineRun], reasons: dict[str, str]) -> Iterator[Advice]:
    later = runs[1:]
    if not later:
        return
    seconds = sum(run.seconds for run in later)
    if reasons.get(runs[0].label) == _NOTHING_YET:
        yield Advice(
            seconds,
            f"{len(runs)} passes ran, because the first of them had no auxiliary files, in which "
            "the contents, labels and citations come from the pass before; the next build begins "
            "with those of this one",
        )
        return
    parts = [
        f"{run.label.removesuffix(', light')} because {_shortened(reasons[run.label])}"
        for run in later
        if run.label in reasons
    ]
    yield Advice(seconds, f"{len(runs)} passes ran: {'; '.join(parts)}")


def _shortened(why: str) -> str:
    """Keep the first two of a list of files."""
    items = why.split(", ")
    most = 2
    return why if len(items) <= most else f"{', '.join(items[:most])}, and others"


def _preamble(profiles: Sequence[PassProfile]) -> Iterator[Advice]:
    """Tell of class and packages; the search for fonts has a sentence of its own."""
    number = len(profiles)
    searches = sum(item.seconds for profile in profiles for item in profile.searches)
    seconds = sum(profile.phases[Phase.PREAMBLE] for profile in profiles) - searches
    named = [
        f"{item.name} {item.seconds:.2f} s"
        for item in profiles[-1].packages[:4]
        if item.seconds > profiles[-1].phases[Phase.PREAMBLE] / 10
    ]
    of_it = f", of it {', '.join(named)} without what they load" if named else ""
    each = "the pass" if number == 1 else "each pass"
    yield Advice(seconds, f"the preamble takes {seconds / number:.2f} s of {each}{of_it}")


def _shadows(runs: Sequence[EngineRun]) -> Iterator[Advice]:
    drawn = [(run, run.profile) for run in runs if run.profile and run.profile.shadows]
    if not drawn:
        return
    seconds = sum(profile.shadow_seconds for _, profile in drawn)
    count = sum(profile.shadows for _, profile in drawn)
    of = " and ".join(f"{run.seconds:.1f} s of {run.label}" for run, _ in drawn)
    yield Advice(
        seconds,
        f"{count} fuzzy shadows of boxes took {seconds:.1f} s of the {of}: each is ten drawings. "
        'Say "drop shadow" in place of "drop fuzzy shadow", which is one, or leave them all out by '
        r'"\tcbset{fuzzy shadow/.code n args={5}{}}" before "\begin{document}"',
    )


def _fonts(profiles: Sequence[PassProfile]) -> Iterator[Advice]:
    """Say what looking up fonts by name costs; the first one pays for the list of all fonts."""
    number = len(profiles)
    seconds = sum(item.seconds for profile in profiles for item in profile.searches)
    slow = [item for item in profiles[-1].searches if item.seconds > _LEAST_SECONDS / 10]
    found = [item for item in slow if item.found]
    missing = [item for item in slow if not item.found]
    parts = []
    if found:
        parts.append(
            f"{_names(found)} looked up by name: give the file's name instead, as in "
            r'"\setmainfont{texgyrepagella-regular.otf}"'
        )
    if missing:
        parts.append(
            f"{_names(missing)} searched for and not installed: install it, or ask for it by a "
            "file's name, which is quickly found missing"
        )
    if parts:
        text = f"searching fonts takes {seconds / number:.2f} s a pass: {'; '.join(parts)}"
        yield Advice(seconds, text)


def _names(searches: Sequence[FontSearch]) -> str:
    names = ", ".join(f'"{item.name}"' for item in searches[:3])
    return f"{names} {'is' if len(searches) == 1 else 'are'}"


def _listings(profiles: Sequence[PassProfile]) -> Iterator[Advice]:
    count = sum(profile.listings for profile in profiles)
    if not count:
        return
    seconds = sum(profile.listing_seconds for profile in profiles)
    text = f"{count} listing{'s' if count > 1 else ''} took {seconds:.2f} s to highlight"
    if any(profile.other_pygments for profile in profiles):
        text += ", all of them anew, because Pygments has another version than at the last build"
    yield Advice(seconds, f"{text}; the next build has them in store")


def _slow_page(
    profiles: Sequence[PassProfile], display: Callable[[Path], object]
) -> Iterator[Advice]:
    typical = profiles[-1].typical_page
    for page in profiles[-1].slowest_pages(1):
        if page.seconds < max(_LEAST_SECONDS, _SLOW_PAGE * typical):
            continue
        where = f' ("{display(page.path)}")' if page.path else ""
        yield Advice(
            page.seconds * len(profiles),
            f"page {page.number}{where} takes {page.seconds:.2f} s a pass, the typical page "
            f"{typical:.3f} s: if that is a drawing, make it a PDF once and include that",
        )


def _tools(result: BuildResult) -> Iterator[Advice]:
    reasons = {reason.what: reason.why for reason in result.reasons}
    for run in result.runs:
        if run.profile is None and run.label in reasons:
            yield Advice(
                run.seconds,
                f"{run.label} took {run.seconds:.1f} s; it ran because {reasons[run.label]}",
            )


def _waiting(result: BuildResult, profiles: Sequence[PassProfile]) -> Iterator[Advice]:
    """Say that a build would be quicker on an idle machine: its times are no fair ones."""
    seconds = sum(run.seconds for run in result.runs)
    highlighting = sum(profile.listing_seconds for profile in profiles)
    waited = seconds - highlighting - sum(run.cpu_seconds for run in result.runs)
    if waited > seconds / 4:
        yield Advice(
            waited,
            f"the programs waited for {waited:.1f} of {seconds:.1f} s: other work kept the "
            "processor or the disk busy",
        )
