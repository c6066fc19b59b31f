"""The OpenAPI document tells the truth, and its page needs no internet."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient

from tests.service.conftest import Post

ROUTES = {
    ("post", "/score"): {
        "200",
        "400",
        "401",
        "403",
        "408",
        "409",
        "413",
        "422",
        "429",
        "500",
        "503",
    },
    ("get", "/health/live"): {"200", "500"},
    ("get", "/health/ready"): {"200", "500", "503"},
}
DOMAINS = (
    "/authors",
    "/debunks",
    "/decisions",
    "/feedback",
    "/metrics",
    "/policies",
    "/release",
    "/rules",
    "/whatif",
    "/words",
)


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    return client.get("/openapi.json").json()


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method, path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_every_route_and_every_refusal_is_documented(document: dict[str, Any]) -> None:
    found = operations(document)
    answers = {key: set(operation["responses"]) for key, operation in found.items()}
    assert {key: answers[key] for key in ROUTES} == ROUTES
    paths = {path for _, path in answers}
    assert [top for top in DOMAINS if not any(path.startswith(top) for path in paths)] == []
    for key, operation in found.items():
        assert "500" in answers[key], key
        assert any(status.startswith("2") for status in answers[key]), key
        assert re.search("[一-鿿]", operation["summary"])
        for status, response in operation["responses"].items():
            assert {"X-Request-Id", "Server-Timing"} <= set(response["headers"])
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"]
            if status in ("429", "503"):
                assert "Retry-After" in response["headers"]


def test_every_example_validates(document: dict[str, Any]) -> None:
    checked = 0
    for operation in operations(document).values():
        contents = [response.get("content", {}) for response in operation["responses"].values()]
        contents.append(operation.get("requestBody", {}).get("content", {}))
        for content in contents:
            for media in content.values():
                schema = {**media.get("schema", {}), "components": document["components"]}
                for example in media.get("examples", {}).values():
                    jsonschema_rs.validator_for(schema).validate(example["value"])
                    checked += 1
    for name, form in document["components"]["schemas"].items():
        schema = {
            "$ref": f"#/components/schemas/{name}",
            "components": document["components"],
        }
        for example in form.get("examples", []):
            jsonschema_rs.validator_for(schema).validate(example)
            checked += 1
    assert checked > 15


def test_request_examples_are_answered(document: dict[str, Any], post: Post) -> None:
    body = document["paths"]["/score"]["post"]["requestBody"]["content"]["application/json"]
    for example in body["examples"].values():
        response = post(example["value"])
        assert response.status_code == 200
        assert {found["status"] for found in response.json()["results"]} == {200}


def test_answers_match_the_document(document: dict[str, Any], post: Post) -> None:
    answer = document["paths"]["/score"]["post"]["responses"]["200"]["content"]["application/json"]
    schema = {**answer["schema"], "components": document["components"]}
    response = post({"items": [{"text": "今天"}, {"text": ""}, 1]})
    jsonschema_rs.validator_for(schema).validate(response.json())


def test_the_page_takes_everything_from_here(client: TestClient) -> None:
    home = client.get("/", follow_redirects=False)
    assert home.headers["location"] == "/docs"
    page = client.get("/docs")
    assert page.status_code == 200
    assert "http" not in page.text
    assert '"validatorUrl": null' in page.text
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert client.get(address).status_code == 200, address
