"""Break LaTeX sources at random and lint them: ``python -m benchmarks.mutations FOLDER...``.

Every text is a piece of a source found below the folders, with one to four random changes. All
rules run on it. A traceback in a rule (TB903), or outside one, is printed with the text that causes
it and the exit status is 1. The slowest text is told, too.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.source import SourceFile
from texbook.config.model import NINE_SECTIONS, Config
from texbook.lint.files import Files
from texbook.lint.rule import all_rules
from texbook.lint.runner import Document, lint

if TYPE_CHECKING:
    from collections.abc import Sequence

_PIECE = 20_000
"""Code points of a text, at most."""
_INSERTED = (
    *("", "{", "}", "$", "$$", "\\", "%", "&", "#", "_", '"', "'", "~", "[", "]", "\n\n", "\0"),
    *("\\begin{", "\\end{", "\\[", "\\]", "\\(", "\\item", "\\section{", "\\label{", "\\ref{"),
    *("\\cite{", "\\verb|", "\\iffalse", "\\fi", "\\def\\x", "\\newcommand{\\x}[9]{", "\ud800"),
    *("\\begin{lstlisting}", "\\begin{minted}{python}", "\\begin{tabular}{", "\\include{"),
    *("% texbook: ignore[", "https://", "10.1000/", "arXiv:", "\t", "\r", "\ufeff", "\u202e"),
    # What the views of a text fill it with, typed by the author; and line ends that are none.
    *("\ue000", "\ufffc", "\u2029", "\u2028", "\x0b", "\x0c", "\x1c", "\x85", "e\u0301"),
    *("\\tt ", "\\cr", "\\\\", "&", "\\footnote{", "\\text{", "\\input{\0}", "\\catcode`\\{"),
    *("\\begin{document}", "\\end{document}", "\\endinput", "\\documentclass{book}", "#1", "##"),
)


def main() -> int:
    """Lint mutated texts; 1 when one of them made texbook fail."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    texts = _texts(options.folders)
    if not texts:
        parser.error("no .tex file in these folders")
    chance = random.Random(options.seed)
    failures = 0
    slowest = (0.0, "")
    begun = time.monotonic()
    for number in range(options.count):
        text = _mutated(_spliced(texts, chance), chance)
        start = time.monotonic()
        fault = _fault(text)
        slowest = max(slowest, (time.monotonic() - start, repr(text[:60])))
        if fault:
            failures += 1
            print(f"mutation {number}: {fault}\n  in {text[:3000]!r}\n")
    took = time.monotonic() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{options.count} mutations of {len(texts)} pieces in {took:.0f} s, {failures} failures")
    print(f"slowest {slowest[0]:.2f} s: {slowest[1]}; peak memory {peak:.0f} MiB")
    return 1 if failures else 0


def _texts(folders: Sequence[Path]) -> list[str]:
    """Read all sources, in pieces; what is not UTF-8 as Latin-1."""
    texts: list[str] = []
    for path in sorted(path for folder in folders for path in folder.rglob("*.tex")):
        content = path.read_bytes()
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
        texts.extend(text[start : start + _PIECE] for start in range(0, len(text), _PIECE))
    return texts


def _spliced(texts: Sequence[str], chance: random.Random) -> str:
    """Give a piece, one time in four with its end from another."""
    text = chance.choice(texts)
    if chance.randrange(4):
        return text
    other = chance.choice(texts)
    return text[: chance.randrange(len(text) + 1)] + other[chance.randrange(len(other) + 1) :]


def _mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 1, 1, 5, 40, 400]))
        inserted = chance.choice(_INSERTED)
        if not chance.randrange(10):  # what stands there twice
            inserted += text[start : start + 400]
        text = text[:start] + inserted + text[end:]
    return text


def _fault(text: str) -> str:
    """Give the traceback, or the finding that a rule failed."""
    here = Path("/book")
    document = Document(SourceFile(here / "main.tex", text))
    try:
        found = lint(
            [document],
            Config(structure=NINE_SECTIONS),
            rules=all_rules(),
            files=Files(here),
        ).diagnostics
    except Exception:  # noqa: BLE001  whatever it is, it is what we are looking for
        return traceback.format_exc()
    return "\n".join(item.message for item in found if item.code == "TB903")


if __name__ == "__main__":
    sys.exit(main())
