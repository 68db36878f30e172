"""The sample corpus: rebuilt byte for byte, what real documents have, and a key that fits."""

from __future__ import annotations

import csv
import hashlib
import re
from calendar import month_name
from collections import Counter
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from corpus.codebook import load_codebook
from corpus.manifest import read_manifest
from corpus.records import ManifestRow
from corpus.sample_key import SAMPLE, KeyMeasure, KeySentence, read_key

KEY = read_key()
ROWS = {row.doc_id: row for row in read_manifest(SAMPLE).rows}
KINDS = ["committee_report", "evaluation", "evaluation", "government_response", "strategy", "white_paper"]


def page_texts(row: ManifestRow) -> list[str]:
    with pypdfium2.PdfDocument(SAMPLE / row.file) as document:
        return [page.get_textpage().get_text_range() for page in document]


TEXTS = {doc_id: page_texts(row) for doc_id, row in ROWS.items()}


def letters(text: str) -> str:
    """Letters only: note calls, paragraph numbers and line-end hyphens fall away."""
    return re.sub(r"[\W\d_]+", "", text)


def measures(name: str) -> list[KeyMeasure]:
    return [m for m in KEY.measures if m.measure == name]


# ---- the documents -------------------------------------------------------------------------------------------------


def test_sample_is_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    build = pytest.importorskip("corpus.sample.build", reason="needs reportlab, a development dependency")
    build.build(tmp_path)
    built = sorted(path.name for path in tmp_path.iterdir())
    assert len(built) == 10  # six PDFs, the manifest, three keys
    for name in built:
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), name


def test_sample_holds_the_six_documents_of_one_programme() -> None:
    assert sorted(row.kind for row in ROWS.values()) == KINDS
    assert {row.programme for row in ROWS.values()} == {"Skills Bridge"}
    assert all(date.fromisoformat(row.published) for row in ROWS.values())


@pytest.mark.parametrize("doc_id", ROWS)
def test_sample_manifest_agrees_with_the_file(doc_id: str) -> None:
    row = ROWS[doc_id]
    data = (SAMPLE / row.file).read_bytes()
    assert hashlib.sha256(data).hexdigest() == row.sha256
    with (SAMPLE / "manifest.csv").open(encoding="utf-8", newline="") as handle:
        pages = {r["id"]: int(r["pages"]) for r in csv.DictReader(handle)}[doc_id]
    assert 6 <= pages == len(TEXTS[doc_id]) <= 20


@pytest.mark.parametrize("doc_id", ROWS)
def test_sample_says_that_it_is_fictional(doc_id: str) -> None:
    assert "fictionaldocumentwrittenforhalfloop" in letters(TEXTS[doc_id][0])
    assert "fictional" in ROWS[doc_id].licence


def test_sample_is_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 3_000_000


def test_sample_has_one_page_that_is_only_a_picture() -> None:
    bare = {(doc_id, i + 1) for doc_id, pages in TEXTS.items() for i, text in enumerate(pages) if not text.strip()}
    scanned = {(s.doc_id, s.page) for s in KEY.sentences if s.scan}
    assert bare == scanned
    assert len(scanned) == 1
    ((doc_id, number),) = scanned
    with pypdfium2.PdfDocument(SAMPLE / ROWS[doc_id].file) as document:
        kinds = [obj.type for obj in document[number - 1].get_objects()]
    assert kinds == [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]


@pytest.mark.parametrize("doc_id", ROWS)
def test_sample_has_different_running_headers_left_and_right_and_page_numbers(doc_id: str) -> None:
    heads = [text.splitlines()[0] for text in TEXTS[doc_id][1:] if text.strip()]
    even, odd = heads[0::2], heads[1::2]
    assert [int(head.split()[0]) for head in even] == list(range(2, 2 + 2 * len(even), 2))
    assert [int(head.split()[-1]) for head in odd] == list(range(3, 3 + 2 * len(odd), 2))
    assert len({letters(head) for head in even}) == len({letters(head) for head in odd}) == 1
    assert letters(even[0]) != letters(odd[0])


@pytest.mark.parametrize("doc_id", ROWS)
def test_sample_has_hyphenated_line_ends_and_a_contents_page(doc_id: str) -> None:
    assert sum(text.count("\ufffe") for text in TEXTS[doc_id]) >= 3  # PDFium's sign for a hyphen at a line end
    assert "Contents" in TEXTS[doc_id][1]


def test_sample_has_two_column_pages() -> None:
    across = {}
    for doc_id, row in ROWS.items():
        with pypdfium2.PdfDocument(SAMPLE / row.file) as document:
            page = document[3].get_textpage()
            boxes = [page.get_rect(i) for i in range(page.count_rects())]
        across[doc_id] = sum(left < 290 and right > 310 for left, _, right, _ in boxes)
    assert sum(lines == 1 for lines in across.values()) == 2  # only the footer crosses the gutter
    assert sum(lines > 20 for lines in across.values()) == 4


def test_sample_has_footnotes_lists_boxes_tables_and_headings() -> None:
    kinds = Counter(s.kind for s in KEY.sentences)
    assert set(kinds) == {"heading", "body", "list_item", "footnote", "caption", "box"}
    assert kinds["footnote"] >= 5
    assert kinds["caption"] >= 5
    assert kinds["list_item"] >= 40


# ---- the key -------------------------------------------------------------------------------------------------------


def test_key_sentences_are_numbered_without_gaps() -> None:
    for doc_id in KEY.documents:
        numbers = [int(s.sentence[1:]) for s in KEY.of(doc_id)]
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("doc_id", ROWS)
def test_key_sentences_begin_on_their_page(doc_id: str) -> None:
    pages = [letters(text) for text in TEXTS[doc_id]]
    for sentence in KEY.of(doc_id):
        if not sentence.scan:
            text, page = letters(sentence.text), pages[sentence.page - 1]
            assert text[:12] in page or text[-12:] in page, sentence  # a note may stand in a sentence between columns


def test_key_sentences_are_in_the_text_whole_unless_a_page_or_column_parts_them() -> None:
    found = total = 0
    for sentence in KEY.sentences:
        if not sentence.scan:
            total += 1
            found += letters(sentence.text) in letters(TEXTS[sentence.doc_id][sentence.page - 1])
    assert found / total > 0.97


def _complete(sentence: KeySentence) -> bool:
    learning = sentence.label == "learning"
    depth_and_learner = (sentence.depth in ("single_loop", "double_loop"), sentence.learner is not None)
    return depth_and_learner == (learning, learning)


def test_key_labels_are_those_of_the_codebook() -> None:
    assert {s.label for s in KEY.sentences} == {"neither", "learning", "legitimation"}
    assert {s.learner for s in KEY.sentences} == {None, "policy", "practitioner", "unspecified"}
    assert [s for s in KEY.sentences if not _complete(s)] == []
    assert [s for s in KEY.sentences if s.kind in ("heading", "caption") and s.label != "neither"] == []


def test_key_mentions_quote_their_sentences_in_codes_of_the_codebook() -> None:
    codes = {f"{code.name}.{subcode.name}" for code in load_codebook().codes for subcode in code.subcodes}
    text = {(s.doc_id, s.sentence): s.text for s in KEY.sentences}
    for m in KEY.mentions:
        assert text[m.doc_id, m.sentence][m.start : m.end] == m.text
        assert m.code in codes, m
        assert (m.locus is not None, m.status is not None) == (m.code.startswith("barrier"),) * 2


def test_key_covers_every_barrier_subcode_locus_and_status() -> None:
    barriers = [m for m in KEY.mentions if m.code.startswith("barrier.")]
    assert len({m.code for m in barriers}) == 10
    assert {m.locus for m in barriers} == {"policy", "local", "unclear"}
    assert {m.status for m in barriers} == {"asserted", "negated", "resolved", "hypothetical"}


def test_key_quotations_share_their_words() -> None:
    text = {(s.doc_id, s.sentence): s.text for s in KEY.sentences}
    for q in KEY.quotations:
        ours = set(re.findall(r"\w+", text[q.doc_id, q.sentence].lower()))
        theirs = set(re.findall(r"\w+", text[q.quotes_doc, q.quotes_sentence].lower()))
        assert len(ours & theirs) / min(len(ours), len(theirs)) >= 0.5, q
        assert q.leaves_out_sentence is None or (q.quotes_doc, q.leaves_out_sentence) in text


# ---- the story, counted by hand --------------------------------------------------------------------------------------


def _exemplars(doc_id: str) -> list[tuple[str, bool]]:
    """(sentence, whether a barrier is named in it) for each exemplar of a document."""
    hindered = {m.sentence for m in KEY.mentions if m.doc_id == doc_id and m.code.startswith("barrier")}
    exemplars = [m for m in KEY.mentions if m.doc_id == doc_id and m.code == "best_practice.exemplar"]
    return [(m.sentence, m.sentence in hindered) for m in exemplars]


def test_measures_exemplars_and_barriers_named_with_them() -> None:
    assert {m.doc_id: int(m.value) for m in measures("exemplars")} == {d: len(_exemplars(d)) for d in ROWS}
    with_barrier = {d: sum(hindered for _, hindered in _exemplars(d)) for d in ROWS}
    assert {m.doc_id: int(m.value) for m in measures("exemplars_with_barrier_in_sentence")} == with_barrier


def test_measures_barriers_raised_and_taken_up() -> None:
    counts = Counter((m.doc_id, m.code) for m in KEY.mentions)
    for code in ("barrier.logistics", "barrier.accountability"):
        assert measures(code)
        assert all(counts[m.doc_id, code] == int(m.value) for m in measures(code))


def _in_words(day: date) -> str:
    return f"{day.day} {month_name[day.month]} {day.year}"


def test_measures_consultation_windows_are_stated_in_the_text() -> None:
    windows = measures("consultation_window_days")
    assert len(windows) == 7
    for window in windows:
        opened, closed = (date.fromisoformat(day) for day in window.detail.split("/"))
        assert (closed - opened).days == int(window.value)
        stated = [s.text for s in KEY.of(window.doc_id) if _in_words(opened) in s.text and _in_words(closed) in s.text]
        assert len(stated) == 1, window


def test_measures_recommendations_add_up() -> None:
    counts = {m.measure: int(m.value) for m in KEY.measures if m.measure.startswith("recommendations_")}
    replies = ("recommendations_accepted", "recommendations_accepted_in_part", "recommendations_rejected")
    assert sum(counts[r] for r in replies) == counts["recommendations_restated"] == 12
    response = next(d for d, row in ROWS.items() if row.kind == "government_response")
    texts = [s.text for s in KEY.of(response)]
    assert sum("recommendation in part" in t for t in texts) == counts["recommendations_accepted_in_part"]
    refusals = r"(does not|do not|cannot) accept this recommendation"
    assert sum(bool(re.search(refusals, t)) for t in texts) == counts["recommendations_rejected"]


def test_measures_evidence_calendar_follows_from_dates_and_titles() -> None:
    rows = measures("evidence")
    assert {m.value for m in rows} == {"cited", "passed_over", "too_late"}
    for m in rows:
        assert m.other_doc is not None
        policy, evaluation = ROWS[m.doc_id], ROWS[m.other_doc]
        cited = any(evaluation.title in s.text for s in KEY.of(m.doc_id))
        late = evaluation.published > policy.published
        assert m.value == ("cited" if cited else "too_late" if late else "passed_over"), m


def test_measures_quotations_that_leave_a_limit_out() -> None:
    counts = Counter((q.doc_id, q.quotes_doc) for q in KEY.quotations if q.leaves_out_sentence)
    stated = {(m.doc_id, m.other_doc): int(m.value) for m in measures("quotations_that_leave_a_limit_out")}
    assert stated == counts
    limits = {(s.doc_id, s.sentence): s.label for s in KEY.sentences}
    assert {limits[q.quotes_doc, q.leaves_out_sentence] for q in KEY.quotations if q.leaves_out_sentence} == {
        "learning"
    }
