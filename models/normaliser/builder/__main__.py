"""`python -m models.normaliser.builder` writes `models/normaliser/compiled.json`."""

from __future__ import annotations

from pathlib import Path

from models.normaliser.builder import compile_tables, render

TARGET = Path(__file__).resolve().parents[1] / "compiled.json"

if __name__ == "__main__":
    rendered = render(compile_tables())
    TARGET.write_text(rendered, encoding="utf-8")
    print(f"{TARGET.name}: {len(rendered):,} characters")
