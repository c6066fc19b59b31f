"""What the processor of this machine can do, as far as the choice of a precision asks."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
_VNNI = {"avx512_vnni", "avx_vnni"}
_AMX = {"amx_tile", "amx_bf16"}


@dataclass(frozen=True, slots=True)
class Processor:
    """`name` as the maker calls it, `cores` that this process may use, `flags` of the processor.

    Where the system does not tell the flags they are empty, and nothing is assumed of them.
    """

    name: str
    cores: int
    flags: frozenset[str] = frozenset()

    @property
    def multiplies_int8(self) -> bool:
        """Whether products of 8-bit numbers are summed exactly in one instruction (VNNI)."""
        return bool(self.flags & _VNNI)

    @property
    def multiplies_tiles(self) -> bool:
        """Whether whole tiles are multiplied in bf16 (AMX)."""
        return self.flags >= _AMX

    @classmethod
    def here(cls) -> Processor:
        """Return the processor of this machine."""
        told = _told()
        affinity = getattr(os, "sched_getaffinity", None)
        return cls(
            name=told.get("model name") or platform.processor() or platform.machine(),
            cores=len(affinity(0)) if affinity else os.cpu_count() or 1,
            flags=frozenset(told.get("flags", "").split()),
        )


def _told() -> dict[str, str]:
    """Return the fields of the first processor, empty on systems without /proc/cpuinfo."""
    if not _CPUINFO.is_file():
        return {}
    first = _CPUINFO.read_text(encoding="utf-8").split("\n\n")[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}
