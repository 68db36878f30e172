"""Vocabularies as plain strings and arrays: a model file with one entry per word takes seconds to load."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer


def new_words(longest: int, rarest: int) -> TfidfVectorizer:
    """A vectorizer of words that are already apart by spaces, before fitting."""
    return TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, longest), min_df=rarest, sublinear_tf=True)


def plain_part(part: TfidfVectorizer | DictVectorizer) -> dict[str, Any]:
    """What a fitted vectorizer has learnt."""
    if isinstance(part, DictVectorizer):
        return {"names": "\n".join(part.feature_names_)}
    terms = sorted(part.vocabulary_, key=part.vocabulary_.__getitem__)
    return {"terms": "\n".join(terms), "weights": part.idf_, "longest": part.ngram_range[1], "rarest": part.min_df}


def part_from_plain(plain: dict[str, Any]) -> TfidfVectorizer | DictVectorizer:
    """The inverse of :func:`plain_part`.

    Raises
    ------
    KeyError, TypeError, ValueError
        If ``plain`` was made by something else.
    """
    if "names" in plain:
        part = DictVectorizer(dtype=np.float32)
        part.feature_names_ = _lines(plain["names"])
        part.vocabulary_ = {name: column for column, name in enumerate(part.feature_names_)}
        return part
    words = new_words(int(plain["longest"]), int(plain["rarest"]))
    words.vocabulary_ = {term: column for column, term in enumerate(_lines(plain["terms"]))}
    words.idf_ = np.asarray(plain["weights"])
    return words


def _lines(text: str) -> list[str]:
    return str(text).split("\n") if text else []
