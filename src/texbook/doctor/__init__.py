"""What this machine has of what a book needs, and what brings the rest."""
