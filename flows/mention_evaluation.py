"""What `halfloop evaluate mentions` does, in the order in which it happens."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.codebook import load_codebook
from corpus.manifest import read_manifest
from corpus.records import ManifestError, ManifestRow
from extractors import extract
from extractors.document import Document
from models.readings import QUICK, READINGS, THOROUGH, WORDS, Closeness
from models.tagger import Tagger
from models.tagging.blending import BothReaders
from models.tagging.evaluation import AttributeScore, Score, errors, score_attributes, score_codes
from models.tagging.fit import JudgedSentence
from models.tagging.gold import GoldError, GoldSentence, Rule, documents, read_gold
from models.tagging.held_out import FILE, HeldOutReader
from models.tagging.judgements import read_judgements, resolve
from models.tagging.keywords import KeywordDictionary
from models.tagging.mentions import SentenceMention
from models.tagging.reader import CAREFUL_MENTION_READER, MENTION_READER
from models.tagging.sample_gold import read_sample_gold
from models.tagging.validation import held_out_mentions

CODES = ("barrier", "best_practice", "partnership")
COMPARED = (*CODES, "macro", "spans", "subcode", "locus", "status")
"""F1 by sentence of each code and its mean, F1 of overlapping spans, accuracies on true mentions of barriers."""


def read_material(
    labels: Path, corpus: Path | None, progress: Callable[[str], None]
) -> tuple[list[GoldSentence], list[JudgedSentence]]:
    """Coded sentences, and the judged candidates of the repository where the documents are at hand.

    Raises
    ------
    GoldError
        If labels or corpus cannot be read.
    """
    gold = read_gold(labels)
    if corpus is None:
        return gold, []
    try:
        manifest = read_manifest(corpus)
    except ManifestError as error:
        raise GoldError(str(error)) from None

    def read(row: ManifestRow) -> Document:
        progress(f"reading {row.file}")
        return extract(corpus / row.file, row.doc_id)

    judged, lost = resolve(read_judgements(), manifest.rows, read)
    progress(f"{len(judged)} sentences with judged candidates found again, {lost} not")
    return gold, judged


@dataclass(frozen=True)
class HeldOutReaders:
    """Give readings by readers that had not seen a sentence's document; None where a sentence has none."""

    reader: HeldOutReader | None = None
    careful: BothReaders | None = None

    @property
    def readings(self) -> tuple[Closeness, ...]:
        """The readings that can be evaluated with them."""
        return READINGS if self.careful else (WORDS, QUICK) if self.reader else (WORDS,)


def held_out_readers(gold: Sequence[GoldSentence], progress: Callable[[str], None]) -> HeldOutReaders:
    """The stored readings of the gold sentences, as far as there are some for all of them."""
    found: list[HeldOutReader] = []
    for folder in (MENTION_READER, CAREFUL_MENTION_READER):
        if not (folder / FILE).exists():
            break
        reader = HeldOutReader(folder)
        unknown = sum(not reader.knows(s.text) for s in gold)
        if unknown:
            progress(f"{unknown} sentences have no held-out reading of {folder.name}: the others decide without it")
            break
        found.append(reader)
    return HeldOutReaders(found[0] if found else None, BothReaders(*found) if len(found) > 1 else None)


def run_evaluation(
    labels: Path,
    out: Path,
    rule: Rule,
    *,
    shipped: bool = False,
    sample: bool = False,
    corpus: Path | None = None,
    folds: int = 10,
    progress: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Tag, score and write tables; the lines to print.

    ``readings.csv`` is about all readings, ``scores.csv``, ``documents.csv``, ``attributes.csv`` and ``errors.csv``
    about the closest one up to the usual.

    With ``sample`` the embedded sample's key is the gold and the shipped filter, which never saw it, is used.
    """
    shipped = shipped or sample
    gold, judged = (read_sample_gold(), []) if sample else read_material(labels, corpus, progress)
    codebook = load_codebook()
    texts = [s.text for s in gold]
    by_reading: dict[Closeness, list[tuple[SentenceMention, ...]]]
    how = "as shipped"
    if shipped:
        by_reading = {name: Tagger(codebook, reading=name).tag_sentences(texts) for name in READINGS}
    else:
        readers = held_out_readers(gold, progress)
        who = "filters and readers" if readers.reader else "filters"
        how = f"{who} that had not seen the sentence's document, {folds} parts"
        by_reading = held_out_mentions(
            codebook,
            gold,
            judged,
            reader=readers.reader,
            careful=readers.careful,
            readings=readers.readings,
            folds=folds,
            progress=progress,
        )
    usual = [name for name in by_reading if name != THOROUGH][-1]
    found = by_reading[usual]
    words = KeywordDictionary().tag_sentences(texts)
    subcodes = sorted({m.code for s in gold for m in s.mentions(rule)} - set(CODES))
    scores = score_codes(gold, found, [*CODES, *subcodes], rule)
    baseline = score_codes(gold, words, CODES, rule)
    attributes = score_attributes(gold, found, rule)
    compared = [_reading_row(name, gold, own, rule) for name, own in by_reading.items()]
    out.mkdir(parents=True, exist_ok=True)
    _write(out / "readings.csv", ("reading", *COMPARED), compared)
    header = ("system", "level", "code", "gold", "found", "precision", "recall", "f1", "low", "high")
    _write(out / "scores.csv", header, [*_rows("tagger", scores), *_rows("keywords", baseline)])
    _write(out / "documents.csv", ("document", *header[1:]), _by_document(gold, found, rule))
    _write(
        out / "attributes.csv",
        ("attribute", "code", "n", "accuracy", "low", "high"),
        [(a.attribute, a.code, a.n, f"{a.accuracy:.4f}", f"{a.low:.4f}", f"{a.high:.4f}") for a in attributes],
    )
    listed = errors(gold, found, CODES, rule)
    _write(
        out / "errors.csv",
        ("kind", "code", "document", "sentence", "quoted", "coded", "found", "rule", "text"),
        [(e.kind, e.code, e.document, e.sentence, e.quoted, e.coded, e.found, e.rule, e.text) for e in listed],
    )
    head = f"{len(gold)} sentences of {len(documents(gold))} documents, gold by rule '{rule}', {how}"
    return [
        head,
        f"{'reading':10}" + "".join(f"{name:>15}" for name in COMPARED),
        *(f"{row[0]:10}" + "".join(f"{value:>15}" for value in row[1:]) for row in compared),
        f"reading: {usual}",
        *report(scores, baseline, attributes),
        f"{len(listed)} errors in {out / 'errors.csv'}",
    ]


def _reading_row(
    name: Closeness, gold: Sequence[GoldSentence], found: Sequence[Sequence[SentenceMention]], rule: Rule
) -> tuple[str, ...]:
    """The figures of one reading, in the order of COMPARED."""
    f1 = {(s.level, s.code): s.f1 for s in score_codes(gold, found, CODES, rule)}
    told = {(a.attribute, a.code): a.accuracy for a in score_attributes(gold, found, rule)}
    by_sentence = [f1["sentence", code] for code in CODES]
    values = [*by_sentence, sum(by_sentence) / len(CODES), f1["overlap", "all"]]
    values += [told.get((attribute, "barrier"), float("nan")) for attribute in ("subcode", "locus", "status")]
    return (name, *(f"{value:.3f}" for value in values))


def report(scores: Sequence[Score], baseline: Sequence[Score], attributes: Sequence[AttributeScore]) -> list[str]:
    """A table for the terminal."""
    words = {(s.level, s.code): s for s in baseline}
    lines = [f"{'level':9}{'code':34}{'gold':>6}{'found':>7}{'P':>7}{'R':>7}{'F1':>7}  95% interval   keywords F1"]
    for s in scores:
        other = words.get((s.level, s.code))
        lines.append(
            f"{s.level:9}{s.code:34}{s.gold:6}{s.found:7}{s.precision:7.3f}{s.recall:7.3f}{s.f1:7.3f}"
            f"  {s.low:.3f}-{s.high:.3f}" + (f"    {other.f1:.3f}" if other else "")
        )
    tops = [s for s in scores if s.level == "sentence" and "." not in s.code and s.code != "all"]
    macro = sum(s.f1 for s in tops) / len(tops)
    plain = sum(words["sentence", s.code].f1 for s in tops) / len(tops)
    lines.append(f"macro F1 by sentence {macro:.3f}, keyword dictionary {plain:.3f}, lead {macro - plain:.3f}")
    for a in attributes:
        lines.append(f"{a.attribute} of true {a.code} mentions: {a.accuracy:.3f} ({a.low:.3f}-{a.high:.3f}), n {a.n}")
    return lines


def _by_document(
    gold: Sequence[GoldSentence], found: Sequence[Sequence[SentenceMention]], rule: Rule
) -> list[tuple[str, ...]]:
    out = []
    for name in documents(gold):
        places = [i for i, s in enumerate(gold) if s.document == name]
        own = score_codes([gold[i] for i in places], [found[i] for i in places], CODES, rule)
        out += [(name, *row[1:]) for row in _rows("", own) if row[1] != "strict"]
    return out


def _rows(system: str, scores: Iterable[Score]) -> list[tuple[str, ...]]:
    return [
        (
            system, s.level, s.code, str(s.gold), str(s.found), f"{s.precision:.4f}", f"{s.recall:.4f}", f"{s.f1:.4f}",
            f"{s.low:.4f}", f"{s.high:.4f}",
        )
        for s in scores
    ]  # fmt: skip


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
