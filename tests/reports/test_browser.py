"""The site in Debian's Chromium, opened from disk: no errors, filters and keys that do what they say, no script run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="the development package playwright is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]
QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


class Window:
    """A page of the browser that keeps what went wrong and every request that leaves the disk."""

    def __init__(self, page: playwright.Page, site: Path) -> None:
        self.page, self.site = page, site
        self.errors: list[str] = []
        self.outside: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)

    def _request(self, request: playwright.Request) -> None:
        if not request.url.startswith(("file:", "data:")):
            self.outside.append(request.url)

    def open(self, path: str) -> playwright.Page:
        self.page.goto("about:blank")
        name, mark, anchor = path.partition("#")
        self.page.goto((self.site / name).as_uri() + mark + anchor)
        return self.page

    def calm(self) -> None:
        assert self.errors == []
        assert self.outside == []


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=str(CHROMIUM), args=QUIET, chromium_sandbox=False)
        yield started
        started.close()


@pytest.fixture
def window(browser: playwright.Browser, river_site: Path) -> Iterator[Window]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    yield Window(context.new_page(), river_site)
    context.close()


def test_every_page_opens_without_errors_and_without_network(window: Window) -> None:
    pages = sorted(path.relative_to(window.site).as_posix() for path in window.site.rglob("*.html"))
    assert len(pages) >= 15
    for path in pages:
        page = window.open(path)
        assert page.locator("h1").count() == 1, path
    window.calm()


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_no_page_is_wider_than_the_screen(window: Window, width: int) -> None:
    window.page.set_viewport_size({"width": width, "height": 800})
    for path in sorted(window.site.rglob("*.html")):
        page = window.open(path.relative_to(window.site).as_posix())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
    window.calm()


def test_a_document_with_a_script_in_it_runs_nothing(window: Window) -> None:
    (path,) = (window.site / "documents").glob("response-2021*.html")
    page = window.open(f"documents/{path.name}")
    page.locator(".claim").first.click()
    assert "taken over" not in page.title()
    assert "<script>document.title" in page.locator(".text").inner_text()
    concordance = window.open("concordance.html#code=best_practice.exemplar")
    concordance.locator("#kwic tbody tr").first.wait_for()
    assert concordance.locator("#kwic img, #kwic script").count() == 0
    assert "taken over" not in concordance.title()
    window.calm()


def test_keys_walk_from_claim_to_claim(window: Window) -> None:
    page = window.open("documents/evaluation-2019.html")
    claims = page.locator(".s.claim").evaluate_all("all => all.map(one => one.id)")
    for expected in claims[:3]:
        page.keyboard.press("j")
        assert page.locator(".s.here").get_attribute("id") == expected
    page.keyboard.press("k")
    assert page.locator(".s.here").get_attribute("id") == claims[1]
    assert page.url.endswith(f"#{claims[1]}")
    assert "learning claim" in page.locator("#panel h2").inner_text()
    assert "a result is reported" in page.locator("#panel").inner_text()
    window.calm()


def test_filters_choose_what_is_marked_and_where_keys_stop(window: Window) -> None:
    page = window.open("documents/white-paper-2020.html")
    page.locator("input[name=label][value=legitimation]").uncheck()
    assert page.locator(".note.legitimation").first.is_hidden()
    page.locator("input[name=label][value=legitimation]").check()
    page.locator("select[name=code]").select_option("partnership.body")
    page.keyboard.press("Tab")
    page.keyboard.press("j")
    assert page.locator(".s.here mark.k2").count() >= 1
    assert page.locator("mark.k1:not(.k2)").count() == 0
    page.locator("input[name=only]").check()
    assert page.locator(".para.gone").count() >= 1
    window.calm()


def test_permalink_opens_its_sentence(window: Window) -> None:
    page = window.open("documents/evaluation-2019.html#s3")
    assert page.locator(".s.here").get_attribute("id") == "s3"
    assert page.locator("#s3").is_visible()
    window.calm()


def test_documents_are_sorted_and_filtered(window: Window) -> None:
    page = window.open("documents.html")
    rows = page.locator("#documents tbody tr:visible")
    assert rows.count() == 4
    page.locator("select[name=voice]").select_option("government")
    assert rows.count() == 2
    page.locator("select[name=voice]").select_option("")
    page.get_by_role("button", name="Published").click()
    assert rows.first.inner_text().startswith("Five Bridges")
    page.get_by_role("button", name="Published").click()
    assert "Who Crosses" in rows.first.inner_text()
    page.locator("input[name=q]").fill("bridges for all")
    assert rows.count() == 1
    assert page.locator("form output").inner_text() == "1 of 4"
    window.calm()


def test_concordance_sorts_filters_and_keeps_company(window: Window) -> None:
    page = window.open("concordance.html#code=best_practice.exemplar&with=barrier.capacity")
    rows = page.locator("#kwic tbody tr")
    rows.first.wait_for()
    assert set(rows.locator("td.node mark").all_inner_texts()) == {"pilot"}
    page.locator("select[name=with]").select_option("")
    page.locator("select[name=sort]").select_option("node")
    words = rows.locator("td.node mark").all_inner_texts()
    assert words == sorted(words)
    assert "pathfinders" in words
    window.calm()


def test_compare_shows_both_documents(window: Window) -> None:
    page = window.open("compare.html#a=evaluation-2019&b=white-paper-2020")
    page.locator("#compare tbody tr").first.wait_for()
    head = page.locator("#compare thead").inner_text()
    assert "Five Bridges" in head
    assert "Bridges for All" in head
    row = page.locator("#compare tr", has_text="Learning among claims").first
    assert "100%" in row.inner_text()
    assert "0%" in row.inner_text()
    window.calm()


def test_site_can_be_read_without_a_mouse_and_in_the_dark(browser: playwright.Browser, river_site: Path) -> None:
    context = browser.new_context(color_scheme="dark")
    window = Window(context.new_page(), river_site)
    page = window.open("documents/evaluation-2019.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 27)"
    page.locator(".note").first.focus()
    page.keyboard.press("Enter")
    page.locator(".s.here").first.wait_for()  # the address changes first, the mark follows
    assert page.locator(".s.here").count() == 1
    window.calm()
    context.close()


CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8").split("\n", 1)[1]
PAGES = ("index", "documents", "documents/white-paper-2020", "relations", "gap", "calendar", "quotations", "voices")
MORE = ("compare", "methods", "concordance")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(browser: playwright.Browser, river_site: Path, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1400, "height": 900})
    window = Window(context.new_page(), river_site)
    for path in (*PAGES, *MORE):
        page = window.open(f"{path}.html")
        assert page.evaluate(CONTRAST) == [], path
    context.close()
