"""Tokens, masks, outlines and includes of LaTeX text; the only importer of pylatexenc."""
