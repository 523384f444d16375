from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from texbook.system.handover import LARGEST, FrameReader, Kind, NonsenseError, frame, frames

KINDS = [kind for kind in Kind if kind is not Kind.END]
CONTENTS = st.lists(st.tuples(st.sampled_from(KINDS), st.binary(max_size=200)), max_size=20)
END = frame(Kind.END, b"")

untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(chunks: list[bytes]) -> tuple[list[tuple[Kind, bytes]], FrameReader]:
    taken: list[tuple[Kind, bytes]] = []
    reader = FrameReader(lambda kind, content: taken.append((kind, content)))
    for chunk in chunks:
        reader.feed(chunk)
    return taken, reader


@untimed
@given(contents=CONTENTS, cuts=st.lists(st.integers(0, 4000), max_size=30))
def test_what_is_framed_is_read_wherever_the_stream_is_cut(
    contents: list[tuple[Kind, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(frame(kind, content) for kind, content in contents) + END
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    chunks = [stream[a:b] for a, b in pairwise(places)]
    taken, reader = read(chunks)
    assert taken == [*contents, (Kind.END, b"")]
    assert (reader.has_begun, reader.has_ended, reader.noise) == (True, True, b"")


@untimed
@given(contents=CONTENTS, left=st.integers(0, 4000))
def test_a_stream_that_breaks_off_has_not_ended(
    contents: list[tuple[Kind, bytes]], left: int
) -> None:
    stream = b"".join(frame(kind, content) for kind, content in contents) + END
    taken, reader = read([stream[: left % len(stream)]])
    assert not reader.has_ended
    assert taken == contents[: len(taken)]


@untimed
@given(junk=st.binary(min_size=5, max_size=400), cut=st.integers(0, 400))
def test_nonsense_is_refused_or_nothing_but_frames(junk: bytes, cut: int) -> None:
    try:
        taken, reader = read([END[:0], junk[:cut], junk[cut:]])
    except NonsenseError:
        return
    told = b"".join(frame(kind, content) for kind, content in taken)
    assert junk.startswith(told) or reader.noise


def test_a_long_content_comes_in_pieces() -> None:
    content = bytes(range(256)) * (LARGEST // 100)
    taken, _ = read([frames(Kind.OUTPUT, content)])
    assert len(taken) == 3
    assert b"".join(piece for _, piece in taken) == content
    assert frames(Kind.OUTPUT, b"") == b""


@pytest.mark.parametrize(
    "stream",
    [
        frame(Kind.STEP, b"x") + b"x\0\0\0\1y",
        frame(Kind.STEP, b"x") + b"o" + (LARGEST + 1).to_bytes(4, "big"),
        frame(Kind.STEP, b"x") + b"o\xff\xff\xff\xff",
        END + END,
        END + frame(Kind.OUTPUT, b"more"),
    ],
    ids=["kind", "large", "larger", "two ends", "more"],
)
def test_what_texbook_never_says_is_nonsense(stream: bytes) -> None:
    with pytest.raises(NonsenseError, match="cannot be understood"):
        read([stream])
    with pytest.raises(NonsenseError, match="cannot be understood"):
        read([stream[at : at + 1] for at in range(len(stream))])


def test_what_bubblewrap_says_is_kept_and_not_all_of_it() -> None:
    taken, reader = read([b"bwrap: ", b"no ", b"permission\n"])
    assert (taken, reader.has_begun) == ([], False)
    assert reader.noise == b"bwrap: no permission\n"
    _, reader = read([b"A" * 100_000 for _ in range(20)])
    assert len(reader.noise) < 10_000
