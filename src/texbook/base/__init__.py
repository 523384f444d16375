"""Values that every room speaks: sources, spans, diagnostics, fixes, source maps, errors."""
