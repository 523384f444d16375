r"""Row 6: attempts to read what is not the book's, and to tell it.

Facts: XeTeX reads any file of the user's (``openin_any=a`` of TeX Live's texmf.cnf); xdvipdfmx
opens what specials name without asking that setting; kpathsea expands ``~`` and ``$NAME`` in names
(kpathsea manual, "Path expansion"); biber fetches remote resources, and libxml2 external entities.
"""

from __future__ import annotations

from tests.faults.attacks.leaks import LEAKS
from tests.faults.attacks.model import Attack

_READ = {
    "a file beside the book": r"\leak{@OUTSIDE@/secret.txt}",
    "the folder above": r"\leak{../secret.txt}\leak{@PARENT@/secret.txt}",
    "a key in the home folder": r"\leak{@HOME@/.ssh/id_rsa}",
    "the home folder by its tilde": r"\leak{\string~/.netrc}",
    "the home folder by its variable": r"\leak{\string$HOME/.netrc}",
    "the passwords file": r"\leak{/etc/passwd}",
    "version control": r"\leak{@BOOK@/.git/config}\leak{.git/config}",
    "a hidden file": r"\leak{@BOOK@/.env}\leak{.env}",
    "the person's configuration": r"\leak{@HOME@/.config/texbook/config.toml}",
    "a temporary file": r"\leak{@TMP@}",
    "another temporary file": r"\leak{@VARTMP@}",
    "another user's file": r"\leak{@OUTSIDE@/other.txt}",
    "its own environment": r"\tell{/proc/self/environ}",
    "the environment of the person's program": r"\tell{/proc/@PID@/environ}",
    "the arguments of the person's program": r"\leak{/proc/@PID@/cmdline}",
    "a file by the root of its process": r"\leak{/proc/self/root@OUTSIDE@/secret.txt}",
    "a file by the root of the person's program": r"\leak{/proc/@PID@/root@OUTSIDE@/secret.txt}",
}

FILES = (
    *(Attack(f"read {what}", body) for what, body in _READ.items()),
    Attack(
        "read a file by the folder of its process",
        r"\leak{/proc/self/cwd/../outside/secret.txt}\leak{/proc/self/cwd@OUTSIDE@/secret.txt}",
        tools=("xelatex -interaction=nonstopmode main.tex",),
    ),
    Attack(
        "read a file that texbook was started with",
        r"\leak{/dev/fd/@FD@}\leak{/proc/self/fd/@FD@}",
        tools=("xelatex -interaction=nonstopmode main.tex",),
    ),
    Attack(
        "read the environment and the arguments of every process",
        r"\newcount\n \n=1 \loop\tell{/proc/\the\n/environ}\tell{/proc/\the\n/cmdline}"
        r"\advance\n 1 \ifnum\n<100 \repeat",
        why="only in a sandbox have they such small numbers",
    ),
    Attack(
        "read the memory of the first process",
        r"\tell{/proc/1/mem}\tell{/proc/1/maps}\tell{/proc/1/auxv}\tell{/proc/1/mountinfo}",
        why="only in a sandbox is it of any interest",
    ),
    Attack(
        "read a file that the person's program has open",
        r"\leak{/proc/@PID@/fd/@FD@}",
        why="Python hands on no file that is not asked for",
    ),
)

_COMMANDS = {
    "input": (r"\InputIfFileExists{@OUTSIDE@/secret.tex}{}{}", ""),
    "include of a style": (
        "",
        r"\makeatletter\InputIfFileExists{@OUTSIDE@/secret.sty}{\AtBeginDocument{\secret}}{}\makeatother",
    ),
    "verbatiminput": (r"\verbatiminput{@OUTSIDE@/secret.txt}", r"\usepackage{verbatim}"),
    "lstinputlisting": (r"\lstinputlisting{@OUTSIDE@/secret.txt}", r"\usepackage{listings}"),
    "VerbatimInput": (r"\VerbatimInput{@OUTSIDE@/secret.txt}", r"\usepackage{fancyvrb}"),
    "catchfile": (
        r"\CatchFileDef\caught{@OUTSIDE@/secret.txt}{}\caught",
        r"\usepackage{catchfile}",
    ),
    "everyeof": (
        r"\makeatletter{\everyeof{\noexpand}\edef\x{\@@input @OUTSIDE@/secret.txt }\x}\makeatother",
        "",
    ),
}

COMMANDS = (
    *(
        Attack(
            f"{what} of a file outside",
            body,
            preamble,
            alone=not body.startswith((r"\InputIf", r"\verbatim")),
        )
        for what, (body, preamble) in _COMMANDS.items()
    ),
    Attack(
        "inputminted of a file outside",
        r"\inputminted{python}{@OUTSIDE@/secret.py}",
        r"\usepackage{minted}",
        alone=True,
    ),
    Attack(
        "the error that a file outside gives",
        r"\input{@OUTSIDE@/wrong.tex}",
        alone=True,
    ),
)

_GRAPHICS = r"\usepackage{graphicx}"
_FSTREAM = r"\special{pdf:fstream @x (%s)}\special{pdf:put @catalog << /X @x >>}x"
CONVERTED = (
    Attack(
        "fstream of a file outside",
        _FSTREAM % "@OUTSIDE@/secret.txt",
        alone=True,
        quick=True,
    ),
    Attack("fstream of the passwords file", _FSTREAM % "/etc/passwd", alone=True),
    Attack(
        "fstream of a link",
        _FSTREAM % "notes.txt",
        links={"notes.txt": "@OUTSIDE@/secret.txt"},
        alone=True,
    ),
    Attack(
        "fstream of version control's settings",
        _FSTREAM % "@BOOK@/.git/config",
        alone=True,
    ),
    Attack(
        "fstream of its environment",
        _FSTREAM % "/proc/self/environ",
        alone=True,
        why="xdvipdfmx asks for the size of a file first, and these say 0",
    ),
    Attack(
        "pdf:image of a PDF outside", r"\special{pdf:image (@OUTSIDE@/secret.pdf)}x", alone=True
    ),
    Attack(
        "pdf:image of a PNG outside", r"\special{pdf:image (@OUTSIDE@/secret.png)}x", alone=True
    ),
    Attack("pdf:epdf of a PDF outside", r"\special{pdf:epdf (@OUTSIDE@/secret.pdf)}x", alone=True),
    Attack(
        "psfile of a file outside",
        r"\special{psfile=@OUTSIDE@/secret.pdf}x",
        alone=True,
    ),
    Attack("XeTeXpdffile outside", r'\XeTeXpdffile "@OUTSIDE@/secret.pdf"\relax', alone=True),
    Attack("XeTeXpicfile outside", r'\XeTeXpicfile "@OUTSIDE@/secret.png"\relax', alone=True),
    Attack(
        "includegraphics of a PDF outside",
        r"\includegraphics{@OUTSIDE@/secret.pdf}",
        _GRAPHICS,
        alone=True,
    ),
    Attack(
        "includegraphics of a PNG outside",
        r"\includegraphics{@OUTSIDE@/secret.png}",
        _GRAPHICS,
        alone=True,
    ),
    Attack(
        "includegraphics of a link",
        r"\includegraphics{picture.png}",
        _GRAPHICS,
        links={"picture.png": "@OUTSIDE@/secret.png"},
        alone=True,
    ),
    Attack(
        "a font outside by its path",
        r'\font\x="[@OUTSIDE@/secret.otf]" \x Text',
        alone=True,
    ),
    Attack(
        "a font outside by fontspec",
        r"\newfontfamily\x[Path=@OUTSIDE@/]{secret.otf}\x Text",
        r"\usepackage{fontspec}",
        alone=True,
    ),
    Attack(
        "a map of fonts outside",
        r"\special{pdf:mapfile @OUTSIDE@/secret.txt}x",
        alone=True,
        why="its lines are not printed",
    ),
)

_RESOURCE = r"\usepackage[backend=biber]{biblatex}\addbibresource%s"
_CITED = r"\nocite{*}\printbibliography"
_BIBLATEXML = (
    '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY secret SYSTEM "file://@OUTSIDE@/secret.txt">]>\n'
    '<bltx:entries xmlns:bltx="http://biblatex-biber.sourceforge.net/biblatexml">'
    '<bltx:entry id="a" entrytype="misc"><bltx:title>&secret;</bltx:title></bltx:entry>'
    "</bltx:entries>\n"
)

BIBLIOGRAPHIES = (
    Attack(
        "a bibliography outside (BibTeX)",
        r"\nocite{*}\bibliographystyle{plain}\bibliography{@OUTSIDE@/secret}",
        alone=True,
    ),
    Attack(
        "a bibliography outside (biber)", _CITED, _RESOURCE % "{@OUTSIDE@/secret.bib}", alone=True
    ),
    Attack(
        "a bibliography by a link",
        _CITED,
        _RESOURCE % "{x.bib}",
        links={"x.bib": "@OUTSIDE@/secret.bib"},
        alone=True,
    ),
    Attack(
        "a bibliography from the network",
        _CITED,
        _RESOURCE % "[location=remote]{http://127.0.0.1:@PORT@/x.bib}",
        alone=True,
        quick=True,
    ),
    Attack(
        "a bibliography from the network by ftp",
        _CITED,
        _RESOURCE % "[location=remote]{ftp://127.0.0.1:@PORT@/x.bib}",
        alone=True,
    ),
    Attack(
        "an entity of XML in a bibliography",
        _CITED,
        _RESOURCE % "[datatype=biblatexml]{x.bltxml}",
        files={"x.bltxml": _BIBLATEXML},
        alone=True,
    ),
)

READS = (*FILES, *COMMANDS, *CONVERTED, *BIBLIOGRAPHIES, *LEAKS)
