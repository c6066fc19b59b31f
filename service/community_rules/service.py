"""The shipped community rules: read once, found by number, asked which rule a label cites."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import yaml

import data
from service.community_rules.schemas import CommunityRules, Rule

SHIPPED = Path(data.__file__).parent / "community_rules" / "rules.yaml"


class HouseRules:
    """Finds community rules."""

    def __init__(self, document: CommunityRules) -> None:
        self.document = document

    @classmethod
    def shipped(cls, path: Path = SHIPPED) -> HouseRules:
        """Read the rules that ship; raises ValidationError, which a test of the house prevents."""
        return cls(CommunityRules.model_validate(yaml.safe_load(path.read_text("utf-8"))))

    @cached_property
    def ids(self) -> dict[str, Rule]:
        """Every number of a rule or clause, and the rule it belongs to."""
        found = {}
        for rule in self.document.rules:
            found[rule.id] = rule
            found |= {clause.id: rule for clause in rule.not_allowed}
        return found

    @cached_property
    def _of_label(self) -> dict[str, str]:
        return {label: rule.id for rule in self.document.rules for label in rule.labels}

    def of_label(self, label: str) -> str | None:
        """Return the number of the rule that a label cites unless a policy says otherwise."""
        return self._of_label.get(label)

    def of_evidence(self, kind: str) -> str | None:
        """Return the number of the rule that `words` or `debunks` cite by default."""
        return next((rule.id for rule in self.document.rules if kind in rule.evidence), None)
