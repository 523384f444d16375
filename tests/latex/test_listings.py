import pytest

from texbook.latex.definitions import read_definitions
from texbook.latex.listings import Listing, read_listings
from texbook.latex.specs import read_specs
from texbook.latex.tokens import tokenize

MINTED = r"\newenvironment{code}[1]{\begin{minted}{#1}}{}"
DRAFT = r"\newenvironment{code}[1]{\begin{Verbatim}}{}"


def _read(text: str) -> list[Listing]:
    tokenized = tokenize(text, read_specs(text))
    return list(read_listings(tokenized, read_definitions(tokenized)))


def _one(begin: str, end: str, preamble: str = "") -> tuple[Listing, str]:
    text = f"{preamble}\n{begin}\ncode\n  \\end{{{end}}}\n"
    (listing,) = _read(text)
    assert text[listing.start : listing.end] == "code\n"
    return listing, text


@pytest.mark.parametrize(
    ("begin", "engine", "language"),
    [
        (r"\begin{minted}{python}", "minted", "python"),
        (r"\begin{minted}[linenos, frame={single}]{ python }", "minted", "python"),
        (r"\begin{lstlisting}[language=C++,tabsize=4]", "listings", "C++"),
        (r"\begin{lstlisting}[language={[LaTeX]TeX}]", "listings", "[LaTeX]TeX"),
        (r"\begin{lstlisting}", "listings", ""),
        (r"\begin{Verbatim}[numbers=left]", "fancyvrb", ""),
        (r"\begin{verbatim}", "verbatim", ""),
        (r"\begin{tcblisting}{listing only,minted language=bash}", "minted", "bash"),
        (r"\begin{tcblisting}{listing options={language=C}}", "listings", "C"),
    ],
)
def test_language_of_known_environments(begin: str, engine: str, language: str) -> None:
    listing, _ = _one(begin, begin[7:].partition("}")[0])
    assert (listing.engine, listing.language) == (engine, language)


@pytest.mark.parametrize(
    ("preamble", "begin", "engine", "language"),
    [
        (
            r"\newenvironment{code}[2][]{\begin{minted}[#1]{#2}}{\end{minted}}",
            *(r"\begin{code}[linenos]{sql}", "minted", "sql"),
        ),
        (
            r"\newenvironment{code}{\VerbatimEnvironment\begin{minted}{python}}{\end{minted}}",
            *(r"\begin{code}", "minted", "python"),
        ),
        (*(f"{MINTED} {DRAFT}", r"\begin{code}{sql}", "minted", "sql"),),
        (
            r"\lstnewenvironment{code}[1][]{\lstset{language=Java,#1}}{}",
            *(r"\begin{code}[numbers=left]", "listings", "Java"),
        ),
        (r"\lstnewenvironment{code}{}{}", r"\begin{code}", "", ""),
        (r"\newminted[code]{ruby}{linenos}", r"\begin{code}", "minted", "ruby"),
        (r"\DefineVerbatimEnvironment{code}{Verbatim}{}", r"\begin{code}", "fancyvrb", ""),
        (
            r"\newtcblisting{code}[2][]{listing engine=minted,minted language=#2,#1}",
            *(r"\begin{code}{go}", "minted", "go"),
        ),
    ],
)
def test_language_of_environments_of_the_book(
    preamble: str, begin: str, engine: str, language: str
) -> None:
    listing, _ = _one(begin, "code", preamble)
    assert (listing.engine, listing.language) == (engine, language)


def test_the_place_of_the_language_is_where_it_is_written() -> None:
    preamble = r"\newenvironment{code}[2][]{\begin{minted}[#1]{#2}}{\end{minted}}"
    for begin, end in ((r"\begin{minted}[a=1]{sql}", "minted"), (r"\begin{code}{sql}", "code")):
        listing, text = _one(begin, end, preamble)
        assert listing.place is not None
        assert text[slice(*listing.place)] == "sql"


def test_code_within_a_line_and_broken_listings_are_none() -> None:
    assert _read(r"\verb|x| \lstinline{y} \mintinline{c}{z}") == []
    assert _read("\\begin{minted}{python}") == []
    assert _read("\\begin{verbatim}x\\end{verbatim}") == []


def test_an_open_listing_goes_on_to_the_end() -> None:
    (listing,) = _read("\\begin{minted}[{python}\nx = 1\n")
    assert (listing.language, listing.engine) == ("", "")
