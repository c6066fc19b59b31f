"""Idempotency-Key: a request that is sent twice is worked on once and answered alike."""
