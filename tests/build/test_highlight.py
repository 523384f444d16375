"""The same bytes as minted's own cache, without a shell; and no thread or pipe left behind."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import StorageError
from texbook.build.highlight import HighlightService
from texbook.build.highlight_store import load_listings
from texbook.build.highlight_tex import ANSWER_PIPE, REQUEST_PIPE
from texbook.build.model import ShellEscape
from texbook.code.highlight import pygments_file
from texbook.code.requests import ObstacleKind

if TYPE_CHECKING:
    from texbook.messages.listings import Refusal

SAMPLES = Path(__file__).with_name("samples.txt")

OPTIONS = (
    ("python", "gobble=2"),
    ("python", "stripnl"),
    ("python", "stripall=true"),
    ("python", "escapeinside=||"),
    ("python", "mathescape"),
    ("python", "texcl"),
    ("python", "texcomments=true"),
    ("python", "python3=false"),
    ("python", "encoding=utf8,outencoding=utf8"),
    ("python", "linenos,breaklines,firstnumber=7,bgcolor=yellow,frame=lines"),
    ("python", "style=monokai"),
    ("python", "style=bw,autogobble,gobble=1"),
    ("sql", "keywordcase=lower"),
    ("c", "codetagify={TODO,FIXME}"),
    ("php", "startinline"),
    ("lua", "funcnamehighlighting=false"),
)

OTHER_WAYS = r"""
\mintinline{python}|lambda x: {x}| \mintinline{c}{int x;} \mint{html}|<b>é</b>|
\bashinline{ls -l | wc}
\begin{rustcode}
let x = 1;
\end{rustcode}
\begin{rustcode*}{autogobble}
  let x = 1;
\end{rustcode*}
\inputminted{python}{code/example.py}
\inputminted[firstline=2,lastline=3,autogobble]{python}{code/example.py}
\inputminted{python}{"code/with space.py"}
\pyfile{./code/example.py}
\begin{tcblisting}{listing engine=minted,minted language=yaml,minted options={autogobble}}
  a: 1
\end{tcblisting}
\usemintedstyle{tango}
\setminted[json]{stripnl=true}
\begin{minted}{json}

[1]
\end{minted}
"""

PREAMBLE = r"""\documentclass{article}
\usepackage{xcolor,minted,tcolorbox}
\tcbuselibrary{minted}
\newminted{rust}{linenos}
\newmintinline{bash}{showspaces}
\newmintedfile[pyfile]{python}{firstline=2}
"""

FILES = {
    "code/example.py": "def f():\n\tif x:\n\t\treturn 'é'\n\n",
    "code/with space.py": "\n\nx\n",
}


def samples() -> dict[str, str]:
    parts = SAMPLES.read_text(encoding="utf-8").removeprefix("=== ").split("\n=== ")
    return {name: text.rstrip("\n") for name, _, text in (part.partition("\n") for part in parts)}


def variants(sample: str) -> dict[str, str]:
    """Put blank lines, tabs, long lines and indents around a sample, by minted's options."""
    lines = sample.split("\n")
    return {
        "": sample,
        "linenos": f"\n\n{sample}\n\n\n",
        "breaklines": "\t" + "\n\t \t".join(lines) + " trailing   ",
        "autogobble": "\n".join(f"      {line}" for line in lines) + "\n\n        deeper",
        "tabsize=4": sample + " " + "long " * 60 + "äöü€\U0001f600\u00a0\u2028end",
    }


def minted(language: str, text: str, options: str = "") -> str:
    return f"\\begin{{minted}}[{options}]{{{language}}}\n{text}\n\\end{{minted}}\n"


def document(body: str, preamble: str = "\\documentclass{article}\n\\usepackage{minted}\n") -> str:
    return f"{preamble}\\begin{{document}}\n{body}\n\\end{{document}}\n"


def whole_set() -> str:
    known = samples()
    body = [
        minted(language, text, options)
        for language, sample in known.items()
        for options, text in variants(sample).items()
    ]
    body += [
        minted(
            language,
            "  x = 1 # |$a$| TODO $x^2$\n  y" if language == "python" else known[language],
            options,
        )
        for language, options in OPTIONS
    ]
    return document("\n".join(body) + OTHER_WAYS, PREAMBLE)


def write(folder: Path, text: str, files: dict[str, str] | None = None) -> Path:
    for name, content in {"main.tex": text, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def xelatex(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the engine with the environment's own pygmentize first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["xelatex", "-no-pdf", "-interaction=nonstopmode", "-file-line-error", *arguments],
        cwd=folder,
        # The XDV's header holds the time of day.
        env={**os.environ, "PATH": path, "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=300,
        check=False,
    )


class Run:
    """One engine run with the service."""

    def __init__(
        self,
        folder: Path,
        *flags: str,
        cache: Path | None = None,
        policy: ShellEscape = ShellEscape.RESTRICTED,
        read_below: Path | None = None,
    ):
        service = HighlightService(folder, cache or folder / "kept", policy, read_below=read_below)
        with service:
            code = service.tex_code + r"\input{main}"
            done = xelatex(folder, *flags, "-halt-on-error", "-jobname=main", code)
        self.status = done.returncode
        self.output = done.stdout
        self.service = service
        self.log = (folder / "main.log").read_text(encoding="utf-8", errors="replace")
        self.requests = self.log.count(f"= `./{REQUEST_PIPE}'")

    @property
    def refusal(self) -> Refusal:
        (refusal,) = self.service.refusals
        return refusal


def cached(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "_minted-main").iterdir()}


@pytest.mark.tex
def test_every_listing_is_byte_identical_to_what_minted_caches_through_the_shell(
    tmp_path: Path,
) -> None:
    theirs = write(tmp_path / "theirs", whole_set(), FILES)
    ours = write(tmp_path / "ours", whole_set(), FILES)
    real = xelatex(theirs, "-shell-escape", "main")
    run = Run(ours)
    assert (real.returncode, run.status) == (0, 0), run.output[-3000:]
    assert run.service.refusals == ()
    assert len(cached(ours)) > 5 * len(samples())
    assert cached(ours) == cached(theirs)
    assert (ours / "main.xdv").read_bytes() == (theirs / "main.xdv").read_bytes()
    assert ours / "code/with space.py" in run.service.inputs


@pytest.mark.tex
@pytest.mark.parametrize(
    "options", ["cache=false", "finalizecache,cachedir=frozen", "outputdir=out", "draft"]
)
def test_package_options_give_the_pages_that_the_shell_gives(tmp_path: Path, options: str) -> None:
    text = document(
        minted("python", "  x = 1", "autogobble") + minted("sql", "SELECT 1"),
        f"\\documentclass{{article}}\n\\usepackage[{options}]{{minted}}\n",
    )
    theirs = write(tmp_path / "theirs", text.replace("outputdir=out", ""))
    ours = write(tmp_path / "ours", text)
    xelatex(theirs, "-shell-escape", "main")
    run = Run(ours)
    assert run.status == 0, run.output[-3000:]
    assert (ours / "main.xdv").read_bytes() == (theirs / "main.xdv").read_bytes()


@pytest.mark.tex
def test_a_frozen_cache_made_here_is_used_without_any_request(tmp_path: Path) -> None:
    preamble = "\\documentclass{article}\n\\usepackage[OPTION,cachedir=frozen]{minted}\n"
    text = document(minted("python", "x = 1"), preamble)
    assert Run(write(tmp_path, text.replace("OPTION", "finalizecache"))).status == 0
    assert (tmp_path / "frozen/listing1.pygtex").exists()
    frozen = Run(write(tmp_path, text.replace("OPTION", "frozencache")))
    assert (frozen.status, frozen.requests) == (0, 0)


@pytest.mark.tex
def test_listings_of_the_last_build_are_not_asked_for_again_and_unused_ones_go(
    tmp_path: Path,
) -> None:
    cache = tmp_path / "kept"
    first = write(tmp_path / "1", document(minted("python", "x = 1") + minted("c", "int y;")))
    assert Run(first, cache=cache).status == 0
    assert len(load_listings(cache)) == len(["style", "python", "c"])
    again = Run(write(tmp_path / "2", (first / "main.tex").read_text()), cache=cache)
    assert "pygmentize -l" not in again.log
    assert again.service.inputs == {pygments_file()}
    assert cached(tmp_path / "2") == cached(first)
    assert Run(write(tmp_path / "3", document(minted("c", "int y;"))), cache=cache).status == 0
    assert len(load_listings(cache)) == len(["style", "c"])


@pytest.mark.tex
def test_a_run_that_fails_keeps_what_it_finished_and_prunes_nothing(tmp_path: Path) -> None:
    cache = tmp_path / "kept"
    assert Run(write(tmp_path / "1", document(minted("c", "int y;"))), cache=cache).status == 0
    bad = document(minted("python", "x = 1") + r"\undefined")
    assert Run(write(tmp_path / "2", bad), cache=cache).status == 1
    assert len(load_listings(cache)) == len(["style", "c", "python"])


@pytest.mark.tex
@pytest.mark.parametrize(
    ("body", "kind", "subject", "hint"),
    [
        (minted("pyhton", "x"), ObstacleKind.LEXER, "pyhton", 'did you mean "python"'),
        (r"\usemintedstyle{monokay}" + minted("c", "x"), ObstacleKind.STYLE, "monokay", "monokai"),
        (r"\inputminted{c}{gone.c}", ObstacleKind.FILE, "gone.c", ""),
        (r"\inputminted{c}{with space.c}", ObstacleKind.FILE, "with space.c", "in quotes"),
        (r"\inputminted{c}{../outside.c}", ObstacleKind.OUTSIDE, "../outside.c", "--shell-escape"),
    ],
)
def test_what_cannot_be_highlighted_stops_tex_with_kind_file_and_line(
    tmp_path: Path, body: str, kind: ObstacleKind, subject: str, hint: str
) -> None:
    (tmp_path / "outside.c").write_text("int x;\n")
    folder = write(
        tmp_path / "book", document("\\input{ch/part}"), {"ch/part.tex": f"one\n\n{body.strip()}\n"}
    )
    run = Run(folder, read_below=folder)
    assert run.status != 0
    assert (run.refusal.kind, run.refusal.subject) == (kind, subject)
    assert hint in " ".join(run.refusal.hints)
    assert (run.refusal.file, run.refusal.line) == ("ch/part.tex", 3 + body.strip().count("\n"))
    assert f"./ch/part.tex:{run.refusal.line}: Package texbook Error" in run.output


@pytest.mark.tex
def test_an_unknown_program_is_refused_or_handed_to_the_shell_as_the_policy_says(
    tmp_path: Path,
) -> None:
    program = tmp_path / "own" / "pygmentize"
    program.parent.mkdir()
    program.symlink_to(Path(sys.executable).with_name("pygmentize"))
    text = document(
        minted("c", "int x;"),
        "\\documentclass{article}\n\\usepackage{minted}\n"
        f"\\renewcommand{{\\MintedPygmentize}}{{{program}}}\n",
    )
    refused = Run(write(tmp_path / "1", text))
    assert refused.status != 0
    assert refused.refusal.is_policy
    assert "--shell-escape" in refused.refusal.hints[0]
    handed = Run(write(tmp_path / "2", text), "-shell-escape", policy=ShellEscape.FULL)
    assert (handed.status, handed.service.refusals) == (0, ())
    assert {item.kind for item in handed.service.handed_over} == {ObstacleKind.COMMAND}
    assert len(cached(tmp_path / "2")) == len(["style", "c"])


@pytest.mark.tex
def test_other_packages_see_the_engines_own_shell(tmp_path: Path) -> None:
    body = r"\ShellEscape{touch made} \ShellEscape{rm main.tex}" + minted("c", "int x;")
    body += r"\makeatletter\typeout{status \number\pdf@shellescape}\makeatother"
    run = Run(write(tmp_path, document(body)))
    assert run.status == 0
    assert "runsystem(touch made)...disabled" in run.log
    assert "status 2" in run.output
    assert (tmp_path / "main.tex").exists()
    assert not (tmp_path / "made").exists()


@pytest.mark.tex
def test_a_document_without_minted_asks_nothing(tmp_path: Path) -> None:
    run = Run(write(tmp_path, "\\documentclass{article}\\begin{document}x\\end{document}"))
    assert (run.status, run.requests) == (0, 0)
    assert not (tmp_path / "kept").exists()


@pytest.mark.tex
def test_minted_3_is_left_alone(tmp_path: Path) -> None:
    newer = (
        "\\ProvidesPackage{minted}[2024/11/05 v3.2.0 stand-in]\n\\RequirePackage{shellesc}\n"
        "\\AtEndOfPackage{\\typeout{shell: \\meaning\\ShellEscape}}\n"
    )
    run = Run(write(tmp_path, document("x"), {"minted.sty": newer}))
    assert run.status == 0
    assert "shell: \\protected macro:->\\immediate \\write 18" in run.output


@pytest.mark.tex
def test_a_listing_cannot_be_written_through_a_link_that_leads_out(tmp_path: Path) -> None:
    folder = write(tmp_path / "book", document(minted("c", "int x;")))
    (tmp_path / "outside").mkdir()
    (folder / "_minted-main").symlink_to(tmp_path / "outside")
    run = Run(folder)
    assert run.refusal.kind is ObstacleKind.OUTSIDE
    assert list((tmp_path / "outside").iterdir()) == []


def ask(folder: Path, command: str) -> list[str]:
    """Do what the TeX code does."""
    with (folder / REQUEST_PIPE).open("w", encoding="utf-8") as stream:
        stream.write(f"main.tex\n7\n{command}\n")
    descriptor = os.open(folder / ANSWER_PIPE, os.O_RDONLY)
    try:
        return os.read(descriptor, 4096).decode("utf-8-sig").split("\n")[1:3]
    finally:
        os.close(descriptor)


def test_it_answers_and_leaves_neither_pipe_nor_thread(tmp_path: Path) -> None:
    with HighlightService(tmp_path, tmp_path / "kept", ShellEscape.RESTRICTED) as service:
        assert ask(tmp_path, "mkdir -p _minted-main") == ["done", ""]
        assert ask(tmp_path, "convert a.png b.eps") == ["shell", ""]
        assert ask(tmp_path, "pygmentize -x -l a.py")[0] == "refused"
    assert (service.refusals[0].file, service.refusals[0].line) == ("main.tex", 7)
    assert [path.name for path in tmp_path.iterdir()] == ["_minted-main"]
    assert "highlight" not in {thread.name for thread in threading.enumerate()}


def test_it_ends_when_the_engine_died_in_the_middle_of_a_request(tmp_path: Path) -> None:
    with (
        HighlightService(tmp_path, tmp_path / "kept", ShellEscape.RESTRICTED),
        (tmp_path / REQUEST_PIPE).open("w") as stream,
    ):
        stream.write("main.tex\n")
    assert list(tmp_path.iterdir()) == []


def test_requests_whose_answers_nobody_reads_do_not_block_it(tmp_path: Path) -> None:
    with (
        HighlightService(tmp_path, tmp_path / "kept", ShellEscape.RESTRICTED),
        (tmp_path / REQUEST_PIPE).open("w") as stream,
    ):
        stream.write("main.tex\n7\ntouch evil\n" * 10_000)
    assert list(tmp_path.iterdir()) == []


def test_an_exception_of_the_caller_passes_and_everything_is_put_away(tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        HighlightService(tmp_path, tmp_path / "kept", ShellEscape.RESTRICTED),
    ):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_ends_the_engine_and_is_raised_after_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def run() -> None:
        with HighlightService(tmp_path, tmp_path / "kept", ShellEscape.RESTRICTED):
            monkeypatch.setattr(Path, "write_bytes", full)
            word, reason = ask(tmp_path, "which pygmentize && touch main.aex")
            assert word == "refused"
            assert "No space left" in reason

    with pytest.raises(StorageError, match="No space left"):
        run()


@pytest.mark.parametrize(
    ("policy", "has_code"), [(ShellEscape.RESTRICTED, True), (ShellEscape.FULL, False)]
)
def test_a_disk_without_named_pipes_stops_only_books_with_listings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: ShellEscape, has_code: bool
) -> None:
    def unsupported(path: Path, mode: int) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(os, "mkfifo", unsupported)
    with HighlightService(tmp_path, tmp_path / "kept", policy) as service:
        assert bool(service.tex_code) is has_code
    assert list(tmp_path.iterdir()) == []


@pytest.mark.tex
def test_without_named_pipes_tex_says_so_at_the_listing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(path: Path, mode: int) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(os, "mkfifo", unsupported)
    run = Run(write(tmp_path, document(minted("c", "int x;"))))
    assert run.status != 0
    assert "the disk has no named pipes" in run.output


def test_a_damaged_store_is_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    with HighlightService(folder, tmp_path / "kept", ShellEscape.RESTRICTED):
        ask(folder, "mkdir -p _minted-main")
        style = (
            "pygmentize -S default -f latex -P commandprefix=PYG > _minted-main/default.pygstyle"
        )
        assert ask(folder, style) == ["done", ""]
    (store,) = (tmp_path / "kept").iterdir()
    assert list(load_listings(tmp_path / "kept")) == ["_minted-main/default.pygstyle"]
    store.write_bytes(store.read_bytes()[:-100])
    assert load_listings(tmp_path / "kept") == {}
    shutil.rmtree(tmp_path / "kept")
    assert load_listings(tmp_path / "kept") == {}
