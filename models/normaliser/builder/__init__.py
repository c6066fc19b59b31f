"""Builds `compiled.json` from the tables beside it; needs nothing but the repository."""

from models.normaliser.builder.compile import compile_tables, render

__all__ = ["compile_tables", "render"]
