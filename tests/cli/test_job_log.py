"""In a job of GitHub Actions nothing that a book says is carried out by the runner."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Book

NAMED = "::stop-commands::x"
LINE = "One ##[add-mask]x and three dots... {brace"


@pytest.fixture
def book(book: Book) -> Book:
    """A book that gives orders by a file's name and by a line of text, both in findings."""
    book.document(f"\\input{{{NAMED}}}")
    book.put(f"{NAMED}.tex", f"{LINE}\n")
    return book


def in_job(**variables: str) -> dict[str, str]:
    return {**os.environ, "GITHUB_ACTIONS": "true", **variables}


def orders(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.lstrip().startswith("::") or "##[" in line]
    own = ("::error ", "::warning ", "::notice ", "::group::", "::endgroup::")
    return [line for line in lines if not line.startswith(own)]


@pytest.mark.parametrize("form", ["terminal", "concise", "github"])
def test_findings_hold_no_orders(book: Book, form: str) -> None:
    answer = book.finished("lint", "--format", form, env=in_job())
    assert answer.status == 1
    assert NAMED in answer.out
    assert orders(answer.out + answer.err) == []
    outside = book.finished("lint", "--format", form)
    assert (form != "github") == bool(orders(outside.out))


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_documents_for_machines_hold_none_either_and_say_the_same(book: Book, form: str) -> None:
    book.put("texbook.toml", '"##[debug]x" = 1\n')
    answer = book.finished("lint", "--format", form, env=in_job())
    assert answer.status == 2
    assert orders(answer.out) == []
    assert "##[debug]x" in str(json.loads(answer.out))
    assert answer.out == book.finished("lint", "--format", form).out


def test_a_patch_that_goes_into_a_file_stays_as_it_is(book: Book) -> None:
    path = book.root / "patch"
    with path.open("w") as stream:
        book.finished("lint", "--diff", env=in_job(), stdout=stream)
    assert f"-{LINE}\n" in path.read_text()
    assert orders(book.finished("lint", "--diff", env=in_job()).out) == []


@pytest.mark.tex
def test_what_tex_prints_holds_none(book: Book) -> None:
    # The second message leads a line of its own in the log.
    book.document(f"\\errmessage{{::add-mask::a^^J::add-mask::b ##[debug]}}\\input{{{NAMED}}}")
    for form in ("terminal", "concise", "github"):
        answer = book.finished("build", "--format", form, env=in_job())
        assert answer.status == 1
        assert "add-mask" in answer.out
        assert orders(answer.out + answer.err) == []


@pytest.mark.skipif(sys.platform != "linux", reason="there is no sandbox outside Linux")
def test_from_a_sandbox_come_the_same_annotations_and_the_same_summary(
    book: Book, tmp_path: Path
) -> None:
    told = []
    for untrusted in ("0", "1"):
        page = tmp_path / f"summary-{untrusted}.md"
        env = in_job(
            TEXBOOK_UNTRUSTED=untrusted,
            GITHUB_WORKSPACE=str(tmp_path),
            GITHUB_STEP_SUMMARY=str(page),
        )
        answer = book.finished("lint", env=env)
        assert answer.status == 1, answer.err
        assert answer.out.startswith(f"::error file=book/{NAMED.replace(':', '%3A')}.tex,line=1,")
        told.append((answer, page.read_text("utf-8")))
    assert told[0] == told[1]
    assert f"book/{NAMED}.tex:1:" in told[1][1]
