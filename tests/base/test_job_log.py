from __future__ import annotations

import json

import pytest

from texbook.base.job_log import inert, inert_json


def orders(text: str) -> list[str]:
    """Give the lines that a runner would carry out, also one that overlooks what is not ASCII."""
    found = []
    for line in text.replace("\r", "\n").split("\n"):
        plain = "".join(sign for sign in line if sign.isascii() or sign.isalnum()).strip()
        if plain.startswith("::") or "##[" in plain:
            found.append(line)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "::add-mask::a\n",
        "one\n \t::stop-commands::x",
        "one\r::set-output name=a::b",
        "\N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}::debug::",
        ":\N{SOFT HYPHEN}:debug::",
        "::\n::x",
        "::errors::x",
        " ::error::x",
        "::error file=a\n::debug::x",
        "##[add-path]/x",
        "12 | a ##[debug]x ##[debug]y",
        "#\N{ZERO WIDTH SPACE}#[debug]",
        "###[debug]",
        "::error::##[debug]",
    ],
)
def test_what_a_runner_would_carry_out_is_broken_up(text: str) -> None:
    assert orders(text)
    left = [line for line in orders(inert(text)) if not line.startswith("::error::")]
    assert left == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "main.pdf: 3 pages in 1.0 s\n",
        "a.tex:3:7: error: std::vector [TB001]\n",
        "12 \N{BOX DRAWINGS LIGHT VERTICAL} ::x\n",
        "\\def\\a##1{[##1]}\n",
        "::warning file=a.tex,line=1::m\n::notice::n\n::group::findings: 2\na\n::endgroup::\n",
        "\N{CYRILLIC SMALL LETTER A}: \N{CYRILLIC SMALL LETTER BE}: 3",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert inert(text) == text


def test_json_means_the_same_without_orders() -> None:
    document = json.dumps({"a": ["##[debug]", "###["]}, indent=2)
    assert "##[" not in inert_json(document)
    assert json.loads(inert_json(document)) == json.loads(document)
