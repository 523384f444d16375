"""Damage to texts, as an editor, a merge or a disk does it, from a seed; holds no tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_PIECES = (
    *(b"", b"{", b"}", b"$", b"$$", b"\\", b"%", b"\n", b"\n\n", b"\r", b"\r\n", b"\t", b"[", b"]"),
    *(b"\0", b"\x07", b"\x1b[31m", b"\x7f", b"\x0c", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf6"),
    *(
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xe2\x80\xa8",
        b"\xc2\x85",
        b"\xf0\x9f\x93\x9a",
        b"e\xcc\x81",
    ),
    *(b"\\begin{", b"\\end{", b"\\begin{verbatim}", b"\\end{document}", b"\\iffalse", b"\\fi"),
    *(b"\\newcommand{\\x}[9]{", b"\\def\\x#1", b"\\input{", b"\\include{main}", b"\\verb|"),
    *(b"\\section{", b"\\label{", b"\\ref{", b"\\cite{", b"\\item", b"\\endinput", b"\\catcode"),
    *(b"\n%% block trap\n", b"\n%% endblock\n", b"\n%% for x in y\n", b"\\VAR{", b"\\BLOCK{"),
    *(
        b"% texbook: ignore[",
        b"@article{",
        b'"',
        b"'",
        b"--",
        b"...",
        b"1e999",
        b"=",
        b",",
        b"9" * 400,
    ),
)
_UNTIDY = (
    *(
        b'say "this" ',
        b"and so on... ",
        b"pages 10-20 ",
        b"see Section \\ref{sec:one} ",
        b"one - two ",
    ),
    *(
        b"word  \n",
        b"the the ",
        b"1,000 $x$ , ",
        b"{\\bf old} ",
        b"$$x$$ ",
        b"as \\cite{a} says ",
        b"\t",
    ),
    *(
        b"'single' ",
        b"e.g. this ",
        b"\\textbf {x} ",
        b"word\\footnote{x}. ",
        b"\n\n\n\n",
        b"5 % more ",
    ),
)


def mutate(content: bytes, chance: Random) -> bytes:
    """Damage a text in one to four places."""
    for _ in range(chance.randint(1, 4)):
        content = chance.choice(_WAYS)(content, chance)
    return content


def untidy(content: bytes, chance: Random) -> bytes:
    """Put what a linter would fix, in one to nine places at blanks and ends of lines."""
    for _ in range(chance.randint(1, 9)):
        place = chance.randrange(len(content) + 1)
        sign = chance.choice((b" ", b"\n"))
        found = content.find(sign, place) + 1 or len(content)
        content = content[:found] + chance.choice(_UNTIDY) + content[found:]
    return content


def _stretch(content: bytes, chance: Random) -> tuple[int, int]:
    """Choose a stretch of characters."""
    start = chance.randrange(len(content) + 1)
    return start, min(len(content), start + chance.choice((1, 1, 2, 8, 60, 2000)))


def _line_stretch(content: bytes, chance: Random) -> tuple[int, int]:
    """Choose some whole lines."""
    start = content.rfind(b"\n", 0, chance.randrange(len(content) + 1)) + 1
    end = start
    for _ in range(chance.choice((1, 1, 2, 30))):
        end = content.find(b"\n", end) + 1 or len(content)
    return start, end


def _any_stretch(content: bytes, chance: Random) -> tuple[int, int]:
    return chance.choice((_stretch, _line_stretch))(content, chance)


def _delete(content: bytes, chance: Random) -> bytes:
    start, end = _any_stretch(content, chance)
    return content[:start] + content[end:]


def _double(content: bytes, chance: Random) -> bytes:
    start, end = _any_stretch(content, chance)
    return content[:end] + content[start:]


def _move(content: bytes, chance: Random) -> bytes:
    start, end = _any_stretch(content, chance)
    rest = content[:start] + content[end:]
    place = chance.randrange(len(rest) + 1)
    return rest[:place] + content[start:end] + rest[place:]


def _insert(content: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(content) + 1)
    return content[:place] + chance.choice(_PIECES) + content[place:]


def _replace(content: bytes, chance: Random) -> bytes:
    start, end = _stretch(content, chance)
    return content[:start] + chance.choice(_PIECES) + content[end:]


def _cut(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _flip(content: bytes, chance: Random) -> bytes:
    """Change one bit, as a bad disk does."""
    if not content:
        return content
    place = chance.randrange(len(content))
    return (
        content[:place] + bytes((content[place] ^ 1 << chance.randrange(8),)) + content[place + 1 :]
    )


_WAYS = (_delete, _double, _move, _insert, _insert, _insert, _replace, _replace, _cut, _flip)
