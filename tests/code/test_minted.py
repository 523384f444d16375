"""Only what is known exactly is read; the shell's own syntax never is."""

from __future__ import annotations

import pytest

from texbook.code.minted import parse_command
from texbook.code.requests import (
    DedentRequest,
    FilterRequest,
    FolderRequest,
    HighlightRequest,
    ListingError,
    MoveRequest,
    ObstacleKind,
    ProbeRequest,
    RemoveRequest,
    Request,
    StyleRequest,
)

LISTING = (
    "pygmentize -l 'c++' -f latex -P commandprefix=PYG -F tokenmerge -P stripnl='False' "
    "{extra}-o main.out.pyg main.pyg"
)

DEDENT = (
    r'python3 -c "import sys; import os; import textwrap; from io import open; '
    r"fname = os.path.expanduser(os.path.expandvars(\"code/a b.py\")); "
    r"f = open(fname, \"r\", encoding=\"UTF8\") if os.path.isfile(fname) else None; "
    r"t = f.readlines() if f is not None else None; t_opt = t if t is not None else []; "
    r"f.close() if f is not None else None; "
    r"tmpfname = os.path.expanduser(os.path.expandvars(\"main.pyg\")); "
    r"f = open(tmpfname, \"w\", encoding=\"UTF8\") if t is not None else None; "
    r"fvstartnum = 2; fvstopnum = 0; s = max(0, fvstartnum-1); "
    r"e = max(s, fvstopnum) if fvstopnum > 0 else len(t_opt); "
    r"[f.write(textwrap.dedent(\"\".join(x))) for x in (t_opt[0:s], t_opt[s:e], t_opt[e:]) "
    r"if x and t is not None]; "
    r'f.close() if t is not None else os.remove(tmpfname);"'
)


@pytest.mark.parametrize(
    ("command", "request_"),
    [
        ("mkdir -p _minted-main", FolderRequest("_minted-main")),
        ("rm main.aex", RemoveRequest("main.aex")),
        ("rm _minted-main/bw.pygstyle", RemoveRequest("_minted-main/bw.pygstyle")),
        ("mv -f a/1.pygtex  a/2.pygtex", MoveRequest("a/1.pygtex", "a/2.pygtex")),
        ("which pygmentize && touch main.aex", ProbeRequest("pygmentize", "main.aex")),
        (
            "pygmentize -S bw -f latex -P commandprefix=PYG > _minted-é/bw.pygstyle",
            StyleRequest("bw", "_minted-é/bw.pygstyle", (("commandprefix", "PYG"),)),
        ),
        (DEDENT, DedentRequest("code/a b.py", "main.pyg", "UTF8", 2, 0)),
    ],
)
def test_each_command_of_minted_is_read(command: str, request_: Request) -> None:
    assert parse_command(command) == request_


def test_a_listing_is_read_with_its_options_and_filters() -> None:
    extra = "-F gobble:n='2' -F x:a='1',b -P escapeinside='||' -P mathescape='True' -P flag "
    assert parse_command(LISTING.format(extra=extra)) == HighlightRequest(
        lexer="c++",
        source="main.pyg",
        output="main.out.pyg",
        options=(
            ("commandprefix", "PYG"),
            ("stripnl", "False"),
            ("escapeinside", "||"),
            ("mathescape", "True"),
            ("flag", True),
        ),
        filters=(
            FilterRequest("tokenmerge"),
            FilterRequest("gobble", (("n", "2"),)),
            FilterRequest("x", (("a", "1"), ("b", True))),
        ),
    )


@pytest.mark.parametrize(
    "command",
    [
        "",
        "touch evil",
        "rm main.tex",
        "rm -rf .",
        "rm a.pyg b.pyg",
        "mv -f main.tex other.tex",
        "mkdir folder",
        "which pygmentize",
        "python3 -c 'print(1)'",
        "cat a.tex > b.tex",
    ],
)
def test_commands_of_others_are_left_to_tex(command: str) -> None:
    assert parse_command(command) is None


@pytest.mark.parametrize(
    "command",
    [
        LISTING.format(extra="; touch evil; "),
        LISTING.format(extra="`touch evil` "),
        LISTING.format(extra="$(touch evil) "),
        LISTING.format(extra='-P a="$HOME" '),
        LISTING.format(extra="-P a='b^^Ic' "),
        LISTING.format(extra="| sh "),
        LISTING.format(extra="\n touch evil "),
        LISTING.format(extra="-x "),
        LISTING.format(extra="-O a=b "),
        LISTING.format(extra="-l python "),
        LISTING.format(extra="-P "),
        LISTING.format(extra="> other "),
        LISTING.format(extra="").replace("-f latex", "-f html"),
        LISTING.format(extra="").replace("pygmentize", "./pygmentize"),
        LISTING.format(extra="").replace("'c++'", "'it'\\''s'"),
        "pygmentize -V",
        "which ./pygmentize && touch main.aex",
        DEDENT.replace("textwrap.dedent", "eval"),
        DEDENT.replace("code/a b.py", "$HOME/a.py"),
        DEDENT.replace("code/a b.py", r"\"); evil(\""),
        DEDENT.replace("python3", "./python"),
        DEDENT.replace('\\"w\\", encoding=\\"UTF8', '\\"w\\", encoding=\\"latin1'),
        DEDENT + "; touch evil",
    ],
)
def test_minteds_commands_in_any_other_form_are_refused(command: str) -> None:
    with pytest.raises(ListingError) as caught:
        parse_command(command)
    assert caught.value.kind is ObstacleKind.COMMAND


def test_a_file_name_with_bare_spaces_is_the_books_fault_and_says_what_to_write() -> None:
    with pytest.raises(ListingError, match=r'the spaces in "my file\.py"') as caught:
        parse_command("pygmentize -l 'c' -f latex -P commandprefix=PYG -o a.pyg my file.py")
    assert caught.value.kind is ObstacleKind.FILE
    assert 'put the name in quotes: \\inputminted{...}{"my file.py"}' in caught.value.hints
