"""The documents that editions are typeset from: rendered templates with the book's own numbers."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from texbook.app.book_numbers import BookLabel, BookNumbers, Start
from texbook.app.rendering import TemplateFaultError
from texbook.base.errors import TexbookError
from texbook.base.source import SourceFile, is_file, read_source
from texbook.build.model import GeneratedFile
from texbook.latex.includes import include_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from texbook.app.edition_plan import EditionJob, EditionPlan
    from texbook.render.edition import EditionRenderer
    from texbook.texfiles.labels import Label

PREFIX = "edition-"
"""Before the names of the files that are typeset; they stand in no folder of the author's."""

_COMMENT = re.compile(r"(?m)(?<!\\)((?:\\\\)*)%.*$")
_ARGUMENT = re.compile(r"(?:\\(?P<command>[A-Za-z]+)\*?)?[{\[](?P<text>[^{}\[\]]+)[}\]]")
_NO_REFERENCE = re.compile("begin|end|label|index|caption|emph|(?:text|math).+|(?:sub)*section")
"""Commands whose arguments are no names, though one may look like a question's."""
_CITING = re.compile(r"\\[A-Za-z]*[Cc]ite[A-Za-z]*(?![A-Za-z])")
_BIBTEX = re.compile(r"\\bibliography(?:style)?\s*\{[^{}]*\}")


@dataclass(frozen=True)
class EditionWriter:
    """Writes the documents of one plan.

    Attributes:
        generated: the book's rendered templates.
        numbers: what the book's last build numbered.
    """

    plan: EditionPlan
    renderer: EditionRenderer
    generated: Sequence[GeneratedFile]
    numbers: BookNumbers

    def write(self, job: EditionJob) -> tuple[GeneratedFile, ...]:
        """Give what is typeset for one edition: its main file, and the templates that it reads.

        Raises:
            TemplateFaultError: when its template is at fault.
        """
        project = self.plan.project
        name = project.root / main_name(job)
        edition = self._common(job)
        template = f"editions/{job.name}.j2.tex"
        if job.question is not None:
            template = "editions/question.j2.tex"
            edition |= self._of_question(job)
        made = self.renderer.render(template, name.relative_to(project.root), edition)
        if made.faults:
            raise TemplateFaultError(made.faults)
        main = GeneratedFile(name.relative_to(project.root), made.text, made.source_map)
        read = {source.path for source in self._reached(SourceFile(name, made.text))}
        others = (item for item in self.generated if project.root / item.name in read)
        return (main, *others)

    def _common(self, job: EditionJob) -> dict[str, Any]:
        numbers = self.numbers
        by_slug = {slug: numbers.number(f"q:{slug}") for slug in self.renderer.questions}
        return {
            "name": self.plan.edition.value,
            "file": job.name,
            "numbers": by_slug,
            "chapters": [
                {
                    "title": item.title,
                    "number": numbers.number(item.label)
                    or by_slug[item.questions[0].slug].rpartition(".")[0],
                    "questions": item.questions,
                }
                for item in self.renderer.chapters
            ],
            "bibtex": self._bibtex,
        }

    @functools.cached_property
    def _bibtex(self) -> str:
        """The commands for BibTeX, which may stand in a file that the main file reads."""
        main = SourceFile(self.plan.project.main, self.renderer.body)
        text = "\n".join(source.text for source in self._reached(main))
        return "".join(_BIBTEX.findall(_COMMENT.sub(r"\1", text)))

    def _of_question(self, job: EditionJob) -> dict[str, Any]:
        assert job.question is not None
        project, slug = self.plan.project, job.question.slug
        path = project.root / job.question.name
        text = "\n".join(source.text for source in self._reached(_read(path, self._texts)))
        text = _COMMENT.sub(r"\1", text)
        referred = self._referred(text, slug)
        start = self.numbers.starts.get(slug, Start())
        question = self.renderer.questions[slug]
        return {
            "question": question,
            "number": self.numbers.number(f"q:{slug}"),
            "chapter": next(c for c in self.renderer.chapters if question in c.questions),
            "path": job.question.name.with_suffix("").as_posix(),
            "counters": dict(start.counters),
            "thechapter": start.chapter,
            "appendix": start.is_appendix,
            "cites": _CITING.search(text) is not None,
            "elsewhere": list(self._elsewhere(referred)),
            "labels": [
                {"name": label.name, "content": label.led_to(_anchor(item))}
                for item in referred
                for label in (item.label, *item.more)
            ],
        }

    def _referred(self, text: str, slug: str) -> list[BookLabel]:
        """Give the labels outside a question that its text names, in the order of the book."""
        words: set[str] = set()
        for found in _ARGUMENT.finditer(text):
            command, names = found["command"], {word.strip() for word in found["text"].split(",")}
            if command is not None and _NO_REFERENCE.fullmatch(command):
                continue
            words |= names
            if command is not None:
                # A macro of the book's own may take the slug and make the label.
                words |= {f"q:{name}" for name in names & self.renderer.questions.keys()}
        return [
            item
            for name, item in self.numbers.labels.items()
            if name in words and item.owner != slug
        ]

    def _elsewhere(self, referred: Iterable[BookLabel]) -> Iterable[dict[str, Any]]:
        """Give the places that references lead to, each once."""
        chapters = {item.label: item.title for item in self.renderer.chapters}
        anchors: dict[str, dict[str, None]] = {}
        for item in referred:
            anchors.setdefault(_place(item), {})[_anchor(item)] = None
        for place, item in {_place(item): item for item in referred}.items():
            question = self.renderer.questions.get(item.owner)
            yield {
                "anchors": list(anchors[place]),
                "label": f"q:{item.owner}" if question else item.label.name,
                "number": self.numbers.number(f"q:{item.owner}") or item.label.number,
                "question": question,
                "title": chapters.get(item.label.name, "") or _title(item.label),
            }

    @functools.cached_property
    def _texts(self) -> Mapping[Path, str]:
        return {self.plan.project.root / item.name: item.text for item in self.generated}

    def _reached(self, main: SourceFile | None) -> tuple[SourceFile, ...]:
        """Give a text and all that it reads."""
        if main is None:
            return ()
        texts = self._texts
        read: dict[Path, SourceFile | None] = {main.path: main}

        def give(path: Path) -> SourceFile | None:
            if path not in read:
                read[path] = _read(path, texts)
            return read[path]

        # Names are relative to the book's folder, wherever the question itself lies.
        root = self.plan.project.root / main.path.name
        read.setdefault(root, main)
        return include_order(root, give).sources


def main_name(job: EditionJob) -> str:
    """Give the name of the file that an edition is typeset from."""
    kind = "question-" if job.question is not None else ""
    return f"{PREFIX}{kind}{job.name}.tex"


def _title(label: Label) -> str:
    """Give what a label is called; of an equation nameref only knows the section around it."""
    return label.title if label.title and label.kind != "equation" else label.kind.capitalize()


def _place(item: BookLabel) -> str:
    """Name the place at the end to which a reference leads."""
    return f"elsewhere.{item.owner or item.label.name}"


def _anchor(item: BookLabel) -> str:
    r"""Give the anchor there: hyperref's ``\autoref`` takes the name from its first part."""
    kind, point, _ = "".join(item.label.groups[3:4]).partition(".")
    return f"{kind}{point}{_place(item)}"


def _read(path: Path, texts: Mapping[Path, str]) -> SourceFile | None:
    if path in texts:
        return SourceFile(path, texts[path])
    try:
        return read_source(path) if is_file(path) else None
    except TexbookError:
        return None
