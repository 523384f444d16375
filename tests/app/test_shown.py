from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from texbook.app.shown import home_folder, refuse_linked_config, refuse_links, shown_folder
from texbook.app.shown import show_book as show
from texbook.base.errors import RefusedError
from texbook.project import Project, open_project
from texbook.system.process import Limits, run_process
from texbook.system.sandbox import OUTSIDE, Sandbox

if TYPE_CHECKING:
    from tests.app.conftest import Book

NOBODY = {"HOME": "/nonexistent"}


def inside(book: Book, script: str, project: Project | None = None) -> str:
    """Run a script in a sandbox that shows the book; give what it said."""
    project = project or book.project
    sandbox = Sandbox(1 << 20)
    show(sandbox, project, shown_folder(project, NOBODY))
    result = run_process(
        sandbox.command(
            ["/bin/sh", "-c", script], folder=book.root, variables={}, environment=os.environ
        ),
        folder=book.root,
        environment=OUTSIDE,
        limits=Limits(wall_seconds=60.0),
        registry=None,
    )
    return result.output.decode("utf-8", "surrogateescape")


def test_the_book_is_seen_without_what_is_hidden_and_without_what_was_built(book: Book) -> None:
    hidden = (".env", ".git/config", "chapters/.env", "chapters/.git/config", "a/b/.x/y", ".venv/x")
    for name in hidden:
        book.put(name, "secret")
    for name in ("node_modules/x.tex", "chapters/venv/x.tex", "build/tex/x.tex", "main.pdf"):
        book.put(name, "secret")
    for name in ("chapters/one.tex", "a/b/two.tex", "images/c.png"):
        book.put(name, "seen")
    said = inside(book, "find . -type f -size +0 | sort; grep -rs secret . && echo leaked")
    assert said.split() == ["./a/b/two.tex", "./chapters/one.tex", "./images/c.png", "./main.tex"]


def test_sources_cannot_be_changed_and_beside_them_is_room(book: Book) -> None:
    book.put("chapters/one.tex", "seen")
    said = inside(
        book, "for n in main.tex chapters/one.tex chapters/x; do echo x > $n; done; echo x > new"
    )
    assert said.count("Read-only") == 3
    assert not (book.root / "new").exists()


def test_neighbours_of_the_book_are_not_seen_by_any_link(book: Book) -> None:
    (book.root.parent / "neighbour").write_text("secret")
    (book.root / "link").symlink_to("../neighbour")
    (book.root / "full").symlink_to(book.root.parent / "neighbour")
    book.put("chapters/one.tex", "seen")
    (book.root / "chapters" / "up").symlink_to("../..")
    book.put(".env", "secret")
    (book.root / "chapters" / "env").symlink_to("../.env")
    said = inside(book, "cat link full chapters/up/neighbour chapters/env; ls ..")
    assert "secret" not in said
    assert said.splitlines()[-1] == "book"


def test_hidden_links_are_left_alone(book: Book) -> None:
    book.put("shared/settings", "seen")
    book.put("chapters/one.tex", "seen")
    (book.root / "chapters" / ".settings").symlink_to("../shared/settings")
    (book.root / "chapters" / ".gone").symlink_to("nowhere")
    (book.root / "chapters" / ".git").symlink_to("/usr")
    (book.root / "chapters" / ".loop").symlink_to(".")
    assert inside(book, "cat chapters/one.tex; ls /usr/bin/env") == "seen/usr/bin/env\n"


@pytest.mark.parametrize("name", ["-x", "--bind", "new\nline", "a b", "$(x)", "\udcff\udcfe"])
def test_names_are_names(book: Book, name: str) -> None:
    for place in (name, f"{name}.d/{name}", f"chapters/.{name}"):
        book.put(place, "seen")
    (book.root / f"{name}.link").symlink_to(name)
    said = inside(book, "cat ./*; cat ./*.d/*; cat chapters/.*")
    assert said.count("seen") == 3, said  # the file, the link, the one in a folder
    assert "documentclass" in said


def test_a_folder_too_deep_for_recursion_is_looked_through(book: Book) -> None:
    folder = book.root / "a"
    folder.mkdir()
    handle = os.open(folder, os.O_RDONLY)
    depth = 1_200
    for _ in range(depth):
        os.mkdir("a", dir_fd=handle)
        below = os.open("a", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(os.open(".env", os.O_CREAT | os.O_WRONLY, dir_fd=handle))
    os.close(handle)
    sandbox = Sandbox(1 << 20)
    try:
        show(sandbox, book.project, book.root)
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)  # pytest's own way of removing recurses
    command = sandbox.command(["/bin/true"], folder=Path("/"), variables={}, environment=os.environ)
    assert any(word.endswith("/a/a/.env") for word in command)


def test_a_folder_with_more_than_can_be_shown_is_refused(book: Book) -> None:
    for number in range(2_000):
        (book.root / f"{number}.png").touch()
    with pytest.raises(RefusedError, match="too much would have to be shown") as caught:
        inside(book, "true")
    assert caught.value.hints


def test_a_folder_that_is_closed_to_us_is_shown_closed(book: Book) -> None:
    book.put("closed/x", "secret").parent.chmod(0)
    said = inside(book, "ls -d closed")
    (book.root / "closed").chmod(0o755)
    assert said == "closed\n"


def test_the_main_file_may_stand_below_the_configuration(book: Book) -> None:
    book.put("texbook.toml", 'main = "tex/book.tex"\n')
    book.put("tex/book.tex", "main")
    book.put("shared/x.tex", "seen")
    said = inside(
        book, "cat tex/book.tex shared/x.tex; echo > tex/new && echo room; echo > shared/x"
    )
    assert said.startswith("mainseenroom\n")
    assert "Read-only" in said


@pytest.mark.parametrize("text", ["", 'main = "mine.tex"\n'])
def test_a_configuration_above_is_seen_without_what_stands_beside_it(book: Book, text: str) -> None:
    above = book.root.parent
    for name in ("mine.tex", "other/mine.tex"):
        (above / name).parent.mkdir(exist_ok=True)
        (above / name).write_text("secret")
    (above / "texbook.toml").write_text(text)
    project = open_project(book.root / "main.tex")
    assert project.config.path == above / "texbook.toml"
    said = inside(book, "cat ../texbook.toml; cd ..; ls; grep -rs secret . && echo leaked", project)
    assert said == f"{text}book\ntexbook.toml\n"


@pytest.mark.parametrize("main", ["../other/main.tex", "/tmp/x/../../etc/main.tex"])
def test_a_main_file_outside_of_the_book_is_refused(book: Book, main: str) -> None:
    other = book.root.parent / "other" / "main.tex"
    other.parent.mkdir()
    other.touch()
    place = main if main.startswith("..") else str(other)
    book.put("texbook.toml", f'main = "{place}"\n')
    with pytest.raises(RefusedError, match="outside of its own folder"):
        shown_folder(book.project, NOBODY)


def test_a_main_file_in_a_hidden_folder_is_refused(book: Book) -> None:
    book.put(".git/main.tex", "")
    book.put("texbook.toml", 'main = ".git/main.tex"\n')
    with pytest.raises(RefusedError, match="in a hidden folder"):
        shown_folder(book.project, NOBODY)


def test_a_folder_that_holds_the_home_folder_is_refused(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = book.root / "home"
    home.mkdir()
    link = book.root.parent / "link"
    link.symlink_to(home)
    for place in (book.root, home, link):
        with pytest.raises(RefusedError, match="holds your home folder"):
            shown_folder(book.project, {"HOME": str(place)})
    assert shown_folder(book.project, {"HOME": str(book.root.parent)}) == book.root
    assert home_folder({"HOME": ""}) == home_folder({}) == Path("~").expanduser()
    monkeypatch.setattr("os.getuid", lambda: 4_000_000_000)
    assert not home_folder({}).exists()


@pytest.mark.parametrize(
    "name",
    [
        *("build", "build/texbook", "build/tex", "build/editions", "build/draft.pdf"),
        *("main.pdf", "main.synctex.gz"),
    ],
)
@pytest.mark.parametrize("target", ["victim", "nowhere"])
def test_links_where_texbook_writes_are_refused(book: Book, name: str, target: str) -> None:
    (book.root.parent / "victim").mkdir()
    refuse_links(book.project)
    path = book.root / name
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(book.root.parent / target)
    with pytest.raises(RefusedError, match="is a symbolic link"):
        refuse_links(book.project)


def test_a_link_on_the_way_to_the_main_file_is_refused(book: Book) -> None:
    victim = book.root.parent / "victim"
    (victim / "tex").mkdir(parents=True)
    (victim / "tex" / "main.tex").touch()
    (book.root / "link").symlink_to(victim)
    book.put("texbook.toml", 'main = "link/tex/main.tex"\n')
    with pytest.raises(RefusedError, match='link" is a symbolic link'):
        refuse_links(book.project)


@pytest.mark.parametrize("target", ["../mine.toml", ".env", ".git/config", "sub/../../mine.toml"])
@pytest.mark.parametrize("name", ["texbook.toml", "pyproject.toml"])
def test_a_configuration_that_shows_what_the_book_does_not_see_is_refused(
    book: Book, name: str, target: str
) -> None:
    (book.root.parent / "mine.toml").write_text("secret")
    for hidden in (".env", ".git/config", "sub/x", "chapters/one.tex"):
        book.put(hidden, "secret")
    refuse_linked_config(book.root)
    (book.root / name).symlink_to(target)
    for place in (book.root, book.root / "chapters"):
        with pytest.raises(RefusedError, match="is a symbolic link"):
            refuse_linked_config(place)
