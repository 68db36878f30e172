from pathlib import Path

import pytest

from extractors import Document, ExtractionError, extract
from tests.extractors.pages import kinds


def read(tmp_path: Path, name: str, text: str) -> Document:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return extract(tmp_path / name, "d")


def test_text_paragraphs_of_wrapped_lines(tmp_path: Path) -> None:
    first = "The pilots began in three counties and the partners met\neach month to compare what they saw."
    document = read(tmp_path, "a.txt", f"{first}\n\nThen it ended.")
    assert kinds(document) == [
        ("body", "The pilots began in three counties and the partners met each month to compare what they saw."),
        ("body", "Then it ended."),
    ]


def test_text_is_one_page_without_boxes(tmp_path: Path) -> None:
    document = read(tmp_path, "a.txt", "One sentence. Two.")
    assert [(p.number, p.source) for p in document.pages] == [(1, "plain")]
    assert document.rectangles(0, 5) == ()
    assert document.extractor == "text"


def test_markdown_structure(tmp_path: Path) -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n"
    source = f"---\ntitle: A plan\n---\n# First\n\nSome *words* here,\nwrapped.\n\n- one\n- two\n\n{table}"
    document = read(tmp_path, "a.md", source)
    assert document.title == "A plan"
    assert kinds(document) == [
        ("heading", "First"),
        ("body", "Some words here, wrapped."),
        ("list_item", "one"),
        ("list_item", "two"),
    ]
    assert [cell.text for cell in document.tables[0].cells] == ["a", "b", "1", "2"]
    assert document.sentences[1].section == "First"


def test_html_without_navigation(tmp_path: Path) -> None:
    source = """<!doctype html><html lang="en"><head><title>A plan - GOV.UK</title></head><body><nav><a>Home</a></nav>
    <main><h1>A plan</h1><p>Some <b>bold</b> words.</p><ul><li>one</li><li>two <em>parts</em></li></ul>
    <script>evil()</script><table><tr><th>a</th></tr></table></main><footer>Crown</footer></body></html>"""
    document = read(tmp_path, "a.html", source)
    assert document.title == "A plan"
    assert kinds(document) == [
        ("heading", "A plan"),
        ("body", "Some bold words."),
        ("list_item", "one"),
        ("list_item", "two parts"),
    ]
    assert document.tables[0].cells[0].text == "a"


def test_deeply_nested_html(tmp_path: Path) -> None:
    document = read(
        tmp_path, "deep.html", "<html><body>" + "<div>" * 3000 + "words" + "</div>" * 3000 + "</body></html>"
    )
    assert document.text == "words"


@pytest.mark.parametrize(
    "data", ["caf\u00e9".encode("cp1252"), "caf\u00e9".encode(), "\ufeffcaf\u00e9".encode("utf-16")]
)
def test_encodings(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert extract(tmp_path / "a.txt", "d").text == "caf\u00e9"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", b"", "empty"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"  \n ", "holds no text"),
        ("a.pdf", b"<html><body>no</body></html>", "HTML page saved as .pdf"),
        ("a.pdf", b"plain words", "not a PDF"),
        ("a.pdf", b"%PDF-1.4\nbroken", "damaged"),
        ("a.docx", b"PK\x03\x04", "kind of file not known"),
        ("a.txt", b"\x00\x01\x02\x03", "binary"),
    ],
)
def test_bad_files_are_one_line(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ExtractionError, match=message) as caught:
        extract(tmp_path / name, "d")
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match=r"gone\.pdf: cannot be read"):
        extract(tmp_path / "gone.pdf", "d")
