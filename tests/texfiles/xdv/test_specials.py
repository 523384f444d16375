from __future__ import annotations

from struct import pack

import pytest

from texbook.texfiles.xdv.canonical import canonical
from texbook.texfiles.xdv.model import FontDefinition, Page, Part, Special
from texbook.texfiles.xdv.objects import (
    lift_objects,
    merge_objects,
    needed_objects,
    with_objects,
)
from texbook.texfiles.xdv.specials import (
    is_job_special,
    open_colours,
    without_idle_colours,
    without_open_colours,
    without_specials,
)

FONT = FontDefinition(True, pack(">IHB", 655360, 0, 6) + b"/a.otf" + bytes(4))
GLYPH = pack(">BiHiiH", 253, 0, 1, 0, 0, 1)
DOWN = b"\x9d\x05"


def page(*parts: Part | str) -> Page:
    made = (Special(part.encode()) if isinstance(part, str) else part for part in parts)
    return Page((1,) + (0,) * 9, tuple(made), 1)


def texts(shown: Page) -> list[str]:
    return [part.text.decode() for part in shown.parts if isinstance(part, Special)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"pdf:docinfo<</Title()>>", True),
        (b"pdf: docview<</PageMode/UseOutlines>>", True),
        (b"pdf:outline [-] 1<<>>", True),
        (b"dvipdfmx:config C 0x0010", True),
        (b"pdf:dest (Doc-Start) [@thispage /Fit]", True),
        (b"pdf:put @catalog <</Lang(en)>>", True),
        (b"pdf:dest (page.1) [@thispage /Fit]", False),
        (b"pdf:put @resources <<>>", False),
        (b"pdf:pagesize width 1pt", False),
        (b"color push gray 0", False),
    ],
)
def test_which_specials_speak_for_the_document(text: bytes, expected: bool) -> None:
    assert is_job_special(text) is expected


def test_specials_are_left_out() -> None:
    made = page("pdf:docinfo<<>>", DOWN, "pdf:dest (a)")
    assert without_specials(made, is_job_special).parts == (DOWN, Special(b"pdf:dest (a)"))


def test_a_colour_that_the_first_page_leaves_open_is_left_out() -> None:
    first = page("color push gray 0", "color push rgb 1 0 0", "color pop", "pdf:bcolor [1]")
    second = page("pdf:ecolor", "color push rgb 0 1 0")
    assert open_colours([first, second]) == ((0, 0), (1, 1))
    closed = without_open_colours([first, second])
    assert texts(closed[0]) == ["color push rgb 1 0 0", "color pop", "pdf:bcolor [1]"]
    assert closed[1] == second


def test_pages_that_leave_no_colour_open_stay() -> None:
    made = page("color push gray 0", "color pop")
    assert without_open_colours([made]) == (made,)
    assert without_open_colours([]) == ()


def test_pushes_that_change_no_colour_and_are_never_popped_are_left_out() -> None:
    black, red = "color push gray 0", "color push rgb 1 0 0"
    shown = without_idle_colours([page(black, black, "color pop", red), page(red, black)])
    assert [texts(one) for one in shown] == [[black, "color pop", red], [black]]


def run(first: int, colour: str = "1 0 0") -> list[Page]:
    """Make a run of two pages whose objects are numbered from ``first``."""
    shade, mask = first, first + 1
    return [
        page(
            "pdf:obj @pgfextgs <<>>",
            f"pdf:bxobj @pgfshade{shade} width 9pt",
            f"pdf:code {colour} rg",
            "pdf:exobj",
            f"pdf:bxobj @pgfsmask{mask} width 9pt",
            b"\x8d" + DOWN,
            f"pdf:uxobj @pgfshade{shade}",
            b"\x8e" + DOWN,
            "pdf:exobj",
            f"pdf:put @pgfextgs << /pgfsmask{mask} << /G @pgfsmask{mask}>> >>",
            "pdf:put @pgfextgs << /pgf@ca0.5 << /ca 0.5 >> >>",
            "pdf:put @resources << /ExtGState @pgfextgs >>",
        ),
        page(f"pdf:code /pgfsmask{mask} gs", FONT, GLYPH),
    ]


def test_equal_objects_of_two_runs_get_one_name_and_are_written_once() -> None:
    one, other = lift_objects(run(1)), lift_objects(run(24))
    assert one == other
    assert merge_objects([one.objects, other.objects]) == one.objects
    assert lift_objects(run(1, "0 1 0")).objects[1] != one.objects[1]


def test_a_page_gets_what_it_uses_and_what_that_uses() -> None:
    lifted = lift_objects(run(1))
    assert texts(lifted.pages[0]) == ["pdf:put @resources << /ExtGState @pgfextgs >>"]
    assert needed_objects([page("pdf:code q")], lifted.objects) == ()
    needed = needed_objects(lifted.pages[1:], lifted.objects)
    assert set(lifted.objects) - set(needed) == {lifted.objects[4]}
    shown = texts(with_objects(lifted.pages[1], needed))
    assert [text.split()[0] for text in shown] == [
        "pdf:obj",
        *["pdf:bxobj", "pdf:code", "pdf:exobj"],
        *["pdf:bxobj", "pdf:uxobj", "pdf:exobj"],
        "pdf:put",
        "pdf:code",
    ]
    assert shown[5].removeprefix("pdf:uxobj ") == shown[1].split()[1]


def test_a_definition_keeps_its_distances_wherever_it_stands() -> None:
    made = run(1)[0]
    lifted = lift_objects([made])
    moved = with_objects(page("x"), lifted.objects)
    heights = [mark.v for mark in canonical(moved)]
    # The mask's use of the shading is 5 below, its end as well.
    assert heights == [0, 0, 0, 0, 0, 5, 5, 0, 0, 0]
    assert [mark.v for mark in canonical(lifted.pages[0])] == [5]


def test_a_group_that_shows_something_stays_under_a_new_name() -> None:
    def group(number: int, colour: str) -> Page:
        begin = f"pdf:bxobj @pgftransgroup{number} bbox 0 0 9 9"
        use = f"pdf:uxobj @pgftransgroup{number}"
        return page(FONT, f"color push {colour}", begin, GLYPH, "pdf:exobj", use)

    one, same, red = (
        lift_objects([group(number, colour)])
        for number, colour in ((1, "gray 0"), (2, "gray 0"), (1, "rgb 1 0 0"))
    )
    assert one.objects == ()
    assert one == same
    assert texts(one.pages[0])[1:] != texts(red.pages[0])[1:]
    assert GLYPH in one.pages[0].parts


def test_patterns_are_known_by_two_names() -> None:
    lifted = lift_objects(
        [
            page(
                "pdf:stream @pgfpatternobject7 (q) <<>>",
                "pdf:put @pgfpatterns << /pgfpat7 @pgfpatternobject7 >>",
                "pdf:code /Pattern cs /pgfpat7 scn",
            )
        ]
    )
    digest = texts(lifted.pages[0])[0].split("_")[1].split()[0]
    assert lifted.objects[1].defines == {b"/pgfpat_" + digest.encode()}
    assert len(needed_objects(lifted.pages, lifted.objects)) == 2


def test_objects_that_are_not_of_pgf_stay() -> None:
    made = page("pdf:bxobj @mine width 1pt", "pdf:code q", "pdf:exobj", "pdf:uxobj @mine")
    assert lift_objects([made]).pages == (made,)


def test_a_group_without_an_end_stays() -> None:
    made = page("pdf:bxobj @pgfshade1 width 1pt", DOWN)
    assert lift_objects([made]).pages == (made,)
