"""Backends: what turns token ids into logits and an embedding."""

from __future__ import annotations

from models.runtime.opening import open_backend
from models.runtime.openvino_backend import OpenVinoBackend
from models.runtime.protocol import Backend, Outputs, Precision

__all__ = ["Backend", "OpenVinoBackend", "Outputs", "Precision", "open_backend"]
