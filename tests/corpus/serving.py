"""A web server on loopback whose every path behaves as a test has told it to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """Paths and what answers them; ``asked`` lists the requests as (path, Range header)."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Callable[[BaseHTTPRequestHandler], None]]] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.address = ""

    def on(self, path: str, *answers: Callable[[BaseHTTPRequestHandler], None]) -> str:
        """Answer the first request to ``path`` by the first answer, and so on; the last one stays. The address."""
        self.answers[path] = list(answers)
        return self.address + path


def whole(data: bytes, kind: str = "application/pdf") -> Callable[[BaseHTTPRequestHandler], None]:
    """The data, or the rest of it from where a Range header says."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        start = int((handler.headers.get("Range") or "bytes=0-")[6:].split("-")[0])
        if start >= len(data) > 0:
            refuse(416)(handler)
            return
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(data) - start))
        handler.end_headers()
        handler.wfile.write(data[start:])

    return answer


def without_ranges(data: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Always all of the data, whatever was asked for."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def cut(data: bytes, after: int) -> Callable[[BaseHTTPRequestHandler], None]:
    """Promise all of the data, send ``after`` bytes, and hang up."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[:after])
        handler.wfile.flush()
        handler.close_connection = True

    return answer


def silent(seconds: float) -> Callable[[BaseHTTPRequestHandler], None]:
    """Say nothing for so long."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        handler.close_connection = True

    return answer


def refuse(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """An error code, or a redirect with its Location."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


@contextmanager
def serving() -> Iterator[Site]:
    """Serve a :class:`Site` on a free port of loopback."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, self.headers.get("Range")))
            answers = site.answers.get(self.path, [refuse(404)])
            (answers.pop(0) if len(answers) > 1 else answers[0])(self)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
