"""What `mingjian tune` found on a machine, kept in a file that the service reads at its start."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, get_args

from models.errors import InvalidInput
from models.jsonfile import read_object, write_json
from models.runtime.choice import Arithmetic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from models.runtime.processor import Processor


@dataclass(frozen=True, slots=True)
class Tuned:
    """How a release runs best on a machine: `lanes` passes side by side share the `threads`."""

    precision: Arithmetic
    threads: int
    lanes: int = 1


def read_tuning(path: Path, fingerprint: str, processor: Processor) -> Tuned | None:
    """Return what was found for a release on this processor, None where nothing was.

    Raises InvalidInput when the file cannot be used.
    """
    if not path.is_file():
        return None
    try:
        for entry in read_object(path)["found"]:
            if _key(entry) == (fingerprint, processor.name, processor.cores):
                return _tuned(entry["choice"])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(
            f"{path} cannot be used ({error!r}); run `mingjian tune` again, or remove the file"
        ) from error
    return None


def write_tuning(
    path: Path,
    fingerprint: str,
    processor: Processor,
    tuned: Tuned,
    measured: Sequence[dict[str, Any]],
) -> None:
    """Keep a choice with the measurements behind it; what was found for others stays."""
    entry = {
        "release": fingerprint,
        "processor": processor.name,
        "cores": processor.cores,
        "choice": asdict(tuned),
        "measured": list(measured),
    }
    before = read_object(path)["found"] if path.is_file() else []
    others = [old for old in before if _key(old) != _key(entry)]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {"found": [*others, entry]})


def _key(entry: dict[str, Any]) -> tuple[str, str, int]:
    return entry["release"], entry["processor"], entry["cores"]


def _tuned(choice: dict[str, Any]) -> Tuned:
    numbers = [choice[name] for name in ("threads", "lanes")]
    whole = all(isinstance(number, int) and number > 0 for number in numbers)
    if not whole or choice["precision"] not in get_args(Arithmetic):
        raise ValueError(choice)
    return Tuned(**choice)
