"""What a run can be asked for. Prefect's form shows these fields, ``run.json`` keeps them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from extractors.options import ExtractOptions, Limits
from flows.tools import Tools
from models.readings import USUAL, Closeness


class RunParameters(BaseModel):
    """Parameters of ``corpus_run``. Those under "result" change what is found, the others only how it is got."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    corpus: str = Field(description="Folder with manifest.csv, any folder of .pdf, .txt, .md, .html; or a URL of one")
    out: str = Field(default="runs", description="Folder (or URL) that holds the runs")

    ocr: Literal["auto", "never", "always"] = Field(default="auto", description="result: read pages without text?")
    ocr_language: str = Field(default="eng", description="result: language of scans, as Tesseract names it")
    tables: bool = Field(default=True, description="result: look for tables")
    max_pages: int = Field(default=5000, ge=1, description="result: pages read per document")
    codebook: str | None = Field(default=None, description="result: another codebook than the project's own")
    model: str | None = Field(default=None, description="result: folder of another trained model")
    reading: Closeness = Field(
        default=USUAL, description="result: how closely sentences are read; slower is more right"
    )
    seed: int = Field(default=0, description="result: of everything drawn at random")

    site: bool = Field(default=True, description="make the inspection site")
    pictures: int = Field(
        default=100, ge=0, description="pictures of pages in the site, if the corpus has no more pages than this"
    )
    fresh: bool = Field(default=False, description="do everything again, even if it was done before")
    workers: int = Field(default=0, ge=0, le=256, description="processes that do documents; 0 chooses")
    dask: str | None = Field(default=None, description="address of a Dask scheduler, tcp://host:port")
    seconds_per_document: float = Field(default=300.0, gt=0, description="a document that takes longer is stopped")
    memory_per_document: int = Field(
        default=2000, ge=200, description="MB a worker may hold, its models (about 800) included"
    )

    @property
    def options(self) -> ExtractOptions:
        """What extraction needs to know."""
        return ExtractOptions(
            tables=self.tables, ocr=self.ocr, ocr_language=self.ocr_language, max_pages=self.max_pages
        )

    @property
    def limits(self) -> Limits:
        """What one document may use."""
        return Limits(seconds=self.seconds_per_document, memory_megabytes=self.memory_per_document)

    @property
    def tools(self) -> Tools:
        """Where codebook and model stand."""
        return Tools(
            Path(self.codebook).resolve() if self.codebook else None,
            Path(self.model).resolve() if self.model else None,
            self.reading,
        )

    def workers_for(self, documents: int) -> int:
        """How many processes: as asked, otherwise one for every three documents, up to four of the machine's cores."""
        return self.workers or max(1, min(os.cpu_count() or 1, 4, documents // 3))
