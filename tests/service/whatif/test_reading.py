"""What-ifs as they are asked."""

from __future__ import annotations

import pytest

from service.errors import InvalidRequest
from service.whatif.reading import read_request
from service.whatif.schemas import MOST_RESCORED


def test_another_release_takes_what_one_request_may_where_no_sample_is_asked() -> None:
    assert read_request({"release": "tiny"}).sample == MOST_RESCORED
    assert read_request({"release": "tiny", "sample": 5}).sample == 5
    assert read_request({"release": None}).sample == read_request({}).sample > MOST_RESCORED


@pytest.mark.parametrize(
    ("target", "pointer", "said"),
    [
        ({}, "/target/reviews_per_hour", "is missing"),
        ({"reviews_per_hour": 0}, "/target/reviews_per_hour", "must be more than 0"),
        (40, "/target", "must be an object"),
    ],
)
def test_a_target_says_what_it_takes(target: object, pointer: str, said: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_request({"policy": "default", "target": target})
    (fault,) = caught.value.errors
    assert (fault.pointer, fault.detail) == (pointer, said)


def test_an_unknown_field_inside_is_not_told_the_fields_outside() -> None:
    sent = {"target": {"reviews_per_hour": 40, "reviews_per_day": 100}}
    with pytest.raises(InvalidRequest) as caught:
        read_request(sent)
    (fault,) = caught.value.errors
    assert fault.pointer == "/target/reviews_per_day"
    assert "of_policy" not in fault.detail
