"""Which commands and environments hold text that TeX does not read as LaTeX.

The built-in ones come from the LaTeX kernel, verbatim, fancyvrb, listings, minted and comment;
`read_specs` adds those that a class or a preamble defines on top of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class VerbatimSpecs:
    r"""Names of everything verbatim.

    Attributes:
        environments: their bodies end at the literal ``\end{name}``.
        inline: commands followed by code in braces or between two equal characters.
        inline_with_language: the same with one braced argument before the code.
        addresses: commands whose braced argument may hold ``%`` and ``#`` as they are.
        sanitized: commands that read their argument with all but braces made letters, so that
            ``\index{\Express\}`` is whole (the kernel's ``\@sanitize``).
        delimiters: characters that begin and end code by themselves (``\MakeShortVerb``).
    """

    environments: frozenset[str]
    inline: frozenset[str]
    inline_with_language: frozenset[str]
    addresses: frozenset[str]
    sanitized: frozenset[str]
    delimiters: frozenset[str] = frozenset()

    def is_verbatim(self, environment: str) -> bool:
        """Say whether an environment's body is code.

        The class that defines it may be out of sight, so some names speak for themselves.
        """
        return (
            environment in self.environments
            or environment.startswith("lst")
            or environment.endswith("verbatim")
        )

    def __or__(self, other: VerbatimSpecs) -> VerbatimSpecs:
        return VerbatimSpecs(
            self.environments | other.environments,
            self.inline | other.inline,
            self.inline_with_language | other.inline_with_language,
            self.addresses | other.addresses,
            self.sanitized | other.sanitized,
            self.delimiters | other.delimiters,
        )


BUILT_IN = VerbatimSpecs(
    environments=frozenset(
        {
            *("verbatim", "verbatim*", "Verbatim", "Verbatim*", "BVerbatim", "LVerbatim"),
            *("SaveVerbatim", "VerbatimOut", "alltt", "lstlisting", "minted", "minted*"),
            *(
                "amzcode",
                "comment",
                "filecontents",
                "filecontents*",
                "tcblisting",
                "tcboutputlisting",
            ),
            *("verbatimwrite", "boxedverbatim", "luacode", "luacode*", "pycode", "sagesilent"),
            "verb",
        }
    ),
    inline=frozenset({"verb", "Verb", "lstinline", "spverb"}),
    inline_with_language=frozenset({"mintinline"}),
    addresses=frozenset({"url", "nolinkurl", "path", "href", "hyperref@url"}),
    sanitized=frozenset({"index", "glossary"}),
)

NOT_PRINTED = frozenset(
    {"comment", "filecontents", "filecontents*", "SaveVerbatim", "VerbatimOut", "verbatimwrite"}
    | {"luacode", "luacode*", "pycode", "sagesilent"}
)
"""Those environments of `BUILT_IN` whose body is no listing on the page."""

_NAME = r"\s*\{\s*([^{}\\#\s]+)\s*\}"

_NAMED_DIRECTLY = re.compile(
    r"\\(?:newtcblisting|renewtcblisting|DeclareTCBListing|NewTCBListing|lstnewenvironment"
    r"|DefineVerbatimEnvironment|CustomVerbatimEnvironment|RecustomVerbatimEnvironment"
    r"|specialcomment|excludecomment)(?![A-Za-z@])\s*(?:\[[^\]]*\])?" + _NAME
)
_NEWMINTED = re.compile(r"\\newminted(?![A-Za-z@])\s*(?:\[([^\]]*)\])?" + _NAME)
_NEWMINTINLINE = re.compile(r"\\newmintinline(?![A-Za-z@])\s*(?:\[([^\]]*)\])?" + _NAME)
_ENVIRONMENT = re.compile(
    r"\\(?:(?:re)?newenvironment|(?:New|Renew|Provide|Declare)DocumentEnvironment)"
    r"(?![A-Za-z@])\s*\*?" + _NAME
)
# The kernel's rule: the body of an environment that opens a verbatim one in its first half is
# verbatim too, for only then can the inner \end be found.
_OPENS_VERBATIM = re.compile(
    r"\\VerbatimEnvironment(?![A-Za-z@])|\\begin\s*\{([^{}\\#]+)\}|\\(lstset|verbatim)(?![A-Za-z@])"
)
_INLINE_DEFINITION = re.compile(
    r"\\(?:lstMakeShortInline|MakeShortVerb)(?![A-Za-z@])|\\CustomVerbatimCommand\s*\{?\\([A-Za-z@]+)"
)
_INLINE_ALIAS = re.compile(
    r"\\(?:(?:re|provide)?(?:new)?command\*?|def|let)\s*\{?\\([A-Za-z@]+)\}?\s*=?\s*"
    r"(?:\\(?:lstinline|verb|Verb)(?![A-Za-z@])|\{\\(?:lstinline|Verb)(?:\[[^\[\]]{0,200}\])?\s*\})"
)
r"""``\newcommand{\code}{\lstinline}``, ``\let\code\verb``: what follows is read as code."""
_DELIMITER = re.compile(
    r"\\(?:MakeShortVerb\*?|DefineShortVerb|lstMakeShortInline|MakeSpecialShortVerb)(?![A-Za-z@])"
    r"[ \t]*(?:\[[^\[\]]*\][ \t]*)?(?:\{[ \t]*\\?([|!\"/+=@])[ \t]*\}|\\?([|!\"/+=@]))"
)
"""Commands of shortvrb, fancyvrb and listings; a letter as delimiter would be a fault."""
_DOCUMENTING = re.compile(
    r"\\(?:documentclass|LoadClass)\s*(?:\[[^\[\]]*\])?\s*\{(?:ltxdoc|l3doc|ltxguide|(ltxdockit))\}"
)
"""Classes for the manuals of packages: each makes ``|`` a delimiter."""
_OF_LTXDOCKIT = frozenset({"ltxcode", "ltxexample"})
_ENDS_VERBATIM = re.compile(
    r"\\(?:def\s*\\end([A-Za-z]+)\s*\{[^{}]{0,200}|let\s*\\end([A-Za-z]+)\s*=?\s*)"
    r"\\end(?:alltt|verbatim|Verbatim|lstlisting|minted)(?![A-Za-z@])"
)
r"""An environment as plain TeX defines it: ``\def\endprogram{\endalltt\egroup}``."""
_DEFINITION_REACH = 2000
"""Code points after the name within which a definition opens its inner environment."""


_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%.*")


def _uncommented(text: str) -> str:
    # By lines: looking before each of the characters would take ten times as long.
    return "\n".join(
        _COMMENT.sub(r"\1", line) if "%" in line else line for line in text.split("\n")
    )


@lru_cache(maxsize=64)
def read_specs(text: str) -> VerbatimSpecs:
    r"""Read what a class, package or preamble defines as verbatim, on top of `BUILT_IN`.

    >>> sorted(read_specs(r"\newminted{python}{} \newtcblisting{shell}{}").environments
    ...        - BUILT_IN.environments)
    ['pythoncode', 'pythoncode*', 'shell']
    """
    text = _uncommented(text)
    environments = {found[1] for found in _NAMED_DIRECTLY.finditer(text)}
    for found in _NEWMINTED.finditer(text):
        name = found[1] or f"{found[2]}code"
        environments |= {name, f"{name}*"}
    inline = {found[1] or f"{found[2]}inline" for found in _NEWMINTINLINE.finditer(text)}
    inline |= {found[1] for found in _INLINE_DEFINITION.finditer(text) if found[1]}
    inline |= {found[1] for found in _INLINE_ALIAS.finditer(text)}
    environments |= {found[1] or found[2] for found in _ENDS_VERBATIM.finditer(text)}
    delimiters = {found[1] or found[2] for found in _DELIMITER.finditer(text)}
    if manual := _DOCUMENTING.search(text):
        delimiters.add("|")
        environments |= _OF_LTXDOCKIT if manual[1] else set()
    known = BUILT_IN.environments | environments
    for found in _ENVIRONMENT.finditer(text):
        if _opens_verbatim(text, found.end(), known):
            environments.add(found[1])
            known = known | {found[1]}
    return BUILT_IN | replace(
        BUILT_IN,
        environments=frozenset(environments),
        inline=frozenset(inline),
        delimiters=frozenset(delimiters),
    )


def _opens_verbatim(text: str, start: int, known: frozenset[str] | set[str]) -> bool:
    stop = min(len(text), start + _DEFINITION_REACH)
    following = _ENVIRONMENT.search(text, start, stop)
    if following:
        stop = following.start()
    document = text.find("\\begin{document}", start, stop)
    if document >= 0:
        stop = document
    return any(
        found[0].startswith("\\VerbatimEnvironment") or found[1] in known
        for found in _OPENS_VERBATIM.finditer(text, start, stop)
    )
