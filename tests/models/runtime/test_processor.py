"""What a processor is known to do comes from its flags."""

from __future__ import annotations

import pytest

from models.runtime.processor import Processor


@pytest.mark.parametrize(
    ("flags", "int8", "tiles"),
    [
        ("", False, False),
        ("avx2 avx512f", False, False),
        ("avx512_vnni", True, False),
        ("avx_vnni", True, False),
        ("avx512_vnni amx_tile amx_int8", True, False),
        ("avx512_vnni amx_tile amx_bf16 amx_int8", True, True),
    ],
)
def test_flags_tell_what_is_fast(flags: str, int8: bool, tiles: bool) -> None:
    processor = Processor("any", 2, frozenset(flags.split()))
    assert processor.multiplies_int8 is int8
    assert processor.multiplies_tiles is tiles


def test_this_machine_has_a_name_and_cores() -> None:
    here = Processor.here()
    assert here.name
    assert here.cores >= 1
