"""Events for callers: an outbox, delivered as signed webhooks."""
