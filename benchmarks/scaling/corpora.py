"""Corpora of any size: paragraphs of the sample and of ../shared/corpus, drawn anew for each document, as new PDFs."""

from __future__ import annotations

import random
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES, WIDTH = 54, 92


def paragraphs() -> list[str]:
    """Paragraphs of the sample and, where it is there, of the real corpus's plain texts."""
    files = sorted((ROOT / "corpus" / "sample" / "text").glob("*.md"))
    files += sorted((ROOT.parent / "shared" / "corpus").rglob("*.txt"))[:60]
    blocks = [block for file in files for block in file.read_text(encoding="utf-8", errors="replace").split("\n\n")]
    return [" ".join(block.split()) for block in blocks if 80 < len(block) < 1200]


def make_corpus(folder: Path, size: int, length: int) -> None:
    """``size`` documents of ``length`` paragraphs each, drawn with a fixed seed."""
    blocks, rng = paragraphs(), random.Random(size)
    folder.mkdir()
    for number in range(size):
        write_pdf(folder / f"paper-{number:05}.pdf", rng.sample(blocks, length))


def write_pdf(path: Path, blocks: list[str]) -> int:
    """A plain PDF, one font, one column; returns its number of pages."""
    lines = [line for block in blocks for line in [*textwrap.wrap(block, WIDTH), ""]]
    pages = [lines[i : i + LINES] for i in range(0, len(lines), LINES)]
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for page in pages:
        text = "".join(f"({_escaped(line)}) Tj T*\n" if line else "T*\n" for line in page)
        stream = f"BT /F1 10 Tf 13 TL 60 780 Td\n{text}ET"
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    path.write_bytes(out)
    return len(pages)


def _escaped(line: str) -> str:
    plain = line.encode("cp1252", "replace").decode("cp1252")
    return plain.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
