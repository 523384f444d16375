import pytest

from texbook.latex.listing_options import (
    Setting,
    breaks_lines,
    holds_commands,
    option,
    read_options,
    read_settings,
)
from texbook.latex.listings import Listing, read_listings
from texbook.latex.tokens import tokenize


def test_options_in_braces_are_whole() -> None:
    text = "escapeinside={(*}{*)}, caption={a, b}, , mathescape, x = {y}"
    assert read_options(text) == {
        "escapeinside": "(*}{*)",
        "caption": "a, b",
        "mathescape": "",
        "x": "y",
    }


def test_settings_of_all_engines_are_read() -> None:
    text = (
        r"\lstset{tabsize=4,breaklines} \setminted[python]{linenos} \fvset{commandchars=none}"
        r"\lstdefinestyle{fine}{mathescape} % \lstset{texcl}"
    )
    assert read_settings(tokenize(text)) == (
        Setting("listings", "tabsize", "4"),
        Setting("listings", "breaklines", ""),
        Setting("minted", "linenos", ""),
        Setting("fancyvrb", "commandchars", "none"),
        Setting("listings", "style", "fine"),
        Setting("listings", "mathescape", ""),
    )


def _with(begin: str, *settings: Setting) -> tuple[Listing, tuple[Setting, ...]]:
    name = begin[7:].partition("}")[0]
    (listing,) = read_listings(tokenize(f"{begin}\ncode\n\\end{{{name}}}\n"))
    return listing, settings


@pytest.mark.parametrize(
    ("begin", "settings", "expected"),
    [
        (r"\begin{minted}{c}", (), False),
        (r"\begin{minted}[escapeinside=||]{c}", (), True),
        (r"\begin{minted}[mathescape=false]{c}", (), False),
        (r"\begin{minted}{c}", (Setting("fancyvrb", "commandchars", "\\{}"),), True),
        (r"\begin{minted}{c}", (Setting("listings", "texcl", ""),), False),
        (r"\begin{lstlisting}", (Setting("listings", "escapechar", "@"),), True),
        (r"\begin{lstlisting}[style=x]", (), True),
        (r"\begin{lstlisting}[style=x]", (Setting("listings", "style", "x"),), False),
    ],
)
def test_options_tell_whether_a_listing_may_hold_commands(
    begin: str, settings: tuple[Setting, ...], expected: bool
) -> None:
    assert holds_commands(*_with(begin, *settings)) is expected


def test_the_option_of_the_listing_wins() -> None:
    wide, narrow = Setting("minted", "tabsize", "8"), Setting("minted", "tabsize", "2")
    assert option(*_with(r"\begin{minted}{c}", wide, narrow), "tabsize") == "2"
    assert option(*_with(r"\begin{minted}[tabsize=4]{c}", wide, narrow), "tabsize") == "4"
    assert option(*_with(r"\begin{minted}{c}"), "tabsize") is None
    breaks = Setting("fancyvrb", "breaklines", "true")
    assert breaks_lines(*_with(r"\begin{minted}{c}", breaks))
    assert not breaks_lines(*_with(r"\begin{minted}[breaklines=false]{c}", breaks))
    assert not breaks_lines(*_with(r"\begin{lstlisting}", breaks))
