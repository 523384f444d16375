"""How the papers of a book are found: entries by their form, works by their keys."""

import random
from pathlib import Path

import pytest

from texbook.base.source import SourceFile
from texbook.config.model import NINE_SECTIONS, Config, LintConfig, StructureConfig
from texbook.lint.book import Book, Document
from texbook.lint.files import Files
from texbook.lint.paper_entries import find_title, is_label
from texbook.lint.rule import all_rules
from texbook.lint.runner import lint

CONFIG = Config(structure=StructureConfig(("The Trap", "Papers"), papers_section="Papers"))
FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("TB60*.tex"))


def _book(papers: str, root: Path = Path("/b"), config: Config = CONFIG, **document: bool) -> Book:
    text = f"\\section{{One}}\n\\subsection{{The Trap}} x\n\\subsection{{Papers}}\n{papers}\n"
    source = SourceFile(root / "main.tex", text)
    return Book([Document(source, **document)], config, files=Files(root))  # type: ignore[arg-type]


def _names(papers: str) -> list[str]:
    return [paper.name for paper in _book(papers).papers.entries]


@pytest.mark.parametrize(
    ("text", "title", "style"),
    [
        (r"\textbf{Attention Is All You Need} (2017)", "Attention Is All You Need", "bold"),
        (r"A. Smith, \emph{On Traps}, 2020", "On Traps", "italic"),
        (r"{\em On Traps}, 2020", "On Traps", "italic"),
        (r"``On Traps,'' A. Smith", "On Traps", "quoted"),
        (r"\textbf{``On Traps''}", "On Traps", "quoted"),
        ("“On Traps”", "On Traps", "quoted"),
        (r"\href{https://a.org}{On Traps}", "On Traps", "linked"),
        (r'J. M\"uller, "On Traps"', "On Traps", "quoted"),
        (
            r"\textbf{Why do tree-based models still win?} (2022)",
            "Why do tree-based models still win?",
            "bold",
        ),
    ],
)
def test_a_title_is_what_is_set_off_first(text: str, title: str, style: str) -> None:
    found = find_title(text)
    assert found is not None
    assert (found.text, found.style) == (title, style)


@pytest.mark.parametrize(
    "text",
    [
        r"\textbf{Key contribution.} It helps.",
        r"A. Smith. On the Use of Traps. \emph{Nature Methods}, 2020.",
        r"Smith, A. Traps. In \emph{Proceedings of ICML}, 2020.",
        r"\emph{et al.} and \textbf{one}",
        r"\textbf{never closed",
        "plain text",
    ],
)
def test_labels_and_venues_are_no_titles(text: str) -> None:
    assert find_title(text) is None


def test_a_label_is_short() -> None:
    assert is_label("Why it matters here")
    assert not is_label("Why do tree-based models still outperform deep learning")


@pytest.mark.parametrize(
    ("papers", "names"),
    [
        (
            (
                "\\begin{enumerate}\n\\item \\emph{On Traps}, 2020.\n\\begin{itemize}\n"
                "\\item Key contribution: \\emph{see there}\n\\end{itemize}\n"
                "\\item \\emph{More Traps}, 2021.\n\\end{enumerate}"
            ),
            ["On Traps", "More Traps"],
        ),
        (
            (
                "\\begin{paperbox}{\\emph{On Traps}} 2020\\end{paperbox}\n"
                "\\begin{paperbox}{\\emph{More Traps}} 2021\\end{paperbox}"
            ),
            ["On Traps", "More Traps"],
        ),
        (
            (
                "\\subsubsection{\\emph{On Traps}}\n2020, arXiv:1706.03762\n"
                "\\subsubsection{\\emph{More Traps}}\n2021"
            ),
            ["On Traps", "More Traps"],
        ),
        (
            "Intro.\n\n\\emph{On Traps}, 2020.\n\nIt shows.\n\n[2] \\emph{More Traps}, 2021.",
            ["On Traps", "More Traps"],
        ),
        ("Scaling \\cite{a} and adapters \\cite{b}.", []),
        ("\\begin{itemize}\\item Read this.\\item And that.\\end{itemize}", []),
        ("", []),
    ],
    ids=["list", "boxes", "headings", "paragraphs", "prose", "no papers", "empty"],
)
def test_entries_are_found_in_any_form(papers: str, names: list[str]) -> None:
    assert _names(papers) == names


def test_nothing_is_read_of_a_stub_or_without_a_papers_section() -> None:
    papers = "\\begin{itemize}\\item \\emph{On Traps}, 2020.\\end{itemize}"
    assert len(_book(papers).papers.entries) == 1
    assert _book(papers, is_stub=True).papers.entries == ()
    config = Config(structure=StructureConfig(("The Trap", "Papers")))
    assert _book(papers, config=config).papers.entries == ()


def test_works_are_read_from_the_files_that_the_book_names(tmp_path: Path) -> None:
    (tmp_path / "one.bib").write_text("@misc{other,\n}\n@misc{a, title={A}}\n@misc{b, title={B}}\n")
    (tmp_path / "two.bib").write_text("@misc{a, title={Again}}\n\n@misc{c, title={C}}\n")
    (tmp_path / "latin.bib").write_bytes(b"@misc{d, title={\xe9}}\n")
    papers = "\\cite{a} \\paper{c} \\cite{d}\n\\bibliography{one,two,latin,none}"
    config = Config(structure=CONFIG.structure, lint=LintConfig(citation_commands=("paper",)))
    found = _book(papers, tmp_path, config).papers
    assert [(key, work.entry.title, work.entry.line) for key, work in found.works.items()] == [
        ("a", "A", 3),
        ("c", "C", 3),
    ]
    assert [work.entry.key for work in found.listed] == ["a", "c"]
    span = found.works["c"].span()
    assert str(span) == f"{tmp_path / 'two.bib'}:3:7"


def test_nocite_star_names_all_works(tmp_path: Path) -> None:
    (tmp_path / "one.bib").write_text("@misc{a}\n@misc{b}\n")
    found = _book("\\nocite{*}\\bibliography{one.bib}", tmp_path).papers
    assert set(found.works) == {"a", "b"}


def test_mutated_lists_of_papers_crash_no_rule() -> None:
    chance = random.Random(4)
    rules = [rule for rule in all_rules() if rule.code[:3] in ("TB6", "TB7", "TB8")]
    pieces = ["{", "}", "\\item ", "\\emph{", "``", '"', "\\href{", "\n\n", "arXiv:", "10.1234/"]
    config = Config(
        structure=StructureConfig(
            ("The Trap", "Papers"),
            papers_section="Papers",
            answer_section="The Trap",
            answer_box="box",
            takeaways_section="Papers",
            most_takeaways=2,
            minimum_words=NINE_SECTIONS.minimum_words,
        )
    )
    texts = [path.read_text("utf-8") for path in FIXTURES]
    for _ in range(200):
        text = chance.choice(texts)
        for _ in range(3):
            start = chance.randrange(len(text))
            end = start + chance.choice([0, 1, 30])
            text = text[:start] + chance.choice(pieces) + text[end:]
        document = Document(SourceFile(Path("/b/main.tex"), text))
        found = lint([document], config, rules=rules).diagnostics
        assert [item.message for item in found if item.code == "TB903"] == [], repr(text)
