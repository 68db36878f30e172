"""Named exemplars: programmes and pilots that the manifest or the text introduces, and their later mentions.

A name is a run of capitalised words that ends in what it is: always an exemplar where that word says so ("the Coast
Pathfinders", "the Harbour pilot"), and a "Programme", "Scheme", "Project" or "Initiative" where the text somewhere
calls it a pilot, a pathfinder, a trial or a demonstration. "Harbour Skills Programme (HSP)" makes HSP a second name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.tagging.mentions import SentenceMention

CODE = "best_practice.exemplar"
RULE_NAME, RULE_ANAPHOR = "best_practice.named_exemplar", "best_practice.named_exemplar_anaphor"
_SELF = "pathfinder|pilot|trailblazer|pioneer|beacon|demonstrator|demonstration|trial|test-?bed|sandbox|vanguard"
_PLAIN = "programme|program|scheme|project|initiative|challenge"
_HEAD = re.compile(rf"(?:{_SELF}|{_PLAIN})s?", re.IGNORECASE)
_HEADS = tuple(
    word for part in f"{_SELF}|{_PLAIN}".split("|") for word in {part.replace("-?", ""), part.replace("?", "")}
)
_SELF_HEAD = re.compile(rf"(?:{_SELF})s?", re.IGNORECASE)
_CAPITAL = r"[A-Z0-9][\w\u2019'&/\u2013-]*"
_NAME = re.compile(
    rf"\b(?P<name>{_CAPITAL}(?:\s+(?:(?:and|of|for|in|the|to)\s+){{0,2}}{_CAPITAL}){{0,6}}"
    rf"(?:\s+(?:{_SELF})s?)?(?:\s+(?:{_PLAIN})s?)?)(?:\s*\((?P<short>[A-Z][A-Za-z0-9&-]{{1,9}})\))?"
)
_AND = re.compile(r"\s+and\s+the\s+")
_OPENERS = frozenset(
    """the our this these those a an in under two three four five six seven eight nine ten both all each other new
    and of for to since when while after as by from with at on his her its their many some several national
    first second third current original voluntary small""".split()  # noqa: SIM905
)
_DEMONSTRATIVE = re.compile(r"\b(?:the|this|these|those)\s+((?:programme|program|scheme|project|initiative)s?)\b", re.I)
_CALLED = re.compile(rf"\b(?:{_SELF})(?:s|ed|ing|led|ling)?\b|\bcase stud(?:y|ies)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A named exemplar of a document: its name, the noun it ends in (singular, lower case) and its short names."""

    name: str
    head: str
    short: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exemplars:
    """All named exemplars of one document, in order of their name."""

    items: tuple[Exemplar, ...]

    def link(
        self, texts: Sequence[str], found: Sequence[tuple[SentenceMention, ...]]
    ) -> list[tuple[SentenceMention, ...]]:
        """The mentions with ``entity`` set where they name an exemplar, and with those that only the name shows."""
        if not self.items:
            return list(found)
        names = {_plain(n): e for e in self.items for n in (e.name, *e.short)}
        ordered = sorted((n for e in self.items for n in (e.name, *e.short)), key=lambda n: (-len(n), n))
        stems = {max(n.split(), key=len).removesuffix("s")[1:] for n in ordered}
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(_flexible(n) for n in ordered)})(?:s|\u2019s|'s)?(?!\w)")
        heads = Counter(e.head for e in self.items)
        single = {e.head: e for e in self.items if heads[e.head] == 1}
        out: list[tuple[SentenceMention, ...]] = []
        before: Exemplar | None = None
        for text, mentions in zip(texts, found, strict=True):
            linked, here = list(mentions), None
            if any(stem in text for stem in stems):  # cheaper than the pattern, and most sentences name none
                linked, here = _link_names(text, linked, pattern, names)
            linked = [_link_head(text, m, single) for m in linked]
            linked += _anaphors(text, linked, before if here is None else here, here)
            out.append(tuple(sorted(linked, key=lambda m: (m.start, m.end, m.code))))
            before = here
        return out


def find_exemplars(texts: Sequence[str], programme: str = "") -> Exemplars:
    """The named exemplars of a document.

    Parameters
    ----------
    texts
        Its sentences in reading order.
    programme
        The manifest's programmes, separated by semicolons; counted where they end in a word for an exemplar or a
        programme ("graduation pilot"), since others name a field ("early years").
    """
    short: dict[str, set[str]] = defaultdict(set)
    seen: Counter[str] = Counter()
    called: set[str] = set()
    for text in texts:
        low = text.lower()
        if not any(head in low for head in _HEADS):
            continue
        is_called = _CALLED.search(text) is not None
        for match in _NAME.finditer(text):
            parts = _AND.split(match.group("name"))
            for number, part in enumerate(parts, start=1):
                name = _trimmed(part)
                if len(name.split()) < 2:
                    continue
                seen[name] += 1
                if match.group("short") and number == len(parts):
                    short[name].add(match.group("short"))
                if is_called:
                    called.add(name)
    items: dict[str, Exemplar] = {}
    for name in sorted(seen):
        head = _singular(name.split()[-1])
        if _SELF_HEAD.fullmatch(head) or (name in called and seen[name] >= 2):
            key = _plain(name)
            known = items.get(key)
            items[key] = Exemplar(
                known.name if known else name, head, tuple(sorted({*short[name], *(known.short if known else ())}))
            )
    for name in (part.strip() for part in programme.split(";")):
        words = name.split()
        if len(words) >= 2 and _HEAD.fullmatch(words[-1]) and _plain(name) not in items:
            items[_plain(name)] = Exemplar(name, _singular(words[-1]), ())
    return Exemplars(tuple(items[key] for key in sorted(items)))


def _trimmed(name: str) -> str:
    """The name without the words before it that only happen to begin a sentence, and without what follows its head."""
    words = name.split()
    while words and words[0].lower() in _OPENERS:
        words = words[1:]
    while words and not _HEAD.fullmatch(words[-1]):
        words = words[:-1]
    return " ".join(words)


def _singular(word: str) -> str:
    low = word.lower()
    return low[:-1] if low.endswith("s") else low


def _plain(name: str) -> str:
    """Lower case, one blank between words, singular: two spellings of one name are one."""
    return _singular(" ".join(name.lower().replace("\u2019s", "").replace("'s", "").split()))


def _flexible(name: str) -> str:
    """A regular expression for the name; words of a manifest's name that are not capitalised match either way."""
    parts = []
    for word in name.split():
        stem = re.escape(word.removesuffix("s"))
        parts.append(
            f"[{word[0].upper()}{word[0].lower()}]{stem[1:]}s?" if word[0].isalpha() and len(word) > 1 else stem
        )
    return r"\s+".join(parts)


def _link_names(
    text: str, mentions: list[SentenceMention], pattern: re.Pattern[str], names: dict[str, Exemplar]
) -> tuple[list[SentenceMention], Exemplar | None]:
    last: Exemplar | None = None
    for match in pattern.finditer(text):
        exemplar = names.get(_plain(match.group()))
        if exemplar is None:
            continue
        last, start, end = exemplar, match.start(), match.end()
        touching = [i for i, m in enumerate(mentions) if m.code == CODE and m.start < end and start < m.end]
        for i in touching:
            m = mentions[i]
            mentions[i] = replace(m, start=min(m.start, start), end=max(m.end, end), entity=exemplar.name)
        if not touching:
            mentions.append(SentenceMention(start, end, CODE, RULE_NAME, entity=exemplar.name))
    return mentions, last


def _link_head(text: str, mention: SentenceMention, single: dict[str, Exemplar]) -> SentenceMention:
    """ "the pilot", "these pathfinders": the one exemplar of the document that is such a thing."""
    if mention.code != CODE or mention.entity is not None:
        return mention
    words = re.findall(r"[\w-]+", text[mention.start : mention.end])
    before = re.findall(r"\w+", text[: mention.start])[-1:]
    definite = {"the", "this", "these", "those", "our"} & {w.lower() for w in (*words[:1], *before)}
    content = [w for w in words if w.lower() not in ("the", "this", "these", "those", "our")]
    if definite and len(content) == 1 and _singular(content[0]) in single:
        return replace(mention, entity=single[_singular(content[0])].name)
    return mention


def _anaphors(
    text: str, mentions: Iterable[SentenceMention], referent: Exemplar | None, here: Exemplar | None
) -> list[SentenceMention]:
    """ "the scheme" right after an exemplar that is a scheme was named; never a bare pronoun."""
    if referent is None:
        return []
    taken = [(m.start, m.end) for m in mentions if m.code == CODE]
    out = []
    for match in _DEMONSTRATIVE.finditer(text):
        same = _singular(match.group(1)) == referent.head
        if not same or any(s < match.end() and match.start() < e for s, e in taken):
            continue
        if here is not None and match.start() < max((e for _, e in taken), default=0):
            continue
        out.append(SentenceMention(match.start(), match.end(), CODE, RULE_ANAPHOR, entity=referent.name))
    return out
