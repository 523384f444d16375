"""Build, check and watch a LaTeX book of like-shaped questions."""

__version__ = "0.1.0"
