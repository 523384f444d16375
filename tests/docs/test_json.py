"""The page on JSON says what the code prints."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.errors import ExitStatus
from texbook.base.fix import Edit, Fix
from texbook.base.span import Position, Span
from texbook.messages.notices import NOISE_WORDS
from texbook.report.machine import render_json

PAGE = (Path(__file__).parents[2] / "docs" / "json.md").read_text("utf-8")


def example() -> Any:
    found = re.search(r"(?ms)^```json\n(.*?)^```$", PAGE)
    assert found is not None
    return json.loads(found[1])


def table(after: str) -> list[str]:
    rows = PAGE.partition(after)[2].partition("\n\n#")[0]
    return re.findall(r"(?m)^\| `(\w+)` \|", rows)


def written() -> Any:
    span = Span(Path("/book/main.tex"), Position(4, 10), Position(4, 17))
    finding = Diagnostic(
        "undefined-reference",
        Severity.WARNING,
        'the reference "fig:one" is not defined: there is no such label',
        span,
        ('did you mean "fig:ones"?',),
        source="engine",
    )
    folder = Path("/book")
    return json.loads(
        render_json([finding], tool="texbook build", folder=folder, status=ExitStatus.GOOD)
    )


def test_the_example_is_what_is_printed() -> None:
    assert example() == written()


def test_every_field_is_described_and_no_other() -> None:
    assert table("```\n\n") == list(written())
    assert table("## A diagnostic") == list(written()["diagnostics"][0])


def test_the_fields_of_a_fix_are_named() -> None:
    fix = Fix("write it", (Edit(3, 5, "x"),), safe=True)
    finding = Diagnostic("TB001", Severity.ERROR, "x", fix=fix)
    text = render_json([finding], tool="t", folder=Path("/"), status=1)
    fields = json.loads(text)["diagnostics"][0]["fix"]
    row = next(line for line in PAGE.split("\n") if line.startswith("| `fix`"))
    named = set(re.findall(r"`(\w+)`", row)) - {"fix", "null"}
    assert set(fields) | set(fields["edits"][0]) == named


def test_the_kinds_of_noise_are_those_of_the_code() -> None:
    words = PAGE.partition("`noise`: how many")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", words)) == set(NOISE_WORDS)
