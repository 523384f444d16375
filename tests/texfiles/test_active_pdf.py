"""Hand-made PDFs; those that a real xdvipdfmx writes are in test_active_pdf_tex.py."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import Fit

from texbook.base.errors import StorageError
from texbook.texfiles.active_pdf import ActiveContent, find_active_content

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
FILE = b"an embedded file"


def made(*objects: bytes, trailer: bytes = b"", catalogue: bytes = CATALOGUE) -> bytes:
    """Give a PDF of one page with further objects, from 4 on."""
    data, places = b"%PDF-1.5\n", []
    for number, text in enumerate((catalogue, PAGES, PAGE, *objects), 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Root 1 0 R/Size %d%s>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, trailer, len(data))
    )


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), entries, data)


def object_stream(content: bytes, count: int, first: int, entries: bytes = b"") -> bytes:
    entries = b"/Type/ObjStm/N %d/First %d%s" % (count, first, entries)
    return stream(zlib.compress(content), entries + b"/Filter/FlateDecode")


def kinds(folder: Path, data: bytes) -> list[str]:
    (folder / "a.pdf").write_bytes(data)
    return [found.kind for found in find_active_content(folder / "a.pdf")]


@pytest.mark.parametrize(
    "one",
    [
        b"<</S/URI/URI(https://example.org/javascript:)>>",
        b"<</S/URI/URI(mailto:a@example.org)>>",
        b"<</S/URI/URI(chapter.html#file:x)>>",
        b"<</S/GoTo/D(here)>>",
        b"<</Type/Action/S/Named/N/NextPage>>",
        b"<</S/Thread/D 1>>",
        b"(Why /JavaScript << /JS and /Launch >> are bad)",
        b"<</Title(\\(see /JS\\) <</S/Launch>>)>>",
        b"<</Type/Encoding/Differences[1/Launch/Sound/JS]>>",
        b"<</S/D/P(JS)>>",
        stream(b"BT (/S /JavaScript /JS) Tj ET"),
        b"<</Subtype/Widget/FT/Tx/F 4>>",
        b"<</OpenAction<</S/GoTo/D[3 0 R/Fit]>>>>",
    ],
)
def test_what_a_book_has_is_no_finding(tmp_path: Path, one: bytes) -> None:
    assert kinds(tmp_path, made(one)) == []


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (b"<</S/JavaScript>>", "JavaScript"),
        (b"<</J#53(x)>>", "JavaScript"),
        (b"<</Names[(a) 4 0 R]/J#61v#61Script 5 0 R>>", "JavaScript"),
        (b"[[<</A<</S%\n/Launch/F(x)>>>>]]", "starts a program (Launch)"),
        (b"<</S 5 0 R>> endobj 5 0 obj /Launch", "starts a program (Launch)"),
        (b"<</S/GoToR/F(x.pdf)/D 1>>", "opens another file (GoToR)"),
        (b"<</S/GoToE/T<<>>>>", "opens another file (GoToE)"),
        (b"<</S/Thread/F(x.pdf)>>", "opens another file (Thread)"),
        (b"<</S/SubmitForm/F(http://x)>>", "sends a form (SubmitForm)"),
        (b"<</S/ImportData/F(x)>>", "reads data from a file (ImportData)"),
        (b"<</S/Rendition/OP 0>>", "sound, video or 3D"),
        (b"<</Type/Action/S/Other>>", 'an unknown action ("Other")'),
        (b"<</Subtype/FileAttachment/FS 5 0 R>>", "an embedded file"),
        (b"<</Type/Filespec/F(x)/EF<</F 5 0 R>>>>", "an embedded file"),
        (stream(b"secret", b"/Type/EmbeddedFile"), "an embedded file"),
        (stream(b"", b"/F(/etc/passwd)"), "opens another file (F)"),
        (stream(b"", b"/Subtype/Form/Ref<<>>"), "opens another file (Ref)"),
        (stream(b"", b"/Subtype/PS"), "a PostScript program"),
        (stream(b"", b"/Subtype/Form/Subtype2/PS"), "a PostScript program"),
        (b"<</Subtype/RichMedia>>", "rich media"),
        (b"<</Subtype/3D>>", "sound, video or 3D"),
        (b"<</Fields[]/XFA[]>>", "an XFA form"),
        (b"<</S/URI/URI(javascript:alert\\(1\\))>>", "a link that is not to the Web"),
        (b"<</S/URI/URI( \\000java\\\nscript:x)>>", "a link that is not to the Web"),
        (b"<</S/URI/URI(file:///etc/passwd)>>", "a link that is not to the Web"),
        (b"<</S/URI/URI(\\\\\\\\host\\\\share)>>", "a link that is not to the Web"),
        (b"<</S/URI/URI<feff00660069006c0065003a>>>", "a link that is not to the Web"),
        (b"<</S/URI/URI 5 0 R>> endobj 5 0 obj (File:x)", "a link that is not to the Web"),
        (b"<</URI<</Base(javascript:)>>>>", "a link that is not to the Web"),
        (b"<</OpenAction<</S/URI/URI(http://x)>>>>", "acts by itself, without a click"),
        (
            b"<</OpenAction 5 0 R>>endobj 5 0 obj<</URI(http://x)>>",
            "acts by itself, without a click",
        ),
        (b"<</Type/Page/AA<</O 5 0 R>>>>", "acts by itself, without a click"),
    ],
)
def test_what_acts_or_carries_a_file_is_found(tmp_path: Path, one: bytes, kind: str) -> None:
    assert kind in kinds(tmp_path, made(one))


def test_a_finding_names_the_object(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(made(PAGE, SCRIPT))
    assert find_active_content(tmp_path / "a.pdf") == (ActiveContent("JavaScript", 5),)


def test_a_script_that_opens_with_the_document_is_found(tmp_path: Path) -> None:
    catalogue = b"<</Type/Catalog/Pages 2 0 R/OpenAction" + SCRIPT + b">>"
    assert kinds(tmp_path, made(catalogue=catalogue)) == ["JavaScript"]
    assert kinds(tmp_path, made(catalogue=catalogue.replace(SCRIPT, b"[3 0 R/Fit]"))) == []


def test_a_script_in_an_object_stream_is_found(tmp_path: Path) -> None:
    data = made(object_stream(b"8 0 9 5 null " + SCRIPT, 2, 8))
    (tmp_path / "a.pdf").write_bytes(data)
    assert find_active_content(tmp_path / "a.pdf") == (ActiveContent("JavaScript", 9),)


def test_a_script_in_an_object_stream_without_its_type_is_found(tmp_path: Path) -> None:
    one = object_stream(b"8 0 " + SCRIPT, 1, 4).replace(b"/Type/ObjStm", b"")
    assert kinds(tmp_path, made(one)) == ["JavaScript"]


def test_a_script_of_an_older_revision_is_found(tmp_path: Path) -> None:
    old = made(SCRIPT)
    place = len(old)
    new = (
        b"4 0 obj\nnull\nendobj\nxref\n0 1\n0000000000 65535 f \n4 1\n%010d 00000 n \ntrailer\n"
        % place
    )
    start = old.rindex(b"startxref\n") + len(b"startxref\n")
    before = int(old[start:].split()[0])
    new += b"<</Root 1 0 R/Size 5/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (before, place + 20)
    assert pypdf_reads(old + new, tmp_path)
    assert kinds(tmp_path, old + new) == ["JavaScript"]
    assert kinds(tmp_path, (old + new).replace(SCRIPT, b" " * (len(SCRIPT) - 4) + b"null")) == []


def pypdf_reads(data: bytes, folder: Path) -> bool:
    (folder / "read.pdf").write_bytes(data)
    return len(PdfReader(folder / "read.pdf", strict=True).pages) == 1


def test_an_object_that_no_table_names_is_found(tmp_path: Path) -> None:
    hidden = b"99 0 obj" + SCRIPT + b"endobj\n"
    data = made().replace(b"xref\n0", hidden + b"xref\n0", 1)
    data = data.replace(b"startxref\n", b"startxref\n%d %%" % data.index(b"xref\n0"))
    assert "JavaScript" in kinds(tmp_path, data)


def test_a_script_in_a_trailer_is_found(tmp_path: Path) -> None:
    data = made(trailer=b"/Old<</OpenAction" + SCRIPT + b">>")
    assert kinds(tmp_path, data) == ["JavaScript"]


def test_a_pdf_hidden_in_a_stream_is_looked_into(tmp_path: Path) -> None:
    assert kinds(tmp_path, made(stream(made(SCRIPT)))) == ["JavaScript"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + made(),
        made() + b"PK\x03\x04 an archive",
        made()[:-30],
        made(b"<</A 1/A 2>>"),
        made(b"<</A"),
        made(b"[4 0 obj null]"),
        made().replace(b"0000000009", b"0000000010"),
        made().replace(b"3 0 obj", b"7 0 obj"),
        made().replace(b"xref\n0 4\n0000000000 65535 f \n", b"xref\n1 3\n"),
        made().replace(b"startxref\n", b"startxref\n1"),
        made(stream(b"x", b"/Type/ObjStm/N 1/First 4/Filter/LZWDecode")),
        made(stream(b"x", b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode")),
        made(stream(zlib.compress(b"8 0 null")[:-6], b"/N 1/First 4/Filter/FlateDecode")),
        made(object_stream(b"8 0 9", 2, 4)),
        made(object_stream(b"8 0 null", 1, 4, b"/DecodeParms<</Predictor 12>>")),
        made(object_stream(b"1 0 2 0 3 0 [null null]", 3, 12)),
    ],
)
def test_what_cannot_be_read_for_certain_is_a_finding(tmp_path: Path, data: bytes) -> None:
    assert any(kind.startswith("cannot be read: ") for kind in kinds(tmp_path, data))


def test_the_unreadable_object_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(made(b"<</A"))
    (found,) = find_active_content(tmp_path / "a.pdf")
    assert found == ActiveContent("cannot be read: no value", 4)


def test_an_encrypted_pdf_is_a_finding(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(9, 9)
    writer.encrypt("", "owner", algorithm="RC4-128")
    writer.write(tmp_path / "a.pdf")
    found = [one.kind for one in find_active_content(tmp_path / "a.pdf")]
    assert "encryption, behind which nothing can be seen" in found


def test_what_pypdf_embeds_is_found(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(9, 9)
    writer.add_annotation(0, Link(rect=(0, 0, 1, 1), url="https://example.org"))
    writer.add_annotation(0, Link(rect=(0, 0, 1, 1), target_page_index=0, fit=Fit.fit()))
    writer.write(tmp_path / "good.pdf")
    assert find_active_content(tmp_path / "good.pdf") == ()
    writer.add_attachment("notes.txt", b"secret")
    writer.write(tmp_path / "bad.pdf")
    found = {one.kind for one in find_active_content(tmp_path / "bad.pdf")}
    assert found == {"an embedded file"}


def test_a_stream_that_unpacks_to_too_much_is_a_finding(tmp_path: Path) -> None:
    bomb = zlib.compress(b"8 0 " + b" " * (300 << 20))
    data = made(stream(bomb, b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"))
    assert kinds(tmp_path, data) == ["cannot be read: it is cut, or unpacks to too much"]


def test_a_pdf_of_too_many_objects_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(made(PAGE, PAGE))
    assert find_active_content(tmp_path / "a.pdf", most_objects=6) == ()
    (found,) = find_active_content(tmp_path / "a.pdf", most_objects=5)
    assert found.kind == "cannot be read: there are more than 5 objects"


def test_a_missing_file_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot read"):
        find_active_content(tmp_path / "none.pdf")
