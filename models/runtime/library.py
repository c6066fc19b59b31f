"""The OpenVINO library without its telemetry: a tool that reads people's posts reports nothing."""

from __future__ import annotations

import sys

# OpenVINO falls back to a stub where the package cannot be imported.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

import openvino  # noqa: E402

__all__ = ["openvino"]
