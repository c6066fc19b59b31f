"""Rules that a model should not learn: flood, engagement bait, and contacts that are told."""
