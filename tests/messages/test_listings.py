r"""Where a listing is at fault: TeX knows the line of ``\\end{minted}`` only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.span import Span
from texbook.code.requests import ObstacleKind
from texbook.messages.diagnose import engine_errors
from texbook.messages.listings import Refusal, listing_span
from texbook.messages.search import SourceSearch

if TYPE_CHECKING:
    from tests.conftest import RunFolder


def refusal(subject: str, line: int, kind: ObstacleKind = ObstacleKind.LEXER) -> Refusal:
    return Refusal(kind, "no", subject, (), "pygmentize", "./main.tex", line)


def test_an_unknown_language_is_marked_where_it_is_named(run: RunFolder) -> None:
    run.put("main.tex", "x\n\\begin{minted}[linenos]{pyton}\npyton = 1\n\\end{minted}\n")
    span = listing_span(refusal("pyton", 4), SourceSearch(run.locator))
    assert span == run.at("main.tex", 2, 25, 5)


def test_a_file_is_marked_where_it_is_named(run: RunFolder) -> None:
    run.put("main.tex", '\\inputminted{python}{"code/my file.py"}\n')
    refused = refusal("code/my file.py", 1, ObstacleKind.FILE)
    assert listing_span(refused, SourceSearch(run.locator)) == run.at("main.tex", 1, 23, 15)


def test_a_wrong_option_leads_to_the_beginning_of_the_listing(run: RunFolder) -> None:
    run.put("main.tex", "x\n\\begin{minted}[gobble=x]{python}\ny\n\\end{minted}\n")
    span = listing_span(refusal("", 4, ObstacleKind.OPTION), SourceSearch(run.locator))
    assert span == run.at("main.tex", 2, 1, len("\\begin{minted}"))


def test_a_language_that_a_macro_names_has_the_line_of_its_use(run: RunFolder) -> None:
    run.put("main.tex", "x\n\\mycode{x}\n")
    span = listing_span(refusal("pyton", 2), SourceSearch(run.locator))
    assert span == Span.at(run.book / "main.tex", 2)


def test_what_minted_says_after_a_refusal_is_not_repeated(run: RunFolder) -> None:
    run.put("main.tex", "\\begin{minted}{pyton}\nx\n\\end{minted}\n")
    log = run.log(
        "./main.tex:3: Package minted Error: Missing Pygments output; \\inputminted was\n"
        "probably given a file that does not exist.\n\nl.3 \\end{minted}\n            \n"
    )
    [found] = engine_errors(log, run.locator, [refusal("pyton", 3)])
    assert found.code == "listing"
