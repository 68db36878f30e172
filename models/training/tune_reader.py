"""How the reader was made; needs torch, transformers and onnx, which the project itself never installs.

    python -m models.training.tune_reader CORPUS MPNET MINILM OUT CAREFUL

MPNET and MINILM are folders with the public weights of all-mpnet-base-v2 and all-MiniLM-L6-v2 (model.safetensors,
config.json, tokenizer.json). For each fold of documents a teacher is tuned on the other folds' coded sentences, scores
sentences nobody coded, and a student learns from both. The student of a fold scores the coded sentences of that fold
(``held_out_scores.csv``). The reader that ships learns from everything: on a coded sentence from the teacher that had
not seen it, on the others from all teachers. The careful reader is a teacher tuned on everything. Retraining the claim
model needs none of this: it reads those scores.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from models.claims.context import SentenceInContext
from models.claims.reader import Reader, sentence_key
from models.training import reader_student as student
from models.training import reader_teacher as teacher
from models.training.careful_reader_export import export_teacher
from models.training.description import CLAIM_LABELS
from models.training.examples import soft_labels
from models.training.project import find_examples
from models.training.reader_data import (
    FOLDS,
    document_folds,
    label_weights,
    pieces_of,
    smoothed,
    uncoded_sentences,
)
from models.training.reader_export import export, write_held_out

FROM_TEACHER = 0.5
"""How much of a coded sentence's target is the teacher's word; the rest is the coders'."""


def coded_targets(soft: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the coders said, tilted to rare labels as the teacher's loss tilts its scores, and each row's weight."""
    tilted = smoothed(soft) * label_weights(soft)
    weight = tilted.sum(axis=1)
    return tilted / weight[:, None], weight


def teach(
    mpnet: Path,
    sentences: Sequence[SentenceInContext],
    fold: NDArray[np.int64],
    soft: NDArray[np.float64],
    careful: Path,
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Probabilities of each fold's teacher for all ``sentences``, held-out int8 scores of the coded, which come first.

    Writes a teacher tuned on all coded sentences to ``careful``.
    """
    from tokenizers import Tokenizer

    known = len(fold)
    tokenizer = Tokenizer.from_file(str(mpnet / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    lower = teacher.Lower(teacher.load_base(mpnet), [pieces_of(tokenizer, s, teacher.REACH) for s in sentences])
    said = np.zeros((FOLDS, len(sentences), len(CLAIM_LABELS)))
    held_out = np.zeros((known, len(CLAIM_LABELS)), dtype=np.float32)
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(FOLDS):
            folder = Path(scratch) / f"fold-{number}"
            tuned = teacher.tune_teacher(mpnet, lower, np.flatnonzero(fold != number).tolist(), soft)
            said[number] = softmax(teacher.teacher_scores(tuned, lower), axis=1)
            export_teacher(mpnet, tuned, folder)
            inside = np.flatnonzero(fold == number).tolist()
            held_out[inside] = Reader(folder).scores([sentences[i] for i in inside])
    export_teacher(mpnet, teacher.tune_teacher(mpnet, lower, range(known), soft), careful)
    return said, held_out


def main(corpus: Path, mpnet: Path, minilm: Path, out: Path, careful: Path) -> None:
    """Tune teachers and students and write both readers."""
    from tokenizers import Tokenizer

    examples, _ = find_examples(corpus)
    coded = [e.context for e in examples]
    soft = soft_labels(examples, CLAIM_LABELS)
    uncoded = uncoded_sentences(corpus, {sentence_key(s.text) for s in coded})
    fold_of = document_folds()
    fold = np.array([fold_of[e.document] for e in examples])
    uncoded_fold = np.array([fold_of.get(document, -1) for document, _ in uncoded])
    sentences = [*coded, *(context for _, context in uncoded)]
    known = len(coded)

    said, careful_scores = teach(mpnet, sentences, fold, soft, careful)
    write_held_out(careful, examples, careful_scores)

    said_by_coders, coded_weight = coded_targets(soft)
    weight = np.concatenate([coded_weight, np.ones(len(uncoded))])
    with tempfile.TemporaryDirectory() as scratch:
        pruned = Path(scratch) / "base"
        student.prune(minilm, pruned)
        pieces_file = pruned / "tokenizer.json"
        tokenizer = Tokenizer.from_file(str(pieces_file))
        rows = [pieces_of(tokenizer, s, student.REACH) for s in sentences]
        scores = np.zeros((known, len(CLAIM_LABELS)), dtype=np.float32)
        for number in (*range(FOLDS), None):
            if number is None:
                of_coded = said[fold, np.arange(known)]
                of_uncoded = said[:, known:].mean(axis=0)
                which = np.arange(len(sentences))
            else:
                of_coded, of_uncoded = said[number, :known], said[number, known:]
                which = np.flatnonzero(np.concatenate([fold, uncoded_fold]) != number)
            mixed = (1 - FROM_TEACHER) * said_by_coders + FROM_TEACHER * of_coded
            target = np.vstack([mixed, of_uncoded])
            tuned = student.tune_student(pruned, rows, which.tolist(), target, weight)
            folder = out if number is None else Path(scratch) / f"fold-{number}"
            export(tuned, pieces_file, student.REACH, folder)
            if number is not None:
                inside = np.flatnonzero(fold == number).tolist()
                scores[inside] = Reader(folder).scores([coded[i] for i in inside])
    write_held_out(out, examples, scores)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:6]))
