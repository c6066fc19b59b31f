"""Whatever the OpenAPI document allows or forbids, the service never answers 500."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck
from hypothesis import settings as examples
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.app import create_app
from service.settings import Settings

schema = schemathesis.openapi.from_dict(create_app(Settings(release="any")).openapi())
# Keys that it would make up are refused, and then nothing behind them would be tried.
schema.config.generation.update(with_security_parameters=False)

# Not among them: that forbidden data is refused. A fault inside an item is answered with 200.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


@schema.parametrize()
@examples(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_server_error(case: schemathesis.Case, live_url: str) -> None:
    # A swap reads and tests a whole release, which takes a busy machine longer than the usual 10 s.
    case.call_and_validate(base_url=live_url, checks=CHECKS, timeout=90)
