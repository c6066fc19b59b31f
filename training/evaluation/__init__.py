"""Judging a release: what it gets right on posts it has never seen, and where it fails."""
