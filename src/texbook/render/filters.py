r"""What templates do with numbers and text: ``\VAR{results.loss | percent(1)}``.

All of them give LaTeX that is right in text and in maths alike. Rounding is that of the decimal
number which Python prints, half away from zero, as a reader with a pencil would do it: 0.285 is
29 percent. A negative number gets a true minus; a zero never has a sign.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, NoReturn

from texbook.render.faults import TemplateFault
from texbook.render.marks import strip_marks

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "#": r"\#",
        "$": r"\$",
        "%": r"\%",
        "&": r"\&",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        '"': r"\textquotedbl{}",
        "`": r"\textasciigrave{}",
    }
)

_PREFIXES = ((15, "P"), (12, "T"), (9, "G"), (6, "M"), (3, "k"))


class Formatted(str):
    """A number made ready for print: counting with it is a mistake that can be explained.

    A filter binds tighter than any operator, so that ``a * b | thousands`` is
    ``a * (b | thousands)``; plain Jinja repeats the text a times.
    """

    __slots__ = ()

    def _refuse(self, *_: object) -> NoReturn:
        raise TemplateFault(
            f'a filter binds before the operator: it gave the text "{self}", which is no number',
            hints=("put brackets around the whole sum, as in (a * b) | thousands",),
        )

    __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _refuse
    __sub__ = __rsub__ = __pow__ = __rpow__ = __neg__ = __pos__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse

    def __add__(self, other: object) -> str:
        return self._joined(self, other)

    def __radd__(self, other: object) -> str:
        return self._joined(other, self)

    def _joined(self, left: object, right: object) -> str:
        if not isinstance(left, str) or not isinstance(right, str):
            self._refuse()
        return f"{left}{right}"


def tex(value: object) -> str:
    r"""Escape a text so that TeX prints it as it stands.

    >>> tex("5 % \\alpha")
    '5 \\% \\textbackslash{}alpha'
    """
    return strip_marks(str(value)).translate(_ESCAPES)


def percent(value: Any, digits: int = 0) -> Formatted:
    r"""Print a share as a percentage.

    >>> percent(0.1234, 1), percent(-0.5)
    ('12.3\\%', '\\ensuremath{-50}\\%')
    """
    return Formatted(_signed(_rounded(_number(value, "percent") * 100, digits)) + r"\%")


def fixed(value: Any, digits: int = 2) -> Formatted:
    """Print a number with so many digits after the point.

    >>> fixed(2.675), fixed(-0.001)
    ('2.68', '0.00')
    """
    return Formatted(_signed(_rounded(_number(value, "fixed"), digits)))


def thousands(value: Any, digits: int = 0) -> Formatted:
    r"""Print a number with thin spaces between groups of three digits, from five digits on.

    A comma would be set as punctuation in maths, with a gap behind it.

    >>> thousands(1234567), thousands(4096)
    ('1\\,234\\,567', '4096')
    """
    number = _rounded(_number(value, "thousands"), digits)
    whole, point, fraction = f"{abs(number):f}".partition(".")
    if len(whole) > 4:  # noqa: PLR2004  (ISO 80000-1: four digits may stand together)
        head = len(whole) % 3 or 3
        whole = r"\,".join([whole[:head], *(whole[i : i + 3] for i in range(head, len(whole), 3))])
    return Formatted(_signed(number, whole + point + fraction))


def si(value: Any, digits: int = 3) -> Formatted:
    r"""Print a number to so many significant digits with k, M, G, T or P, for a unit to follow.

    Below a thousandth and from a thousand P on it is a power of ten.

    >>> si(1_234_000), si(0.25), si(3e-7)
    ('\\ensuremath{1.23\\,\\mathrm{M}}', '0.25', '\\ensuremath{3\\times 10^{-7}}')
    """
    number = _number(value, "si")
    if digits < 1:
        raise TemplateFault('the filter "si" needs at least one digit')
    if number:
        number = _rounded(number, digits - 1 - number.adjusted())
    power = number.adjusted() if number else 0
    if power in range(-3, 3):
        return Formatted(_signed(number, _trimmed(abs(number))))
    if power in range(3, 18):
        exponent, prefix = next(item for item in _PREFIXES if item[0] <= power)
        shown = rf"{_trimmed(number.scaleb(-exponent))}\,\mathrm{{{prefix}}}"
    else:
        shown = rf"{_trimmed(number.scaleb(-power))}\times 10^{{{power}}}"
    return Formatted(rf"\ensuremath{{{shown}}}")


FILTERS = {"tex": tex, "percent": percent, "fixed": fixed, "thousands": thousands, "si": si}
"""By the names that templates use."""


def _number(value: Any, name: str) -> Decimal:
    if isinstance(value, Formatted):
        raise TemplateFault(
            f'the filter "{name}" got "{value}", which another filter has made ready for print',
            hints=("use one filter for a number",),
        )
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        str(value)  # an undefined value says itself what is missing
        kind = "the text" if isinstance(value, str) else "the value"
        raise TemplateFault(f'the filter "{name}" needs a number, not {kind} "{value}"')
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise TemplateFault(f'the filter "{name}" needs a finite number, not "{value}"')
    return number


def _rounded(number: Decimal, digits: Any) -> Decimal:
    if not isinstance(digits, int) or abs(digits) > 400:  # noqa: PLR2004  (beyond any float)
        raise TemplateFault(f'the number of digits must be a small whole number, not "{digits}"')
    context = Context(prec=1500, rounding=ROUND_HALF_UP)
    return number.quantize(Decimal(1).scaleb(-digits), context=context)


def _trimmed(number: Decimal) -> str:
    shown = f"{number:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _signed(number: Decimal, shown: str | None = None) -> str:
    """Put the sign of a number before its digits, as a true minus in text and in maths."""
    digits = f"{abs(number):f}" if shown is None else shown
    return rf"\ensuremath{{-{digits}}}" if number < 0 else digits
