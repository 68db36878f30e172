"""The tagger on sentences of documents that its filter was not trained with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from corpus.codebook import Codebook
from models.readings import USUAL, Closeness
from models.tagger import Tagger
from models.tagging.acceptance import load_filter
from models.tagging.fit import JudgedSentence, fit_filter
from models.tagging.gold import GoldSentence, documents
from models.tagging.mentions import SentenceMention
from models.tagging.reader import ReadsMentions


def held_out_mentions(
    codebook: Codebook,
    gold: Sequence[GoldSentence],
    judged: Sequence[JudgedSentence] = (),
    *,
    reader: ReadsMentions | None = None,
    careful: ReadsMentions | None = None,
    readings: Sequence[Closeness] = (USUAL,),
    folds: int = 10,
    seed: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[Closeness, list[tuple[SentenceMention, ...]]]:
    """Mentions of each sentence, by reading, by a tagger whose filter and thresholds never saw the sentence's document.

    Parameters
    ----------
    gold
        Coded sentences, of two documents or more.
    judged
        Further training material; that of a held-out document is left out too.
    reader, careful
        Give readings by readers that had not seen the sentence's document (:mod:`models.tagging.held_out`); None
        leaves the decision to the others.
    readings
        How closely sentences are read; the same filters serve all.
    """
    names = documents(gold)
    np.random.default_rng(seed).shuffle(names)
    fold = {name: number % min(folds, len(names)) for number, name in enumerate(names)}
    found: dict[Closeness, list[tuple[SentenceMention, ...]]] = {name: [() for _ in gold] for name in readings}
    plain = Tagger(codebook, None)
    with TemporaryDirectory() as folder:
        for number in sorted(set(fold.values())):
            path = Path(folder) / f"fold-{number}.json"
            inside = {name for name, own in fold.items() if own == number}
            train = [s for s in gold if s.document not in inside]
            other = [s for s in judged if s.document not in inside]
            fit_filter(plain, train, other, path, note=f"fold {number}", reader=reader, careful=careful)
            places = [i for i, s in enumerate(gold) if s.document in inside]
            texts = [gold[i].text for i in places]
            for reading in readings:
                tagger = Tagger(codebook, load_filter(path), reader, careful, reading=reading)
                for place, mentions in zip(places, tagger.tag_sentences(texts), strict=True):
                    found[reading][place] = mentions
            progress(f"fold {number + 1}: {len(inside)} documents, {len(places)} sentences")
    return found
