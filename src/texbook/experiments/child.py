"""Executes one experiment: a program of its own, started by its path and not imported by texbook.

It runs under the interpreter of the author's choice, 3.9 or newer, which need not know texbook: so
it uses the standard library alone. Its one argument is a JSON object, see `Request` in execute.py.
What it has to tell goes to a file, because the experiment owns standard output and error.
"""

# os.path: the hook sees every file that is opened, and needs no objects for that.
# ruff: noqa: PTH100, PTH105, PTH110, PTH113, PTH119, PTH120, PTH123, PTH206
from __future__ import annotations

import contextlib
import faulthandler
import hashlib
import importlib
import inspect
import json
import math
import os
import platform
import signal
import sys
import traceback
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BYTES = 1_000_000  # of the values, as JSON
MOST_ITEMS = 100_000  # of all lists and tables; what has more is data, not results
MOST_DEPTH = 8  # of lists and tables in each other
MOST_FRAMES = 12  # of a chain of calls
RECORDED = ("numpy", "matplotlib")  # whose versions are told, if they were imported


class Failed(Exception):  # noqa: N818  (no error of ours)
    """The experiment gave nothing; carries the fault."""

    def __init__(self, **fault: Any) -> None:
        super().__init__(fault["kind"])
        self.fault = fault


class Inputs:
    """The files of the book that the experiment reads, each with the digest of what it read.

    CPython raises the audit event "open" before it opens a file, also for files that are not there
    (https://docs.python.org/3/library/audit_events.html).
    """

    def __init__(self, request: dict[str, Any]) -> None:
        root: str = request["root"]
        self._roots = {os.path.abspath(root), os.path.realpath(root)}
        own = (request["script"], request["results"], *request["skipped_paths"])
        real = os.path.realpath(root) + os.sep
        # An environment in the book's folder is skipped, but not the book in an environment's.
        skipped = {os.path.realpath(path) for path in (*own, sys.prefix)}
        self._skipped_paths = {path for path in skipped if path.startswith(real)}
        self._skipped_names = frozenset(request["skipped_names"])
        self._read: dict[str, str | None] = {}
        self._written: set[str] = set()

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Look at an audit event; whatever goes wrong here is not the experiment's fault."""
        if event != "open":
            return
        with contextlib.suppress(Exception):
            path, _mode, flags = arguments
            if not isinstance(path, int):
                self.note(os.fsdecode(path), writes=flags & os.O_ACCMODE != os.O_RDONLY)

    def note(self, path: str, *, writes: bool = False) -> None:
        """Take note of a file that is about to be opened."""
        name = self._name(path)
        if name is None:
            return
        if writes:
            self._written.add(name)
        elif name not in self._read:
            self._read[name] = None  # before the file is opened here, which is an event, too
            if os.path.isfile(path):  # a pipe would keep us waiting
                self._read[name] = digest_of(path)
            elif os.path.exists(path):
                del self._read[name]

    def note_modules(self) -> None:
        """Take note of the book's own modules; those that came from a cache were not opened."""
        for name, module in list(sys.modules.items()):
            path = getattr(module, "__dict__", {}).get("__file__")  # a lazy module stays asleep
            if isinstance(path, str) and name != "__main__":
                self.note(path)

    def table(self) -> dict[str, str | None]:
        """Give the digests by path from the book's folder; None for what was not there.

        What the experiment itself wrote is no input.
        """
        return {name: self._read[name] for name in sorted(self._read.keys() - self._written)}

    def is_own(self, path: str) -> bool:
        """Say whether code is the book's, and not a package's or made by the importer."""
        return not path.startswith("<") and self._name(path) is not None

    def _name(self, path: str) -> str | None:
        absolute = os.path.abspath(path)  # a link is known by its own name
        for root in self._roots:
            if absolute.startswith(root + os.sep):
                name = absolute[len(root) + 1 :]
                break
        else:
            return None
        if not self._skipped_names.isdisjoint(name.split(os.sep)):
            return None
        real = os.path.realpath(absolute)
        skipped = self._skipped_paths
        if any(real == place or real.startswith(place + os.sep) for place in skipped):
            return None
        return name.replace(os.sep, "/")


class Values:
    """Turns what ``results()`` gave into what JSON can hold, with a fault for what it cannot."""

    def __init__(self) -> None:
        self.faults: list[dict[str, Any]] = []
        self._items = 0

    def table(self, values: dict[Any, Any]) -> dict[str, Any]:
        """Give plain numbers, texts, booleans, lists and tables."""
        plain: dict[str, Any] = {}
        for key, value in values.items():
            if not isinstance(key, str):
                self.refuse(repr(key)[:60], key, "key", "is no text")
            elif not key.isidentifier():
                self.refuse(key, key, "key", "is no name, as results.NAME needs it")
            else:
                plain[str(key)] = self.value(value, key, 1)
        if not self.faults:
            sizes = {key: len(json.dumps(value)) for key, value in plain.items()}
            if sum(sizes.values()) > MOST_BYTES:
                key = max(sizes, key=lambda name: sizes[name])
                self.refuse(key, values[key], "value", f"is {sizes[key]:,} bytes long as JSON")
        return plain

    def value(self, value: Any, place: str, depth: int) -> Any:
        """Give the plain form of a value, or None after a fault."""
        self._items += 1
        if hasattr(value, "tolist") and hasattr(value, "dtype"):  # numpy's scalars and arrays
            size = getattr(value, "size", 1)
            if isinstance(size, int) and size > MOST_ITEMS:
                return self.refuse(place, value, "value", f"has {size:,} items")
            value = value.tolist()
        if isinstance(value, bool):
            return bool(value)
        if isinstance(value, (int, float)):
            return self._number(value, place)
        if isinstance(value, str):
            return self._text(value, place)
        if isinstance(value, (list, tuple, dict)):
            return self._items_of(value, place, depth)
        return self.refuse(place, value, "value", "")

    def refuse(self, place: str, value: object, what: str, why: str) -> Any:
        """Put a fault on record; give None."""
        kind = type(value)
        name = kind.__qualname__
        if kind.__module__ != "builtins":
            name = f"{kind.__module__.partition('.')[0]}.{name}"
        self.faults.append({"kind": what, "key": place, "type": name, "why": why})
        return None

    def _number(self, value: float, place: str) -> Any:
        if isinstance(value, int):
            if abs(value) >= 2**1023:
                return self.refuse(place, value, "value", "is too large")
            return int(value)
        if not math.isfinite(value):
            return self.refuse(place, value, "value", f"is {value}")
        return float(value)

    def _text(self, value: str, place: str) -> Any:
        try:
            value.encode()
        except UnicodeEncodeError:
            return self.refuse(place, value, "value", "holds half a surrogate pair")
        return str(value)

    def _items_of(self, value: Any, place: str, depth: int) -> Any:
        if depth >= MOST_DEPTH:
            return self.refuse(place, value, "value", f"is nested more than {MOST_DEPTH} deep")
        if self._items + len(value) > MOST_ITEMS:
            return self.refuse(place, value, "value", f"has more than {MOST_ITEMS:,} items")
        if not isinstance(value, dict):
            return [self.value(item, f"{place}[{i}]", depth + 1) for i, item in enumerate(value)]
        plain = {}
        for key, item in value.items():
            if isinstance(key, str):
                plain[str(key)] = self.value(item, f"{place}.{key}", depth + 1)
            else:
                self.refuse(f"{place}[{key!r:.60}]", key, "key", "is no text")
        return plain


class Experiment:
    """The script while it is executed, stage by stage."""

    def __init__(self, request: dict[str, Any], inputs: Inputs, enter: Callable[[str], None]):
        self._request = request
        self._inputs = inputs
        self._enter = enter
        self._stage = ""
        self._path: str = request["script"]
        self._module = types.ModuleType(os.path.basename(self._path)[: -len(".py")])
        self._module.__file__ = self._path

    def execute(self) -> dict[str, Any]:
        """Run all stages; give what texbook stores, or faults."""
        report: dict[str, Any] = {"faults": []}
        try:
            self._begin("loading the script")
            self._load(report)
            self._begin("results()")
            self._compute(report)
            if not report["faults"]:
                self._draw(report)
        except Failed as failed:
            report["faults"].append(failed.fault)
        except BaseException as error:  # noqa: BLE001  (whatever the experiment raises)
            report["faults"].append(self._fault(error))
        self._begin("the end of the script")
        self._inputs.note_modules()
        report["inputs"] = self._inputs.table()
        report["versions"] = versions()
        return report

    def _begin(self, stage: str) -> None:
        self._stage = stage
        self._enter(stage)

    def _load(self, report: dict[str, Any]) -> None:
        with open(self._path, "rb") as stream:
            content = stream.read()
        report["digest"] = hashlib.blake2b(content, digest_size=16).hexdigest()
        try:
            code = compile(content, self._path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            if b"\0" not in content:
                raise
            # What Python raises for a NUL differs by version, and names no line.
            line = content[: content.index(b"\0")].count(b"\n") + 1
            raise Failed(kind="syntax", message=str(error), path=self._path, line=line) from None
        sys.modules[self._module.__name__] = self._module  # dataclasses and pickle look for it
        exec(code, self._module.__dict__)  # noqa: S102  (that is what this program is for)

    def _compute(self, report: dict[str, Any]) -> None:
        function = self._function("results")
        if function is None:
            raise Failed(kind="no-results")
        values = function()
        if not isinstance(values, dict):
            raise Failed(kind="type", function="results", type=type(values).__qualname__)
        plain = Values()
        report["values"] = plain.table(values)
        report["faults"] += plain.faults
        report["seed"] = self._seed(report["values"])
        report["tolerances"] = self._tolerances()

    def _draw(self, report: dict[str, Any]) -> None:
        function = self._function("figure", report["values"])
        if function is None:
            return
        self._begin("figure()")
        matplotlib = importlib.import_module("matplotlib")
        figure = importlib.import_module("matplotlib.figure")
        with matplotlib.rc_context({"pdf.fonttype": 42}):
            drawing = function(json.loads(json.dumps(report["values"])))
            if not isinstance(drawing, figure.Figure):
                raise Failed(kind="type", function="figure", type=type(drawing).__qualname__)
            drawing.savefig(self._request["figure"], format="pdf", metadata={"CreationDate": None})

    def _function(self, name: str, *arguments: object) -> Callable[..., Any] | None:
        """Give a function that takes so many arguments, if the script has one of that name."""
        function: Callable[..., Any] | None = getattr(self._module, name, None)
        if not callable(function):
            return None
        try:
            inspect.signature(function).bind(*arguments)
        except TypeError as error:
            raise Failed(kind="arguments", function=name, message=str(error)) from None
        except ValueError:  # it has no signature
            pass
        return function

    def _seed(self, values: dict[str, Any]) -> int | None:
        seed = getattr(self._module, "SEED", values.get("seed"))
        return int(seed) if isinstance(seed, int) and not isinstance(seed, bool) else None

    def _tolerances(self) -> dict[str, float]:
        stated = getattr(self._module, "TOLERANCES", {})
        if not isinstance(stated, dict):
            raise Failed(kind="tolerances", message="is no table of names and numbers")
        for name, value in stated.items():
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not isinstance(name, str) or not number or not 0 <= value < 1:
                raise Failed(kind="tolerances", message=f"has {name!r}: {value!r}", name=name)
        return {str(name): float(value) for name, value in stated.items()}

    def _fault(self, error: BaseException) -> dict[str, Any]:
        """Describe what the experiment raised."""
        frames = self._frames(error)
        if isinstance(error, SyntaxError) and error.filename and self._is_ours(error.filename):
            place = {"path": error.filename, "line": error.lineno, "column": error.offset}
            return {"kind": "syntax", "message": error.msg, "frames": frames, **place}
        if isinstance(error, SystemExit):
            code = repr(error.code)[:80]
            return {"kind": "exit", "stage": self._stage, "code": code, "frames": frames}
        fault = {
            "kind": "exception",
            "stage": self._stage,
            "type": type(error).__name__,
            "message": words_of(error),
            "frames": frames,
            "notes": [str(note)[:500] for note in getattr(error, "__notes__", ())][:3],
            "memory": isinstance(error, MemoryError),
        }
        if (cause := error.__cause__) is not None:
            fault["cause"] = f"{type(cause).__name__}: {words_of(cause)}"
        if isinstance(error, ModuleNotFoundError) and error.name:
            fault["module"] = error.name.partition(".")[0]
        return fault

    def _is_ours(self, path: str) -> bool:
        return path == self._path or self._inputs.is_own(path)

    def _frames(self, error: BaseException) -> list[tuple[str, int, str]]:
        """Give the calls in files of the book, innermost last."""
        calls = [
            (frame.f_code.co_filename, line, frame.f_code.co_name)
            for frame, line in traceback.walk_tb(error.__traceback__)
        ]
        own = [call for call in calls if call[0] != __file__ and self._is_ours(call[0])]
        return own[-MOST_FRAMES:]


def words_of(error: BaseException) -> str:
    """Give an exception's own words; one that cannot say them has none."""
    try:
        return str(error)[:2000]
    except Exception:  # noqa: BLE001  (the experiment's own code)
        return ""


def digest_of(path: str) -> str:
    """Give the digest of a file's content; the same as texbook.base.digest."""
    found = hashlib.blake2b(digest_size=16)
    with open(path, "rb") as stream:
        while chunk := stream.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


def versions() -> dict[str, str]:
    """Give the versions of Python and of the packages that matter, as far as they are loaded."""
    found = {"python": platform.python_version()}
    for name in RECORDED:
        version = getattr(sys.modules.get(name), "__version__", None)
        if isinstance(version, str):
            found[name] = version
    return found


def main() -> None:
    """Execute the experiment that the request names, and write the report."""
    request = json.loads(sys.argv[1])
    sys.argv[:] = [request["script"]]
    sys.path[0] = os.path.dirname(sys.argv[0])  # as if it had been started by hand
    trace = os.open(request["trace"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def enter(stage: str) -> None:
        with contextlib.suppress(OSError):  # an experiment may close what it wants
            os.write(trace, f"stage: {stage}\n".encode())

    # Both write the lines that were running, from C and without Python's help: at a crash, and when
    # texbook ends the process at a limit, however deep in a library it is.
    faulthandler.enable(trace)
    faulthandler.register(signal.SIGTERM, trace, chain=True)
    # For an experiment that takes SIGTERM for itself.
    faulthandler.dump_traceback_later(max(0.1, request["seconds"] - 0.5), file=trace)
    inputs = Inputs(request)
    sys.addaudithook(inputs.hook)
    report = Experiment(request, inputs, enter).execute()
    part = request["report"] + ".part"
    with open(part, "w", encoding="utf-8") as stream:
        json.dump(report, stream)
    os.replace(part, request["report"])


if __name__ == "__main__":
    main()
