"""Feedback: what posts really are, quarantined until released, exported as Examples."""
