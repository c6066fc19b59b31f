"""The floors hold: who may import whom, and what serves needs no training library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.house.project import ROOT

TRAINING_LIBRARIES = ("accelerate", "datasets", "datasketch", "matplotlib", "pandas", "safetensors")
TRAINING_LIBRARIES += ("scipy", "sklearn", "tensorboard", "torch", "transformers")

WITHOUT_TRAINING = """
import sys
for name in {forbidden!r}:
    sys.modules[name] = None  # an import of it now fails
import mingjian.cli, models.scorer, service.app
"""


def test_imports_keep_to_the_floors() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_serving_starts_without_the_training_libraries() -> None:
    program = WITHOUT_TRAINING.format(forbidden=TRAINING_LIBRARIES)
    outcome = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert outcome.returncode == 0, outcome.stderr
