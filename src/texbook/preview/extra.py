"""Whether what the preview needs is installed."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from texbook.base.errors import MissingToolError

_NEEDED = {"pypdfium2": "pypdfium2", "PIL": "Pillow"}


def check_extra() -> None:
    """Look for the packages that draw pages; called before the rest of the room is imported.

    Raises:
        MissingToolError: with those that are missing.
    """
    missing = [name for module, name in _NEEDED.items() if find_spec(module) is None]
    if missing:
        raise MissingToolError(
            f"the live preview needs {' and '.join(missing)}",
            # Another pip would bring whatever has that name on its index.
            hints=(f"""install it with "{sys.executable} -m pip install 'texbook[preview]'\"""",),
        )
