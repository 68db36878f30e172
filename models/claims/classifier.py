"""One decision about a sentence in context: a linear model over the feature space, calibrated out of fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from models.claims.calibration import Array, Calibration
from models.claims.context import SentenceInContext
from models.claims.embedding import means_of, word_vectors
from models.claims.features import DENSE, FeatureOptions, FeatureSpace
from models.claims.lexicon import WordTable
from models.claims.rows import Rows
from models.claims.sentences import read_sentences
from models.claims.vocabulary import part_from_plain, plain_part


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How one decision is fitted: the feature space, the inverse penalty and the extra weight of rare classes.

    ``rarity`` 0 leaves classes as frequent as they are, 1 gives each the same total weight.
    """

    features: FeatureOptions = field(default_factory=FeatureOptions)
    inverse_penalty: float = 0.1
    rarity: float = 0.5
    seed: int = 20261124


class Weights:
    """Coefficients by group of columns, so that no row has to be written out.

    Attributes
    ----------
    columns
        Those of the entries, shape ``(labels, columns)``.
    meaning_width
        How many columns the mean word vector has: behind the others, before those of the readers.
    """

    def __init__(self, space: FeatureSpace, coefficients: NDArray[np.floating[Any]]) -> None:
        widths = space.widths
        inner = sum(width for block, width in widths.items() if block not in DENSE)
        self.meaning_width = widths.get("meaning", 0)
        outer = inner + self.meaning_width
        whole = np.ascontiguousarray(coefficients, dtype=np.float64)
        self.columns, self._labels = whole[:, :inner], len(whole)
        self._readers = whole[:, outer:]
        if self.meaning_width:
            scale = space.options.meaning_weight / space.scale["meaning"].astype(np.float64)
            # no matrix product: its last digits depend on how many threads share it
            self._of_pieces = np.einsum("pd,ld->pl", word_vectors().pieces, whole[:, inner:outer] * scale)
            self._of_words = WordTable(self._meaning_of)

    def _meaning_of(self, words: Sequence[str]) -> Array:
        return word_vectors().averaged(words, self._of_pieces)

    def meaning(self, rows: Rows) -> Array:
        """What the mean of the word vectors adds, shape ``(n, labels)``: the mean of what the words add."""
        words = rows.words
        if words is None:
            return np.zeros((len(rows), self._labels))
        return means_of(self._of_words.rows(words.lexicon), words.numbers, words.lengths)

    def readers(self, rows: Rows) -> Array:
        """What the readers' scores add, shape ``(n, labels)``."""
        if not rows.readers:
            return np.zeros((len(rows), self._labels))
        scores = np.hstack(rows.readers).astype(np.float64)
        added: Array = (scores[:, None, :] * self._readers).sum(axis=2)
        return added


class SentenceClassifier:
    """Scores, probabilities and decisions for one set of labels.

    Attributes
    ----------
    labels
        The labels in the order of every matrix of scores.
    decision_weights
        What probabilities are multiplied with before the highest is taken, one per label.
    """

    def __init__(
        self,
        labels: Sequence[str],
        space: FeatureSpace,
        linear: LogisticRegression,
        calibration: Calibration,
        decision_weights: Array,
    ) -> None:
        self.labels = tuple(labels)
        self.space = space
        self.linear = linear
        self.calibration = calibration
        self.decision_weights = decision_weights

    @cached_property
    def weights(self) -> Weights:
        """The coefficients of each group of columns, made at first use."""
        return Weights(self.space, self.linear.coef_)

    def rows(self, sentences: Sequence[SentenceInContext], held_out: bool = False) -> Rows:
        """The feature rows of ``sentences``; ``held_out`` as in :meth:`FeatureSpace.transform`."""
        return self.space.rows(read_sentences(sentences), held_out)

    def scores(self, rows: Rows) -> Array:
        """Uncalibrated scores, shape ``(n, labels)``. A row's scores do not depend on the other rows."""
        scores: Array = self.weights.meaning(rows) + self.weights.readers(rows) + self.linear.intercept_
        which = rows.entries.row()
        for label, coefficients in enumerate(self.weights.columns):
            parts = coefficients[rows.entries.columns] * rows.entries.values
            scores[:, label] += np.bincount(which, weights=parts, minlength=len(rows))
        return scores

    def probabilities(self, rows: Rows) -> Array:
        """Calibrated probabilities, shape ``(n, labels)``; rows sum to 1."""
        return self.calibration.probabilities(self.scores(rows))

    def decide(self, probabilities: Array) -> NDArray[np.int64]:
        """The label numbers chosen: the highest weighted probability."""
        return decide(probabilities, self.decision_weights)

    def state(self, shared: bool = False) -> dict[str, Any]:
        """Everything needed to rebuild it, as scikit-learn objects, arrays and plain values.

        With ``shared`` the vocabularies are left out, because another classifier of the model has the same.
        """
        options = self.space.options
        return {
            "labels": list(self.labels),
            "blocks": list(options.blocks),
            "longest": options.longest,
            "rarest": options.rarest,
            "meaning_weight": options.meaning_weight,
            "reader_weight": options.reader_weight,
            "parts": {} if shared else {block: plain_part(part) for block, part in self.space.parts.items()},
            "scale": dict(self.space.scale),
            "linear": self.linear,
            "slope": self.calibration.slope,
            "shift": self.calibration.shift,
            "decision_weights": self.decision_weights,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any], shared: FeatureSpace | None = None) -> SentenceClassifier:
        """The inverse of :meth:`state`; ``shared`` lends its vocabularies."""
        space = FeatureSpace(
            FeatureOptions(
                tuple(state["blocks"]),
                state["longest"],
                state["rarest"],
                state["meaning_weight"],
                state["reader_weight"],
            )
        )
        if shared is None:
            space.parts = {b: part_from_plain(p) if isinstance(p, dict) else p for b, p in state["parts"].items()}
        else:
            space.parts = dict(shared.parts)
        space.scale = dict(state["scale"] or (shared.scale if shared else {}))
        calibration = Calibration(float(state["slope"]), np.asarray(state["shift"]))
        return cls(state["labels"], space, state["linear"], calibration, np.asarray(state["decision_weights"]))


def decide(probabilities: Array, weights: Array) -> NDArray[np.int64]:
    """Row-wise number of the highest ``probability * weight``."""
    chosen: NDArray[np.int64] = (probabilities * weights).argmax(axis=1)
    return chosen


def fit_linear(rows: sp.csr_matrix, soft: Array, options: FitOptions) -> LogisticRegression:
    """Multinomial logistic regression on soft labels (n, classes): each row enters once per class it may have.

    Raises
    ------
    ValueError
        If fewer than two classes occur.
    """
    seen = soft.sum(axis=0)
    if (seen > 0).sum() < 2:
        raise ValueError("a classifier needs at least two different labels")
    class_weight = np.where(seen > 0, (seen.sum() / (len(seen) * np.maximum(seen, 1e-9))) ** options.rarity, 0.0)
    row, label = np.nonzero(soft > 1e-3)
    weight = soft[row, label] * class_weight[label]
    linear = LogisticRegression(C=options.inverse_penalty, max_iter=400, random_state=options.seed)
    linear.fit(rows[row], label, sample_weight=weight)
    if len(linear.classes_) == 2:  # scikit-learn keeps one row for two classes; two rows keep scores comparable
        linear.coef_ = np.vstack([-linear.coef_ / 2, linear.coef_ / 2])
        linear.intercept_ = np.concatenate([-linear.intercept_ / 2, linear.intercept_ / 2])
    return linear
