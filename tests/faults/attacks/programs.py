"""Row 5, first half: attempts to run a program or a module of the book's.

Facts: xdvipdfmx runs the program that ``D`` of its configuration names on PostScript (dvipdfmx
manual); biber reads ``biber.conf`` of the current folder (biber manual, 3.2); ``python -m`` and
``python -c`` look for modules in the current folder first (Python's documentation of sys.path).
"""

from __future__ import annotations

from tests.faults.attacks.model import FRONT_MATTER, RAN, XELATEX, Attack, document

_EPS = "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n"

SHELL = (
    Attack("write18 at once", rf"\immediate\write18{{@RUN@}}{RAN}"),
    Attack("write18 with the page", rf"\write18{{@RUN@}}x\newpage{RAN}"),
    Attack(
        "write18 when the document ends",
        alone=True,
        preamble=rf"\AtEndDocument{{\immediate\write18{{@RUN@}}{RAN}}}",
    ),
    Attack("shellesc", rf"\ShellEscape{{@RUN@}}{RAN}", r"\usepackage{shellesc}"),
    Attack("input from a pipe", r'\makeatletter\@@input|"@SAY@"\makeatother', alone=True),
    Attack("openin from a pipe", r'\openin\spy=|"@SAY@" \ifeof\spy\else\read\spy to\said\said\fi'),
    Attack(
        "catchfile from a pipe",
        alone=True,
        body=r'\CatchFileDef\caught{|"@SAY@"}{}\caught',
        preamble=r"\usepackage{catchfile}",
    ),
    Attack("LaTeX's input from a pipe", '\\input{|"@SAY@"}', alone=True),
    Attack(
        "a graphics rule with a command",
        rf"\includegraphics{{x.foo}}{RAN}",
        r"\usepackage{graphicx}\DeclareGraphicsRule{.foo}{eps}{.foo}{`@RUN@}",
        files={"x.foo": _EPS},
        alone=True,
        why="XeTeX hands the command on, and only dvips carries it out",
    ),
    Attack(
        "a style beside the book's text that shadows another",
        preamble=r"\usepackage{geometry}",
        body=RAN,
        files={"geometry.sty": "\\immediate\\write18{@RUN@}\n"},
        alone=True,
    ),
    Attack(
        "a class beside the book's text that shadows another",
        main=f"\\documentclass{{article}}\\begin{{document}}x{RAN}\\end{{document}}",
        files={
            "article.cls": "\\immediate\\write18{@RUN@}\n\\LoadClass{report}\n",
        },
        alone=True,
    ),
    Attack(
        "a lexer of the book's own for minted",
        alone=True,
        preamble=r"\usepackage{minted}",
        body="\\begin{minted}{@BOOK@/evil.py:Evil -x}\nx\n\\end{minted}",
        files={"evil.py": "@PYTHON@\nfrom pygments.lexers import TextLexer as Evil\n"},
        tools=("@INTERPRETER@ -m pygments -x -l @BOOK@/evil.py:Evil main.tex",),
    ),
    Attack(
        "makeindex with options of the book's own",
        alone=True,
        preamble=r"\usepackage{imakeidx}\makeindex[options={-o @OUTSIDE@/new.tex}]",
        body=r"x\index{y}\printindex",
        tools=(XELATEX, "makeindex -o @OUTSIDE@/new.tex main.idx"),
    ),
    Attack(
        "kpsewhich of the restricted shell tells the environment",
        alone=True,
        body='\\makeatletter\\@@input|"kpsewhich -expand-var=\\string$CI_JOB_TOKEN" \\makeatother',
    ),
    Attack(
        "bibtex of the restricted shell on a file outside",
        r"\immediate\write18{bibtex @OUTSIDE@/secret}",
        why="bibtex opens only names that TeX may open, whatever the shell",
    ),
    *(
        Attack(
            f"write18 where {where} grants it",
            rf"\immediate\write18{{@RUN@}}{RAN}",
            alone=True,
            person=person,
            variables=variables,
            tools=(XELATEX,),
        )
        for where, person, variables in (
            ("the person's configuration", 'shell-escape = ["@BOOK@"]\n', {}),
            ("the environment", "", {"TEXBOOK_SHELL_ESCAPE": "1"}),
            ("a setting of TeX's", "", {"shell_escape": "t", "openin_any": "a"}),
            ("a folder of settings of TeX's", "", {"TEXMFCNF": "@BOOK@:"}),
        )
    ),
    Attack(
        "a program calls out",
        "\\immediate\\write18{bash -c 'echo x >/dev/tcp/127.0.0.1/@PORT@'}",
    ),
    Attack(
        "a program stays behind",
        "\\immediate\\write18{(trap '' HUP; sleep 2; touch @MARK@) >/dev/null 2>&1 & }",
        alone=True,
        why="texbook ends what a book has started even when it is trusted (row 7)",
    ),
)

_BIBER = r"\usepackage[backend=biber]{biblatex}\addbibresource{x.bib}"
_CITED = r"\cite{a}\printbibliography"
_ENTRY = "@misc{a, author = {A. B}, title = {T}, year = 2000}\n"

_RC_FILES = {
    ".latexmkrc": ("system('@RUN@');", "perl .latexmkrc", ""),
    "latexmkrc": ("system('@RUN@');", "perl latexmkrc", ""),
    ".indentconfig.yaml": ("paths:\n- @OUTSIDE@/x", "", "only latexindent reads it"),
    "texmf.cnf": (
        *("shell_escape = t\nopenout_any = a", ""),
        "kpathsea reads none of the current folder",
    ),
    "fonts.conf": (
        *("<fontconfig><dir>@OUTSIDE@</dir></fontconfig>", ""),
        "fontconfig reads none of the current folder",
    ),
}

RC_FILES = (
    *(
        Attack(
            f"an rc file {name}",
            "x",
            files={name: f"{text}\n"},
            alone=True,
            tools=(tool,) if tool else (),
            why=why,
        )
        for name, (text, tool, why) in _RC_FILES.items()
    ),
    Attack(
        "biber.conf sends the output elsewhere",
        _CITED,
        _BIBER,
        files={
            "x.bib": _ENTRY,
            "biber.conf": "<config><logfile>@OUTSIDE@/new</logfile>"
            "<output_file>@OUTSIDE@/new.bbl</output_file></config>\n",
        },
        alone=True,
        tools=(XELATEX, "biber main"),
    ),
    Attack(
        ".biber.conf sends the output elsewhere",
        _CITED,
        _BIBER,
        files={
            "x.bib": _ENTRY,
            ".biber.conf": "<config><output_file>@OUTSIDE@/new.bbl</output_file></config>\n",
        },
        alone=True,
        why="biber looks for the hidden one in the home folder",
    ),
    Attack(
        "the control file tells biber where to write",
        _CITED + r"\AtEndDocument{\immediate\openout\pen=\jobname.bcf\relax}",
        _BIBER,
        files={"x.bib": _ENTRY},
        alone=True,
        why="biblatex writes its own control file last",
    ),
    Attack(
        "dvipdfmx.cfg of the book names a program for PostScript",
        rf"\includegraphics{{x.eps}}{RAN}",
        r"\usepackage{graphicx}",
        files={
            "x.eps": _EPS,
            "dvipdfmx.cfg": 'D "touch @MARK@; false %i %o"\n',
        },
        alone=True,
        why="kpathsea finds this file in the distribution's folders alone",
    ),
    Attack(
        "a special names a program for PostScript",
        r'\special{dvipdfmx:config D "touch @MARK@"}\includegraphics{x.eps}',
        r"\usepackage{graphicx}",
        files={"x.eps": _EPS},
        alone=True,
        why="dvipdfmx refuses this option in a document",
    ),
    Attack(
        "PostScript that runs a program",
        r"\includegraphics{x.eps}",
        r"\usepackage{graphicx}",
        files={
            "x.eps": "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"
            "(%pipe%touch @MARK@) (w) file closefile showpage\n"
        },
        alone=True,
        why="it needs an old Ghostscript without its safer mode",
    ),
    Attack(
        "a format of the book's own in the first line",
        main="%&evil -shell-escape\n" + document("", rf"\immediate\write18{{@RUN@}}{RAN}"),
        files={"evil.fmt": b"no format"},
        alone=True,
        why="texbook gives the engine TeX code, and only files have a first line",
    ),
    Attack(
        "a style of makeindex's that is a link",
        r"\index{x}",
        r"\usepackage{makeidx}\makeindex",
        links={"main.mst": "@OUTSIDE@/secret.txt"},
        alone=True,
        why="the style's words are not printed",
    ),
    Attack(
        "a bibliography style that never ends",
        r"\cite{a}\bibliographystyle{evil}\bibliography{x}",
        files={
            "x.bib": _ENTRY,
            "evil.bst": "ENTRY{}{}{}\nINTEGERS{i}\nFUNCTION{misc}{}\nREAD\n"
            "FUNCTION{go}{{#1}{#1 'i :=}while$}\nEXECUTE{go}\n",
            "texbook.toml": "[build]\npass-seconds = 3\n",
        },
        alone=True,
        why="what it would gain is a hang",
    ),
    Attack(
        "pythontex, sagetex and gnuplot",
        "x",
        r"\usepackage{pgfplots}",
        files={"main.pytxcode": "=>PYTHONTEX#py#default#default#0#code#####1#\n@PYTHON@\n"},
        alone=True,
        why="texbook knows none of these programs",
    ),
)

OWN_PROGRAMS = tuple(
    Attack(
        f"a program of the book's own by the name of {name}",
        _CITED,
        _BIBER,
        files={"x.bib": _ENTRY, name: "#!/bin/sh\n@RUN@\n"},
        executable=(name,),
        variables={"PATH": ".:@BOOK@:@PATH@"},
        alone=True,
        why="" if name in {"xelatex", "biber"} else "only --untrusted, or nobody, runs it",
    )
    for name in ("xelatex", "xdvipdfmx", "biber", "bwrap", "kpsewhich", "sh", "python3")
)

_MODULES = {
    "conftest.py": "conftest.py",
    "sitecustomize.py": "sitecustomize.py",
    "usercustomize.py": "usercustomize.py",
    "a standard module": "json.py",
    "Jinja": "jinja2.py",
    "click": "click.py",
    "Pygments": "pygments/__init__.py",
    "texbook itself": "texbook/__init__.py",
    "a pth file": "evil.pth",
}

MODULES = tuple(
    Attack(
        f"a module in the book's folder that shadows {what} ({verb})",
        "\\input{q}",
        files={name: "import pathlib; @PYTHON@\n", "q.j2.tex": "Text\n"},
        command=(verb,),
        alone=True,
        quick=what == "texbook itself" and verb == "build",
        tools=(f"PYTHONPATH=. python3 -SBc 'import {name.split('/')[0].removesuffix('.py')}'",),
        why="" if not name.endswith("pth") else "only folders of packages are searched for these",
    )
    for verb, names in (
        ("build", tuple(_MODULES.items())),
        ("lint", (("texbook itself", "texbook/__init__.py"), ("a standard module", "json.py"))),
        ("render", (("Jinja", "jinja2.py"), ("texbook itself", "texbook/__init__.py"))),
        ("stats", (("a standard module", "json.py"),)),
    )
    for what, name in names
)

DOCTOR = (
    Attack(
        "a program that doctor asks for its version",
        "x",
        r"\usepackage[backend=./evil]{biblatex}",
        files={"evil": "#!/bin/sh\n@RUN@\n"},
        executable=("evil",),
        command=("doctor",),
        alone=True,
        why="doctor runs none that the book names, whoever the author is",
    ),
    Attack(
        "a module that doctor imports",
        "x",
        files={"click.py": "@PYTHON@\n", "importlib.py": "@PYTHON@\n"},
        command=("doctor",),
        alone=True,
        tools=("@INTERPRETER@ -c 'import click'",),
    ),
)

EXPERIMENTS = tuple(
    Attack(
        f"a script of an experiment ({verb})",
        "\\input{q}",
        files={
            "q.j2.tex": FRONT_MATTER + "\\VAR{results.a}\n",
            "q.py": "@PYTHON@\ndef results():\n    return {'a': 1}\n",
        },
        command=(verb,),
        alone=True,
        tools=("python3 -B q.py",),
    )
    for verb in ("build", "lint", "render", "stats", "run", "doctor", "watch", "view", "init")
)

PROGRAMS = (*SHELL, *RC_FILES, *OWN_PROGRAMS, *MODULES, *DOCTOR, *EXPERIMENTS)
