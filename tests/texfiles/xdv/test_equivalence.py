"""Books that are the same though their files differ, and books that are not."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from itertools import permutations
from struct import pack
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.texfiles.xdv.joining import join
from texbook.texfiles.xdv.equivalence import differences
from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special, Xdv
from texbook.texfiles.xdv.objects import lift_objects, needed_objects, with_objects
from texbook.texfiles.xdv.parse import parse, read_xdv
from texbook.texfiles.xdv.specials import is_job_special, without_open_colours, without_specials

if TYPE_CHECKING:
    from pathlib import Path

FONT = FontDefinition(True, pack(">IHB", 655360, 0, 6) + b"/a.otf" + bytes(4))
DOWN = b"\x9d\x05"
PUSH, POP = b"\x8d", b"\x8e"


def glyph(number: int) -> bytes:
    return pack(">BiHiiH", 253, 9, 1, 0, 0, number)


def rule(size: int) -> bytes:
    return pack(">Bii", 137, size, size)


def dest(name: str) -> str:
    return f"pdf:dest ({name}) [@thispage /XYZ @xpos @ypos null]"


def link(name: str) -> str:
    return f"pdf:bann<</Type/Annot/Subtype/Link/Border[0 0 0]/C[1 0 0]/A<</S/GoTo/D({name})>>>>"


def page(*parts: Part | str, number: int = 1) -> Page:
    made = (Special(part.encode()) if isinstance(part, str) else part for part in parts)
    return Page((number, *[0] * 9), tuple(made), 9)


def book(*pages: Page) -> Xdv:
    return Xdv(7, (25400000, 473628672, 1000), b"", pages, 0, 0, 9)


def messages(one: Xdv, other: Xdv) -> list[tuple[int, str]]:
    return [(item.page, item.message) for item in differences(one, other)]


def test_running_numbers_of_destinations_may_differ() -> None:
    one = book(page(link("Item.2"), dest("Item.1")), page(dest("Item.2"), link("Item.1")))
    other = book(page(link("Item.1"), dest("Item.900")), page(dest("Item.1"), link("Item.900")))
    assert messages(one, other) == []


def test_a_link_that_leads_elsewhere_is_told_where_the_link_is() -> None:
    links = page(link("Item.1"), link("Item.2"))
    ends = page(dest("Item.1"), dest("Item.2"))
    ((number, message),) = messages(
        book(links, ends), book(page(link("Item.2"), link("Item.1")), ends)
    )
    assert number == 1
    assert "Item.1)" in message.partition(";")[0]
    assert "Item.2)" in message.partition(";")[2]


def test_a_link_to_nothing_is_not_one_that_leads_somewhere() -> None:
    one = book(page(link("Item.1"), dest("Item.1")))
    other = book(page(link("Item.1"), dest("Item.2")))
    assert [number for number, _ in messages(one, other)] == [1]


def test_a_name_that_is_used_twice_is_a_difference_unless_both_files_have_it() -> None:
    twice = book(page(dest("Item.1")), page(dest("Item.1")))
    once = book(page(dest("Item.1")), page(dest("Item.2")))
    assert [number for number, _ in messages(twice, once)] == [2]
    assert [number for number, _ in messages(once, twice)] == [2]
    other = book(page(dest("Item.7")), page(dest("Item.7")))
    assert messages(twice, other) == []


def test_pages_are_not_renamed() -> None:
    assert len(messages(book(page(dest("page.1"))), book(page(dest("page.2"))))) == 1


def test_outlines_follow_the_names_of_destinations_and_keep_their_order() -> None:
    def outlined(first: str, second: str) -> Xdv:
        entries = (f"pdf:outline [-] 0<</A<</S/GoTo/D({name})>>>>" for name in (first, second))
        return book(page(*entries), page(dest(first), dest("section*.5")))

    one = outlined("section*.1", "section*.5")
    assert messages(one, outlined("section*.7", "section*.5")) == []
    ((number, message),) = messages(one, book(page(*reversed(one.pages[0].parts)), *one.pages[1:]))
    assert number == 1
    assert message == (
        'special "pdf:outline [-] 0<</A<</S/GoTo/D(section*.1)>>>>"; '
        'special "pdf:outline [-] 0<</A<</S/GoTo/D(section*.5)>>>>"'
    )


def test_what_speaks_for_the_document_may_stand_anywhere_but_must_be_the_same() -> None:
    information, view = "pdf:docinfo<</Title(A)>>", "pdf:docview<</PageMode/UseOutlines>>"
    one = book(page(information, view, FONT, glyph(1)), page())
    assert messages(one, book(page(FONT, glyph(1), DOWN, view, information), page())) == []
    assert messages(one, book(page(information, FONT, glyph(1)), page())) == [
        (1, f'special "{view}"; nothing more')
    ]
    assert messages(one, book(*one.pages[:1], page(information))) == [
        (2, f'nothing more; special "{information}"')
    ]


def test_the_beginning_of_the_document_is_a_place() -> None:
    start = dest("Doc-Start")
    assert len(messages(book(page(start, DOWN)), book(page(DOWN, start)))) == 1


def test_a_push_of_the_present_colour_that_is_never_popped_is_not_seen() -> None:
    black, red = "color push gray 0", "color push rgb 1 0 0"
    shown = page(red, FONT, glyph(1), "color pop")
    one = book(page(black, *shown.parts), shown)
    assert messages(one, book(shown, page(black, *shown.parts))) == []
    assert messages(one, book(page(red, *shown.parts), shown)) != []
    assert messages(book(page(red), page()), book(page(), page(red))) != []


def run(first: int, *, colour: str = "1 0 0", at_use: bool = False) -> Xdv:
    """Make a book whose last page uses a mask, which uses a shading that is not named there."""
    shade, mask = first, first + 1
    definitions = [
        "pdf:obj @pgfextgs <<>>",
        f"pdf:bxobj @pgfshade{shade} width 9pt",
        f"pdf:code {colour} rg",
        "pdf:exobj",
        f"pdf:bxobj @pgfsmask{mask} width 9pt",
        f"pdf:uxobj @pgfshade{shade}",
        "pdf:exobj",
        f"pdf:put @pgfextgs << /pgfsmask{mask} << /G @pgfsmask{mask}>> >>",
        "pdf:put @pgfextgs << /pgf@ca0.5 << /ca 0.5 >> >>",
    ]
    use = f"pdf:code /pgfsmask{mask} gs"
    early, late = ([], definitions) if at_use else (definitions, [])
    return book(page(*early, FONT, glyph(1)), page(*late, use, FONT, glyph(2)))


def test_objects_may_have_other_numbers_and_be_defined_elsewhere() -> None:
    assert messages(run(1), run(24)) == []
    assert messages(run(1), run(24, at_use=True)) == []
    lifted = lift_objects(run(1).pages)
    first = with_objects(lifted.pages[0], needed_objects(lifted.pages, lifted.objects))
    assert messages(run(1), book(first, lifted.pages[1])) == []


def test_an_object_that_is_another_is_told_where_it_is_used() -> None:
    assert [number for number, _ in messages(run(1), run(1, colour="0 1 0"))] == [2]


def test_an_object_that_is_missing_or_defined_in_another_way_is_told() -> None:
    use = page("pdf:code /pgf@ca0.5 gs")
    one = book(page("pdf:put @pgfextgs << /pgf@ca0.5 << /ca 0.5 >> >>"), use)
    other = book(page("pdf:put @pgfextgs << /pgf@ca0.5 << /ca 0.6 >> >>"), use)
    told = (2, 'the object "/pgf@ca0.5", which it uses, is defined in another way')
    assert messages(one, other) == [told]
    assert messages(one, book(page(), use)) == [told]


def test_units_numbers_and_counts_of_pages_are_compared() -> None:
    one = book(page(), page(number=2))
    assert messages(one, replace(one, units=(25400000, 473628672, 1200))) == [
        (
            1,
            "measured in units of (25400000, 473628672, 1000) and (25400000, 473628672, 1200)",
        )
    ]
    assert messages(one, book(page(), page(number=3))) == [(2, "numbered 2 and 3")]
    assert messages(one, one.select(0, 1)) == [(2, "only the first file has it")]


# What stands on the pages of a made book: the kind of an item, and which.
Item = tuple[str, int]
KINDS = ("Item", "section*", "figure.caption")
NAMES = [(kind, number) for kind in KINDS for number in range(3)]

items = st.one_of(
    st.tuples(st.sampled_from(["dest", "link", "outline"]), st.integers(0, len(NAMES) - 1)),
    st.tuples(st.sampled_from(["glyph", "rule", "special", "down", "box"]), st.integers(1, 9)),
)
books = st.lists(st.lists(items, max_size=6), min_size=1, max_size=4)
numbers = st.lists(st.integers(-9, 1 << 40), min_size=9, max_size=9, unique=True)
ADDED: list[Part | str] = [glyph(77), rule(77), "pdf:code 77", DOWN + glyph(77), dest("x")]
EXCHANGES = list(permutations(range(len(NAMES)), 2))


@dataclass(frozen=True)
class Naming:
    """Which number each destination runs under, and which names are exchanged in links."""

    numbers: tuple[int, ...]
    exchanged: tuple[int, int] = (0, 0)

    def name(self, which: int) -> str:
        return f"{NAMES[which][0]}.{self.numbers[which]}"

    def target(self, which: int) -> str:
        one, other = self.exchanged
        return self.name({one: other, other: one}.get(which, which))


PLAIN = Naming(tuple(number for _, number in NAMES))


def made(pages: list[list[Item]], naming: Naming = PLAIN) -> Xdv:
    return book(
        *(
            page(FONT, *(part for item in shown for part in spelled(item, naming)), number=count)
            for count, shown in enumerate(pages, 1)
        )
    )


def spelled(item: Item, naming: Naming) -> list[Part | str]:  # noqa: PLR0911  (one each kind)
    match item:
        case ("dest", which):
            return [dest(naming.name(which))]
        case ("link", which):
            return [link(naming.target(which)), glyph(1), "pdf:eann"]
        case ("outline", which):
            return [f"pdf:outline [-] 0<</A<</S/GoTo/D({naming.target(which)})>>>>"]
        case ("glyph", number):
            return [glyph(number)]
        case ("rule", size):
            return [rule(size)]
        case ("special", number):
            return [f"pdf:code {number}"]
        case ("down", distance):
            return [bytes([157, distance])]
    return [PUSH + POP, glyph(item[1])]


@settings(max_examples=60, deadline=None)
@given(books, numbers)
def test_any_bijection_of_running_numbers_gives_the_same_book(
    pages: list[list[Item]], chosen: list[int]
) -> None:
    assert differences(made(pages), made(pages, Naming(tuple(chosen)))) == ()


@settings(max_examples=60, deadline=None)
@given(books, numbers, st.sampled_from(EXCHANGES), st.sampled_from(["link", "outline"]))
def test_names_exchanged_in_links_alone_are_found(
    pages: list[list[Item]], chosen: list[int], exchanged: tuple[int, int], kind: str
) -> None:
    one, other = exchanged
    pages = [*pages, [("dest", one), (kind, other)]]
    assert differences(made(pages), made(pages, Naming(tuple(chosen), exchanged))) != ()


@settings(max_examples=100, deadline=None)
@given(books, numbers, st.data())
def test_any_single_change_is_found_on_its_page(
    pages: list[list[Item]], chosen: list[int], data: st.DataObject
) -> None:
    whole = made(pages)
    changed = made(pages, Naming(tuple(chosen)))
    number = data.draw(st.integers(0, len(pages) - 1))
    shown = list(changed.pages[number].parts)
    # Behind the font, so that a movement changes the place of something that is seen.
    at = data.draw(st.integers(1, len(shown)))
    new = data.draw(st.sampled_from(ADDED))
    replaced = data.draw(st.integers(0, 1))
    other = list(changed.pages)
    other[number] = page(*shown[:at], new, *shown[at + replaced :], number=number + 1)
    assert number + 1 in {item.page for item in differences(whole, book(*other))}
    other[number] = page(*shown, number=77)
    assert number + 1 in {item.page for item in differences(whole, book(*other))}


PREAMBLE = r"""
\documentclass{article}
\usepackage{amsmath,tikz}
\usetikzlibrary{fadings}
% hyperref loads one font, pzdr, which no small installation has; the text font serves as well.
\makeatletter
\let\primitive\font
\def\font#1\relax{\let\XeTeXLink@font\@empty}
\usepackage{hyperref}
\let\font\primitive
\makeatother
\begin{document}
"""
FIRST = r"""
\section{One} \begin{enumerate}\item\label{a} Here\footnote{Below.} and at \ref{c}.\end{enumerate}
\section*{Plain}\addcontentsline{toc}{section}{Plain}
\tikz\shade[ball color=red](0,0) circle (1);
\begin{align*}x\tag{T}\label{b}\end{align*}
\clearpage
"""
SECOND = r"""
\section{Two} \begin{enumerate}\item\label{c} As \ref{a}\footnote{Or \ref{b}.}.\end{enumerate}
\section*{Plain again}\addcontentsline{toc}{section}{Plain again}
\tikz\shade[ball color=red](0,0) circle (1);
\tikz\fill[opacity=.5,path fading=east](0,0) circle (1);
"""
BASE = r"""
\setcounter{Item}{123450000}\setcounter{Hfootnote}{123450000}
\csname Hy@linkcounter\endcsname=123450000
"""
START = r"\setcounter{page}{2}\setcounter{section}{1}\setcounter{footnote}{1}"


def typeset(folder: Path, body: str, auxiliary: Path | None = None) -> Xdv:
    """Typeset a document twice, or once with the labels and outlines of another."""
    folder.mkdir()
    (folder / "main.tex").write_text(PREAMBLE + body + "\\end{document}\n", "utf-8")
    if auxiliary is not None:
        for name in ("main.aux", "main.out"):
            shutil.copy(auxiliary / name, folder)
    for _ in range(1 if auxiliary else 2):
        done = subprocess.run(
            ["xelatex", "-no-pdf", "-interaction=nonstopmode", "-halt-on-error", "main.tex"],
            cwd=folder,
            env={**os.environ, "MKTEXTFM": "0", "SOURCE_DATE_EPOCH": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
    return read_xdv(folder / "main.xdv")


@pytest.mark.tex
def test_two_runs_with_counters_of_their_own_are_the_book_of_one_run(tmp_path: Path) -> None:
    whole = typeset(tmp_path / "whole", FIRST + SECOND)
    based = typeset(tmp_path / "based", FIRST + BASE + SECOND)
    assert differences(whole, based) == ()
    runs = [
        lift_objects(typeset(tmp_path / name, body, tmp_path / "based").pages)
        for name, body in (("first", FIRST), ("second", START + BASE + SECOND))
    ]
    later = [without_specials(shown, is_job_special) for shown in runs[1].pages]
    pages = [*runs[0].pages, *without_open_colours(later)]
    objects = [item for one in runs for item in needed_objects(one.pages, one.objects)]
    pages[0] = with_objects(pages[0], tuple(dict.fromkeys(objects)))
    joined = parse(join([replace(whole, pages=tuple(pages))]))
    assert differences(whole, joined) == ()
    # A run with the labels of another document leads to what is not there.
    later = list(typeset(tmp_path / "stale", START + SECOND, tmp_path / "based").pages)
    stale = replace(whole, pages=(*whole.pages[:1], *later))
    assert [item.page for item in differences(based, stale)] != []
