r"""TeX's error messages in plain words: the table of those that are known.

The texts are those of tex.web, ``latex.ltx`` (TeX Live 2022), fontspec 2.8, amsmath, graphics,
xcolor, keyval, pgf and the other packages named below; each has a recorded log among the tests.
What is not in the table is given in TeX's own words.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from texbook.messages import (
    explain_arguments,
    explain_document,
    explain_environments,
    explain_files,
    explain_lists,
    explain_maths,
    explain_names,
    explain_nesting,
    explain_pictures,
    explain_tables,
    explain_values,
    explain_verb,
)
from texbook.messages.explain_plain import PLAIN
from texbook.messages.scene import Explained

if TYPE_CHECKING:
    from collections.abc import Callable

    from texbook.messages.scene import EnginePlace, Scene

    Explanation = Callable[[re.Match[str], Scene], Explained | None]

_LONGEST_TEXT = 300
_NEAR = 15
"""Lines before TeX's stop in which a word that it quotes is looked for."""

_OTHER_SPEAKER = re.compile(r"(\w+) Error: (.+)")
_QUOTED = re.compile(r"[`'\"]([^`'\"]+)['\"]")


def explain(scene: Scene) -> Explained:
    """Explain an error; what is not known is given as TeX says it."""
    for pattern, explanation in _KNOWN:
        found = pattern.match(scene.message.text)
        explained = explanation(found, scene) if found else None
        if explained is not None:
            return explained
    return in_own_words(scene)


def in_own_words(scene: Scene) -> Explained:
    """Give an error as TeX or the package says it, at the word that it quotes if that is there."""
    message = scene.message
    text, origin = message.text, message.origin
    speaker = _OTHER_SPEAKER.match(text)
    if speaker is not None:
        origin, text = f"Package {speaker[1]}", speaker[2]
    text = text.rstrip(" .") or "an error of which the log, cut as it is, says no more"
    text = text[:1].lower() + text[1:] if text[1:2].islower() else text
    if len(text) > _LONGEST_TEXT:
        text = text[:_LONGEST_TEXT].rpartition(" ")[0] + " ..."
    kind, _space, name = origin.partition(" ")
    unclosed = explain_environments.never_closed(scene)
    if unclosed is not None:
        return replace(unclosed, hints=(*unclosed.hints, f"TeX stopped there with: {text}"))
    place = _quoted(text, scene)
    if kind in ("Package", "Class"):
        return Explained("package-error", f'{kind.lower()} "{name}": {text}', (), place)
    return Explained("package-error" if kind else "tex", text, (), place)


def _quoted(text: str, scene: Scene) -> EnginePlace | None:
    """Find a word that a message quotes, on the line where TeX stopped or shortly before."""
    default = scene.default_place()
    for found in _QUOTED.finditer(text):
        place = scene.find_word(found[1]) if default is not None else None
        if place is None or default is None or place.file != default.file:
            continue
        if place.line and default.line and 0 <= default.line - place.line <= _NEAR:
            return place
    return None


def _table(*rows: tuple[str, Explanation]) -> tuple[tuple[re.Pattern[str], Explanation], ...]:
    return tuple((re.compile(pattern), explanation) for pattern, explanation in rows)


_MACRO = r"(\\(?:[^\W\d_]|[@_:?])+|\\.)"
_KNOWN = _table(
    (r"Undefined control sequence", explain_names.undefined_macro),
    (r"Command (\\?\S+)\s+undefined", explain_names.undefined_command),
    (r"Command (\\?\S+)\s+already defined", explain_names.already_defined),
    (r"Environment (\S+) undefined", explain_names.undefined_environment),
    (r"No counter '(.+?)' defined", explain_names.unknown_counter),
    (r"Undefined color [`'](.+?)'", explain_names.unknown_colour),
    (r"Undefined color model [`'](.+?)'", explain_names.unknown_colour_model),
    (r"Use of " + _MACRO + r"\s+doesn't match its definition", explain_names.wrong_use),
    (r"Missing number", explain_names.counter_as_number),
    (
        r"(?:Cannot find|Can't find|Unable to open|could not find) image file (.+)",
        explain_files.missing_file,
    ),
    (r"File [`'](.+?)' not found", explain_files.missing_file),
    (r"I can't find file [`'](.+?)'", explain_files.missing_file),
    (r'The font "(.+?)" cannot be found', explain_files.missing_font),
    (r"Font \S+?=(.+?)(?: at \S+| scaled \d+)? not load", explain_files.missing_font),
    (r"Unable to load picture or PDF file '(.+?)'", explain_files.unreadable_image),
    (r"Cannot determine size of graphic in (.+?) \(no", explain_files.unknown_image),
    (r"Unknown graphics extension: (.+?)\.?$", explain_files.unknown_image),
    (r"\\include cannot be nested", explain_files.nested_include),
    (r"\\begin\{document\} ended by \\end\{(.+?)\}", explain_environments.lonely_end),
    (
        r"\\begin\{(.+?)\} on input line (\d+) ended by \\end\{(.+?)\}",
        explain_environments.wrong_end,
    ),
    (
        r"(?:File|Paragraph) ended (?:while scanning use of|before) " + _MACRO,
        explain_arguments.runaway,
    ),
    (
        r"File ended while scanning (?:definition|text|preamble)(?: of " + _MACRO + ")?",
        explain_nesting.definition_ended,
    ),
    (r"Too many \}'s|Extra \}, or forgotten", explain_nesting.extra_brace),
    (r"Argument of " + _MACRO + r" has an extra \}", explain_arguments.runaway),
    (r"Missing ([{}]) inserted", explain_nesting.missing_brace),
    (r"Missing (\\endgroup|\\right\S*|\\endcsname) inserted", explain_nesting.unclosed_group_type),
    (r"Emergency stop|\\end\{document\} missing", explain_environments.document_ended),
    (r"Incomplete (\\if\w*); all text was ignored after line (\d+)", explain_nesting.skipped_rest),
    (r"Missing \$ inserted", explain_maths.missing_dollar),
    (r"Double (super|sub)script", explain_maths.double_script),
    (r"Extra \\(?:right|middle)", explain_maths.extra_right),
    (r"Missing delimiter", explain_maths.missing_delimiter),
    (r"Bad math environment delimiter", explain_maths.bad_delimiter),
    (r"Display math should end with \$\$", explain_maths.display_end),
    (r"(\\begin\{.+?\}) allowed only in paragraph mode", explain_maths.not_in_maths),
    (r"(\\tag) not allowed here", explain_maths.tag_outside),
    (r"(\\\w+)\s+allowed only in math mode", explain_maths.only_in_maths),
    (r"Limit controls must follow", explain_maths.limits),
    (r"Ambiguous; you need another", explain_maths.ambiguous_fraction),
    (r"Misplaced alignment tab character", explain_tables.misplaced_cell),
    (r"Extra alignment tab", explain_tables.extra_cell),
    (r"Misplaced (\\noalign|\\omit|\\cr(?:cr)?)", explain_tables.misplaced_rule),
    (
        r"Illegal (?:character in array arg|pream-token)|Missing [pmb@]-?(?:arg|exp)",
        explain_tables.bad_columns,
    ),
    (r"You can't use `macro parameter character", explain_tables.parameter_sign),
    (
        r"Illegal parameter number(?: in definition of " + _MACRO + ")?",
        explain_tables.bad_parameter,
    ),
    (r"Parameters must be numbered(?: consecutively)?()", explain_tables.bad_parameter),
    (r"Undefined tab position", explain_tables.bad_tab),
    (r"You can't use [`'](.+?)' in (.+?)\.?$", explain_document.wrong_mode),
    (r"Missing number", explain_values.missing_number),
    (r"Illegal unit of measure", explain_values.illegal_unit),
    (r"[`'](.)' invalid at this point", explain_values.invalid_in_length),
    (r"Dimension too large", explain_values.too_large),
    (r"Arithmetic overflow|Number too big", explain_values.arithmetic),
    (r"Option clash for package (\S+?)\.?$", explain_values.option_clash),
    (r"Unknown option [`'](.+?)' for (package|class) [`'](.+?)'", explain_values.unknown_option),
    (
        r"Unknown option '(.+?)'\. Either you misspelled it or the language",
        explain_values.missing_language,
    ),
    (r"You haven't defined the language '?(.+?)'? yet", explain_values.unknown_language),
    (r"(?!Color)(\S[\w -]*?) undefined\.?$", explain_values.unknown_key),
    (r"[`'](.+?)' undefined in famil", explain_values.unknown_key),
    (r"Undefined key [`'](.+?)'", explain_values.unknown_key),
    (r"I do not know the key '(.+?)'", explain_values.unknown_key),
    (r"I did not find the (\w+) library '(.+?)'", explain_values.unknown_library),
    (r"Style '(.+?)' not found", explain_values.unknown_style),
    (r"Couldn't load requested language", explain_values.unknown_listing_language),
    (r"Two \\documentclass", explain_document.second_class),
    (r"Can be used only in preamble", explain_document.preamble_only),
    (r"Missing (?:\\protect )?\\begin ?\{document\}", explain_document.missing_begin),
    (r"Something's wrong--perhaps a missing \\item", explain_lists.missing_item),
    (r"Lonely \\item", explain_lists.lonely_item),
    (r"There's no line here to end", explain_document.no_line),
    (r"\\verb ended by end of line", explain_verb.unclosed_verb),
    (r"\\verb illegal in (?:command )?argument", explain_verb.verb_in_argument),
    (r"Too deeply nested", explain_lists.too_deep),
    (r"TeX capacity exceeded, sorry \[(.+?)=(\d+)\]", explain_document.capacity),
    (r"Not in outer par mode", explain_document.not_outer),
    (r"(?:\\noexpand )?(\\caption) outside float", explain_document.outside_float),
    (r"Unknown float option [`'](.+?)'", explain_document.unknown_float_option),
    (r"No (?:\\noexpand )?(\\title|\\author|\\date) given", explain_document.no_title),
    (r"Float\(s\) lost", explain_document.lost_float),
    (r"Giving up on this path", explain_pictures.missing_semicolon),
    (r"No shape named [`'](.+?)' is known", explain_pictures.unknown_node),
    (r"Unknown arrow tip kind '(.+?)'", explain_pictures.unknown_arrow),
    (
        r"FancyVerb Error:\s+Extraneous input [`'](.*)' between (\\\w+)\{(\w+\*?)\}",
        explain_document.beside_verbatim,
    ),
    (r"Extra (\\else|\\fi|\\or)", explain_document.stray_conditional),
    (r"Text line contains an invalid character", explain_document.invalid_character),
    *PLAIN,
)
