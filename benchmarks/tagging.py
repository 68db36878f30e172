"""Words per second of the tagger beside its peers, on the same text in one run, one process, process CPU time.

Peers do less: they find phrases, the tagger also filters, chooses subcodes, reads scopes and links exemplars. The text
is the plain-text documents of ../shared/corpus where present, otherwise the embedded sample's texts; no sentence twice,
since tokenizers remember words.

    python benchmarks/tagging.py [--words 200000] [--medspacy PYTHON]

``--medspacy`` names the interpreter of an environment of its own that has medspaCy (it needs another spaCy); without it
medspaCy is not run. Quality stands in ``halfloop evaluate mentions``.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import ahocorasick_rs
import spacy
from spacy.matcher import Matcher, PhraseMatcher

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from corpus.codebook import load_codebook  # noqa: E402
from models.readings import QUICK, USUAL, WORDS  # noqa: E402
from models.tagger import Tagger  # noqa: E402
from models.tagging.keywords import KEYWORDS  # noqa: E402
from models.tagging.reader import CAREFUL_MENTION_READER, MENTION_READER, mention_reader  # noqa: E402

MEDSPACY = """
import json, sys, time, spacy, medspacy
from medspacy.context import ConText
from medspacy.target_matcher import TargetMatcher, TargetRule
texts, words = json.load(sys.stdin)
nlp = spacy.blank("en")
nlp.add_pipe("sentencizer")
matcher = nlp.add_pipe("medspacy_target_matcher")
matcher.add([TargetRule(w, c) for c, ws in words.items() for w in ws])
nlp.add_pipe("medspacy_context")
start = time.process_time()
n = sum(len(d.ents) for d in nlp.pipe(texts))
print(json.dumps([time.process_time() - start, n]))
"""


def sentences() -> list[str]:
    """Sentences of the real corpus' plain texts, each once, or of the sample's texts."""
    real = ROOT.parent / "shared" / "corpus"
    files = [p for p in sorted(real.rglob("*")) if p.suffix in (".txt", ".md")] if real.exists() else []
    files = files or [p for p in sorted((ROOT / "corpus" / "sample" / "text").glob("*")) if p.is_file()]
    text = "\n\n".join(p.read_text(encoding="utf-8", errors="replace") for p in files)
    split = (s.strip() for s in re.split(r"(?<=[.!?])\s+|\n\s*\n", text))
    return list(dict.fromkeys(" ".join(s.split()) for s in split if s))


def phrases() -> dict[str, list[str]]:
    """The keyword dictionary's phrases without their asterisks."""
    return {code: [w.rstrip("*") for w in words] for code, words in KEYWORDS.items()}


def trie(words: Iterable[str]) -> str:
    """One regular expression that branches letter by letter."""
    tree: dict[str, dict] = {}
    for word in words:
        node = tree
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}

    def write(node: dict[str, dict]) -> str:
        branches = [re.escape(c) + write(child) for c, child in sorted(node.items()) if c]
        body = branches[0] if len(branches) == 1 else "(?:" + "|".join(branches) + ")" if branches else ""
        return f"(?:{body})?" if "" in node and branches else body

    return write(tree)


def timed(work: Callable[[list[str]], int], texts: list[str]) -> tuple[float, int]:
    """CPU seconds after a warm-up on a hundred other sentences, and what was found; readings before are forgotten."""
    work([f"{text} {number}" for number, text in enumerate(texts[:100])])
    for folder in (MENTION_READER, CAREFUL_MENTION_READER):
        if (reader := mention_reader(folder)) is not None:
            reader.forget()
    start = time.process_time()
    found = work(texts)
    return time.process_time() - start, found


def peers() -> dict[str, Callable[[list[str]], int]]:
    """Name to work."""
    by_code = phrases()
    words = [w for ws in by_code.values() for w in ws]
    regex = re.compile(rf"\b{trie(words)}\w*", re.IGNORECASE)
    automaton = ahocorasick_rs.AhoCorasick([w.lower() for w in words])
    ruler = spacy.blank("en")
    ruler.add_pipe("entity_ruler").add_patterns([{"label": c, "pattern": w} for c, ws in by_code.items() for w in ws])
    plain = spacy.blank("en")
    phrase = PhraseMatcher(plain.vocab, attr="LOWER")
    tokens = Matcher(plain.vocab)
    for code, ws in by_code.items():
        phrase.add(code, [plain.make_doc(w) for w in ws])
        tokens.add(code, [[{"LOWER": t.lower_} for t in plain.make_doc(w)] for w in ws])
    codebook = load_codebook()
    tagger, quick, unread = (Tagger(codebook, reading=reading) for reading in (USUAL, QUICK, WORDS))
    unfiltered = Tagger(codebook, None)
    component = spacy.blank("en")
    import models.tagging.component  # noqa: F401

    component.add_pipe("halfloop_mentions")
    return {
        "halfloop tagger": lambda texts: sum(map(len, tagger.tag_sentences(texts))),
        "halfloop tagger, quick": lambda texts: sum(map(len, quick.tag_sentences(texts))),
        "halfloop tagger, no reader": lambda texts: sum(map(len, unread.tag_sentences(texts))),
        "halfloop tagger, candidates only": lambda texts: sum(map(len, unfiltered.candidates(texts))),
        "halfloop as spaCy component": lambda texts: sum(
            sum(map(len, doc.spans.values())) for doc in component.pipe(texts)
        ),
        "trie as one regular expression": lambda texts: sum(len(regex.findall(t)) for t in texts),
        "Aho-Corasick (ahocorasick_rs)": lambda texts: sum(
            len(automaton.find_matches_as_indexes(t.lower())) for t in texts
        ),
        "spaCy EntityRuler": lambda texts: sum(len(d.ents) for d in ruler.pipe(texts)),
        "spaCy PhraseMatcher": lambda texts: sum(len(phrase(d)) for d in plain.pipe(texts)),
        "spaCy Matcher": lambda texts: sum(len(tokens(d)) for d in plain.pipe(texts)),
    }


def medspacy(python: str, texts: list[str]) -> tuple[float, int]:
    """Target matcher and ConText in their own environment; they are slow, so a tenth of the text is read."""
    data = json.dumps([texts, phrases()])
    done = subprocess.run([python, "-c", MEDSPACY], input=data, capture_output=True, text=True, check=True)
    seconds, found = json.loads(done.stdout.splitlines()[-1])
    return float(seconds), int(found)


def main() -> None:
    """Print one line per system."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--medspacy", default="", help="interpreter of an environment with medspaCy")
    options = parser.parse_args()
    texts, count = [], 0
    for text in sentences():
        texts.append(text)
        count += len(text.split())
        if count >= options.words:
            break
    print(f"{count} words, {len(texts)} sentences, process CPU time")
    rates: dict[str, float] = {}
    for name, work in peers().items():
        seconds, found = timed(work, texts)
        rates[name] = count / seconds
        ratio = rates[name] / rates["halfloop tagger"]
        print(f"{name:34}{rates[name]:12,.0f} words/s {found:8} found   {ratio:6.2f} of the tagger's rate")
    if not options.medspacy:
        print("medspaCy target matcher + ConText: not run (no --medspacy)")
        return
    some = texts[: max(1, len(texts) // 10)]
    try:
        seconds, found = medspacy(options.medspacy, some)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"medspaCy target matcher + ConText: not run ({error})")
        return
    rate = sum(len(t.split()) for t in some) / seconds
    ratio, name = rate / rates["halfloop tagger"], "medspaCy target matcher + ConText"
    print(f"{name:34}{rate:12,.0f} words/s {found:8} found   {ratio:6.2f} of the tagger's rate")


if __name__ == "__main__":
    main()
