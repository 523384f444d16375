from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.build.conftest import BuiltBook

pytestmark = pytest.mark.tex


@pytest.mark.parametrize("name", ["parts/x.tex", "./parts/x.tex", "{root}/parts/x.tex"])
def test_viewers_may_name_a_file_from_the_folder_of_the_pdf(book: BuiltBook, name: str) -> None:
    book.put(
        "main.tex",
        "\\documentclass{book}\n\\begin{document}\n\\include{parts/x}\n\\end{document}\n",
    )
    book.put("parts/x.tex", "One.\n\n\\newpage\nTwo.\n")
    book.build()
    answer = subprocess.run(
        ["synctex", "view", "-i", f"4:0:{name.format(root=book.root)}", "-o", "main.pdf"],
        cwd=book.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(re.findall(r"(?m)^Page:(\d+)$", answer.stdout)) == {"2"}
