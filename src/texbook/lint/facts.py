"""What rules on passages may know of the rest of the book."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from texbook.base.digest import digest_text
from texbook.config.model import Config
from texbook.latex.specs import BUILT_IN, VerbatimSpecs

if TYPE_CHECKING:
    from texbook.latex.definitions import Definition


@dataclass(frozen=True)
class Facts:
    r"""Values only: what was found in a passage is kept under their digest.

    Attributes:
        halves: environments that macros of the book open or close by themselves.
        definitions: the commands and environments that class, packages and preambles of the book
            define.
        language: ISO 639 code of the main language: ``en`` unless the preamble says otherwise.
    """

    config: Config = field(default_factory=Config)
    specs: VerbatimSpecs = BUILT_IN
    halves: frozenset[str] = frozenset()
    definitions: tuple[Definition, ...] = ()
    language: str = "en"

    @cached_property
    def digest(self) -> str:
        """A value that changes with any of them."""
        specs = [
            sorted(names)
            for names in (
                *(self.specs.environments, self.specs.inline, self.specs.inline_with_language),
                *(self.specs.addresses, self.specs.sanitized, self.halves),
            )
        ]
        lint = repr((self.config.lint, self.config.structure))
        return digest_text(repr((specs, self.definitions, self.language, lint)))
