"""Who wants to know how a run gets on. The flow reports here; the command line listens."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Protocol

from flows.stages import Outcome


class Listener(Protocol):
    """Told what happens, from any thread, one call at a time."""

    def phase(self, what: str, total: int = 0) -> None:
        """Something begins, e.g. ``Reading documents``; ``total`` steps are to come (0: not known)."""
        ...

    def document(self, outcome: Outcome) -> None:
        """A document is done."""
        ...


_lock = threading.Lock()
_listeners: list[Listener] = []


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell ``listener`` what happens during the block."""
    with _lock:
        _listeners.append(listener)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(listener)


def phase(what: str, total: int = 0) -> None:
    """Tell everybody that something begins."""
    with _lock:
        for listener in _listeners:
            listener.phase(what, total)


def document(outcome: Outcome) -> None:
    """Tell everybody that a document is done."""
    with _lock:
        for listener in _listeners:
            listener.document(outcome)
