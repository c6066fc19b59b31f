"""The roof: the `mingjian` command."""
