"""Highlighted PDFs: annotations where the words are, nothing else changed, the same bytes twice."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from extractors import extract
from reports.highlight import highlight_pdf, highlights
from reports.runs import Run, RunError
from reports.views import document_views
from tests.reports.tiny import TinyDocument, build_run

SENTENCE = "Lack of trained crews slowed the pilot in two of five towns."
NOTATION = (
    "[learning single_loop practitioner] {barrier.capacity local asserted|Lack of trained crews} slowed the "
    "{best_practice.exemplar|pilot} in two of five towns."
)


def write_pdf(path: Path, rotate: int = 0, crop: tuple[float, float, float, float] | None = None) -> None:
    plain = path.with_suffix(".plain.pdf")
    canvas = Canvas(str(plain), pagesize=(420, 595), invariant=1)
    canvas.setFont("Helvetica", 12)
    canvas.drawString(40, 400, SENTENCE)
    canvas.save()
    with pikepdf.open(plain) as pdf:
        page = pdf.pages[0]
        if rotate:
            page.Rotate = rotate
        if crop:
            page.CropBox = pikepdf.Array(crop)
        pdf.save(path, deterministic_id=True)
    plain.unlink()


def highlighted_run(folder: Path, **page: object) -> Run:
    """A run over one PDF, its boxes as the extractors give them."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    write_pdf(corpus / "towns.pdf", **page)  # type: ignore[arg-type]
    digest = hashlib.sha256((corpus / "towns.pdf").read_bytes()).hexdigest()
    document = TinyDocument("towns", [[NOTATION]], file="towns.pdf", sha256=digest, boxes=True)
    run = build_run(folder / "run", [document], corpus)
    extracted = extract(corpus / "towns.pdf", "towns")
    shift = extracted.text.index(SENTENCE)
    boxes = run.boxes
    for number, row in boxes.iterrows():
        (box,) = extracted.rectangles(row["start"] + shift, row["end"] + shift)
        boxes.loc[number, ["x0", "top", "x1", "bottom"]] = [box.x0, box.top, box.x1, box.bottom]
    return run


def page_text(path: Path) -> str:
    pdf = pypdfium2.PdfDocument(path)
    return str(pdf[0].get_textpage().get_text_range())


def word_box(path: Path, word: str) -> tuple[float, float, float, float]:
    """Where PDFium sees a word in the page's own coordinates: left, bottom, right, top."""
    text_page = pypdfium2.PdfDocument(path)[0].get_textpage()
    start = text_page.get_text_range().index(word)
    boxes = [text_page.get_charbox(start + i) for i in range(len(word))]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


@pytest.mark.parametrize(
    ("rotate", "crop"),
    [
        (0, None),
        (90, None),
        (180, None),
        (270, None),
        (0, (20.0, 50.0, 400.0, 560.0)),
        (90, (20.0, 50.0, 400.0, 560.0)),
    ],
)
def test_highlight_covers_the_words_on_turned_and_cropped_pages(
    tmp_path: Path, rotate: int, crop: tuple[float, float, float, float] | None
) -> None:
    run = highlighted_run(tmp_path, rotate=rotate, crop=crop)
    path = highlight_pdf(run, "towns")
    left, bottom, right, top = word_box(path, "Lack of trained crews")
    with pikepdf.open(path) as pdf:
        (annotation,) = [a for a in pdf.pages[0].Annots if str(a.Subj) == "barrier: capacity"]
        quad = [float(value) for value in annotation.QuadPoints]
    xs, ys = quad[0::2], quad[1::2]
    assert min(xs) <= left + 1 and max(xs) >= right - 1
    assert min(ys) <= bottom + 1 and max(ys) >= top - 1
    assert max(xs) - min(xs) < right - left + 25 and max(ys) - min(ys) < top - bottom + 25


def test_highlight_leaves_the_text_layer_and_the_page_as_they_were(tmp_path: Path) -> None:
    run = highlighted_run(tmp_path)
    source = tmp_path / "corpus/towns.pdf"
    path = highlight_pdf(run, "towns")
    assert page_text(path) == page_text(source)
    with pikepdf.open(path) as new, pikepdf.open(source) as old:
        assert new.pages[0].Contents.read_bytes() == old.pages[0].Contents.read_bytes()


def test_highlight_is_the_same_bytes_twice(tmp_path: Path) -> None:
    run = highlighted_run(tmp_path)
    first = highlight_pdf(run, "towns", tmp_path / "one.pdf").read_bytes()
    assert first == highlight_pdf(run, "towns", tmp_path / "two.pdf").read_bytes()


def test_highlight_has_one_annotation_for_each_finding_with_its_note(tmp_path: Path) -> None:
    run = highlighted_run(tmp_path)
    with pikepdf.open(highlight_pdf(run, "towns")) as pdf:
        found = [(str(a.Subj), str(a.Contents), str(a.NM)) for a in pdf.pages[0].Annots]
    assert [subject for subject, _, _ in found] == ["learning claim", "barrier: capacity", "best practice: exemplar"]
    assert found[0][1].splitlines()[0] == "learning 80%, single loop, practitioner learns"
    assert "+0.90 a result is reported" in found[0][1]
    assert found[1][1] == "barrier: capacity, local, asserted"
    assert len({name for _, _, name in found}) == 3


def test_a_span_over_two_pages_is_highlighted_on_both(tmp_path: Path) -> None:
    run = build_run(tmp_path / "run", [TinyDocument("d", [[NOTATION]], boxes=True)])
    second = run.boxes.iloc[[0]].assign(part=1, page=2)
    run.boxes.loc[len(run.boxes)] = second.iloc[0]
    (view,) = document_views(run)
    assert sorted(h.page for h in highlights(view) if h.subject == "learning claim") == [1, 2]


def test_highlight_refuses_with_one_clear_line(tmp_path: Path) -> None:
    run = highlighted_run(tmp_path)
    with pytest.raises(RunError, match="no document 'town' in this run; did you mean towns"):
        highlight_pdf(run, "town")
    with pytest.raises(RunError, match="is the source itself"):
        highlight_pdf(run, "towns", tmp_path / "corpus/towns.pdf")
    (tmp_path / "corpus/towns.pdf").write_bytes(b"%PDF-1.4 other")
    with pytest.raises(RunError, match="sha256 differs"):
        highlight_pdf(run, "towns")
    (tmp_path / "corpus/towns.pdf").unlink()
    with pytest.raises(RunError, match="not found in the corpus"):
        highlight_pdf(run, "towns")


def test_highlight_needs_a_pdf(tmp_path: Path) -> None:
    run = build_run(tmp_path / "run", [TinyDocument("d", [[NOTATION]])])
    with pytest.raises(RunError, match="is not a PDF"):
        highlight_pdf(run, "d")


def test_a_source_outside_the_corpus_is_not_opened(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    write_pdf(tmp_path / "secret.pdf")
    run = build_run(tmp_path / "run", [TinyDocument("d", [[NOTATION]], file="../secret.pdf")], corpus)
    with pytest.raises(RunError, match="not found in the corpus"):
        highlight_pdf(run, "d")
