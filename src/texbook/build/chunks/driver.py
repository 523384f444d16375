r"""The TeX side of a chunk job: one run typesets some segments of a book and says how it went.

The engine reads the main file's own preamble. In ``begindocument/before`` it may wait for a line
on its standard input (a preloaded engine), then it reads the job; LaTeX goes on to read
``main.aux`` and the other auxiliary files as in any pass. Behind ``\begin{document}`` stands
``\texbook@body``, which reads the chosen segments. What is said stands in the auxiliary files as
comments, so that LaTeX can read them again at its end.

Facts: ``\read`` from the terminal is fatal in nonstopmode, and an error in errorstopmode waits for
ever, so the waiting happens in scrollmode (tex.web sections 73 and 484). ``\include`` clears the
page before and behind its file, and counts and restores the counters of ``\cl@@ckpt`` (latex.ltx);
what else one file hands to the next is saved by ``\texbook@save``. The marks of TeX are primed by
an output routine of our own, which throws its page away (TeXbook, chapter 23). ``\@outputpage``
chooses the special page style itself (latex.ltx); that happens here a little earlier, so that the
folio of every style can be marked.
"""

from __future__ import annotations

import hashlib

DRIVER = "texbook-chunk.tex"
JOB = "texbook-job.tex"
BODY = "texbook-body.tex"
END_OF_PREAMBLE = r"\csname texbook@body\endcsname"
"""What stands behind ``\\begin{document}`` in the main file of a job."""

WITHOUT_MARKS = (
    r"\expandafter\let\csname texbook@wrap\expandafter\endcsname\csname @gobble\endcsname"
)
"""What a job is told that must not mark the numbers on its pages."""

_ANCHORS_APART = 10_000
_BASES = 200_000
"""TeX's largest number is 2147483647."""

_CODE = r"""
\makeatletter
\ifdefined\ReadonlyShipoutCounter\else
  \PackageError{texbook}{this LaTeX is too old to typeset chapters apart}{}\fi
\AddToHook{begindocument/before}{\texbook@wait\input{texbook-job.tex}%
  \ifdefined\AtBeginBibliography\AtBeginBibliography{\texbook@uses{b}{bibliography}}\fi}
\def\texbook@write#1{\immediate\write\@mainaux{#1}}
\def\texbook@mark#1#2{%
  \texbook@write{\@percentchar texbook@mark{#1}{#2}{\the\ReadonlyShipoutCounter}{\the\c@page}}%
  \texbook@fingerprint
  \immediate\write\m@ne{texbook-log #1 #2}%
  \ifdefined\@outlinefile\immediate\write\@outlinefile{\@percentchar texbook #1 #2}\fi
  \ifdefined\@indexfile\immediate\write\@indexfile{\@percentchar texbook #1 #2}\fi
  \openin\@inputcheck=texbook-#1-#2.mark\relax\closein\@inputcheck}
\def\texbook@begin#1{%
  \csname texbook@base@#1\endcsname
  \texbook@mark{begin}{#1}}
\def\texbook@end#1{\clearpage\texbook@save\texbook@mark{end}{#1}}
\def\texbook@stop{\clearpage\immediate\closeout\@mainaux\@@end}
\def\texbook@anchors#1{%
  \ifdefined\c@Item\global\c@Item=#1\relax\fi
  \ifdefined\c@Hfootnote\global\c@Hfootnote=#1\relax\fi
  \ifdefined\Hy@linkcounter\global\Hy@linkcounter=#1\relax\fi}
\def\texbook@save{\begingroup
  \let\texbook@list\@empty
  \def\@elt##1{\ifcsname c@##1\endcsname
    \edef\texbook@list{\texbook@list{##1}{\the\csname c@##1\endcsname}}\fi}%
  \cl@@ckpt\@elt{tocdepth}\@elt{secnumdepth}%
  \texbook@write{\@percentchar texbook@counters{\texbook@list}}%
  \@for\texbook@name:=@themark,@currentHref,@currentlabel,@currentlabelname,@currentcounter,%
    cref@currentlabel,Hy@currentbookmarklevel,Hy@levelcheck,Parent-1,Parent0,Parent1,Parent2,%
    Parent3,Parent4,Parent5\do{\expandafter\texbook@text\expandafter{\texbook@name}}%
  \ifdefined\BKM@id\texbook@bookmarks\fi
  \texbook@write{\@percentchar texbook@text{botmark}{\unexpanded\expandafter{\botmark}}}%
  \endgroup}
\def\texbook@text#1{\ifcsname#1\endcsname\texbook@write{\@percentchar texbook@text{#1}{%
  \unexpanded\expandafter\expandafter\expandafter{\csname#1\endcsname}}}\fi}
\def\texbook@bookmarks{%
  \let\texbook@list\@empty
  \edef\texbook@name{\the\BKM@id}%
  \@whilenum\texbook@name>\z@\do{%
    \expandafter\expandafter\expandafter\texbook@bookmark\csname BKM@\texbook@name\endcsname}%
  \texbook@write{\@percentchar texbook@text{BKM@}{\texbook@list}}}
\def\texbook@bookmark#1#2#3{\edef\texbook@list{{#2}{#3}\texbook@list}\edef\texbook@name{#1}}
\def\texbook@setbookmarks#1{\global\BKM@id\z@\texbook@setbookmark#1\relax\relax}
\def\texbook@setbookmark#1#2{\ifx\relax#1\else
  \edef\texbook@name{\the\BKM@id}%
  \global\advance\BKM@id\@ne
  \expandafter\xdef\csname BKM@\the\BKM@id\endcsname{{\texbook@name}{#1}{#2}}%
  \expandafter\texbook@setbookmark\fi}
\def\texbook@set#1#2{\ifcsname c@#1\endcsname\global\csname c@#1\endcsname=#2\relax\fi}
\newbox\texbook@box
\def\texbook@prime#1{\begingroup
  \output{\global\setbox\texbook@box\box\@cclv\global\deadcycles\z@}%
  \hbox{}\mark{#1}\vfill\penalty-\@M\endgroup}
\def\texbook@fingerprint{\begingroup
  \let\texbook@list\@empty
  \def\do##1{\edef\texbook@list{\texbook@list{##1}{\mdfivesum{\ifcsname##1\endcsname
    \expandafter\meaning\csname##1\endcsname\fi}}}}%
  \do{thechapter}\do{thesection}\do{thefigure}\do{theequation}\do{thepage}\do{@chapapp}%
  \do{@oddhead}\do{@evenhead}\do{@oddfoot}\do{@evenfoot}\do{@mkboth}\do{baselinestretch}%
  \do{f@encoding}\do{f@family}\do{f@series}\do{f@shape}\do{f@size}\do{rmdefault}%
  \do{sfdefault}\do{ttdefault}\do{current@color}\do{labelenumi}\do{theenumi}\do{labelitemi}\do{@currenvir}%
  \edef\texbook@list{\texbook@list{lengths}{\mdfivesum{%
    \the\parindent,\the\parskip,\the\textwidth,\the\textheight,\the\hsize,\the\leftskip,%
    \the\rightskip,\the\oddsidemargin,\the\topmargin,\the\headheight,\the\headsep,\the\footskip,%
    \the\baselineskip,\the\tolerance,\the\emergencystretch,\the\hyphenpenalty,\the\language,%
    \the\arraycolsep,\the\tabcolsep,\the\floatsep,\the\textfloatsep,\the\lineskip}}}%
  \texbook@write{\@percentchar texbook@fingerprint{\texbook@list}}%
  \endgroup}
\def\texbook@uses#1#2{\texbook@write{\@percentchar texbook@use{#1}{#2}}}
\def\texbook@part#1{%
  \ifx#1\@secondoffive p\else\ifx#1\@secondoftwo p\else
  \ifx#1\@firstoffive n\else\ifx#1\@firstoftwo n\else a\fi\fi\fi\fi}
\def\texbook@log@uses{%
  \let\texbook@setref\@setref
  \def\@setref##1##2##3{%
    \texbook@uses{\texbook@part##2}{##3}%
    \texbook@setref{##1}##2{##3}}%
  \ifdefined\@pagesetref
    \let\texbook@pagesetref\@pagesetref
    \def\@pagesetref##1##2##3{\texbook@uses{p}{##3}\texbook@pagesetref{##1}##2{##3}}\fi
  \ifdefined\real@setref
    \let\texbook@realsetref\real@setref
    \def\real@setref##1##2##3{%
      \texbook@uses{\texbook@part##2}{##3}\texbook@realsetref{##1}##2{##3}}\fi
  \ifdefined\cref@getref
    \let\texbook@getref\cref@getref
    \def\cref@getref##1##2{\texbook@uses{n}{##1@cref}\texbook@getref{##1}{##2}}%
    \let\texbook@getpageref\cpageref@getref
    \def\cpageref@getref##1##2{\texbook@uses{p}{##1@cref}\texbook@getpageref{##1}{##2}}\fi}
\def\texbook@folio{%
  \let\texbook@thepage\thepage
  \protected\def\thepage{%
    \special{texbook:folio \texbook@thepage}\texbook@thepage\special{texbook:folio-end}}}
\def\texbook@wrap#1{%
  \expandafter\let\csname texbook\string#1\endcsname#1%
  \edef#1{{\noexpand\texbook@folio\expandafter\noexpand\csname texbook\string#1\endcsname}}}
\def\texbook@log@folios{%
  \let\texbook@outputpage\@outputpage
  \def\@outputpage{\begingroup
    \if@specialpage\global\@specialpagefalse\csname ps@\@specialstyle\endcsname\fi
    \texbook@wrap\@oddhead\texbook@wrap\@evenhead\texbook@wrap\@oddfoot\texbook@wrap\@evenfoot
    \texbook@outputpage
    \endgroup
    \let\firstmark\botmark}}
\def\texbook@resets#1{\begingroup
  \def\@elt##1{{##1}\ifcsname cl@##1\endcsname\csname cl@##1\endcsname\fi}%
  \texbook@write{\@percentchar texbook@resets{#1}{%
    \ifcsname cl@#1\endcsname\csname cl@#1\endcsname\fi}}%
  \endgroup}
\def\texbook@log@files{%
  \let\texbook@input\@input
  \def\@input##1{\texbook@uses{f}{##1}\texbook@input{##1}}%
  \let\texbook@inputif\@input@
  \def\@input@##1{\texbook@uses{f}{##1}\texbook@inputif{##1}}}
\def\texbook@log@lookups{%
  \expandafter\let\expandafter\texbook@iffileexists\csname IfFileExists \endcsname
  \long\expandafter\def\csname IfFileExists \endcsname##1{%
    \begingroup\set@curr@file{##1}\texbook@uses{e}{\@curr@file}\endgroup
    \texbook@iffileexists{##1}}}
\def\texbook@log@cites{%
  \let\texbook@nocite\nocite
  \def\nocite##1{\immediate\write\@auxout{\@percentchar texbook@nocite{begin}}%
    \texbook@nocite{##1}\immediate\write\@auxout{\@percentchar texbook@nocite{end}}}}
\def\texbook@body{\makeatletter
  \texbook@mark{begin}{document}%
  \if@twoside\texbook@write{\@percentchar texbook@twoside}\fi
  \texbook@resets{part}\texbook@resets{chapter}\texbook@resets{section}%
  \texbook@log@uses\texbook@log@cites\texbook@log@files\texbook@log@lookups
  \texbook@log@folios
  \makeatother
  \input{texbook-body.tex}}
\def\texbook@wait{}
"""

_WAIT = r"""
\def\texbook@wait{\scrollmode\message{texbook-ready}%
  \begingroup\endlinechar=-1 \read16 to\texbook@line\endgroup\nonstopmode}
"""
READY = b"texbook-ready"
"""What a preloaded engine prints before it waits."""


def driver_code(*, waits: bool) -> str:
    """Give the text of the driver, which is read before the main file.

    Args:
        waits: the engine waits at the end of the preamble until it is sent a line.
    """
    return _CODE.lstrip() + (_WAIT.lstrip() if waits else "") + "\\makeatother\n"


def anchor_base(name: str) -> int:
    """Give the number at which a segment's own anchors begin.

    Anchors such as ``Item.17`` are numbered through a whole run. From a base of its own a segment's
    are the same whatever stands before it. Two segments get one base in about 1 of 200 books of 45
    segments; `distinct_bases` sees to that.
    """
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest) % _BASES) * _ANCHORS_APART


def distinct_bases(names: tuple[str, ...]) -> dict[str, int]:
    """Give each name a base that no other has; the order of the names settles a tie."""
    bases: dict[str, int] = {}
    taken: set[int] = set()
    for name in names:
        base = anchor_base(name)
        while base in taken:
            base = (base + _ANCHORS_APART) % (_BASES * _ANCHORS_APART)
        bases[name] = base
        taken.add(base)
    return bases
