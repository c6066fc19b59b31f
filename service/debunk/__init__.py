"""The debunk library: claims that are known, found again in posts."""
