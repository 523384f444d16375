r"""Row 19: templates that try to get at Python, and such that never end.

A plain `jinja2.Environment` carries out the first kind, which is their proof; the second kind would
gain nothing but the machine's time and memory.
"""

from __future__ import annotations

from tests.faults.attacks.model import FRONT_MATTER, Attack

LIMITS = (
    "[untrusted]\nseconds = 20\ncpu-seconds = 4\nmemory-megabytes = 768\noutput-megabytes = 1\n"
)
"""The person's limits for all these attempts."""

_PLAIN_JINJA = (
    "@INTERPRETER@ -c 'import jinja2, pathlib; "
    'print(jinja2.Environment().from_string(pathlib.Path("plain.txt").read_text()).render())\''
)
_OPEN = ".os.popen('cat @OUTSIDE@/secret.txt; touch @MARK@').read()"
_BUILTINS = "['__builtins__']['open']('@OUTSIDE@/secret.txt').read()"
_IMPORT = "['__builtins__']['__import__']('os').popen('cat @OUTSIDE@/secret.txt').read()"
_SUBCLASSES = "''.__class__.__mro__[1].__subclasses__()"

_WALKS = {
    "the globals of cycler": "cycler.__init__.__globals__" + _OPEN,
    "the globals of joiner": "joiner.__init__.__globals__" + _OPEN,
    "the globals of namespace": "namespace.__init__.__globals__" + _OPEN,
    "the globals of lipsum": "lipsum.__globals__" + _OPEN,
    "the built-ins of lipsum": "lipsum.__globals__" + _BUILTINS,
    "the template itself": "self._TemplateReference__context.cycler.__init__.__globals__" + _OPEN,
    "the template's own globals": "self.__init__.__globals__" + _IMPORT,
    "the subclasses of object": f"({_SUBCLASSES} | selectattr('__name__', 'equalto', "
    "'catch_warnings') | first).__init__.__globals__" + _IMPORT,
    "attributes by a filter": "(lipsum | attr('__globals__'))" + _BUILTINS,
    "attributes by subscription": "lipsum['__globals__']" + _BUILTINS,
    "attributes by joined names": "(lipsum | attr('__glo' ~ 'bals__'))" + _BUILTINS,
    "attributes by map": "([lipsum] | map(attribute='__globals__') | first)" + _BUILTINS,
    "an undefined name": "nobody.__init__.__globals__" + _IMPORT,
    "a format string": "'{0.__globals__[os].environ[CI_JOB_TOKEN]}'.format(lipsum)",
    "a format string of a mapping": "'{x.__globals__[os].environ[CI_JOB_TOKEN]}'"
    ".format_map({'x': lipsum})",
    "a format method out of the way": "('{0.__globals__[os].environ[CI_JOB_TOKEN]}' "
    "| attr('format'))(lipsum)",
    "a format method handed to map": "(['{0.__globals__[os].environ[CI_JOB_TOKEN]}'] "
    "| map(attribute='format') | first)(lipsum)",
}

_WALKS_OF_OURS = {
    "the globals of listing": "listing.__globals__",
    "the closure of paper": "paper.__closure__[0].cell_contents",
    "the path of the results": "results._path.parent.parent.joinpath('outside', 'secret.txt')"
    ".read_text()",
    "the reader of the book": "book._chapters.__globals__",
    "the class of a question": "question.__class__.__init__.__globals__",
}

WALKS = (
    *(
        Attack(
            f"a template walks to {what}",
            r"\input{q}",
            files={
                "q.j2.tex": f"{FRONT_MATTER}\\VAR{{{expression}}}\n",
                "plain.txt": f"{{{{ {expression} }}}}",
            },
            command=("render",),
            alone=True,
            quick=what in {"the globals of cycler", "a format method out of the way"},
            tools=(_PLAIN_JINJA,),
            why="" if what != "an undefined name" else "plain Jinja gives this one an error, too",
        )
        for what, expression in _WALKS.items()
    ),
    *(
        Attack(
            f"a template walks to {what}",
            r"\input{q}",
            files={
                "q.j2.tex": f"{FRONT_MATTER}\\VAR{{{expression}}}\n",
                "q.results.json": '{"values": {"a": 1}, "seed": 1}',
            },
            command=("render",),
            alone=True,
            why="the objects are texbook's own, and no plain Jinja has them",
        )
        for what, expression in _WALKS_OF_OURS.items()
    ),
)

_MILLION = "range(99999)"
_LOOP = r"\BLOCK{for %s in " + _MILLION + "}"
_BOMBS = {
    "nested loops": "".join(_LOOP % name for name in "abcd") + r"\BLOCK{endfor}" * 4,
    "nested loops that print": "".join(_LOOP % name for name in "abcd")
    + "x"
    + r"\BLOCK{endfor}" * 4,
    "a text of a thousand million letters": r"\VAR{'x' * 10**9}",
    "a list of a thousand million items": r"\VAR{([0] * 10**9) | length}",
    "a text that doubles": r"\BLOCK{set s = namespace(t='xxxxxxxxxxxxxxxx')}"
    r"\BLOCK{for i in range(60)}\BLOCK{set s.t = s.t ~ s.t}\BLOCK{endfor}\VAR{s.t | length}",
    "a range without end": r"\BLOCK{for i in range(10**12)}\BLOCK{endfor}",
    "towers of powers": r"\VAR{(9**9**9) | string | length}",
    "a number of many digits": r"\VAR{10**100000}",
    "a macro that calls itself": r"\BLOCK{macro m()}\VAR{m()}\BLOCK{endmacro}\VAR{m()}",
    "a file that includes itself": r'\BLOCK{include "again.tex"}',
    "a file that extends itself": r'\BLOCK{extends "endless.tex"}',
    "a wide format": r"\VAR{'{:2000000000}'.format(1) | length}",
    "a wide percent format": r"\VAR{'%2000000000d' | format(1) | length}",
    "a wide indent": r"\VAR{'a' | indent(2000000000, true) | length}",
    "a wide centre": r"\VAR{'a' | center(2000000000) | length}",
    "many replacements": r"\VAR{('a' * 10**5) | replace('a', 'b' * 10**6) | length}",
    "much filler text": r"\VAR{lipsum(n=10**6) | length}",
    "a permutation of batches": rf"\VAR{{({_MILLION} | list * 99999) | batch(2) | list | length}}",
    "deep brackets": r"\VAR{" + "(" * 5_000 + "1" + ")" * 5_000 + "}",
    "deep lists": r"\VAR{" + "[" * 50_000 + "1" + "]" * 50_000 + "}",
    "deep conditions": r"\BLOCK{if 1}" * 500 + r"\BLOCK{endif}" * 500,
    "deep loops": r"\BLOCK{for i in [1]}" * 60 + r"\BLOCK{endfor}" * 60,
    "a long sum": r"\VAR{" + "1+" * 50_000 + "1}",
    "a deep comparison of minus signs": r"\VAR{" + "- " * 50_000 + "1}",
}

BOMBS = tuple(
    Attack(
        f"a template with {what}",
        r"\input{q}",
        files={
            "q.j2.tex": f"{FRONT_MATTER}{text}\n",
            "templates/again.tex": r'\BLOCK{include "again.tex"}' + "\n",
            "templates/endless.tex": r'\BLOCK{extends "endless.tex"}' + "\n",
        },
        command=("render",),
        alone=True,
        quick=what in {"a text of a thousand million letters", "a macro that calls itself"},
        why="what it would gain is time or memory",
        person=LIMITS,
    )
    for what, text in _BOMBS.items()
)

_FRONTS = {
    "brackets of 100,000 levels": "% x = " + "[" * 100_000 + "\n",
    "a key of 5,000 parts": "% " + ".".join("a" * 5_000) + " = 1\n",
    "a number of 100,000 digits": "% x = " + "9" * 100_000 + "\n",
    "no end": "% title = 'x'\n" * 100_000,
    "100,000 keys": "".join(f"% k{number} = 1\n" for number in range(100_000)),
}

FRONT_MATTERS = tuple(
    Attack(
        f"front matter with {what} ({verb})",
        r"\input{q}",
        files={"q.j2.tex": f"%---\n{text}%---\nText\n"},
        command=(verb,),
        alone=True,
        why="what it would gain is a crash or a hang",
        person=LIMITS,
    )
    for what, text in _FRONTS.items()
    for verb in ("render", "lint")
)

FOLDERS = (
    Attack(
        "10,000 templates",
        r"\input{q1}",
        files={f"many/q{number}.j2.tex": "x\n" for number in range(10_000)},
        command=("render",),
        alone=True,
        why="what it would gain is time",
        person=LIMITS,
    ),
    Attack(
        "names of templates that lead upwards",
        r"\input{q}",
        files={"a/..j2.tex/x": "x", "..j2.tex": "x\n", "a/...j2.tex": "x\n", "q.j2.tex": "x\n"},
        command=("render",),
        alone=True,
        why="a name of one file leads nowhere",
    ),
    Attack(
        "a folder of templates that leads back to itself",
        r"\input{q}",
        files={"q.j2.tex": "x\n", "a/q.j2.tex": "x\n"},
        links={"a/b": "..", "a/c": ".", "d": "d", "e": "a"},
        command=("render",),
        alone=True,
        why="what it would gain is a hang",
    ),
)

TEMPLATES = (*WALKS, *BOMBS, *FRONT_MATTERS, *FOLDERS)
