from __future__ import annotations

from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.fix import Edit, Fix
from texbook.base.source import SourceFile
from texbook.base.sourcemap import Origin, SourceMap
from texbook.base.span import Span
from texbook.lint.book import Document
from texbook.lint.fixes import apply_fixes
from texbook.lint.translate import each_once, translated

TEMPLATE = Path("/b/q.j2.tex")
RENDERED = Path("/b/build/tex/q.tex")


def document(template: str, rendered: str, *lines: int, path: Path = TEMPLATE) -> Document:
    """Make a document whose rendered lines come from these lines of the template."""
    origins = tuple(Origin(path, line) for line in lines)
    source_map = SourceMap(RENDERED, origins)
    return Document(SourceFile(RENDERED, rendered), source_map, (), SourceFile(TEMPLATE, template))


def moved(made: Document, old: str, new: str, nth: int = 0) -> Diagnostic:
    """Translate a finding that replaces one text of the rendering by another."""
    text = made.source.text
    start = -1
    for _ in range(nth + 1):
        start = text.index(old, start + 1)
    fix = Fix("mend", (Edit(start, start + len(old), new),), safe=True)
    span = made.source.span(start, start + len(old))
    finding = Diagnostic("TB999", Severity.WARNING, "m", span, fix=fix)
    return translated(finding, {RENDERED: made})


def fixed(made: Document, finding: Diagnostic) -> str:
    assert made.template is not None
    assert finding.fix is not None
    return apply_fixes(made.template.text, [finding.fix])[0]


def test_a_fix_of_an_unchanged_line_is_one_of_the_template() -> None:
    made = document("%% block a\nsome bad text\n%% endblock\n", "some bad text\n", 2)
    finding = moved(made, "bad", "good")
    assert str(finding.span) == f"{TEMPLATE}:2:6"
    assert fixed(made, finding) == "%% block a\nsome good text\n%% endblock\n"


def test_a_fix_over_lines_that_follow_each_other_is_one_of_the_template() -> None:
    made = document("%%\na bad\r\nthing b\r\n", "a bad\nthing b\n", 2, 3)
    assert fixed(made, moved(made, "bad\nthing", "good\nword")) == "%%\na good\r\nword b\r\n"


@pytest.mark.parametrize(
    ("template", "rendered", "lines", "old"),
    [
        ("\\VAR{x}\n", "bad\n", (1,), "bad"),
        ("a bad\n%% if x\nthing b\n", "a bad\nthing b\n", (1, 3), "bad\nthing"),
        ("thing b\na bad\n", "a bad\nthing b\n", (2, 1), "bad\nthing"),
        ("a bad\n\\VAR{x} b\n", "a bad\nthing b\n", (1, 2), "bad\nthing"),
        ("a bad\n%% endblock\nnext\n", "a bad\nnext\n", (1, 3), "bad\n"),
    ],
    ids=["expanded", "a gap", "turned round", "one expanded", "the line end"],
)
def test_a_fix_that_does_not_fit_the_template_is_dropped(
    template: str, rendered: str, lines: tuple[int, ...], old: str
) -> None:
    finding = moved(document(template, rendered, *lines), old, "x")
    assert finding.fix is None
    assert finding.span is not None
    assert finding.span.path == TEMPLATE


@pytest.mark.parametrize(
    ("template", "rendered", "old", "new", "after"),
    [
        ("bad \\VAR{x}", "bad 7", "bad", "good", "good \\VAR{x}"),
        ("\\VAR{x} bad\r", "bad bad", " bad", " good", "\\VAR{x} good\r"),
        ("\\VAR{x} a bad \\VAR{y}", "seven a bad 8", "bad", "x", "\\VAR{x} a x \\VAR{y}"),
        ("\\VAR{x}-20 \\VAR{y}", "10-20 9", "-20", "--20", "\\VAR{x}--20 \\VAR{y}"),
        ('\\VAR{"}-2"} 1-2', "}-2 1-2", "1-2", "1--2", '\\VAR{"}-2"} 1--2'),
        ("a\\\\VAR{x} bad \\VAR{y}", "a\\\\VAR{x} bad 8", "bad", "b", "a\\\\VAR{x} b \\VAR{y}"),
    ],
    ids=["before", "after, CRLF", "between", "beside", "a brace in a string", "escaped"],
)
def test_a_fix_between_expressions_is_one_of_the_template(
    template: str, rendered: str, old: str, new: str, after: str
) -> None:
    made = document(template + "\n", rendered + "\n", 1)
    assert fixed(made, moved(made, old, new)) == after + "\n"


@pytest.mark.parametrize(
    ("template", "rendered", "old", "new"),
    [
        ("\\VAR{x} is \\VAR{y}", "seven is bad", "bad", "x"),
        ("\\VAR{x}-20 \\VAR{y}", "10-20 9", "10-20", "10--20"),
        ("\\VAR{x} bad \\VAR{y}", "7 bad bad 8", "bad", "x"),
        ("\\VAR{x} bad \\VAR{y} c", "7 bad 8", "bad", "x"),
        ("bad \\BLOCK{if x}a\\BLOCK{endif}", "bad a", "bad", "x"),
        ("bad \\VAR{f(", "bad 7", "bad", "x"),
        ("bad \\VAR{x}", "bad 7", "bad ", "\\"),
        ("bad \\VAR{x}", "bad 7", "bad", "%"),
        ("bad \\VAR{x}", "bad 7", "bad", "\\VAR{y}"),
        ("bad \\VAR{x}", "bad 7", "bad", "a\n% b"),
    ],
    ids=[
        *("printed", "partly printed", "twice", "another line", "a statement", "not closed"),
        *("escapes the expression", "comments it out", "writes one", "writes lines"),
    ],
)
def test_a_fix_whose_place_between_expressions_is_not_certain_is_dropped(
    template: str, rendered: str, old: str, new: str
) -> None:
    assert moved(document(template + "\n", rendered + "\n", 1), old, new).fix is None


@pytest.mark.parametrize("lines", [(1, 1), (1, 2, 1)], ids=["a value with lines", "a loop"])
def test_a_fix_of_a_line_that_gives_several_is_dropped(lines: tuple[int, ...]) -> None:
    made = document("bad \\VAR{x}\nend\n", "bad 7\n8\nbad 9\n", *lines)
    assert moved(made, "bad", "good").fix is None


def test_a_fix_of_a_line_of_a_macro_is_dropped() -> None:
    origin = Origin(TEMPLATE, 1, ((TEMPLATE, 2),))
    source = SourceFile(RENDERED, "bad 7\n")
    template = SourceFile(TEMPLATE, "bad \\VAR{x}\n\\VAR{m()}\n")
    made = Document(source, SourceMap(RENDERED, (origin,)), (), template)
    assert moved(made, "bad", "good").fix is None


def test_a_fix_in_a_file_that_is_not_at_hand_is_dropped() -> None:
    made = document("bad\n", "bad\n", 1, path=Path("/b/templates/macros.tex"))
    assert moved(made, "bad", "good").fix is None


def test_a_line_that_is_rendered_twice_gives_the_same_fix() -> None:
    made = document("%% for i in x\nbad\n%% endfor\n", "bad\nbad\n", 2, 2)
    first, second = (moved(made, "bad", "good", nth) for nth in range(2))
    assert first == second
    assert fixed(made, first) == "%% for i in x\ngood\n%% endfor\n"


def test_a_fix_with_one_edit_that_does_not_fit_is_dropped_as_a_whole() -> None:
    made = document("a bad b\n\\VAR{x}\n", "a bad b\nbad\n", 1, 2)
    edits = (Edit(2, 5, "x"), Edit(8, 11, "x"))
    fix = Fix("mend", edits, safe=True)
    finding = Diagnostic("TB999", Severity.WARNING, "m", made.source.span(2, 5), fix=fix)
    assert translated(finding, {RENDERED: made}).fix is None


def test_places_that_a_finding_refers_to_are_moved_too() -> None:
    made = document("%%\none\ntwo\n", "one\ntwo\n", 2, 3)
    related = (Related(made.source.span(4, 7), "here"),)
    elsewhere = SourceFile(Path("/b/other.tex"), "x").span(0)
    finding = Diagnostic("TB999", Severity.WARNING, "m", elsewhere, related=related)
    (item,) = translated(finding, {RENDERED: made}).related
    assert str(item.span) == f"{TEMPLATE}:3:1"


def test_a_finding_in_a_file_that_was_not_rendered_stays() -> None:
    source = SourceFile(Path("/b/main.tex"), "bad\n")
    fix = Fix("mend", (Edit(0, 3, "good"),), safe=True)
    finding = Diagnostic("TB999", Severity.WARNING, "m", source.span(0, 3), fix=fix)
    assert translated(finding, {}) == finding


@pytest.mark.parametrize(
    ("template", "rendered", "text", "column"),
    [
        ("bad \\VAR{x}", "bad 7", "bad", 1),
        ("\\VAR{x} is bad", "seven is bad", "bad", 12),
        ("\\VAR{x} is bad \\VAR{y}", "seven is bad 8", "bad", 12),
        ("\\VAR{x} is bad \\VAR{y}", "seven is bad is bad 8", "bad", None),
        ("\\VAR{x} is \\VAR{y}", "seven is bad", "bad", None),
        ('\\VAR{f("}")} bad', "f bad", "bad", 14),
    ],
    ids=["before", "after", "between", "twice", "within", "a brace in a string"],
)
def test_a_column_is_told_where_the_text_stands_in_the_template(
    template: str, rendered: str, text: str, column: int | None
) -> None:
    finding = moved(document(template + "\n", rendered + "\n", 1), text, "x")
    assert str(finding.span) == (f"{TEMPLATE}:1" if column is None else f"{TEMPLATE}:1:{column}")


def test_what_a_macro_says_is_told_once() -> None:
    def of_call(line: int) -> Diagnostic:
        related = (Related(Span.at(TEMPLATE, line), "expanded from here"),)
        return Diagnostic(
            "TB999", Severity.WARNING, "m", Span.at(TEMPLATE, 1), related=related, source="lint"
        )

    assert each_once([of_call(7), of_call(9)]) == (of_call(7),)
