"""Writing pages and data files: one template environment that escapes everything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.site.names import code_words, words


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the site's navigation."""

    href: str
    label: str


@dataclass(frozen=True)
class Site:
    """A site that is being written: its folder, the run's name and the pages in its navigation."""

    folder: Path
    run_id: str
    entries: Sequence[Entry] = field(default=())

    def page(self, path: str, template: str, **content: Any) -> Path:
        """Write one page; ``path`` is relative to the site, ``content`` goes to the template."""
        depth = path.count("/")
        html = (
            environment()
            .get_template(template)
            .render(root="../" * depth, here=path, run_id=self.run_id, entries=self.entries, **content)
        )
        return self.text(path, html)

    def data(self, path: str, call: str, value: object) -> Path:
        """Write a script that hands ``value`` to the function ``call``: pages opened from disk may not fetch files."""
        return self.text(path, f"{call}({compact(value)});\n")

    def text(self, path: str, content: str) -> Path:
        """Write a text file, with the same bytes on every system."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode("utf-8", "replace"))
        return target


def compact(value: object) -> str:
    """JSON without blanks, plain ASCII, so that no character of a document can end a script or a line early."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


@cache
def environment() -> Environment:
    """The templates, with escaping on and undefined names refused."""
    env = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {"words": words, "code_words": code_words, "thousands": thousands, "percent": percent}
    return env


def thousands(number: float) -> str:
    """``12345`` as ``12,345``."""
    return f"{int(number):,}"


def percent(share: float) -> str:
    """``0.123`` as ``12%``."""
    return f"{100 * share:.0f}%"
