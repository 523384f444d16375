"""Row 6, second half: attempts to have texbook itself read what is not the book's, and tell it."""

from __future__ import annotations

from tests.faults.attacks.model import FRONT_MATTER, Attack

_LINKED = {
    "the main file": ("main.tex", "@OUTSIDE@/victim.tex"),
    "a chapter": ("chapter.tex", "@OUTSIDE@/secret.tex"),
    "a folder": ("chapters", "@OUTSIDE@"),
    "a chain of links": ("chapter.tex", "next.tex"),
    "the root of a process": ("chapter.tex", "/proc/self/root@OUTSIDE@/secret.tex"),
    "the folder above": ("chapter.tex", "../outside/secret.tex"),
    "an open file": ("chapter.tex", "/proc/@PID@/root@OUTSIDE@/secret.tex"),
}

LINKS = tuple(
    Attack(
        f"a link leads from {what} outside ({' '.join(command)})",
        r"\InputIfFileExists{chapter}{}{}\InputIfFileExists{chapters/secret}{}{}",
        links={name: target, "next.tex": "@OUTSIDE@/secret.tex"},
        command=command,
        alone=True,
        quick=what == "a chapter" and command[-1] in {"build", "github"},
    )
    for what, (name, target) in _LINKED.items()
    for command in (
        ("build",),
        ("lint", "--format", "terminal"),
        *(
            (
                ("lint", "--format", "github"),
                ("lint", "--format", "json"),
                ("lint", "--format", "sarif"),
                ("lint", "--diff"),
                ("stats", "--format", "json"),
            )
            if what == "a chapter"
            else ()
        ),
    )
)

TEMPLATES = (
    *(
        Attack(
            f"a template's {what} outside ({verb})",
            r"\input{q}",
            files={"q.j2.tex": f"{FRONT_MATTER}{text}\n"},
            command=(verb,),
            alone=True,
            why="the loader of templates takes no such names, whoever the author is",
        )
        for what, text in (
            ("include by dots", '\\BLOCK{include "../outside/secret.tex"}'),
            ("include by an absolute path", '\\BLOCK{include "@OUTSIDE@/secret.tex"}'),
            ("extends", '\\BLOCK{extends "../../outside/secret.tex"}'),
            ("import", '\\BLOCK{import "@OUTSIDE@/secret.tex" as x}\\VAR{x}'),
        )
        for verb in ("build", "render")
    ),
    Attack(
        "the folder of templates is outside",
        r"\input{q}",
        files={
            "q.j2.tex": f'{FRONT_MATTER}\\BLOCK{{include "secret.tex"}}\n',
            "texbook.toml": 'templates = "@OUTSIDE@"\n',
        },
        alone=True,
        quick=True,
        command=("render",),
    ),
    Attack(
        "the folder of templates is a link",
        r"\input{q}",
        files={"q.j2.tex": f'{FRONT_MATTER}\\BLOCK{{include "secret.tex"}}\n'},
        links={"templates": "@OUTSIDE@"},
        alone=True,
        command=("render",),
    ),
    Attack(
        "a template in the folder is a link",
        r"\input{q}",
        files={"q.j2.tex": f'{FRONT_MATTER}\\BLOCK{{include "x.tex"}}\n'},
        links={"templates/x.tex": "@OUTSIDE@/secret.tex"},
        alone=True,
        command=("render",),
        why="the loader of templates follows no link out of its folder, whoever the author is",
    ),
    Attack(
        "a template is a link",
        r"\input{q}",
        links={"q.j2.tex": "@OUTSIDE@/secret.j2.tex"},
        alone=True,
        command=("render",),
    ),
    Attack(
        "a listing of a script that is a link",
        r"\input{q}",
        files={"q.j2.tex": f'{FRONT_MATTER}\\VAR{{listing("secret")}}\n'},
        links={"q.py": "@OUTSIDE@/secret.py"},
        alone=True,
        command=("render",),
    ),
    Attack(
        "results that are a link",
        r"\input{q}",
        files={"q.j2.tex": f"{FRONT_MATTER}\\VAR{{results.secret}}\n"},
        links={"q.results.json": "@OUTSIDE@/secret.results.json"},
        alone=True,
        command=("render",),
    ),
    Attack(
        "papers of a bibliography outside",
        r"\input{q}",
        files={
            "q.j2.tex": f'{FRONT_MATTER}\\VAR{{paper("secret")}}\n',
            "texbook.toml": 'bibliography = "../outside/secret.bib"\n',
        },
        alone=True,
        command=("render",),
    ),
)

_SAID = {
    "a dictionary": 'dictionary = "@OUTSIDE@/secret.txt"',
    "a baseline": 'baseline = "@OUTSIDE@/secret.txt"',
    "a baseline of another form": 'baseline = "@OUTSIDE@/secret.results.json"',
    "a baseline in proc": 'baseline = "/proc/self/environ"',
}

CONFIGURATIONS = tuple(
    Attack(
        f"{what} outside that lint complains of",
        "x",
        files={"texbook.toml": f"[lint]\n{line}\n"},
        command=("lint",),
        alone=True,
        why="lint repeats no words of such a file",
    )
    for what, line in _SAID.items()
)

SETTINGS = tuple(
    Attack(
        f"{name} is a link to {target.rpartition('/')[2]} ({verb})",
        "x",
        links={name: target},
        command=(verb,),
        alone=True,
        quick=verb == "lint" and target.endswith("txt"),
        why="" if name == "texbook.toml" else "it names no [tool.texbook], and so is not read",
    )
    for name, target in (
        ("texbook.toml", "@OUTSIDE@/secret.txt"),
        ("texbook.toml", "@OUTSIDE@/secret.toml"),
        ("pyproject.toml", "@OUTSIDE@/secret.toml"),
    )
    for verb in ("build", "lint", "render", "stats", "doctor", "clean")
)

DOCTOR = (
    Attack(
        "doctor tells what a file outside needs",
        main="\\documentclass{article}\\input{chapter}\\begin{document}x\\end{document}\n",
        links={"chapter.tex": "@OUTSIDE@/needs.tex"},
        command=("doctor",),
        alone=True,
    ),
    Attack(
        "doctor tells what the main file outside needs",
        links={"main.tex": "@OUTSIDE@/needs.tex"},
        command=("doctor",),
        alone=True,
    ),
)

_ESCAPE = "\x1b]52;c;c3BvaWx0\x07\x1b[2J\u009b31m"

TERMINALS = tuple(
    Attack(
        f"{what} with controls of the terminal ({' '.join(command)})",
        body,
        files=files,
        command=command,
        alone=True,
        quick=what == "a key" and command == ("lint", "--format", "github"),
        why="texbook prints no raw control characters, whoever the author is",
    )
    for what, body, files in (
        ("an error", f"\\errmessage{{a {_ESCAPE} b^^[[31m^^J::add-mask::x}}", {}),
        ("a reference", f"\\ref{{a {_ESCAPE} b}}", {}),
        ("a title", f"\\section{{a {_ESCAPE} b}}\\undefined", {}),
        ("a missing file", f"\\input{{a {_ESCAPE} b}}", {}),
        ("a key", "x", {"texbook.toml": '"a\\u001B[31m\\n::add-mask::x" = 1\n'}),
        (
            "a file's name",
            "\\input{a\x1b[31m\n::add-mask::b}",
            {"a\x1b[31m\n::add-mask::b.tex": "\\undefined"},
        ),
        (
            "a template's error",
            "\\input{q}",
            {"q.j2.tex": "\\VAR{'a\x1b[31m\\n::add-mask::b' + 1}\n"},
        ),
        (
            "front matter",
            "\\input{q}",
            {"q.j2.tex": FRONT_MATTER.replace("'mid'", '"\\u001b[31m\\n::add-mask::x"')},
        ),
    )
    for command in (
        ("build",),
        ("build", "--verbose", "--format", "github"),
        ("lint", "--format", "github"),
    )
)

LEAKS = (*LINKS, *TEMPLATES, *CONFIGURATIONS, *SETTINGS, *DOCTOR, *TERMINALS)
