from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from texbook.app.fix import FixOutcome, diff_changes, fix_book, write_changes
from texbook.app.fixable import count_fixable, may_fix
from texbook.app.lint import LintOptions, lint_book
from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.fix import Edit, Fix
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Rule, all_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.app.conftest import Book
    from texbook.lint.book import Book as LintBook
    from texbook.lint.passage import Passage

    Use = Callable[..., None]

MAIN = "\\documentclass{{article}}\n\\begin{{document}}\n{}\n\\end{{document}}\n"


def rule(code: str, old: str, new: str, *, safe: bool = True) -> Rule:
    """Make a rule that finds one text and replaces it by another."""

    def check(passage: Passage) -> Iterator[Finding]:
        for match in re.finditer(re.escape(old), passage.prose):
            start, end = match.span()
            fix = replace_with(start, end, new, f'write "{new}"', safe=safe)
            yield Finding(start, end, f'"{old}"', fix=fix)

    return Rule(code, f"rule-{code.lower()}", Severity.WARNING, check_passage=check)


BAD = rule("TB981", "bad", "good")
RISKY = rule("TB982", "risky", "safe", safe=False)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Make these the only rules that there are."""

    def use_rules(*rules: Rule) -> None:
        monkeypatch.setattr("texbook.app.judge.all_rules", lambda: rules)

    return use_rules


def fix(book: Book, *, unsafe: bool = False, paths: tuple[Path, ...] = ()) -> FixOutcome:
    return fix_book(book.project, LintOptions(paths, cache=False), unsafe=unsafe)


def write(book: Book, outcome: FixOutcome) -> list[str]:
    return [error.message for error in write_changes(book.project, outcome.changes)[1]]


def after(outcome: FixOutcome) -> dict[str, str]:
    return {change.before.path.name: change.after.text for change in outcome.changes}


def test_safe_fixes_alone_unless_others_are_wanted(book: Book, use: Use) -> None:
    use(BAD, RISKY)
    book.put("main.tex", MAIN.format("bad and risky, bad"))
    outcome = fix(book)
    assert after(outcome) == {"main.tex": MAIN.format("good and risky, good")}
    assert outcome.fixed == {"TB981": 2}
    assert [item.code for item in outcome.remaining.diagnostics] == ["TB982"]
    outcome = fix(book, unsafe=True)
    assert after(outcome) == {"main.tex": MAIN.format("good and safe, good")}
    assert outcome.fixed == {"TB981": 2, "TB982": 1}
    assert outcome.remaining.diagnostics == ()


def test_nothing_is_written_before_it_is_asked_for(book: Book, use: Use) -> None:
    use(BAD)
    path = book.put("main.tex", MAIN.format("bad"))
    outcome = fix(book)
    assert path.read_text() == MAIN.format("bad")
    assert write(book, outcome) == []
    assert path.read_text() == MAIN.format("good")


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("\n", "\n\t \x0b\x0c \n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.encode() + b"\x00\x1a",
    ],
    ids=["crlf", "bom", "utf-16-le", "utf-16-be", "no newline", "blanks", "cr", "control"],
)
def test_no_byte_changes_outside_the_edits(
    book: Book, use: Use, encode: Callable[[str], bytes]
) -> None:
    use(BAD)
    text = MAIN.format("Ein bad für €,\n\tbad  \nbad")
    path = book.put("main.tex", encode(text))
    path.chmod(0o640)
    assert write(book, fix(book)) == []
    assert path.read_bytes() == encode(text.replace("bad", "good"))
    assert path.stat().st_mode & 0o777 == 0o640


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.sampled_from(["bad ", "worse ", "badworse", "\n", "\n\n", "x", "% bad\n"])))
def test_fixing_twice_is_fixing_once(book: Book, use: Use, pieces: list[str]) -> None:
    use(BAD, rule("TB983", "worse", "bad"), rule("TB984", "goodgood", "best"))
    book.put("main.tex", MAIN.format("".join(pieces)))
    write(book, fix(book))
    once = (book.root / "main.tex").read_text()
    again = fix(book)
    assert again.changes == ()
    assert "worse" not in once
    assert all("bad" not in line or "%" in line for line in once.split("\n"))


def test_fixes_that_overlap_are_applied_one_after_the_other(book: Book, use: Use) -> None:
    use(rule("TB983", "abc", "xbc"), rule("TB984", "bcd", "yz"), rule("TB985", "xbcd", "end"))
    book.put("main.tex", MAIN.format("abcd"))
    assert after(fix(book)) in (
        {"main.tex": MAIN.format("xyz")},
        {"main.tex": MAIN.format("end")},
    )


def test_rules_that_undo_each_other_leave_the_text_to_the_others(book: Book, use: Use) -> None:
    use(rule("TB983", "left", "right"), rule("TB984", "right", "left"), BAD)
    book.put("main.tex", MAIN.format("left bad"))
    outcome = fix(book)
    assert after(outcome) == {"main.tex": MAIN.format("left good")}
    assert outcome.fixed == {"TB981": 1}
    (note,) = outcome.notes
    assert 'main.tex" is left as it was by TB983 and TB984' in note
    assert "undo each other" in note
    assert [item.code for item in outcome.remaining.diagnostics] == ["TB983"]


def test_a_rule_that_never_comes_to_rest_is_left_out(book: Book, use: Use) -> None:
    use(rule("TB983", "grow", "grow grow"), BAD)
    book.put("main.tex", MAIN.format("grow bad"))
    outcome = fix(book)
    assert after(outcome) == {"main.tex": MAIN.format("grow good")}
    assert "never come to rest" in outcome.notes[0]


def test_a_fix_that_breaks_a_file_is_taken_back(book: Book, use: Use) -> None:
    use(rule("TB983", "brace", "{"), BAD)
    book.put("main.tex", MAIN.format("brace bad"))
    outcome = fix(book)
    assert after(outcome) == {"main.tex": MAIN.format("brace good")}
    (note,) = outcome.notes
    assert "the fixes of TB983 would break it" in note


def test_what_comments_silence_is_not_fixed(book: Book, use: Use) -> None:
    use(BAD)
    book.put("main.tex", MAIN.format("bad % texbook: ignore[TB981]"))
    assert fix(book).changes == ()


def test_a_template_is_fixed_at_its_own_lines(book: Book, use: Use) -> None:
    use(BAD)
    book.put("main.tex", MAIN.format("\\include{a}"))
    body = "\\VAR{'bad'}\n%% for i in [1, 2]\nbad text\n%% endfor\n\\VAR{'bad'}\nbad"
    path = book.put("a.j2.tex", book.question(trap=body).replace("\n", "\r\n"))
    outcome = fix(book)
    assert outcome.fixed == {"TB981": 2}
    assert write(book, outcome) == []
    fixed = body.replace("bad text", "good text").removesuffix("bad") + "good"
    assert path.read_bytes().decode() == book.question(trap=fixed).replace("\n", "\r\n")
    assert not list(book.root.glob("build/tex/**/*.tex"))


def test_a_template_is_fixed_between_its_expressions(book: Book, use: Use) -> None:
    use(*(item for item in all_rules() if item.code in ("TB501", "TB505")))
    book.put("main.tex", MAIN.format("\\include{a}"))
    lines = (
        """A "\\VAR{'word'} \\VAR{7}" in 10-20 of \\VAR{'30-40'} cases.""",
        """From \\VAR{50}-60 to 70-80, \\VAR{'70-80'}.""",
    )
    book.put("a.j2.tex", book.question(trap="\n".join(lines)))
    outcome = fix(book)
    fixed = (
        """A ``\\VAR{'word'} \\VAR{7}'' in 10--20 of \\VAR{'30-40'} cases.""",
        """From \\VAR{50}--60 to 70--80, \\VAR{'70-80'}.""",
    )
    assert after(outcome) == {"a.j2.tex": book.question(trap="\n".join(fixed))}
    assert outcome.fixed == {"TB501": 1, "TB505": 3}
    assert outcome.notes == ()
    left = [str(item.span).rpartition("a.j2.tex")[2] for item in outcome.remaining.diagnostics]
    assert left == [":15", ":16"]


def test_a_fix_may_change_how_long_a_template_takes_to_read(book: Book, use: Use) -> None:
    use(rule("TB983", "bad", "good " * 2_000))
    book.put("main.tex", MAIN.format("\\include{a}"))
    text = book.question(trap="bad \\VAR{1}")
    book.put("a.j2.tex", text)
    outcome = fix(book)
    assert outcome.notes == ()
    assert after(outcome) == {"a.j2.tex": text.replace("bad", "good " * 2_000)}


def test_a_fix_that_changes_other_lines_of_a_template_is_taken_back(book: Book, use: Use) -> None:
    use(BAD, rule("TB983", "worse", "better"))
    book.put("main.tex", MAIN.format("\\include{a}"))
    text = book.question(
        trap="bad \\VAR{1}", solution="see \\VAR{self.trap()}", answer="worse \\VAR{2}"
    )
    book.put("a.j2.tex", text)
    outcome = fix(book)
    assert after(outcome) == {"a.j2.tex": text.replace("worse", "better")}
    (note,) = outcome.notes
    assert "the fixes of TB981 would break it" in note


def test_a_template_that_a_fix_would_break_is_left_alone(book: Book, use: Use) -> None:
    use(rule("TB983", "bad", "\\VAR{gone}"))
    book.put("main.tex", MAIN.format("\\include{a}"))
    book.put("a.j2.tex", book.question(trap="bad"))
    outcome = fix(book)
    assert outcome.changes == ()
    assert "would break it" in outcome.notes[0]


def test_a_file_that_is_read_twice_is_fixed_once(book: Book, use: Use) -> None:
    use(BAD)
    book.put("main.tex", MAIN.format("\\input{a}\\input{a}"))
    book.put("a.tex", "bad\n")
    outcome = fix(book)
    assert after(outcome) == {"a.tex": "good\n"}
    assert outcome.fixed == {"TB981": 1}


def test_only_named_files_are_fixed(book: Book, use: Use) -> None:
    use(BAD)
    book.put("main.tex", MAIN.format("bad \\input{a}"))
    path = book.put("a.tex", "bad\n")
    assert after(fix(book, paths=(path,))) == {"a.tex": "good\n"}


def test_a_file_outside_the_book_is_fixed_only_if_it_is_named(book: Book, use: Use) -> None:
    use(BAD)
    book.put("main.tex", MAIN.format("\\input{../shared/s}"))
    shared = book.put("../shared/s.tex", "bad\n").resolve()
    outcome = fix(book)
    assert outcome.changes == ()
    assert [item.code for item in outcome.remaining.diagnostics] == ["TB981"]
    assert count_fixable(book.project, LintOptions(), outcome.remaining.diagnostics) == (0, 0)
    assert after(fix(book, paths=(shared,))) == {"s.tex": "good\n"}


def test_what_is_generated_is_never_fixed(book: Book, use: Use) -> None:
    use(BAD)
    book.put("main.tex", MAIN.format("\\input{build/made}\\input{link}"))
    made = book.put("build/made.tex", "bad\n")
    (book.root / "link.tex").symlink_to(made)
    assert fix(book, paths=(book.root,)).changes == ()
    assert not may_fix(book.project, LintOptions(paths=(made,)), made)


def test_a_symbolic_link_stays_one(book: Book, use: Use) -> None:
    use(BAD)
    book.put("main.tex", MAIN.format("\\input{link}\\input{a}"))
    target = book.put("a.tex", "bad\n")
    link = book.root / "link.tex"
    link.symlink_to("a.tex")
    assert write(book, fix(book)) == []
    assert link.is_symlink()
    assert target.read_text() == "good\n"


def test_a_file_that_may_not_be_written_keeps_no_other_back(book: Book, use: Use) -> None:
    use(BAD)
    book.put("main.tex", MAIN.format("bad \\input{a}"))
    path = book.put("a.tex", "bad\n")
    path.chmod(0o444)
    (message,) = write(book, fix(book))
    assert 'a.tex" cannot be fixed: it may not be written' in message
    assert path.read_text() == "bad\n"
    assert "good" in (book.root / "main.tex").read_text()


@pytest.mark.parametrize("content", [b"bad, newer\n", b"bad\xff\n", b"\xef\xbb\xbfbad\n", None])
def test_a_file_that_has_changed_is_left_alone(book: Book, use: Use, content: bytes | None) -> None:
    use(BAD)
    book.put("main.tex", MAIN.format("\\input{a}"))
    path = book.put("a.tex", "bad\n")
    outcome = fix(book)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    errors = write(book, outcome)
    if content == b"\xef\xbb\xbfbad\n":  # the same text in another encoding, which is kept
        assert errors == []
        assert path.read_bytes() == b"\xef\xbb\xbfgood\n"
        return
    assert len(errors) == 1
    assert path.read_bytes() == content if content is not None else not path.exists()


def test_the_diff_can_be_applied(book: Book, use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    use(BAD)
    monkeypatch.chdir(book.root)
    book.put("main.tex", MAIN.format("bad \\input{sub/a}").replace("\n", "\r\n"))
    book.put("sub/a.tex", "one\x0cbad\u2028\n" + "line\n" * 20 + "bad")
    outcome = fix(book)
    diff = diff_changes(book.project, outcome.changes)
    assert diff.count("\\ No newline at end of file\n") == 2
    patched = subprocess.run(
        ["patch", "--binary", "-p0"], input=diff.encode(), capture_output=True, check=False
    )
    assert patched.returncode == 0, patched.stdout
    for change in outcome.changes:
        assert change.before.path.read_bytes() == change.after.text.encode()


def test_a_rule_whose_fix_does_not_fit_is_reported(book: Book, use: Use) -> None:
    def check(passage: Passage) -> Iterator[Finding]:
        yield Finding(0, 1, "m", fix=replace_with(0, len(passage.text) + 1, "", "cut"))

    def check_book(given: LintBook) -> Iterator[Diagnostic]:
        span = given.documents[0].source.span(0)
        fix = Fix("cut", (Edit(5, 4, ""),), safe=True)
        yield replace(Diagnostic("TB984", Severity.ERROR, "m", span), fix=fix)

    use(
        Rule("TB983", "too-long", Severity.WARNING, check_passage=check),
        Rule("TB984", "reversed", Severity.WARNING, check_book),
    )
    found = lint_book(book.project, LintOptions(cache=False)).diagnostics
    assert [item.code for item in found] == ["TB903", "TB903"]
    assert all("do not fit the text" in item.message for item in found)
