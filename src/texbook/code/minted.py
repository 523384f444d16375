r"""The commands that minted 2 gives to the shell, read into values instead of run by a shell.

Only the exact forms of minted.sty 2.7 (2022/12/12) are accepted; they are the arguments of
``\ShellEscape`` in that file. Whatever else stands in a command is never guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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

PYGMENTIZE = "pygmentize"
PYTHONS = ("python3", "python")

# Characters that the shell takes as they are, and quotes in which nothing is special to it.
_OPERATOR = re.compile(r"(?:&&|>)(?= )")
_WORD = re.compile(r"""(?:[\w@%+=:,./-]|'[^']*'|"[^"$`\\!]*")+""")
_PART = re.compile(r"""'([^']*)'|"([^"]*)"|([^'"]+)""")
_MINTED_FILE = re.compile(r".+\.(?:aex|pyg|mintedcmd|mintedmd5|pygtex|pygstyle)")

# ``autogobble`` runs this program; the names in pointed brackets are what differs.
_DEDENT_PROGRAM = (
    r'<python> -c "import sys; import os; import textwrap; from io import open; '
    r"fname = os.path.expanduser(os.path.expandvars(\"<source>\")); "
    r"f = open(fname, \"r\", encoding=\"<encoding>\") if os.path.isfile(fname) else None; "
    r"t = f.readlines() if f is not None else None; "
    r"t_opt = t if t is not None else []; "
    r"f.close() if f is not None else None; "
    r"tmpfname = os.path.expanduser(os.path.expandvars(\"<output>\")); "
    r"f = open(tmpfname, \"w\", encoding=\"<again>\") if t is not None else None; "
    r"fvstartnum = <first>; "
    r"fvstopnum = <last>; "
    r"s = max(0, fvstartnum-1); "
    r"e = max(s, fvstopnum) if fvstopnum > 0 else len(t_opt); "
    r"[f.write(textwrap.dedent(\"\".join(x))) for x in (t_opt[0:s], t_opt[s:e], t_opt[e:]) "
    r"if x and t is not None]; "
    r'f.close() if t is not None else os.remove(tmpfname);"'
)
_PLAIN_PATH = r"""[^"'$`\\~!]+"""
_DEDENT_PARTS = {
    "python": "|".join(PYTHONS),
    "source": _PLAIN_PATH,
    "output": _PLAIN_PATH,
    "encoding": r"[\w-]+",
    "again": r"[\w-]+",
    "first": r"-?\d+",
    "last": r"-?\d+",
}
_DEDENT = re.compile(
    re.sub(
        r"<(\w+)>",
        lambda part: f"(?P<{part[1]}>{_DEDENT_PARTS[part[1]]})",
        re.escape(_DEDENT_PROGRAM),
    )
)


def parse_command(command: str) -> Request | None:
    """Read what minted asks the shell to do; None if the command is not one of minted's.

    >>> parse_command("mkdir -p _minted-main")
    FolderRequest(folder='_minted-main')
    >>> parse_command("epstopdf figure.eps") is None
    True

    Raises:
        ListingError: when it is minted's, but not in a form that is known exactly.
    """
    command = command.strip(" ")
    if "import textwrap" in command:
        return _parse_dedent(command)
    words = _split(command)
    if words is None:
        if _is_highlighting(command):
            raise _unknown_form("it holds characters that the shell would interpret")
        return None
    request: Request | None = None
    match words:
        case ["mkdir", "-p", folder]:
            request = FolderRequest(folder)
        case ["rm", file] if _MINTED_FILE.fullmatch(file):
            request = RemoveRequest(file)
        case ["mv", "-f", source, target] if _are_cache_files(source, target):
            request = MoveRequest(source, target)
        case ["which", program, "&&", "touch", marker] if marker.endswith(".aex"):
            request = _probe(program, marker)
        case ["pygmentize", *arguments]:
            request = _parse_pygmentize(arguments)
        case _ if _is_highlighting(command):
            raise _unknown_form(f'"\\MintedPygmentize" is "{words[0]}"')
    return request


def _split(command: str) -> list[str] | None:
    """Split into words as the shell would, or None where more than quotes is at work."""
    # \write shows a control character as "^^I"; that cannot be told from the letters "^^I".
    if "^^" in command:
        return None
    words: list[str] = []
    position = 0
    while position < len(command):
        if command[position] == " ":
            position += 1
            continue
        operator = _OPERATOR.match(command, position)
        found = operator or _WORD.match(command, position)
        if found is None:
            return None
        words.append(found[0] if operator else _unquote(found[0]))
        position = found.end()
    return words


def _unquote(word: str) -> str:
    return "".join(single or double or bare for single, double, bare in _PART.findall(word))


def _is_highlighting(command: str) -> bool:
    """Say whether minted asks for highlighting, by whatever program."""
    return " -f latex -P commandprefix=PYG " in command or command.startswith(PYGMENTIZE)


def _are_cache_files(*paths: str) -> bool:
    return all(path.endswith(".pygtex") for path in paths)


def _unknown_form(why: str) -> ListingError:
    return ListingError(
        ObstacleKind.COMMAND, f"texbook cannot highlight this listing exactly as minted does: {why}"
    )


def _name_with_spaces(name: str) -> ListingError:
    """Tell what minted does not: it hands the name to the shell bare, so pygmentize sees two."""
    return ListingError(
        ObstacleKind.FILE,
        f'minted cannot take the spaces in "{name}"',
        subject=name,
        hints=(f'put the name in quotes: \\inputminted{{...}}{{"{name}"}}',),
    )


def _probe(program: str, marker: str) -> ProbeRequest:
    if program != PYGMENTIZE and program not in PYTHONS:
        raise _unknown_form(f'it asks for the program "{program}"')
    return ProbeRequest(program, marker)


def _parse_dedent(command: str) -> DedentRequest:
    found = _DEDENT.fullmatch(command)
    if found is None or found["again"] != found["encoding"]:
        raise _unknown_form('an unknown form of the option "autogobble"')
    return DedentRequest(
        source=found["source"],
        output=found["output"],
        encoding=found["encoding"],
        first=int(found["first"]),
        last=int(found["last"]),
    )


@dataclass(slots=True)
class _Arguments:
    """pygmentize's command line while it is read."""

    values: dict[str, str] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def _parse_pygmentize(words: list[str]) -> HighlightRequest | StyleRequest:
    arguments = _read_arguments(words)
    values = arguments.values
    options = tuple(_key_value(option) for option in arguments.options)
    if values.get("-f") != "latex":
        raise _unknown_form("its format is not LaTeX")
    if set(values) == {"-S", "-f", ">"} and not arguments.files and not arguments.filters:
        return StyleRequest(values["-S"], values[">"], options)
    if set(values) != {"-l", "-f", "-o"}:
        raise _unknown_form("unknown options of pygmentize")
    if len(arguments.files) != 1:
        raise _name_with_spaces(" ".join(arguments.files))
    return HighlightRequest(
        lexer=values["-l"],
        source=arguments.files[0],
        output=values["-o"],
        options=options,
        filters=tuple(_filter(text) for text in arguments.filters),
    )


def _read_arguments(words: list[str]) -> _Arguments:
    arguments = _Arguments()
    rest = iter(words)
    for word in rest:
        if word not in {"-l", "-S", "-f", "-o", ">", "-P", "-F"}:
            if word.startswith("-"):
                raise _unknown_form(f'the option "{word}" of pygmentize')
            arguments.files.append(word)
            continue
        value = next(rest, "-")
        if value.startswith("-"):
            raise _unknown_form(f'the option "{word}" of pygmentize has no value')
        if word == "-P":
            arguments.options.append(value)
        elif word == "-F":
            arguments.filters.append(value)
        elif word in arguments.values:
            raise _unknown_form(f'the option "{word}" of pygmentize stands twice')
        else:
            arguments.values[word] = value
    return arguments


def _key_value(text: str) -> tuple[str, str | bool]:
    key, equals, value = text.partition("=")
    return key, value if equals else True


def _filter(text: str) -> FilterRequest:
    """Read ``name:key=value,key``; blanks around keys and values do not count in pygmentize."""
    name, _, options = text.partition(":")
    pairs = [_key_value(option.strip()) for option in options.split(",") if options.strip()]
    return FilterRequest(
        name,
        tuple(
            (key.strip(), value.strip() if isinstance(value, str) else value)
            for key, value in pairs
        ),
    )
