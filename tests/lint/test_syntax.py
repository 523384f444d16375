import pytest

from texbook.lint.syntax import SyntaxFault, json_fault, python_fault, toml_fault


@pytest.mark.parametrize(
    ("code", "line", "part"),
    [
        ("x = (1,\n", 1, "never closed"),
        ("    x = 1\n    y = = 2\n", 2, "invalid syntax"),
        ("def f():\n    x = 1\n  y = 2\n", 3, "unindent"),
        ("x = \u2018a\u2019\n", 1, "invalid character"),
        ("x = 1 \u2013 2\n", 1, "invalid character"),
        ("if x = 1:\n    pass\n", 1, "=="),
        ('print("a\\n", "<name>", "..."\n', 1, "never closed"),
        ("class A:\nx = 1\n", 2, "expected an indented block"),
        ("%time x\ny = = 1\n", 2, "invalid syntax"),
        ("def f():\n\tx = 1\n        y = 2\n", 3, "inconsistent use of tabs"),
    ],
)
def test_a_fault_of_python_is_found_at_its_line(code: str, line: int, part: str) -> None:
    fault = python_fault(code)
    assert fault is not None
    assert fault.line == line
    assert part in fault.message


@pytest.mark.parametrize(
    "code",
    [
        "",
        "\n\n",
        "x = '\\d'\n",
        "x = f(1, ..., 2)\nawait x\nreturn x\n",
        "match x:\n    case 1: pass\n",
        "def f[T](x: T) -> T:\n    return x\n",
        "type X = int\n",
        "try:\n    x\nexcept A, b:\n    y\n",
        "x = 0777\n",
        "In [1]: x = (\n",
        "$ python x.py (\n",
        "x = ∑ y\n",
        "pattern matches\n               ^^ here\n",
        "(" * 10_000,
        "-" * 50_000 + "1",
        "x = " + "1+" * 50_000 + "1",
        "x\0 = (",
        "max\\_len = pre{-}trained\n",
    ],
)
def test_what_may_be_right_is_no_fault_of_python(code: str) -> None:
    fault = python_fault(code)
    assert fault is None or "too many nested" in fault.message


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ('{"a": 1,}', SyntaxFault(1, 9, "Expecting property name enclosed in double quotes")),
        (
            "\n\n{'a': 1}",
            SyntaxFault(3, 2, "Expecting property name enclosed in double quotes"),
        ),
        ('{"a": True}', SyntaxFault(1, 7, "Expecting value")),
        ('{"a": 1\n "b": 2}', SyntaxFault(2, 2, "Expecting ',' delimiter")),
        ('{"a": "#1" "b"}', SyntaxFault(1, 12, "Expecting ',' delimiter")),
    ],
)
def test_a_fault_of_json_is_found_at_its_place(code: str, fault: SyntaxFault) -> None:
    assert json_fault(code) == fault


@pytest.mark.parametrize(
    "code",
    [
        *("", "[1, 2]", '{"a": 1}\n{"a": 2}', '"a": 1,', '{"a": 1}, {"a": 2},', "[" * 100_000),
        *('{"a": <id>}', '{"a": 1} # why', '{"a": [1, ...]}', '{"a": integer}', "1" * 5000),
    ],
)
def test_what_may_be_right_is_no_fault_of_json(code: str) -> None:
    assert json_fault(code) is None


def test_a_fault_of_toml_is_found_at_its_line() -> None:
    assert toml_fault("[a]\nb = 1\nc = yes\n") == SyntaxFault(3, 5, "Invalid value")
    assert toml_fault("  [a\n  b = 1\n") is not None


@pytest.mark.parametrize(
    "code", ["", "a = 1\r\nb = 2\r\n", "a = 1\n\n# or\n\na = 2\n", "a = ...\n", "a = <name>\n"]
)
def test_what_may_be_right_is_no_fault_of_toml(code: str) -> None:
    assert toml_fault(code) is None
