r"""The commands that define commands and environments, and the form in which each is written.

From the LaTeX kernel (source2e, ltdefns; usrguide for the ``Document`` family), amsmath, amsthm,
mathtools, etoolbox, environ, xargs, thmtools, enumitem, listings, fancyvrb, minted, mdframed,
tcolorbox.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Form(Enum):
    r"""How the arguments of a defining command are written."""

    COMMAND = "command"
    r"""``\x[n][default]{body}``."""
    PATTERN = "pattern"
    r"""``\x#1#2{body}``."""
    OPERATOR = "operator"
    r"""``\x{body}``."""
    DELIMITER = "delimiter"
    r"""``\x{left}{right}``, of mathtools; ``\x*``, ``\x[size]{..}``."""
    DOCUMENT_COMMAND = "document command"
    r"""``\x{specification}{body}``."""
    BOX_COMMAND = "box command"
    r"""``[init]\x[n][default]{options}``, of tcolorbox; ``\x`` reads one more argument."""
    ENVIRONMENT = "environment"
    """``{x}[n][default]{begin}{end}``."""
    DOCUMENT_ENVIRONMENT = "document environment"
    """``{x}{specification}{begin}{end}``."""
    BOX = "box"
    """``[init]{x}[n][default]{options}``, of tcolorbox."""
    DOCUMENT_BOX = "document box"
    """``[init]{x}{specification}{options}``, of tcolorbox."""
    THEOREM_BOX = "theorem box"
    """``[init]{x}{title}{options}{prefix}``, of tcolorbox."""
    THEOREM = "theorem"
    """``[options]{x}[counter]{title}[within]``; ``x`` takes one optional argument."""
    OPTIONAL = "optional"
    """``[options]{x}``: ``x`` takes one optional argument."""
    MINTED = "minted"
    """``[x]{language}{options}``; without ``x`` it defines ``languagecode``."""
    OUT_OF_SIGHT = "out of sight"
    r"""``{x}`` or ``\x`` after options, with arguments that are not read here."""
    HOOK = "hook"
    """Nothing is defined by it, but what it is given is not typeset there."""


class Defining(NamedTuple):
    """A defining command: how many braced arguments it has, the defined name included."""

    braced: int
    form: Form
    is_environment: bool = False


_NAMES = {
    Defining(2, Form.COMMAND): (
        *("newcommand", "renewcommand", "providecommand", "DeclareRobustCommand"),
        *("newrobustcmd", "renewrobustcmd", "providerobustcmd"),
    ),
    Defining(2, Form.PATTERN): ("def", "edef", "gdef", "xdef"),
    Defining(2, Form.OPERATOR): ("DeclareMathOperator",),
    Defining(3, Form.DELIMITER): ("DeclarePairedDelimiter",),
    Defining(3, Form.DOCUMENT_COMMAND): (
        *("NewDocumentCommand", "RenewDocumentCommand", "ProvideDocumentCommand"),
        *("DeclareDocumentCommand", "NewExpandableDocumentCommand"),
        *("RenewExpandableDocumentCommand", "ProvideExpandableDocumentCommand"),
        *("DeclareExpandableDocumentCommand",),
    ),
    Defining(2, Form.BOX_COMMAND): ("newtcbox", "renewtcbox"),
    Defining(3, Form.ENVIRONMENT, is_environment=True): (
        *("newenvironment", "renewenvironment", "provideenvironment", "lstnewenvironment"),
    ),
    Defining(2, Form.ENVIRONMENT, is_environment=True): ("NewEnviron", "RenewEnviron"),
    Defining(4, Form.DOCUMENT_ENVIRONMENT, is_environment=True): (
        *("NewDocumentEnvironment", "RenewDocumentEnvironment"),
        *("ProvideDocumentEnvironment", "DeclareDocumentEnvironment"),
    ),
    Defining(2, Form.BOX, is_environment=True): (
        *("newtcolorbox", "renewtcolorbox", "newtcblisting", "renewtcblisting"),
    ),
    Defining(3, Form.DOCUMENT_BOX, is_environment=True): (
        *("NewTColorBox", "RenewTColorBox", "ProvideTColorBox", "DeclareTColorBox"),
        *("NewTCBListing", "RenewTCBListing", "ProvideTCBListing", "DeclareTCBListing"),
    ),
    Defining(4, Form.THEOREM_BOX, is_environment=True): ("newtcbtheorem", "renewtcbtheorem"),
    Defining(2, Form.THEOREM, is_environment=True): ("newtheorem", "newmdtheoremenv", "mdtheorem"),
    Defining(4, Form.THEOREM, is_environment=True): ("spnewtheorem",),
    Defining(1, Form.OPTIONAL, is_environment=True): ("newmdenv", "renewmdenv", "declaretheorem"),
    Defining(3, Form.OPTIONAL, is_environment=True): (
        "newlist",
        "renewlist",
        "DefineVerbatimEnvironment",
    ),
    Defining(2, Form.MINTED, is_environment=True): ("newminted",),
    Defining(2, Form.OUT_OF_SIGHT): ("newcommandx", "renewcommandx", "providecommandx"),
    Defining(3, Form.OUT_OF_SIGHT): ("NewTCBox", "RenewTCBox", "ProvideTCBox", "DeclareTCBox"),
    Defining(3, Form.OUT_OF_SIGHT, is_environment=True): ("newenvironmentx", "renewenvironmentx"),
    Defining(3, Form.HOOK): ("pretocmd", "apptocmd"),
    Defining(2, Form.HOOK): ("AtBeginEnvironment", "AtEndEnvironment", "AddToHook"),
    Defining(1, Form.HOOK): ("AtBeginDocument", "AtEndDocument"),
}
DEFINING = {name: defining for defining, names in _NAMES.items() for name in names}
"""Name of the defining command -> what it does."""
