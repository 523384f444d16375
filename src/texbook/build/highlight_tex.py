r"""The TeX side of highlighting without a shell: minted asks texbook instead of ``\write18``.

Facts of minted.sty 2.7: all commands go through ``\ShellEscape``; its only test of the shell is
``\ifnum\pdf@shellescape=1`` in ``\AtEndOfPackage``; ``\minted@code`` and
``\minted@appexistsfile`` are streams that are closed whenever a command is given, so that none of
XeTeX's sixteen has to be taken. The hook ``file/minted.sty/before`` runs inside the package's own
frame (ltfilehook), so what is put into ``\AtEndOfPackage`` there comes before minted's own.

The package option ``outputdir`` names the folder of ``-output-directory``; texbook's engines run in
the folder that they write to, so it is set aside, or minted would look in the wrong place.

minted 3 (2024-09) has a program of its own that the restricted shell trusts: it is left alone.
"""

from __future__ import annotations

REQUEST_PIPE = "texbook-request.fifo"
ANSWER_PIPE = "texbook-answer.fifo"

_CODE = r"""
\makeatletter
\AddToHook{file/minted.sty/before}{\AtEndOfPackage{\texbook@minted}}
\AddToHook{package/minted/after}{%
  \ifcsname texbook@status\endcsname\let\pdf@shellescape\texbook@status\fi}
\def\texbook@minted{\@ifpackagelater{minted}{2024/09/01}{}{%
  \let\texbook@status\pdf@shellescape
  \chardef\pdf@shellescape=1\relax
  \let\minted@outputdir\@empty
  \let\texbook@engine@shell\ShellEscape
  \let\ShellEscape\texbook@shell}}
\protected\long\def\texbook@shell#1{%
  \texbook@ask{#1}%
  \ifx\texbook@answer\texbook@done\else
    \ifx\texbook@answer\texbook@hand@over\texbook@engine@shell{#1}\else
      \PackageError{texbook}{\texbook@reason}{%
        This listing is not highlighted.}%
    \fi
  \fi}
\edef\texbook@done{\detokenize{done}}
\edef\texbook@hand@over{\detokenize{shell}}
\def\texbook@where{\ifcsname CurrentFile\endcsname
  \ifx\CurrentFilePath\@empty\else\CurrentFilePath/\fi\CurrentFile\fi}
\long\def\texbook@ask#1{%
  \begingroup
    \newlinechar=-1\relax
    \immediate\openout\minted@code=./REQUEST\relax
    \immediate\write\minted@code{\texbook@where}%
    \immediate\write\minted@code{\the\inputlineno}%
    \immediate\write\minted@code{#1}%
    \immediate\closeout\minted@code
    \endlinechar=-1\relax
    \openin\minted@appexistsfile=./ANSWER\relax
    \ifeof\minted@appexistsfile
      \gdef\texbook@answer{}\gdef\texbook@reason{%
        the disk has no named pipes, so that listings need --shell-escape}%
    \else
      \readline\minted@appexistsfile to\texbook@answer
      \readline\minted@appexistsfile to\texbook@answer
      \readline\minted@appexistsfile to\texbook@reason
      \closein\minted@appexistsfile
      \global\let\texbook@answer\texbook@answer
      \global\let\texbook@reason\texbook@reason
    \fi
  \endgroup}
\makeatother
"""


def tex_code() -> str:
    r"""Give the code as one line, for the engine's command line before ``\input``.

    Every line of it begins with a control sequence, a brace or text inside braces, so that the
    lines can be joined without a space between them.
    """
    lines = (line.strip().removesuffix("%") for line in _CODE.strip().splitlines())
    return "".join(lines).replace("REQUEST", REQUEST_PIPE).replace("ANSWER", ANSWER_PIPE)
