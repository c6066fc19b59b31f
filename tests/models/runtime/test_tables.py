"""Tables that are stored in half the bits are looked up in f32, with the same values."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.layout import Layout
from models.runtime.library import openvino
from models.runtime.tables import widen_tables


def _looked_up(model: openvino.Model) -> list[str]:
    """Return the kinds of node that lookups of a float read from."""
    read = [node.input_value(0) for node in model.get_ops() if node.get_type_name() == "Gather"]
    tables = [value for value in read if value.get_partial_shape().is_static]
    floats = [value for value in tables if value.get_element_type().is_real()]
    return [value.get_node().get_type_name() for value in floats]


def test_a_widened_graph_gives_the_same(tiny_release: Path) -> None:
    core = openvino.Core()
    model = core.read_model(Layout(tiny_release).graph)
    assert set(_looked_up(model)) == {"Convert"}
    exact = {"INFERENCE_PRECISION_HINT": openvino.Type.f32}
    ids = np.arange(24, dtype=np.int64).reshape(3, 8)
    rows = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    before = core.compile_model(model, "CPU", exact)(rows)["logits"]
    widen_tables(model)
    assert set(_looked_up(model)) == {"Constant"}
    assert np.array_equal(core.compile_model(model, "CPU", exact)(rows)["logits"], before)
