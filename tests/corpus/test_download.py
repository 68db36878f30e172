"""corpus.download: one address, one file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.download import DownloadError, FetchLimits, direct_address, download
from tests.corpus.serving import Site, cut, refuse, serving, silent, whole, without_ranges

DATA = bytes(range(256)) * 800
SHA = hashlib.sha256(DATA).hexdigest()
LIMITS = FetchLimits(timeout=5.0, attempts=3)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "report.pdf"


def part_of(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def get(address: str, target: Path, sha256: str = SHA, limits: FetchLimits = LIMITS) -> list[float]:
    """Download without waiting; the waits that would have been."""
    slept: list[float] = []
    download(address, target, sha256, limits=limits, sleep=slept.append)
    return slept


def failure(address: str, target: Path, sha256: str = SHA, limits: FetchLimits = LIMITS) -> str:
    with pytest.raises(DownloadError) as caught:
        get(address, target, sha256, limits)
    assert not target.exists()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_download_writes_the_bytes_and_leaves_no_part_file(site: Site, target: Path) -> None:
    get(site.on("/a.pdf", whole(DATA)), target)
    assert target.read_bytes() == DATA
    assert [p.name for p in target.parent.iterdir()] == ["report.pdf"]


def test_download_goes_on_from_a_part_file(site: Site, target: Path) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(DATA[:1000])
    get(site.on("/a.pdf", whole(DATA)), target)
    assert target.read_bytes() == DATA
    assert site.asked == [("/a.pdf", "bytes=1000-")]


def test_download_starts_anew_where_the_server_knows_no_ranges(site: Site, target: Path) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(DATA[:1000])
    get(site.on("/a.pdf", without_ranges(DATA)), target)
    assert target.read_bytes() == DATA


def test_download_takes_a_part_file_that_is_already_whole(site: Site, target: Path) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(DATA)
    get(site.on("/a.pdf", whole(DATA)), target)
    assert target.read_bytes() == DATA


def test_download_of_a_part_of_another_version_starts_anew(site: Site, target: Path) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(b"x" * 1000)
    get(site.on("/a.pdf", whole(DATA)), target)
    assert target.read_bytes() == DATA
    assert [asked[1] for asked in site.asked] == ["bytes=1000-", None]


def test_download_without_a_digest_resumes_nothing(site: Site, target: Path) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(b"x" * 1000)
    get(site.on("/a.pdf", whole(DATA)), target, sha256="")
    assert target.read_bytes() == DATA
    assert site.asked == [("/a.pdf", None)]


def test_download_goes_on_after_a_cut_connection(site: Site, target: Path) -> None:
    get(site.on("/a.pdf", cut(DATA, 70_000), whole(DATA)), target)
    assert target.read_bytes() == DATA
    assert site.asked[1] == ("/a.pdf", "bytes=70000-")


def test_download_that_is_always_cut_keeps_what_it_has(site: Site, target: Path) -> None:
    message = failure(site.on("/a.pdf", cut(DATA, 500), refuse(503)), target)
    assert "503" in message
    assert "3 attempts" in message
    assert part_of(target).read_bytes() == DATA[:500]


def test_download_tries_again_when_the_server_is_busy_and_waits_as_told(site: Site, target: Path) -> None:
    slept = get(site.on("/a.pdf", refuse(503, Retry_After="7"), refuse(500), whole(DATA)), target)
    assert target.read_bytes() == DATA
    assert slept == [7.0, 2.0]


def test_download_never_waits_longer_than_a_minute(site: Site, target: Path) -> None:
    assert get(site.on("/a.pdf", refuse(429, Retry_After="86400"), whole(DATA)), target) == [60.0]


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_download_does_not_insist_where_the_answer_is_no(site: Site, target: Path, code: int) -> None:
    assert str(code) in failure(site.on("/a.pdf", refuse(code)), target)
    assert len(site.asked) == 1


def test_download_gives_up_on_a_silent_server(site: Site, target: Path) -> None:
    limits = FetchLimits(timeout=0.2, attempts=2)
    assert "silent for 0.2 s" in failure(site.on("/a.pdf", silent(1.0)), target, limits=limits)
    assert len(site.asked) == 2


def test_download_stops_at_the_deadline_and_keeps_what_it_has(site: Site, target: Path) -> None:
    message = failure(site.on("/a.pdf", whole(DATA)), target, limits=FetchLimits(deadline=-1.0))
    assert "run again to go on" in message
    assert DATA.startswith(part_of(target).read_bytes())


def test_download_refuses_other_content(site: Site, target: Path) -> None:
    assert "another sha256" in failure(site.on("/a.pdf", whole(DATA + b"!")), target)
    assert not part_of(target).exists()
    assert len(site.asked) == 1


def test_download_refuses_a_web_page_in_place_of_the_file(site: Site, target: Path) -> None:
    page = whole(b"<html>Please sign in</html>", "text/html; charset=utf-8")
    assert "a web page, not the file" in failure(site.on("/a.pdf", page), target, sha256="")


def test_download_of_a_web_page_wanted_as_such(site: Site, tmp_path: Path) -> None:
    page = b"<html>Guidance</html>"
    get(site.on("/guidance", whole(page, "text/html")), tmp_path / "guidance.html", sha256="")
    assert (tmp_path / "guidance.html").read_bytes() == page


def test_download_refuses_what_is_announced_as_too_large(site: Site, target: Path) -> None:
    message = failure(site.on("/a.pdf", whole(DATA)), target, limits=FetchLimits(max_bytes=1000))
    assert "204,800 bytes" in message
    assert not part_of(target).exists()


def test_download_stops_where_an_unannounced_length_is_too_large(site: Site, target: Path) -> None:
    def endless(handler: object) -> None:
        handler.send_response(200)  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]
        handler.wfile.write(DATA)  # type: ignore[attr-defined]

    message = failure(site.on("/a.pdf", endless), target, limits=FetchLimits(max_bytes=100_000))
    assert "larger than the limit" in message
    assert not part_of(target).exists()


def test_download_follows_a_redirect(site: Site, target: Path) -> None:
    site.on("/b.pdf", whole(DATA))
    get(site.on("/a.pdf", refuse(302, Location="/b.pdf")), target)
    assert target.read_bytes() == DATA


def test_download_does_not_follow_redirects_for_ever(site: Site, target: Path) -> None:
    for step in range(9):
        site.on(f"/{step}", refuse(302, Location=f"/{step + 1}"))
    site.on("/9", whole(DATA))
    assert "302" in failure(site.address + "/0", target)
    assert len(site.asked) == 6  # the first and five redirects


@pytest.mark.parametrize(
    ("location", "says"), [("file:///etc/hostname", "not allowed"), ("ftp://127.0.0.1/a", "not followed")]
)
def test_download_leaves_the_web_for_no_redirect(site: Site, target: Path, location: str, says: str) -> None:
    assert says in failure(site.on("/a.pdf", refuse(302, Location=location)), target, sha256="")


def test_download_from_nowhere_says_so(target: Path) -> None:
    with serving() as site:
        gone = site.address
    assert "cannot be reached" in failure(gone + "/a.pdf", target)


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("https://example.org/a b.pdf", "https://example.org/a%20b.pdf"),
        ("https://example.org/a%20b.pdf#page=2", "https://example.org/a%20b.pdf"),
        ("https://github.com/owner/repo/blob/abc/x/y.pdf", "https://github.com/owner/repo/raw/abc/x/y.pdf"),
        (
            "https://github.com/owner/repo/blob/abc/blob/y%20z.pdf",
            "https://github.com/owner/repo/raw/abc/blob/y%20z.pdf",
        ),
        ("https://github.com/owner/blob", "https://github.com/owner/blob"),
        ("https://example.org/owner/repo/blob/abc/y.pdf", "https://example.org/owner/repo/blob/abc/y.pdf"),
    ],
)
def test_direct_address(source: str, asked: str) -> None:
    assert direct_address(source) == asked


@pytest.mark.parametrize(
    "source", ["", "file:///etc/hostname", "ftp://example.org/a.pdf", "report.pdf", "https:///a.pdf"]
)
def test_direct_address_refuses_what_is_not_http(source: str) -> None:
    with pytest.raises(DownloadError, match="not an http or https address"):
        direct_address(source)
