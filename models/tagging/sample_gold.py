"""The embedded sample's key as gold: its sentences and the mentions that its author put there."""

from __future__ import annotations

from corpus.sample_key import SampleKey, place_mention, read_key
from models.tagging.gold import GoldError, GoldMention, GoldSentence


def read_sample_gold(key: SampleKey | None = None) -> list[GoldSentence]:
    """The key's sentences with its mentions as those of coder A, who has no second coder beside them.

    No part of the tagger is fitted on the sample, so these sentences may be tagged with the shipped filter.

    Parameters
    ----------
    key
        A key that was read already; the embedded sample's if left out.

    Raises
    ------
    GoldError
        If a mention of the key does not stand in its sentence.
    """
    key = key or read_key()
    out = []
    for document in key.documents:
        for number, sentence in enumerate(key.of(document)):
            mentions = []
            for m in key.mentions_in(sentence):
                place = place_mention(m, sentence.text, sentence.text)
                if place is None:
                    raise GoldError(f"{document}: the mention {m.text!r} of the key is not in its sentence")
                mentions.append(GoldMention(*place, m.code, m.locus, m.status))
            out.append(GoldSentence(f"{document}-{number}", document, sentence.text, {"A": tuple(mentions)}))
    return out
