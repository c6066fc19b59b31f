"""Passes of several threads may be the first of a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# Threads change places as often as Python lets them, where a lock-up would show at once.
BOTH_AT_ONCE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np

from models.runtime import OpenVinoBackend

backend, both = OpenVinoBackend(Path(sys.argv[1]), "f32", threads=2, lanes=2), Barrier(2)
row = np.ones((1, 8), dtype=np.int64)
sys.setswitchinterval(5e-6)

def read(_):
    both.wait()
    return backend.infer(row, row).logits

with ThreadPoolExecutor(2) as threads:
    first, second = threads.map(read, range(2))
assert np.array_equal(first, second)
"""


def test_two_threads_may_read_first(tiny_release: Path) -> None:
    command = [sys.executable, "-c", BOTH_AT_ONCE, str(tiny_release)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
