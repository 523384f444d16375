"""The TeX side of a chunk job."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.build.chunks.driver import (
    END_OF_PREAMBLE,
    READY,
    WITHOUT_MARKS,
    anchor_base,
    distinct_bases,
    driver_code,
)

if TYPE_CHECKING:
    from pathlib import Path

GREATEST = 2_147_483_647
MAIN = r"""\documentclass{report}
\usepackage{nameref}
\pagestyle{headings}
\begin{document}"""
BODY = r"""\csname texbook@begin\endcsname{1}\chapter{Ebb}\label{ebb}
See \pageref{ebb}, \ref{flood}.
\csname texbook@end\endcsname{1}\csname texbook@stop\endcsname
"""


@given(st.text(max_size=20))
def test_all_anchors_of_a_segment_are_numbers_that_tex_can_hold(name: str) -> None:
    assert 0 <= anchor_base(name) < GREATEST - 10_000
    assert anchor_base(name) % 10_000 == 0


@given(st.lists(st.text(max_size=5), unique=True).map(tuple))
def test_no_two_segments_have_one_base(names: tuple[str, ...]) -> None:
    bases = distinct_bases(names)
    assert tuple(bases) == names
    assert len(set(bases.values())) == len(names)


def test_a_segment_keeps_its_base_when_others_come() -> None:
    assert distinct_bases(("a", "b")) == {"a": anchor_base("a"), "b": anchor_base("b")}
    assert distinct_bases(("c", "a", "b"))["a"] == anchor_base("a")


def typeset(folder: Path, setup: str = "", *, waits: bool = False) -> dict[str, str]:
    """Run a job by hand; give its auxiliary file and its pages as they stand in the XDV."""
    (folder / "texbook-chunk.tex").write_text(driver_code(waits=waits), "utf-8")
    (folder / "main.tex").write_text(f"{MAIN}{END_OF_PREAMBLE}\n", "utf-8")
    (folder / "texbook-body.tex").write_text(BODY, "utf-8")
    (folder / "texbook-job.tex").write_text(setup, "utf-8")
    options = ("-no-pdf", "-interaction=nonstopmode", "-halt-on-error", "-jobname=main")
    done = subprocess.run(
        ("xelatex", *options, r"\input{texbook-chunk.tex}\input{main.tex}"),
        cwd=folder,
        input=b"\\relax\n",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    assert (READY in done.stdout) is waits
    xdv = (folder / "main.xdv").read_bytes().decode("latin-1")
    return {"aux": (folder / "main.aux").read_text("utf-8"), "xdv": xdv}


@pytest.mark.tex
def test_a_job_says_what_it_typeset_and_what_it_asked_for(tmp_path: Path) -> None:
    aux = typeset(tmp_path, waits=True)["aux"]
    assert "%texbook@mark{begin}{1}{0}{1}\n" in aux
    assert "%texbook@mark{end}{1}{1}{2}\n" in aux
    assert "%texbook@use{p}{ebb}\n" in aux
    assert "%texbook@use{n}{flood}\n" in aux
    assert "%texbook@text{@currentlabel}{1}\n" in aux
    assert r"{chapter}{1}" in aux.partition("%texbook@counters")[2]
    assert "{section}" in aux.partition("%texbook@resets{chapter}")[2].partition("\n")[0]


@pytest.mark.tex
def test_folios_are_marked_unless_it_is_told_not_to(tmp_path: Path) -> None:
    assert "texbook:folio 1" in typeset(tmp_path)["xdv"]
    assert "texbook:folio" not in typeset(tmp_path, WITHOUT_MARKS)["xdv"]
