"""Which books are refused because a file sets something for those behind it."""

from __future__ import annotations

import pytest

from texbook.build.chunks.leaks import refuse_leaks
from texbook.build.chunks.model import NotChunkableError


def refused(*texts: str, preamble: str = "") -> str | None:
    segments = [(name, [text]) for name, text in zip(("one", "two", "three"), texts, strict=False)]
    try:
        refuse_leaks(segments, preamble)
    except NotChunkableError as error:
        return error.reason
    return None


LEAK = '"one" sets the meaning of x, which holds in "two" too'

SHEETS = r"the document counts its sheets (\ReadonlyShipoutCounter)"


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (r"\def\x{1}", r"\x", LEAK),
        (r"{\gdef\x{1}}", r"a \x{} b", LEAK),
        (r"\global\let\x=\y", r"\x", LEAK),
        (r"\def\x{1}", r"\xy", None),
        (r"\def\x{1}", r"\def\x{2} \x", None),
        (r"{\def\x{1}}", r"\x", None),
        (r"\begin{table}\renewcommand{\x}{1}\end{table}", r"\x", None),
        (r"\renewcommand{\x}{1}", "words", LEAK),
        (r"\renewcommand\x{1}", r"\renewcommand\x{2}", None),
        (r"\renewcommand\x{1}", "\n", None),
        (r"\renewenvironment{x}{}{}", "words", LEAK),
        (r"\newcommand\x{1}", r"\x", LEAK),
        (r"\newcounter{x}", r"\arabic{x}", LEAK),
        (r"\toggletrue{x}", r"\iftoggle{x}{a}{b}", LEAK),
        (r"{\global\toggletrue{x}}", r"\iftoggle{x}{a}{b}", LEAK),
        (r"{\toggletrue{x}}", r"\iftoggle{x}{a}{b}", None),
        (r"\global\setbox\x\hbox{a}", r"\copy\x", LEAK),
        (r"\savebox{\x}{a}", r"\usebox{\x}", LEAK),
        (r"\isxtrue", r"\ifisx a\fi", LEAK.replace(" x,", " ifisx,")),
        (r"\isxtrue", r"\ifisy a\fi", None),
        (r"\isxtrue", r"\isxfalse \ifisx a\fi", None),
        (r"\isxtrue", "\\isxtrue\n\\ifisx a\\fi", None),
        ("words", r"\the\ReadonlyShipoutCounter", SHEETS),
        (r"\lstset{tabsize=2}", "words", r'"one" has \lstset, which holds for all that follows'),
        (r"\lstset{tabsize=2}", r"\lstset{tabsize=4}", None),
        (r"\newcommand\y{\def\x{1}}", r"\x", None),
        ("% \\def\\x{1}\n\\verb|\\def\\x{1}|", r"\x", None),
    ],
)
def test_what_a_file_sets_may_be_used_behind_it(
    first: str, second: str, reason: str | None
) -> None:
    assert refused(first, second) == reason


def test_what_the_preamble_uses_all_use() -> None:
    assert refused(r"\def\x{1}", "words", preamble=r"\newcommand\y{\x}") == LEAK
    assert refused(r"\def\x{1}", "words", preamble=r"\newcommand\y{\z}") is None


def test_the_first_that_uses_it_is_named() -> None:
    assert refused(r"\def\x{1}", r"\def\x{2}", r"\x") == (
        '"one" sets the meaning of x, which holds in "three" too'
    )
    assert refused("words", "words", r"\def\x{1} \x") is None


def test_the_file_that_sets_it_is_to_blame() -> None:
    with pytest.raises(NotChunkableError) as caught:
        refuse_leaks([("one", [r"\def\x{1}"]), ("two", [r"\x"])], "")
    assert caught.value.segment == "one"
