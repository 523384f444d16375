"""What commands and environments do with the text around them, for the prose view.

From the LaTeX kernel (source2e), plain TeX (The TeXbook, appendix B) and the manuals of the
packages that books load most: amsmath, booktabs, caption, csquotes, graphics, hyperref, soul,
tcolorbox, ulem, xcolor. A command that stands in no table prints something that is not text; its
arguments are text if they read like a sentence.
"""

from __future__ import annotations

import re

_ONE = (0,)

PROSE_ARGUMENTS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("emph", "textbf", "textit", "textsl", "textsc", "textsf", "textrm"), _ONE),
    **dict.fromkeys(("textup", "textmd", "textnormal", "underline", "uline", "mbox", "hbox"), _ONE),
    **dict.fromkeys(("fbox", "text", "uppercase", "lowercase", "MakeUppercase", "sout"), _ONE),
    **dict.fromkeys(("MakeLowercase", "hl", "so", "ul", "caps", "enquote", "dfntxt"), _ONE),
    **dict.fromkeys(("tabitem", "makebox", "framebox", "hyperref", "alert", "uwave"), _ONE),
    **dict.fromkeys(("textcolor", "colorbox", "hyperlink", "hypertarget", "parbox"), (1,)),
    **dict.fromkeys(("raisebox", "scalebox", "rotatebox", "adjustbox"), (1,)),
    **dict.fromkeys(("fcolorbox", "resizebox", "multicolumn", "multirow"), (2,)),
    "texorpdfstring": _ONE,
}
"""Commands within a sentence, with the braced arguments (from 0) that are text. The arguments
before the last of them belong to the command, too."""

BREAKING_ARGUMENTS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("part", "chapter", "section", "subsection", "subsubsection"), _ONE),
    **dict.fromkeys(("paragraph", "subparagraph", "addchap", "addsec", "title", "subtitle"), _ONE),
    **dict.fromkeys(("caption", "subcaption", "footnote", "footnotetext", "thanks"), _ONE),
    **dict.fromkeys(("marginpar", "sidenote", "marginnote", "centerline", "leftline"), _ONE),
    **dict.fromkeys(("rightline", "frametitle", "framesubtitle", "endnote", "dedication"), _ONE),
    "captionof": (1,),
    "epigraph": (0, 1),
}
"""Commands whose text stands for itself."""

BREAKING = frozenset(
    {
        *("par", "newline", "linebreak", "newpage", "clearpage", "cleardoublepage", "pagebreak"),
        *("item", "hline", "toprule", "midrule", "bottomrule", "addlinespace", "tabularnewline"),
        *("cmidrule", "cline", "endhead", "endfirsthead", "endfoot", "endlastfoot", "cr"),
        *("maketitle", "tableofcontents", "listoffigures", "listoftables", "printindex"),
        *("printbibliography", "bibliography", "appendix", "frontmatter", "mainmatter"),
        *("backmatter", "smallskip", "medskip", "bigskip", "vfill", "input", "include", "import"),
        *("subimport", "subfile", "vspace", "vskip", "hrule", "bibitem", "endgraf", "column"),
        *("hfill", "hfil", "hss", "break", "columnbreak", "pause", "framebreak"),
        *("minisec", "smallbreak", "medbreak", "bigbreak", "nobreak", "bye", "eject"),
    }
)
"""Commands that end a sentence; what they take prints no text there."""

SILENT = frozenset(
    {
        *("label", "index", "amzindex", "glossary", "nocite", "hspace", "thispagestyle"),
        *("pagestyle", "markboth", "markright", "addcontentsline", "addtocontents", "setcounter"),
        *("addtocounter", "stepcounter", "refstepcounter", "setlength", "addtolength"),
        *("settowidth", "usepackage", "documentclass", "RequirePackage", "hypersetup", "lstset"),
        *("setminted", "tcbset", "pgfplotsset", "tikzset", "usetikzlibrary", "sisetup"),
        *("DeclareMathOperator", "newcounter", "newlength", "newsavebox", "newtheorem"),
        *("definecolor", "colorlet", "color", "pagecolor", "rowcolor", "cellcolor", "columncolor"),
        *("graphicspath", "hyphenation", "selectlanguage", "fontsize", "fontfamily", "usefont"),
        *("fontseries", "fontshape", "selectfont", "normalfont", "bf", "it", "rm", "sf", "sc"),
        *("sl", "em", "bfseries", "itshape", "rmfamily", "sffamily", "scshape", "slshape"),
        *("upshape", "mdseries", "tiny", "scriptsize", "footnotesize", "small", "normalsize"),
        *("large", "Large", "LARGE", "huge", "Huge", "centering", "raggedright", "raggedleft"),
        *("noindent", "indent", "leavevmode", "relax", "protect", "null", "phantom", "hphantom"),
        *("vphantom", "phantomsection", "begingroup", "endgroup", "bgroup", "egroup", "global"),
        *("long", "expandafter", "noexpand", "makeatletter", "makeatother", "sloppy", "fussy"),
        *("allowbreak", "nolinebreak", "nopagebreak", "FloatBarrier", "needspace", "strut"),
        *("unskip", "ignorespaces", "xspace", "kern", "hskip", "mskip", "penalty", "looseness"),
        *("allowdisplaybreaks", "captionsetup", "setstretch", "linespread", "frenchspacing"),
        *("let", "fi", "else", "enlargethispage", "pdfbookmark", "bookmark", "pagenumbering"),
        *("arraystretch", "theoremstyle", "bibliographystyle", "addbibresource", "footnotemark"),
        *("marginparpush", "todo", "setbox", "copy", "box", "csname", "endcsname", "hangindent"),
        *("hangafter", "parshape", "tolerance", "hbadness", "vbadness", "DeclareSIUnit"),
        *("providecolor", "includeonly", "typeout", "message", "write", "immediate", "special"),
        *("AddToHook", "AtBeginDocument", "AtEndDocument", "newif", "listfiles", "nofiles"),
        *("amzsectionkind", "minitoc", "suppressfloats", "raggedbottom", "flushbottom"),
        *("onehalfspacing", "doublespacing", "singlespacing", "boldmath", "unboldmath"),
    }
)
"""Commands that print nothing where they stand, and neither do their arguments."""

CODE_ARGUMENTS = frozenset(
    {"texttt", "code", "ccode", "mono", "file", "filename", "command", "cmd", "prog", "kbd", "samp"}
)
"""Commands whose arguments are no text, even if they read like a sentence."""

TYPEWRITER = frozenset({"tt", "ttfamily"})
"""From there to the end of the group the text is code."""

TABLES = frozenset({"tabular", "tabularx", "tabulary", "longtable", "xltabular", "supertabular"})
"""Environments in whose cells a change of the font holds to the end of the cell."""

NO_PROSE = frozenset(
    name + star
    for name in (
        *("tikzpicture", "tikzcd", "pgfpicture", "picture", "axis", "forest", "filecontents"),
        *("algorithmic", "algorithm", "algorithm2e", "algorithmicx", "pspicture", "feynman"),
        *("asy", "asydef", "luacode", "pycode", "sagesilent", "thebibliography", "theindex"),
        *(
            "circuitikz",
            "scope",
            "psmatrix",
            "xy",
            "tabbing",
            "otherlanguage",
            "CJK",
            "semilogyaxis",
        ),
        *("array", "syntax", "grammar", "bytefield", "chronology", "ganttchart", "musixtex"),
        *(
            "abc",
            "music",
            "prooftree",
            "flalign",
            "dependency",
            "drs",
            "code",
            "Code",
            "lstlisting",
        ),
    )
    for star in ("", "*")
)
"""Environments whose bodies are drawings, programs or lists of works."""

SHOWS_CODE = re.compile(
    r"code|verbatim|listing|output|terminal|console|shell|chunk|snippet", re.IGNORECASE
)
"""Environments with such a name print what a computer reads or writes, whoever defines them."""
