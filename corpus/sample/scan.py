"""A page as a scan: the text typeset, rendered grey, turned a little, with noise; a picture and nothing else.

The picture is committed, so that the PDFs do not depend on how a renderer or an encoder rounds; it is made anew only
where the text it shows has changed (its digest is kept in the picture's comment).
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from corpus.sample.looks import HEIGHT, WIDTH
from corpus.sample.markup import Element

DPI, ANGLE, NOISE, SEED = 150, 0.35, 7.0, 20230711


def scan_picture(element: Element, path: Path) -> bytes:
    """The JPEG of a scanned page: the committed one if it shows this text, otherwise a new one, written to ``path``."""
    digest = hashlib.sha256("\n".join(map(_words, element.children)).encode()).hexdigest()
    if path.exists() and Image.open(path).info.get("comment", b"") == digest.encode():
        return path.read_bytes()
    picture = _render(_typeset(element))
    out = BytesIO()
    picture.save(out, "JPEG", quality=38, comment=digest, dpi=(DPI, DPI))
    path.write_bytes(out.getvalue())
    return out.getvalue()


def _words(child: Element) -> str:
    """A typewriter breaks no words."""
    return child.xml.replace("\u00ad", "")


def _typeset(element: Element) -> bytes:
    """One page in typewriter face."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
    y = 770.0
    for child in element.children:
        bold = child.kind == "heading"
        style = ParagraphStyle("t", fontName="Courier-Bold" if bold else "Courier", fontSize=11, leading=14)
        flowable = Paragraph(_words(child), style)
        y -= flowable.wrap(WIDTH - 140, HEIGHT)[1]
        if y < 60:
            raise ValueError("the scanned page is too long for one page")
        flowable.drawOn(canvas, 70, y)
        y -= 9
    canvas.save()
    return buffer.getvalue()


def _render(pdf: bytes) -> Image.Image:
    """Grey, tilted, noisy."""
    page = pypdfium2.PdfDocument(pdf)[0]
    sheet = page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
    sheet = sheet.rotate(ANGLE, resample=Image.Resampling.BICUBIC, fillcolor=250)
    values = np.asarray(sheet, dtype=np.float64) * 0.93 + 10
    values += np.random.default_rng(SEED).normal(0.0, NOISE, values.shape)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
