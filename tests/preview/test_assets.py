from __future__ import annotations

import re

from texbook.preview.packaged import ASSETS, packaged_files


def test_all_modules_are_asked_for_at_once() -> None:
    page = (ASSETS / "index.html").read_text("utf-8")
    preloaded = set(re.findall(r'rel="modulepreload" href="([^"]+)"', page))
    assert preloaded == {path.name for path in ASSETS.glob("*.js")} - {"app.js"}


def test_all_files_are_served() -> None:
    assert set(packaged_files()) == {path.name for path in ASSETS.iterdir()}


def test_the_page_has_no_script_or_style_of_its_own() -> None:
    page = (ASSETS / "index.html").read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
