from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.preview.packaged import ASSETS, packaged_files

if TYPE_CHECKING:
    from pathlib import Path


def test_the_packaged_files_are_there() -> None:
    files = packaged_files()
    assert {"index.html", "app.js", "app.css", "icon.svg"} <= set(files)
    assert {path.name for path in ASSETS.iterdir()} == set(files)


def test_what_the_page_loads_is_packaged_and_all_of_it_its_own() -> None:
    files = packaged_files()
    page = files["index.html"][1].decode()
    named = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert named
    assert set(named) <= set(files)
    # The policy of the server allows no code and no style in the page itself.
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\bon\w+=|\bstyle=", page)


def test_the_page_asks_for_all_modules_at_once() -> None:
    page = packaged_files()["index.html"][1].decode()
    preloaded = re.findall(r'rel="modulepreload" href="([^"]+)"', page)
    assert set(preloaded) == {name for name in packaged_files() if name.endswith(".js")} - {
        "app.js"
    }


def test_links_folders_and_other_files_are_not_served(tmp_path: Path) -> None:
    secret = tmp_path / "secret.js"
    secret.write_text("secret", "utf-8")
    folder = tmp_path / "assets"
    folder.mkdir()
    (folder / "app.js").write_text("code", "utf-8")
    (folder / "link.js").symlink_to(secret)
    (folder / "folder.js").mkdir()
    for name in (".hidden.js", "notes.txt", "a b.js", "module.py"):
        (folder / name).write_text("x", "utf-8")
    assert packaged_files(folder) == {"app.js": ("text/javascript; charset=utf-8", b"code")}
