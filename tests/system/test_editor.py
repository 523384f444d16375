from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.system.outside import is_gone, until
from texbook.base.errors import UsageError
from texbook.system import editor as module
from texbook.system.editor import Editor
from texbook.system.editor_choice import choose_editor
from texbook.system.known_editors import ANSWER

if TYPE_CHECKING:
    from tests.system.conftest import Programs

NASTY = [
    "with space.tex",
    'quote\'s "here".tex',
    "$(touch HACKED).tex",
    "`touch HACKED`;touch HACKED.tex",
    "two\nlines.tex",
    "-n.tex",
    "+3.tex",
    "{line} {column}.tex",
    "Ünïcode-漢字.tex",
]


@pytest.mark.parametrize("name", NASTY)
def test_a_file_is_one_absolute_argument_whatever_its_name(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    programs.put("fake")
    monkeypatch.chdir(tmp_path)
    editor = choose_editor(
        "fake +{line}:{column} --at={file}:{line} {file}", environment=programs.environment
    )
    editor.open(Path(name), 12, 3)
    file = str(tmp_path / name)
    assert programs.call("fake")["arguments"] == ["+12:3", f"--at={file}:12", file]
    assert not list(tmp_path.rglob("HACKED"))


def test_without_a_column_the_line_begins(programs: Programs) -> None:
    programs.put("code")
    choose_editor("code", environment=programs.environment).open(Path("/b/a.tex"), 4)
    assert programs.call("code")["arguments"] == ["--goto", "/b/a.tex:4:1"]


def test_a_program_gets_a_session_of_its_own_no_input_and_the_persons_environment(
    programs: Programs,
) -> None:
    programs.put("fake")
    environment = {**programs.environment, "COLOUR": "green"}
    choose_editor("fake {file}", environment=environment).open(Path("/b/a.tex"), 1)
    call = programs.call("fake")
    assert (call["session"], call["stdin"]) == (True, "")
    assert call["environment"].items() >= environment.items()


def test_an_editor_that_stays_is_not_waited_for_and_leaves_no_zombie(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE_SECONDS", 0.0)
    go = tmp_path / "go"
    then = f"import time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.01)"
    programs.put("fake", f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n{then}")
    choose_editor("fake {file}", environment=programs.environment).open(Path("/b/a.tex"), 1)
    until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
    pid = int((tmp_path / "pid").read_text())
    assert not is_gone(pid)
    go.touch()
    until(lambda: not Path(f"/proc/{pid}").exists() if sys.platform == "linux" else is_gone(pid))


def test_what_a_program_says_when_it_fails_at_once_is_told(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE_SECONDS", 60.0)
    programs.put("fake", "sys.exit('no display\\nsecond line')")
    editor = choose_editor("fake {file}", environment=programs.environment)
    with pytest.raises(UsageError) as caught:
        editor.open(Path("/b/a.tex"), 1)
    assert caught.value.message == 'the editor "fake" failed: no display'
    assert "TEXBOOK_EDITOR" in caught.value.hints[0]


def test_a_program_that_fails_without_a_word_is_told_by_its_status(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE_SECONDS", 60.0)
    path = programs.put("fake", "sys.exit(4)")
    with pytest.raises(UsageError, match=f"failed: {path} ended with exit code 4"):
        choose_editor("fake {file}", environment=programs.environment).open(Path("/b/a"), 1)


def test_a_program_that_the_system_cannot_start_is_told(programs: Programs) -> None:
    path = Path(programs.put("fake"))
    path.write_text("#!/no/such/interpreter\n")
    with pytest.raises(UsageError, match="No such file or directory"):
        choose_editor("fake {file}", environment=programs.environment).open(Path("/b/a"), 1)


@pytest.mark.parametrize("then", ["sys.exit('E247: no server')", "print('E247', file=sys.stderr)"])
def test_where_no_vim_answers_a_new_one_is_started(
    programs: Programs, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    # Vim's client ends with 0 whether or not there is a server.
    monkeypatch.setattr(module, "_ANSWER_SECONDS", 60.0)
    programs.put("vim", then)
    programs.put("gvim", f"if '--remote-expr' in sys.argv: {then}")
    environment = {**programs.environment, "DISPLAY": ":1"}
    choose_editor("vim", environment=environment).open(Path("/b/a.tex"), 5, 2)
    assert programs.call("vim")["arguments"][:3] == ["--servername", "GVIM", "--remote-expr"]
    arguments = ["--servername", "GVIM", "+call cursor(5, 2)", "--", "/b/a.tex"]
    until(lambda: programs.call("gvim")["arguments"] == arguments)


def test_a_vim_that_answers_is_the_only_one(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ANSWER_SECONDS", 60.0)
    programs.put("vim", f"print({ANSWER!r})")
    programs.put("gvim")
    environment = {**programs.environment, "DISPLAY": ":1", "VIM_SERVERNAME": "MINE"}
    choose_editor("vim", environment=environment).open(Path("/b/it's.tex"), 5, 2)
    _, server, _, expression = programs.call("vim")["arguments"]
    assert server == "MINE"
    assert 'bufadd("/b/it\\x27s.tex")' in expression
    assert "setcursorcharpos(5, 2)" in expression
    assert not programs.was_called("gvim")


def test_placeholders_in_the_path_of_the_program_stay(programs: Programs, tmp_path: Path) -> None:
    folder = tmp_path / "{line}"
    programs.folder.rename(folder)
    moved = type(programs)(folder)
    path = moved.put("code")
    Editor("code", ((path, "{file}"),), moved.environment).open(Path("/b/a.tex"), 1)
    assert moved.call("code")["arguments"] == ["/b/a.tex"]
