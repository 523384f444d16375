from __future__ import annotations

import pytest

from texbook.texfiles.moved_pages import move_aux, move_index


@pytest.mark.parametrize(
    ("line", "moved"),
    [
        (r"\newlabel{a}{{2.3}{9}}", r"\newlabel{a}{{2.3}{10}}"),
        (
            r"\newlabel{q:9}{{9}{9}{A {9} \} c}{section.9}{}}",
            r"\newlabel{q:9}{{9}{10}{A {9} \} c}{section.9}{}}",
        ),
        (
            r"\newlabel{b}{{{\rm {9}}}{9}{$x_{9}$}{page.9}{}}",
            r"\newlabel{b}{{{\rm {9}}}{10}{$x_{9}$}{page.10}{}}",
        ),
        (
            r"\newlabel{a@cref}{{[section][3][2]9}{[1][8][2,9]9}}",
            r"\newlabel{a@cref}{{[section][3][2]9}{[1][9][2,9]10}}",
        ),
        (r"\newlabel{a@cref}{{}{[1][9][]9}}", r"\newlabel{a@cref}{{}{[1][10][]10}}"),
        (
            r"\@writefile{toc}{\contentsline {a}{\numberline {9}9}{9}{9}\protected@file@percent }",
            r"\@writefile{toc}{\contentsline {a}{\numberline {9}9}{10}{9}\protected@file@percent }",
        ),
        (
            r"\@writefile{amz}{\contentsline {amzdfn}{9}{9}{page.9}}",
            r"\@writefile{amz}{\contentsline {amzdfn}{9}{10}{page.10}}",
        ),
        (
            r"\@writefile{x}{{\relax \contentsline {a}{}{9}{}\contentsline {b}{}{8}{}}}",
            r"\@writefile{x}{{\relax \contentsline {a}{}{10}{}\contentsline {b}{}{9}{}}}",
        ),
        (
            r"\@writefile{box}{\boxline {9}{\numberline {9}{\bf A}}{9}{9}}",
            r"\@writefile{box}{\boxline {9}{\numberline {9}{\bf A}}{10}{9}}",
        ),
        (r"\setcounter{page}{9}", r"\setcounter{page}{10}"),
        (r"\xdef\lastpage@lastpage{9}", r"\xdef\lastpage@lastpage{10}"),
        (r"\gdef\lastpage@lastpageHy{9}", r"\gdef\lastpage@lastpageHy{10}"),
        (r"\HyPL@Entry{9<</S/D /St 9>>}", r"\HyPL@Entry{9<</S/D /St 10>>}"),
        (r"\HyPL@Entry{9<</S/D>>}", r"\HyPL@Entry{9<</S/D /St 2>>}"),
    ],
)
def test_a_page_moves_there_and_back_and_nothing_else_does(line: str, moved: str) -> None:
    before, after = "\\relax \n", "\n\\setcounter{equation}{9}\n"
    assert move_aux(before + line + after, 1) == before + moved + after
    assert move_aux(moved, -1) == line


@pytest.mark.parametrize(
    "line",
    [
        r"\newlabel{a}{{1}{iv}{Title}{page.4}{}}",
        r"\newlabel{a}{{1}{A-3}}",
        r"\newlabel{a@cref}{{[chapter][1][]1}{[i][4][]iv}}",
        r"\newlabel{tocindent1}{17pt}",
        r"\newlabel{a",
        r"\newlabel{a}{{1}{2",
        r"\newlabel{a}{{1{2}}",
        r"\@writefile{toc}{\contentsline {chapter}{Preface}{iv}{chapter*.1}}",
        r"\@writefile{toc}{\vspace {1em}}",
        r"\@writefile{toc}{\contentsline {chapter}{A}{1",
        r"\HyPL@Entry{0<</S/r>>}",
        r"\HyPL@Entry{0<</P(A-)/S/D /St 3>>}",
        r"\gdef \@abspage@last{9}",
        r"\@input{9.aux}",
    ],
)
def test_what_holds_no_arabic_page_stays(line: str) -> None:
    assert move_aux(line, 1) == line


def test_a_book_may_say_what_its_last_page_is() -> None:
    before = (
        "\\newlabel{a}{{}{7}{}{page.7}{}}\n\\newlabel{LastPage}{{}{9}{}{page.9}{}}\n"
        "\\xdef\\lastpage@lastpage{9}\n\\xdef\\lastpage@lastpageHy{9}\n"
    )
    after = before.replace("9", "305")
    assert move_aux(before, 0, 305) == after
    assert move_aux(before, 1, 305) == after.replace("7", "8")


def test_pages_are_also_counted_from_the_start_of_the_file() -> None:
    lines = (
        "\\HyPL@Entry{{{}<</S/r>>}}\n\\HyPL@Entry{{{}<</S/D /St 5>>}}\n"
        "\\setcounter{{LN@truepage}}{{{}}}\n\\setcounter{{page}}{{9}}\n"
    )
    assert move_aux(lines.format(0, 4, 9), 0, by_absolute=2) == lines.format(2, 6, 11)


def test_what_does_not_move_is_the_same_object() -> None:
    lines = "\\newlabel{a}{{1}{2}}\n"
    assert move_aux(lines, 0) is lines
    assert move_index(lines, 0) is lines


def test_terms_of_an_index_move_whatever_their_braces() -> None:
    before = (
        "\\indexentry{a!b {9} \\{@$x^{9}$|hyperpage}{9}\n"
        "\\indexentry{beta|hyperindexformat{\\see{9}}}{9}\n"
        "\\indexentry[names]{Knuth|(hyperpage}{9}\n"
        "\\indexentry{preface}{ix}\n"
        "\\glossaryentry{x?\\glossentry{9}|setentrycounter[]{page}\\glsnumberformat}{9}\n"
    )
    after = before.replace("}{9}\n", "}{10}\n")
    assert move_index(before, 1) == after
    assert move_index(after, -1) == before
