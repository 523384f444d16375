from __future__ import annotations

import pytest

from texbook.texfiles.contents_files import EntryError, contents_lines


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (
            r"\contentsline {section}{\numberline {1}A}{5}{section.1}\protected@file@percent ",
            r"\contentsline {section}{\numberline {1}A}{5}{section.1}%",
        ),
        (r"\vspace  {1em}", r"\vspace {1em}"),
        (r"", r""),
        (r" a  b ", r" a b "),
        (r"\emph  {é}\o é\ss\ \o \{ \\  x\~n", r"\emph {é}\o é\ss \ \o \{ \\ x\~n"),
        (r"\  \nobreakspace  {}", r"\ \nobreakspace {}"),
        (r"\p@\@m1\@.\r A\T1\x", r"\p@ \@m 1\@ .\r A\T 1\x "),
        (r"#\#50\%", r"##\#50\%"),
        (r"\relax\protected@file@percent", r"\relax %"),
        (r"a\protected@file@percent b", r"a%"),
        (r"a\protected@file@percent\protected@file@percent ", r"a%"),
        (r"{a\protected@file@percent } b", r"{a\protected@file@percent } b"),
        (r"{sole}", r"{sole}"),
    ],
)
def test_an_entry_is_written_as_tex_reads_and_prints_it(entry: str, line: str) -> None:
    assert contents_lines(f"\\@writefile{{toc}}{{{entry}}}\n") == {"toc": [line]}


def test_lists_keep_the_order_of_their_entries() -> None:
    aux = (
        "\\relax \n\\@writefile{toc}{a}\n\\@writefile{lof}{b}\n\\newlabel{c}{{1}{1}}\n"
        "\\@writefile {toc}{d}\\relax \n"
    )
    assert contents_lines(aux) == {"toc": ["a", "d"], "lof": ["b"]}
    assert contents_lines("\\relax \n") == {}


@pytest.mark.parametrize("entry", ["{a", "{a\nb}", "{a%b}", "{a^^Ib}", "{a\\^^Mb}"])
def test_what_cannot_be_read_by_itself_is_an_error(entry: str) -> None:
    with pytest.raises(EntryError, match=r"by itself: \\@writefile\{toc\}\{a"):
        contents_lines(f"\\@writefile{{lof}}{{x}}\n\\@writefile{{toc}}{entry}\n")
