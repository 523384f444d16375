"""From sources to the exact, settled PDF."""
