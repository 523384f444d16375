"""The pages for people say what the code does: names, keys, tables and links are compared."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest

from texbook.app.policy import UNTRUSTED_COMMANDS
from texbook.base.errors import ConfigError, ExitStatus
from texbook.base.source import SourceFile
from texbook.cli.main import COMMANDS, group
from texbook.config.load import load_config
from texbook.config.model import Config
from texbook.config.person import UNTRUSTED_BOUNDS, UntrustedLimits
from texbook.lint.manual import rules_page
from texbook.lint.rule import all_rules
from texbook.lint.runner import Document, lint
from texbook.render.filters import FILTERS
from texbook.render.frontmatter import read_front_matter
from texbook.render.packaged import PACKAGED_TEMPLATES

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "texbook"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NOT_YET = "What it does not do yet"
BLOCK = re.compile(r"(?ms)^ *(`{3,})\w*\n(.*?)^ *\1$")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def section(text: str, heading: str) -> str:
    """Give what stands below a heading, up to the next one of its level or a higher one."""
    found = re.search(rf"(?m)^(#+) {re.escape(heading)}$", text)
    assert found is not None, heading
    rest = text[found.end() :]
    end = re.search(rf"(?m)^#{{1,{len(found[1])}}} ", rest)
    return rest[: end.start()] if end else rest


def rows(text: str) -> list[list[str]]:
    """Give the cells of the tables of a text, without their heads."""
    lines = [line for line in text.split("\n") if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    rulers = [number for number, row in enumerate(cells) if set("".join(row)) == {"-"}]
    heads = {number - 1 for number in rulers} | set(rulers)
    return [row for number, row in enumerate(cells) if number not in heads]


def first_cells(text: str) -> list[str]:
    return [row[0].strip("`") for row in rows(text)]


def code(text: str) -> list[str]:
    """Give the lines of the code blocks and the stretches of code in the text."""
    blocks = [found[2] for found in BLOCK.finditer(text)]
    prose = BLOCK.sub("", text)
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]
    return [*spans, *(line.strip() for block in blocks for line in block.split("\n"))]


def options(verb: str) -> set[str]:
    """Give the options of a command, those that every command has included."""
    context = click.Context(group)
    command = group.get_command(context, verb) if verb else group
    assert command is not None
    known = {"-h", "--help"}
    below = command.commands.values() if verb and isinstance(command, click.Group) else ()
    return known.union(*(item.opts for one in (command, *below) for item in one.params))


ALL_OPTIONS = set[str]().union(*(options(verb) for verb in ("", *COMMANDS)))


def test_the_page_of_rules_is_the_one_that_the_command_writes() -> None:
    assert read("docs/rules.md") == rules_page(all_rules())


@each_page
def test_every_command_and_option_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    if page.name == "README.md":
        text = text.replace(section(text, NOT_YET), "")
    for piece in code(text):
        for verb, rest in re.findall(r"(?:^|[/ ])texbook ([a-z]+)\b([^#;|]*)", piece):
            assert verb in COMMANDS, piece
            unknown = set(re.findall(r"(?<!\S)-[-\w]+", rest)) - options(verb)
            assert not unknown, piece
        if re.fullmatch(r"--[a-z][-a-z]*", piece):
            assert piece in ALL_OPTIONS


def test_what_the_readme_says_is_not_there_yet_is_not_there() -> None:
    pieces = code(section(read("README.md"), NOT_YET))
    assert pieces
    for piece in pieces:
        verb, _, option = piece.removeprefix("texbook ").partition(" ")
        assert option not in options(verb) if option else verb not in COMMANDS, piece


def test_every_command_is_in_the_readme() -> None:
    text = read("README.md")
    assert [verb for verb in COMMANDS if f"texbook {verb}" not in text] == []


def test_the_exit_codes_are_those_of_the_code() -> None:
    table = [int(cell) for cell in first_cells(section(read("README.md"), "Exit codes"))]
    assert table == [status.value for status in ExitStatus]


def known_keys(folder: Path, table: str) -> set[str]:
    """Ask the code for the keys of a table, by way of its answer to an unknown one."""
    path = folder / "texbook.toml"
    path.write_text(f"{table}\nzqxwvzqxwv = 1\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    (hint,) = caught.value.hints
    return set(hint.removeprefix("known keys: ").split(", "))


@pytest.mark.parametrize("table", ["", "structure", "lint", "build", "watch", "experiments"])
def test_the_keys_and_their_defaults_are_those_of_the_code(tmp_path: Path, table: str) -> None:
    page = section(read("docs/configuration.md"), f"`[{table}]`" if table else "At the top")
    documented = {row[0].strip("`"): row[1].strip("`") for row in rows(page)}
    values: Any = getattr(Config(), table) if table else Config()
    tables = {
        f.name
        for f in dataclasses.fields(Config)
        if dataclasses.is_dataclass(getattr(Config(), f.name))
    }
    assert set(documented) == known_keys(tmp_path, f"[{table}]" if table else "") - tables
    for key, default in documented.items():
        value = getattr(values, key.replace("-", "_"), None)
        shown = None if default == "none" else tomllib.loads(f"x = {default}")["x"]
        if isinstance(value, tuple):
            value = dict(value) if isinstance(shown, dict) else list(value)
        assert value == shown, key


@each_page
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    text = BLOCK.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", text)):
        file, _, heading = target.partition("#")
        if ":" in file:
            continue
        linked = page.parent / file if file else page
        assert linked.exists(), target
        if heading:
            titles = re.findall(r"(?m)^#+ (.*)$", linked.read_text("utf-8"))
            assert heading in {title.lower().replace(" ", "-") for title in titles}


@each_page
def test_every_module_that_is_named_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    rooms = "|".join(path.name for path in SOURCES.iterdir() if path.is_dir())
    for name in re.findall(rf"`((?:{rooms})/\w+\.py)`", text):
        assert (SOURCES / name).is_file(), name


def test_the_rooms_of_the_architecture_are_those_that_the_import_linter_holds() -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (layers,) = [item["layers"] for item in contracts if item["type"] == "layers"]
    table = rows(read("docs/architecture.md"))[: len(layers)]
    assert [row[0] for row in table] == [str(floor) for floor in range(len(layers), 0, -1)]
    assert [set(re.findall(r"`(\w+)`", row[1])) for row in table] == [
        set(re.findall(r"\w+", layer)) for layer in layers
    ]


def test_every_room_of_the_architecture_is_described_with_modules_that_exist() -> None:
    page = section(read("docs/architecture.md"), "The rooms")
    rooms = {path.stem for path in SOURCES.iterdir() if re.fullmatch(r"[a-z]+(\.py)?", path.name)}
    described: set[str] = set()
    for paragraph in page.split("\n\n"):
        names = set(re.findall(r"\*\*`(\w+)`\*\*", paragraph))
        described |= names
        files = [path for name in names for path in (SOURCES / name).rglob("*.py")]
        modules = {path.stem for path in files} | {path.parent.name for path in files}
        words = set(re.findall(r"`([a-z_]+)`", paragraph))
        assert words <= modules | rooms | set(COMMANDS) | {"pygmentize"}, names
    assert described == rooms


def test_decisions_are_numbered_and_have_one_form() -> None:
    paths = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:5] for path in paths] == [f"{n:04}-" for n in range(1, len(paths) + 1)]
    for path in paths:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        headings = re.findall(r"(?m)^## (.*)$", text)
        assert headings[:3] == ["Context", "Decision", "Consequences"], path.name
        assert headings[3:] in ([], ["Measured"]), path.name


def test_the_terms_of_the_text_are_those_of_the_imprint() -> None:
    imprint = " ".join(read("frontmatter/imprint.tex").split()).replace(r"\textcopyright\ ", "© ")
    found = re.search(r"Text and figures © .*? authors\..*?License\.", imprint)
    assert found is not None
    terms = " ".join(section(read("README.md"), "Terms").split())
    for sentence in re.findall(r"[^.]+\.", found[0]):
        words = sentence.strip().removeprefix("Text and figures ").rstrip(".")
        assert words in terms, sentence


def test_front_matter_keys_are_those_of_the_code(tmp_path: Path) -> None:
    text = "%---\n% zqxwvzqxwv = 1\n%---\n"
    finding = read_front_matter(SourceFile(tmp_path / "q.j2.tex", text)).diagnostics[0]
    (hint,) = finding.hints
    known = hint.removeprefix("known keys: ").split(", ")
    table = rows(section(read("docs/writing.md"), "Front matter"))
    assert [row[0].strip("`") for row in table] == known
    missing = read_front_matter(SourceFile(tmp_path / "q.j2.tex", "%---\n%---\n")).diagnostics[0]
    required = [row[0].strip("`") for row in table if row[1] == "required"]
    assert re.findall(r'"(\w+)"', missing.message) == required


def test_blocks_headings_and_labels_are_those_of_the_packaged_template() -> None:
    frame = (PACKAGED_TEMPLATES / "question.j2.tex").read_text("utf-8")
    found = re.findall(r"\\subsection\{(.*?)\}\\label\{.*?:(\w+)\}\n%% block (\w+)", frame)
    expected = [[f"`{block}`", title, f"`q:slug:{kind}`"] for title, kind, block in found]
    assert rows(section(read("docs/writing.md"), "Blocks")) == expected


def test_filters_are_those_of_the_code() -> None:
    table = first_cells(section(read("docs/writing.md"), "Numbers: results and filters"))
    assert {name.partition("(")[0] for name in table} == set(FILTERS)


def test_the_rule_of_the_contributing_guide_reports_what_its_fixture_expects() -> None:
    guide = section(read("CONTRIBUTING.md"), "A lint rule in five minutes")
    blocks = re.findall(r"(?ms)^   (`{3,})(\w+)\n(.*?)^   \1$", guide)
    (module,) = [text for _, kind, text in blocks if kind == "python"]
    (fixture,) = [text for _, kind, text in blocks if kind == "latex"]
    names: dict[str, Any] = {}
    exec(re.sub(r"(?m)^   ", "", module), names)
    document = Document(SourceFile(Path("/book/x.tex"), re.sub(r"(?m)^   ", "", fixture)))
    (finding,) = lint([document], Config(), rules=[names["RULE"]]).diagnostics
    expected = re.search(r"% expect: (\w+) (.*)$", fixture, re.MULTILINE)
    assert expected is not None
    assert finding.code == expected[1]
    assert expected[2] in finding.message
    assert finding.span is not None
    assert finding.span.start is not None
    assert finding.span.start.line == 1


def test_security_tells_the_limits_of_books_that_are_not_trusted() -> None:
    told = {
        key.strip("`"): [int(number) for number in re.findall(r"\d+", f"{default} {bounds}")]
        for key, default, bounds, _ in rows(section(read("SECURITY.md"), "Limits"))
    }
    defaults = dataclasses.asdict(UntrustedLimits())
    assert told == {
        key: [defaults[key.replace("-", "_")], *bounds] for key, bounds in UNTRUSTED_BOUNDS.items()
    }


def test_security_tells_which_commands_are_refused() -> None:
    text = section(read("SECURITY.md"), "What `--untrusted` does")
    told = re.search(r"refused, too.*?:\n(.*?)\. (.*?) remain\.", text, re.DOTALL)
    assert told is not None
    refused, remain = (set(re.findall(r"`(\w+)`", part)) for part in told.groups())
    assert refused == COMMANDS.keys() - UNTRUSTED_COMMANDS
    assert remain == {verb for verb in UNTRUSTED_COMMANDS if "--untrusted" not in options(verb)}
