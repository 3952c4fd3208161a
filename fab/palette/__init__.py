"""From the colours of a model to the few that a printer has: which ones, where their borders run, what they cost."""
