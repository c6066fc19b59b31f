from __future__ import annotations

import pytest

from data.registers import REGISTERS
from tests.data.made import example


def test_a_register_has_one_name() -> None:
    assert len(set(REGISTERS)) == len(REGISTERS)


@pytest.mark.parametrize("register", REGISTERS)
def test_every_register_is_accepted(register: str) -> None:
    assert example(register=register).register_ == register
