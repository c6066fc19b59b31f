"""Which precision a release is run in: what it offers, and what the processor is made for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from models.errors import ReleaseError
from models.parity import read_parity
from models.runtime.library import openvino
from models.runtime.processor import Processor

if TYPE_CHECKING:
    from models.layout import Layout
    from models.runtime.protocol import Precision

Arithmetic = Literal["f32", "bf16", "int8"]


def hint(core: openvino.Core, precision: Arithmetic) -> openvino.Type:
    """Return what OpenVINO computes in; in int8 this is for all that is no matrix product."""
    narrow = precision == "bf16" or (precision == "int8" and computes_bf16(core))
    return openvino.Type.bf16 if narrow else openvino.Type.f32


def computes_bf16(core: openvino.Core) -> bool:
    """Tell whether the processor computes in bf16."""
    return "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def offered(layout: Layout) -> tuple[Arithmetic, ...]:
    """Return the precisions in which a release may be run on this processor, the widest first.

    bf16 where the processor computes in it; int8 where the release has such a graph, it is near
    enough to the other, and the processor sums 8-bit products exactly.
    """
    found: list[Arithmetic] = ["f32"]
    if computes_bf16(openvino.Core()):
        found.append("bf16")
    if Processor.here().multiplies_int8 and _has_int8(layout):
        found.append("int8")
    return tuple(found)


def choose_precision(
    core: openvino.Core, layout: Layout, precision: Precision, *, unproven: bool = False
) -> Arithmetic:
    """Return the arithmetic to use; raises ReleaseError for int8 that the release does not offer.

    "auto" takes what is fastest by the processor's make: bf16 in tiles (AMX), else int8 with VNNI,
    else bf16, each where it is offered, else f32.
    """
    if precision == "int8" and not unproven and not _has_int8(layout):
        parity = read_parity(layout.parity).get("int8")
        reason = f"it is too far from f32 ({parity})" if parity else "it has no int8 graph"
        raise ReleaseError(
            f"{layout.folder} cannot be run in int8: {reason}; choose precision auto, f32 or bf16"
        )
    if precision != "auto":
        return precision
    processor = Processor.here()
    if processor.multiplies_int8 and not processor.multiplies_tiles and _has_int8(layout):
        return "int8"
    return "bf16" if computes_bf16(core) else "f32"


def _has_int8(layout: Layout) -> bool:
    parity = read_parity(layout.parity).get("int8")
    return layout.graph_int8.is_file() and parity is not None and parity.within
