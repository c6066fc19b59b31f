"""Which clauses of a post carried a label, found by what changes when they are taken away."""

from models.explain.clauses import Clause, split_clauses
from models.explain.run import Cited, Flagged, cite, explain

__all__ = ["Cited", "Clause", "Flagged", "cite", "explain", "split_clauses"]
