"""How often lint is right on books that others wrote.

``python -m benchmarks.precision sample FOLDER... > sample.tsv`` lints every document below the
folders (one folder a source package) by the default rules and draws up to twenty findings a rule.
Each row names rule, package, file, line, column and message, and ends in ``?``: the verdict, which
a reader who does not know the rule's code writes there, ``true`` or ``false``. With ``--excerpts``
the lines around each finding are shown for that.

``python -m benchmarks.precision score FILE`` counts the verdicts by rule.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.app.lint import LintOptions, lint_book
from texbook.base.errors import TexbookError
from texbook.project import document_files, open_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SAMPLE = 20
_MOST_WRONG = 1
"""Of twenty findings of a rule that runs by default."""
_FIELDS = 7


@dataclass(frozen=True, slots=True, order=True)
class Drawn:
    """A finding in a package; the path is relative to the package's folder."""

    code: str
    package: str
    path: str
    line: int
    column: int
    message: str


def main() -> int:
    """Draw a sample, or count its verdicts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.precision", description=__doc__)
    parser.add_argument("what", choices=["sample", "score"])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--excerpts", action="store_true")
    parser.add_argument("--rules", default="", help="only these, with commas between them")
    options = parser.parse_args()
    if options.what == "score":
        return _score(options.paths[0])
    select = tuple(word for word in options.rules.split(",") if word)
    found = sorted({item for folder in options.paths for item in _findings(folder, select)})
    counts = Counter(item.code for item in found)
    for code, count in sorted(counts.items()):
        print(f"# {code}: {count} findings")
    for item in _sample(found, options.seed):
        fields = (item.code, item.package, item.path, item.line, item.column, item.message, "?")
        print("\t".join(str(field).replace("\t", " ") for field in fields))
        if options.excerpts:
            folder = next(path for path in options.paths if path.name == item.package)
            _show(folder / item.path, item.line)
    return 0


def _sample(found: Sequence[Drawn], seed: int) -> list[Drawn]:
    chance = random.Random(seed)
    by_code: dict[str, list[Drawn]] = defaultdict(list)
    for item in found:
        by_code[item.code].append(item)
    drawn: list[Drawn] = []
    for _, items in sorted(by_code.items()):
        drawn += sorted(chance.sample(items, min(_SAMPLE, len(items))))
    return drawn


def _findings(folder: Path, select: tuple[str, ...]) -> Iterator[Drawn]:
    """Lint each document of a package with what it reads."""
    folders = sorted({path.parent for path in folder.rglob("*.tex")})
    for document in (path for below in folders for path in document_files(below)):
        try:
            outcome = lint_book(open_project(document), LintOptions(select=select))
        except TexbookError as error:
            print(f"# {document.relative_to(folder)}: {error}", file=sys.stderr)
            continue
        for item in outcome.diagnostics:
            span = item.span
            if span is None or span.start is None or not span.path.is_relative_to(folder):
                continue
            path = str(span.path.relative_to(folder))
            line, column = span.start.line, span.start.column or 1
            yield Drawn(item.code, folder.name, path, line, column, item.message)


def _show(path: Path, line: int) -> None:
    lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    for number in range(max(1, line - 2), min(len(lines), line + 2) + 1):
        print(f"#   {number:>6}{'>' if number == line else ' '} {lines[number - 1].rstrip()[:160]}")


def _score(path: Path) -> int:
    """Print right and wrong findings by rule; 1 when a rule is wrong too often."""
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in path.read_text("utf-8").splitlines():
        fields = row.split("\t")
        if not row.startswith("#") and len(fields) >= _FIELDS:
            verdicts[fields[0]][fields[_FIELDS - 1].strip()] += 1
    for code, counts in sorted(verdicts.items()):
        open_ones = f", {counts['?']} not judged" if counts["?"] else ""
        print(f"{code}: {counts['true']} true, {counts['false']} false{open_ones}")
    return int(any(counts["false"] > _MOST_WRONG for counts in verdicts.values()))


if __name__ == "__main__":
    sys.exit(main())
