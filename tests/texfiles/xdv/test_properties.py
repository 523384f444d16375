"""What holds for all XDV files, on files that are made up: spelled in many ways, and damaged."""

from __future__ import annotations

import random
import re
import struct
from dataclasses import dataclass, field, replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.texfiles.xdv.joining import join
from texbook.texfiles.xdv.binding import bind, misfits, write_book
from texbook.texfiles.xdv.canonical import Mark, canonical
from texbook.texfiles.xdv.compare import compare
from texbook.texfiles.xdv.digits import Digits
from texbook.texfiles.xdv.equivalence import differences
from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special, Xdv, XdvError
from texbook.texfiles.xdv.objects import lift_objects, merge_objects, needed_objects, with_objects
from texbook.texfiles.xdv.open_pages import open_runs
from texbook.texfiles.xdv.parse import parse
from texbook.texfiles.xdv.run_files import decode_run, encode_run
from texbook.texfiles.xdv.specials import is_job_special, without_open_colours, without_specials

Item = tuple[object, ...]  # what stands on a page, whatever way it is written

FONTS = [
    (True, struct.pack(">IHB", 655360, 0, 6) + b"/a.otf" + bytes(4)),
    (True, struct.pack(">IHB", 655360, 0x7300, 6) + b"/a.otf" + bytes(range(20))),
    (True, struct.pack(">IHB", 786432, 0x0200, 0) + bytes(8)),
    (False, struct.pack(">IIIBB", 7, 655360, 655360, 0, 5) + b"cmr10"),
    (False, struct.pack(">IIIBB", 7, 655360, 655360, 2, 4) + b"x/cmmi"),
]

KNOWN = (
    b"color push gray 0|color pop|pdf:bann<<>>|pdf:eann|pdf:bxobj @pgfshade1 width 1pt|pdf:exobj|"
    b"pdf:put @pgfextgs << /pgf@ca0.5 << /ca 0.5 >> >>|pdf:code /pgf@ca0.5 gs"
).split(b"|")

near = st.integers(-(1 << 31), (1 << 31) - 1)
items = st.recursive(
    st.one_of(
        st.tuples(st.just("h"), near),
        st.tuples(st.just("v"), near),
        st.tuples(st.just("set"), st.integers(0, (1 << 32) - 1) | st.integers(0, 255)),
        st.tuples(st.just("put"), st.integers(0, (1 << 32) - 1) | st.integers(0, 255)),
        st.tuples(st.just("rule"), near, near),
        st.tuples(st.just("glyphs"), near, st.binary(max_size=3)),
        st.tuples(st.just("text"), near, st.binary(max_size=3), st.binary(max_size=3)),
        st.tuples(
            st.just("special"),
            st.binary(max_size=300) | st.sampled_from(KNOWN),
        ),
        st.tuples(st.just("font"), st.integers(0, len(FONTS) - 1)),
    ),
    lambda inner: st.tuples(st.just("box"), st.lists(inner, max_size=4)),
    max_leaves=10,
)
pages = st.tuples(st.integers(-(1 << 31), (1 << 31) - 1), st.lists(items, max_size=6))
documents = st.lists(pages, min_size=1, max_size=3)


@dataclass
class Writer:
    """Spells a document in one of many ways, as the seed says."""

    random: random.Random
    content: bytearray = field(default_factory=bytearray)
    registers: list[int | None] = field(default_factory=lambda: [0] * 4)
    depth: int = 0
    deepest: int = 0

    def __post_init__(self) -> None:
        first, spread = self.random.choice([(0, 1), (0, 40), (200, 50), (65000, 700)])
        self.numbers = [first + spread * place for place in range(len(FONTS))]
        self.random.shuffle(self.numbers)
        self.defined: set[int] = set()

    def document(self, made: list[tuple[int, list[Item]]]) -> bytes:
        comment = bytes(self.random.randrange(20))
        self.content += struct.pack(">BBIIIB", 247, 7, 25400000, 473628672, 1000, len(comment))
        self.content += comment
        previous = 0xFFFFFFFF
        for number, page in made:
            self.content += b"\x8a" * self.random.choice([0, 0, 2])
            start = len(self.content)
            self.content += struct.pack(">B10iI", 139, number, *range(9), previous)
            self.registers = [0] * 4
            self.font(0)
            self.items(page)
            self.content.append(140)
            previous = start
        start = len(self.content)
        self.content += struct.pack(">BI3I", 248, previous, 25400000, 473628672, 1000)
        self.content += struct.pack(">IIHH", 1000, 2000, self.deepest, len(made))
        for font in self.random.sample(sorted(self.defined), len(self.defined)):
            self.define(font)
        self.content += struct.pack(">BIB", 249, start, 7)
        self.content += b"\xdf" * (4 + -len(self.content) % 4)
        return bytes(self.content)

    def items(self, made: list[Item]) -> None:
        for item in made:
            self.noise()
            self.item(item)
        self.noise()

    def noise(self) -> None:
        self.content += self.random.choice([b"", b"", b"", b"\x8a", b"\x9d\x00", b"\x8f\x00"])
        if not self.random.randrange(8):
            self.content += b"\x8d\x8e"
            self.deepest = max(self.deepest, self.depth + 1)

    def item(self, item: Item) -> None:  # noqa: C901  (a branch for each kind)
        match item:
            case ("h", int(distance)):
                self.move(distance, 143, (148, 153), 0)
            case ("v", int(distance)):
                self.move(distance, 157, (162, 167), 2)
            case ("set", int(code)):
                if code < 128 and self.random.randrange(2):
                    self.content.append(code)
                else:
                    self.sized(128, code)
            case ("put", int(code)):
                self.sized(133, code)
            case ("rule", int(height), int(width)):
                self.rule(height, width)
            case ("glyphs", int(width), bytes(glyphs)):
                self.content += b"\xfd" + struct.pack(">iH", width, len(glyphs)) + glyphs * 10
            case ("text", int(width), bytes(text), bytes(glyphs)):
                self.content += b"\xfe" + struct.pack(">H", len(text)) + text * 2
                self.content += struct.pack(">iH", width, len(glyphs)) + glyphs * 10
            case ("special", bytes(text)):
                self.sized(239, len(text))
                self.content += text
            case ("font", int(font)):
                self.font(font)
            case ("box", list(inner)):
                self.box(inner)

    def rule(self, height: int, width: int) -> None:
        if height > 0 and width > 0 and self.random.randrange(2):
            self.content += struct.pack(">Bii", 137, height, width)
            self.move(width, 143, (148, 153), 0)
        else:
            self.content += struct.pack(">Bii", 132, height, width)

    def box(self, inner: list[Item]) -> None:
        self.content.append(141)
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        saved = self.registers[:]
        self.items(inner)
        self.registers = saved
        self.content.append(142)
        self.depth -= 1

    def move(self, distance: int, plain: int, setting: tuple[int, int], register: int) -> None:
        way = self.random.randrange(4)
        if way < 2 and self.registers[register + way] == distance:
            self.content.append(setting[way] - 1)
        elif way < 2:
            self.registers[register + way] = distance
            self.sized(setting[way], distance, signed=True)
        elif way == 2:
            self.sized(plain, distance // 2, signed=True)
            self.sized(plain, distance - distance // 2, signed=True)
        else:
            self.sized(plain, distance, signed=True)

    def sized(self, first: int, value: int, *, signed: bool = False) -> None:
        least = (value if value >= 0 else ~value).bit_length() + signed
        size = max(self.random.randint(1, 4), (least + 7) // 8)
        self.content.append(first + size - 1)
        self.content += value.to_bytes(size, signed=signed)

    def font(self, font: int) -> None:
        if font not in self.defined:
            self.defined.add(font)
            self.define(font)
        number = self.numbers[font]
        if number < 64 and self.random.randrange(2):
            self.content.append(171 + number)
        else:
            self.sized(235, number)

    def define(self, font: int) -> None:
        native, body = FONTS[font]
        if native:
            self.content += b"\xfc" + struct.pack(">I", self.numbers[font])
        else:
            self.sized(243, self.numbers[font])
        self.content += body


def write(made: list[tuple[int, list[Item]]], seed: int) -> bytes:
    return Writer(random.Random(seed)).document(made)


def marks(file: Xdv) -> list[tuple[tuple[int, ...], tuple[Mark, ...]]]:
    return [(page.counts, canonical(page)) for page in file.pages]


@settings(max_examples=100, deadline=None)
@given(documents, st.integers(), st.integers())
def test_however_a_page_is_spelled_its_marks_are_the_same(
    made: list[tuple[int, list[Item]]], one: int, other: int
) -> None:
    first, second = parse(write(made, one)), parse(write(made, other))
    assert marks(first) == marks(second)
    assert compare(first, second) == ()
    assert differences(first, second) == ()


@settings(max_examples=40, deadline=None)
@given(documents, st.integers())
def test_joining_what_was_parsed_keeps_it_and_a_joined_file_byte_for_byte(
    made: list[tuple[int, list[Item]]], seed: int
) -> None:
    file = parse(write(made, seed))
    joined = join([file])
    again = parse(joined)
    assert marks(again) == marks(file)
    assert (again.height, again.width, again.depth) == (file.height, file.width, file.depth)
    assert (again.units, again.comment) == (file.units, file.comment)
    assert again.pages == file.pages
    assert join([again]) == joined
    assert len(joined) % 4 == 0


@settings(max_examples=40, deadline=None)
@given(documents, st.integers(), st.data())
def test_parts_split_at_any_page_borders_join_to_the_same_file(
    made: list[tuple[int, list[Item]]], seed: int, data: st.DataObject
) -> None:
    file = parse(write(made, seed))
    borders = sorted(data.draw(st.lists(st.integers(0, len(made)), max_size=4)))
    ranges = zip([0, *borders], [*borders, len(made)], strict=True)
    halves = [file.select(start, stop) for start, stop in ranges]
    assert join(halves) == join([file])
    # As when each part comes from a run of its own.
    written = [parse(join([half])) for half in halves if half.pages]
    assert marks(parse(join(written))) == marks(file)


@settings(max_examples=40, deadline=None)
@given(documents, st.integers(), st.integers(), st.data())
def test_runs_with_other_font_numbers_join_to_the_same_pages(
    made: list[tuple[int, list[Item]]], one: int, other: int, data: st.DataObject
) -> None:
    whole = parse(write(made, one))
    border = data.draw(st.integers(0, len(made)))
    runs = [parse(write(part, other)) for part in (made[:border], made[border:]) if part]
    assert marks(parse(join(runs))) == marks(whole)


@settings(max_examples=150, deadline=None)
@given(documents, st.integers(), st.data())
def test_a_damaged_file_is_an_error_and_nothing_else(
    made: list[tuple[int, list[Item]]], seed: int, data: st.DataObject
) -> None:
    content = bytearray(write(made, seed))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        end = place + data.draw(st.integers(0, 4))
        content[place:end] = data.draw(st.binary(max_size=4))
        if not content:
            content = bytearray(1)
    try:
        file = parse(bytes(content))
        joined = parse(join([file]))
        assert marks(joined) == marks(file)
        assert compare(file, joined) == ()
        lift_objects(without_open_colours(file.pages))
    except XdvError:
        pass


@settings(max_examples=40, deadline=None)
@given(documents, st.integers(), st.data())
def test_a_cut_file_is_an_error(
    made: list[tuple[int, list[Item]]], seed: int, data: st.DataObject
) -> None:
    content = write(made, seed).rstrip(b"\xdf")
    cut = content[: data.draw(st.integers(0, len(content)))]
    with pytest.raises(XdvError):
        parse(cut)


@given(st.binary(max_size=200))
def test_what_is_no_xdv_file_is_an_error(content: bytes) -> None:
    with pytest.raises(XdvError):
        parse(content)


@settings(max_examples=40, deadline=None)
@given(documents, st.integers())
def test_lifting_objects_and_defining_them_again_leaves_what_is_seen(
    made: list[tuple[int, list[Item]]], seed: int
) -> None:
    file = parse(write(made, seed))
    lifted = lift_objects(file.pages)
    for pair in zip(file.pages, lifted.pages, strict=True):
        before, after = ([m for m in canonical(p) if m.font or m.kind == "rule"] for p in pair)
        assert before == after


MARKS = [Special(b"texbook:folio 5"), Special(b"texbook:folio-end"), Special(b"texbook:folio -5")]


def without(file: Xdv, left_out: bytes) -> Xdv:
    """Leave out specials that hypothesis makes of what it finds in the sources."""
    search = re.compile(left_out).search
    pages = (without_specials(page, lambda text: bool(search(text))) for page in file.pages)
    return replace(file, pages=tuple(pages))


def marked(file: Xdv, chooser: random.Random) -> Xdv:
    """Set marks of folios at random places, as no TeX would."""
    made = []
    for page in file.pages:
        parts = list(page.parts)
        for _ in range(chooser.randrange(4)):
            parts.insert(chooser.randint(0, len(parts)), chooser.choice(MARKS))
        made.append(replace(page, parts=tuple(parts)))
    return replace(file, pages=tuple(made))


def prepared(file: Xdv, *, leads: bool) -> Xdv:
    """Make a run ready for a book, page by page."""
    lifted = lift_objects(file.pages)
    made = lifted.pages
    if not leads:
        made = without_open_colours([without_specials(made[0], is_job_special), *made[1:]])
    # Each span takes its own objects, so their order is that of their first use.
    groups = [needed_objects([page], lifted.objects) for page in made]
    return replace(file, pages=(with_objects(made[0], merge_objects(groups)), *made[1:]))


@settings(max_examples=100, deadline=None)
@given(documents, st.integers(), st.booleans(), st.data())
def test_segments_with_their_own_numbers_show_what_the_run_without_marks_shows(
    made: list[tuple[int, list[Item]]], seed: int, leads: bool, data: st.DataObject
) -> None:
    file = without(parse(write(made, seed)), b"texbook:")
    spans = [(place, place + 1) for place in range(len(made))]
    runs = open_runs(marked(file, random.Random(seed)), spans, leads=leads)
    kept = [decode_run(encode_run(run)) for run in runs]
    assert tuple(kept) == runs
    numbers = [data.draw(st.sampled_from([None, page.counts[0]])) for page in file.pages]
    written = parse(write_book(list(zip(kept, numbers, strict=True)), Digits()))
    assert compare(prepared(file, leads=leads), written) == ()


@settings(max_examples=40, deadline=None)
@given(documents, st.integers(), st.data())
def test_wherever_a_run_is_split_into_segments_the_book_shows_the_same(
    made: list[tuple[int, list[Item]]], seed: int, data: st.DataObject
) -> None:
    file = parse(write(made, seed))
    borders = sorted(data.draw(st.lists(st.integers(0, len(made)), max_size=4)))
    spans = list(zip([0, *borders], [*borders, len(made)], strict=True))
    runs = open_runs(marked(file, random.Random(seed)), spans, leads=False)
    written = parse(write_book([(run, None) for run in runs], Digits()))
    shown = [(m.font, m.h, m.v) for p in written.pages for m in canonical(p) if m.font]
    assert shown == [(m.font, m.h, m.v) for p in file.pages for m in canonical(p) if m.font]


def folio(number: int, *, with_text: bool) -> list[Part]:
    digits = str(number)
    run = struct.pack(">iH", 500 * len(digits), len(digits))
    run += b"".join(struct.pack(">ii", 500 * place, 0) for place in range(len(digits)))
    run += b"".join(struct.pack(">H", 100 + int(digit)) for digit in digits)
    head = (
        struct.pack(">BH", 254, len(digits)) + digits.encode("utf-16-be") if with_text else b"\xfd"
    )
    begin = Special(f"texbook:folio {number}".encode())
    return [begin, FontDefinition(*FONTS[0]), head + run, Special(b"texbook:folio-end")]


def numbered(file: Xdv, first: int, places: list[int], texts: list[bool]) -> Xdv:
    """Show a number on each page, where hyperref names it as well."""
    made: list[Page] = []
    for page, place, with_text in zip(file.pages, places, texts, strict=True):
        number = first + len(made)
        name = Special(b"pdf:dest (page.%d) [@thispage /Fit]" % number)
        at = min(place, len(page.parts))
        parts = (*page.parts[:at], name, *folio(number, with_text=with_text), *page.parts[at:])
        made.append(replace(page, parts=parts, counts=(number, *page.counts[1:])))
    return replace(file, pages=tuple(made))


@cache
def learned() -> Digits:
    digits = Digits()
    for number in range(1, 300):
        shown = numbered(parse(write([(number, [])], 0)), number, [0], [False])
        digits.learn(open_runs(shown, [(0, 1)], leads=True)[0])
    return digits


@settings(max_examples=60, deadline=None)
@given(documents, st.integers(), st.integers(100, 290), st.integers(100, 290), st.data())
def test_bound_pages_are_those_of_a_run_that_began_with_that_number(
    made: list[tuple[int, list[Item]]], seed: int, one: int, other: int, data: st.DataObject
) -> None:
    drawn = st.lists(st.integers(0, 5), min_size=len(made), max_size=len(made))
    places = data.draw(drawn)
    texts = [bool(place % 2) for place in data.draw(drawn)]
    # No group may hold a folio, since its name is made from what it shows.
    file = without(parse(write(made, seed)), rb"xobj|texbook:|page\.")
    first, second = (
        open_runs(numbered(file, number, places, texts), [(0, len(made))], leads=False)[0]
        for number in (one, other)
    )
    assert not misfits(first, other, learned())
    bound = bind(first, other, learned())
    assert bound == second
    assert bind(bound, one, learned()) == first
