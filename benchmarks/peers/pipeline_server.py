"""A transformers pipeline behind FastAPI, as one writes it in ten minutes: a peer to measure.

Runs in an environment of its own: `python pipeline_server.py FOLDER PORT DTYPE`.
"""

import sys

import torch
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from transformers import pipeline

folder, port, dtype = sys.argv[1:]
app = FastAPI()
classify = pipeline("text-classification", model=folder, dtype=getattr(torch, dtype), device="cpu")


class Request(BaseModel):
    """Posts to classify."""

    inputs: list[str]


@app.get("/health")
def health() -> dict[str, str]:
    """Tell that the model is loaded."""
    return {"status": "ok"}


# Not a thread for each request: passes side by side on the same cores are slower, not faster.
@app.post("/classify")
async def score(request: Request) -> list[list[dict[str, str | float]]]:
    """Return the probability of every label for every post."""
    return classify(
        request.inputs, top_k=None, function_to_apply="sigmoid", batch_size=32, truncation=True
    )


# A pass may take longer than the five seconds after which connections are closed by default.
uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", timeout_keep_alive=120)
