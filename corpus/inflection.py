"""The inflected forms of an English word by spelling rules, without a dictionary.

Too many forms do no harm here ("commited" matches a misprint and nothing else); a missing one loses mentions.
"""

from __future__ import annotations

_IRREGULAR = {
    "arise": "arises arose arisen arising",
    "be": "is are was were been being am",
    "become": "becomes became becoming",
    "begin": "begins began begun beginning",
    "break": "breaks broke broken breaking",
    "bring": "brings brought bringing",
    "build": "builds built building",
    "come": "comes came coming",
    "cut": "cuts cutting",
    "deter": "deters deterred deterring",
    "draw": "draws drew drawn drawing",
    "fall": "falls fell fallen falling",
    "feel": "feels felt feeling",
    "find": "finds found finding",
    "get": "gets got getting gotten",
    "give": "gives gave given giving",
    "grow": "grows grew grown growing",
    "have": "has had having",
    "hold": "holds held holding",
    "join": "joins joined joining",
    "learn": "learns learned learnt learning",
    "leave": "leaves left leaving",
    "lose": "loses lost losing",
    "make": "makes made making",
    "meet": "meets met meeting",
    "run": "runs ran running",
    "see": "sees saw seen seeing",
    "set": "sets setting",
    "show": "shows showed shown showing",
    "slow": "slows slowed slowing",
    "spread": "spreads spreading",
    "stand": "stands stood standing",
    "take": "takes took taken taking",
    "teach": "teaches taught teaching",
    "tell": "tells told telling",
    "think": "thinks thought thinking",
    "undergo": "undergoes underwent undergone undergoing",
    "write": "writes wrote written writing",
}
_VOWELS = "aeiou"


def forms(word: str) -> list[str]:
    """The word itself, plural or third person, past and -ing form, with both -ise and -ize spellings.

    Examples
    --------
    >>> forms("deny")
    ['deny', 'denies', 'denied', 'denying']
    >>> forms("hinder")
    ['hinder', 'hinders', 'hindered', 'hindering']
    """
    if word in _IRREGULAR:
        return [word, *_IRREGULAR[word].split()]
    out = [word]
    if word.endswith("y") and len(word) > 1 and word[-2] not in _VOWELS:
        out += [word[:-1] + "ies", word[:-1] + "ied", word + "ing"]
    elif word.endswith("e"):
        out += [word + "s", word + "d", word[:-1] + "ing"]
    elif word.endswith(("s", "x", "z", "ch", "sh")):
        out += [word + "es", word + "ed", word + "ing"]
    else:
        out += [word + "s", word + "ed", word + "ing"]
        if _doubles(word):
            out += [word + word[-1] + "ed", word + word[-1] + "ing"]
    spelled = [form.replace("isation", "ization") for form in out]
    spelled += [_ize(form) for form in out if _ize(form) != form]
    return list(dict.fromkeys([*out, *spelled]))


def _doubles(word: str) -> bool:
    """A final consonant may double: plan, planned; travel, travelled (and, harmlessly, visit, "visitted")."""
    if word.endswith(("er", "en", "it", "op", "or")) and len(word) > 4 and not word.endswith(("fer", "mit")):
        return False
    return len(word) > 2 and word[-1] in "bdglmnprt" and word[-2] in _VOWELS and word[-3] not in _VOWELS


def _ize(form: str) -> str:
    for ending in ("ise", "ises", "ised", "ising"):
        if form.endswith(ending) and len(form) > len(ending) + 2:
            return form[: -len(ending)] + ending.replace("is", "iz")
    return form
