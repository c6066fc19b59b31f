"""A person's data: removed on demand, with a receipt."""
