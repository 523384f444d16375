"""Diagnostics for terminals and machines; the only importer of rich."""
