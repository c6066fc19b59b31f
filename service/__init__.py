"""Answers POST /score and everything a caller touches, over HTTP."""
