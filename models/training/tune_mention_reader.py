"""How the mention reader was made; needs torch, transformers and onnx, which the project itself never installs.

    python -m models.training.tune_mention_reader LABELS CORPUS MPNET MINILM OUT

LABELS holds the sentences of coders A and B; MPNET and MINILM are folders with the public weights of all-mpnet-base-v2
and all-MiniLM-L6-v2 (model.safetensors, config.json, tokenizer.json). For each fold of documents a teacher is tuned on
the other folds' coded sentences and says what it makes of sentences nobody coded; a student learns from the coders and
from the teacher and reads A's and B's sentences of the fold (``held_out.npz``). The student that ships learns from
everything: on a coded sentence from the teacher that had not seen it, on the others from all teachers. Fitting the
filter and the joint decision afterwards needs none of this: it takes those readings.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus.codebook import load_codebook
from corpus.codings import read_labels
from corpus.manifest import read_manifest
from corpus.records import ManifestRow
from extractors import extract
from extractors.document import ExtractionError
from models.claims.model import NEVER_BLOCKS
from models.tagger import Tagger
from models.tagging.gold import GoldSentence, read_gold
from models.tagging.held_out import FILE, sentence_key, write_held_out
from models.tagging.reader import Labels, MentionReader
from models.training import mention_reader_student as student
from models.training import mention_reader_teacher as teacher
from models.training.folds import grouped_folds
from models.training.mention_examples import READ_FOR, MentionExample, example_of, find_coded
from models.training.mention_reader_export import export_flat, flat_network
from models.training.mention_reader_targets import carried, marked, mean_word, mixed, taught
from models.training.reader_data import SEED
from models.training.reader_student import prune

FOLDS = 3
PROPOSED, NOT_PROPOSED = 11_000, 10_500  # sentences nobody coded, with and without a candidate of a pattern
FEWEST_WORDS, MOST_WORDS = 8, 60


def labels_of_codebook() -> Labels:
    """The codes that coders read for, with their subcodes and attributes."""
    by_name = load_codebook().by_name
    subcodes = tuple(f"{code}.{sub.name}" for code in READ_FOR for sub in by_name[code].subcodes)
    return Labels(
        READ_FOR, subcodes, ("policy", "local", "unclear"), ("asserted", "negated", "resolved", "hypothetical")
    )


def uncoded_sentences(corpus: Path, rows: Sequence[ManifestRow], coded: set[int]) -> list[tuple[str, str]]:
    """Document and text of running sentences nobody coded, each text once, most of them with a candidate.

    ``coded`` holds the keys (:func:`sentence_key`) of coded sentences.
    """
    tagger = Tagger(load_codebook(), None)
    seen = set(coded)
    found: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for row in rows:
        try:
            document = extract(corpus / row.file, row.doc_id)
        except ExtractionError:
            continue
        kinds = [document.blocks[s.block].kind for s in document.sentences]
        texts = [document.sentence_text(s) for s in document.sentences]
        for text, kind, own in zip(texts, kinds, tagger.candidates(texts), strict=True):
            key = sentence_key(text)
            if kind in NEVER_BLOCKS or key in seen or not FEWEST_WORDS <= len(text.split()) <= MOST_WORDS:
                continue
            seen.add(key)
            found[any(c.code in READ_FOR for c in own)].append((row.doc_id, text))
    source = random.Random(SEED)
    for group in found.values():
        source.shuffle(group)
    return [*found[True][:PROPOSED], *found[False][:NOT_PROPOSED]]


def examples_from(
    cuts: Sequence[teacher.Cut], sentences: Sequence[tuple[str, GoldSentence]], labels: Labels
) -> list[MentionExample]:
    """What the coders said of each sentence, on the pieces of ``cuts``."""
    proposed = Tagger(load_codebook(), None).candidates([s.text for _, s in sentences])
    return [
        example_of(s, marker, c.pieces, c.offsets, labels, proposed=any(p.code in labels.codes for p in own))
        for (marker, s), c, own in zip(sentences, cuts, proposed, strict=False)
    ]


def main(gold: Path, corpus: Path, mpnet: Path, minilm: Path, out: Path) -> None:
    """Tune teachers and students and write the reader."""
    labels, rows = labels_of_codebook(), read_manifest(corpus).rows
    coded: list[tuple[str, GoldSentence]] = [("", s) for s in read_gold(gold)]
    coded += find_coded(read_labels(), rows, lambda row: extract(corpus / row.file, row.doc_id))
    uncoded = uncoded_sentences(corpus, rows, {sentence_key(s.text) for _, s in coded})
    known, texts = len(coded), [*(s.text for _, s in coded), *(text for _, text in uncoded)]

    cuts = [teacher.cut(_tokenizer(mpnet), text) for text in texts]
    examples = examples_from(cuts, coded, labels)
    kind = np.array([int(e.sentence.argmax()) + 1 if e.sentence.any() else 0 for e in examples])
    place = grouped_folds([e.document for e in examples], kind, FOLDS, SEED).tolist()
    fold_of = {e.document: fold for e, fold in zip(examples, place, strict=True)}
    fold_of_row = [*place, *(fold_of.get(document, -1) for document, _ in uncoded)]
    lower = teacher.lower_of(mpnet, _tokenizer(mpnet), cuts)
    said = []
    for fold in range(FOLDS):
        tuned = teacher.tune_teacher(mpnet, lower, examples, [r for r, f in enumerate(place) if f != fold], labels)
        said.append(teacher.words_of(tuned, lower, [c.offsets for c in cuts], labels))
    del lower

    with tempfile.TemporaryDirectory() as scratch:
        pruned = Path(scratch) / "base"
        prune(minilm, pruned, student.LAYERS)
        tokenizer = _tokenizer(pruned)
        own_cuts = [teacher.cut(tokenizer, text) for text in texts]
        own = [marked(e) for e in examples_from(own_cuts, coded, labels)]
        readings = {}
        for held in (*range(FOLDS), None):
            chosen = []
            for row, fold in enumerate(fold_of_row):
                if fold == held:
                    continue
                unseen = [fold] if row < known else [f for f in range(FOLDS) if f != fold]
                word = mean_word([said[f][row] for f in (unseen if held is None else [held])])
                word = carried(word, cuts[row].offsets, own_cuts[row].offsets)
                if row < known:
                    chosen.append(mixed(own[row], word))
                else:
                    chosen.append(taught(uncoded[row - known][0], own_cuts[row].pieces, word))
            folder = out if held is None else Path(scratch) / f"fold-{held}"
            tuned = student.tune_student(pruned, tokenizer, chosen, labels)
            flat = flat_network(tuned.encoder, tuned.head["pieces"], tuned.head["sentence"])
            export_flat(flat, pruned / "tokenizer.json", labels, folder)
            if held is not None:
                inside = [s.text for (marker, s), f in zip(coded, place, strict=True) if f == held and not marker]
                read = MentionReader(folder).read(inside)
                readings.update({sentence_key(t): r for t, r in zip(inside, read, strict=True)})
    write_held_out(out / FILE, readings)


def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:6]))
