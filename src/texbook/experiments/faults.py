"""Findings from what went wrong with an experiment, at the line of its script."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.span import Span
from texbook.experiments.script import Script
from texbook.project import SKIPPED_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texbook.experiments.experiment import Experiment
    from texbook.project import Project

Fault = Mapping[str, Any]

MOST_LINES = 5
"""So many lines of what a failed script printed are shown ..."""

MOST_COLUMNS = 200
"""... and so much of each."""

_PLAIN = "results() gives numbers, texts, booleans, and lists or tables of them"
_FRAME = re.compile(r'(?m)^  File "(.*)", line (\d+) in ')
_STAGE = re.compile(r"(?m)^stage: (.*)$")
_OURS = ("numpy", "matplotlib")
"""What the extra ``book`` of texbook brings."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an experiment's process ended.

    Attributes:
        python: the interpreter.
        status: exit status; -N when signal N ended it.
        limit: the limit that it hit.
        trace: what child.py and faulthandler wrote: stages, and the lines that were running.
        output: the last of what it printed.
        has_report: whether it came to its end and told so.
    """

    python: str
    status: int
    limit: str | None
    trace: str
    output: str
    has_report: bool = False

    @property
    def stage(self) -> str:
        """What it was doing last; '' if it never began."""
        stages = _STAGE.findall(self.trace)
        return stages[-1] if stages else ""


def report_findings(
    experiment: Experiment, project: Project, report: Mapping[str, Any], ending: Ending
) -> tuple[Diagnostic, ...]:
    """Turn the faults of a report into findings; none if there are none."""
    teller = _Teller(experiment, project, ending)
    found = [teller.finding(fault) for fault in _first_of_each_value(report["faults"])]
    return tuple(found) or teller.idle_tolerances(report)


def ending_findings(
    experiment: Experiment, project: Project, ending: Ending
) -> tuple[Diagnostic, ...]:
    """Say why a process ended that has no report, or that hit a limit."""
    teller = _Teller(experiment, project, ending)
    if ending.limit is not None:
        return (teller.limit(ending.limit),)
    return (teller.lost(),)


def _first_of_each_value(faults: Sequence[Fault]) -> list[Fault]:
    """Leave out what repeats itself: a list of a thousand NaNs is one fault."""
    first: dict[str, Fault] = {}
    for number, fault in enumerate(faults):
        name = re.split(r"[.\[]", fault["key"])[0] if "key" in fault else str(number)
        first.setdefault(name, fault)
    return list(first.values())


class _Teller:
    """Words and places for the faults of one experiment."""

    def __init__(self, experiment: Experiment, project: Project, ending: Ending) -> None:
        self._experiment = experiment
        self._project = project
        self._ending = ending
        self._script = Script.read(experiment.script)

    def finding(self, fault: Fault) -> Diagnostic:
        match fault["kind"]:
            case "syntax":
                return self._syntax(fault)
            case "exception":
                return self._exception(fault)
            case "exit":
                span, related = self._chain(fault["frames"], fault["stage"])
                message = f"{_by(fault['stage'])} called sys.exit({_argument(fault['code'])})"
                hints = ("let results() return its values instead", *self._printed())
                return self._error(message, span, hints, related)
            case "value" | "key":
                return self._value(fault)
            case "tolerances":
                span = self._script.assigned("TOLERANCES")
                hint = 'as in TOLERANCES = {"loss": 1e-3}: relative, below 1'
                return self._error(f"TOLERANCES {fault['message']}", span, (hint,))
            case _:
                return self._function(fault)

    def _function(self, fault: Fault) -> Diagnostic:
        """Tell of a function that is missing, is called otherwise, or gives something else."""
        if fault["kind"] == "no-results":
            return self._error(
                "the script defines no results()",
                Span(self._experiment.script),
                ("it must stand at the top level of the script",),
            )
        name = fault["function"]
        if fault["kind"] == "arguments":
            form = "def results():" if name == "results" else "def figure(results):"
            message = f"{name}() cannot be called: {fault['message']}"
            return self._error(message, self._script.function(name), (f'write "{form}"',))
        wanted = "a dict of values" if name == "results" else "a matplotlib Figure"
        if fault["type"] == "NoneType":
            hints: tuple[str, ...] = (f"end it with a return of {wanted}",)
            message = f"{name}() gives nothing, where {wanted} is expected"
        else:
            hints = (_PLAIN,) if name == "results" else ()
            message = f'{name}() gives the type "{fault["type"]}", where {wanted} is expected'
        return self._error(message, self._script.returned(name), hints)

    def _syntax(self, fault: Fault) -> Diagnostic:
        line, column = fault["line"] or 1, fault.get("column")
        span = Span.at(Path(fault["path"]), line, column if column and column > 0 else None)
        related: tuple[Related, ...] = ()
        if Path(fault["path"]) != self._experiment.script:
            at, around = self._chain(fault["frames"], "loading the script")
            related = (Related(at, "imported here"), *around)
        message = fault["message"]
        return self._error(f"syntax error: {message[:1].lower()}{message[1:]}", span, (), related)

    def _exception(self, fault: Fault) -> Diagnostic:
        span, related = self._chain(fault["frames"], fault["stage"])
        megabytes = self._project.config.experiments.memory_megabytes
        if fault["memory"] and megabytes:
            return self._out_of_memory(span, related)
        first, _, rest = fault["message"].strip().partition("\n")
        what = f"{fault['type']}: {first}" if first else fault["type"]
        hints = [rest] if rest.strip() else []
        hints += fault["notes"]
        if "cause" in fault:
            hints.append(f"caused by {fault['cause']}")
        if "module" in fault:
            hints += self._module_hints(fault["module"])
        return self._error(
            f"{_by(fault['stage'])} failed: {what}", span, (*hints, *self._printed()), related
        )

    def _module_hints(self, module: str) -> list[str]:
        if module in _OURS and self._ending.python == sys.executable:
            return ['install what experiments need: pip install "texbook[book]"']
        install = f'"{self._ending.python} -m pip install {module}"'
        return [
            f"install it: {install}",
            'or name an interpreter that has it: "texbook run --python PATH"',
        ]

    def _value(self, fault: Fault) -> Diagnostic:
        key, kind = fault["key"], fault["type"]
        span = self._script.key(re.split(r"[.\[]", key)[0])
        if fault["kind"] == "key":
            message = f'the key "{key}" {fault["why"]}'
            hint = 'name values with letters, digits and "_", as in results.loss_after'
        elif fault["why"]:
            message = f'the value "{key}" ({kind}) {fault["why"]}, and cannot be stored'
            hint = "give a finite number, or a text"
            if not kind.endswith(("float", "int")):
                hint = "results are what a question prints: store a summary"
        else:
            message = f'the value "{key}" is of the type {kind}, and cannot be stored'
            hint = "leave it out, or give a text" if kind == "NoneType" else _PLAIN
        return self._error(message, span, (hint,), code="experiment-value")

    def idle_tolerances(self, report: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
        """Tell of tolerances that are for no value: a misspelt name would do nothing."""
        values = report["values"]
        return tuple(
            self._error(
                f'TOLERANCES names "{name}", but results() gives no such value',
                self._script.assigned("TOLERANCES"),
                ('correct the name, or remove it; "*" stands for any letters',),
            )
            for name in report["tolerances"]
            if not any(fnmatchcase(value, name) for value in values)
        )

    def limit(self, limit: str) -> Diagnostic:
        """Tell of a limit that texbook ended the process at."""
        span, related = self._running()
        config = self._project.config.experiments
        slug = self._experiment.slug
        if limit == "memory":
            return self._out_of_memory(span, related)
        if limit == "output":
            message = f'the experiment "{slug}" printed too much (the limit is 16 MiB)'
            hints = ("print less: what is stored is what results() gives", *self._printed())
        elif limit == "time":
            after = " after it had given its results" if self._ending.has_report else ""
            message = (
                f'the experiment "{slug}" was ended{after}: it ran longer than {config.seconds} s'
            )
            hints = (self._raise("seconds", 2 * config.seconds), *self._printed())
        else:
            message = f'the experiment "{slug}" was ended: it hit the limit of {limit}'
            hints = self._printed()
        return self._error(message, span, hints, related, code="limit")

    def _out_of_memory(self, span: Span, related: tuple[Related, ...]) -> Diagnostic:
        megabytes = self._project.config.experiments.memory_megabytes
        message = f'the experiment "{self._experiment.slug}" needs more memory than {megabytes} MiB'
        hints = (self._raise("memory-megabytes", 2 * megabytes), *self._printed())
        return self._error(message, span, hints, related, code="limit")

    def _raise(self, key: str, value: int) -> str:
        path = self._project.config.path
        table = "experiments"
        if path is not None and path.name == "pyproject.toml":
            table = "tool.texbook.experiments"
        name = "texbook.toml" if path is None else path.name
        return f'if it needs more, write "{key} = {value}" below [{table}] in {name}'

    def lost(self) -> Diagnostic:
        """Tell of a process that ended before it had told anything."""
        ending = self._ending
        if not ending.stage:
            message = (
                f'the interpreter "{ending.python}" did not begin (exit status {ending.status})'
            )
            hints = ("texbook needs Python 3.9 or newer to run experiments", *self._printed())
            return self._error(message, Span(self._experiment.script), hints)
        span, related = self._running()
        if ending.status < 0:
            name = _signal_name(-ending.status)
            message = f"{_by(ending.stage)} was ended by the signal {name}"
            hints = self._printed()
            if ending.status == -signal.SIGKILL:
                hints = ("the system ends a process so when memory runs out", *hints)
        else:
            message = (
                f"{_by(ending.stage)} ended the interpreter (exit status {ending.status}) "
                "before the results were stored"
            )
            hints = ("os._exit() does that, and so do faults in libraries", *self._printed())
        if span.start is None and ending.stage.endswith("()"):
            span = self._script.function(ending.stage.removesuffix("()"))
        return self._error(message, span, hints, related)

    def _running(self) -> tuple[Span, tuple[Related, ...]]:
        """Give the line of the script that was running, from faulthandler's dump."""
        frames = []
        for path, line in _FRAME.findall(self._ending.trace):
            # faulthandler writes what is not ASCII as "backslashreplace" does.
            name = re.sub(
                r"\\(?:x(..)|u(....)|U(........))",
                lambda found: chr(int(found[1] or found[2] or found[3], 16)),
                path,
            )
            if self._is_ours(Path(name)):
                frames.append((name, int(line), ""))
        script = [n for n, frame in enumerate(frames) if frame[0] == str(self._experiment.script)]
        if not script:
            return Span(self._experiment.script), ()
        innermost = frames[script[0]]
        deeper = frames[: script[0]]
        span = self._line(innermost)
        return span, tuple(Related(self._line(frame), "running here") for frame in deeper[:1])

    def _is_ours(self, path: Path) -> bool:
        root = self._project.root
        if not path.is_relative_to(root) or path.name == "child.py":
            return False
        return SKIPPED_FOLDERS.isdisjoint(path.relative_to(root).parts)

    def _chain(
        self, frames: Sequence[Sequence[Any]], stage: str
    ) -> tuple[Span, tuple[Related, ...]]:
        """Give the innermost line of the script, and the calls around and below it."""
        own = [n for n, frame in enumerate(frames) if frame[0] == str(self._experiment.script)]
        if not own:
            name = stage.removesuffix("()")
            place = self._script.function(name) if name != stage else Span(self._experiment.script)
            return place, ()
        at = own[-1]
        below = [Related(self._line(frame), "and there it failed") for frame in frames[at + 1 :]]
        around = [Related(self._line(frame), "called from here") for frame in frames[:at]]
        return self._line(frames[at]), (*below[-1:], *reversed(around[-3:]))

    def _line(self, frame: Sequence[Any]) -> Span:
        return Span.at(Path(frame[0]), frame[1])

    def _printed(self) -> tuple[str, ...]:
        """Show the last of what the script printed."""
        lines = [line for line in self._ending.output.splitlines() if line.strip()]
        return tuple(f"it printed: {line[:MOST_COLUMNS]}" for line in lines[-MOST_LINES:])

    def _error(
        self,
        message: str,
        span: Span,
        hints: tuple[str, ...] = (),
        related: tuple[Related, ...] = (),
        *,
        code: str = "experiment",
    ) -> Diagnostic:
        return Diagnostic(code, Severity.ERROR, message, span, hints, related, source="experiment")


def _by(stage: str) -> str:
    return stage if stage.endswith("()") else "the script"


def _argument(code: str) -> str:
    return "" if code == "None" else code


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
