"""What rules on passages may know of the rest of the book."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from texbook.base.digest import digest_text
from texbook.config.model import Config
from texbook.latex.specs import BUILT_IN, VerbatimSpecs

if TYPE_CHECKING:
    from texbook.latex.definitions import Definition
    from texbook.latex.listing_options import Setting

_WHICH_RULES: dict[str, Any] = {
    **dict.fromkeys(("select", "extend_select", "ignore", "per_file_ignores", "severity"), ()),
    "baseline": "",
}
"""Settings of `LintConfig` that choose among findings, and so decide nothing about one."""


@dataclass(frozen=True)
class Facts:
    r"""Values only: what was found in a passage is kept under their digest.

    Attributes:
        halves: environments that macros of the book open or close by themselves.
        definitions: the commands and environments that class, packages and documents of the book
            define.
        settings: options that the book sets for all its listings.
        active: characters that the preamble turns into commands.
        language: ISO 639 code of the main language: ``en`` unless the preamble says otherwise.
    """

    config: Config = field(default_factory=Config)
    specs: VerbatimSpecs = BUILT_IN
    halves: frozenset[str] = frozenset()
    definitions: tuple[Definition, ...] = ()
    settings: tuple[Setting, ...] = ()
    active: frozenset[str] = frozenset()
    language: str = "en"

    @cached_property
    def digest(self) -> str:
        """A value that changes with any of them, but not with where something is defined."""
        specs = [
            sorted(names)
            for names in (
                *(self.specs.environments, self.specs.inline, self.specs.inline_with_language),
                *(self.specs.addresses, self.specs.sanitized, self.specs.delimiters),
                *(self.halves, self.active),
            )
        ]
        config = repr((replace(self.config.lint, **_WHICH_RULES), self.config.structure))
        # Not where they stand: a line more in one chapter changes nothing in the others.
        defined = [item._replace(start=0, end=0) for item in self.definitions]
        return digest_text(repr((specs, defined, self.settings, self.language, config)))
