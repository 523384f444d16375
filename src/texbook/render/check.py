"""The structure rules on the template's own tree, where Jinja would drop text without a word."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import TemplateNotFound, nodes

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.span import Position, Span
from texbook.latex.order import longest_increasing
from texbook.render.marks import strip_marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.source import SourceFile
    from texbook.render.environment import BookEnvironment

_NAMES = {
    "TB001": "missing-section",
    "TB002": "section-order",
    "TB003": "duplicate-section",
    "TB005": "unknown-section",
    "TB006": "empty-section",
}


@dataclass(frozen=True, slots=True)
class _ParentBlock:
    name: str
    required: bool
    """Nothing stands in the parent's block: without the child's the section is empty."""


def check_structure(
    source: SourceFile, tree: nodes.Template, environment: BookEnvironment
) -> tuple[tuple[Diagnostic, ...], bool]:
    """Compare a template's blocks with those of the template that it extends.

    A template that extends nothing, or something that is found only while rendering, is left alone.

    Returns:
        The findings, and whether the template can be rendered in spite of them: not when Jinja
        would drop some of its text.
    """
    parent = _parent_name(tree)
    if parent is None:
        return (), True
    expected = _expected_blocks(environment, parent)
    if not expected:
        return (), True
    blocks = list(_outer_blocks(tree))
    findings = [
        *_unknown(source, blocks, expected),
        *_doubled(source, blocks),
        *_missing(source, blocks, expected, tree),
        *_misordered(source, blocks, expected),
        *_empty(source, blocks, expected),
        *_outside(source, tree),
    ]
    return tuple(findings), not any(item.code in ("TB003", "TB005") for item in findings)


def _parent_name(tree: nodes.Template) -> str | None:
    extends = tree.find(nodes.Extends)
    if extends is None or not isinstance(extends.template, nodes.Const):
        return None
    return str(extends.template.value)


def _expected_blocks(environment: BookEnvironment, name: str) -> dict[str, _ParentBlock]:
    """Give the blocks of a parent in order; those of its own parents come first."""
    expected: dict[str, _ParentBlock] = {}
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        try:
            tree = environment.parse_named(name)
        except TemplateNotFound:
            break  # rendering tells it, at the right line
        here = {
            block.name: _ParentBlock(block.name, not _text(block))
            for block in tree.find_all(nodes.Block)
        }
        expected = (
            here
            | {k: v for k, v in expected.items() if k not in here}
            | {k: v for k, v in expected.items() if k in here and not v.required}
        )
        grandparent = _parent_name(tree)
        if grandparent is None:
            break
        name = grandparent
    return expected


def _outer_blocks(node: nodes.Node) -> Iterator[nodes.Block]:
    """Give the blocks of a template that do not stand inside another block."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Block):
            yield child
        else:
            yield from _outer_blocks(child)


def _text(block: nodes.Block) -> bool:
    """Say whether anything can come out of a block: comments and blanks alone do not count."""
    for child in block.body:
        if not isinstance(child, nodes.Output):
            if not isinstance(child, (nodes.Assign, nodes.Import, nodes.FromImport, nodes.Macro)):
                return True
            continue
        for part in child.nodes:
            if not isinstance(part, nodes.TemplateData):
                return True
            if _visible_lines(part):
                return True
    return False


def _visible_lines(data: nodes.TemplateData) -> list[tuple[int, str]]:
    """Give the lines (by number) that hold more than blanks and comments."""
    lines = enumerate(strip_marks(data.data).split("\n"), data.lineno)
    return [(number, line) for number, line in lines if line.strip() and line.lstrip()[0] != "%"]


def _unknown(
    source: SourceFile, blocks: list[nodes.Block], expected: dict[str, _ParentBlock]
) -> Iterator[Diagnostic]:
    for block in blocks:
        if block.name in expected:
            continue
        close = _meant(block, blocks, expected)
        hint = f'did you mean "{close}"?' if close else f"the blocks are {', '.join(expected)}"
        message = f'unknown block "{block.name}": its text is dropped'
        yield _finding("TB005", message, _block_span(source, block), hint)


def _meant(
    block: nodes.Block, blocks: list[nodes.Block], expected: dict[str, _ParentBlock]
) -> str | None:
    """Give the name that an unknown block was probably meant to have."""
    used = {other.name for other in blocks}
    free = [name for name in expected if name not in used]
    close = difflib.get_close_matches(block.name, free or list(expected), n=1)
    return close[0] if close else None


def _doubled(source: SourceFile, blocks: list[nodes.Block]) -> Iterator[Diagnostic]:
    first: dict[str, nodes.Block] = {}
    for block in blocks:
        if block.name in first:
            yield _finding(
                "TB003",
                f'the block "{block.name}" stands twice in this template',
                _block_span(source, block),
                "join the two",
                related=(Related(_block_span(source, first[block.name]), "first here"),),
            )
        first.setdefault(block.name, block)


def _missing(
    source: SourceFile,
    blocks: list[nodes.Block],
    expected: dict[str, _ParentBlock],
    tree: nodes.Template,
) -> Iterator[Diagnostic]:
    present = {block.name: block for block in blocks}
    unknown = [block for block in blocks if block.name not in expected]
    meant = {close: block for block in unknown if (close := _meant(block, blocks, expected))}
    extends = tree.find(nodes.Extends)
    before = Span.at(source.path, extends.lineno if extends else 1)
    place = f'after the "extends" on line {extends.lineno if extends else 1}'
    for name, block in expected.items():
        if name in present:
            before = _block_span(source, present[name])
            place = f'after the block "{name}"'
        elif block.required:
            hint = f'add "%% block {name}", a body and "%% endblock" {place}'
            if name in meant:
                hint = (
                    f'rename the block "{meant[name].name}" on line {meant[name].lineno}, or {hint}'
                )
            yield _finding("TB001", f'the block "{name}" is missing', before, hint)


def _misordered(
    source: SourceFile, blocks: list[nodes.Block], expected: dict[str, _ParentBlock]
) -> Iterator[Diagnostic]:
    """Name the fewest blocks that have to move so that the rest is in order."""
    order = list(expected)
    firsts: dict[int, nodes.Block] = {}
    for block in blocks:
        if block.name in expected:
            firsts.setdefault(order.index(block.name), block)
    staying = longest_increasing(list(firsts))
    for rank, block in firsts.items():
        if rank in staying:
            continue
        follower = next((other for other in staying if other > rank), None)
        place = f'before "{order[follower]}"' if follower is not None else "at the end"
        yield _finding(
            "TB002",
            f'the block "{block.name}" belongs {place}',
            _block_span(source, block),
            f"the order is {', '.join(expected)}",
        )


def _empty(
    source: SourceFile, blocks: list[nodes.Block], expected: dict[str, _ParentBlock]
) -> Iterator[Diagnostic]:
    for block in blocks:
        if block.name in expected and expected[block.name].required and not _text(block):
            span = _block_span(source, block)
            yield _finding("TB006", f'the block "{block.name}" is empty', span, "write its text")


def _outside(source: SourceFile, tree: nodes.Template) -> Iterator[Diagnostic]:
    """Name each stretch of text that stands in no block, at its first line."""
    extends = tree.find(nodes.Extends)
    for node in tree.body:
        if not isinstance(node, nodes.Output):
            continue
        for part in node.nodes:
            lines = (
                _visible_lines(part)
                if isinstance(part, nodes.TemplateData)
                else [(part.lineno, source.line(part.lineno))]
            )
            if not lines:
                continue
            # Jinja prints what stands before "extends", above the question's own heading.
            is_early = extends is not None and lines[0][0] < extends.lineno
            yield _finding(
                "TB005",
                'this text stands before the "extends", outside the blocks'
                if is_early
                else "this text stands outside the blocks and is dropped",
                _line_span(source, lines[0][0]),
                "move it into a block, or make it a comment",
            )
            break


def _block_span(source: SourceFile, block: nodes.Block) -> Span:
    return _line_span(source, block.lineno)


def _line_span(source: SourceFile, number: int) -> Span:
    line = source.line(number)
    found = re.search(r"\S.*\S|\S", line)
    if found is None:
        return Span.at(source.path, number)
    return Span(source.path, Position(number, found.start() + 1), Position(number, found.end() + 1))


def _finding(
    code: str, message: str, span: Span, hint: str, *, related: tuple[Related, ...] = ()
) -> Diagnostic:
    return Diagnostic(
        code,
        Severity.ERROR,
        message,
        span=span,
        hints=(hint,),
        related=related,
        source="lint",
        name=_NAMES[code],
    )
