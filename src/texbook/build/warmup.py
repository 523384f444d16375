"""What the engine's first second is good for: importing what its requests and its PDF will need."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from texbook.build.mirror import Mirror


def warm_up(mirror: Mirror) -> threading.Thread:
    """Import Pygments (if the sources speak of minted) and pypdf in the background.

    Together 0.2 s, which would otherwise be waited for: at the first listing, and at the end.
    """
    thread = threading.Thread(
        target=_preload, args=(mirror.mentions(b"minted"),), name="warm up", daemon=True
    )
    thread.start()
    return thread


def _preload(has_listings: bool) -> None:  # noqa: FBT001  (called by the thread alone)
    from texbook.code.highlight import preload as preload_pygments  # noqa: PLC0415
    from texbook.texfiles.pdf import preload as preload_pypdf  # noqa: PLC0415

    if has_listings:
        preload_pygments()
    preload_pypdf()
