from __future__ import annotations

from texbook.texfiles.places import Mark, Step, read_marks, steps_before

AUX = rb"""\relax
\@writefile{toc}{\contentsline {part}{\numberline {II}Deep}{3}{part.2}\protected@file@percent }
\@writefile{toc}{\contentsline {chapter}{\numberline {A}Extras}{iv}{appendix.A}}
\newlabel{extras}{{A}{iv}{Extras}{appendix.A}{}}
\newlabel{extras@cref}{{[appendix][1][2147483647]A}{[1][4][]iv}}
\@writefile{lof}{\contentsline {figure}{\numberline {A.3}{A map}}{5}{figure.caption.7}}
\@input{q/one.aux}
\newlabel{plain}{{1}{9}}
\newlabel{late}{{A.2}{9}{One}{section.A.2}{}}
\@writefile{toc}{\contentsline {section}{Without number}{9}{section*.5}}
"""
ONE = rb"""\@writefile{toc}{\contentsline {section}{\numberline {A.2}One}{6}{section.A.2}}
\newlabel{eq:a}{{A.4}{6}{One}{equation.A.4}{}}
\newlabel{item}{{2}{6}{One}{Item.12}{}}
"""


def test_marks_come_in_the_order_of_the_document() -> None:
    marks = read_marks({"main.aux": AUX, "q/one.aux": ONE}, "main.aux")
    assert [mark.text for mark in marks if mark.is_heading] == [
        "Deep",
        "Extras",
        "One",
        "Without number",
    ]
    assert marks[1] == Mark("chapter", "Extras", "iv", is_heading=True, step=Step("chapter", 1))
    assert [mark.step for mark in marks if mark.step] == [
        Step("part", 2),
        Step("chapter", 1),
        Step("figure", 3),
        Step("section", 2),
        Step("equation", 4),
        Step("section", 2),
    ]


def test_the_numbers_before_a_mark_are_those_that_had_been_given() -> None:
    marks = read_marks({"main.aux": AUX, "q/one.aux": ONE}, "main.aux")
    one = next(index for index, mark in enumerate(marks) if mark.text == "One")
    assert steps_before(marks, one) == (Step("part", 2), Step("chapter", 1), Step("figure", 3))


def test_a_late_label_of_a_heading_gives_no_number_again() -> None:
    marks = read_marks({"main.aux": AUX, "q/one.aux": ONE}, "main.aux")
    assert steps_before(marks, len(marks))[-1] == Step("equation", 4)


def test_the_numbers_of_memoir_are_read() -> None:
    line = rb"\@writefile{toc}{\contentsline {chapter}{\chapternumberline {3}Dials}{9}{}}"
    assert read_marks({"main.aux": line}, "main.aux")[0].step == Step("chapter", 3)


def test_files_that_are_damaged_or_gone_have_no_marks() -> None:
    assert read_marks({}, "main.aux") == ()
    damaged = {"main.aux": rb"\newlabel{a}{{1" + b"\n" + rb"\@input{main.aux}"}
    assert read_marks(damaged, "main.aux") == (Mark("", "a", ""),)
