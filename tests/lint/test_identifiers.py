import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.lint.identifiers import (
    ARXIV,
    DOI,
    address,
    arxiv_fault,
    arxiv_year,
    doi_fault,
    find_identifiers,
)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("arXiv:1706.03762", ARXIV, "1706.03762"),
        ("arXiv: 1706.03762v5 [cs.CL]", ARXIV, "1706.03762"),
        ("arXiv preprint arXiv:1412.6980.", ARXIV, "1412.6980"),
        ("arXiv preprint 1412.6980, 2014", ARXIV, "1412.6980"),
        ("https://arxiv.org/abs/hep-th/9711200v2", ARXIV, "hep-th/9711200"),
        ("(https://arxiv.org/pdf/1706.03762v1.pdf)", ARXIV, "1706.03762"),
        ("arXiv:math.GT/0309136", ARXIV, "math.gt/0309136"),
        ("https://doi.org/10.48550/arXiv.1706.03762", ARXIV, "1706.03762"),
        ("doi:10.1257/jep.2.1.191.", DOI, "10.1257/jep.2.1.191"),
        ("DOI 10.1257/JEP.2.1.191", DOI, "10.1257/jep.2.1.191"),
        ("(see 10.1145/3298689.3346997).", DOI, "10.1145/3298689.3346997"),
        ("http://dx.doi.org/10.1007/978-3\\_1", DOI, "10.1007/978-3_1"),
        ("doi:10.\\allowbreak{}2118/\\allowbreak{}2993-PA.", DOI, "10.2118/2993-pa"),
        (
            "(10.1002/(SICI)1097(199806)49:8<693::AID>3.0.CO;2-O)",
            DOI,
            "10.1002/(sici)1097(199806)49:8<693::aid>3.0.co;2-o",
        ),
    ],
)
def test_identifiers_are_found_in_all_their_forms(text: str, kind: str, value: str) -> None:
    [found] = find_identifiers(text)
    assert (found.kind, found.value, found.fault) == (kind, value, "")
    assert text[found.start : found.end].endswith(text[found.end - 3 : found.end])


@pytest.mark.parametrize(
    "text",
    [
        "an arXiv preprint of 2017",
        "arXiv 2017",
        "arXiv: 2017",
        "https://arxiv.org/list/cs.LG/recent",
        "https://info.arxiv.org/help/",
        "https://doi.org/gfz9cs",
        "doi: see there",
        "version 10.12/3 of 10.1, page 10.1234",
        "file 2110.10234/x",
        "",
    ],
)
def test_what_only_looks_like_an_identifier_is_none(text: str) -> None:
    assert list(find_identifiers(text)) == []


@pytest.mark.parametrize(
    ("number", "part"),
    [
        ("0704.0001", ""),
        ("1412.6980", ""),
        ("1501.00001v3", ""),
        ("cond-mat/9612001", ""),
        ("0703.0001", "begin in April 2007"),
        ("9912.0001", "begin in April 2007"),
        ("1400.0001", "no month 00"),
        ("1412.06980", "before 2015 have four digits behind the point, this has five"),
        ("1501.0001", "since 2015 have five digits behind the point, this has four"),
        ("1501.000123456", "this has 9"),
        ("math/0013001", "no month 13"),
        ("170603762", "looks like 1706.03762"),
    ],
)
def test_an_arxiv_number_is_judged_by_its_scheme(number: str, part: str) -> None:
    fault = arxiv_fault(number)
    assert part in fault
    assert bool(part) == bool(fault)


@pytest.mark.parametrize(
    ("doi", "part"),
    [
        ("10.1257/jep.2.1.191", ""),
        ("10.1000.10/123", ""),
        ("11.1257/x", 'begins with "10."'),
        ("10.1257", 'nothing stands behind its prefix "10.1257"'),
        ("10.12/x", 'not "10.12"'),
        ("https://doi.org/10.1257/x", "an address"),
    ],
)
def test_a_doi_is_judged_by_prefix_and_suffix(doi: str, part: str) -> None:
    fault = doi_fault(doi)
    assert part in fault
    assert bool(part) == bool(fault)


def test_years_and_addresses_come_from_the_number() -> None:
    assert [arxiv_year(n) for n in ("1706.03762", "hep-th/9711200", "math/0309136")] == [
        *(2017, 1997, 2003)
    ]
    assert address(ARXIV, "1706.03762") == "https://arxiv.org/abs/1706.03762"
    assert address(DOI, "10.1/x") == "https://doi.org/10.1/x"


@given(st.text(alphabet="arXivdoi:./10 v{}\\_%()<>x17060376") | st.text())
def test_any_text_gives_places_within_it(text: str) -> None:
    for found in find_identifiers(text):
        assert 0 <= found.start < found.end <= len(text)
