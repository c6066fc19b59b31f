"""A repository of decisions on either database."""

from __future__ import annotations

import pytest

from service.decision.fingerprint import Fingerprints
from service.decision.repository import DecisionRepository
from service.store.database import Database


@pytest.fixture
def fingerprints() -> Fingerprints:
    return Fingerprints(b"a key for tests, long enough")


@pytest.fixture
def repository(database: Database, fingerprints: Fingerprints) -> DecisionRepository:
    return DecisionRepository(database, fingerprints)
