"""The tables that a graph looks tokens up in."""

from __future__ import annotations

import numpy as np

from models.runtime.library import openvino


def widen_tables(model: openvino.Model) -> None:
    """Keep what is looked up in f32, in which a graph is computed, where it is stored in f16.

    The values stay as they are. OpenVINO reads f16 tables without vector instructions, which takes
    a twentieth of the time of three layers.
    """
    for node in model.get_ops():
        if node.get_type_name() != "Gather":
            continue
        converted = node.input_value(0).get_node()
        stored = converted.input_value(0).get_node() if converted.get_input_size() else converted
        if (converted.get_type_name(), stored.get_type_name()) == ("Convert", "Constant"):
            table = openvino.opset13.constant(stored.data.astype(np.float32))
            node.input(0).replace_source_output(table.output(0))
