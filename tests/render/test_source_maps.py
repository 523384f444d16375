"""Every rendered line knows the line that the author wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.render.conftest import Book


def numbers(book: Book, text: str) -> list[tuple[str, int]]:
    return [(line, number) for line, _, number in book.lines(text)]


def test_plain_lines_map_to_themselves(book: Book) -> None:
    assert numbers(book, "a\n\nb\nc") == [("a", 1), ("", 2), ("b", 3), ("c", 4)]


def test_statements_leave_gaps(book: Book) -> None:
    text = "a\n%% if true\nb\n%% else\nc\n%% endif\nd\n"
    assert numbers(book, text) == [("a", 1), ("b", 3), ("d", 7)]


def test_a_loop_repeats_its_lines(book: Book) -> None:
    text = "%% for i in [1, 2]\n\n\\VAR{i}\n%% endfor\nend\n"
    assert numbers(book, text) == [("", 2), ("1", 3), ("", 2), ("2", 3), ("end", 5)]


def test_a_value_of_several_lines_belongs_to_its_expression(book: Book) -> None:
    book.results(text="x\ny\nz")
    text = "a\nb \\VAR{results.text} c\nd\n"
    assert numbers(book, text) == [("a", 1), ("b x", 2), ("y", 2), ("z c", 2), ("d", 3)]


def test_an_expression_over_several_lines(book: Book) -> None:
    text = "\\VAR{[1,\n  2]\n | length} x\ny\n"
    assert numbers(book, text) == [("2 x", 1), ("y", 4)]


def test_a_macro_tells_its_body_and_its_call(book: Book) -> None:
    text = "%% macro m(x)\nbody \\VAR{x}\nmore\n%% endmacro\nbefore\n\\VAR{m(1)}\nafter\n"
    rendered = book.rendered(text)
    assert [(o.line, [line for _, line in o.call_sites]) for o in rendered.source_map.origins] == [
        (5, []),
        (2, [6]),
        (3, [6]),
        (7, []),
    ]


def test_calls_within_calls_are_told_from_the_outside_in(book: Book) -> None:
    inner = "%% macro a()\nin a\n%% endmacro\n"
    text = inner + "%% macro b()\n\\VAR{a()}\n%% endmacro\n\\VAR{b()}\n"
    (origin,) = book.rendered(text).source_map.origins
    assert origin.line == 2
    assert [line for _, line in origin.call_sites] == [7, 5]


def test_a_call_block_maps_the_callers_text_to_the_caller(book: Book) -> None:
    macro = "%% macro box()\n<\n\\VAR{caller()}\n>\n%% endmacro\n"
    text = macro + "%% call box()\ninner\n%% endcall\nz\n"
    assert numbers(book, text) == [("<", 2), ("inner", 7), (">", 4), ("z", 9)]


def test_an_include_tells_the_included_file(book: Book) -> None:
    book.write("templates/part.tex", "one\ntwo\n")
    rendered = book.rendered('a\n%% include "part.tex"\nb\n')
    found = [
        (o.path.name, o.line, [line for _, line in o.call_sites])
        for o in rendered.source_map.origins
    ]
    assert found == [
        ("q.j2.tex", 1, []),
        ("part.tex", 1, [2]),
        ("part.tex", 2, [2]),
        ("q.j2.tex", 3, []),
    ]


def test_an_imported_macro_maps_to_its_own_file(book: Book) -> None:
    book.write("templates/m.tex", "%% macro m()\ntext\n%% endmacro\n")
    text = '%% from "m.tex" import m\na\n\\VAR{m()}\n'
    assert book.lines(text) == [("a", "q.j2.tex", 2), ("text", "m.tex", 1 + 1)]


def test_inheritance_and_super(book: Book) -> None:
    book.write("templates/base.tex", "head\n%% block a\nfrom base\n%% endblock\nfoot\n")
    text = '%% extends "base.tex"\n%% block a\nmine\n\\VAR{super()}after\n%% endblock\n'
    assert book.lines(text) == [
        ("head", "base.tex", 1),
        ("mine", "q.j2.tex", 3),
        ("from base", "base.tex", 3),
        ("after", "q.j2.tex", 4),
        ("foot", "base.tex", 5),
    ]


def test_a_filter_sees_text_without_marks(book: Book) -> None:
    text = "%% set t\nab\ncd\n%% endset\n\\VAR{t | length} \\VAR{t | upper | replace('B', '-')}\n"
    assert book.text(text) == "5 A-\nCD\n"


def test_a_filter_block_belongs_to_its_line(book: Book) -> None:
    text = "a\n%% filter upper\nb\nc\n%% endfilter\nd\n"
    assert numbers(book, text) == [("a", 1), ("B", 2), ("C", 2), ("d", 6)]


def test_text_that_was_cut_inside_a_mark_is_refused(book: Book) -> None:
    error = book.error("%% set t\nabcdef\n%% endset\n\\VAR{t[::-1]}\n")
    assert error.code == "template-error"
    assert "cut" in error.message


def test_headings_of_the_packaged_parent_belong_to_the_block_below(book: Book) -> None:
    text = book.question()
    lines = text.split("\n")
    for line, name, number in book.lines(text):
        assert name == "q.j2.tex"
        if "\\subsection" in line:
            assert lines[number - 1].startswith("%% block")
    found = {line: number for line, _, number in book.lines(text)}
    for block in book.BLOCKS:
        assert lines[found[block] - 1] == block


def test_front_matter_belongs_to_its_own_lines(book: Book) -> None:
    found = {line: number for line, _, number in book.lines(book.question())}
    front = book.FRONT_MATTER.split("\n")
    ask = next(line for line in found if "ask=" in line)
    title = next(line for line in found if "\\section" in line)
    assert front[found[ask] - 1].startswith("% ask")
    assert front[found[title] - 1].startswith("% title")


def test_a_listing_belongs_to_the_script(book: Book) -> None:
    book.write("q.py", "# region: r\nx = 1\ny = 2\n# endregion\n")
    rendered = book.rendered('a\n\\VAR{listing("r")}\nb\n')
    found = [(o.path.name, o.line) for o in rendered.source_map.origins]
    assert found == [
        *(("q.j2.tex", 1), ("q.j2.tex", 2)),
        *(("q.py", 2), ("q.py", 3)),
        *(("q.j2.tex", 2), ("q.j2.tex", 3)),
    ]
    assert [line for _, line in rendered.source_map.origins[2].call_sites] == [2]
