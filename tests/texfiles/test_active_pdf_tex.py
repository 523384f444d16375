"""PDFs that a real xelatex and xdvipdfmx make: what a document can put into them is found."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from texbook.texfiles.active_pdf import find_active_content

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.tex

ANNOTATION = r"\special{pdf:ann width 9pt height 9pt <</Type/Annot/Subtype/Link/A<<%s>>>>}"
# hyperref loads one font, pzdr, which no small installation has; the text font serves as well.
HYPERREF = r"""
\makeatletter\let\primitive\font
\def\font#1\relax{\let\XeTeXLink@font\@empty}
\usepackage{hyperref}\let\font\primitive\makeatother
"""


def typeset(folder: Path, body: str, preamble: str = "") -> set[str]:
    """Make the PDF of a document; give what is found in it."""
    (folder / "notes.txt").write_text("secret\n", encoding="utf-8")
    (folder / "main.tex").write_text(
        f"\\documentclass{{article}}\n\\pagestyle{{empty}}\n{preamble}\n"
        f"\\begin{{document}}\nText\n{body}\n\\end{{document}}\n",
        encoding="utf-8",
    )
    command = ["xelatex", "-interaction=batchmode", "-halt-on-error", "main.tex"]
    subprocess.run(command, cwd=folder, env=os.environ, check=True, stdout=subprocess.DEVNULL)
    return {found.kind for found in find_active_content(folder / "main.pdf")}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ANNOTATION % "/S/JavaScript/JS(app.alert\\string\\(1\\string\\))", "JavaScript"),
        (ANNOTATION % "/S/J\\string#61vaScript/J\\string#53 (1)", "JavaScript"),
        (ANNOTATION % "/S/Launch/F(/bin/sh)", "starts a program (Launch)"),
        (ANNOTATION % "/S/URI/URI(javascript:x)", "a link that is not to the Web"),
        (r"\special{pdf:put @catalog <</OpenAction <</S/JavaScript/JS(1)>>>>}", "JavaScript"),
        (r"\special{pdf:docview <</AA <</WC <</S/SubmitForm/F(http://x)>>>>>>}", "sends a form"),
        (
            r"\special{pdf:obj @act <</S/Launch/F(x)>>}" + ANNOTATION % "/S/GoTo/Next @act",
            "starts a program (Launch)",
        ),
        (
            (
                r"\special{pdf:fstream @f (notes.txt) <</Type/EmbeddedFile>>}"
                r"\special{pdf:put @names <</EmbeddedFiles <</Names[(n) <</EF<</F @f>>>>]>>>>}"
            ),
            "an embedded file",
        ),
        (
            (
                r"\special{pdf:stream @s (1) <<>>}"
                r"\special{pdf:put @names <</JavaScript <</Names[(x) <</S/JavaScript/JS @s>>]>>>>}"
            ),
            "JavaScript",
        ),
        (
            (
                r"\special{pdf:stream @s (1) <<>>}"
                r"\special{pdf:docview <</AcroForm <</Fields[]/XFA @s>>>>}"
            ),
            "an XFA form",
        ),
        (
            r"\special{pdf:ann width 9pt height 9pt <</Type/Annot/Subtype/RichMedia>>}",
            "rich media",
        ),
    ],
)
def test_what_a_special_puts_in_is_found(tmp_path: Path, body: str, kind: str) -> None:
    assert any(found.startswith(kind) for found in typeset(tmp_path, body))


@pytest.mark.parametrize(
    ("preamble", "body", "kind"),
    [
        (HYPERREF, r"\href{run:notes.txt}{open}", "starts a program (Launch)"),
        (HYPERREF, r"\href{notes.pdf}{open}", "opens another file (GoToR)"),
        (
            HYPERREF,
            r"\begin{Form}[action=http://x]\PushButton[onclick={app.alert(1)}]{a}\end{Form}",
            "JavaScript",
        ),
        (
            HYPERREF,
            r"\begin{Form}[action=http://x]\Submit{send}\end{Form}",
            "sends a form (SubmitForm)",
        ),
    ],
)
def test_what_a_package_puts_in_is_found(
    tmp_path: Path, preamble: str, body: str, kind: str
) -> None:
    assert kind in typeset(tmp_path, body, preamble)


def test_links_and_bookmarks_are_no_finding(tmp_path: Path) -> None:
    body = r"""
    \tableofcontents\section{Why /JavaScript <</JS (1)>> is bad}\label{s}\ref{s}
    \url{https://example.org/a\%20b}\href{mailto:a@example.org}{mail}\hyperlink{page.1}{here}
    """
    assert typeset(tmp_path, body, HYPERREF) == set()
