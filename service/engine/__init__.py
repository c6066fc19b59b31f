"""The engine: a bounded queue of windows before one model."""

from __future__ import annotations

from service.engine.admission import Admission
from service.engine.cache import ScoreCache
from service.engine.engine import Engine, Limits

__all__ = ["Admission", "Engine", "Limits", "ScoreCache"]
