"""How the sample's documents look: page measures, faces, the body style, and tinted boxes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import reportlab
from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

from corpus.sample.markup import Element

WIDTH, HEIGHT = 595.28, 841.89
MARGIN, TOP, BOTTOM, GUTTER = 66.0, 770.0, 74.0, 20.0
GREY, TINT = "#666666", "#eeeeea"


@dataclass(frozen=True, slots=True)
class Look:
    """The typography of a document: reportlab font names and sizes in points."""

    body: str
    bold: str
    size: float


LOOKS = {
    "times": Look("Times-Roman", "Times-Bold", 11),
    "helvetica": Look("Helvetica", "Helvetica-Bold", 9.6),
    "vera": Look("Vera", "VeraBd", 8.6),
}


def register_fonts() -> None:
    """Make Bitstream Vera, which comes inside reportlab under an open licence, known by its name."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in ("Vera", "VeraBd", "VeraIt", "VeraBI"):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="VeraBd", italic="VeraIt", boldItalic="VeraBI")


def body_style(look: Look, **changes: Any) -> ParagraphStyle:
    """The style of running text in a look, with changes."""
    base = {
        "fontName": look.body,
        "fontSize": look.size,
        "leading": look.size * 1.3,
        "alignment": TA_JUSTIFY,
        "embeddedHyphenation": 1,
        "bulletFontName": look.body,
        "bulletFontSize": look.size,
    }
    return ParagraphStyle("body", **{**base, **changes})


class Box(Paragraph):  # type: ignore[misc]
    """A tinted box or pull quote; never split over two pages."""

    def __init__(self, look: Look, element: Element) -> None:
        quote = element.role == "quote"
        style = body_style(
            look, fontSize=look.size * (1.15 if quote else 0.94), leading=look.size * (1.5 if quote else 1.2)
        )
        bold = body_style(look, fontName=look.bold, alignment=TA_LEFT)
        parts = [Paragraph(element.xml, bold)] if element.sentences else []
        self.parts = parts + [
            Paragraph(c.xml, style, bulletText="•" if c.kind == "list_item" else None) for c in element.children
        ]

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Width and height in points."""
        self.width = width
        self.height = 14 + sum(p.wrap(width - 20, HEIGHT)[1] + 4 for p in self.parts)
        return width, self.height

    def split(self, _width: float, _height: float) -> list[Paragraph]:
        """Nothing: the box moves as a whole."""
        return []

    def draw(self) -> None:
        """Tint, rule and text."""
        self.canv.setFillColor(TINT)
        self.canv.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        self.canv.setFillColor("black")
        y = self.height - 8
        for part in self.parts:
            y -= part.wrap(self.width - 20, HEIGHT)[1]
            part.drawOn(self.canv, 10, y)
            y -= 4
