"""Rows 5, 6 and 19: what books of strangers try, each with a canary that must not come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.faults.attacks.attempt import as_trusted, as_untrusted, chosen, count, tried
from tests.faults.attacks.reads import READS
from tests.faults.attacks.templates import TEMPLATES
from tests.faults.attacks.writes import WRITES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.faults.attacks.model import Attack


class Corpus(NamedTuple):
    """Attacks of a kind, and what they try."""

    row: int
    what: str
    attacks: Sequence[Attack]


each_corpus = pytest.mark.parametrize(
    "corpus",
    [
        Corpus(5, "run programs and write", WRITES),
        Corpus(6, "read and tell", READS),
        Corpus(19, "do so by templates", TEMPLATES),
    ],
    ids=["write", "read", "templates"],
)


@each_corpus
@pytest.mark.tex
def test_an_untrusted_book_gains_nothing(
    corpus: Corpus,
    times: Callable[[int, int], int],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    is_full = times(0, 1) == 1
    faults = tried(chosen(corpus.attacks, is_full=is_full), as_untrusted, tmp_path)
    number = count(corpus.attacks, is_full=is_full)
    assert not faults, "\n\n".join(f"{name}: {fault}" for name, fault in faults.items())
    record_property(
        "figure",
        f"row {corpus.row}: attempts to {corpus.what} that gained nothing: {number} of {number}",
    )


@each_corpus
@pytest.mark.tex
def test_the_same_gains_something_where_it_is_trusted(
    corpus: Corpus,
    times: Callable[[int, int], int],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    shown = [attack for attack in corpus.attacks if not attack.why]
    if times(0, 1) == 0:
        shown = [attack for attack in shown if attack.alone and attack.quick][:1]
    faults = tried(shown, as_trusted, tmp_path)
    assert not faults, "\n\n".join(f"{name}: {fault}" for name, fault in faults.items())
    record_property("figure", f"row {corpus.row}: of these work without the sandbox: {len(shown)}")
