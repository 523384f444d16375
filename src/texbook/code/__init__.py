"""Highlighting listings; the only importer of pygments."""
