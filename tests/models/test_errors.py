"""Errors carry what a caller needs: status, stable code, detail, fields."""

from __future__ import annotations

import pytest

from models.errors import FieldError, InvalidInput, MingjianError, ReleaseError


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (MingjianError, 500, "internal"),
        (InvalidInput, 422, "invalid_input"),
        (ReleaseError, 503, "release_invalid"),
    ],
)
def test_every_kind_has_its_status_and_code(
    kind: type[MingjianError], status: int, code: str
) -> None:
    error = kind("say what to do")
    assert (error.status, error.code, error.detail) == (status, code, "say what to do")
    assert error.title
    assert str(error) == "say what to do"
    assert error.errors == ()


def test_fields_are_named_by_pointers() -> None:
    faults = [FieldError("/items/0/text", "is blank")]
    error = InvalidInput("one item cannot be used", errors=faults)
    faults.clear()
    assert error.errors == (FieldError("/items/0/text", "is blank"),)
