"""One module a rule; found by discovery."""
