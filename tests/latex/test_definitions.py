import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from texbook.latex.definitions import Definition, read_definitions
from texbook.latex.tokens import tokenize


def _read(text: str) -> list[Definition]:
    return list(read_definitions(tokenize(text)))


def _brief(text: str) -> list[tuple[str, bool, str]]:
    return [(d.name, d.is_environment, d.arguments) for d in _read(text)]


@pytest.mark.parametrize(
    ("text", "arguments", "body"),
    [
        (r"\newcommand{\x}{body}", "", "body"),
        (r"\newcommand*\x[2][d]{body}", "om", "body"),
        (r"\renewcommand \x [1] {b{od}y}", "m", "b{od}y"),
        (r"\providecommand{\x}[0]{body}", "", "body"),
        ("\\DeclareRobustCommand\\x% what it does\n% more\n  [1]{body}", "m", "body"),
        (r"\newrobustcmd\x[9]{body}", "mmmmmmmmm", "body"),
        (r"\newcommand\x[\n]{body}", "?", "body"),
        (r"\newcommand\x[10]{body}", "?", "body"),
        (r"\def\x{body}", "", "body"),
        (r"\gdef\x#1#2{body #1}", "mm", "body #1"),
        (r"\def\x#1.{body}", "?", "body"),
        (r"\NewDocumentCommand{\x}{m}{body}", "m", "body"),
        (r"\RenewDocumentCommand\x{s O{a,b} +m !o}{body}", "somo", "body"),
        (r"\DeclareDocumentCommand\x{b v r() d<> e{^_} t!}{body}", "bvrdet", "body"),
        (r"\ProvideDocumentCommand\x{>{\SplitList{;}} m ={k} O{\}}}{body}", "mo", "body"),
        (r"\NewDocumentCommand\x{D(){1} R<>{2} E{^}{{3}} G{4}}{body}", "dreg", "body"),
        (r"\NewDocumentCommand\x{m Z}{body}", "?", "body"),
        (r"\newcommandx\x[2][1=a]{body}", "?", ""),
        (r"\DeclareMathOperator*{\x}{body}", "", "body"),
        (r"\DeclarePairedDelimiter\x{(}{)}", "som", "{(}{)}"),
        (r"\newtcbox[auto counter]{\x}[1][]{body}", "om", "body"),
    ],
)
def test_commands_are_read_with_their_arguments(text: str, arguments: str, body: str) -> None:
    (found,) = _read(f"text {text} text")
    assert (found.name, found.is_environment) == ("x", False)
    assert (found.arguments, found.body) == (arguments, body)
    assert len(found.defaults) == len(found.arguments)
    assert found.start == len("text ")


@pytest.mark.parametrize(
    ("text", "arguments", "body"),
    [
        (r"\newenvironment{x}{begin}{end}", "", "begin"),
        (r"\newenvironment*{x}[2][\empty]{begin}{end}", "om", "begin"),
        (r"\lstnewenvironment{x}[1][]{begin}{end}", "o", "begin"),
        (r"\NewEnviron{x}[1]{all of it}[after]", "m", "all of it"),
        (r"\NewDocumentEnvironment{x}{O{} m +b}{begin}{end}", "omb", "begin"),
        (r"\newenvironmentx{x}[2][1=a]{begin}{end}", "?", ""),
        (r"\newtcolorbox{x}{options}", "", "options"),
        (r"\newtcolorbox[auto counter,number within=section]{x}[3][]{options}", "omm", "options"),
        (r"\newtcblisting{x}[1]{options}", "m", "options"),
        (r"\NewTColorBox[init]{x}{O{red}m}{options}", "om", "options"),
        (r"\DeclareTColorBox{x}{s m}{options}", "sm", "options"),
        (r"\DeclareTCBListing{x}{O{python}}{options}", "o", "options"),
        (r"\newtheorem{x}{Title}[section]", "o", "Title"),
        (r"\newtheorem*{x}{Title}", "o", "Title"),
        (r"\newtheorem{x}[other]{Title}", "o", "Title"),
        (r"\spnewtheorem{x}{Title}{\bfseries}{\itshape}", "o", "Title"),
        (r"\newmdtheoremenv[linewidth=1pt]{x}{Title}", "o", "Title"),
        (r"\declaretheorem[name=Title]{x}", "o", ""),
        (r"\newmdenv[linewidth=1pt]{x}", "o", ""),
        (r"\newlist{x}{enumerate}{2}", "o", ""),
        (r"\DefineVerbatimEnvironment{x}{Verbatim}{frame=single}", "o", ""),
    ],
)
def test_environments_are_read_with_their_arguments(text: str, arguments: str, body: str) -> None:
    (found,) = _read(text)
    assert (found.name, found.is_environment) == ("x", True)
    assert (found.arguments, found.body) == (arguments, body)


def test_a_theorem_of_tcolorbox_has_a_starred_one_without_label() -> None:
    found = _read(r"\newtcbtheorem[auto counter]{law}{Law}{colback=red}{th}")
    assert [(d.name, d.arguments) for d in found] == [("law", "omm"), ("law*", "om")]
    assert found[0].body == "{Law}{colback=red}{th}"


def test_minted_names_its_environments_after_the_language() -> None:
    found = _read(r"\newminted{python}{linenos} \newminted[shell]{bash}{}")
    assert [(d.name, d.arguments) for d in found] == [
        *(("pythoncode", ""), ("pythoncode*", "m"), ("shell", ""), ("shell*", "m")),
    ]
    assert found[0].body == "{python}{linenos}"


def test_an_optional_argument_keeps_its_default() -> None:
    assert _read(r"\newcommand\x[2][a b]{}")[0].defaults == ("a b", "")


def test_a_definition_ends_where_its_last_argument_ends() -> None:
    text = r"\newenvironment{x}{a}{b} after"
    (found,) = _read(text)
    assert text[found.start : found.end] == r"\newenvironment{x}{a}{b}"


def test_definitions_within_a_definition_are_not_made_yet() -> None:
    assert _brief(r"\def\x{\newcommand\y{}\def\z{}}") == [("x", False, "")]


def test_definitions_within_a_hook_are_read() -> None:
    assert _brief(r"\AtBeginDocument{\newcommand\y[1]{}}") == [("y", False, "m")]


def test_comments_and_listings_define_nothing() -> None:
    text = "% \\newcommand\\x{}\n\\begin{verbatim}\n\\newcommand\\x{}\n\\end{verbatim}\n"
    assert _brief(text) == []


WRAPPER = r"""
\NewDocumentCommand\newbox{m m O{blue}}{% a comment
  \newtcolorbox[use counter=c]{#1}[3][]{colback=#3,title={#2: ##2},##1}%
  \newtcolorbox{#1*}[2][]{title={##2},##1}}
"""


def test_a_line_goes_on_behind_what_a_conditional_skips() -> None:
    assert _brief(r"\iffalse \def\x{} \fi \newcommand\y[1]{#1}") == [("y", False, "m")]


def test_a_call_of_a_wrapper_defines_what_its_body_does() -> None:
    text = f"{WRAPPER}\\newbox{{law}}{{Law}}[red] \\newbox{{rule}}{{Rule}}\n"
    found = [d for d in _read(text) if d.is_environment]
    assert [(d.name, d.arguments, text[d.start : d.end]) for d in found] == [
        ("law", "omm", r"\newbox{law}{Law}[red]"),
        ("law*", "om", r"\newbox{law}{Law}[red]"),
        ("rule", "omm", r"\newbox{rule}{Rule}"),
        ("rule*", "om", r"\newbox{rule}{Rule}"),
    ]
    assert found[0].body == "colback=red,title={Law: #2},#1"
    assert found[2].body == "colback=blue,title={Rule: #2},#1"


def test_a_wrapper_of_another_file_is_known() -> None:
    known = _read(WRAPPER)
    found = read_definitions(tokenize(r"\newbox{law}{Law}"), known)
    assert [d.name for d in found] == ["law", "law*"]


def test_a_wrapper_of_a_wrapper_of_another_file_is_known() -> None:
    known = _read(WRAPPER + r"\newcommand\newred[1]{\newbox{red#1}{#1}[red]}")
    found = read_definitions(tokenize(r"\newred{law}"), known)
    assert [d.name for d in found] == ["redlaw", "redlaw*"]


def test_a_wrapper_may_call_a_wrapper() -> None:
    text = WRAPPER + r"\newcommand\newred[1]{\newbox{red#1}{#1}[red]} \newred{law}"
    assert "redlaw" in {d.name for d in _read(text)}


def test_a_wrapper_may_define_commands() -> None:
    text = r"\newcommand\newop[1]{\DeclareRobustCommand#1{x}} \newop\foo \newop{\bar}"
    assert [d.name for d in _read(text)] == ["newop", "foo", "bar"]


def test_a_command_with_a_local_definition_is_no_wrapper() -> None:
    assert _brief(r"\newcommand\x[1]{\def\y{#1}} \x{a} \x{b}") == [("x", False, "m")]


def test_wrappers_that_call_each_other_come_to_an_end() -> None:
    text = (
        r"\newcommand\a[1]{\newcommand\c{}\b{#1}\b{#1}}"
        r"\newcommand\b[1]{\newcommand\d{}\a{#1}\a{#1}}\a{x}"
    )
    assert {d.name for d in _read(text)} == {"a", "b", "c", "d"}


def test_calls_that_would_grow_without_end_are_left_alone() -> None:
    body = "#1" * 4000
    text = rf"\newcommand\a[1]{{\newcommand\c{{{body}}}}}\a{{{'x' * 9000}}}"
    assert [d.name for d in _read(text)] == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "\\newcommand",
        "\\newcommand{\\x",
        "\\newcommand{\\x}",
        "\\newcommand{\\x}[2",
        "\\newenvironment{x}",
        "\\NewDocumentCommand\\x{m",
        "\\newtcolorbox[{x}",
        "\\newtcolorbox{a#1}{}",
        "\\def\\x#1",
        "\\def}{",
        "\\newtheorem{}{}",
    ],
)
def test_a_broken_definition_is_none(text: str) -> None:
    assert _read(text) == []


FRAGMENTS = st.sampled_from(
    [
        *("{", "}", "[", "]", "#1", "##1", "\\x", "\\y", " ", "\n", "%", "2", "a", "*", "\\"),
        *("\\newcommand", "\\def", "\\NewDocumentCommand", "\\newenvironment", "\\newtcolorbox"),
        *("\\newtcbtheorem", "\\newtheorem", "\\newcommand\\x[1]{\\newcommand#1{}}", "\\x{\\y}"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS, max_size=40).map("".join))
def test_any_text_gives_definitions_in_order_within_it(text: str) -> None:
    found = _read(text)
    starts = [d.start for d in found]
    assert starts == sorted(starts)
    for definition in found:
        assert 0 <= definition.start < definition.end <= len(text)
        assert len(definition.defaults) == len(definition.arguments)
