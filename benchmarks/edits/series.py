"""The series: a few weeks of work on the book, in the order in which the edits are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.books import restore_own_book
from benchmarks.edits import citations, numbered, prose, settings, spine
from benchmarks.edits.edit import Edit, named

if TYPE_CHECKING:
    from pathlib import Path


def everything_undone(root: Path) -> None:
    """Give every file of the book the text that it had before the first edit."""
    restore_own_book(root)


SERIES: tuple[Edit, ...] = (
    named("words", prose.one_word),
    named("words", prose.paragraph_more),
    named("words", prose.paragraph_less),
    named("pages", prose.page_more),
    named("pages", prose.page_less),
    named("words", prose.comment_only),
    named("references", numbered.new_label_and_forward_reference),
    named("references", numbered.label_renamed),
    named("references", numbered.label_users_follow),
    named("numbers", numbered.new_listing),
    named("numbers", prose.new_box),
    named("words", prose.new_footnote),
    named("numbers", numbered.new_first_figure),
    named("images", numbered.image_of_the_same_size),
    named("images", numbered.image_of_another_size),
    named("citations", citations.entry_title),
    named("citations", citations.entry_author),
    named("citations", citations.entry_not_cited),
    named("citations", citations.new_citation),
    named("citations", citations.citation_that_renumbers),
    named("index", prose.new_index_entry),
    named("headings", numbered.question_title),
    named("headings", numbered.chapter_title),
    named("results", prose.stored_result),
    named("results", numbered.listing_changed),
    named("questions", spine.new_question),
    named("questions", spine.moved_within_chapter),
    named("questions", spine.moved_to_another_chapter),
    named("questions", spine.question_deleted),
    named("questions", spine.question_restored),
    named("questions", spine.new_chapter),
    named("front and back", prose.chapter_opening),
    named("front and back", prose.imprint),
    named("front and back", prose.glossary_entry),
    named("front and back", settings.title_page),
    named("settings", settings.preamble_macro),
    named("settings", settings.class_colour),
    named("settings", settings.contents_less_deep),
    named("settings", settings.class_option),
    named("settings", settings.class_option_of_drafts),
    named("broken", prose.broken, fails=True),
    named("repaired", prose.repaired),
    named("undone", settings.class_option_back),
    named("undone", settings.contents_as_deep),
    named("undone", citations.citation_back),
    named("undone", numbered.first_figure_back),
    named("undone", prose.footnote_back),
    named("undone", prose.paragraph_back),
    named("undone", prose.page_back),
    named("undone", numbered.reference_dropped),
    named("undone", prose.other_word),
    named("undone", spine.moved_home),
    named("undone", spine.new_question_dropped),
    named("undone", everything_undone),
)
"""Each stands on all those before it; the last brings the book back to where it began."""
