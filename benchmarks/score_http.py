"""Posts a second over HTTP against the bare model, on the same posts in one run.

Start the service first (`make serve`), then run this file with `.venv/bin/python`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from models.batching import pad, plan_batches
from models.scorer import Post, Scorer

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
HEADERS = {"Content-Type": "application/json"}

Item = dict[str, str]


def main() -> None:
    """Measure the service, then the bare model, and print both."""
    options = parse_options()
    items = read_items(options.data, options.posts)
    starts = range(0, len(items), options.batch)
    requests = [items[start : start + options.batch] for start in starts]
    url = urlsplit(options.url)
    scorer = same_scorer(url.netloc, options.release)

    exchange(url.netloc, requests[:2])  # warm
    began = time.perf_counter()
    with ThreadPoolExecutor(options.clients) as pool:
        shares = [requests[k :: options.clients] for k in range(options.clients)]
        spans = list(chain(*pool.map(exchange, repeat(url.netloc), shares)))
    service = len(items) / (time.perf_counter() - began)

    bare = len(items) / bare_seconds(scorer, items)
    cuts = statistics.quantiles(spans, n=100, method="inclusive")
    print(f"posts {len(items)}  requests {len(requests)} of {options.batch}  ", end="")
    print(f"clients {options.clients}  precision {scorer.backend.precision}")
    print(f"service      {service:8.1f} posts/s")
    print(f"bare model   {bare:8.1f} posts/s   the service reaches {service / bare:.0%}")
    print("request      " + "  ".join(f"p{p} {cuts[p - 1] * 1000:.1f} ms" for p in (50, 95, 99)))


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the running service")
    parser.add_argument("--release", help="name or folder of the release it serves")
    parser.add_argument("--data", type=Path, nargs="*", default=sorted(SAMPLE.glob("*.jsonl")))
    parser.add_argument("--posts", type=int, default=2048, help="posts repeat to reach this many")
    parser.add_argument("--batch", type=int, default=16, help="posts a request")
    parser.add_argument("--clients", type=int, default=4, help="requests under way at once")
    return parser.parse_args()


def read_items(files: list[Path], count: int) -> list[Item]:
    """Return `count` posts as the contract has them, going round the files as often as needed."""
    lines = [line for path in files for line in path.read_text("utf-8").split("\n") if line]
    rows = [json.loads(line) for line in lines]
    if not rows:
        sys.exit("No posts to send: name files with --data.")
    items = [{key: row[key] for key in ("title", "text") if row.get(key)} for row in rows]
    return list(islice(chain.from_iterable(repeat(items)), count))


def same_scorer(address: str, release: str | None) -> Scorer:
    """Open what the service serves, in its precision; end the run when that is another release."""
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", "/release")
    served: dict[str, Any] = json.load(connection.getresponse())
    connection.close()
    scorer = Scorer.open(release, precision=served["precision"])
    if served["fingerprint"] != scorer.release.fingerprint:
        sys.exit(f"The service serves {served['name']}: name its folder with --release.")
    return scorer


def exchange(address: str, requests: list[list[Item]]) -> list[float]:
    """Send requests one after the other over one connection; return the seconds of each."""
    connection = http.client.HTTPConnection(address, timeout=120)
    spans = []
    for items in requests:
        body = json.dumps({"items": items}).encode()
        began = time.perf_counter()
        connection.request("POST", "/score", body, HEADERS)
        response = connection.getresponse()
        answer = json.loads(response.read())
        spans.append(time.perf_counter() - began)
        if response.status != 200 or any(result["status"] != 200 for result in answer["results"]):
            sys.exit(f"The service refused: {answer}")
    connection.close()
    return spans


def bare_seconds(scorer: Scorer, items: list[Item]) -> float:
    """Seconds the model alone takes for the same posts: ids ready, best batches, no HTTP."""
    encoded = [scorer.encode(Post(item["text"], item.get("title", ""))) for item in items]
    windows = [window for post in encoded for window in post.windows]
    batches = plan_batches([len(window) for window in windows])
    inputs = [pad(windows, batch, scorer.release.pad_id) for batch in batches]
    scorer.backend.infer(*inputs[0])  # warm
    began = time.perf_counter()
    for ids, mask in inputs:
        scorer.backend.infer(ids, mask)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
