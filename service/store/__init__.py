"""The store: one database, its schema, its migrations."""
