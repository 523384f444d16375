"""In this process, what pygmentize does in its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from texbook.code.highlight import (
    dedent_listing,
    highlight_listing,
    is_built_in,
    lexer_aliases,
    pygments_version,
    style_definitions,
)
from texbook.code.requests import (
    DedentRequest,
    FilterRequest,
    HighlightRequest,
    ListingError,
    ObstacleKind,
    StyleRequest,
)

PREFIX = ("commandprefix", "PYG")
CODE = '\n\tdef f(x):  # |$é$| TODO\n\t    return "%#\\\\"\n\n'


def pygmentize(*arguments: str) -> bytes:
    program = str(Path(sys.executable).with_name("pygmentize"))
    return subprocess.run([program, *arguments], capture_output=True, check=True).stdout


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize(
    "options",
    [
        (),
        (("stripnl", "False"),),
        (("stripall", "True"), ("mathescape", "True")),
        (("texcomments", "True"),),
        (("escapeinside", "||"),),
        (("escapeinside", "|"),),
        (("encoding", "latin1"),),
        (("encoding", "latin1"), ("outencoding", "utf8")),
        (("style", "monokai"),),
    ],
)
def test_the_bytes_are_those_of_pygmentize(
    tmp_path: Path, encoding: str, options: tuple[tuple[str, str], ...]
) -> None:
    source, output = tmp_path / "in.py", tmp_path / "out.tex"
    source.write_bytes(CODE.encode(encoding))
    pairs = [f"{key}={value}" for key, value in (PREFIX, *options)]
    flags = [word for pair in pairs for word in ("-P", pair)]
    filters = ["-F", "tokenmerge", "-F", "gobble:n=1"]
    pygmentize("-l", "python", "-f", "latex", *flags, *filters, "-o", str(output), str(source))
    request = HighlightRequest(
        "python",
        "in.py",
        "out.tex",
        (PREFIX, *options),
        (FilterRequest("tokenmerge"), FilterRequest("gobble", (("n", "1"),))),
    )
    assert highlight_listing(request, source.read_bytes()) == output.read_bytes()


@pytest.mark.parametrize("style", ["default", "monokai", "bw", "gruvbox-dark"])
def test_styles_are_those_of_pygmentize(style: str) -> None:
    printed = pygmentize("-S", style, "-f", "latex", "-P", "commandprefix=PYG")
    assert style_definitions(StyleRequest(style, "x", (PREFIX,))) == printed


def test_an_unknown_language_comes_with_close_names() -> None:
    with pytest.raises(ListingError) as caught:
        highlight_listing(HighlightRequest("javascrip", "a", "b"), b"")
    assert (caught.value.kind, caught.value.subject) == (ObstacleKind.LEXER, "javascrip")
    assert 'did you mean "javascript"' in caught.value.hints[0]


def test_an_unknown_style_comes_with_close_names() -> None:
    with pytest.raises(ListingError) as caught:
        style_definitions(StyleRequest("monokia", "b"))
    assert caught.value.kind is ObstacleKind.STYLE
    assert '"monokai"' in caught.value.hints[0]


@pytest.mark.parametrize(
    "request_",
    [
        HighlightRequest("python", "a", "b", (("stripnl", "perhaps"),)),
        HighlightRequest("python", "a", "b", (("encoding", "klingon"),)),
        HighlightRequest("python", "a", "b", (("encoding", "ascii"),)),
        HighlightRequest("python", "a", "b", (("outencoding", "ascii"),)),
        HighlightRequest("python", "a", "b", (), (FilterRequest("unknown"),)),
        HighlightRequest("sql", "a", "b", (), (FilterRequest("keywordcase", (("case", "x"),)),)),
    ],
)
def test_what_pygments_cannot_do_is_told_and_gives_no_half_listing(
    request_: HighlightRequest,
) -> None:
    with pytest.raises(ListingError, match="Pygments failed") as caught:
        highlight_listing(request_, "x = 'é'\n".encode())
    assert caught.value.kind is ObstacleKind.OPTION


def as_minted_does(path: Path, first: int, last: int) -> bytes:
    """The steps of minted's own one-line program, written out."""
    with path.open("r", encoding="UTF8") as stream:
        lines = stream.readlines()
    start = max(0, first - 1)
    end = max(start, last) if last > 0 else len(lines)
    parts = (lines[0:start], lines[start:end], lines[end:])
    with path.open("w", encoding="UTF8") as stream:
        for part in parts:
            if part:
                stream.write(textwrap.dedent("".join(part)))
    return path.read_bytes()


@pytest.mark.parametrize("lines", [(0, 0), (1, 0), (2, 3), (3, 2), (2, 99), (99, 0), (0, 2)])
@pytest.mark.parametrize(
    "code",
    ["", "  a\n    b\n", "\n  a\n\n \n  b", "\ta\n\t\tb\r\n\tc\r", "  é\x0b\u2028  x\n\x0c  y\n"],
)
def test_autogobble_is_minteds_own(tmp_path: Path, code: str, lines: tuple[int, int]) -> None:
    path = tmp_path / "a"
    path.write_bytes(code.encode())
    request = DedentRequest("a", "b", "UTF8", *lines)
    assert dedent_listing(request, code.encode()) == as_minted_does(path, *lines)


def test_autogobble_of_another_encoding_is_told() -> None:
    with pytest.raises(ListingError, match=r'"a\.py" cannot be read as UTF8'):
        dedent_listing(DedentRequest("a.py", "b", "UTF8", 0, 0), b"\xff")


def test_only_pygments_own_languages_and_styles_are_kept_for_later() -> None:
    assert is_built_in(HighlightRequest("Python", "a", "b"))
    assert is_built_in(StyleRequest("monokai", "a"))
    assert not is_built_in(HighlightRequest("from-a-plugin", "a", "b"))
    assert not is_built_in(StyleRequest("from-a-plugin", "a"))


def test_versions_and_names_are_known() -> None:
    assert pygments_version().count(".") == 2
    assert {"python", "json", "c++"} < set(lexer_aliases())
