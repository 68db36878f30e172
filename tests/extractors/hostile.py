"""Files that are meant to crash, stall or bloat a reader, built compactly when a test asks for them.

Each builder writes one file and returns its path. The PDFs are written object by object: no PDF library writes them.
"""

from __future__ import annotations

import io
import zlib
from pathlib import Path

_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_SHEET = b"/MediaBox [0 0 595 842] "
_FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources "


def pdf(objects: dict[int, bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF of numbered objects with a proper cross-reference table."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number in sorted(objects):
        offsets[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, objects[number]))
    start = out.tell()
    out.write(b"xref\n0 1\n0000000000 65535 f \n")
    for number, offset in offsets.items():
        out.write(b"%d 1\n%010d 00000 n \n" % (number, offset))
    out.write(b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, trailer, start))
    return out.getvalue()


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object; ``data`` as it stands in the file."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def shown(text: str) -> bytes:
    """Page content that shows a line of text."""
    return b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % text.encode("latin-1")


def one_page(content: bytes, resources: bytes = b"", more: dict[int, bytes] | None = None) -> bytes:
    """A PDF of one page whose content is the stream object given."""
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> %s >> >>" % resources,
            4: content,
            5: _FONT,
            **(more or {}),
        }
    )


def zeros(megabytes: int) -> bytes:
    """So many megabytes of zero bytes, deflated; made at once, from the deflated block of one megabyte (RFC 1950)."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(b"\x00" * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = (megabytes * 1_000_000 % 65521 << 16) + 1
    return b"\x78\xda" + block * megabytes + b"\x03\x00" + checksum.to_bytes(4, "big")


def flate_bomb(path: Path) -> Path:
    """A gigabyte of zeros as the content of a page."""
    path.write_bytes(one_page(stream(zeros(1000), b"/Filter /FlateDecode")))
    return path


def nested_bomb(path: Path) -> Path:
    """Four gigabytes of zeros, deflated three times over: some tens of kilobytes on disk."""
    thrice = zlib.compress(zlib.compress(zeros(4000), 9), 9)
    path.write_bytes(one_page(stream(thrice, b"/Filter [/FlateDecode /FlateDecode /FlateDecode]")))
    return path


def cyclic_tree(path: Path) -> Path:
    """A page tree one of whose children is its own root."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R 2 0 R 6 0 R] /Count 50 >>",
        3: b"<< /Type /Page /Parent 2 0 R %s /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>" % _SHEET,
        4: stream(shown("The only page of a tree that bites its tail.")),
        5: _FONT,
        6: b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 20 >>",
    }
    path.write_bytes(pdf(objects))
    return path


def cyclic_forms(path: Path) -> Path:
    """A form that draws another form that draws the first."""
    form = _FORM + b"<< /XObject << /X %d 0 R >> /Font << /F1 5 0 R >> >>"
    more = {6: stream(b"/X Do", form % 7), 7: stream(b"/X Do " + shown("Round and round."), form % 6)}
    path.write_bytes(one_page(stream(b"/X Do"), b"/XObject << /X 6 0 R >>", more))
    return path


def exponential_forms(path: Path, depth: int = 12, times: int = 10) -> Path:
    """Forms that each draw the next one ten times: 10^12 drawings at the end."""
    more = {}
    for level in range(depth):
        number = 6 + level
        entries = _FORM + b"<< /XObject << /X %d 0 R >> /Font << /F1 5 0 R >> >>"
        content = b"/X Do " * times if level + 1 < depth else shown("ha")
        more[number] = stream(content, entries % (number + 1 if level + 1 < depth else number))
    path.write_bytes(one_page(stream(b"/X Do"), b"/XObject << /X 6 0 R >>", more))
    return path


def tiny_objects(path: Path, count: int = 100_000) -> Path:
    """A document of one page among a great many objects that nothing refers to."""
    path.write_bytes(
        one_page(stream(shown("One page among many objects.")), more={6 + n: b"%d" % n for n in range(count)})
    )
    return path


def many_pages(path: Path, count: int = 10_000) -> Path:
    """So many pages with a line each, all of them one content stream."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % (5 + n) for n in range(count)), count),
        3: stream(shown("The same line again.")),
        4: _FONT,
    }
    page = b"<< /Type /Page /Parent 2 0 R %s /Contents 3 0 R /Resources << /Font << /F1 4 0 R >> >> >>" % _SHEET
    objects.update({5 + n: page for n in range(count)})
    path.write_bytes(pdf(objects))
    return path


def no_unicode_map(path: Path) -> Path:
    """Text in a composite font whose codes lead to no character."""
    font = {
        5: b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Nothing /Encoding /Identity-H "
        b"/DescendantFonts [6 0 R] >>",
        6: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Nothing /DW 600 /FontDescriptor 7 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        7: b"<< /Type /FontDescriptor /FontName /ABCDEF+Nothing /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 "
        b"/Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >>",
    }
    line = b"BT /F1 12 Tf 72 %d Td <%s> Tj ET\n"
    codes = "".join(f"{code:04x}" for code in range(3, 60)).encode()
    content = b"".join(line % (700 - 14 * row, codes) for row in range(20))
    path.write_bytes(one_page(stream(content), more=font))
    return path


def encrypted(path: Path, user: str) -> Path:
    """A document encrypted with AES-256; it opens without a password where ``user`` is empty."""
    import pikepdf

    with pikepdf.open(io.BytesIO(one_page(stream(shown("Words behind a lock."))))) as opened:
        opened.save(path, encryption=pikepdf.Encryption(owner="owner", user=user, R=6))
    return path


def truncated(path: Path) -> Path:
    """The first part of a document: pages are announced, none is there."""
    path.write_bytes(one_page(stream(shown("Never to be seen.") * 50))[:300])
    return path
