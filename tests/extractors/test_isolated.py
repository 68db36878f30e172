"""Hostile files: each ends in one line, in time, and the next document is read as if nothing had been."""

import io
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from extractors import ExtractionError, Limits, extract
from extractors.isolated import close_workers, extract_isolated
from tests.extractors.pages import BODY, Sheet

LIMITS = Limits(seconds=20, memory_megabytes=600)


@pytest.fixture(autouse=True)
def workers() -> Iterator[None]:
    yield
    close_workers()


def good(tmp_path: Path) -> Path:
    sheet = Sheet(tmp_path / "good.pdf")
    sheet.lines(60, 100, BODY)
    return sheet.save()


def raw_pdf(objects: dict[int, bytes], root: int = 1) -> bytes:
    """A PDF of given objects with a right cross-reference table."""
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, 2)
    places = {}
    for number, body in objects.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (max(objects) + 1))
    for number in range(1, max(objects) + 1):
        out.write(b"%010d 00000 n \n" % places.get(number, 0))
    out.write(b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (max(objects) + 1, root, start))
    return out.getvalue()


def with_content(stream: bytes) -> bytes:
    packed = zlib.compress(stream, 9)
    return raw_pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
            4: b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
        }
    )


def test_isolated_gives_what_extract_gives(tmp_path: Path) -> None:
    path = good(tmp_path)
    one, other = extract(path, "d"), extract_isolated(path, "d", limits=LIMITS)
    assert (one.text, one.blocks, one.sentences, one.pages, one.sha256) == (
        other.text,
        other.blocks,
        other.sentences,
        other.pages,
        other.sha256,
    )


def test_errors_of_the_file_come_through(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    with pytest.raises(ExtractionError, match=r"^empty\.pdf: the file is empty"):
        extract_isolated(tmp_path / "empty.pdf", "d", limits=LIMITS)


def test_encrypted(tmp_path: Path) -> None:
    for name, password in (("open.pdf", ""), ("closed.pdf", "secret")):
        with pikepdf.open(good(tmp_path)) as pdf:
            pdf.save(tmp_path / name, encryption=pikepdf.Encryption(owner="owner", user=password))
    assert extract_isolated(tmp_path / "open.pdf", "d", limits=LIMITS).text.startswith("The first pilots")
    with pytest.raises(ExtractionError, match=r"closed\.pdf: encrypted"):
        extract_isolated(tmp_path / "closed.pdf", "d", limits=LIMITS)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_truncated(tmp_path: Path, share: float) -> None:
    data = good(tmp_path).read_bytes()
    (tmp_path / "cut.pdf").write_bytes(data[: int(len(data) * share)])
    try:
        document = extract_isolated(tmp_path / "cut.pdf", "d", limits=LIMITS)
    except ExtractionError as error:
        assert str(error).startswith("cut.pdf: ")
    else:
        assert document.text.startswith("The first pilots")


def test_cyclic_page_tree(tmp_path: Path) -> None:
    (tmp_path / "cycle.pdf").write_bytes(
        raw_pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"})
    )
    with pytest.raises(ExtractionError, match=r"^cycle\.pdf: "):
        extract_isolated(tmp_path / "cycle.pdf", "d", limits=LIMITS)


def test_a_gigabyte_of_zeros_is_stopped_and_the_next_document_is_read(tmp_path: Path) -> None:
    packer = zlib.compressobj(9)
    zeros = b"\x00" * 10_000_000
    packed = b"".join(packer.compress(zeros) for _ in range(100)) + packer.flush()
    (tmp_path / "bomb.pdf").write_bytes(
        raw_pdf(
            {
                1: b"<</Type/Catalog/Pages 2 0 R>>",
                2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
                4: b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
            }
        )
    )
    with pytest.raises(ExtractionError, match=r"^bomb\.pdf: "):
        extract_isolated(tmp_path / "bomb.pdf", "d", limits=LIMITS)
    assert extract_isolated(good(tmp_path), "d", limits=LIMITS).text.startswith("The first pilots")


def test_time_limit(tmp_path: Path) -> None:
    (tmp_path / "slow.pdf").write_bytes(with_content(b"q 1 0 0 1 0 0 cm BT /F 1 Tf (a) Tj ET Q\n" * 2_000_000))
    with pytest.raises(ExtractionError, match=r"^slow\.pdf: took longer than 0\.2 s"):
        extract_isolated(tmp_path / "slow.pdf", "d", limits=Limits(seconds=0.2, memory_megabytes=4000))


def test_a_hundred_thousand_objects(tmp_path: Path) -> None:
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    }
    objects |= {number: b"<</A %d>>" % number for number in range(4, 100_004)}
    (tmp_path / "many.pdf").write_bytes(raw_pdf(objects))
    with pytest.raises(ExtractionError, match=r"^many\.pdf: "):
        extract_isolated(tmp_path / "many.pdf", "d", limits=LIMITS)


def test_ten_thousand_pages_end_at_the_limit(tmp_path: Path) -> None:
    kids = b" ".join(b"3 0 R" for _ in range(10_000))
    content = b"BT /F 11 Tf 60 700 Td (The pilots went on for a year.) Tj ET"
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[" + kids + b"]/Count 10000>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        4: b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    (tmp_path / "pages.pdf").write_bytes(raw_pdf(objects))
    document = extract_isolated(tmp_path / "pages.pdf", "d", limits=Limits(seconds=60, memory_megabytes=600))
    assert len(document.pages) == 5000
    assert document.problems[0].message.startswith("10000 pages")
