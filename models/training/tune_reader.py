"""How the reader was made; needs torch, transformers and onnx, which the project itself never installs.

    python -m models.training.tune_reader CORPUS MPNET MINILM OUT CAREFUL

MPNET and MINILM are folders with the public weights of all-mpnet-base-v2 and all-MiniLM-L6-v2 (model.safetensors,
config.json, tokenizer.json). For each fold of documents a teacher is tuned on the other folds' coded sentences, scores
sentences nobody coded, and a student learns from both. The student of a fold scores the coded sentences of that fold
(``held_out_scores.csv``). The reader that ships learns from everything: on a coded sentence from the teacher that had
not seen it, on the others from all teachers. The careful reader is a teacher tuned on everything. Retraining the claim
model needs none of this: it reads those scores.

``--by field`` keeps fields of the manifest whole instead of documents, and ``--held-out-only`` leaves out the readers
that ship: together they tell how the readers do in a field they have not seen. ``--keep`` names a folder where what
each fold's teacher said is kept, so that a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from models.claims.context import SentenceInContext
from models.claims.reader import Reader, sentence_key
from models.graphs import open_graph
from models.training import reader_student as student
from models.training import reader_teacher as teacher
from models.training.careful_reader_export import export_teacher
from models.training.description import CLAIM_LABELS
from models.training.examples import Example, soft_labels
from models.training.project import find_examples
from models.training.reader_data import (
    FOLDS,
    UNCODED,
    document_folds,
    fields_of,
    label_weights,
    pieces_of,
    smoothed,
    uncoded_sentences,
)
from models.training.reader_export import export, write_held_out

FROM_TEACHER = 0.5
"""How much of a coded sentence's target is the teacher's word; the rest is the coders'."""


@dataclass(frozen=True)
class Material:
    """Sentences, the coded ones first; ``fold`` of each (-1: in none), soft labels of the coded, shape (coded, 3)."""

    examples: list[Example]
    sentences: list[SentenceInContext]
    fold: NDArray[np.int64]
    soft: NDArray[np.float64]

    @property
    def coded(self) -> int:
        """How many sentences are coded."""
        return len(self.examples)

    @property
    def folds(self) -> range:
        """Numbers of the folds."""
        return range(int(self.fold.max()) + 1)

    def inside(self, number: int) -> list[int]:
        """Coded sentences of a fold."""
        return np.flatnonzero(self.fold[: self.coded] == number).tolist()

    def outside(self, number: int) -> list[int]:
        """All sentences of no document of a fold."""
        return np.flatnonzero(self.fold != number).tolist()


def gather(corpus: Path, fold_of: dict[str, int], uncoded: int) -> Material:
    """Coded sentences of ``corpus`` and as many uncoded ones as asked for."""
    examples, _ = find_examples(corpus)
    coded = [e.context for e in examples]
    more = uncoded_sentences(corpus, {sentence_key(s.text) for s in coded}, uncoded) if uncoded else []
    documents = [*(e.document for e in examples), *(document for document, _ in more)]
    fold = np.array([fold_of.get(document, -1) for document in documents])
    return Material(examples, [*coded, *(s for _, s in more)], fold, soft_labels(examples, CLAIM_LABELS))


def coded_targets(soft: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the coders said, tilted to rare labels as the teacher's loss tilts its scores, and each row's weight."""
    tilted = smoothed(soft) * label_weights(soft)
    weight = tilted.sum(axis=1)
    return tilted / weight[:, None], weight


def read_lower(mpnet: Path, sentences: list[SentenceInContext]) -> teacher.Lower:
    """States after the lower half, which no tuning changes."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        export_teacher(mpnet, teacher.upper_network(teacher.load_base(mpnet)), folder)
        graph = open_graph(folder)
    return teacher.Lower(graph, [pieces_of(graph.tokenizer, s, teacher.REACH) for s in sentences])


def teach(
    mpnet: Path, lower: teacher.Lower, given: Material, keep: Path
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Probabilities of each fold's teacher for sentences outside its fold, shape ``(folds, sentences, labels)`` (zeros
    inside), and held-out int8 scores of the coded."""
    said = np.zeros((len(given.folds), len(given.sentences), len(CLAIM_LABELS)))
    held_out = np.zeros((given.coded, len(CLAIM_LABELS)), dtype=np.float32)
    for number in given.folds:
        inside, outside, kept = given.inside(number), given.outside(number), keep / f"teacher-{number}.npz"
        if not kept.exists():
            tuned = teacher.tune_teacher(mpnet, lower, [i for i in outside if i < given.coded], given.soft)
            folder = keep / f"teacher-{number}"
            export_teacher(mpnet, tuned, folder)
            scores = Reader(folder).scores([given.sentences[i] for i in inside])
            every = range(len(given.sentences))
            np.savez(kept, held_out=scores, said=teacher.teacher_scores(tuned, lower, every))
        with np.load(kept) as stored:
            held_out[inside] = stored["held_out"]
            said[number] = softmax(stored["said"], axis=1)
    return said, held_out


def tune_students(minilm: Path, given: Material, said: NDArray[np.float64], out: Path | None) -> NDArray[np.float32]:
    """Held-out scores of the students of all folds; one that learns from everything is written to ``out``."""
    from tokenizers import Tokenizer

    known = given.coded
    by_coders, coded_weight = coded_targets(given.soft)
    weight = np.concatenate([coded_weight, np.ones(len(given.sentences) - known)])
    scores = np.zeros((known, len(CLAIM_LABELS)), dtype=np.float32)

    def tuned(of_coded: NDArray[np.float64], of_uncoded: NDArray[np.float64], which: list[int], folder: Path) -> None:
        target = np.vstack([(1 - FROM_TEACHER) * by_coders + FROM_TEACHER * of_coded, of_uncoded])
        network = student.tune_student(pruned, rows, which, target, weight)
        export(network, pieces_file, student.REACH, folder)

    with tempfile.TemporaryDirectory() as scratch:
        pruned = Path(scratch) / "base"
        student.prune(minilm, pruned)
        pieces_file = pruned / "tokenizer.json"
        tokenizer = Tokenizer.from_file(str(pieces_file))
        rows = [pieces_of(tokenizer, s, student.REACH) for s in given.sentences]
        for number in given.folds:
            folder = Path(scratch) / f"fold-{number}"
            tuned(said[number, :known], said[number, known:], given.outside(number), folder)
            inside = given.inside(number)
            scores[inside] = Reader(folder).scores([given.sentences[i] for i in inside])
        if out is not None:
            of_coded = said[given.fold[:known], np.arange(known)]
            tuned(of_coded, said[:, known:].mean(axis=0), list(range(len(given.sentences))), out)
    return scores


def main() -> None:
    """Tune teachers and students and write both readers, or only what they say of folds they have not seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("corpus", "mpnet", "minilm", "out", "careful"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--by", choices=("document", "field"), default="document")
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--uncoded", type=int, default=UNCODED)
    parser.add_argument("--held-out-only", action="store_true")
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    fold_of = document_folds(fields_of(asked.corpus) if asked.by == "field" else None, asked.folds)
    given = gather(asked.corpus, fold_of, asked.uncoded)
    lower = read_lower(asked.mpnet, given.sentences)
    for folder in (asked.out, asked.careful):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        keep = asked.keep or Path(scratch)
        keep.mkdir(parents=True, exist_ok=True)
        said, careful_scores = teach(asked.mpnet, lower, given, keep)
    write_held_out(asked.careful, given.examples, careful_scores)
    if not asked.held_out_only:
        export_teacher(
            asked.mpnet, teacher.tune_teacher(asked.mpnet, lower, range(given.coded), given.soft), asked.careful
        )
    small = tune_students(asked.minilm, given, said, None if asked.held_out_only else asked.out)
    write_held_out(asked.out, given.examples, small)


if __name__ == "__main__":
    main()
