"""Which package brings the macros and environments that authors use most."""

from __future__ import annotations

_MACROS = {
    "amsmath": (
        "text intertext dfrac tfrac cfrac binom dbinom tbinom eqref numberwithin tag boxed iint"
        " iiint iiiint idotsint dots dotsc dotsb dotsm operatorname DeclareMathOperator substack"
        " overset underset xrightarrow xleftarrow allowdisplaybreaks lvert rvert lVert rVert"
        " implies impliedby shoveleft shoveright dddot sideset genfrac"
    ),
    "amssymb": (
        "mathbb mathfrak nexists varnothing blacksquare square lesssim gtrsim leqslant geqslant"
        " therefore because checkmark complement rightsquigarrow upharpoonright trianglelefteq"
        " triangleq subsetneq supsetneq nsubseteq nmid Bbbk hslash"
    ),
    "amsthm": "theoremstyle newtheoremstyle qedhere qedsymbol",
    "mathtools": (
        "coloneqq eqqcolon DeclarePairedDelimiter DeclarePairedDelimiterX mathclap mathllap"
        " mathrlap prescript shortintertext smashoperator underbracket splitfrac vcentcolon"
    ),
    "bm": "bm",
    "physics": "dv pdv qty bra ket braket dd",
    "cancel": "cancel bcancel xcancel cancelto",
    "mathrsfs": "mathscr",
    "stmaryrd": "llbracket rrbracket",
    "siunitx": "SI si qty unit num ang SIrange qtyrange numrange sisetup DeclareSIUnit numlist",
    "mhchem": "ce cee",
    "graphicx": "includegraphics graphicspath rotatebox scalebox resizebox reflectbox",
    "xcolor": "textcolor color definecolor colorlet colorbox fcolorbox pagecolor",
    "colortbl": "rowcolor columncolor cellcolor arrayrulecolor",
    "booktabs": "toprule midrule bottomrule cmidrule addlinespace specialrule",
    "multirow": "multirow",
    "makecell": "makecell thead Xhline",
    "array": "newcolumntype arraybackslash extrarowheight",
    "longtable": "endfirsthead endhead endfoot endlastfoot",
    "hyperref": (
        "href url nolinkurl hypersetup autoref nameref phantomsection texorpdfstring hyperlink"
        " hypertarget pdfbookmark hyperref Autoref"
    ),
    "cleveref": "cref Cref crefrange crefname Crefname cpageref labelcref",
    "biblatex": (
        "addbibresource printbibliography parencite textcite autocite footcite fullcite citetitle"
        " citeauthor smartcite supercite DeclareBibliographyCategory"
    ),
    "natbib": "citep citet citealt citealp citeyearpar setcitestyle bibpunct",
    "tikz": "tikz usetikzlibrary tikzset draw node fill path coordinate filldraw shade foreach",
    "pgfplots": "addplot pgfplotsset addlegendentry usepgfplotslibrary pgfplotstableread",
    "tcolorbox": "tcbox newtcolorbox tcbset tcbuselibrary newtcbtheorem NewTColorBox newtcbox",
    "minted": "mint mintinline inputminted setminted usemintedstyle newminted newmintinline",
    "listings": (
        "lstset lstinline lstinputlisting lstdefinestyle lstdefinelanguage lstnewenvironment"
    ),
    "fancyvrb": "Verb VerbatimInput DefineVerbatimEnvironment fvset SaveVerb UseVerb",
    "fancyhdr": "fancyhf fancyhead fancyfoot fancypagestyle lhead chead rhead lfoot cfoot rfoot",
    "geometry": "geometry newgeometry restoregeometry",
    "titlesec": "titleformat titlespacing titleclass",
    "titletoc": "titlecontents dottedcontents",
    "tocloft": "cftsecfont cftdot cftsetindents",
    "enumitem": "setlist newlist setlistdepth SetLabelAlign",
    "caption": "captionsetup captionof DeclareCaptionFormat ContinuedFloat",
    "subcaption": "subcaptionbox subref phantomsubcaption",
    "subfig": "subfloat",
    "setspace": "doublespacing onehalfspacing singlespacing setstretch",
    "csquotes": "enquote textquote blockquote MakeOuterQuote foreignquote",
    "babel": "selectlanguage foreignlanguage babelhyphen babelprovide babelfont",
    "polyglossia": "setdefaultlanguage setmainlanguage setotherlanguage setotherlanguages",
    "fontspec": (
        "setmainfont setsansfont setmonofont newfontfamily fontspec defaultfontfeatures"
        " addfontfeatures newfontface IfFontExistsTF"
    ),
    "unicode-math": "setmathfont symbf symit symup symbb symcal mathbfit",
    "microtype": "microtypesetup textls",
    "xspace": "xspace",
    "lipsum": "lipsum",
    "blindtext": "blindtext Blindtext",
    "pdfpages": "includepdf",
    "svg": "includesvg",
    "import": "import subimport",
    "subfiles": "subfile",
    "standalone": "includestandalone",
    "makeidx": "printindex",
    "imakeidx": "indexsetup",
    "glossaries": "gls Gls glspl newglossaryentry newacronym printglossary makeglossaries acrshort",
    "acronym": "ac acp acf acs acl acro",
    "todonotes": "todo missingfigure listoftodos",
    "soul": "hl sethlcolor",
    "ulem": "uline uuline uwave sout xout normalem",
    "etoolbox": (
        "ifdefempty newtoggle iftoggle patchcmd apptocmd pretocmd AtBeginEnvironment ifstrequal"
        " AtEndEnvironment BeforeBeginEnvironment ifblank csdef csuse appto preto newbool ifbool"
    ),
    "ifthen": "ifthenelse equal isodd whiledo boolean newboolean setboolean",
    "calc": "widthof heightof depthof setlengthtomax",
    "afterpage": "afterpage",
    "float": "newfloat floatstyle restylefloat",
    "newfloat": "DeclareFloatingEnvironment",
    "placeins": "FloatBarrier",
    "needspace": "needspace Needspace",
    "lettrine": "lettrine",
    "epigraph": "epigraph",
    "pifont": "ding dingline",
    "fontawesome5": "faIcon faGithub faEnvelope",
    "marvosym": "Letter Mobilefone EUR",
    "textcomp": "textdegree",
    "gensymb": "degree celsius ohm",
    "eurosym": "euro officialeuro",
    "wasysym": "smiley frownie",
    "marginnote": "marginnote",
    "changepage": "checkoddpage strictpagecheck",
    "algorithm2e": "SetKwInOut KwIn KwOut KwData KwResult",
    "algpseudocode": "State Procedure EndProcedure Require Ensure",
    "chngcntr": "counterwithin counterwithout",
    "comment": "includecomment excludecomment",
    "fvextra": "fvinlineset",
    "pgffor": "breakforeach",
    "adjustbox": "adjustbox adjincludegraphics",
    "tabularray": "SetTblrInner DefTblrTemplate",
}

_ENVIRONMENTS = {
    "amsmath": (
        "align align* aligned alignat alignat* alignedat gather gather* gathered multline multline*"
        " equation* split cases matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix"
        " subequations flalign flalign*"
    ),
    "mathtools": "dcases rcases psmallmatrix bsmallmatrix multlined pmatrix* bmatrix* matrix*",
    "amsthm": "proof",
    "tikz": "tikzpicture scope pgfonlayer",
    "tikz-cd": "tikzcd",
    "pgfplots": "axis semilogyaxis semilogxaxis loglogaxis groupplot",
    "tcolorbox": "tcolorbox tcbraster tcblisting",
    "minted": "minted",
    "listings": "lstlisting",
    "fancyvrb": "Verbatim BVerbatim LVerbatim SaveVerbatim",
    "tabularx": "tabularx",
    "tabulary": "tabulary",
    "longtable": "longtable",
    "xltabular": "xltabular",
    "tabularray": "tblr longtblr",
    "threeparttable": "threeparttable tablenotes",
    "subcaption": "subfigure subtable",
    "wrapfig": "wrapfigure wraptable",
    "rotating": "sidewaysfigure sidewaystable sideways turn",
    "lscape": "landscape",
    "multicol": "multicols multicols*",
    "enumitem": "itemize* enumerate* description*",
    "paracol": "paracol",
    "algorithm": "algorithm",
    "algpseudocode": "algorithmic",
    "comment": "comment",
    "verbatim": "verbatimwrite",
    "framed": "framed shaded snugshade leftbar",
    "mdframed": "mdframed",
    "adjustbox": "adjustbox",
    "setspace": "spacing doublespace onehalfspace",
    "csquotes": "displayquote",
    "changepage": "adjustwidth",
    "alltt": "alltt",
    "biblatex": "refsection refsegment",
    "hyperref": "Form",
}

MACROS = {name: package for package, names in _MACROS.items() for name in names.split()}
r"""Macro, without its backslash -> package; of two that bring it, the one listed last."""

ENVIRONMENTS = {name: package for package, names in _ENVIRONMENTS.items() for name in names.split()}
"""Environment -> package."""

_COMMON = (
    "section subsection subsubsection paragraph chapter part begin end item label ref"
    " pageref cite caption footnote textbf textit texttt textsc textsf textrm emph underline"
    " centering maketitle tableofcontents title author date input include newcommand"
    " renewcommand index newenvironment documentclass usepackage hline cline multicolumn"
    " hspace vspace newpage clearpage pagebreak linebreak noindent bigskip medskip smallskip"
    " quad qquad frac sqrt sum prod int lim log ln exp sin cos tan max min sup inf left"
    " right alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu"
    " xi pi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi"
    " Sigma Upsilon Phi Psi Omega infty partial nabla forall exists in notin subset subseteq"
    " cup cap times cdot pm leq geq neq approx equiv sim to rightarrow leftarrow Rightarrow"
    " mapsto langle rangle lfloor rfloor lceil rceil hat bar tilde vec dot overline mathbf"
    " mathcal mathrm mathit mathsf mathtt prime dots ldots cdots vdots ddots textwidth"
    " linewidth columnwidth textheight parindent bfseries itshape ttfamily small large Large"
    " footnotesize scriptsize tiny normalsize appendix bibliography bibliographystyle"
    " addcontentsline parbox fbox mbox rule verb itemize enumerate description figure table"
    " tabular center quote equation align"
)

_FIRST = 60
COMMONEST = frozenset(_COMMON.split()[:_FIRST])
"""Names that nearly every document has; the list begins with them."""

COMMON = frozenset(_COMMON.split()) | frozenset(MACROS)
"""Names that an author has rather meant than a like one out of the depths of a package."""

FROM_CLASSES = {
    "chapter": 'the class has no chapters: "report" and "book" have',
    "frametitle": 'it belongs to the class "beamer"',
}
"""Macros that come with a class, and what to say about them."""
