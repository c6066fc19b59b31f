"""The record: every decision stored before it is answered, its receipt, replay and verdicts."""
