"""Jinja-LaTeX templates to LaTeX, with source maps; the only importer of jinja2."""
