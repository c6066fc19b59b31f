"""The precision follows the release and the processor; int8 only where it was found near enough."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import ReleaseError
from models.jsonfile import write_json
from models.layout import Layout
from models.runtime import OpenVinoBackend, choice
from models.runtime.choice import choose_precision, offered
from models.runtime.processor import Processor
from tests.int8 import NEAR

VNNI, AMX = {"avx512_vnni"}, {"avx512_vnni", "amx_tile", "amx_bf16"}


class Core:
    def __init__(self, *capabilities: str) -> None:
        self.capabilities = list(capabilities)

    def get_property(self, device: str, name: str) -> list[str]:
        assert (device, name) == ("CPU", "OPTIMIZATION_CAPABILITIES")
        return self.capabilities


@pytest.fixture
def processor(monkeypatch: pytest.MonkeyPatch) -> object:
    def be(flags: set[str]) -> None:
        monkeypatch.setattr(Processor, "here", lambda: Processor("test", 2, frozenset(flags)))

    return be


@pytest.mark.parametrize(
    ("flags", "capabilities", "with_int8", "without"),
    [
        (set(), ("FP32",), "f32", "f32"),
        (VNNI, ("FP32",), "int8", "f32"),
        (VNNI, ("FP32", "BF16"), "int8", "bf16"),
        (AMX, ("FP32", "BF16"), "bf16", "bf16"),
    ],
)
def test_auto_follows_the_processor(
    processor, flags, capabilities, with_int8, without, int8_release: Path, tiny_release: Path
) -> None:
    processor(flags)
    core = Core(*capabilities)
    assert choose_precision(core, Layout(int8_release), "auto") == with_int8
    assert choose_precision(core, Layout(tiny_release), "auto") == without


def test_int8_that_is_too_far_is_never_run(processor, int8_release: Path, tmp_path: Path) -> None:
    processor(VNNI)
    folder = Path(shutil.copytree(int8_release, tmp_path / "far"))
    write_json(Layout(folder).parity, {"int8": replace(NEAR, changed=0.2).to_json()})
    assert choose_precision(Core(), Layout(folder), "auto") == "f32"
    assert "int8" not in offered(Layout(folder))
    with pytest.raises(ReleaseError, match=r"too far from f32 .* 20\.00% of the flags"):
        OpenVinoBackend(folder, "int8")


def test_int8_without_a_graph_is_refused(tiny_release: Path) -> None:
    with pytest.raises(ReleaseError, match="has no int8 graph; choose precision auto"):
        OpenVinoBackend(tiny_release, "int8")


def test_what_is_offered_depends_on_both(processor, int8_release: Path, tiny_release: Path) -> None:
    processor(VNNI)
    assert offered(Layout(int8_release))[-1] == "int8"
    assert "int8" not in offered(Layout(tiny_release))
    processor(set())
    assert "int8" not in offered(Layout(int8_release))
    assert choice.offered(Layout(int8_release))[0] == "f32"
