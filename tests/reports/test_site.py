"""The site as files: what is escaped, linked, sized and the same twice."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reports.runs import Run, RunError
from reports.site import SiteOptions, build_site
from reports.site.downloads import plain_cell
from reports.site.names import code_words, file_name, lane, top_codes
from reports.site.pages import compact
from reports.site.spans import Mark, marked, segments
from tests.reports.stories import river_documents
from tests.reports.tiny import TinyDocument, build_run

BUDGET = 1_000_000


class _Page(HTMLParser):
    """Tags, ids and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src"):
                self.links.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)


def pages(site: Path) -> dict[str, _Page]:
    found = sorted(site.rglob("*.html"))
    assert len(found) > 10
    return {path.relative_to(site).as_posix(): _Page(path.read_text(encoding="utf-8")) for path in found}


def test_segments_meet_without_gap_and_know_what_covers_them() -> None:
    outer, inner, across = Mark(2, 9, 0, 0), Mark(4, 6, 1, 1), Mark(8, 12, 2, 2)
    cut = segments(12, [outer, inner, across])
    assert [(s.start, s.end) for s in cut] == [(0, 2), (2, 4), (4, 6), (6, 8), (8, 9), (9, 12)]
    assert [[m.number for m in s.marks] for s in cut] == [[], [0], [0, 1], [0], [0, 2], [2]]


def test_marked_text_is_the_sentence_and_is_escaped() -> None:
    text = 'A <b>"pilot"</b> & more'
    markup = marked(text, [Mark(2, 12, 0, 1), Mark(5, 100, 1, 3)])
    assert "<b>" not in markup
    assert (
        re.sub(r"</?mark[^>]*>", "", markup)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#34;", '"')
        .replace("&amp;", "&")
        == text
    )


def test_marked_without_marks_is_escaped_too() -> None:
    assert marked("a < b", []) == "a &lt; b"


def test_file_names_are_safe_and_never_meet() -> None:
    names = [
        "report-1",
        "Report-1",
        "../../etc/passwd",
        "é",
        "e",
        "a b",
        "a-b",
        "con/../x",
        "x" * 300,
        "x" * 301,
        "..",
        ".",
    ]
    safe = [file_name(name) for name in names]
    assert safe[0] == "report-1"
    assert len({name.lower() for name in safe}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_-]{1,100}", name) for name in safe)


def test_codes_unknown_to_the_codebook_get_a_colour_too() -> None:
    tops = top_codes(["zeal.x", "barrier.time", "amity"])
    assert tops == ("barrier", "amity", "zeal")
    assert lane("barrier", tops) == 0
    assert lane("amity", tops) == 4
    assert code_words("barrier.policy_instability") == "barrier: policy instability"


def test_data_files_cannot_end_a_script() -> None:
    assert "<" not in compact({"t": "</script><!--\u2028"})
    assert compact("\u2028").isascii()


def test_every_link_inside_the_site_leads_somewhere(river_site: Path) -> None:
    found = pages(river_site)
    for name, page in found.items():
        for link in page.links:
            if link.startswith(("http:", "https:", "data:")):
                assert link == "data:,", f"{name} leads out: {link}"
                continue
            path, _, anchor = link.partition("#")
            target = (river_site / name).parent.joinpath(path).resolve() if path else river_site / name
            assert target.exists(), f"{name} leads to {link}"
            if target.suffix == ".html" and anchor and "=" not in anchor:
                other = found[target.relative_to(river_site).as_posix()]
                assert anchor in other.ids, f"{name} leads to {link}"


def test_nothing_from_a_document_becomes_markup(river_site: Path) -> None:
    for name, page in pages(river_site).items():
        assert page.handlers == [], name
        assert "img" not in page.tags, name
        assert page.tags.count("i") == _Page((river_site / name).read_text().replace("&lt;i&gt;", "")).tags.count("i")
    for data in river_site.rglob("*.js"):
        if data.parent.name != "assets":
            assert "<script" not in data.read_text()


def test_ids_are_unique_on_each_page(river_site: Path) -> None:
    for name, page in pages(river_site).items():
        doubled = {one for one in page.ids if page.ids.count(one) > 1}
        assert not doubled, f"{name}: {sorted(doubled)[:5]}"


def test_every_sentence_has_its_permalink(river_run: Run, river_site: Path) -> None:
    for doc_id, sentences in river_run.sentences.groupby("doc_id"):
        page = _Page((river_site / f"documents/{file_name(str(doc_id))}.html").read_text())
        assert {f"s{n}" for n in sentences["sentence_id"]} <= set(page.ids)


def test_document_page_holds_the_text_in_order(river_run: Run, river_site: Path) -> None:
    page = (river_site / "documents/white-paper-2020.html").read_text()
    body = page[page.index('<div class="text"') :]
    plain = re.sub(r"<[^>]+>", "", body).replace("&amp;", "&")
    position = 0
    texts = river_run.sentences[river_run.sentences["doc_id"] == "white-paper-2020"]["text"]
    for text in texts:
        position = plain.index(text, position)


def test_pages_refuse_scripts_from_elsewhere(river_site: Path) -> None:
    for page in river_site.rglob("*.html"):
        assert "default-src 'none'; script-src 'self' file:" in page.read_text()


def test_two_builds_are_the_same_bytes(river_run: Run, river_site: Path) -> None:
    before = {path.relative_to(river_site): path.read_bytes() for path in river_site.rglob("*") if path.is_file()}
    build_site(river_run.folder, SiteOptions(pictures=0))
    after = {path.relative_to(river_site): path.read_bytes() for path in river_site.rglob("*") if path.is_file()}
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == []


def test_a_long_document_is_cut_into_parts_under_the_budget(tmp_path: Path) -> None:
    sentence = (
        "[learning single_loop policy] {barrier.time policy asserted|Too little time} was left for the "
        "{best_practice.exemplar|pilot}, we found."
    )
    long = TinyDocument(
        "long", [[f"{sentence} Round {n}."] * 8 for n in range(500)], pages=[1 + n // 4 for n in range(500)]
    )
    site = build_site(build_run(tmp_path / "run", [long, *river_documents()]).folder).parent
    parts = sorted((site / "documents").glob("long*.html"))
    assert len(parts) >= 3
    for part in parts:
        number = 1 if part.stem == "long" else int(part.stem.split(".")[1])
        data = site / f"data/documents/long.{number}.js"
        assert part.stat().st_size + data.stat().st_size < BUDGET
    held = [int(n) for part in parts for n in re.findall(r'id="s(\d+)"', part.read_text())]
    assert sorted(held) == list(range(4000))
    first = _Page(parts[0].read_text())
    assert "long.2.html" in first.links


def test_failed_documents_are_listed_with_their_error(tmp_path: Path) -> None:
    broken = TinyDocument("broken", [], status="failed", error="broken.pdf: is cut off")
    site = build_site(build_run(tmp_path / "run", [broken, *river_documents()]).folder).parent
    assert "is cut off" in (site / "documents/broken.html").read_text()
    assert "is cut off" in (site / "methods.html").read_text()
    assert 'class="tag failed"' in (site / "documents.html").read_text()


def test_a_run_without_findings_still_has_a_site(tmp_path: Path) -> None:
    site = build_site(
        build_run(tmp_path / "run", [TinyDocument("d", [["Rain fell."]], programme="", voice="")]).folder
    ).parent
    assert (site / "documents/d.html").exists()


def test_an_old_site_stays_until_the_new_one_is_whole(
    river_run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = build_run(tmp_path / "run", [TinyDocument("d", [["Rain fell."]])])
    build_site(run.folder)
    monkeypatch.setattr("reports.site.build.write_methods", lambda *_: (_ for _ in ()).throw(RuntimeError("stopped")))
    with pytest.raises(RuntimeError, match="stopped"):
        build_site(run.folder)
    assert (run.folder / "site/methods.html").exists()


def test_no_run_no_site(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no run"):
        build_site(tmp_path)


def test_shares_under_the_minimum_are_counts(river_site: Path) -> None:
    page = (river_site / "documents/committee-2021.html").read_text()
    assert re.search(r"0 of \d|\d of \d", page)
    assert "too few to give as a share" in page


def test_tables_that_rest_on_low_agreement_are_stamped(river_site: Path) -> None:
    assert 'class="stamp"' in (river_site / "methods.html").read_text()
    assert "below 0.667" in (river_site / "methods.html").read_text()


def test_tables_of_the_comparing_pages_open_in_a_spreadsheet(river_site: Path) -> None:
    table = (river_site / "tables/quotations.csv").read_bytes()
    assert table.startswith(b"\xef\xbb\xbfdoc_id,sentence_id,source")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert [row["doc_id"] for row in rows if row["left_out"] == "limit"] == ["white-paper-2020"]
    assert plain_cell("=1+1") == "'=1+1"
    assert plain_cell(-1) == -1
