"""The loop's logic with a fake clock, fake files and a worker that is driven by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from texbook.config.model import WatchConfig
from texbook.watch.changes import Change, ChangeKind, ChangeSet, WatchSet
from texbook.watch.events import Polling
from texbook.watch.loop import LOOK_SECONDS, Watcher
from texbook.watch.snapshot import Snapshot
from texbook.watch.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.base.cancel import CancelToken

PATHS = [Path(f"/b/{name}.tex") for name in "abc"]


class MemorySnapshot(Snapshot):
    """Looks at a dictionary instead of a disk."""

    def __init__(self, files: dict[Path, str]) -> None:
        super().__init__()
        self._files = files
        self.on_look: Callable[[], None] = lambda: None

    def differences(self) -> dict[Path, str | None]:
        self.on_look()
        return super().differences()

    def _digest(self, path: Path) -> str | None:
        return self._files.get(path)


class FakeEvents(Polling):
    is_polling = False


class World:
    def __init__(self) -> None:
        self.now = 0.0
        self.is_undone = False
        self.files = dict.fromkeys(PATHS, "0")
        self.version = 0
        self.edited: dict[Path, int] = {}
        self.answered: dict[Path, int] = {}
        self.reactions: list[ChangeSet] = []
        self.running: tuple[ChangeSet, CancelToken, int] | None = None
        self.worker = Worker(self._react, on_error=lambda error: None, on_end=lambda: None)
        watch_set = WatchSet(frozenset(PATHS), frozenset(), lambda path: False)
        self.snapshot = MemorySnapshot(self.files)
        self.watcher = Watcher(
            lambda: watch_set,
            self.worker,
            FakeEvents(),
            settings=WatchConfig(),
            clock=lambda: self.now,
            snapshot=self.snapshot,
            is_undone=lambda: self.is_undone,
        )
        self.watcher.begin()

    def _react(self, changes: ChangeSet, token: CancelToken) -> None:
        token.check()
        self.reactions.append(changes)

    def edit(self, path: Path, *, hinted: bool = True) -> None:
        self.version += 1
        self.files[path] = str(self.version)
        self.edited[path] = self.version
        if hinted:
            self.watcher.turn(hinted=True)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.watcher.turn(hinted=False)

    def begin_reaction(self) -> None:
        if self.running is None and self.worker._waiting:
            work = self.worker._next()
            assert work is not None
            self.running = (*work, self.version)

    def end_reaction(self) -> None:
        if self.running is None:
            return
        changes, token, version = self.running
        self.running = None
        before = len(self.reactions)
        self.worker._answer(changes, token)
        if len(self.reactions) > before:
            self.answered.update(dict.fromkeys(changes.paths, version))

    def settle(self) -> None:
        for _ in range(8):
            self.wait(LOOK_SECONDS)
            self.begin_reaction()
            self.end_reaction()


def test_the_first_reaction_starts_the_watch_without_changes() -> None:
    world = World()
    world.settle()
    assert world.reactions == [ChangeSet(is_start=True)]


def test_an_edit_is_answered_after_the_quiet_time() -> None:
    world = World()
    world.settle()
    world.edit(PATHS[0])
    world.wait(0.02)
    assert not world.worker._waiting
    world.wait(0.02)
    assert world.worker._waiting == ChangeSet((Change(PATHS[0], ChangeKind.MODIFIED),))


def test_an_edit_that_no_event_told_is_found_by_looking() -> None:
    world = World()
    world.settle()
    world.edit(PATHS[1], hinted=False)
    world.settle()
    assert world.reactions[-1].paths == (PATHS[1],)


def test_what_was_made_and_is_gone_is_made_again() -> None:
    world = World()
    world.settle()
    world.is_undone = True
    world.wait(LOOK_SECONDS)
    world.is_undone = False
    world.settle()
    assert world.reactions == [ChangeSet(is_start=True)] * 2


def test_a_hint_without_a_change_starts_nothing() -> None:
    world = World()
    world.settle()
    world.watcher.turn(hinted=True)
    world.settle()
    assert len(world.reactions) == 1


def test_the_changes_of_a_cancelled_reaction_are_answered_by_the_next() -> None:
    world = World()
    world.settle()
    world.edit(PATHS[0])
    world.wait(0.2)
    world.begin_reaction()
    world.edit(PATHS[1])
    world.wait(0.2)
    assert world.running is not None
    assert world.running[1].reason == "a newer save"
    world.end_reaction()
    world.begin_reaction()
    world.end_reaction()
    assert world.reactions[-1].paths == (PATHS[0], PATHS[1])


def test_a_save_that_is_taken_back_during_the_build_still_cancels_it() -> None:
    world = World()
    world.settle()
    world.edit(PATHS[0])
    world.wait(0.2)
    world.begin_reaction()
    world.files[PATHS[0]] = "0"
    world.settle()
    assert world.reactions[-1].paths == (PATHS[0],)
    assert world.worker._waiting == ChangeSet()


def test_a_storm_is_answered_before_it_ends_and_again_after() -> None:
    world = World()
    world.settle()
    for _ in range(100):
        world.edit(PATHS[0])
        world.wait(0.05)
        world.begin_reaction()
        world.end_reaction()
    world.settle()
    assert 3 <= len(world.reactions) <= 5
    assert world.answered[PATHS[0]] == world.version


def test_the_loop_sleeps_until_the_next_thing_and_never_long() -> None:
    world = World()
    world.settle()
    world.edit(PATHS[0])
    assert 0 < world.watcher.pause() <= 0.1
    world.wait(0.5)
    assert 0 < world.watcher.pause() <= 0.2


def test_when_looking_is_slow_it_is_done_less_often() -> None:
    world = World()
    world.settle()
    looks = []

    def look_slowly() -> None:
        looks.append(world.now)
        world.now += 0.5

    world.snapshot.on_look = look_slowly
    for _ in range(100):
        world.wait(0.5)
    assert 4 <= len(looks) <= 6


ACTIONS = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(PATHS)),
    st.tuples(st.just("edit unseen"), st.sampled_from(PATHS)),
    st.tuples(st.just("wait"), st.floats(0, 3)),
    st.tuples(st.just("begin"), st.none()),
    st.tuples(st.just("end"), st.none()),
)


@given(st.lists(ACTIONS, max_size=60))
def test_no_change_is_lost_whatever_is_cancelled(actions: list[tuple[str, object]]) -> None:
    world = World()
    for action, argument in actions:
        if isinstance(argument, Path):
            world.edit(argument, hinted=action == "edit")
        elif isinstance(argument, float):
            world.wait(argument)
        elif action == "begin":
            world.begin_reaction()
        else:
            world.end_reaction()
    world.settle()
    assert world.running is None
    for path, version in world.edited.items():
        assert world.answered[path] >= version
