"""Pygments in this process, with the bytes that ``pygmentize`` would write.

The steps are those of `pygments.cmdline.main_inner` (Pygments 2.20): how options reach lexer and
formatter, which encoding is guessed, when the lexer for ``escapeinside`` comes in.
"""

from __future__ import annotations

import difflib
import textwrap
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texbook.code.requests import ListingError, ObstacleKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pygments.lexer import Lexer

    from texbook.code.requests import DedentRequest, HighlightRequest, StyleRequest


def preload() -> None:
    """Import what highlighting needs, which takes 0.1 s, before it is needed."""
    import pygments.formatters.latex  # noqa: PLC0415
    import pygments.lexers.python  # noqa: F401, PLC0415


def pygments_version() -> str:
    """Give the version of Pygments, as in ``2.20.0``."""
    import pygments  # noqa: PLC0415  (late: a build without listings does not need it)

    return str(pygments.__version__)


def pygments_file() -> Path:
    """Give the file that is a new one after each change of Pygments, as it holds the version."""
    import pygments  # noqa: PLC0415

    return Path(pygments.__file__)


def highlight_listing(request: HighlightRequest, code: bytes) -> bytes:
    """Give what ``pygmentize`` would write for a source file of this content.

    Raises:
        ListingError: for an unknown lexer, or when Pygments fails on an option or on the text.
    """
    from pygments import highlight  # noqa: PLC0415
    from pygments.formatters.latex import LatexEmbeddedLexer, LatexFormatter  # noqa: PLC0415
    from pygments.util import guess_decode  # noqa: PLC0415

    options: dict[str, Any] = dict(request.options)
    lexer = _lexer(request, options)
    text: Any = code
    encoding = options.get("inencoding", options.get("encoding"))
    if not encoding:
        text, encoding = guess_decode(code)
    output = BytesIO()
    try:
        formatter: Any = LatexFormatter(**options)
        if not options.get("outencoding", options.get("encoding")):
            formatter.encoding = encoding
        escape = options.get("escapeinside", "")
        if isinstance(escape, str) and len(escape) == len("||"):
            lexer = LatexEmbeddedLexer(escape[0], escape[1], lexer)
        highlight(text, lexer, formatter, output)
    except Exception as error:
        raise _pygments_failed(error) from error
    return output.getvalue()


def _lexer(request: HighlightRequest, options: dict[str, Any]) -> Lexer:
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        lexer: Lexer = get_lexer_by_name(request.lexer, **options)
    except ClassNotFound:
        raise ListingError(
            ObstacleKind.LEXER,
            f'Pygments knows no language "{request.lexer}"',
            subject=request.lexer,
            hints=_close_matches(request.lexer, lexer_aliases()),
        ) from None
    except Exception as error:
        raise _pygments_failed(error) from error
    try:
        for item in request.filters:
            lexer.add_filter(item.name, **dict(item.options))
    except Exception as error:
        raise _pygments_failed(error) from error
    return lexer


def style_definitions(request: StyleRequest) -> bytes:
    """Give what ``pygmentize -S`` would print for a style.

    Raises:
        ListingError: for an unknown style.
    """
    from pygments.formatters.latex import LatexFormatter  # noqa: PLC0415
    from pygments.styles import get_all_styles  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    options: dict[str, Any] = {**dict(request.options), "style": request.style}
    try:
        formatter: Any = LatexFormatter(**options)
    except ClassNotFound:
        raise ListingError(
            ObstacleKind.STYLE,
            f'Pygments knows no style "{request.style}"',
            subject=request.style,
            hints=_close_matches(request.style, get_all_styles()),
        ) from None
    except Exception as error:
        raise _pygments_failed(error) from error
    return f"{formatter.get_style_defs('')}\n".encode()


def dedent_listing(request: DedentRequest, code: bytes) -> bytes:
    r"""Do what minted's ``autogobble`` does: each of three stretches loses its own indent.

    >>> from texbook.code.requests import DedentRequest
    >>> dedent_listing(DedentRequest("a", "b", "UTF8", 0, 0), b"  x\n    y\n")
    b'x\n  y\n'

    Raises:
        ListingError: when the text is not in the encoding that minted was told.
    """
    try:
        # Text mode turns all line ends into one, and so does splitlines on these three alone.
        text = code.decode(request.encoding).replace("\r\n", "\n").replace("\r", "\n")
    except (UnicodeDecodeError, LookupError) as error:
        raise ListingError(
            ObstacleKind.OPTION, f'"{request.source}" cannot be read as {request.encoding}: {error}'
        ) from error
    lines = text.split("\n")
    lines = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    start = max(0, request.first - 1)
    end = max(start, request.last) if request.last > 0 else len(lines)
    parts = (lines[:start], lines[start:end], lines[end:])
    return "".join(textwrap.dedent("".join(part)) for part in parts).encode(request.encoding)


def lexer_aliases() -> tuple[str, ...]:
    """List all names under which Pygments knows a language, sorted."""
    from pygments.lexers import get_all_lexers  # noqa: PLC0415

    return tuple(sorted({alias for _, aliases, _, _ in get_all_lexers() for alias in aliases}))


def is_built_in(request: HighlightRequest | StyleRequest) -> bool:
    """Say whether the result depends on nothing but Pygments' version and the request."""
    from pygments.lexers import get_all_lexers  # noqa: PLC0415
    from pygments.styles import STYLE_MAP  # noqa: PLC0415

    if not hasattr(request, "lexer"):
        return request.style in STYLE_MAP
    name = request.lexer.lower()
    return any(name in aliases for _, aliases, _, _ in get_all_lexers(plugins=False))


def _close_matches(name: str, known: Iterable[str]) -> tuple[str, ...]:
    close = difflib.get_close_matches(name.lower(), list(known), n=3)
    names = " or ".join(f'"{item}"' for item in close)
    return (f"did you mean {names}?",) if close else ()


def _pygments_failed(error: Exception) -> ListingError:
    return ListingError(
        ObstacleKind.OPTION,
        f"Pygments failed on this listing: {type(error).__name__}: {error}",
    )
