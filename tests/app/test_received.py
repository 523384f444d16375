from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from texbook.app.received import Received, sandbox_limit
from texbook.base.errors import LimitError
from texbook.config.person import UNTRUSTED_BOUNDS, UntrustedLimits
from texbook.system.handover import Kind, NonsenseError, frame

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = UntrustedLimits(disk_megabytes=16, output_megabytes=1)


@dataclass
class Told:
    """A `Progress` that keeps what it is told."""

    told: list[object] = field(default_factory=list)

    def step(self, message: str) -> None:
        self.told.append(message)

    def page(self, number: int, expected: int | None) -> None:
        self.told.append((number, expected))

    def note(self, message: str) -> None:
        self.told.append(message)


def received(staging: Path | None, *items: tuple[Kind, bytes]) -> Received:
    made = Received(staging, LIMITS, Told())
    for kind, content in items:
        made.reader.feed(frame(kind, content))
    return made


def told(*items: tuple[Kind, bytes]) -> list[object]:
    progress = received(None, *items).progress
    assert isinstance(progress, Told)
    return progress.told


def test_what_is_printed_is_kept_in_order_and_steers_no_terminal(tmp_path: Path) -> None:
    made = received(
        tmp_path,
        (Kind.OUTPUT, b"one\n"),
        (Kind.ERRORS, b"two\x1b]0;title\x07\n"),
        (Kind.OUTPUT, b"three"),
    )
    assert [(said.text, said.is_output) for said in made.said] == [
        ("one\n", True),
        ("two\\x1b]0;title\\x07\n", False),
        ("three", True),
    ]


def test_steps_pages_and_notes_are_told() -> None:
    items = [(Kind.STEP, b"pass 1"), (Kind.PAGE, b"3 12"), (Kind.PAGE, b"4 0"), (Kind.NOTE, b"x")]
    assert told(*items) == ["pass 1", (3, 12), (4, None), "x"]


@pytest.mark.parametrize(
    "content", [b"", b"1", b"a b", b"-1 2", b"1 " + b"9" * 5000, "\u0663 4".encode(), b"\xff 1"]
)
def test_pages_that_are_no_numbers_are_left_out(content: bytes) -> None:
    assert told((Kind.PAGE, content)) == []


def test_a_step_is_one_short_line() -> None:
    (step,) = told((Kind.STEP, b"one\ntwo\x1b[2J" + b"x" * 5000))
    assert isinstance(step, str)
    assert step.startswith("one two\\x1b[2J")
    assert len(step) < 400


def test_files_are_kept_under_numbers_whatever_their_names_are(tmp_path: Path) -> None:
    made = received(
        tmp_path,
        (Kind.FILE, b"../../escape.pdf"),
        (Kind.DATA, b"one "),
        (Kind.DATA, b"two"),
        (Kind.FILE, b"/etc/passwd"),
        (Kind.FILE, b"\xff\n"),
        (Kind.DATA, b"three"),
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.pdf", "1", "2"]
    assert [path.read_bytes() for path in made.files.values()] == [b"one two", b"", b"three"]


def test_files_that_nobody_wants_are_not_kept() -> None:
    made = received(None, (Kind.DATA, b"x"), (Kind.FILE, b"main.pdf"), (Kind.DATA, b"x"))
    assert made.files == {}


@pytest.mark.parametrize(
    "items",
    [
        [(Kind.DATA, b"x")],
        [(Kind.FILE, b"a"), (Kind.FILE, b"a")],
        [(Kind.FILE, b"a" * 5000)],
        [(Kind.FILE, b"%d" % number) for number in range(10_001)],
        [(Kind.FILE, b"a"), (Kind.END, b""), (Kind.DATA, b"x")],
    ],
    ids=["no name", "twice", "long", "many", "late"],
)
def test_files_that_texbook_never_hands_out_are_nonsense(
    tmp_path: Path, items: list[tuple[Kind, bytes]]
) -> None:
    with pytest.raises(NonsenseError):
        received(tmp_path, *items)


def test_files_have_the_limit_of_the_disk(tmp_path: Path) -> None:
    piece = (Kind.DATA, bytes(1 << 20))
    with pytest.raises(LimitError, match="16 MiB of disk") as caught:
        received(tmp_path, (Kind.FILE, b"a"), *[piece] * 8, (Kind.FILE, b"b"), *[piece] * 9)
    assert "disk-megabytes" in caught.value.hints[0]


def test_a_summary_is_one_text_that_steers_nothing_and_has_a_limit_of_its_own() -> None:
    made = received(None, (Kind.SUMMARY, b"### one\n"), (Kind.SUMMARY, b"two\x1b]0;title\x07"))
    assert made.summary == "### one\ntwo\\x1b]0;title\\x07"
    assert made.said == ()
    roomy = Received(None, UntrustedLimits(output_megabytes=16), Told())
    roomy.reader.feed(frame(Kind.SUMMARY, b"x" * (1 << 20)))
    with pytest.raises(LimitError):
        roomy.reader.feed(frame(Kind.SUMMARY, b"x"))


@pytest.mark.parametrize(
    "kind", [Kind.OUTPUT, Kind.ERRORS, Kind.STEP, Kind.NOTE, Kind.PAGE, Kind.SUMMARY]
)
@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_all_that_is_said_has_the_limit_of_the_output(kind: Kind, size: int) -> None:
    made = Received(None, LIMITS, Told())
    message = frame(kind, b"\n" * size)
    count = 0

    def say() -> None:
        nonlocal count
        for _ in range(20_000):
            made.reader.feed(message)
            count += 1

    with pytest.raises(LimitError, match="1 MiB of output") as caught:
        say()
    assert "output-megabytes" in caught.value.hints[0]
    assert count * size <= LIMITS.output_bytes


@pytest.mark.parametrize(
    ("limit", "key"),
    [
        ("time", "seconds"),
        ("cpu", "cpu-seconds"),
        ("memory", "memory-megabytes"),
        ("disk", "disk-megabytes"),
        ("file size", "disk-megabytes"),
        ("output", "output-megabytes"),
    ],
)
def test_every_limit_names_its_key_and_where_it_is_set(limit: str, key: str) -> None:
    fault = sandbox_limit(limit, UntrustedLimits(), "pass 3")
    assert fault.status == 4
    assert fault.message.endswith("in the step: pass 3")
    assert f'"{key}"' in fault.hints[0]
    assert key in UNTRUSTED_BOUNDS
    assert "config.toml" in fault.hints[0]
