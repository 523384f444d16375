r"""Undefined references and citations, and duplicate labels, at the author's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.span import Position, Span
from texbook.messages.warnings import Traces, engine_warnings

if TYPE_CHECKING:
    from tests.conftest import RunFolder


def undefined(name: str, line: int, kind: str = "Reference") -> str:
    return f"LaTeX Warning: {kind} `{name}' on page 1 undefined on input line {line}.\n\n"


def test_a_reference_is_found_where_it_stands_with_the_closest_label(run: RunFolder) -> None:
    run.put("main.tex", "one\nSee \\cref{sec:tow,sec:one}.\n")
    run.put("main.aux", "\\newlabel{sec:two}{{1}{1}}\n\\newlabel{sec:two@cref}{{[section][1]}}\n")
    [found] = run.warnings(undefined("sec:tow", 2)).findings
    assert found.code == "undefined-reference"
    assert found.message == 'the reference "sec:tow" is not defined: there is no such label'
    assert found.hints == ('did you mean "sec:two"?',)
    assert found.span == run.at("main.tex", 2, 11, 7)


def test_a_reference_inside_an_argument_is_found_above_the_line_that_tex_names(
    run: RunFolder,
) -> None:
    run.put("main.tex", "\\footnote{see\n% \\ref{b}\n\\ref{b}\nand\nso on}\n")
    [found] = run.warnings(undefined("b", 5)).findings
    assert found.span == run.at("main.tex", 3, 6, 1)


def test_the_same_name_twice_in_a_line_is_two_findings(run: RunFolder) -> None:
    run.put("main.tex", "\\ref{b} and \\ref{b}\n")
    found = run.warnings(undefined("b", 1) * 2).findings
    assert [item.span for item in found] == [run.at("main.tex", 1, n, 1) for n in (6, 18)]


def test_a_reference_in_a_rendered_file_is_found_in_the_template(run: RunFolder) -> None:
    run.put("main.tex", "x\n")
    run.render("%% block a\n  In \\ref{gone}\n", "In \\ref{gone}\n")
    [found] = run.warnings("(./q.tex\n" + undefined("gone", 1) + ")").findings
    path = run.folder.parent / "q.j2.tex"
    assert found.span == Span(path, Position(2, 11), Position(2, 15))


def test_a_reference_that_a_macro_makes_has_at_least_its_line(run: RunFolder) -> None:
    run.put("main.tex", "one\n\\seefigure{b}\n")
    [found] = run.warnings(undefined("fig:b", 2)).findings
    assert found.span == Span.at(run.book / "main.tex", 2)


def test_a_link_of_hyperref_that_leads_nowhere(run: RunFolder) -> None:
    run.put("main.tex", "\\hyperref[sec:gone]{here}\n")
    [found] = run.warnings(undefined("sec:gone", 1, "Hyper reference")).findings
    assert found.message == 'the link leads nowhere: there is no label "sec:gone"'
    assert found.span == run.at("main.tex", 1, 11, 8)


def test_a_citation_is_told_once_whoever_complains_of_it(run: RunFolder) -> None:
    run.put("main.tex", "\\cite{knuth84,lampor94}\n")
    bib = run.put("refs.bib", "@comment{lampor95,}\n@book{lamport94, title={x}}\n")
    log = run.log(
        "Package biblatex Warning: The following entry could not be found\n"
        "(biblatex)                in the database:\n(biblatex)                lampor94\n"
        "(biblatex)                Please verify the spelling and rerun\n"
        "(biblatex)                LaTeX afterwards.\n\n"
        "LaTeX Warning: Citation 'lampor94' on page 1 undefined on input line 1.\n\n"
        "LaTeX Warning: Citation '' on page 1 undefined on input line 1.\n\n"
    )
    traces = Traces(bibliographies=(bib,))
    [found] = engine_warnings(log, run.locator, traces, ["lampor94"]).findings
    assert found.code == "undefined-citation"
    assert found.hints == ('did you mean "lamport94"?',)
    assert found.span == run.at("main.tex", 1, 15, 8)


def test_a_citation_that_prints_nothing_is_found_too(run: RunFolder) -> None:
    run.put("main.tex", "x\n\\nocite{a, nokey}\n")
    [found] = engine_warnings(run.log(""), run.locator, None, ["nokey"]).findings
    assert found.span == run.at("main.tex", 2, 12, 5)


def test_natbib_names_a_citation_in_its_own_words(run: RunFolder) -> None:
    run.put("main.tex", "\\citep{no}\n")
    said = "Package natbib Warning: Citation `no' on page 1 undefined on input line 1.\n\n"
    [found] = run.warnings(said).findings
    assert (found.code, found.span) == ("undefined-citation", run.at("main.tex", 1, 8, 2))


def test_a_citation_whose_entry_was_left_out_is_not_called_missing(run: RunFolder) -> None:
    run.put("main.tex", "\\cite{a}\n")
    bib = run.put("refs.bib", "@book{a, author={A, B, C, D}}\n")
    traces = Traces(bibliographies=(bib,))
    [found] = engine_warnings(run.log(undefined("a", 1, "Citation")), run.locator, traces).findings
    assert found.message == 'the citation "a" is not defined, though the entry is there'


def test_a_duplicate_label_shows_all_its_places(run: RunFolder) -> None:
    run.put("main.tex", "\\label{a}\n% \\label{a}\nx \\label{a}\n\\label{ab}\n")
    said = "LaTeX Warning: Label `a' multiply defined.\n\n"
    [found] = run.warnings(f"(./main.aux\n\n{said}{said.replace('`a', '`a@cref')})").findings
    assert found.code == "duplicate-label"
    assert found.span == run.at("main.tex", 3, 10, 1)
    assert [related.span for related in found.related] == [run.at("main.tex", 1, 8, 1)]


def test_a_duplicate_label_that_an_environment_makes_is_found_by_its_last_part(
    run: RunFolder,
) -> None:
    run.put("main.tex", "\\begin{dfnbox}{Title}{loss}\n\\begin{dfnbox}{Other}{loss}\n")
    [found] = run.warnings("LaTeX Warning: Label `dfn:loss' multiply defined.\n\n").findings
    assert found.span == run.at("main.tex", 2, 23, 4)
    assert [related.span for related in found.related] == [run.at("main.tex", 1, 23, 4)]


def test_a_duplicate_label_that_nobody_has_written_is_still_told(run: RunFolder) -> None:
    run.put("main.tex", "\\makelabels\n")
    [found] = run.warnings("LaTeX Warning: Label `x:1' multiply defined.\n\n").findings
    assert found.span is None
    assert "a macro or an environment may set it" in found.hints[-1]
