"""Labels, headings and counters from auxiliary files, in the order of the document."""

from __future__ import annotations

from texbook.texfiles.labels import Checkpoint, Heading, Label, read_labels

MAIN = rb"""\relax
\@writefile{toc}{\contentsline {chapter}{\numberline {1}One}{1}{chapter.1}\protected@file@percent }
\newlabel{ch:one}{{1}{1}{One}{chapter.1}{}}
\newlabel{ch:one@cref}{{[chapter][1][]1}{[1][1][]1}}
\@input{q/first.aux}
\@input{q/gone.aux}
\newlabel{last}{{2}{9}}
"""
FIRST = rb"""\relax
\@writefile{toc}{\contentsline {section}{\numberline {1.1}A {B} \} c}{2}{section.1.1}}
\newlabel{q:first}{{1.1}{2}{A {B} \} c}{section.1.1}{}}
\@setckpt{q/first}{
\setcounter{page}{5}
\setcounter{section}{1}
\setcounter{LN@x}{-3}
}
"""


def events(main: bytes = MAIN) -> tuple[Label | Heading | Checkpoint, ...]:
    return read_labels({"main.aux": main, "q/first.aux": FIRST}, "main.aux")


def test_the_files_are_read_where_they_belong() -> None:
    told = [item.name if isinstance(item, Label) else type(item).__name__ for item in events()]
    assert told == [
        *("Heading", "ch:one", "ch:one@cref"),
        *("Heading", "q:first", "Checkpoint"),
        "last",
    ]


def test_a_heading_may_have_no_number() -> None:
    preface = rb"\@writefile{toc}{\contentsline {chapter}{Preface}{1}{}}"
    assert events(preface) == (Heading("chapter", "main.aux", is_numbered=False),)
    assert events()[0] == Heading("chapter", "main.aux", is_numbered=True)


def test_a_label_has_number_title_kind_and_file() -> None:
    labels = {item.name: item for item in events() if isinstance(item, Label)}
    first = labels["q:first"]
    assert (first.number, first.title, first.kind) == ("1.1", r"A {B} \} c", "section")
    assert (first.heading, first.file) == ("section", "q/first.aux")
    assert labels["ch:one"].kind == "chapter"
    assert (labels["last"].number, labels["last"].title, labels["last"].kind) == ("2", "", "")


def test_a_label_is_led_elsewhere_only_if_it_leads_anywhere() -> None:
    labels = {item.name: item for item in events() if isinstance(item, Label)}
    assert labels["q:first"].led_to("x") == r"{1.1}{2}{A {B} \} c}{x}{}"
    assert labels["last"].led_to("x") == "{2}{9}"


def test_a_checkpoint_holds_all_counters() -> None:
    (point,) = (item for item in events() if isinstance(item, Checkpoint))
    assert point.counters == {"page": 5, "section": 1, "LN@x": -3}


def test_what_is_cut_or_leads_to_itself_ends() -> None:
    assert events(rb"\newlabel{a") == ()
    assert events(rb"\newlabel{a}{{1}{2") == (Label("a", "", file="main.aux"),)
    assert len(events(MAIN.replace(b"q/gone", b"main"))) == len(events())
    assert read_labels({}, "main.aux") == ()
    assert read_labels({"m.aux": rb"\@setckpt{x}{\setcounter{a}{1}"}, "m.aux")
