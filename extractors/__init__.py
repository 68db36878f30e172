"""Bytes to Document: text, sentences, sections, and the box on the page of every character."""

from extractors.document import (
    Block,
    Box,
    Cell,
    Document,
    ExtractionError,
    Page,
    Problem,
    Sentence,
    Span,
    Table,
    sentence_texts,
)
from extractors.extract import extract
from extractors.options import VERSION, ExtractOptions, Limits

__all__ = [
    "VERSION",
    "Block",
    "Box",
    "Cell",
    "Document",
    "ExtractOptions",
    "ExtractionError",
    "Limits",
    "Page",
    "Problem",
    "Sentence",
    "Span",
    "Table",
    "extract",
    "sentence_texts",
]
