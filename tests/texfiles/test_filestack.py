"""Which files are open, from a log's parentheses."""

from __future__ import annotations

from texbook.texfiles.filestack import FileStack, tracking_pattern


def tracked(*lines: str, files: tuple[str, ...] = ()) -> FileStack:
    stack = FileStack(tracking_pattern(files))
    for line in lines:
        stack.track(line)
    return stack


def test_files_open_and_close_and_pages_are_counted() -> None:
    stack = tracked("(./main.tex [1] (./a.tex [2]", "[3]) (./b.tex")
    assert stack.opened == ("./main.tex", "./b.tex")
    assert (stack.innermost, stack.closed, stack.shipped) == ("./b.tex", "./a.tex", 3)


def test_parentheses_of_messages_are_no_files() -> None:
    stack = tracked("(./main.tex (see page 3) (a", "b) text")
    assert stack.opened == ("./main.tex",)


def test_names_with_blanks_quotes_and_parentheses() -> None:
    assert tracked("(./main.tex (./a b/c d.tex").innermost == "./a b/c d.tex"
    assert tracked('(./main.tex ("./a b.tex"').innermost == "./a b.tex"
    assert tracked("(./a (1).tex text", files=("./a (1).tex",)).innermost == "./a (1).tex"


def test_after_the_end_the_last_file_is_remembered() -> None:
    stack = tracked("(./main.tex)", ") )")
    assert (stack.innermost, stack.current) == (None, "./main.tex")
