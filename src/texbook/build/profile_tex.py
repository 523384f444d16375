r"""The TeX side of a profile: code that makes the engine tell of fonts, shadows and phases.

All is told by ``\message``, which flushes the output (tex.web section 1280) and sets nothing: the
XDV stays the same, byte for byte.
"""

from __future__ import annotations

_FONTS = r"""
\def\texbook@mark#1{\message{<texbook:#1>}}
\def\texbook@watch#1{%
  \ifcsname#1\endcsname
    \expandafter\let\csname texbook@#1\expandafter\endcsname\csname#1\endcsname
    \expandafter\def\csname#1\endcsname##1##2##3{%
      \texbook@mark{font ##2}%
      \csname texbook@#1\endcsname{##1}{##2}{##3}%
      \texbook@mark{\ifx##1\nullfont none\else end\fi}}%
  \fi}
\let\texbook@define\define@newfont
\def\define@newfont{\texbook@mark{font}\texbook@define\texbook@mark{end}}
\AddToHook{package/fontspec/after}{%
  \texbook@watch{__fontspec_primitive_font_set:Nnn}%
  \texbook@watch{__fontspec_primitive_font_gset:Nnn}}
\AddToHook{begindocument/before}{\texbook@mark{begin}}
\AddToHook{begindocument/end}{\texbook@mark{text}}
\AddToHook{enddocument/afterlastpage}{\texbook@mark{finish}}
"""
# Each shadow of tcolorbox is a value of the key ``shad@w app``; the fuzzy ones, ten drawings each,
# are those that call ``\tcb@shadow`` (tcbskins.code.tex). A version without that key is left alone.
# The value of a key may not hold ``\pgfeov``, which ends it.
_SHADOWS = r"""
\def\texbook@shadows{%
  \pgfkeysgetvalue{/tcb/shad@w app/.@cmd}\texbook@app
  \ifx\texbook@app\relax\else
    \tcbset{shad@w app/.code={\texbook@draw{##1}}}%
  \fi}
\def\texbook@draw#1{%
  \in@{\tcb@shadow}{#1}%
  \ifin@
    \texbook@app{\texbook@mark{shadow}#1\texbook@mark{end}}\pgfeov
  \else
    \texbook@app{#1}\pgfeov
  \fi}
\AddToHook{begindocument}{\ifdefined\tcbset\texbook@shadows\fi}
"""


def profile_code(*, light: bool) -> str:
    """Give TeX code for the command line that makes the engine tell of fonts, shadows and phases.

    Args:
        light: the pass draws no shadows.
    """
    lines = (_FONTS if light else _FONTS + _SHADOWS).strip().splitlines()
    code = "".join(line.strip().removesuffix("%") for line in lines)
    return rf"\ifdefined\AddToHook\makeatletter{code}\makeatother\fi"
