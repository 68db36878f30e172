"""One address → one file: resumable, verified by digest, patient but not for ever. Standard library only."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import IO, Any

from corpus.digests import sha256_of

CHUNK = 1 << 16
USER_AGENT = "halfloop/0.1 (corpus fetch)"
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What a download may take: seconds of silence, attempts, bytes, and seconds for one file in all.

    ``pause`` is the wait before the second attempt; it doubles with each further one.
    """

    timeout: float = 30.0
    attempts: int = 4
    max_bytes: int = 200_000_000
    deadline: float = 900.0
    pause: float = 1.0


DEFAULT_LIMITS = FetchLimits()


@dataclass(frozen=True, slots=True)
class _Task:
    """What an attempt needs to know; ``until`` is on the monotonic clock, ``page`` says that a web page is wanted."""

    address: str
    part: Path
    limits: FetchLimits
    until: float
    page: bool


class DownloadError(Exception):
    """A file that could not be had; ``str()`` says why in one line. ``again`` says whether another attempt may help."""

    def __init__(self, message: str, again: bool = False, wait: float = 0.0) -> None:
        super().__init__(message)
        self.again, self.wait = again, wait


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects, to http and https only, and never from https down to http."""

    max_redirections = 5

    def redirect_request(  # noqa: PLR0917 (the standard library's signature)
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        """The request to follow.

        Raises
        ------
        DownloadError
            For a redirect that is not followed.
        """
        scheme = urllib.parse.urlsplit(newurl).scheme
        if scheme not in ("http", "https") or (scheme == "http" and req.type == "https"):
            raise DownloadError(f"redirected to {newurl}, which is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def direct_address(source: str) -> str:
    """The address to ask for: GitHub's page about a file (``blob``) becomes the file itself (``raw``).

    Raises
    ------
    DownloadError
        For anything but an http or https address with a host.
    """
    parts = urllib.parse.urlsplit(source.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DownloadError(f"the address {source!r} is not an http or https address")
    path = parts.path
    pieces = path.split("/")
    if parts.hostname in ("github.com", "www.github.com") and len(pieces) > 4 and pieces[3] == "blob":
        path = "/".join([*pieces[:3], "raw", *pieces[4:]])
    return urllib.parse.urlunsplit(parts._replace(path=urllib.parse.quote(path, safe="/%:@!$&'()*+,;=~"), fragment=""))


def download(
    address: str,
    target: Path,
    sha256: str = "",
    *,
    limits: FetchLimits = DEFAULT_LIMITS,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Get ``address`` into ``target``, by way of ``target.part``, which a later call goes on from.

    Parameters
    ----------
    address
        As :func:`direct_address` gives it.
    target
        Must not exist yet; its folder is made.
    sha256
        The digest expected, hexadecimal; without one nothing is resumed and nothing verified.

    Raises
    ------
    DownloadError
        Where the file could not be had whole and as expected; ``target`` is then not there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    if not sha256:
        part.unlink(missing_ok=True)
    opener = _opener()
    page = target.suffix.lower() in (".html", ".htm")
    task = _Task(address, part, limits, time.monotonic() + limits.deadline, page)
    for attempt in range(1, limits.attempts + 1):
        resumed = part.exists() and part.stat().st_size > 0
        try:
            _transfer(opener, task)
            if sha256 and sha256_of(part) != sha256.lower():
                part.unlink()
                # a piece from an earlier run may be of another version: once more from the start
                raise DownloadError("what the address serves has another sha256 than the manifest", again=resumed)
            break
        except DownloadError as error:
            if not error.again or attempt == limits.attempts:
                tries = f" (after {attempt} attempts)" if attempt > 1 else ""
                raise DownloadError(f"{error}{tries}") from None
            sleep(min(max(error.wait, limits.pause * 2 ** (attempt - 1)), LONGEST_WAIT))
    part.replace(target)


def _opener() -> urllib.request.OpenerDirector:
    """Only http and https: the standard opener would also read local files."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _transfer(opener: urllib.request.OpenerDirector, task: _Task) -> None:
    """One attempt, from where the part file ends."""
    part, limits = task.part, task.limits
    have = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        with opener.open(urllib.request.Request(task.address, headers=headers), timeout=limits.timeout) as response:
            _receive(response, task, have)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 416 and have:  # the piece is whole, or of something else: the digest decides
                return
            raise _refusal(error) from None
    except TimeoutError:
        raise DownloadError(f"the server was silent for {limits.timeout:g} s", again=True) from None
    except urllib.error.URLError as error:
        raise DownloadError(f"the server cannot be reached ({error.reason})", again=True) from None
    except (http.client.HTTPException, ConnectionError) as error:
        raise DownloadError(f"the connection broke ({type(error).__name__})", again=True) from None
    except OSError as error:
        raise DownloadError(f"cannot be written: {error.strerror or error}") from None


def _refusal(error: urllib.error.HTTPError) -> DownloadError:
    after = error.headers.get("Retry-After", "")
    wait = float(after) if after.isdigit() else 0.0
    reason = f"the server answered {error.code} {error.reason}"
    return DownloadError(reason.splitlines()[0], again=error.code in TRY_AGAIN, wait=wait)


def _receive(response: Any, task: _Task, have: int) -> None:
    """Write an answer's bytes to the part file, after those it has where the server goes on from there."""
    part, limits = task.part, task.limits
    goes_on = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
    if response.status == 206 and not goes_on:
        part.unlink(missing_ok=True)
        raise DownloadError("the server sent another piece than the one asked for", again=True)
    if response.headers.get_content_type() == "text/html" and not task.page:
        raise DownloadError("the address serves a web page, not the file")
    start = have if goes_on else 0
    length = response.headers.get("Content-Length", "")
    whole = start + int(length) if length.isdigit() else None
    if whole is not None and whole > limits.max_bytes:
        raise DownloadError(f"has {whole:,} bytes, more than the limit of {limits.max_bytes:,}")
    size = start
    with part.open("ab" if goes_on else "wb") as handle:
        while chunk := response.read1(CHUNK):
            size += len(chunk)
            if size > limits.max_bytes:
                handle.close()
                part.unlink()
                raise DownloadError(f"is larger than the limit of {limits.max_bytes:,} bytes")
            handle.write(chunk)
            if time.monotonic() > task.until:
                raise DownloadError(f"not finished within {limits.deadline:g} s; run again to go on from there")
    if whole is not None and size < whole:
        raise DownloadError(f"the connection broke after {size:,} of {whole:,} bytes", again=True)
