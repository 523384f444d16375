import gc
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from texbook.latex.mask import mask
from texbook.latex.specs import BUILT_IN, read_specs
from texbook.latex.tokens import Kind, tokenize

FRAGMENTS = st.sampled_from(
    [
        *("{", "}", "$", "$$", "\\", "%", "\n", "\r\n", " ", "a", "é", "\0", "[", "]", "|", "*"),
        *("\\\\", "\\begin{verbatim}", "\\end{verbatim}", "\\begin{a}", "\\end{a}", "\\verb"),
        *("\\url{", "\\lstinline", "\\mintinline{c}", "\\newcommand", "\\def\\x", "\\iffalse"),
        *("\\fi", "\\(", "\\section", "\\input{x}", "\\end{document}", "\\endinput", "\ud800"),
    ]
)
LATEX = st.lists(FRAGMENTS, max_size=60).map("".join)


def _kinds(text: str) -> list[tuple[Kind, str]]:
    return [(token.kind, text[token.start : token.end]) for token in tokenize(text).tokens]


def _visible(text: str) -> str:
    return " ".join(mask(tokenize(text)).split())


@settings(max_examples=400, deadline=None)
@given(LATEX | st.text(max_size=200))
def test_tokens_are_in_order_without_overlap_within_the_text(text: str) -> None:
    position = 0
    for token in tokenize(text).tokens:
        assert position <= token.start < token.end <= len(text)
        position = token.end


@settings(max_examples=400, deadline=None)
@given(LATEX)
def test_masking_keeps_length_and_line_ends(text: str) -> None:
    masked = mask(tokenize(text))
    assert len(masked) == len(text)
    assert [i for i, c in enumerate(masked) if c in "\r\n"] == [
        i for i, c in enumerate(text) if c in "\r\n"
    ]


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        (r"a \% b % c", r"a \% b"),
        (r"a \\% c", r"a \\"),
        (r"x \verb|{%| y", r"x \verb y"),
        (r"x \verb*+{%+ y", r"x \verb* y"),
        (r"x \lstinline[language=C]{a{%}} y", r"x \lstinline[language=C] y"),
        (r"x \lstinline!a%! y", r"x \lstinline y"),
        (r"x \mintinline[o]{c}{%} y", r"x \mintinline[o]{c} y"),
        (r"x \mintinline{c}|%| y", r"x \mintinline{c} y"),
        ("\\begin{verbatim}\n%{\n\\end{verbatim} y", r"\begin{verbatim} \end{verbatim} y"),
        ("\\begin{minted}[a]{c}\n%{\n\\end{minted} y", r"\begin{minted} \end{minted} y"),
        ("\\begin{comment}\nx\n\\end{comment}", r"\begin{comment} \end{comment}"),
        (r"a \iffalse b \ifx c \fi d \fi e", "a e"),
        (r"a \iffalse b \ifthenelse{c}{d}{e} \fi f", "a f"),
        ("a \\end{document} b", r"a \end{document}"),
        ("a \\endinput\nb", r"a \endinput"),
        ("a `\\endinput' b", r"a `\endinput' b"),
        (r"\newcommand{\bv}{\begin{verbatim}} a", r"\newcommand{\bv}{\begin{verbatim}} a"),
    ],
)
def test_only_what_tex_reads_as_latex_is_visible(text: str, visible: str) -> None:
    assert _visible(text) == visible


def test_percent_in_an_address_begins_no_comment() -> None:
    kinds = _kinds(r"\url{http://a/%7B} b")
    assert kinds == [(Kind.COMMAND, r"\url"), (Kind.ADDRESS, "{http://a/%7B}")]


def test_line_break_with_a_length_is_no_formula() -> None:
    assert _kinds(r"a \\[2pt] b") == [(Kind.SYMBOL, r"\\")]


def test_maths_shifts_are_tokens() -> None:
    text = r"$a$ $$b$$ \(c\) \[d\]"
    assert [part for _, part in _kinds(text)] == ["$", "$", "$$", "$$", r"\(", r"\)", r"\[", r"\]"]


def test_braces_are_matched_and_those_left_over_named() -> None:
    assert tokenize("{a{b}}").matching == {0: 5, 2: 4}
    assert tokenize("{a{b}").open_braces == [0]
    assert tokenize("a}").stray_braces == [1]


@pytest.mark.parametrize(
    "definition",
    [
        r"\newcommand{\x}[1][a]{\begin{q}#1}",
        r"\newcommand*\x{\begin{q}}",
        r"\def\x#1{\begin{q}}",
        r"\newenvironment{x}[1]{\begin{q}}{\end{q}}",
        r"\NewDocumentEnvironment{x}{m}{\begin{q}}{\end{q}}",
        r"\renewcommand\section{\begin{q}}",
    ],
)
def test_definition_ends_with_its_last_argument(definition: str) -> None:
    text = f"a {definition} b"
    assert tokenize(text).definitions == [(2, 2 + len(definition))]


@pytest.mark.parametrize(
    ("definition", "name"),
    [
        (r"\newminted{python}{linenos}", "pythoncode"),
        (r"\newminted[py]{python}{linenos}", "py"),
        (r"\newtcblisting[auto]{shell}[1]{}", "shell"),
        (r"\lstnewenvironment{ccode}{}{}", "ccode"),
        (r"\DefineVerbatimEnvironment{out}{Verbatim}{}", "out"),
        (r"\newenvironment{py}{\VerbatimEnvironment\begin{minted}{python}}{\end{minted}}", "py"),
        (r"\NewDocumentEnvironment{py}{o}{\begin{lstlisting}}{\end{lstlisting}}", "py"),
    ],
)
def test_verbatim_environments_are_read_from_definitions(definition: str, name: str) -> None:
    assert name in read_specs(definition).environments
    assert name not in BUILT_IN.environments


def test_commented_definitions_and_ordinary_environments_are_not_verbatim() -> None:
    text = "% \\newminted{python}{}\n\\newenvironment{box}{\\begin{center}}{\\end{center}}"
    assert read_specs(text).environments == BUILT_IN.environments


def test_inline_command_of_newmintinline_is_verbatim() -> None:
    specs = read_specs(r"\newmintinline[py]{python}{}")
    assert "%" not in mask(tokenize(r"\py|a % b| c", specs))


@pytest.mark.parametrize(
    "definition",
    [
        r"\newcommand{\code}{\lstinline}",
        r"\newcommand\code{\lstinline[language=C]}",
        r"\def\code{\Verb}",
        r"\let\code\lstinline",
    ],
)
def test_another_name_of_an_inline_command_is_verbatim(definition: str) -> None:
    assert "%" not in mask(tokenize(r'\code{"%lu"} and', read_specs(definition)))


def test_command_that_holds_code_of_its_own_is_not_verbatim() -> None:
    specs = read_specs(r"\newcommand{\code}{\lstinline|x|}\newcommand{\b}[1]{\lstinline{#1}}")
    assert specs.inline == BUILT_IN.inline


def test_number_sign_delimits_code_but_in_a_definition() -> None:
    assert "_" not in mask(tokenize(r"\verb#a_b# c"))
    assert "_" in mask(tokenize(r"\newcommand{\x}[2]{\lstinline#1_#2}"))


def test_the_cycle_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    tokenize("a {b}")
    assert gc.isenabled()
    gc.disable()
    try:
        tokenize("a {b}")
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "definition",
    [
        r"\MakeShortVerb{\|}",
        r"\MakeShortVerb*\|",
        r"\lstMakeShortInline[x]|",
        r"\DefineShortVerb{|}",
    ],
)
def test_delimiter_of_code_is_read_from_its_definition(definition: str) -> None:
    tokenized = tokenize("a |\\end{x} $| b | c\nd | e", read_specs(definition))
    assert [(item.kind, item.name) for item in tokenized.tokens] == [(Kind.CODE, r"|\end{x} $|")]


@pytest.mark.parametrize(
    "definition",
    [r"\def\program{\bgroup\alltt}\def\endprogram{\endalltt\egroup}", r"\let\endprogram=\endalltt"],
)
def test_environment_that_ends_as_verbatim_does_is_verbatim(definition: str) -> None:
    assert "program" in read_specs(definition).environments


def test_delimiter_of_code_loses_its_meaning_and_regains_it() -> None:
    text = r"|a| \DeleteShortVerb{\|} |b| \MakeShortVerb{\|} |c|"
    tokens = tokenize(text, read_specs(r"\MakeShortVerb{\|}")).tokens
    assert [item.name for item in tokens if item.kind is Kind.CODE] == ["|a|", "|c|"]


@settings(max_examples=200, deadline=None)
@given(LATEX)
def test_tokens_do_not_overlap_where_a_delimiter_begins_code(text: str) -> None:
    tokens = tokenize(text, read_specs(r"\MakeShortVerb{\|}\MakeShortVerb{\"}")).tokens
    assert all(one.end <= other.start for one, other in pairwise(tokens))


def test_document_in_a_document_does_not_end_it() -> None:
    example = r"\begin{ex}\begin{document}\end{document}\end{ex}"
    assert "last" in _visible(rf"\begin{{document}}{example} last \end{{document}} rest")


@pytest.mark.parametrize("never", ["\\iffalse a", "\\if 0\na", "\\if0 a"])
def test_what_a_conditional_leaves_out_for_sure_is_comment(never: str) -> None:
    assert _visible(f"{never} {{ \\fi b") == "b"


def test_endinput_in_braces_ends_nothing() -> None:
    assert "last" in _visible("\\IfFileExists{x}{}{%\n\\endinput\n} last")
