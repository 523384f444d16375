"""What is made of xdvipdfmx's output."""

from __future__ import annotations

from texbook.build.converter import converter_findings


def test_a_converter_that_loses_an_image_is_an_error() -> None:
    output = (
        'xdvipdfmx:warning: Could not find image resource... "images/a.pdf"\n'
        "xdvipdfmx:warning: Object @page.1 already defined.\n"
    )
    [finding] = converter_findings(0, output)
    assert finding.message == 'Could not find image resource... "images/a.pdf"'
    assert finding.source == "xdvipdfmx"


def test_a_converter_that_fails_says_why_or_at_least_that_it_did() -> None:
    [fatal] = converter_findings(1, 'xdvipdfmx:fatal: Unable to open "main.xdv".\n\nNo output\n')
    assert fatal.message == 'Unable to open "main.xdv"'
    [silent] = converter_findings(1, "")
    assert silent.message == "xdvipdfmx ended with status 1 without a word"
    assert converter_findings(0, "xdvipdfmx:warning: something harmless\n") == ()
