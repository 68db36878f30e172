"""Bring coded sentences into stand-off form: JSON lines with text go in, tables without text come out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus.codings import READ_FOR, Coding, DrawnSentence, LabelError, LabelSet, SpanCoding, SpanReading, adjudicate
from corpus.standoff import anchor_of


def import_codings(sentences: Path, codings: Sequence[tuple[str, str, Path]], read_for: str = READ_FOR) -> LabelSet:
    """Stand-off labels of the sentences that at least one coder coded, for claims or for mentions.

    Parameters
    ----------
    sentences
        JSON lines (or one JSON list) with id, doc_id, sha256, page, frame, stratum, stratum_size, stratum_sampled,
        inclusion_probability and text.
    codings
        Coder, codebook version and file of each coding: JSON lines with id, claim, depth, learner, sure and,
        where mentions were coded, mentions.
    read_for
        The top codes that the coders of mentions were asked for.

    Raises
    ------
    LabelError
        If a file cannot be read or a coding has no sentence; the message names file and row.
    """
    drawn: dict[str, DrawnSentence] = {}
    for number, row in _rows(sentences):
        try:
            drawn[str(row["id"])] = DrawnSentence(
                sentence=str(row["id"]),
                doc_id=str(row["doc_id"]),
                anchor=anchor_of(str(row["text"]), str(row["sha256"]), row["page"]),
                frame=str(row["frame"]),
                stratum=str(row["stratum"]),
                stratum_size=int(row["stratum_size"]),
                stratum_sampled=int(row["stratum_sampled"]),
                inclusion_probability=row.get("inclusion_probability"),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise LabelError(f"{sentences}, row {number}: {type(error).__name__} {error}") from None
    found: list[Coding] = []
    spans: list[SpanCoding] = []
    readings: list[SpanReading] = []
    for coder, codebook, path in codings:
        for number, row in _rows(path):
            name = str(row.get("id", ""))
            if name not in drawn:
                raise LabelError(f"{path}, row {number}: there is no sentence {name!r}")
            if "claim" in row or "mentions" not in row:
                found.append(_coding(row, coder, codebook, f"{path}, row {number}"))
            if "mentions" in row:
                readings.append(SpanReading(name, coder, codebook, read_for))
            spans += [_span(mention, name, coder) for mention in row.get("mentions") or ()]
    by_sentence: dict[str, list[Coding]] = {}
    for coding in found:
        by_sentence.setdefault(coding.sentence, []).append(coding)
    coded = by_sentence.keys() | {reading.sentence for reading in readings}
    return LabelSet(
        sentences=tuple(drawn[name] for name in sorted(coded)),
        codings=tuple(found),
        spans=tuple(spans),
        adjudicated=tuple(adjudicate(by_sentence[name]) for name in sorted(by_sentence)),
        readings=tuple(readings),
    )


def merge(sets: Sequence[LabelSet]) -> LabelSet:
    """Several label sets as one.

    Raises
    ------
    LabelError
        If two sets name the same sentence.
    """
    names = [s.sentence for labels in sets for s in labels.sentences]
    if len(names) != len(set(names)):
        double = next(name for name in names if names.count(name) > 1)
        raise LabelError(f"sentence {double} occurs in two sets of labels")
    return LabelSet(
        tuple(s for labels in sets for s in labels.sentences),
        tuple(c for labels in sets for c in labels.codings),
        tuple(s for labels in sets for s in labels.spans),
        tuple(a for labels in sets for a in labels.adjudicated),
        tuple(r for labels in sets for r in labels.readings),
    )


def _coding(row: dict[str, Any], coder: str, codebook: str, where: str) -> Coding:
    claim = row.get("claim")
    if claim not in ("neither", "learning", "legitimation"):
        raise LabelError(f"{where}: claim is {claim!r}, expected neither, learning or legitimation")
    return Coding(
        sentence=str(row["id"]),
        coder=coder,
        codebook=codebook,
        claim=claim,
        depth=str(row.get("depth") or ""),
        learner=str(row.get("learner") or ""),
        sure=int(row.get("sure") or 2),
    )


def _span(mention: dict[str, Any], sentence: str, coder: str) -> SpanCoding:
    code, subcode = str(mention["code"]), mention.get("subcode")
    return SpanCoding(
        sentence=sentence,
        coder=coder,
        start=int(mention["start"]),
        end=int(mention["end"]),
        code=f"{code}.{subcode}" if subcode and "." not in code else code,
        locus=str(mention.get("locus") or ""),
        status=str(mention.get("status") or ""),
    )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise LabelError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        if text.lstrip().startswith("["):
            yield from enumerate(json.loads(text), start=1)
            return
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                yield number, json.loads(line)
    except ValueError as error:
        raise LabelError(f"{path}: not JSON lines ({error})") from None
