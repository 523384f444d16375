"""Typeset a book in chunks: segments of it alone, their pages joined into the whole."""
