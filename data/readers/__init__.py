"""Readers: JSONL, CSV and Hugging Face `datasets` folders, row by row with their place."""

from data.readers.examples import BadRow, parse_row, read_examples, read_rows
from data.readers.files import expand
from data.readers.lines import Row

__all__ = ["BadRow", "Row", "expand", "parse_row", "read_examples", "read_rows"]
