"""Trained models as skops files, each with its model card."""
