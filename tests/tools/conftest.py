"""Machines that are made of stand-ins: a PATH with nothing else on it."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = "basename cat cmp cp cut dirname env grep mkdir mktemp mv rm sed sh tail touch tr"
TABLE = """\
# purpose proof debian elsewhere
book  xelatex.fmt  texlive-xetex  collection-xetex
book  biber        biber          biber other
test  ps           procps         -
test  pdftotext    poppler-utils  brew:poppler
"""
PYTHON = r"""#!/bin/sh
# A Python: answers what tools/setup asks, and makes environments with itself.
case "$*" in
  *version_info*) [ ! -e "$MACHINE/old-python" ] ;;
  *ensurepip*) [ -e "$MACHINE/ensurepip" ] ;;
  "-m venv "*) echo "venv" >>"$MACHINE/calls" && mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  "-m pip install"*) for last; do :; done; echo "pip $last" >>"$MACHINE/calls"
    [ ! -e "$MACHINE/killed" ] || kill -9 $PPID
    [ ! -e "$MACHINE/offline" ] || { echo "no network" >&2; exit 1; } ;;
  --version) echo "Python 3.9.1" ;;
esac
"""
PROGRAMS = {
    "python3": PYTHON,
    "id": '#!/bin/sh\ncat "$MACHINE/user"\n',
    "uname": '#!/bin/sh\ncat "$MACHINE/system"\n',
    "sudo": '#!/bin/sh\n[ "$1" = -v ] || { echo sudo >>"$MACHINE/calls"; exec "$@"; }\n',
    "dpkg": "#!/bin/sh\n",
    "kpsewhich": '#!/bin/sh\nfor last; do :; done; [ -e "$MACHINE/tex/$last" ]\n',
    "apt-get": r"""#!/bin/sh
echo "apt-get $*" >>"$MACHINE/calls"
[ "$1" = install ] || exit 0
[ ! -e "$MACHINE/offline" ] || { echo "E: unable to fetch" >&2; exit 100; }
for name; do
  case $name in
    texlive-xetex) touch "$MACHINE/tex/xelatex.fmt" ;;
    biber) cp "$MACHINE/shelf/program" "$MACHINE/bin/biber" ;;
    procps) cp "$MACHINE/shelf/program" "$MACHINE/bin/ps" ;;
    poppler-utils) [ -e "$MACHINE/useless" ] ||
      cp "$MACHINE/shelf/program" "$MACHINE/bin/pdftotext" ;;
    python3) cp "$MACHINE/shelf/python3" "$MACHINE/bin/" ;;
    python3-venv) touch "$MACHINE/ensurepip" ;;
  esac
done
""",
}


class Machine:
    """A machine with nothing but stand-ins, and a checkout in a folder with a space."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "machine"
        self.programs = self.state / "bin"
        self.checkout = folder / "the book"
        for made in (self.programs, self.state / "tex", self.state / "shelf", self.checkout):
            made.mkdir(parents=True)
        for name in TOOLS.split():
            found = shutil.which(name)
            assert found is not None
            (self.programs / name).symlink_to(found)
        for name, text in PROGRAMS.items():
            self._write(self.programs / name, text)
        shutil.copy(self.programs / "python3", self.state / "shelf")
        self._write(self.state / "shelf/program", "#!/bin/sh\n")
        self.tell("user", "0")
        self.tell("system", "Linux")
        self.tell("ensurepip")
        (self.checkout / "tools").mkdir()
        shutil.copy(ROOT / "tools/setup", self.checkout / "tools")
        (self.checkout / "tools/packages.txt").write_text(TABLE)
        (self.checkout / "pyproject.toml").write_text("[project]\n")

    @staticmethod
    def _write(path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)

    def tell(self, name: str, text: str = "") -> None:
        """Make a fact about the machine true."""
        (self.state / name).write_text(text)

    def forget(self, name: str) -> None:
        """Make it untrue again."""
        (self.state / name).unlink()

    def has_all(self, *, but: tuple[str, ...] = ()) -> None:
        """Install what the table names."""
        (self.state / "tex/xelatex.fmt").touch()
        for name in {"biber", "ps", "pdftotext"} - set(but):
            self._write(self.programs / name, "#!/bin/sh\n")

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": str(self.programs), "MACHINE": str(self.state), "HOME": str(self.state)}

    def setup(
        self, purpose: str = "book", stdin: int = subprocess.DEVNULL, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``tools/setup``."""
        return subprocess.run(
            [self.checkout / "tools/setup", purpose],
            env=self.environment | extra,
            stdin=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def answer(self, text: str) -> subprocess.CompletedProcess[str]:
        """Run it with a person at the terminal who types a text."""
        person, terminal = pty.openpty()
        try:
            os.write(person, text.encode())
            return self.setup(stdin=terminal)
        finally:
            os.close(person)
            os.close(terminal)

    @property
    def calls(self) -> list[str]:
        """What was called since the last look."""
        log = self.state / "calls"
        lines = log.read_text().splitlines() if log.exists() else []
        log.write_text("")
        return lines


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)
