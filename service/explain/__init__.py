"""Reasons: which words, rules, debunks and clauses spoke for what came out."""
