"""The configuration of a book."""
