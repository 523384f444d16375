"""Whatever the input: findings, never a traceback, and time in proportion to length."""

import random
from pathlib import Path

import pytest

from texbook.base.source import SourceFile
from texbook.config.model import NINE_SECTIONS, Config, StructureConfig
from texbook.lint.runner import Document, lint

NINE = Config(structure=StructureConfig(NINE_SECTIONS.sections))
FIXTURES = Path(__file__).parent / "fixtures"
PIECES = ["{", "}", "$", "$$", "\\", "%", "\n\n", "\0", "[", "]", "\\begin{", "\\end{verbatim}"]
PIECES += [
    "\\begin{lstlisting}",
    "\\verb|",
    "\\section{",
    "\\iffalse",
    "\\fi",
    "\\def\\x",
    "\ud800",
]


def _crashes(text: str) -> list[str]:
    found = lint([Document(SourceFile(Path("/b/m.tex"), text))], NINE).diagnostics
    return [d.message for d in found if d.code == "TB903"]


def _mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 1, 1, 5, 40]))
        text = text[:start] + chance.choice(["", *PIECES]) + text[end:]
    return text


def test_two_thousand_mutations_end_without_a_crash() -> None:
    chance = random.Random(20)
    texts = [path.read_text() for path in sorted(FIXTURES.glob("*.tex"))]
    for _ in range(2000):
        text = _mutated(chance.choice(texts), chance)
        assert _crashes(text) == [], repr(text)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 20_000,
        "{" * 20_000 + "}" * 20_000,
        "\\begin{a}" * 20_000,
        "\\emph{" * 20_000 + "x" + "}" * 20_000,
        "\\section{" * 20_000,
        "\\section[" * 20_000,
        "\\url{" * 20_000,
        "\\newcommand{" * 20_000,
        "\\iffalse " * 20_000,
        "\\begin{verbatim}[" * 20_000,
        "\\end{x}" * 20_000,
        "$" * 20_001,
        "\\" * 20_001,
        "\0\1\x7f\ufffe" * 5_000,
        bytes(range(256)).decode("latin-1") * 100,
        "",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_extreme_text_ends_without_a_crash(text: str) -> None:
    assert _crashes(text) == []
