"""Which backend runs a release, and how."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, TypedDict

from models.errors import InvalidInput
from models.runtime.openvino_backend import OpenVinoBackend
from models.runtime.processor import Processor

if TYPE_CHECKING:
    from pathlib import Path

    from models.runtime.protocol import Backend, Precision
    from models.runtime.tuning import Tuned

BackendName = Literal["openvino", "torch"]


class RuntimeOptions(TypedDict):
    """The options of `Scorer.open`."""

    precision: Precision
    threads: int | None
    backend: BackendName
    tuning: Path | None


_NEEDED = ("torch", "transformers", "safetensors")
# One pass over all cores waits in every product for the core that does something else as well, such
# as answering requests; two beside each other do not wait for one another.
USUAL_LANES = 2


def open_backend(
    folder: Path,
    name: BackendName = "openvino",
    precision: Precision = "auto",
    threads: int | None = None,
    tuned: Tuned | None = None,
) -> Backend:
    """Start a backend on a release folder.

    `tuned` holds for OpenVINO where the precision is "auto", its threads and lanes where `threads`
    is None. Raises ReleaseError as the backends do, and InvalidInput where torch is asked for and
    not installed.
    """
    if name == "torch":
        missing = [library for library in _NEEDED if find_spec(library) is None]
        if missing:
            raise InvalidInput(
                f"MINGJIAN_BACKEND=torch needs {', '.join(missing)}: run "
                "`pip install -c constraints.txt -e '.[torch]'`, or leave the backend to openvino"
            )
        from models.runtime.torch_backend import TorchBackend

        return TorchBackend(folder, precision, threads)
    if tuned is None or precision != "auto":
        return OpenVinoBackend(folder, precision, threads, usual_lanes(threads))
    if threads is None:
        return OpenVinoBackend(folder, tuned.precision, tuned.threads, tuned.lanes)
    return OpenVinoBackend(folder, tuned.precision, threads, usual_lanes(threads))


def usual_lanes(threads: int | None) -> int:
    """Return how many passes run side by side where nobody measured; `threads` None: every core."""
    return min(USUAL_LANES, threads or Processor.here().cores)
