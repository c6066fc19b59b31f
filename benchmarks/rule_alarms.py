"""How often the rules speak up on a corpus, source by source.

    python benchmarks/rule_alarms.py FOLDER [SOURCE …] [--show RULE]

FOLDER holds Examples as `*.jsonl` or `*.jsonl.gz`. Prints rates only; `--show` prints the posts of
one rule for the eyes of whoever runs it. Posts have no author here, so bursts take no part.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.normaliser import Normaliser
from models.windows import join_title
from service.rule.service import RuleBook
from service.score.evidence import Fields

RULES = ("rule.flood", "rule.engagement_bait", "rule.contact")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def examples(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        for line in lines:
            yield json.loads(line)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sources", nargs="*")
    parser.add_argument("--show", choices=[rule.removeprefix("rule.") for rule in RULES])
    options = parser.parse_args()
    book, normaliser = RuleBook(), Normaliser()
    print(f"rules {book.version}, normaliser {normaliser.version}")
    print(f"{'source':24} {'posts':>7} " + " ".join(f"{rule[5:]:>16}" for rule in RULES))
    for path in sorted(options.folder.glob("*.jsonl*")):
        source = path.name.partition(".")[0]
        if options.sources and source not in options.sources:
            continue
        counts: Counter[str] = Counter()
        for row in examples(path):
            joined, start = join_title(row.get("title") or "", row["text"])
            hits = book.match(Fields(normaliser(joined), start), None, NOW)
            counts["posts"] += 1
            counts.update({hit.code for hit in hits})
            for hit in hits:
                if options.show and hit.code == f"rule.{options.show}":
                    place = hit.text.replace("\n", " ")[:160]
                    print(f"  {row['id']}  {hit.note}  {place}")
        rates = " ".join(f"{counts[rule] / counts['posts']:>16.3%}" for rule in RULES)
        print(f"{source:24} {counts['posts']:>7,} {rates}", flush=True)


if __name__ == "__main__":
    main()
