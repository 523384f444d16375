r"""Row 5: attempts to write outside the results, to break texbook, and to smuggle in what acts.

Fact: ``openout_any=p`` of TeX Live holds back paths that begin with ``/`` or ``../`` and hidden
files, but nothing below the current folder (texmf.cnf).
"""

from __future__ import annotations

from tests.faults.attacks.model import FRONT_MATTER, XELATEX, Attack
from tests.faults.attacks.programs import PROGRAMS

_SPOILT = {
    "the main file": "@BOOK@/main.tex",
    "a chapter": "@BOOK@/chapter.tex",
    "the class": "@BOOK@/book.cls",
    "the folder above": "../spoilt.tex",
    "two folders above": "../../spoilt.tex",
    "an absolute path": "@OUTSIDE@/victim.tex",
    "the home folder": "@HOME@/.ssh/authorized_keys",
    "the home folder by its tilde": "\\string~/.bashrc",
    "a temporary folder": "@TMPMARK@",
    "latexmk's rc file": "@BOOK@/.latexmkrc",
    "texmf.cnf": "@BOOK@/texmf.cnf",
    "a folder of the tool's": "@BOOK@/build/texbook/state/main.tex.json",
    "rendered templates": "@BOOK@/build/tex/chapter.tex",
    "the person's configuration": "@HOME@/.config/texbook/config.toml",
    "version control": "@BOOK@/.git/hooks/pre-commit",
}

_FOLDERS: dict[str, dict[str, str | bytes]] = {
    "a chapter": {"chapter.tex": "x"},
    "the class": {"book.cls": "x"},
    "a folder of the tool's": {"build/texbook/state/x": "x"},
    "rendered templates": {"build/tex/x": "x"},
}

SPOILS = tuple(
    Attack(
        f"openout on {what}",
        f"\\spoil{{{path}}}",
        alone=True,
        quick=what == "a chapter",
        files=_FOLDERS.get(what, {}),
        tools=(XELATEX,),
        why="XeTeX expands no tilde in names of what it writes" if "tilde" in what else "",
    )
    for what, path in _SPOILT.items()
)

_REPLACED = "the link is replaced or refused, whoever the author is"

LINKS = (
    Attack(
        "openout through a link to a file",
        r"\spoil{notes.tex}",
        links={"notes.tex": "@OUTSIDE@/victim.tex"},
        tools=(XELATEX,),
    ),
    Attack(
        "openout through a link to a picture",
        r"\spoil{picture.png}",
        links={"picture.png": "@OUTSIDE@/secret.png"},
        tools=(XELATEX,),
    ),
    Attack(
        "openout through a link to a folder",
        r"\spoil{images/victim.tex}",
        links={"images": "@OUTSIDE@"},
        alone=True,
        tools=(XELATEX,),
    ),
    Attack(
        "the PDF is a link", "x", links={"main.pdf": "@OUTSIDE@/victim.pdf"}, alone=True, quick=True
    ),
    Attack(
        "the PDF is a link to nothing yet",
        "x",
        links={"main.pdf": "@OUTSIDE@/new.pdf"},
        alone=True,
    ),
    Attack(
        "the synctex file is a link",
        "x",
        links={"main.synctex.gz": "@OUTSIDE@/victim.pdf"},
        alone=True,
        why=_REPLACED,
    ),
    Attack("build is a link", "x", links={"build": "@OUTSIDE@"}, alone=True, quick=True),
    Attack("build/texbook is a link", "x", links={"build/texbook": "@OUTSIDE@"}, alone=True),
    Attack(
        "the lock is a link",
        "x",
        links={"build/texbook/lock": "@OUTSIDE@/victim.pdf"},
        alone=True,
        why=_REPLACED,
    ),
    *(
        Attack(
            f"{name} is a link, for {' '.join(command)}",
            r"\input{q}",
            files={"q.j2.tex": "spoilt\n"},
            links={name: target},
            command=command,
            alone=True,
            why=why,
        )
        for name, target, command, why in (
            ("build/texbook/.gitignore", "@OUTSIDE@/victim.pdf", ("build",), _REPLACED),
            ("build/texbook/received", "@OUTSIDE@", ("build",), "only --untrusted uses it"),
            ("build/texbook/processes", "@OUTSIDE@", ("build",), _REPLACED),
            ("build/tex/q.tex", "@OUTSIDE@/victim.tex", ("render",), _REPLACED),
            ("build/tex/.rendered", "@OUTSIDE@/victim.tex", ("render",), _REPLACED),
            ("build/texbook", "@PARENT@", ("lint",), ""),
            ("build", "@PARENT@", ("stats",), "stats writes nothing"),
            ("build", "@OUTSIDE@", ("clean",), ""),
            ("build/texbook", "@OUTSIDE@", ("clean",), ""),
            ("build/tex", "@OUTSIDE@", ("clean",), "a folder behind a link is not emptied"),
            ("main.pdf", "@OUTSIDE@/victim.pdf", ("clean",), "a link is removed as one"),
        )
    ),
    Attack(
        "a chapter is a pipe that nobody writes",
        r"\InputIfFileExists{chapter}{}{}",
        pipes=("chapter.tex",),
        alone=True,
        why="what it would gain is a hang",
    ),
    Attack(
        "the state is a link",
        "x",
        links={"build/texbook/state": "@OUTSIDE@"},
        alone=True,
    ),
    Attack("the log is a link", "x", links={"build/texbook/log": "@OUTSIDE@"}, alone=True),
    Attack(
        "the log's file is a link",
        "x",
        links={"build/texbook/log/main.log": "@OUTSIDE@/victim.pdf"},
        alone=True,
    ),
    Attack(
        "rendered templates go through a link",
        r"\input{chapters/q}",
        files={"chapters/q.j2.tex": "spoilt\n"},
        links={"build/tex/chapters": "@OUTSIDE@"},
        command=("render",),
        alone=True,
        quick=True,
    ),
    Attack(
        "build/tex is a link",
        r"\input{q}",
        files={"q.j2.tex": "spoilt\n"},
        links={"build/tex": "@OUTSIDE@"},
        command=("render",),
        alone=True,
    ),
    Attack(
        "a template lies behind a link out of the book",
        r"\input{more/secret}",
        links={"more": "@OUTSIDE@"},
        command=("render",),
        alone=True,
    ),
    Attack(
        "lint keeps its cache behind a link",
        "x",
        links={"build/texbook/lint": "@OUTSIDE@"},
        command=("lint",),
        alone=True,
    ),
    Attack(
        "the PDF is a pipe that nobody reads",
        "x",
        pipes=("main.pdf",),
        alone=True,
        why="a PDF is put in place by a rename, which opens nothing",
    ),
    Attack(
        "the lock is a pipe that nobody reads",
        "x",
        pipes=("build/texbook/lock",),
        alone=True,
        why="what it would gain is a hang",
    ),
    Attack(
        "the person's process is on record as a left-over of texbook's",
        "x",
        alone=True,
        files={"build/texbook/processes/0123456789abcdef": '{"pid": @PID@, "start": 0}\n'},
        why="a record holds a token that the process must have in its environment",
    ),
)

_CONFIGURED = {
    "a main file outside": 'main = "../outside/victim.tex"\n',
    "a main file by its absolute path": 'main = "@OUTSIDE@/victim.tex"\n',
    "brackets of 100,000 levels": "a = " + "[" * 100_000,
    "tables of 5,000 levels": "[" + ".".join("a" * 5_000) + "]\nx = 1\n",
    "numbers without end": f"[build]\npasses = {'9' * 100_000}\n",
    "absurd limits": "[build]\npasses = 1000000000\npass-seconds = 1000000000\n",
}

CONFIGURATIONS = tuple(
    Attack(
        f"a configuration with {what}",
        "x",
        files={"texbook.toml": text},
        alone=True,
        quick=what == "a main file outside",
        why="" if "UTSIDE" in text.upper() else "what it would gain is a crash or a hang",
    )
    for what, text in _CONFIGURED.items()
)

_RESULTS = {
    "macros": r'{"values": {"a": "\\immediate\\write18{@RUN@}'
    r'\\InputIfFileExists{ran.tex}{}{}"}, "seed": 1}',
    "a class's name for a key": '{"values": {"__class__": 1, "__globals__": 2, "a": 3}, "seed": 1}',
    "brackets of 100,000 levels": '{"values": {"a": ' + "[" * 100_000,
    "numbers without end": '{"values": {"a": ' + "9" * 100_000 + '}, "seed": 1}',
    "numbers that are none": '{"values": {"a": NaN, "b": Infinity, "c": 1e999}, "seed": 1}',
}

RESULTS = tuple(
    Attack(
        f"stored results with {what} ({verb})",
        "\\input{q}",
        files={"q.j2.tex": FRONT_MATTER + "\\VAR{results.a}\n", "q.results.json": text},
        command=(verb,),
        alone=True,
        why="" if what == "macros" and verb == "build" else "what it would gain is a crash",
    )
    for what, text in _RESULTS.items()
    for verb in ("build", "lint")
)

_OPENED = r"\special{pdf:docview << /OpenAction << %s >> >>}"
_CLICKED = r"\special{pdf:ann width 9pt height 9pt << /Type /Annot /Subtype /Link /A << %s >> >>}"
_SCRIPT = "/S /JavaScript /JS (x)"
_ACTIVE = {
    "JavaScript when it is opened": _OPENED % _SCRIPT,
    "JavaScript by an escaped name": _OPENED % r"/S /J\string#61vaScript /J\string#53 (x)",
    "JavaScript in the table of names": r"\special{pdf:put @names "
    rf"<< /JavaScript << /Names [(a) << {_SCRIPT} >>] >> >>}}",
    "JavaScript in an object of its own": rf"\special{{pdf:object @a << {_SCRIPT} >>}}"
    r"\special{pdf:docview << /OpenAction @a >>}",
    "JavaScript that nobody names": rf"\special{{pdf:object @a << {_SCRIPT} >>}}"
    r"\special{pdf:put @catalog << /PieceInfo @a >>}",
    "a program to launch": _CLICKED % "/S /Launch /F (/bin/sh)",
    "a form that is sent": _CLICKED % "/S /SubmitForm /F (http://127.0.0.1/)",
    "a link to another file": _CLICKED % "/S /GoToR /F (//127.0.0.1/x.pdf) /D [0 /Fit]",
    "an action of a page": rf"\special{{pdf:put @thispage << /AA << /O << {_SCRIPT} >> >> >>}}",
    "an attached file": r"\special{pdf:fstream @f (main.tex)}"
    r"\special{pdf:put @names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a) "
    r"/EF << /F @f >> >>] >> >>}",
}

ACTIVE = (
    *(
        Attack(f"the PDF holds {what}", text + "x", alone=True, quick=what.endswith("escaped name"))
        for what, text in _ACTIVE.items()
    ),
    Attack(
        "the PDF holds a file by embedfile",
        "x",
        r"\usepackage{embedfile}\embedfile{main.tex}",
        alone=True,
        why="the package knows pdfTeX and LuaTeX alone",
    ),
)

WRITES = (*PROGRAMS, *SPOILS, *LINKS, *CONFIGURATIONS, *RESULTS, *ACTIVE)
