"""The linter: rules over what will be typeset, reported where it was written."""
