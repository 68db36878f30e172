"""Sources → PDF pages: columns, footnotes, boxes, ruled tables, contents, running headers and a scanned page.

Bytes are reproducible: no dates or random ids (reportlab's invariant mode), streams uncompressed so that they do not
depend on the zlib at hand, and the scanned page is a committed picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from reportlab.lib.enums import TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table, TableStyle

from corpus.sample.looks import BOTTOM, GREY, GUTTER, HEIGHT, LOOKS, MARGIN, TINT, TOP, WIDTH, Box, body_style
from corpus.sample.markup import NOTICE, Element, Source


@dataclass(slots=True)
class Region:
    """A column under way: its left edge and width, the height free below ``y``, its notes."""

    x: float
    width: float
    y: float = TOP
    notes: list[Any] = field(default_factory=list)
    notes_height: float = 0.0


class PageWriter:
    """Lays a source's elements out on pages. ``pages`` maps the id of an element to the page it begins on."""

    def __init__(self, source: Source, contents: list[tuple[int, str, int]], scan: bytes | None) -> None:
        self.source, self.contents, self.scan = source, contents, scan
        self.look = LOOKS[source.head["font"]]
        self.columns = int(source.head.get("columns", "1"))
        self.buffer = BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=0)
        self.canvas.setTitle(source.head["title"])
        self.canvas.setAuthor(source.head["organisation"])
        self.canvas.setSubject(NOTICE)
        self.page = 1
        self.pages: dict[int, int] = {}
        self.furniture: list[str] = []
        self.headings: list[tuple[int, str, int]] = []
        self.waiting: list[Region] = []
        self.region = Region(MARGIN, WIDTH - 2 * MARGIN)

    def style(self, **changes: Any) -> ParagraphStyle:
        """The body style of this document, with changes."""
        return body_style(self.look, **changes)

    def open_page(self) -> None:
        """Start a page: its furniture first, then empty columns."""
        head, even = self.source.head, self.page % 2 == 0
        text = head["header_even"] if even else head["header_odd"]
        number, canvas = str(self.page), self.canvas
        canvas.setFont(self.look.body, 8)
        canvas.setFillColor(GREY)
        if even:
            canvas.drawString(MARGIN, 800, f"{number}   {text}")
        else:
            canvas.drawRightString(WIDTH - MARGIN, 800, f"{text}   {number}")
        if head.get("footer"):
            canvas.drawCentredString(WIDTH / 2, 40, head["footer"])
        canvas.setStrokeColor(GREY)
        canvas.line(MARGIN, 794, WIDTH - MARGIN, 794)
        canvas.setFillColor("black")
        self.furniture = [number, text, head.get("footer", "")]
        wide = (WIDTH - 2 * MARGIN - (self.columns - 1) * GUTTER) / self.columns
        columns = [Region(MARGIN + i * (wide + GUTTER), wide) for i in range(self.columns)]
        self.region, self.waiting = columns[0], columns[1:]

    def next_region(self) -> None:
        """Draw the notes owed to this column and go on to the next column or page."""
        self._close_region()
        if self.waiting:
            self.region = self.waiting.pop(0)
        else:
            self.next_page()

    def next_page(self) -> None:
        """End the page and open another."""
        self.canvas.showPage()
        self.page += 1
        self.open_page()

    def _close_region(self) -> None:
        region = self.region
        if not region.notes:
            return
        y = BOTTOM + region.notes_height
        self.canvas.line(region.x, y - 3, region.x + 90, y - 3)
        y -= 6
        for note in region.notes:
            y -= note.wrap(region.width, HEIGHT)[1]
            note.drawOn(self.canvas, region.x, y)

    def place(self, element: Element, flowable: Any, before: float = 6.0, room: float = 0.0) -> None:
        """Draw a flowable where there is room for it, its notes and ``room`` more points, or split it."""
        notes = [
            Paragraph(f"<super>{n.number}</super> {n.xml}", self.style(fontSize=7.8, leading=9.6))
            for n in element.notes
        ]
        while True:
            region = self.region
            owed = sum(n.wrap(region.width, HEIGHT)[1] for n in notes) + (8 if notes and not region.notes else 0)
            high = flowable.wrap(region.width, HEIGHT)[1]
            free = region.y - BOTTOM - region.notes_height - before
            fresh = region.y == TOP
            if high + owed + room <= free or (fresh and not notes and high > TOP - BOTTOM):
                break
            parts = flowable.split(region.width, free) if not notes and not room and free > 40 else []
            if len(parts) == 2:
                self._draw(element, parts[0], before)
                flowable, before = parts[1], 0.0
            self.next_region()
        region.notes += notes
        region.notes_height += owed
        for note in element.notes:
            self.pages[id(note)] = self.page
        self._draw(element, flowable, before if not fresh else 0.0)

    def _draw(self, element: Element, flowable: Any, before: float) -> None:
        region = self.region
        self.pages.setdefault(id(element), self.page)
        high = flowable.wrap(region.width, HEIGHT)[1]
        region.y -= before + high
        flowable.drawOn(self.canvas, region.x, region.y)

    def write(self) -> bytes:
        """The whole document."""
        self._front_page()
        self._contents_page()
        for element in self.source.elements:
            self._element(element)
        self._close_region()
        self.canvas.showPage()
        self.canvas.save()
        return self.buffer.getvalue()

    def _front_page(self) -> None:
        head, x = self.source.head, MARGIN
        canvas, y = self.canvas, 700.0
        lines = [
            (head["organisation"], self.look.bold, 12, 90.0),
            (head["title"], self.look.bold, 25, 12.0),
            (head.get("subtitle", ""), self.look.body, 15, 60.0),
            (head["date_line"], self.look.body, 11, 6.0),
            (head.get("series", ""), self.look.body, 11, 210.0),
            (NOTICE, self.look.body, 9.5, 0.0),
        ]
        for text, font, size, after in lines:
            flowable = Paragraph(text, self.style(fontName=font, fontSize=size, leading=size * 1.25, alignment=TA_LEFT))
            y -= flowable.wrap(WIDTH - 2 * MARGIN, HEIGHT)[1]
            flowable.drawOn(canvas, x, y)
            y -= after
        canvas.showPage()
        self.page = 2

    def _contents_page(self) -> None:
        columns, self.columns = self.columns, 1
        self.open_page()
        canvas, y = self.canvas, TOP - 20
        canvas.setFont(self.look.bold, 16)
        canvas.drawString(MARGIN, y, "Contents")
        for level, text, page in self.contents:
            y -= 24 if level == 1 else 15
            font = self.look.bold if level == 1 else self.look.body
            canvas.setFont(font, 10)
            x = MARGIN + 14 * (level - 1)
            canvas.drawString(x, y, text)
            gap = WIDTH - 2 * MARGIN - 30 - (x - MARGIN) - canvas.stringWidth(text, font, 10)
            dots = int(gap / canvas.stringWidth(" .", font, 10))
            canvas.drawRightString(WIDTH - MARGIN, y, " ." * max(dots, 0) + f"  {page}")
        self.columns = columns
        self.next_page()

    def _element(self, element: Element) -> None:
        size = self.look.size
        if element.kind == "heading":
            scale = {1: 1.75, 2: 1.25, 3: 1.05}[element.level]
            style = self.style(
                fontName=self.look.bold, fontSize=size * scale, leading=size * scale * 1.2, alignment=TA_LEFT
            )
            if element.level == 1 and self.columns == 1 and self.region.y < TOP - 540:
                self.next_region()
            self.place(element, Paragraph(element.xml, style), {1: 22.0, 2: 14.0, 3: 10.0}[element.level], 62.0)
            if element.level < 3:
                self.headings.append((element.level, element.sentences[0].text, self.page))
        elif element.role == "scan":
            self._scan_page(element)
        elif element.kind == "table":
            self._table(element)
        elif element.kind == "box":
            self.place(element, Box(self.look, element), 12.0)
            for child in element.children:
                self.pages[id(child)] = self.pages[id(element)]
        elif element.kind == "list_item":
            style = self.style(
                leftIndent=(30 if self.columns == 1 else 12) + 12, bulletIndent=30 if self.columns == 1 else 4
            )
            self.place(element, Paragraph(element.xml, style, bulletText="•"), 3.0)
        else:
            indent = 34 if element.number and self.columns == 1 else 0
            text = f"{element.number} {element.xml}" if element.number and not indent else element.xml
            flowable = Paragraph(text, self.style(leftIndent=indent), bulletText=element.number if indent else None)
            self.place(element, flowable, 7.0)

    def _table(self, element: Element) -> None:
        style = self.style(fontSize=8.2, leading=10, alignment=TA_LEFT)
        bold = self.style(fontName=self.look.bold, fontSize=8.2, leading=10, alignment=TA_LEFT)
        cells = [[Paragraph(c, bold if i == 0 else style) for c in row] for i, row in enumerate(element.rows)]
        first = 0.3
        rest = (1 - first) / (len(cells[0]) - 1)
        table = Table(cells, [self.region.width * (first if i == 0 else rest) for i in range(len(cells[0]))])
        table.setStyle(
            TableStyle(
                [
                    ("GRID", (0, 0), (-1, -1), 0.6, "black"),
                    ("BACKGROUND", (0, 0), (-1, 0), TINT),
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ]
            )
        )
        caption = Paragraph(element.xml, bold)
        self.place(element, caption, 12.0, table.wrap(self.region.width, HEIGHT)[1] + 6)
        self.place(element, table, 4.0)

    def _scan_page(self, element: Element) -> None:
        """A page that is only a picture: no furniture, no text layer."""
        self._close_region()
        self.canvas.showPage()
        self.page += 1
        for part in (element, *element.children):
            self.pages[id(part)] = self.page
        if self.scan is not None:
            self.canvas.drawImage(ImageReader(BytesIO(self.scan)), 0, 0, WIDTH, HEIGHT)
        if element is not self.source.elements[-1]:
            self.next_page()
