"""Word lists: what communities block, have reviewed or allow, matched on normalised text."""
