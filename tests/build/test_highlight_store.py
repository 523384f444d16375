from __future__ import annotations

import json
from typing import TYPE_CHECKING

from texbook.base.digest import digest_bytes
from texbook.build.highlight_store import has_other_version, load_listings, save_listings

if TYPE_CHECKING:
    from pathlib import Path


def test_a_store_of_another_pygments_counts_for_nothing_and_says_so(tmp_path: Path) -> None:
    save_listings(tmp_path, {"a.pygtex": b"content"})
    assert load_listings(tmp_path) == {"a.pygtex": b"content"}
    assert not has_other_version(tmp_path)
    store = tmp_path / "listings.json"
    table = json.loads(store.read_bytes().partition(b"\n")[2])
    content = json.dumps({**table, "pygments": "1.0"}).encode()
    store.write_bytes(digest_bytes(content).encode() + b"\n" + content)
    assert load_listings(tmp_path) == {}
    assert has_other_version(tmp_path)


def test_a_store_that_is_not_there_or_damaged_has_no_other_version(tmp_path: Path) -> None:
    assert not has_other_version(tmp_path)
    for content in (b"", b"x\n", b"x\n[]", b'x\n{"files": {}}'):
        (tmp_path / "listings.json").write_bytes(content)
        assert not has_other_version(tmp_path)
