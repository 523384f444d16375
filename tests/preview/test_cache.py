from __future__ import annotations

from texbook.preview.cache import Cache


def test_what_was_made_is_not_made_again() -> None:
    cache: Cache[bytes] = Cache(10, len)
    assert cache.get("a", lambda: b"first") == b"first"
    assert cache.get("a", lambda: b"second") == b"first"


def test_what_was_not_used_for_longest_goes_first() -> None:
    cache: Cache[bytes] = Cache(10, len)
    for name in ("a", "b", "a", "c"):
        cache.get(name, lambda: b"12345")
    assert cache.get("a", lambda: b"anew") == b"12345"
    assert cache.get("b", lambda: b"anew") == b"anew"


def test_what_is_larger_than_the_cache_is_given_and_not_kept() -> None:
    cache: Cache[bytes] = Cache(3, len)
    assert cache.get("a", lambda: b"12345") == b"12345"
    assert cache.get("a", lambda: b"1") == b"1"
    assert cache.get("a", lambda: b"2") == b"1"


def test_what_is_not_kept_is_made_anew_and_leaves_its_room() -> None:
    cache: Cache[bytes] = Cache(10, len)
    for name in ("a", "b"):
        cache.get(name, lambda: b"12345")
    cache.keep({"b"})
    cache.get("c", lambda: b"12345")
    assert cache.get("b", lambda: b"anew") == b"12345"
    assert cache.get("a", lambda: b"anew") == b"anew"
