"""Bytes to Document: text, sentences, sections, and the box on the page of every character."""
