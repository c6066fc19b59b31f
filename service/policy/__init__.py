"""Policies: what scores and evidence lead to, as versioned documents."""
