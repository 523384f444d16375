"""File events to builds; the only importer of watchdog."""
