from dataclasses import fields, replace
from pathlib import Path

import pytest

from texbook.base.fix import Edit, Fix
from texbook.config.model import Config, LintConfig
from texbook.latex.definitions import read_definitions
from texbook.latex.specs import BUILT_IN, VerbatimSpecs
from texbook.latex.tokens import tokenize
from texbook.lint import kept_findings
from texbook.lint.facts import Facts
from texbook.lint.finding import Finding
from texbook.lint.kept_findings import KeptFindings
from texbook.lint.passage import Passage

FACTS = Facts()
FIX = Fix("write it", (Edit(1, 2, "x"), Edit(3, 3, "ä\ud800")), safe=False)
FINDINGS = (
    Finding(1, 2, "plain"),
    Finding(1, 2, "hints", ("one", "two")),
    Finding(1, 2, "fix", fix=FIX),
    Finding(1, 2, "all", ("one",), FIX, ((0, 1, "here"),)),
    Finding(1, 2, "related", related=((0, 1, "here"), (2, 3, "there"))),
)


def _kept(path: Path, version: str = "1") -> KeptFindings:
    kept = KeptFindings(path, version)
    kept.load()
    return kept


def test_findings_of_all_kinds_come_back(tmp_path: Path) -> None:
    path, passage = tmp_path / "kept.json", Passage("abc", FACTS)
    kept = _kept(path)
    assert kept.get("TB1", passage) is None
    kept.put("TB1", passage, FINDINGS)
    kept.put("TB2", passage, ())
    assert kept.get("TB1", passage) == FINDINGS
    kept.save()
    again = _kept(path)
    assert again.get("TB1", passage) == FINDINGS
    assert again.get("TB2", passage) == ()
    assert again.get("TB3", passage) is None


def test_another_version_knows_nothing(tmp_path: Path) -> None:
    path, passage = tmp_path / "kept.json", Passage("abc", FACTS)
    kept = _kept(path)
    kept.put("TB1", passage, FINDINGS)
    kept.save()
    assert _kept(path, "2").get("TB1", passage) is None


def test_the_oldest_unused_passages_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_findings, "_FEWEST", 3)
    path = tmp_path / "kept.json"
    for number in range(10):
        kept = _kept(path)
        kept.get("TB1", Passage("always", FACTS))
        kept.put("TB1", Passage("always", FACTS), ())
        kept.get("TB1", Passage(f"text {number}", FACTS))
        kept.put("TB1", Passage(f"text {number}", FACTS), ())
        kept.save()
    kept = _kept(path)
    known = [n for n in range(10) if kept.get("TB1", Passage(f"text {n}", FACTS)) is not None]
    assert known == [6, 7, 8, 9]
    assert kept.get("TB1", Passage("always", FACTS)) is not None


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    _kept(path).save()
    assert not path.exists()


def test_the_digest_changes_with_text_place_and_facts() -> None:
    facts = [
        FACTS,
        Facts(language="de"),
        Facts(halves=frozenset({"x"})),
        Facts(config=Config(lint=LintConfig(dictionary="words.txt"))),
        Facts(definitions=read_definitions(tokenize("\\newcommand{\\x}{}"))),
    ]
    passages = [Passage("abc", item) for item in facts]
    passages += [Passage("abd", FACTS), Passage("abc", FACTS, is_preamble=True)]
    assert len({passage.digest for passage in passages}) == len(passages)


def test_the_digest_knows_every_fact() -> None:
    # A new field must be made part of the digest, and then be named here.
    assert {item.name for item in fields(Facts)} == {
        *("config", "specs", "halves", "definitions", "settings", "active", "language"),
    }
    changed = [
        replace(BUILT_IN, **{item.name: frozenset({"zqxw"})}) for item in fields(VerbatimSpecs)
    ]
    digests = {Facts(specs=specs).digest for specs in (BUILT_IN, *changed)}
    assert len(digests) == len(changed) + 1


def test_the_digest_stays_when_definitions_move_or_other_rules_are_chosen() -> None:
    moved = read_definitions(tokenize("\n\\newcommand{\\x}{}"))
    facts = [
        Facts(definitions=read_definitions(tokenize("\\newcommand{\\x}{}"))),
        Facts(definitions=moved),
        Facts(config=Config(lint=LintConfig(select=("TB1",), baseline="x")), definitions=moved),
    ]
    assert len({Passage("abc", item).digest for item in facts}) == 1
