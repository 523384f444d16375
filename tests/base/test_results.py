"""Results files: read, checked, with the place of each value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.base.results import DamagedResultsError, key_place, read_results

if TYPE_CHECKING:
    from pathlib import Path


def test_only_the_values_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "q.results.json"
    path.write_text('{"values": {"a": 1}}')
    results = read_results(path)
    assert (dict(results.values), results.digest, dict(results.inputs)) == ({"a": 1}, None, {})


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('{\n"values": {"a": 1', "not valid JSON", 2),
        ('{"values": {}} x', "not valid JSON: extra data", 1),
        ("3", 'no "values"', None),
        ('{"values": {"b": 1,\n"a": [null]}}', '"a" in the stored results is not a number', 2),
        ('{"values": {"a": -Infinity}}', "-Infinity is no number", None),
        ('{"values": {},\n"seed": "x"}', '"seed" in the stored results is not a whole', 2),
        ('{"values": {},\n"digest": 3}', '"digest" in the stored results is not a text', 2),
        ('{"values": {},\n"inputs": {"a": 1}}', '"inputs" in the stored results is not', 2),
        ('{"values": {},\n"tolerances": []}', '"tolerances" in the stored results is not', 2),
        ('{"values": {},\n"versions": {"a": 1}}', '"versions" in the stored results is', 2),
        ('{"values": {\n>>>>>>> theirs\n}}', "marks of a merge conflict", 2),
        ("[" * 100_000, "not valid JSON", None),
    ],
)
def test_what_is_damaged_is_told_with_its_line(
    tmp_path: Path, text: str, message: str, line: int | None
) -> None:
    path = tmp_path / "q.results.json"
    path.write_text(text)
    with pytest.raises(DamagedResultsError) as caught:
        read_results(path)
    assert message in caught.value.message
    assert caught.value.span is not None
    start = caught.value.span.start
    assert (start.line if start else None) == line


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (("a",), '"a"'),
        (("b", "c"), '"c"'),
        (("b", 'q"x'), r'"q\"x"'),
        (("b", "e", "a"), '"a" '),
        (("z",), None),
        (("c",), None),
    ],
)
def test_keys_are_found_at_their_depth(path: tuple[str, ...], found: str | None) -> None:
    text = r'{"a": ["c", {"c": 1}], "b": {"a": "c", "c": 3, "q\"x": 4, "e": {"a" : "b"}}}'
    place = key_place(text, path)
    if found is None:
        assert place is None
    else:
        assert place is not None
        assert text[place[0] :].startswith(found)
        assert text[place[1] :].lstrip().startswith(":")
