from __future__ import annotations

import json
from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.fix import Edit, Fix
from texbook.base.span import Position, Span
from texbook.report.machine import render_json

FOLDER = Path("/book")

EXPECTED = r"""{
  "version": 1,
  "tool": "texbook 0.1.0",
  "diagnostics": [
    {
      "code": "TB001",
      "name": "missing-section",
      "severity": "error",
      "message": "the section \"Z\u00fcrich\" is missing",
      "path": "chapters/leak.j2.tex",
      "line": 4,
      "column": 10,
      "end_line": 4,
      "end_column": 22,
      "hints": [
        "write it"
      ],
      "related": [
        {
          "message": "expanded from here",
          "path": "/elsewhere/shared.tex",
          "line": 2,
          "column": null,
          "end_line": null,
          "end_column": null
        }
      ],
      "source": "lint",
      "fix": {
        "description": "write it",
        "safe": true,
        "edits": [
          {
            "start": 3,
            "end": 5,
            "replacement": "x",
            "line": null,
            "column": null,
            "end_line": null,
            "end_column": null
          }
        ]
      }
    },
    {
      "code": "config",
      "name": "",
      "severity": "warning",
      "message": "no file",
      "path": null,
      "line": null,
      "column": null,
      "end_line": null,
      "end_column": null,
      "hints": [],
      "related": [],
      "source": "texbook",
      "fix": null
    }
  ],
  "summary": {
    "errors": 1,
    "warnings": 1,
    "information": 0,
    "files": 1,
    "safe_fixes": 1,
    "unsafe_fixes": 0
  },
  "exit": 1,
  "pages": 212
}
"""


def test_the_document_follows_the_schema() -> None:
    diagnostics = [
        Diagnostic(
            "TB001",
            Severity.ERROR,
            'the section "Zürich" is missing',
            Span(FOLDER / "chapters/leak.j2.tex", Position(4, 10), Position(4, 22)),
            hints=("write it",),
            related=(Related(Span.at(Path("/elsewhere/shared.tex"), 2), "expanded from here"),),
            fix=Fix("write it", (Edit(3, 5, "x"),), safe=True),
            source="lint",
            name="missing-section",
        ),
        Diagnostic("config", Severity.WARNING, "no file"),
    ]
    text = render_json(
        diagnostics, tool="texbook 0.1.0", folder=FOLDER, status=1, extra={"pages": 212}
    )
    assert text == EXPECTED


def test_a_name_that_is_not_unicode_can_be_written_anywhere() -> None:
    finding = Diagnostic("x", Severity.ERROR, "m", Span(FOLDER / "a\udcff.tex"))
    text = render_json([finding], tool="t", folder=FOLDER, status=0)
    assert text.isascii()
    assert json.loads(text)["diagnostics"][0]["path"] == "a\udcff.tex"


def test_no_findings_are_an_empty_list() -> None:
    document = json.loads(render_json([], tool="t", folder=FOLDER, status=0))
    assert document["diagnostics"] == []
    assert document["summary"]["files"] == 0


def test_fields_of_the_schema_cannot_be_replaced() -> None:
    with pytest.raises(ValueError, match="summary"):
        render_json([], tool="t", folder=FOLDER, status=0, extra={"summary": 1})


def test_edits_have_lines_and_columns_where_their_text_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_bytes("Zürich\r\n10-20".encode())
    fix = Fix("write --", (Edit(8, 13, "10--20"),), safe=False)
    finding = Diagnostic("TB505", Severity.WARNING, "m", Span.at(path, 2, 1), fix=fix)
    document = json.loads(render_json([finding], tool="t", folder=tmp_path, status=1))
    assert document["diagnostics"][0]["fix"]["edits"] == [
        {
            "start": 8,
            "end": 13,
            "replacement": "10--20",
            "line": 2,
            "column": 1,
            "end_line": 2,
            "end_column": 6,
        }
    ]
    assert (document["summary"]["safe_fixes"], document["summary"]["unsafe_fixes"]) == (0, 1)
