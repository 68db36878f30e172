"""Small PDFs for tests, drawn word by word, so that what stands where is known."""

from __future__ import annotations

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595.0, 842.0
BODY = (
    "The first pilots began in three counties and the partners met each month to compare what they had seen",
    "in their own schools with what the programme had promised them at the start of the year before last and",
    "so the timetable was changed twice because transport between the sites took longer than was planned for",
)


class Sheet:
    """A canvas whose y runs downwards from the top, as in the document model."""

    def __init__(self, path: Path, width: float = WIDTH, height: float = HEIGHT) -> None:
        self.path, self.width, self.height = path, width, height
        self.canvas = Canvas(str(path), pagesize=(width, height), invariant=True)

    def write(self, x: float, y: float, text: str, size: float = 11, font: str = "Helvetica") -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.height - y, text)

    def lines(self, x: float, y: float, texts: list[str] | tuple[str, ...], size: float = 11) -> None:
        for row, text in enumerate(texts):
            self.write(x, y + 14 * row, text, size)

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def next_page(self) -> None:
        self.canvas.showPage()

    def save(self) -> Path:
        self.canvas.save()
        return self.path


def kinds(document: object) -> list[tuple[str, str]]:
    """(kind, text) of every block."""
    return [(b.kind, document.text[b.start : b.end]) for b in document.blocks]  # type: ignore[attr-defined]
