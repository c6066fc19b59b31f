"""The commands of corpora and training; serving's stand in `mingjian.cli`."""
