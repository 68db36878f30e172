"""Claims: which sentences draw on experience, and whether they learn from it or only cite it."""

from models.claims.context import SentenceInContext, contexts_of
from models.claims.model import STAGE_VERSION, ClaimModel
from models.claims.store import ModelError

__all__ = ["STAGE_VERSION", "ClaimModel", "ModelError", "SentenceInContext", "contexts_of"]
