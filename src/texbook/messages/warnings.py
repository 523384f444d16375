r"""What the engine and the tools warned of, as findings at the author's own lines.

What is left out is counted, so that nobody wonders where it went.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.span import Span
from texbook.messages.missing_characters import missing_characters
from texbook.messages.notices import Notice, noise_kind, notice, unused_options
from texbook.messages.overfull import is_slight, overfull
from texbook.messages.references import References
from texbook.messages.search import SourceSearch
from texbook.messages.unfinished import is_unfinished, unfinished
from texbook.texfiles.engine_log import EngineLog, LogMessage, MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from texbook.messages.locate import Locator
    from texbook.project import Project

_NO_FILE = re.compile(r"^No file (.+)\.tex$")
# Beyond U+FFFF; the braces hold one name.
_DROPPED = re.compile(r"\\(?:input|include)\s*\{\s*([^{}]*[\U00010000-\U0010ffff][^{}]*?)\s*\}")
_NAMELESS = b"/.tex\n"
_REFERENCES_SUMMARY = re.compile(r"^There were (?:undefined|multiply)")
_MAY_HAVE_CHANGED = re.compile(r"^Label\(s\) may have changed")
_MOST_PLACES = 4


@dataclass(frozen=True, slots=True)
class Traces:
    """What a run left that helps to explain its warnings.

    Attributes:
        fonts: the font files in its pages.
        bibliographies: the ``.bib`` files that were read, as paths in the run's folder.
    """

    fonts: tuple[Path, ...] = ()
    bibliographies: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Warnings:
    """What to show, and how much was left out by kind (the keys of `notices.NOISE_WORDS`)."""

    findings: tuple[Diagnostic, ...] = ()
    noise: Mapping[str, int] = field(default_factory=dict)


def engine_warnings(
    log: EngineLog,
    locator: Locator,
    traces: Traces | None = None,
    absent: Iterable[str] = (),
) -> Warnings:
    """Give the warnings of the last pass that an author can act on.

    Args:
        log: of the last pass.
        locator: from its places to the author's.
        traces: what else the run left.
        absent: citation keys that biber or BibTeX have not found; each is told where it is cited.
    """
    given = traces or Traces()
    search = SourceSearch(locator)
    references = References(search, given.bibliographies)
    references.take_absent(absent)
    noise = Counter({"underfull": log.underfull, "remarks": log.remarks})
    found: list[Diagnostic] = []
    missing: list[LogMessage] = []
    others: list[LogMessage] = []
    for message in log.messages:
        if message.kind is MessageKind.MISSING_CHARACTER:
            missing.append(message)
        elif message.kind is MessageKind.OVERFULL and is_slight(message):
            noise["slightly-overfull"] += message.count
        elif message.kind is MessageKind.OVERFULL:
            found.append(overfull(message, search))
        elif is_unfinished(message):
            found.append(unfinished(message, locator))
        elif message.kind is MessageKind.WARNING and not references.take(message):
            others.append(message)
    names = [str(path) for path in given.bibliographies]
    found.extend(missing_characters(missing, search, given.fonts, names))
    referring = tuple(references.findings())
    found.extend(referring)
    found.extend(_merged(_worth_reading(others, noise, bool(referring)), search))
    return Warnings(tuple(dict.fromkeys(found)), {kind: n for kind, n in noise.items() if n})


def _worth_reading(
    messages: Iterable[LogMessage],
    noise: Counter[str],
    has_references: bool,  # noqa: FBT001
) -> Iterator[LogMessage]:
    """Leave out noise and count it.

    "There were undefined references" sums up what is told already, but if nothing is, it counts.
    "Label(s) may have changed" is what LaTeX always says where a label is defined twice; else it is
    odd, because the last pass wrote what it had read.
    """
    for message in messages:
        if _NO_FILE.match(message.text):
            continue
        if _REFERENCES_SUMMARY.match(message.text):
            kind = "summaries" if has_references else None
        elif _MAY_HAVE_CHANGED.match(message.text):
            kind = "rerun" if has_references else None
        else:
            kind = noise_kind(message)
        if kind is None:
            yield message
        else:
            noise[kind] += message.count


def _merged(messages: Iterable[LogMessage], search: SourceSearch) -> Iterator[Diagnostic]:
    """Give one finding for what is said several times, with its first places."""
    places: dict[Notice, list[Span | None]] = {}
    counts: Counter[Notice] = Counter()
    for message in messages:
        item = notice(message)
        counts[item] += message.count
        places.setdefault(item, []).append(_place(message, search))
    for item, spans in places.items():
        known = list(dict.fromkeys(span for span in spans if span is not None))
        is_more = counts[item] > max(1, len(known[:_MOST_PLACES]))
        times = f" ({counts[item]} times)" if is_more else ""
        yield Diagnostic(
            item.code,
            item.severity,
            item.message + times,
            known[0] if known else None,
            hints=item.hints,
            related=tuple(Related(span, "and here") for span in known[1:_MOST_PLACES]),
            source="engine",
        )


def _place(message: LogMessage, search: SourceSearch) -> Span | None:
    r"""Give the author's place; of an option of ``\\documentclass``, which has no line, its own."""
    place = search.locator.place(message)
    if (place is not None and place.start is not None) or not (names := unused_options(message)):
        return place
    option = rf"({re.escape(names[0])})(?=\s*(?:[,\]=]|$))"
    for wanted in (
        rf"\\documentclass\s*\[(?:[^\]]*?[,\s])??{option}",
        rf"^(?:[^\\]*,)?\s*{option}",
        r"(\\documentclass)(?![A-Za-z])",
    ):
        if places := search.everywhere(re.compile(wanted)):
            return places[0]
    return place


_TRUST = "if you trust this document with it, say --shell-escape"
_NO_SHELL = "it runs nothing for a book that is not trusted, or by a setting of texmf.cnf"


def shell_warnings(log: EngineLog, locator: Locator) -> tuple[Diagnostic, ...]:
    r"""Give the ``\write18`` commands that TeX refused to run."""
    refused = {item.command: item for item in log.commands if not item.allowed}
    return tuple(
        Diagnostic(
            "shell-refused",
            Severity.WARNING,
            f'{"the restricted shell" if item.restricted else "TeX"} did not run "{command}"',
            locator.span(item.file),
            hints=(_TRUST,) if item.restricted else (_NO_SHELL,),
            source="engine",
        )
        for command, item in refused.items()
    )


def ignored_settings(project: Project) -> tuple[Diagnostic, ...]:
    """Say that latexmk's settings are not read, to an author who has none of texbook's yet.

    Such a file is a Perl program, which texbook will not run.
    """
    names = (".latexmkrc", "latexmkrc")
    found = next((name for name in names if (project.root / name).is_file()), None)
    if found is None or project.config.path is not None:
        return ()
    return (
        Diagnostic(
            "ignored-settings",
            Severity.INFORMATION,
            f'the settings of latexmk in "{found}" are not read',
            Span(project.root / found),
            hints=('"texbook build" needs none as a rule; its own stand in texbook.toml',),
        ),
    )


def missing_includes(log: EngineLog, locator: Locator) -> tuple[Diagnostic, ...]:
    r"""Give the files that were to be read and were not, which LaTeX takes in silence.

    They are targets of ``\include`` that are not there, but for those that the document itself has
    written in the meantime: they are in the next pass. And files whose names LaTeX has lost.
    """
    names = [found[1] for message in log.messages if (found := _NO_FILE.match(message.text))]
    search = SourceSearch(locator)
    missing = (
        _missing_include(name, search)
        for name in dict.fromkeys(names)
        if not (locator.folder / f"{name}.tex").is_file()
    )
    return (*missing, *_lost_names(locator, search))


def _missing_include(name: str, search: SourceSearch) -> Diagnostic:
    written = re.escape(name).replace(r"\ ", r"\s+")  # TeX reads any number of blanks as one
    places = search.everywhere(re.compile(rf"\\include\s*\{{\s*({written})(?=[\s}}])"))
    return Diagnostic(
        "missing-include",
        Severity.ERROR,
        f'there is no file "{name}.tex" to include',
        places[0] if places else None,
        hints=("correct the name, or create the file",),
        source="engine",
    )


def _lost_names(locator: Locator, search: SourceSearch) -> Iterator[Diagnostic]:
    r"""Tell of names that LaTeX has made empty, so that it read ``.tex`` in their place.

    XeTeX drops characters beyond U+FFFF when it makes a file's name, and LaTeX's folder ``tools``
    holds a ``.tex`` that prints nothing (measured with XeTeX 0.999994 and LaTeX of 2022-11).
    """
    recorder = locator.recorder
    if recorder is None or not recorder.is_file() or _NAMELESS not in recorder.read_bytes():
        return
    for span in search.everywhere(_DROPPED):
        yield Diagnostic(
            "missing-include",
            Severity.ERROR,
            "this file is not read: XeTeX loses signs like these (beyond U+FFFF) from its name",
            span,
            hints=("give the file a name of letters and digits",),
            source="engine",
        )
