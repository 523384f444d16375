"""Explain a slow build: where each pass spent its time, and what would make it faster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from texbook.build.advice import advise
from texbook.build.profile import PassProfile, Phase
from texbook.report.timings import (
    ProfileRow,
    render_advice,
    render_lines,
    render_profile,
    render_timings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from texbook.build.model import BuildResult
    from texbook.project import Project

_MOST_PACKAGES = 5
_LEAST_SECONDS = 0.01
_LEAST_STEP = 0.005


def timings_page(result: BuildResult, project: Project, width: int | None) -> str:
    """Explain where a build's time went, as text.

    Args:
        result: of a build that was asked for timings.
        project: whose paths are shown.
        width: cells of a line of text; None for no limit.
    """
    if not result.runs:
        return ""
    rows = [(run.label, run.seconds, run.cpu_seconds, run.pages) for run in result.runs]
    parts = [render_timings(rows, result.seconds)]
    passes = {run.label.removesuffix(", light"): run.profile for run in result.runs if run.profile}
    if passes:
        profiles = list(passes.values())
        parts.append(render_profile(list(passes), _rows(profiles)))
        parts.append(render_lines(_notes(profiles[-1], result, project), width))
    advice = advise(result, project.display)
    if advice:
        parts.append(render_advice((item.text for item in advice), width))
    return "\n".join(filter(None, parts))


def _rows(profiles: Sequence[PassProfile]) -> Iterator[ProfileRow]:
    def row(label: str, depth: int, seconds: Callable[[PassProfile], float]) -> ProfileRow:
        return ProfileRow(label, tuple(map(seconds, profiles)), depth)

    for phase in Phase:
        yield row(phase.value, 0, lambda profile, phase=phase: profile.phases[phase])  # type: ignore[misc]
        if phase is Phase.PREAMBLE:
            yield from _packages(profiles)
        if phase is Phase.PAGES and any(profile.shadows for profile in profiles):
            yield row("fuzzy shadows", 1, lambda profile: profile.shadow_seconds)
    yield row("fonts, in all", 0, lambda profile: profile.font_seconds)
    yield row(".aux files, in all", 0, lambda profile: profile.auxiliary_seconds)
    if any(profile.listing_seconds >= _LEAST_SECONDS for profile in profiles):
        yield row("highlighting, in all", 0, lambda profile: profile.listing_seconds)


def _packages(profiles: Sequence[PassProfile]) -> Iterator[ProfileRow]:
    tables = [{item.name: item.seconds for item in profile.packages} for profile in profiles]
    slowest = [item.name for item in profiles[-1].packages if item.seconds >= _LEAST_SECONDS]
    for name in slowest[:_MOST_PACKAGES]:
        yield ProfileRow(name, tuple(table.get(name, 0.0) for table in tables), 1)
    rest = {name for table in tables for name in table} - set(slowest[:_MOST_PACKAGES])
    if rest:
        seconds = tuple(sum(table.get(name, 0.0) for name in rest) for table in tables)
        yield ProfileRow(f"{len(rest)} other packages", seconds, 1)


def _notes(profile: PassProfile, result: BuildResult, project: Project) -> Iterator[str]:
    slowest = profile.slowest_pages()
    if slowest and slowest[0].seconds >= _LEAST_SECONDS:
        pages = ", ".join(
            f"{page.number} {page.seconds:.2f} s"
            + (
                f' ("{project.display(page.path)}")'
                if page.path not in (None, project.main)
                else ""
            )
            for page in slowest
        )
        yield f"slowest pages: {pages}; typical {profile.typical_page:.3f} s"
    steps = sorted(result.steps.items(), key=lambda item: -item[1])
    shown = [f"{name} {seconds:.2f} s" for name, seconds in steps if seconds >= _LEAST_STEP]
    if shown:
        yield f"of texbook's own time: {', '.join(shown)}"


def timings_fields(result: BuildResult, project: Project) -> dict[str, Any]:
    """Give all of it for machines: profiles by label, texbook's own steps, advice."""
    return {
        "profiles": {
            run.label: _profile_fields(run.profile, project) for run in result.runs if run.profile
        },
        "steps": {name: round(seconds, 4) for name, seconds in result.steps.items()},
        "advice": [
            {"seconds": round(item.seconds, 3), "message": item.text}
            for item in advise(result, project.display)
        ],
    }


def _profile_fields(profile: PassProfile, project: Project) -> dict[str, Any]:
    return {
        "phases": {phase.value: round(profile.phases[phase], 4) for phase in Phase},
        "packages": [
            {"name": item.name, "seconds": round(item.seconds, 4)} for item in profile.packages
        ],
        "fonts": {
            "count": profile.fonts,
            "seconds": round(profile.font_seconds, 4),
            "searched": [
                {"name": item.name, "seconds": round(item.seconds, 4), "found": item.found}
                for item in profile.searches
            ],
        },
        "shadows": {"count": profile.shadows, "seconds": round(profile.shadow_seconds, 4)},
        "auxiliary": round(profile.auxiliary_seconds, 4),
        "listings": {
            "highlighted": profile.listings,
            "seconds": round(profile.listing_seconds, 4),
            "other_pygments": profile.other_pygments,
        },
        "pages": [
            {
                "number": page.number,
                "seconds": round(page.seconds, 4),
                "path": project.display(page.path).as_posix() if page.path else None,
            }
            for page in profile.pages
        ],
    }
