"""A book stays with one run until what was to blame for it has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from texbook.build.obstacle import kept_reason
from texbook.build.state import BuildState, load_state, state_path
from texbook.project import open_project

if TYPE_CHECKING:
    from tests.build.conftest import BuiltBook
    from texbook.build.model import BuildResult

pytestmark = pytest.mark.tex

MAIN = "\\documentclass{report}\n\\begin{document}\n@\\include{ada}\n\\end{document}\n"
INSIDE = "\\ifx\\relax\\relax\\include{ada}\\fi\n"


def ran_in_one(result: BuildResult) -> bool:
    return any(reason.what == "built in one run" for reason in result.reasons)


def reason_of(book: BuiltBook) -> str | None:
    state = load_state(state_path(open_project(folder=book.root)))
    assert isinstance(state, BuildState)
    return kept_reason(state)


def test_the_reason_is_kept_and_goes_with_its_cause(book: BuiltBook) -> None:
    book.write(main_tex=MAIN.replace("@\\include{ada}", INSIDE), ada_tex="\\chapter{Ada}\n")
    assert ran_in_one(book.build())
    assert reason_of(book)
    book.put("ada.tex", "\\chapter{Ada}\nMore.\n")
    assert ran_in_one(book.build())
    book.put("main.tex", MAIN.replace("@", ""))
    assert not ran_in_one(book.build())
    assert reason_of(book) is None


def test_what_was_asked_for_holds_for_one_build(book: BuiltBook) -> None:
    book.write(main_tex=MAIN.replace("@", ""), ada_tex="\\chapter{Ada}\n")
    assert ran_in_one(book.build(keep_going=True))
    assert reason_of(book)
    book.put("ada.tex", "\\chapter{Ada}\nMore.\n")
    assert not ran_in_one(book.build())
    assert reason_of(book) is None
