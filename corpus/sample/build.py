"""Builds the sample corpus from ``text/*.md``: six PDFs, ``manifest.csv`` and the answer keys.

``python -m corpus.sample.build [FOLDER]`` writes beside this file, or into FOLDER. Building twice gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from corpus.sample.layout import PageWriter
from corpus.sample.looks import register_fonts
from corpus.sample.markup import NOTICE, Element, Sentence, Source, read_hyphens, read_inline, read_source
from corpus.sample.scan import scan_picture

HERE = Path(__file__).parent
LICENCE = "MIT (fictional sample written for halfloop)"
MANIFEST = [
    "id",
    "file",
    "sha256",
    "kind",
    "voice",
    "published",
    "programme",
    "title",
    "country",
    "pages",
    "layout",
    "licence",
    "source",
]
CLAIMS = ["doc_id", "sentence", "page", "kind", "section", "scan", "label", "depth", "learner", "text"]
MENTIONS = ["doc_id", "sentence", "page", "start", "end", "text", "code", "locus", "status"]
QUOTATIONS = ["doc_id", "sentence", "quotes_doc", "quotes_sentence", "leaves_out_sentence"]


class BuildError(Exception):
    """A key that does not fit the PDF built from the same source."""


@dataclass(frozen=True, slots=True)
class KeyedSentence:
    """A sentence of the key, with its place."""

    number: str
    page: int
    kind: str
    section: str
    scan: bool
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Built:
    """One built document."""

    source: Source
    pdf: bytes
    pages: int
    sentences: tuple[KeyedSentence, ...]


def build_document(source: Source, scan: bytes | None) -> Built:
    """Two passes: the first finds the pages for the contents list."""
    draft = PageWriter(source, [], scan)
    draft.write()
    writer = PageWriter(source, draft.headings, scan)
    pdf = writer.write()
    if writer.headings != draft.headings:
        raise BuildError(f"{source.name}: the contents page moved the text")
    document = pypdfium2.PdfDocument(pdf)
    texts = [_bare(document[i].get_textpage().get_text_range()) for i in range(len(document))]
    return Built(source, pdf, len(document), tuple(_keyed(source, writer.pages, texts)))


def _bare(text: str) -> str:
    """Letters and digits only: what survives line ends, hyphens and columns."""
    return re.sub(r"[\W_]+", "", text)


def _walk(elements: Iterable[Element], scan: bool = False) -> Iterator[tuple[Element, bool]]:
    """Elements in reading order, those inside boxes and the notes of a paragraph included."""
    for element in elements:
        if element.role != "scan":
            yield element, scan
        yield from _walk(element.children, scan or element.role == "scan")
        yield from _walk(element.notes, scan)


def _keyed(source: Source, pages: dict[int, int], texts: list[str]) -> Iterator[KeyedSentence]:
    yield KeyedSentence("s001", 1, "body", "", False, read_inline(NOTICE, {}))
    number, section = 1, ""
    for element, scan in _walk(source.elements):
        kind = {"table": "caption"}.get(element.kind, element.kind)
        if element.kind == "heading":
            section = element.sentences[0].text
        elif element.kind == "box" and element.children:
            kind = "heading"  # the box's own title
        first = pages[id(element)]
        for sentence in element.sentences:
            number += 1
            page = first if scan else _page_of(source, sentence, first, texts)
            yield KeyedSentence(f"s{number:03d}", page, kind, section, scan, sentence)


def _page_of(source: Source, sentence: Sentence, first: int, texts: list[str]) -> int:
    """The page on which the sentence begins; it may go on in the next column or page.

    Raises
    ------
    BuildError
        Where the sentence is not in the PDF's text.
    """
    wanted = _bare(sentence.printed)
    places = range(first, min(first + 3, len(texts) + 1))
    for page in places:
        if wanted in texts[page - 1]:
            return page
    for page in places:
        for cut in range(len(wanted) - 1, 0, -1):
            rest = "".join(texts[page - 1 : page + 1])
            if wanted[:cut] in texts[page - 1] and wanted[cut:] in rest:
                return page
    raise BuildError(f"{source.name}, page {first}: not in the PDF: {sentence.text}")


def _write_csv(path: Path, columns: list[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _manifest_row(built: Built) -> list[object]:
    head = built.source.head
    digest = hashlib.sha256(built.pdf).hexdigest()
    scans = sum(e.role == "scan" for e in built.source.elements)
    columns = "two-column" if head.get("columns") == "2" else "single column"
    layout = f"born-digital, {columns}" + (f", {scans} scanned page" if scans else "")
    facts = [head[k] for k in ("kind", "voice", "published", "programme", "title")]
    doc = [head["doc_id"], head["file"], digest]
    return [*doc, *facts, "Calmere (fictional)", built.pages, layout, LICENCE, f"text/{built.source.name}.md"]


def _mention_rows(built: Built) -> Iterator[list[object]]:
    for keyed in built.sentences:
        for m in keyed.sentence.mentions:
            place = [built.source.head["doc_id"], keyed.number, keyed.page, m.start, m.end]
            yield [*place, keyed.sentence.text[m.start : m.end], m.code, m.locus, m.status]


def _claim_rows(built: Built) -> Iterator[list[object]]:
    for k in built.sentences:
        s = k.sentence
        place = [built.source.head["doc_id"], k.number, k.page, k.kind, k.section, "yes" if k.scan else ""]
        yield [*place, s.label, s.depth, s.learner, s.text]


def _quotation_rows(documents: list[Built]) -> Iterator[list[object]]:
    named = {
        f"{b.source.name}.{k.sentence.name}": (b.source.head["doc_id"], k.number)
        for b in documents
        for k in b.sentences
        if k.sentence.name
    }
    for built in documents:
        for k in built.sentences:
            if k.sentence.quotes:
                doc, number = named[k.sentence.quotes]
                left_out = named[k.sentence.leaves_out][1] if k.sentence.leaves_out else ""
                yield [built.source.head["doc_id"], k.number, doc, number, left_out]


def build(out: Path = HERE) -> list[Built]:
    """Build everything into ``out``; returns what was built, in the order of the manifest."""
    register_fonts()
    hyphens = read_hyphens(HERE / "text" / "hyphenation.txt")
    documents: list[Built] = []
    for path in sorted((HERE / "text").glob("*.md")):
        source = read_source(path, hyphens)
        scanned = next((e for e in source.elements if e.role == "scan"), None)
        scan = scan_picture(scanned, HERE / "text" / f"{source.name}-scan.jpg") if scanned else None
        documents.append(build_document(source, scan))
    documents.sort(key=lambda b: b.source.head["published"])
    out.mkdir(parents=True, exist_ok=True)
    for built in documents:
        (out / built.source.head["file"]).write_bytes(built.pdf)
    _write_csv(out / "manifest.csv", MANIFEST, map(_manifest_row, documents))
    _write_csv(out / "key_claims.csv", CLAIMS, (r for b in documents for r in _claim_rows(b)))
    _write_csv(out / "key_mentions.csv", MENTIONS, (r for b in documents for r in _mention_rows(b)))
    _write_csv(out / "key_quotations.csv", QUOTATIONS, _quotation_rows(documents))
    return documents


def main() -> None:
    """Build, and say what was built."""
    for built in build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
        labels = [k.sentence.label for k in built.sentences]
        words = sum(len(k.sentence.text.split()) for k in built.sentences)
        counts = " ".join(f"{label} {labels.count(label)}" for label in ("neither", "learning", "legitimation"))
        size = len(built.pdf) // 1024
        print(f"{built.source.head['file']}: {built.pages} pages, {words} words, {size} kB, {counts}")


if __name__ == "__main__":
    main()
