"""Promotion: the candidate is copied among the releases and the default points to it."""

from __future__ import annotations

import getpass
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.errors import InvalidInput
from models.jsonfile import write_json
from models.manifest import verify_manifest, write_manifest
from models.release import RELEASES
from models.scorer import Scorer
from training.gate.gate import Verdict

RECORD, POINTER = "promotion.json", "default"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)


def promote(verdict: Verdict, to: Path = RELEASES, why: str | None = None) -> Path:
    """Copy a candidate to `to`/NAME, write down why it is there, and point `to`/default to it.

    `why` is the reason for promoting it although the gate refused. The copy is tested before it
    gets its name, and both steps are renames: what is served is the old release or the new one,
    never half of either. Raises InvalidInput where the name is no plain one or is taken, or where
    the gate refused and no reason is given.
    """
    if not verdict.passed and not (why or "").strip():
        raise InvalidInput("the gate refused the candidate; to promote it all the same, say --why")
    if not NAME.fullmatch(verdict.name) or verdict.name == POINTER:
        raise InvalidInput(
            f"{verdict.name!r} is no plain name for a release: make the candidate with --name"
        )
    target = to / verdict.name
    if target.exists():
        raise InvalidInput(
            f"there is a release {verdict.name} already: make the candidate with another --name"
        )
    to.mkdir(parents=True, exist_ok=True)
    staged = to / f".{verdict.name}.{os.getpid()}"
    try:
        shutil.copytree(verdict.candidate, staged)
        if verify_manifest(staged).fingerprint != verdict.fingerprint:
            raise InvalidInput("the candidate has changed since it was judged: judge it again")
        write_json(staged / RECORD, _record(verdict, why))
        write_manifest(staged, verdict.name)
        Scorer.open(staged)
        staged.rename(target)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    _point(to, verdict.name)
    return target


def _record(verdict: Verdict, why: str | None) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": getpass.getuser(),
        "forced": not verdict.passed,
        "why": None if verdict.passed else why,
        "gate": verdict.to_json(),
    }


def _point(to: Path, name: str) -> None:
    pointer = to / f".{POINTER}.{os.getpid()}"
    pointer.write_text(f"{name}\n", encoding="utf-8")
    pointer.replace(to / POINTER)
