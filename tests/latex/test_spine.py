import re
import subprocess
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from texbook.latex.spine import (
    Segment,
    SegmentKind,
    Spine,
    SpineError,
    read_spine,
    select_body,
)

BOOK = Path(__file__).parents[2] / "main.tex"


def _spine(body: str, preamble: str = r"\documentclass{book}") -> Spine:
    return read_spine(f"{preamble}\n\\begin{{document}}{body}\\end{{document}}\n")


def _shown(spine: Spine) -> list[tuple[str, str]]:
    return [(item.kind.value, spine.text[item.start : item.stop]) for item in spine.segments]


def _includes(spine: Spine) -> tuple[str, ...]:
    return tuple(item.name for item in spine.segments if item.kind is SegmentKind.INCLUDE)


def _settings(spine: Spine, segment: Segment) -> list[str]:
    return [spine.text[start:stop] for start, stop in segment.settings]


def _same(_: int, text: str) -> str:
    return text


def _reason(body: str, preamble: str = r"\documentclass{book}") -> str:
    with pytest.raises(SpineError) as caught:
        _spine(body, preamble)
    return caught.value.reason


def test_the_book_of_this_repository_is_cut_at_its_includes() -> None:
    spine = read_spine(BOOK.read_text(encoding="utf-8"))
    names = _includes(spine)
    assert (len(names), names[0], names[-1]) == (42, "frontmatter/imprint", "backmatter/colophon")
    others = [item for item in _shown(spine) if item[0] != "include"]
    assert others == [
        ("text", "\\maketitle"),
        ("text", "\\tableofcontents"),
        ("declaration", "\\appendix"),
        ("text", "\\printbibliography[heading=bibintoc]\n\\amzindex"),
        ("text", ""),
    ]
    assert spine.text[spine.body : spine.begin] == "\\begin{document}"
    assert spine.text[spine.end :] == "\\end{document}\n"


def test_segments_are_named_after_the_include_before_them() -> None:
    spine = _spine(
        r"\pagestyle{plain}\maketitle\include{a}b\clearpage\appendix c\include{d}\sloppy\include{e}"
    )
    assert [item.name for item in spine.segments] == [
        "declaration before a",
        "text before a",
        "a",
        "text after a",
        "declaration after a",
        "text after a (2)",
        "d",
        "declaration after d",
        "e",
        "end",
    ]


def test_an_include_called_like_the_end_leaves_the_names_unique() -> None:
    spine = _spine(r"\include{end}")
    assert [item.name for item in spine.segments] == ["end", "end (2)"]


def test_white_space_and_comments_are_no_segment() -> None:
    hidden = " % \\include{b}\n\n\\begin{comment}\nc\n\\end{comment}\n"
    spine = _spine(f"\n % a\n\\include{{a}}{hidden}\\include{{d}}%\n")
    assert _shown(spine) == [("include", r"\include{a}"), ("include", r"\include{d}"), ("text", "")]


def test_a_text_is_taken_without_comments_around_but_with_those_in_it() -> None:
    spine = _spine("% a\n  b % c\n\nd\\ % e\n\\include{f}")
    assert _shown(spine)[0] == ("text", "b % c\n\nd\\ ")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_end_behind_a_backslash_belongs_to_the_text(end: str) -> None:
    assert _shown(_spine(f"b\\{end}\\include{{f}}"))[0] == ("text", f"b\\{end}")


def test_a_no_break_space_is_printed() -> None:
    assert _shown(_spine("\\include{a}\N{NO-BREAK SPACE}\\include{b}"))[1] == ("text", "\xa0")


@pytest.mark.parametrize(
    "hidden",
    [
        r"\verb|\include{x}|",
        "\\begin{verbatim}\n\\include{x} \\end{document}\n\\end{verbatim}",
        r"\iffalse \include{x} \fi",
        r"\lstinline!\include{x}!",
        "100\\% \\% % \\include{x}\n",
        r"\includegraphics{x}",
        r"\input{x}",
    ],
)
def test_what_is_not_read_as_an_include_is_text(hidden: str) -> None:
    assert _includes(_spine(rf"\include{{a}} {hidden} \include{{b}}")) == ("a", "b")


def test_a_comment_sign_that_is_escaped_hides_nothing() -> None:
    assert _includes(_spine("\\% \\include{a}\n\\\\% \\include{b}\n")) == ("a",)


def test_an_environment_that_the_preamble_makes_verbatim_hides_includes() -> None:
    body = "\\begin{code}\n\\include{x}\n\\end{code}\\include{a}"
    assert _includes(_spine(body, "\\lstnewenvironment{code}{}{}")) == ("a",)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (r"\include{a/b}", "a/b"),
        (r"\include {a}", "a"),
        (r"\include{ a }", "a"),
        (r'\include{"a b"}', "a b"),
        (r"\include{a.tex}", "a"),
        ("\\include%\n{a}", "a"),
    ],
)
def test_names_are_those_that_latex_gives_the_file(written: str, name: str) -> None:
    spine = _spine(written)
    assert _includes(spine) == (name,)
    assert _shown(spine)[0] == ("include", written)


def test_a_declaration_between_two_pages_is_a_segment() -> None:
    spine = _spine(r"\maketitle\pagenumbering{arabic}\tableofcontents\include{a}")
    assert _shown(spine)[:3] == [
        ("text", r"\maketitle"),
        ("declaration", r"\pagenumbering{arabic}"),
        ("text", r"\tableofcontents"),
    ]


@pytest.mark.parametrize(
    "preamble",
    [
        r"\documentclass{article}",
        r"\documentclass[12pt, notitlepage]{book}",
        r"\documentclass{of-their-own}",
    ],
)
def test_a_title_that_may_share_its_page_is_not_cut_off(preamble: str) -> None:
    spine = _spine(r"\maketitle\pagenumbering{arabic}\tableofcontents\include{a}", preamble)
    assert _shown(spine)[0] == ("text", r"\maketitle\pagenumbering{arabic}\tableofcontents")


@pytest.mark.parametrize(
    "declaration",
    [
        r"\appendix",
        r"\pagenumbering {roman}",
        r"\setcounter{page}{3}",
        r"\setlength\parindent{0pt}",
        r"\setlength\parskip\baselineskip",
        r"\renewcommand*\thepage[1][x]{\roman{page}}",
        r"\newcommand{\x}{\part{x}}",
        r"\def\x#1\y{\begin{z}#1}",
        r"\long\global\def\x{}",
        r"\global\let\x=\y",
        r"\let\x\y",
        r"\newif\ifdraft",
        r"\NewDocumentCommand\x{om}{#2}",
        r"\newenvironment{x}[1][]{\begin{y}}{\end{y}}",
        "\\hypersetup{%\n  a=b,\n}",
        r"\makeatletter\def\@x{}\makeatother",
        r"\selectlanguage[variant=uk]{english}",
        r"\captionsetup*[figure]{font=small}",
        r"\setlist[enumerate,1]{label=\alph*}",
        r"\twocolumn",
        r"\small",
    ],
)
def test_a_declaration_is_taken_with_its_arguments(declaration: str) -> None:
    spine = _spine(rf"\include{{a}} {declaration} \include{{b}}")
    assert _shown(spine)[1] == ("declaration", declaration)


@pytest.mark.parametrize(
    "text",
    [
        r"\part{One}",
        r"\clearpage",
        r"\addtocontents{toc}{x}",
        r"\mycommand{x}",
        r"\twocolumn[A title]",
        r"{\sloppy}",
        r"\begingroup\sloppy\endgroup",
        r"\begin{quote}\sloppy\end{quote}",
        r"\ifodd\value{page}\sloppy\fi",
        r"$\def\x{y}$",
        r"\verb|\sloppy|",
        r"\newtheorem{x}{X}[chapter]",
        r"\AtEndDocument{x}",
    ],
)
def test_what_prints_or_is_not_known_is_text(text: str) -> None:
    spine = _spine(rf"\include{{a}} {text} \include{{b}}")
    assert _shown(spine)[1] == ("text", text)
    assert not spine.segments[1].settings


def test_declarations_side_by_side_are_one_segment() -> None:
    spine = _spine("\\include{a}\n\\appendix % x\n\\sloppy\n\\include{b}")
    assert _shown(spine)[1] == ("declaration", "\\appendix % x\n\\sloppy")


def test_a_declaration_on_an_open_page_is_a_setting_of_the_text() -> None:
    spine = _spine(r"\include{a}Some \sloppy text\pagestyle{empty}\include{b}")
    text = spine.segments[1]
    assert _shown(spine)[1] == ("text", r"Some \sloppy text\pagestyle{empty}")
    assert _settings(spine, text) == [r"\sloppy", r"\pagestyle{empty}"]


def test_a_declaration_that_ends_the_page_ends_the_text() -> None:
    spine = _spine(r"Some text\pagestyle{empty}\mainmatter\sloppy more\include{b}")
    assert _shown(spine)[:3] == [
        ("text", r"Some text\pagestyle{empty}"),
        ("declaration", r"\mainmatter\sloppy"),
        ("text", "more"),
    ]


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        (r"\include{a}", [("text", "")]),
        (r"\include{a}b", [("text", "b")]),
        (r"\include{a}\appendix", [("declaration", r"\appendix"), ("text", "")]),
        (r"\include{a}\appendix b", [("declaration", r"\appendix"), ("text", "b")]),
        (r"\include{a}b\appendix", [("text", r"b\appendix")]),
    ],
)
def test_the_end_is_always_there(body: str, segments: list[tuple[str, str]]) -> None:
    spine = _spine(body)
    assert _shown(spine)[1:] == segments
    assert (spine.segments[-1].kind, spine.segments[-1].name) == (SegmentKind.TEXT, "end")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (r"\input{a}", r"the main file has no \include"),
        (r"{\include{a}}", r"line 2 of the main file has \include in braces"),
        (r"\bgroup\include{a}\egroup", r"line 2 of the main file has \include in a group"),
        (r"\foo{\include{a}}", r"line 2 of the main file has \include in braces"),
        (
            "\n\\begin{quote}\n\\include{a}\n\\end{quote}",
            r"line 4 of the main file has \include in an environment",
        ),
        (r"\ifdraft\include{a}\fi", r"line 2 of the main file has \include in a conditional"),
        (r"\fi\include{a}", r"line 2 of the main file has \include in a conditional"),
        (
            r"\include{a}\ifdraft b",
            r"line 2 of the main file has \end{document} in a conditional",
        ),
        (
            r"\include{\jobname}",
            r"line 2 of the main file has \include without the plain name of a file",
        ),
        (r"\include a", r"line 2 of the main file has \include without the plain name of a file"),
        (r"\include{}", r"line 2 of the main file has \include without the plain name of a file"),
        (
            "\\include{a}\n\\include{./a.tex}",
            'line 3 of the main file includes "./a" a second time',
        ),
        (r"\includeonly{a}\include{a}", r"line 2 of the main file has an \includeonly"),
        (
            r"\include{a}\begin{document}",
            r"line 2 of the main file has a second \begin{document}",
        ),
        ("\\include{a}\n\n{", 'line 4 of the main file has "{" that is never closed'),
        ("\\include{a}\n}", 'line 3 of the main file has "}" that closes nothing'),
        (
            r"\include{a}\begin{quote}",
            'line 2 of the main file has "quote" that is never closed',
        ),
        (
            r"\let\include\input\include{a}",
            r"line 2 of the main file gives \include another meaning or name",
        ),
        (
            r"\newcommand\x{\include{b}}\include{a}",
            r"line 2 of the main file defines \include anew, or has it in a definition",
        ),
        (
            r"\include{a}\subfileinclude{b}",
            r"line 2 of the main file has \subfileinclude, which includes in a way of its own",
        ),
        ("\\include{a}\r", "line 2 of the main file has a carriage return alone as a line end"),
    ],
)
def test_what_allows_no_cut_is_refused_with_the_reason(body: str, reason: str) -> None:
    assert _reason(body) == reason


@pytest.mark.parametrize(
    ("preamble", "reason"),
    [
        (r"\includeonly{a}", r"line 1 of the main file has an \includeonly"),
        (r"\include{b}", r"line 1 of the main file has \include before \begin{document}"),
        (
            r"\AtBeginDocument{\include{b}}",
            r"line 1 of the main file defines \include anew, or has it in a definition",
        ),
        (
            r"\let\oldinclude\include",
            r"line 1 of the main file gives \include another meaning or name",
        ),
        *(
            (text, r"line 1 of the main file defines \include anew, or has it in a definition")
            for text in (r"\def\include#1{}", r"\renewcommand{\include}[1]{}")
        ),
    ],
)
def test_a_preamble_that_meddles_with_include_is_refused(preamble: str, reason: str) -> None:
    assert _reason(r"\include{a}", preamble) == reason


@pytest.mark.parametrize(
    ("text", "reason", "offset"),
    [
        (r"\include{a}", r"the main file has no \begin{document}", 0),
        (r"\begin{document}\include{a}", r"the main file has no \end{document}", 27),
        (r"\begin{document}\include{a}\endinput", r"the main file has no \end{document}", 36),
    ],
)
def test_a_file_that_is_no_whole_document_is_refused(text: str, reason: str, offset: int) -> None:
    with pytest.raises(SpineError) as caught:
        read_spine(text)
    assert (caught.value.reason, caught.value.offset) == (reason, offset)


def test_what_stands_behind_the_end_is_not_read() -> None:
    text = "\\begin{document}\\include{a}\\end{document}\n\\include{a}}\\begin{document}"
    assert _includes(read_spine(text)) == ("a",)


MAIN = r"""\documentclass{book}
% what for
\begin{document} % here
\maketitle

\include{a} \pagestyle{plain}\include{b} % beside
Some \sloppy text

over lines.
\include{c}
\printindex
\end{document}
"""
"""Segments: text, a, declaration, b, text with a setting, c, end."""


def test_a_job_holds_the_chosen_segments_at_their_lines() -> None:
    body = select_body(read_spine(MAIN), {3}, lambda index, text: f"<{index}{text}>", r"\stop")
    assert body == (
        "%\n%\n%\n%\n%\n" + " " * 12 + r"\pagestyle{plain}" + r"<3\include{b}>" + r"\stop"
    )


def test_the_settings_of_a_text_that_is_not_chosen_are_kept() -> None:
    body = select_body(read_spine(MAIN), [5], _same, "")
    assert body.split("\n")[5:] == [
        " " * 12 + r"\pagestyle{plain}" + " " * 20,
        " " * 5 + r"\sloppy" + " " * 5,
        "%",
        "%",
        r"\include{c}",
    ]


def test_a_text_that_is_chosen_is_wrapped_as_a_whole() -> None:
    body = select_body(read_spine(MAIN), [4], lambda _, text: f"({text})", "!")
    assert body.split("\n")[6:] == [r"(Some \sloppy text", "", "over lines.)!"]


def test_the_end_brings_the_end_of_the_document() -> None:
    body = select_body(read_spine(MAIN), [0, 6], lambda _, text: f"({text})", r"\stop")
    assert body.split("\n")[3] == r"(\maketitle)"
    assert body.split("\n")[10:] == [r"(\printindex)", r"\end{document}", ""]


def test_an_empty_end_is_wrapped_before_the_end_of_the_document() -> None:
    spine = _spine("\n\\include{a}\n")
    body = select_body(spine, [1], lambda _, text: f"({text})", r"\stop")
    assert body == "%\n%\n%\n()\\end{document}\n"


def test_a_chosen_declaration_is_wrapped_too() -> None:
    body = select_body(read_spine(MAIN), [2], lambda _, text: f"({text})", "")
    assert body.endswith(r"  (\pagestyle{plain})")


def test_line_ends_of_windows_stay() -> None:
    text = MAIN.replace("\n", "\r\n")
    spine = read_spine(text)
    assert [name for _, name in _shown(spine)] == [
        name.replace("\n", "\r\n") for _, name in _shown(read_spine(MAIN))
    ]
    body = select_body(spine, [5, 6], _same, "")
    assert body == select_body(read_spine(MAIN), [5, 6], _same, "").replace("\n", "\r\n")


@pytest.mark.parametrize("chosen", [[], [7], [-1]])
def test_segments_that_do_not_exist_cannot_be_chosen(chosen: list[int]) -> None:
    with pytest.raises(ValueError, match="no segment is chosen"):
        select_body(read_spine(MAIN), chosen, _same, "")


def test_lines_cannot_be_added() -> None:
    with pytest.raises(ValueError, match='"a" was given another number of lines'):
        select_body(read_spine(MAIN), [1], lambda _, text: f"{text}\n", "")


BODIES = st.lists(
    st.sampled_from(
        [
            *("\n", "\r\n", " ", "\n\n", "% c\n", "a", "\\%", "\\ ", "\\\\", "\\clearpage", "\t"),
            *("\\sloppy", "\\appendix ", "\\mainmatter", "\\setcounter{page}{1}", "\\part{x}"),
            *("\\def\\x{\n\n}", "\\verb|%|", "\\iffalse\n\\fi{}", "{b}", "\\include{INCLUDE}"),
            *("\\begin{comment}\n\\end{comment}", "\\begin{q}\n\\end{q}", "$x$", "\x0c", "é"),
        ]
    ),
    max_size=30,
).map("".join)


def _numbered(pieces: str) -> str:
    """Give each include a name of its own."""
    parts = pieces.split("INCLUDE")
    named = "".join(f"{part}i{index}" for index, part in enumerate(parts[:-1]))
    return named + parts[-1]


@settings(max_examples=300, deadline=None)
@given(BODIES)
def test_segments_are_in_order_and_hold_all_that_is_printed(pieces: str) -> None:
    spine = _spine(_numbered(pieces + "\\include{INCLUDE}"))
    position = spine.begin
    for segment in spine.segments:
        assert position <= segment.start <= segment.stop <= spine.end
        between = re.sub(r"%.*|\\iffalse\s*\\fi", "", spine.text[position : segment.start])
        assert (
            not between.replace("\\begin{comment}", "")
            .replace("\\end{comment}", "")
            .strip(" \t\r\n")
        )
        position = segment.stop
        for start, stop in segment.settings:
            assert segment.start < start < stop <= segment.stop
    names = [segment.name for segment in spine.segments]
    assert len(set(names)) == len(names)


@settings(max_examples=300, deadline=None)
@given(BODIES, st.data())
def test_every_line_of_a_job_stays_at_its_number(pieces: str, data: st.DataObject) -> None:
    spine = _spine(_numbered(pieces + "\\include{INCLUDE}"))
    count = len(spine.segments)
    all_of_it = select_body(spine, range(count), _same, "").split("\n")
    assert len(all_of_it) == spine.text.count("\n") + 1
    chosen = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    some = select_body(spine, chosen, _same, "").split("\n")
    lines = spine.text.split("\n")
    for written, line, part in zip(lines, all_of_it, some, strict=False):
        for kept in (line, part):
            assert kept.rstrip("\r") == "%" or all(
                mine in (" ", theirs) for mine, theirs in zip(kept, written, strict=False)
            )
    for index in chosen:
        segment = spine.segments[index]
        first = spine.text.count("\n", 0, segment.start)
        column = segment.start - (spine.text.rfind("\n", 0, segment.start) + 1)
        text = spine.text[segment.start : segment.stop]
        assert "\n".join(some[first:])[column:].startswith(text)


TYPESET = r"""\documentclass[oneside]{book}
\newcommand\say[1]{\typeout{<#1: page \thepage, line \the\inputlineno>}}
\begin{document} % here
\say{title}\maketitle
\pagenumbering{roman}

\include{a} Some \sloppy text

\renewcommand\thepage{\Roman{page}} % on the page of the text
\say{text}
\include{b}\mainmatter% no page is open
\chapter{Last}
\say{last}
\include{c}
\say{end}
\end{document}
"""
"""Segments: title, numbering, a, text with settings, b, main matter, chapter, c, end."""


def _typeset(folder: Path, chosen: Collection[int], stop: str) -> list[str]:
    r"""Typeset a job behind the preamble; give what ``\say`` said, and the count of pages."""
    spine = read_spine(TYPESET)
    (folder / "body.tex").write_text(select_body(spine, chosen, _same, stop), "utf-8")
    for name in "abc":
        (folder / f"{name}.tex").write_text(f"\\say{{{name}}}\\null\n", "utf-8")
    preamble = spine.text[: spine.begin]
    (folder / "job.tex").write_text(f"{preamble}\\title{{T}}\\author{{A}}\\input{{body}}", "utf-8")
    run = subprocess.run(
        ["xelatex", "-no-pdf", "-interaction=nonstopmode", "-halt-on-error", "job.tex"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
    )
    output = run.stdout.decode("utf-8", "replace")
    assert run.returncode == 0, output[-2000:]
    return re.findall(r"(?<=<)[a-z]+: .*?(?=>)|\d+ pages?", output)


@pytest.mark.tex
def test_a_job_tells_the_lines_of_the_main_file_and_prints_only_what_is_chosen(
    tmp_path: Path,
) -> None:
    end_of_job = r"\clearpage\csname @@end\endcsname"
    assert _typeset(tmp_path, range(9), "") == [
        "title: page 1, line 4",
        "a: page i, line 1",
        "text: page II, line 10",
        "b: page III, line 1",
        "last: page 1, line 13",
        "c: page 2, line 1",
        "end: page 3, line 15",
        "6 pages",
    ]
    assert _typeset(tmp_path, [3], end_of_job) == ["text: page I, line 10", "1 page"]
    assert _typeset(tmp_path, [4], end_of_job) == ["b: page I, line 1", "1 page"]
    assert _typeset(tmp_path, [6, 8], "") == [
        "last: page 1, line 13",
        "end: page 1, line 15",
        "1 page",
    ]
