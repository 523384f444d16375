"""The recorder list that an engine writes with ``-recorder``: which files it read and wrote."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from texbook.base.atomic import storage_errors


@dataclass(frozen=True, slots=True)
class Recorder:
    """The files of one engine run: absolute, normalised, each once, in the order of first use.

    Attributes:
        folder: the working folder of the run.
        inputs: files that were opened for reading; also those that the run itself had written.
        outputs: files that were opened for writing.
    """

    folder: Path
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]


def read_recorder(path: Path) -> Recorder:
    r"""Read a ``.fls`` file.

    Its lines are ``PWD <folder>``, ``INPUT <path>`` and ``OUTPUT <path>`` (Web2C manual,
    "Common options", ``-recorder``). Links are not followed. A last line without its end is left
    out: the engine was stopped while writing it.

    Raises:
        StorageError: when the file cannot be read.
    """
    with storage_errors("read", path):
        content = path.read_bytes()
    folder = str(path.parent.absolute())
    # Dictionaries keep the order of first insertion.
    inputs: dict[str, None] = {}
    outputs: dict[str, None] = {}
    for line in content.split(b"\n")[:-1]:
        kind, _, name = os.fsdecode(line.removesuffix(b"\r")).partition(" ")
        if kind == "PWD":
            folder = name
        elif name and kind in ("INPUT", "OUTPUT"):
            table = inputs if kind == "INPUT" else outputs
            table[os.path.normpath(os.path.join(folder, name))] = None  # noqa: PTH118  (raw speed)
    return Recorder(Path(folder), tuple(map(Path, inputs)), tuple(map(Path, outputs)))
