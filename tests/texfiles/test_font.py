"""Names and characters of real fonts (their own files) and of what is no font."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from texbook.texfiles.font import FontFacts, read_font


@pytest.mark.parametrize("content", [b"", b"OTTO", b"OTTO\xff\xff" + b"x" * 40, b"%!PS-AdobeFont"])
def test_what_cannot_be_read_gives_no_facts(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.otf"
    path.write_bytes(content)
    assert read_font(path) == FontFacts(path)
    assert not read_font(path).has("a")


def test_a_file_that_is_gone_gives_no_facts(tmp_path: Path) -> None:
    assert read_font(tmp_path / "gone.otf").name == ""


@pytest.mark.tex
def test_a_font_of_the_distribution_tells_its_name_and_characters() -> None:
    found = subprocess.run(
        ["kpsewhich", "lmmono10-regular.otf"], capture_output=True, text=True, check=True
    )
    facts = read_font(Path(found.stdout.strip()))
    assert facts.name == "Latin Modern Mono 10 Regular"
    assert [facts.has(sign) for sign in "aß→✓β"] == [True, True, True, False, False]
