from __future__ import annotations

import pytest
from pydantic import ValidationError

from data.clean import BY_SOURCE
from data.sources import Source, known_sources, source_of


def test_every_registered_source_says_its_licence() -> None:
    assert known_sources()
    assert all(source.licence.strip() for source in known_sources().values())


def test_what_a_research_licence_forbids_is_told() -> None:
    assert source_of("weibo21").commercial is False
    assert source_of("sample").commercial is True


def test_an_unregistered_source_is_the_users_own() -> None:
    assert source_of("somebody-elses") == Source()
    assert source_of("somebody-elses").commercial is None


def test_a_misspelt_field_of_the_registry_is_refused() -> None:
    with pytest.raises(ValidationError):
        Source.model_validate({"license": "MIT"})


def test_cleaners_are_for_sources_that_exist() -> None:
    assert set(BY_SOURCE) <= set(known_sources())
