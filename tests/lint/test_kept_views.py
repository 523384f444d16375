from pathlib import Path

import pytest

from texbook.lint import kept_views, passage
from texbook.lint.facts import Facts
from texbook.lint.kept_views import KeptViews
from texbook.lint.passage import Passage

FACTS = Facts()


def _passage(text: str, views: KeptViews | None = None) -> Passage:
    return Passage(text, FACTS, views=views)


def test_prose_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, text = tmp_path / "a.views", "Caf\u00e9 \\emph{au} $x$ lait \ud800.\n"
    views = KeptViews(path, "1")
    prose = _passage(text, views).prose
    assert prose == _passage(text).prose
    views.save()
    monkeypatch.setattr(passage, "prose_view", None)
    assert _passage(text, KeptViews(path, "1")).prose == prose


def test_another_version_or_text_knows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.views"
    views = KeptViews(path, "1")
    views.put(_passage("abc"), "ABC")
    views.save()
    assert KeptViews(path, "1").get(_passage("abc")) == "ABC"
    assert KeptViews(path, "2").get(_passage("abc")) is None
    assert KeptViews(path, "1").get(_passage("abd")) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content[:20],
        lambda content: content.replace(b"\n", b"\n\xff", 1),
        lambda content: content.replace(b'"views":{', b'"views":{"x":7,', 1),
        lambda content: b"[]\n",
        lambda content: b"[" * 100_000,
    ],
)
def test_a_damaged_file_counts_as_none(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    path = tmp_path / "a.views"
    views = KeptViews(path, "1")
    views.put(_passage("abc"), "ABC")
    views.save()
    path.write_bytes(damage(path.read_bytes()))
    again = KeptViews(path, "1")
    assert again.get(_passage("abc")) is None
    again.put(_passage("abc"), "ABC")
    again.save()
    assert KeptViews(path, "1").get(_passage("abc")) == "ABC"


def test_the_oldest_unused_views_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_views, "_FEWEST", 2)
    path = tmp_path / "a.views"
    for number in range(6):
        views = KeptViews(path, "1")
        views.put(_passage(f"text {number}"), f"view {number}")
        views.save()
    views = KeptViews(path, "1")
    assert [n for n in range(6) if views.get(_passage(f"text {n}"))] == [3, 4, 5]


def test_a_value_is_made_once_for_each_passage_and_name(tmp_path: Path) -> None:
    path, made = tmp_path / "a.views", list[str]()

    def length(passage: Passage) -> list[int]:
        made.append(passage.text)
        return [len(passage.text)]

    for _ in range(2):
        views = KeptViews(path, "1")
        assert _passage("abc", views).remembered("length", length) == [3]
        assert _passage("abcd", views).remembered("length", length) == [4]
        views.save()
    assert made == ["abc", "abcd"]
    _passage("abc", KeptViews(path, "1")).remembered("other", length)
    _passage("abc", KeptViews(path, "2")).remembered("length", length)
    _passage("abc").remembered("length", length)
    assert made == ["abc", "abcd", "abc", "abc", "abc"]


def test_a_changed_value_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "a.views"
    views = KeptViews(path, "1")
    _passage("abc", views).remembered("length", lambda _: [3])
    views.save()
    path.write_bytes(path.read_bytes().replace(b"[3]", b'"x"'))
    assert _passage("abc", KeptViews(path, "1")).remembered("length", lambda _: [7]) == [7]
