"""A listing that is read from a file."""

ANSWER = 42
