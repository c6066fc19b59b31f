"""The gate: may a candidate take the champion's place, and what happens when it does."""
