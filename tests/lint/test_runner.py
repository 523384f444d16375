from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.errors import BookError
from texbook.base.source import SourceFile, read_source
from texbook.base.sourcemap import Origin, SourceMap
from texbook.base.span import Position, Span
from texbook.config.model import NINE_SECTIONS, Config, StructureConfig
from texbook.lint.book import Book
from texbook.lint.rule import Rule, all_rules
from texbook.lint.runner import Document, lint, unreadable

NINE = Config(structure=StructureConfig(NINE_SECTIONS.sections))
TEMPLATE = Path("/b/chapters/q.j2.tex")
RENDERED = Path("/b/build/tex/chapters/q.tex")


def _question(title: str, sections: tuple[str, ...] = NINE_SECTIONS.sections) -> str:
    return f"\\section{{{title}}}\n" + "".join(
        f"\\subsection{{{section}}}\nSome text.\n" for section in sections
    )


def _codes(text: str, config: Config = NINE) -> list[str]:
    return [
        d.code for d in lint([Document(SourceFile(Path("/b/m.tex"), text))], config).diagnostics
    ]


def _rendered(text: str, *findings: Diagnostic) -> Document:
    origins = tuple(Origin(TEMPLATE, 100 + n) for n in range(text.count("\n") + 1))
    return Document(SourceFile(RENDERED, text), SourceMap(RENDERED, origins), findings)


def test_one_large_file_of_questions_is_judged() -> None:
    good = "".join(_question(f"Question {n}").replace("text.", "text.\n" * 20) for n in range(30))
    text = (
        "\\begin{document}\n"
        + good
        + _question("Bad", NINE_SECTIONS.sections[1:])
        + "\\end{document}\n"
    )
    outcome = lint([Document(SourceFile(Path("/b/main.tex"), text))], NINE)
    assert text.count("\n") > 5_000
    assert [d.code for d in outcome.diagnostics] == ["TB001"]
    assert outcome.questions == 31
    assert outcome.sections == 31 * 9 - 1


def test_byte_order_mark_and_crlf_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "main.tex"
    path.write_bytes(
        b"\xef\xbb\xbf" + _question("Q", NINE_SECTIONS.sections[:-1]).replace("\n", "\r\n").encode()
    )
    found = lint([Document(read_source(path))], NINE).diagnostics
    assert [str(d.span) for d in found] == [f"{path}:1:1"]


def test_sections_may_stand_in_another_file_than_their_question() -> None:
    half = "".join(f"\\subsection{{{s}}} x\n" for s in NINE_SECTIONS.sections[4:])
    documents = [
        Document(SourceFile(Path("/b/main.tex"), "\\include{q/one}\n" + _question("Two"))),
        Document(
            SourceFile(
                Path("/b/q/one.tex"),
                _question("One", NINE_SECTIONS.sections[:4]) + "\\input{q/parts/rest}",
            )
        ),
        Document(SourceFile(Path("/b/q/parts/rest.tex"), half)),
    ]
    assert lint(documents, NINE).diagnostics == ()
    assert lint(documents, NINE).questions == 2


def test_unit_chapter_has_sections_as_children() -> None:
    config = Config(structure=StructureConfig(sections=("A One", "B Two"), unit="chapter"))
    assert _codes(r"\chapter{Q} \section{A One} x \section{B Two} x", config) == []
    assert _codes(r"\chapter{Q} \section{A One} x", config) == ["TB001"]


def test_no_required_sections_means_no_structure_rules_and_one_note() -> None:
    outcome = lint([Document(SourceFile(Path("/b/m.tex"), _question("Q", ())))], Config())
    assert outcome.diagnostics == ()
    assert len(outcome.notes) == 1
    assert "texbook init" in outcome.notes[0]


def test_finding_in_rendered_text_is_reported_in_the_template() -> None:
    found = lint([_rendered(_question("Q", NINE_SECTIONS.sections[::-1]))], NINE).diagnostics
    assert {d.code for d in found} == {"TB002"}
    for finding in found:
        assert finding.span is not None
        assert finding.span.path == TEMPLATE
        assert {related.span.path for related in finding.related} == {TEMPLATE}


def test_rendered_question_without_any_required_section_still_counts() -> None:
    found = lint([_rendered("\\section{Q}\ntext\n")], NINE).diagnostics
    assert [d.code for d in found] == ["TB001"] * 9


def test_findings_of_the_template_replace_those_of_its_rendering() -> None:
    own = Diagnostic("TB001", Severity.ERROR, "block missing", Span.at(TEMPLATE, 7), source="lint")
    document = _rendered(_question("Q", NINE_SECTIONS.sections[1:]), own)
    assert lint([document], NINE).diagnostics == (own,)
    others = tuple(rule for rule in all_rules() if rule.code != "TB001")
    assert lint([document], NINE, rules=others).diagnostics == ()


def test_a_rule_that_raises_is_named_and_the_others_go_on() -> None:
    def broken(book: Book) -> Iterator[Diagnostic]:
        yield Diagnostic("TB777", Severity.ERROR, "before", Span(Path("/b/m.tex")))
        raise RuntimeError("oh")

    rules = (Rule("TB777", "broken-rule", Severity.ERROR, broken), *all_rules())
    source = SourceFile(Path("/b/m.tex"), _question("Q", NINE_SECTIONS.sections[1:]))
    found = lint([Document(source)], NINE, rules=rules).diagnostics
    assert [d.code for d in found] == ["TB903", "TB777", "TB001"]
    assert "broken-rule" in found[0].message
    assert "oh" in found[0].message


def test_file_in_another_encoding_is_one_finding_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.tex"
    path.write_bytes("one\ncafé\n".encode("latin-1"))
    with pytest.raises(BookError) as error:
        read_source(path)
    finding = unreadable(error.value)
    assert finding.code == "TB902"
    assert str(finding.span) == f"{path}:2:4"


def test_environment_may_open_in_one_file_and_close_in_another() -> None:
    documents = [
        Document(SourceFile(Path("/b/a.tex"), "\\begin{appendices}\n")),
        Document(SourceFile(Path("/b/z.tex"), "\\end{appendices}\n")),
    ]
    assert lint(documents, Config()).diagnostics == ()


def test_environments_of_the_class_are_verbatim() -> None:
    definitions = [
        SourceFile(Path("/b/b.cls"), "\\newminted[sample]{python}{}\\newcommand{\\bx}{\\begin{x}}")
    ]
    text = "\\begin{sample}\n\\begin{itemize} {\n\\end{sample}\n\\bx\n\\end{x}\n"
    document = Document(SourceFile(Path("/b/m.tex"), text))
    assert lint([document], Config(), definitions=definitions).diagnostics == ()
    assert lint([document], Config()).diagnostics != ()


def test_same_finding_is_given_once() -> None:
    source = SourceFile(Path("/b/m.tex"), "a } b")
    assert len(lint([Document(source), Document(source)], Config()).diagnostics) == 1


def test_the_empty_section_below_a_missing_blocks_heading_is_not_told_twice() -> None:
    own = Diagnostic("TB001", Severity.ERROR, "block missing", Span.at(TEMPLATE, 7), source="lint")
    text = _question("Q").replace("{Why It Fails}\nSome text.", "{Why It Fails}")
    assert lint([_rendered(text, own)], NINE).diagnostics == (own,)
    assert [d.code for d in lint([_rendered(text)], NINE).diagnostics] == ["TB006"]


def test_other_faults_of_a_question_are_told_beside_those_of_its_template() -> None:
    own = Diagnostic("TB001", Severity.ERROR, "block missing", Span.at(TEMPLATE, 7), source="lint")
    found = lint(
        [_rendered(_question("Q", (*NINE_SECTIONS.sections, "Bonus")), own)], NINE
    ).diagnostics
    assert sorted(d.code for d in found) == ["TB001", "TB005"]


def test_columns_are_those_of_the_template_where_its_text_came_through_unchanged() -> None:
    text = "one\n  \\end{itemize}\n"
    origins = tuple(Origin(TEMPLATE, line) for line in (1, 2, 2))
    document = Document(
        SourceFile(RENDERED, text),
        SourceMap(RENDERED, origins),
        template=SourceFile(TEMPLATE, text),
    )
    (found,) = lint([document], Config()).diagnostics
    assert found.span == Span(TEMPLATE, Position(2, 3), Position(2, 16))
    changed = replace(document, template=SourceFile(TEMPLATE, text.replace("  ", r"\VAR{a}  ")))
    (found,) = lint([changed], Config()).diagnostics
    assert found.span == Span(TEMPLATE, Position(2, 10), Position(2, 23))


def test_only_some_documents_are_told_of_but_judged_as_part_of_the_book() -> None:
    first, second = Path("/b/one.tex"), Path("/b/two.tex")
    whole = [
        Document(SourceFile(first, _question("Q", NINE_SECTIONS.sections[:4]) + "}\n\\input{two}")),
        Document(SourceFile(second, _question("", NINE_SECTIONS.sections[4:]).partition("\n")[2])),
    ]
    outcome = lint(whole, NINE, only={second})
    assert outcome.diagnostics == ()
    assert (outcome.files, outcome.questions) == (1, 1)
    assert [d.code for d in lint(whole, NINE, only={first}).diagnostics] == ["TB102"]


def test_a_missing_section_and_the_unknown_one_point_at_each_other() -> None:
    titles = (
        "Why It Breaks" if title == "Why It Fails" else title for title in NINE_SECTIONS.sections
    )
    document = Document(SourceFile(Path("/b/m.tex"), _question("Q", tuple(titles))))
    missing, unknown = lint([document], NINE).diagnostics
    assert missing.hints[0].startswith('rename "Why It Breaks" if that is meant')
    assert unknown.hints == ('did you mean "Why It Fails"?',)


def test_questions_may_begin_with_a_command_of_the_book() -> None:
    class_file = SourceFile(Path("/b/b.cls"), "\\newcommand{\\question}[1]{\\section{#1}\\hrule}")
    text = "\\begin{document}\\question{One}\\subsection{A} x \\question{Two}\\subsection{B} y"
    config = Config(structure=StructureConfig(sections=("A", "B"), unit="question"))
    outcome = lint(
        [Document(SourceFile(Path("/b/m.tex"), text))],
        config,
        rules=[rule for rule in all_rules() if rule.code == "TB001"],
        definitions=[class_file],
    )
    assert outcome.questions == 2
    assert [item.message for item in outcome.diagnostics] == [
        'question "One" has no section "B"',
        'question "Two" has no section "A"',
    ]


def test_a_chapter_of_the_books_own_command_has_sections_as_parts() -> None:
    text = "\\newcommand{\\topic}[1]{\\chapter{#1}}\\begin{document}\\topic{One}\\section{A} x"
    config = Config(structure=StructureConfig(sections=("A",), unit="topic"))
    document = Document(SourceFile(Path("/b/m.tex"), text))
    assert lint([document], config).sections == 1
