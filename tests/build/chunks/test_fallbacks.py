"""Books that cannot be made of chunks are built in one run, and the reason is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.build.model import Outcome

if TYPE_CHECKING:
    from tests.build.chunks.conftest import TwoFolders

pytestmark = pytest.mark.tex

PICTURE = r"\begin{tikzpicture}[remember picture]\node(%s){x};\end{tikzpicture}"
EMPTY_PAGE = (
    "a declaration between chapters ends in an empty page, as \\mainmatter does in a "
    "two-sided layout"
)
RUNS_ON = "carries state from page to page"


def book(one: str, two: str, preamble: str = "", documentclass: str = "report") -> dict[str, str]:
    main = (
        f"\\documentclass{{{documentclass}}}\n{preamble}\n"
        "\\begin{document}\n\\include{one}\n\\include{two}\n\\end{document}\n"
    )
    return {"main.tex": main, "one.tex": f"{one}\n", "two.tex": f"{two}\n"}


CASES = {
    "no include": (
        {"main.tex": "\\documentclass{report}\\begin{document}a\\end{document}\n"},
        "the main file has no \\include",
    ),
    "a macro of one chapter in another": (
        book(r"\gdef\tide{high} \tide", r"\tide", r"\newcommand\tide{low}"),
        '"one" sets the meaning of tide, which holds in "two" too',
    ),
    "another form of numbers": (
        book(r"\chapter{A}\renewcommand\thesection{\Roman{section}}\section{x}", r"\chapter{B}"),
        '"one" sets the meaning of thesection, which holds in "two" too',
    ),
    "a length, set by a macro": (
        book(r"\chapter{A}\dense text", r"text", r"\newcommand\dense{\setlength\parindent{0pt}}"),
        '"one" changes lengths for all that follows',
    ),
    "a colour": (
        book(r"\chapter{A}\color{red}text", "text", r"\usepackage{xcolor}"),
        '"one" changes current@color for all that follows',
    ),
    "a page style": (
        book(r"\chapter{A}\pagestyle{empty}text", "text"),
        '"one" changes @evenfoot, @oddfoot for all that follows',
    ),
    "pictures that remember their place": (
        book(PICTURE % "a", PICTURE % "b", r"\usepackage{tikz}"),
        "a picture remembers its place on the page (remember picture)",
    ),
    "a glossary": (
        book(
            r"\gls{ebb}",
            r"\gls{ebb}",
            r"\usepackage{glossaries}\newglossaryentry{ebb}{name=ebb,description={low}}",
        ),
        f"the package glossaries {RUNS_ON}",
    ),
    "a class that measures a whole run": (
        book(r"\chapter{A}", r"\chapter{B}", documentclass="memoir"),
        f"the class memoir {RUNS_ON}",
    ),
    "sheets": (
        book("a", "b", r"\AddToHook{shipout/background}{\put(9,-9){\the\ReadonlyShipoutCounter}}"),
        r"the document counts its sheets (\ReadonlyShipoutCounter)",
    ),
    "empty pages between chapters": (
        {
            "main.tex": "\\documentclass{book}\\begin{document}\\frontmatter\\include{one}\n"
            "\\mainmatter\\include{two}\\end{document}\n",
            "one.tex": r"\chapter{A}",
            "two.tex": r"\chapter{B}",
        },
        EMPTY_PAGE,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_be_cut_is_built_in_one_run(name: str, folders: TwoFolders) -> None:
    files, reason = CASES[name]
    folders.put(files)
    done = folders.build()
    assert done.outcome is Outcome.BUILT
    assert [item.why for item in done.reasons if item.what == "built in one run"] == [reason]


def test_an_error_is_told_by_one_run(folders: TwoFolders) -> None:
    folders.put(book(r"\chapter{A}", "words\n\n\\nonsense"))
    done, expected = folders.build(), folders.build_whole()
    assert done.outcome is Outcome.FAILED
    assert folders.told(done) == folders.told(expected)
    assert done.typeset is None
    confirming = "pass 1, light, to be sure of an error"
    assert folders.steps.told == ["typesetting 3 of 3 segments", confirming]
    [told] = done.diagnostics
    assert told.span is not None
    assert (told.span.path.name, told.span.start and told.span.start.line) == ("two.tex", 3)


def test_a_chapter_that_is_not_there_is_told_as_in_one_run(folders: TwoFolders) -> None:
    folders.put(book(r"\chapter{A}", "words"))
    for folder in (folders.chunks, folders.whole):
        (folder / "two.tex").unlink()
    done, expected = folders.build(), folders.build_whole()
    assert done.outcome is expected.outcome is Outcome.FAILED
    assert folders.told(done) == folders.told(expected) != []


def test_a_chapter_that_is_mended_is_typeset_in_chunks_again(folders: TwoFolders) -> None:
    folders.put(book(r"\chapter{A}\gdef\tide{high}", r"\tide", r"\newcommand\tide{low}"))
    assert folders.build().outcome is Outcome.BUILT
    assert folders.steps.told[-3:] == ["pass 1, light", "pass 2", "writing main.pdf"]
    folders.edit("one.tex", r"\gdef\tide{high}", "")
    folders.compare()


def test_a_build_tells_how_much_of_the_book_it_typesets(folders: TwoFolders) -> None:
    folders.put(book(r"\chapter{A}", "words"))
    assert folders.build().typeset == (3, 3)
    folders.edit("two.tex", "words", "other words")
    assert folders.build().typeset == (1, 3)
    assert folders.steps.told == ["typesetting 1 of 3 segments", "writing main.pdf"]
