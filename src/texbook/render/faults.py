"""What can be wrong in a template, and how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from texbook.base.span import Span


class TemplateFault(Exception):  # noqa: N818  (a fault of the book, not an error of ours)
    """A fault in a template; the place is filled in from the traceback when it is not known.

    Args:
        message: what is wrong, lower case, no full stop.
        hints: how to go on, one sentence each.
        code: ``template-error``, ``template-syntax``, ``template-undefined``, ``front-matter``...
        span: where, if it is not simply the line of the expression.
    """

    def __init__(
        self,
        message: str,
        *,
        hints: tuple[str, ...] = (),
        code: str = "template-error",
        span: Span | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hints = hints
        self.code = code
        self.span = span

    def diagnostic(self, span: Span | None = None) -> Diagnostic:
        """Give the same fault as a `Diagnostic`; its own place goes before the one given."""
        return template_error(self.code, self.message, self.span or span, self.hints)


def template_error(
    code: str, message: str, span: Span | None, hints: tuple[str, ...] = ()
) -> Diagnostic:
    """Make the finding that something in a template does not work."""
    return Diagnostic(
        code, Severity.ERROR, message, span=span, hints=hints, source="template", name=code
    )
