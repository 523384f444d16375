"""Running programs of the machine: limits, left-overs, what brings a missing one, the lock."""
