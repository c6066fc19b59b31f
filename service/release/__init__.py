"""What is served: the release as its callers see it."""
