"""What a file's name says about a document that no manifest describes."""

from __future__ import annotations

import re

from corpus.records import ManifestRow

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?(?!\d)")

# (words in the name, kind, voice); the first that fits counts, so that "response to the evaluation" is a response
_KINDS: tuple[tuple[str, str, str], ...] = (
    (r"response|reply", "government_response", "government"),
    (r"white[ _-]?paper", "white_paper", "government"),
    (r"green[ _-]?paper|consultation", "consultation", "government"),
    (r"evaluation|assessment|appraisal", "evaluation", "evaluator"),
    (r"committee", "committee_report", "legislature"),
    (r"inquiry|inquest", "inquiry_report", "inquiry"),
    (r"strategy|plan|policy|roadmap", "strategy", "government"),
    (r"guidance|guide|handbook|manual|toolkit", "guidance", "government"),
    (r"speech|address|remarks", "speech", "government"),
    (r"press|news|announcement", "news", "government"),
)


def guess_row(doc_id: str, file: str) -> ManifestRow:
    """A row for a file without a manifest. ``guessed`` names every field that was filled from the name.

    >>> row = guess_row("skills-white-paper-2019", "skills-white-paper-2019.pdf")
    >>> row.kind, row.voice, row.published, row.title, row.guessed
    ('white_paper', 'government', '2019', 'Skills white paper 2019', ('title', 'published', 'kind', 'voice'))
    """
    stem = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    title = re.sub(r"[\s_\-]+", " ", stem).strip()
    title = title[:1].upper() + title[1:]
    guessed = ["title"]
    published = ""
    if year := _YEAR.search(stem):
        published = "-".join(part for part in year.groups() if part)
        guessed.append("published")
    kind = voice = ""
    for words, named_kind, named_voice in _KINDS:
        if re.search(words, stem, re.IGNORECASE):
            kind, voice = named_kind, named_voice
            guessed += ["kind", "voice"]
            break
    return ManifestRow(
        doc_id, file, kind=kind, voice=voice, published=published, title=title or file, guessed=tuple(guessed)
    )
