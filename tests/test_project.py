from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from texbook.base.errors import BookError, ConfigError
from texbook.project import document_files, open_project

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = "\\documentclass{article}\n\\begin{document}x\\end{document}\n"


def put(path: Path, text: str = DOCUMENT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_main_tex_is_the_book(tmp_path: Path) -> None:
    put(tmp_path / "main.tex")
    put(tmp_path / "other.tex")
    project = open_project(folder=tmp_path)
    assert (project.root, project.main) == (tmp_path, tmp_path / "main.tex")
    assert project.config.path is None


def test_the_only_document_is_the_book(tmp_path: Path) -> None:
    put(tmp_path / "thesis.tex")
    put(tmp_path / "chapter.tex", "\\chapter{One}\n")
    put(tmp_path / "commented.tex", "% \\documentclass{article}\n")
    put(tmp_path / "question.j2.tex")
    assert document_files(tmp_path) == (tmp_path / "thesis.tex",)
    assert open_project(folder=tmp_path).main == tmp_path / "thesis.tex"


def test_several_documents_ask_for_a_name(tmp_path: Path) -> None:
    put(tmp_path / "a.tex")
    put(tmp_path / "b.tex")
    with pytest.raises(BookError, match="which file is the book") as caught:
        open_project(folder=tmp_path)
    assert caught.value.hints == ('name one of these, as in "texbook build a.tex": a.tex, b.tex',)


def test_no_document_says_what_is_looked_for(tmp_path: Path) -> None:
    put(tmp_path / "notes.tex", "just text\n")
    with pytest.raises(BookError, match=r"no main file: .* has no main\.tex") as caught:
        open_project(folder=tmp_path)
    assert "texbook build book.tex" in caught.value.hints[0]


@pytest.mark.parametrize("name", ["sub/book.tex", "sub/book", "./sub/../sub/book.tex", "sub"])
def test_the_argument_may_be_a_file_with_or_without_its_ending_or_a_folder(
    tmp_path: Path, name: str
) -> None:
    put(tmp_path / "main.tex")
    path = put(tmp_path / "sub" / "book.tex")
    project = open_project(tmp_path / name)
    assert (project.root, project.main) == (tmp_path / "sub", path)


def test_relative_arguments_are_relative_to_the_folder(tmp_path: Path) -> None:
    path = put(tmp_path / "sub" / "book.tex")
    assert open_project(path.relative_to(tmp_path), folder=tmp_path).main == path


def test_a_folder_named_like_a_document_is_looked_into(tmp_path: Path) -> None:
    path = put(tmp_path / "x.tex" / "main.tex")
    assert open_project(tmp_path / "x.tex").main == path


def test_a_missing_argument_names_the_documents_there_are(tmp_path: Path) -> None:
    put(tmp_path / "book.tex")
    with pytest.raises(BookError, match=r'there is no file "bok.tex" in') as caught:
        open_project(tmp_path / "bok.tex")
    assert "book.tex" in caught.value.hints[0]
    with pytest.raises(BookError, match=r'there is no file "x.tex" in ".*gone"') as caught:
        open_project(tmp_path / "gone" / "x.tex")
    assert caught.value.hints == ()


def test_a_pdf_is_no_book_for_the_build_would_replace_it(tmp_path: Path) -> None:
    put(tmp_path / "notes.tex")
    put(tmp_path / "notes.pdf", "%PDF-1.5\n")
    with pytest.raises(BookError, match=r'"notes\.pdf" is a PDF') as caught:
        open_project(tmp_path / "notes.pdf")
    assert caught.value.hints == ('did you mean "notes.tex"?',)
    put(tmp_path / "texbook.toml", 'main = "notes.pdf"\n')
    with pytest.raises(ConfigError, match="a PDF, which a build would replace"):
        open_project(folder=tmp_path)


def test_a_device_is_no_book(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tex")
    with pytest.raises(BookError, match="is not a regular file"):
        open_project(tmp_path / "pipe.tex")
    with pytest.raises(BookError, match="no main file"):
        open_project(folder=tmp_path)


def test_configured_main_is_relative_to_the_configuration_and_found_from_below(
    tmp_path: Path,
) -> None:
    put(tmp_path / "texbook.toml", 'main = "src/book.tex"\n')
    path = put(tmp_path / "src" / "book.tex")
    (tmp_path / "src" / "chapters").mkdir()
    for folder in (tmp_path, tmp_path / "src", tmp_path / "src" / "chapters"):
        project = open_project(folder=folder)
        assert (project.main, project.config.path) == (path, tmp_path / "texbook.toml")


def test_a_configured_main_may_be_in_a_folder_beside(tmp_path: Path) -> None:
    put(tmp_path / "conf" / "texbook.toml", 'main = "../book/main.tex"\n')
    path = put(tmp_path / "book" / "main.tex")
    project = open_project(folder=tmp_path / "conf")
    assert (project.root, project.main) == (path.parent, path)


def test_an_argument_wins_over_the_configuration(tmp_path: Path) -> None:
    put(tmp_path / "texbook.toml", 'main = "main.tex"\n[build]\npasses = 3\n')
    put(tmp_path / "main.tex")
    project = open_project(put(tmp_path / "sub" / "other.tex"))
    assert project.main.name == "other.tex"
    assert project.config.build.passes == 3


def test_a_configured_main_that_is_gone_is_a_fault_of_the_configuration(tmp_path: Path) -> None:
    put(tmp_path / "texbook.toml", '# a book\nmain = "gone.tex"\n')
    put(tmp_path / "main.tex")
    with pytest.raises(ConfigError, match=r'the main file "gone.tex" does not exist') as caught:
        open_project(folder=tmp_path)
    assert caught.value.span is not None
    assert str(caught.value.span) == f"{tmp_path}/texbook.toml:2:1"


def test_configuration_without_main_looks_beside_itself(tmp_path: Path) -> None:
    put(tmp_path / "texbook.toml", "")
    path = put(tmp_path / "main.tex")
    (tmp_path / "chapters").mkdir()
    assert open_project(folder=tmp_path / "chapters").main == path


def test_where_things_stand(tmp_path: Path) -> None:
    put(tmp_path / "my book.tex")
    project = open_project(folder=tmp_path)
    assert project.pdf == tmp_path / "my book.pdf"
    assert project.rendered_folder == tmp_path / "build" / "tex"
    assert project.work_folder == tmp_path / "build" / "texbook"
    assert project.bibliography == tmp_path / "references.bib"


def test_templates_are_found_sorted_and_not_in_generated_or_foreign_folders(
    tmp_path: Path,
) -> None:
    put(tmp_path / "main.tex")
    wanted = [put(tmp_path / name) for name in ("a/x.j2.tex", "b.j2.tex", "c d/é.j2.tex")]
    for folder in ("build/tex", "templates", ".git", "node_modules/x", "env/lib"):
        put(tmp_path / folder / "no.j2.tex")
    put(tmp_path / "env" / "pyvenv.cfg")
    project = open_project(folder=tmp_path)
    assert project.templates() == tuple(wanted)
    assert project.rendered_name(wanted[0]).as_posix() == "a/x.tex"


def test_paths_are_shown_as_one_would_type_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = open_project(put(tmp_path / "book" / "main.tex"))
    monkeypatch.chdir(tmp_path)
    assert str(project.display(project.pdf)) == "book/main.pdf"
    monkeypatch.chdir(tmp_path / "book")
    (tmp_path / "elsewhere").mkdir()
    assert str(project.display(project.pdf)) == "main.pdf"
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert project.display(project.pdf) == project.pdf


def test_excluded_folders_are_not_walked(tmp_path: Path) -> None:
    put(tmp_path / "main.tex")
    put(tmp_path / "texbook.toml", 'exclude = ["tests", "old/drafts"]')
    for name in ("tests", "old", "old/drafts", "new/tests"):
        put(tmp_path / name / "q.j2.tex")
    found = open_project(folder=tmp_path).templates()
    assert [str(path.relative_to(tmp_path)) for path in found] == [
        "new/tests/q.j2.tex",
        "old/q.j2.tex",
    ]


def test_templates_in_linked_folders_are_found_and_no_link_leads_in_circles(tmp_path: Path) -> None:
    book, elsewhere = tmp_path / "book", tmp_path / "elsewhere"
    put(book / "main.tex")
    put(elsewhere / "deep" / "q.j2.tex")
    (book / "chapters").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(book)
    (elsewhere / "deep" / "up").symlink_to(elsewhere)
    (book / "again").symlink_to(elsewhere / "deep")
    (book / "generated").symlink_to(book / "build")
    put(book / "build" / "tex" / "old.j2.tex")
    names = {path.relative_to(book).as_posix() for path in open_project(folder=book).templates()}
    assert "chapters/deep/q.j2.tex" in names
    assert names <= {"chapters/deep/q.j2.tex", "again/q.j2.tex"}
