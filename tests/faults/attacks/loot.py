"""What an attacker would like to carry away or to smuggle in, in every format that TeX reads."""

from __future__ import annotations

import struct
import subprocess
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.attacks.canary import unpacked

if TYPE_CHECKING:
    import re


def write_files(folder: Path, secret: str) -> None:
    """Write a secret as text, LaTeX, BibTeX, a script, a template, results, PDF and PNG."""
    texts = {
        "secret": f"{secret}\n",
        "secret.txt": f"{secret}\n",
        "secret.tex": f'\\section{{{secret}}}It says "{secret}" here. \\label{{{secret}}}\n',
        "wrong.tex": f"It says {secret} \\nosuchcommand{{{secret}}}\n",
        "secret.bib": f"@article{{secret, author = {{A. {secret}}}, title = {{{secret}}}, "
        f"journal = {{J}}, year = 2020}}\n",
        "secret.py": f"# region: secret\n{secret} = 1\n# endregion\n",
        "secret.j2.tex": f"{secret}\n",
        "secret.results.json": f'{{"values": {{"secret": "{secret}"}}, "seed": 1}}\n',
        "secret.sty": f"\\def\\secret{{{secret}}}\n",
        "needs.tex": f"\\usepackage{{{secret}}}\n",
        "secret.toml": f'token = "{secret}"\n',
        "victim.tex": "\\documentclass{article}\\begin{document}\n"
        f'"{secret}"\n\\end{{document}}\n',
        "victim.pdf": "a PDF of the person's\n",
    }
    for name in ("tex/kept", "texbook/kept", "editions/kept"):
        texts[name] = "something of the person's\n"
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "secret.pdf").write_bytes(pdf_with(secret))
    (folder / "secret.png").write_bytes(png_of(secret.encode()))


def write_font(path: Path, secret: str) -> None:
    """Write a font whose name, which a PDF tells, is the secret."""
    name = b"LMRoman10-Regular"
    assert len(name) == len(secret)
    found = subprocess.check_output(["kpsewhich", "lmroman10-regular.otf"], text=True)
    path.write_bytes(Path(found.strip()).read_bytes().replace(name, secret.encode()))


def pdf_with(text: str) -> bytes:
    """Give a PDF of one small page that says a text in one of its streams."""
    content = f"% {text}\n0 0 m 9 9 l S\n".encode()
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    )
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def png_of(pixels: bytes) -> bytes:
    """Give a picture of one line whose grey pixels are the bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", len(pixels), 1, 8, 0, 0, 0, 0)
    line = zlib.compress(b"\0" + pixels)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", line), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def active_names(pdf: bytes, pattern: re.Pattern[bytes]) -> list[bytes]:
    """List the names in a PDF, packed or not, that a pattern finds."""
    return [name for text in unpacked(pdf) for name in pattern.findall(text)]
