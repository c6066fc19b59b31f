"""The OpenAPI document and the page that shows it, both without anything from the internet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from pydantic.json_schema import models_json_schema

from service import catalogue
from service.debunk.schemas import DebunkChange, NewDebunk
from service.decision.schemas import VerdictRequest
from service.feedback.schemas import FeedbackRequest, ReviewRequest
from service.key.openapi import declare_access
from service.policy.document import PolicyDocument
from service.release.schemas import ReleaseChoice
from service.score.schemas import BatchRequest, ScoreResponse, SingleRequest
from service.whatif.schemas import WhatifRequest
from service.wire import Problem
from service.word.schemas import LintRequest, WordsRequest

SWAGGER = Path(__file__).parent / "static" / "swagger-ui"
STATIC = "/static/swagger-ui"
HEADERS = {
    "X-Request-Id": {"description": catalogue.HEADER_REQUEST_ID, "schema": {"type": "string"}},
    "Server-Timing": {"description": catalogue.HEADER_TIMING, "schema": {"type": "string"}},
}


def install_docs(app: FastAPI) -> None:
    """Give `app` its document at /openapi.json and its page at /docs."""
    app.mount(STATIC, StaticFiles(directory=SWAGGER), name="swagger-ui")
    app.add_api_route("/docs", _page, include_in_schema=False)
    app.add_api_route("/", _home, include_in_schema=False)
    document: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not document:
            document.update(_document(app))
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    # FastAPI knows only the forms it validates itself, and drops every null from examples.
    _, definitions = models_json_schema(
        [
            (BatchRequest, "validation"),
            (SingleRequest, "validation"),
            (VerdictRequest, "validation"),
            (ReleaseChoice, "validation"),
            (WordsRequest, "validation"),
            (LintRequest, "validation"),
            (FeedbackRequest, "validation"),
            (ReviewRequest, "validation"),
            (PolicyDocument, "validation"),
            (NewDebunk, "validation"),
            (DebunkChange, "validation"),
            (WhatifRequest, "validation"),
            (Problem, "serialization"),
            (ScoreResponse, "serialization"),
        ],
        ref_template="#/components/schemas/{model}",
    )
    document["components"]["schemas"].update(definitions["$defs"])
    for path in document["paths"].values():
        for operation in path.values():
            declare_access(operation)
            for response in operation["responses"].values():
                response["headers"] = {**HEADERS, **response.get("headers", {})}
    return document


async def _page() -> HTMLResponse:
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title=catalogue.API_TITLE,
        swagger_js_url=f"{STATIC}/swagger-ui-bundle.js",
        swagger_css_url=f"{STATIC}/swagger-ui.css",
        swagger_favicon_url=f"{STATIC}/favicon-32x32.png",
        # The page would otherwise send the document's address to a validator on the internet.
        swagger_ui_parameters={"validatorUrl": None},
    )


async def _home() -> RedirectResponse:
    return RedirectResponse("/docs")
