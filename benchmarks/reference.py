r"""The reference document: a made-up book in one file, typeset by every benchmark.

It holds what costs time in a real one: boxes that may break over pages, minted listings, maths in
unicode-math, a table of contents, labels with forward and backward references, bookmarks. The same
text is given with either of two classes: the book's own, or ``oldernotes.cls``, whose boxes have
the fuzzy shadows of older classes. Nothing in it is random from run to run.
"""

from __future__ import annotations

import random
import shutil
from enum import Enum
from pathlib import Path
from textwrap import dedent, indent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
QUESTIONS = 14
"""Enough for more than 60 pages in both classes."""
QUESTIONS_A_CHAPTER = 4
EDITED = "The first reader of this paragraph counts seven mistakes"
"""Stands once, in the middle of the document: where the benchmarks edit."""

_SUBJECTS = (
    *(
        "the ranking model",
        "a calibrated score",
        "the feature store",
        "our holdout",
        "the optimiser",
    ),
    *("each shard", "the control group", "a stale embedding", "the sampling rule", "the loss"),
    *("the nightly job", "a rare class", "the label pipeline", "the on-call engineer", "the cache"),
)
_VERBS = (
    *(
        "hides",
        "doubles",
        "bounds",
        "explains",
        "shifts",
        "masks",
        "repairs",
        "outlives",
        "predicts",
    ),
    *("absorbs", "repeats", "confirms", "delays", "narrows", "undoes", "measures"),
)
_OBJECTS = (
    *("the error that we care about", "half of the traffic", "a threshold set last year"),
    *("the variance between regions", "every estimate after it", "the cost of a false alarm"),
    *("what the dashboard shows", "the gap between training and serving", "a slow drift in prices"),
    *("the assumption of independent draws", "a budget of 40\\,ms", "the tail of the distribution"),
)
_ENDINGS = (
    *(
        "because nobody logged the request",
        "although the mean stays the same",
        "once traffic grows",
    ),
    *("unless the split follows time", "as the sample grows", "when two teams share a table"),
    *("even if each part is correct", "before the first user notices", "at the usual batch size"),
    *("so the fix must come earlier", "which a paired test would show", "in nine cases out of ten"),
)
_TITLES = (
    *("Silent Drift", "The Patient Cache", "Two Clocks", "A Budget of Milliseconds", "Rare Events"),
    *("The Borrowed Label", "Shards and Seeds", "Winning Too Often", "The Last Percent"),
    *("Echoes in the Data", "A Quiet Threshold", "The Missing Column", "Averages of Ratios"),
    *("One Model Too Many", "The Helpful Leak", "Stale Answers", "The Slow Reader", "Half a Join"),
)
SECTIONS = (
    *("The Interview Scenario", "The Trap Explained", "Technical Deep Dive", "Why It Fails"),
    *("The Solution", "Why The Solution Works", "Related Research Papers"),
    *("Interview Answer Template", "Key Takeaways"),
)
_BOXES = ("dfnbox", "thmbox", "lembox", "exbox", "tecbox")
_PREFIXES = {"dfnbox": "dfn", "thmbox": "thm", "lembox": "lem", "exbox": "ex", "tecbox": "tec"}


class Style(Enum):
    """A document class, and where its file is."""

    OLDER = HERE / "oldernotes.cls"
    OURS = HERE.parent / "amznotes.cls"


def write_reference(folder: Path, style: Style, questions: int = QUESTIONS) -> Path:
    """Write the document and its class into a new folder; give the main file.

    Args:
        folder: must not exist yet.
        style: the class.
        questions: how many; 14 give more than 60 pages.
    """
    folder.mkdir(parents=True)
    shutil.copy(style.value, folder)
    main = folder / "main.tex"
    main.write_text(reference_source(style.value.stem, questions), encoding="utf-8")
    return main


def write_split_reference(folder: Path, style: Style, questions: int = QUESTIONS) -> Path:
    r"""Write the document with a file for each question, ``\include``d; as `write_reference`."""
    folder.mkdir(parents=True)
    shutil.copy(style.value, folder)
    includes = []
    for number, text in enumerate(_questions(questions)):
        (folder / f"question-{number}.tex").write_text(text, encoding="utf-8")
        includes.append(f"\\include{{question-{number}}}\n")
    main = folder / "main.tex"
    parts = (_preamble(style.value.stem), *includes, "\\end{document}\n")
    main.write_text("".join(parts), encoding="utf-8")
    return main


def reference_source(document_class: str, questions: int = QUESTIONS) -> str:
    """Give the document's source for a class."""
    return "\n".join((_preamble(document_class), *_questions(questions), "\\end{document}\n"))


def _questions(questions: int) -> Iterator[str]:
    """Give the source of each question, with the heading of a chapter before every few."""
    words = random.Random(20261121)
    for number in range(questions):
        parts = []
        if number % QUESTIONS_A_CHAPTER == 0:
            chapter = number // QUESTIONS_A_CHAPTER + 1
            parts.append(f"\\chapter{{Part {chapter} of the Notes}}\\label{{ch:{chapter}}}\n")
            parts.append(_paragraph(words, 5))
        parts.append("".join(_question(words, number, questions)))
        yield "\n".join(parts)


def _preamble(document_class: str) -> str:
    return dedent(rf"""
        \documentclass[math,code]{{{document_class}}}
        \title{{Reference Notes}}
        \author{{The texbook authors}}
        \date{{2026}}
        \hypersetup{{pdftitle={{Reference Notes}}}}
        \setcounter{{tocdepth}}{{2}}
        \begin{{document}}
        \maketitle
        \tableofcontents
        """).lstrip()


def _question(words: random.Random, number: int, questions: int) -> Iterator[str]:
    title = _TITLES[number % len(_TITLES)]
    if number >= len(_TITLES):
        title = f"{title}, Again ({number // len(_TITLES) + 1})"
    yield f"\\section{{{title}}}\\label{{q:{number}}}\n\n"
    for place, heading in enumerate(SECTIONS):
        yield f"\\subsection{{{heading}}}\\label{{q:{number}:{place}}}\n\n"
        if number == questions // 2 and place == 0:
            yield f"{EDITED}. {_paragraph(words, 2)}\n"
        yield _paragraph(words, 6)
        yield _reference(words, number, questions)
        yield from _material(words, number, place)
        yield _paragraph(words, 5)


def _material(words: random.Random, number: int, place: int) -> Iterator[str]:
    """Give what stands between the paragraphs of a section, by the section's place."""
    key = f"{number}-{place}"
    match place:
        case 0 | 7:
            yield _list(words)
        case 1 | 3 | 5:
            yield _box(words, _BOXES[(number + place) % len(_BOXES)], key)
        case 2:
            yield _box(words, "dfnbox", f"{key}-a")
            yield _mathematics(key)
            yield _paragraph(words, 4)
            yield _code_box("python", _python(number), f"{key}-b")
        case 4:
            yield _listing("python", _loop(number)) + _paragraph(words, 3)
            yield _listing("sql", _query(number)) if number % 2 else _table(words)
        case _:
            yield _note(words) if number % 2 else _paragraph(words, 4)


def _sentence(words: random.Random) -> str:
    subject, verb = words.choice(_SUBJECTS), words.choice(_VERBS)
    return f"{subject.capitalize()} {verb} {words.choice(_OBJECTS)}, {words.choice(_ENDINGS)}."


def _paragraph(words: random.Random, sentences: int) -> str:
    lines = [_sentence(words) for _ in range(sentences)]
    if words.random() < 1 / 3:
        lines.append(
            "With probability $1 - \\delta$ it holds that "
            "$\\abs{\\hat\\mu - \\mu} \\le \\varepsilon_n$."
        )
    return "\n".join(lines) + "\n\n"


def _reference(words: random.Random, number: int, questions: int) -> str:
    other = (number + words.randrange(1, questions)) % questions
    where = f"\\ref{{q:{other}}} (\\nameref{{q:{other}}}, page~\\pageref{{q:{other}}})"
    return f"Compare Section~{where} and equation~\\eqref{{eq:{other}-2}}.\n\n"


def _box(words: random.Random, kind: str, key: str) -> str:
    body = (
        _paragraph(words, 4)
        + "\\[ \\sum_{i=1}^{n} w_i \\le \\bigO{n \\log n}. \\]\n"
        + _sentence(words)
    )
    label = f"{_PREFIXES[kind]}:{key}"
    return (
        f"\\begin{{{kind}}}{{A Bound with a Name}}{{{key}}}\n{body}\n\\end{{{kind}}}\n"
        f"The box above is {label.partition(':')[0]}~\\ref{{{label}}}.\n\n"
    )


def _note(words: random.Random) -> str:
    return (
        f"\\begin{{notebox}}\n{_paragraph(words, 2).strip()}\n\\end{{notebox}}\n\n"
        f"\\begin{{genbox}}{{In short}}\n{_paragraph(words, 2).strip()}\n\\end{{genbox}}\n\n"
    )


def _list(words: random.Random) -> str:
    items = "".join(f"  \\item {_sentence(words)}\n" for _ in range(4))
    return f"\\begin{{itemize}}\n{items}\\end{{itemize}}\n\n"


def _table(words: random.Random) -> str:
    rows = "".join(
        f"  {name} & {words.randrange(100, 999)} & {words.random():.3f} \\\\\n"
        for name in ("baseline", "weighted", "two towers", "distilled")
    )
    return (
        "\\begin{center}\\begin{tabular}{lrr}\n  \\toprule\n  model & requests & error \\\\\n"
        f"  \\midrule\n{rows}  \\bottomrule\n\\end{{tabular}}\\end{{center}}\n\n"
    )


def _mathematics(key: str) -> str:
    return dedent(rf"""
        For $x \in \R^d$ and $n \in \N$ the estimate obeys
        \begin{{align}}
          \mathbb{{E}}\bigl[\norm{{\hat\theta - \theta}}^2\bigr]
            &= \operatorname{{tr}}\Sigma_n + \norm{{b_n}}^2 \notag\\
            &\le \frac{{\sigma^2 d}}{{n}} + \int_0^1 \frac{{f(t)}}{{1 + t^2}} \,\mathrm{{d}}t .
          \label{{eq:{key}}}
        \end{{align}}
        """).lstrip()


def _listing(language: str, code: str) -> str:
    return f"\\begin{{amzcode}}{{{language}}}\n{code}\\end{{amzcode}}\n\n"


def _code_box(language: str, code: str, key: str) -> str:
    return (
        f"\\begin{{codebox}}{{A Step of the Pipeline}}{{{key}}}\n"
        f"{_listing(language, indent(code, '  ')).strip()}\n\\end{{codebox}}\n\n"
    )


def _python(number: int) -> str:
    return dedent(f'''
        def corrected_score_{number}(scores, weights, *, floor={number + 1}e-4):
            """Weigh scores by inverse propensity; none below the floor."""
            kept = np.maximum(weights, floor)
            total = (scores / kept).sum(axis=0)  # shape: (queries,)
            if not np.isfinite(total).all():
                raise ValueError(f"weight of zero in shard {number}: {{weights.min():.2e}}")
            return total / (1.0 / kept).sum(axis=0)
        ''').lstrip()


def _loop(number: int) -> str:
    return dedent(f"""
        for step, batch in enumerate(loader(seed={1000 + number}), start=1):
            loss = model(batch.features, train=True).mean()
            optimiser.step(loss)
            if step % {50 + number} == 0 and loss.item() > 2 * best:
                break  # diverged: keep the last good weights
        """).lstrip()


def _query(number: int) -> str:
    return dedent(f"""
        SELECT region, COUNT(*) AS requests, AVG(latency_ms) AS mean_latency
        FROM requests_{number} -- one table a day
        WHERE served_at >= '2026-01-{number + 1:02d}' AND status <> 500
        GROUP BY region
        HAVING COUNT(*) > {number * 10 + 10};
        """).lstrip()
