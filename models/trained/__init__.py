"""Trained models as skops files, each with its model card."""

from __future__ import annotations

from pathlib import Path

TRAINED = Path(__file__).resolve().parent
CURRENT = "claims-1"
"""The model that the project uses unless told otherwise. Stands here, so that asking for it loads no classifier."""
