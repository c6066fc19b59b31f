"""Other libraries leave the cores to the model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# In a process of its own, since it holds for all that follows.
PRODUCTS_AND_POSTS = """
import os, sys

import numpy as np
from tokenizers import Tokenizer

def threads():
    return len(os.listdir("/proc/self/task"))

tokenizer = Tokenizer.from_file(sys.argv[1])
if sys.argv[2] == "left":
    from service.pools import leave_cores_to_model
    leave_cores_to_model()
    from threadpoolctl import threadpool_info
    assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}
before = threads()
tokenizer.encode_batch_fast(["今天下雨，出门记得带伞。"] * 64)
print(threads() - before)
"""


def _started(tokenizer: Path, state: str) -> int:
    command = [sys.executable, "-c", PRODUCTS_AND_POSTS, str(tokenizer), state]
    environment = {"RAYON_NUM_THREADS": "2"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=True, env=environment
    )
    return int(done.stdout)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted by Linux")
def test_blas_and_the_tokenizer_stay_in_the_thread_that_calls_them(tiny_release: Path) -> None:
    tokenizer = tiny_release / "tokenizer.json"
    assert _started(tokenizer, "as it is") == 2
    assert _started(tokenizer, "left") == 0
