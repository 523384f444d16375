"""Use-cases: what each command does, without printing and without exiting."""
