"""On what a benchmark ran: enough to tell two machines apart, nothing that names one."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.harness.workload import ROOT

LIBRARIES = ("openvino", "tokenizers", "fastapi", "uvicorn", "aiohttp")
ARITHMETIC = ("amx_bf16", "amx_int8", "avx512_bf16", "avx512_vnni", "avx2")


def describe() -> dict[str, object]:
    """Return processor, memory, system, versions and the time."""
    cpu = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").is_file() else ""
    fields = dict(
        (part.strip() for part in line.split(":", 1)) for line in cpu.splitlines() if ":" in line
    )
    flags = set(fields.get("flags", "").split())
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "--short", "HEAD"),
        "processor": fields.get("model name", platform.processor()),
        "cores": psutil.cpu_count(),
        "arithmetic": [name for name in ARITHMETIC if name in flags],
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def committed(path: Path) -> bytes | None:
    """Return a file as the last commit has it; None where there is none."""
    name = path.relative_to(ROOT).as_posix()
    done = subprocess.run(
        ["git", "show", f"HEAD:{name}"], cwd=ROOT, capture_output=True, check=False
    )
    return done.stdout if done.returncode == 0 else None


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
