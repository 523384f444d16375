from pathlib import Path

import pytest

from texbook.base.source import SourceFile
from texbook.latex.includes import find_includes, include_order

ROOT = Path("/book")


def _targets(text: str) -> list[tuple[str, str]]:
    return [(i.command, i.target) for i in find_includes(SourceFile(ROOT / "main.tex", text))]


def _order(files: dict[str, str]) -> list[str]:
    sources = {ROOT / name: SourceFile(ROOT / name, text) for name, text in files.items()}
    order = include_order(ROOT / "main.tex", sources.get)
    return [source.path.relative_to(ROOT).as_posix() for source in order.sources]


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        (r"\input{a}", ["a"]),
        (r"\input a.tex ", ["a.tex"]),
        (r'\input{"my file"}', ["my file"]),
        (r"\include{chapters/a}", ["chapters/a"]),
        (r"\import{parts/}{a}", ["parts/a"]),
        (r"\subimport{parts}{a}", ["parts/a"]),
        (r"\subincludefrom{parts/}{a}", ["parts/a"]),
        (r"\includegraphics[width=\linewidth, alt={a]b}]{x.pdf}", ["x.pdf"]),
        (r"\includegraphics*{x}", ["x"]),
        (r"\graphicspath{{images/}{other/}}", ["images/", "other/"]),
        (r"\usepackage[a=b]{c, d}", ["c", "d"]),
        (r"\documentclass[11pt]{amznotes}", ["amznotes"]),
        (r"\bibliography{a,b}", ["a", "b"]),
        (r"\addbibresource[label=x]{refs.bib}", ["refs.bib"]),
        (r"\inputminted[linenos]{python}{a.py}", ["a.py"]),
        (r"\amzinputcode{python}{a.py}", ["a.py"]),
        (r"\lstinputlisting[language=C]{a.c}", ["a.c"]),
        (r"\InputIfFileExists{a}{b}{c}", ["a"]),
        (r"% \input{a}", []),
        (r"\verb|\input{a}|", []),
        ("\\begin{verbatim}\n\\input{a}\n\\end{verbatim}", []),
        (r"\input{\jobname-a} \newcommand{\f}[1]{\includegraphics{#1}}", []),
        (r"\input{a", []),
        ("\\input%\n{a}", ["a"]),
    ],
)
def test_files_are_found(text: str, targets: list[str]) -> None:
    assert [target for _, target in _targets(text)] == targets


def test_offsets_cover_the_command_and_its_argument() -> None:
    text = r"see \input {a} b"
    (include,) = find_includes(SourceFile(ROOT / "main.tex", text))
    assert text[include.start : include.end] == r"\input {a}"


def test_order_is_that_of_first_reading() -> None:
    files = {
        "main.tex": r"\input{a}\include{c}",
        "a.tex": r"\input{b.tex}",
        "b.tex": "",
        "c.tex": r"\input{b}",
    }
    assert _order(files) == ["main.tex", "a.tex", "b.tex", "c.tex"]


def test_input_is_relative_to_the_book_and_subfile_to_its_holder() -> None:
    files = {
        "main.tex": r"\input{parts/a}",
        "parts/a.tex": r"\input{parts/b}\subfile{c}\subinputfrom{deep/}{d}",
        "parts/b.tex": "",
        "parts/c.tex": "",
        "parts/deep/d.tex": "",
    }
    assert _order(files) == list(files)


def test_cycle_is_followed_once_and_reported() -> None:
    sources = {
        ROOT / "main.tex": SourceFile(ROOT / "main.tex", r"\input{a}"),
        ROOT / "a.tex": SourceFile(ROOT / "a.tex", r"\input{main}\input{gone}"),
    }
    order = include_order(ROOT / "main.tex", sources.get)
    assert [source.path.name for source in order.sources] == ["main.tex", "a.tex"]
    assert [include.target for _, include in order.cycles] == ["main"]
    assert [include.target for _, include in order.missing] == ["gone"]


def test_chain_of_three_thousand_files_needs_no_recursion() -> None:
    files = {f"f{n}.tex": rf"\input{{f{n + 1}}}" for n in range(3000)}
    assert len(_order({"main.tex": r"\input{f0}", **files})) == 3001
